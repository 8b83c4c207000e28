//! What we ask of a telephone system.

use async_trait::async_trait;
use ringcard_core::number::Party;
use std::fmt;
use thiserror::Error;

/// A click-to-call: `extension` rings first; when it is picked up, `number` is called (S4-15).
#[derive(Clone, PartialEq, Eq)]
pub struct Originate {
    pub extension: String,
    pub number: Party,
    /// Our own call id, for systems that can carry it.
    pub call_id: String,
}

impl fmt::Debug for Originate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // never a whole number in a log
        write!(f, "Originate({} from extension {})", self.call_id, self.extension)
    }
}

/// The PBX accepted: the extension is ringing. It says nothing about the customer's leg (S4-14, S4-15).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Originated {
    /// The PBX's own call id, where its answer has one.
    pub external_id: Option<String>,
}

/// Why a call was not started, or why we cannot tell. Only `Unknown` may mean that a phone rings.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OriginateFailure {
    #[error("The PBX did not accept the user, password or key: {detail}")]
    Authentication { detail: String },
    #[error("The PBX refused to start the call: {detail}")]
    Refused { detail: String },
    #[error("The PBX could not be reached: {detail}")]
    Unreachable { detail: String },
    /// The request left and no whole answer came: the phone may ring. Never sent again by itself.
    #[error("The PBX did not answer in time; the call may have started: {detail}")]
    Unknown { detail: String },
    #[error("The account cannot dial: {detail}")]
    NotConfigured { detail: String },
}

/// What a *Test* button found. Sentences for administrators, without secrets.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct TestReport {
    /// The worst of its steps: all works only where every step was really tried.
    pub state: TestState,
    pub steps: Vec<TestStep>,
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct TestStep {
    pub state: TestState,
    pub what: Tried,
    /// What came of it, and what to do; where it was not checked, why not.
    pub detail: String,
}

/// From good to bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TestState {
    Works,
    /// It could not be tried without doing harm, or not from here.
    NotChecked,
    Fails,
}

/// What a step tried. The user interface has words for every one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tried {
    /// Whether the account is set up at all.
    Settings,
    Address,
    Connect,
    #[serde(rename = "secure connection")]
    SecureConnection,
    #[serde(rename = "sign in")]
    SignIn,
}

/// A telephone system that can start calls.
#[async_trait]
pub trait Telephony: Send + Sync {
    /// Whether it can be asked to start calls at all; some only tell of them.
    fn starts_calls(&self) -> bool;

    /// Starts a call. Ends within the account's time-out; is never repeated by the caller without a person asking.
    async fn originate(&self, order: &Originate) -> Result<Originated, OriginateFailure>;

    /// Tries the connection without ringing anybody.
    async fn test(&self) -> TestReport;
}

impl TestReport {
    /// Nothing was tried yet.
    pub(crate) fn begin() -> Self {
        Self { state: TestState::Works, steps: Vec::new() }
    }

    /// The report of an account that is not set up: `detail` says what is missing.
    pub fn not_set_up(detail: String) -> Self {
        let mut report = Self::begin();
        report.add(Tried::Settings, Err(detail));
        report
    }

    pub(crate) fn add(&mut self, what: Tried, came: Result<String, String>) {
        let (state, detail) = match came {
            Ok(detail) => (TestState::Works, detail),
            Err(detail) => (TestState::Fails, detail),
        };
        self.push(TestStep { state, what, detail });
    }

    /// A step that could not be tried; `why` is a sentence.
    pub(crate) fn not_checked(&mut self, what: Tried, why: impl Into<String>) {
        self.push(TestStep { state: TestState::NotChecked, what, detail: why.into() });
    }

    fn push(&mut self, step: TestStep) {
        self.state = self.state.max(step.state);
        self.steps.push(step);
    }
}

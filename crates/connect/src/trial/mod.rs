//! The *Test* button: everything that can be tried without ringing anybody, step by step.

pub(crate) mod connection;

use async_trait::async_trait;

/// A system whose connection can be tried.
#[async_trait]
pub trait Trial: Send + Sync {
    /// Tries the connection without ringing anybody.
    async fn test(&self) -> TestReport;
}

/// What a *Test* button found. Sentences for administrators, without secrets.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct TestReport {
    /// The worst of its steps: all works only where every step was really tried.
    pub state: TestState,
    pub steps: Vec<TestStep>,
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct TestStep {
    pub state: TestState,
    pub what: Tried,
    /// What came of it, and what to do; where it was not checked, why not.
    pub detail: String,
}

/// From good to bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TestState {
    Works,
    /// It could not be tried without doing harm, or not from here.
    NotChecked,
    Fails,
}

/// What a step tried. The user interface has words for every one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
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

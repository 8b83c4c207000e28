//! What a *Test* button found, for the windows.

use ringcard_connect::{TestState as TriedState, Tried};
use serde::Serialize;
use ts_rs::TS;

/// What a *Test* button found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct TestReport {
    /// The worst of its steps.
    pub state: TestState,
    pub steps: Vec<TestStep>,
}

impl TestReport {
    pub fn of(steps: Vec<TestStep>) -> Self {
        let state = steps.iter().map(|step| step.state).max().unwrap_or(TestState::NotChecked);
        Self { state, steps }
    }
}

/// From good to bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TestState {
    Works,
    /// It could not be tried; the step says why.
    NotChecked,
    Fails,
}

impl From<TriedState> for TestState {
    fn from(state: TriedState) -> Self {
        match state {
            TriedState::Works => Self::Works,
            TriedState::NotChecked => Self::NotChecked,
            TriedState::Fails => Self::Fails,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct TestStep {
    pub state: TestState,
    pub what: Tested,
    pub detail: String,
}

/// What a test's step tried. The user interface has words for every one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Tested {
    Settings,
    Address,
    Connect,
    SecureConnection,
    SignIn,
    Listen,
    Account,
    ThisComputer,
    PublicAddress,
    LastPush,
    Keyring,
    Hub,
}

impl From<Tried> for Tested {
    fn from(tried: Tried) -> Self {
        match tried {
            Tried::Settings => Self::Settings,
            Tried::Address => Self::Address,
            Tried::Connect => Self::Connect,
            Tried::SecureConnection => Self::SecureConnection,
            Tried::SignIn => Self::SignIn,
        }
    }
}

impl From<ringcard_connect::TestReport> for TestReport {
    fn from(report: ringcard_connect::TestReport) -> Self {
        let steps = report
            .steps
            .into_iter()
            .map(|step| TestStep { state: step.state.into(), what: step.what.into(), detail: step.detail })
            .collect();
        Self { state: report.state.into(), steps }
    }
}

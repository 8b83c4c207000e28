//! The *Test* button tries what it can, rings nobody, and never says that all works where it does not.

use super::simulated::{assert_no_secret, simulated};
use ringcard_connect::{Registry, TestState, Tried};

#[tokio::test]
async fn a_test_finds_the_system_and_rings_nobody() {
    for connector in Registry::builtin().iter() {
        let world = simulated(connector.id()).await;
        let report = world.system().trial.test().await;
        assert_ne!(report.state, TestState::Fails, "{}: {report:?}", world.id());
        assert_eq!(report.steps[0].what, Tried::Address, "{}: {report:?}", world.id());
        assert!(report.steps.iter().any(|step| step.what == Tried::Connect && step.state == TestState::Works));
        assert!(world.calls().is_empty(), "{}", world.id());
        assert_no_secret(&format!("{report:?}"));
    }
}

#[tokio::test]
async fn a_wrong_secret_never_passes_for_a_right_one() {
    for connector in Registry::builtin().iter() {
        let world = simulated(connector.id()).await;
        let report = world.with_a_wrong_secret().trial.test().await;
        assert_ne!(report.state, TestState::Works, "{}: {report:?}", world.id());
        let last = report.steps.last().expect("steps");
        assert_eq!(last.what, Tried::SignIn, "{}: {report:?}", world.id());
        assert_no_secret(&format!("{report:?}"));
    }
}

#[tokio::test]
async fn where_nobody_answers_the_connection_is_what_fails() {
    for connector in Registry::builtin().iter() {
        let world = simulated(connector.id()).await;
        let system = world.system();
        let id = world.go_away().await;
        let report = system.trial.test().await;
        assert_eq!(report.state, TestState::Fails, "{id}: {report:?}");
        let last = report.steps.last().expect("steps");
        assert!(last.what == Tried::Connect && last.state == TestState::Fails, "{id}: {report:?}");
    }
}

//! An act on a call happens once, or surely not, or nobody knows; what is already so is not asked for again.

use super::simulated::{World, Wrong, assert_no_secret, offering};
use ringcard_connect::{ActFailure, Acted, CallAct, Capability, System};

async fn act(system: &System, agent: &str, act: CallAct) -> Result<Acted, ActFailure> {
    let outcome = system.control_calls.as_ref().expect("it controls calls").act(agent, &act).await;
    assert_no_secret(&format!("{outcome:?}"));
    outcome
}

/// Each with a call of its agent.
async fn worlds_with_a_call() -> Vec<(World, System)> {
    let mut worlds = Vec::new();
    for world in offering(Capability::ControlCalls).await {
        let system = world.system();
        let (order, _) = world.order();
        let starts = system.start_calls.as_ref().expect("what controls calls starts them, in this contract");
        starts.originate(&order).await.unwrap_or_else(|failure| panic!("{}: {failure}", world.id()));
        worlds.push((world, system));
    }
    worlds
}

#[tokio::test]
async fn a_call_that_is_held_is_held_once() {
    for (world, system) in worlds_with_a_call().await {
        let before = world.requests();
        if !system.control_calls.as_ref().is_some_and(|control| control.can(&CallAct::Hold)) {
            let failure = act(&system, world.agent(), CallAct::Hold).await.expect_err("it cannot");
            assert!(matches!(failure, ActFailure::Refused { .. }), "{}: {failure:?}", world.id());
            assert_eq!(world.requests(), before, "{}: nobody is asked", world.id());
            continue;
        }
        let held = act(&system, world.agent(), CallAct::Hold).await.unwrap_or_else(|f| panic!("{}: {f}", world.id()));
        assert!(held.toggles.hold.on, "{}: {held:?}", world.id());
        let again = act(&system, world.agent(), CallAct::Hold).await.unwrap_or_else(|f| panic!("{}: {f}", world.id()));
        assert!(again.toggles.hold.on, "{}: {again:?}", world.id());
        assert_eq!(world.requests(), before + 1, "{}", world.id());
    }
}

#[tokio::test]
async fn without_an_answer_an_act_is_unknown_and_never_repeated() {
    for (world, _) in worlds_with_a_call().await {
        let (system, before) = (world.impatient(), world.requests());
        world.does(Wrong::CutOff);
        let failure = act(&system, world.agent(), CallAct::HangUp).await.expect_err("no answer comes");
        assert!(matches!(failure, ActFailure::Unknown { .. }), "{}: {failure:?}", world.id());
        assert_eq!(world.requests(), before + 1, "{}", world.id());
    }
}

#[tokio::test]
async fn where_nobody_answers_nothing_happened() {
    for world in offering(Capability::ControlCalls).await {
        let (system, agent) = (world.system(), world.agent());
        let id = world.go_away().await;
        let failure = act(&system, agent, CallAct::HangUp).await.expect_err("nobody is there");
        assert!(matches!(failure, ActFailure::Unreachable { .. }), "{id}: {failure:?}");
    }
}

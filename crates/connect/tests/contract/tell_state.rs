//! A call is said to go on or to be over only where the system says so.

use super::simulated::{World, Wrong, assert_no_secret, offering};
use ringcard_connect::{CallLife, Capability, Lost, System};

/// Systems with a call that is going on, and its id.
async fn with_a_call() -> Vec<(World, String)> {
    let mut with_a_call = Vec::new();
    for world in offering(Capability::TellState).await {
        let (order, _) = world.order();
        let started = world.system().start_calls.expect("it starts calls").originate(&order).await;
        let id = started.expect("it starts").external_id.expect("it has an id");
        with_a_call.push((world, id));
    }
    with_a_call
}

async fn ask(system: &System, id: &str) -> CallLife {
    let life = system.tell_state.as_ref().expect("it tells").ask_state(id).await;
    assert_no_secret(&format!("{life:?}"));
    life
}

fn is_unknown(life: &CallLife) -> bool {
    matches!(life, CallLife::Unknown { detail, .. } if !detail.is_empty())
}

#[tokio::test]
async fn a_call_is_alive_until_everybody_hung_up() {
    for (world, id) in with_a_call().await {
        assert_eq!(ask(&world.system(), &id).await, CallLife::Alive, "{}", world.id());
        world.everybody_hangs_up().await;
        assert_eq!(ask(&world.system(), &id).await, CallLife::Over, "{}", world.id());
    }
}

#[tokio::test]
async fn a_call_that_never_was_is_over() {
    for (world, _) in with_a_call().await {
        assert_eq!(ask(&world.system(), "no/such?call#id").await, CallLife::Over, "{}", world.id());
    }
}

#[tokio::test]
async fn whoever_does_not_answer_or_does_not_let_us_in_has_said_nothing() {
    for (world, id) in with_a_call().await {
        let life = ask(&world.with_a_wrong_secret(), &id).await;
        assert!(is_unknown(&life), "{}: {life:?}", world.id());
        assert!(matches!(life, CallLife::Unknown { why: Lost::Refused, .. }), "{}: {life:?}", world.id());
    }
    for wrong in [Wrong::Silent, Wrong::CutOff] {
        for (world, id) in with_a_call().await {
            world.does(wrong);
            let life = ask(&world.impatient(), &id).await;
            assert!(is_unknown(&life), "{} {wrong:?}: {life:?}", world.id());
        }
    }
    for (world, id) in with_a_call().await {
        let system = world.system();
        let gone = world.go_away().await;
        let life = ask(&system, &id).await;
        assert!(is_unknown(&life), "{gone}: {life:?}");
    }
}

#[tokio::test]
async fn an_id_that_is_none_is_not_asked_about() {
    for (world, _) in with_a_call().await {
        let asked = world.requests();
        for none in ["", " ", ".", "..", &"7".repeat(129)] {
            let life = ask(&world.system(), none).await;
            assert!(is_unknown(&life), "{} {none}: {life:?}", world.id());
        }
        assert_eq!(world.requests(), asked, "{}", world.id());
    }
}

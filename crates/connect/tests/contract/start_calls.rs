//! A click-to-call starts once or not at all, and says which.

use super::simulated::{World, Wrong, assert_no_secret, offering};
use crate::support::kind;
use ringcard_connect::{Capability, Originate, OriginateFailure, Originated, System};
use ringcard_core::number::Party;

async fn worlds() -> Vec<World> {
    offering(Capability::StartCalls).await
}

async fn originate(system: &System, order: &Originate) -> Result<Originated, OriginateFailure> {
    let outcome = system.start_calls.as_ref().expect("it starts calls").originate(order).await;
    assert_no_secret(&format!("{outcome:?}"));
    outcome
}

#[tokio::test]
async fn a_call_starts_with_the_agents_telephone_and_goes_to_the_number() {
    for world in worlds().await {
        let (order, expected) = world.order();
        originate(&world.system(), &order).await.unwrap_or_else(|failure| panic!("{}: {failure}", world.id()));
        assert_eq!(world.calls(), [expected], "{}", world.id());
    }
}

#[tokio::test]
async fn a_number_is_shown_as_it_will_be_dialled() {
    for world in worlds().await {
        let (order, expected) = world.order();
        let starts = world.system().start_calls.expect("it starts calls");
        let dialled = starts.dialled(&order.number).unwrap_or_else(|cannot| panic!("{}: {cannot}", world.id()));
        assert!(expected.ends_with(&format!(" {dialled}")), "{}: {dialled}", world.id());
        assert!(starts.dialled(&Party::Hidden).is_err(), "{}", world.id());
    }
}

#[tokio::test]
async fn who_is_not_accepted_is_told_so_and_nobody_rings() {
    for world in worlds().await {
        let (order, _) = world.order();
        let failure = originate(&world.with_a_wrong_secret(), &order).await.expect_err("it is refused");
        assert_eq!(kind(&failure), "authentication", "{}: {failure}", world.id());
        assert!(world.calls().is_empty(), "{}", world.id());
    }
}

#[tokio::test]
async fn without_an_answer_it_is_unknown_and_never_asked_twice() {
    for wrong in [Wrong::Silent, Wrong::CutOff] {
        for world in worlds().await {
            world.does(wrong);
            let (order, _) = world.order();
            let failure = originate(&world.impatient(), &order).await.expect_err("no answer comes");
            assert_eq!(kind(&failure), "unknown", "{} {wrong:?}: {failure}", world.id());
            assert_eq!(world.requests(), 1, "{} {wrong:?}", world.id());
        }
    }
}

#[tokio::test]
async fn where_nobody_answers_it_was_not_started() {
    for world in worlds().await {
        let ((order, _), system) = (world.order(), world.system());
        let id = world.go_away().await;
        let failure = originate(&system, &order).await.expect_err("nobody is there");
        assert_eq!(kind(&failure), "unreachable", "{id}: {failure}");
    }
}

#[tokio::test]
async fn what_cannot_be_dialled_is_not_sent() {
    for world in worlds().await {
        let (order, _) = world.order();
        let nobody = Originate { extension: " ".into(), ..order.clone() };
        let hidden = Originate { number: Party::Hidden, ..order };
        for (order, expected) in [(nobody, "not configured"), (hidden, "refused")] {
            let failure = originate(&world.system(), &order).await.expect_err("it cannot be dialled");
            assert_eq!(kind(&failure), expected, "{}: {failure}", world.id());
        }
        assert_eq!(world.requests(), 0, "{}", world.id());
    }
}

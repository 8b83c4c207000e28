//! The calls with several phones that the simulated PBX plays, by its pushes, through a hub to the desks.

use crate::support;

use crate::legs::{listed, only, sees, until};
use ringcard_core::call::{CallState, OwnPart};
use ringcard_hub::CallWaits;
use ringcard_sim::{LegAct, Misbehaviour, Ring};
use std::time::Duration;
use support::{Desk, Plan, World, world};

const CALLER: &str = "+36305550103";

impl World {
    async fn story(&self, name: &str) {
        self.sim.story(name, CALLER, Duration::ZERO).await.expect("every step is possible");
    }
}

async fn played(name: &str) -> (World, Desk, Desk) {
    let world = world().await;
    let (ana, bela) = (world.desk().await, world.desk_of("Béla").await);
    world.story(name).await;
    (world, ana, bela)
}

#[tokio::test]
async fn a_queue_goes_on_from_who_does_not_pick_up_to_who_does() {
    let (_world, mut ana, mut bela) = played("queue").await;
    bela.call_in(CallState::Ended).await;
    until(&mut ana, "not answered", CallState::AnsweredElsewhere, Some(OwnPart::NotAnswered)).await;
    let rows = listed(&mut bela).await;
    assert_eq!(rows.len(), 1, "one call");
    assert_eq!(rows[0].call.course.queue.as_deref(), Some("Sales"));
    assert_eq!((ana.missed, bela.missed), (0, 0));
}

#[tokio::test]
async fn one_declines_and_the_other_picks_up() {
    let (_world, mut ana, mut bela) = played("decline").await;
    bela.call_in(CallState::Ended).await;
    until(&mut ana, "declined", CallState::AnsweredElsewhere, Some(OwnPart::Declined)).await;
    assert_eq!(only(&ana).id, only(&bela).id);
}

#[tokio::test]
async fn the_device_in_the_pocket_stops_ringing_and_the_call_goes_on() {
    let (_world, mut ana, _bela) = played("devices").await;
    let ended = ana.call_in(CallState::Ended).await;
    assert!(ended.course.talk_seconds.is_some(), "they spoke: {ended:?}");
    assert!(!ana.states(&ended.id).contains(&CallState::AnsweredElsewhere));
}

#[tokio::test]
async fn a_call_is_passed_on_blindly_and_after_asking() {
    for story in ["transfer", "attended"] {
        let (_world, mut ana, mut bela) = played(story).await;
        let received = bela.call_in(CallState::Ended).await;
        assert_eq!(received.course.passed_by.as_deref(), Some("Ana"), "{story}");
        until(&mut ana, story, CallState::Ended, Some(OwnPart::PassedTo { to: "Béla".into() })).await;
        let [row] = listed(&mut ana).await.try_into().expect("one call");
        let names: Vec<_> = row.call.course.legs.iter().map(|leg| leg.agent.as_deref()).collect();
        assert_eq!(names, [Some("Ana"), Some("Béla")], "{story}");
    }
}

#[tokio::test]
async fn voicemail_and_a_menu_take_the_call_and_the_card_leaves() {
    for story in ["voicemail", "menu"] {
        let (_world, mut ana, _bela) = played(story).await;
        let what = "the card leaves";
        ana.until(what, |desk| desk.calls.values().any(|call| call.course.part == Some(OwnPart::WentToService))).await;
        assert!(sees(&ana).0.is_over(), "{story}");
        assert!(!ana.states(&only(&ana).id).contains(&CallState::Connected), "{story}: nobody spoke with them");
    }
}

#[tokio::test]
async fn a_call_whose_end_is_never_told_keeps_the_card_from_no_ring() {
    let waits = CallWaits { silent_call: Duration::ZERO, ..CallWaits::default() };
    let world = Plan { waits, ..Plan::default() }.begin().await;
    let mut ana = world.desk().await;
    world.story("silence").await;
    ana.call_in(CallState::Connected).await;
    let next = world.sim.ring(Ring::from("+36207654321").extension("101")).await.expect("it rings");
    ana.call_in(CallState::Ringing).await;
    next.answer().await.expect("picked up");
    until(&mut ana, "given up", CallState::OutcomeNotReported, Some(OwnPart::EndNotReported)).await;
}

#[tokio::test]
async fn the_ids_of_a_pbx_that_restarted_are_no_calls_of_before() {
    let (world, mut ana, _bela) = played("reused_ids").await;
    ana.until("two calls", |desk| desk.calls.len() == 2).await;
    let ids: Vec<_> = world.sim.calls().into_iter().map(|call| call.id).collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1], "the same id");
    assert!(world.sim.pushes().iter().all(ringcard_sim::Pushed::was_taken), "none was refused");
    assert_eq!(listed(&mut ana).await.len(), 2);
}

#[tokio::test]
async fn pushes_that_are_sent_twice_or_change_places_tell_the_same_call() {
    for wrong in [Misbehaviour::PushTwice, Misbehaviour::PushOutOfOrder] {
        let world = world().await;
        let mut bela = world.desk_of("Béla").await;
        // From the second word on: which call it is, is told before what becomes of it.
        let call = world.sim.ring(Ring::from(CALLER).queue("Sales").extension("101").extension("102")).await;
        let call = call.expect("it rings");
        world.sim.misbehave_until_cleared(wrong.clone());
        call.leg(LegAct::PicksUp { extension: "102".into() }).await.expect("picked up");
        world.sim.behave();
        call.hang_up().await.expect("hung up");
        bela.call_in(CallState::Ended).await;
        assert_eq!(listed(&mut bela).await.len(), 1, "{wrong:?}");
    }
}

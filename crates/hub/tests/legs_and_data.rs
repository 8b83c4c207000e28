//! Transfers, pick-ups, ids of legs, and data of calls: pushed as telephone systems push them, and what cards and the list
//! say.

use crate::{
    legs::{CALLER, listed, only, sees, until},
    support::{Desk, world},
};
use ringcard_core::call::{CallState, OwnPart};

#[tokio::test]
async fn the_id_of_the_call_goes_before_the_id_of_a_leg() {
    let world = world().await;
    let (mut ana, mut bela) = (world.desk().await, world.desk_of("Béla").await);
    let leg = |leg: &str, phone: &str| format!("{CALLER}&linkedid=1700.1&uniqueid={leg}&extension={phone}");
    world.told("incoming", &leg("1700.2", "101")).await;
    ana.call_in(CallState::Ringing).await;
    world.told("incoming", &leg("1700.3", "102")).await;
    bela.call_in(CallState::Ringing).await;
    world.told("event", &format!("{}&event=connected", leg("1700.3", "102"))).await;
    bela.call_in(CallState::Connected).await;
    until(&mut ana, "answered elsewhere", CallState::AnsweredElsewhere, None).await;
    world.data("uniqueid=1700.1&linkedid=1700.1&disposition=ANSWERED&billsec=12").await;
    bela.call_in(CallState::Ended).await;
    let [row] = listed(&mut bela).await.try_into().expect("one call");
    assert_eq!((row.call.state, row.call.extra["talk_seconds"].as_str()), (CallState::Ended, "12"));
    assert_eq!(only(&ana).id, row.call.id);
}

#[tokio::test]
async fn an_attended_transfer_ends_for_who_passed_the_call_and_goes_on_for_who_took_it() {
    let world = world().await;
    let (mut ana, mut bela) = (world.desk().await, world.desk_of("Béla").await);
    world.rings("t", "101").await;
    world.at("t", "101", "connected").await;
    ana.call_in(CallState::Connected).await;
    // Ana asks Béla while the customer waits.
    world.rings("t", "102").await;
    let ringing = bela.call_in(CallState::Ringing).await;
    assert_eq!(ringing.course.passed_by.as_deref(), Some("Ana"));
    assert_eq!(sees(&ana), (CallState::Connected, None));
    world.at("t", "102", "connected").await;
    bela.call_in(CallState::Connected).await;
    world.at("t", "101", "ended").await;
    until(&mut ana, "passed on", CallState::Ended, Some(OwnPart::PassedTo { to: "Béla".into() })).await;
    assert_eq!(sees(&bela), (CallState::Connected, None));
    world.at("t", "102", "ended").await;
    bela.call_in(CallState::Ended).await;
    assert!(only(&ana).course.talk_seconds.is_some() && only(&bela).course.talk_seconds.is_some(), "each their own");
    assert_eq!(listed(&mut ana).await.len(), 1);
}

#[tokio::test]
async fn a_call_that_a_colleague_picks_up_is_theirs() {
    let world = world().await;
    let (mut ana, mut bela) = (world.desk().await, world.desk_of("Béla").await);
    world.rings("p", "101").await;
    ana.call_in(CallState::Ringing).await;
    world.at("p", "102", "connected").await;
    let taken = bela.call_in(CallState::Connected).await;
    bela.lookup(&taken.id).await;
    until(&mut ana, "answered elsewhere", CallState::AnsweredElsewhere, None).await;
    world.at("p", "102", "ended").await;
    bela.call_in(CallState::Ended).await;
    let rows: Vec<CallState> = listed(&mut ana).await.into_iter().map(|row| row.call.state).collect();
    assert_eq!((rows, ana.missed), (vec![CallState::AnsweredElsewhere], 0), "Ana sees her own part");
}

#[tokio::test]
async fn of_two_phones_that_ring_a_later_word_says_whose_the_call_is() {
    let world = world().await;
    let (mut ana, mut bela) = (world.desk().await, world.desk_of("Béla").await);
    world.rings("w", "101,102").await;
    world.told("event", &format!("{CALLER}&call_id=w&event=connected")).await;
    bela.call_in(CallState::Connected).await;
    world.at("w", "101", "answered_elsewhere").await;
    until(&mut ana, "it was not hers", CallState::AnsweredElsewhere, None).await;
    world.told("event", &format!("{CALLER}&call_id=w&event=ended")).await;
    bela.call_in(CallState::Ended).await;
    assert_eq!(sees(&ana), (CallState::AnsweredElsewhere, None));
    assert_eq!(only(&ana).course.talk_seconds, None);
}

async fn states(desk: &mut Desk) -> Vec<CallState> {
    listed(desk).await.into_iter().map(|row| row.call.state).collect()
}

#[tokio::test]
async fn data_without_an_id_do_not_end_a_newer_call_that_rings() {
    let world = world().await;
    let mut ana = world.desk().await;
    world.rings("first", "101").await;
    world.at("first", "101", "connected").await;
    ana.call_in(CallState::Connected).await;
    world.told("event", &format!("{CALLER}&call_id=first&event=ended")).await;
    ana.call_in(CallState::Ended).await;
    world.rings("second", "101").await;
    ana.call_in(CallState::Ringing).await;
    for _ in 0..2 {
        world.data(&format!("{CALLER}&extension=101&disposition=ANSWERED&billsec=3")).await;
        assert_eq!(states(&mut ana).await, [CallState::Ringing, CallState::Ended]);
    }
    assert_eq!(listed(&mut ana).await[1].call.extra["talk_seconds"], "3");
}

#[tokio::test]
async fn data_that_come_before_the_ring_of_their_call_are_no_second_call() {
    let world = world().await;
    let mut ana = world.desk().await;
    world.data(&format!("{CALLER}&extension=101&disposition=ANSWERED&billsec=3")).await;
    world.told("incoming", &format!("{CALLER}&extension=101")).await;
    assert_eq!(states(&mut ana).await, [CallState::Ended]);
    assert!(ana.calls.values().all(|call| call.state.is_over()), "{:?}", ana.calls);
}

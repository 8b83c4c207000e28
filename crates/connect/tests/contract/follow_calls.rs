//! Calls that are looked at: what is known of each, with the system's own times, again each time; and nothing of others.

use super::simulated::{World, assert_no_secret, offering};
use crate::support;
use ringcard_connect::{CallNews, Capability, FollowCalls, Lost, NotTold, OpenCall, System};
use ringcard_core::{
    Timestamp,
    call::{CallEvent, CallId, Direction},
};
use std::sync::Arc;

/// A call of ours, as the hub would ask about it.
pub fn open(external_id: Option<&str>) -> OpenCall {
    OpenCall {
        id: CallId("ours".to_owned()),
        external_id: external_id.map(str::to_owned),
        direction: Direction::Outbound,
        extension: Some("101".to_owned()),
        number: support::outside("+36301234567"),
        started_at: Timestamp::now(),
    }
}

/// Systems with a call that is going on, and how it is asked about.
async fn with_a_call() -> Vec<(World, OpenCall)> {
    let mut with_a_call = Vec::new();
    for world in offering(Capability::FollowCalls).await {
        let (order, _) = world.order();
        let started = world.system().start_calls.expect("it starts calls").originate(&order).await;
        let id = started.expect("it starts").external_id.expect("it has an id");
        with_a_call.push((world, open(Some(&id))));
    }
    with_a_call
}

fn follows(system: &System) -> Arc<dyn FollowCalls> {
    system.follow_calls.clone().expect("it is looked at")
}

async fn look(system: &System, open: &[OpenCall]) -> Result<Vec<CallNews>, NotTold> {
    let looked = follows(system).look(open).await;
    assert_no_secret(&format!("{looked:?}"));
    looked
}

fn ends(news: &[CallNews]) -> bool {
    news.iter().any(|news| matches!(news.push.event, Some(CallEvent::Ended | CallEvent::Failed { .. })))
}

#[tokio::test]
async fn a_call_is_told_until_its_end_with_whose_it_is_and_when_it_was_and_the_same_each_time() {
    for (world, open) in with_a_call().await {
        let system = world.system();
        let rings = look(&system, std::slice::from_ref(&open)).await.expect("it tells");
        assert!(!rings.is_empty() && !ends(&rings), "{}: {rings:?}", world.id());
        for news in &rings {
            assert_eq!((&news.id, &news.push.external_id), (&open.id, &open.external_id), "{}", world.id());
            assert!(news.push.sent_at.is_some(), "{}: {news:?}", world.id());
        }
        assert_eq!(look(&system, std::slice::from_ref(&open)).await.expect("it tells"), rings, "{}", world.id());
        world.everybody_hangs_up().await;
        let over = look(&system, std::slice::from_ref(&open)).await.expect("it tells");
        assert!(over.starts_with(&rings) && ends(&over), "{}: {over:?}", world.id());
    }
}

#[tokio::test]
async fn of_a_call_it_does_not_know_nothing_is_told() {
    for (world, _) in with_a_call().await {
        for none in ["", "no/such?call#id", &"7".repeat(1_000)] {
            assert_eq!(look(&world.system(), &[open(Some(none))]).await, Ok(Vec::new()), "{} {none}", world.id());
        }
    }
}

#[tokio::test]
async fn whoever_is_not_let_in_or_finds_nobody_has_learnt_nothing_and_hears_why() {
    for (world, open) in with_a_call().await {
        assert!(!follows(&world.system()).every().is_zero(), "{}", world.id());
        let refused =
            look(&world.with_a_wrong_secret(), std::slice::from_ref(&open)).await.expect_err("a wrong secret");
        assert!(refused.why == Lost::Refused && !refused.detail.is_empty(), "{}: {refused:?}", world.id());
        let system = world.system();
        let gone = world.go_away().await;
        let unreachable = look(&system, &[open]).await.expect_err("nobody is there");
        assert_eq!(unreachable.why, Lost::Unreachable, "{gone}: {unreachable:?}");
    }
}

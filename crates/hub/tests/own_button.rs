//! The button on the card that ends a call, where the telephone system tells of every phone by itself.

use crate::{asterisk_scenes::Stage, support::Desk};
use ringcard_core::{
    call::{Call, CallState, OwnPart},
    control::{Acts, ControlAct},
    frame::{Request, RequestErrorCode},
};
use ringcard_sim::AsteriskAct as Act;

async fn hangs_up(desk: &mut Desk, call: &Call) -> Result<(), RequestErrorCode> {
    let request = Request::Control { call_id: call.id.clone(), act: ControlAct::HangUp, force: false };
    desk.ask(request).await.map(drop).map_err(|error| error.code)
}

#[tokio::test]
async fn a_call_that_came_in_is_offered_what_its_telephone_system_takes() {
    let mut stage = Stage::set().await;
    let caller = stage.calls_in();
    let phone = stage.sim.rings(&caller, "101");
    stage.sim.answers(&phone);
    let call = stage.ana.call_in(CallState::Connected).await;
    let only_hang_up = Acts { hang_up: true, hold: false, mute: false, tones: false, transfer: false };
    assert_eq!(call.controls.map(|controls| controls.can), Some(only_hang_up));
    hangs_up(&mut stage.ana, &call).await.expect("it is ended");
    assert_eq!(stage.sim.channels(), std::slice::from_ref(&caller));
    stage.sim.hangs_up(&caller, 16);
    stage.ana.call_in(CallState::Ended).await;
}

#[tokio::test]
async fn an_agents_button_ends_their_own_part_of_this_call_and_no_other() {
    let mut stage = Stage::set().await;
    let talks = stage.calls_in();
    let own = stage.sim.rings(&talks, "101");
    stage.sim.answers(&own);
    let first = stage.ana.call_in(CallState::Connected).await;
    // Another customer, for both.
    let second = stage.sim.calls_in("+36301111111", "", "+3612345678");
    let (waits, others) = (stage.sim.rings(&second, "101"), stage.sim.rings(&second, "102"));
    let ringing = stage.bela.call_in(CallState::Ringing).await;
    hangs_up(&mut stage.bela, &ringing).await.expect("it is declined");
    let declined = |call: &Call| call.id == ringing.id && call.course.part == Some(OwnPart::Declined);
    stage.bela.until("that it was declined", |desk| desk.calls.values().any(declined)).await;
    assert!(!stage.sim.channels().contains(&others) && stage.sim.channels().contains(&waits), "Béla's own phone");
    let ringing = stage.ana.call_in(CallState::Ringing).await;
    hangs_up(&mut stage.ana, &ringing).await.expect("it is declined");
    let there = stage.sim.channels();
    assert!(there.contains(&own) && !there.contains(&waits), "the call that rings, and not the one she speaks in");
    hangs_up(&mut stage.ana, &first).await.expect("it is ended");
    assert!(!stage.sim.channels().contains(&own));
}

#[tokio::test]
async fn whose_part_is_over_ends_nobody_elses() {
    let mut stage = Stage::set().await;
    let caller = stage.calls_in();
    let own = stage.sim.rings(&caller, "101");
    stage.sim.answers(&own);
    let call = stage.ana.call_in(CallState::Connected).await;
    let next = stage.act(Act::PassesOn { channel: own, caller, extension: "102".into() }).remove(0);
    stage.sim.answers(&next);
    stage.bela.call_in(CallState::Connected).await;
    assert_eq!(hangs_up(&mut stage.ana, &call).await, Err(RequestErrorCode::NotFound));
    assert!(stage.sim.channels().contains(&next));
}

#[tokio::test]
async fn a_click_that_is_taken_back_before_the_customer_answers_was_no_conversation() {
    let mut stage = Stage::set().await;
    stage.ana.dial("+36301234567", "a-click").await.expect("it is started");
    let rings = stage.ana.call_in(CallState::AgentRinging).await;
    let own = stage.sim.channels().remove(0);
    stage.sim.answers(&own);
    let customer = stage.sim.dials_out(&own, "+36301234567");
    stage.ana.call_in(CallState::Ringing).await;
    hangs_up(&mut stage.ana, &rings).await.expect("it is taken back");
    stage.sim.hangs_up(&customer, 16);
    let over = stage.ana.call_in(CallState::Ended).await;
    assert_eq!((over.course.part, over.course.talk_seconds), (Some(OwnPart::NotReached), None));
    assert!(!stage.ana.states(&over.id).contains(&CallState::Connected));
}

#[tokio::test]
async fn a_click_that_is_taken_back_while_the_own_phone_rings_failed_at_nobody() {
    let mut stage = Stage::set().await;
    stage.ana.dial("+36301234567", "a-click").await.expect("it is started");
    let rings = stage.ana.call_in(CallState::AgentRinging).await;
    // Its ring is told by events, too.
    let has_leg = |desk: &Desk| desk.calls[&rings.id].course.legs.iter().any(|leg| leg.rang_at.is_some());
    stage.ana.until("its ring", has_leg).await;
    hangs_up(&mut stage.ana, &rings).await.expect("it is taken back");
    let over = stage.ana.call_in(CallState::Ended).await;
    assert_eq!(over.course.part, Some(OwnPart::NotReached));
}

#[tokio::test]
async fn a_click_during_a_call_ends_nothing() {
    let mut stage = Stage::set().await;
    let caller = stage.calls_in();
    let own = stage.sim.rings(&caller, "101");
    stage.sim.answers(&own);
    let talks = stage.ana.call_in(CallState::Connected).await;
    stage.ana.dial("+36301111111", "a-click").await.expect("it is started");
    stage.ana.call_in(CallState::AgentRinging).await;
    assert!(!stage.ana.states(&talks.id).iter().any(CallState::is_over));
    assert!(stage.sim.channels().contains(&own));
}

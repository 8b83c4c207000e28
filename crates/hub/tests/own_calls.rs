//! Calls that agents start by a telephone system which tells of them itself.

use crate::{
    asterisk_scenes::{Stage, account},
    support::{Desk, Plan, TOKEN, outside},
};
use ringcard_core::{
    call::{Call, CallId, CallState, FailReason, Leg},
    control::ControlAct,
    frame::{Reply, Request},
};
use ringcard_hub::CallWaits;
use std::time::Duration;

const CUSTOMER: &str = "+36301234567";
const ANOTHER: &str = "+36207654321";

/// Ana's phone rings by her click, and is picked up: its channel.
async fn picked_up(stage: &mut Stage, number: &str, before: &[String]) -> (CallId, String) {
    let id = stage.ana.dial(number, number).await.expect("it is started");
    stage.ana.until("her phone to ring", |desk| desk.states(&id).contains(&CallState::AgentRinging)).await;
    let own = stage.sim.channels().into_iter().find(|channel| !before.contains(channel)).expect("a channel");
    stage.sim.answers(&own);
    stage.ana.until("it to be picked up", |desk| desk.states(&id).contains(&CallState::Ringing)).await;
    (id, own)
}

async fn hangs_up_here(desk: &mut Desk, id: &CallId) {
    let asked = Request::Control { call_id: id.clone(), act: ControlAct::HangUp, force: false };
    assert!(matches!(desk.ask(asked).await, Ok(Reply::Done)), "it is taken");
}

fn is_over(call: &Call) -> bool {
    call.state.is_over()
}

#[tokio::test]
async fn a_call_hung_up_here_before_the_customer_answers_is_no_conversation() {
    let mut stage = Stage::set().await;
    let (id, own) = picked_up(&mut stage, CUSTOMER, &[]).await;
    let customer = stage.sim.dials_out(&own, CUSTOMER);
    hangs_up_here(&mut stage.ana, &id).await;
    stage.sim.hangs_up(&customer, 16);
    stage.ana.until("its end", |desk| is_over(&desk.calls[&id])).await;
    assert!(!stage.ana.states(&id).contains(&CallState::Connected), "{:?}", stage.ana.states(&id));
    let call = stage.listed().await;
    assert!(call.course.not_reached && call.connected_at.is_none() && call.course.legs.len() == 1, "{call:#?}");
}

#[tokio::test]
async fn a_second_call_of_the_same_phone_leaves_the_first_as_it_is() {
    let mut stage = Stage::set().await;
    let (first, own) = picked_up(&mut stage, CUSTOMER, &[]).await;
    let customer = stage.sim.dials_out(&own, CUSTOMER);
    stage.sim.answers(&customer);
    stage.ana.until("them to talk", |desk| desk.states(&first).contains(&CallState::Connected)).await;
    stage.sim.holds(&own, true);
    let there = stage.sim.channels();
    let (second, own) = picked_up(&mut stage, ANOTHER, &there).await;
    assert_eq!(stage.ana.calls[&first].state, CallState::Connected, "it is held");
    stage.sim.hangs_up(&own, 16);
    stage.ana.until("the second one's end", |desk| is_over(&desk.calls[&second])).await;
    assert_eq!(stage.ana.calls[&first].state, CallState::Connected);
}

#[tokio::test]
async fn a_call_of_ours_whose_end_was_lost_is_given_up_when_its_phone_is_in_another_and_has_no_talk_time() {
    let waits = CallWaits { silent_call: Duration::ZERO, ..CallWaits::default() };
    let mut stage = Stage::set_with(Plan { waits, ..Plan::default() }).await;
    let (lost, own) = picked_up(&mut stage, CUSTOMER, &[]).await;
    let customer = stage.sim.dials_out(&own, CUSTOMER);
    stage.sim.answers(&customer);
    stage.ana.until("them to talk", |desk| desk.states(&lost).contains(&CallState::Connected)).await;
    // Nothing is told of its end.
    let caller = stage.sim.calls_in(ANOTHER, "", "+3612345678");
    let phone = stage.sim.rings(&caller, "101");
    stage.ana.call_in(CallState::Ringing).await;
    stage.sim.answers(&phone);
    stage.ana.until("the lost one's end", |desk| is_over(&desk.calls[&lost])).await;
    let call = &stage.ana.calls[&lost];
    assert_eq!((&call.state, call.course.talk_seconds), (&CallState::OutcomeNotReported, None), "{call:#?}");
    assert_eq!(stage.ana.call_in(CallState::Connected).await.ani.0, outside(ANOTHER));
}

#[tokio::test]
async fn a_conversation_that_ended_while_nobody_listened_has_no_talk_time_wherever_it_is_listed() {
    let mut stage = Stage::set().await;
    let caller = stage.sim.calls_in(CUSTOMER, "", "+3612345678");
    let phone = stage.sim.rings(&caller, "101");
    stage.sim.answers(&phone);
    stage.ana.call_in(CallState::Connected).await;
    stage.world.hub.use_accounts(Vec::new()).await;
    stage.sim.hangs_up(&caller, 16);
    stage.sim.hangs_up(&phone, 16);
    stage.world.hub.use_accounts(vec![account(&stage.sim)]).await;
    let call = stage.ana.call_in(CallState::OutcomeNotReported).await;
    assert!(call.course.talk_seconds.is_none() && call.connected_at.is_some(), "{call:#?}");
    let listed = stage.listed().await;
    assert_eq!((listed.state, listed.course.talk_seconds), (CallState::OutcomeNotReported, None));
    // Over REST it is absent, and no number that means nothing.
    let url = format!("{}/v1/calls/{}", stage.world.base, call.id);
    let answer = stage.world.http.get(url).bearer_auth(TOKEN).send().await.expect("an answer");
    let story: serde_json::Value = answer.json().await.expect("JSON");
    let course = &story["row"]["call"]["course"];
    assert!(course["legs"][0]["end"] == "not_reported" && course.get("talk_seconds").is_none(), "{story}");
    assert!(course["legs"][0].get("talk_seconds").is_none(), "{story}");
}

#[tokio::test]
async fn a_click_that_nobody_picks_up_and_the_next_one_are_two_calls() {
    let mut stage = Stage::set().await;
    let declined = stage.ana.dial(CUSTOMER, "first").await.expect("it is started");
    stage.ana.call_in(CallState::AgentRinging).await;
    let [own] = stage.sim.channels().try_into().expect("one channel");
    stage.sim.hangs_up(&own, 21);
    stage.ana.until("its end", |desk| is_over(&desk.calls[&declined])).await;
    let declines = CallState::Failed { leg: Leg::Agent, why: FailReason::Declined };
    assert_eq!(stage.ana.calls[&declined].state, declines);
    let (again, own) = picked_up(&mut stage, ANOTHER, &[]).await;
    assert_ne!(again, declined);
    stage.sim.hangs_up(&own, 16);
    stage.ana.until("the second one's end", |desk| is_over(&desk.calls[&again])).await;
    assert_eq!(stage.ana.calls[&declined].state, declines, "and the first stays what it was");
}

//! Calls of ours: their own words, and what was asked for and answered beside.

use super::*;
use ringcard_connect::Originated;
use ringcard_core::{
    Timestamp,
    call::{Call, CallEvent, CallId, Direction, FailReason, Leg, LegEnd},
    frame::Step,
    leg::{Cause, LegEvent, LegNews, LegSide},
};

/// A word of a call of ours that has this id.
fn word(call: &str, side: LegSide, event: LegEvent, leg: &str, q850: Option<u16>) -> Push {
    let news = LegNews {
        side,
        event,
        leg_id: Some(leg.to_owned()),
        extension: (side == LegSide::Agent).then(|| "101".to_owned()),
        cause: Cause { q850, sip: None },
        at: Some(Timestamp::now()),
    };
    Push {
        kind: PushKind::Event,
        direction: Some(Direction::Outbound),
        leg: Some(news),
        ani: plan().read_ani(Some("101")),
        dnis: plan().read_dnis(Some("+36301234567")),
        ..ring("", Some(call))
    }
}

async fn told(hub: &Hub, push: Push) -> Told {
    let told = hub.shared().live.push("pbx", push, Instant::now()).await.expect("kept");
    later().await;
    told
}

async fn call(hub: &Hub, id: &CallId) -> Call {
    let id = id.clone();
    hub.shared().live.with(move |task| task.calls[&id].call.clone()).await.expect("the call")
}

#[tokio::test]
async fn whenever_the_request_for_a_call_is_answered_its_phone_has_one_leg() {
    use LegEvent::*;
    use LegSide::*;
    let words = [
        word("1", Agent, Answered, "own", None),
        word("1", Customer, Rings, "c", None),
        word("1", Agent, Ended, "own", Some(16)),
        word("1", Customer, Ended, "c", Some(16)),
    ];
    for answered_after in 0..words.len() {
        let dir = TempDir::new().expect("a folder for the test");
        let hub = hub(&dir).await;
        let mut begun = None;
        for (n, push) in words.iter().enumerate() {
            let mut push = push.clone();
            push.leg.as_mut().expect("each is news of a leg").at = Some(Timestamp::now());
            if let Told::New(id) = told(&hub, push).await {
                begun = Some(id);
            }
            let id = begun.clone().expect("the first word begins it");
            if n == answered_after {
                let taken = Ok(Originated { external_id: Some("1".into()), advice: None });
                hub.shared().live.with(move |task| task.originated(&id, taken)).await.expect("taken");
                later().await;
            }
        }
        let call = call(&hub, &begun.expect("a call")).await;
        let legs: Vec<_> = call.course.legs.iter().map(|leg| leg.end).collect();
        assert_eq!(legs, [Some(LegEnd::Over)], "answered after {answered_after} words: {call:#?}");
        assert!(call.state == CallState::Ended && call.course.not_reached, "{call:#?}");
        hub.shutdown().await;
    }
}

/// Telephone systems that name the click: its id stands for whatever comes of it.
#[tokio::test]
async fn a_phone_that_rings_anew_after_it_failed_is_another_call() {
    use LegEvent::*;
    use LegSide::Agent;
    let dir = TempDir::new().expect("a folder for the test");
    let hub = hub(&dir).await;
    let Told::New(first) = told(&hub, word("click", Agent, Rings, "a", None)).await else { panic!("a new call") };
    told(&hub, word("click", Agent, Ended, "a", Some(21))).await;
    let declined = CallState::Failed { leg: Leg::Agent, why: FailReason::Declined };
    assert_eq!(call(&hub, &first).await.state, declined);
    half_a_minute_passes(&hub, &first).await;
    let again = told(&hub, word("click", Agent, Rings, "b", None)).await;
    let Told::New(second) = again else { panic!("another call, not {again:?}") };
    told(&hub, word("click", Agent, Answered, "b", None)).await;
    assert_eq!(call(&hub, &second).await.state, CallState::Ringing);
    assert_eq!(call(&hub, &first).await.state, declined, "it stays what it was");
    hub.shutdown().await;
}

#[tokio::test]
async fn the_next_device_that_is_tried_at_once_is_of_the_same_call() {
    use LegEvent::*;
    use LegSide::Agent;
    let dir = TempDir::new().expect("a folder for the test");
    let hub = hub(&dir).await;
    let Told::New(id) = told(&hub, word("click", Agent, Rings, "a", None)).await else { panic!("a new call") };
    told(&hub, word("click", Agent, Ended, "a", Some(17))).await;
    told(&hub, word("click", Agent, Rings, "b", None)).await;
    assert_eq!(call(&hub, &id).await.state, CallState::AgentRinging);
    told(&hub, word("click", Agent, Answered, "b", None)).await;
    assert_eq!(call(&hub, &id).await.state, CallState::Ringing);
    hub.shutdown().await;
}

async fn half_a_minute_passes(hub: &Hub, id: &CallId) {
    let (id, time) = (id.clone(), Duration::from_secs(30));
    let shift = move |task: &mut crate::live::task::LiveTask| {
        let patience = task.patience();
        let live = task.calls.get_mut(&id).expect("the call");
        live.steps.iter_mut().for_each(|step| step.at = step.at.before(time));
        live.call.started_at = live.call.started_at.before(time);
        live.may_come = live.call.follow(&live.steps, &patience);
    };
    hub.shared().live.with(shift).await.expect("the task goes on");
}

/// In the same millisecond too, and where our own clock was set back meanwhile.
#[tokio::test]
async fn what_has_no_time_of_its_own_comes_after_all_that_was_told_before() {
    let dir = TempDir::new().expect("a folder for the test");
    let hub = hub(&dir).await;
    let Told::New(id) = told(&hub, word("1", LegSide::Agent, LegEvent::Rings, "own", None)).await else {
        panic!("a new call")
    };
    let moments = move |task: &mut crate::live::task::LiveTask| {
        let live = task.calls.get_mut(&id).expect("the call");
        let before = Timestamp::now().after(Duration::from_secs(60));
        live.steps.push(Step::at_phone(before, CallEvent::AgentAnswered, "101"));
        (before, live.moment(None))
    };
    let (before, after) = hub.shared().live.with(moments).await.expect("the task goes on");
    assert!(after > before, "{after:?} after {before:?}");
    hub.shutdown().await;
}

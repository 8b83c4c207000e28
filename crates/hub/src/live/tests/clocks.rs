//! Telephone systems whose clock is off.

use super::*;
use ringcard_core::{
    Timestamp,
    call::{Call, CallEvent, CallId, FailReason, Leg},
};

/// Seconds that a telephone system's clock is ahead.
const OFF: [i64; 8] = [0, 3600, -3600, 300, -300, 90, -90, 3];

/// What became of a call whose telephone system tells when, by such a clock.
async fn became(off: i64, begun_before: bool) -> Call {
    let dir = TempDir::new().expect("a folder for the test");
    let hub = hub(&dir).await;
    let live = hub.shared().live.clone();
    let sent = |push: Push| Push { sent_at: Some(Timestamp(Timestamp::now().0 + off * 1000)), ..push };
    let told = |push: Push| {
        let live = live.clone();
        async move {
            let told = live.push("pbx", push, Instant::now()).await.expect("kept");
            later().await;
            told
        }
    };
    let at_101 = |event| Push {
        kind: PushKind::Event,
        event: Some(event),
        extensions: vec!["101".into()],
        ..ring("+36301234567", Some("q"))
    };
    if begun_before {
        // It has pushed before: that shows how its clock goes.
        for n in 0..10 {
            told(sent(ring("+36307654321", Some(&format!("before {n}"))))).await;
        }
    }
    // Whatever the clock says, it rings now; its first word has no time.
    let Told::New(id) = told(ring("+36301234567", Some("q"))).await else { panic!("a new call") };
    let no_answer = CallEvent::Failed { leg: Leg::Agent, why: FailReason::NoAnswer };
    told(sent(at_101(no_answer))).await;
    // No next ring came, as we suppose.
    let waited = id.clone();
    let suppose = move |task: &mut crate::live::task::LiveTask| {
        let live = task.calls.get_mut(&waited).expect("the call");
        live.heard = live.heard.checked_sub(Duration::from_secs(60)).expect("a minute ago");
        task.suppose();
    };
    live.with(suppose).await.expect("the task goes on");
    later().await;
    told(sent(at_101(CallEvent::AgentRinging))).await;
    told(sent(at_101(CallEvent::Connected))).await;
    // Ours, without a time of its own, and then theirs.
    told(at_101(CallEvent::AnsweredElsewhere)).await;
    told(sent(at_101(CallEvent::Ended))).await;
    let call = live.with(move |task| task.calls[&id].call.clone()).await.expect("the call");
    hub.shutdown().await;
    without_times(call)
}

fn without_times(call: Call) -> Call {
    let none = Timestamp(0);
    let mut call = Call { id: CallId("one".into()), started_at: none, ..call };
    call.connected_at = call.connected_at.map(|_| none);
    call.ended_at = call.ended_at.map(|_| none);
    for leg in &mut call.course.legs {
        leg.rang_at = leg.rang_at.map(|_| none);
        leg.answered_at = leg.answered_at.map(|_| none);
        leg.ended_at = leg.ended_at.map(|_| none);
    }
    call
}

#[tokio::test]
async fn a_clock_that_is_off_makes_no_other_call() {
    let right = became(0, false).await;
    assert_eq!((&right.state, right.course.legs.len()), (&CallState::Ended, 2), "{right:#?}");
    for off in OFF {
        for begun_before in [false, true] {
            assert_eq!(became(off, begun_before).await, right, "off by {off} s, known before: {begun_before}");
        }
    }
}

#[tokio::test]
async fn a_telephone_system_whose_clock_is_an_hour_behind_rings_once_that_is_known() {
    let dir = TempDir::new().expect("a folder for the test");
    let hub = hub(&dir).await;
    let live = hub.shared().live.clone();
    let hour_ago = || Some(Timestamp::now().before(Duration::from_secs(3600)));
    let mut told = Vec::new();
    for n in 0..10 {
        let push = Push { sent_at: hour_ago(), ..ring("+36301234567", Some(&n.to_string())) };
        told.push(live.push("pbx", push, Instant::now()).await.expect("kept"));
    }
    assert_eq!(told[0], Told::TooOld, "it may be one that somebody sends again");
    assert!(matches!(told[9], Told::New(_)), "{told:?}");
}

#[tokio::test]
async fn a_clock_that_was_known_is_known_after_a_restart() {
    let dir = TempDir::new().expect("a folder for the test");
    let hub = hub(&dir).await;
    let hour_ago = || Some(Timestamp::now().before(Duration::from_secs(3600)));
    for n in 0..10 {
        let push = Push { sent_at: hour_ago(), ..ring("+36301234567", Some(&n.to_string())) };
        hub.shared().live.push("pbx", push, Instant::now()).await.expect("kept");
    }
    hub.shutdown().await;
    for killed in [false, true] {
        let hub = super::hub(&dir).await;
        let id = format!("after, killed: {killed}");
        let rings = Push { sent_at: hour_ago(), ..ring("+36301234567", Some(&id)) };
        let told = hub.shared().live.push("pbx", rings, Instant::now()).await.expect("kept");
        assert!(matches!(told, Told::New(_)), "it rings now: {told:?}");
        // One that waited somewhere meanwhile rings no more.
        let two_hours_ago = Some(Timestamp::now().before(Duration::from_secs(7200)));
        let old = Push { sent_at: two_hours_ago, ..ring("+36301234567", Some("old")) };
        assert_eq!(hub.shared().live.push("pbx", old, Instant::now()).await, Ok(Told::TooOld));
        let again = Push { sent_at: hour_ago(), ..ring("+36207654321", Some(&format!("{id}, again"))) };
        let told = hub.shared().live.push("pbx", again, Instant::now()).await.expect("kept");
        assert!(matches!(told, Told::New(_)), "one that was late changes nothing: {told:?}");
        if killed { drop(hub) } else { hub.shutdown().await }
    }
}

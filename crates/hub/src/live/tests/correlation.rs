//! Which call a push is about: ids that are used anew, and data without an id.

use super::*;
use crate::history::Recorded;
use ringcard_core::{
    Timestamp,
    call::{Call, CallEvent, CallId, MayCome, Patience},
    frame::Step,
    number::{Ani, Party},
};
use std::future::ready;

pub(super) fn event(event: CallEvent, id: Option<&str>) -> Push {
    Push { kind: PushKind::Event, event: Some(event), ..ring("+36301234567", id) }
}

pub(super) fn at_101(push: Push) -> Push {
    Push { extensions: vec!["101".into()], ..push }
}

/// Data without an id.
pub(super) fn data(talk: u32) -> Push {
    let answered = Some(talk > 0);
    at_101(Push { kind: PushKind::CallData, talk_seconds: Some(talk), answered, ..ring("+36301234567", None) })
}

pub(super) async fn told(hub: &Hub, push: Push) -> Told {
    hub.shared().live.push("pbx", push, Instant::now()).await.expect("kept")
}

pub(super) async fn new(hub: &Hub, push: Push) -> CallId {
    match told(hub, push).await {
        Told::New(id) => id,
        other => panic!("a new call, not {other:?}"),
    }
}

/// As if everything until now had happened so long before: here, and on the disk.
pub(super) async fn time_passes(hub: &Hub, time: Duration) {
    let shift = move |task: &mut crate::live::task::LiveTask| {
        for live in task.calls.values_mut() {
            live.steps.iter_mut().for_each(|step| step.at = step.at.before(time));
            live.call.started_at = live.call.started_at.before(time);
            live.may_come = live.call.follow(&live.steps, &Patience::default());
            live.seen = live.seen.checked_sub(time).unwrap_or(live.seen);
        }
        task.carry_over();
    };
    hub.shared().live.with(shift).await.expect("the task goes on");
    hub.shared().history.settled().await.expect("kept");
}

/// Calls that are over are let go.
pub(super) async fn let_go(hub: &Hub) {
    hub.shared().live.with(|task| task.calls.retain(|_, live| !live.call.state.is_over())).await.expect("let go");
}

async fn state(hub: &Hub, id: &CallId) -> CallState {
    hub.shared().history.call(id.clone()).await.expect("read").expect("it is there").state
}

#[tokio::test]
async fn a_ring_with_the_id_of_a_call_that_is_over_is_another_call_whoever_calls() {
    let internal = Ani(Party::Internal { digits: "102".into() });
    for caller in [plan().read_ani(Some("+36301234567")), Ani(Party::Hidden), internal] {
        for is_let_go in [false, true] {
            let dir = TempDir::new().expect("a folder for the test");
            let hub = hub(&dir).await;
            let ring = || Push { ani: caller.clone(), ..ring("", Some("1")) };
            let first = new(&hub, ring()).await;
            let ended = Push { kind: PushKind::Event, event: Some(CallEvent::Ended), ..ring() };
            assert_eq!(told(&hub, ended.clone()).await, Told::News(first.clone()));
            if is_let_go {
                let_go(&hub).await;
            }
            assert_eq!(told(&hub, ring()).await, Told::Again(first.clone()), "the same push again: {caller:?}");
            time_passes(&hub, Duration::from_secs(180)).await;
            if is_let_go {
                let_go(&hub).await;
            }
            let second = new(&hub, ring()).await;
            assert_eq!(state(&hub, &second).await, CallState::Ringing, "{caller:?}");
            // What is said now is said of that one.
            assert_eq!(told(&hub, ended).await, Told::News(second));
        }
    }
}

#[tokio::test]
async fn a_ring_that_tells_when_it_was_is_another_call_as_soon_as_it_is_later() {
    let dir = TempDir::new().expect("a folder for the test");
    let hub = hub(&dir).await;
    let at = |seconds| Some(Timestamp::now().before(Duration::from_secs(seconds)));
    told(&hub, Push { sent_at: at(0), ..ring("+36307654321", Some("its clock is right")) }).await;
    let rung = Push { sent_at: at(40), ..ring("+36301234567", Some("1")) };
    let first = new(&hub, rung.clone()).await;
    let ended = Push { sent_at: at(30), ..event(CallEvent::Ended, Some("1")) };
    assert_eq!(told(&hub, ended).await, Told::News(first.clone()));
    assert_eq!(told(&hub, rung).await, Told::Again(first));
    new(&hub, Push { sent_at: at(10), ..ring("+36301234567", Some("1")) }).await;
}

#[tokio::test]
async fn a_ring_with_the_id_of_a_call_that_was_given_up_is_another_call() {
    let dir = TempDir::new().expect("a folder for the test");
    let hub = hub(&dir).await;
    let first = new(&hub, ring("+36301234567", Some("1"))).await;
    let gone = first.clone();
    hub.shared().live.with(move |task| task.happen(&gone, &CallEvent::Expired, |_, _| {})).await.expect("given up");
    time_passes(&hub, Duration::from_secs(60)).await;
    assert_ne!(new(&hub, ring("+36301234567", Some("1"))).await, first);
}

#[tokio::test]
async fn what_only_settles_that_a_call_is_over_is_kept() {
    let dir = TempDir::new().expect("a folder for the test");
    let hub = hub(&dir).await;
    let id = new(&hub, ring("+36301234567", Some("1"))).await;
    told(&hub, at_101(event(CallEvent::Ended, Some("1")))).await;
    told(&hub, event(CallEvent::Ended, Some("1"))).await;
    let known = id.clone();
    let may_come = hub.shared().live.with(move |task| task.calls[&known].may_come).await;
    assert_eq!(may_come, Ok(MayCome::Nothing));
    assert_eq!(hub.shared().history.steps(id).await.expect("read").len(), 3);
}

#[tokio::test]
async fn data_without_an_id_are_of_the_call_that_is_over_and_not_of_one_that_rings() {
    for is_let_go in [false, true] {
        let dir = TempDir::new().expect("a folder for the test");
        let hub = hub(&dir).await;
        let first = new(&hub, ring("+36301234567", Some("1"))).await;
        told(&hub, at_101(event(CallEvent::Connected, Some("1")))).await;
        told(&hub, event(CallEvent::Ended, Some("1"))).await;
        time_passes(&hub, Duration::from_secs(3600)).await;
        if is_let_go {
            let_go(&hub).await;
        }
        let second = new(&hub, ring("+36301234567", Some("2"))).await;
        assert_eq!(told(&hub, data(3)).await, Told::News(first.clone()), "let go: {is_let_go}");
        assert_eq!(state(&hub, &second).await, CallState::Ringing);
        // Once more, they are the same.
        assert_eq!(told(&hub, data(3)).await, Told::Again(first), "let go: {is_let_go}");
        assert_eq!(state(&hub, &second).await, CallState::Ringing);
        // Of the second one they are its end, where nobody tells more.
        assert_eq!(told(&hub, data(0)).await, Told::News(second.clone()));
        assert_eq!(state(&hub, &second).await, CallState::Missed);
    }
}

#[tokio::test]
async fn data_without_an_id_of_a_hidden_caller_find_their_call_in_the_history() {
    let dir = TempDir::new().expect("a folder for the test");
    let hub = hub(&dir).await;
    let hidden = |push: Push| Push { ani: Ani(Party::Hidden), ..push };
    let first = new(&hub, hidden(ring("", Some("1")))).await;
    told(&hub, hidden(at_101(event(CallEvent::Connected, Some("1"))))).await;
    told(&hub, hidden(event(CallEvent::Ended, Some("1")))).await;
    let_go(&hub).await;
    assert_eq!(told(&hub, hidden(data(3))).await, Told::News(first));
}

#[tokio::test]
async fn a_ring_that_comes_after_its_data_is_no_second_call() {
    let dir = TempDir::new().expect("a folder for the test");
    let hub = hub(&dir).await;
    let on_time = Push { sent_at: Some(Timestamp::now()), ..ring("+36307654321", Some("its clock is right")) };
    told(&hub, on_time).await;
    let call = new(&hub, data(3)).await;
    let late = ring("+36301234567", None);
    assert!(matches!(told(&hub, late).await, Told::News(id) | Told::Again(id) if id == call));
    time_passes(&hub, Duration::from_secs(30)).await;
    let later = Push { sent_at: Some(Timestamp::now().before(Duration::from_secs(40))), ..ring("+36301234567", None) };
    let later = told(&hub, later).await;
    assert!(matches!(&later, Told::News(id) | Told::Again(id) if *id == call), "{later:?}");
    new(&hub, ring("+36301234567", None)).await;
}

#[tokio::test]
async fn of_a_call_that_is_known_here_the_history_is_not_asked() {
    let dir = TempDir::new().expect("a folder for the test");
    let hub = hub(&dir).await;
    let id = new(&hub, ring("+36301234567", Some("1"))).await;
    let asked = async { panic!("the history was asked") };
    let live = hub.shared().live.clone();
    let pushed = live.push_knowing("pbx", event(CallEvent::Connected, Some("1")), Instant::now(), asked).await;
    assert_eq!(pushed, Ok(Told::News(id)));
    let pushed = live.push_knowing("pbx", ring("+36301234567", Some("2")), Instant::now(), ready(None)).await;
    assert!(matches!(pushed, Ok(Told::New(_))));
}

#[tokio::test]
async fn what_is_said_of_past_calls_finds_room_or_is_to_come_again() {
    let dir = TempDir::new().expect("a folder for the test");
    let hub = hub(&dir).await;
    let past = new(&hub, ring("+36301234567", Some("past"))).await;
    told(&hub, event(CallEvent::Ended, Some("past"))).await;
    let live = hub.shared().live.clone();
    let fill = move |task: &mut crate::live::task::LiveTask| {
        let call = task.calls[&past].call.clone();
        task.calls.clear();
        for n in 0..2000 {
            let call = Call {
                id: CallId::new(),
                external_id: Some(format!("full {n}")),
                ani: Ani(Party::Hidden),
                state: CallState::Ringing,
                ended_at: None,
                ..call.clone()
            };
            let now = tokio::time::Instant::now();
            task.calls.insert(call.id.clone(), crate::live::task::LiveCall::new(call, now));
        }
    };
    live.with(fill).await.expect("filled");
    for push in [data(3), event(CallEvent::Connected, Some("past"))] {
        let pushed = live.push("pbx", push, Instant::now()).await;
        assert_eq!(pushed, Err(PushNotKept::Busy));
        assert_eq!(live.with(|task| task.calls.len()).await, Ok(2000));
    }
}

#[tokio::test]
async fn a_call_that_is_over_by_what_was_said_of_it_is_over_in_the_list_when_it_is_taken_up() {
    let dir = TempDir::new().expect("a folder for the test");
    let first = hub(&dir).await;
    let id = new(&first, ring("+36301234567", Some("1"))).await;
    let history = first.shared().history.clone();
    let call = history.call(id.clone()).await.expect("read").expect("it is there");
    let steps = vec![Step::new(Timestamp::now(), CallEvent::Missed)];
    history.record(Recorded { call, steps, mine: Vec::new(), click: None }).await.expect("recorded");
    drop(first); // no shutdown
    let second = hub(&dir).await;
    assert_eq!(state(&second, &id).await, CallState::Missed);
    let listed = second.shared().history.unfinished().await.expect("read");
    assert!(listed.is_empty(), "{listed:?}");
}

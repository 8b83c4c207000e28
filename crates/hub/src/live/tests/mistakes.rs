//! Mistakes of ours: what was decided before, what goes on beside, and the end.

use super::*;
use crate::{AccountSetup, System};
use async_trait::async_trait;
use ringcard_connect::{
    Originate, OriginateFailure, Originated, Permits, Secrets, StartCalls, TakesPermits, TestReport, TestState, Trial,
};
use ringcard_core::number::{CannotDial, Party};
use std::sync::Arc;
use tokio::sync::oneshot;

/// A telephone system whose connector has a mistake.
struct Mistaken;

impl TakesPermits for Mistaken {
    fn use_permits(&self, _permits: Arc<dyn Permits>) {}
}

#[async_trait]
impl Trial for Mistaken {
    async fn test(&self) -> TestReport {
        TestReport { state: TestState::Works, steps: Vec::new() }
    }
}

#[async_trait]
impl StartCalls for Mistaken {
    async fn originate(&self, _order: &Originate) -> Result<Originated, OriginateFailure> {
        panic!("a mistake, for the test")
    }

    fn dialled(&self, _number: &Party) -> Result<String, CannotDial> {
        Ok("1".into())
    }
}

#[tokio::test]
async fn a_mistake_while_a_telephone_system_is_asked_to_dial_leaves_no_call_starting_for_ever() {
    let dir = TempDir::new().expect("a folder for the test");
    let hub = hub(&dir).await;
    let system = System::new("mistaken", Vec::new(), Secrets::new([]), Arc::new(Mistaken));
    let system = System { start_calls: Some(Arc::new(Mistaken)), ..system };
    hub.accounts().replace(vec![AccountSetup::new("pbx", Ok(system))], |_, _| ());
    let live = hub.shared().live.clone();
    let order = DialOrder {
        key: "click".into(),
        number: "+36301234567".into(),
        confirmed: false,
        force: false,
        extension: None,
        account: None,
        ticket: None,
    };
    let call = live.dial(Some(ana()), order).await.expect("it is begun");
    let settled = in_time(live.settled(call)).await.expect("the call");
    assert_eq!(settled.state, CallState::Unknown, "the phone may ring all the same");
}

#[tokio::test]
async fn calls_are_taken_up_anew_when_what_was_decided_before_is_kept() {
    let dir = TempDir::new().expect("a folder for the test");
    let hub = hub(&dir).await;
    let shared = hub.shared().clone();
    let disk = busy_disk(&dir);
    let pushed = shared.live.clone();
    let push = tokio::spawn(async move { pushed.push("pbx", ring("+36301234567", None), Instant::now()).await });
    in_time(async { while shared.live.with(|task| task.calls.is_empty()).await == Ok(true) {} }).await;
    assert!(in_time(shared.live.with(|_| -> () { panic!("a mistake, for the test") })).await.is_err());
    assert_eq!(in_time(push).await.expect("it ended"), Err(PushNotKept::Busy), "it is to be sent again");
    let mut state = shared.live_state.clone();
    in_time(state.wait_for(|state| state.restarts == 1)).await.expect("the hub lives");
    drop(disk);
    in_time(state.wait_for(|state| !state.is_down)).await.expect("taken up anew");
    assert_eq!(shared.live.with(|task| task.calls.len()).await, Ok(1));
}

#[tokio::test]
async fn a_mistake_while_the_hub_stops_begins_nothing_anew() {
    let dir = TempDir::new().expect("a folder for the test");
    let hub = hub(&dir).await;
    let (rules, parts) = rules_and_parts(&hub);
    let (stop, stopped) = watch::channel(false);
    let (live, state, task) = start_with(rules, parts, stopped, [Duration::ZERO; 4]).await.expect("it starts");
    let (go_on, held) = oneshot::channel::<()>();
    let decided = live.with(move |task| {
        let kept = async move { held.await.map_err(|_| unreachable!("it goes on")) };
        task.commit(kept, |_, _| panic!("a mistake, for the test"));
    });
    decided.await.expect("decided");
    stop.send_replace(true);
    // That is heard first, and then what was decided goes on.
    go_on.send(()).expect("it waits");
    in_time(task).await.expect("it stops");
    assert_eq!(state.borrow().restarts, 0);
}

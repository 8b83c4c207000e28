//! The calls' task where it must not wait, and where it ends by a mistake.

mod legs;

use super::{DialOrder, LiveParts, PushNotKept, Rules, Told, supervised::start_with};
use crate::{Agent, CallWaits, Hub, HubSetup, Link, directory::Directory};
use ringcard_connect::{Push, PushKind};
use ringcard_core::{
    call::{AgentId, CallState},
    frame::{ConnectionState, DeskFrame, HubFrame, PROTOCOL, Snapshot, TroubleCode},
    number::DialPlan,
};
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tokio::{sync::watch, time::timeout};

mod call_data;
mod clocks;
mod correlation;
mod damaged;
mod in_order;
mod mistakes;
mod model;
mod own_calls;
mod whose;

/// Long enough on the noisiest machine.
const PATIENCE: Duration = Duration::from_secs(20);

async fn in_time<T>(what: impl Future<Output = T>) -> T {
    timeout(PATIENCE, what).await.expect("in time")
}

fn plan() -> DialPlan {
    DialPlan::new("HU").expect("Hungary is a country")
}

fn ana() -> AgentId {
    AgentId("Ana".into())
}

async fn hub(dir: &TempDir) -> Hub {
    hub_with(dir, vec![Agent { id: ana(), extension: Some("101".into()), lines: Vec::new() }]).await
}

async fn hub_with(dir: &TempDir, agents: Vec<Agent>) -> Hub {
    let directory = Directory::open(&dir.path().join("directory.db"), plan()).expect("the directory opens");
    let setup = HubSetup {
        data_dir: dir.path().to_owned(),
        agents,
        plan: plan(),
        line_names: BTreeMap::new(),
        call_back_within: BTreeMap::new(),
        accounts: Vec::new(),
        listen: None,
        api_token: None,
        ring_expires: Duration::from_secs(120),
        conversation_expires: Duration::from_secs(3600),
        waits: CallWaits::default(),
        recordings: crate::recordings::Keeping::default(),
        keep_calls_days: None,
        customers: crate::CustomerRules::default(),
    };
    Hub::start(setup, directory).await.expect("the hub starts")
}

fn ring(caller: &str, id: Option<&str>) -> Push {
    let (ani, dnis) = (plan().read_ani(Some(caller)), plan().read_dnis(Some("101")));
    Push { external_id: id.map(str::to_owned), ..Push::between(PushKind::Incoming, ani, dnis) }
}

async fn welcome(hub: &Hub) -> (Link, Snapshot) {
    let mut link = hub.connect(ana());
    let hello = DeskFrame::Hello { protocol: PROTOCOL, agent: ana(), token: String::new() };
    link.to_hub.send(hello).await.expect("the hub listens");
    match in_time(link.from_hub.recv()).await {
        Some(HubFrame::Welcome { snapshot, .. }) => (link, snapshot),
        other => panic!("no welcome: {other:?}"),
    }
}

/// For a task of calls beside the hub's own.
fn rules_and_parts(hub: &Hub) -> (Rules, LiveParts) {
    let shared = hub.shared();
    let rules = Rules {
        agents: shared.agents.clone(),
        line_names: BTreeMap::new(),
        call_back_within: BTreeMap::new(),
        ring_expires: PATIENCE,
        conversation_expires: PATIENCE,
        waits: CallWaits::default(),
    };
    let parts = LiveParts {
        history: shared.history.clone(),
        crm: shared.crm.clone(),
        customers: shared.customers.clone(),
        directory: shared.directory.clone(),
        accounts: shared.accounts.clone(),
        outbox: shared.outbox.clone(),
        plan: shared.plan.subscribe(),
        metrics: shared.metrics.clone(),
        pops: shared.pops.clone(),
        noticed: shared.noticed.clone(),
    };
    (rules, parts)
}

/// The disk, kept busy by another program until the returned connection is dropped.
fn busy_disk(dir: &TempDir) -> rusqlite::Connection {
    let connection = rusqlite::Connection::open(dir.path().join("calls.db")).expect("the call history");
    connection.execute_batch("BEGIN IMMEDIATE").expect("nobody writes");
    connection
}

#[tokio::test]
async fn what_needs_no_disk_waits_for_none() {
    let dir = TempDir::new().expect("a folder for the test");
    let hub = hub(&dir).await;
    let live = hub.shared().live.clone();
    let disk = busy_disk(&dir);
    let pushed = live.clone();
    let push = tokio::spawn(async move { pushed.push("pbx", ring("+36301234567", None), Instant::now()).await });
    // It is the task's own turn: the push was taken in before.
    in_time(async { while live.with(|task| task.calls.is_empty()).await == Ok(true) {} }).await;
    let (_link, snapshot) = welcome(&hub).await;
    assert!(!push.is_finished(), "nothing is on the disk yet");
    assert_eq!(snapshot.calls, [], "and nothing is told that is not");
    drop(disk);
    assert!(matches!(in_time(push).await.expect("it ended"), Ok(Told::New(_))));
    let (_link, snapshot) = welcome(&hub).await;
    assert_eq!(snapshot.calls.len(), 1);
}

#[tokio::test]
async fn the_same_push_again_is_answered_when_the_first_is_kept() {
    let dir = TempDir::new().expect("a folder for the test");
    let hub = hub(&dir).await;
    let live = hub.shared().live.clone();
    let disk = busy_disk(&dir);
    let push = |n: usize| {
        let live = live.clone();
        tokio::spawn(async move { (n, live.push("pbx", ring("+36301234567", None), Instant::now()).await) })
    };
    let first = push(1);
    in_time(async { while live.with(|task| task.calls.is_empty()).await == Ok(true) {} }).await;
    let again = push(2);
    // Its turn is over, too.
    live.with(|_| ()).await.expect("the task goes on");
    assert!(!first.is_finished() && !again.is_finished());
    drop(disk);
    assert!(matches!(in_time(first).await.expect("it ended"), (1, Ok(Told::New(_)))));
    assert!(matches!(in_time(again).await.expect("it ended"), (2, Ok(Told::Again(_)))));
}

#[tokio::test]
async fn a_click_that_comes_again_before_the_first_is_kept_is_one_call() {
    let dir = TempDir::new().expect("a folder for the test");
    let hub = hub(&dir).await;
    hub.accounts().replace(vec![crate::AccountSetup::new("pbx", Err("no password".into()))], |_, _| ());
    let live = hub.shared().live.clone();
    let disk = busy_disk(&dir);
    let click = || {
        let live = live.clone();
        let order = DialOrder {
            key: "click".into(),
            number: "+36301234567".into(),
            confirmed: false,
            force: false,
            extension: None,
            account: Some("pbx".into()),
            ticket: None,
        };
        tokio::spawn(async move { live.dial(Some(ana()), order).await })
    };
    let (first, again) = (click(), click());
    in_time(async { while live.with(|task| task.calls.is_empty()).await == Ok(true) {} }).await;
    drop(disk);
    let first = in_time(first).await.expect("it ended").expect("it is begun");
    assert_eq!(in_time(again).await.expect("it ended"), Ok(first));
    assert_eq!(live.with(|task| task.calls.len()).await, Ok(1));
}

#[tokio::test]
async fn after_a_mistake_the_calls_are_taken_up_anew() {
    let dir = TempDir::new().expect("a folder for the test");
    let hub = hub(&dir).await;
    let shared = hub.shared().clone();
    let Ok(Told::New(call)) = shared.live.push("pbx", ring("+36301234567", Some("1")), Instant::now()).await else {
        panic!("it rings")
    };
    let (mut link, _) = welcome(&hub).await;
    let mut state = shared.live_state.clone();
    assert!(!state.borrow().is_troubled());

    let mistake = shared.live.with(|_| -> () { panic!("a mistake, for the test") });
    assert!(in_time(mistake).await.is_err());
    in_time(state.wait_for(|state| state.restarts == 1 && !state.is_down)).await.expect("the hub lives");
    assert!(state.borrow().is_troubled(), "and it is said");
    // The desk's link ends, and it begins again with a snapshot.
    in_time(async { while link.from_hub.recv().await.is_some() {} }).await;
    let (_link, snapshot) = welcome(&hub).await;
    let told = snapshot.connections.iter().find(|connection| connection.name == "calls");
    let trouble = |state: &ConnectionState| matches!(state, ConnectionState::Trouble { code: TroubleCode::Calls, .. });
    assert!(told.is_some_and(|told| trouble(&told.state)), "{told:?}");
    let states: Vec<_> = snapshot.calls.iter().map(|seen| (&seen.call.id, &seen.call.state)).collect();
    assert_eq!(states, [(&call, &CallState::Ringing)]);
    let again = shared.live.push("pbx", ring("+36301234567", Some("1")), Instant::now()).await;
    assert_eq!(again, Ok(Told::Again(call)), "it is the same call");
    hub.shutdown().await;
}

#[tokio::test]
async fn a_mistake_that_comes_again_and_again_is_waited_for_and_who_pushes_meanwhile_is_told_so() {
    let dir = TempDir::new().expect("a folder for the test");
    let hub = hub(&dir).await;
    let (rules, parts) = rules_and_parts(&hub);
    let (stop, stopped) = watch::channel(false);
    let never = Duration::from_secs(3600);
    let pauses = [Duration::ZERO, never, never, never];
    let (live, mut state, task) = start_with(rules, parts, stopped, pauses).await.expect("it starts");
    assert!(in_time(live.with(|_| -> () { panic!("a mistake, for the test") })).await.is_err());
    in_time(state.wait_for(|state| state.restarts == 1 && !state.is_down)).await.expect("taken up at once");
    assert!(in_time(live.with(|_| -> () { panic!("the same again") })).await.is_err());
    in_time(state.wait_for(|state| state.restarts == 2 && state.is_down)).await.expect("and now it waits");
    let pushed = in_time(live.push("pbx", ring("+36301234567", None), Instant::now())).await;
    assert_eq!(pushed, Err(PushNotKept::Busy));
    stop.send_replace(true);
    in_time(task).await.expect("it stops at once all the same");
}

/// Until it is later than now, as telephone systems' times tell it: two words of one moment have no order.
async fn later() {
    let now = ringcard_core::Timestamp::now();
    while ringcard_core::Timestamp::now().0 < now.0 + 2 {
        tokio::task::yield_now().await;
    }
}

//! Calls of a telephone system that tells nothing by itself: it is looked at while one goes on, and not otherwise.

use crate::{
    filed_calls,
    support::{self, Desk, Plan, TOKEN, World, client, dial_plan, outside, setup_in},
};
use ringcard_connect::{NewAccount, Registry};
use ringcard_core::{
    call::{Advice, Call, CallId, CallState},
    frame::ConnectionState,
};
use ringcard_hub::{AccountSetup, Hub, directory::Directory};
use ringcard_sim::{CcaiConfig, CcaiSim, Sim, SimConfig};
use secrecy::SecretString;
use serde_json::json;
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tokio::time::timeout;

const NUMBER: &str = "+36301234567";
/// Within a few seconds.
const SOON: Duration = Duration::from_secs(6);

fn account(sim: &CcaiSim) -> AccountSetup {
    let values = [
        ("api_url", sim.base_url()),
        ("subdomain", "customer".to_owned()),
        ("agents", "101=anna@example.com; 102=bob@example.com".to_owned()),
        ("tickets_of", "crm".to_owned()),
    ];
    let mut values: BTreeMap<String, toml::Value> =
        values.into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect();
    values.insert("look_seconds".to_owned(), 1.into());
    let secrets = [("token", "sim-ccai-token"), ("push_key", support::KEY)];
    let secrets = secrets.map(|(key, value)| (key.to_owned(), SecretString::from(value)));
    let account = NewAccount { name: "ccai".to_owned(), values, secrets: secrets.into(), plan: dial_plan() };
    let system = Registry::builtin().find("ccai").expect("it is in the registry").set_up(account);
    AccountSetup::new("ccai", Ok(system.unwrap_or_else(|error| panic!("{error}"))))
}

async fn start(dir: TempDir, sim: &CcaiSim) -> World {
    start_with(dir, vec![account(sim)]).await
}

async fn start_with(dir: TempDir, accounts: Vec<AccountSetup>) -> World {
    let directory = Directory::open(&dir.path().join("directory.db"), dial_plan()).expect("the directory opens");
    let mut plan = Plan::default();
    plan.waits.log_after = Duration::from_millis(100);
    let setup = setup_in(dir.path(), &plan, "http://127.0.0.1:9");
    let setup = ringcard_hub::HubSetup { accounts, ..setup };
    let hub = Hub::start(setup, directory).await.expect("the hub starts");
    let base = support::address(&hub);
    let none = Sim::start(SimConfig::default()).await.expect("the simulator starts");
    World { hub, sim: none, http: client(), base, dir }
}

async fn begin() -> (World, CcaiSim, Desk) {
    let sim = CcaiSim::start(CcaiConfig::default()).await.expect("the simulator starts");
    let world = start(TempDir::new().expect("a folder for the test"), &sim).await;
    let desk = world.desk().await;
    (world, sim, desk)
}

/// Until the desk has the call as wanted.
async fn until(desk: &mut Desk, id: &CallId, what: &str, is: impl Fn(&Call) -> bool) -> Call {
    desk.until(what, |desk| desk.calls.get(id).is_some_and(&is)).await;
    desk.calls[id].clone()
}

fn looks(sim: &CcaiSim) -> usize {
    sim.requests().iter().filter(|asked| asked.method == "GET").count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_followed_to_its_end_within_seconds_and_nothing_is_asked_while_none_goes_on() {
    let (world, sim, mut desk) = begin().await;
    let id = desk.dial(NUMBER, "one").await.expect("it is started");
    until(&mut desk, &id, "the phone to ring", |call| call.state == CallState::AgentRinging).await;
    let theirs = sim.calls()[0].id;
    sim.set_status(theirs, "Connected");
    let connected = until(&mut desk, &id, "the customer", |call| call.state == CallState::Connected).await;
    assert_eq!(connected.course.legs.len(), 1, "{connected:?}");
    assert_eq!(connected.external_id, Some(theirs.to_string()));
    let before = Instant::now();
    sim.set_status(theirs, "Finished");
    let over = until(&mut desk, &id, "the end", |call| call.state.is_over()).await;
    assert!(before.elapsed() < SOON, "{:?}", before.elapsed());
    assert_eq!(over.state, CallState::Ended);
    assert!(over.ended_at.is_some() && over.course.talk_seconds.is_some(), "{over:?}");
    assert!(sim.most_per_second() <= 10, "{}", sim.most_per_second());

    let asked = looks(&sim);
    // Nothing is heard, and nothing is asked.
    let _ = timeout(Duration::from_secs(3), desk.until("anything", |_| false)).await;
    assert!(looks(&sim) <= asked + 1, "one may have been under way");
    world.hub.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ended_while_the_hub_was_not_there_is_known_with_how_it_ended_when_it_is_back() {
    let (world, sim, mut desk) = begin().await;
    let id = desk.dial(NUMBER, "one").await.expect("it is started");
    until(&mut desk, &id, "the phone to ring", |call| call.state == CallState::AgentRinging).await;
    let theirs = sim.calls()[0].id;
    sim.set_status(theirs, "Connected");
    until(&mut desk, &id, "the customer", |call| call.state == CallState::Connected).await;
    let World { hub, dir, .. } = world;
    drop(desk);
    hub.shutdown().await;
    sim.set_status(theirs, "Finished");
    let world = start(dir, &sim).await;
    let mut desk = world.desk().await;
    let goes_on = desk.welcome.calls.iter().any(|known| known.call.id == id);
    if goes_on {
        until(&mut desk, &id, "the end", |call| call.state.is_over()).await;
    }
    // Where it was looked at before the desk was there, the list has it.
    let list = format!("{}/v1/calls", world.base);
    let list = world.http.get(list).bearer_auth(TOKEN).send().await.expect("an answer");
    let list: serde_json::Value = list.json().await.expect("JSON");
    let state = &list["calls"][0]["call"]["state"];
    assert_eq!(state["kind"].as_str(), Some("ended"), "{list}");
    assert!(desk.states(&id).iter().all(|state| *state != CallState::OutcomeNotReported), "{:?}", desk.states(&id));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_agent_has_to_choose_first_is_on_the_call_until_it_is_chosen() {
    let (world, sim, mut desk) = begin().await;
    sim.adjust(|config| config.agents[0].chooses_number = true);
    let id = desk.dial(NUMBER, "one").await.expect("it is asked for");
    let advised = until(&mut desk, &id, "the advice", |call| call.course.advice == Some(Advice::ChooseNumber)).await;
    assert_eq!(
        (&advised.state, &advised.external_id),
        (&CallState::Unknown, &None),
        "nobody knows what will come of it"
    );
    let is_ready = |desk: &Desk| matches!(desk.connections["ccai"], ConnectionState::Ready { .. });
    desk.until("the account to be ready", is_ready).await;
    let theirs = sim.calls()[0].id;
    sim.set_status(theirs, "Connecting");
    let rings = until(&mut desk, &id, "the phone to ring", |call| call.state == CallState::AgentRinging).await;
    assert_eq!(
        (rings.course.advice, rings.external_id),
        (None, Some(theirs.to_string())),
        "it is found by whose it is"
    );
    sim.set_status(theirs, "Connected");
    sim.set_status(theirs, "Finished");
    until(&mut desk, &id, "the end", |call| call.state.is_over()).await;
    assert_eq!(desk.calls.len(), 1, "it is one call: {:?}", desk.calls);
    world.hub.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_failed_says_which_leg_and_why() {
    let (world, sim, mut desk) = begin().await;
    let id = desk.dial(NUMBER, "one").await.expect("it is started");
    until(&mut desk, &id, "the phone to ring", |call| call.state == CallState::AgentRinging).await;
    sim.set_status(sim.calls()[0].id, "Failed");
    let over = until(&mut desk, &id, "the end", |call| call.state.is_over()).await;
    assert_eq!(over.state.to_string(), "failed");
    assert!(format!("{:?}", over.state).contains("NoAnswer"), "{:?}", over.state);
    world.hub.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_wants_to_be_left_alone_is() {
    let (world, sim, mut desk) = begin().await;
    let id = desk.dial(NUMBER, "one").await.expect("it is started");
    until(&mut desk, &id, "the phone to ring", |call| call.state == CallState::AgentRinging).await;
    sim.adjust(|config| config.per_second = 0);
    let refused = || sim.requests().into_iter().filter(|asked| asked.status == Some(429)).collect::<Vec<_>>();
    let began = Instant::now();
    while refused().len() < 3 {
        assert!(began.elapsed() < Duration::from_secs(60), "{:?}", refused());
        let _ = timeout(Duration::from_millis(100), desk.until("anything", |_| false)).await;
    }
    let at: Vec<u64> = refused().iter().map(|asked| asked.at).collect();
    assert!(at[1] - at[0] >= 2_000 && at[2] - at[1] >= 4_000, "longer each time: {at:?}");
    sim.adjust(|config| config.per_second = 10);
    sim.set_status(sim.calls()[0].id, "Finished");
    until(&mut desk, &id, "the end", |call| call.state.is_over()).await;
    world.hub.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ticket_goes_along_where_it_is_the_platforms_and_another_number_is_said() {
    let (world, sim, mut desk) = begin().await;
    let (status, said) = world.dial(json!({ "number": NUMBER, "agent": "Ana", "ticket": "crm/901" })).await;
    assert_eq!((status, &said["message"]), (202, &json!(null)), "{said}");
    let started = sim.calls().remove(0);
    assert_eq!((started.ticket_id.as_deref(), started.number.as_str()), (Some("901"), NUMBER));
    sim.set_status(started.id, "Finished");
    let first = CallId(said["call_id"].as_str().expect("an id").to_owned());
    until(&mut desk, &first, "the end", |call| call.state.is_over()).await;

    let (_, said) = world.dial(json!({ "number": "+36309999999", "agent": "Ana", "ticket": "#901" })).await;
    assert!(said["message"].as_str().is_some_and(|words| words.contains("another number")), "{said}");
    let second = CallId(said["call_id"].as_str().expect("an id").to_owned());
    let call = until(&mut desk, &second, "the advice", |call| call.course.advice.is_some()).await;
    assert_eq!((call.course.advice, call.dnis.0), (Some(Advice::CallsAnother), outside("+36309999999")));

    let (_, said) = world.dial(json!({ "number": NUMBER, "agent": "Béla", "ticket": "other/901" })).await;
    assert!(said["call_id"].is_string(), "{said}");
    assert_eq!(
        sim.calls().last().expect("a call").ticket_id,
        None,
        "a ticket of another account is not the platform's"
    );
    for wrong in ["", "crm/", "a b", "crm/9/01", &"7".repeat(65)] {
        let (status, said) = world.dial(json!({ "number": NUMBER, "ticket": wrong, "agent": "Béla" })).await;
        assert_eq!((status, said["error"]["code"].as_str()), (400, Some("invalid")), "{wrong}");
    }
    assert_eq!(sim.calls().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_note_in_the_crm_beside_it_has_the_calls_course_once() {
    let sim = CcaiSim::start(CcaiConfig::default()).await.expect("the simulator starts");
    let crm = filed_calls::sim().await;
    let accounts = vec![account(&sim), AccountSetup::new("crm", Ok(filed_calls::system(&crm, &[])))];
    let world = start_with(TempDir::new().expect("a folder for the test"), accounts).await;
    let mut desk = world.desk().await;
    let id = desk.dial(NUMBER, "one").await.expect("it is started");
    until(&mut desk, &id, "the phone to ring", |call| call.state == CallState::AgentRinging).await;
    let theirs = sim.calls()[0].id;
    sim.set_status(theirs, "Connected");
    until(&mut desk, &id, "the customer", |call| call.state == CallState::Connected).await;
    sim.set_status(theirs, "Finished");
    until(&mut desk, &id, "the end", |call| call.state.is_over()).await;
    let began = Instant::now();
    // Those of calls have the name of their entry.
    let filed = || crm.tickets().into_iter().filter(|ticket| ticket.external_id.is_some()).count();
    while filed() == 0 {
        assert!(began.elapsed() < Duration::from_secs(60), "nothing is written: {:?}", desk.outbox);
        let _ = timeout(Duration::from_millis(100), desk.until("anything", |_| false)).await;
    }
    let written = format!("{:?}", crm.requests());
    // What a session's record has in the platform's own feed, as far as it is known of the call.
    for line in
        ["Started: ", "Ended: ", "Length: ", "Customer's number: +36301234567", "Agent: Ana (101)", "Outcome: answered"]
    {
        assert!(written.contains(line), "{line}: {written}");
    }
    assert_eq!(filed(), 1);
    assert!(crm.misfits().is_empty(), "{:?}", crm.misfits());
    world.hub.shutdown().await;
}

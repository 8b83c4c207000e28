//! What is told of an account's use, held against what the simulated other system was really asked.

use crate::{
    filed_calls::{call, each_once, sim, system, wait_for_their_account},
    support::{self, Desk, KEY, Plan, TOKEN, World, client, dial_plan, setup_in},
};
use ringcard_core::{call::CallId, customer::PartState};
use ringcard_hub::{AccountSetup, Hub, directory::Directory};
use ringcard_sim::{
    HubTarget, Sim, SimConfig,
    zendesk::{User, ZendeskSim},
};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(60);
const CALLER: &str = "+36301234567";

/// A hub with the account `crm` at this simulator, on a folder whose outbox has rows already.
async fn world(dir: TempDir, crm: &ZendeskSim, more: &[(&str, &str)]) -> World {
    let mut sim = SimConfig::default();
    sim.push.auth = ringcard_sim::PushAuth::key(KEY);
    let sim = Sim::start(sim).await.expect("the simulator starts");
    let directory = Directory::open(&dir.path().join("directory.db"), dial_plan()).expect("the directory opens");
    let mut setup = setup_in(dir.path(), &Plan::default(), &sim.base_url());
    setup.accounts.push(AccountSetup::new("crm", Ok(system(crm, more))));
    setup.customers.deadline = Duration::from_secs(20);
    let hub = Hub::start(setup, directory).await.expect("the hub starts");
    let base = support::address(&hub);
    sim.set_hub(Some(HubTarget::new(&base, "pbx")));
    World { hub, sim, http: client(), base, dir }
}

async fn usage(world: &World, range: &str) -> Value {
    let address = format!("{}/v1/usage?account=crm&range={range}", world.base);
    let answer = world.http.get(address).bearer_auth(TOKEN).send().await.expect("an answer");
    assert_eq!(answer.status(), 200);
    answer.json().await.expect("JSON")
}

/// Asks until the figures are these.
async fn until(world: &World, what: &str, is: impl Fn(&Value) -> bool) -> Value {
    let end = Instant::now() + PATIENCE;
    loop {
        let usage = usage(world, "day").await;
        if is(&usage) {
            return usage;
        }
        assert!(Instant::now() < end, "waited in vain for {what}: {usage}");
        tokio::task::yield_now().await;
    }
}

fn total(usage: &Value) -> u64 {
    let of = |purpose: &str| usage["total"][purpose].as_u64().expect("a count");
    ["look_up", "agent_act", "write", "report", "test"].into_iter().map(of).sum()
}

/// A call of the caller's, until their card has what the system says of them.
async fn ring(world: &World, desk: &mut Desk, id: &str) -> CallId {
    let known: Vec<CallId> = desk.calls.keys().cloned().collect();
    assert_eq!(world.push(&format!("caller=%2B36301234567&called=101&callid={id}")).await, 200);
    let is_new = move |desk: &Desk| desk.calls.keys().find(|id| !known.contains(id)).cloned();
    desk.until("the ring", |desk| is_new(desk).is_some()).await;
    let call = is_new(desk).expect("it was just there");
    desk.until("what the system says", |desk| {
        let part = desk.cards.get(&call).and_then(|card| card.parts.iter().find(|part| part.source == "crm"));
        part.is_some_and(|part| matches!(part.state, PartState::Here { .. }) && !part.tickets.is_empty())
    })
    .await;
    call
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_of_its_use_is_what_the_other_system_was_asked() {
    let (crm, dir) = (sim().await, TempDir::new().expect("a folder"));
    let ana = crm.add_user(User { name: "Ana".into(), phone: Some(CALLER.into()), ..User::default() });
    crm.add_ticket(&json!({ "subject": "Printer", "requester_id": ana, "comment": { "body": "broken" } }))
        .expect("a ticket");
    wait_for_their_account(dir.path(), (0..60).map(|n| call(n, &Value::Null))).await.shutdown().await;
    let world = world(dir, &crm, &[]).await;
    until(&world, "the queue to drain", |usage| usage["waiting"] == 0 && usage["total"]["write"] != 0).await;
    each_once(&crm, 0..60);
    let asked = crm.requests().len() as u64;
    let told = until(&world, "every request to be counted", |usage| total(usage) == asked).await;
    let writes = told["total"]["write"].as_u64().expect("a count");
    assert!(writes < 20, "sixty share requests: {told}");
    // What they would have cost, less what they did; that a connector looks at what a job made is not taken off.
    let saved = told["saved_by_batching"].as_u64().expect("a count");
    assert!((60 - writes..=58).contains(&saved), "the question of the job is: {told}");

    let mut desk = world.desk().await;
    ring(&world, &mut desk, "one").await;
    let asked = crm.requests().len() as u64;
    let told = until(&world, "the look-ups to be counted", |usage| total(usage) == asked).await;
    assert_eq!(told["cache_hits"], 0, "{told}");
    ring(&world, &mut desk, "two").await;
    assert_eq!(crm.requests().len() as u64, asked, "who calls again is known");
    let told = until(&world, "the cache's answers to be counted", |usage| usage["cache_hits"] != 0).await;
    assert_eq!((&told["cache_hits"], total(&told)), (&json!(2), asked), "who it is, and what of them: {told}");
    let month = usage(&world, "month").await;
    assert_eq!((total(&month), &month["saved_by_batching"]), (asked, &told["saved_by_batching"]));
    assert!(crm.misfits().is_empty(), "{:?}", crm.misfits());
    drop(desk);
    world.hub.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_the_next_day_is_told_with_the_days_limit() {
    let (crm, dir) = (sim().await, TempDir::new().expect("a folder"));
    wait_for_their_account(dir.path(), (0..12).map(|n| call(n, &Value::Null))).await.shutdown().await;
    let limits = [("per_day", "10"), ("reserved_percent", "50"), ("spread_hours", "no"), ("batching", "false")];
    let world = world(dir, &crm, &limits).await;
    let told = until(&world, "the day to be used up", |usage| usage["waiting"] == 7).await;
    assert_eq!(crm.requests().len(), 5, "half of the day is kept for look-ups");
    let windows = told["windows"].as_array().expect("windows");
    let day = windows.iter().find(|window| window["window"] == "day").expect("the day's");
    assert_eq!((&day["limit"], &day["used"], &day["reserved"]), (&json!(10), &json!(5), &json!(5)), "{day}");
    assert_eq!((&told["limited"], &told["failed"]), (&json!(0), &json!(0)), "nobody was turned away: {told}");
    world.hub.shutdown().await;
}

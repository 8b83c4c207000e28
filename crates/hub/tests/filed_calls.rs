//! Calls filed in a simulated Zendesk: many at once, with and without shared requests, and the real server killed while jobs run.

use crate::{
    server::{Server, TOKEN},
    support::client,
};
use ringcard_connect::{NewAccount, Registry, System};
use ringcard_core::{
    Timestamp,
    call::CallId,
    number::DialPlan,
    submission::{Submission, SubmissionKey, SubmissionState, Write},
};
use ringcard_hub::outbox::{Outbox, OutboxFilter, OutboxSetup};
use ringcard_sim::zendesk::{Limits, Misbehaviour, ZendeskConfig, ZendeskSim};
use secrecy::SecretString;
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    time::{Duration, Instant},
};
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) async fn sim() -> ZendeskSim {
    let limits = Limits { per_minute: 100_000, ..Limits::default() };
    let config = ZendeskConfig {
        api_token: TOKEN.into(),
        job_takes: Duration::from_millis(300),
        limits,
        ..ZendeskConfig::default()
    };
    ZendeskSim::start(config).await.expect("the simulator starts")
}

pub(crate) fn system(sim: &ZendeskSim, more: &[(&str, &str)]) -> System {
    let base = sim.base_url();
    let config = sim.config();
    let given = [("api_url", base.as_str()), ("email", config.email.as_str()), ("per_minute", "100000")];
    let values = given.into_iter().chain(more.iter().copied());
    let registry = Registry::builtin();
    let account = NewAccount {
        name: "crm".to_owned(),
        values: values.map(|(key, value)| (key.to_owned(), toml::Value::from(value))).collect(),
        secrets: BTreeMap::from([("api_token".to_owned(), SecretString::from(TOKEN))]),
        plan: DialPlan::new("HU").expect("a country"),
    };
    registry.find("zendesk").expect("it is known").set_up(account).unwrap_or_else(|error| panic!("{error}"))
}

/// A call's entry, as the hub makes one.
pub(crate) fn call(n: u32, filing: &Value) -> Submission {
    let id = format!("call-{n}");
    let entry = json!({
        "call_id": id, "account": "pbx", "direction": "inbound", "outcome": "answered", "number": "+36301234567",
        "line": "+3612001000", "started_at": 1_790_000_000_000_i64, "ended_at": 1_790_000_065_000_i64,
        "seconds": 65, "talk_seconds": 60, "notes": format!("said {n}"), "filing": filing,
    });
    let write = Write::LogCall { account: "crm".into(), entry: serde_json::from_value(entry).expect("an entry") };
    Submission {
        key: SubmissionKey(format!("key-{n}")),
        write,
        about: "Ana".into(),
        call_id: Some(CallId(id)),
        agent: None,
        made_at: Timestamp::now(),
        expires_at: None,
        needs: None,
    }
}

/// Puts rows into the outbox of this folder, which nobody sends yet.
pub(crate) async fn wait_for_their_account(home: &Path, rows: impl IntoIterator<Item = Submission>) -> Outbox {
    let outbox = Outbox::start(OutboxSetup::new(&home.join("outbox.db"), BTreeMap::new())).await.expect("it opens");
    for row in rows {
        outbox.take_over(row).await.expect("saved");
    }
    outbox
}

/// Until all that waits is over, or waits for a person.
async fn drained(outbox: &Outbox) {
    let end = Instant::now() + PATIENCE;
    let mut watch = outbox.watch();
    loop {
        let now = watch.borrow_and_update().clone();
        // While their account is absent, all of them wait for a person.
        if now.absent.is_empty() && now.waiting == now.needs_a_person {
            return;
        }
        assert!(Instant::now() < end, "it does not drain: {now:?}");
        let _ = tokio::time::timeout(Duration::from_secs(1), watch.changed()).await;
    }
}

fn send_with(system: &System) -> BTreeMap<String, std::sync::Arc<dyn ringcard_connect::Writes>> {
    BTreeMap::from([("crm".to_owned(), system.take_writes.clone().expect("it takes writes"))])
}

/// Every call has its ticket, once.
#[track_caller]
pub(crate) fn each_once(sim: &ZendeskSim, keys: impl Iterator<Item = u32>) {
    let mut tickets: BTreeMap<String, u32> = BTreeMap::new();
    for key in sim.tickets().into_iter().filter_map(|ticket| ticket.external_id) {
        *tickets.entry(key).or_default() += 1;
    }
    for n in keys {
        assert_eq!(tickets.remove(&format!("key-{n}")), Some(1), "call {n}");
    }
    assert!(tickets.is_empty(), "nobody asked for {tickets:?}");
    assert!(sim.misfits().is_empty(), "{:?}", sim.misfits());
}

#[tokio::test(flavor = "multi_thread")]
async fn three_hundred_calls_at_once_are_a_few_requests_and_without_batching_three_hundred() {
    let mut requests = Vec::new();
    for batching in ["true", "false"] {
        let (sim, dir) = (sim().await, TempDir::new().expect("a folder"));
        let outbox = wait_for_their_account(dir.path(), (0..300).map(|n| call(n, &Value::Null))).await;
        outbox.set_accounts(send_with(&system(&sim, &[("batching", batching)]))).await;
        drained(&outbox).await;
        each_once(&sim, 0..300);
        requests.push(sim.requests().len());
        outbox.shutdown().await;
    }
    let [with, without] = requests.try_into().expect("two");
    println!("300 calls: {with} requests with batching, {without} without");
    assert!(with <= 20, "{with}");
    assert_eq!(without, 300);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_job_could_not_do_waits_for_a_person_in_zendesks_words_and_the_rest_is_filed() {
    let (sim, dir) = (sim().await, TempDir::new().expect("a folder"));
    let suspended = sim.add_user(ringcard_sim::zendesk::User { name: "Ana".into(), ..Default::default() });
    sim.change_user(suspended, |user| user.suspended = true);
    let filing = |n: u32| if n == 7 { json!({ "customer": format!("crm/{suspended}") }) } else { Value::Null };
    let outbox = wait_for_their_account(dir.path(), (0..40).map(|n| call(n, &filing(n)))).await;
    outbox.set_accounts(send_with(&system(&sim, &[]))).await;
    drained(&outbox).await;
    each_once(&sim, (0..40).filter(|n| *n != 7));
    let filter = OutboxFilter { needs_a_person: true, ..OutboxFilter::default() };
    let (rows, _) = outbox.list(filter, None, 10).await.expect("read");
    let [row] = rows.try_into().expect("one");
    assert_eq!(row.submission.key.0, "key-7");
    assert!(
        matches!(&row.state, SubmissionState::Parked { detail, .. } if detail.contains("suspended")),
        "{:?}",
        row.state
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_of_one_ticket_that_wait_are_one_comment_in_their_order() {
    let (sim, dir) = (sim().await, TempDir::new().expect("a folder"));
    let ticket = sim.add_ticket(&json!({ "subject": "Printer", "comment": { "body": "broken" } })).expect("made");
    let filing = json!({ "ticket": { "kind": "add_to", "ticket": ticket.to_string() } });
    let outbox = wait_for_their_account(dir.path(), (0..5).map(|n| call(n, &filing))).await;
    outbox.set_accounts(send_with(&system(&sim, &[]))).await;
    drained(&outbox).await;
    let comments = sim.comments(ticket);
    let body = &comments[1].body;
    let places: Vec<usize> = (0..5).map(|n| body.find(&format!("key-{n}")).expect("each call is named")).collect();
    assert!(comments.len() == 2 && places.is_sorted(), "{body}");
    assert_eq!(sim.requests_of("PUT tickets/{}").len(), 1);
}

fn settings(sim: &ZendeskSim) -> String {
    format!(
        r#"
[locale]
country = "HU"
[listen]
address = "127.0.0.1:0"
api_token = {{ env = "KILL_TOKEN" }}
[[agent]]
name = "Ana"
extension = "101"
[[account]]
name = "crm"
connector = "zendesk"
api_url = "{}"
email = "{}"
per_minute = 100000
api_token = {{ env = "KILL_TOKEN" }}
"#,
        sim.base_url(),
        sim.config().email
    )
}

/// The real server is killed when the simulated Zendesk has heard this; a round has its own rows.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_while_jobs_run_files_each_call_once() {
    let sim = sim().await;
    let home = TempDir::new().expect("a folder");
    std::fs::write(home.path().join("hub.toml"), settings(&sim)).expect("settings");
    let moments = [
        "POST tickets/create_many",
        "GET job_statuses/show_many",
        "GET tickets/show_many",
        "POST tickets/create_many",
        "GET job_statuses/show_many",
    ];
    let of_round = 30;
    for (round, moment) in (0_u32..).zip(moments) {
        let rows = (round * of_round..(round + 1) * of_round).map(|n| call(n, &Value::Null));
        wait_for_their_account(home.path(), rows).await.shutdown().await;
        if round == 3 {
            // Its answer is lost, too.
            sim.misbehave("POST tickets/create_many", Misbehaviour::ApplyThenCut);
        }
        let before = sim.requests_of(moment).len();
        let mut server = Server::start(home.path());
        let end = Instant::now() + PATIENCE;
        while sim.requests_of(moment).len() == before {
            assert!(Instant::now() < end, "{moment} never came: {}", server.log());
            tokio::task::yield_now().await;
        }
        server.kill();
    }
    let server = Server::start(home.path());
    let end = Instant::now() + PATIENCE;
    loop {
        let answer = client().get(format!("{}/v1/budgets", server.base)).bearer_auth(TOKEN).send().await;
        let budgets: Value = answer.expect("an answer").json().await.expect("JSON");
        if budgets["budgets"][0]["waiting"] == 0 {
            break;
        }
        assert!(Instant::now() < end, "it does not drain: {budgets}");
        tokio::task::yield_now().await;
    }
    let all = u32::try_from(moments.len()).expect("few") * of_round;
    each_once(&sim, 0..all);
    let jobs: BTreeSet<String> = sim.jobs().into_iter().map(|(job, _)| job).collect();
    println!("{} kills, {all} calls, {} jobs: each call filed once", moments.len(), jobs.len());
    drop(server);
    sim.shutdown().await;
}

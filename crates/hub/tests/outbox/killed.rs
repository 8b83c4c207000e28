//! The real server, killed again and again while codifications stream in: each is there afterwards, and once.
//!
//! Clients do what a desk does: an intent has a key from the beginning, and is handed over again until it is accepted. A
//! codification that was under way when the server was killed may be sent again, since twice is the same as once; the
//! simulator must then have seen the same content.

use super::{
    CUSTOMER, PREDICTIVE, codify,
    server::{self, Server, TOKEN},
    submission,
};
use reqwest::{StatusCode, blocking::Client};
use ringcard_core::{
    Timestamp,
    call::{AgentId, Call, CallId, CallState, Direction},
    number::{Ani, Dnis, Party},
};
use ringcard_hub::{
    history::{History, Recorded},
    outbox::{Outbox, OutboxSetup},
};
use ringcard_sim::wolkvox::{WolkvoxConfig, WolkvoxSim, Write};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::{AtomicU32, Ordering::SeqCst},
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;

const CLIENTS: u32 = 2;
/// The records there are to be coded; each is coded by one intent.
const RECORDS: u32 = 6_000;

fn settings(sim: &WolkvoxSim) -> String {
    format!(
        r#"
[locale]
country = "CO"
[listen]
address = "127.0.0.1:0"
api_token = {{ env = "KILL_TOKEN" }}
[[agent]]
name = "Ana"
extension = "5001"
[[account]]
name = "crm"
connector = "wolkvox"
api_url = "{}"
server = "0010"
licences = 1000
token = {{ env = "KILL_TOKEN" }}
"#,
        sim.base_url()
    )
}

/// The same course of kills every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

/// What a client wants, of whom, and in which words.
fn intent(n: u32) -> Value {
    let code = ["001", "002", "003"][n as usize % 3];
    json!({
        "key": format!("intent-{n}"),
        "record": { "account": "crm", "campaign": PREDICTIVE, "kind": "predictive", "customer_id": customer(n) },
        "code": code,
        "comment": format!("said {n}"),
        "do_not_call": n.is_multiple_of(5),
    })
}

fn customer(n: u32) -> String {
    format!("killed-{n}")
}

/// Hands intents over, one after the other, until the server is gone; the one that was not accepted stays in hand.
fn hand_over(http: &Client, base: &str, in_hand: &mut Option<u32>, next: &AtomicU32, accepted: &AtomicU32) {
    loop {
        let n = *in_hand.get_or_insert_with(|| next.fetch_add(1, SeqCst));
        assert!(n < RECORDS, "more was accepted than the test has records for");
        match http.post(format!("{base}/v1/codifications")).bearer_auth(TOKEN).json(&intent(n)).send() {
            Ok(answer) if answer.status() == StatusCode::ACCEPTED => {
                accepted.fetch_add(1, SeqCst);
                *in_hand = None;
            }
            Ok(answer) => panic!("intent {n} was answered {}: {:?}", answer.status(), answer.text()),
            Err(_) => return,
        }
    }
}

fn load_records(http: &Client, sim: &WolkvoxSim) {
    let records: Vec<Value> =
        (0..RECORDS).map(|n| json!({ "customer_id": customer(n), "tel1": format!("57300{n:07}") })).collect();
    let url = format!("{}/campaign.php", sim.api_url());
    let query = [
        ("api", "add_record"),
        ("type_campaign", "predictive"),
        ("campaign_id", PREDICTIVE),
        ("campaign_status", "start"),
    ];
    let answer = http.post(url).query(&query).header("wolkvox-token", TOKEN).json(&records).send().expect("an answer");
    assert!(answer.status().is_success(), "{:?}", answer.text());
}

/// What was coded, by customer: every content that was applied.
fn coded(sim: &WolkvoxSim) -> BTreeMap<String, Vec<(String, String)>> {
    let mut coded: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for applied in sim.applied() {
        if let Write::Coded { customer_id, cod_act, comment, .. } = applied.write {
            coded.entry(customer_id).or_default().push((cod_act, comment));
        }
    }
    coded
}

fn ask(http: &Client, server: &Server, path: &str) -> Value {
    let answer = http.get(format!("{}/v1{path}", server.base)).bearer_auth(TOKEN).send().expect("an answer");
    answer.json().expect("JSON")
}

fn rows_over(http: &Client, server: &Server) -> Vec<Value> {
    let mut rows: Vec<Value> = Vec::new();
    loop {
        let key = |row: &Value| row["submission"]["key"].as_str().expect("a key").to_owned();
        let after = rows.last().map(|row| format!("&after={}", key(row))).unwrap_or_default();
        let page = ask(http, server, &format!("/outbox?filter=over&limit=200{after}"));
        rows.extend(page["rows"].as_array().expect("rows").iter().cloned());
        if page["more"] != true {
            return rows;
        }
    }
}

#[test]
fn no_codification_that_was_accepted_is_lost_or_doubled_by_kills() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    let mut config = WolkvoxConfig { licences: 1_000, ..WolkvoxConfig::default() };
    config.tokens[0].token = TOKEN.into();
    let sim = runtime.block_on(WolkvoxSim::start(config)).expect("the simulator starts");
    let http = Client::builder().no_proxy().timeout(Duration::from_secs(10)).build().expect("a client");
    load_records(&http, &sim);
    let home = TempDir::new().expect("a folder");
    std::fs::write(home.path().join("hub.toml"), settings(&sim)).expect("settings");

    let (mut dice, next, accepted) = (Dice(7), AtomicU32::new(0), AtomicU32::new(0));
    let mut in_hands = [None; CLIENTS as usize];
    let kills = server::kills(20, 100);
    for _ in 0..kills {
        let mut server = Server::start(home.path());
        let base = server.base.clone();
        let enough = accepted.load(SeqCst) + u32::try_from(dice.roll(12)).expect("small");
        let moment = Duration::from_micros(dice.roll(6_000));
        thread::scope(|scope| {
            for in_hand in &mut in_hands {
                scope.spawn(|| hand_over(&http, &base, in_hand, &next, &accepted));
            }
            // Somewhere in whatever goes on then: a request, a commit, an attempt, an outcome.
            while accepted.load(SeqCst) < enough {
                thread::yield_now();
            }
            let end = Instant::now() + moment;
            while Instant::now() < end {
                thread::yield_now();
            }
            server.kill();
        });
    }

    let server = Server::start(home.path());
    for n in in_hands.into_iter().flatten() {
        let answer = http.post(format!("{}/v1/codifications", server.base)).bearer_auth(TOKEN).json(&intent(n)).send();
        assert_eq!(answer.expect("an answer").status(), StatusCode::ACCEPTED);
    }
    let end = Instant::now() + Duration::from_secs(60);
    while ask(&http, &server, "/budgets")["budgets"][0]["waiting"] != 0 {
        assert!(Instant::now() < end, "it does not drain: {}", ask(&http, &server, "/outbox?limit=3"));
        thread::yield_now();
    }

    let intents = next.load(SeqCst);
    let coded = coded(&sim);
    let lost: Vec<u32> = (0..intents).filter(|n| !coded.contains_key(&customer(*n))).collect();
    assert!(lost.is_empty(), "lost: {lost:?}");
    assert_eq!(coded.len(), intents as usize, "something was coded that nobody asked for");
    for n in 0..intents {
        let wanted = (intent(n)["code"].as_str().expect("a code").to_owned(), format!("said {n}"));
        assert!(coded[&customer(n)].iter().all(|content| *content == wanted), "{n}: {:?}", coded[&customer(n)]);
    }
    let rows = rows_over(&http, &server);
    let keys: BTreeSet<&str> = rows.iter().filter_map(|row| row["submission"]["key"].as_str()).collect();
    assert_eq!((rows.len(), keys.len()), (intents as usize, intents as usize), "one row for every intent");
    assert!(rows.iter().all(|row| row["state"]["kind"] == "done"), "something was given up");
    let again: usize = coded.values().map(|contents| contents.len() - 1).sum();
    assert!(again <= kills as usize, "{again} were sent again, and at most one is under way at a kill");
    assert_eq!(sim.traffic("desk").refused_at_once, 0, "a token was used twice at the same moment");
    println!(
        "{kills} kills, {intents} codifications: none lost, none doubled; {again} under way at a kill were sent again \
         with the same content"
    );
    assert!(intents > kills, "hardly anything was accepted");
    drop(server);
    runtime.block_on(sim.shutdown());
}

#[test]
fn nothing_is_sent_before_the_port_is_taken() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    let mut config = WolkvoxConfig { licences: 1_000, ..WolkvoxConfig::default() };
    config.tokens[0].token = TOKEN.into();
    let sim = runtime.block_on(WolkvoxSim::start(config)).expect("the simulator starts");
    let home = TempDir::new().expect("a folder");
    // A row that can be sent at once by whoever has the account.
    runtime.block_on(async {
        let accounts = BTreeMap::new();
        let outbox = Outbox::start(OutboxSetup::new(&home.path().join("outbox.db"), accounts)).await.expect("it opens");
        outbox.take_over(submission(codify(CUSTOMER, "001"))).await.expect("it waits");
        outbox.shutdown().await;
        // Calls that a start takes up, which takes a while.
        let history = History::open(&home.path().join("calls.db")).expect("it opens");
        for n in 0..100 {
            let call = unfinished_call(n);
            let recorded = Recorded { call, steps: Vec::new(), mine: Vec::new(), click: None };
            history.record(recorded).await.expect("recorded");
        }
        history.close().await;
    });

    let other = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = other.local_addr().expect("an address").to_string();
    std::fs::write(home.path().join("hub.toml"), settings(&sim).replace("127.0.0.1:0", &port)).expect("settings");
    let said = super::server::refused(home.path());
    assert!(said.contains("is already in use by another program"), "{said}");
    assert!(sim.requests().is_empty(), "a hub that does not run has sent: {:?}", sim.requests());
}

fn unfinished_call(n: u32) -> Call {
    Call {
        id: CallId::new(),
        direction: Direction::Inbound,
        account: "crm".into(),
        external_id: Some(n.to_string()),
        ani: Ani(Party::Hidden),
        dnis: Dnis(Party::Internal { digits: "101".into() }),
        line: None,
        agents: vec![AgentId("Ana".into())],
        extension: None,
        state: CallState::Ringing,
        started_at: Timestamp(1_000),
        connected_at: None,
        ended_at: None,
        controls: None,
        course: ringcard_core::call::Course::default(),
        privacy: None,
        extra: BTreeMap::new(),
    }
}

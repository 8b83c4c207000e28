//! The real server, killed at any moment: what was answered 200 is there afterwards, once.

#[path = "support/server.rs"]
mod server;

use reqwest::{StatusCode, blocking::Client};
use serde_json::Value;
use server::{Server, TOKEN};
use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicU32, Ordering::SeqCst},
    thread,
    time::Duration,
};
use tempfile::TempDir;

const KILLS: u32 = 25;

const SETTINGS: &str = r#"
[locale]
country = "HU"
[listen]
address = "127.0.0.1:0"
api_token = { env = "KILL_TOKEN" }
[[agent]]
name = "Ana"
extension = "101"
[[account]]
name = "pbx"
connector = "vipex"
api_url = "http://127.0.0.1:9/api"
user = "crm"
password = { env = "KILL_TOKEN" }
push_key = { env = "KILL_TOKEN" }
"#;

#[test]
fn no_ring_that_was_answered_200_is_lost_or_doubled_by_kill_9() {
    let home = TempDir::new().expect("a folder");
    std::fs::write(home.path().join("hub.toml"), SETTINGS).expect("settings");
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = Client::builder().no_proxy().timeout(Duration::from_secs(10)).build().expect("a client");
    let mut kept = BTreeSet::new();
    let sent = AtomicU32::new(0);
    for kill in 0..KILLS {
        let mut server = Server::start(home.path());
        let base = server.base.clone();
        let enough = sent.load(SeqCst) + 1 + kill * 7 % 13;
        let answered = thread::scope(|scope| {
            // The kill comes after a number of pushes that is different each time, in the middle of whatever goes on.
            scope.spawn(|| {
                while sent.load(SeqCst) < enough {
                    thread::yield_now();
                }
                server.kill();
            });
            let mut answered = Vec::new();
            loop {
                let n = sent.fetch_add(1, SeqCst);
                let caller = 1_000_000 + n;
                let url = format!("{base}/in/pbx/incoming?key={TOKEN}&caller=%2B3630{caller}&called=101&callid=k{n}");
                match http.get(url).send() {
                    Ok(answer) if answer.status() == StatusCode::OK => answered.push(format!("k{n}")),
                    Ok(answer) => panic!("a push was answered {}", answer.status()),
                    Err(_) => break answered,
                }
            }
        });
        kept.extend(answered);
    }
    let server = Server::start(home.path());
    let mut found: Vec<String> = Vec::new();
    let mut before = String::new();
    loop {
        let url = format!("{}/v1/calls?limit=200{before}", server.base);
        let page: Value = http.get(url).bearer_auth(TOKEN).send().expect("an answer").json().expect("JSON");
        let calls = page["calls"].as_array().expect("calls");
        found.extend(calls.iter().filter_map(|row| row["call"]["external_id"].as_str().map(str::to_owned)));
        if page["more"] != true {
            break;
        }
        before = format!("&before={}", calls[calls.len() - 1]["call"]["id"].as_str().expect("an id"));
    }
    let unique: BTreeSet<String> = found.iter().cloned().collect();
    assert_eq!(found.len(), unique.len(), "a call is there twice");
    let lost: Vec<&String> = kept.difference(&unique).collect();
    assert!(lost.is_empty(), "lost after {KILLS} kills: {lost:?}");
    println!("{KILLS} kills, {} rings answered, none lost, none doubled", kept.len());
    assert!(!kept.is_empty(), "nothing was ever answered");
}

//! A backlog with a call log connected: every call is an entry once, whatever is killed in between.

use crate::server::{self, SETTINGS, Server, TOKEN};
use reqwest::{StatusCode, blocking::Client};
use ringcard_sim::OfficeSim;
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;

const CONNECTIONS: u32 = 8;
/// Longer than any of it takes.
const PATIENCE: Duration = Duration::from_secs(900);

/// Sends the data of these calls, as a telephone system that sends again what was not answered; how many were taken.
fn send(http: &Client, base: &str, calls: std::ops::Range<u32>) -> u32 {
    let taken = thread::scope(|scope| {
        let senders: Vec<_> = (0..CONNECTIONS)
            .map(|connection| {
                let calls = calls.clone();
                scope.spawn(move || {
                    let own = calls.filter(|n| n % CONNECTIONS == connection);
                    own.filter(|n| {
                        let data = json!({ "call": { "id": format!("b-{n}"), "caller": format!("+3620{:07}", n % 400),
                            "called": "+3612345678", "extension": "101", "direction": "in", "disposition": "answered", "billsec": n % 600 } });
                        let url = format!("{base}/in/pbx/call-data?key={TOKEN}");
                        let sent = http.post(url).header("content-type", "application/json").body(data.to_string()).send();
                        sent.is_ok_and(|answer| answer.status() == StatusCode::OK)
                    })
                    .count()
                })
            })
            .collect();
        senders.into_iter().map(|sender| sender.join().expect("it ended")).sum::<usize>()
    });
    u32::try_from(taken).expect("not so many")
}

/// The rows for the CRM that are not over, or those that are, by what they stand at.
fn rows(http: &Client, base: &str, filter: &str) -> Vec<Value> {
    let url = format!("{base}/v1/outbox?filter={filter}&limit=200");
    let page: Value = http.get(url).bearer_auth(TOKEN).send().expect("an answer").json().expect("JSON");
    page["rows"].as_array().expect("rows").clone()
}

#[test]
fn a_backlog_is_in_the_call_log_once_each_over_kill_9() {
    let calls = server::kills(300, 10_000);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let office =
        runtime.block_on(OfficeSim::start(TOKEN, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")).expect("it starts");
    let home = TempDir::new().expect("a folder");
    let crm = format!(
        "[calls]\nlog_after_seconds = 0\n[[account]]\nname = \"crm\"\nconnector = \"rest-crm\"\napi_url = \"{}\"\ntoken = {{ env = \"KILL_TOKEN\" }}\n",
        office.crm_url()
    );
    let settings =
        SETTINGS.replace("address = \"127.0.0.1:0\"", "address = \"127.0.0.1:0\"\npushes_per_second = 10000");
    std::fs::write(home.path().join("hub.toml"), settings + &crm).expect("settings");
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = Client::builder().no_proxy().timeout(Duration::from_secs(30)).build().expect("a client");

    let mut server = Server::start(home.path());
    let base = server.base.clone();
    assert_eq!(send(&http, &base, 0..calls / 2), calls / 2, "all of the first half are taken");
    // Killed while entries are written and the second half comes.
    let taken = thread::scope(|scope| {
        let sending = scope.spawn(|| send(&http, &base, calls / 2..calls));
        while office.entries().len() < usize::try_from(calls / 10).expect("few") {
            thread::yield_now();
        }
        server.kill();
        sending.join().expect("it ended")
    });
    let server = Server::start(home.path());
    let base = server.base.clone();
    // What was not answered is sent again; the telephone system does not know how far it had come.
    assert_eq!(send(&http, &base, 0..calls), calls, "{taken} of the second half were taken before the kill");
    // A phone rings while the log is still behind.
    let ring = format!("{base}/in/pbx/incoming?key={TOKEN}&caller=%2B36301234567&called=101&callid=now");
    assert_eq!(http.get(ring).send().expect("an answer").status(), StatusCode::OK);

    // Requests that were under way when it was killed wait for a person: nobody knows whether they arrived.
    let until = Instant::now() + PATIENCE;
    let in_doubt = loop {
        let (waiting, persons) = (rows(&http, &base, "waiting"), rows(&http, &base, "needs_a_person"));
        let known: BTreeSet<String> = office.entries().iter().map(|entry| entry.text("call_id").to_owned()).collect();
        let in_doubt: Vec<Value> = persons
            .into_iter()
            .filter(|row| !row["submission"]["call_id"].as_str().is_some_and(|call| known.contains(call)))
            .collect();
        let all = usize::try_from(calls).expect("not so many");
        if known.len() + in_doubt.len() >= all && waiting.iter().all(|row| row["state"]["kind"] == "may_be_written") {
            break in_doubt;
        }
        assert!(Instant::now() < until, "{} entries, {} in doubt, {waiting:?}", known.len(), in_doubt.len());
        thread::sleep(Duration::from_millis(100));
    };
    let entries = office.entries();
    let unique: BTreeSet<String> = entries.iter().map(|entry| entry.text("call_id").to_owned()).collect();
    assert_eq!(entries.len(), unique.len(), "a call is in the log twice");
    assert!(in_doubt.len() <= 16, "no more than were under way: {}", in_doubt.len());
    println!("{calls} calls, {} entries, {} in doubt, none twice", entries.len(), in_doubt.len());
}

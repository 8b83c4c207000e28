//! The real server, killed at any moment: what was answered 200 is there afterwards, once.

use crate::server;

use reqwest::{StatusCode, blocking::Client};
use ringcard_sim::{HubTarget, Misbehaviour, PushAuth, Sim, SimConfig};
use serde_json::{Value, json};
use server::{SETTINGS, Server, TOKEN};
use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicU32, Ordering::SeqCst},
    thread,
    time::Duration,
};
use tempfile::TempDir;

#[test]
fn no_ring_that_was_answered_200_is_lost_or_doubled_by_kill_9() {
    let home = TempDir::new().expect("a folder");
    std::fs::write(home.path().join("hub.toml"), SETTINGS).expect("settings");
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = Client::builder().no_proxy().timeout(Duration::from_secs(10)).build().expect("a client");
    let mut kept = BTreeSet::new();
    let sent = AtomicU32::new(0);
    let kills = server::kills(8, 25);
    for kill in 0..kills {
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
    assert!(lost.is_empty(), "lost after {kills} kills: {lost:?}");
    println!("{kills} kills, {} rings answered, none lost, none doubled", kept.len());
    assert!(!kept.is_empty(), "nothing was ever answered");
}

/// A PBX that takes the order, lets the phone ring, and never answers.
#[test]
fn the_same_key_after_kill_9_is_the_same_call_and_its_answer_says_unknown() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut config = SimConfig::default();
    config.push.auth = PushAuth::key(TOKEN);
    config.vipex.password = TOKEN.to_owned();
    let sim = runtime.block_on(Sim::start(config)).expect("the simulator starts");
    sim.misbehave(Misbehaviour::Hang { started: true });
    let home = TempDir::new().expect("a folder");
    let settings = SETTINGS.replace("http://127.0.0.1:9/api", &format!("{}/api", sim.base_url()));
    std::fs::write(home.path().join("hub.toml"), settings).expect("settings");
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = Client::builder().no_proxy().timeout(Duration::from_secs(10)).build().expect("a client");
    let dial = |base: &str, key: &str| {
        let body = json!({ "number": "+36301234567", "extension": "101", "agent": "Ana", "key": key });
        http.post(format!("{base}/v1/calls")).bearer_auth(TOKEN).json(&body).send()
    };
    let mut server = Server::start(home.path());
    let base = server.base.clone();
    thread::scope(|scope| {
        let asking = scope.spawn(|| dial(&base, "k1").is_err());
        runtime.block_on(sim.phone("101").rings()).expect("it rings while the PBX thinks");
        server.kill();
        assert!(asking.join().expect("it ended"), "killed before it answered");
    });
    let server = Server::start(home.path());
    sim.set_hub(Some(HubTarget::new(&server.base, "pbx")));
    let answers = [(); 2].map(|()| {
        let answer = dial(&server.base, "k1").expect("an answer");
        assert_eq!(answer.status(), StatusCode::ACCEPTED);
        answer.json::<Value>().expect("JSON")
    });
    assert_eq!(answers[0]["state"]["kind"], "unknown", "{answers:?}");
    assert!(answers[0]["message"].as_str().is_some_and(|said| said.contains("your phone")), "{answers:?}");
    assert_eq!(answers[0]["call_id"], answers[1]["call_id"]);
    let page = http.get(format!("{}/v1/calls", server.base)).bearer_auth(TOKEN).send().expect("an answer");
    let page: Value = page.json().expect("JSON");
    assert_eq!(page["calls"].as_array().map(Vec::len), Some(1), "one call: {page}");
    assert_eq!(page["calls"][0]["call"]["id"], answers[0]["call_id"]);
    assert_eq!(sim.requests().len(), 1, "it rang once");
}

#[test]
fn a_second_hub_on_the_same_folder_is_refused_before_it_touches_anything() {
    let home = TempDir::new().expect("a folder");
    std::fs::write(home.path().join("hub.toml"), SETTINGS).expect("settings");
    let mut server = Server::start(home.path());
    let before = files(home.path());
    let said = server::refused(home.path());
    let holder = format!("is in use by ringcard-hub (process {}, since ", server.process.id());
    assert!(said.contains(&holder) && said.contains("RINGCARD_HOME"), "{said}");
    assert!(said.contains(&server.base.replace("http://", "listening on ")), "{said}");
    assert_eq!(files(home.path()), before, "nothing was touched");

    // What has no right to an end of its own leaves no lock behind.
    server.kill();
    let server = Server::start(home.path());
    assert!(server::refused(home.path()).contains(&format!("process {}", server.process.id())));
}

/// Every file's name and content.
fn files(folder: &std::path::Path) -> Vec<(std::ffi::OsString, Vec<u8>)> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
    let mut files: Vec<_> = entries
        .filter(|entry| entry.file_type().expect("a kind").is_file())
        .map(|entry| (entry.file_name(), std::fs::read(entry.path()).expect("a file")))
        .collect();
    files.sort();
    files
}

#[test]
fn a_damaged_call_history_is_set_aside_and_calls_go_on() {
    let home = TempDir::new().expect("a folder");
    std::fs::write(home.path().join("hub.toml"), SETTINGS).expect("settings");
    let garbage = b"This is no database, however long one looks at it. ".repeat(100);
    std::fs::write(home.path().join("calls.db"), &garbage).expect("a damaged file");
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = Client::builder().no_proxy().timeout(Duration::from_secs(10)).build().expect("a client");
    let server = Server::start(home.path());
    let push = format!("{}/in/pbx/incoming?key={TOKEN}&caller=%2B36301234567&called=101&callid=k1", server.base);
    assert_eq!(http.get(push).send().expect("an answer").status(), StatusCode::OK);
    let page = http.get(format!("{}/v1/calls", server.base)).bearer_auth(TOKEN).send().expect("an answer");
    let page: Value = page.json().expect("JSON");
    assert_eq!(page["calls"][0]["call"]["external_id"], "k1", "{page}");
    let health: Value = http.get(format!("{}/healthz", server.base)).send().expect("an answer").json().expect("JSON");
    assert_eq!(health["history"], json!({ "state": "begun_anew", "reason": "damaged" }), "{health}");
    let kept = files(home.path()).into_iter().find(|(name, _)| name.to_string_lossy().starts_with("calls.damaged-"));
    assert_eq!(kept.expect("it is kept beside").1, garbage);
}

//! `ringcard-hub outbox`, as an administrator types it.

use super::{
    PREDICTIVE,
    server::{Server, TOKEN},
};
use reqwest::blocking::Client;
use ringcard_hub::folder::FolderLock;
use ringcard_sim::wolkvox::{TokenConfig, WolkvoxConfig, WolkvoxSim};
use serde_json::json;
use std::{
    net::TcpListener,
    path::Path,
    process::{Command, Output},
};
use tempfile::TempDir;

fn outbox(home: &Path, args: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ringcard-hub"));
    command.arg("outbox").args(args).env("RINGCARD_HOME", home).env("KILL_TOKEN", TOKEN).env_remove("RUST_LOG");
    let Output { status, stdout, stderr } = command.output().expect("it runs");
    let said = [stdout, stderr].map(|said| String::from_utf8(said).expect("UTF-8")).concat();
    (status.code(), said)
}

#[test]
fn an_administrator_sees_what_waits_and_decides_while_the_hub_runs() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let home = TempDir::new().expect("a folder");
    let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port");
    let settings = format!(
        r#"
[locale]
country = "CO"
[listen]
address = "{free}"
api_token = {{ env = "KILL_TOKEN" }}
[[account]]
name = "crm"
connector = "wolkvox"
api_url = "http://127.0.0.1:9"
server = "0010"
token = {{ env = "KILL_TOKEN" }}
"#
    );
    std::fs::write(home.path().join("hub.toml"), settings).expect("settings");
    let (code, said) = outbox(home.path(), &["list"]);
    assert!(code == Some(0) && said.contains("No hub runs here") && said.contains("Nothing waits."), "{said}");

    let server = Server::start(home.path());
    let http = Client::builder().no_proxy().build().expect("a client");
    for key in ["first", "second"] {
        let record = json!({ "account": "crm", "campaign": PREDICTIVE, "kind": "predictive", "customer_id": key });
        let body = json!({ "record": record, "code": "001", "about": "Laura", "key": key });
        let url = format!("{}/v1/codifications", server.base);
        let answer = http.post(url).bearer_auth(TOKEN).json(&body).send().expect("an answer");
        assert_eq!(answer.status(), 202);
    }
    let (code, said) = outbox(home.path(), &["list"]);
    assert_eq!((code, said.lines().count()), (Some(0), 2), "{said}");
    assert!(said.starts_with("first  ") && said.contains("codify  crm  Laura"), "{said}");
    let (_, said) = outbox(home.path(), &["show", "second"]);
    assert!(said.contains("\"customer_id\": \"second\""), "{said}");
    // A row that is being sent this very moment says so; nobody answers at that address, so it comes back.
    let discarded = || outbox(home.path(), &["discard", "first"]) == (Some(0), "first was discarded.\n".to_owned());
    assert!((0..100).any(|_| discarded()), "it cannot be discarded");
    let (code, said) = outbox(home.path(), &["discard", "nothing", "../x"]);
    assert_eq!(code, Some(1), "{said}");
    let (code, said) = outbox(home.path(), &["retry", "nothing"]);
    assert!(code == Some(1) && said.contains("nothing: There is no such row waiting"), "{said}");
    let (_, said) = outbox(home.path(), &["list", "--over"]);
    assert!(said.starts_with("first  discarded"), "{said}");

    drop(server);
    let (code, said) = outbox(home.path(), &["list"]);
    assert!(code == Some(0) && said.starts_with("No hub runs here"), "{said}");
    assert!(said.contains("\nsecond  ") && !said.contains("first"), "{said}");
    let (_, said) = outbox(home.path(), &["show", "first"]);
    assert!(said.contains("discarded"), "{said}");
    let (code, said) = outbox(home.path(), &["retry", "second"]);
    assert!(code == Some(1) && said.contains("No hub runs here: start it"), "{said}");
}

fn test_account(home: &Path) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ringcard-hub"));
    command.args(["test", "crm"]).env("RINGCARD_HOME", home).env("KILL_TOKEN", TOKEN).env_remove("RUST_LOG");
    let Output { status, stdout, stderr } = command.output().expect("it runs");
    let said = [stdout, stderr].map(|said| String::from_utf8(said).expect("UTF-8")).concat();
    (status.code(), said)
}

/// How much of the account's day stands in the file, whatever was counted ahead.
fn used_today(home: &Path) -> u32 {
    let file = rusqlite::Connection::open(home.join("outbox.db")).expect("the file");
    file.query_row("SELECT used FROM account WHERE name = 'crm'", [], |row| row.get(0)).expect("a count")
}

#[tokio::test]
async fn an_account_that_is_tried_while_no_hub_runs_uses_what_the_next_hub_has_left() {
    let home = TempDir::new().expect("a folder");
    let tokens = vec![TokenConfig::new("desk", TOKEN)];
    let sim = WolkvoxSim::start(WolkvoxConfig { tokens, ..WolkvoxConfig::default() }).await.expect("it starts");
    let settings = format!(
        r#"
[locale]
country = "CO"
[listen]
address = "127.0.0.1:0"
api_token = {{ env = "KILL_TOKEN" }}
[[account]]
name = "crm"
connector = "wolkvox"
api_url = "{}"
server = "0010"
licences = 10
token = {{ env = "KILL_TOKEN" }}
"#,
        sim.base_url()
    );
    std::fs::write(home.path().join("hub.toml"), settings).expect("settings");
    let tried = || {
        let home = home.path().to_owned();
        tokio::task::spawn_blocking(move || test_account(&home))
    };
    // Before the first hub there is nothing to count in, and nothing is left behind.
    let (code, said) = tried().await.expect("no panic");
    assert!(code == Some(0) && !home.path().join("outbox.db").exists(), "{said}");

    let folder = home.path().to_owned();
    tokio::task::spawn_blocking(move || drop(Server::start(&folder))).await.expect("no panic");
    let (before, asked) = (sim.requests().len(), home.path());
    let (code, said) = tried().await.expect("no panic");
    assert!(code == Some(0) && said.contains("accepted the token"), "{said}");
    let made = u32::try_from(sim.requests().len() - before).expect("few");
    let used = used_today(asked);
    assert!(made > 0 && used >= made, "{used} are counted of {made}");
    let log = rusqlite::Connection::open(asked.join("requests.db")).expect("the file");
    let tests = "SELECT count(*) FROM line WHERE account = 'crm' AND purpose = 'test'";
    let lines: u32 = log.query_row(tests, [], |row| row.get(0)).expect("lines");
    assert_eq!(lines, made, "each has its line");
    drop(log);

    let file = rusqlite::Connection::open(asked.join("outbox.db")).expect("the file");
    file.execute("UPDATE account SET used = 1000000", []).expect("the day is used up");
    drop(file);
    let before = sim.requests().len();
    let (code, said) = tried().await.expect("no panic");
    assert!(code == Some(1) && said.contains("takes no more requests"), "{said}");
    assert_eq!(sim.requests().len(), before, "nothing was asked");

    // Whoever has the folder counts, and is not found where it is asked.
    let _hub = FolderLock::take(asked, "a hub that listens nowhere").expect("it is free");
    let (code, said) = tried().await.expect("no panic");
    assert!(code == Some(1) && said.contains("in use by a hub that listens nowhere"), "{said}");
}

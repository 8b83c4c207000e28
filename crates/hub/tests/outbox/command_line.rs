//! `ringcard-hub outbox`, as an administrator types it.

use super::{
    PREDICTIVE,
    server::{Server, TOKEN},
};
use reqwest::blocking::Client;
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

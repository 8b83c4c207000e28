//! What the real server says at `trace`, where everything that carries a secret or a number passes through it.

use crate::server::{SETTINGS, Server, TOKEN};
use reqwest::blocking::Client;
use ringcard_sim::{PushAuth, Sim, SimConfig};
use serde_json::json;
use std::{net::TcpStream, time::Duration};
use tempfile::TempDir;

const NUMBER: &str = "36301234567";

#[test]
fn the_log_at_trace_carries_no_secret_and_no_whole_number() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut config = SimConfig::default();
    config.push.auth = PushAuth::key(TOKEN);
    config.vipex.password = TOKEN.to_owned();
    let sim = runtime.block_on(Sim::start(config)).expect("the simulator starts");
    let home = TempDir::new().expect("a folder");
    let settings = SETTINGS.replace("http://127.0.0.1:9/api", &format!("{}/api", sim.base_url()));
    std::fs::write(home.path().join("hub.toml"), settings).expect("settings");
    let _ = rustls::crypto::ring::default_provider().install_default();
    let server = Server::start_at_trace(home.path());
    let http = Client::builder().no_proxy().timeout(Duration::from_secs(20)).build().expect("a client");
    let incoming = format!("{}/in/pbx/incoming", server.base);
    let status = |request: reqwest::blocking::RequestBuilder| request.send().expect("an answer").status().as_u16();
    let pushed = json!({ "key": TOKEN, "caller": format!("+{NUMBER}"), "called": "101", "callid": "3" });
    for (request, is) in [
        (http.get(format!("{incoming}?key={TOKEN}&caller=%2B{NUMBER}&called=101&callid=1")), 200),
        (http.get(format!("{incoming}?caller=06301234567&called=101&callid=2")).header("X-API-Key", TOKEN), 200),
        (http.post(&incoming).json(&pushed), 200),
        (http.post(&incoming).json(&json!({ "key": "wrong-key-of-somebody", "caller": NUMBER })), 401),
        (http.get(format!("{}/v1/calls", server.base)).bearer_auth(TOKEN), 200),
        (http.get(format!("{}/v1/customers?number=%2B{NUMBER}", server.base)).bearer_auth(TOKEN), 200),
    ] {
        assert_eq!(status(request), is);
    }
    let dial = json!({ "number": format!("+{NUMBER}"), "extension": "101", "agent": "Ana", "key": "k1" });
    assert_eq!(status(http.post(format!("{}/v1/calls", server.base)).bearer_auth(TOKEN).json(&dial)), 202);
    runtime.block_on(sim.phone("101").rings()).expect("the agent's phone rings");
    say_hello(&server);

    let log = server.log();
    assert!(log.contains("a push was not taken") && log.contains("state=agent ringing"), "it says too little: {log}");
    for secret in [TOKEN, "wrong-key-of-somebody", &NUMBER[1..], "6301234567", "30 123 4567"] {
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret} is on the log");
    }
}

/// A desk says who it is.
fn say_hello(server: &Server) {
    let stream = TcpStream::connect(server.base.trim_start_matches("http://")).expect("a connection");
    let url = format!("{}/v1/desk", server.base.replace("http", "ws"));
    let (mut socket, _) = tokio_tungstenite::tungstenite::client(url, stream).expect("a socket");
    let hello = json!({ "type": "hello", "protocol": ringcard_core::frame::PROTOCOL, "agent": "Ana", "token": TOKEN });
    socket.send(hello.to_string().into()).expect("sent");
    let welcome = socket.read().expect("an answer").into_text().expect("text");
    assert!(welcome.contains("welcome"), "{welcome}");
}

//! Connections that say nothing, or not enough.

use super::{Attacked, eventually, until_closed};
use crate::server::Server;
use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit};
use std::net::TcpStream;

#[test]
fn eleven_hundred_silent_connections_under_1024_descriptors_stop_neither_pushes_nor_health() {
    let hub = Attacked::with(|home| Server::start_with(home, 1024));
    let silent: Vec<TcpStream> = (0..1_100).map(|_| hub.connected()).collect();
    assert_eq!(hub.push(), 200);
    assert!(hub.get("/healthz").contains("\"status\":\"ok\""));
    assert!(hub.metric("ringcard_connections_closed_total{reason=\"made_room\"}") > 0);
    drop(silent);
    assert_eq!(hub.push(), 200);
}

#[test]
fn a_head_that_does_not_come_to_an_end_ends_the_connection() {
    let hub = Attacked::begin();
    let mut nothing = hub.connected();
    let mut slow = hub.says(b"GET /healthz HTTP/1.1\r\nhost: hub\r\nx-slow: ");
    until_closed(&mut nothing);
    until_closed(&mut slow);
    eventually("the count of those closed", || hub.metric("ringcard_connections_closed_total{reason=\"slow\"}") == 2);
}

#[test]
fn http_2_is_not_spoken() {
    let hub = Attacked::begin();
    let mut stream = hub.says(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0");
    let heard = until_closed(&mut stream);
    assert!(heard.is_empty() || heard.starts_with(b"HTTP/1.1 "), "{heard:?}");
}

#[test]
fn a_head_that_is_too_large_is_refused() {
    let hub = Attacked::begin();
    let mut stream = hub.says(format!("GET /healthz HTTP/1.1\r\nx-large: {}", "x".repeat(200_000)).as_bytes());
    let heard = String::from_utf8_lossy(&until_closed(&mut stream)).into_owned();
    assert!(heard.is_empty() || heard.starts_with("HTTP/1.1 431"), "{heard}");
    assert_eq!(hub.push(), 200);
}

#[test]
fn without_descriptors_the_hub_says_so_once_and_takes_connections_again_afterwards() {
    let hub = Attacked::begin();
    let id = Pid::from_raw(hub.server.process.id().try_into().expect("an id")).expect("an id");
    let most = getrlimit(Resource::Nofile).maximum;
    // Fewer than are open already: no connection can be taken.
    prlimit(Some(id), Resource::Nofile, Rlimit { current: Some(4), maximum: most }).expect("the limit is lowered");
    let waiting: Vec<TcpStream> = (0..20).map(|_| hub.connected()).collect();
    eventually("a line that says so", || !hub.server.said("no connection can be taken").is_empty());
    prlimit(Some(id), Resource::Nofile, Rlimit { current: Some(1024), maximum: most }).expect("the limit is raised");
    assert_eq!(hub.push(), 200);
    eventually("a line that says it is over", || !hub.server.said("connections are taken again").is_empty());
    assert_eq!(hub.server.said("no connection can be taken").len(), 1);
    assert!(hub.metric("ringcard_accept_failures_total") > 0);
    drop(waiting);
}

#[test]
fn an_idle_connection_does_not_hold_up_the_end() {
    let mut hub = Attacked::begin();
    assert_eq!(hub.push(), 200);
    let mut idle = hub.connected();
    let id = Pid::from_raw(hub.server.process.id().try_into().expect("an id")).expect("an id");
    rustix::process::kill_process(id, rustix::process::Signal::TERM).expect("it is asked to stop");
    until_closed(&mut idle);
    assert!(hub.server.process.wait().expect("it ends").success());
    assert!(hub.server.said("a hub task did not stop").is_empty());
}

#[test]
fn bodies_that_stay_open_give_way_to_one_that_comes() {
    let hub = Attacked::begin();
    assert_eq!(hub.push(), 200);
    let head = b"POST /in/pbx/call-data HTTP/1.1\r\nhost: hub\r\ncontent-length: 1000\r\n\r\nx";
    let open: Vec<TcpStream> = (0..100).map(|_| hub.says(head)).collect();
    eventually("a push with a body", || hub.push_with_body() == 200);
    drop(open);
}

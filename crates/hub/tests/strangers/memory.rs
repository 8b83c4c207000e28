//! What strangers cost: at most 64 MiB above what the hub takes without them.

use super::Attacked;
use std::{io::Write, net::TcpStream, thread};

const MOST_KIB: u64 = 64 * 1024;

/// How much more than before the hub took at its peak.
fn cost(hub: &Attacked, attack: impl FnOnce() -> Vec<TcpStream>) -> u64 {
    // What a first push loads is no stranger's doing.
    assert_eq!(hub.push(), 200);
    let before = hub.memory("VmRSS");
    let open = attack();
    assert_eq!(hub.push(), 200);
    let peak = hub.memory("VmHWM");
    drop(open);
    assert_eq!(hub.push(), 200);
    peak.saturating_sub(before)
}

/// Sends on every connection at once, as much as is taken.
fn at_once(streams: Vec<TcpStream>, content: &[u8]) -> Vec<TcpStream> {
    thread::scope(|scope| {
        let sending: Vec<_> = streams
            .into_iter()
            .map(|mut stream| {
                scope.spawn(move || {
                    let _ = stream.write_all(content);
                    stream
                })
            })
            .collect();
        sending.into_iter().map(|sent| sent.join().expect("nobody panics")).collect()
    })
}

#[test]
fn forty_frames_of_fifteen_mb_before_hello_cost_little() {
    let hub = Attacked::begin();
    let mut frame = vec![0x81, 0xff];
    frame.extend_from_slice(&15_000_000_u64.to_be_bytes());
    frame.resize(14_000_000, 0);
    let cost = cost(&hub, || at_once((0..40).map(|_| hub.socket()).collect(), &frame));
    assert!(cost < MOST_KIB, "{cost} KiB");
}

#[test]
fn two_thousand_sockets_without_hello_cost_little() {
    let hub = Attacked::begin();
    let cost = cost(&hub, || (0..2_000).map(|_| hub.socket()).collect());
    assert!(cost < MOST_KIB, "{cost} KiB");
}

#[test]
fn a_hundred_open_bodies_cost_little() {
    let hub = Attacked::begin();
    let length = 4 * 1024 * 1024 - 1;
    let head = |account: &str| {
        format!("POST /in/{account}/call-data HTTP/1.1\r\nhost: hub\r\ncontent-length: {length}\r\n\r\n").into_bytes()
    };
    let body = vec![b'x'; length - 1];
    for account in ["nobody", "pbx"] {
        let cost = cost(&hub, || at_once((0..100).map(|_| hub.says(&head(account))).collect(), &body));
        assert!(cost < MOST_KIB, "{account}: {cost} KiB");
    }
}

#[test]
fn five_hundred_unfinished_heads_cost_little() {
    let hub = Attacked::begin();
    let head = format!("GET /healthz HTTP/1.1\r\nx-large: {}", "x".repeat(200_000));
    let cost = cost(&hub, || (0..1_000).map(|_| hub.says(head.as_bytes())).collect());
    assert!(cost < MOST_KIB, "{cost} KiB");
}

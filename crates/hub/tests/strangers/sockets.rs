//! The desk socket before anybody has said who they are.

use super::{Attacked, TOKEN, until_closed};
use serde_json::{Value, json};
use std::{
    io::{Read, Write},
    net::TcpStream,
};

const UPGRADE: &[u8] = b"GET /v1/desk HTTP/1.1\r\nhost: hub\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\
    sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

/// A frame that says how long it is, with this much of it.
fn frame(length: u64, content: &[u8]) -> Vec<u8> {
    let mut frame = vec![0x81];
    match length {
        0..126 => frame.push(0x80 | length as u8),
        126..65_536 => {
            frame.push(0x80 | 126);
            frame.extend_from_slice(&(length as u16).to_be_bytes());
        }
        _ => {
            frame.push(0x80 | 127);
            frame.extend_from_slice(&length.to_be_bytes());
        }
    }
    // A mask of nothing changes nothing.
    frame.extend_from_slice(&[0; 4]);
    frame.extend_from_slice(content);
    frame
}

fn text(content: &str) -> Vec<u8> {
    frame(content.len() as u64, content.as_bytes())
}

fn hello() -> Vec<u8> {
    let hello = json!({ "type": "hello", "protocol": ringcard_core::frame::PROTOCOL, "agent": "Ana", "token": TOKEN });
    text(&hello.to_string())
}

impl Attacked {
    /// A desk socket, open, without hello.
    pub fn socket(&self) -> TcpStream {
        let mut stream = self.says(UPGRADE);
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).expect("an answer to the upgrade");
            head.push(byte[0]);
        }
        assert!(head.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&head));
        stream
    }
}

/// The next frame: its kind, and what is in it.
fn next(stream: &mut TcpStream) -> (u8, Vec<u8>) {
    let mut start = [0; 2];
    stream.read_exact(&mut start).expect("a frame");
    let length = match start[1] {
        126 => {
            let mut long = [0; 2];
            stream.read_exact(&mut long).expect("its length");
            usize::from(u16::from_be_bytes(long))
        }
        127 => {
            let mut long = [0; 8];
            stream.read_exact(&mut long).expect("its length");
            usize::try_from(u64::from_be_bytes(long)).expect("a length")
        }
        short => usize::from(short),
    };
    let mut content = vec![0; length];
    stream.read_exact(&mut content).expect("its content");
    (start[0] & 0x0f, content)
}

fn next_text(stream: &mut TcpStream) -> Value {
    let (kind, content) = next(stream);
    assert_eq!(kind, 1, "{content:?}");
    serde_json::from_slice(&content).expect("JSON")
}

#[test]
fn a_frame_of_more_than_16_kb_before_hello_is_refused_by_its_head_alone() {
    let hub = Attacked::begin();
    let mut stream = hub.socket();
    stream.write_all(&frame(17 * 1024, b"{")).expect("it is sent");
    let (kind, content) = next(&mut stream);
    assert_eq!((kind, &content[..2]), (8, &1009_u16.to_be_bytes()[..]));
    until_closed(&mut stream);
}

#[test]
fn pieces_of_a_message_before_hello_are_counted_together() {
    let hub = Attacked::begin();
    let mut stream = hub.socket();
    for n in 0..20 {
        let mut piece = text(&"x".repeat(1024));
        // not the last piece
        piece[0] = u8::from(n == 0);
        // The hub may have closed it by now.
        let _ = stream.write_all(&piece);
    }
    let heard = until_closed(&mut stream);
    assert!(heard.is_empty() || heard[2..4] == 1009_u16.to_be_bytes(), "{heard:?}");
}

#[test]
fn what_comes_right_behind_hello_is_heard_and_may_be_large() {
    let hub = Attacked::begin();
    let mut stream = hub.socket();
    let request = json!({ "type": "request", "id": 7, "request": {
        "type": "search_customers", "query": "x".repeat(100_000), "limit": 10,
    }});
    let mut both = hello();
    both.extend_from_slice(&text(&request.to_string()));
    stream.write_all(&both).expect("it is sent");
    assert_eq!(next_text(&mut stream)["type"], "welcome");
    let reply = std::iter::repeat_with(|| next_text(&mut stream)).find(|frame| frame["type"] == "reply");
    assert_eq!(reply.expect("a reply")["id"], 7);
}

#[test]
fn a_desk_finds_its_place_among_two_thousand_sockets_without_hello() {
    let hub = Attacked::begin();
    let others: Vec<TcpStream> = (0..1_000).map(|_| hub.says(UPGRADE)).collect();
    let mut desk = hub.socket();
    desk.write_all(&hello()).expect("it is sent");
    assert_eq!(next_text(&mut desk)["type"], "welcome");
    let more: Vec<TcpStream> = (0..1_000).map(|_| hub.says(UPGRADE)).collect();
    assert_eq!(hub.push(), 200);
    // It stays, whoever else comes.
    loop {
        if next_text(&mut desk)["event"]["type"] == "call" {
            break;
        }
    }
    drop((others, more));
}

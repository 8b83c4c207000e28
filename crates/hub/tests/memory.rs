//! How much is held while recordings arrive inside of call data.
//!
//! All that is allocated in this process is counted: alone in it, a test knows what its hub holds.

#![allow(unsafe_code, reason = "an allocator that counts is not made otherwise")]

use crate::support::{KEY, Plan, TOKEN, World};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;
use std::{
    alloc::{GlobalAlloc, Layout, System},
    sync::atomic::{
        AtomicUsize,
        Ordering::{Relaxed, SeqCst},
    },
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
};

struct Counting;

static HELD: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

fn grew(bytes: usize) {
    let held = HELD.fetch_add(bytes, Relaxed) + bytes;
    MOST.fetch_max(held, Relaxed);
}

// SAFETY: everything is done by the system's allocator; only counted here.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        grew(layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Relaxed);
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

const MIB: usize = 1024 * 1024;
/// Base64 of a recording, as it is sent.
const SENT: usize = 60 * MIB;

/// Sends call data with a recording of so many bytes of Base64, holding one piece of it.
async fn send(base: String, id: usize, sent: usize) -> String {
    let mut wav =
        b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data\0\0\0\0".to_vec();
    wav.resize(48 * 1024, 7);
    wav.push(u8::try_from(id).expect("small"));
    wav.resize(48 * 1024 + 3, 7);
    let (begin, piece) = (STANDARD.encode(wav), STANDARD.encode(vec![7; 48 * 1024]));
    let head = format!(r#"{{"call":{{"id":"c{id}","caller":"+3630123456{id}","called":"+3612345678","recording":""#);
    let end = r#"","disposition":"answered","billsec":42}}"#;
    let pieces = (sent - begin.len()) / piece.len();
    let length = head.len() + begin.len() + pieces * piece.len() + end.len();
    let host = base.trim_start_matches("http://").to_owned();
    let mut socket = TcpStream::connect(&host).await.expect("it listens");
    let request = format!(
        "POST /in/pbx/call-data?key={KEY} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n{head}{begin}"
    );
    socket.write_all(request.as_bytes()).await.expect("it is taken");
    for _ in 0..pieces {
        socket.write_all(piece.as_bytes()).await.expect("it is taken");
    }
    socket.write_all(end.as_bytes()).await.expect("it is taken");
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.expect("an answer");
    answer.lines().next().unwrap_or_default().to_owned()
}

/// Sends so many at once; the most that was held above what is held at rest, in bytes.
async fn held_for(world: &World, ids: std::ops::Range<usize>, sent: usize) -> usize {
    let rest = HELD.load(SeqCst);
    MOST.store(rest, SeqCst);
    let mut sending = JoinSet::new();
    ids.for_each(|id| drop(sending.spawn(send(world.base.clone(), id, sent))));
    while let Some(answer) = sending.join_next().await {
        assert_eq!(answer.expect("it is sent"), "HTTP/1.1 200 OK");
    }
    MOST.load(SeqCst) - rest
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_recording_is_never_held_and_eight_at_once_are_not_either() {
    if std::env::var_os("NEXTEST").is_none() {
        // Other tests in the same process would be counted, too.
        return;
    }
    let world = Plan::default().begin().await;
    // What is made once stays.
    held_for(&world, 0..1, MIB).await;
    let one = held_for(&world, 1..2, SENT).await;
    assert!(one <= 8 * MIB, "{one} bytes");
    let eight = held_for(&world, 2..10, SENT).await;
    assert!(eight <= 32 * MIB, "{eight} bytes");
    eprintln!("held above rest: one {} KiB, eight {} KiB", one / 1024, eight / 1024);
    let asked = world.http.get(format!("{}/v1/calls", world.base)).bearer_auth(TOKEN).send().await.expect("an answer");
    let calls: Value = asked.json().await.expect("JSON");
    assert_eq!(calls["calls"].as_array().map(Vec::len), Some(10));
}

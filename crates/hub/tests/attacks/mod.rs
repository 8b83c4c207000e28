//! What a hostile network, page or file may try against the real server, while a telephone system pushes once a second:
//! none of its pushes is refused or slow, the memory stays in its bound, and it is all well ten seconds later.
//!
//! On Linux, which tells how much memory a process has, and whose addresses of 127.0.0.0/8 are all this machine's.
#![cfg(target_os = "linux")]

mod log;
mod shapes;
mod under_attack;

use crate::server::TOKEN;
use std::time::Duration;
use tokio::{io::AsyncWriteExt, task::JoinSet};
use under_attack::{UnderAttack, answer, connect, status, status_of};

/// How long each attack goes on.
const LASTS: Duration = Duration::from_secs(5);
const STRANGER: [u8; 4] = [127, 0, 0, 9];

/// Does this again and again, in so many tasks at once, for as long as the attack lasts.
async fn again_and_again<F: Future<Output = ()> + Send + 'static>(
    tasks: usize,
    act: impl Fn(usize) -> F + Clone + Send + 'static,
) -> JoinSet<()> {
    let mut attackers = JoinSet::new();
    for task in 0..tasks {
        let act = act.clone();
        attackers.spawn(async move {
            loop {
                act(task).await;
            }
        });
    }
    attackers
}

#[test]
fn pushes_without_proof_cost_no_work_whatever_they_look_like() {
    let hub = UnderAttack::start();
    hub.withstands(LASTS, async |to| {
        let shapes = shapes::of_256_kb();
        again_and_again(4, move |task| {
            let (kind, body) = shapes[task % shapes.len()].clone();
            async move {
                let key = if task % 2 == 0 { "" } else { "?key=not-the-key-of-anybody" };
                let _ = status(to, STRANGER, &shapes::post(&format!("/in/pbx/incoming{key}"), kind, &body)).await;
            }
        })
        .await
    });
}

#[test]
fn every_shape_of_a_push_without_proof_is_refused() {
    let hub = UnderAttack::start();
    hub.runtime().block_on(async {
        for (kind, body) in shapes::of_256_kb() {
            // Who is refused before the body is read may see the connection end instead of the answer.
            let refused = status(hub.address, STRANGER, &shapes::post("/in/pbx/incoming", kind, &body)).await;
            assert!(matches!(refused, Ok(401 | 413 | 429) | Err(_)), "{kind}: {refused:?}");
        }
    });
}

#[test]
fn silent_connections_take_nobodys_place() {
    let hub = UnderAttack::start();
    hub.withstands(LASTS, async |to| {
        let mut held = Vec::new();
        for n in 0..1_100_u32 {
            held.push(connect(to, from_many(n)).await);
        }
        held
    });
}

#[test]
fn silent_connections_of_one_address_take_nobodys_place() {
    let hub = UnderAttack::start();
    hub.withstands(LASTS, async |to| {
        let mut held = Vec::new();
        for _ in 0..1_100 {
            held.push(connect(to, STRANGER).await);
        }
        held
    });
}

#[test]
fn headers_and_bodies_that_never_end_take_nobodys_place() {
    let hub = UnderAttack::start();
    hub.withstands(LASTS, async |to| {
        let mut slow = JoinSet::new();
        for n in 0..600_u32 {
            slow.spawn(async move {
                let Ok(mut stream) = connect(to, from_many(n)).await else { return };
                let begins: &[u8] = match n % 2 {
                    0 => b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
                    _ => b"POST /in/pbx/incoming HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 200000\r\n\r\n{",
                };
                if stream.write_all(begins).await.is_err() {
                    return;
                }
                let mut every = tokio::time::interval(Duration::from_millis(500));
                loop {
                    every.tick().await;
                    if stream.write_all(b" ").await.is_err() {
                        return;
                    }
                }
            });
        }
        slow
    });
}

#[test]
fn floods_from_the_senders_own_address_refuse_none_of_its_pushes() {
    let hub = UnderAttack::start();
    hub.withstands(LASTS, async |to| {
        let flood = again_and_again(2, move |_| async move {
            // one connection with many requests, as a proxy makes them
            let Ok(mut stream) = connect(to, [127, 0, 0, 1]).await else { return };
            let wrong = b"GET /in/pbx/incoming?key=wrong&caller=1 HTTP/1.1\r\nHost: localhost\r\n\r\n";
            let (mut answers, mut requests) = stream.split();
            let mut nowhere = tokio::io::sink();
            let read = tokio::io::copy(&mut answers, &mut nowhere);
            let write = async { while requests.write_all(wrong).await.is_ok() {} };
            tokio::select! { _ = read => {}, () = write => {} }
        })
        .await;
        for n in 0..30 {
            assert_eq!(hub.push().await, Ok(200), "push {n}");
        }
        flood
    });
    let lines = hub.log().lines().count();
    assert!(lines < 100, "{lines} lines on the log for a flood");
}

#[test]
fn wrong_tokens_slow_down_and_the_right_one_from_the_same_address_does_not() {
    let hub = UnderAttack::start();
    let with_token = |token: &str| {
        format!(
            "GET /v1/budgets HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
        )
    };
    hub.withstands(LASTS, async |to| {
        let guess = with_token("a-guess-that-is-wrong-each-time");
        let guesses = again_and_again(4, move |_| {
            let guess = guess.clone();
            async move { drop(status(to, [127, 0, 0, 1], guess.as_bytes()).await) }
        })
        .await;
        for n in 0..10 {
            let right = status(to, [127, 0, 0, 1], with_token(TOKEN).as_bytes()).await;
            assert_eq!(right, Ok(200), "request {n}");
        }
        guesses
    });
    let log = hub.log();
    assert!(log.lines().count() < 50, "{log}");
    let many = hub.runtime().block_on(async {
        let mut answers = Vec::new();
        for _ in 0..30 {
            let guess = status(hub.address, [127, 0, 0, 1], with_token("wrong").as_bytes()).await;
            answers.push(guess.expect("an answer"));
        }
        answers
    });
    assert!(many.contains(&429), "wrong tokens are answered without end: {many:?}");
}

#[test]
fn frames_before_hello_are_small() {
    let hub = UnderAttack::start();
    hub.withstands(LASTS, async |to| {
        let mut held = JoinSet::new();
        for n in 0..40_u32 {
            held.spawn(async move {
                let Ok(mut stream) = connect(to, from_many(n)).await else { return };
                let _ = stream.write_all(shapes::UPGRADE).await;
                let _ = stream.write_all(&shapes::frame_of(15 * 1024 * 1024)).await;
                std::future::pending::<()>().await;
            });
        }
        held
    });
}

#[test]
fn two_thousand_sockets_without_hello_cost_little() {
    let hub = UnderAttack::start();
    hub.withstands(LASTS, async |to| {
        let mut held = Vec::new();
        for n in 0..2_000_u32 {
            let Ok(mut stream) = connect(to, from_many(n)).await else { continue };
            let _ = stream.write_all(shapes::UPGRADE).await;
            held.push(stream);
        }
        held
    });
}

#[test]
fn a_hundred_bodies_for_an_account_that_is_not_there_cost_little() {
    let hub = UnderAttack::start();
    hub.withstands(LASTS, async |to| {
        let mut held = JoinSet::new();
        for n in 0..100_u32 {
            let account = if n % 2 == 0 { "nobody" } else { "pbx" };
            held.spawn(async move {
                let Ok(mut stream) = connect(to, from_many(n)).await else { return };
                let head = format!(
                    "POST /in/{account}/call-data HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
                    4 * 1024 * 1024
                );
                let _ = stream.write_all(head.as_bytes()).await;
                let _ = stream.write_all(&vec![b' '; 4 * 1024 * 1024 - 1]).await;
                std::future::pending::<()>().await;
            });
        }
        held
    });
}

#[test]
fn http_2_without_tls_is_not_spoken() {
    let hub = UnderAttack::start();
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    let said = hub.runtime().block_on(answer(hub.address, STRANGER, preface));
    assert!(!said.is_ok_and(|said| said.as_bytes().first() == Some(&0)), "a frame of HTTP/2 was answered");
}

/// What a browser sends for a page of somebody else, on everything that answers.
#[test]
fn a_foreign_page_gets_nothing_from_anything() {
    let hub = UnderAttack::start();
    let marks = [
        "Host: evil.example\r\nOrigin: http://evil.example",
        "Host: {host}\r\nOrigin: https://evil.example",
        "Host: {host}\r\nOrigin: null",
        "Host: {host}\r\nSec-Fetch-Site: cross-site",
    ];
    let places = [
        format!("GET /in/pbx/incoming?key={TOKEN}&caller=%2B36301234567&called=101"),
        format!("POST /in/pbx/incoming?key={TOKEN}&caller=%2B36301234567&called=101"),
        "GET /healthz".to_owned(),
        "GET /metrics".to_owned(),
        "GET /v1/openapi.json".to_owned(),
        "GET /v1/calls".to_owned(),
        "GET /v1/desk".to_owned(),
    ];
    hub.runtime().block_on(async {
        for place in &places {
            for mark in &marks {
                let mark = mark.replace("{host}", &hub.address.to_string());
                let request = format!(
                    "{place} HTTP/1.1\r\n{mark}\r\nAuthorization: Bearer {TOKEN}\r\nUpgrade: websocket\r\nConnection: close, upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
                );
                let said = answer(hub.address, [127, 0, 0, 1], request.as_bytes()).await.expect("an answer");
                assert_eq!(status_of(&said), Ok(403), "{place} with {mark}: {said}");
                assert!(!said.to_ascii_lowercase().contains("access-control-"), "{said}");
            }
        }
    });
}

/// Each of many addresses of this machine.
fn from_many(n: u32) -> [u8; 4] {
    let [_, _, high, low] = n.to_be_bytes();
    [127, 0, 100 + high, low.max(1)]
}

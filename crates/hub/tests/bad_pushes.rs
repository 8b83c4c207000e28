//! What a hostile or broken sender gets, and that everybody else never notices.

use crate::support;

use ringcard_core::call::CallState;
use serde_json::Value;
use support::{KEY, World, world};

async fn post(world: &World, path: &str, kind: &str, body: Vec<u8>) -> (u16, Value) {
    let answer = world
        .http
        .post(format!("{}{path}", world.base))
        .header("content-type", kind)
        .body(body)
        .send()
        .await
        .expect("an answer");
    let status = answer.status().as_u16();
    (status, answer.json().await.unwrap_or(Value::Null))
}

#[tokio::test]
async fn a_wrong_or_missing_key_is_401_and_says_so() {
    let world = world().await;
    for query in ["?caller=1&called=101", "?key=wrong&caller=%2B36301234567&called=101"] {
        let (status, body) = post(&world, &format!("/in/pbx/incoming{query}"), "text/plain", Vec::new()).await;
        assert_eq!(status, 401);
        assert_eq!(body["error"]["code"], "unauthenticated");
        assert!(!body.to_string().contains(KEY));
    }
}

#[tokio::test]
async fn broken_json_no_caller_and_unknown_addresses_are_refused_in_words() {
    let world = world().await;
    let path = format!("/in/pbx/incoming?key={KEY}");
    let (status, body) = post(&world, &path, "application/json", b"{\"caller\": ".to_vec()).await;
    assert_eq!((status, &body["error"]["code"]), (400, &Value::from("unreadable")));
    let (status, body) = post(&world, &path, "application/json", b"{}".to_vec()).await;
    assert_eq!((status, &body["error"]["code"]), (400, &Value::from("unreadable")), "{body}");
    // %ff is no text
    for path in ["/in/nobody/nothing?key=x", "/in/pbx/nothing?key=x", "/in/%ff/incoming", "/nowhere"] {
        let (status, body) = post(&world, path, "application/json", b"{}".to_vec()).await;
        assert_eq!((status, &body["error"]["code"]), (404, &Value::from("not_found")), "{path}");
    }
}

#[tokio::test]
async fn ten_megabytes_are_413_and_the_next_ring_comes_through() {
    let world = world().await;
    let mut desk = world.desk().await;
    let path = format!("/in/pbx/incoming?key={KEY}");
    let sent = world.http.post(format!("{}{path}", world.base)).body(vec![b'x'; 10_000_000]).send().await;
    // The hub answers before it has read everything: the client may see the answer or the closed connection.
    if let Ok(answer) = sent {
        assert_eq!(answer.status(), 413);
    }
    assert_eq!(world.push("caller=%2B36301234567&called=101").await, 200);
    desk.call_in(CallState::Ringing).await;
}

#[tokio::test]
async fn a_flood_is_429_with_a_time_to_come_again_and_the_hub_lives() {
    let world = world().await;
    let mut throttled = None;
    for _ in 0..2_000 {
        let answer = world.http.get(format!("{}/in/pbx/incoming", world.base)).send().await.expect("an answer");
        if answer.status() == 429 {
            throttled = Some(answer);
            break;
        }
    }
    let throttled = throttled.expect("two thousand at once are too many");
    assert!(throttled.headers().contains_key("retry-after"));
    let body: Value = throttled.json().await.expect("JSON");
    assert_eq!(body["error"]["code"], "too_many_requests");
    let health = world.http.get(format!("{}/healthz", world.base)).send().await.expect("an answer");
    assert_eq!(health.status(), 200);
}

#[tokio::test]
async fn a_locked_history_is_503_so_that_the_pbx_sends_again_and_the_card_comes_all_the_same() {
    let world = world().await;
    let mut desk = world.desk().await;
    let holder = rusqlite::Connection::open(world.dir.path().join("calls.db")).expect("the database");
    holder.execute_batch("BEGIN IMMEDIATE").expect("it is held");
    assert_eq!(world.push("caller=%2B36301234567&called=101&callid=1").await, 503);
    desk.call_in(CallState::Ringing).await;
    holder.execute_batch("ROLLBACK").expect("it is let go");
}

//! Who sends a push is known before its body is read; without the proof, no byte of it is.

use crate::support;

use ringcard_hub::AccountSetup;
use serde_json::Value;
use support::{KEY, TOKEN, World, world};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Sends a head that promises a body, and what is given of it; the answer's head and body.
async fn answer(world: &World, target: &str, headers: &str, body: &str) -> (String, String) {
    let host = world.base.trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).await.expect("the hub listens");
    let request = format!("POST {target} HTTP/1.1\r\nHost: {host}\r\n{headers}\r\n{body}");
    stream.write_all(request.as_bytes()).await.expect("it is sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer, and the connection is closed");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a whole answer");
    (head.to_ascii_lowercase(), body.to_owned())
}

/// How often this became of a push.
async fn count(world: &World, became: &str) -> u64 {
    let url = format!("{}/v1/pushes", world.base);
    let answer = world.http.get(url).bearer_auth(TOKEN).send().await.expect("an answer");
    let body: Value = answer.json().await.expect("JSON");
    let notes = body["pushes"].as_array().expect("a list");
    notes.iter().filter(|note| note["became"]["kind"] == became).filter_map(|note| note["times"].as_u64()).sum()
}

/// A body that is promised and never comes.
const PROMISED: &str = "Content-Type: application/json\r\nContent-Length: 200000\r\n";

#[tokio::test]
async fn who_has_no_proof_is_answered_at_once_and_the_same_whether_there_is_such_an_account_or_not() {
    let world = world().await;
    let wrong = format!("{PROMISED}X-Api-Key: wrong\r\n");
    let (_, expected) = answer(&world, "/in/pbx/incoming?key=wrong", PROMISED, "").await;
    for (target, headers, became) in [
        ("/in/pbx/incoming?key=wrong", PROMISED, "key_wrong"),
        ("/in/pbx/event?caller=1&kulcs=wrong", PROMISED, "key_wrong"),
        ("/in/pbx/call-data?data=%7B%22key%22%3A%22wrong%22%7D", PROMISED, "key_wrong"),
        ("/in/pbx/incoming", wrong.as_str(), "key_wrong"),
        ("/in/nobody/incoming", PROMISED, "not_taken"),
        ("/in/nobody/incoming?key=wrong", PROMISED, "not_taken"),
        (&format!("/in/nobody/incoming?key={KEY}"), PROMISED, "not_taken"),
        ("/in/nobody/call-data", "Transfer-Encoding: chunked\r\n", "not_taken"),
        ("/in/pbx/incoming?key=wrong", "Transfer-Encoding: chunked\r\n", "key_wrong"),
        // more than is looked through for a key
        ("/in/pbx/incoming", PROMISED, "too_large"),
    ] {
        let before = count(&world, became).await;
        let (head, body) = answer(&world, target, headers, "").await;
        assert!(head.starts_with("http/1.1 401 "), "{target}: {head}");
        assert!(head.contains("\r\nconnection: close"), "{target}: {head}");
        assert_eq!(body, expected, "{target}");
        assert_eq!(count(&world, became).await, before + 1, "{target}: {became}");
    }
}

#[tokio::test]
async fn an_account_that_is_not_set_up_looks_like_none_and_people_here_see_why() {
    let world = world().await;
    let (_, expected) = answer(&world, "/in/nobody/incoming?key=x", PROMISED, "").await;
    let broken = AccountSetup::new("pbx", Err("the push key is missing: store it".into()));
    world.hub.use_accounts(vec![broken]).await;
    let (head, body) = answer(&world, "/in/pbx/incoming?key=x", PROMISED, "").await;
    assert!(head.starts_with("http/1.1 401 "), "{head}");
    assert_eq!(body, expected);
    assert_eq!(count(&world, "not_set_up").await, 1);
}

#[tokio::test]
async fn a_right_key_in_header_or_address_does_not_make_the_body_larger_than_it_may_be() {
    let world = world().await;
    let promised = "Content-Length: 300000\r\n";
    let (head, _) = answer(&world, &format!("/in/pbx/incoming?key={KEY}"), promised, "").await;
    assert!(head.starts_with("http/1.1 413 "), "{head}");
    assert_eq!(count(&world, "too_large").await, 1);
}

#[tokio::test]
async fn a_key_in_the_body_counts_up_to_its_bound_and_in_a_header_beyond_it() {
    let world = world().await;
    let post = async |kind: &str, headers: &[(&str, &str)], body: String| {
        let mut request = world.http.post(format!("{}/in/pbx/incoming", world.base)).header("content-type", kind);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(body).send().await.map_or(0, |answer| answer.status().as_u16())
    };
    let form = "application/x-www-form-urlencoded";
    let call = |n: u32| format!("caller=%2B3630123456{n}&called=101");
    assert_eq!(post(form, &[], format!("{}&key={KEY}", call(1))).await, 200);
    let json = format!(r#"{{"call":{{"caller":"+36301234562","called":"101"}},"api_key":"{KEY}"}}"#);
    assert_eq!(post("application/json", &[], json).await, 200);
    let json = format!(r#"data={{"caller":"%2B36301234563","called":"101","key":"{KEY}"}}"#);
    assert_eq!(post(form, &[], json).await, 200);
    assert_eq!(post(form, &[], format!("{}&key=wrong", call(1))).await, 401);
    assert_eq!(count(&world, "key_wrong").await, 1);
    assert_eq!(post(form, &[], call(1)).await, 401);
    assert_eq!(count(&world, "key_missing").await, 1);

    let large = format!("{}&note={}", call(4), "x".repeat(150_000));
    assert_eq!(post(form, &[("x-api-key", KEY)], large).await, 200);
    assert_eq!(count(&world, "new_call").await, 4);
}

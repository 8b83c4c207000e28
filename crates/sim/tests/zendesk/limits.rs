use super::support::Desk;
use ringcard_sim::zendesk::{Limits, Misbehaviour, Refusal, RetryAfter, ZendeskConfig};
use serde_json::json;
use std::time::Duration;

/// Ten seconds into a minute of a day that began long before.
const NOON: u64 = 1_764_417_610_000;

async fn limited(limits: Limits) -> Desk {
    Desk::with(ZendeskConfig { limits, starts_at: Some(NOON), ..ZendeskConfig::default() }).await
}

#[tokio::test]
async fn a_minute_holds_so_many_and_every_answer_says_what_is_left() {
    let desk = limited(Limits { per_minute: 3, ..Limits::default() }).await;
    for left in ["2", "1", "0"] {
        let got = desk.get("users/me.json").await;
        assert_eq!((got.status, got.header("x-rate-limit"), got.header("x-rate-limit-remaining")), (200, "3", left));
    }
    let over = desk.get("users/me.json").await;
    assert_eq!((over.status, over.header("x-rate-limit-remaining")), (429, "0"));
    let wait: u64 = over.header("retry-after").parse().expect("seconds");
    assert!((1..=60).contains(&wait), "{wait}");
    assert!(over.header("content-type").starts_with("text/html") && over.text.starts_with("<html>"));
    desk.sim.advance(Duration::from_secs(wait));
    assert_eq!(desk.get("users/me.json").await.status, 200);
    assert_eq!(desk.sim.traffic().refused, 1);
}

#[tokio::test]
async fn another_program_takes_its_part() {
    let desk = limited(Limits { per_minute: 60, others_per_minute: 60, ..Limits::default() }).await;
    // The other one is evenly spread: ten seconds into the minute it has had ten.
    let got = desk.get("users/me.json").await;
    assert_eq!(got.header("x-rate-limit-remaining"), "49");
    desk.sim.advance(Duration::from_secs(49));
    assert_eq!(desk.get("users/me.json").await.status, 429);
    desk.sim.advance(Duration::from_secs(2));
    desk.sim.spend(40);
    let after: u32 = desk.get("users/me.json").await.header("x-rate-limit-remaining").parse().expect("a number");
    assert!(after < 20, "{after}");
}

#[tokio::test]
async fn a_day_ends_at_midnight_and_a_date_can_say_so() {
    let limits =
        Limits { per_day: Some(2), retry_after: RetryAfter::Date, refusal: Refusal::Json, ..Limits::default() };
    let desk = limited(limits).await;
    assert_eq!(desk.get("users/me.json").await.status, 200);
    assert_eq!(desk.get("users/me.json").await.status, 200);
    let over = desk.get("users/me.json").await;
    assert_eq!(over.status, 429);
    assert!(over.header("retry-after").ends_with(" 00:00:00 GMT"), "{}", over.header("retry-after"));
    assert_eq!(over.json()["error"], "APIRateLimitExceeded");
    desk.sim.advance(Duration::from_secs(24 * 3600));
    assert_eq!(desk.get("users/me.json").await.status, 200);
}

#[tokio::test]
async fn one_ticket_is_changed_thirty_times_in_ten_minutes() {
    let desk = limited(Limits::default()).await;
    let id = desk.sim.add_ticket(&json!({ "comment": { "body": "x" } })).expect("a ticket");
    let change = json!({ "ticket": { "tags": ["a"] } });
    for _ in 0..30 {
        assert_eq!(desk.put(&format!("tickets/{id}.json"), &change).await.status, 200);
    }
    let over = desk.put(&format!("tickets/{id}.json"), &change).await;
    assert_eq!(over.status, 429);
    assert!(over.header("zendesk-ratelimit-ticket-update").starts_with("total=30; remaining=0"));
    assert_ne!(over.header("x-rate-limit-remaining"), "0", "the account has more");
    desk.sim.advance(Duration::from_secs(601));
    assert_eq!(desk.put(&format!("tickets/{id}.json"), &change).await.status, 200);
}

#[tokio::test]
async fn whoever_is_not_signed_in_costs_nothing() {
    let mut desk = limited(Limits::default()).await;
    desk.bearer("nobody's");
    let refused = desk.get("users/me.json").await;
    assert_eq!((refused.status, refused.json()["error"].as_str()), (401, Some("invalid_token")));
    assert!(desk.sim.requests().iter().all(|asked| !asked.counted && asked.signed_in.is_none()));
}

#[tokio::test]
async fn it_answers_as_wrongly_as_told() {
    let desk = limited(Limits::default()).await;
    desk.sim.misbehave("users/me", Misbehaviour::Html { status: 502, applied: false });
    assert_eq!(desk.get("users/me.json").await.status, 502);
    desk.sim.misbehave("*", Misbehaviour::TooMany { seconds: 7 });
    assert_eq!(desk.get("users/me.json").await.header("retry-after"), "7");
    desk.sim.misbehave("*", Misbehaviour::Redirect { location: "https://example.com/".into() });
    assert_eq!(desk.get("users/me.json").await.status, 302);
    desk.sim.misbehave("*", Misbehaviour::CutAnswer);
    let request = desk.client.get(format!("{}/users/me.json", desk.sim.api_url()));
    let answer = request.header("Authorization", desk.sim.basic()).send().await.expect("its head");
    answer.text().await.expect_err("half a body");
    assert_eq!(desk.get("users/me.json").await.status, 200);
    desk.sim.go_offline().await;
    let request = desk.client.get(format!("{}/users/me.json", desk.sim.api_url()));
    assert!(request.send().await.expect_err("nobody is there").is_connect());
    desk.sim.go_online().await.expect("it comes back");
    assert_eq!(desk.get("users/me.json").await.status, 200);
}

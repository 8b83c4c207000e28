//! Wrong tokens are slowed down, counted and logged once; the right one never waits.

use crate::support;

use support::{TOKEN, World, world};

async fn metric(world: &World, name: &str) -> u64 {
    let text = world.http.get(format!("{}/metrics", world.base)).send().await.expect("an answer").text().await;
    let text = text.expect("text");
    let line = text.lines().find(|line| line.split(' ').next() == Some(name)).unwrap_or_else(|| panic!("no {name}"));
    line.split(' ').nth(1).and_then(|value| value.parse().ok()).expect("a number")
}

#[tokio::test]
async fn wrong_tokens_wait_longer_each_time_and_the_right_one_not_at_all() {
    let world = world().await;
    let url = format!("{}/v1/calls", world.base);
    let mut waits = Vec::new();
    for n in 0..10 {
        let answer = world.http.get(&url).bearer_auth(format!("guess-{n}")).send().await.expect("an answer");
        let wait = answer.headers().get("retry-after").map(|value| value.to_str().expect("text").to_owned());
        waits.push((answer.status().as_u16(), wait.and_then(|wait| wait.parse::<u32>().ok())));
        let right = world.http.get(&url).bearer_auth(TOKEN).send().await.expect("an answer");
        assert_eq!(right.status(), 200);
    }
    assert_eq!(waits[0], (401, None));
    assert_eq!(waits[6..], [(429, Some(2)), (429, Some(4)), (429, Some(8)), (429, Some(16))]);
    assert_eq!(metric(&world, "ringcard_wrong_tokens_total").await, 10);
}

#[tokio::test]
async fn requests_without_any_token_are_no_guesses() {
    let world = world().await;
    for _ in 0..20 {
        assert_eq!(world.asked("/v1/calls", &[]).await.0, 401);
        assert_eq!(world.asked("/v1/calls", &[("authorization", "Basic eDp5")]).await.0, 401);
    }
    assert_eq!(metric(&world, "ringcard_wrong_tokens_total").await, 0);
}

//! Behind reverse proxies each sender is itself; and nobody is somebody else by writing so.

use crate::support;

use serde_json::Value;
use support::{KEY, Plan, TOKEN, World};

async fn behind(proxies: &[&str]) -> World {
    let mut plan = Plan::default();
    plan.listen.trusted_proxies = proxies.iter().map(|text| text.parse().expect("a network")).collect();
    plan.begin().await
}

/// Sends wrong keys with this header until they are too many.
async fn exhaust(world: &World, header: &str, says: impl Fn(u32) -> String) {
    for n in 0..5_000 {
        if world.asked("/in/pbx/incoming?key=wrong", &[(header, &says(n))]).await.0 == 429 {
            return;
        }
    }
    panic!("five thousand at once are too many");
}

/// From where the last pushes came, as people here see it.
async fn senders(world: &World) -> Vec<String> {
    let url = format!("{}/v1/pushes", world.base);
    let answer = world.http.get(url).bearer_auth(TOKEN).send().await.expect("an answer");
    let body: Value = answer.json().await.expect("JSON");
    let pushes = body["pushes"].as_array().expect("a list").iter();
    pushes.map(|push| push["from"].as_str().expect("an address").to_owned()).collect()
}

#[tokio::test]
async fn behind_a_trusted_proxy_a_flood_is_the_flooders_own() {
    let world = behind(&["127.0.0.1"]).await;
    exhaust(&world, "x-forwarded-for", |n| format!("6.6.6.{}, 203.0.113.9", n % 200)).await;
    assert!(senders(&world).await.iter().all(|from| from == "203.0.113.9"));
    let wrong = "/in/pbx/incoming?key=wrong";
    assert_eq!(world.asked(wrong, &[("x-forwarded-for", "203.0.113.10")]).await.0, 401);
    assert_eq!(world.asked(wrong, &[("forwarded", "for=\"[2001:db8::1]:4711\"")]).await.0, 401);
    assert!(senders(&world).await.contains(&"2001:db8::1".to_owned()));
    let right = format!("/in/pbx/incoming?key={KEY}&caller=%2B36301234567&called=101");
    assert_eq!(world.asked(&right, &[("x-forwarded-for", "203.0.113.9")]).await.0, 200);
}

#[tokio::test]
async fn without_a_trusted_proxy_these_headers_count_for_nothing() {
    let world = behind(&["10.0.0.0/8"]).await;
    let everybody = |n: u32| format!("203.0.{}.{}", n / 250, n % 250);
    for header in ["x-forwarded-for", "x-real-ip"] {
        exhaust(&world, header, everybody).await;
    }
    exhaust(&world, "forwarded", |n| format!("for={}", everybody(n))).await;
    assert!(senders(&world).await.iter().all(|from| from == "127.0.0.1"));
}

//! A web page, wherever it comes from, gets nothing of a hub; programs and PBXs never notice.

use crate::support;

use reqwest::{Method, StatusCode};
use serde_json::Value;
use support::{KEY, Plan, TOKEN, World, open_account, vipex_account, world};

/// Everything a browser can send, each as whoever has key and token would.
const EVERYTHING: [(&str, &str); 8] = [
    ("GET", "/in/pbx/incoming?key=push-key&caller=%2B36301234567&called=101"),
    ("POST", "/in/pbx/event?key=push-key&caller=%2B36301234567&called=101"),
    ("GET", "/healthz"),
    ("GET", "/metrics"),
    ("GET", "/v1/openapi.json"),
    ("GET", "/v1/calls"),
    ("GET", "/v1/desk"),
    ("OPTIONS", "/v1/calls"),
];

async fn answered(world: &World, method: &str, path: &str, headers: &[(&str, &str)]) -> (StatusCode, String, bool) {
    let method = Method::from_bytes(method.as_bytes()).expect("a method");
    let mut request = world.http.request(method, format!("{}{path}", world.base));
    let token = format!("Bearer {TOKEN}");
    if path.starts_with("/v1/") {
        request = request.header("authorization", token);
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = request.send().await.expect("an answer");
    let has_cors = answer.headers().keys().any(|name| name.as_str().starts_with("access-control"));
    let status = answer.status();
    let body: Value = answer.json().await.unwrap_or_default();
    (status, body["error"]["code"].as_str().unwrap_or_default().to_owned(), has_cors)
}

#[tokio::test]
async fn whatever_a_page_of_another_site_sends_is_refused_before_anything_else() {
    let world = world().await;
    for headers in [
        [("origin", "https://evil.example")].as_slice(),
        &[("origin", "null")],
        &[("origin", "http://127.0.0.1:3000")],
        &[("origin", "not an origin")],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "something-new")],
        &[("sec-fetch-site", "none"), ("origin", "https://evil.example")],
    ] {
        for (method, path) in EVERYTHING {
            let (status, code, has_cors) = answered(&world, method, path, headers).await;
            assert_eq!(
                (status.as_u16(), code.as_str(), has_cors),
                (403, "foreign_origin", false),
                "{path} {headers:?}"
            );
        }
    }
    let mut desk = world.desk().await;
    assert_eq!(world.push("caller=%2B36301234567&called=101").await, 200);
    desk.until("the first call", |desk| desk.calls.len() == 1).await;
}

/// A page whose own name was made to point here is, to the browser, no other site.
#[tokio::test]
async fn under_a_name_that_is_not_ours_nothing_is_told_and_nothing_taken_without_proof() {
    let world = world().await;
    world
        .hub
        .use_accounts(vec![vipex_account(&world.sim.base_url(), 10), open_account(&world.sim.base_url(), &[])])
        .await;
    let foreign = ("host", "evil.example:8480");
    for path in [
        "/healthz",
        "/metrics",
        "/v1/openapi.json",
        "/v1/calls",
        "/nowhere",
        "/in/pbx/incoming?caller=%2B36301234567",
        "/in/pbx/incoming?key=wrong&caller=%2B36301234567",
        "/in/nobody/incoming?caller=%2B36301234567",
        "/in/open/incoming?caller=%2B36301234567",
    ] {
        assert_eq!(world.asked(path, &[foreign]).await, (403, "foreign_host".to_owned()), "{path}");
    }
    let page = [foreign, ("origin", "http://evil.example:8480")];
    let keyed = format!("/in/pbx/incoming?key={KEY}&caller=%2B36301234567&called=101");
    assert_eq!(world.asked(&keyed, &page).await, (403, "foreign_host".to_owned()));
    assert_eq!(world.asked(&keyed, &[foreign, ("sec-fetch-site", "same-origin")]).await.0, 403);

    // the PBX of an administrator who gave this machine a name of their own
    let token = format!("Bearer {TOKEN}");
    assert_eq!(world.asked(&keyed, &[foreign]).await.0, 200);
    assert_eq!(world.asked("/v1/calls", &[foreign, ("authorization", &token)]).await.0, 200);
    assert_eq!(world.asked("/healthz", &[foreign, ("authorization", &token)]).await.0, 200);
}

#[tokio::test]
async fn under_its_configured_names_the_hub_answers_as_under_its_own() {
    let mut plan = Plan::default();
    plan.listen.names = vec!["hub.lan".to_owned()];
    plan.listen.public_url = Some("https://ringcard.example.com".to_owned());
    let world = plan.begin().await;
    for host in ["hub.lan", "HUB.lan:8480", "ringcard.example.com", "localhost:1", "127.0.0.1", "[::1]:8480"] {
        assert_eq!(world.asked("/healthz", &[("host", host)]).await.0, 200, "{host}");
    }
    let own = [("host", "ringcard.example.com"), ("origin", "https://ringcard.example.com")];
    assert_eq!(world.asked("/healthz", &own).await.0, 200);
}

#[tokio::test]
async fn an_account_without_a_key_listens_to_its_own_machine_or_to_whom_it_is_told() {
    let mut plan = Plan::default();
    plan.listen.trusted_proxies = vec!["127.0.0.1".parse().expect("an address")];
    let world = plan.begin().await;
    let path = "/in/open/incoming?caller=%2B36301234567&called=101";
    let refused = (401, "unauthenticated".to_owned());
    let by = |address: &'static str| [("x-forwarded-for", address)];

    world.hub.use_accounts(vec![open_account(&world.sim.base_url(), &[])]).await;
    assert_eq!(world.asked(path, &by("127.0.0.1")).await.0, 200);
    assert_eq!(world.asked(path, &by("203.0.113.4")).await, refused);
    // nobody knows on whose behalf
    assert_eq!(world.asked(path, &[]).await, refused);
    assert_eq!(world.asked(path, &by("unknown")).await, refused);
    // a browser that is old, or asks an address of the network, does not say for which site
    let page = [("x-forwarded-for", "127.0.0.1"), ("accept-language", "en")];
    assert_eq!(world.asked(path, &page).await, (403, "foreign_host".to_owned()));
    // a link in a letter: the mail program has a browser open it, for no site
    let letter = [("x-forwarded-for", "127.0.0.1"), ("sec-fetch-site", "none")];
    assert_eq!(world.asked(path, &letter).await, (403, "foreign_host".to_owned()));

    world.hub.use_accounts(vec![open_account(&world.sim.base_url(), &["203.0.113.4", "10.1.0.0/16"])]).await;
    for (address, status) in [("203.0.113.4", 200), ("10.1.255.9", 200), ("203.0.113.5", 401), ("127.0.0.1", 401)] {
        assert_eq!(world.asked(path, &by(address)).await.0, status, "{address}");
    }
}

#[tokio::test]
async fn a_proxy_nobody_trusts_does_not_make_everybody_a_program_of_this_machine() {
    let world = world().await;
    world.hub.use_accounts(vec![open_account(&world.sim.base_url(), &[])]).await;
    let path = "/in/open/incoming?caller=%2B36301234567&called=101";
    assert_eq!(world.asked(path, &[]).await.0, 200);
    for header in ["x-forwarded-for", "forwarded", "x-real-ip", "via"] {
        assert_eq!(world.asked(path, &[(header, "127.0.0.1")]).await.0, 401, "{header}");
    }
}

#[tokio::test]
async fn an_account_with_a_key_listens_to_its_addresses_only_where_it_names_some() {
    let world = world().await;
    let push_from = vec!["203.0.113.4".parse().expect("an address")];
    let listed = ringcard_hub::AccountSetup { push_from, ..vipex_account(&world.sim.base_url(), 10) };
    world.hub.use_accounts(vec![listed]).await;
    let path = format!("/in/pbx/incoming?key={KEY}&caller=%2B36301234567&called=101");
    assert_eq!(world.asked(&path, &[]).await, (401, "unauthenticated".to_owned()));
    let url = format!("{}/v1/pushes?account=pbx", world.base);
    let answer = world.http.get(url).bearer_auth(TOKEN).send().await.expect("an answer");
    let body: Value = answer.json().await.expect("JSON");
    assert_eq!(body["pushes"][0]["became"]["kind"], "address_not_allowed", "{body}");
    // what somebody writes who is no proxy of ours
    assert_eq!(world.asked(&path, &[("x-forwarded-for", "203.0.113.4")]).await.0, 401);
}

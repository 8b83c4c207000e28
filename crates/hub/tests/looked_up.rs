//! A telephone system in the agent's browser opens our address for a call: the card pops, and the browser gets a small page.

use crate::support;

use ringcard_connect::{NewAccount, Registry};
use ringcard_core::{
    call::{CallState, Direction},
    number::Party,
};
use ringcard_hub::AccountSetup;
use ringcard_sim::{CcaiConfig, CcaiSim};
use secrecy::SecretString;
use std::collections::BTreeMap;
use support::{KEY, World, dial_plan, open_account, outside, vipex_account, world};

const NAMES: &str = "caller={CUSTOMER_PHONE_NUMBER}&called={SUPPORT_PHONE_NUMBER}&outbound={OUTBOUND_NUMBER}\
                     &session={SESSION_ID}&agent={CUSTOM_AGENT_ID}";

/// A hub with an account `ccai` beside the PBX and one that takes pushes without a key.
async fn begin() -> (World, CcaiSim) {
    let (world, sim) = (world().await, CcaiSim::start(CcaiConfig::default()).await.expect("the simulator starts"));
    let values = [("api_url", sim.base_url()), ("subdomain", "customer".to_owned())];
    let secrets = [("token", "sim-ccai-token"), ("push_key", KEY)];
    let account = NewAccount {
        name: "ccai".to_owned(),
        values: values.into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect(),
        secrets: BTreeMap::from(secrets.map(|(key, value)| (key.to_owned(), SecretString::from(value)))),
        plan: dial_plan(),
    };
    let registry = Registry::builtin();
    let system = registry.find("ccai").expect("it is in the registry").set_up(account).expect("it is complete");
    let pbx = world.sim.base_url();
    let accounts = vec![vipex_account(&pbx, 10), open_account(&pbx, &[]), AccountSetup::new("ccai", Ok(system))];
    world.hub.use_accounts(accounts).await;
    (world, sim)
}

#[tokio::test]
async fn the_address_opened_for_a_call_pops_its_card_and_is_a_page_without_the_key() {
    let (world, sim) = begin().await;
    let mut desk = world.desk().await;
    let call = sim.ring("anna@example.com", "+36301234567");
    let address = format!("{}/in/ccai/incoming?key={KEY}&{NAMES}", world.base);
    let opened = sim.open_lookup(call, &address).await.expect("an answer");
    assert_eq!((opened.status, opened.content_type.as_str()), (200, "text/html; charset=utf-8"));
    assert!(opened.text.contains("+36 30 123 4567"), "{}", opened.text);
    assert!(!opened.text.contains(KEY), "{}", opened.text);
    assert!(opened.policy.starts_with("default-src 'none'") && !opened.policy.contains("unsafe"), "{}", opened.policy);

    let shown = desk.call_in(CallState::Ringing).await;
    assert_eq!((shown.ani.0.clone(), shown.direction), (outside("+36301234567"), Direction::Inbound));
    assert_eq!(shown.external_id, Some(call.to_string()), "it is tied to the session");
    sim.open_lookup(call, &address).await.expect("an answer");
    assert_eq!(desk.calls.len(), 1, "opened twice it is one call");
}

#[tokio::test]
async fn another_site_opens_nothing_else_and_learns_nothing() {
    let (world, sim) = begin().await;
    let call = sim.ring("anna@example.com", "+36301234567");
    for path in ["ccai/incoming?key=wrong&", "ccai/incoming?", "nobody/incoming?key=wrong&", "pbx/incoming?"] {
        let opened = sim.open_lookup(call, &format!("{}/in/{path}{NAMES}", world.base)).await.expect("an answer");
        assert_eq!(opened.status, 401, "{path}: {}", opened.text);
    }
    // One whose pushes come from a server, with the right key: no page had that opened for it.
    for path in [format!("pbx/incoming?key={KEY}&"), "open/incoming?".to_owned()] {
        let opened = sim.open_lookup(call, &format!("{}/in/{path}{NAMES}", world.base)).await.expect("an answer");
        assert!(matches!(opened.status, 401 | 403), "{path}: {}", opened.status);
    }
    for path in ["/v1/calls", "/healthz", "/metrics"] {
        let opened = sim.open_lookup(call, &format!("{}{path}", world.base)).await.expect("an answer");
        assert_eq!(opened.status, 403, "{path}");
    }
    let framed = [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "iframe")];
    let address = format!("/in/ccai/incoming?key={KEY}&caller=%2B36301234567");
    assert_eq!(world.asked(&address, &framed).await.0, 403, "not in a frame");
    let fetched = [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "no-cors"), ("sec-fetch-dest", "image")];
    assert_eq!(world.asked(&address, &fetched).await.0, 403, "not as a picture");
}

/// Opens the look-up address with what an attacker, or a platform with other ideas, puts into it.
async fn open_with(world: &World, query: &str) -> (u16, String) {
    let url = format!("{}/in/ccai/incoming?key={KEY}&{query}", world.base);
    let request = world.http.get(url).header("accept-language", "hu-HU,hu;q=0.9");
    let request = request.header("sec-fetch-site", "cross-site").header("sec-fetch-mode", "navigate");
    let answer = request.header("sec-fetch-dest", "document").send().await.expect("an answer");
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    if status == 200 {
        for (name, value) in [
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("referrer-policy", "no-referrer"),
            ("cache-control", "no-store"),
        ] {
            assert_eq!(headers.get(name).and_then(|v| v.to_str().ok()), Some(value), "{name}");
        }
    }
    (status, answer.text().await.expect("text"))
}

#[tokio::test]
async fn markup_in_whatever_is_filled_in_is_nobodys_page() {
    let (world, _sim) = begin().await;
    let mut desk = world.desk().await;
    let markup = "%3Cscript%3Ealert(1)%3C%2Fscript%3E";
    let query = format!("caller=%2B36301234567&called={markup}&session={markup}&agent=101&x={markup}&{markup}=1");
    let (status, page) = open_with(&world, &query).await;
    assert_eq!(status, 200, "{page}");
    assert!(!page.contains("alert(1)") && page.matches("<script").count() == 1, "{page}");
    assert!(page.contains("lang=\"hu\"") && page.contains("+36 30 123 4567"), "in the browser's language: {page}");
    let call = desk.call_in(CallState::Ringing).await;
    assert_eq!(call.external_id.as_deref(), Some("<script>alert(1)</script>"), "a text like any other");
    // A caller that is markup is nobody's number.
    let (status, page) = open_with(&world, &format!("caller={markup}&session=2&agent=101")).await;
    assert_eq!(status, 200);
    assert!(!page.contains("alert(1)"), "{page}");
}

#[tokio::test]
async fn values_of_ten_kilobytes_and_a_thousand_names_are_left_out() {
    let (world, _sim) = begin().await;
    let mut desk = world.desk().await;
    let long = "7".repeat(10_000);
    let (status, page) =
        open_with(&world, &format!("caller=%2B36301234567&session={long}&agent=101&called={long}")).await;
    assert_eq!(status, 200);
    assert!(page.len() < 2_000, "{}", page.len());
    let call = desk.call_in(CallState::Ringing).await;
    assert_eq!((call.ani.0, call.external_id), (outside("+36301234567"), None));
    let (status, _) = open_with(&world, &format!("caller={long}&session={long}&agent={long}")).await;
    assert_eq!(status, 400, "nothing of it can be a call");
    let many: String = (0..1_000).map(|n| format!("n{n}=1&")).collect();
    let (status, _) = open_with(&world, &format!("{many}caller=%2B36301234567&session=3&agent=101")).await;
    assert_eq!(status, 400, "what stands behind so many names is not looked for");
    assert_eq!(desk.calls.len(), 1);
}

#[tokio::test]
async fn an_agent_nobody_knows_and_a_number_nobody_told_pop_at_nobody_elses_desk() {
    let (world, _sim) = begin().await;
    let mut desk = world.desk().await;
    let (status, page) = open_with(&world, "caller=%2B36301234567&session=1&agent=nobody%40example.com").await;
    assert_eq!((status, page.contains("+36 30 123 4567")), (200, true));
    let (status, page) = open_with(&world, "caller=&session=2&agent=101").await;
    assert_eq!(status, 200);
    assert!(!page.contains("<b>"), "there is no number to show: {page}");
    let call = desk.call_in(CallState::Ringing).await;
    assert_eq!((call.ani.0.clone(), call.external_id.as_deref()), (Party::Hidden, Some("2")));
    assert_eq!(desk.calls.len(), 1, "the first was for somebody else: {:?}", desk.calls);
}

#[tokio::test]
async fn many_opened_at_once_are_as_many_calls_as_there_are_sessions_and_a_reload_is_none() {
    let (world, _sim) = begin().await;
    let mut desk = world.desk().await;
    let opened = (0..40).map(|n| {
        let query = format!("caller=%2B3630123456{}&session=s{}&agent=101", n % 5, n % 5);
        let world = &world;
        async move { open_with(world, &query).await.0 }
    });
    assert!(futures_util::future::join_all(opened).await.into_iter().all(|status| status == 200));
    desk.until("five calls", |desk| desk.calls.len() == 5).await;
    // The page leaves its query: loaded anew it has no key, and so says nothing and pops nothing.
    let bare = [("sec-fetch-site", "same-origin"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")];
    assert_eq!(world.asked("/in/ccai/incoming", &bare).await.0, 401);
    assert_eq!(open_with(&world, "caller=%2B36301234560&session=s0&agent=101").await.0, 200);
    assert_eq!(open_with(&world, "caller=%2B36307654321&session=last&agent=101").await.0, 200);
    desk.until("the last", |desk| desk.calls.values().any(|call| call.external_id.as_deref() == Some("last"))).await;
    assert_eq!(desk.calls.len(), 6, "{:?}", desk.calls.keys());
}

#[tokio::test]
async fn a_page_that_would_find_out_whose_a_number_is_is_answered_the_same_whoever_is_meant() {
    let (world, _sim) = begin().await;
    world.customer("Ana Kiss", &["+36301234567"]).await;
    let mut answers = Vec::new();
    for number in ["%2B36301234567", "%2B36309999999"] {
        for key in ["", "key=&", "key=wrong&", "key={key}&", "key=%3Cb%3E&"] {
            for (mode, to) in
                [("navigate", "document"), ("navigate", "iframe"), ("no-cors", "script"), ("cors", "empty")]
            {
                let url = format!("{}/in/ccai/incoming?{key}caller={number}&session=1&agent=101", world.base);
                let request = world.http.get(url).header("sec-fetch-site", "cross-site");
                let answer = request.header("sec-fetch-mode", mode).header("sec-fetch-dest", to).send().await;
                let answer = answer.expect("an answer");
                assert!(matches!(answer.status().as_u16(), 401 | 403 | 429), "{}", answer.status());
                answers.push((key.to_owned(), mode, to, answer.text().await.expect("text")));
            }
        }
    }
    assert!(answers.iter().all(|(.., text)| !text.contains("Kiss") && !text.contains("+36") && !text.contains("<b>")));
    // With the right key and not as a page of its own, or not by GET, or for a page: nothing either.
    let url = format!("{}/in/ccai/incoming?key={KEY}&caller=%2B36301234567&session=9&agent=101", world.base);
    let posted = world.http.post(&url).header("sec-fetch-site", "cross-site").header("sec-fetch-mode", "navigate");
    let posted = posted.header("sec-fetch-dest", "document").header("origin", "https://evil.example");
    assert_eq!(posted.send().await.expect("an answer").status(), 403, "a form of another site");
    let asked = world.http.get(&url).header("sec-fetch-site", "cross-site").header("sec-fetch-mode", "navigate");
    let asked = asked.header("sec-fetch-dest", "document").header("origin", "null");
    assert_eq!(asked.send().await.expect("an answer").status(), 403);
    let mut desk = world.desk().await;
    assert_eq!(open_with(&world, "caller=%2B36307654321&session=real&agent=101").await.0, 200);
    desk.until("the real one", |desk| !desk.calls.is_empty()).await;
    assert_eq!((desk.calls.len(), desk.welcome.calls.len()), (1, 0), "nobody else made a call");
}

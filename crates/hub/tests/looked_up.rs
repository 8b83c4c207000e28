//! A telephone system in the agent's browser opens our address for a call: the card pops, and the browser gets a small page.

use crate::support;

use ringcard_connect::{NewAccount, Registry};
use ringcard_core::call::{CallState, Direction};
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

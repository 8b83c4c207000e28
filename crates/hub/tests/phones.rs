//! Whose phone a push names, however it is written, and what becomes of one that is nobody's here.

use crate::support::{self, Desk, world};
use ringcard_core::{
    call::CallState,
    frame::{CallFilter, CallRow, Reply, Request},
};
use serde_json::{Value, json};

async fn listed(desk: &mut Desk) -> Vec<CallRow> {
    let asked = Request::Calls { filter: CallFilter::default(), before: None, limit: 50 };
    let Ok(Reply::Calls { calls, .. }) = desk.ask(asked).await else { panic!("no calls") };
    calls
}

#[tokio::test]
async fn an_extension_leads_to_its_agents_screen_however_the_pbx_writes_it() {
    for written in [
        "101",
        "PJSIP/101-0000003f",
        "SIP/101-00000012",
        "sip:101@pbx",
        "<sip:101@pbx.example.com;user=phone>",
        "\"Ana Kiss\" <101>",
        "Ana (101)",
        "Local/101@from-queue-00000001;1",
    ] {
        let world = world().await;
        let (mut ana, mut bela) = (world.desk().await, world.desk_of("Béla").await);
        let query = [("caller", "+36305550103"), ("called", "0615550100"), ("call_id", "c-1"), ("extension", written)];
        let url = format!("{}/in/pbx/incoming?key={}", world.base, support::KEY);
        let url = reqwest::Url::parse_with_params(&url, query).expect("a URL");
        assert_eq!(world.http.get(url).send().await.expect("an answer").status(), 200, "{written}");
        let call = ana.call_in(CallState::Ringing).await;
        assert_eq!(call.agents.iter().map(|agent| agent.0.as_str()).collect::<Vec<_>>(), ["Ana"], "{written}");
        assert_eq!(call.extension.as_deref(), Some("101"), "{written}");
        listed(&mut bela).await;
        assert!(bela.calls.is_empty(), "{written}");
    }
}

#[tokio::test]
async fn a_ring_at_a_telephone_of_nobody_here_is_on_no_screen_and_counted_in_health() {
    let world = world().await;
    let mut ana = world.desk().await;
    for (id, phone) in [("1", "205"), ("1", "205"), ("2", "PJSIP/206-0000003f"), ("3", "101%26205")] {
        assert_eq!(
            world.push(&format!("caller=%2B36305550103&called=0615550100&call_id={id}&extension={phone}")).await,
            200
        );
    }
    ana.call_in(CallState::Ringing).await;
    assert_eq!(ana.calls.len(), 1, "only what rings at a phone of hers, too: {:?}", ana.calls);
    let rows = listed(&mut ana).await;
    let told: Vec<_> = rows.iter().map(|row| (row.call.extension.as_deref(), row.call.agents.len())).collect();
    assert_eq!(told, [(Some("101"), 1)], "what is nobody's here is in no agent's list either");
    let health = world.http.get(format!("{}/healthz", world.base)).send().await.expect("an answer");
    let health: Value = health.json().await.expect("JSON");
    assert_eq!(health["calls"]["no_agents_phone"], json!({ "calls": 2 }), "counted, and not named: anybody may ask");
}

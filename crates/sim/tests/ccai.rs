//! The simulated CCAI Platform, held against the documents.

use reqwest::{Client, StatusCode};
use ringcard_sim::ccai::{CcaiConfig, CcaiSim, Confirming, Misbehaviour};
use serde_json::{Value, json};
use std::time::Duration;

struct Desk {
    sim: CcaiSim,
    client: Client,
}

impl Desk {
    async fn start() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().no_proxy().build().expect("a client");
        Self { sim: CcaiSim::start(CcaiConfig::default()).await.expect("the simulator starts"), client }
    }

    async fn call(&self, body: &Value) -> (u16, Value) {
        let request = self.client.post(format!("{}/apps/api/v1/calls", self.sim.base_url()));
        let answer = request.basic_auth("customer", Some("sim-ccai-token")).json(body).send().await.expect("an answer");
        (answer.status().as_u16(), answer.json().await.expect("JSON"))
    }

    async fn list(&self, path: &str) -> Value {
        let request = self.client.get(format!("{}/manager/api/v1/{path}", self.sim.base_url()));
        let answer = request.basic_auth("customer", Some("sim-ccai-token")).send().await.expect("an answer");
        answer.json().await.expect("JSON")
    }
}

fn order(more: &[(&str, &str)]) -> Value {
    let mut order = json!({
        "call_type": "Voice Outbound (API)", "agent_email": "anna@example.com", "end_user_number": "+36301234567",
    });
    for (name, value) in more {
        order[*name] = if value.is_empty() { Value::Null } else { json!(value) };
    }
    order
}

#[tokio::test]
async fn every_documented_refusal_has_its_words() {
    let desk = Desk::start().await;
    desk.sim.adjust(|config| config.agents[1].may_call = false);
    let cases = [
        (order(&[("call_type", "Voice")]), "Invalid call type"),
        (order(&[("agent_email", "")]), "Agent email required"),
        (order(&[("agent_email", "x@example.com")]), "Not a valid agent email"),
        (order(&[("agent_email", "bob@example.com")]), "Agent does not have access to make calls"),
        (order(&[("end_user_number", "")]), "ticket_id or end_user_number required"),
        (order(&[("end_user_number", "06301234567")]), "end_user_number is not well-formed"),
        (order(&[("ticket_id", "1")]), "Contact not found"),
    ];
    for (body, words) in cases {
        assert_eq!(desk.call(&body).await, (400, json!({ "message": words })));
        desk.sim.advance(Duration::from_secs(1));
    }
    assert!(desk.sim.calls().is_empty());
    let (status, call) = desk.call(&order(&[])).await;
    assert_eq!((status, &call["status"]), (201, &json!("assigned")));
    let busy = desk.call(&order(&[])).await;
    assert_eq!(busy, (400, json!({ "message": "Agent is not available to take this call" })));
}

#[tokio::test]
async fn a_ticket_goes_before_a_number() {
    let desk = Desk::start().await;
    let (status, call) = desk.call(&order(&[("ticket_id", "901"), ("end_user_number", "+15550000000")])).await;
    assert_eq!((status, &call["end_user"]["identifier"]), (201, &json!("+36301234567")));
    assert_eq!(call["out_ticket_id"], "901");
}

#[tokio::test]
async fn an_agent_may_have_to_choose_the_number_first() {
    let desk = Desk::start().await;
    desk.sim.adjust(|config| config.agents.iter_mut().for_each(|agent| agent.chooses_number = true));
    assert_eq!(desk.call(&order(&[])).await.0, 202);
    desk.sim.adjust(|config| config.confirming = Confirming::Ok200);
    let (status, body) = desk.call(&order(&[("agent_email", "bob@example.com")])).await;
    assert_eq!((status, &body["action"]), (200, &json!("select_outbound_number")));
    assert_eq!(desk.sim.calls().len(), 2);
}

#[tokio::test]
async fn whoever_is_not_the_customer_is_turned_away() {
    let desk = Desk::start().await;
    for (user, token, status) in [("customer", "wrong", 401), ("another", "sim-ccai-token", 404)] {
        let request = desk.client.get(format!("{}/manager/api/v1/agents", desk.sim.base_url()));
        let answer = request.basic_auth(user, Some(token)).send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), status, "{user}");
    }
}

#[tokio::test]
async fn calls_are_listed_page_by_page_and_end() {
    let desk = Desk::start().await;
    for _ in 0..150 {
        desk.sim.ring("anna@example.com", "+36301234567");
    }
    let first = desk.list("calls?sort_column=updated_at&sort_direction=DESC").await;
    assert_eq!((first["calls"].as_array().map(Vec::len), first["next"].is_string()), (Some(100), true));
    let second = desk.list("calls?page=2").await;
    assert_eq!((second["calls"].as_array().map(Vec::len), &second["next"]), (Some(50), &Value::Null));
    let id = desk.sim.calls()[0].id;
    desk.sim.set_status(id, "Connected");
    desk.sim.advance(Duration::from_secs(30));
    desk.sim.set_status(id, "Finished");
    let call = desk.list(&format!("calls/{id}")).await;
    assert_eq!((&call["status"], call["ends_at"].is_string()), (&json!("finished"), true));
    assert!(call["call_duration"].as_u64().is_some_and(|s| s >= 30));
    assert_eq!(desk.list("agents/current_status").await["agents"][0]["status"], "Available");
}

#[tokio::test]
async fn ten_requests_a_second_and_no_more() {
    let desk = Desk::start().await;
    let mut last = StatusCode::OK;
    for _ in 0..11 {
        let request = desk.client.get(format!("{}/manager/api/v1/agents", desk.sim.base_url()));
        let answer = request.basic_auth("customer", Some("sim-ccai-token")).send().await.expect("an answer");
        last = answer.status();
        if last == StatusCode::TOO_MANY_REQUESTS {
            break;
        }
    }
    // On a slow machine eleven requests take longer than a second: then nothing was too much.
    let within = desk.sim.most_per_second() <= 10;
    assert_eq!(last == StatusCode::TOO_MANY_REQUESTS, !within);
    desk.sim.advance(Duration::from_secs(1));
    assert!(desk.list("agents").await["agents"].is_array());
}

#[tokio::test]
async fn it_starts_a_call_and_does_not_say_so() {
    let desk = Desk::start().await;
    desk.sim.misbehave(Misbehaviour::CutOff);
    let request = desk.client.post(format!("{}/apps/api/v1/calls", desk.sim.base_url()));
    request.basic_auth("customer", Some("sim-ccai-token")).json(&order(&[])).send().await.expect_err("no answer");
    assert_eq!(desk.sim.calls().len(), 1);
}

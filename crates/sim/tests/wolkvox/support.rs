//! A client as the vendor's samples have it.

use reqwest::{Client, Method, Response};
use ringcard_sim::wolkvox::{WolkvoxConfig, WolkvoxSim};
use serde_json::{Value, json};
use std::time::Duration;

/// Noon in Colombia on 2026-03-10.
pub const NOON: u64 = 1_773_162_000_000;
pub const CUSTOMER: &str = "10000001";
pub const PREDICTIVE: &str = "7224";
pub const PREVIEW: &str = "7310";

pub async fn sim() -> WolkvoxSim {
    with(|_| ()).await
}

pub async fn with(adjust: impl FnOnce(&mut WolkvoxConfig)) -> WolkvoxSim {
    let mut config = WolkvoxConfig { starts_at: Some(NOON), ..WolkvoxConfig::default() };
    adjust(&mut config);
    WolkvoxSim::start(config).await.expect("the simulator starts")
}

pub fn client() -> Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
    client.timeout(Duration::from_secs(10)).build().expect("a client")
}

/// Asks with the token `desk`; `target` begins with the file: `campaign.php?api=…`.
pub async fn send(sim: &WolkvoxSim, method: Method, target: &str, body: Option<&Value>) -> reqwest::Result<Response> {
    let token = sim.token("desk").expect("a token");
    let mut request = client().request(method, format!("{}/{target}", sim.api_url())).header("wolkvox-token", token);
    if let Some(body) = body {
        request = request.json(body);
    }
    request.send().await
}

/// The HTTP status and the body.
pub async fn ask(sim: &WolkvoxSim, method: Method, target: &str, body: Option<&Value>) -> (u16, Value) {
    let answer = send(sim, method, target, body).await.expect("an answer");
    (answer.status().as_u16(), answer.json().await.expect("JSON"))
}

pub async fn get(sim: &WolkvoxSim, target: &str) -> (u16, Value) {
    ask(sim, Method::GET, target, None).await
}

pub async fn agentbox(sim: &WolkvoxSim, query: &str) -> (u16, Value) {
    ask(sim, Method::POST, &format!("agentbox.php?agent_id=5001&{query}"), None).await
}

pub fn code_body(customer: &str) -> Value {
    json!({ "cod_act": "002", "cod_act_2": "A01", "comment": "pagará el viernes", "customer_id": customer })
}

pub const CODIFY: &str = "campaign.php?api=codify&type_campaign=predictive&campaign_id=7224";

pub async fn codify(sim: &WolkvoxSim, customer: &str) -> (u16, Value) {
    ask(sim, Method::PUT, CODIFY, Some(&code_body(customer))).await
}

/// The rows of an answer.
pub fn rows(body: &Value) -> Vec<Value> {
    body["data"].as_array().cloned().unwrap_or_default()
}

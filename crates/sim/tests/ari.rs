//! The simulated Asterisk answers as its REST interface is described, and its dialplan posts forms.

use crate::support;

use reqwest::StatusCode;
use ringcard_sim::{Misbehaviour, Phase, PhoneScript, PushEncoding, PushKind, PushMethod, Ring, Sim, System};
use serde_json::{Value, json};
use support::{client, sim, sim_and_hub};

const CUSTOMER: &str = "06301234567";

async fn ask(request: reqwest::RequestBuilder) -> (StatusCode, Value) {
    let answer = request.send().await.expect("an answer");
    let status = answer.status();
    (status, answer.json().await.unwrap_or(Value::Null))
}

fn originate(sim: &Sim, parameters: &[(&str, &str)]) -> reqwest::RequestBuilder {
    client().post(format!("{}/channels", sim.ari_url())).basic_auth("ringcard", Some("sim-password")).query(parameters)
}

#[tokio::test]
async fn an_originated_endpoint_rings_and_is_answered_with_its_channel() {
    let (sim, hub) = sim_and_hub(|config| {
        // A dialplan posts forms, whatever the other PBX does.
        config.push.method = PushMethod::Get;
        config.push.encoding = PushEncoding::Json;
    })
    .await;
    let request = originate(
        &sim,
        &[
            ("endpoint", "PJSIP/101"),
            ("extension", CUSTOMER),
            ("context", "from-internal"),
            ("priority", "1"),
            ("callerId", "\"Ana Kiss\" <101>"),
            ("timeout", "20"),
        ],
    )
    .json(&json!({ "variables": { "RINGCARD_CALL": "abc" } }));
    let (status, channel) = ask(request).await;
    assert_eq!(status, 200);
    assert_eq!(channel["caller"], json!({ "name": "Ana Kiss", "number": "101" }));
    assert_eq!((&channel["state"], &channel["dialplan"]["exten"]), (&json!("Down"), &json!(CUSTOMER)));
    for field in ["id", "name", "state", "caller", "connected", "accountcode", "dialplan", "creationtime", "language"] {
        assert!(!channel[field].is_null(), "{field} is required of a Channel");
    }

    sim.phone("101").rings().await.expect("it rings");
    sim.phone("101").pick_up().await.expect("picked up");
    sim.phone(CUSTOMER).pick_up().await.expect("picked up");
    sim.phone(CUSTOMER).hang_up().await.expect("hung up");
    sim.wait_for_push("call data", |p| p.kind == PushKind::CallData).await.expect("call data");
    // The plain endpoint rang outside the dialplan: nobody tells of that.
    assert_eq!(hub.story(), ["agent_answered", "customer_ringing", "connected", "ended", "data"]);
    for got in hub.got() {
        assert_eq!(got.content_type, "application/x-www-form-urlencoded");
    }
    assert_eq!(hub.got()[0].field("callid"), channel["id"]);
    sim.shutdown().await;
}

#[tokio::test]
async fn a_local_endpoint_rings_inside_the_dialplan_which_tells_of_it() {
    let (sim, hub) = sim_and_hub(|config| config.push.call_data = false).await;
    sim.script("101", PhoneScript::Busy);
    let (status, _) = ask(originate(&sim, &[("endpoint", "Local/101@ringcard/n"), ("extension", CUSTOMER)])).await;
    assert_eq!(status, 200);
    sim.wait_for_push("busy", |p| p.event.as_deref() == Some("busy")).await.expect("told");
    assert_eq!(hub.story(), ["agent_ringing", "busy"]);
    sim.shutdown().await;
}

#[tokio::test]
async fn errors_are_those_of_the_interface() {
    let sim = sim().await;
    let message = |words: &str| json!({ "message": words });
    let ok = [("endpoint", "PJSIP/101"), ("extension", CUSTOMER)];
    let cases = [
        (originate(&sim, &[("extension", CUSTOMER)]), 400, message("Endpoint must be specified")),
        (originate(&sim, &[("endpoint", "101"), ("extension", CUSTOMER)]), 400, message("Invalid endpoint specified")),
        (originate(&sim, &[("endpoint", "PJSIP/101")]), 400, message("Application or extension must be specified")),
        (
            originate(&sim, &ok).json(&json!({ "variables": { "N": 1 } })),
            400,
            message("Only string values in the 'variables' object allowed"),
        ),
        (
            originate(&sim, &[("endpoint", "PJSIP/999"), ("extension", CUSTOMER)]),
            500,
            json!({ "error": "Allocation failed" }),
        ),
        (
            client().post(format!("{}/channels", sim.ari_url())).basic_auth("ringcard", Some("x")).query(&ok),
            401,
            message("Authentication required"),
        ),
        (client().get(format!("{}/asterisk/info", sim.ari_url())), 401, message("Authentication required")),
        (
            client().get(format!("{}/nothing", sim.ari_url())).query(&[("api_key", "ringcard:sim-password")]),
            404,
            message("Resource not found"),
        ),
        (
            client().put(format!("{}/channels", sim.ari_url())).query(&[("api_key", "ringcard:sim-password")]),
            405,
            message("Invalid method"),
        ),
    ];
    for (request, status, body) in cases {
        assert_eq!(ask(request).await, (StatusCode::from_u16(status).expect("a status"), body));
    }
    let challenged = client().get(format!("{}/channels", sim.ari_url())).send().await.expect("an answer");
    assert_eq!(challenged.headers()["www-authenticate"], "Basic realm=\"Asterisk REST Interface\"");
    assert!(sim.calls().is_empty());
    sim.shutdown().await;
}

#[tokio::test]
async fn the_body_may_hold_what_the_query_does_not() {
    let sim = sim().await;
    let body = json!({ "endpoint": "PJSIP/102", "extension": CUSTOMER, "variables": {} });
    let request =
        client().post(format!("{}/channels", sim.ari_url())).query(&[("api_key", "ringcard:sim-password")]).json(&body);
    let (status, channel) = ask(request).await;
    assert_eq!(status, 200);
    let path = format!("{}/channels/{}", sim.ari_url(), channel["id"].as_str().expect("an id"));
    let known = |request: reqwest::RequestBuilder| request.basic_auth("ringcard", Some("sim-password"));
    let (status, again) = ask(known(client().get(&path))).await;
    assert_eq!((status.as_u16(), &again["state"]), (200, &json!("Ringing")));
    let (_, all) = ask(known(client().get(format!("{}/channels", sim.ari_url())))).await;
    assert_eq!(all.as_array().map(Vec::len), Some(1));
    assert_eq!(ask(known(client().delete(&path))).await.0, 204);
    sim.wait_for_call("the hang-up", |c| c.is_over()).await.expect("over");
    assert_eq!(
        ask(known(client().get(&path))).await,
        (StatusCode::NOT_FOUND, json!({ "message": "Channel not found" }))
    );
    sim.shutdown().await;
}

#[tokio::test]
async fn the_timeout_ends_the_ringing_and_an_unknown_context_leads_nowhere() {
    let (sim, hub) = sim_and_hub(|_| {}).await;
    let parameters = [("endpoint", "PJSIP/101"), ("extension", CUSTOMER), ("timeout", "1")];
    ask(originate(&sim, &parameters)).await;
    let over = sim.wait_for_call("the ringing to end", |c| c.is_over()).await.expect("over");
    assert_eq!(over.result, Some(ringcard_sim::CallResult::NoAnswer));

    sim.script("102", PhoneScript::answer());
    let parameters = [("endpoint", "PJSIP/102"), ("extension", CUSTOMER), ("context", "nowhere")];
    ask(originate(&sim, &parameters)).await;
    sim.wait_for_call("the call to fail", |c| c.no != over.no && c.phase == Phase::Over).await.expect("over");
    assert!(hub.got().is_empty());
    sim.shutdown().await;
}

#[tokio::test]
async fn a_call_comes_in_through_asterisk_as_a_form() {
    let (sim, hub) = sim_and_hub(|config| {
        config.push.encoding = PushEncoding::Json;
        config.ari.account = Some("asterisk".into());
    })
    .await;
    sim.ring(Ring::from(CUSTOMER).extension("101").via(System::Asterisk)).await.expect("it rings");
    let got = hub.got().pop().expect("a notifier");
    assert_eq!(got.path, "/in/asterisk/incoming");
    assert_eq!((got.field("caller"), got.field("extension")), (CUSTOMER.into(), "101".into()));
    sim.shutdown().await;
}

#[tokio::test]
async fn asterisk_misbehaves_in_its_own_words() {
    let sim = sim().await;
    let ok = [("endpoint", "PJSIP/101"), ("extension", CUSTOMER)];
    for (misbehaviour, status, body) in [
        (Misbehaviour::RefuseAuthentication, 401, json!({ "message": "Authentication required" })),
        (Misbehaviour::UnknownExtension, 500, json!({ "error": "Allocation failed" })),
        (Misbehaviour::RefuseStart { message: "no".into() }, 400, json!({ "message": "no" })),
    ] {
        sim.misbehave(misbehaviour);
        assert_eq!(ask(originate(&sim, &ok)).await, (StatusCode::from_u16(status).expect("a status"), body));
    }
    assert!(sim.calls().is_empty());
    sim.shutdown().await;
}

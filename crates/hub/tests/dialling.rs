//! Click-to-call through the hub against a simulated PBX: both legs, and every way it fails.

use crate::support;

use ringcard_core::{
    call::{CallState, FailReason, Leg},
    frame::RequestErrorCode,
};
use ringcard_sim::{Misbehaviour, OwnLegCaller};
use serde_json::json;
use support::{Plan, TOKEN, client, hub_in, world};

const NUMBER: &str = "+36 30 123 4567";

#[tokio::test]
async fn our_phone_rings_first_then_the_customers_then_they_talk() {
    let mut plan = Plan::default();
    plan.sim.announce_own_leg = Some(OwnLegCaller::Number);
    let world = plan.begin().await;
    let mut desk = world.desk().await;
    let id = desk.dial(NUMBER, "k1").await.expect("it starts");
    desk.until("our phone to ring", |desk| desk.states(&id).contains(&CallState::AgentRinging)).await;
    let phone = world.sim.phone("101");
    phone.rings().await.expect("the extension rings first");
    phone.pick_up().await.expect("picked up");
    desk.until("the customer's phone to ring", |desk| desk.states(&id).contains(&CallState::Ringing)).await;
    let customer = world.sim.phone("+36301234567");
    customer.rings().await.expect("then the customer's phone");
    customer.pick_up().await.expect("picked up");
    desk.until("both to talk", |desk| desk.states(&id).contains(&CallState::Connected)).await;
    customer.hang_up().await.expect("hung up");
    desk.until("the end", |desk| desk.states(&id).contains(&CallState::Ended)).await;
    assert_eq!(desk.calls.len(), 1, "the ringing of our own leg became a call of its own: {:?}", desk.calls);
}

#[tokio::test]
async fn a_double_click_is_one_call() {
    let world = world().await;
    let mut desk = world.desk().await;
    let first = desk.dial(NUMBER, "k1").await.expect("it starts");
    assert_eq!(desk.dial(NUMBER, "k1").await.as_ref(), Ok(&first), "the same key");
    assert_eq!(desk.dial("06301234567", "k2").await.as_ref(), Ok(&first), "the same number at once");
    desk.until("our phone to ring", |desk| desk.states(&first).contains(&CallState::AgentRinging)).await;
    assert_eq!(world.sim.requests().len(), 1);
}

#[tokio::test]
async fn a_number_clicked_again_right_after_the_end_of_its_call_is_called_again() {
    let world = world().await;
    let mut desk = world.desk().await;
    let first = desk.dial(NUMBER, "k1").await.expect("it starts");
    let phone = world.sim.phone("101");
    phone.rings().await.expect("the extension rings");
    phone.hang_up().await.expect("hung up");
    desk.until("the end", |desk| desk.calls.get(&first).is_some_and(|call| call.state.is_over())).await;
    let second = desk.dial(NUMBER, "k2").await.expect("it starts");
    assert_ne!(second, first, "that call is over");
    phone.rings().await.expect("it rings once more");
    assert_eq!(world.sim.requests().len(), 2);
}

#[tokio::test]
async fn the_same_number_for_two_phones_at_once_is_two_calls_each_with_its_key() {
    let world = world().await;
    let order = |phone: &str| json!({ "number": NUMBER, "extension": phone, "key": format!("of {phone}") });
    let (_, first) = world.dial(order("101")).await;
    let (status, second) = world.dial(order("102")).await;
    assert_eq!(status, 202);
    assert_ne!(second["call_id"], first["call_id"], "it rings at another phone");
    world.sim.phone("102").rings().await.expect("the other phone rings");
    for (phone, call) in [("101", first), ("102", second)] {
        let (status, again) = world.dial(order(phone)).await;
        assert_eq!((status, &again["call_id"]), (202, &call["call_id"]), "{phone}: {again}");
    }
    assert_eq!(world.sim.requests().len(), 2);
}

#[tokio::test]
async fn a_key_is_one_call_after_a_restart_and_long_after_its_end() {
    let plan = Plan::default();
    let world = plan.begin().await;
    let body = json!({ "number": NUMBER, "extension": "101", "key": "k1" });
    let (status, first) = world.dial(body.clone()).await;
    assert_eq!(status, 202);
    let phone = world.sim.phone("101");
    phone.rings().await.expect("it rings");
    // The same click with a key of its own is the same call, and so is that key from then on.
    let (_, doubled) = world.dial(json!({ "number": NUMBER, "extension": "101", "key": "k2" })).await;
    assert_eq!(doubled["call_id"], first["call_id"]);

    let support::World { hub, sim, dir, http, .. } = world;
    hub.shutdown().await;
    let hub = hub_in(dir.path(), &Plan::default(), &sim.base_url()).await;
    let base = format!("http://{}", hub.listening().clone().expect("bound").expect("an address"));
    sim.set_hub(Some(ringcard_sim::HubTarget::new(&base, "pbx")));
    let world = support::World { hub, sim, http, base, dir };
    for key in ["k1", "k2"] {
        let (status, again) = world.dial(json!({ "number": NUMBER, "extension": "101", "key": key })).await;
        assert_eq!((status, &again["call_id"]), (202, &first["call_id"]), "{key}: {again}");
    }
    phone.hang_up().await.expect("hung up");
    let over = loop {
        let (status, again) = world.dial(body.clone()).await;
        if status != 202 || again["state"]["kind"] != "agent_ringing" {
            break (status, again);
        }
    };

    // Long over: no longer among the calls the hub follows.
    let support::World { hub, sim, dir, .. } = world;
    hub.shutdown().await;
    let hub = hub_in(dir.path(), &Plan::default(), &sim.base_url()).await;
    let base = format!("http://{}", hub.listening().clone().expect("bound").expect("an address"));
    let world = support::World { hub, sim, http: client(), base, dir };
    assert_eq!(world.dial(body).await, over, "it is answered as it ended");
    let told = world.http.get(format!("{}/v1/calls", world.base)).bearer_auth(TOKEN).send().await.expect("an answer");
    let told: serde_json::Value = told.json().await.expect("JSON");
    assert_eq!(told["calls"].as_array().map(Vec::len), Some(1), "{told}");
    assert_eq!(world.sim.requests().len(), 1, "it rang once");
}

#[tokio::test]
async fn a_key_belongs_to_one_number_and_one_agent() {
    let world = world().await;
    let (status, first) = world.dial(json!({ "number": NUMBER, "extension": "101", "key": "k1" })).await;
    assert_eq!(status, 202);
    let (status, body) = world.dial(json!({ "number": "+36 20 765 4321", "extension": "101", "key": "k1" })).await;
    assert_eq!((status, &body["error"]["code"]), (409, &json!("conflict")), "{body}");
    let (status, body) = world.dial(json!({ "number": NUMBER, "extension": "102", "key": "k1" })).await;
    assert_eq!((status, &body["error"]["code"]), (409, &json!("conflict")), "another phone: {body}");
    let (status, same) = world.dial(json!({ "number": "06301234567", "extension": "101", "key": "k1" })).await;
    assert_eq!((status, &same["call_id"]), (202, &first["call_id"]), "the same number, written differently");
    let mut desk = world.desk_of("Béla").await;
    let another = desk.dial("+36 20 765 4321", "k1").await.expect("another agent's keys are their own");
    assert_ne!(json!(another), first["call_id"]);
    let refused = desk.dial(NUMBER, "k1").await.expect_err("it was for another number");
    assert_eq!(refused.code, RequestErrorCode::Conflict);
    world.sim.phone("102").rings().await.expect("Béla's phone rings");
    assert_eq!(world.sim.requests().len(), 2);

    let (status, body) = world.dial(json!({ "number": NUMBER, "extension": "101", "key": "k".repeat(201) })).await;
    assert_eq!((status, &body["error"]["code"]), (400, &json!("invalid")), "{body}");
}

#[tokio::test]
async fn each_refusal_names_the_leg_and_the_reason() {
    let world = world().await;
    let mut desk = world.desk().await;
    let cases = [
        (Misbehaviour::RefuseAuthentication, "authentication"),
        (Misbehaviour::RefuseStart { message: "no credit left".into() }, "refused"),
        (Misbehaviour::ServerError, "refused"),
    ];
    for (n, (misbehaviour, expected)) in cases.into_iter().enumerate() {
        world.sim.misbehave(misbehaviour);
        let number = format!("+3630123456{n}");
        let id = desk.dial(&number, "").await.expect("it is tried");
        desk.until("its failure", |desk| desk.states(&id).last().is_some_and(CallState::is_over)).await;
        let Some(CallState::Failed { leg: Leg::Agent, why }) = desk.states(&id).pop() else {
            panic!("{:?}", desk.states(&id))
        };
        let code = serde_json::to_value(&why).expect("JSON")["code"].clone();
        assert_eq!(code, expected, "{why:?}");
        assert!(!format!("{why:?}").contains("sim-password"), "{why:?}");
    }
}

#[tokio::test]
async fn no_answer_in_time_is_unknown_and_nothing_is_sent_again() {
    let world = Plan { timeout_seconds: 1, ..Plan::default() }.begin().await;
    let mut desk = world.desk().await;
    world.sim.misbehave(Misbehaviour::Hang { started: false });
    let id = desk.dial(NUMBER, "k1").await.expect("it is tried");
    desk.until("unknown", |desk| desk.states(&id).contains(&CallState::Unknown)).await;
    assert_eq!(world.sim.requests().len(), 1);
}

#[tokio::test]
async fn rest_says_of_an_unknown_call_to_look_at_the_phone() {
    let world = Plan { timeout_seconds: 1, ..Plan::default() }.begin().await;
    world.sim.misbehave(Misbehaviour::Hang { started: false });
    let body = json!({ "number": NUMBER, "extension": "101", "key": "k1" });
    let (status, unknown) = world.dial(body.clone()).await;
    assert_eq!((status, &unknown["state"]["kind"]), (202, &json!("unknown")));
    assert!(unknown["message"].as_str().is_some_and(|said| said.contains("your phone")), "{unknown}");
    assert_eq!(world.dial(body).await, (202, unknown), "the same key is answered the same");
    assert_eq!(world.sim.requests().len(), 1);
}

#[tokio::test]
async fn what_the_pbx_reports_is_believed_when_its_answer_never_comes() {
    let world = Plan { timeout_seconds: 1, ..Plan::default() }.begin().await;
    let mut desk = world.desk().await;
    world.sim.misbehave(Misbehaviour::Hang { started: true });
    let id = desk.dial(NUMBER, "k1").await.expect("it is tried");
    let phone = world.sim.phone("101");
    phone.rings().await.expect("it rings although nothing was answered");
    phone.pick_up().await.expect("picked up");
    desk.until("the customer's phone to ring", |desk| desk.states(&id).contains(&CallState::Ringing)).await;
    assert_eq!(world.sim.requests().len(), 1);
}

#[tokio::test]
async fn what_is_reported_of_a_click_is_not_taken_for_an_earlier_one_that_is_unknown() {
    let world = Plan { timeout_seconds: 1, ..Plan::default() }.begin().await;
    let mut desk = world.desk().await;
    world.sim.misbehave(Misbehaviour::Hang { started: false });
    let earlier = desk.dial(NUMBER, "k1").await.expect("it is tried");
    desk.until("unknown", |desk| desk.states(&earlier).contains(&CallState::Unknown)).await;
    world.sim.misbehave(Misbehaviour::Hang { started: true });
    let later = desk.dial("+36 20 765 4321", "k2").await.expect("it is tried");
    let phone = world.sim.phone("101");
    phone.rings().await.expect("it rings although nothing was answered");
    phone.pick_up().await.expect("picked up");
    desk.until("the customer's phone to ring", |desk| desk.states(&later).contains(&CallState::Ringing)).await;
    assert_eq!(desk.states(&earlier).last(), Some(&CallState::Unknown));
}

#[tokio::test]
async fn a_customer_who_does_not_answer_is_said_to_be_the_leg_that_failed() {
    let world = world().await;
    let mut desk = world.desk().await;
    let id = desk.dial(NUMBER, "k1").await.expect("it starts");
    let phone = world.sim.phone("101");
    phone.rings().await.expect("it rings");
    phone.pick_up().await.expect("picked up");
    let customer = world.sim.phone("+36301234567");
    customer.rings().await.expect("it rings");
    customer.turn_out_busy().await.expect("busy");
    let busy = CallState::Failed { leg: Leg::Customer, why: FailReason::Busy };
    desk.until("busy", |desk| desk.states(&id).last() == Some(&busy)).await;
}

#[tokio::test]
async fn what_is_no_number_or_has_no_phone_is_refused_before_anything_rings() {
    let world = world().await;
    let mut desk = world.desk().await;
    let refused = desk.dial("ORD-2024-00123", "").await.expect_err("an order number");
    assert_eq!(refused.code, RequestErrorCode::NotANumber);
    let (status, body) = world.dial(json!({ "number": NUMBER })).await;
    assert_eq!((status, &body["error"]["code"]), (400, &json!("no_extension")));
    let (status, body) = world.dial(json!({ "number": NUMBER, "extension": "101", "account": "other" })).await;
    assert_eq!((status, &body["error"]["code"]), (400, &json!("no_account")));
    assert!(world.sim.requests().is_empty());
}

#[tokio::test]
async fn rest_answers_when_the_pbx_has_and_names_leg_and_reason() {
    let world = world().await;
    let (status, body) = world.dial(json!({ "number": NUMBER, "extension": "101" })).await;
    assert_eq!((status, &body["state"]["kind"]), (202, &json!("agent_ringing")));
    world.sim.misbehave(Misbehaviour::RefuseAuthentication);
    let (status, body) = world.dial(json!({ "number": "+36307654321", "extension": "101" })).await;
    assert_eq!((status, &body["error"]["code"]), (502, &json!("agent_leg_authentication")));
}

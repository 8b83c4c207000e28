//! Click-to-call through the hub against a simulated PBX: both legs, and every way it fails.

mod support;

use ringcard_core::{
    call::{CallState, FailReason, Leg},
    frame::RequestErrorCode,
};
use ringcard_sim::{Misbehaviour, OwnLegCaller};
use serde_json::json;
use support::{Plan, world};

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

//! From a PBX's push to an agent's desk: real HTTP, real SQLite, a simulated PBX.

use crate::support;

use ringcard_connect::Crm;
use ringcard_core::{
    call::CallState,
    customer::{Lookup, MatchReason, MatchStrength},
    frame::{CallFilter, Reply, Request, RequestErrorCode},
    number::Party,
};
use ringcard_sim::{Misbehaviour, Ring};
use std::time::Duration;
use support::{Plan, TOKEN, agent, client, hub_in, outside, world};

#[tokio::test]
async fn a_ring_brings_the_customers_card_and_its_end_takes_it_away() {
    let world = world().await;
    let customer = world.customer("María López", &["06 30 123 4567"]).await;
    let mut desk = world.desk().await;

    let ringing = world.sim.ring(Ring::from("+36301234567").to("+3612345678")).await.expect("it rings");
    let call = desk.call_in(CallState::Ringing).await;
    assert_eq!(call.ani.0, outside("+36301234567"));
    assert_eq!(call.line.as_deref(), Some("Sales"));
    let Lookup::Found { matches, chosen } = desk.lookup(&call.id).await else { panic!("not found") };
    assert_eq!(matches[0].strength, MatchStrength::Exact);
    assert_eq!(chosen, Some(customer.id));

    ringing.answer().await.expect("answered");
    desk.call_in(CallState::Connected).await;
    ringing.hang_up().await.expect("hung up");
    desk.call_in(CallState::Ended).await;
}

#[tokio::test]
async fn a_call_nobody_picks_up_is_missed_until_the_agent_has_looked() {
    let world = world().await;
    let mut desk = world.desk().await;
    let ringing = world.sim.ring(Ring::from("+36301234567").extension("101")).await.expect("it rings");
    ringing.miss().await.expect("missed");
    desk.call_in(CallState::Missed).await;
    desk.until("one missed call", |desk| desk.missed == 1).await;
    assert_eq!(world.desk().await.missed, 1, "a new desk begins with the count");
    assert_eq!(desk.ask(Request::MissedSeen).await, Ok(Reply::Done));
    desk.until("no missed call", |desk| desk.missed == 0).await;
}

#[tokio::test]
async fn the_same_push_twice_is_one_call() {
    let world = world().await;
    let mut desk = world.desk().await;
    world.sim.misbehave(Misbehaviour::PushTwice);
    let ringing = world.sim.ring(Ring::from("+36301234567").extension("101")).await.expect("it rings");
    desk.call_in(CallState::Ringing).await;
    ringing.miss().await.expect("missed");
    desk.call_in(CallState::Missed).await;
    assert_eq!(desk.calls.len(), 1);

    // and without a call id
    for _ in 0..3 {
        assert_eq!(world.push("caller=%2B36207654321&called=101").await, 200);
    }
    desk.call_in(CallState::Ringing).await;
    let Ok(Reply::Calls { calls, .. }) =
        desk.ask(Request::Calls { filter: CallFilter::default(), before: None, limit: 50 }).await
    else {
        panic!("no calls")
    };
    assert_eq!(calls.len(), 2);
}

#[tokio::test]
async fn a_ring_concerns_only_whom_it_rings_for() {
    let world = world().await;
    let (mut ana, mut bela) = (world.desk().await, world.desk_of("Béla").await);
    world.sim.ring(Ring::from("+36301111111").extension("102")).await.expect("it rings");
    bela.call_in(CallState::Ringing).await;
    world.sim.ring(Ring::from("+36302222222").extension("101")).await.expect("it rings");
    let call = ana.call_in(CallState::Ringing).await;
    assert_eq!(call.ani.0, outside("+36302222222"));
    assert_eq!(ana.calls.len(), 1, "Ana heard of Béla's call");
}

#[tokio::test]
async fn a_call_taken_by_one_of_two_agents_is_answered_elsewhere_for_the_other() {
    let world = world().await;
    let (mut ana, mut bela) = (world.desk().await, world.desk_of("Béla").await);
    let event = |query: &str| format!("{}/in/pbx/event?key={}&callid=7&{query}", world.base, support::KEY);
    assert_eq!(world.push("caller=%2B36301111111&called=%2B3612345678&callid=7").await, 200);
    ana.call_in(CallState::Ringing).await;
    bela.call_in(CallState::Ringing).await;
    let connected = event("event=connected&extension=102&caller=%2B36301111111&called=%2B3612345678");
    assert_eq!(world.http.get(connected).send().await.expect("an answer").status(), 200);
    bela.call_in(CallState::Connected).await;
    ana.call_in(CallState::AnsweredElsewhere).await;
    let ended = event("event=ended&caller=%2B36301111111&called=%2B3612345678");
    assert_eq!(world.http.get(ended).send().await.expect("an answer").status(), 200);
    bela.call_in(CallState::Ended).await;
    assert_eq!(ana.missed, 0, "somebody took it: Ana missed nothing");
}

#[tokio::test]
async fn hidden_and_unreadable_callers_ring_and_nobody_is_asked() {
    let world = world().await;
    let mut desk = world.desk().await;
    let digits = "7".repeat(200);
    for (caller, hidden) in [("anonymous", true), ("", true), (digits.as_str(), false), ("%F0%9F%93%9Eabc", false)] {
        assert_eq!(world.push(&format!("caller={caller}&called=101&callid={}", caller.len())).await, 200);
        let call = desk.call_in(CallState::Ringing).await;
        assert_eq!(matches!(call.ani.0, Party::Hidden), hidden, "{:?}", call.ani);
        assert_eq!(desk.lookup(&call.id).await, Lookup::NotAsked);
        let ended = format!(
            "{}/in/pbx/event?key={}&callid={}&event=ended&caller={caller}&called=101",
            world.base,
            support::KEY,
            caller.len()
        );
        assert_eq!(world.http.get(ended).send().await.expect("an answer").status(), 200);
        desk.until("its end", |desk| desk.calls[&call.id].state.is_over()).await;
    }
}

#[tokio::test]
async fn a_ring_that_never_gets_an_end_expires_as_outcome_not_reported() {
    let world = Plan { ring_expires: Duration::from_millis(300), ..Plan::default() }.begin().await;
    let mut desk = world.desk().await;
    world.sim.misbehave_until_cleared(Misbehaviour::DropEnd);
    world.sim.ring(Ring::from("+36301234567").extension("101")).await.expect("it rings");
    desk.call_in(CallState::Ringing).await;
    desk.call_in(CallState::OutcomeNotReported).await;
    assert_eq!(desk.missed, 0, "we do not know that it was missed");
}

#[tokio::test]
async fn what_an_agent_chose_is_remembered_for_the_number() {
    let world = world().await;
    world.customer("Kovács Anna", &["+36301234567"]).await;
    let bela = world.customer("Kovács Béla", &["+36301234567"]).await;
    let mut desk = world.desk().await;
    world.push("caller=%2B36301234567&called=101&callid=1").await;
    let call = desk.call_in(CallState::Ringing).await;
    let Lookup::Found { matches, chosen: None } = desk.lookup(&call.id).await else {
        panic!("two customers, no choice")
    };
    assert_eq!(matches.len(), 2);
    let choose = Request::Choose { call_id: call.id.clone(), customer: Some(bela.id.clone()) };
    assert_eq!(desk.ask(choose).await, Ok(Reply::Done));
    let chosen_is = |desk: &support::Desk, id| matches!(&desk.cards[id].lookup, Lookup::Found { chosen: Some(chosen), .. } if *chosen == bela.id);
    desk.until("the choice on the card", |desk| chosen_is(desk, &call.id)).await;

    world.push("caller=06301234567&called=101&callid=2").await;
    desk.until("a second call", |desk| desk.calls.len() == 2).await;
    let second = desk.calls.keys().last().cloned().expect("a second call");
    let Lookup::Found { matches, chosen } = desk.lookup(&second).await else { panic!("not found") };
    assert_eq!(chosen, Some(bela.id));
    assert_eq!(matches[0].reason, MatchReason::Remembered);
}

#[tokio::test]
async fn whom_an_agent_names_is_on_the_card_of_a_caller_nobody_has_the_number_of() {
    let world = world().await;
    let anna = world.customer("Kovács Anna", &["+36305550101"]).await;
    let mut desk = world.desk().await;
    world.push("caller=%2B34911234567&called=101&callid=1").await;
    let call = desk.call_in(CallState::Ringing).await;
    assert_eq!(desk.lookup(&call.id).await, Lookup::NoMatch);
    let choose = Request::Choose { call_id: call.id.clone(), customer: Some(anna.id.clone()) };
    assert_eq!(desk.ask(choose).await, Ok(Reply::Done));
    let is_anna = |desk: &support::Desk| matches!(&desk.cards[&call.id].lookup, Lookup::Found { chosen: Some(chosen), .. } if *chosen == anna.id);
    desk.until("Anna on the card", is_anna).await;
}

#[tokio::test]
async fn a_hidden_caller_is_named_for_this_call_and_can_be_taken_back() {
    let world = world().await;
    let anna = world.customer("Kovács Anna", &["+36305550101"]).await;
    let mut desk = world.desk().await;
    world.push("caller=anonymous&called=101&callid=1").await;
    let call = desk.call_in(CallState::Ringing).await;
    assert_eq!(desk.lookup(&call.id).await, Lookup::NotAsked);
    let choose = |customer| Request::Choose { call_id: call.id.clone(), customer };
    assert_eq!(desk.ask(choose(Some(anna.id.clone()))).await, Ok(Reply::Done));
    desk.until("Anna on the card", |desk| matches!(desk.cards[&call.id].lookup, Lookup::Found { .. })).await;
    let Lookup::Found { matches, chosen } = &desk.cards[&call.id].lookup else { panic!("not found") };
    assert_eq!((chosen.as_ref(), &matches[0].reason), (Some(&anna.id), &MatchReason::Chosen));
    let story = desk.ask(Request::Call { id: call.id.clone() }).await;
    let Ok(Reply::Call { timeline }) = story else { panic!("no call") };
    assert_eq!(timeline.row.customer_name.as_deref(), Some("Kovács Anna"));

    assert_eq!(desk.ask(choose(None)).await, Ok(Reply::Done));
    desk.until("nobody on the card", |desk| desk.cards[&call.id].lookup == Lookup::NotAsked).await;
}

#[tokio::test]
async fn who_called_can_still_be_said_after_the_hub_let_the_call_go() {
    let plan = Plan::default();
    let dir = tempfile::TempDir::new().expect("a folder");
    let hub = hub_in(dir.path(), &plan, "http://127.0.0.1:9").await;
    let details = serde_json::json!({ "name": "Kovács Anna" });
    let details = serde_json::from_value(details).expect("details");
    let anna = hub.directory().create(details).await.expect("created");
    let base = |hub: &ringcard_hub::Hub| {
        let address = hub.listening().as_ref().expect("bound").expect("an address");
        format!("http://{address}/in/pbx")
    };
    let caller = format!("key={}&caller=%2B34911234567&called=101", support::KEY);
    for push in [format!("incoming?{caller}&callid=k1"), format!("event?{caller}&callid=k1&event=ended")] {
        let answer = client().get(format!("{}/{push}", base(&hub))).send().await.expect("an answer");
        assert_eq!(answer.status(), 200);
    }
    // What is over is not taken up again: the next hub knows the call from its history only.
    hub.shutdown().await;
    let hub = hub_in(dir.path(), &plan, "http://127.0.0.1:9").await;
    let mut desk = support::Desk::open(hub.connect(agent("Ana", "101").id), "Ana").await;
    assert!(desk.welcome.calls.is_empty(), "{:?}", desk.welcome);
    let list = Request::Calls { filter: CallFilter::default(), before: None, limit: 50 };
    let Ok(Reply::Calls { calls, .. }) = desk.ask(list).await else { panic!("no calls") };
    let choose = Request::Choose { call_id: calls[0].call.id.clone(), customer: Some(anna.id.clone()) };
    assert_eq!(desk.ask(choose).await, Ok(Reply::Done));
    let Ok(Reply::Call { timeline }) = desk.ask(Request::Call { id: calls[0].call.id.clone() }).await else {
        panic!("no call")
    };
    assert_eq!(timeline.row.customer_name.as_deref(), Some("Kovács Anna"));
    let remembered = desk.ask(Request::FindByNumber { number: "+34911234567".into() }).await;
    let Ok(Reply::Matches { matches }) = remembered else { panic!("nobody") };
    assert_eq!(matches[0].reason, MatchReason::Remembered);
    let unknown = Request::Choose { call_id: ringcard_core::call::CallId("never".into()), customer: Some(anna.id) };
    assert_eq!(desk.ask(unknown).await.expect_err("no such call").code, RequestErrorCode::NotFound);
    hub.shutdown().await;
}

#[tokio::test]
async fn a_customer_created_during_the_call_is_on_its_card_and_on_the_next_one() {
    let world = world().await;
    let mut desk = world.desk().await;
    world.push("caller=%2B36301234567&called=101&callid=1").await;
    let call = desk.call_in(CallState::Ringing).await;
    assert_eq!(desk.lookup(&call.id).await, Lookup::NoMatch);
    let details = serde_json::json!({ "name": "Nagy Éva", "numbers": [{ "written": "06 30 123 4567" }] });
    let details = serde_json::from_value(details).expect("details");
    let saved = desk.ask(Request::SaveCustomer { id: None, details, seen: None }).await.expect("saved");
    assert!(matches!(saved, Reply::Customer { .. }));
    desk.until("the card with the customer", |desk| matches!(desk.cards[&call.id].lookup, Lookup::Found { .. })).await;
}

#[tokio::test]
async fn end_of_call_data_of_a_call_nobody_announced_are_in_the_list_and_not_on_the_screen() {
    let world = world().await;
    let mut desk = world.desk().await;
    let data = serde_json::json!({ "call": { "id": "x9", "direction": "outbound", "caller": "101", "called": "+36301234567",
        "extension": "101", "duration": 65, "result": "answered" } });
    let url = format!("{}/in/pbx/call-data?key={}", world.base, support::KEY);
    assert_eq!(world.http.post(url).json(&data).send().await.expect("an answer").status(), 200);
    let Ok(Reply::Calls { calls, more: false }) = desk
        .ask(Request::Calls { filter: CallFilter { mine: true, ..CallFilter::default() }, before: None, limit: 50 })
        .await
    else {
        panic!("no calls")
    };
    let [row] = calls.as_slice() else { panic!("one call, not {calls:?}") };
    assert_eq!(row.call.state, CallState::Ended);
    assert_eq!(row.call.extra["talk_seconds"], "65");
    assert!(desk.calls.is_empty(), "it came up on the screen");
}

#[tokio::test]
async fn what_was_answered_200_survives_a_hub_that_is_killed() {
    let plan = Plan::default();
    let dir = tempfile::TempDir::new().expect("a folder");
    let hub = hub_in(dir.path(), &plan, "http://127.0.0.1:9").await;
    let base = format!("http://{}", hub.listening().as_ref().expect("bound").expect("an address"));
    let push = format!("{base}/in/pbx/incoming?key={}&caller=%2B36301234567&called=101&callid=k1", support::KEY);
    assert_eq!(client().get(&push).send().await.expect("an answer").status(), 200);
    drop(hub); // no shutdown, no checkpoint

    let hub = hub_in(dir.path(), &plan, "http://127.0.0.1:9").await;
    let desk = support::Desk::open(hub.connect(agent("Ana", "101").id), "Ana").await;
    let [call] = desk.welcome.calls.as_slice() else { panic!("the call goes on: {:?}", desk.welcome) };
    assert_eq!(call.call.external_id.as_deref(), Some("k1"));
    hub.shutdown().await;
}

#[tokio::test]
async fn rest_needs_its_token_and_shows_calls_with_their_timeline() {
    let world = world().await;
    world.push("caller=%2B36301234567&called=101&callid=1").await;
    let url = format!("{}/v1/calls?live=true", world.base);
    assert_eq!(world.http.get(&url).send().await.expect("an answer").status(), 401);
    assert_eq!(world.http.get(&url).bearer_auth("wrong").send().await.expect("an answer").status(), 401);
    let calls: serde_json::Value =
        world.http.get(&url).bearer_auth(TOKEN).send().await.expect("an answer").json().await.expect("JSON");
    let id = calls["calls"][0]["call"]["id"].as_str().expect("a call").to_owned();
    let one = format!("{}/v1/calls/{id}", world.base);
    let timeline: serde_json::Value =
        world.http.get(&one).bearer_auth(TOKEN).send().await.expect("an answer").json().await.expect("JSON");
    assert!(!timeline["steps"].as_array().expect("steps").is_empty());
    let health: serde_json::Value =
        world.http.get(format!("{}/healthz", world.base)).send().await.expect("an answer").json().await.expect("JSON");
    assert_eq!(health["connections"]["pbx"], "ready");
}

#[tokio::test]
async fn a_call_that_only_its_data_say_was_answered_is_not_missed() {
    let world = world().await;
    let mut desk = world.desk().await;
    world.push("caller=%2B36301234567&called=101&callid=d1").await;
    let call = desk.call_in(CallState::Ringing).await;
    let data = serde_json::json!({ "call": { "id": "d1", "direction": "inbound", "caller": "+36301234567",
        "called": "101", "duration": 42, "result": "answered" } });
    let url = format!("{}/in/pbx/call-data?key={}", world.base, support::KEY);
    assert_eq!(world.http.post(url).json(&data).send().await.expect("an answer").status(), 200);
    desk.until("its end", |desk| desk.calls[&call.id].state.is_over()).await;
    assert_eq!(desk.calls[&call.id].state, CallState::Ended);
    assert_eq!(desk.missed, 0);
}

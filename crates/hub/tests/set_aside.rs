//! *Not this customer* is said of one call; *this number is not theirs* of a number, with who said it.

use crate::support;

use ringcard_core::{
    call::{AgentId, CallId},
    customer::{Card, Customer, CustomerId, Lookup, MatchReason, NotTheirs, SaidOf},
    frame::{CallRow, Reply, Request, RequestErrorCode},
};
use support::{Desk, Plan, World, agent, client, hub_in, world};

const NUMBER: &str = "+36301234567";

/// Rings, and waits for what the card says in the end.
async fn ring(world: &World, desk: &mut Desk, caller: &str, call_id: &str) -> CallId {
    let known: Vec<CallId> = desk.calls.keys().cloned().collect();
    assert_eq!(world.push(&format!("caller={caller}&called=101&callid={call_id}")).await, 200);
    desk.until("a new call", |desk| desk.calls.keys().any(|id| !known.contains(id))).await;
    let id = desk.calls.keys().find(|id| !known.contains(id)).cloned().expect("it was just there");
    desk.lookup(&id).await;
    id
}

async fn row(desk: &mut Desk, id: &CallId) -> CallRow {
    match desk.ask(Request::Call { id: id.clone() }).await {
        Ok(Reply::Call { timeline }) => timeline.row,
        other => panic!("no call, but {other:?}"),
    }
}

async fn say(desk: &mut Desk, request: Request) {
    assert_eq!(desk.ask(request).await, Ok(Reply::Done));
}

async fn set_aside(desk: &mut Desk, call: &CallId, customer: &Customer) {
    say(desk, Request::SetAside { call_id: call.clone(), customer: customer.id.clone() }).await;
}

async fn take_back(desk: &mut Desk, call: &CallId, customer: &Customer) {
    say(desk, Request::TakeBack { call_id: call.clone(), customers: vec![customer.id.clone()] }).await;
}

async fn not_theirs(desk: &mut Desk, customer: &Customer) -> Vec<NotTheirs> {
    match desk.ask(Request::NotTheirs { customer: customer.id.clone() }).await {
        Ok(Reply::NotTheirs { numbers }) => numbers,
        other => panic!("no numbers, but {other:?}"),
    }
}

fn chosen(card: &Card) -> Option<CustomerId> {
    match &card.lookup {
        Lookup::Found { chosen, .. } => chosen.clone(),
        _ => None,
    }
}

/// Who is set aside on a card, and of what it was said.
fn said(card: &Card) -> Vec<(&str, SaidOf)> {
    card.set_aside.iter().map(|one| (one.name.as_str(), one.of)).collect()
}

#[tokio::test]
async fn not_this_customer_is_for_this_call_and_the_next_one_shows_the_customer_again() {
    let world = world().await;
    let anna = world.customer("Anna Minta", &["+36 30 123 4567"]).await;
    let mut desk = world.desk().await;
    let first = ring(&world, &mut desk, "%2B36301234567", "1").await;
    set_aside(&mut desk, &first, &anna).await;
    desk.until("nobody on the card", |desk| desk.cards[&first].lookup == Lookup::NoMatch).await;
    assert_eq!(said(&desk.cards[&first]), [("Anna Minta", SaidOf::Call)], "who was set aside is said");
    assert_eq!(desk.cards[&first].set_aside[0].by, Some(AgentId("Ana".into())));
    assert_eq!(row(&mut desk, &first).await.customer_name, None, "the call list names whom it was not");

    let second = ring(&world, &mut desk, "06301234567", "2").await;
    assert_eq!(chosen(&desk.cards[&second]), Some(anna.id.clone()));
    assert!(desk.cards[&second].set_aside.is_empty());
    assert!(not_theirs(&mut desk, &anna).await.is_empty(), "nothing is remembered for the number");
}

#[tokio::test]
async fn undone_the_card_the_list_and_what_was_remembered_are_as_before() {
    let world = world().await;
    let anna = world.customer("Anna Minta", &["+36 30 123 4567"]).await;
    world.customer("Béla Minta", &["+36 30 123 4567"]).await;
    let mut desk = world.desk().await;
    let first = ring(&world, &mut desk, "%2B36301234567", "1").await;
    say(&mut desk, Request::Choose { call_id: first.clone(), customer: Some(anna.id.clone()) }).await;
    desk.until("the choice", |desk| chosen(&desk.cards[&first]).as_ref() == Some(&anna.id)).await;
    let before = desk.cards[&first].lookup.clone();

    // Only Anna is set aside: Béla is the only one left who has the number.
    set_aside(&mut desk, &first, &anna).await;
    desk.until("Béla", |desk| said(&desk.cards[&first]) == [("Anna Minta", SaidOf::Call)]).await;
    assert_eq!(row(&mut desk, &first).await.customer_name.as_deref(), Some("Béla Minta"));
    take_back(&mut desk, &first, &anna).await;
    desk.until("Anna again", |desk| desk.cards[&first].lookup == before).await;
    assert_eq!(row(&mut desk, &first).await.customer_name.as_deref(), Some("Anna Minta"));

    // And none of them: taken back together.
    say(&mut desk, Request::Choose { call_id: first.clone(), customer: None }).await;
    desk.until("nobody", |desk| desk.cards[&first].lookup == Lookup::NoMatch).await;
    let customers: Vec<CustomerId> = desk.cards[&first].set_aside.iter().map(|one| one.customer.clone()).collect();
    assert_eq!(customers.len(), 2);
    say(&mut desk, Request::TakeBack { call_id: first.clone(), customers }).await;
    desk.until("both again", |desk| desk.cards[&first].lookup == before).await;
    assert!(desk.cards[&first].set_aside.is_empty());

    let second = ring(&world, &mut desk, "%2B36301234567", "2").await;
    let Lookup::Found { matches, .. } = &desk.cards[&second].lookup else { panic!("not found") };
    assert_eq!(matches[0].reason, MatchReason::Remembered);
}

#[tokio::test]
async fn a_later_look_up_and_a_desk_that_comes_later_do_not_bring_the_customer_back() {
    let world = world().await;
    let anna = world.customer("Anna Minta", &["+36 30 123 4567"]).await;
    let mut desk = world.desk().await;
    assert_eq!(world.push("caller=%2B36301234567&called=%2B3612345678&callid=1").await, 200);
    let call = desk.call_in(ringcard_core::call::CallState::Ringing).await.id;
    desk.lookup(&call).await;
    let mut bela = world.desk_of("Béla").await;
    set_aside(&mut bela, &call, &anna).await;
    desk.until("it on the other desk", |desk| said(&desk.cards[&call]) == [("Anna Minta", SaidOf::Call)]).await;

    // Somebody changes a customer: every card is looked up again.
    let details = serde_json::from_value(serde_json::json!({ "name": "Nagy Éva", "numbers": [{ "written": NUMBER }] }));
    let details = details.expect("details");
    let Ok(Reply::Customer { customer: eva }) = desk.ask(Request::SaveCustomer { id: None, details, seen: None }).await
    else {
        panic!("not saved")
    };
    desk.until("the new customer", |desk| chosen(&desk.cards[&call]).as_ref() == Some(&eva.id)).await;
    let Lookup::Found { matches, .. } = &desk.cards[&call].lookup else { panic!("not found") };
    assert_eq!(matches.len(), 1, "Anna is not among them");

    let again = world.desk().await;
    let card = &again.welcome.calls[0].card;
    assert_eq!((chosen(card), said(card)), (Some(eva.id), vec![("Anna Minta", SaidOf::Call)]));

    // Chosen after all, she is no longer set aside.
    say(&mut desk, Request::Choose { call_id: call.clone(), customer: Some(anna.id.clone()) }).await;
    desk.until("Anna", |desk| chosen(&desk.cards[&call]).as_ref() == Some(&anna.id)).await;
    assert!(desk.cards[&call].set_aside.is_empty());
}

#[tokio::test]
async fn what_was_said_of_a_call_survives_a_hub_that_is_killed() {
    let plan = Plan::default();
    let dir = tempfile::TempDir::new().expect("a folder");
    let hub = hub_in(dir.path(), &plan, "http://127.0.0.1:9").await;
    let details = serde_json::json!({ "name": "Anna Minta", "numbers": [{ "written": NUMBER }] });
    let details = serde_json::from_value(details).expect("details");
    let anna = ringcard_connect::Crm::create(hub.directory(), details).await.expect("created");
    let base = format!("http://{}/in/pbx", hub.listening().as_ref().expect("bound").expect("an address"));
    for (caller, id) in [("%2B36301234567", "k1"), ("anonymous", "k2")] {
        let push = format!("{base}/incoming?key={}&caller={caller}&called=101&callid={id}", support::KEY);
        assert_eq!(client().get(&push).send().await.expect("an answer").status(), 200);
    }
    let mut desk = Desk::open(hub.connect(agent("Ana", "101").id), "Ana").await;
    let [known, hidden] = [0, 1].map(|n: usize| desk.welcome.calls[n].call.id.clone());
    desk.lookup(&known).await;
    set_aside(&mut desk, &known, &anna).await;
    say(&mut desk, Request::Choose { call_id: hidden.clone(), customer: Some(anna.id.clone()) }).await;
    drop((desk, hub)); // no shutdown, no checkpoint

    let hub = hub_in(dir.path(), &plan, "http://127.0.0.1:9").await;
    let mut desk = Desk::open(hub.connect(agent("Ana", "101").id), "Ana").await;
    let cards: Vec<Card> = desk.welcome.calls.iter().map(|call| call.card.clone()).collect();
    assert_eq!(said(&cards[0]), [("Anna Minta", SaidOf::Call)]);
    // No start waits for the customer list.
    let named = |desk: &Desk| desk.cards.get(&hidden).and_then(chosen) == Some(anna.id.clone());
    desk.until("whom an agent named for a hidden caller", named).await;
    assert_eq!(row(&mut desk, &known).await.customer_name, None);
    take_back(&mut desk, &known, &anna).await;
    desk.until("Anna again", |desk| desk.cards.get(&known).is_some_and(|card| chosen(card).is_some())).await;
    assert_eq!(row(&mut desk, &known).await.customer_name.as_deref(), Some("Anna Minta"));
    hub.shutdown().await;
}

#[tokio::test]
async fn what_was_said_of_a_call_is_taken_back_after_the_hub_let_the_call_go() {
    let plan = Plan::default();
    let dir = tempfile::TempDir::new().expect("a folder");
    let hub = hub_in(dir.path(), &plan, "http://127.0.0.1:9").await;
    let details = serde_json::json!({ "name": "Anna Minta", "numbers": [{ "written": NUMBER }] });
    let details = serde_json::from_value(details).expect("details");
    let anna = ringcard_connect::Crm::create(hub.directory(), details).await.expect("created");
    let base = format!("http://{}/in/pbx", hub.listening().as_ref().expect("bound").expect("an address"));
    let caller = format!("key={}&caller=%2B36301234567&called=101&callid=k1", support::KEY);
    let push = async |push: String| client().get(push).send().await.expect("an answer").status();
    assert_eq!(push(format!("{base}/incoming?{caller}")).await, 200);
    let mut desk = Desk::open(hub.connect(agent("Ana", "101").id), "Ana").await;
    let call = desk.welcome.calls[0].call.id.clone();
    desk.lookup(&call).await;
    set_aside(&mut desk, &call, &anna).await;
    let is_said = |desk: &Desk| desk.cards.get(&call).is_some_and(|card| said(card) == [("Anna Minta", SaidOf::Call)]);
    desk.until("it on the card", is_said).await;
    let version = desk.cards[&call].version;
    assert_eq!(push(format!("{base}/event?{caller}&event=ended")).await, 200);
    // What is over is not taken up again: the next hub knows the call from its history only.
    hub.shutdown().await;
    let hub = hub_in(dir.path(), &plan, "http://127.0.0.1:9").await;
    let mut desk = Desk::open(hub.connect(agent("Ana", "101").id), "Ana").await;
    take_back(&mut desk, &call, &anna).await;
    assert_eq!(row(&mut desk, &call).await.customer_name.as_deref(), Some("Anna Minta"));
    // A wrap-up that is still open shows it.
    desk.until("Anna", |desk| desk.cards.get(&call).is_some_and(|card| chosen(card).as_ref() == Some(&anna.id))).await;
    assert!(desk.cards[&call].version > version && desk.cards[&call].set_aside.is_empty());
    hub.shutdown().await;
}

#[tokio::test]
async fn a_ring_just_after_something_was_taken_back_of_an_old_call_is_a_call_of_its_own() {
    let first = world().await;
    let anna = first.customer("Anna Minta", &["06 30 123 4567"]).await;
    let ends = "caller=%2B36301234567&called=101";
    assert_eq!(first.push(ends).await, 200);
    let mut desk = first.desk().await;
    let call = desk.welcome.calls[0].call.id.clone();
    desk.lookup(&call).await;
    set_aside(&mut desk, &call, &anna).await;
    let over = format!("{}/in/pbx/event?key={}&{ends}&event=ended", first.base, support::KEY);
    assert_eq!(client().get(over).send().await.expect("an answer").status(), 200);
    let World { hub, sim, http, dir, .. } = first;
    hub.shutdown().await;

    let hub = hub_in(dir.path(), &Plan::default(), &sim.base_url()).await;
    let base = format!("http://{}", hub.listening().clone().expect("bound").expect("an address"));
    let later = World { hub, sim, http, base, dir };
    let mut desk = later.desk().await;
    take_back(&mut desk, &call, &anna).await;
    assert_eq!(later.push(ends).await, 200);
    desk.until("the new call", |desk| desk.calls.keys().any(|id| *id != call)).await;
}

#[tokio::test]
async fn a_customer_named_for_a_hidden_caller_is_set_aside_and_taken_back() {
    let world = world().await;
    let anna = world.customer("Anna Minta", &[]).await;
    let mut desk = world.desk().await;
    let call = ring(&world, &mut desk, "anonymous", "1").await;
    say(&mut desk, Request::Choose { call_id: call.clone(), customer: Some(anna.id.clone()) }).await;
    desk.until("Anna", |desk| chosen(&desk.cards[&call]).is_some()).await;
    set_aside(&mut desk, &call, &anna).await;
    desk.until("nobody", |desk| desk.cards[&call].lookup == Lookup::NotAsked).await;
    assert_eq!(row(&mut desk, &call).await.customer_name, None);
    take_back(&mut desk, &call, &anna).await;
    desk.until("Anna again", |desk| chosen(&desk.cards[&call]).is_some()).await;
    let Lookup::Found { matches, .. } = &desk.cards[&call].lookup else { panic!("not found") };
    assert_eq!(matches[0].reason, MatchReason::Chosen);
    assert_eq!(row(&mut desk, &call).await.customer_name.as_deref(), Some("Anna Minta"));
}

#[tokio::test]
async fn a_number_that_is_not_theirs_is_said_on_later_cards_with_who_and_when_until_it_is_taken_back() {
    let world = world().await;
    let anna = world.customer("Anna Minta", &["06 30 123 4567"]).await;
    let mut desk = world.desk().await;
    let first = ring(&world, &mut desk, "%2B36301234567", "1").await;
    let number = "+36 30 123 4567".to_owned();
    say(&mut desk, Request::NumberNotTheirs { customer: anna.id.clone(), number: number.clone() }).await;
    desk.until("it on this card", |desk| said(&desk.cards[&first]) == [("Anna Minta", SaidOf::Number)]).await;
    assert_eq!(desk.cards[&first].lookup, Lookup::NoMatch);
    assert_eq!(row(&mut desk, &first).await.customer_name, None, "the call list names whose number it is not");

    let second = ring(&world, &mut desk, "06301234567", "2").await;
    let card = desk.cards[&second].clone();
    assert_eq!((card.lookup.clone(), said(&card)), (Lookup::NoMatch, vec![("Anna Minta", SaidOf::Number)]));
    let [trace] = &not_theirs(&mut desk, &anna).await[..] else { panic!("one number") };
    assert_eq!((&trace.by, trace.at), (&Some(AgentId("Ana".into())), card.set_aside[0].at));
    assert_eq!(trace.number.display, number);

    say(&mut desk, Request::NumberTheirs { customer: anna.id.clone(), number }).await;
    desk.until("Anna again", |desk| chosen(&desk.cards[&second]).as_ref() == Some(&anna.id)).await;
    assert!(desk.cards[&second].set_aside.is_empty());
    let third = ring(&world, &mut desk, "%2B36301234567", "3").await;
    assert_eq!(chosen(&desk.cards[&third]), Some(anna.id.clone()));
    assert!(not_theirs(&mut desk, &anna).await.is_empty());
}

#[tokio::test]
async fn what_is_no_number_no_customer_and_no_call_is_refused() {
    let world = world().await;
    let anna = world.customer("Anna Minta", &[]).await;
    let mut desk = world.desk().await;
    let never = CallId("never".into());
    for (request, code) in [
        (Request::SetAside { call_id: never.clone(), customer: anna.id.clone() }, RequestErrorCode::NotFound),
        (Request::TakeBack { call_id: never, customers: vec![anna.id.clone()] }, RequestErrorCode::NotFound),
        (Request::NumberNotTheirs { customer: anna.id.clone(), number: "Anna".into() }, RequestErrorCode::NotANumber),
        (
            Request::NumberTheirs { customer: CustomerId("x-1".into()), number: NUMBER.into() },
            RequestErrorCode::NotFound,
        ),
    ] {
        assert_eq!(desk.ask(request).await.expect_err("refused").code, code);
    }
    // Whom the card does not offer cannot be set aside: nothing is said, nothing is wrong.
    let call = ring(&world, &mut desk, "%2B36301234567", "1").await;
    set_aside(&mut desk, &call, &anna).await;
    assert!(desk.cards[&call].set_aside.is_empty());
}

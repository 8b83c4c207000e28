//! One card from several systems: the customer list, and two accounts that keep customers as the test says.

mod kept;
mod scripted;

use crate::support::{self, Desk, KEY, Plan, World, client, dial_plan, setup_in};
use ringcard_connect::{AskFailure, NotNow};
use ringcard_core::{
    call::{CallId, CallState},
    customer::{Card, CardPart, CustomerId, Lookup, PartState, WhyKept},
    frame::{Reply, Request, RequestErrorCode},
    ticket::Filing,
};
use ringcard_hub::{CustomerRules, Hub, directory::Directory};
use ringcard_sim::{HubTarget, Ring, Sim, SimConfig};
use scripted::{Scripted, customer};
use std::{
    collections::BTreeMap,
    sync::{Arc, atomic::Ordering::SeqCst},
    time::Duration,
};
use tempfile::TempDir;

const CALLER: &str = "+36301234567";

fn broken() -> AskFailure {
    AskFailure::Unavailable { detail: "nobody is there".into(), wait: None }
}

fn limit() -> AskFailure {
    AskFailure::NotNow(NotNow { why: "the minute is used up".into(), wait: None })
}

async fn hub(dir: TempDir, sim: Sim, systems: &[&Arc<Scripted>], rules: CustomerRules) -> World {
    let directory = Directory::open(&dir.path().join("directory.db"), dial_plan()).expect("the directory opens");
    let mut plan = Plan::default();
    plan.waits.log_after = Duration::ZERO;
    plan.waits.next_ring = Duration::from_millis(100);
    let mut setup = setup_in(dir.path(), &plan, &sim.base_url());
    setup.accounts.extend(systems.iter().map(|system| system.setup()));
    setup.customers = rules;
    let hub = Hub::start(setup, directory).await.expect("the hub starts");
    let base = support::address(&hub);
    sim.set_hub(Some(HubTarget::new(&base, "pbx")));
    World { hub, sim, http: client(), base, dir }
}

/// A hub with a CRM `crm` that knows whoever calls as its customer 7.
pub(crate) async fn with_a_crm() -> World {
    world_of(&[&Scripted::new("crm", &[("7", "Kiss Ana")])]).await
}

async fn world_of(systems: &[&Arc<Scripted>]) -> World {
    world_by(systems, rules(Duration::from_secs(20))).await
}

fn rules(deadline: Duration) -> CustomerRules {
    CustomerRules { deadline, ..CustomerRules::default() }
}

async fn world_within(systems: &[&Arc<Scripted>], deadline: Duration) -> World {
    world_by(systems, rules(deadline)).await
}

async fn world_by(systems: &[&Arc<Scripted>], rules: CustomerRules) -> World {
    let mut sim = SimConfig::default();
    sim.push.auth = ringcard_sim::PushAuth::key(KEY);
    let sim = Sim::start(sim).await.expect("the simulator starts");
    hub(TempDir::new().expect("a folder for the test"), sim, systems, rules).await
}

async fn again(world: World, systems: &[&Arc<Scripted>]) -> World {
    let World { hub: before, sim, dir, .. } = world;
    before.shutdown().await;
    hub(dir, sim, systems, rules(Duration::from_secs(20))).await
}

async fn ring(world: &World, desk: &mut Desk, id: &str) -> CallId {
    let known: Vec<CallId> = desk.calls.keys().cloned().collect();
    assert_eq!(world.push(&format!("caller=%2B36301234567&called=101&callid={id}")).await, 200);
    let is_new = move |desk: &Desk| desk.calls.keys().find(|id| !known.contains(id)).cloned();
    desk.until("the ring", |desk| is_new(desk).is_some()).await;
    is_new(desk).expect("it was just there")
}

fn part<'c>(card: &'c Card, source: &str) -> Option<&'c CardPart> {
    card.parts.iter().find(|part| part.source == source)
}

fn is_here(desk: &Desk, call: &CallId, source: &str) -> bool {
    let part = desk.cards.get(call).and_then(|card| part(card, source));
    part.is_some_and(|part| matches!(part.state, PartState::Here { .. }) && !part.tickets.is_empty())
}

fn kept(desk: &Desk, call: &CallId, source: &str) -> Option<WhyKept> {
    match part(desk.cards.get(call)?, source)?.state {
        PartState::Here { kept, .. } => kept,
        _ => None,
    }
}

async fn part_of(desk: &mut Desk, call: &CallId, source: &str) -> CardPart {
    desk.until("a system's part of the card", |desk| is_here(desk, call, source)).await;
    part(&desk.cards[call], source).cloned().expect("it was just there")
}

/// Whom a call's card offers; nobody before it is there.
fn names(desk: &Desk, call: &CallId) -> Vec<String> {
    match desk.cards.get(call).map(|card| &card.lookup) {
        Some(Lookup::Found { matches, .. }) => {
            matches.iter().map(|found| found.customer.details.name.clone()).collect()
        }
        _ => Vec::new(),
    }
}

#[tokio::test]
async fn a_slow_and_a_broken_system_hold_up_nobody_and_say_so_on_their_own_lines() {
    let slow = Scripted::new("slow", &[("1", "Ana Kiss")]).closed();
    let (bad, good) = (Scripted::new("bad", &[]), Scripted::new("good", &[("7", "Ana Kiss")]));
    bad.fails(Some(broken()));
    let world = world_within(&[&slow, &bad, &good], Duration::from_millis(200)).await;
    let ana = world.customer("Ana Kiss", &[CALLER]).await;
    let mut desk = world.desk().await;
    let call = ring(&world, &mut desk, "1").await;
    desk.until("her name", |desk| desk.chosen(&call) == Some(ana.id.clone())).await;
    let found = part_of(&mut desk, &call, "good").await;
    assert_eq!(found.customer, Some(CustomerId("good/7".into())));
    assert_eq!(found.facts[0].text, "of good/7");
    for (source, words) in [("bad", "nobody is there"), ("slow", "no answer in time")] {
        let says = |desk: &Desk| match part(&desk.cards[&call], source).map(|part| part.state.clone()) {
            Some(PartState::NoAnswer { detail }) => detail.contains(words),
            _ => false,
        };
        desk.until("what does not answer", says).await;
    }
    assert_eq!(desk.chosen(&call), Some(ana.id));
    slow.opens();
    part_of(&mut desk, &call, "slow").await;
}

#[tokio::test]
async fn ten_rings_of_one_caller_are_one_look_up() {
    let crm = Scripted::new("crm", &[("7", "Ana Kiss")]).closed();
    let world = world_of(&[&crm]).await;
    let mut desk = world.desk().await;
    let mut calls = Vec::new();
    for n in 0..10 {
        calls.push(ring(&world, &mut desk, &n.to_string()).await);
    }
    crm.opens();
    for call in &calls {
        part_of(&mut desk, call, "crm").await;
        assert_eq!(desk.chosen(call), Some(CustomerId("crm/7".into())));
    }
    assert_eq!((crm.asked.load(SeqCst), crm.asked_about.load(SeqCst)), (1, 1));
}

#[tokio::test]
async fn what_was_answered_is_there_for_the_next_call_also_after_a_restart() {
    let crm = Scripted::new("crm", &[("7", "Ana Kiss")]);
    let world = world_of(&[&crm]).await;
    let mut desk = world.desk().await;
    let call = ring(&world, &mut desk, "1").await;
    part_of(&mut desk, &call, "crm").await;
    // The answers are on the disk soon after they are on the card.
    for n in 2.. {
        let call = ring(&world, &mut desk, &n.to_string()).await;
        part_of(&mut desk, &call, "crm").await;
        if kept(&desk, &call, "crm") == Some(WhyKept::Fresh) {
            break;
        }
    }
    let world = again(world, &[&crm]).await;
    let mut desk = world.desk().await;
    let call = ring(&world, &mut desk, "last").await;
    part_of(&mut desk, &call, "crm").await;
    assert_eq!(crm.asked.load(SeqCst), 1);
}

#[tokio::test]
async fn over_the_limit_and_while_a_system_is_down_what_is_kept_is_shown_with_the_reason() {
    let crm = Scripted::keeping("crm", &[("7", "Ana Kiss")], Duration::ZERO);
    let world = world_of(&[&crm]).await;
    let mut desk = world.desk().await;
    let call = ring(&world, &mut desk, "1").await;
    part_of(&mut desk, &call, "crm").await;
    let mut world = world;
    for (failure, why) in [(limit(), WhyKept::Limit), (broken(), WhyKept::NoAnswer)] {
        // A question that just ended is not asked again: a new hub knows only what is kept.
        crm.fails(Some(failure));
        world = again(world, &[&crm]).await;
        let mut desk = world.desk().await;
        let call = ring(&world, &mut desk, &why_word(why)).await;
        // The system may say so before the directory is looked through.
        let is_told = |desk: &Desk| kept(desk, &call, "crm") == Some(why) && names(desk, &call) == ["Ana Kiss"];
        desk.until("what is kept, and why", is_told).await;
    }
}

fn why_word(why: WhyKept) -> String {
    format!("{why:?}")
}

#[tokio::test]
async fn the_same_caller_in_two_systems_is_linked_and_the_link_can_be_undone_for_good() {
    let crm = Scripted::new("crm", &[("7", "Kiss Ana")]);
    let world = world_of(&[&crm]).await;
    let ana = world.customer("Ana Kiss", &[CALLER]).await;
    let mut desk = world.desk().await;
    let call = ring(&world, &mut desk, "1").await;
    let one = |desk: &Desk, call: &CallId| names(desk, call) == ["Ana Kiss"] && is_here(desk, call, "crm");
    desk.until("one choice of the two", |desk| one(desk, &call)).await;
    let world = again(world, &[&crm]).await;
    let mut desk = world.desk().await;
    let id = CustomerId("crm/7".into());
    let about = |reply| match reply {
        Ok(Reply::CustomerAbout { about }) => about,
        other => panic!("{other:?}"),
    };
    let known = about(desk.ask(Request::AboutCustomer { id: ana.id.clone() }).await);
    assert_eq!(known.linked.iter().map(|one| one.id.clone()).collect::<Vec<_>>(), std::slice::from_ref(&id));
    assert_eq!(known.parts.len(), 1);

    let undo = Request::UnlinkCustomers { one: ana.id.clone(), other: id.clone() };
    assert_eq!(desk.ask(undo.clone()).await, Ok(Reply::Done));
    assert_eq!(desk.ask(undo).await.expect_err("they are two").code, RequestErrorCode::NotFound);
    let call = ring(&world, &mut desk, "2").await;
    desk.until("two customers", |desk| names(desk, &call).len() == 2 && is_here(desk, &call, "crm")).await;
    assert_eq!(desk.chosen(&call), Some(ana.id.clone()), "the first in the order names the caller");
    let known = about(desk.ask(Request::AboutCustomer { id: ana.id.clone() }).await);
    assert!(known.links.is_empty(), "nothing makes it again by itself");
    let link = Request::LinkCustomers { one: ana.id.clone(), other: id };
    assert_eq!(desk.ask(link).await, Ok(Reply::Done));
    desk.until("one choice again", |desk| one(desk, &call)).await;
}

#[tokio::test]
async fn two_customers_of_one_system_are_never_linked_through_a_third() {
    let crm = Scripted::new("crm", &[("7", "Ana Kiss"), ("8", "Éva Kiss")]);
    let world = world_of(&[&crm]).await;
    let ana = world.customer("Ana Kiss", &[CALLER]).await;
    let mut desk = world.desk().await;
    let link = |other: &str| Request::LinkCustomers { one: ana.id.clone(), other: CustomerId(other.into()) };
    assert_eq!(desk.ask(link("crm/7")).await, Ok(Reply::Done));
    assert_eq!(desk.ask(link("crm/8")).await.expect_err("two of one system").code, RequestErrorCode::Conflict);
    assert_eq!(desk.ask(link("crm/99")).await.expect_err("nobody").code, RequestErrorCode::NotFound);
}

#[tokio::test]
async fn a_name_that_is_shown_is_not_changed_by_a_system_that_answers_later() {
    let (first, second) =
        (Scripted::new("first", &[("1", "Béla Nagy")]).closed(), Scripted::new("second", &[("7", "Ana Kiss")]));
    let world = world_of(&[&first, &second]).await;
    let mut desk = world.desk().await;
    let call = ring(&world, &mut desk, "1").await;
    desk.until("her name", |desk| desk.chosen(&call) == Some(CustomerId("second/7".into()))).await;
    first.opens();
    part_of(&mut desk, &call, "first").await;
    assert_eq!(desk.chosen(&call), Some(CustomerId("second/7".into())));
    assert_eq!(names(&desk, &call).len(), 2, "the other one is offered");
}

#[tokio::test]
async fn of_a_shared_number_the_agent_chooses_over_all_systems_and_it_is_remembered() {
    let crm = Scripted::new("crm", &[("7", "Ana Kiss"), ("8", "Éva Kiss")]);
    let world = world_of(&[&crm]).await;
    let mut desk = world.desk().await;
    let call = ring(&world, &mut desk, "1").await;
    desk.until("a choice", |desk| names(desk, &call).len() == 2).await;
    assert_eq!(desk.chosen(&call), None);
    let eva = CustomerId("crm/8".into());
    let choose = |customer: &CustomerId| Request::Choose { call_id: call.clone(), customer: Some(customer.clone()) };
    assert_eq!(desk.ask(choose(&eva)).await, Ok(Reply::Done));
    desk.until("her name", |desk| desk.chosen(&call) == Some(eva.clone())).await;
    assert_eq!(part_of(&mut desk, &call, "crm").await.customer, Some(eva.clone()));
    let gone = desk.ask(choose(&CustomerId("crm/99".into()))).await.expect_err("nobody");
    assert_eq!(gone.code, RequestErrorCode::NotFound);

    let world = again(world, &[&crm]).await;
    let mut desk = world.desk().await;
    let call = ring(&world, &mut desk, "2").await;
    desk.until("her name at once", |desk| desk.chosen(&call) == Some(eva.clone())).await;
    let not_theirs = Request::NumberNotTheirs { customer: eva.clone(), number: CALLER.into() };
    assert_eq!(desk.ask(not_theirs).await, Ok(Reply::Done));
    desk.until("the other one", |desk| names(desk, &call) == ["Ana Kiss"]).await;
    assert_eq!(desk.cards[&call].set_aside[0].name, "Éva Kiss");
    let theirs = Request::NumberTheirs { customer: eva.clone(), number: CALLER.into() };
    assert_eq!(desk.ask(theirs).await, Ok(Reply::Done));
    desk.until("her again", |desk| desk.chosen(&call) == Some(eva.clone())).await;
}

#[tokio::test]
async fn of_as_many_as_are_told_at_most_it_is_said_that_there_may_be_more() {
    let ids: Vec<String> = (1..=21).map(|n| n.to_string()).collect();
    let known: Vec<(&str, &str)> = ids.iter().map(|id| (id.as_str(), "Ana Kiss")).collect();
    let (many, two) = (Scripted::new("many", &known), Scripted::new("two", &known[..2]));
    let world = world_of(&[&many, &two]).await;
    let mut desk = world.desk().await;
    let call = ring(&world, &mut desk, "1").await;
    let is_said = |desk: &Desk, source: &str| {
        let part = desk.cards.get(&call).and_then(|card| part(card, source));
        part.filter(|part| matches!(part.state, PartState::Here { .. })).map(|part| part.may_be_more)
    };
    let both = |desk: &Desk| is_said(desk, "many") == Some(true) && is_said(desk, "two") == Some(false);
    desk.until("what both say", both).await;
}

#[tokio::test]
async fn a_customer_made_in_a_system_whose_search_lags_is_on_the_card_at_once() {
    let crm = Scripted::new("crm", &[]);
    let world = world_of(&[&crm]).await;
    let mut desk = world.desk().await;
    let call = ring(&world, &mut desk, "1").await;
    desk.until("nobody", |desk| desk.cards.get(&call).is_some_and(|card| card.lookup == Lookup::NoMatch)).await;
    let details = customer("crm", "", "Ana Kiss").details;
    crm.fails(Some(broken()));
    let make = |source: &str| Request::CreateCustomerIn { source: source.into(), details: details.clone() };
    assert_eq!(desk.ask(make("crm")).await.expect_err("it is down").code, RequestErrorCode::Busy);
    assert_eq!(desk.ask(make("pbx")).await.expect_err("a telephone").code, RequestErrorCode::Invalid);
    crm.fails(None);
    let Ok(Reply::Customer { customer }) = desk.ask(make("crm")).await else { panic!("they are made") };
    desk.until("their name", |desk| desk.chosen(&call) == Some(customer.id.clone())).await;
    let sources = desk.ask(Request::CustomerSources).await;
    let Ok(Reply::CustomerSources { sources }) = sources else { panic!("{sources:?}") };
    let sources: BTreeMap<String, bool> = sources.into_iter().map(|one| (one.name, one.creates)).collect();
    assert_eq!(sources, BTreeMap::from([("directory".to_owned(), true), ("crm".to_owned(), true)]));
}

#[tokio::test]
async fn each_system_is_searched_by_itself_and_its_failure_is_its_own() {
    let (crm, bad) = (Scripted::new("crm", &[("7", "Ana Kiss")]), Scripted::new("bad", &[("1", "Ana Nagy")]));
    bad.fails(Some(limit()));
    let world = world_of(&[&crm, &bad]).await;
    world.customer("Ana Kovács", &["+3612345679"]).await;
    let mut desk = world.desk().await;
    let search = |source: &str| Request::SearchSource { source: source.into(), query: "Ana".into(), limit: 10 };
    for (source, name) in [("directory", "Ana Kovács"), ("crm", "Ana Kiss")] {
        let Ok(Reply::Matches { matches }) = desk.ask(search(source)).await else { panic!("{source} answers") };
        assert_eq!(matches[0].customer.details.name, name);
    }
    assert_eq!(desk.ask(search("bad")).await.expect_err("over the limit").code, RequestErrorCode::NotNow);
    assert_eq!(desk.ask(search("pbx")).await.expect_err("a telephone").code, RequestErrorCode::Invalid);
}

#[tokio::test]
async fn a_call_that_is_private_shows_others_nothing_of_what_systems_say() {
    let crm = Scripted::new("crm", &[("7", "Ana Kiss")]);
    let world = world_of(&[&crm]).await;
    let mut desk = world.desk().await;
    let call = ring(&world, &mut desk, "1").await;
    part_of(&mut desk, &call, "crm").await;
    let card = &desk.cards[&call];
    assert!(card.withheld().parts.is_empty() && card.withheld().lookup == Lookup::NotAsked);
    assert!(desk.calls[&call].state == CallState::Ringing);
}

#[tokio::test]
async fn a_call_is_logged_with_its_customer_as_the_system_that_is_told_calls_them() {
    let (crm, desk_system) = (Scripted::new("crm", &[("7", "Ana Kiss")]), Scripted::new("other", &[]));
    let world = world_of(&[&crm, &desk_system]).await;
    let ana = world.customer("Ana Kiss", &[CALLER]).await;
    let mut desk = world.desk().await;
    let link = Request::LinkCustomers { one: ana.id.clone(), other: CustomerId("crm/7".into()) };
    assert_eq!(desk.ask(link).await, Ok(Reply::Done));
    let ringing = world.sim.ring(Ring::from(CALLER).extension("101")).await.expect("it rings");
    let call = desk.call_in(CallState::Ringing).await;
    desk.until("her name", |desk| desk.chosen(&call.id) == Some(ana.id.clone())).await;
    ringing.answer().await.expect("answered");
    desk.call_in(CallState::Connected).await;
    ringing.hang_up().await.expect("hung up");
    desk.call_in(CallState::Ended).await;
    for system in [&crm, &desk_system] {
        tokio::time::timeout(Duration::from_secs(20), system.logs.notified()).await.expect("it is told");
    }
    let filing = Filing { customer: Some(CustomerId("crm/7".into())), ticket: None };
    assert_eq!(crm.logged.lock().expect("a lock").as_slice(), [Some(filing)]);
    assert_eq!(desk_system.logged.lock().expect("a lock").as_slice(), [None], "it knows no such customer");
}

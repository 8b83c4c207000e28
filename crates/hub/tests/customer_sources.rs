//! One card from several systems: the customer list, and two accounts that keep customers as the test says.

use crate::support;

use async_trait::async_trait;
use ringcard_connect::{
    About, Allowance, AskFailure, Attempt, CallLog, ExportCustomers, ExportPage, FindCustomers, KeepCustomers, Looked,
    NotNow, Permits, Secrets, System, TakesPermits, TestReport, Trial, WriteRow, Writes,
};
use ringcard_core::{
    Timestamp,
    call::{CallId, CallState},
    customer::{
        Card, CardPart, Customer, CustomerDetails, CustomerId, CustomerNumber, Fact, FactLabel, Lookup, Match,
        MatchReason, MatchStrength, PartState, WhyKept,
    },
    frame::{Reply, Request, RequestErrorCode},
    number::Party,
    submission::{Submission, Write},
    ticket::{Filing, Ticket, TicketStatus},
};
use ringcard_hub::{AccountSetup, CustomerRules, Hub, directory::Directory};
use ringcard_sim::{HubTarget, Ring, Sim, SimConfig};
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU32, Ordering::SeqCst},
    },
    time::Duration,
};
use support::{Desk, KEY, Plan, World, client, dial_plan, setup_in};
use tempfile::TempDir;
use tokio::sync::{Notify, Semaphore};

const CALLER: &str = "+36301234567";

/// A system with customers, as the test says what it answers.
struct Scripted {
    name: &'static str,
    customers: Mutex<Vec<Customer>>,
    /// What it says instead of an answer.
    failure: Mutex<Option<AskFailure>>,
    /// A question is answered for each permit.
    gate: Semaphore,
    fresh_for: Duration,
    asked: AtomicU32,
    asked_about: AtomicU32,
    /// Where the calls belong that were logged in it.
    logged: Mutex<Vec<Option<Filing>>>,
    logs: Notify,
    /// The cursors it was asked by.
    exported: Mutex<Vec<Option<String>>>,
    /// Of whom the next page says that they are gone.
    gone: Mutex<Vec<CustomerId>>,
    adds_numbers: AtomicBool,
    /// Whom numbers were added to.
    added: Mutex<Vec<(CustomerId, String)>>,
}

impl Scripted {
    fn new(name: &'static str, customers: &[(&str, &str)]) -> Arc<Self> {
        Self::keeping(name, customers, Duration::from_secs(600))
    }

    fn keeping(name: &'static str, customers: &[(&str, &str)], fresh_for: Duration) -> Arc<Self> {
        let customers = customers.iter().map(|(id, who)| customer(name, id, who)).collect();
        Arc::new(Self {
            name,
            customers: Mutex::new(customers),
            failure: Mutex::default(),
            gate: Semaphore::new(10_000),
            fresh_for,
            asked: AtomicU32::new(0),
            asked_about: AtomicU32::new(0),
            logged: Mutex::default(),
            logs: Notify::new(),
            exported: Mutex::default(),
            gone: Mutex::default(),
            adds_numbers: AtomicBool::default(),
            added: Mutex::default(),
        })
    }

    /// It answers nothing before [`Self::opens`].
    fn closed(self: Arc<Self>) -> Arc<Self> {
        self.gate.forget_permits(10_000);
        self
    }

    fn opens(&self) {
        self.gate.add_permits(10_000);
    }

    fn fails(&self, failure: Option<AskFailure>) {
        *self.failure.lock().expect("a lock") = failure;
    }

    fn known(&self) -> Vec<Customer> {
        self.customers.lock().expect("a lock").clone()
    }

    async fn pass(&self) -> Result<(), AskFailure> {
        self.gate.acquire().await.expect("the gate is never closed").forget();
        self.failure.lock().expect("a lock").clone().map_or(Ok(()), Err)
    }

    fn setup(self: &Arc<Self>) -> AccountSetup {
        let new = System::new("scripted", Vec::new(), Secrets::new([]), self.clone());
        let system = System {
            find_customers: Some(self.clone()),
            keep_customers: Some(self.clone()),
            export_customers: Some(self.clone()),
            take_writes: Some(self.clone()),
            ..new
        };
        AccountSetup::new(self.name, Ok(system))
    }
}

fn customer(source: &str, id: &str, name: &str) -> Customer {
    let number =
        CustomerNumber { label: "mobile".into(), written: CALLER.into(), party: Some(support::outside(CALLER)) };
    Customer {
        id: CustomerId(format!("{source}/{id}")),
        source: source.into(),
        details: CustomerDetails { name: name.into(), numbers: vec![number], ..CustomerDetails::default() },
        updated_at: Timestamp(1),
    }
}

fn ticket(id: &str, subject: &str) -> Ticket {
    Ticket {
        id: id.into(),
        subject: subject.into(),
        status: TicketStatus::Open,
        status_label: None,
        merged: false,
        created_at: Timestamp(1),
        updated_at: Timestamp(2),
        assignee: Some("Éva".into()),
        link: Some("https://crm.example.com/tickets/1".into()),
    }
}

fn matched(customer: Customer) -> Match {
    Match { customer, strength: MatchStrength::Exact, reason: MatchReason::SameNumber { label: "mobile".into() } }
}

impl TakesPermits for Scripted {
    fn use_permits(&self, _: Arc<dyn Permits>) {}
}

#[async_trait]
impl Trial for Scripted {
    async fn test(&self) -> TestReport {
        TestReport::not_set_up("it is not tried here".to_owned())
    }
}

#[async_trait]
impl FindCustomers for Scripted {
    async fn find_by_number(&self, number: &Party) -> Result<Vec<Match>, AskFailure> {
        self.asked.fetch_add(1, SeqCst);
        self.pass().await?;
        let has = |customer: &Customer| customer.details.numbers.iter().any(|one| one.party.as_ref() == Some(number));
        Ok(self.known().into_iter().filter(has).map(matched).collect())
    }

    async fn search(&self, query: &str, limit: u32) -> Result<Vec<Match>, AskFailure> {
        self.pass().await?;
        let hits = self.known().into_iter().filter(|customer| customer.details.name.contains(query));
        Ok(hits.take(limit as usize).map(matched).collect())
    }

    async fn get(&self, id: &CustomerId) -> Result<Customer, AskFailure> {
        self.pass().await?;
        let known = self.known().into_iter().find(|customer| customer.id == *id);
        known.ok_or_else(|| AskFailure::Refused { detail: "there is no such customer".into() })
    }

    async fn about(&self, id: &CustomerId) -> Result<About, AskFailure> {
        self.asked_about.fetch_add(1, SeqCst);
        self.pass().await?;
        let fact = Fact { label: FactLabel::Organization, text: format!("of {}", id.0) };
        Ok(About { facts: vec![fact], tickets: vec![ticket("1", "It does not work")] })
    }

    fn fresh_for(&self) -> Duration {
        self.fresh_for
    }
}

#[async_trait]
impl KeepCustomers for Scripted {
    async fn create(&self, details: CustomerDetails) -> Result<Customer, AskFailure> {
        self.pass().await?;
        let new = Customer { details, ..customer(self.name, "new", "") };
        // Its search does not know them yet.
        Ok(new)
    }

    fn adds_numbers(&self) -> bool {
        self.adds_numbers.load(SeqCst)
    }

    async fn add_number(&self, _: &CustomerId, _: &Party) -> Result<(), AskFailure> {
        self.pass().await
    }
}

#[async_trait]
impl ExportCustomers for Scripted {
    /// A customer on each page.
    async fn export(&self, after: Option<&str>) -> Result<ExportPage, AskFailure> {
        self.exported.lock().expect("a lock").push(after.map(str::to_owned));
        let at: usize = after.map_or(0, |after| after.parse().expect("a cursor of its own"));
        let known = self.known();
        let customers: Vec<Customer> = known.iter().skip(at).take(1).cloned().collect();
        let next = at + customers.len();
        let gone = std::mem::take(&mut *self.gone.lock().expect("a lock"));
        Ok(ExportPage { customers, gone, cursor: next.to_string(), is_end: next == known.len() })
    }

    fn pause(&self) -> Duration {
        Duration::ZERO
    }
}

#[async_trait]
impl Writes for Scripted {
    async fn write(&self, rows: &[WriteRow]) -> Vec<Attempt> {
        for row in rows {
            match &row.submission.write {
                Write::LogCall { entry, .. } => self.logged.lock().expect("a lock").push(entry.filing.clone()),
                Write::AddNumber { customer, number, .. } => {
                    self.added.lock().expect("a lock").push((customer.clone(), number.clone()));
                }
                other => panic!("{other:?}"),
            }
        }
        self.logs.notify_one();
        vec![Attempt::done("entered"); rows.len()]
    }

    async fn look(&self, _: &WriteRow) -> Looked {
        Looked::CannotTell
    }

    fn is_idempotent(&self, _: &Submission) -> bool {
        false
    }

    fn call_log(&self) -> Option<CallLog> {
        Some(CallLog::AddsOnly)
    }

    fn allowance(&self) -> Allowance {
        Allowance::unlimited(1)
    }

    fn counts_against_day(&self, _: &Submission) -> bool {
        false
    }
}

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
        desk.until("what is kept", |desk| kept(desk, &call, "crm") == Some(why)).await;
        assert_eq!(names(&desk, &call), ["Ana Kiss"]);
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

#[tokio::test]
async fn customers_that_were_read_ahead_are_on_the_card_while_their_system_is_down() {
    let crm = Scripted::keeping("crm", &[("7", "Ana Kiss"), ("8", "Éva Kiss")], Duration::ZERO);
    crm.fails(Some(broken()));
    let world = world_by(&[&crm], CustomerRules { warm: vec!["crm".into()], ..rules(Duration::from_secs(20)) }).await;
    let mut desk = world.desk().await;
    let mut n = 0;
    loop {
        n += 1;
        let call = ring(&world, &mut desk, &n.to_string()).await;
        desk.until("what is known of them", |desk| {
            let part = desk.cards.get(&call).and_then(|card| part(card, "crm"));
            part.is_some_and(|part| part.state != PartState::Asking)
        })
        .await;
        if names(&desk, &call).len() == 2 {
            break;
        }
    }
    let asked = crm.exported.lock().expect("a lock").clone();
    assert_eq!(asked[..2], [None, Some("1".to_owned())], "each page after the one before");
}

#[tokio::test]
async fn of_whoever_is_gone_in_their_system_nothing_is_kept_and_nobody_is_linked_with_them() {
    let crm = Scripted::keeping("crm", &[("7", "Ana Kiss"), ("8", "Éva Kiss")], Duration::ZERO);
    let world = world_of(&[&crm]).await;
    let ana = world.customer("Ana Kiss", &["+3612345679"]).await;
    let seven = CustomerId("crm/7".into());
    let mut desk = world.desk().await;
    let link = Request::LinkCustomers { one: ana.id.clone(), other: seven.clone() };
    assert_eq!(desk.ask(link).await, Ok(Reply::Done));
    let before = ring(&world, &mut desk, "1").await;
    let choose = Request::Choose { call_id: before.clone(), customer: Some(seven.clone()) };
    assert_eq!(desk.ask(choose).await, Ok(Reply::Done));
    desk.until("her name", |desk| desk.chosen(&before) == Some(seven.clone())).await;

    // She is deleted there; nobody is asked for anything but what changed.
    crm.customers.lock().expect("a lock").retain(|customer| customer.id != seven);
    crm.gone.lock().expect("a lock").push(seven.clone());
    crm.fails(Some(broken()));
    let World { hub: stopped, sim, dir, .. } = world;
    stopped.shutdown().await;
    let warm = CustomerRules { warm: vec!["crm".into()], ..rules(Duration::from_secs(20)) };
    let world = hub(dir, sim, &[&crm], warm).await;
    let mut desk = world.desk().await;
    for n in 2.. {
        let call = ring(&world, &mut desk, &n.to_string()).await;
        desk.until("what is known of them", |desk| {
            let part = desk.cards.get(&call).and_then(|card| part(card, "crm"));
            part.is_some_and(|part| part.state != PartState::Asking)
        })
        .await;
        if names(&desk, &call) == ["Éva Kiss"] {
            break;
        }
        assert!(n < 200, "she is still there: {:?}", names(&desk, &call));
    }
    let Ok(Reply::CustomerAbout { about }) = desk.ask(Request::AboutCustomer { id: ana.id }).await else {
        panic!("what is known of her")
    };
    assert!(about.links.is_empty(), "{:?}", about.links);
}

#[tokio::test]
async fn who_is_behind_a_number_is_asked_of_every_source_and_told_once() {
    let (crm, slow) = (Scripted::new("crm", &[("7", "Ana Kiss")]), Scripted::new("slow", &[("1", "Ana K")]).closed());
    let world = world_within(&[&crm, &slow], Duration::from_millis(300)).await;
    let mut desk = world.desk().await;
    let who = Request::FindByNumber { number: "06 30 123 4567".into() };
    let found = async |desk: &mut Desk| match desk.ask(who.clone()).await {
        Ok(Reply::Matches { matches }) => matches.into_iter().map(|one| one.customer.id.0).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    assert_eq!(found(&mut desk).await, ["crm/7"]);
    let before = desk.ask(Request::BeforeDial { number: CALLER.into() }).await;
    let Ok(Reply::BeforeDial { before }) = before else { panic!("{before:?}") };
    assert_eq!(before.customer_name.as_deref(), Some("Ana Kiss"));
    assert_eq!(crm.asked.load(SeqCst), 1, "what was just answered is not asked again");
    let asked =
        world.http.get(format!("{}/v1/customers?number=%2B36301234567", world.base)).bearer_auth(support::TOKEN);
    let answer: serde_json::Value = asked.send().await.expect("an answer").json().await.expect("JSON");
    assert_eq!(answer["matches"][0]["customer"]["id"], "crm/7");

    let ana = world.customer("Ana Kiss", &[CALLER]).await;
    assert_eq!(found(&mut desk).await, [ana.id.0.clone(), "crm/7".to_owned()]);
    let link = Request::LinkCustomers { one: ana.id.clone(), other: CustomerId("crm/7".into()) };
    assert_eq!(desk.ask(link).await, Ok(Reply::Done));
    assert_eq!(found(&mut desk).await, [ana.id.0], "one person is told once");
    slow.opens();
}

#[tokio::test]
async fn a_number_an_agent_says_is_theirs_is_added_where_they_are_kept_and_that_is_wanted() {
    let (crm, other) = (Scripted::new("crm", &[("7", "Ana Kiss")]), Scripted::new("other", &[]));
    for system in [&crm, &other] {
        let mut unknown = customer(system.name, "9", "Béla Nagy");
        unknown.details.numbers.clear();
        system.customers.lock().expect("a lock").push(unknown);
    }
    crm.adds_numbers.store(true, SeqCst);
    let world = world_of(&[&crm, &other]).await;
    let mut desk = world.desk().await;
    let call = ring(&world, &mut desk, "1").await;
    // She has the number; the other system does not want it; he is told of it once.
    for customer in ["crm/7", "other/9", "crm/9", "crm/9"] {
        let choose = Request::Choose { call_id: call.clone(), customer: Some(CustomerId(customer.into())) };
        assert_eq!(desk.ask(choose).await, Ok(Reply::Done), "{customer}");
    }
    tokio::time::timeout(Duration::from_secs(20), crm.logs.notified()).await.expect("it is told");
    world.hub.shutdown().await;
    assert_eq!(crm.added.lock().expect("a lock").as_slice(), [(CustomerId("crm/9".into()), CALLER.to_owned())]);
    assert!(other.added.lock().expect("a lock").is_empty());
}

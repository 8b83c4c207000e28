//! A CCAI Platform account against the simulated platform: every documented answer, and what becomes of a call.

use crate::support;

use ringcard_connect::{
    CallLife, NewAccount, OpenCall, Originate, OriginateFailure, Registry, System, TestState, settings::AccountError,
};
use ringcard_core::{
    Timestamp,
    call::{Advice, CallEvent, CallId, Direction},
    ticket::TicketRef,
};
use ringcard_sim::ccai::{CcaiConfig, CcaiSim, Confirming, Misbehaviour};
use std::time::Duration;
use support::{PASSWORD, PUSH_KEY, kind, order, outside, plan, secrets, values};

async fn sim() -> CcaiSim {
    let config = CcaiConfig { token: PASSWORD.to_owned(), ..CcaiConfig::default() };
    CcaiSim::start(config).await.expect("the simulator starts")
}

fn set_up(url: &str, more: support::Given<'_>) -> Result<System, AccountError> {
    let mut given =
        vec![("api_url", url), ("subdomain", "customer"), ("agents", "101=anna@example.com; 103=x@example.com")];
    given.extend(more);
    let account = NewAccount {
        name: "ccai".to_owned(),
        values: values(&given),
        secrets: secrets(&[("token", PASSWORD), ("push_key", PUSH_KEY)]),
        plan: plan(),
    };
    Registry::builtin().find("ccai").expect("it is in the registry").set_up(account)
}

fn account(sim: &CcaiSim, more: support::Given<'_>) -> System {
    set_up(&sim.base_url(), more).unwrap_or_else(|error| panic!("{error}"))
}

async fn call(system: &System, order: &Originate) -> Result<Option<String>, OriginateFailure> {
    let starts = system.start_calls.as_ref().expect("it starts calls");
    starts.originate(order).await.map(|started| started.external_id)
}

#[tokio::test]
async fn beside_another_telephone_system_it_can_leave_dialling_to_that_one() {
    let sim = sim().await;
    let beside = account(&sim, &[("dials", "false")]);
    assert!(beside.start_calls.is_none() && beside.read_pushes.is_some() && beside.tell_state.is_some());
    assert!(account(&sim, &[]).start_calls.is_some(), "else it dials");
}

/// What is told of a call: the platform's id and what happened.
async fn look(system: &System, open: &OpenCall) -> Vec<(String, CallEvent)> {
    let follows = system.follow_calls.as_ref().expect("it is looked at");
    let news = follows.look(std::slice::from_ref(open)).await.expect("it tells");
    news.into_iter()
        .map(|news| (news.push.external_id.expect("an id"), news.push.event.expect("something happened")))
        .collect()
}

fn open(external_id: Option<&str>) -> OpenCall {
    OpenCall {
        id: CallId("ours".into()),
        external_id: external_id.map(str::to_owned),
        direction: Direction::Outbound,
        extension: Some("101".into()),
        number: outside("+36301234567"),
        started_at: Timestamp::now(),
    }
}

async fn life(system: &System, id: &str) -> CallLife {
    system.tell_state.as_ref().expect("it tells").ask_state(id).await
}

#[tokio::test]
async fn a_call_is_started_by_the_agents_address_and_followed_to_its_end() {
    let sim = sim().await;
    let system = account(&sim, &[("outbound_number", "+3612345678")]);
    let id = call(&system, &order()).await.expect("it starts").expect("it has an id");
    let started = sim.calls().remove(0);
    assert_eq!((started.id.to_string(), started.agent_email.as_str()), (id.clone(), "anna@example.com"));
    assert_eq!((started.number.as_str(), started.outbound_number.as_deref()), ("+36301234567", Some("+3612345678")));
    assert_eq!(life(&system, &id).await, CallLife::Alive);
    sim.set_status(started.id, "Connected");
    assert_eq!(life(&system, &id).await, CallLife::Alive);
    sim.set_status(started.id, "Finished");
    assert_eq!(life(&system, &id).await, CallLife::Over);
    assert_eq!(life(&system, "1").await, CallLife::Over, "all calls were looked through");
}

#[tokio::test]
async fn an_old_call_among_very_many_is_not_said_to_be_over() {
    let sim = sim().await;
    let system = account(&sim, &[]);
    let id = call(&system, &order()).await.expect("it starts").expect("it has an id");
    for _ in 0..600 {
        sim.ring("bob@example.com", "+36301111111");
    }
    sim.advance(Duration::from_secs(1));
    let asked = life(&system, &id).await;
    // Changed in the same moment as the others, it may be anywhere among them.
    assert!(matches!(asked, CallLife::Alive | CallLife::Unknown { .. }), "{asked:?}");
    let nobodys = life(&system, "nobody's").await;
    assert!(matches!(nobodys, CallLife::Unknown { .. }), "not all calls were looked through: {nobodys:?}");
}

#[tokio::test]
async fn a_call_that_waits_for_the_agent_is_taken_with_what_to_do_and_not_asked_for_again() {
    for confirming in [Confirming::Accepted202, Confirming::Ok200] {
        let sim = sim().await;
        sim.adjust(|config| {
            config.confirming = confirming;
            config.agents.iter_mut().for_each(|agent| agent.chooses_number = true);
        });
        let system = account(&sim, &[]);
        let taken =
            system.start_calls.as_ref().expect("it starts calls").originate(&order()).await.expect("it is taken");
        assert_eq!((taken.advice, taken.external_id), (Some(Advice::ChooseNumber), None));
        assert_eq!(sim.requests().len(), 1, "nothing is asked for again");
    }
}

#[tokio::test]
async fn a_call_that_was_confirmed_is_found_by_its_agent_and_number_and_no_other_call_is_taken_for_it() {
    let sim = sim().await;
    sim.adjust(|config| config.agents.iter_mut().for_each(|agent| agent.chooses_number = true));
    let system = account(&sim, &[]);
    call(&system, &order()).await.expect("it is taken");
    // Another agent's, another number's, and one that came in.
    let bobs = Originate { extension: "bob@example.com".into(), ..order() };
    call(&system, &bobs).await.expect("it is taken");
    sim.ring("anna@example.com", "+36301234567");
    let mine = sim.calls()[0].id;
    let open = open(None);
    assert_eq!(
        look(&system, &open).await,
        Vec::<(String, CallEvent)>::new(),
        "no phone rings before the number is chosen"
    );
    sim.set_status(mine, "Connecting");
    assert_eq!(look(&system, &open).await, [(mine.to_string(), CallEvent::AgentRinging)]);
    sim.set_status(mine, "Finished");
    assert_eq!(look(&system, &open).await.last(), Some(&(mine.to_string(), CallEvent::Ended)));
    // The next one to the same number is another call.
    let next = OpenCall { id: CallId("next".into()), ..open };
    assert!(look(&system, &next).await.is_empty(), "{:?}", sim.calls());
}

#[tokio::test]
async fn a_quiet_list_is_one_request_and_what_changed_behind_the_first_page_is_found() {
    let sim = sim().await;
    let system = account(&sim, &[]);
    let id = call(&system, &order()).await.expect("it starts").expect("it has an id");
    let open = open(Some(&id));
    look(&system, &open).await;
    let asked = sim.requests().len();
    look(&system, &open).await;
    assert_eq!(sim.requests().len(), asked + 1);
    // It is over, and then two hundred others changed before anybody looked again.
    sim.advance(Duration::from_secs(60));
    sim.set_status(id.parse().expect("a number"), "Finished");
    for _ in 0..250 {
        sim.advance(Duration::from_secs(1));
        sim.ring("bob@example.com", "+36301111111");
    }
    assert_eq!(look(&system, &open).await.last(), Some(&(id, CallEvent::Ended)));
    assert!(sim.requests().len() - asked - 1 <= 5, "{}", sim.requests().len());
    let asked = sim.requests().len();
    look(&system, &open).await;
    assert_eq!(sim.requests().len(), asked + 1, "nothing changed since");
}

#[tokio::test]
async fn a_limit_of_the_platform_is_told_with_how_long_to_wait() {
    let sim = sim().await;
    let system = account(&sim, &[]);
    sim.adjust(|config| config.per_second = 0);
    let follows = system.follow_calls.as_ref().expect("it is looked at");
    let not_told = follows.look(&[open(Some("1"))]).await.expect_err("too many");
    assert_eq!(not_told.wait, Some(Duration::from_secs(1)), "{not_told:?}");
    let silent = account(&sim, &[("look_seconds", "0")]);
    assert!(silent.follow_calls.is_none(), "an administrator wants none of it");
}

#[tokio::test]
async fn a_call_about_a_ticket_is_started_by_it_where_the_account_says_whose_tickets_these_are() {
    let ticket = |account: Option<&str>| {
        let ticket = TicketRef { account: account.map(str::to_owned), id: "901".to_owned() };
        Originate { ticket: Some(ticket), ..order() }
    };
    for (of, given, goes) in
        [("crm", Some("crm"), true), ("crm", None, true), ("crm", Some("other"), false), ("", Some("crm"), false)]
    {
        let sim = sim().await;
        call(&account(&sim, &[("tickets_of", of)]), &ticket(given)).await.expect("it starts");
        assert_eq!(sim.calls()[0].ticket_id.is_some(), goes, "{of} {given:?}");
    }
    let sim = sim().await;
    let system = account(&sim, &[("tickets_of", "crm")]);
    sim.adjust(|config| config.tickets = vec![("901".into(), "+36309999999".into())]);
    let starts = system.start_calls.as_ref().expect("it starts calls");
    let started = starts.originate(&ticket(Some("crm"))).await.expect("it starts");
    assert_eq!(started.advice, Some(Advice::CallsAnother), "it calls whom it knows for the ticket");
    let unknown = Originate { ticket: Some(TicketRef { account: None, id: "1".into() }), ..order() };
    let nobody = call(&system, &unknown).await.expect_err("there is no such ticket");
    assert!(kind(&nobody) == "refused" && nobody.to_string().contains("ticket"), "{nobody}");
}

#[tokio::test]
async fn every_refusal_says_what_to_do() {
    let sim = sim().await;
    let system = account(&sim, &[]);
    let refused = async |order: &Originate, words: &str| {
        let failure = call(&system, order).await.expect_err("it is refused");
        assert_eq!(kind(&failure), "refused", "{failure}");
        assert!(failure.to_string().contains(words), "{failure}");
    };
    refused(&Originate { extension: "103".into(), ..order() }, "knows no agent with this e-mail address").await;
    sim.adjust(|config| config.agents[0].may_call = false);
    refused(&order(), "may not make calls").await;
    sim.adjust(|config| (config.agents[0].may_call, config.agents[0].available) = (true, false));
    refused(&order(), "set yourself available").await;
    let nobody = call(&system, &Originate { extension: "104".into(), ..order() }).await.expect_err("nobody");
    assert_eq!(kind(&nobody), "not configured");
    let by_address = Originate { extension: "bob@example.com".into(), ..order() };
    call(&system, &by_address).await.expect("an extension that is an address needs no list");
}

#[tokio::test]
async fn a_wrong_subdomain_is_told_from_a_wrong_token() {
    let sim = sim().await;
    let elsewhere = call(&account(&sim, &[("subdomain", "another")]), &order()).await.expect_err("no such subdomain");
    assert!(kind(&elsewhere) == "refused" && elsewhere.to_string().contains("subdomain"), "{elsewhere}");
    sim.adjust(|config| config.token = "another".to_owned());
    let failure = call(&account(&sim, &[]), &order()).await.expect_err("a wrong token");
    assert_eq!(kind(&failure), "authentication");
}

#[tokio::test]
async fn what_is_no_platform_and_what_sends_on_starts_nothing() {
    let sim = sim().await;
    let system = account(&sim, &[]);
    sim.misbehave(Misbehaviour::Html(200));
    assert_eq!(kind(&call(&system, &order()).await.expect_err("a page")), "unknown");
    sim.misbehave(Misbehaviour::Html(502));
    assert_eq!(kind(&call(&system, &order()).await.expect_err("a gateway")), "unknown");
    sim.misbehave(Misbehaviour::Redirect("https://elsewhere.example/".to_owned()));
    let sent_on = call(&system, &order()).await.expect_err("it is sent on");
    assert!(kind(&sent_on) == "refused" && sent_on.to_string().contains("elsewhere.example"), "{sent_on}");
    assert!(sim.calls().is_empty());
}

#[tokio::test]
async fn a_test_signs_in_and_rings_nobody() {
    let sim = sim().await;
    let report = account(&sim, &[]).trial.test().await;
    assert_eq!(report.state, TestState::Works, "{report:?}");
    assert!(sim.calls().is_empty());
    sim.adjust(|config| config.token = "another".to_owned());
    assert_eq!(account(&sim, &[]).trial.test().await.state, TestState::Fails);
}

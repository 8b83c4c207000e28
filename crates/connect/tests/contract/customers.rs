//! Customers and tickets: whoever is named was compared with the number, and a question has an answer or says why not.

use super::simulated::{Wrong, assert_no_secret, offering};
use crate::support::outside;
use ringcard_connect::{AskFailure, Capability, System};
use ringcard_core::{
    customer::{CustomerDetails, CustomerId, CustomerNumber, MatchStrength},
    number::Party,
    submission::GateReason,
};
use std::fmt::Debug;

const CALLER: &str = "+36305559999";

/// The simplest question of a capability.
async fn ask(system: &System, capability: Capability) -> Result<(), AskFailure> {
    match capability {
        Capability::FindCustomers => {
            told(system.find_customers.as_ref().expect("customers").find_by_number(&outside(CALLER)).await)
        }
        Capability::KeepCustomers => {
            let details = CustomerDetails { name: "Ana Kiss".to_owned(), ..CustomerDetails::default() };
            told(system.keep_customers.as_ref().expect("customers").create(details).await)
        }
        Capability::Tickets => told(system.tickets.as_ref().expect("tickets").forms().await),
        other => panic!("{other:?} is no question"),
    }
}

fn told<T: Debug>(answer: Result<T, AskFailure>) -> Result<(), AskFailure> {
    assert_no_secret(&format!("{answer:?}"));
    answer.map(drop)
}

const ASKING: [Capability; 3] = [Capability::FindCustomers, Capability::KeepCustomers, Capability::Tickets];

#[tokio::test]
async fn what_is_asked_is_answered_and_who_is_not_accepted_has_a_closed_account() {
    for capability in ASKING {
        for world in offering(capability).await {
            ask(&world.system(), capability).await.unwrap_or_else(|failure| panic!("{}: {failure}", world.id()));
            let failure = ask(&world.with_a_wrong_secret(), capability).await.expect_err("it is refused");
            let is_sign_in = matches!(failure, AskFailure::Closed { why: GateReason::SignIn, .. });
            assert!(is_sign_in, "{} {capability:?}: {failure:?}", world.id());
        }
    }
}

#[tokio::test]
async fn what_is_not_answered_may_be_asked_again() {
    for capability in ASKING {
        for wrong in [Wrong::Silent, Wrong::CutOff] {
            for world in offering(capability).await {
                world.does(wrong);
                let failure = ask(&world.impatient(), capability).await.expect_err("no answer comes");
                let again = matches!(failure, AskFailure::Unavailable { .. });
                assert!(again, "{} {capability:?} {wrong:?}: {failure:?}", world.id());
            }
        }
        for world in offering(capability).await {
            let system = world.system();
            let id = world.go_away().await;
            let failure = ask(&system, capability).await.expect_err("nobody is there");
            assert!(matches!(failure, AskFailure::Unavailable { .. }), "{id} {capability:?}: {failure:?}");
        }
    }
}

#[tokio::test]
async fn a_customer_is_found_by_number_however_it_is_written_and_named_as_the_account_s() {
    for world in offering(Capability::FindCustomers).await {
        let own = world.knows("Ana Kiss", "06 30 555-9999");
        let finds = world.system().find_customers.expect("customers");
        let found = finds.find_by_number(&outside(CALLER)).await.expect("an answer");
        let [found] = found.as_slice() else { panic!("{}: {found:?}", world.id()) };
        assert_eq!(found.customer.id, CustomerId(format!("account/{own}")), "{}", world.id());
        assert_eq!((found.customer.source.as_str(), found.strength), ("account", MatchStrength::Exact));
        let customer = finds.get(&found.customer.id).await.expect("an answer");
        assert_eq!(customer.id, found.customer.id);
        finds.about(&found.customer.id).await.expect("an answer");
        assert!(!finds.search("kiss", 5).await.expect("an answer").is_empty(), "{}", world.id());
        assert!(finds.fresh_for() >= std::time::Duration::from_secs(1), "{}", world.id());
    }
}

#[tokio::test]
async fn a_system_that_ignores_the_question_names_nobody() {
    for world in offering(Capability::FindCustomers).await {
        world.knows("Somebody Else", "+4930123456");
        world.ignores_what_is_asked();
        let finds = world.system().find_customers.expect("customers");
        let found = finds.find_by_number(&outside(CALLER)).await.expect("an answer");
        assert!(found.is_empty(), "{}: {found:?}", world.id());
    }
}

#[tokio::test]
async fn nobody_is_asked_who_is_behind_no_number_and_another_accounts_customers_are_refused() {
    for world in offering(Capability::FindCustomers).await {
        let finds = world.system().find_customers.expect("customers");
        for nobody in [Party::Hidden, Party::Unreadable { text: "nobody".to_owned() }] {
            assert!(finds.find_by_number(&nobody).await.expect("an answer").is_empty(), "{}", world.id());
        }
        for other in ["elsewhere/1", "1", "account/", "account/../1", ""] {
            let other = CustomerId(other.to_owned());
            assert!(matches!(finds.get(&other).await, Err(AskFailure::Refused { .. })), "{}: {other:?}", world.id());
            assert!(matches!(finds.about(&other).await, Err(AskFailure::Refused { .. })), "{}", world.id());
        }
        assert_eq!(world.requests(), 0, "{}", world.id());
    }
}

#[tokio::test]
async fn who_was_made_here_is_found_here_with_every_number() {
    for world in offering(Capability::KeepCustomers).await {
        let system = world.system();
        let keeps = system.keep_customers.expect("customers");
        let number = CustomerNumber { label: String::new(), written: "06 1 555 1234".to_owned(), party: None };
        let details = CustomerDetails { name: "Béla".to_owned(), numbers: vec![number], ..CustomerDetails::default() };
        let made = keeps.create(details).await.expect("made");
        keeps.add_number(&made.id, &outside(CALLER)).await.expect("added");
        let finds = system.find_customers.expect("customers");
        for number in ["+3615551234", CALLER] {
            let found = finds.find_by_number(&outside(number)).await.expect("an answer");
            assert!(found.iter().any(|found| found.customer.id == made.id), "{} {number}: {found:?}", world.id());
        }
    }
}

#[tokio::test]
async fn one_form_is_the_default_and_the_first_and_a_ticket_that_is_not_there_is_none() {
    for world in offering(Capability::Tickets).await {
        let tickets = world.system().tickets.expect("tickets");
        let forms = tickets.forms().await.expect("an answer");
        assert!(forms[0].is_default && forms.iter().filter(|form| form.is_default).count() == 1, "{}", world.id());
        for form in &forms {
            let mut ids: Vec<&str> = form.fields.iter().map(|field| field.id.as_str()).collect();
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(ids.len(), form.fields.len(), "{}: {}", world.id(), form.name);
        }
        assert!(tickets.ticket("987654321").await.expect("an answer").is_none(), "{}", world.id());
    }
}

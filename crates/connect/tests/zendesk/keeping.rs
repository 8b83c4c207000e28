//! New customers, and numbers of theirs.

use super::support::{finds, id, keeps, names, sim, system, user, with};
use crate::support::{outside, submission};
use ringcard_connect::{AskFailure, Attempt, Looked, WriteRow};
use ringcard_core::{
    customer::{CustomerDetails, CustomerId, CustomerNumber},
    submission::Write,
};
use ringcard_sim::zendesk::Misbehaviour;
use std::time::Duration;

const CALLER: &str = "+36305559999";

fn number(written: &str) -> CustomerNumber {
    CustomerNumber { label: String::new(), written: written.to_owned(), party: None }
}

fn ana() -> CustomerDetails {
    CustomerDetails {
        name: "Ana Kiss".to_owned(),
        email: "ana@acme.example".to_owned(),
        numbers: vec![number("06 30 555 9999"), number("06 1 555 1234")],
        ..CustomerDetails::default()
    }
}

#[tokio::test]
async fn a_new_customer_has_their_numbers_and_gets_no_mail() {
    let sim = sim().await;
    let made = keeps(&system(&sim)).create(ana()).await.expect("made");
    assert!(made.id.0.starts_with("crm/") && made.source == "crm");
    let user = sim.users().into_iter().find(|user| user.name == "Ana Kiss").expect("she is there");
    assert_eq!((user.phone.as_deref(), user.mailed, user.role.as_str()), (Some(CALLER), false, "end-user"));
    assert!(user.identities.iter().any(|one| one.kind == "phone_number" && one.value == "+3615551234"), "{user:?}");
    assert!(user.external_id.is_some_and(|id| id.starts_with("ringcard-")));
    assert!(sim.misfits().is_empty(), "{:?}", sim.misfits());
}

#[tokio::test]
async fn who_has_no_name_is_called_by_the_number() {
    let sim = sim().await;
    let details = CustomerDetails { numbers: vec![number(CALLER)], ..CustomerDetails::default() };
    let made = keeps(&system(&sim)).create(details).await.expect("made");
    assert_eq!(made.details.name, "Caller: 36305559999");
    let nobody = keeps(&system(&sim)).create(CustomerDetails::default()).await.expect_err("nothing to know them by");
    assert!(matches!(nobody, AskFailure::Refused { .. }));
}

#[tokio::test]
async fn who_was_made_a_moment_ago_is_known_before_search_knows_them() {
    let sim = sim().await;
    sim.adjust(|config| config.search_lag = Duration::from_secs(300));
    let system = system(&sim);
    keeps(&system).create(ana()).await.expect("made");
    let before = sim.requests().len();
    let found = finds(&system).find_by_number(&outside(CALLER)).await.expect("an answer");
    assert_eq!(names(&found), ["Ana Kiss"]);
    assert_eq!(sim.requests().len(), before, "nobody needs to be asked");
    assert_eq!(names(&finds(&system).search("Ana Kiss", 10).await.expect("an answer")), ["Ana Kiss"]);
    assert!(names(&finds(&super::support::system(&sim)).search("Ana Kiss", 10).await.expect("an answer")).is_empty());
}

#[tokio::test]
async fn one_whose_making_had_no_answer_is_looked_for_and_not_made_twice() {
    let sim = sim().await;
    sim.misbehave("POST users", Misbehaviour::ApplyThenCut);
    keeps(&system(&sim)).create(ana()).await.expect("she is there after all");
    sim.misbehave("POST users", Misbehaviour::Close);
    let other = CustomerDetails { email: String::new(), name: "Béla".to_owned(), ..ana() };
    let failure = keeps(&system(&sim)).create(other).await.expect_err("nobody knows");
    assert!(matches!(failure, AskFailure::Unavailable { .. }), "{failure:?}");
    let called = |name: &str| sim.users().iter().filter(|user| user.name == name).count();
    assert_eq!((called("Ana Kiss"), called("Béla")), (1, 0));
}

#[tokio::test]
async fn what_zendesk_does_not_take_is_said_in_its_words() {
    let sim = sim().await;
    let system = system(&sim);
    keeps(&system).create(ana()).await.expect("made");
    let failure = keeps(&system).create(ana()).await.expect_err("twice the same mail");
    assert!(matches!(&failure, AskFailure::Refused { detail } if detail.contains("already being used")), "{failure:?}");
}

#[tokio::test]
async fn one_more_number_is_theirs_at_once() {
    let sim = sim().await;
    let one = sim.add_user(user("Ana Kiss", "+36 1 555 1234"));
    let system = system(&sim);
    let before = finds(&system).find_by_number(&outside("+3615551234")).await.expect("an answer");
    assert_eq!(names(&before), ["Ana Kiss"]);
    keeps(&system).add_number(&super::support::id(one), &outside(CALLER)).await.expect("added");
    let found = finds(&system).find_by_number(&outside(CALLER)).await.expect("an answer");
    assert_eq!(names(&found), ["Ana Kiss"]);
    assert!(sim.user(one).expect("there").identities.iter().any(|identity| identity.value == CALLER));
}

#[tokio::test]
async fn a_number_that_an_agent_says_is_theirs_is_added_once_whichever_answer_is_lost() {
    for lost in [Misbehaviour::ApplyThenCut, Misbehaviour::Close] {
        let sim = sim().await;
        let one = sim.add_user(user("Ana Kiss", "+36 1 555 1234"));
        let system = system(&sim);
        let writes = system.take_writes.clone().expect("it takes writes");
        let write = |customer: CustomerId| Write::AddNumber { account: "crm".into(), customer, number: CALLER.into() };
        assert!(writes.check(&write(id(one))).is_ok() && writes.check(&write(CustomerId("other/1".into()))).is_err());
        let row: WriteRow = submission(write(id(one))).into();
        sim.misbehave("POST users/{}/identities", lost);
        let first = writes.write(std::slice::from_ref(&row)).await.remove(0);
        assert!(matches!(first, Attempt::Unknown { .. }), "{first:?}");
        if writes.look(&row).await == Looked::NotWritten {
            let again = writes.write(std::slice::from_ref(&row)).await.remove(0);
            assert!(matches!(again, Attempt::Done { .. }), "{again:?}");
        }
        // Somebody added it there meanwhile: that is what was wanted.
        let twice = writes.write(std::slice::from_ref(&row)).await.remove(0);
        assert!(matches!(twice, Attempt::Done { .. }), "{twice:?}");
        let identities = sim.user(one).expect("there").identities;
        assert_eq!(identities.iter().filter(|identity| identity.value == CALLER).count(), 1);
        assert!(sim.misfits().is_empty(), "{:?}", sim.misfits());
    }
}

#[tokio::test]
async fn numbers_are_added_where_the_settings_say_so() {
    let sim = sim().await;
    assert!(!keeps(&system(&sim)).adds_numbers());
    assert!(keeps(&with(&sim, &[("add_numbers", "true")])).adds_numbers());
}

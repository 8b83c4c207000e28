//! Campaigns, codes and reports: a question has an answer, or says why there is none.

use super::simulated::{World, Wrong, assert_no_secret, offering};
use ringcard_connect::{AskFailure, Capability, System};
use ringcard_core::{Timestamp, submission::GateReason};
use std::{fmt::Debug, time::Duration};

const ASKING: [Capability; 3] = [Capability::Campaigns, Capability::Codes, Capability::Reports];
const DAY: Duration = Duration::from_secs(24 * 3600);

fn yesterday() -> (Timestamp, Timestamp) {
    let now = Timestamp::now();
    (now.before(2 * DAY), now.before(DAY))
}

/// The simplest question of a capability.
async fn ask(system: &System, capability: Capability) -> Result<(), AskFailure> {
    let (from, to) = yesterday();
    match capability {
        Capability::Campaigns => told(system.campaigns.as_ref().expect("campaigns").campaigns().await),
        Capability::Codes => told(system.codes.as_ref().expect("codes").codes().await),
        Capability::Reports => told(system.reports.as_ref().expect("reports").smart_wait(from, to).await),
        other => panic!("{other:?} is no question"),
    }
}

fn told<T: Debug>(answer: Result<T, AskFailure>) -> Result<(), AskFailure> {
    assert_no_secret(&format!("{answer:?}"));
    answer.map(drop)
}

async fn each() -> Vec<(World, Capability)> {
    let mut all = Vec::new();
    for capability in ASKING {
        all.extend(offering(capability).await.into_iter().map(|world| (world, capability)));
    }
    all
}

#[tokio::test]
async fn what_is_asked_is_answered() {
    for (world, capability) in each().await {
        ask(&world.system(), capability)
            .await
            .unwrap_or_else(|failure| panic!("{} {capability:?}: {failure}", world.id()));
    }
}

#[tokio::test]
async fn who_is_not_accepted_has_a_closed_account_and_not_an_empty_answer() {
    for (world, capability) in each().await {
        let failure = ask(&world.with_a_wrong_secret(), capability).await.expect_err("it is refused");
        let is_sign_in = matches!(failure, AskFailure::Closed { why: GateReason::SignIn, .. });
        assert!(is_sign_in, "{} {capability:?}: {failure:?}", world.id());
    }
}

#[tokio::test]
async fn what_is_not_answered_may_be_asked_again() {
    for wrong in [Wrong::Silent, Wrong::CutOff] {
        for (world, capability) in each().await {
            world.does(wrong);
            let failure = ask(&world.impatient(), capability).await.expect_err("no answer comes");
            let again = matches!(failure, AskFailure::Unavailable { .. });
            assert!(again, "{} {capability:?} {wrong:?}: {failure:?}", world.id());
        }
    }
    for (world, capability) in each().await {
        let system = world.system();
        let id = world.go_away().await;
        let failure = ask(&system, capability).await.expect_err("nobody is there");
        assert!(matches!(failure, AskFailure::Unavailable { .. }), "{id} {capability:?}: {failure:?}");
    }
}

#[tokio::test]
async fn a_customer_in_a_campaign_is_found_with_the_account_that_has_them() {
    for world in offering(Capability::Campaigns).await {
        let campaigns = world.system().campaigns.expect("campaigns");
        let found = campaigns.find_records(&world.campaign_customer()).await.expect("an answer");
        assert!(!found.is_empty() && found.iter().all(|record| record.record.account == "account"), "{found:?}");
        let promised = campaigns.callbacks(None).await.expect("an answer");
        assert!(promised.is_sorted_by_key(|callback| callback.at), "{}: soonest first", world.id());
    }
}

#[tokio::test]
async fn codes_are_those_of_the_account_and_each_once() {
    for world in offering(Capability::Codes).await {
        let list = world.system().codes.expect("codes").codes().await.expect("an answer");
        assert_eq!(list.account, "account", "{}", world.id());
        let mut codes: Vec<&str> = list.first.iter().map(|code| code.code.as_str()).collect();
        let count = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert!(count > 0 && codes.len() == count, "{}: {codes:?}", world.id());
    }
}

#[tokio::test]
async fn a_report_that_ends_before_it_begins_is_refused_and_not_asked() {
    for world in offering(Capability::Reports).await {
        let (from, to) = yesterday();
        let failure = world.system().reports.expect("reports").smart_wait(to, from).await.expect_err("it is refused");
        assert!(matches!(failure, AskFailure::Refused { .. }), "{}: {failure:?}", world.id());
        assert_eq!(world.requests(), 0, "{}", world.id());
    }
}

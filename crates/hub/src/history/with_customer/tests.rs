//! Whose calls they are, in pages that leave nothing out, along indexes.

use super::*;
use crate::{
    database::plan_of,
    history::{Recorded, tests::ring},
};
use ringcard_core::{
    Timestamp,
    call::CallState,
    customer::{SaidOf, SetAside},
    number::{Ani, Number},
};
use rusqlite::StatementStatus;
use tempfile::TempDir;

fn outside(e164: &str) -> Party {
    Party::Outside(Number { e164: e164.into(), extension: None })
}

fn open(folder: &TempDir) -> History {
    History::open(&folder.path().join("calls.db")).expect("it opens")
}

fn agent(name: &str) -> AgentId {
    AgentId(name.into())
}

async fn call(history: &History, n: i64, from: &str, with: &str) -> CallId {
    let call = Call {
        ani: Ani(outside(from)),
        agents: vec![agent(with)],
        started_at: Timestamp(1_000 * n),
        state: CallState::Ended,
        ..ring(&n.to_string())
    };
    let id = call.id.clone();
    history.record(Recorded { call, steps: Vec::new(), mine: Vec::new(), click: None }).await.expect("kept");
    id
}

async fn found(history: &History, whose: &CallsOf) -> Vec<CallId> {
    let (mut all, mut before) = (Vec::new(), None);
    loop {
        let page = history.calls_of(whose.clone(), before, 2).await.expect("read");
        all.extend(page.calls.into_iter().map(|row| row.call.id));
        before = page.next;
        if before.is_none() {
            return all;
        }
    }
}

const MOBILE: &str = "+36301111111";
const WORK: &str = "+3612222222";

#[tokio::test]
async fn a_customers_calls_are_those_they_are_named_for_and_those_of_their_numbers_that_name_nobody() {
    let folder = TempDir::new().expect("a folder");
    let history = open(&folder);
    let anna = CustomerId("anna".into());
    let before_known = call(&history, 1, MOBILE, "Ana").await;
    let by_work = call(&history, 2, WORK, "Béla").await;
    let colleagues = call(&history, 3, WORK, "Ana").await;
    let from_elsewhere = call(&history, 4, "+36303333333", "Ana").await;
    let not_her = call(&history, 5, MOBILE, "Cili").await;
    call(&history, 6, "+36304444444", "Cili").await;
    let last = call(&history, 7, MOBILE, "Ana").await;
    let name = |id: &CallId, customer: &str| {
        history.name_customer(id.clone(), CustomerId(customer.into()), customer.to_owned())
    };
    name(&colleagues, "eva").await.expect("named");
    name(&from_elsewhere, "anna").await.expect("named");
    name(&last, "anna").await.expect("named");
    let set_aside = SetAside {
        customer: anna.clone(),
        name: "Anna".into(),
        of: SaidOf::Call,
        by: Some(agent("Cili")),
        at: Timestamp(1),
    };
    history.set_aside(not_her, vec![set_aside]).await.expect("kept");

    let numbers = [outside(MOBILE), outside(WORK)];
    let whose = CallsOf::new(Some(anna.clone()), &numbers);
    assert_eq!(found(&history, &whose).await, [last, from_elsewhere, by_work, before_known]);
    for (who, had) in [("Ana", true), ("Béla", true), ("Cili", false)] {
        assert_eq!(history.had_a_call_with(agent(who), whose.clone()).await.expect("read"), had, "{who}");
    }
    // Of a number nobody is known by.
    let nobody = [outside("+36304444444")];
    assert!(history.had_a_call_with(agent("Cili"), CallsOf::new(None, &nobody)).await.expect("read"));
    let hidden = CallsOf::new(None, &[Party::Hidden]);
    assert_eq!(found(&history, &hidden).await, []);
}

/// Its plan, and how often SQLite moved for the first ten of the calls.
fn cost(connection: &Connection, whose: &CallsOf, goes_on: bool) -> (Vec<String>, i32) {
    let walk = whose.walk(goes_on);
    let plan = plan_of(connection, &walk);
    let mut query = connection.prepare(&walk).expect("a query");
    query.raw_bind_parameter(c":customer", "anna").expect("bound");
    for (n, number) in whose.numbers.iter().enumerate() {
        query.raw_bind_parameter(format!(":n{n}").as_str(), number).expect("bound");
    }
    if goes_on {
        query.raw_bind_parameter(c":at", i64::MAX).expect("bound");
        query.raw_bind_parameter(c":before", "z").expect("bound");
    }
    let mut rows = query.raw_query();
    for _ in 0..10 {
        rows.next().expect("read").expect("a call");
    }
    drop(rows);
    (plan, query.get_status(StatementStatus::VmStep))
}

#[tokio::test]
async fn however_many_calls_a_customer_had_a_page_is_one_walk_along_their_indexes() {
    let mut costs = Vec::new();
    for calls in [40, 400] {
        let folder = TempDir::new().expect("a folder");
        let history = open(&folder);
        let anna = CustomerId("anna".into());
        for n in 0..calls {
            let id = call(&history, n, [MOBILE, WORK, "+36305555555"][n as usize % 3], "Ana").await;
            if n % 4 == 0 {
                history.name_customer(id, anna.clone(), "Anna".into()).await.expect("named");
            }
        }
        history.close().await;
        let connection = Connection::open(folder.path().join("calls.db")).expect("the file");
        let whose = CallsOf::new(Some(anna), &[outside(MOBILE), outside(WORK)]);
        for goes_on in [false, true] {
            let (plan, steps) = cost(&connection, &whose, goes_on);
            let walks = |index: &str| plan.iter().filter(|step| step.contains(index)).count();
            assert_eq!((walks("call_of_customer"), walks("call_of_number")), (1, 2), "{plan:?}");
            assert!(!plan.iter().any(|step| step.contains("TEMP B-TREE") || step.starts_with("SCAN")), "{plan:?}");
            costs.push(steps);
        }
    }
    assert!(costs[2] <= costs[0] + 40 && costs[3] <= costs[1] + 40, "{costs:?}");
}

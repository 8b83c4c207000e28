use super::*;
use crate::{
    database::plan_of,
    history::{
        Recorded,
        tests::{happens, recorded, ring},
    },
};
use proptest::prelude::*;
use ringcard_core::{
    Timestamp,
    call::{Call, CallEvent},
};
use rusqlite::StatementStatus;
use tempfile::TempDir;

const AGENTS: [&str; 3] = ["Ana", "Béla", "Cili"];

fn agents(those: &[bool]) -> Vec<AgentId> {
    AGENTS.iter().zip(those).filter(|(_, is)| **is).map(|(name, _)| AgentId((*name).into())).collect()
}

/// Every filter, of everybody and of one agent, from the newest and from a call on.
fn everything_that_can_be_asked(before: &CallId, limit: u32) -> Vec<Wanted> {
    let mut all = Vec::new();
    for n in 0..32 {
        let is = |bit: u32| n & (1 << bit) != 0;
        all.push(Wanted {
            agent: is(0).then(|| AgentId(AGENTS[0].into())),
            filter: CallFilter { missed: is(1), mine: is(2), live: is(3) },
            before: is(4).then(|| before.clone()),
            limit,
        });
    }
    all
}

fn open(folder: &TempDir) -> History {
    History::open(&folder.path().join("calls.db")).expect("it opens")
}

async fn keep(history: &History, call: &Call, event: CallEvent, mine: Vec<AgentId>) {
    history.record(Recorded { mine, ..recorded(call, event) }).await.expect("recorded");
}

/// A call whose agents and outcome are chosen by a number; returns it with those whose own it is.
async fn call(history: &History, n: usize, rings: &[bool], answered: &[bool], end: u8) -> (Call, Vec<AgentId>) {
    let mut call = Call { agents: agents(rings), ..ring(&n.to_string()) };
    keep(history, &call, CallEvent::CustomerRinging, Vec::new()).await;
    // It goes on to somebody else.
    for agent in agents(answered) {
        if !call.agents.contains(&agent) {
            call.agents.push(agent);
        }
    }
    let (event, mine) = match end % 3 {
        0 => (CallEvent::Missed, Vec::new()),
        1 => (CallEvent::Connected, agents(answered)),
        _ => (CallEvent::Ended, Vec::new()),
    };
    happens(&mut call, event.clone(), Timestamp(2_000));
    keep(history, &call, event, mine.clone()).await;
    if end >= 6 && !call.state.is_over() {
        happens(&mut call, CallEvent::Ended, Timestamp(3_000));
        keep(history, &call, CallEvent::Ended, mine.clone()).await;
    }
    (call, mine)
}

fn naively(all: &[(Call, Vec<AgentId>)], wanted: &Wanted) -> (Vec<CallId>, bool) {
    let CallFilter { missed, mine, live } = wanted.filter;
    let is_wanted = |(call, own): &&(Call, Vec<AgentId>)| {
        let is_theirs =
            wanted.agent.as_ref().is_none_or(|agent| call.agents.contains(agent) && (!mine || own.contains(agent)));
        is_theirs
            && (!missed || call.state == ringcard_core::call::CallState::Missed)
            && (!live || !call.state.is_over())
            && wanted.before.as_ref().is_none_or(|before| call.id < *before)
    };
    let mut found: Vec<CallId> = all.iter().filter(is_wanted).map(|(call, _)| call.id.clone()).collect();
    found.sort();
    found.reverse();
    let more = found.len() > wanted.limit as usize;
    found.truncate(wanted.limit as usize);
    (found, more)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn every_filter_finds_what_looking_at_each_call_finds(
        made in prop::collection::vec((any::<[bool; 3]>(), any::<[bool; 3]>(), 0_u8..9), 1..14),
        from in any::<prop::sample::Index>(),
        limit in 1_u32..6,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let folder = TempDir::new().expect("a folder");
            let history = open(&folder);
            let mut all = Vec::new();
            for (n, (rings, answered, end)) in made.iter().enumerate() {
                all.push(call(&history, n, rings, answered, *end).await);
            }
            let before = from.get(&all).0.id.clone();
            for wanted in everything_that_can_be_asked(&before, limit) {
                let Wanted { agent, filter, before, limit } = wanted.clone();
                let (rows, more) = history.calls(agent, filter, before, limit).await.expect("read");
                let ids: Vec<CallId> = rows.into_iter().map(|row| row.call.id).collect();
                prop_assert_eq!((ids, more), naively(&all, &wanted), "{:?}", wanted);
            }
            Ok(())
        })?;
    }
}

/// What a filter costs: its plan, and how often SQLite moved in it.
fn cost(connection: &Connection, wanted: &Wanted) -> (Vec<String>, [i32; 3]) {
    let bind = |query: &mut rusqlite::Statement<'_>| {
        query.raw_bind_parameter(c":most", wanted.limit + 1).expect("bound");
        if let Some(agent) = &wanted.agent {
            query.raw_bind_parameter(c":agent", &agent.0).expect("bound");
        }
        if let Some(before) = &wanted.before {
            query.raw_bind_parameter(c":before", &before.0).expect("bound");
        }
    };
    let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN {}", wanted.query())).expect("a plan");
    bind(&mut plan);
    let plan = plan.raw_query().mapped(|row| row.get(3)).collect::<rusqlite::Result<_>>().expect("read");
    let mut query = connection.prepare(&wanted.query()).expect("a query");
    bind(&mut query);
    let rows = query.raw_query().mapped(|_| Ok(())).count();
    assert!(rows <= wanted.limit as usize + 1);
    let status = [StatementStatus::Sort, StatementStatus::AutoIndex, StatementStatus::VmStep];
    (plan, status.map(|status| query.get_status(status)))
}

/// So many calls, of which the oldest few are of each kind there is: what is looked for is always far away.
async fn history_of(calls: usize, folder: &TempDir) -> CallId {
    let history = open(folder);
    let mut newest = None;
    for (n, end) in [0, 1, 2, 7].into_iter().enumerate() {
        call(&history, n, &[true, true, false], &[true, false, false], end).await;
    }
    for n in 4..calls {
        let (call, _) = call(&history, n, &[false, true, false], &[false; 3], 2).await;
        newest = Some(call.id);
    }
    // Ana's, too, but neither missed nor hers.
    for n in calls..calls * 2 {
        let (mut ended, _) = call(&history, n, &[true, false, false], &[false, true, false], 1).await;
        happens(&mut ended, CallEvent::Ended, Timestamp(3_000));
        keep(&history, &ended, CallEvent::Ended, Vec::new()).await;
        newest = newest.max(Some(ended.id));
    }
    history.close().await;
    newest.expect("there are some")
}

#[tokio::test]
async fn every_filter_is_a_walk_along_an_index_however_many_calls_there_are() {
    let (few, many) = (TempDir::new().expect("a folder"), TempDir::new().expect("a folder"));
    let (newest_of_few, newest_of_many) = (history_of(60, &few).await, history_of(600, &many).await);
    let connect = |folder: &TempDir| Connection::open(folder.path().join("calls.db")).expect("the file");
    let (few, many) = (connect(&few), connect(&many));
    let asked = everything_that_can_be_asked(&newest_of_few, 10).into_iter();
    for (of_few, of_many) in asked.zip(everything_that_can_be_asked(&newest_of_many, 10)) {
        let (plan, [sorts, indexes, steps]) = cost(&many, &of_many);
        assert_eq!((sorts, indexes), (0, 0), "{of_many:?} sorts: {plan:?}");
        let walks = |step: &String| {
            // With no condition at all the table itself is walked from its end.
            let is_end = step == "SCAN call" && of_many.before.is_none();
            step.contains("TEMP B-TREE") || (step.starts_with("SCAN") && !step.contains("INDEX") && !is_end)
        };
        assert!(!plan.iter().any(walks), "{of_many:?} reads everything: {plan:?}");
        let (_, [_, _, fewer_steps]) = cost(&few, &of_few);
        assert!(steps <= fewer_steps + 40, "{of_many:?}: {steps} steps instead of {fewer_steps}: {plan:?}");
    }
}

#[tokio::test]
async fn what_is_missed_and_not_seen_is_counted_along_an_index() {
    let folder = TempDir::new().expect("a folder");
    history_of(30, &folder).await;
    let connection = Connection::open(folder.path().join("calls.db")).expect("the file");
    let plan = plan_of(&connection, super::super::ask::MISSED);
    assert_eq!(plan, ["SEARCH call_agent USING COVERING INDEX call_agent_missed (agent=?)"]);
}

//! What calls do to the list, call by call.

use super::*;
use crate::history::{Recorded, tests::ring};
use ringcard_core::{
    Timestamp,
    call::{Call, CallState, Direction},
    customer::CustomerId,
    missed::{MissedAct, MissedEnd},
    number::{Ani, Dnis, Party},
};
use tempfile::TempDir;

struct List {
    history: History,
    _folder: TempDir,
}

impl List {
    fn new() -> Self {
        let folder = TempDir::new().expect("a folder");
        Self { history: History::open(&folder.path().join("calls.db")).expect("it opens"), _folder: folder }
    }

    async fn keep(&self, call: &Call) {
        let recorded = Recorded { call: call.clone(), steps: Vec::new(), mine: call.agents.clone(), click: None };
        self.history.record(recorded).await.expect("kept");
    }

    /// How many calls each row has.
    async fn counts(&self) -> Vec<u32> {
        let mut counts: Vec<u32> = self.left().await.iter().map(|row| row.count).collect();
        counts.sort_unstable();
        counts
    }

    async fn left(&self) -> Vec<MissedCaller> {
        self.history.missed_left(100).await.expect("read")
    }
}

fn missed(id: &str, at: i64) -> Call {
    let (state, started_at) = (CallState::Missed, Timestamp(at));
    Call { state, started_at, ended_at: Some(Timestamp(at + 1)), dnis: line(), ..ring(id) }
}

fn line() -> Dnis {
    Dnis(party("+3612345678"))
}

fn party(e164: &str) -> Party {
    Party::Outside(ringcard_core::number::Number { e164: e164.into(), extension: None })
}

fn spoken(id: &str, direction: Direction, at: i64) -> Call {
    let (ani, dnis) = match direction {
        Direction::Inbound => (ring(id).ani, line()),
        Direction::Outbound => (Ani(Party::Internal { digits: "101".into() }), Dnis(ring(id).ani.0)),
    };
    let (started_at, connected_at) = (Timestamp(at), Some(Timestamp(at)));
    Call { direction, ani, dnis, state: CallState::Connected, started_at, connected_at, ..ring(id) }
}

#[tokio::test]
async fn each_line_and_queue_has_a_row_of_its_own_and_callers_without_a_number_each_have_one() {
    let list = List::new();
    list.keep(&missed("a", 1_000)).await;
    list.keep(&missed("b", 2_000)).await;
    list.keep(&Call { dnis: Dnis(party("+3612345679")), ..missed("other line", 3_000) }).await;
    let mut queued = missed("queue", 4_000);
    queued.course.queue = Some("vip".into());
    list.keep(&queued).await;
    for id in ["hidden", "another"] {
        list.keep(&Call { ani: Ani(Party::Hidden), ..missed(id, 5_000) }).await;
    }
    assert_eq!(list.counts().await, [1, 1, 1, 1, 2]);
}

#[tokio::test]
async fn colleagues_and_our_own_calls_are_on_no_list() {
    let list = List::new();
    list.keep(&Call { ani: Ani(Party::Internal { digits: "102".into() }), dnis: ring("x").dnis, ..missed("a", 1) })
        .await;
    list.keep(&Call { direction: Direction::Outbound, ..missed("b", 1) }).await;
    assert_eq!(list.left().await, []);
}

#[tokio::test]
async fn a_call_back_settles_it_and_one_that_reached_nobody_settled_nothing() {
    let list = List::new();
    list.keep(&missed("a", 1_000)).await;
    let mut back = spoken("back", Direction::Outbound, 2_000);
    list.keep(&back).await;
    assert_eq!(list.left().await, []);
    back.course.not_reached = true;
    back.state = CallState::Ended;
    list.keep(&back).await;
    let [row] = list.left().await.try_into().expect("it is there again");
    assert_eq!((row.count, row.done), (1, None));
    let again = spoken("again", Direction::Outbound, 3_000);
    list.keep(&again).await;
    let done = list.history.missed_one(row.id).await.expect("read").expect("kept").done.expect("settled");
    assert_eq!((done.how, done.call_id), (MissedEnd::CalledBack, Some(again.id)));
    assert_eq!(done.by, Some(ring("x").agents[0].clone()));
}

#[tokio::test]
async fn a_conversation_before_it_settles_nothing() {
    let list = List::new();
    list.keep(&spoken("before", Direction::Inbound, 1_000)).await;
    list.keep(&missed("a", 2_000)).await;
    // Its end is told late.
    list.keep(&Call { state: CallState::Ended, ..spoken("another", Direction::Inbound, 1_500) }).await;
    assert_eq!(list.counts().await, [1]);
}

#[tokio::test]
async fn a_call_that_was_taken_after_all_leaves_its_row() {
    let list = List::new();
    let (first, mut second) = (missed("a", 1_000), missed("b", 2_000));
    list.keep(&first).await;
    list.keep(&second).await;
    second.state = CallState::AnsweredElsewhere;
    list.keep(&second).await;
    let [row] = list.left().await.try_into().expect("one");
    assert_eq!((row.count, row.last_call, row.last_at), (1, first.id.clone(), first.started_at));
    list.keep(&Call { state: CallState::AnsweredElsewhere, ..first.clone() }).await;
    assert_eq!(list.left().await, []);
    list.keep(&first).await;
    assert_eq!(list.counts().await, [1], "and what is missed after all comes back");
}

#[tokio::test]
async fn a_customer_is_spoken_with_from_whichever_of_their_phones() {
    let list = List::new();
    let anna = || CustomerId("anna".into());
    let lost = missed("a", 1_000);
    list.keep(&lost).await;
    list.history.name_customer(lost.id.clone(), anna(), "Anna Kiss".into()).await.expect("named");
    let [row] = list.left().await.try_into().expect("one");
    assert_eq!((row.name.as_deref(), row.customer_id), (Some("Anna Kiss"), Some(anna())));
    let office = Call { ani: Ani(party("+3613334444")), ..spoken("office", Direction::Inbound, 2_000) };
    list.keep(&office).await;
    assert_eq!(list.counts().await, [1], "nobody knows who that is");
    list.history.name_customer(office.id.clone(), anna(), "Anna Kiss".into()).await.expect("named");
    assert_eq!(list.left().await, []);
}

#[tokio::test]
async fn listeners_hear_every_change_in_order() {
    let list = List::new();
    let mut changes = list.history.missed_changes();
    let call = missed("a", 1_000);
    list.keep(&call).await;
    list.keep(&call).await;
    let row = list.left().await.remove(0);
    let by = Some(call.agents[0].clone());
    let taken = list.history.missed_act(row.id.clone(), MissedAct::Take, by.clone(), false, Timestamp(5)).await;
    let taken = taken.expect("nobody has it");
    // What is so already is no change.
    list.history.missed_act(row.id.clone(), MissedAct::Take, by, false, Timestamp(6)).await.expect("theirs");
    assert_eq!(changes.try_recv().map(|rows| rows[0].version), Ok(row.version));
    assert_eq!(changes.try_recv(), Ok(vec![taken]));
    assert!(changes.try_recv().is_err());
}

#[tokio::test]
async fn a_lead_gives_back_what_somebody_took_on_and_takes_nothing_out_of_their_hands() {
    let list = List::new();
    let call = missed("a", 1_000);
    list.keep(&call).await;
    let row = list.left().await.remove(0);
    let (ana, lead) = (Some(call.agents[0].clone()), Some(ringcard_core::call::AgentId("Lea".into())));
    let act = |act, by, over| list.history.missed_act(row.id.clone(), act, by, over, Timestamp(5));
    act(MissedAct::Take, ana.clone(), false).await.expect("nobody has it");
    for (kind, over) in [(MissedAct::Take, true), (MissedAct::Release, false), (MissedAct::Done { seen: 2 }, false)] {
        let refused = act(kind, lead.clone(), over).await;
        assert!(matches!(refused, Err(NotTaken::Taken { .. })), "{kind:?} {refused:?}");
    }
    assert_eq!(act(MissedAct::Release, lead, true).await.expect("given back").taken, None);
    let nothing =
        list.history.missed_act(ringcard_core::missed::MissedId("x".into()), MissedAct::Take, ana, false, Timestamp(5));
    assert!(matches!(nothing.await, Err(NotTaken::NotThere)));
}

use super::*;
use crate::keep::{Found, Keep, KeepFailure, KeepNews};
use ringcard_core::{
    call::{AgentId, Call, CallState, FailReason, Leg},
    number::{Ani, Dnis, Party},
};
use std::collections::BTreeMap;

const NOW: Timestamp = Timestamp(1_000_000);

fn later(seconds: i64) -> Timestamp {
    Timestamp(NOW.0 + seconds * 1_000)
}

fn promise(name: &str, at: Timestamp) -> OwnCallback {
    OwnCallback {
        call_id: CallId(name.to_owned()),
        at,
        number: "+36301234567".into(),
        name: Some(name.to_owned()),
        company: None,
        comment: String::new(),
        direction: Direction::Inbound,
        call_at: Timestamp(0),
        promised_at: Timestamp(0),
        calling: None,
    }
}

fn with(callbacks: &[OwnCallback]) -> OwnCallbacks {
    let mut all = OwnCallbacks::default();
    all.take_up(&Found { own_callbacks: callbacks.to_vec(), ..Found::default() });
    all
}

fn names(callbacks: Vec<&OwnCallback>) -> Vec<&str> {
    callbacks.into_iter().map(|callback| callback.call_id.0.as_str()).collect()
}

fn id(name: &str) -> CallId {
    CallId(name.to_owned())
}

/// It was kept.
fn kept(all: &mut OwnCallbacks, keep: Keep) {
    all.hear(&match keep {
        Keep::Callback(callback) => KeepNews::Callback { callback, result: Ok(()) },
        Keep::CallbackDone { call_id } => KeepNews::CallbackDone { call_id, result: Ok(()) },
        other => panic!("{other:?}"),
    });
}

fn started(state: CallState, connected_at: Option<Timestamp>) -> Call {
    Call {
        id: id("outgoing"),
        direction: Direction::Outbound,
        account: "pbx".into(),
        external_id: None,
        ani: Ani(Party::Internal { digits: "101".into() }),
        dnis: Dnis(Party::Hidden),
        line: None,
        agents: vec![AgentId("Ana".into())],
        extension: None,
        state,
        started_at: NOW,
        connected_at,
        ended_at: None,
        controls: None,
        course: ringcard_core::call::Course::default(),
        privacy: None,
        extra: BTreeMap::new(),
    }
}

#[test]
fn it_is_there_once_it_was_saved_and_not_before() {
    let mut all = OwnCallbacks::default();
    let saved = |result| KeepNews::Submit { call_id: id("Anna"), result };
    all.promise(&id("Anna"), Some(promise("Anna", later(60))));
    all.hear(&saved(Err(KeepFailure::DiskFull)));
    assert!(all.is_empty(), "it was not saved");
    all.promise(&id("Anna"), Some(promise("Anna", later(90))));
    all.hear(&saved(Ok(Vec::new())));
    assert_eq!(all.get(&id("Anna")).map(|kept| kept.at), Some(later(90)));

    all.promise(&id("Anna"), None);
    all.hear(&saved(Ok(Vec::new())));
    assert!(all.is_empty(), "saved once more, without it");
}

#[test]
fn those_whose_time_has_come_are_due_the_oldest_first() {
    let all = with(&[promise("C", later(61)), promise("B", later(60)), promise("A", later(10))]);
    assert!(all.due(NOW).is_empty());
    assert_eq!(all.next_at(NOW), Some(later(10)));
    assert_eq!(names(all.due(later(60))), ["A", "B"]);
    let mut all = all;
    all.tick(later(60));
    assert_eq!(all.next_at(later(60)), Some(later(61)));
    // The clock was set back: it waits again, and nothing is lost.
    assert_eq!(names(all.due(later(30))), ["A"]);
}

#[test]
fn what_is_put_away_stays_counted_and_comes_back_with_the_next_that_is_due() {
    let mut all = with(&[promise("A", later(10)), promise("B", later(60))]);
    all.tick(later(10));
    assert_eq!(names(all.shown(later(10), false)), ["A"]);
    all.put_away(later(10));
    all.tick(later(20));
    assert!(all.shown(later(20), false).is_empty());
    assert_eq!(all.view(later(20)).due, 1);
    all.tick(later(60));
    assert_eq!(names(all.shown(later(60), false)), ["A", "B"]);
}

#[test]
fn put_away_right_after_a_start_it_stays_away() {
    let mut all = with(&[promise("A", later(-10))]);
    assert_eq!(names(all.shown(NOW, false)), ["A"], "overdue ones come up");
    all.put_away(NOW);
    all.tick(NOW);
    assert!(all.shown(NOW, false).is_empty());
}

#[test]
fn in_quiet_it_waits_until_the_agent_asks_to_see_everything() {
    let mut all = with(&[promise("A", NOW)]);
    assert!(all.shown(NOW, true).is_empty());
    assert_eq!(all.view(NOW).due, 1, "it is counted");
    all.reveal();
    assert_eq!(names(all.shown(NOW, true)), ["A"]);
    all.put_away(NOW);
    assert!(all.shown(NOW, true).is_empty());
}

#[test]
fn one_notification_stands_for_all_that_are_due() {
    let mut all = with(&[promise("A", NOW), promise("B", NOW), promise("C", later(60))]);
    all.tick(NOW);
    assert_eq!(names(all.announced(NOW)), ["A", "B"]);
    all.alert_taken_away(&id("A"), NOW);
    assert!(all.announced(NOW).is_empty());
    all.tick(later(60));
    assert_eq!(names(all.announced(later(60))), ["A", "B", "C"]);
}

#[test]
fn in_ten_minutes_it_is_due_in_ten_minutes() {
    let mut all = with(&[promise("A", NOW)]);
    let keep = all.move_to(&id("A"), later(600), NOW).expect("it is there");
    assert_eq!(names(all.due(NOW)), ["A"], "not kept yet");
    kept(&mut all, keep);
    assert!(all.due(NOW).is_empty());
    assert_eq!(names(all.due(later(600))), ["A"]);
    assert_eq!(all.move_to(&id("A"), NOW, NOW), Err(NotMoved::InPast));
    assert_eq!(all.move_to(&id("A"), later(100_000_000), NOW), Err(NotMoved::TooFar));
    assert_eq!(all.move_to(&id("B"), later(600), NOW), Err(NotMoved::Gone));
}

#[test]
fn what_could_not_be_kept_stays_as_it_was() {
    let mut all = with(&[promise("A", NOW)]);
    let moved = all.move_to(&id("A"), later(600), NOW).expect("it is there");
    all.hear(&moved.failed(KeepFailure::DiskFull));
    all.hear(&all.done(&id("A")).expect("it is there").failed(KeepFailure::DiskFull));
    assert_eq!(names(all.due(NOW)), ["A"]);
    let again = all.calling(&id("A"), &id("outgoing")).expect("it is there");
    assert!(
        matches!(again, Keep::Callback(callback) if callback.at == NOW),
        "and nothing of the failed move is kept later"
    );
}

#[test]
fn two_changes_under_way_are_both_kept() {
    let mut all = with(&[promise("A", NOW)]);
    let moved = all.move_to(&id("A"), later(600), NOW).expect("it is there");
    let calling = all.calling(&id("A"), &id("outgoing")).expect("it is there");
    kept(&mut all, moved);
    kept(&mut all, calling);
    let now = all.get(&id("A")).expect("it is there");
    assert_eq!((now.at, now.calling.clone()), (later(600), Some(id("outgoing"))));
}

#[test]
fn a_call_that_came_about_keeps_the_promise_and_one_that_failed_leaves_it() {
    let mut all = with(&[promise("A", NOW), promise("B", NOW)]);
    let failed = CallState::Failed { leg: Leg::Agent, why: FailReason::NoAnswer };
    for state in [CallState::Starting, CallState::AgentRinging, CallState::Ringing, CallState::Unknown] {
        let keep = all.calling(&id("A"), &id("outgoing")).expect("it is there");
        kept(&mut all, keep);
        all.put_away(NOW);
        assert_eq!(all.call_moved(&started(state, None)), []);
        assert_eq!(all.len(), 2, "nobody was reached yet");
        let keeps = all.call_moved(&started(failed.clone(), None));
        assert_eq!(keeps.len(), 1);
        keeps.into_iter().for_each(|keep| kept(&mut all, keep));
        assert_eq!(names(all.shown(NOW, false)), ["A"], "it is on the screen again");
        all.reveal();
    }
    let keep = all.calling(&id("A"), &id("outgoing")).expect("it is there");
    kept(&mut all, keep);
    let mut other = started(CallState::Connected, Some(NOW));
    other.id = id("other");
    assert_eq!(all.call_moved(&other), []);
    // Also when its end is the first that is heard of it.
    for keep in all.call_moved(&started(CallState::Ended, Some(NOW))) {
        kept(&mut all, keep);
    }
    assert_eq!(names(all.due(NOW)), ["B"]);
}

#[test]
fn done_twice_is_done_once() {
    let mut all = with(&[promise("A", NOW)]);
    let (first, second) = (all.done(&id("A")).expect("it is there"), all.done(&id("A")).expect("not kept yet"));
    kept(&mut all, first);
    kept(&mut all, second);
    assert_eq!((all.len(), all.done(&id("A"))), (0, None));
}

#[test]
fn a_file_that_was_lost_and_opens_again_is_the_truth() {
    let mut all = with(&[promise("A", NOW), promise("B", NOW)]);
    all.put_away(NOW);
    all.move_to(&id("A"), later(600), NOW).expect("it is there");
    all.keeper_gone();
    let again = all.calling(&id("A"), &id("outgoing")).expect("it is there");
    assert!(matches!(again, Keep::Callback(callback) if callback.at == NOW), "the move was said not to be saved");
    // Its *done* was kept, and only the news of that was lost.
    all.take_up(&Found { own_callbacks: vec![promise("A", NOW)], ..Found::default() });
    assert_eq!(names(all.due(NOW)), ["A"]);
    assert!(all.shown(NOW, false).is_empty(), "put away it stays away");
}

#[test]
fn one_that_became_due_between_two_looks_is_not_missed() {
    let mut all = with(&[promise("A", later(10)), promise("B", later(60))]);
    assert_eq!(all.next_at(later(11)), Some(later(10)), "at once");
    all.tick(later(11));
    assert_eq!(all.next_at(later(11)), Some(later(60)), "seen to");
}

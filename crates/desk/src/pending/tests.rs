use super::*;
use ringcard_core::{
    call::{AgentId, CallId},
    campaign::{CampaignId, CampaignKind, RecordRef},
    outcome::CallOutcome,
    submission::{Submission, SubmissionState, Write},
};

const NOW: Timestamp = Timestamp(1_000_000);

fn later(seconds: i64) -> Timestamp {
    Timestamp(NOW.0 + seconds * 1_000)
}

fn row(handover: Handover) -> PendingRow {
    PendingRow { handover, since: NOW, tries: 0, error: None }
}

fn codify(customer: &str, code: &str) -> PendingRow {
    let record = RecordRef {
        account: "wolkvox".into(),
        campaign: CampaignId("12".into()),
        kind: CampaignKind::Preview,
        customer_id: customer.into(),
    };
    let write =
        Write::Codify { record, code: code.into(), second_code: None, comment: String::new(), do_not_call: false };
    row(Handover::Write {
        submission: Submission {
            key: SubmissionKey(format!("{customer}-{code}")),
            write,
            about: customer.into(),
            call_id: None,
            agent: None,
            made_at: NOW,
            expires_at: None,
            needs: None,
        },
    })
}

fn outcome(key: &str) -> PendingRow {
    row(Handover::Outcome {
        outcome: CallOutcome {
            key: SubmissionKey(key.into()),
            call_id: CallId(key.into()),
            agent: AgentId("Ana".into()),
            code: None,
            label: None,
            second_code: None,
            second_label: None,
            comment: String::new(),
            do_not_call: false,
            call_back: None,
            by_default: false,
            at: NOW,
            tickets: Vec::new(),
        },
    })
}

fn error(code: RequestErrorCode) -> RequestError {
    RequestError::new(code, "no")
}

fn key(row: &PendingRow) -> SubmissionKey {
    row.handover.key().clone()
}

fn sent(pending: &mut Pending, now: Timestamp) -> Vec<String> {
    pending.to_send(now).iter().map(|handover| handover.key().0.clone()).collect()
}

#[test]
fn nothing_is_sent_without_a_line_and_everything_at_every_connect() {
    let mut pending = Pending::new(8);
    pending.add(vec![outcome("a"), outcome("b")]);
    assert!(sent(&mut pending, NOW).is_empty());
    for _ in 0..3 {
        pending.connected();
        assert_eq!(sent(&mut pending, NOW), ["a", "b"]);
        assert!(sent(&mut pending, NOW).is_empty(), "once for each line");
        pending.disconnected();
    }
    pending.connected();
    sent(&mut pending, NOW);
    assert!(pending.accepted(&SubmissionKey("a".into())).is_some());
    pending.connected();
    assert_eq!(sent(&mut pending, NOW), ["b"]);
}

#[test]
fn the_next_of_a_lane_waits_until_the_one_before_was_accepted() {
    let mut pending = Pending::new(8);
    let (first, second, other) = (codify("7", "1"), codify("7", "2"), codify("8", "1"));
    pending.add(vec![first.clone(), second.clone(), other]);
    pending.connected();
    assert_eq!(sent(&mut pending, NOW), ["7-1", "8-1"]);
    assert!(sent(&mut pending, NOW).is_empty());
    pending.accepted(&key(&first));
    assert_eq!(sent(&mut pending, NOW), ["7-2"]);
    assert_eq!(pending.accepted(&key(&first)), None, "said again it changes nothing");
}

#[test]
fn only_so_many_are_under_way_at_once() {
    let mut pending = Pending::new(2);
    pending.add(["a", "b", "c", "d"].map(outcome).into());
    pending.connected();
    assert_eq!(sent(&mut pending, NOW), ["a", "b"]);
    pending.accepted(&SubmissionKey("b".into()));
    assert_eq!(sent(&mut pending, NOW), ["c"]);
}

#[test]
fn what_the_hub_will_not_have_waits_for_a_person_and_stops_only_its_lane() {
    let mut pending = Pending::new(8);
    let (first, second, other) = (codify("7", "1"), codify("7", "2"), codify("8", "1"));
    pending.add(vec![first.clone(), second, other.clone()]);
    pending.connected();
    sent(&mut pending, NOW);
    let keep = pending.not_accepted(&key(&first), error(RequestErrorCode::Invalid), NOW);
    assert!(matches!(keep, Some(Keep::NotAccepted { tries: 1, .. })));
    pending.accepted(&key(&other));
    pending.connected();
    assert!(sent(&mut pending, later(3_600)).is_empty(), "not even at the next connect");
    assert_eq!(pending.view(), PendingView { waiting: 2, needs_a_person: 1, oldest: Some(NOW) });
    let rows = pending.outbox_rows(10);
    assert!(matches!(&rows[0].state, SubmissionState::Parked { detail, .. } if detail == "no"));
    assert!(matches!(rows[1].state, SubmissionState::Waiting { .. }));

    pending.retry(&key(&first));
    assert_eq!(sent(&mut pending, NOW), ["7-1"]);
    assert!(matches!(pending.discard(&key(&first)), Some(Keep::Discard { .. })));
    pending.discarded(&key(&first), true);
    assert_eq!(sent(&mut pending, NOW), ["7-2"], "the lane goes on");
}

#[test]
fn what_is_discarded_is_not_sent_meanwhile_and_stays_where_the_disk_does_not_let_it_go() {
    let mut pending = Pending::new(8);
    let (first, second) = (codify("7", "1"), codify("7", "2"));
    pending.add(vec![first.clone(), second]);
    assert!(pending.discard(&key(&first)).is_some());
    assert_eq!(pending.discard(&key(&first)), None, "a second click waits for the same answer");
    assert!(!pending.retry(&key(&first)), "it is going");
    pending.connected();
    assert!(sent(&mut pending, NOW).is_empty(), "nor what comes after it");

    pending.discarded(&key(&first), false);
    assert_eq!(pending.len(), 2);
    assert_eq!(sent(&mut pending, NOW), ["7-1"], "it waits as before");
    assert!(pending.discard(&key(&first)).is_some());
    pending.keeper_gone();
    pending.connected();
    assert_eq!(sent(&mut pending, NOW), ["7-1"], "the file is gone, and the row is not");
    pending.discard(&key(&first));
    pending.discarded(&key(&first), true);
    assert_eq!(sent(&mut pending, NOW), ["7-2"]);
}

#[test]
fn what_the_hub_cannot_keep_just_now_comes_again_later_and_later() {
    let mut pending = Pending::new(8);
    pending.add(vec![outcome("a"), outcome("b")]);
    pending.connected();
    sent(&mut pending, NOW);
    pending.accepted(&SubmissionKey("b".into()));
    let a = SubmissionKey("a".into());
    let mut now = NOW;
    for seconds in [1, 2, 5, 15, 60, 60] {
        pending.not_accepted(&a, error(RequestErrorCode::NotSaved), now);
        let at = Timestamp(now.0 + seconds * 1_000);
        assert_eq!(pending.next_at(), Some(at));
        assert!(sent(&mut pending, Timestamp(at.0 - 1)).is_empty());
        now = at;
        assert_eq!(sent(&mut pending, now), ["a"]);
    }
    pending.unanswered(&a, now);
    assert!(pending.next_at().is_some_and(|at| at > now));
    pending.connected();
    assert_eq!(sent(&mut pending, now), ["a"], "a new line need not wait");
}

#[test]
fn a_refusal_is_remembered_over_a_restart_and_trouble_is_not() {
    let mut pending = Pending::new(8);
    let refused = PendingRow { error: Some(error(RequestErrorCode::Invalid)), tries: 1, ..outcome("a") };
    let trouble = PendingRow { error: Some(error(RequestErrorCode::NotSaved)), tries: 3, ..outcome("b") };
    pending.take_up(&Found { pending: vec![refused, trouble], ..Found::default() });
    pending.connected();
    assert_eq!(sent(&mut pending, NOW), ["b"]);
    assert_eq!(pending.list(10)[0].state, PendingState::Refused);
    assert_eq!(pending.list(10)[1].state, PendingState::Sent);
}

#[test]
fn the_same_key_twice_is_one() {
    let mut pending = Pending::new(8);
    pending.add(vec![outcome("a")]);
    pending.add(vec![outcome("a")]);
    assert_eq!(pending.len(), 1);
    pending.connected();
    assert_eq!(sent(&mut pending, NOW), ["a"]);
}

#[test]
fn ten_thousand_are_handed_over_in_order() {
    let mut pending = Pending::new(AT_ONCE);
    pending.add((0..10_000).map(|n| outcome(&format!("{n:05}"))).collect());
    pending.connected();
    let mut order = Vec::new();
    loop {
        let under_way = pending.to_send(NOW);
        assert!(under_way.len() <= AT_ONCE);
        if under_way.is_empty() {
            break;
        }
        for handover in under_way {
            order.push(handover.key().0.clone());
            pending.accepted(handover.key());
        }
    }
    assert_eq!(order.len(), 10_000);
    assert!(order.is_sorted());
    assert!(pending.is_empty());
}

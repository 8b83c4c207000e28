//! What is left counts once, and nothing that is in hand.

use super::*;
use ringcard_core::{
    Timestamp,
    call::{AgentId, Call, CallState, Course, Direction},
    number::{Ani, Dnis, Party},
    submission::{ParkReason, Submission, SubmissionKey, SubmissionState, Write},
};

fn row(id: &str) -> CallRow {
    let call = Call {
        id: CallId(id.into()),
        direction: Direction::Inbound,
        account: "pbx".into(),
        external_id: None,
        ani: Ani(Party::Hidden),
        dnis: Dnis(Party::Hidden),
        line: None,
        agents: vec![AgentId("Ana".into())],
        extension: None,
        state: CallState::Ended,
        started_at: Timestamp(1),
        connected_at: Some(Timestamp(2)),
        ended_at: Some(Timestamp(3)),
        controls: None,
        course: Course::default(),
        privacy: None,
        extra: Default::default(),
    };
    CallRow {
        call,
        customer_name: None,
        customer_id: None,
        outcome: None,
        no_code: None,
        note: String::new(),
        recorded: false,
        may_listen: false,
        recording_gone: false,
    }
}

fn stuck(key: &str, agent: Option<&str>) -> OutboxRow {
    OutboxRow {
        submission: Submission {
            key: SubmissionKey(key.into()),
            write: Write::CodeCall {
                account: "crm".into(),
                agent_id: "101".into(),
                code: "1".into(),
                second_code: None,
                comment: String::new(),
            },
            about: "Anna Kiss".into(),
            call_id: None,
            agent: agent.map(|name| AgentId(name.into())),
            made_at: Timestamp(1),
            expires_at: None,
            needs: None,
        },
        state: SubmissionState::Parked { why: ParkReason::Expired, detail: String::new(), since: Timestamp(1) },
        attempts: 1,
        ahead: None,
        is_job: false,
        last_answer: None,
        reference: None,
    }
}

fn ids(left: &Left, in_hand: &[&str]) -> Vec<String> {
    left.without_code(|id| in_hand.contains(&id.0.as_str())).map(|row| row.call.id.0.clone()).collect()
}

#[test]
fn calls_are_found_page_by_page_and_what_is_in_hand_or_was_not_expected_is_none() {
    let mut left = Left::default();
    assert!(left.begin_calls() && !left.begin_calls(), "one question at a time");
    assert_eq!(left.take_page(vec![row("c"), row("b")], Some(CallId("b".into()))), Next::Page(CallId("b".into())));
    assert_eq!(ids(&left, &[]), Vec::<String>::new(), "not yet whole");
    assert_eq!(left.take_page(vec![row("a")], None), Next::Again, "something changed meanwhile");
    left.settle(|call| call.id.0 != "b");
    assert_eq!(ids(&left, &[]), ["c", "a"]);
    assert_eq!(ids(&left, &["c"]), ["a"]);
    let before = left.version();
    left.is_settled(&CallId("a".into()));
    assert_eq!((ids(&left, &[]), left.version() != before), (vec!["c".to_owned()], true));
}

#[test]
fn an_answer_that_does_not_come_leaves_what_was_known() {
    let mut left = Left::default();
    assert!(left.begin_calls());
    assert_eq!(left.take_page(vec![row("a")], None), Next::Nothing);
    left.settle(|_| true);
    assert!(left.begin_calls());
    assert_eq!(left.no_page(), Next::Nothing);
    assert_eq!(ids(&left, &[]), ["a"]);
    assert!(left.begin_calls());
    left.line_fell();
    assert!(left.begin_calls(), "the next line asks anew");
    assert!(left.begin_rows() && !left.take_rows(Some(vec![stuck("s", Some("Ana"))])));
    assert!(left.begin_rows() && !left.take_rows(None));
    assert_eq!(left.stuck(&AgentId("Ana".into())).count(), 1);
}

#[test]
fn no_more_is_read_than_is_counted() {
    let mut left = Left::default();
    assert!(left.begin_calls());
    let mut asked = 1;
    let mut n = 0;
    let mut page = || {
        (0..200)
            .map(|_| {
                row(&format!("{}", {
                    n += 1;
                    n
                }))
            })
            .collect::<Vec<_>>()
    };
    while let Next::Page(_) = left.take_page(page(), Some(CallId("further".into()))) {
        asked += 1;
    }
    assert_eq!((asked, left.more()), (5, true));
}

#[test]
fn what_a_colleague_saved_is_theirs_and_every_kind_counts_once() {
    let mut left = Left::default();
    assert!(left.begin_rows());
    left.take_rows(Some(vec![stuck("mine", Some("Ana")), stuck("theirs", Some("Béla")), stuck("nobodys", None)]));
    let ana = AgentId("Ana".into());
    let mine: Vec<&str> = left.stuck(&ana).map(|row| row.submission.key.0.as_str()).collect();
    assert_eq!(mine, ["mine"]);
    assert_eq!(LeftView::of(2, 1, 3, 1, 0).total, 7);
    assert_eq!(LeftView::of(u32::MAX, 1, 0, 0, 0).total, u32::MAX);
}

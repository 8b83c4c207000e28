//! Every wish finds what it says and nothing else, in pages that leave nothing out.

use super::*;
use crate::history::{Recorded, tests::ring};
use ringcard_core::{
    Timestamp,
    call::{Call, CallState, Course},
    customer::{CustomerId, NoteSoFar},
    outcome::CallOutcome,
    submission::SubmissionKey,
};
use tempfile::TempDir;

struct Office {
    history: History,
    _folder: TempDir,
    /// The oldest first.
    calls: Vec<Call>,
}

const CALLS: i64 = 60;

fn agent(name: &str) -> AgentId {
    AgentId(name.into())
}

fn outcome(call: &Call, code: &str, comment: &str) -> CallOutcome {
    CallOutcome {
        key: SubmissionKey(format!("{} {code}", call.id.0)),
        call_id: call.id.clone(),
        agent: agent("Ana"),
        code: Some(code.into()),
        label: Some("Promise of payment".into()),
        second_code: None,
        second_label: None,
        comment: comment.into(),
        do_not_call: false,
        call_back: None,
        by_default: false,
        at: call.started_at,
        tickets: Vec::new(),
    }
}

impl Office {
    /// Calls one after another, of every kind.
    async fn open() -> Self {
        let folder = TempDir::new().expect("a folder");
        let history = History::open(&folder.path().join("calls.db")).expect("it opens");
        let mut calls = Vec::new();
        for n in 0..CALLS {
            let state =
                [CallState::Ended, CallState::Missed, CallState::Ended][usize::try_from(n % 3).expect("small")].clone();
            let call = Call {
                agents: vec![agent(if n % 2 == 0 { "Ana" } else { "Béla" })],
                line: Some(if n % 4 == 0 { "Sales" } else { "Support" }.into()),
                direction: if n % 5 == 0 { Direction::Outbound } else { Direction::Inbound },
                course: Course { queue: (n % 6 == 0).then(|| "vip".into()), ..Course::default() },
                started_at: Timestamp(1_000 * n),
                state,
                ..ring(&n.to_string())
            };
            let recorded = Recorded { call: call.clone(), steps: Vec::new(), mine: Vec::new(), click: None };
            history.record(recorded).await.expect("kept");
            if n % 7 == 0 {
                history.has_recording(call.id.clone()).await.expect("kept");
            }
            if call.state == CallState::Ended && n % 4 == 0 {
                history.outcome(outcome(&call, "001", "wants the Ångström invoice")).await.expect("kept");
            }
            calls.push(call);
        }
        Self { history, _folder: folder, calls }
    }

    /// All that is found, page by page.
    async fn found(&self, wanted: Wanted) -> Vec<CallId> {
        let (mut all, mut before) = (Vec::new(), None);
        loop {
            let page = self.history.find_calls(Wanted { before, limit: 7, ..wanted.clone() }).await.expect("read");
            all.extend(page.calls.into_iter().map(|row| row.call.id));
            before = page.next;
            if before.is_none() {
                return all;
            }
        }
    }

    async fn finds(&self, what: &str, wanted: Wanted, is: impl Fn(i64, &Call) -> bool) {
        let mut expected: Vec<CallId> =
            (0..CALLS).zip(&self.calls).filter(|(n, call)| is(*n, call)).map(|(_, call)| call.id.clone()).collect();
        expected.reverse();
        assert!(!expected.is_empty(), "{what}");
        assert_eq!(self.found(wanted).await, expected, "{what}");
    }
}

fn wanted(search: CallSearch) -> Wanted {
    Wanted { search, ..Wanted::default() }
}

#[tokio::test]
async fn each_wish_and_several_together_find_what_they_say() {
    let office = Office::open().await;
    let is_coded = |n: i64, call: &Call| call.state == CallState::Ended && n % 4 == 0;
    office.finds("all", Wanted::default(), |_, _| true).await;
    office.finds("Ana's", Wanted { agent: Some(agent("Ana")), ..Wanted::default() }, |n, _| n % 2 == 0).await;
    let all = CallSearch::default;
    office.finds("line", wanted(CallSearch { line: Some("Sales".into()), ..all() }), |n, _| n % 4 == 0).await;
    office.finds("queue", wanted(CallSearch { queue: Some("vip".into()), ..all() }), |n, _| n % 6 == 0).await;
    let outbound = CallSearch { direction: Some(Direction::Outbound), ..all() };
    office.finds("outbound", wanted(outbound), |n, _| n % 5 == 0).await;
    office.finds("missed", wanted(CallSearch { ended: Some(CallEnd::Missed), ..all() }), |n, _| n % 3 == 1).await;
    office.finds("coded", wanted(CallSearch { coded: Some(true), ..all() }), is_coded).await;
    office
        .finds("not coded", wanted(CallSearch { coded: Some(false), ..all() }), |n, call| {
            call.state == CallState::Ended && n % 4 != 0
        })
        .await;
    office.finds("by its code", wanted(CallSearch { code: Some("001".into()), ..all() }), is_coded).await;
    office.finds("recorded", wanted(CallSearch { recorded: Some(true), ..all() }), |n, _| n % 7 == 0).await;
    office.finds("not recorded", wanted(CallSearch { recorded: Some(false), ..all() }), |n, _| n % 7 != 0).await;
    let day = CallSearch { from: Some(Timestamp(10_000)), to: Some(Timestamp(40_000)), ..all() };
    office.finds("a day", wanted(day.clone()), |n, _| (10..40).contains(&n)).await;
    let much = CallSearch { line: Some("Support".into()), recorded: Some(true), ..day };
    let much = Wanted { agent: Some(agent("Béla")), ..wanted(much) };
    office.finds("much at once", much, |n, _| (10..40).contains(&n) && n % 4 != 0 && n % 7 == 0 && n % 2 == 1).await;
    let number = Wanted { number: Some("+36301234567".into()), ..Wanted::default() };
    office.finds("a number", number, |n, _| n % 5 != 0).await;
    let nobody = CallSearch { code: Some("999".into()), ..all() };
    assert_eq!(office.found(wanted(nobody)).await, []);
}

#[tokio::test]
async fn words_of_names_notes_and_comments_find_their_calls_and_no_longer_when_they_change() {
    let office = Office::open().await;
    let text = |text: &str| wanted(CallSearch { text: text.into(), ..CallSearch::default() });
    let is_coded = |n: i64, call: &Call| call.state == CallState::Ended && n % 4 == 0;
    office.finds("a comment, without its accents", text("angstrom INV"), is_coded).await;
    let promised = CallSearch { text: "promise".into(), line: Some("Sales".into()), ..CallSearch::default() };
    office.finds("a code's name", Wanted { agent: Some(agent("Ana")), ..wanted(promised) }, is_coded).await;

    let (named, noted) = (office.calls[1].id.clone(), office.calls[2].id.clone());
    let anna = CustomerId("anna".into());
    office.history.name_customer(named.clone(), anna.clone(), "Kissné Anna".into()).await.expect("named");
    let only = std::slice::from_ref(&named);
    assert_eq!(office.found(text("ann kissne")).await, only);
    assert_eq!(office.found(wanted(CallSearch { customer: Some(anna.clone()), ..CallSearch::default() })).await, only);
    office.history.unlist(named.clone(), anna).await.expect("unlisted");
    assert_eq!(office.found(text("kissne")).await, []);

    let note = |note: &str| NoteSoFar { by: agent("Ana"), note: note.into(), at: Timestamp(1) };
    office.history.note_so_far(noted.clone(), note("asks for the warehouse")).await.expect("kept");
    assert_eq!(office.found(text("warehouse")).await, std::slice::from_ref(&noted));
    office.history.note_so_far(noted, note("asks for sales")).await.expect("kept");
    assert_eq!(office.found(text("warehouse")).await, []);
}

#[tokio::test]
async fn what_is_typed_never_speaks_to_the_search_itself() {
    let office = Office::open().await;
    for text in ["\"", "invoice\" OR \"x", "words:invoice", "NEAR(a b)", "*", "-invoice", "a^b", "((", "\0", "😀"] {
        let search = CallSearch { text: text.into(), ..CallSearch::default() };
        office.history.find_calls(wanted(search)).await.unwrap_or_else(|error| panic!("{text:?}: {error}"));
    }
}

#[tokio::test]
async fn a_newer_code_takes_the_place_of_the_older() {
    let office = Office::open().await;
    let call = &office.calls[4];
    let newer =
        CallOutcome { at: call.started_at.after(std::time::Duration::from_secs(60)), ..outcome(call, "002", "sold") };
    office.history.outcome(newer).await.expect("kept");
    let by = |code: &str| wanted(CallSearch { code: Some(code.into()), ..CallSearch::default() });
    assert_eq!(office.found(by("002")).await, std::slice::from_ref(&call.id));
    assert!(!office.found(by("001")).await.contains(&call.id));
}

#[tokio::test]
async fn what_somebody_said_needs_no_code_is_not_left_and_stays_said_on_the_call_also_after_a_start() {
    let office = Office::open().await;
    let not_coded = || wanted(CallSearch { coded: Some(false), ..CallSearch::default() });
    let before = office.found(not_coded()).await;
    let excused = before[0].clone();
    let (by, at) = (Some(agent("Ana")), Timestamp(77));
    assert!(office.history.needs_no_code(excused.clone(), by.clone(), at).await.expect("kept"));
    let again = office.history.needs_no_code(excused.clone(), Some(agent("Béla")), Timestamp(99));
    assert!(again.await.expect("kept"), "the first word stays");
    assert_eq!(office.found(not_coded()).await, before[1..]);
    assert!(!office.found(wanted(CallSearch { coded: Some(true), ..CallSearch::default() })).await.contains(&excused));
    let nobodys = office.history.needs_no_code(CallId("nowhere".into()), by.clone(), at);
    assert!(!nobodys.await.expect("read"));

    let file = office._folder.path().join("calls.db");
    office.history.close().await;
    let history = History::open(&file).expect("it opens again");
    let timeline = history.timeline(excused.clone()).await.expect("read").expect("it is there");
    assert_eq!(timeline.row.no_code, Some(ringcard_core::frame::NoCodeNeeded { by, at }));
    // Coded all the same: the code counts.
    let call = office.calls.iter().find(|call| call.id == excused).expect("it is one of them");
    history.outcome(outcome(call, "003", "")).await.expect("kept");
    let page = history.find_calls(wanted(CallSearch { code: Some("003".into()), ..CallSearch::default() })).await;
    assert_eq!(page.expect("read").calls.len(), 1);
}

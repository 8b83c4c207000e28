//! What is left to do, at a desk with its own file and a hub of the test's.

use crate::support;

use ringcard_core::{
    Timestamp,
    call::{AgentId, Call, CallState},
    codes::{TreeCode, TreeSettings},
    frame::{
        CallRow, CallSearch, DeskEvent, OutboxFilter, OutboxSummary, Reply, Request, RequestError, RequestErrorCode,
        Snapshot, Timeline, ask,
    },
    submission::{OutboxRow, ParkReason, Submission, SubmissionKey, SubmissionState, Write},
    wrap_up::{RemindDays, WrapUpSettings},
};
use ringcard_desk::{Preferences, wrap_up::WrapUpDraft};
use support::{HubEnd, Office, found, in_state, preferences, ring, row_of};
use tempfile::TempDir;

fn ana() -> AgentId {
    AgentId("Ana".into())
}

fn with_codes() -> Preferences {
    let code = TreeCode { code: "sold".into(), ..TreeCode::default() };
    let codes = vec![TreeSettings { codes: vec![code], ..TreeSettings::default() }];
    Preferences { wrap_up: WrapUpSettings { codes, ..WrapUpSettings::default() }, ..preferences() }
}

/// A conversation that is over.
fn ended(number: &str) -> Call {
    let call = ring(number);
    Call { connected_at: Some(Timestamp(2_000)), ended_at: Some(Timestamp(9_000)), ..in_state(&call, CallState::Ended) }
}

fn row(call: &Call) -> CallRow {
    CallRow { customer_name: Some("Anna".into()), ..row_of(call.clone()) }
}

/// Answers the next question for calls without a code.
async fn without_code(hub: &mut HubEnd, calls: &[&Call]) -> CallSearch {
    let (id, request) = hub.any_question().await;
    let Request::FindCalls { search, .. } = request else { panic!("{request:?}") };
    let calls = calls.iter().map(|call| row(call)).collect();
    hub.reply(id, Ok(Reply::FoundCalls { calls, next: None })).await;
    search
}

async fn office(folder: &TempDir, preferences: Preferences) -> (Office, HubEnd) {
    let mut office = Office::with(preferences, false);
    office.desk.use_file(folder.path().join("desk.db")).await.expect("the file opens");
    let mut hub = office.line().await;
    hub.welcome(Snapshot::default()).await;
    (office, hub)
}

#[tokio::test(start_paused = true)]
async fn a_call_without_a_code_is_counted_coded_late_and_counted_no_more() {
    let folder = TempDir::new().expect("a folder");
    let (office, mut hub) = office(&folder, with_codes()).await;
    let (mine, other) = (ended("+36301111111"), ended("+36302222222"));
    let elsewhere = in_state(&ended("+36303333333"), CallState::AnsweredElsewhere);
    let search = without_code(&mut hub, &[&mine, &other, &elsewhere]).await;
    assert_eq!((search.coded, search.everybody), (Some(false), false));
    assert_eq!(search.agent, Some(ana()));
    office.view("two", |view| view.left.without_code == 2 && view.left.total == 2).await;
    let listed = office.desk.left().await;
    assert_eq!(listed.without_code.iter().map(|one| &one.row.call.id).collect::<Vec<_>>(), [&mine.id, &other.id]);

    let desk = office.desk.clone();
    let id = mine.id.clone();
    let coding = tokio::spawn(async move { desk.code_now(id).await });
    let (question, request) = hub.any_question().await;
    assert_eq!(request, Request::Call { id: mine.id.clone() });
    let timeline = Timeline { row: row(&mine), steps: Vec::new(), moments: Vec::new(), missing: Vec::new() };
    hub.reply(question, Ok(Reply::Call { timeline })).await;
    coding.await.expect("no panic").expect("it is open");
    office.view("in hand it is none", |view| view.left.without_code == 1).await;
    let (question, request) = hub.any_question().await;
    assert_eq!(request, Request::FindByNumber { number: "+36301111111".into() });
    let matches = match found(1, "Anna").lookup {
        ringcard_core::customer::Lookup::Found { matches, .. } => matches,
        other => panic!("{other:?}"),
    };
    hub.reply(question, Ok(Reply::Matches { matches })).await;
    let pop = office.pop("its card", |pop| pop.wrap_ups.iter().any(|open| open.call.id == mine.id)).await;
    assert_eq!(pop.wrap_ups[0].deadline, None);

    let draft = WrapUpDraft { revision: 1, code: Some("sold".into()), ..WrapUpDraft::default() };
    office.desk.wrap_up_draft(mine.id.clone(), draft).await.expect("kept");
    office.desk.wrap_up_finish(mine.id.clone()).await.expect("saved");
    // What the hub has not accepted yet is none without a code either, whatever it says meanwhile.
    let now = office.view("saved", |view| view.pending.waiting == 1 && view.wrap_ups == 0).await;
    assert_eq!(now.left.without_code, 1);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_needs_no_code_goes_when_the_hub_has_that_and_stays_when_not() {
    let folder = TempDir::new().expect("a folder");
    let (office, mut hub) = office(&folder, with_codes()).await;
    let mine = ended("+36301111111");
    without_code(&mut hub, &[&mine]).await;
    office.view("one", |view| view.left.total == 1).await;
    for (answer, left) in
        [(Err(RequestError::new(RequestErrorCode::NotSaved, "the disk is full")), 1), (Ok(Reply::Done), 0)]
    {
        let (desk, id) = (office.desk.clone(), mine.id.clone());
        let said = tokio::spawn(async move { desk.ask(ask::NoCodeNeeded { call_id: id }).await });
        let (question, request) = hub.any_question().await;
        assert_eq!(request, Request::NoCodeNeeded { call_id: mine.id.clone() });
        hub.reply(question, answer).await;
        assert_eq!(said.await.expect("no panic").is_ok(), left == 0);
        office.view("as it stands", |view| view.left.total == left).await;
    }
}

#[tokio::test(start_paused = true)]
async fn one_that_was_coded_meanwhile_is_not_coded_again() {
    let folder = TempDir::new().expect("a folder");
    let (office, mut hub) = office(&folder, with_codes()).await;
    let mine = ended("+36301111111");
    without_code(&mut hub, &[&mine]).await;
    let (desk, id) = (office.desk.clone(), mine.id.clone());
    let coding = tokio::spawn(async move { desk.code_now(id).await });
    let (question, _) = hub.any_question().await;
    let missed = Call { connected_at: None, ..in_state(&mine, CallState::Missed) };
    hub.reply(
        question,
        Ok(Reply::Call {
            timeline: Timeline { row: row(&missed), steps: Vec::new(), moments: Vec::new(), missing: Vec::new() },
        }),
    )
    .await;
    assert_eq!(coding.await.expect("no panic").map_err(|error| error.code), Err(RequestErrorCode::Conflict));
    assert!(office.desk.pop().borrow().wrap_ups.is_empty());
}

#[tokio::test(start_paused = true)]
async fn nobody_is_reminded_where_the_settings_say_so() {
    let folder = TempDir::new().expect("a folder");
    let mut preferences = with_codes();
    preferences.wrap_up.remind_days = RemindDays(0);
    let (office, mut hub) = office(&folder, preferences).await;
    let desk = office.desk.clone();
    let asked = tokio::spawn(async move { desk.ask(ask::Budgets {}).await });
    let (question, request) = hub.any_question().await;
    assert_eq!(request, Request::Budgets, "nothing else was asked");
    hub.reply(question, Ok(Reply::Budgets { budgets: Vec::new() })).await;
    asked.await.expect("no panic").expect("answered");
}

#[tokio::test(start_paused = true)]
async fn what_is_stuck_of_mine_is_counted_and_what_is_stuck_of_a_colleague_is_not() {
    let folder = TempDir::new().expect("a folder");
    let (office, mut hub) = office(&folder, preferences()).await;
    let stuck = |key: &str, agent: AgentId| OutboxRow {
        submission: Submission {
            key: SubmissionKey(key.into()),
            write: Write::CodeCall {
                account: "crm".into(),
                agent_id: "101".into(),
                code: "1".into(),
                second_code: None,
                comment: String::new(),
            },
            about: "Anna".into(),
            call_id: None,
            agent: Some(agent),
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
    };
    let summary =
        |needs_a_person, version| OutboxSummary { waiting: 2, needs_a_person, version, ..OutboxSummary::default() };
    hub.event(DeskEvent::Outbox { outbox: summary(2, 1) }).await;
    let (question, request) = hub.any_question().await;
    assert!(matches!(request, Request::Outbox { filter: OutboxFilter::NeedsAPerson, .. }), "{request:?}");
    let rows = vec![stuck("mine", ana()), stuck("theirs", AgentId("Béla".into()))];
    hub.reply(question, Ok(Reply::Outbox { rows, more: false })).await;
    office.view("mine", |view| view.left.stuck == 1 && view.left.total == 1).await;
    office.attention("the tray shows the same", |now| now.left.total == 1).await;
    assert_eq!(office.desk.left().await.stuck.len(), 1);
    hub.event(DeskEvent::Outbox { outbox: summary(0, 2) }).await;
    office.view("nothing", |view| view.left.total == 0).await;
}

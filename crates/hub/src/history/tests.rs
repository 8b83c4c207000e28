use super::*;
use ringcard_core::{
    Timestamp,
    call::{AgentId, Call, CallEvent, CallId, CallState, Direction, Patience},
    frame::{CallFilter, Step},
    number::{Ani, Dnis, Number, Party},
    outcome::CallOutcome,
    submission::SubmissionKey,
};
use rusqlite::Connection;
use std::collections::BTreeMap;
use tempfile::TempDir;

pub(super) fn ring(external_id: &str) -> Call {
    Call {
        id: CallId::new(),
        direction: Direction::Inbound,
        account: "pbx".into(),
        external_id: Some(external_id.into()),
        ani: Ani(Party::Outside(Number { e164: "+36301234567".into(), extension: None })),
        dnis: Dnis(Party::Internal { digits: "101".into() }),
        line: None,
        agents: vec![AgentId("Ana".into())],
        extension: Some("101".into()),
        state: CallState::Ringing,
        started_at: Timestamp(1_000),
        connected_at: None,
        ended_at: None,
        controls: None,
        course: ringcard_core::call::Course::default(),
        privacy: None,
        extra: BTreeMap::new(),
    }
}

pub(super) fn recorded(call: &Call, event: CallEvent) -> Recorded {
    Recorded { call: call.clone(), steps: vec![Step::new(Timestamp(1_000), event)], mine: Vec::new(), click: None }
}

/// What becomes of a call that rang, and was answered where it says so.
pub(super) fn happens(call: &mut Call, event: CallEvent, at: Timestamp) {
    let rang = Step::new(call.started_at, CallEvent::CustomerRinging);
    let answered = call.connected_at.map(|at| Step::new(at, CallEvent::Connected));
    let steps: Vec<Step> = [rang].into_iter().chain(answered).chain([Step::new(at, event)]).collect();
    call.follow(&steps, &Patience::default());
}

impl History {
    /// As where a change meets damage.
    pub(crate) async fn meet_damage(&self) {
        let met = || rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT), None);
        let damaged = self.files.change(move |_| -> rusqlite::Result<()> { Err(met()) }).await;
        assert!(matches!(damaged, Err(HistoryFailure::Damaged)), "{damaged:?}");
    }
}

fn open(dir: &TempDir) -> Result<History, HistoryFailure> {
    History::open(&dir.path().join("calls.db"))
}

#[tokio::test]
async fn a_call_is_found_again_with_its_steps_after_the_history_was_closed() {
    let dir = TempDir::new().expect("a folder");
    let history = open(&dir).expect("it opens");
    let mut call = ring("a");
    history.record(recorded(&call, CallEvent::CustomerRinging)).await.expect("recorded");
    happens(&mut call, CallEvent::Missed, Timestamp(2_000));
    history.record(recorded(&call, CallEvent::Missed)).await.expect("recorded");
    history.close().await;

    let history = open(&dir).expect("it opens again");
    let timeline = history.timeline(call.id.clone()).await.expect("read").expect("it is there");
    assert_eq!(timeline.row.call, call);
    assert_eq!(timeline.steps.len(), 2);
    assert_eq!(history.missed(AgentId("Ana".into())).await.expect("read"), 1);
    assert_eq!(
        history.by_external_id("pbx".into(), "a".into()).await.expect("read").map(|call| call.id),
        Some(call.id)
    );
    assert!(history.unfinished().await.expect("read").is_empty());
}

#[tokio::test]
async fn the_list_is_read_page_by_page_newest_first_without_a_gap() {
    let dir = TempDir::new().expect("a folder");
    let history = open(&dir).expect("it opens");
    let mut expected = Vec::new();
    for n in 0..25 {
        let call = ring(&n.to_string());
        history.record(recorded(&call, CallEvent::CustomerRinging)).await.expect("recorded");
        expected.insert(0, call.id);
    }
    let (mut read, mut before) = (Vec::new(), None);
    loop {
        let (rows, more) = history.calls(None, CallFilter::default(), before, 10).await.expect("read");
        read.extend(rows.into_iter().map(|row| row.call.id));
        before = read.last().cloned();
        if !more {
            break;
        }
    }
    assert_eq!(read, expected);
}

#[test]
fn a_database_of_a_newer_version_is_left_alone() {
    let dir = TempDir::new().expect("a folder");
    drop(open(&dir).expect("it opens"));
    let path = dir.path().join("calls.db");
    let connection = Connection::open(&path).expect("the file");
    connection.pragma_update(None, "user_version", 99).expect("written");
    drop(connection);
    assert!(matches!(open(&dir), Err(HistoryFailure::Open(OpenFailure::NewerVersion { found: 99, .. }))));
}

#[tokio::test]
async fn what_the_live_calls_ask_does_not_wait_for_a_long_list() {
    let dir = TempDir::new().expect("a folder");
    let history = open(&dir).expect("it opens");
    let call = ring("a");
    history.record(recorded(&call, CallEvent::CustomerRinging)).await.expect("recorded");
    let (go_on, hold) = std::sync::mpsc::channel::<()>();
    let files = history.files.clone();
    let list = tokio::spawn(async move { files.ask(move |_| Ok(hold.recv().is_err())).await });
    tokio::task::yield_now().await;
    let asked = async {
        let click = Click { by: None, key: "k".into() };
        assert_eq!(history.clicked(click).await.expect("read"), None);
        assert!(history.by_external_id("pbx".into(), "a".into()).await.expect("read").is_some());
        assert_eq!(history.missed(AgentId("Ana".into())).await.expect("read"), 0);
        history.said_of_call(call.id.clone()).await.expect("read");
        history.timeline(call.id.clone()).await.expect("read");
    };
    let in_time = tokio::time::timeout(std::time::Duration::from_secs(5), asked).await;
    drop(go_on);
    list.await.expect("no panic").expect("it ends");
    assert!(in_time.is_ok(), "they waited for the list");
    let (listed, _) = history.calls(None, CallFilter::default(), None, 10).await.expect("read");
    assert_eq!(listed.len(), 1);
}

#[tokio::test]
async fn a_damaged_database_is_kept_under_another_name_and_a_new_one_begun() {
    let dir = TempDir::new().expect("a folder");
    std::fs::write(dir.path().join("calls.db"), vec![7_u8; 8192]).expect("written");
    let history = open(&dir).expect("a new one");
    let kept_as = history.set_aside_as().expect("it is said where the damaged one is");
    assert_eq!(std::fs::read(kept_as).expect("kept"), vec![7_u8; 8192]);
    history.record(recorded(&ring("a"), CallEvent::CustomerRinging)).await.expect("calls go on");
    history.close().await;
    assert_eq!(open(&dir).expect("it opens").set_aside_as(), None);
}

#[tokio::test]
async fn damage_that_is_met_while_a_call_is_written_costs_one_answer_and_calls_go_on_in_a_new_file() {
    let dir = TempDir::new().expect("a folder");
    let history = open(&dir).expect("it opens");
    history.record(recorded(&ring("a"), CallEvent::CustomerRinging)).await.expect("recorded");
    history.meet_damage().await;
    let call = ring("b");
    let again = async {
        while history.record(recorded(&call, CallEvent::CustomerRinging)).await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), again).await.expect("a new file is begun");
    while history.set_aside_as().is_none() {
        tokio::task::yield_now().await;
    }
    let kept = Connection::open(history.set_aside_as().expect("it is kept")).expect("the damaged file");
    let calls: i64 = kept.query_row("SELECT count(*) FROM call", [], |row| row.get(0)).expect("read");
    assert_eq!(calls, 1);
    assert_eq!(history.call(call.id.clone()).await.expect("read"), Some(call));
    history.close().await;
    assert!(!dir.path().join("calls.db-damaged").exists(), "the new one is not looked at");
}

#[tokio::test]
async fn a_file_that_an_earlier_version_did_not_sign_is_known_and_read() {
    let dir = TempDir::new().expect("a folder");
    let history = open(&dir).expect("it opens");
    let call = ring("a");
    history.record(recorded(&call, CallEvent::CustomerRinging)).await.expect("recorded");
    history.close().await;
    let connection = Connection::open(dir.path().join("calls.db")).expect("the file");
    connection
        .execute_batch(
            "DROP TABLE no_code; DROP TABLE note; DROP TRIGGER to_tell_over_at_once; DROP TRIGGER to_tell_call; DROP TRIGGER to_tell_outcome;
             DROP TRIGGER to_tell_note; DROP TRIGGER to_tell_other_note; DROP TABLE to_tell;
             DROP TABLE call_text; DROP TABLE call_n; DROP TABLE missed_call; DROP TABLE missed;
             DROP INDEX call_by_time; DROP INDEX call_of_number; DROP INDEX call_of_customer; DROP INDEX call_on_line;
             DROP INDEX call_in_queue; DROP INDEX call_by_code; DROP INDEX call_not_coded; DROP INDEX call_with_recording;
             DROP INDEX call_missed_by_time; DROP INDEX call_failed_by_time; DROP INDEX call_agent_by_time;
             ALTER TABLE call DROP COLUMN private; ALTER TABLE call DROP COLUMN line; ALTER TABLE call DROP COLUMN queue; ALTER TABLE call DROP COLUMN party_name;
             ALTER TABLE call DROP COLUMN code; ALTER TABLE call DROP COLUMN recorded;
             ALTER TABLE call_agent DROP COLUMN at; DROP INDEX call_agent_of_call;
             DROP TABLE note_so_far; DROP TABLE clock;
             DROP INDEX call_missed; DROP INDEX call_agent_all_missed; DROP INDEX call_agent_mine;
             DROP INDEX call_agent_mine_missed; ALTER TABLE step DROP COLUMN about; DROP INDEX call_by_external_id;
             CREATE UNIQUE INDEX call_by_external_id ON call (account, external_id) WHERE external_id IS NOT NULL;
             PRAGMA application_id = 0; PRAGMA user_version = 4",
        )
        .expect("as it was");
    drop(connection);
    let history = open(&dir).expect("it opens again");
    assert_eq!(history.set_aside_as(), None);
    let (rows, _) = history.calls(None, CallFilter::default(), None, 10).await.expect("read");
    assert_eq!(rows.iter().map(|row| &row.call).collect::<Vec<_>>(), [&call]);
    // Ids are used anew by telephone systems: the last call with one is meant.
    let later = ring("a");
    history.record(recorded(&later, CallEvent::CustomerRinging)).await.expect("recorded");
    let known = history.by_external_id("pbx".into(), "a".into()).await.expect("read");
    assert_eq!(known.map(|call| call.id), Some(later.id));
    assert_eq!(history.steps(call.id).await.expect("read").len(), 1, "and what was written down then is read");
}

#[tokio::test]
async fn a_step_that_cannot_be_read_takes_nobody_the_others() {
    let dir = TempDir::new().expect("a folder");
    let history = open(&dir).expect("it opens");
    let call = ring("a");
    history.record(recorded(&call, CallEvent::CustomerRinging)).await.expect("recorded");
    let connection = Connection::open(dir.path().join("calls.db")).expect("the file");
    let newer = "INSERT INTO step (call_id, n, at, event) VALUES (?1, 1, 2000, '{\"kind\":\"of a newer version\"}')";
    connection.execute(newer, [&call.id.0]).expect("written");
    assert_eq!(history.steps(call.id.clone()).await.expect("read").len(), 1);
    assert_eq!(history.timeline(call.id).await.expect("read").map(|timeline| timeline.steps.len()), Some(1));
}

#[test]
fn a_folder_that_cannot_be_written_is_said() {
    let dir = TempDir::new().expect("a folder");
    let no_folder = dir.path().join("file");
    std::fs::write(&no_folder, "").expect("written");
    let Err(failure) = History::open(&no_folder.join("calls.db")) else { panic!("it was opened") };
    assert!(failure.passes() && failure.to_string().contains("calls.db"), "{failure}");
}

#[tokio::test]
async fn a_call_has_its_newest_outcome_however_often_one_arrives() {
    let dir = TempDir::new().expect("a folder");
    let history = open(&dir).expect("it opens");
    let call = ring("pbx-1");
    history.record(recorded(&call, CallEvent::Ended)).await.expect("recorded");
    let outcome = |code: &str, at| CallOutcome {
        key: SubmissionKey(format!("key-{code}")),
        call_id: call.id.clone(),
        agent: AgentId("Ana".into()),
        code: Some(code.into()),
        label: Some("Sold".into()),
        second_code: None,
        second_label: None,
        comment: "wants a quote".into(),
        do_not_call: false,
        call_back: None,
        by_default: false,
        at: Timestamp(at),
        tickets: Vec::new(),
    };
    let (newer, older) = (outcome("002", 2_000), outcome("001", 1_000));
    for arrives in [&newer, &older, &newer] {
        history.outcome(arrives.clone()).await.expect("kept");
    }
    let (rows, _) = history.calls(None, CallFilter::default(), None, 10).await.expect("read");
    assert_eq!(rows[0].outcome.as_ref(), Some(&newer));
    let timeline = history.timeline(call.id.clone()).await.expect("read").expect("it is there");
    assert_eq!(timeline.row.outcome, Some(newer));
}

#[tokio::test]
async fn a_job_that_panics_costs_one_answer_and_calls_go_on() {
    let dir = TempDir::new().expect("a folder");
    let history = open(&dir).expect("it opens");
    let change = history.files.change(|_| -> rusqlite::Result<()> { panic!("on purpose") }).await;
    assert!(change.is_err());
    let question = history.files.ask(|_| -> rusqlite::Result<()> { panic!("on purpose") }).await;
    assert!(question.is_err());
    let call = ring("a");
    history.record(recorded(&call, CallEvent::CustomerRinging)).await.expect("recorded");
    assert_eq!(history.call(call.id.clone()).await.expect("read"), Some(call));
}

#[tokio::test]
async fn a_call_that_cannot_be_read_keeps_no_other_from_being_taken_up() {
    let dir = TempDir::new().expect("a folder");
    let history = open(&dir).expect("it opens");
    for call in ["a", "b"].map(ring) {
        history.record(recorded(&call, CallEvent::CustomerRinging)).await.expect("recorded");
    }
    history.close().await;
    let file = Connection::open(dir.path().join("calls.db")).expect("the file");
    let changed = file.execute("UPDATE call SET call = 'x' WHERE id = (SELECT min(id) FROM call)", []);
    assert_eq!(changed.expect("written"), 1);
    let history = open(&dir).expect("it opens");
    assert_eq!(history.unfinished().await.expect("the other one is read").len(), 1);
    history.close().await;
}

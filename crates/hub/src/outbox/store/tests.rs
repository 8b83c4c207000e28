use super::*;
use crate::database::{migrate, set_aside};
use crate::outbox::budget::Spent;
use ringcard_core::{
    Timestamp,
    submission::{AttemptNote, Gate, GateReason, Priority, SubmissionKey, SubmissionState},
};
use rusqlite::Connection;
use std::path::PathBuf;
use tempfile::TempDir;

/// A file as the first release left it: frozen, written by hand.
const FIRST_RELEASE: &str = include_str!("migrations/2026-11-21-outbox.sql");
const SUBMISSION: &str = r#"{"key":"KEY","write":{"kind":"codify","record":{"account":"wolkvox","campaign":"42",
"kind":"preview","customer_id":"9"},"code":"12","second_code":null,"comment":"wants a call","do_not_call":false},
"about":"Ana","call_id":null,"agent":"Eva","made_at":1000,"expires_at":null}"#;

fn path(dir: &TempDir) -> PathBuf {
    dir.path().join("outbox.db")
}

fn inserted(key: &str, seq: i64) -> Change {
    Change::Insert(Box::new(Inserted {
        key: key.into(),
        seq,
        account: "wolkvox".into(),
        lane: "record/42/9".into(),
        priority: Priority::Code,
        agent: Some("Eva".into()),
        needs: None,
        call: None,
        submission: SUBMISSION.replace("KEY", key),
        at: Timestamp(1_000),
    }))
}

fn updated(key: &str, state: SubmissionState, at: i64) -> Change {
    let at = Timestamp(at);
    Change::Update(Box::new(Updated {
        key: key.into(),
        state,
        attempts: 1,
        last_answer: Some("ok".into()),
        reference: None,
        job: None,
        note: Some(AttemptNote { at, outcome: "done".into(), answer: "ok".into() }),
        at,
        spent: None,
        content: None,
    }))
}

fn made(outcomes: &[Result<Committed, StoreFailure>]) -> Vec<bool> {
    outcomes.iter().map(Result::is_ok).collect()
}

#[test]
fn rows_that_wait_in_a_first_releases_file_are_all_there_after_an_update() {
    let dir = TempDir::new().expect("a folder");
    let connection = Connection::open(path(&dir)).expect("a file");
    connection.execute_batch(FIRST_RELEASE).expect("tables");
    connection.execute_batch("PRAGMA application_id = 0x52436f62; PRAGMA user_version = 1").expect("set");
    for (key, seq, state, json, over) in [
        ("waits", 1, "waiting", r#"{"kind":"waiting","why":"turn","until":null}"#, false),
        ("sending", 2, "sending", r#"{"kind":"sending","since":2000}"#, false),
        ("parked", 3, "parked", r#"{"kind":"parked","why":"refused","detail":"no","since":2000}"#, false),
        ("done", 4, "done", r#"{"kind":"done","at":3000}"#, true),
    ] {
        connection
            .execute(
                "INSERT INTO submission VALUES (?1, ?2, 'wolkvox', 'record/42/9', 'code', 'Eva', ?3, ?4, ?5, ?6, 0, NULL, 2000)",
                rusqlite::params![key, seq, state, json, over, SUBMISSION.replace("KEY", key)],
            )
            .expect("a row");
    }
    connection
        .execute("INSERT INTO account VALUES ('wolkvox', '2026-11-20', 17, 3, NULL, NULL, 0)", [])
        .expect("an account");
    drop(connection);

    let loaded = Store::open(&path(&dir)).expect("it opens").load().expect("it is read");
    let keys: Vec<_> = loaded.rows.iter().map(|row| row.submission.key.0.as_str()).collect();
    assert_eq!(keys, ["waits", "sending", "parked"]);
    assert_eq!((loaded.next_seq, loaded.unreadable, loaded.spent[0].used), (5, 0, 17));
}

#[test]
fn a_later_migration_keeps_what_waits() {
    let mut store = Store::in_memory();
    store.commit(&[inserted("a", 1), inserted("b", 2)]);
    let later = ["", "", "ALTER TABLE submission ADD COLUMN colour TEXT; CREATE TABLE paint (name TEXT)"];
    migrate(store.connection(), &later).expect("it migrates");
    assert_eq!(store.load().expect("read").rows.len(), 2);
}

#[test]
fn a_row_this_version_cannot_read_stays_and_is_counted() {
    let mut store = Store::in_memory();
    store.commit(&[inserted("a", 1), inserted("b", 2)]);
    let strange = r#"{"kind":"teleported"}"#;
    store.connection().execute("UPDATE submission SET state_json = ?1 WHERE key = 'a'", [strange]).expect("written");
    let loaded = store.load().expect("read");
    assert_eq!((loaded.rows.len(), loaded.unreadable), (1, 1));
    let kept: u32 =
        store.connection().query_row("SELECT count(*) FROM submission", [], |row| row.get(0)).expect("read");
    assert_eq!(kept, 2);
}

#[test]
fn the_same_key_twice_is_one_row() {
    let mut store = Store::in_memory();
    let outcomes = store.commit(&[inserted("a", 1), inserted("a", 2)]);
    assert!(matches!(outcomes[0], Ok(Committed::Inserted(None))));
    assert!(matches!(&outcomes[1], Ok(Committed::Known(Some(kept))) if kept.seq == 1));
    store.commit(&[updated("a", SubmissionState::Done { at: Timestamp(5) }, 5)]);
    assert!(matches!(store.commit(&[inserted("a", 3)])[0], Ok(Committed::Known(None))));
}

#[test]
fn one_change_that_cannot_be_made_does_not_take_the_others_with_it() {
    let mut store = Store::in_memory();
    let done = SubmissionState::Done { at: Timestamp(5) };
    let outcomes = store.commit(&[inserted("a", 1), updated("nobody", done, 5), inserted("b", 2)]);
    assert_eq!(made(&outcomes), [true, false, true]);
    assert_eq!(store.load().expect("read").rows.len(), 2);
}

#[test]
fn on_a_full_disk_nothing_is_half_there_and_later_it_is_taken() {
    let dir = TempDir::new().expect("a folder");
    let mut store = Store::open(&path(&dir)).expect("it opens");
    let pages: u32 = store.connection().query_row("PRAGMA page_count", [], |row| row.get(0)).expect("read");
    let limit = |store: &mut Store, pages: u32| {
        let set = format!("PRAGMA max_page_count = {pages}");
        store.connection().query_row(&set, [], |_| Ok(())).expect("set");
    };
    limit(&mut store, pages + 2);
    let mut taken = 0;
    let refused = loop {
        match store.commit(&[inserted(&format!("k{taken}"), taken)]).remove(0) {
            Ok(_) => taken += 1,
            Err(failure) => break failure,
        }
    };
    assert!(matches!(refused, StoreFailure::DiskFull), "{refused}");
    assert_eq!(refused.to_string(), "the disk is full; make room and try again");
    assert_eq!(store.load().expect("read").rows.len(), usize::try_from(taken).expect("small"));
    limit(&mut store, pages + 100);
    assert_eq!(made(&store.commit(&[inserted(&format!("k{taken}"), taken)])), [true]);
}

#[test]
fn while_another_program_holds_the_file_it_says_so() {
    let dir = TempDir::new().expect("a folder");
    let mut store = Store::open(&path(&dir)).expect("it opens");
    store.connection().busy_timeout(std::time::Duration::ZERO).expect("set");
    let other = Connection::open(path(&dir)).expect("another");
    other.execute_batch("BEGIN IMMEDIATE").expect("held");
    assert!(matches!(store.commit(&[inserted("a", 1)])[0], Err(StoreFailure::Locked)));
    other.execute_batch("ROLLBACK").expect("let go");
    assert_eq!(made(&store.commit(&[inserted("a", 1)])), [true]);
}

#[test]
fn a_file_that_may_not_be_written_is_said() {
    let dir = TempDir::new().expect("a folder");
    let mut store = Store::open(&path(&dir)).expect("it opens");
    store.connection().pragma_update(None, "query_only", true).expect("set");
    assert!(matches!(store.commit(&[inserted("a", 1)])[0], Err(StoreFailure::ReadOnly)));
    let no_folder = dir.path().join("file");
    std::fs::write(&no_folder, "").expect("written");
    assert!(Store::open(&no_folder.join("outbox.db")).is_err());
}

#[test]
fn a_damaged_file_is_left_where_it_is_until_a_person_sets_it_aside() {
    let dir = TempDir::new().expect("a folder");
    std::fs::write(path(&dir), vec![7_u8; 8_192]).expect("written");
    for _ in 0..2 {
        assert!(matches!(Store::open(&path(&dir)), Err(OpenFailure::Corrupt { .. })), "no start begins anew by itself");
    }
    let kept_as = set_aside(&path(&dir)).expect("set aside");
    assert_eq!(std::fs::read(kept_as).expect("kept"), vec![7_u8; 8_192]);
    Store::open(&path(&dir)).expect("an empty one");
}

#[test]
fn pages_torn_in_the_middle_of_the_file_are_found_at_the_start() {
    let dir = TempDir::new().expect("a folder");
    let mut store = Store::open(&path(&dir)).expect("it opens");
    store.commit(&(0..200).map(|n| inserted(&format!("k{n}"), n)).collect::<Vec<_>>());
    store.fold();
    drop(store);
    let mut bytes = std::fs::read(path(&dir)).expect("read");
    let middle = bytes.len() / 2;
    bytes[middle - 6_000..middle + 6_000].fill(0xAA);
    std::fs::write(path(&dir), bytes).expect("written");
    assert!(matches!(Store::open(&path(&dir)), Err(OpenFailure::Corrupt { .. })));
}

#[test]
fn a_newer_versions_file_and_another_programs_are_left_alone() {
    let dir = TempDir::new().expect("a folder");
    drop(Store::open(&path(&dir)).expect("it opens"));
    let connection = Connection::open(path(&dir)).expect("the file");
    connection.pragma_update(None, "user_version", 99).expect("written");
    drop(connection);
    assert!(matches!(Store::open(&path(&dir)), Err(OpenFailure::NewerVersion { found: 99, .. })));

    let other = dir.path().join("other.db");
    Connection::open(&other).expect("a file").execute_batch("CREATE TABLE theirs (a)").expect("a table");
    assert!(matches!(Store::open(&other), Err(OpenFailure::Corrupt { .. })));
}

#[test]
fn what_is_over_is_remembered_with_its_attempts_and_forgotten_when_it_is_old() {
    let dir = TempDir::new().expect("a folder");
    let mut store = Store::open(&path(&dir)).expect("it opens");
    store.commit(&[inserted("old", 1), inserted("new", 2), inserted("waits", 3)]);
    store.commit(&[
        updated("old", SubmissionState::Done { at: Timestamp(10) }, 10),
        updated("new", SubmissionState::Done { at: Timestamp(90) }, 90),
    ]);
    let reader = Reader::open(&path(&dir)).expect("a reader");
    let (row, notes) = reader.row(&SubmissionKey("old".into())).expect("read").expect("there");
    assert!(row.state.is_over() && notes.len() == 1 && notes[0].answer == "ok");
    store.commit(&[Change::Forget { over_before: Timestamp(50) }]);
    assert!(reader.row(&SubmissionKey("old".into())).expect("read").is_none());
    let notes: u32 = store.connection().query_row("SELECT count(*) FROM attempt", [], |row| row.get(0)).expect("read");
    assert_eq!(notes, 1);
    assert_eq!(store.load().expect("read").rows.len(), 1);
}

#[test]
fn of_a_thousand_attempts_the_first_and_the_last_are_remembered() {
    let dir = TempDir::new().expect("a folder");
    let mut store = Store::open(&path(&dir)).expect("it opens");
    store.commit(&[inserted("a", 1)]);
    let waiting = || SubmissionState::Waiting { why: ringcard_core::submission::WaitReason::Retry, until: None };
    store.commit(&(0..1_000).map(|at| updated("a", waiting(), at)).collect::<Vec<_>>());
    let reader = Reader::open(&path(&dir)).expect("a reader");
    let (_, notes) = reader.row(&SubmissionKey("a".into())).expect("read").expect("there");
    assert_eq!(
        (notes.len(), notes[0].at, notes[9].at, notes[99].at),
        (100, Timestamp(0), Timestamp(9), Timestamp(999))
    );
}

#[test]
fn an_accounts_counts_and_gate_come_back() {
    let mut store = Store::in_memory();
    let gate = Gate {
        why: GateReason::DayQuota,
        until: Timestamp(9),
        detail: "limit".into(),
        since: Timestamp(1),
        said: true,
    };
    let spent = Spent {
        budget: 0,
        names: vec!["crm".into()],
        day: "2026-11-21".into(),
        used: 2_500,
        recent: 12,
        hold_until: Some(Timestamp(7)),
        gate: Some(gate),
        strikes: 2,
    };
    store.commit(&[Change::Spend(spent.clone())]);
    assert_eq!(store.load().expect("read").spent, [spent]);
}

#[test]
fn pages_are_read_without_a_gap_and_rows_of_an_absent_account_need_a_person() {
    let dir = TempDir::new().expect("a folder");
    let mut store = Store::open(&path(&dir)).expect("it opens");
    store.commit(&(0..25).map(|n| inserted(&format!("k{n:02}"), n)).collect::<Vec<_>>());
    let reader = Reader::open(&path(&dir)).expect("a reader");
    let all = crate::outbox::OutboxFilter::default();
    let (mut read, mut after) = (Vec::new(), None);
    loop {
        let (page, more) = reader.page(&all, after.as_ref(), 10, &[]).expect("read");
        read.extend(page.into_iter().map(|kept| kept.submission.key));
        after = read.last().cloned();
        if !more {
            break;
        }
    }
    assert_eq!(read.len(), 25);
    assert!(read.is_sorted());
    let people = crate::outbox::OutboxFilter { needs_a_person: true, ..all };
    assert_eq!(reader.page(&people, None, 10, &[]).expect("read").0.len(), 0);
    assert_eq!(reader.page(&people, None, 10, &["wolkvox".into()]).expect("read").0.len(), 10);
}

/// A row that needs another one.
fn needing(key: &str, seq: i64, needs: &str) -> Change {
    let Change::Insert(mut row) = inserted(key, seq) else { panic!("an insert") };
    row.needs = Some(needs.into());
    row.submission =
        row.submission.replace("\"expires_at\":null", &format!("\"expires_at\":null,\"needs\":\"{needs}\""));
    Change::Insert(row)
}

fn done_as(key: &str, reference: &str, at: i64) -> Change {
    let Change::Update(mut row) = updated(key, SubmissionState::Done { at: Timestamp(at) }, at) else {
        panic!("it is")
    };
    row.reference = Some(reference.into());
    Change::Update(row)
}

#[test]
fn where_a_needed_row_stands_is_told_at_the_insert_and_at_the_start() {
    let mut store = Store::in_memory();
    let replaced = SubmissionState::Replaced { at: Timestamp(3), by: SubmissionKey("newer".into()) };
    store.commit(&[inserted("made", 1), inserted("older", 2), inserted("newer", 3), inserted("taken", 4)]);
    store.commit(&[updated("older", replaced, 3)]);
    let need = |made: &Result<Committed, StoreFailure>| match made {
        Ok(Committed::Inserted(need)) => need.clone(),
        other => panic!("{other:?}"),
    };
    let outcomes = store.commit(&[
        needing("a", 5, "made"),
        needing("b", 6, "older"),
        needing("c", 7, "taken"),
        needing("d", 8, "nobody"),
    ]);
    let open = |key: &str| Some(Need::Open(key.into()));
    assert_eq!(
        outcomes.iter().map(need).collect::<Vec<_>>(),
        [open("made"), open("newer"), open("taken"), Some(Need::Gone)],
        "whoever took its place is needed instead"
    );
    store.commit(&[
        done_as("made", "77", 9),
        updated("taken", SubmissionState::Discarded { at: Timestamp(9), private: false }, 9),
    ]);
    let rows = store.load().expect("read").rows;
    let needs: Vec<_> = rows.into_iter().filter_map(|kept| kept.need).collect();
    let made = Need::Done(Some("77".into()));
    assert_eq!(needs, [made, Need::Open("newer".into()), Need::Gone, Need::Gone]);
}

#[test]
fn a_reference_is_remembered_and_what_is_still_needed_is_not_forgotten() {
    let dir = TempDir::new().expect("a folder");
    let mut store = Store::open(&path(&dir)).expect("it opens");
    store.commit(&[inserted("made", 1), inserted("other", 2), needing("a", 3, "made")]);
    store.commit(&[done_as("made", "77", 10), done_as("other", "78", 10)]);
    store.commit(&[Change::Forget { over_before: Timestamp(50) }]);
    let reader = Reader::open(&path(&dir)).expect("a reader");
    let (row, _) = reader.row(&SubmissionKey("made".into())).expect("read").expect("there");
    assert_eq!(row.reference.as_deref(), Some("77"));
    assert!(reader.row(&SubmissionKey("other".into())).expect("read").is_none());
    store.commit(&[done_as("a", "79", 60), Change::Forget { over_before: Timestamp(50) }]);
    assert!(reader.row(&SubmissionKey("made".into())).expect("read").is_none());
}

#[test]
fn rows_of_one_request_are_written_down_as_sending_together_or_not_at_all() {
    let mut store = Store::in_memory();
    store.commit(&[inserted("a", 1), inserted("b", 2)]);
    let sending = |key: &str| match updated(key, SubmissionState::Sending { since: Timestamp(5) }, 5) {
        Change::Update(row) => *row,
        _ => panic!("an update"),
    };
    let outcomes = store.commit(&[Change::UpdateAll(vec![sending("a"), sending("nobody")])]);
    assert_eq!(made(&outcomes), [false]);
    let is_waiting = |kept: &Kept| matches!(kept.state, SubmissionState::Waiting { .. });
    assert!(store.load().expect("read").rows.iter().all(is_waiting));
    assert_eq!(made(&store.commit(&[Change::UpdateAll(vec![sending("a"), sending("b")])])), [true]);
    assert!(!store.load().expect("read").rows.iter().any(is_waiting));
}

#[test]
fn a_file_that_only_an_older_version_has_opened_can_be_looked_at() {
    let dir = TempDir::new().expect("a folder");
    let connection = Connection::open(path(&dir)).expect("a file");
    connection.execute_batch(FIRST_RELEASE).expect("tables");
    connection.execute_batch("PRAGMA application_id = 0x52436f62; PRAGMA user_version = 1").expect("set");
    let reader = Reader::open(&path(&dir)).expect("a reader");
    let (rows, more) = reader.page(&crate::outbox::OutboxFilter::default(), None, 10, &[]).expect("read");
    assert!(rows.is_empty() && !more);
    assert!(reader.row(&SubmissionKey("a".into())).expect("read").is_none());
}

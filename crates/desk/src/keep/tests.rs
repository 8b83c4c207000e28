use super::*;
use crate::{
    own_callbacks::OwnCallback,
    wrap_up::{CallAtDesk, WrapUps},
};
use ringcard_core::{
    call::{AgentId, Call, CallState, Direction},
    codes::{TreeCode, TreeSettings},
    customer::{Card, Lookup},
    frame::RequestErrorCode,
    number::{Ani, DialPlan, Dnis, Party},
    wrap_up::WrapUpSettings,
};
use rusqlite::Connection;
use std::{collections::BTreeMap, path::PathBuf};
use tempfile::TempDir;

const NOW: Timestamp = Timestamp(1_000_000);

fn path(folder: &TempDir) -> PathBuf {
    folder.path().join("desk.db")
}

fn open(folder: &TempDir) -> Store {
    Store::open(&path(folder)).expect("it opens")
}

/// A call in wrap-up, with what is to be kept of it.
fn begun() -> (WrapUps, CallId, Vec<Keep>) {
    let code = TreeCode { code: "sold".into(), ..TreeCode::default() };
    let codes = vec![TreeSettings { codes: vec![code], ..TreeSettings::default() }];
    let settings = WrapUpSettings { codes, ..WrapUpSettings::default() };
    let mut wrap_ups = WrapUps::new(settings, DialPlan::new("HU").expect("a country"));
    let call = Call {
        id: CallId::new(),
        direction: Direction::Inbound,
        account: "pbx".into(),
        external_id: None,
        ani: Ani(Party::Hidden),
        dnis: Dnis(Party::Internal { digits: "101".into() }),
        line: None,
        agents: vec![AgentId("Ana".into())],
        extension: None,
        state: CallState::Ended,
        started_at: NOW,
        connected_at: Some(NOW),
        ended_at: Some(NOW),
        controls: None,
        course: ringcard_core::call::Course::default(),
        privacy: None,
        extra: BTreeMap::new(),
    };
    let id = call.id.clone();
    let card = Card {
        version: 1,
        lookup: Lookup::NotAsked,
        earlier: Vec::new(),
        set_aside: Vec::new(),
        notes: Vec::new(),
        recorded: false,
        parts: Vec::new(),
    };
    let ended = CallAtDesk {
        call,
        card,
        agent: AgentId("Ana".into()),
        records: Vec::new(),
        records_unknown: false,
        coding: None,
    };
    let keeps = wrap_ups.call_ended(ended, NOW);
    assert_eq!(keeps.len(), 1);
    (wrap_ups, id, keeps)
}

fn draft(id: &CallId, comment: &str) -> Keep {
    let draft = WrapUpDraft { revision: 1, comment: comment.into(), code: Some("sold".into()), ..Default::default() };
    Keep::Draft { call_id: id.clone(), draft: Box::new(draft) }
}

fn submit(wrap_ups: &mut WrapUps, id: &CallId) -> Keep {
    let typed = WrapUpDraft { revision: 99, code: Some("sold".into()), ..Default::default() };
    let _ = wrap_ups.draft(id, typed, NOW);
    match wrap_ups.finish(id, NOW) {
        crate::wrap_up::Finish::Keep(keep) => *keep,
        other => panic!("{other:?}"),
    }
}

fn result(news: &KeepNews) -> Result<(), KeepFailure> {
    match news {
        KeepNews::WrapUp { result, .. } | KeepNews::Draft { result, .. } | KeepNews::Form { result, .. } => {
            result.clone()
        }
        KeepNews::Submit { result, .. } | KeepNews::Write { result, .. } => result.clone().map(drop),
        KeepNews::Callback { result, .. } | KeepNews::CallbackDone { result, .. } => result.clone(),
        KeepNews::Skip { result, .. } | KeepNews::Pending { result, .. } | KeepNews::Discarded { result, .. } => {
            result.clone()
        }
    }
}

fn kept(store: &mut Store, keep: Keep) {
    let news = store.keep(keep);
    assert_eq!(result(&news), Ok(()), "{news:?}");
}

#[test]
fn what_was_kept_is_there_after_the_next_start() {
    let folder = TempDir::new().expect("a folder");
    let (wrap_ups, id, keeps) = begun();
    let mut store = open(&folder);
    for keep in keeps {
        kept(&mut store, keep);
    }
    kept(&mut store, draft(&id, "h"));
    kept(&mut store, draft(&id, "half"));
    drop(store);

    let found = open(&folder).all().expect("read");
    let [(wrap_up, Some(typed))] = &found.wrap_ups[..] else { panic!("{found:?}") };
    assert_eq!(Some(wrap_up), wrap_ups.get(&id).map(|(one, _)| one));
    assert_eq!(typed.comment, "half");
    assert!(found.pending.is_empty() && found.finished.is_empty() && found.unreadable == 0);
}

/// Saves the call with this promise, or without any.
fn submit_with(id: &CallId, own_callback: Option<OwnCallback>) -> Keep {
    Keep::Submit { call_id: id.clone(), handovers: Vec::new(), own_callback: own_callback.map(Box::new), at: NOW }
}

fn promise(id: &CallId, at: Timestamp) -> OwnCallback {
    OwnCallback {
        call_id: id.clone(),
        at,
        number: "+36301234567".into(),
        name: Some("Anna".into()),
        company: None,
        comment: "wants a quote".into(),
        direction: Direction::Inbound,
        call_at: NOW,
        promised_at: NOW,
        calling: None,
    }
}

#[test]
fn a_promise_is_kept_with_its_wrap_up_moved_and_done() {
    let folder = TempDir::new().expect("a folder");
    let (_, id, keeps) = begun();
    let mut store = open(&folder);
    for keep in keeps {
        kept(&mut store, keep);
    }
    let first = promise(&id, Timestamp(5_000));
    kept(&mut store, submit_with(&id, Some(first.clone())));
    drop(store);
    let mut store = open(&folder);
    let found = store.all().expect("read");
    assert_eq!((found.own_callbacks, found.wrap_ups.len()), (vec![first.clone()], 0), "one transaction");

    let other = promise(&CallId::new(), Timestamp(4_000));
    kept(&mut store, submit_with(&other.call_id, Some(other.clone())));
    assert_eq!(store.all().expect("read").own_callbacks, [other.clone(), first.clone()], "the soonest first");
    let moved = OwnCallback { at: Timestamp(9_000), calling: Some(CallId::new()), ..other.clone() };
    kept(&mut store, Keep::Callback(Box::new(moved.clone())));
    assert_eq!(store.all().expect("read").own_callbacks, [first.clone(), moved.clone()]);

    kept(&mut store, Keep::CallbackDone { call_id: other.call_id.clone() });
    kept(&mut store, Keep::CallbackDone { call_id: other.call_id });
    // A change that was on its way does not bring it back.
    kept(&mut store, Keep::Callback(Box::new(moved)));
    assert_eq!(store.all().expect("read").own_callbacks, [first]);
}

#[test]
fn a_call_that_is_saved_twice_is_promised_once_and_the_later_words_count() {
    let folder = TempDir::new().expect("a folder");
    let id = CallId::new();
    let mut store = open(&folder);
    kept(&mut store, submit_with(&id, Some(promise(&id, Timestamp(5_000)))));
    kept(&mut store, submit_with(&id, Some(promise(&id, Timestamp(6_000)))));
    assert_eq!(store.all().expect("read").own_callbacks, [promise(&id, Timestamp(6_000))]);
    kept(&mut store, submit_with(&id, None));
    assert_eq!(store.all().expect("read").own_callbacks, []);
}

#[test]
fn a_submission_takes_the_draft_away_and_waits_until_it_is_accepted() {
    let folder = TempDir::new().expect("a folder");
    let (mut wrap_ups, id, keeps) = begun();
    let mut store = open(&folder);
    for keep in keeps {
        kept(&mut store, keep);
    }
    kept(&mut store, draft(&id, "half"));
    let KeepNews::Submit { result: Ok(rows), .. } = store.keep(submit(&mut wrap_ups, &id)) else { panic!("not kept") };
    assert_eq!(rows.len(), 1);
    // Letters that were on their way when the agent saved.
    kept(&mut store, draft(&id, "late"));
    let found = store.all().expect("read");
    assert_eq!((found.wrap_ups.len(), &found.pending, found.finished), (0, &rows, vec![id]));

    let key = rows[0].handover.key().clone();
    let error = RequestError::new(RequestErrorCode::NotSaved, "full");
    kept(&mut store, Keep::NotAccepted { key: key.clone(), tries: 3, error: error.clone() });
    drop(store);
    let mut store = open(&folder);
    let waits = &store.all().expect("read").pending[0];
    assert_eq!((waits.tries, waits.error.as_ref()), (3, Some(&error)));
    kept(&mut store, Keep::Accepted { key });
    assert!(store.all().expect("read").pending.is_empty());
}

#[test]
fn the_same_submission_again_is_not_handed_over_again() {
    let folder = TempDir::new().expect("a folder");
    let (mut wrap_ups, id, _) = begun();
    let mut store = open(&folder);
    let submit = submit(&mut wrap_ups, &id);
    kept(&mut store, submit.clone());
    kept(&mut store, submit.clone());
    let rows = store.all().expect("read").pending;
    assert_eq!(rows.len(), 1);
    kept(&mut store, Keep::Accepted { key: rows[0].handover.key().clone() });
    kept(&mut store, submit);
    assert!(store.all().expect("read").pending.is_empty(), "the hub has it");
}

#[test]
fn what_is_thrown_away_takes_its_draft_along() {
    let folder = TempDir::new().expect("a folder");
    let (_, id, keeps) = begun();
    let mut store = open(&folder);
    for keep in keeps.clone() {
        kept(&mut store, keep);
    }
    kept(&mut store, draft(&id, "half"));
    kept(&mut store, Keep::Skip { call_id: id.clone(), at: NOW });
    for keep in keeps {
        kept(&mut store, keep);
    }
    let found = store.all().expect("read");
    assert!(found.wrap_ups.is_empty(), "it does not begin again");
    assert_eq!(found.finished, [id]);
}

#[test]
fn one_that_was_over_is_open_again_with_what_is_typed_in_it_and_is_over_once_more() {
    let folder = TempDir::new().expect("a folder");
    let (_, id, keeps) = begun();
    let mut store = open(&folder);
    let again: Vec<Keep> = keeps
        .iter()
        .map(|keep| match keep {
            Keep::WrapUp(wrap_up) => Keep::WrapUpAnew(wrap_up.clone()),
            keep => keep.clone(),
        })
        .collect();
    keeps.into_iter().for_each(|keep| kept(&mut store, keep));
    kept(&mut store, Keep::Skip { call_id: id.clone(), at: NOW });
    again.into_iter().for_each(|keep| kept(&mut store, keep));
    kept(&mut store, draft(&id, "half"));
    drop(store);
    let mut store = open(&folder);
    let found = store.all().expect("read");
    assert_eq!((found.wrap_ups.len(), found.finished.as_slice()), (1, &[][..]));
    assert!(found.wrap_ups[0].1.as_ref().is_some_and(|draft| draft.comment == "half"));
    kept(&mut store, Keep::Skip { call_id: id.clone(), at: NOW });
    let found = store.all().expect("read");
    assert_eq!((found.wrap_ups.len(), found.finished), (0, vec![id]));
}

#[test]
fn a_full_disk_saves_nothing_says_so_and_works_again_with_room() {
    let folder = TempDir::new().expect("a folder");
    let (mut wrap_ups, id, keeps) = begun();
    let mut store = open(&folder);
    for keep in keeps {
        kept(&mut store, keep);
    }
    let pages: i64 = store.connection().pragma_query_value(None, "page_count", |row| row.get(0)).expect("pages");
    store.connection().pragma_update_and_check(None, "max_page_count", pages, |_| Ok(())).expect("full");
    let large = "x".repeat(100_000);
    assert_eq!(result(&store.keep(draft(&id, &large))), Err(KeepFailure::DiskFull));
    let typed = WrapUpDraft { revision: 1, comment: "y".repeat(4_000), ..Default::default() };
    wrap_ups.draft(&id, typed, NOW).expect("taken");
    let submission = {
        let mut draft = wrap_ups.get(&id).expect("there").1.clone();
        draft.revision += 1;
        draft.code = Some("sold".into());
        wrap_ups.draft(&id, draft, NOW).expect("taken");
        match wrap_ups.finish(&id, NOW) {
            crate::wrap_up::Finish::Keep(keep) => *keep,
            other => panic!("{other:?}"),
        }
    };
    let news = store.keep(submission.clone());
    assert_eq!(result(&news), Err(KeepFailure::DiskFull));
    wrap_ups.hear(&news, NOW);
    assert!(wrap_ups.views(NOW)[0].not_saved.is_some());
    assert_eq!(wrap_ups.get(&id).expect("there").1.comment.len(), 4_000, "the words are still in the form");
    let found = store.all().expect("read");
    assert_eq!((found.wrap_ups.len(), found.pending.len()), (1, 0), "nothing was half saved");

    store.connection().pragma_update_and_check(None, "max_page_count", 1 << 20, |_| Ok(())).expect("room");
    kept(&mut store, submission);
    assert_eq!(store.all().expect("read").pending.len(), 1);
}

#[test]
fn a_draft_without_its_wrap_up_is_said_to_be_not_kept() {
    let folder = TempDir::new().expect("a folder");
    let (_, id, _) = begun();
    assert_eq!(result(&open(&folder).keep(draft(&id, "half"))), Err(KeepFailure::NotBegun));
}

#[test]
fn more_than_can_be_kept_is_refused_in_words() {
    let folder = TempDir::new().expect("a folder");
    let (_, id, keeps) = begun();
    let mut store = open(&folder);
    for keep in keeps {
        kept(&mut store, keep);
    }
    assert_eq!(result(&store.keep(draft(&id, &"x".repeat(5 << 20)))), Err(KeepFailure::TooLarge));
}

#[test]
fn a_second_desk_is_kept_out_of_the_file() {
    let folder = TempDir::new().expect("a folder");
    let _store = open(&folder);
    assert!(matches!(Store::open(&path(&folder)), Err(KeepFailure::Locked { .. })));
}

#[test]
fn a_file_of_a_newer_version_is_left_alone() {
    let ours = i64::try_from(open::OPENING.kind.migrations.len()).expect("few");
    let folder = TempDir::new().expect("a folder");
    drop(open(&folder));
    let connection = Connection::open(path(&folder)).expect("the file");
    connection.pragma_update(None, "user_version", 99).expect("written");
    drop(connection);
    assert!(matches!(Store::open(&path(&folder)), Err(KeepFailure::Newer { found: 99, known, .. }) if known == ours));
}

#[test]
fn a_damaged_file_is_left_alone_until_somebody_sets_it_aside() {
    let folder = TempDir::new().expect("a folder");
    std::fs::write(path(&folder), vec![7_u8; 8192]).expect("written");
    assert!(matches!(Store::open(&path(&folder)), Err(KeepFailure::Damaged { .. })));
    assert_eq!(std::fs::read(path(&folder)).expect("there"), vec![7_u8; 8192]);
    let kept_as = set_aside(&path(&folder)).expect("set aside");
    assert_eq!(std::fs::read(kept_as).expect("kept"), vec![7_u8; 8192]);
    open(&folder);
}

#[test]
fn another_programs_database_is_not_written_into() {
    let folder = TempDir::new().expect("a folder");
    let other = Connection::open(path(&folder)).expect("a file");
    other.execute_batch("CREATE TABLE theirs (x)").expect("a table");
    drop(other);
    assert!(matches!(Store::open(&path(&folder)), Err(KeepFailure::Damaged { .. })));
}

// By modes: Windows has lists instead, tried in the hub's `own_files/windows/tests.rs`.
#[cfg(unix)]
#[test]
fn what_is_kept_is_its_users_alone_and_not_written_through_a_link() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = TempDir::new().expect("a folder");
    let deep = folder.path().join("deep/down/desk.db");
    let store = Store::open(&deep).expect("it opens");
    let mode = |path: &std::path::Path| std::fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!((mode(&deep), mode(&folder.path().join("deep"))), (0o600, 0o700));
    drop(store);
    // As an earlier version left it.
    std::fs::set_permissions(&deep, std::fs::Permissions::from_mode(0o644)).expect("chmod");
    drop(Store::open(&deep).expect("it opens"));
    assert_eq!(mode(&deep), 0o600);
    let victim = folder.path().join("victim");
    std::fs::write(&victim, "").expect("written");
    symlink(&victim, path(&folder)).expect("a link");
    let Err(failure) = Store::open(&path(&folder)) else { panic!("it was opened") };
    assert!(failure.to_string().contains("symbolic link"), "{failure}");
    assert_eq!(std::fs::read(&victim).expect("there"), b"");
}

#[test]
fn a_folder_that_cannot_be_made_is_said() {
    let folder = TempDir::new().expect("a folder");
    std::fs::write(folder.path().join("file"), "").expect("written");
    let Err(failure) = Store::open(&folder.path().join("file/desk.db")) else { panic!("it was opened") };
    assert!(matches!(failure, KeepFailure::Disk { .. }), "{failure}");
}

#[test]
fn a_row_this_version_cannot_read_stays_and_is_counted() {
    let folder = TempDir::new().expect("a folder");
    let (mut wrap_ups, id, _) = begun();
    let mut store = open(&folder);
    kept(&mut store, submit(&mut wrap_ups, &id));
    store
        .connection()
        .execute_batch(
            "INSERT INTO pending (key, since, handover) VALUES ('k', 1, '{\"kind\":\"of the future\"}');
             INSERT INTO wrap_up (call_id, started, wrap_up) VALUES ('c', 1, '[]')",
        )
        .expect("written");
    for _ in 0..2 {
        let found = store.all().expect("read");
        assert_eq!((found.pending.len(), found.wrap_ups.len(), found.unreadable), (1, 0, 2));
    }
}

#[test]
fn the_thread_keeps_what_it_was_given_and_only_the_newest_of_many_letters() {
    let folder = TempDir::new().expect("a folder");
    let (mut wrap_ups, id, keeps) = begun();
    let (keeper, found, news) = Keeper::open(&path(&folder)).expect("it opens");
    assert_eq!(found, Found::default());
    for keep in keeps {
        keeper.keep(keep).expect("taken");
    }
    let text = "a comment that is typed letter by letter, faster than any disk. ".repeat(20);
    for end in 1..=text.len() {
        keeper.keep(draft(&id, &text[..end])).expect("a thousand letters are no queue");
    }
    keeper.close(news);

    let (keeper, found, mut news) = Keeper::open(&path(&folder)).expect("it opens");
    assert_eq!(found.wrap_ups[0].1.as_ref().map(|draft| &draft.comment), Some(&text));
    keeper.keep(submit(&mut wrap_ups, &id)).expect("taken");
    let Some(KeepNews::Submit { result: Ok(rows), .. }) = news.blocking_recv() else { panic!("no news") };
    assert_eq!(rows.len(), 1);
    drop((keeper, news));
}

fn typed(place: &str, text: &str, revision: u64) -> Keep {
    Keep::Form { place: place.to_owned(), revision, typed: text.to_owned(), at: NOW }
}

#[test]
fn what_is_typed_in_a_form_is_there_after_a_kill_until_it_is_saved_or_discarded() {
    let folder = TempDir::new().expect("a folder");
    let mut store = open(&folder);
    kept(&mut store, typed("customer/new/1", "{\"name\":\"S\"}", 1));
    kept(&mut store, typed("customer/new/1", "{\"name\":\"Sz\"}", 2));
    kept(&mut store, typed("settings/agent", "{}", 3));
    // Nobody closes it: as a kill leaves it.
    drop(store);
    let mut store = open(&folder);
    let found = store.all().expect("read").forms;
    let expected = [("customer/new/1", "{\"name\":\"Sz\"}"), ("settings/agent", "{}")];
    assert_eq!(found, expected.map(|(place, text)| (place.to_owned(), NOW, text.to_owned())));
    kept(&mut store, Keep::FormGone { place: "customer/new/1".into(), revision: 4 });
    kept(&mut store, Keep::FormGone { place: "nowhere".into(), revision: 5 });
    drop(store);
    assert_eq!(open(&folder).all().expect("read").forms.len(), 1);
}

#[test]
fn a_file_of_the_first_version_takes_forms_and_keeps_what_is_in_it() {
    let folder = TempDir::new().expect("a folder");
    let first = Connection::open(path(&folder)).expect("it opens");
    let sql = include_str!("migrations/2026-11-21-desk.sql");
    let id = 0x5243_646B;
    first
        .execute_batch(&format!("PRAGMA application_id = {id}; {sql} PRAGMA user_version = 1;"))
        .expect("the first version's form");
    first.execute("INSERT INTO finished (call_id, at) VALUES ('c1', 1)", []).expect("a row");
    drop(first);
    let mut store = open(&folder);
    assert_eq!(store.all().expect("read").finished, [CallId("c1".into())]);
    kept(&mut store, typed("settings/agent", "{}", 1));
}

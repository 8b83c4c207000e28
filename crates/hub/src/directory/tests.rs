//! What cannot be brought about from outside: a full disk, a file that became read-only, a question without an end.

use super::{Directory, KeptKey, failure::NotWritten, pool::Pool};
use ringcard_connect::{Crm, CrmFailure};
use ringcard_core::{
    Timestamp,
    customer::{CustomerDetails, CustomerId, MatchReason},
    number::{DialPlan, Number, Party},
};
use rusqlite::Connection;
use std::{
    sync::{Arc, mpsc},
    time::Duration,
};

fn opened() -> (tempfile::TempDir, Directory) {
    let folder = tempfile::tempdir().expect("a folder");
    let plan = DialPlan::new("HU").expect("a country");
    let directory = Directory::open(&folder.path().join("directory.db"), plan).expect("a directory");
    (folder, directory)
}

fn customer(name: &str) -> CustomerDetails {
    CustomerDetails { name: name.to_owned(), notes: "x".repeat(15_000), ..CustomerDetails::default() }
}

async fn on_the_writer(pool: &Pool, pragma: &'static str) {
    let set = move |connection: &mut Connection| {
        connection.execute_batch(pragma).expect("a pragma");
        Ok(())
    };
    pool.write(set).await.expect("set");
}

#[tokio::test]
async fn a_full_disk_is_said_and_nothing_is_half_saved() {
    let (folder, directory) = opened();
    let kept = directory.create(customer("Kiss Anna")).await.expect("there is room");
    on_the_writer(&directory.pool, "PRAGMA max_page_count = 1").await;
    let failure = directory.create(customer("Nagy Béla")).await.expect_err("there is no room");
    assert!(failure.to_string().starts_with("NOT saved: the disk is full"), "{failure}");
    let failure = directory.update(&kept.id, CustomerDetails { notes: "y".repeat(20_000), ..customer("C") }).await;
    assert!(matches!(failure, Err(CrmFailure::NotSaved { .. })), "{failure:?}");
    assert_eq!(directory.get(&kept.id).await, Ok(kept.clone()), "what was there is there");
    assert_eq!(directory.count().await, Ok(1));

    let rows = "name,notes\n".to_owned() + &format!("Anna,{}\n", "x".repeat(15_000)).repeat(500);
    let file = folder.path().join("many.csv");
    std::fs::write(&file, rows).expect("a file");
    let progress = tokio::sync::watch::Sender::default();
    let ended = super::import::run(&directory, &file, Vec::new(), progress, Default::default()).await;
    assert_eq!((ended.state, ended.created), (super::import::ImportState::Failed, 0));
    assert!(ended.message.is_some_and(|message| message.contains("the disk is full")));

    on_the_writer(&directory.pool, "PRAGMA max_page_count = 1000000").await;
    assert!(directory.create(customer("Nagy Béla")).await.is_ok(), "there is room again");
}

#[tokio::test]
async fn a_file_that_became_read_only_answers_and_says_what_was_not_saved() {
    let (_folder, directory) = opened();
    directory.create(customer("Kiss Anna")).await.expect("saved");
    on_the_writer(&directory.pool, "PRAGMA query_only = on").await;
    let failure = directory.create(customer("Nagy Béla")).await.expect_err("it is read-only");
    assert!(failure.to_string().starts_with("NOT saved: the directory's file may not be written"), "{failure}");
    assert_eq!(directory.search("anna", 5).await.map(|found| found.len()), Ok(1));
}

/// Counts as long as it is let.
fn endless(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row(
        "WITH RECURSIVE count (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM count) SELECT max(number) FROM count",
        [],
        |row| row.get(0),
    )
}

#[tokio::test]
async fn a_question_that_takes_too_long_is_stopped_and_the_next_one_is_answered() {
    let (_folder, directory) = opened();
    for _ in 0..5 {
        let answer = directory.pool.read(Duration::from_millis(20), endless).await;
        let late = CrmFailure::Unavailable { detail: "no answer in time".to_owned() };
        assert_eq!(answer, Err(late));
    }
    assert_eq!(directory.count().await, Ok(0));
}

#[tokio::test]
async fn a_question_nobody_waits_for_any_more_is_stopped() {
    let (_folder, directory) = opened();
    let hour = Duration::from_secs(3_600);
    for _ in 0..5 {
        let (began, beginning) = tokio::sync::oneshot::channel();
        let pool = directory.pool.clone();
        let asking = tokio::spawn(async move {
            pool.read(hour, |connection| {
                let _ = began.send(());
                endless(connection)
            })
            .await
        });
        beginning.await.expect("it began");
        asking.abort();
    }
    // All readers would be counting still.
    assert_eq!(directory.count().await, Ok(0));
}

#[tokio::test]
async fn a_job_that_panics_takes_nobody_with_it() {
    let (_folder, directory) = opened();
    for _ in 0..4 {
        let answer = directory.pool.read(Duration::from_secs(5), |_| -> rusqlite::Result<()> { panic!("on purpose") });
        assert!(matches!(answer.await, Err(CrmFailure::Unavailable { .. })));
    }
    let change = directory.pool.write(|_| -> Result<(), NotWritten> { panic!("on purpose") }).await;
    assert!(matches!(change, Err(CrmFailure::NotSaved { .. })));
    assert!(directory.create(customer("Kiss Anna")).await.is_ok());
}

#[tokio::test]
async fn changes_that_find_the_queue_full_are_refused_at_once() {
    let (_folder, directory) = opened();
    let (release, held) = mpsc::channel::<()>();
    let pool = directory.pool.clone();
    let holding = tokio::spawn(async move { pool.write(move |_| Ok(held.recv().is_ok())).await });
    let directory = Arc::new(directory);
    let mut refused = None;
    let mut waiting = Vec::new();
    while refused.is_none() && waiting.len() < 1_000 {
        let one = directory.clone();
        let saving = tokio::spawn(async move { one.create(customer("Kiss Anna")).await });
        tokio::task::yield_now().await;
        if saving.is_finished() {
            refused = Some(saving.await.expect("no panic"));
        } else {
            waiting.push(saving);
        }
    }
    let refused = refused.expect("the queue is bounded");
    assert!(matches!(refused, Err(CrmFailure::NotSaved { .. })), "{refused:?}");
    release.send(()).expect("released");
    assert_eq!(holding.await.expect("no panic"), Ok(true));
    for saving in waiting {
        assert!(saving.await.expect("no panic").is_ok(), "who had a place is saved");
    }
}

/// A file as a version left it that had only the first so many migrations: a customer with a number, one that an agent chose,
/// and one that is not theirs; then what other systems' customers have.
fn left_by_version(path: &std::path::Path, version: usize) {
    let mut connection = Connection::open(path).expect("a file");
    let kind = &super::open::OPENING.kind;
    connection.pragma_update(None, "application_id", kind.application_id).expect("whose it is");
    crate::database::migrate(&mut connection, &kind.migrations[..version]).expect("its form");
    let theirs = "INSERT INTO meta VALUES ('tag', 'abcd1234');
        INSERT INTO customer (id, name, company, role, email, tags, vip, notes, fields, updated_at)
            VALUES (1, 'Kiss Anna', '', '', '', '', 0, 'pays late', '', 7);
        INSERT INTO customer_number VALUES (1, 0, 'mobile', '06 30 123 4567', 1, '36301234567', '76543210363', NULL, 1, 0);
        INSERT INTO customer_text (rowid, words) VALUES (1, 'kiss anna');
        INSERT INTO remembered VALUES ('+36301112222', 1, 7);
        INSERT INTO dismissed (number, customer_id, at) VALUES ('+36303334444', 1, 7);";
    connection.execute_batch(theirs).expect("what was there");
    if version >= 3 {
        let elsewhere = "INSERT INTO remembered_elsewhere VALUES ('+36305556666', 'crm/7', 7);
            INSERT INTO dismissed_elsewhere VALUES ('+36307778888', 'crm/7', 'Anna', 'eva', 7);
            INSERT INTO link VALUES ('abcd1234-1', 'crm/7', 'eva', 7, 0);
            INSERT INTO kept_answer VALUES ('crm', 'customer', 'crm/7', '{}', 2, 7, 7);";
        connection.execute_batch(elsewhere).expect("what was there");
    }
}

#[tokio::test]
async fn what_an_older_version_kept_is_all_there() {
    let outside = |e164: &str| Party::Outside(Number { e164: e164.to_owned(), extension: None });
    for version in 1..=super::open::OPENING.kind.migrations.len() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("directory.db");
        left_by_version(&path, version);
        let plan = DialPlan::new("HU").expect("a country");
        let directory = Directory::open(&path, plan).unwrap_or_else(|failure| panic!("{version}: {failure}"));
        let anna = CustomerId("abcd1234-1".to_owned());
        for (number, reason) in [("+36301234567", None), ("+36301112222", Some(MatchReason::Remembered))] {
            let found = directory.find_by_number(&outside(number)).await.expect("an answer");
            assert_eq!(found.iter().map(|one| &one.customer.id).collect::<Vec<_>>(), [&anna], "{version}: {number}");
            assert!(reason.is_none_or(|reason| found[0].reason == reason), "{version}: {found:?}");
            assert_eq!(found[0].customer.details.notes, "pays late");
        }
        let not_hers = directory.not_theirs_of(&anna).await.expect("an answer");
        assert_eq!(not_hers.len(), 1, "{version}");
        assert_eq!(directory.search("anna", 5).await.map(|found| found.len()), Ok(1), "{version}");

        let there = CustomerId("crm/7".to_owned());
        let links = directory.links(vec![anna.clone()]).await.expect("an answer");
        let chosen = directory.said_elsewhere(&outside("+36305556666")).await.expect("an answer").remembered;
        let key = KeptKey { account: "crm".into(), kind: "customer", key: there.0.clone() };
        let kept = directory.kept(key.clone()).await.expect("an answer");
        let is_there = version >= 3;
        assert_eq!((links.len() == 1, chosen.is_some(), kept.is_some()), (is_there, is_there, is_there), "{version}");

        // And it goes on as a file of today.
        directory.keep_and_let_go(Vec::new(), vec![key.clone()], vec![there], Timestamp(8)).await.expect("kept");
        assert_eq!(directory.links(vec![anna]).await, Ok(Vec::new()), "{version}");
        assert_eq!(directory.kept(key).await, Ok(None), "{version}");
        let said = directory.said_elsewhere(&outside("+36305556666")).await.expect("an answer");
        assert_eq!(said.remembered, None, "{version}");
        directory.close().await;
    }
}

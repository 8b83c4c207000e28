//! What cannot be brought about from outside: a full disk, a file that became read-only, a question without an end.

use super::{Directory, failure::NotWritten, pool::Pool};
use ringcard_connect::{Crm, CrmFailure};
use ringcard_core::{customer::CustomerDetails, number::DialPlan};
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

//! Files that cannot be opened: what is said, and that nothing is lost.

use super::{CustomerList, caller, details, hungary};
use ringcard_connect::{Crm, CrmFailure};
use ringcard_hub::directory::{Directory, OpenFailure};
use rusqlite::Connection;
use std::{
    fs,
    path::{Path, PathBuf},
};

fn open(path: &Path) -> Result<Directory, OpenFailure> {
    Directory::open(path, hungary())
}

fn refused(path: &Path) -> OpenFailure {
    match open(path) {
        Ok(_) => panic!("{} was opened", path.display()),
        Err(failure) => failure,
    }
}

fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("directory.db");
    (folder, path)
}

#[tokio::test]
async fn a_missing_folder_is_made() {
    let (_folder, path) = folder();
    let path = path.with_file_name("not/yet/there.db");
    assert!(open(&path).is_ok());
}

#[tokio::test]
async fn a_file_of_a_newer_version_is_left_alone() {
    let list = CustomerList::new();
    list.customer("Kiss Anna", &[]).await;
    list.directory.close().await;
    let path = list.path("directory.db");
    let newer = Connection::open(&path).expect("open");
    newer.pragma_update(None, "user_version", 99).expect("a version");
    newer.close().expect("closed");
    let before = fs::read(&path).expect("the file");
    let failure = refused(&path);
    assert!(matches!(failure, OpenFailure::NewerVersion { found: 99, .. }), "{failure:?}");
    assert!(failure.to_string().contains("install that version"), "{failure}");
    assert_eq!(fs::read(&path).expect("the file"), before, "not a byte was changed");
}

#[tokio::test]
async fn a_file_held_by_another_program_says_so() {
    let (_folder, path) = folder();
    drop(open(&path).map(|_| ()));
    let holder = Connection::open(&path).expect("open");
    holder.pragma_update(None, "locking_mode", "EXCLUSIVE").expect("a mode");
    holder.execute_batch("BEGIN EXCLUSIVE").expect("the lock");
    let failure = refused(&path);
    assert!(matches!(failure, OpenFailure::Locked { .. }), "{failure:?}");
    holder.execute_batch("ROLLBACK").expect("given up");
    drop(holder);
    assert!(open(&path).is_ok());
}

#[tokio::test]
async fn a_directory_locked_later_answers_questions_and_says_what_was_not_saved() {
    let list = CustomerList::new();
    list.customer("Kiss Anna", &["+36 30 123 4567"]).await;
    let holder = Connection::open(list.path("directory.db")).expect("open");
    holder.execute_batch("BEGIN IMMEDIATE").expect("the lock");
    assert_eq!(list.directory.find_by_number(&caller("+36301234567")).await.map(|found| found.len()), Ok(1));
    let failure = list.directory.create(details("B", &[])).await.expect_err("it is locked");
    assert!(matches!(failure, CrmFailure::NotSaved { .. }), "{failure:?}");
    assert!(failure.to_string().starts_with("NOT saved: the directory's file is held by another program"), "{failure}");
    holder.execute_batch("ROLLBACK").expect("given up");
    assert!(list.directory.create(details("B", &[])).await.is_ok());
}

#[tokio::test]
async fn what_is_no_directory_is_kept_aside_only_when_somebody_says_so() {
    let garbage = b"This is no database, however long one looks at it. ".repeat(100);
    let (folder, path) = folder();
    fs::write(&path, &garbage).expect("a file");
    let failure = refused(&path);
    assert!(matches!(failure, OpenFailure::Corrupt { .. }), "{failure:?}");
    assert_eq!(fs::read(&path).expect("the file"), garbage, "it was left alone");

    let (directory, kept_as) = Directory::set_aside_and_create(&path, hungary()).expect("a new one");
    assert_eq!(fs::read(&kept_as).expect("the old file"), garbage);
    assert_eq!(kept_as.parent(), Some(folder.path()));
    assert_eq!(directory.count().await, Ok(0));
    assert!(directory.create(details("Kiss Anna", &[])).await.is_ok());
}

#[tokio::test]
async fn another_programs_database_is_not_written_into() {
    let (_folder, path) = folder();
    let other = Connection::open(&path).expect("open");
    other.execute_batch("CREATE TABLE music (title TEXT)").expect("a table");
    other.close().expect("closed");
    let failure = refused(&path);
    assert!(failure.to_string().contains("another program's database"), "{failure}");
}

#[tokio::test]
async fn a_file_that_was_cut_off_is_damaged() {
    let list = CustomerList::new();
    let rows: String = (0..2_000).map(|row| format!("Customer {row},+36 30 {:07}\n", 1_000_000 + row)).collect();
    let file = list.file("many.csv", format!("name,phone\n{rows}"));
    list.import(&file).await;
    list.directory.close().await;
    let path = list.path("directory.db");
    let length = fs::metadata(&path).expect("the file").len();
    let file = fs::OpenOptions::new().write(true).open(&path).expect("open");
    file.set_len(length / 2 / 4096 * 4096).expect("cut");
    drop(file);
    let failure = refused(&path);
    assert!(matches!(failure, OpenFailure::Corrupt { .. }), "{failure:?}");
    let (directory, kept_as) = Directory::set_aside_and_create(&path, hungary()).expect("a new one");
    assert!(kept_as.exists());
    assert_eq!(directory.count().await, Ok(0));
}

#[tokio::test]
async fn damage_inside_is_said_when_it_is_met_and_known_at_the_next_start() {
    let list = CustomerList::new();
    let rows: String = (0..2_000).map(|row| format!("Customer {row},+36 30 {:07}\n", 1_000_000 + row)).collect();
    let file = list.file("many.csv", format!("name,phone\n{rows}"));
    list.import(&file).await;
    list.directory.close().await;
    let path = list.path("directory.db");
    let mut bytes = fs::read(&path).expect("the file");
    let victim = b"Customer 1000";
    let place = bytes.windows(victim.len()).position(|part| part == victim).expect("the customer is in the file");
    bytes[place / 4096 * 4096..][..4096].fill(0xa5);
    fs::write(&path, &bytes).expect("damaged");

    let directory = open(&path).expect("at a glance it is whole");
    let number = |row: u32| caller(&format!("+3630{:07}", 1_000_000 + row));
    let failure = directory.find_by_number(&number(1_000)).await.expect_err("it is damaged there");
    assert!(failure.to_string().contains("is damaged; start again to set it aside"), "{failure}");
    assert_eq!(directory.find_by_number(&number(10)).await.map(|found| found.len()), Ok(1), "the rest works on");
    directory.close().await;

    let failure = refused(&path);
    assert!(matches!(failure, OpenFailure::Corrupt { .. }), "the next start looks at all of it: {failure:?}");
    let (empty, kept_as) = Directory::set_aside_and_create(&path, hungary()).expect("a new one");
    empty.close().await;
    assert_eq!(fs::read(&kept_as).expect("the old file").len(), bytes.len());
    assert!(open(&path).is_ok(), "and all is well again");
}

#[tokio::test]
async fn a_folder_in_the_way_is_said() {
    let (_folder, path) = folder();
    fs::create_dir(&path).expect("a folder");
    assert!(refused(&path).to_string().contains("directory.db"));
}

//! An import that is killed in the middle.
//!
//! The import runs in a process of its own: this test's program, started again with only the test that imports.

use super::{CustomerList, hungary};
use ringcard_hub::directory::{
    Directory,
    import::{self, ImportState},
};
use std::{
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

const FOLDER: &str = "RINGCARD_TEST_KILLED_IMPORT";
const ROWS: u64 = 60_000;

/// Does nothing unless [`an_import_that_was_killed_can_be_repeated`] asks for it.
#[tokio::test]
async fn imports_until_it_is_killed() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let folder = Path::new(&folder);
    let directory = Directory::open(&folder.join("directory.db"), hungary()).expect("open");
    let (progress, _) = tokio::sync::watch::channel(Default::default());
    let file = folder.join("many.csv");
    ringcard_hub::directory::import::run(&directory, &file, Vec::new(), progress, Default::default()).await;
}

#[tokio::test]
async fn an_import_that_was_killed_can_be_repeated() {
    let list = CustomerList::new();
    let rows: String = (0..ROWS).map(|row| format!("K{row},Customer {row},+36 30 {:07}\n", 1_000_000 + row)).collect();
    let file = list.file("many.csv", format!("id,name,phone\n{rows}"));
    let mut importer = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "directory::killed::imports_until_it_is_killed", "--nocapture"])
        .env(FOLDER, list.folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a process");
    let patience = Instant::now() + Duration::from_secs(60);
    while list.directory.count().await.expect("an answer") == 0 {
        assert!(Instant::now() < patience, "the import never began");
        tokio::task::yield_now().await;
    }
    importer.kill().expect("killed");
    importer.wait().expect("gone");

    let kept = list.directory.count().await.expect("an answer");
    let last = import::last(list.directory.path()).expect("how far it came is found");
    assert_eq!((&last.file, last.progress.state, last.ended), (&file, ImportState::Interrupted, None));
    assert!(last.progress.created <= kept, "{} of {kept}", last.progress.created);
    assert!(kept > 0 && kept < ROWS, "{kept} were imported before it was killed");
    list.directory.close().await;
    let directory = Directory::open(&list.path("directory.db"), hungary()).expect("the file is whole");
    let (progress, _) = tokio::sync::watch::channel(Default::default());
    let done = ringcard_hub::directory::import::run(&directory, &file, Vec::new(), progress, Default::default()).await;
    assert_eq!(done.state, ImportState::Done, "{:?}", done.message);
    assert_eq!((done.unchanged, done.created, done.refused), (kept, ROWS - kept, 0));
    assert_eq!(directory.count().await, Ok(ROWS));
}

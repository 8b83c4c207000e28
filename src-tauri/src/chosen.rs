//! The files a person chose in the system's dialog. Their paths stay here: a page gets a handle and the name to show, so
//! that it can have nothing read that nobody chose.

use crate::contract::{CommandError, ShellErrorCode};
use serde::{Deserialize, Serialize};
use std::{
    collections::VecDeque,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard},
    time::Duration,
};
use tokio::time::Instant;
use ts_rs::TS;
use uuid::Uuid;

/// Longer than anybody looks at the columns of a file.
const KEPT_FOR: Duration = Duration::from_secs(4 * 60 * 60);

/// More than anybody chooses before one of them is imported.
const MOST: usize = 8;

/// Names a chosen file, and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct FileHandle(#[ts(type = "string")] Uuid);

/// A file somebody chose, for the page that asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ChosenFile {
    pub handle: FileHandle,
    /// To be shown.
    pub name: String,
}

#[derive(Default)]
pub struct ChosenFiles(Mutex<VecDeque<Kept>>);

struct Kept {
    handle: FileHandle,
    path: PathBuf,
    since: Instant,
}

impl ChosenFiles {
    /// Somebody chose this one.
    pub fn keep(&self, path: PathBuf) -> ChosenFile {
        let handle = FileHandle(Uuid::new_v4());
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut kept = self.kept();
        if kept.len() == MOST {
            kept.pop_front();
        }
        kept.push_back(Kept { handle, path, since: Instant::now() });
        ChosenFile { handle, name }
    }

    /// The file of a handle, while it holds.
    pub fn path(&self, handle: FileHandle) -> Result<PathBuf, CommandError> {
        let path = self.kept().iter().find(|kept| kept.handle == handle).map(|kept| kept.path.clone());
        path.ok_or_else(|| {
            CommandError::new(ShellErrorCode::File, "Choose the file again: it was used, or it is hours ago.")
        })
    }

    /// The file is used: its handle is worth nothing from now on.
    pub fn used(&self, handle: FileHandle) {
        self.kept().retain(|kept| kept.handle != handle);
    }

    fn kept(&self) -> MutexGuard<'_, VecDeque<Kept>> {
        let mut kept = self.0.lock().expect("BUG: nobody panics while holding the chosen files");
        kept.retain(|one| one.since.elapsed() < KEPT_FOR);
        kept
    }
}

/// What the tests choose instead of a person; a build for people asks the person only.
pub fn without_dialog() -> Option<PathBuf> {
    if !cfg!(debug_assertions) {
        return None;
    }
    std::env::var_os("RINGCARD_TEST_CHOOSES").map(|path| Path::new(&path).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_page_gets_a_handle_and_a_name_and_no_path() {
        let files = ChosenFiles::default();
        let chosen = files.keep("/home/ana/secret/customers.csv".into());
        let told = serde_json::to_string(&chosen).expect("JSON");
        assert!(told.contains("customers.csv") && !told.contains("secret") && !told.contains('/'), "{told}");
        assert_eq!(files.path(chosen.handle).expect("it holds"), Path::new("/home/ana/secret/customers.csv"));
        assert_ne!(files.keep("/home/ana/secret/customers.csv".into()).handle, chosen.handle);
    }

    #[tokio::test(start_paused = true)]
    async fn a_handle_is_worth_nothing_once_it_was_used_or_is_old_or_was_made_up() {
        let files = ChosenFiles::default();
        let (used, old) = (files.keep("/a.csv".into()), files.keep("/b.csv".into()));
        files.used(used.handle);
        files.path(used.handle).expect_err("it was used");
        files.path(FileHandle(Uuid::nil())).expect_err("nobody chose it");
        serde_json::from_str::<FileHandle>("\"/etc/passwd\"").expect_err("a path is no handle");
        tokio::time::sleep(KEPT_FOR).await;
        files.path(old.handle).expect_err("it is hours ago");
    }

    #[tokio::test(start_paused = true)]
    async fn only_the_last_few_are_kept() {
        let files = ChosenFiles::default();
        let first = files.keep("/first.csv".into());
        let last: Vec<_> = (0..MOST).map(|number| files.keep(format!("/{number}.csv").into())).collect();
        files.path(first.handle).expect_err("too many came after it");
        files.path(last[0].handle).expect("it holds");
        assert_eq!(files.kept().len(), MOST);
    }
}

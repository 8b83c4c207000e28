//! The last import, as it is found afterwards: by whoever closed the window meanwhile, after a restart, and after the
//! program was killed in the middle of it.
//!
//! One file beside the reports of refused rows, replaced whole. While an import goes on it says how far it is, so that
//! one which was cut off leaves at least that: whole batches are in the directory, perhaps one more than is said here.

use super::{ImportProgress, ImportState, report};
use crate::own_files::{self, NewFile};
use ringcard_connect::named;
use ringcard_core::Timestamp;
use serde::{Deserialize, Serialize};
use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::sync::watch;
use ts_rs::TS;

/// An import, under way or over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LastImport {
    /// The file that is imported.
    pub file: PathBuf,
    pub began: Timestamp,
    /// Absent: it goes on, or nobody knows when it was cut off.
    pub ended: Option<Timestamp>,
    pub progress: ImportProgress,
}

const NAME: &str = "last-import.json";

/// Written no more often while it goes on.
const PAUSE: Duration = Duration::from_millis(250);

/// More is no file of ours.
const LARGEST: u64 = 4 << 20;

/// The last import into the directory at this path. One that says it goes on was cut off, where this program runs none.
pub fn last(directory: &Path) -> Option<LastImport> {
    let path = place(directory);
    let text = named::read(&path, LARGEST).ok()?;
    let mut last: LastImport = serde_json::from_slice(&text)
        .inspect_err(|error| tracing::warn!(%error, file = %path.display(), "the last import cannot be read"))
        .ok()?;
    if last.progress.state == ImportState::Running {
        last.progress.state = ImportState::Interrupted;
    }
    Some(last)
}

/// Writes down how an import goes, until its sender is dropped or it ended.
pub(super) async fn follow(directory: PathBuf, file: PathBuf, mut progress: watch::Receiver<ImportProgress>) {
    let began = Timestamp::now();
    loop {
        let now = progress.borrow_and_update().clone();
        let over = now.state != ImportState::Running;
        let last = LastImport { file: file.clone(), began, ended: over.then(Timestamp::now), progress: now };
        let place = place(&directory);
        let written = tokio::task::spawn_blocking(move || write(&place, &last)).await;
        if let Ok(Err(error)) = written {
            // The import itself says what matters; this is for afterwards.
            tracing::warn!(%error, "how an import goes could not be written down");
        }
        if over || progress.changed().await.is_err() {
            return;
        }
        // The end is written down at once.
        let _ = tokio::time::timeout(PAUSE, progress.wait_for(|now| now.state != ImportState::Running)).await;
    }
}

fn place(directory: &Path) -> PathBuf {
    directory.with_file_name(report::FOLDER).join(NAME)
}

/// Whole or not at all.
fn write(place: &Path, last: &LastImport) -> io::Result<()> {
    if let Some(folder) = place.parent() {
        own_files::no_link(folder)?;
        own_files::make_folders(folder)?;
    }
    let mut beside = NewFile::beside(place)?;
    beside.file.write_all(&serde_json::to_vec(last)?)?;
    match last.ended {
        Some(_) => beside.take_its_place(),
        None => beside.take_its_place_unflushed(),
    }
}

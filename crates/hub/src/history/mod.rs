//! Every call and everything that happened to it, durable before anybody is told.
//!
//! Calls have a database of their own (`calls.db`): a long import or a broken customer directory never delays a
//! ring. One thread writes, others read; all are fed by bounded channels. `synchronous=FULL`: the PBX was
//! answered 200, and will not send this call again. A file that is damaged is set aside, and calls go on in a new one.
//!
//! What waits to be written to other systems is not kept here.

mod ask;
mod call_notes;
mod carry;
mod click;
mod clocks;
mod files;
mod find;
mod grouped;
mod list;
mod missed;
mod no_code;
mod notes;
mod old;
mod open;
mod outcome;
mod past;
mod record;
mod set_aside;
mod story;
mod to_tell;
mod unfinished;
mod whose;
mod with_customer;

pub use call_notes::{NoteBy, NoteNotKept};
pub use carry::Carried;
pub use click::Click;
pub use find::Wanted;
pub use missed::NotTaken;
pub use past::Past;
pub use record::Recorded;
pub use set_aside::SaidOfCall;
pub use to_tell::{ToTell, Told};
pub use unfinished::Unfinished;
pub use with_customer::CallsOf;
pub(crate) use with_customer::customers_since;

use crate::database::{NotDone, OpenFailure, is_damage};
use files::Files;
use missed::MissedChanges;
use rusqlite::ErrorCode;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};
use thiserror::Error;
use tokio::sync::watch;

/// Why the history could not be opened, read or written.
#[derive(Debug, Error)]
pub enum HistoryFailure {
    #[error(transparent)]
    Open(OpenFailure),
    #[error("the disk is full: nothing was saved")]
    DiskFull,
    #[error(
        "the call history is damaged there; it is set aside when no call can be kept, at the latest at the next start"
    )]
    Damaged,
    #[error("the call history took nothing: {0}")]
    Sqlite(rusqlite::Error),
    #[error("the call history gave no answer: {0}")]
    NotDone(NotDone),
}

impl HistoryFailure {
    /// Whether it may open when it is tried again.
    pub fn passes(&self) -> bool {
        match self {
            Self::Open(failure) => failure.passes(),
            Self::DiskFull | Self::Damaged => true,
            Self::Sqlite(error) => {
                matches!(error.sqlite_error_code(), Some(ErrorCode::CannotOpen | ErrorCode::SystemIoFailure))
            }
            Self::NotDone(why) => *why != NotDone::Closed,
        }
    }
}

impl From<rusqlite::Error> for HistoryFailure {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            _ if is_damage(&error) => Self::Damaged,
            _ => Self::Sqlite(error),
        }
    }
}

impl From<NotDone> for HistoryFailure {
    fn from(why: NotDone) -> Self {
        Self::NotDone(why)
    }
}

/// The call history. Cheap to clone.
#[derive(Clone)]
pub struct History {
    files: Arc<Files>,
    missed: MissedChanges,
}

impl History {
    /// Opens or creates the database and brings it to this version's form. A damaged one is set aside, see
    /// [`History::set_aside_as`].
    pub fn open(path: &Path) -> Result<Self, HistoryFailure> {
        Ok(Self { files: Arc::new(Files::open(path)?), missed: MissedChanges::default() })
    }

    /// Where a damaged file is kept now, if the history was begun anew since it was opened.
    pub fn set_aside_as(&self) -> Option<PathBuf> {
        self.files.kept_as()
    }

    /// Says when a damaged file was set aside while the history was open: what goes on is to be written into the new one,
    /// see [`History::carry`].
    pub fn begun_anew(&self) -> watch::Receiver<u64> {
        self.files.begun()
    }

    /// Waits until every change that was handed over before is made.
    pub async fn settled(&self) -> Result<(), HistoryFailure> {
        self.files.change(|_| Ok(())).await
    }

    /// Folds the write-ahead log back into the file. Whoever still asks gets [`NotDone::Closed`].
    pub async fn close(&self) {
        self.files.close().await;
    }
}

#[cfg(test)]
mod tests;

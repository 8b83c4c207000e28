//! Every call and everything that happened to it, durable before anybody is told.
//!
//! Calls have a database of their own (`calls.db`): a long import or a broken customer directory never delays a
//! ring. One thread writes, another reads; both are fed by bounded channels. `synchronous=FULL`: the PBX was
//! answered 200, and will not send this call again.
//!
//! What waits to be written to other systems is not kept here.

mod ask;
mod click;
mod migrations;
mod outcome;
mod record;
mod set_aside;
mod whose;
mod worker;

pub use click::Click;
pub use record::Recorded;
pub use set_aside::SaidOfCall;

use crate::{
    database::{self, OpenFailure},
    own_files,
};
use rusqlite::{Connection, ErrorCode};
use std::path::{Path, PathBuf};
use thiserror::Error;
use worker::Worker;

/// Why the history could not be opened, read or written.
#[derive(Debug, Error)]
pub enum HistoryFailure {
    #[error("{path} is damaged. It was kept as {kept_as}; start again to begin with an empty call list")]
    Corrupt { path: PathBuf, kept_as: PathBuf },
    #[error(
        "{path} was written by a newer version of Ringcard (format {found}, this one knows {known}); install that version"
    )]
    Newer { path: PathBuf, found: i64, known: i64 },
    /// The place where it is.
    #[error(transparent)]
    Place(OpenFailure),
    #[error("the disk is full: nothing was saved")]
    DiskFull,
    #[error("the call history took nothing: {0}")]
    Sqlite(rusqlite::Error),
    #[error("the call history is closed")]
    Closed,
}

impl HistoryFailure {
    /// Whether it may open when it is tried again.
    pub fn passes(&self) -> bool {
        match self {
            Self::Place(failure) => failure.passes(),
            Self::DiskFull => true,
            Self::Sqlite(error) => {
                matches!(error.sqlite_error_code(), Some(ErrorCode::CannotOpen | ErrorCode::SystemIoFailure))
            }
            Self::Corrupt { .. } | Self::Newer { .. } | Self::Closed => false,
        }
    }
}

impl From<rusqlite::Error> for HistoryFailure {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            _ => Self::Sqlite(error),
        }
    }
}

/// The call history. Cheap to clone.
#[derive(Clone)]
pub struct History {
    writer: Worker,
    /// What finds its way by an index: the live calls ask, and wait for the answer.
    reader: Worker,
    /// What may have to go through all calls.
    lists: Worker,
}

impl History {
    /// Opens or creates the database and brings it to this version's form.
    pub fn open(path: &Path) -> Result<Self, HistoryFailure> {
        let mut connection = open_connection(path)?;
        migrations::run(&mut connection, path).map_err(|failure| match failure {
            HistoryFailure::Sqlite(error) => of_place(path, error),
            other => other,
        })?;
        let reader = |name: &str| -> Result<Worker, HistoryFailure> {
            let connection = open_connection(path)?;
            connection.pragma_update(None, "query_only", true)?;
            Ok(Worker::start(name, connection))
        };
        Ok(Self {
            reader: reader("history-reader")?,
            lists: reader("history-lists")?,
            writer: Worker::start("history-writer", connection),
        })
    }

    /// Folds the write-ahead log back into the file. Whoever still asks gets [`HistoryFailure::Closed`].
    pub async fn close(&self) {
        let checkpoint =
            self.writer.run(|connection| connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())));
        if let Err(error) = checkpoint.await {
            tracing::warn!(%error, "the call history was not checkpointed; nothing is lost");
        }
        self.writer.stop();
        self.reader.stop();
        self.lists.stop();
    }
}

fn open_connection(path: &Path) -> Result<Connection, HistoryFailure> {
    own_files::database(path).map_err(|source| HistoryFailure::Place(OpenFailure::of_io(path, source)))?;
    let open = || -> rusqlite::Result<Connection> {
        let connection = database::connect(path)?;
        connection.busy_timeout(std::time::Duration::from_secs(2))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        Ok(connection)
    };
    open().map_err(|error| match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => set_aside(path),
        _ => of_place(path, error),
    })
}

fn of_place(path: &Path, error: rusqlite::Error) -> HistoryFailure {
    database::of_place(path, &error).map_or_else(|| HistoryFailure::from(error), HistoryFailure::Place)
}

/// Keeps a damaged file under another name; nothing is ever deleted.
fn set_aside(path: &Path) -> HistoryFailure {
    match database::set_aside(path) {
        Ok(kept_as) => HistoryFailure::Corrupt { path: path.to_owned(), kept_as },
        Err(failure) => HistoryFailure::Sqlite(rusqlite::Error::ToSqlConversionFailure(Box::new(failure))),
    }
}

#[cfg(test)]
mod tests;

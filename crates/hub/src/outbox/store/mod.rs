//! The outbox on disk (`outbox.db`): what waits, what became of it, what each account has used.
//!
//! A file of its own: neither an import nor the ring of a call delays *saved*. Everything here is synchronous; one
//! thread writes ([`super::writer`]), and tests use it directly.

mod change;
mod open;
mod read;

pub(super) use change::{Change, Committed, Inserted, KeptJob, Updated};
pub(super) use open::OPENING;
pub(super) use read::{Kept, Loaded, Need, Reader};

use crate::database::{Held, NotDone, OpenFailure, fold_log};
use rusqlite::{Connection, ErrorCode, TransactionBehavior};
use std::{path::Path, sync::Arc};
use thiserror::Error;

/// Why something could not be saved or read: the end of a sentence for people.
#[derive(Debug, Clone, Error)]
pub enum StoreFailure {
    #[error("the disk is full; make room and try again")]
    DiskFull,
    #[error("the outbox's file is held by another program; close it and try again")]
    Locked,
    #[error("the outbox's file may not be written; mend its permissions")]
    ReadOnly,
    #[error("the outbox's file is damaged; start again to see what can be done")]
    Damaged,
    #[error("the disk with the outbox's file does not answer ({0})")]
    Other(Arc<rusqlite::Error>),
    #[error("the outbox has stopped")]
    Stopped,
    #[error("the outbox gave no answer: {0}")]
    NotDone(NotDone),
}

impl StoreFailure {
    /// Whether the next change would fail in the same way.
    fn is_everybodys(&self) -> bool {
        !matches!(self, Self::Other(_) | Self::DiskFull)
    }
}

impl From<rusqlite::Error> for StoreFailure {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Locked,
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Self::ReadOnly,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged,
            _ => Self::Other(Arc::new(error)),
        }
    }
}

/// The writing end of the file.
pub(super) struct Store {
    connection: Connection,
}

impl Held for Store {
    fn connection(&mut self) -> &mut Connection {
        &mut self.connection
    }
}

impl Store {
    /// Opens or creates the file and brings it to this version's form.
    pub fn open(path: &Path) -> Result<Self, OpenFailure> {
        Ok(Self { connection: OPENING.writer(path)? })
    }

    #[cfg(test)]
    pub fn in_memory() -> Self {
        let mut connection = Connection::open_in_memory().expect("memory");
        (OPENING.tune)(&connection).and_then(|()| OPENING.kind.bring_up(&mut connection)).expect("tables");
        Self { connection }
    }

    /// Makes changes that wait together in one transaction: one wait for the disk for all of them. Each has its own
    /// outcome; one that cannot be made does not take the others with it.
    pub fn commit(&mut self, changes: &[Change]) -> Vec<Result<Committed, StoreFailure>> {
        match self.together(changes) {
            Ok(committed) => committed.into_iter().map(Ok).collect(),
            Err(failure) if changes.len() == 1 || failure.is_everybodys() => {
                changes.iter().map(|_| Err(failure.clone())).collect()
            }
            Err(_) => {
                let each = |change| Ok(self.together(std::slice::from_ref(change))?.remove(0));
                changes.iter().map(each).collect()
            }
        }
    }

    fn together(&mut self, changes: &[Change]) -> Result<Vec<Committed>, StoreFailure> {
        let step = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let committed = changes.iter().map(|change| change.make(&step)).collect::<rusqlite::Result<Vec<_>>>()?;
        step.commit()?;
        Ok(committed)
    }

    /// Everything that waits, and what each account has used.
    pub fn load(&self) -> Result<Loaded, StoreFailure> {
        Ok(read::load(&self.connection)?)
    }

    /// Folds the log into the file.
    pub fn fold(&mut self) {
        fold_log(&self.connection, "the outbox");
    }

    #[cfg(test)]
    pub fn need(&self, key: &str) -> Need {
        read::need(&self.connection, key).expect("it can be read")
    }

    #[cfg(test)]
    pub fn connection(&mut self) -> &mut Connection {
        &mut self.connection
    }
}

#[cfg(test)]
mod tests;

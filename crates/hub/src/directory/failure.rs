//! What SQLite's failures mean to people, and remembering that a file was found damaged.

use crate::own_files;
use ringcard_connect::CrmFailure;
use rusqlite::ErrorCode;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Why a change was not made.
pub(super) enum NotWritten {
    Crm(CrmFailure),
    Sqlite(rusqlite::Error),
}

impl From<CrmFailure> for NotWritten {
    fn from(failure: CrmFailure) -> Self {
        Self::Crm(failure)
    }
}

impl From<rusqlite::Error> for NotWritten {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl NotWritten {
    /// For people: nothing was saved.
    pub fn into_crm(self, damage: &Damage) -> CrmFailure {
        match self {
            Self::Crm(failure) => failure,
            Self::Sqlite(error) => not_saved(in_words(&error, damage)),
        }
    }
}

/// What a failed question means to people.
pub(super) fn unavailable(error: &rusqlite::Error, damage: &Damage) -> CrmFailure {
    match error.sqlite_error_code() {
        Some(ErrorCode::OperationInterrupted) => too_slow(),
        _ => CrmFailure::Unavailable { detail: in_words(error, damage) },
    }
}

pub(super) fn not_saved(why: impl Into<String>) -> CrmFailure {
    CrmFailure::NotSaved { detail: why.into() }
}

pub(super) fn closed() -> CrmFailure {
    CrmFailure::Unavailable { detail: "the directory is closed".to_owned() }
}

pub(super) fn too_slow() -> CrmFailure {
    CrmFailure::Unavailable { detail: "no answer in time".to_owned() }
}

fn in_words(error: &rusqlite::Error, damage: &Damage) -> String {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "the directory's file is held by another program; close it and try again".to_owned()
        }
        Some(ErrorCode::DiskFull) => "the disk is full; make room and try again".to_owned(),
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
            "the directory's file may not be written; mend its permissions".to_owned()
        }
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            damage.note(error);
            "the directory's file is damaged; start again to set it aside".to_owned()
        }
        Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen) => {
            "the disk with the directory's file does not answer".to_owned()
        }
        _ => {
            tracing::error!(%error, "the customer directory failed");
            "something went wrong inside the directory; the log says what".to_owned()
        }
    }
}

/// A note beside the file that it was found damaged: the next start looks at all of it, which takes too long for every
/// start, and offers to set it aside.
#[derive(Debug, Clone)]
pub(super) struct Damage(PathBuf);

impl Damage {
    pub fn of(file: &Path) -> Self {
        let mut name = file.as_os_str().to_owned();
        name.push("-damaged");
        Self(name.into())
    }

    fn note(&self, error: &rusqlite::Error) {
        if !self.is_suspected() {
            tracing::error!(%error, "the customer directory is damaged");
            if let Err(error) = own_files::open(&self.0) {
                tracing::error!(%error, "and that could not be noted for the next start");
            }
        }
    }

    pub fn is_suspected(&self) -> bool {
        self.0.exists()
    }

    pub fn forget(&self) {
        let _ = fs::remove_file(&self.0);
    }
}

//! What SQLite's failures mean to people.

use crate::database::{Damage, NotDone};
use ringcard_connect::CrmFailure;
use rusqlite::ErrorCode;

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
        Some(ErrorCode::OperationInterrupted) => CrmFailure::Unavailable { detail: NotDone::Late.to_string() },
        _ => CrmFailure::Unavailable { detail: in_words(error, damage) },
    }
}

pub(super) fn not_saved(why: impl Into<String>) -> CrmFailure {
    CrmFailure::NotSaved { detail: why.into() }
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

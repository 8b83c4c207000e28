//! Why something was not kept, in sentences that say what to do.

use super::open::OPENING;
use ringcard_hub::database::OpenFailure;
use rusqlite::ErrorCode;
use serde::Serialize;
use std::path::{Path, PathBuf};
use thiserror::Error;
use ts_rs::TS;

/// Why the desk's file could not be opened, or did not take something. Nothing was saved then; what was typed is still
/// on the screen.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeepFailure {
    #[error("{path} is held by another program: close it and try again")]
    Locked { path: PathBuf },
    /// Nothing was changed: a person, or the start, may set it aside ([`super::set_aside`]).
    #[error("{path} is damaged ({detail}): it can be kept under another name and an empty one begun")]
    Damaged { path: PathBuf, detail: String },
    #[error(
        "{path} was written by a newer version of Ringcard (format {found}, this one knows {known}): install that version"
    )]
    Newer { path: PathBuf, found: i64, known: i64 },
    #[error("{path} may not be written: mend its permissions")]
    ReadOnly { path: PathBuf },
    #[error("the disk is full: make room and save again")]
    DiskFull,
    #[error("the disk with {path} does not answer ({detail})")]
    Disk { path: PathBuf, detail: String },
    #[error("{waiting} outcomes wait for the hub already: no more can be kept until it can be reached")]
    TooMany { waiting: u32 },
    #[error("{kept} forms that are not saved are kept already: save or discard one of them")]
    TooManyForms { kept: u32 },
    #[error("this is larger than can be kept: shorten it")]
    TooLarge,
    /// A draft whose wrap-up was not kept: both are to be kept again.
    #[error("this call is not kept yet: save again")]
    NotBegun,
    #[error("the disk is too slow just now: save again in a moment")]
    Busy,
    #[error("Ringcard is closing: nothing is saved any more")]
    Closed,
}

/// The same for the user interface, which has words for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum KeepFailureCode {
    Locked,
    Damaged,
    Newer,
    ReadOnly,
    DiskFull,
    Disk,
    TooMany,
    TooLarge,
    NotBegun,
    Busy,
    Closed,
}

/// Why something was not kept, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct NotKept {
    pub code: KeepFailureCode,
    /// For people, with the file and the detail.
    pub message: String,
}

impl KeepFailure {
    pub fn code(&self) -> KeepFailureCode {
        match self {
            Self::Locked { .. } => KeepFailureCode::Locked,
            Self::Damaged { .. } => KeepFailureCode::Damaged,
            Self::Newer { .. } => KeepFailureCode::Newer,
            Self::ReadOnly { .. } => KeepFailureCode::ReadOnly,
            Self::DiskFull => KeepFailureCode::DiskFull,
            Self::Disk { .. } => KeepFailureCode::Disk,
            Self::TooMany { .. } | Self::TooManyForms { .. } => KeepFailureCode::TooMany,
            Self::TooLarge => KeepFailureCode::TooLarge,
            Self::NotBegun => KeepFailureCode::NotBegun,
            Self::Busy => KeepFailureCode::Busy,
            Self::Closed => KeepFailureCode::Closed,
        }
    }

    /// As it is shown.
    pub fn shown(&self) -> NotKept {
        NotKept { code: self.code(), message: self.to_string() }
    }

    pub(super) fn of_sqlite(path: &Path, error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::TooBig) => Self::TooLarge,
            _ => OPENING.kind.failure(path, error).into(),
        }
    }
}

impl From<OpenFailure> for KeepFailure {
    fn from(failure: OpenFailure) -> Self {
        match failure {
            OpenFailure::Locked { path } => Self::Locked { path },
            OpenFailure::Corrupt { path, detail, .. } => Self::Damaged { path, detail },
            OpenFailure::NewerVersion { path, found, known } => Self::Newer { path, found, known },
            OpenFailure::ReadOnly { path } => Self::ReadOnly { path },
            OpenFailure::NoSpace { .. } => Self::DiskFull,
            OpenFailure::Io { path, source } => Self::Disk { path, detail: source.to_string() },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::ffi;

    #[test]
    fn every_way_a_disk_can_fail_has_words_of_its_own() {
        let table = [
            (ffi::SQLITE_BUSY, "held by another program"),
            (ffi::SQLITE_LOCKED, "held by another program"),
            (ffi::SQLITE_PROTOCOL, "held by another program"),
            (ffi::SQLITE_CORRUPT, "damaged"),
            (ffi::SQLITE_NOTADB, "no database"),
            (ffi::SQLITE_ERROR, "damaged"),
            (ffi::SQLITE_READONLY, "may not be written"),
            (ffi::SQLITE_PERM, "may not be written"),
            (ffi::SQLITE_FULL, "disk is full"),
            (ffi::SQLITE_TOOBIG, "shorten it"),
            (ffi::SQLITE_IOERR, "does not answer"),
            (ffi::SQLITE_CANTOPEN, "does not answer"),
        ];
        for (code, words) in table {
            let error = rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
            let said = KeepFailure::of_sqlite(Path::new("/data/desk.db"), error).to_string();
            assert!(said.contains(words), "{code}: {said}");
        }
    }
}

//! Why a database could not be opened, and what a failure of SQLite's says about the place where it is.

use crate::own_files;
use rusqlite::ErrorCode;
use std::{
    fs::File,
    io::{self, Write},
    path::{Path, PathBuf},
};
use thiserror::Error;

/// Why a file could not be opened. Nothing was changed; each sentence says what to do.
#[derive(Debug, Error)]
pub enum OpenFailure {
    #[error("{path} is held by another program: close that one")]
    Locked { path: PathBuf },
    /// A person decides, see [`set_aside`].
    #[error("{path} is damaged ({detail}){advice}")]
    Corrupt { path: PathBuf, detail: String, advice: &'static str },
    #[error(
        "{path} was written by a newer version of Ringcard (format {found}, this one knows {known}): install that version"
    )]
    NewerVersion { path: PathBuf, found: i64, known: i64 },
    #[error("{path} may not be written: mend its permissions, or choose another folder with RINGCARD_HOME")]
    ReadOnly { path: PathBuf },
    #[error("the disk is full, {path} could not be opened: make room")]
    NoSpace { path: PathBuf },
    #[error("{path} could not be opened: {source}")]
    Io { path: PathBuf, source: io::Error },
}

impl OpenFailure {
    /// Whether it may open by itself later, or when somebody has made room for it. The others need a person to decide.
    pub fn passes(&self) -> bool {
        match self {
            Self::Locked { .. } | Self::ReadOnly { .. } | Self::NoSpace { .. } | Self::Io { .. } => true,
            Self::Corrupt { .. } | Self::NewerVersion { .. } => false,
        }
    }

    /// The same in one stable word, without a place: anybody may read it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Locked { .. } => "locked",
            Self::Corrupt { .. } => "damaged",
            Self::NewerVersion { .. } => "newer_version",
            Self::ReadOnly { .. } => "read_only",
            Self::NoSpace { .. } => "no_space",
            Self::Io { .. } => "disk",
        }
    }

    /// What a failure of the file system means to people.
    pub fn of_io(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly { path },
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::NoSpace { path },
            _ => Self::Io { path, source },
        }
    }
}

/// What a failure of SQLite's says about the place where the file is, and not about the file. SQLite mostly keeps the
/// system's own reason to itself; then the system is asked.
pub(crate) fn of_place(path: &Path, error: &rusqlite::Error) -> Option<OpenFailure> {
    of_place_by(path, error, try_to_write)
}

fn of_place_by(
    path: &Path,
    error: &rusqlite::Error,
    try_to_write: impl FnOnce(&Path) -> io::Result<()>,
) -> Option<OpenFailure> {
    let owned = path.to_owned();
    match error.sqlite_error_code()? {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::FileLockingProtocolFailed => {
            Some(OpenFailure::Locked { path: owned })
        }
        ErrorCode::ReadOnly | ErrorCode::PermissionDenied => Some(OpenFailure::ReadOnly { path: owned }),
        ErrorCode::DiskFull => Some(OpenFailure::NoSpace { path: owned }),
        ErrorCode::CannotOpen | ErrorCode::SystemIoFailure => try_to_write(path).err().map(|source| {
            tracing::debug!(%error, %source, "SQLite did not say why");
            OpenFailure::of_io(path, source)
        }),
        _ => None,
    }
}

/// Whether the file can be written, and something beside it, as SQLite does: as much as a log and its index take first.
fn try_to_write(path: &Path) -> io::Result<()> {
    match File::options().read(true).write(true).open(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let beside = path.with_extension(format!("try-{}", uuid::Uuid::now_v7().simple()));
    let written = own_files::create_new(&beside).and_then(|mut file| {
        file.write_all(&[0; 64 * 1024])?;
        file.sync_all()
    });
    let gone = std::fs::remove_file(&beside);
    written.and(gone)
}

/// Whether the file itself is damaged.
pub fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
}

#[cfg(test)]
mod tests;

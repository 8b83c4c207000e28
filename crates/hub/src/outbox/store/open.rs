//! Opening the outbox's file, and what may be wrong with it. A damaged one is never left behind silently: rows that
//! nobody sent may be in it.

use super::migrations;
use ringcard_core::Timestamp;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};
use thiserror::Error;

/// Says whose file it is, to SQLite's tools and to ourselves: `RCob`.
const APPLICATION_ID: i64 = 0x5243_6f62;
/// How long a lock of another program is waited for, at the start and at a commit: an agent waits for *saved*.
const PATIENCE: Duration = Duration::from_secs(2);
/// A file up to this size is looked at as a whole at every start.
const LOOKED_AT: u64 = 64 << 20;

/// Why the outbox could not be opened. Nothing was changed; each sentence says what to do.
#[derive(Debug, Error)]
pub enum OpenFailure {
    #[error("{path} is held by another program: close it and start again")]
    Locked { path: PathBuf },
    /// A person decides, see [`crate::outbox::set_aside`].
    #[error(
        "{path} is damaged ({detail}). What waits to be sent may be in it: put a backup in its place, or keep it under another name and begin an empty one"
    )]
    Corrupt { path: PathBuf, detail: String },
    #[error(
        "{path} was written by a newer version of Ringcard (format {found}, this one knows {known}): install that version"
    )]
    NewerVersion { path: PathBuf, found: i64, known: i64 },
    #[error("{path} may not be written: mend its permissions, or choose another folder with RINGCARD_HOME")]
    ReadOnly { path: PathBuf },
    #[error("the disk is full, {path} could not be opened: make room and start again")]
    NoSpace { path: PathBuf },
    #[error("{path} could not be opened: {source}")]
    Io { path: PathBuf, source: io::Error },
}

/// The connection that writes, on a file that is there, ours, whole and of this version's form.
pub(super) fn writer(path: &Path) -> Result<Connection, OpenFailure> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|source| of_io(path, source))?;
    }
    let failed = |error| of_sqlite(path, error);
    let mut connection = Connection::open_with_flags(path, flags() | OpenFlags::SQLITE_OPEN_CREATE).map_err(failed)?;
    connection.busy_timeout(PATIENCE).map_err(failed)?;
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(failed)?;
    let known = migrations::known();
    if found > known {
        return Err(OpenFailure::NewerVersion { path: path.to_owned(), found, known });
    }
    check_owner(&connection, path, found)?;
    if connection.is_readonly("main").map_err(failed)? {
        return Err(OpenFailure::ReadOnly { path: path.to_owned() });
    }
    if std::fs::metadata(path).is_ok_and(|file| file.len() <= LOOKED_AT) {
        look_at_all(&connection, path)?;
    }
    set_up(&mut connection).map_err(failed)?;
    Ok(connection)
}

/// A connection that only reads.
pub(super) fn reader(path: &Path) -> Result<Connection, OpenFailure> {
    let open = || {
        let connection = Connection::open_with_flags(path, flags())?;
        connection.busy_timeout(PATIENCE)?;
        connection.pragma_update(None, "query_only", true)?;
        Ok(connection)
    };
    open().map_err(|error| of_sqlite(path, error))
}

pub(super) fn set_up(connection: &mut Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // `FULL`, not `NORMAL`: an agent was told "saved".
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.set_prepared_statement_cache_capacity(32);
    migrations::run(connection)
}

/// Keeps a file under another name beside it, with its log; nothing is deleted.
pub fn set_aside(path: &Path) -> Result<PathBuf, OpenFailure> {
    let kept_as = path.with_extension(format!("damaged-{}.db", Timestamp::now().0));
    std::fs::rename(path, &kept_as).map_err(|source| of_io(path, source))?;
    for tail in ["-wal", "-shm"] {
        let beside = |path: &Path| {
            let mut name = path.as_os_str().to_owned();
            name.push(tail);
            PathBuf::from(name)
        };
        match std::fs::rename(beside(path), beside(&kept_as)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(of_io(path, error)),
            _ => {}
        }
    }
    Ok(kept_as)
}

fn flags() -> OpenFlags {
    OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX
}

/// Another program's database is not written into, whatever it is called.
fn check_owner(connection: &Connection, path: &Path, version: i64) -> Result<(), OpenFailure> {
    let failed = |error| of_sqlite(path, error);
    let corrupt = |detail: &str| Err(OpenFailure::Corrupt { path: path.to_owned(), detail: detail.to_owned() });
    let owner: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0)).map_err(failed)?;
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(failed)?;
    match (owner, tables) {
        (APPLICATION_ID, 0) if version > 0 => corrupt("its tables are gone"),
        (APPLICATION_ID, _) | (0, 0) => Ok(()),
        _ => corrupt("it is another program's database"),
    }
}

fn look_at_all(connection: &Connection, path: &Path) -> Result<(), OpenFailure> {
    let check = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0));
    match check.map_err(|error| of_sqlite(path, error))?.as_str() {
        "ok" => Ok(()),
        detail => Err(OpenFailure::Corrupt { path: path.to_owned(), detail: detail.to_owned() }),
    }
}

fn of_io(path: &Path, source: io::Error) -> OpenFailure {
    let path = path.to_owned();
    match source.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => OpenFailure::ReadOnly { path },
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => OpenFailure::NoSpace { path },
        _ => OpenFailure::Io { path, source },
    }
}

pub(super) fn of_sqlite(path: &Path, error: rusqlite::Error) -> OpenFailure {
    let path = path.to_owned();
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::FileLockingProtocolFailed) => {
            OpenFailure::Locked { path }
        }
        Some(ErrorCode::NotADatabase) => OpenFailure::Corrupt { path, detail: "it is no outbox".to_owned() },
        Some(ErrorCode::DatabaseCorrupt) => OpenFailure::Corrupt { path, detail: error.to_string() },
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => OpenFailure::ReadOnly { path },
        Some(ErrorCode::DiskFull) => OpenFailure::NoSpace { path },
        // A table or column that should be there is not.
        Some(ErrorCode::Unknown) => OpenFailure::Corrupt { path, detail: error.to_string() },
        _ => OpenFailure::Io { path, source: io::Error::other(error) },
    }
}

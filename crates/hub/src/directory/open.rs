//! Opening the directory's file, and what may be wrong with it.

use super::{failure::Damage, migrations};
use ringcard_core::Timestamp;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};
use thiserror::Error;

/// Says whose file it is, to SQLite's tools and to ourselves: `RCdr`.
const APPLICATION_ID: i64 = 0x5243_6472;

/// How long a lock of another program is waited for at the start.
const START_PATIENCE: Duration = Duration::from_secs(2);
/// And later: longer than another hub's import holds it.
const LOCK_PATIENCE: Duration = Duration::from_secs(5);

/// Pages kept in memory by each connection: the system caches the file for all of them.
pub(super) const CACHE: i64 = -4 * 1024;

/// Why the directory could not be opened. Each sentence says what to do.
#[derive(Debug, Error)]
pub enum OpenFailure {
    #[error("{path} is held by another program: close it and start again")]
    Locked { path: PathBuf },
    /// Nothing was changed: a person decides, see [`super::Directory::set_aside_and_create`].
    #[error(
        "{path} is damaged ({detail}): it can be kept under another name and an empty directory begun, or a backup put in its place"
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

/// The connection that writes, on a file that is there, ours, whole as far as a glance tells, and of this version's form.
pub(super) fn writer(path: &Path) -> Result<Connection, OpenFailure> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|source| of_io(path, source))?;
    }
    let failed = |error| of_sqlite(path, error);
    let mut connection = Connection::open_with_flags(path, flags() | OpenFlags::SQLITE_OPEN_CREATE).map_err(failed)?;
    connection.busy_timeout(START_PATIENCE).map_err(failed)?;
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(failed)?;
    let known = migrations::known();
    if found > known {
        return Err(OpenFailure::NewerVersion { path: path.to_owned(), found, known });
    }
    check_owner(&connection, path, found)?;
    if connection.is_readonly("main").map_err(failed)? {
        return Err(OpenFailure::ReadOnly { path: path.to_owned() });
    }
    set_up(&mut connection).map_err(failed)?;
    glance(&connection).map_err(failed)?;
    let damage = Damage::of(path);
    if damage.is_suspected() {
        look_at_all(&connection, path)?;
        damage.forget();
    }
    connection.busy_timeout(LOCK_PATIENCE).map_err(failed)?;
    Ok(connection)
}

/// A connection that only reads.
pub(super) fn reader(path: &Path) -> Result<Connection, OpenFailure> {
    let open = || {
        let connection = Connection::open_with_flags(path, flags())?;
        connection.busy_timeout(LOCK_PATIENCE)?;
        connection.pragma_update(None, "query_only", true)?;
        // No memory map: a file that is cut off elsewhere would end the program.
        connection.pragma_update(None, "cache_size", CACHE)?;
        connection.set_prepared_statement_cache_capacity(64);
        Ok(connection)
    };
    open().map_err(|error| of_sqlite(path, error))
}

/// Keeps a file under another name beside it, with its log; nothing is deleted.
pub(super) fn set_aside(path: &Path) -> Result<PathBuf, OpenFailure> {
    let stamp = Timestamp::now().0;
    let kept_as = path.with_extension(format!("damaged-{stamp}.db"));
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
    Damage::of(path).forget();
    Ok(kept_as)
}

fn flags() -> OpenFlags {
    OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX
}

/// Another program's database is not written into, whatever it is called.
fn check_owner(connection: &Connection, path: &Path, version: i64) -> Result<(), OpenFailure> {
    let failed = |error| of_sqlite(path, error);
    let owner: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0)).map_err(failed)?;
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(failed)?;
    match (owner, tables) {
        (APPLICATION_ID, 0) if version > 0 => {
            Err(OpenFailure::Corrupt { path: path.to_owned(), detail: "its tables are gone".to_owned() })
        }
        (APPLICATION_ID, _) | (0, 0) => Ok(()),
        _ => Err(OpenFailure::Corrupt { path: path.to_owned(), detail: "it is another program's database".to_owned() }),
    }
}

fn set_up(connection: &mut Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // `FULL`, not `NORMAL`: somebody was told "saved".
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "cache_size", CACHE)?;
    // A whole batch of an import fits into the log before it is folded back.
    connection.pragma_update(None, "wal_autocheckpoint", 16_000)?;
    connection.pragma_update(None, "journal_size_limit", 64 << 20)?;
    connection.set_prepared_statement_cache_capacity(64);
    migrations::run(connection)?;
    connection.execute("INSERT OR IGNORE INTO meta (key, value) VALUES ('tag', lower(hex(randomblob(4))))", [])?;
    Ok(())
}

/// Touches the ends of every table and index. A whole check of a million customers would take seconds, and the
/// phone may ring already: damage inside is found, and said, when it is read.
fn glance(connection: &Connection) -> rusqlite::Result<()> {
    // One end at a time: asked for both at once, SQLite would read everything between.
    for question in [
        "SELECT min(id) FROM customer",
        "SELECT max(id) FROM customer",
        "SELECT min(external_id) FROM customer WHERE external_id IS NOT NULL",
        "SELECT max(external_id) FROM customer WHERE external_id IS NOT NULL",
        "SELECT min(digits) FROM customer_number WHERE digits IS NOT NULL",
        "SELECT max(digits) FROM customer_number WHERE digits IS NOT NULL",
        "SELECT min(reversed) FROM customer_number WHERE reversed IS NOT NULL",
        "SELECT max(reversed) FROM customer_number WHERE reversed IS NOT NULL",
        "SELECT count(*) FROM (SELECT rowid FROM customer_text WHERE customer_text MATCH 'a' LIMIT 1)",
        "SELECT min(number) FROM remembered",
        "SELECT min(number) FROM dismissed",
    ] {
        connection.query_row(question, [], |_| Ok(()))?;
    }
    Ok(())
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
        Some(ErrorCode::NotADatabase) => {
            OpenFailure::Corrupt { path, detail: "it is no customer directory".to_owned() }
        }
        Some(ErrorCode::DatabaseCorrupt) => OpenFailure::Corrupt { path, detail: error.to_string() },
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => OpenFailure::ReadOnly { path },
        Some(ErrorCode::DiskFull) => OpenFailure::NoSpace { path },
        // A table or column that should be there is not.
        Some(ErrorCode::Unknown) => OpenFailure::Corrupt { path, detail: error.to_string() },
        _ => OpenFailure::Io { path, source: io::Error::other(error) },
    }
}

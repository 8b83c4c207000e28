//! Opening the desk's file, and what may be wrong with it.

use super::{KeepFailure, migrations};
use ringcard_core::Timestamp;
use rusqlite::{Connection, OpenFlags};
use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

/// Says whose file it is, to SQLite's tools and to ourselves: `RCdk`.
const APPLICATION_ID: i64 = 0x5243_646B;

/// How long another program's lock is waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// The file, ours, whole and of this version's form.
pub(super) fn open(path: &Path) -> Result<Connection, KeepFailure> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| KeepFailure::of_io(path, &error))?;
    }
    let failed = |error: rusqlite::Error| KeepFailure::of_sqlite(path, &error);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags).map_err(failed)?;
    connection.busy_timeout(PATIENCE).map_err(failed)?;
    // Nobody else has business in this file: two desks would hand over the same rows. Said before the log is first used,
    // so that its index is in memory.
    connection.pragma_update(None, "locking_mode", "EXCLUSIVE").map_err(failed)?;
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(failed)?;
    let known = migrations::known();
    if found > known {
        return Err(KeepFailure::Newer { path: path.to_owned(), found, known });
    }
    check_owner(&connection, path, found)?;
    if connection.is_readonly("main").map_err(failed)? {
        return Err(KeepFailure::ReadOnly { path: path.to_owned() });
    }
    set_up(&mut connection).map_err(failed)?;
    look_at_all(&connection, path)?;
    Ok(connection)
}

/// Keeps a file under another name beside it, with its log; nothing is deleted. Answers the name.
pub fn set_aside(path: &Path) -> Result<PathBuf, KeepFailure> {
    let failed = |error: io::Error| KeepFailure::of_io(path, &error);
    let kept_as = path.with_extension(format!("damaged-{}.db", Timestamp::now().0));
    std::fs::rename(path, &kept_as).map_err(failed)?;
    for tail in ["-wal", "-shm"] {
        let beside = |path: &Path| {
            let mut name = path.as_os_str().to_owned();
            name.push(tail);
            PathBuf::from(name)
        };
        match std::fs::rename(beside(path), beside(&kept_as)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
            _ => {}
        }
    }
    Ok(kept_as)
}

/// Another program's database is not written into, whatever it is called.
fn check_owner(connection: &Connection, path: &Path, version: i64) -> Result<(), KeepFailure> {
    let failed = |error: rusqlite::Error| KeepFailure::of_sqlite(path, &error);
    let owner: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0)).map_err(failed)?;
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(failed)?;
    let damaged = |detail: &str| KeepFailure::Damaged { path: path.to_owned(), detail: detail.to_owned() };
    match (owner, tables) {
        (APPLICATION_ID, 0) if version > 0 => Err(damaged("its tables are gone")),
        (APPLICATION_ID, _) | (0, 0) => Ok(()),
        _ => Err(damaged("it is another program's database")),
    }
}

fn set_up(connection: &mut Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "journal_size_limit", 4 << 20)?;
    migrations::run(connection)
}

/// The file is small: all of it is looked at, at every start.
fn look_at_all(connection: &Connection, path: &Path) -> Result<(), KeepFailure> {
    let check = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0));
    match check.map_err(|error| KeepFailure::of_sqlite(path, &error))?.as_str() {
        "ok" => Ok(()),
        detail => Err(KeepFailure::Damaged { path: path.to_owned(), detail: detail.to_owned() }),
    }
}

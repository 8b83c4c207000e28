//! Opening the directory's file, and what may be wrong with it.

use super::failure::Damage;
use crate::database::{self, FileKind, OpenFailure};
use rusqlite::Connection;
use std::{
    path::{Path, PathBuf},
    time::Duration,
};

pub(super) const KIND: FileKind = FileKind {
    // `RCdr`
    application_id: 0x5243_6472,
    name: "customer directory",
    when_damaged: ": it can be kept under another name and an empty directory begun, or a backup put in its place",
    migrations: &[
        include_str!("migrations/2026-11-20-customers.sql"),
        include_str!("migrations/2026-11-28-not-theirs.sql"),
    ],
};

/// How long a lock of another program is waited for at the start.
const START_PATIENCE: Duration = Duration::from_secs(2);
/// And later: longer than another hub's import holds it.
const LOCK_PATIENCE: Duration = Duration::from_secs(5);

/// Pages kept in memory by each connection: the system caches the file for all of them.
pub(super) const CACHE: i64 = -4 * 1024;

/// The connection that writes, on a file that is there, ours, whole as far as a glance tells, and of this version's form.
pub(super) fn writer(path: &Path) -> Result<Connection, OpenFailure> {
    let failed = |error| KIND.failure(path, error);
    let mut connection = KIND.open(path, |connection| connection.busy_timeout(START_PATIENCE))?;
    set_up(&mut connection).map_err(failed)?;
    glance(&connection).map_err(failed)?;
    let damage = Damage::of(path);
    if damage.is_suspected() {
        KIND.look_at_all(&connection, path)?;
        damage.forget();
    }
    connection.busy_timeout(LOCK_PATIENCE).map_err(failed)?;
    Ok(connection)
}

/// A connection that only reads.
pub(super) fn reader(path: &Path) -> Result<Connection, OpenFailure> {
    KIND.open_reader(path, |connection| {
        connection.busy_timeout(LOCK_PATIENCE)?;
        // No memory map: a file that is cut off elsewhere would end the program.
        connection.pragma_update(None, "cache_size", CACHE)?;
        connection.set_prepared_statement_cache_capacity(64);
        Ok(())
    })
}

/// Keeps a file under another name beside it; nothing is deleted.
pub(super) fn set_aside(path: &Path) -> Result<PathBuf, OpenFailure> {
    let kept_as = database::set_aside(path)?;
    Damage::of(path).forget();
    Ok(kept_as)
}

fn set_up(connection: &mut Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "cache_size", CACHE)?;
    // A whole batch of an import fits into the log before it is folded back.
    connection.pragma_update(None, "wal_autocheckpoint", 16_000)?;
    connection.pragma_update(None, "journal_size_limit", 64 << 20)?;
    connection.set_prepared_statement_cache_capacity(64);
    KIND.bring_up(connection)?;
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

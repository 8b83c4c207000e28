//! The outbox's file. A damaged one is never left behind silently: rows that nobody sent may be in it.

use crate::database::{FileKind, OpenFailure};
use rusqlite::Connection;
use std::{path::Path, time::Duration};

pub(in crate::outbox) const KIND: FileKind = FileKind {
    // `RCob`
    application_id: 0x5243_6f62,
    name: "outbox",
    when_damaged: ". What waits to be sent may be in it: put a backup in its place, or keep it under another name and begin \
                   an empty one",
    // None ever drops a row that waits.
    migrations: &[
        include_str!("migrations/2026-11-21-outbox.sql"),
        include_str!("migrations/2026-11-28-shared-budgets.sql"),
    ],
};

/// How long a lock of another program is waited for, at the start and at a commit: an agent waits for *saved*.
const PATIENCE: Duration = Duration::from_secs(2);
/// A file up to this size is looked at as a whole at every start.
const LOOKED_AT: u64 = 64 << 20;

/// The connection that writes, on a file that is there, ours, whole and of this version's form.
pub(super) fn writer(path: &Path) -> Result<Connection, OpenFailure> {
    let mut connection = KIND.open(path, |connection| connection.busy_timeout(PATIENCE))?;
    if std::fs::metadata(path).is_ok_and(|file| file.len() <= LOOKED_AT) {
        KIND.look_at_all(&connection, path)?;
    }
    set_up(&mut connection).map_err(|error| KIND.failure(path, error))?;
    Ok(connection)
}

/// A connection that only reads.
pub(super) fn reader(path: &Path) -> Result<Connection, OpenFailure> {
    KIND.open_reader(path, |connection| connection.busy_timeout(PATIENCE))
}

pub(super) fn set_up(connection: &mut Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.set_prepared_statement_cache_capacity(32);
    KIND.bring_up(connection)
}

//! The desk's file.

use super::KeepFailure;
use ringcard_hub::database::{self, FileKind};
use rusqlite::Connection;
use std::{
    path::{Path, PathBuf},
    time::Duration,
};

pub(super) const KIND: FileKind = FileKind {
    // `RCdk`
    application_id: 0x5243_646B,
    name: "database",
    // [`KeepFailure`] has its own words.
    when_damaged: "",
    // None may drop a draft or a pending row.
    migrations: &[
        include_str!("migrations/2026-11-21-desk.sql"),
        include_str!("migrations/2026-11-28-a-form-drafts.sql"),
        include_str!("migrations/2026-11-28-callbacks.sql"),
    ],
};

/// How long another program's lock is waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// The file, ours, whole and of this version's form.
pub(super) fn open(path: &Path) -> Result<Connection, KeepFailure> {
    let mut connection = KIND.open(path, |connection| {
        connection.busy_timeout(PATIENCE)?;
        // Nobody else has business in this file: two desks would hand over the same rows. Said before the log is first
        // used, so that its index is in memory.
        connection.pragma_update(None, "locking_mode", "EXCLUSIVE")
    })?;
    set_up(&mut connection).map_err(|error| KeepFailure::of_sqlite(path, error))?;
    // It is small.
    KIND.look_at_all(&connection, path)?;
    Ok(connection)
}

/// Keeps a file under another name beside it, with its log; nothing is deleted. Answers the name.
pub fn set_aside(path: &Path) -> Result<PathBuf, KeepFailure> {
    Ok(database::set_aside(path)?)
}

fn set_up(connection: &mut Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "journal_size_limit", 4 << 20)?;
    KIND.bring_up(connection)
}

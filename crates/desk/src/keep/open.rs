//! The desk's file.

use super::KeepFailure;
use ringcard_hub::database::{FileKind, Look, Opening};
use rusqlite::Connection;
use std::{
    path::{Path, PathBuf},
    time::Duration,
};

/// How long another program's lock is waited for.
const PATIENCE: Duration = Duration::from_secs(2);

pub(super) const OPENING: Opening = Opening {
    kind: FileKind {
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
    },
    patience: PATIENCE,
    later_patience: PATIENCE,
    // Nobody else has business in this file: two desks would hand over the same rows. Said before the log is first used, so
    // that its index is in memory.
    begin: |connection| connection.pragma_update(None, "locking_mode", "EXCLUSIVE"),
    tune,
    // It is small.
    look: Look::Whole,
};

/// Keeps a file under another name beside it, with its log; nothing is deleted. Answers the name.
pub fn set_aside(path: &Path) -> Result<PathBuf, KeepFailure> {
    Ok(OPENING.set_aside(path)?)
}

fn tune(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "journal_size_limit", 4 << 20)
}

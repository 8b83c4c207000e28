//! The outbox's file. A damaged one is never left behind silently: rows that nobody sent may be in it.

use crate::database::{FileKind, Look, Opening};
use rusqlite::Connection;
use std::time::Duration;

/// How long a lock of another program is waited for, at the start and at a commit: an agent waits for *saved*.
const PATIENCE: Duration = Duration::from_secs(2);

pub(in crate::outbox) const OPENING: Opening = Opening {
    kind: FileKind {
        // `RCob`
        application_id: 0x5243_6f62,
        name: "outbox",
        when_damaged: ". What waits to be sent may be in it: put a backup in its place, or keep it under another name and begin \
                       an empty one",
        // None ever drops a row that waits.
        migrations: &[
            include_str!("migrations/2026-11-21-outbox.sql"),
            include_str!("migrations/2026-11-28-needs-and-references.sql"),
            include_str!("migrations/2026-11-28-shared-budgets.sql"),
            include_str!("migrations/2026-11-30-of-call.sql"),
            include_str!("migrations/2026-12-02-jobs.sql"),
        ],
    },
    patience: PATIENCE,
    later_patience: PATIENCE,
    begin: |_| Ok(()),
    tune,
    look: Look::WholeUpTo(64 << 20),
};

fn tune(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.set_prepared_statement_cache_capacity(32);
    Ok(())
}

//! How the directory's file is opened.

use crate::database::{FileKind, Look, OpenFailure, Opening};
use rusqlite::Connection;
use std::{path::Path, time::Duration};

/// Pages kept in memory by each connection: the system caches the file for all of them.
pub(super) const CACHE: i64 = -4 * 1024;

pub(super) const OPENING: Opening = Opening {
    kind: FileKind {
        // `RCdr`
        application_id: 0x5243_6472,
        name: "customer directory",
        when_damaged: ": it can be kept under another name and an empty directory begun, or a backup put in its place",
        migrations: &[
            include_str!("migrations/2026-11-20-customers.sql"),
            include_str!("migrations/2026-11-28-not-theirs.sql"),
            include_str!("migrations/2026-12-04-other-systems.sql"),
            include_str!("migrations/2026-12-06-gone-elsewhere.sql"),
            include_str!("migrations/2026-12-08-imports.sql"),
            include_str!("migrations/2026-12-10-blocks.sql"),
            include_str!("migrations/2026-12-11-unsure.sql"),
        ],
    },
    patience: Duration::from_secs(2),
    // Longer than an import beside it holds the lock.
    later_patience: Duration::from_secs(5),
    begin: |_| Ok(()),
    tune,
    // One end at a time: asked for both at once, SQLite would read everything between.
    look: Look::Glance(&[
        "SELECT min(id) FROM customer",
        "SELECT max(id) FROM customer",
        "SELECT min(external_id) FROM customer WHERE external_id IS NOT NULL",
        "SELECT max(external_id) FROM customer WHERE external_id IS NOT NULL",
        "SELECT min(customer_id >> 17) FROM customer_number WHERE digits IS NOT NULL",
        "SELECT max(customer_id >> 17) FROM customer_number WHERE digits IS NOT NULL",
        "SELECT min(customer_id >> 17) FROM customer_number WHERE reversed IS NOT NULL",
        "SELECT max(customer_id >> 17) FROM customer_number WHERE reversed IS NOT NULL",
        "SELECT min(digits) FROM customer_number WHERE digits IS NOT NULL AND (kind <> 1 OR certainty = 0)",
        "SELECT max(digits) FROM customer_number WHERE digits IS NOT NULL AND (kind <> 1 OR certainty = 0)",
        "SELECT count(*) FROM (SELECT rowid FROM customer_text WHERE customer_text MATCH 'a' LIMIT 1)",
        "SELECT min(number) FROM remembered",
        "SELECT min(number) FROM dismissed",
        "SELECT min(number) FROM remembered_elsewhere",
        "SELECT min(one) FROM link",
    ]),
};

/// The connection that writes.
pub(super) fn writer(path: &Path) -> Result<Connection, OpenFailure> {
    let connection = OPENING.writer(path)?;
    let tag = "INSERT OR IGNORE INTO meta (key, value) VALUES ('tag', lower(hex(randomblob(4))))";
    connection.execute(tag, []).map_err(|error| OPENING.kind.failure(path, error))?;
    Ok(connection)
}

fn tune(connection: &Connection) -> rusqlite::Result<()> {
    // No memory map: a file that is cut off elsewhere would end the program.
    connection.pragma_update(None, "cache_size", CACHE)?;
    // A whole batch of an import fits into the log before it is folded back.
    connection.pragma_update(None, "wal_autocheckpoint", 16_000)?;
    connection.pragma_update(None, "journal_size_limit", 64 << 20)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(())
}

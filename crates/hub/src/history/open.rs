//! The file of the call history (`calls.db`). A damaged one never keeps calls from coming in: it is kept beside under another
//! name, and a new one begun.

use crate::database::{FileKind, Look, Opening};
use rusqlite::Connection;
use std::time::Duration;

pub(super) const OPENING: Opening = Opening {
    kind: FileKind {
        // `RCcl`
        application_id: 0x5243_636c,
        name: "call history",
        when_damaged: "",
        migrations: &[
            include_str!("migrations/2026-11-20-calls.sql"),
            include_str!("migrations/2026-11-21-outcomes.sql"),
            include_str!("migrations/2026-11-28-set-aside.sql"),
            include_str!("migrations/2026-11-28-clicks.sql"),
            include_str!("migrations/2026-11-28-list-walks.sql"),
            include_str!("migrations/2026-11-29-legs.sql"),
            include_str!("migrations/2026-11-29-notes-so-far.sql"),
            include_str!("migrations/2026-12-01-clocks.sql"),
            include_str!("migrations/2026-12-01-missed.sql"),
            include_str!("migrations/2026-12-01-search.sql"),
            include_str!("migrations/2026-11-30-to-tell.sql"),
            include_str!("migrations/2026-12-02-old-calls.sql"),
            include_str!("migrations/2026-12-02-notes.sql"),
            include_str!("migrations/2026-12-02-no-code.sql"),
            include_str!("migrations/2026-12-02-private.sql"),
        ],
    },
    patience: Duration::from_secs(2),
    later_patience: Duration::from_secs(2),
    begin: sign_unsigned,
    tune: |connection| {
        connection.pragma_update(None, "foreign_keys", true)?;
        // What is deleted is not left lying in the file.
        connection.pragma_update(None, "secure_delete", true)?;
        // Every shape of the call list, and what is asked beside it.
        connection.set_prepared_statement_cache_capacity(64);
        Ok(())
    },
    look: Look::Glance(&[
        "SELECT min(id) FROM call",
        "SELECT max(id) FROM call",
        "SELECT count(*) FROM call WHERE over = 0",
        "SELECT max(number_key) FROM call WHERE number_key IS NOT NULL",
        "SELECT max(call_id) FROM step",
        "SELECT max(agent) FROM call_agent",
        "SELECT max(key) FROM outcome",
        "SELECT max(agent) FROM click",
        "SELECT max(call_id) FROM set_aside",
        "SELECT max(call_id) FROM note_so_far",
        "SELECT max(n) FROM note",
        "SELECT max(account) FROM clock",
        "SELECT max(n) FROM call_n",
        "SELECT max(id) FROM missed",
        "SELECT max(call_id) FROM missed_call",
        "SELECT max(call_id) FROM to_tell",
        "SELECT max(call_id) FROM no_code",
    ]),
};

/// The first versions did not sign their files: they are known by a table that nobody else has.
fn sign_unsigned(connection: &Connection) -> rusqlite::Result<()> {
    let signature: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let is_ours = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'call_agent'";
    if signature == 0 && connection.query_row(is_ours, [], |row| row.get(0))? {
        connection.pragma_update(None, "application_id", OPENING.kind.application_id)?;
    }
    Ok(())
}

//! Frozen history: dated, additive, never changed once released. None ever drops a row that waits.

use rusqlite::{Connection, TransactionBehavior};

const MIGRATIONS: &[&str] = &[include_str!("migrations/2026-11-21-outbox.sql")];

/// The newest form this version knows.
pub(super) fn known() -> i64 {
    i64::try_from(MIGRATIONS.len()).expect("BUG: there are not that many migrations")
}

/// Brings the file from the form it has to the newest, one committed step after the other.
pub(super) fn run(connection: &mut Connection) -> rusqlite::Result<()> {
    run_all(connection, MIGRATIONS)
}

pub(super) fn run_all(connection: &mut Connection, migrations: &[&str]) -> rusqlite::Result<()> {
    loop {
        // Under the lock: another hub may be at it at the same moment.
        let step = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let found: i64 = step.pragma_query_value(None, "user_version", |row| row.get(0))?;
        let Some(migration) = usize::try_from(found).ok().and_then(|found| migrations.get(found)) else {
            return Ok(());
        };
        step.execute_batch(migration)?;
        step.pragma_update(None, "user_version", found + 1)?;
        step.commit()?;
    }
}

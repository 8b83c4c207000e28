//! Frozen history: dated, additive, never changed once released. None may drop a draft or a pending row.

use rusqlite::Connection;

const MIGRATIONS: &[&str] = &[include_str!("migrations/2026-11-21-desk.sql")];

/// The version this program knows.
pub(super) fn known() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

pub(super) fn run(connection: &mut Connection) -> rusqlite::Result<()> {
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    for (done, migration) in MIGRATIONS.iter().enumerate().skip(usize::try_from(found).unwrap_or(0)) {
        let step = connection.transaction()?;
        step.execute_batch(migration)?;
        step.pragma_update(None, "user_version", i64::try_from(done + 1).unwrap_or(i64::MAX))?;
        step.commit()?;
    }
    Ok(())
}

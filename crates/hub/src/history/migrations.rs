//! Frozen history: dated, additive, never changed once released.

use super::HistoryFailure;
use crate::database::migrate;
use rusqlite::Connection;
use std::path::Path;

const MIGRATIONS: &[&str] = &[
    include_str!("migrations/2026-11-20-calls.sql"),
    include_str!("migrations/2026-11-21-outcomes.sql"),
    include_str!("migrations/2026-11-28-set-aside.sql"),
    include_str!("migrations/2026-11-28-clicks.sql"),
];

pub(super) fn run(connection: &mut Connection, path: &Path) -> Result<(), HistoryFailure> {
    let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > known {
        return Err(HistoryFailure::Newer { path: path.to_owned(), found, known });
    }
    Ok(migrate(connection, MIGRATIONS)?)
}

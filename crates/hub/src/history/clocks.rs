//! How far the clocks of telephone systems are off: known at the next start, so that its first word is not taken for an old
//! one.

use super::{History, HistoryFailure};
use rusqlite::params;
use std::collections::BTreeMap;

impl History {
    /// By account, how far ahead each is, in milliseconds.
    pub async fn clocks(&self) -> Result<BTreeMap<String, i64>, HistoryFailure> {
        self.files
            .ask(|connection| {
                connection
                    .prepare_cached("SELECT account, ahead FROM clock")?
                    .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
                    .collect()
            })
            .await
    }

    /// Keeps how far ahead the clock of an account's telephone system is.
    pub async fn clock_is(&self, account: String, ahead: i64) -> Result<(), HistoryFailure> {
        self.files
            .change(move |connection| {
                connection
                    .prepare_cached(
                        "INSERT INTO clock (account, ahead) VALUES (?1, ?2)
                         ON CONFLICT (account) DO UPDATE SET ahead = excluded.ahead",
                    )?
                    .execute(params![account, ahead])
                    .map(drop)
            })
            .await
    }
}

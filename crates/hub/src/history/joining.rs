//! Which call of the history data without an id are about.

use super::{History, HistoryFailure, ask::parsed, record::number_key};
use ringcard_core::{Timestamp, call::Call, number::Party};
use rusqlite::params;
use std::time::Duration;

/// Data come so long after a call's beginning at most.
const LATEST: Duration = Duration::from_secs(12 * 3600);

impl History {
    /// The last calls with this customer on this account whose data did not come yet, the newest first.
    pub async fn without_data(&self, account: String, customer: &Party) -> Result<Vec<Call>, HistoryFailure> {
        let Some(key) = number_key(customer) else { return Ok(Vec::new()) };
        let since = Timestamp::now().before(LATEST);
        self.files
            .ask(move |connection| {
                connection
                    .prepare_cached(
                        "SELECT call FROM call WHERE number_key = ?1 AND account = ?2 AND started_at >= ?3 AND over = 1
                            AND NOT EXISTS (SELECT 1 FROM step WHERE call_id = call.id AND about LIKE '%\"record\":true%')
                         ORDER BY id DESC LIMIT 10",
                    )?
                    .query_map(params![key, account, since.0], |row| parsed(row, 0))?
                    .collect()
            })
            .await
    }
}

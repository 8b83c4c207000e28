//! Calls that need no code, as somebody said.

use super::{History, HistoryFailure};
use ringcard_core::{
    Timestamp,
    call::{AgentId, CallId},
};
use rusqlite::params;

impl History {
    /// Keeps that a call needs no code; the first word stays. `false`: there is no such call.
    pub async fn needs_no_code(&self, id: CallId, by: Option<AgentId>, at: Timestamp) -> Result<bool, HistoryFailure> {
        self.files
            .change(move |connection| {
                let change = connection.transaction()?;
                let is_there = change.prepare_cached("SELECT 1 FROM call WHERE id = ?1")?.exists([&id.0])?;
                if is_there {
                    change
                        .prepare_cached(
                            "INSERT INTO no_code (call_id, agent, at) VALUES (?1, ?2, ?3) ON CONFLICT (call_id) DO NOTHING",
                        )?
                        .execute(params![id.0, by.map(|by| by.0), at.0])?;
                }
                change.commit()?;
                Ok(is_there)
            })
            .await
    }
}

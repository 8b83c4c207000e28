//! Whose a call is.

use super::{History, HistoryFailure};
use ringcard_core::call::{AgentId, CallId};
use rusqlite::params;

impl History {
    /// Whether it rang for this agent, or was dialled by them; `None`: there is no such call.
    pub async fn is_of(&self, id: CallId, agent: AgentId) -> Result<Option<bool>, HistoryFailure> {
        self.files
            .ask(move |connection| {
                let (is_there, is_theirs) = connection
                    .prepare_cached(
                        "SELECT EXISTS (SELECT 1 FROM call WHERE id = ?1),
                                EXISTS (SELECT 1 FROM call_agent WHERE agent = ?2 AND call_id = ?1)",
                    )?
                    .query_row(params![id.0, agent.0], |row| Ok((row.get::<_, bool>(0)?, row.get(1)?)))?;
                Ok(is_there.then_some(is_theirs))
            })
            .await
    }
}

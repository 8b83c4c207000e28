//! Whose click a call is. A key is kept with its call, so that after a crash, too, the same key is the same call.

use super::{History, HistoryFailure, ask::parsed};
use ringcard_core::call::{AgentId, Call, CallId};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

/// What started a click-to-call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Click {
    /// Absent: a script that named no agent.
    pub by: Option<AgentId>,
    /// An agent's keys are their own; each belongs to one call.
    pub key: String,
}

impl Click {
    pub(super) fn agent(&self) -> &str {
        self.by.as_ref().map_or("", |agent| &agent.0)
    }
}

impl History {
    /// The call that this click started, however long ago.
    pub async fn clicked(&self, click: Click) -> Result<Option<Call>, HistoryFailure> {
        self.files
            .ask(move |connection| {
                connection
                    .prepare_cached(
                        "SELECT call FROM click JOIN call ON call.id = call_id WHERE click.agent = ?1 AND key = ?2",
                    )?
                    .query_row(params![click.agent(), click.key], |row| parsed(row, 0))
                    .optional()
            })
            .await
    }

    /// Remembers another click that is the same call. When this returns `Ok`, it survives a power cut.
    pub async fn clicked_again(&self, click: Click, id: CallId) -> Result<(), HistoryFailure> {
        self.files
            .change(move |connection| {
                let change = connection.transaction()?;
                write_click(&change, &click, &id)?;
                change.commit()
            })
            .await
    }
}

/// Fails where the key belongs to a call already: whoever dials has looked before.
pub(super) fn write_click(change: &Transaction<'_>, click: &Click, id: &CallId) -> rusqlite::Result<()> {
    change
        .prepare_cached("INSERT INTO click (agent, key, call_id) VALUES (?1, ?2, ?3)")?
        .execute(params![click.agent(), click.key, id.0])
        .map(drop)
}

/// The click that started a call.
pub(super) fn click_of(connection: &Connection, id: &CallId) -> rusqlite::Result<Option<Click>> {
    connection
        .prepare_cached("SELECT agent, key FROM click WHERE call_id = ?1 LIMIT 1")?
        .query_row([&id.0], |row| {
            let agent: String = row.get(0)?;
            Ok(Click { by: Some(AgentId(agent)).filter(|agent| !agent.0.is_empty()), key: row.get(1)? })
        })
        .optional()
}

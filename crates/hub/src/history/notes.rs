//! What agents noted of a call so far: kept with the call, written to no other system.

use super::{History, HistoryFailure, find::write_words};
use ringcard_core::{
    Timestamp,
    call::{AgentId, CallId},
    customer::NoteSoFar,
};
use rusqlite::{Connection, params};

impl History {
    /// Keeps what an agent noted, in place of what they noted before. Answers all notes of the call.
    pub async fn note_so_far(&self, id: CallId, note: NoteSoFar) -> Result<Vec<NoteSoFar>, HistoryFailure> {
        self.files
            .change(move |connection| {
                let change = connection.transaction()?;
                write_note(&change, &id, &note)?;
                write_words(&change, &id)?;
                let notes = notes_of(&change, &id)?;
                change.commit()?;
                Ok(notes)
            })
            .await
    }
}

/// An empty one stays as a row, so that the order stays, and is not among what is read.
pub(super) fn write_note(change: &Connection, id: &CallId, note: &NoteSoFar) -> rusqlite::Result<()> {
    change
        .prepare_cached(
            "INSERT INTO note_so_far (call_id, agent, begun, at, note) VALUES (?1, ?2, ?3, ?3, ?4)
             ON CONFLICT (call_id, agent) DO UPDATE SET at = excluded.at, note = excluded.note WHERE note <> excluded.note",
        )?
        .execute(params![id.0, note.by.0, note.at.0, note.note])
        .map(drop)
}

pub(super) fn notes_of(connection: &Connection, id: &CallId) -> rusqlite::Result<Vec<NoteSoFar>> {
    connection
        .prepare_cached(
            "SELECT agent, note, at FROM note_so_far WHERE call_id = ?1 AND note <> '' ORDER BY begun, agent LIMIT 20",
        )?
        .query_map([&id.0], |row| {
            Ok(NoteSoFar { by: AgentId(row.get(0)?), note: row.get(1)?, at: Timestamp(row.get(2)?) })
        })?
        .collect()
}

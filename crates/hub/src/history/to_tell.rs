//! Calls that are over and of which something is new, for whoever tells other systems.
//!
//! A row is made by triggers in the transaction that changed the call, so that no kill comes between. It goes when what
//! follows from it is on disk in the outbox, and only if nothing new came meanwhile.

use super::{History, HistoryFailure, ask::row, call_notes::notes_of, list::COLUMNS};
use ringcard_core::{Timestamp, call::CallId, frame::CallRow, note::CallNote};
use rusqlite::{OptionalExtension, params};

/// A call of which something is new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToTell {
    pub id: CallId,
    news: i64,
}

/// All that is told of a call.
#[derive(Debug, Clone)]
pub struct Told {
    pub row: CallRow,
    pub notes: Vec<CallNote>,
}

impl History {
    /// Those whose time has come, in order of it.
    pub async fn to_tell(&self, now: Timestamp, most: u32) -> Result<Vec<ToTell>, HistoryFailure> {
        self.files
            .ask(move |connection| {
                connection
                    .prepare_cached("SELECT call_id, news FROM to_tell WHERE due <= ?1 ORDER BY due, call_id LIMIT ?2")?
                    .query_map(params![now.0, most], |row| Ok(ToTell { id: CallId(row.get(0)?), news: row.get(1)? }))?
                    .collect()
            })
            .await
    }

    /// One was told, unless something new came meanwhile; where more follows by itself, it is looked at `again`.
    pub async fn told(&self, one: ToTell, again: Option<Timestamp>) -> Result<(), HistoryFailure> {
        self.files
            .change(move |connection| {
                let made = match again {
                    None => connection
                        .prepare_cached("DELETE FROM to_tell WHERE call_id = ?1 AND news = ?2")?
                        .execute(params![one.id.0, one.news]),
                    Some(again) => connection
                        .prepare_cached("UPDATE to_tell SET due = ?3 WHERE call_id = ?1 AND news = ?2")?
                        .execute(params![one.id.0, one.news, again.0]),
                };
                made.map(drop)
            })
            .await
    }

    /// Something is new of a call that the call list itself knows nothing of: its recording is here.
    pub async fn has_news(&self, id: CallId) -> Result<(), HistoryFailure> {
        self.files
            .change(move |connection| {
                connection
                    .prepare_cached(
                        "INSERT INTO to_tell (call_id, news, due) SELECT id, 1, 0 FROM call WHERE id = ?1 AND over = 1
                         ON CONFLICT (call_id) DO UPDATE SET news = news + 1, due = 0",
                    )?
                    .execute([&id.0])
                    .map(drop)
            })
            .await
    }

    /// What is told of it; absent where it is not there. `asks_approval`: what machines wrote waits for somebody's.
    pub async fn to_be_told(&self, id: CallId, asks_approval: bool) -> Result<Option<Told>, HistoryFailure> {
        self.files
            .ask(move |connection| {
                let found = connection
                    .query_row(&format!("SELECT {COLUMNS} FROM call WHERE id = ?1"), [&id.0], row)
                    .optional()?;
                let Some(row) = found else { return Ok(None) };
                Ok(Some(Told { row, notes: notes_of(connection, &id, asks_approval)? }))
            })
            .await
    }
}

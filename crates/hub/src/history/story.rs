//! What agents noted of a call and how they coded it, as parts of its story.

use super::call_notes::notes_of;
use ringcard_core::{
    call::CallId,
    frame::{Happened, Moment},
    note::NoteKind,
    outcome::CallOutcome,
};
use rusqlite::Connection;

/// A call is coded now and then anew, not hundreds of times.
const CODES: u32 = 100;
/// So many letters of a note.
const BEGINS: usize = 1000;

/// All of it, oldest first.
pub(super) fn moments_of(connection: &Connection, id: &CallId) -> rusqlite::Result<Vec<Moment>> {
    let mut moments = noted(connection, id)?;
    moments.extend(coded(connection, id)?);
    moments.sort_by_key(|moment| moment.at);
    Ok(moments)
}

/// What agents noted of it; of a long note the beginning, as its notes are read whole beside the story.
fn noted(connection: &Connection, id: &CallId) -> rusqlite::Result<Vec<Moment>> {
    let notes = notes_of(connection, id, false)?.into_iter().filter(|note| note.kind == NoteKind::Note);
    let noted = notes.filter_map(|note| {
        let begins = note.text.chars().take(BEGINS).collect();
        Some(Moment { at: note.at, what: Happened::Noted { by: note.by?, note: begins } })
    });
    Ok(noted.collect())
}

/// Every code it got.
fn coded(connection: &Connection, id: &CallId) -> rusqlite::Result<Vec<Moment>> {
    let mut query = connection
        .prepare_cached("SELECT outcome FROM outcome WHERE call_id = ?1 ORDER BY at DESC, key DESC LIMIT ?2")?;
    let texts = query.query_map(rusqlite::params![id.0, CODES], |row| row.get::<_, String>(0))?;
    let mut moments = Vec::new();
    for text in texts {
        // One that a newer version wrote takes nobody the others.
        let Ok(outcome) = serde_json::from_str::<CallOutcome>(&text?) else { continue };
        moments.push(Moment { at: outcome.at, what: Happened::Coded { outcome } });
    }
    moments.reverse();
    Ok(moments)
}

//! What was going on when the hub stopped. It is read past whatever is damaged or says nothing: that keeps no hub from its
//! work.

use super::{
    Click, History, HistoryFailure, SaidOfCall,
    ask::{parsed, steps},
    click::click_of,
    set_aside::said_of,
};
use crate::database::is_damage;
use ringcard_core::{
    call::{Call, CallId, follow::MOST_STEPS},
    frame::Step,
};
use rusqlite::{Connection, Error};

/// A call that was going on when the hub stopped.
#[derive(Debug, Clone)]
pub struct Unfinished {
    pub call: Call,
    /// Whose it was.
    pub click: Option<Click>,
    pub said: SaidOfCall,
    /// All that was said of it by telephone systems and the desk.
    pub steps: Vec<Step>,
}

impl History {
    /// The oldest first. Where damage keeps some from being read, the file is set aside and a new one begun, into which the
    /// others are to be written: [`History::begun_anew`] says so.
    pub async fn unfinished(&self) -> Result<Vec<Unfinished>, HistoryFailure> {
        self.files
            .ask_past_damage(|connection| {
                let mut reading = Reading::default();
                let mut found = Vec::new();
                for id in ids(connection, &mut reading)? {
                    let call =
                        connection.query_row("SELECT call FROM call WHERE id = ?1", [&id.0], |row| parsed(row, 0));
                    let Some(call) = reading.past(call)? else { continue };
                    let click = reading.past(click_of(connection, &id))?.flatten();
                    let said = reading.past(said_of(connection, &id))?.unwrap_or_default();
                    let steps = reading.past(steps(connection, &id, MOST_STEPS))?.unwrap_or_default();
                    found.push(Unfinished { call, click, said, steps });
                }
                found.reverse();
                Ok((found, reading.damage))
            })
            .await
    }
}

/// Each call is then read by itself, so that a torn page costs those that are on it. The newest come first: nothing behind
/// damage here is reached, and they are the likeliest to go on.
fn ids(connection: &Connection, reading: &mut Reading) -> rusqlite::Result<Vec<CallId>> {
    let mut ids = Vec::new();
    let mut query = connection.prepare("SELECT id FROM call WHERE over = 0 ORDER BY id DESC LIMIT 1000")?;
    let mut rows = query.query([])?;
    while let Some(Some(row)) = reading.past(rows.next())? {
        ids.extend(reading.past(row.get(0))?.map(CallId));
    }
    Ok(ids)
}

#[derive(Default)]
struct Reading {
    damage: Option<Error>,
}

impl Reading {
    /// What was read; nothing where it cannot be.
    fn past<T>(&mut self, read: rusqlite::Result<T>) -> rusqlite::Result<Option<T>> {
        match read {
            Ok(read) => Ok(Some(read)),
            // A call that its index knows, and the table does not.
            Err(error) if is_damage(&error) || error == Error::QueryReturnedNoRows => {
                self.damage.get_or_insert(error);
                Ok(None)
            }
            Err(
                error @ (Error::FromSqlConversionFailure(..) | Error::InvalidColumnType(..) | Error::Utf8Error(..)),
            ) => {
                tracing::error!(%error, "something of a call that was going on cannot be read and is left as it is");
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}

//! Reading the outbox: all that waits, at the start; a page of rows, for people.

use super::{KeptJob, OPENING, StoreFailure};
use crate::database::{Held, OpenFailure};
use crate::outbox::{OutboxFilter, budget::Spent};
use ringcard_core::{
    Timestamp,
    call::CallId,
    submission::{AttemptNote, OutboxRow, Submission, SubmissionKey, SubmissionState, Write},
};
use rusqlite::{Connection, OptionalExtension, Row, params, types::Type};
use serde::de::DeserializeOwned;
use std::path::Path;

/// Rows a single answer has at most.
const ROWS: u32 = 200;
/// Rows of one call that are read at most.
const MOST_OF_CALL: u32 = 1_000;
/// Of these, so many are told in a call's story, with so many of their attempts.
const MOST_TOLD: usize = 100;
const MOST_ATTEMPTS: u32 = 20;

/// A row as it is on disk.
#[derive(Debug, Clone)]
pub(in crate::outbox) struct Kept {
    pub seq: i64,
    pub submission: Submission,
    pub state: SubmissionState,
    pub attempts: u32,
    pub last_answer: Option<String>,
    pub reference: Option<String>,
    /// Where the one it needs stands; only of rows that are taken up.
    pub need: Option<Need>,
    /// The job it is part of; only of rows that are taken up.
    pub job: Option<KeptJob>,
}

/// Where a row stands that another one needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::outbox) enum Need {
    /// It is not over; its key, which is another one where a newer submission took its place.
    Open(String),
    /// It is done, and brought this reference back.
    Done(Option<String>),
    /// It was taken away, or is not there.
    Gone,
}

/// What a row is read from.
pub(super) const COLUMNS: &str = "seq, submission, state_json, attempts, last_answer, reference";
/// The same of a file that no hub of this version has opened yet.
const COLUMNS_BEFORE: &str = "seq, submission, state_json, attempts, last_answer, NULL";
/// So many times another submission took the place of the one that is needed; longer chains nobody makes.
const MOST_REPLACED: usize = 1_000;

impl From<Kept> for OutboxRow {
    fn from(kept: Kept) -> Self {
        let Kept { submission, state, attempts, last_answer, reference, .. } = kept;
        Self { submission, state, attempts, ahead: None, is_job: false, last_answer, reference }
    }
}

/// What a start finds.
#[derive(Debug, Default)]
pub(in crate::outbox) struct Loaded {
    /// Rows that are not over, in their order.
    pub rows: Vec<Kept>,
    pub spent: Vec<Spent>,
    pub next_seq: i64,
    /// This installation's own, for names of budgets that tell no secret.
    pub salt: Vec<u8>,
    /// Rows this version cannot read; they stay as they are.
    pub unreadable: u32,
}

pub(super) fn load(connection: &Connection) -> rusqlite::Result<Loaded> {
    let mut loaded = Loaded::default();
    let mut query =
        connection.prepare(&format!("SELECT {COLUMNS}, job FROM submission WHERE over = 0 ORDER BY seq"))?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        match kept(row) {
            Ok(kept) if kept.submission.write == Write::Other => loaded.unreadable += 1,
            Ok(kept) => {
                let kept = with_need(connection, kept)?;
                loaded.rows.push(Kept { job: job(row)?, ..kept });
            }
            Err(rusqlite::Error::FromSqlConversionFailure(..)) => loaded.unreadable += 1,
            Err(error) => return Err(error),
        }
    }
    loaded.next_seq = connection.query_row("SELECT coalesce(max(seq), 0) + 1 FROM submission", [], |row| row.get(0))?;
    let mut query = connection.prepare("SELECT name, day, used, recent, hold_until, gate, strikes FROM account")?;
    loaded.spent = query
        .query_map([], |row| {
            let gate: Option<String> = row.get(5)?;
            Ok(Spent {
                budget: 0,
                names: vec![row.get(0)?],
                day: row.get(1)?,
                used: row.get(2)?,
                recent: row.get(3)?,
                hold_until: row.get::<_, Option<i64>>(4)?.map(Timestamp),
                // A gate that cannot be read is none: the account says so again.
                gate: gate.and_then(|gate| serde_json::from_str(&gate).ok()),
                strikes: row.get(6)?,
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    loaded.salt = connection.query_row("SELECT salt FROM installation", [], |row| row.get(0))?;
    Ok(loaded)
}

/// The reading end, for lists and single rows. Blocks.
pub(in crate::outbox) struct Reader {
    connection: Connection,
    /// Those that the file has: one of an earlier version may be read before it is brought up to date.
    columns: &'static str,
}

impl Held for Reader {
    fn connection(&mut self) -> &mut Connection {
        &mut self.connection
    }
}

impl Reader {
    pub fn open(path: &Path) -> Result<Self, OpenFailure> {
        let connection = OPENING.reader(path)?;
        let is_of_this_version = connection.prepare(&format!("SELECT {COLUMNS} FROM submission LIMIT 0")).is_ok();
        let columns = if is_of_this_version { COLUMNS } else { COLUMNS_BEFORE };
        Ok(Self { connection, columns })
    }

    fn ask<T>(&self, question: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StoreFailure> {
        Ok(question(&self.connection)?)
    }

    /// A page of rows: what waits in its order, what is over with the newest first. Whether there are more.
    /// `absent`: accounts that are not set up; their rows need a person, too.
    pub fn page(
        &self,
        filter: &OutboxFilter,
        after: Option<&SubmissionKey>,
        limit: u32,
        absent: &[String],
    ) -> Result<(Vec<Kept>, bool), StoreFailure> {
        let limit = limit.clamp(1, ROWS);
        let absent = serde_json::to_string(absent).unwrap_or_else(|_| "[]".to_owned());
        // Literals where an index is chosen by them.
        let (over, order, beyond, start) = if filter.over { (1, "DESC", "<", i64::MAX) } else { (0, "ASC", ">", -1) };
        let columns = self.columns;
        self.ask(|connection| {
            let mut query = connection.prepare_cached(&format!(
                "SELECT {columns} FROM submission
                 WHERE over = {over}
                   AND seq {beyond} CASE WHEN ?1 IS NULL THEN {start} ELSE (SELECT seq FROM submission WHERE key = ?1) END
                   AND (?2 IS NULL OR account = ?2)
                   AND (?3 IS NULL OR agent = ?3)
                   AND (?4 = 0 OR state IN ('parked', 'may_be_written')
                        OR account IN (SELECT value FROM json_each(?5)))
                 ORDER BY seq {order} LIMIT ?6"
            ))?;
            let mut rows = query.query(params![
                after.map(|key| key.0.as_str()),
                filter.account,
                filter.agent.as_ref().map(|agent| agent.0.as_str()),
                filter.needs_a_person,
                absent,
                i64::from(limit) + 1,
            ])?;
            let mut page = Vec::new();
            while let Some(row) = rows.next()? {
                match kept(row) {
                    Ok(kept) => page.push(kept),
                    Err(rusqlite::Error::FromSqlConversionFailure(..)) => {}
                    Err(error) => return Err(error),
                }
            }
            let more = page.len() > limit as usize;
            page.truncate(limit as usize);
            Ok((page, more))
        })
    }

    /// All that came of a call, in its order.
    pub fn of_call(&self, call: &CallId) -> Result<Vec<Kept>, StoreFailure> {
        let columns = self.columns;
        self.ask(|connection| {
            let mut query = connection.prepare_cached(&format!(
                "SELECT {columns} FROM submission WHERE call_id = ?1 ORDER BY seq LIMIT {MOST_OF_CALL}"
            ))?;
            let mut rows = query.query([&call.0])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                match kept(row) {
                    Ok(kept) => found.push(kept),
                    Err(rusqlite::Error::FromSqlConversionFailure(..)) => {}
                    Err(error) => return Err(error),
                }
            }
            Ok(found)
        })
    }

    /// The newest of what came of a call, in its order, each with its last attempts.
    pub fn stories_of_call(&self, call: &CallId) -> Result<Vec<(Kept, Vec<AttemptNote>)>, StoreFailure> {
        let mut kept = self.of_call(call)?;
        kept.drain(..kept.len().saturating_sub(MOST_TOLD));
        self.ask(|connection| {
            let mut query = connection
                .prepare_cached("SELECT at, outcome, answer FROM attempt WHERE key = ?1 ORDER BY n DESC LIMIT ?2")?;
            kept.into_iter()
                .map(|kept| {
                    let mut notes: Vec<AttemptNote> = query
                        .query_map(params![kept.submission.key.0, MOST_ATTEMPTS], attempt)?
                        .collect::<rusqlite::Result<_>>()?;
                    notes.reverse();
                    Ok((kept, notes))
                })
                .collect()
        })
    }

    /// One row and its attempts, oldest first.
    pub fn row(&self, key: &SubmissionKey) -> Result<Option<(Kept, Vec<AttemptNote>)>, StoreFailure> {
        let columns = self.columns;
        self.ask(|connection| {
            let found = connection
                .prepare_cached(&format!("SELECT {columns} FROM submission WHERE key = ?1"))?
                .query_row([&key.0], kept)
                .optional()?;
            let Some(kept) = found else { return Ok(None) };
            let notes = connection
                .prepare_cached("SELECT at, outcome, answer FROM attempt WHERE key = ?1 ORDER BY n")?
                .query_map([&key.0], attempt)?
                .collect::<rusqlite::Result<_>>()?;
            Ok(Some((kept, notes)))
        })
    }
}

fn attempt(row: &Row<'_>) -> rusqlite::Result<AttemptNote> {
    Ok(AttemptNote { at: Timestamp(row.get(0)?), outcome: row.get(1)?, answer: row.get(2)? })
}

pub(super) fn kept(row: &Row<'_>) -> rusqlite::Result<Kept> {
    Ok(Kept {
        seq: row.get(0)?,
        submission: parsed(row, 1)?,
        state: parsed(row, 2)?,
        attempts: row.get(3)?,
        last_answer: row.get(4)?,
        reference: row.get(5)?,
        need: None,
        job: None,
    })
}

/// The same row, and where the one it needs stands.
pub(super) fn with_need(connection: &Connection, kept: Kept) -> rusqlite::Result<Kept> {
    let need = kept.submission.needs.as_ref().map(|key| need(connection, &key.0)).transpose()?;
    Ok(Kept { need, ..kept })
}

/// Where the row of this key stands, or the one that took its place.
pub(super) fn need(connection: &Connection, key: &str) -> rusqlite::Result<Need> {
    let mut key = key.to_owned();
    for _ in 0..MOST_REPLACED {
        let found: Option<(bool, String, Option<String>)> = connection
            .prepare_cached("SELECT over, state_json, reference FROM submission WHERE key = ?1")?
            .query_row([&key], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .optional()?;
        match found {
            None => return Ok(Need::Gone),
            Some((false, ..)) => return Ok(Need::Open(key)),
            Some((true, state, reference)) => match serde_json::from_str(&state) {
                Ok(SubmissionState::Done { .. }) => return Ok(Need::Done(reference)),
                Ok(SubmissionState::Replaced { by, .. }) => key = by.0,
                _ => return Ok(Need::Gone),
            },
        }
    }
    Ok(Need::Gone)
}

/// One that cannot be read is none: the row is looked for by itself.
fn job(row: &Row<'_>) -> rusqlite::Result<Option<KeptJob>> {
    let job: Option<String> = row.get("job")?;
    Ok(job.and_then(|job| serde_json::from_str(&job).ok()))
}

fn parsed<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let text = row.get_ref(column)?.as_str()?;
    serde_json::from_str(text)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error)))
}

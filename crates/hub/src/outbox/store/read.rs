//! Reading the outbox: all that waits, at the start; a page of rows, for people.

use super::{StoreFailure, open};
use crate::database::OpenFailure;
use crate::outbox::{OutboxFilter, budget::Spent};
use ringcard_core::{
    Timestamp,
    submission::{AttemptNote, OutboxRow, Submission, SubmissionKey, SubmissionState},
};
use rusqlite::{Connection, OptionalExtension, Row, params, types::Type};
use serde::de::DeserializeOwned;
use std::{path::Path, sync::Mutex};

/// Rows a single answer has at most.
const ROWS: u32 = 200;

/// A row as it is on disk.
#[derive(Debug, Clone)]
pub(in crate::outbox) struct Kept {
    pub seq: i64,
    pub submission: Submission,
    pub state: SubmissionState,
    pub attempts: u32,
    pub last_answer: Option<String>,
}

impl From<Kept> for OutboxRow {
    fn from(kept: Kept) -> Self {
        let Kept { submission, state, attempts, last_answer, .. } = kept;
        Self { submission, state, attempts, last_answer }
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
    let mut query = connection.prepare(
        "SELECT seq, submission, state_json, attempts, last_answer FROM submission WHERE over = 0 ORDER BY seq",
    )?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        match kept(row) {
            Ok(kept) => loaded.rows.push(kept),
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
pub(in crate::outbox) struct Reader(Mutex<Connection>);

impl Reader {
    pub fn open(path: &Path) -> Result<Self, OpenFailure> {
        Ok(Self(Mutex::new(open::reader(path)?)))
    }

    fn ask<T>(&self, question: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StoreFailure> {
        let connection = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        Ok(question(&connection)?)
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
        self.ask(|connection| {
            let mut query = connection.prepare_cached(&format!(
                "SELECT seq, submission, state_json, attempts, last_answer FROM submission
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

    /// One row and its attempts, oldest first.
    pub fn row(&self, key: &SubmissionKey) -> Result<Option<(Kept, Vec<AttemptNote>)>, StoreFailure> {
        self.ask(|connection| {
            let found = connection
                .prepare_cached(
                    "SELECT seq, submission, state_json, attempts, last_answer FROM submission WHERE key = ?1",
                )?
                .query_row([&key.0], kept)
                .optional()?;
            let Some(kept) = found else { return Ok(None) };
            let notes = connection
                .prepare_cached("SELECT at, outcome, answer FROM attempt WHERE key = ?1 ORDER BY n")?
                .query_map([&key.0], |row| {
                    Ok(AttemptNote { at: Timestamp(row.get(0)?), outcome: row.get(1)?, answer: row.get(2)? })
                })?
                .collect::<rusqlite::Result<_>>()?;
            Ok(Some((kept, notes)))
        })
    }
}

pub(super) fn kept(row: &Row<'_>) -> rusqlite::Result<Kept> {
    Ok(Kept {
        seq: row.get(0)?,
        submission: parsed(row, 1)?,
        state: parsed(row, 2)?,
        attempts: row.get(3)?,
        last_answer: row.get(4)?,
    })
}

fn parsed<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let text = row.get_ref(column)?.as_str()?;
    serde_json::from_str(text)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error)))
}

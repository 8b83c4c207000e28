//! Changes, each made whole or not at all.

use super::read::{COLUMNS, Kept, Need, kept, need, with_need};
use crate::outbox::budget::Spent;
use ringcard_core::{
    Timestamp,
    submission::{AttemptNote, Priority, SubmissionState},
};
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};

/// Rows forgotten in one go, so that an agent never waits behind it.
const FORGOTTEN_AT_ONCE: u32 = 500;
/// Notes kept of one row: the first ones, and the last.
const FIRST_NOTES: u32 = 10;
const LAST_NOTES: u32 = 90;

#[derive(Debug, Clone)]
pub(in crate::outbox) enum Change {
    Insert(Box<Inserted>),
    Update(Box<Updated>),
    /// Several rows that leave in one request: all of them, or none.
    UpdateAll(Vec<Updated>),
    /// Look-ups were, or will be, made.
    Spend(Spent),
    /// Forgets rows that were over before this moment.
    Forget {
        over_before: Timestamp,
    },
}

/// Where a row stands in the order, and its content.
#[derive(Debug, Clone)]
pub(in crate::outbox) struct Inserted {
    pub key: String,
    pub seq: i64,
    pub account: String,
    pub lane: String,
    pub priority: Priority,
    pub agent: Option<String>,
    /// The one that must be done first.
    pub needs: Option<String>,
    /// The call it came of.
    pub call: Option<String>,
    /// The submission as JSON.
    pub submission: String,
    pub at: Timestamp,
}

/// A job that a row is part of, as it is on disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::outbox) struct KeptJob {
    /// As the other system calls it.
    pub name: String,
    pub at: u32,
    /// An attempt before it may have written the row.
    pub unknown: bool,
}

#[derive(Debug, Clone)]
pub(in crate::outbox) struct Updated {
    pub key: String,
    pub state: SubmissionState,
    pub attempts: u32,
    pub last_answer: Option<String>,
    /// What the other system calls what was made; kept with the outcome, in the same transaction.
    pub reference: Option<String>,
    /// The other system has taken it as this job.
    pub job: Option<KeptJob>,
    pub note: Option<AttemptNote>,
    pub at: Timestamp,
    /// The account's counts, in the same transaction.
    pub spent: Option<Spent>,
    /// A person put other content in its place.
    pub content: Option<Inserted>,
}

#[derive(Debug, Clone)]
pub(in crate::outbox) enum Committed {
    Made,
    /// A row was inserted; where the one it needs stood at that moment.
    Inserted(Option<Need>),
    /// A row with this key is there already; nothing was changed. With the row, if it is not over.
    Known(Option<Box<Kept>>),
    Forgot {
        more: bool,
    },
}

impl Change {
    pub(super) fn make(&self, step: &Connection) -> rusqlite::Result<Committed> {
        match self {
            Self::Insert(row) => insert(step, row),
            Self::Update(row) => {
                update(step, row)?;
                Ok(Committed::Made)
            }
            Self::UpdateAll(rows) => {
                rows.iter().try_for_each(|row| update(step, row))?;
                Ok(Committed::Made)
            }
            Self::Spend(spent) => {
                spend(step, spent)?;
                Ok(Committed::Made)
            }
            Self::Forget { over_before } => {
                let forgotten = step
                    .prepare_cached(
                        "DELETE FROM submission WHERE key IN
                           (SELECT key FROM submission s WHERE over = 1 AND changed_at < ?1
                              AND NOT EXISTS (SELECT 1 FROM submission o
                                              WHERE o.over = 0 AND o.needs IS NOT NULL AND o.needs = s.key)
                            LIMIT ?2)",
                    )?
                    .execute(params![over_before.0, FORGOTTEN_AT_ONCE])?;
                Ok(Committed::Forgot { more: forgotten == FORGOTTEN_AT_ONCE as usize })
            }
        }
    }
}

fn insert(step: &Connection, row: &Inserted) -> rusqlite::Result<Committed> {
    let state = SubmissionState::Waiting { why: ringcard_core::submission::WaitReason::Turn, until: None };
    let inserted = step
        .prepare_cached(
            "INSERT INTO submission (key, seq, account, lane, priority, agent, state, state_json, over, submission,
                                     attempts, changed_at, needs, call_id)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, ?9, 0, ?10, ?11, ?12) ON CONFLICT (key) DO NOTHING",
        )?
        .execute(params![
            row.key,
            row.seq,
            row.account,
            row.lane,
            word(&row.priority),
            row.agent,
            state_word(&state),
            json(&state),
            row.submission,
            row.at.0,
            row.needs,
            row.call,
        ])?;
    if inserted == 1 {
        return Ok(Committed::Inserted(row.needs.as_deref().map(|key| need(step, key)).transpose()?));
    }
    let waiting = step
        .prepare_cached(&format!("SELECT {COLUMNS} FROM submission WHERE key = ?1 AND over = 0"))?
        .query_row([&row.key], kept)
        .optional()?;
    let waiting = waiting.map(|kept| with_need(step, kept)).transpose()?;
    Ok(Committed::Known(waiting.map(Box::new)))
}

fn update(step: &Connection, row: &Updated) -> rusqlite::Result<()> {
    let changed = step
        .prepare_cached(
            "UPDATE submission SET state = ?2, state_json = ?3, over = ?4, attempts = ?5, last_answer = ?6,
                                   changed_at = ?7, reference = ?8, job = ?9
             WHERE key = ?1",
        )?
        .execute(params![
            row.key,
            state_word(&row.state),
            json(&row.state),
            row.state.is_over(),
            row.attempts,
            row.last_answer,
            row.at.0,
            row.reference,
            row.job.as_ref().map(json),
        ])?;
    if changed == 0 {
        // Somebody took it out of the file by hand: an error, so that nothing is sent that is not written down.
        return Err(rusqlite::Error::QueryReturnedNoRows);
    }
    if let Some(content) = &row.content {
        step.prepare_cached(
            "UPDATE submission SET seq = ?2, account = ?3, lane = ?4, priority = ?5, submission = ?6, needs = ?7
             WHERE key = ?1",
        )?
        .execute(params![
            row.key,
            content.seq,
            content.account,
            content.lane,
            word(&content.priority),
            content.submission,
            content.needs,
        ])?;
    }
    if let Some(note) = &row.note {
        write_note(step, &row.key, note)?;
    }
    if let Some(spent) = &row.spent {
        spend(step, spent)?;
    }
    Ok(())
}

fn write_note(step: &Connection, key: &str, note: &AttemptNote) -> rusqlite::Result<()> {
    let last: Option<u32> = step
        .prepare_cached("SELECT max(n) FROM attempt WHERE key = ?1")?
        .query_row([key], |row| row.get(0))
        .optional()?
        .flatten();
    let n = last.map_or(0, |last| last.saturating_add(1));
    step.prepare_cached("INSERT INTO attempt (key, n, at, outcome, answer) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![key, n, note.at.0, note.outcome, note.answer])?;
    if n >= FIRST_NOTES + LAST_NOTES {
        step.prepare_cached("DELETE FROM attempt WHERE key = ?1 AND n = ?2")?.execute(params![key, n - LAST_NOTES])?;
    }
    Ok(())
}

fn spend(step: &Connection, spent: &Spent) -> rusqlite::Result<()> {
    let mut write = step.prepare_cached(
        "INSERT INTO account (name, day, used, recent, hold_until, gate, strikes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (name) DO UPDATE SET day = excluded.day, used = excluded.used, recent = excluded.recent,
            hold_until = excluded.hold_until, gate = excluded.gate, strikes = excluded.strikes",
    )?;
    let (hold_until, gate) = (spent.hold_until.map(|until| until.0), spent.gate.as_ref().map(json));
    for name in &spent.names {
        write.execute(params![name, spent.day, spent.used, spent.recent, hold_until, gate, spent.strikes])?;
    }
    Ok(())
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("BUG: our own words are always JSON")
}

fn word(value: &impl Serialize) -> String {
    json(value).trim_matches('"').to_owned()
}

/// The state's own word (`parked`), without what belongs to it.
pub(super) fn state_word(state: &SubmissionState) -> &'static str {
    match state {
        SubmissionState::Waiting { .. } => "waiting",
        SubmissionState::Sending { .. } => "sending",
        SubmissionState::Checking { .. } => "checking",
        SubmissionState::MayBeWritten { .. } => "may_be_written",
        SubmissionState::Parked { .. } => "parked",
        SubmissionState::Done { .. } => "done",
        SubmissionState::Discarded { .. } => "discarded",
        SubmissionState::Replaced { .. } => "replaced",
    }
}

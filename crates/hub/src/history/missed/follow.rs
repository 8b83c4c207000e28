//! What a call does to the list.

use super::row::{all, word};
use crate::history::{Recorded, ask::parsed, record::number_key};
use ringcard_core::{
    Timestamp,
    call::{Call, CallId, CallState, Direction},
    missed::{MissedCaller, MissedEnd, MissedId},
};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

/// So many of a customer's last calls are looked at for a conversation that came after one that was missed.
const LOOKED_AT: u32 = 50;

/// Brings the list into line with a call as it is now; the rows that are others by that.
pub(in crate::history) fn follow(change: &Transaction<'_>, recorded: &Recorded) -> rusqlite::Result<Vec<MissedCaller>> {
    let call = &recorded.call;
    // Colleagues ring again.
    if call.is_internal() {
        return Ok(Vec::new());
    }
    let mut touched = match is_missed(call) {
        true => join(change, call)?,
        false => leave(change, &call.id)?,
    };
    touched.extend(match spoke_at(call) {
        Some(at) => {
            let settled = Settled { call, at, by: recorded.mine.first().map(|agent| agent.0.as_str()) };
            settled.all_of_the_caller(change)?
        }
        None => unsettle(change, &call.id)?,
    });
    all(change, &touched)
}

/// The call list names somebody else for a call: so do the rows, and whoever is one customer now was spoken with.
pub(in crate::history) fn named(change: &Transaction<'_>, id: &CallId) -> rusqlite::Result<Vec<MissedCaller>> {
    let customer: Option<String> = change
        .prepare_cached("SELECT customer_id FROM call WHERE id = ?1")?
        .query_row([&id.0], |row| row.get(0))
        .optional()?
        .flatten();
    let mut touched = ids(
        change,
        "UPDATE missed SET customer_id = ?2, version = version + 1 WHERE last_call = ?1 AND done_at IS NULL
           AND id IN (SELECT missed_id FROM missed_call WHERE call_id = ?1) RETURNING id",
        params![id.0, customer],
    )?;
    if let Some(customer) = customer
        && let Some(call) = call_of(change, id)
        && let Some(at) = spoke_at(&call)
    {
        touched.extend(Settled { call: &call, at, by: None }.all_of(change, "customer_id = ?1", &customer)?);
    }
    all(change, &touched)
}

/// A call is about to be deleted: no row counts it any more, and one that counted nothing else goes with it.
pub(in crate::history) fn forgotten(change: &Transaction<'_>, id: &CallId) -> rusqlite::Result<Vec<MissedCaller>> {
    let touched = leave(change, id)?;
    let rows = all(change, &touched)?;
    for row in &touched {
        change
            .prepare_cached(
                "DELETE FROM missed WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM missed_call WHERE missed_id = ?1)",
            )?
            .execute([&row.0])?;
    }
    change.prepare_cached("UPDATE missed SET done_call = NULL WHERE done_call = ?1")?.execute([&id.0])?;
    Ok(rows)
}

fn is_missed(call: &Call) -> bool {
    call.state == CallState::Missed && call.direction == Direction::Inbound && !call.is_private()
}

/// When somebody here and the customer began to speak.
fn spoke_at(call: &Call) -> Option<Timestamp> {
    let spoke = matches!(call.state, CallState::Connected | CallState::Ended | CallState::OutcomeNotReported);
    call.connected_at.filter(|_| spoke && !call.course.not_reached)
}

/// A missed call is counted, once.
fn join(change: &Transaction<'_>, call: &Call) -> rusqlite::Result<Vec<MissedId>> {
    let is_counted = change.prepare_cached("SELECT 1 FROM missed_call WHERE call_id = ?1")?.exists([&call.id.0])?;
    if is_counted || spoken_with_since(change, call)? {
        return Ok(Vec::new());
    }
    let at = call.started_at.0;
    let caller = number_key(call.customer()).unwrap_or_else(|| call.id.0.clone());
    let place = place(call);
    let known = ids(
        change,
        "UPDATE missed SET calls = calls + 1, version = version + 1, first_at = min(first_at, ?4),
            last_call = iif(last_at > ?4, last_call, ?5), last_at = max(last_at, ?4)
         WHERE caller = ?1 AND place = ?2 AND account = ?3 AND done_at IS NULL RETURNING id",
        params![caller, place, call.account, at, call.id.0],
    )?;
    let id = match known.into_iter().next() {
        Some(id) => id,
        None => {
            let id = MissedId(call.id.0.clone());
            change
                .prepare_cached(
                    "INSERT INTO missed
                        (id, account, place, caller, customer_id, first_at, last_at, last_call, calls, version)
                     VALUES (?1, ?2, ?3, ?4, (SELECT customer_id FROM call WHERE id = ?1), ?5, ?5, ?1, 1, 1)
                     ON CONFLICT (id) DO UPDATE SET version = version + 1, first_at = excluded.first_at,
                        last_at = excluded.last_at, calls = 1, done_at = NULL, done_how = NULL, done_by = NULL,
                        done_call = NULL",
                )?
                .execute(params![id.0, call.account, place, caller, at])?;
            id
        }
    };
    change
        .prepare_cached("INSERT INTO missed_call (call_id, missed_id, at) VALUES (?1, ?2, ?3)")?
        .execute(params![call.id.0, id.0, at])?;
    Ok(vec![id])
}

/// One that was counted is not missed after all: its data say that somebody took it.
fn leave(change: &Transaction<'_>, id: &CallId) -> rusqlite::Result<Vec<MissedId>> {
    let left = change
        .prepare_cached("DELETE FROM missed_call WHERE call_id = ?1 RETURNING missed_id")?
        .query_row([&id.0], |row| row.get::<_, String>(0))
        .optional()?;
    let Some(row) = left else { return Ok(Vec::new()) };
    let last = change
        .prepare_cached(
            "SELECT call_id, at FROM missed_call WHERE missed_id = ?1 ORDER BY at DESC, call_id DESC LIMIT 1",
        )?
        .query_row([&row], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)))
        .optional()?;
    match last {
        Some((call, at)) => {
            change
                .prepare_cached(
                    "UPDATE missed SET calls = calls - 1, version = version + 1, last_call = ?2, last_at = ?3,
                        first_at = (SELECT min(at) FROM missed_call WHERE missed_id = ?1) WHERE id = ?1",
                )?
                .execute(params![row, call, at])?;
        }
        // Its own conversation settled it, and is the last word on it.
        None => {
            change
                .prepare_cached(
                    "UPDATE missed SET version = version + 1, done_at = ?2, done_how = ?3, done_call = ?4
                     WHERE id = ?1 AND done_at IS NULL",
                )?
                .execute(params![row, Timestamp::now().0, word(MissedEnd::CalledAgain), id.0])?;
        }
    }
    Ok(vec![MissedId(row)])
}

/// Data that come late may tell of a call after which they were spoken with already.
fn spoken_with_since(change: &Connection, call: &Call) -> rusqlite::Result<bool> {
    let Some(key) = number_key(call.customer()) else { return Ok(false) };
    let mut later = change.prepare_cached(&format!(
        "SELECT call FROM call WHERE number_key = ?1 AND id <> ?2 ORDER BY id DESC LIMIT {LOOKED_AT}"
    ))?;
    for other in later.query_map(params![key, call.id.0], |row| parsed::<Call>(row, 0))? {
        // One that cannot be read says nothing.
        if other.ok().and_then(|other| spoke_at(&other)).is_some_and(|at| at >= call.started_at) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A conversation, and what it settles.
struct Settled<'a> {
    call: &'a Call,
    at: Timestamp,
    by: Option<&'a str>,
}

impl Settled<'_> {
    fn all_of_the_caller(&self, change: &Transaction<'_>) -> rusqlite::Result<Vec<MissedId>> {
        let mut settled = Vec::new();
        if let Some(key) = number_key(self.call.customer()) {
            settled.extend(self.all_of(change, "caller = ?1", &key)?);
        }
        let customer: Option<String> = change
            .prepare_cached("SELECT customer_id FROM call WHERE id = ?1")?
            .query_row([&self.call.id.0], |row| row.get(0))
            .optional()?
            .flatten();
        if let Some(customer) = customer {
            settled.extend(self.all_of(change, "customer_id = ?1", &customer)?);
        }
        Ok(settled)
    }

    fn all_of(&self, change: &Transaction<'_>, whose: &str, key: &str) -> rusqlite::Result<Vec<MissedId>> {
        let how = match self.call.direction {
            Direction::Outbound => MissedEnd::CalledBack,
            Direction::Inbound => MissedEnd::CalledAgain,
        };
        ids(
            change,
            &format!(
                "UPDATE missed SET version = version + 1, done_at = ?2, done_how = ?3, done_by = ?4, done_call = ?5
                 WHERE {whose} AND done_at IS NULL AND last_at <= ?2 RETURNING id"
            ),
            params![key, self.at.0, word(how), self.by, self.call.id.0],
        )
    }
}

/// What was taken for a conversation was none: the customer was not reached. Where they called again meanwhile, that row
/// stands for both.
fn unsettle(change: &Transaction<'_>, id: &CallId) -> rusqlite::Result<Vec<MissedId>> {
    ids(
        change,
        "UPDATE missed SET version = version + 1, done_at = NULL, done_how = NULL, done_by = NULL, done_call = NULL
         WHERE done_call = ?1 AND EXISTS (SELECT 1 FROM missed_call WHERE missed_id = missed.id)
           AND NOT EXISTS (SELECT 1 FROM missed AS other WHERE other.done_at IS NULL AND other.caller = missed.caller
                AND other.place = missed.place AND other.account = missed.account)
         RETURNING id",
        [&id.0],
    )
}

/// Nothing where it cannot be read: that keeps nobody from naming its customer.
fn call_of(change: &Connection, id: &CallId) -> Option<Call> {
    let mut query = change.prepare_cached("SELECT call FROM call WHERE id = ?1").ok()?;
    query.query_row([&id.0], |row| parsed(row, 0)).ok()
}

/// The line, and the queue in it.
fn place(call: &Call) -> String {
    let line = number_key(&call.dnis.0).unwrap_or_default();
    match &call.course.queue {
        Some(queue) => format!("{line} {queue}"),
        None => line,
    }
}

fn ids(change: &Connection, statement: &str, values: impl rusqlite::Params) -> rusqlite::Result<Vec<MissedId>> {
    change.prepare_cached(statement)?.query_map(values, |row| row.get(0).map(MissedId))?.collect()
}

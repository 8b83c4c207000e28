//! Rows of the list as they are read: what is shown of them comes from the last of their calls.

use crate::history::ask::parsed;
use ringcard_core::{
    Timestamp,
    call::{AgentId, Call, CallId},
    customer::CustomerId,
    missed::{MissedCaller, MissedDone, MissedEnd, MissedId, MissedTaken},
};
use rusqlite::{Connection, OptionalExtension, Row};

/// Agents of one row; more are none whom it helps to name.
const AGENTS: usize = 50;

const COLUMNS: &str = "missed.id, missed.account, call.call, call.customer_name, call.customer_id, missed.calls,
    missed.first_at, missed.last_at, missed.taken_by, missed.taken_at, missed.done_at, missed.done_how, missed.done_by,
    missed.done_call, missed.version";

pub(super) fn one(connection: &Connection, id: &MissedId) -> rusqlite::Result<Option<MissedCaller>> {
    let row = connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM missed JOIN call ON call.id = missed.last_call WHERE missed.id = ?1"
        ))?
        .query_row([&id.0], row)
        .optional();
    row.or_else(unreadable)?.map(|row| with_agents(connection, row)).transpose()
}

pub(super) fn all(connection: &Connection, ids: &[MissedId]) -> rusqlite::Result<Vec<MissedCaller>> {
    let mut rows = Vec::with_capacity(ids.len());
    for id in ids {
        rows.extend(one(connection, id)?);
    }
    Ok(rows)
}

pub(super) fn left(connection: &Connection, most: u32) -> rusqlite::Result<Vec<MissedCaller>> {
    let mut query = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM missed INDEXED BY missed_left CROSS JOIN call ON call.id = missed.last_call
             WHERE done_at IS NULL ORDER BY last_at DESC LIMIT ?1"
    ))?;
    let rows = query.query_map([most], row)?.collect::<Vec<_>>();
    let mut left = Vec::with_capacity(rows.len());
    for row in rows {
        if let Some(row) = row.map(Some).or_else(unreadable)? {
            left.push(with_agents(connection, row)?);
        }
    }
    Ok(left)
}

/// A row whose call cannot be read is left out: it keeps no call from being written.
fn unreadable(error: rusqlite::Error) -> rusqlite::Result<Option<MissedCaller>> {
    match error {
        rusqlite::Error::FromSqlConversionFailure(..) => {
            tracing::warn!(%error, "a missed call cannot be read and is left out of the list");
            Ok(None)
        }
        error => Err(error),
    }
}

fn with_agents(connection: &Connection, mut row: MissedCaller) -> rusqlite::Result<MissedCaller> {
    row.agents = connection
        .prepare_cached(&format!(
            "SELECT DISTINCT agent FROM missed_call JOIN call_agent USING (call_id) WHERE missed_id = ?1
             ORDER BY agent LIMIT {AGENTS}"
        ))?
        .query_map([&row.id.0], |row| row.get(0).map(AgentId))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(row)
}

fn row(row: &Row<'_>) -> rusqlite::Result<MissedCaller> {
    let call: Call = parsed(row, 2)?;
    let moment = |column| row.get::<_, Option<i64>>(column).map(|at| at.map(Timestamp));
    let agent = |column| row.get::<_, Option<String>>(column).map(|name| name.map(AgentId));
    let taken = agent(8)?.zip(moment(9)?).map(|(by, at)| MissedTaken { by, at });
    let done = match moment(10)? {
        Some(at) => {
            let how = end(&row.get::<_, String>(11)?);
            let call_id = row.get::<_, Option<String>>(13)?.map(CallId);
            Some(MissedDone { how, by: agent(12)?, at, call_id })
        }
        None => None,
    };
    Ok(MissedCaller {
        id: MissedId(row.get(0)?),
        account: row.get(1)?,
        name: row.get::<_, Option<String>>(3)?.or(call.course.party_name),
        customer_id: row.get::<_, Option<String>>(4)?.map(CustomerId),
        queue: call.course.queue,
        agents: Vec::new(),
        count: row.get(5)?,
        first_at: Timestamp(row.get(6)?),
        last_at: Timestamp(row.get(7)?),
        caller: call.ani,
        called: call.dnis,
        line: call.line,
        last_call: call.id,
        // By the settings as they are when it is shown.
        due_at: None,
        taken,
        done,
        version: u64::try_from(row.get::<_, i64>(14)?).unwrap_or_default(),
    })
}

pub(super) fn word(end: MissedEnd) -> &'static str {
    match end {
        MissedEnd::CalledBack => "called_back",
        MissedEnd::CalledAgain => "called_again",
        MissedEnd::SaidDone => "said_done",
    }
}

fn end(word: &str) -> MissedEnd {
    match word {
        "called_back" => MissedEnd::CalledBack,
        "called_again" => MissedEnd::CalledAgain,
        _ => MissedEnd::SaidDone,
    }
}

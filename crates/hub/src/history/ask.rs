//! Reading the history; the call list is in [`super::list`].

use super::{History, HistoryFailure, list::COLUMNS, record::number_key, story::moments_of};
use ringcard_core::{
    Timestamp,
    call::{AgentId, Call, CallId, follow::MOST_STEPS},
    customer::{CustomerId, EarlierCall},
    frame::{CallRow, NoCodeNeeded, Step, Timeline},
    number::Party,
};
use rusqlite::{Connection, OptionalExtension, Row, params, types::Type};
use serde::de::DeserializeOwned;

/// How many missed calls an agent has not looked at.
pub(super) const MISSED: &str = "SELECT count(*) FROM call_agent WHERE agent = ?1 AND missed = 1 AND seen = 0";

impl History {
    /// One call as it is, or ended.
    pub async fn call(&self, id: CallId) -> Result<Option<Call>, HistoryFailure> {
        self.files
            .ask(move |connection| {
                connection.query_row("SELECT call FROM call WHERE id = ?1", [&id.0], |row| parsed(row, 0)).optional()
            })
            .await
    }

    /// One call and all that happened to it, as far as the history has it.
    pub async fn timeline(&self, id: CallId) -> Result<Option<Timeline>, HistoryFailure> {
        self.files
            .ask(move |connection| {
                let found = connection
                    .query_row(&format!("SELECT {COLUMNS} FROM call WHERE id = ?1"), [&id.0], row)
                    .optional()?;
                let Some(row) = found else { return Ok(None) };
                let steps = steps(connection, &id, 500)?;
                let moments = moments_of(connection, &id)?;
                Ok(Some(Timeline { row, steps, moments, missing: Vec::new() }))
            })
            .await
    }

    /// All that was said of a call.
    pub async fn steps(&self, id: CallId) -> Result<Vec<Step>, HistoryFailure> {
        self.files.ask(move |connection| steps(connection, &id, MOST_STEPS)).await
    }

    /// The last three calls with this number before `id` that are not private. `who`: whose phone it is.
    pub async fn earlier(
        &self,
        number: &Party,
        id: CallId,
        who: impl Fn(&str) -> Option<AgentId> + Send + 'static,
    ) -> Result<Vec<EarlierCall>, HistoryFailure> {
        let Some(key) = number_key(number) else { return Ok(Vec::new()) };
        self.files
            .ask(move |connection| {
                connection
                    .prepare_cached(
                        "SELECT call, recorded FROM call WHERE number_key = ?1 AND id < ?2 AND over = 1 AND private = 0
                         ORDER BY id DESC LIMIT 3",
                    )?
                    .query_map(params![key, id.0], |row| Ok((parsed::<Call>(row, 0)?, row.get(1)?)))?
                    .map(|found| found.map(|(call, recorded)| earlier(call, recorded, &who)))
                    .collect()
            })
            .await
    }

    /// The last call that the PBX knew by this id: it may use its ids anew.
    pub async fn by_external_id(&self, account: String, external_id: String) -> Result<Option<Call>, HistoryFailure> {
        self.files
            .ask(move |connection| {
                connection
                    .query_row(
                        "SELECT call FROM call WHERE account = ?1 AND external_id = ?2 ORDER BY id DESC LIMIT 1",
                        params![account, external_id],
                        |row| parsed(row, 0),
                    )
                    .optional()
            })
            .await
    }

    /// Missed calls the agent has not looked at.
    pub async fn missed(&self, agent: AgentId) -> Result<u32, HistoryFailure> {
        self.files
            .ask(move |connection| connection.prepare_cached(MISSED)?.query_row([agent.0], |row| row.get(0)))
            .await
    }
}

pub(super) fn steps(connection: &Connection, id: &CallId, most: usize) -> rusqlite::Result<Vec<Step>> {
    let mut query =
        connection.prepare_cached("SELECT at, event, about FROM step WHERE call_id = ?1 ORDER BY n LIMIT ?2")?;
    let rows = query.query_map(params![id.0, i64::try_from(most).unwrap_or(i64::MAX)], |row| {
        let of = row.get::<_, Option<String>>(2)?.map(|_| parsed(row, 2)).transpose()?.unwrap_or_default();
        Ok(Step { at: Timestamp(row.get(0)?), event: parsed(row, 1)?, of })
    })?;
    let mut steps = Vec::new();
    for step in rows {
        match step {
            Ok(step) => steps.push(step),
            // One that says nothing, or that a newer version wrote, takes nobody the others.
            Err(error @ rusqlite::Error::FromSqlConversionFailure(..)) => {
                tracing::warn!(call = %id, %error, "a step of a call cannot be read and is left out");
            }
            Err(error) => return Err(error),
        }
    }
    Ok(steps)
}

fn earlier(call: Call, recorded: bool, who: &impl Fn(&str) -> Option<AgentId>) -> EarlierCall {
    EarlierCall {
        at: call.started_at,
        agent: who_spoke(&call, who),
        state: call.state,
        direction: call.direction,
        not_reached: call.course.not_reached,
        recorded: recorded.then_some(call.id),
    }
}

/// Whoever spoke last, by name. A phone may be somebody else's since: then it is only said which phone it was.
fn who_spoke(call: &Call, who: &impl Fn(&str) -> Option<AgentId>) -> Option<String> {
    if let Some(phone) = call.spoken_at() {
        let theirs = who(phone).filter(|agent| call.agents.contains(agent));
        let only = || if let [only] = call.agents.as_slice() { Some(only.clone()) } else { None };
        return Some(theirs.or_else(only).map_or_else(|| phone.to_owned(), |agent| agent.0));
    }
    // Its legs say nothing, or an older version wrote none.
    call.agents.first().map(|agent| agent.0.clone())
}

pub(super) fn row(row: &Row<'_>) -> rusqlite::Result<CallRow> {
    Ok(CallRow {
        call: parsed(row, 0)?,
        customer_name: row.get(1)?,
        customer_id: row.get::<_, Option<String>>(2)?.map(CustomerId),
        // One that a newer version wrote is shown as none.
        outcome: row.get::<_, Option<String>>(3)?.and_then(|text| serde_json::from_str(&text).ok()),
        no_code: match row.get(4)? {
            Some(at) => Some(NoCodeNeeded { by: row.get::<_, Option<String>>(5)?.map(AgentId), at: Timestamp(at) }),
            None => None,
        },
        note: row.get::<_, Option<String>>(6)?.unwrap_or_default(),
        recorded: row.get(7)?,
        // Who asks is not known here.
        may_listen: false,
        recording_gone: false,
    })
}

pub(super) fn parsed<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error)))
}

//! The call list: for every filter a walk along an index, newest first, that stops when the page is full.
//!
//! Each filter has a query of its own, which names its index: SQLite refuses one that it cannot walk so, rather than reading
//! a million calls. An agent's lists are walked in `call_agent`; what goes on, of which there is little, in `call`.

use super::{History, HistoryFailure, ask::row};
use ringcard_core::{
    call::{AgentId, CallId},
    frame::{CallFilter, CallRow},
};
use rusqlite::Connection;

/// Rows a single answer has at most.
const ROWS: u32 = 200;

/// What is asked for.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    /// Only calls that rang for them or were made by them.
    pub agent: Option<AgentId>,
    pub filter: CallFilter,
    /// Only older ones.
    pub before: Option<CallId>,
    pub limit: u32,
}

impl History {
    /// Calls, newest first, and whether there are more. `agent` sees the calls that rang for or were made by them.
    pub async fn calls(
        &self,
        agent: Option<AgentId>,
        filter: CallFilter,
        before: Option<CallId>,
        limit: u32,
    ) -> Result<(Vec<CallRow>, bool), HistoryFailure> {
        let wanted = Wanted { agent, filter, before, limit: limit.clamp(1, ROWS) };
        self.files.ask(move |connection| page(connection, &wanted)).await
    }
}

fn page(connection: &Connection, wanted: &Wanted) -> rusqlite::Result<(Vec<CallRow>, bool)> {
    let mut query = connection.prepare_cached(&wanted.query())?;
    let limit = wanted.limit as usize;
    query.raw_bind_parameter(c":most", wanted.limit + 1)?;
    if let Some(agent) = &wanted.agent {
        query.raw_bind_parameter(c":agent", &agent.0)?;
    }
    if let Some(before) = &wanted.before {
        query.raw_bind_parameter(c":before", &before.0)?;
    }
    let mut found = query.raw_query().mapped(row).collect::<rusqlite::Result<Vec<_>>>()?;
    let more = found.len() > limit;
    found.truncate(limit);
    Ok((found, more))
}

/// Of a call `call`: what a row of the list shows.
pub(super) const COLUMNS: &str = "call.call, call.customer_name, call.customer_id,
    (SELECT outcome FROM outcome WHERE call_id = call.id ORDER BY at DESC, key DESC LIMIT 1),
    (SELECT at FROM no_code WHERE call_id = call.id), (SELECT agent FROM no_code WHERE call_id = call.id),
    (SELECT substr(note, 1, 200) FROM note_so_far WHERE call_id = call.id AND note <> '' ORDER BY agent LIMIT 1),
    call.recorded";

impl Wanted {
    fn query(&self) -> String {
        let CallFilter { missed, mine, live } = self.filter;
        // Nobody is meant by *mine* where nobody asks.
        let mine = mine && self.agent.is_some();
        let (id, from, mut conditions) = match (&self.agent, live) {
            (Some(_), false) => {
                let index = match (missed, mine) {
                    (false, false) => "",
                    (false, true) => " INDEXED BY call_agent_mine",
                    (true, false) => " INDEXED BY call_agent_all_missed",
                    (true, true) => " INDEXED BY call_agent_mine_missed",
                };
                // The order is the agent's; each call is then found by its id.
                let from = format!("call_agent AS whose{index} CROSS JOIN call ON call.id = whose.call_id");
                let mut conditions = vec!["whose.agent = :agent"];
                conditions.extend(missed.then_some("whose.missed = 1"));
                conditions.extend(mine.then_some("whose.mine = 1"));
                ("whose.call_id", from, conditions)
            }
            (agent, live) => {
                let index = match (live, missed) {
                    (true, _) => " INDEXED BY call_not_over",
                    (false, true) => " INDEXED BY call_missed",
                    (false, false) => "",
                };
                let mut conditions = Vec::new();
                conditions.extend(live.then_some("call.over = 0"));
                conditions.extend(missed.then_some("call.state = 'missed'"));
                conditions.extend(agent.is_some().then_some(if mine {
                    "EXISTS (SELECT 1 FROM call_agent WHERE agent = :agent AND call_id = call.id AND mine = 1)"
                } else {
                    "EXISTS (SELECT 1 FROM call_agent WHERE agent = :agent AND call_id = call.id)"
                }));
                ("call.id", format!("call{index}"), conditions)
            }
        };
        let older = format!("{id} < :before");
        conditions.extend(self.before.is_some().then_some(older.as_str()));
        let conditions = if conditions.is_empty() { "TRUE".to_owned() } else { conditions.join(" AND ") };
        format!("SELECT {COLUMNS} FROM {from} WHERE {conditions} ORDER BY {id} DESC LIMIT :most")
    }
}

#[cfg(test)]
mod tests;

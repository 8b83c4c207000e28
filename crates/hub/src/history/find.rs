//! Calls that are looked for: one walk along one index, newest first, with everything else checked on the way.
//!
//! Whichever wish leaves the fewest calls leads the walk. A walk looks at so many calls at most ([`LOOKED_AT`]); where it found no
//! whole page by then, the answer says from where to look further: no question reads a million calls.

mod text;

pub(super) use text::{forget_words, write_words};

use super::{History, HistoryFailure, ask::row, list::COLUMNS};
use ringcard_core::{
    call::{AgentId, CallId, Direction},
    frame::{CallEnd, CallSearch, FoundCalls},
};
use rusqlite::{Connection, OptionalExtension, ToSql, params};
use text::matching;

/// Rows of an answer.
const ROWS: u32 = 200;
/// So many calls are looked at for one page.
const LOOKED_AT: u32 = 4000;

/// What is looked for, as it is known here.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Only calls that rang for them or were made by them; absent: everybody's.
    pub agent: Option<AgentId>,
    /// The customer's number, as a key.
    pub number: Option<String>,
    /// Its text is words only: a number in it is `number`.
    pub search: CallSearch,
    /// Only those after this one, in the order of the answer.
    pub before: Option<CallId>,
    pub limit: u32,
}

impl History {
    /// Calls that are as wanted, newest first.
    pub async fn find_calls(&self, wanted: Wanted) -> Result<FoundCalls, HistoryFailure> {
        self.files.ask(move |connection| find(connection, &wanted)).await
    }

    /// A recording of this call was told of.
    pub async fn has_recording(&self, id: CallId) -> Result<(), HistoryFailure> {
        self.files
            .change(move |connection| {
                connection.prepare_cached("UPDATE call SET recorded = 1 WHERE id = ?1")?.execute([id.0]).map(drop)
            })
            .await
    }
}

fn find(connection: &Connection, wanted: &Wanted) -> rusqlite::Result<FoundCalls> {
    let limit = wanted.limit.clamp(1, ROWS) as usize;
    let walk = Walk::of(wanted);
    let Some(looked_at) = walk.ids(connection, wanted)? else {
        return Ok(FoundCalls { calls: Vec::new(), next: None });
    };
    let (conditions, values) = conditions(wanted);
    let mut query =
        connection.prepare_cached(&format!("SELECT {COLUMNS} FROM call WHERE call.id = ?1 AND {conditions}"))?;
    let mut calls = Vec::with_capacity(limit);
    for (place, id) in looked_at.iter().enumerate() {
        let all: Vec<&dyn ToSql> =
            std::iter::once(id as &dyn ToSql).chain(values.iter().map(|value| value.as_ref() as &dyn ToSql)).collect();
        calls.extend(query.query_row(all.as_slice(), row).optional()?);
        if calls.len() == limit {
            let is_last = place + 1 == looked_at.len() && looked_at.len() < LOOKED_AT as usize;
            return Ok(FoundCalls { calls, next: (!is_last).then(|| CallId(id.clone())) });
        }
    }
    let next = looked_at.last().filter(|_| looked_at.len() == LOOKED_AT as usize);
    Ok(FoundCalls { calls, next: next.map(|id| CallId(id.clone())) })
}

/// What leads: the index that is walked, and what it is asked for.
struct Walk {
    from: &'static str,
    index: &'static str,
    id: &'static str,
    at: &'static str,
    condition: &'static str,
    value: Option<String>,
}

impl Walk {
    fn of(wanted: &Wanted) -> Self {
        let search = &wanted.search;
        let by = |index, condition, value: Option<String>| Self {
            from: "call",
            index,
            id: "id",
            at: "started_at",
            condition,
            value,
        };
        if let Some(number) = &wanted.number {
            return by("call_of_number", "number_key = :value", Some(number.clone()));
        }
        if let Some(customer) = &search.customer {
            return by("call_of_customer", "customer_id = :value", Some(customer.0.clone()));
        }
        if let (Some(code), None | Some(true)) = (&search.code, search.coded) {
            return by("call_by_code", "code = :value", Some(code.clone()));
        }
        if let Some(queue) = &search.queue {
            return by("call_in_queue", "queue = :value", Some(queue.clone()));
        }
        if let Some(agent) = &wanted.agent {
            return Self {
                from: "call_agent",
                index: "call_agent_by_time",
                id: "call_id",
                at: "at",
                condition: "agent = :value",
                value: Some(agent.0.clone()),
            };
        }
        match (search.ended, search.coded, search.recorded, &search.line) {
            (Some(CallEnd::Failed), ..) => by("call_failed_by_time", "state = 'failed'", None),
            (_, Some(false), ..) => by("call_not_coded", "code IS NULL AND state = 'ended'", None),
            (_, _, Some(true), _) => by("call_with_recording", "recorded = 1", None),
            (Some(CallEnd::Missed), ..) => by("call_missed_by_time", "state = 'missed'", None),
            (.., Some(line)) => by("call_on_line", "line = :value", Some(line.clone())),
            _ => by("call_by_time", "TRUE", None),
        }
    }

    /// The calls it comes by, in order; nothing where the text has no word in it.
    fn ids(&self, connection: &Connection, wanted: &Wanted) -> rusqlite::Result<Option<Vec<String>>> {
        if !wanted.search.text.trim().is_empty() {
            return matching(connection, wanted, LOOKED_AT);
        }
        let Self { from, index, id, at, condition, value } = self;
        let before = match &wanted.before {
            // Its own moment is where it stands.
            Some(before) => {
                let started = connection
                    .prepare_cached("SELECT started_at FROM call WHERE id = ?1")?
                    .query_row([&before.0], |row| row.get::<_, i64>(0))
                    .optional()?;
                match started {
                    Some(started) => Some((started, &before.0)),
                    None => return Ok(Some(Vec::new())),
                }
            }
            None => None,
        };
        let range = |wish: Option<_>, text: &str| wish.map_or_else(String::new, |_: i64| format!(" AND {at} {text}"));
        let (since, until) = (wanted.search.from.map(|at| at.0), wanted.search.to.map(|at| at.0));
        let past = before.map_or_else(String::new, |_| format!(" AND ({at}, {id}) < (:at, :before)"));
        let mut query = connection.prepare_cached(&format!(
            "SELECT {id} FROM {from} INDEXED BY {index} WHERE {condition}{}{}{past} ORDER BY {at} DESC, {id} DESC LIMIT {LOOKED_AT}",
            range(since, ">= :since"),
            range(until, "< :until"),
        ))?;
        let mut values: Vec<(&str, &dyn ToSql)> = Vec::new();
        if let Some(value) = value {
            values.push((":value", value));
        }
        if let Some(since) = &since {
            values.push((":since", since));
        }
        if let Some(until) = &until {
            values.push((":until", until));
        }
        if let Some((at, id)) = &before {
            values.push((":at", at));
            values.push((":before", id));
        }
        query.query_map(values.as_slice(), |row| row.get(0))?.collect::<rusqlite::Result<_>>().map(Some)
    }
}

/// Everything that a call must be, whatever led to it. `?1` is the call.
fn conditions(wanted: &Wanted) -> (String, Vec<Box<dyn ToSql>>) {
    let mut texts = vec!["TRUE".to_owned()];
    let mut values: Vec<Box<dyn ToSql>> = Vec::new();
    let mut is = |text: &str, value: Box<dyn ToSql>| {
        values.push(value);
        texts.push(text.replace('?', &format!("?{}", values.len() + 1)));
    };
    let CallSearch {
        text: _,
        from,
        to,
        agent: _,
        everybody: _,
        customer,
        line,
        queue,
        direction,
        ended,
        code,
        coded,
        recorded,
    } = &wanted.search;
    if let Some(agent) = &wanted.agent {
        is("EXISTS (SELECT 1 FROM call_agent WHERE agent = ? AND call_id = call.id)", Box::new(agent.0.clone()));
    }
    if let Some(number) = &wanted.number {
        is("number_key = ?", Box::new(number.clone()));
    }
    if let Some(customer) = customer {
        is("customer_id = ?", Box::new(customer.0.clone()));
    }
    for (column, wish) in [("line", line), ("queue", queue), ("code", code)] {
        if let Some(wish) = wish {
            is(&format!("{column} = ?"), Box::new(wish.clone()));
        }
    }
    if let Some(from) = from {
        is("started_at >= ?", Box::new(from.0));
    }
    if let Some(to) = to {
        is("started_at < ?", Box::new(to.0));
    }
    if let Some(direction) = direction {
        let word = match direction {
            Direction::Inbound => "inbound",
            Direction::Outbound => "outbound",
        };
        is("direction = ?", Box::new(word));
    }
    if let Some(ended) = ended {
        let word = match ended {
            CallEnd::Spoken => "ended",
            CallEnd::Missed => "missed",
            CallEnd::Failed => "failed",
        };
        is("state = ?", Box::new(word));
    }
    if let Some(recorded) = recorded {
        is("recorded = ?", Box::new(*recorded));
    }
    match coded {
        Some(true) => texts.push("code IS NOT NULL".to_owned()),
        Some(false) => texts.push(
            "code IS NULL AND state = 'ended' AND NOT EXISTS (SELECT 1 FROM no_code WHERE call_id = call.id)"
                .to_owned(),
        ),
        None => {}
    }
    (texts.join(" AND "), values)
}

/// A code belongs to its call: the newest counts.
pub(super) fn write_code(change: &Connection, id: &CallId) -> rusqlite::Result<()> {
    change
        .prepare_cached(
            "UPDATE call SET code = (SELECT iif(json_valid(outcome), coalesce(outcome ->> '$.code', ''), '') FROM outcome WHERE call_id = ?1
                ORDER BY at DESC, key DESC LIMIT 1) WHERE id = ?1",
        )?
        .execute(params![id.0])
        .map(drop)
}

#[cfg(test)]
mod tests;

//! The calls with a customer, over all their numbers and whoever had them: one walk, newest first, merged of an index for the customer
//! and one for each number.
//!
//! A call belongs to whom the call list names for it. One that names nobody belongs to whoever has its number, unless an agent said of
//! that very call that it was not them.

use super::{History, HistoryFailure, ask::row, list::COLUMNS, open::OPENING, record::number_key};
use ringcard_core::{
    Timestamp,
    call::{AgentId, Call, CallId},
    customer::CustomerId,
    frame::FoundCalls,
    number::Party,
};
use rusqlite::{Connection, OptionalExtension, ToSql, params};
use std::{collections::HashSet, path::Path};

/// Rows of an answer.
const ROWS: u32 = 200;
/// So many calls are looked at for one page, and for whether an agent had one of them.
const LOOKED_AT: usize = 4000;
/// Of a customer's numbers.
const NUMBERS: usize = 20;

/// Whose calls.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallsOf {
    /// Absent: of a number, whoever is behind it.
    customer: Option<CustomerId>,
    numbers: Vec<String>,
}

/// Whom calls since then name, read in the file itself: nobody has to have it open.
pub(crate) fn customers_since(calls: &Path, since: Timestamp) -> Result<HashSet<CustomerId>, HistoryFailure> {
    if !calls.exists() {
        return Ok(HashSet::new());
    }
    let connection = OPENING.reader(calls).map_err(HistoryFailure::Open)?;
    let customers = |connection: &Connection| {
        connection
            .prepare("SELECT DISTINCT customer_id FROM call WHERE customer_id IS NOT NULL AND started_at >= ?1")?
            .query_map([since.0], |row| row.get(0).map(CustomerId))?
            .collect::<rusqlite::Result<_>>()
    };
    customers(&connection).map_err(HistoryFailure::Sqlite)
}

impl CallsOf {
    pub fn new<'a>(customer: Option<CustomerId>, numbers: impl IntoIterator<Item = &'a Party>) -> Self {
        let mut keys: Vec<String> = numbers.into_iter().filter_map(number_key).collect();
        keys.sort();
        keys.dedup();
        keys.truncate(NUMBERS);
        Self { customer, numbers: keys }
    }

    /// The walk: when a call began, its id, and whether it is one of theirs. `:before` is where the last page ended.
    fn walk(&self, goes_on: bool) -> String {
        let past = if goes_on { " AND (started_at, id) < (:at, :before)" } else { "" };
        let named = format!(
            "SELECT started_at, id, 1 FROM call INDEXED BY call_of_customer WHERE customer_id = :customer{past}"
        );
        // Where nobody is meant by name, whoever is behind the number is.
        let is_theirs = match self.customer {
            Some(_) => {
                "customer_id IS NULL
                    AND NOT EXISTS (SELECT 1 FROM set_aside WHERE call_id = call.id AND customer_id = :customer)"
            }
            None => "1",
        };
        let by_number = (0..self.numbers.len()).map(|n| {
            format!(
                "SELECT started_at, id, {is_theirs} FROM call INDEXED BY call_of_number WHERE number_key = :n{n}{past}"
            )
        });
        let all: Vec<String> = std::iter::once(named).chain(by_number).collect();
        format!("{} ORDER BY 1 DESC, 2 DESC", all.join(" UNION ALL "))
    }

    /// Goes through them from the newest on, as long as `take` says so; answers where it stopped, if there may be more.
    fn each(
        &self,
        connection: &Connection,
        before: Option<&CallId>,
        mut take: impl FnMut(&str) -> rusqlite::Result<bool>,
    ) -> rusqlite::Result<Option<CallId>> {
        let from = match before {
            // Its own moment is where it stands.
            Some(before) => {
                let started = connection
                    .prepare_cached("SELECT started_at FROM call WHERE id = ?1")?
                    .query_row([&before.0], |row| row.get::<_, i64>(0))
                    .optional()?;
                match started {
                    Some(started) => Some((started, &before.0)),
                    None => return Ok(None),
                }
            }
            None => None,
        };
        let mut query = connection.prepare_cached(&self.walk(from.is_some()))?;
        let customer = self.customer.as_ref().map(|customer| customer.0.as_str());
        let names: Vec<String> = (0..self.numbers.len()).map(|n| format!(":n{n}")).collect();
        let mut values: Vec<(&str, &dyn ToSql)> = vec![(":customer", &customer)];
        values.extend(names.iter().zip(&self.numbers).map(|(name, number)| (name.as_str(), number as &dyn ToSql)));
        if let Some((at, id)) = &from {
            values.push((":at", at));
            values.push((":before", *id));
        }
        let mut rows = query.query(values.as_slice())?;
        let mut last: Option<String> = None;
        for looked_at in 0.. {
            // The one after the last that was wanted tells whether there are more.
            let Some(found) = rows.next()? else { return Ok(None) };
            if let Some(last) = last.take().filter(|_| looked_at >= LOOKED_AT) {
                return Ok(Some(CallId(last)));
            }
            let id: String = found.get(1)?;
            if found.get(2)? && !take(&id)? {
                return Ok(rows.next()?.is_some().then_some(CallId(id)));
            }
            last = Some(id);
        }
        Ok(None)
    }
}

impl History {
    /// The calls with this customer, newest first.
    pub async fn calls_of(
        &self,
        whose: CallsOf,
        before: Option<CallId>,
        limit: u32,
    ) -> Result<FoundCalls, HistoryFailure> {
        let limit = limit.clamp(1, ROWS) as usize;
        self.files
            .ask(move |connection| {
                let mut one = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM call WHERE call.id = ?1"))?;
                let mut calls = Vec::with_capacity(limit);
                let next = whose.each(connection, before.as_ref(), |id| {
                    calls.push(one.query_row([id], row)?);
                    Ok(calls.len() < limit)
                })?;
                Ok(FoundCalls { calls, next })
            })
            .await
    }

    /// Whether one of the last calls with them rang for this agent, or was made by them.
    pub async fn had_a_call_with(&self, agent: AgentId, whose: CallsOf) -> Result<bool, HistoryFailure> {
        self.files
            .ask(move |connection| {
                let mut theirs = connection
                    .prepare_cached("SELECT EXISTS (SELECT 1 FROM call_agent WHERE agent = ?1 AND call_id = ?2)")?;
                let mut had = false;
                whose.each(connection, None, |id| {
                    had = theirs.query_row(params![agent.0, id], |row| row.get(0))?;
                    Ok(!had)
                })?;
                Ok(had)
            })
            .await
    }

    /// With whom a call was: the customer the call list names, and the number.
    pub async fn with_whom(&self, id: CallId) -> Result<Option<(Option<CustomerId>, Party)>, HistoryFailure> {
        self.files
            .ask(move |connection| {
                connection
                    .prepare_cached("SELECT call, customer_id FROM call WHERE id = ?1")?
                    .query_row([id.0], |row| {
                        let call: Call = super::ask::parsed(row, 0)?;
                        Ok((row.get::<_, Option<String>>(1)?.map(CustomerId), call.customer().clone()))
                    })
                    .optional()
            })
            .await
    }
}

#[cfg(test)]
mod tests;

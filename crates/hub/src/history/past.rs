//! A call that was let go, with all that is needed to follow it again: read at once.

use super::{
    History, HistoryFailure, SaidOfCall,
    ask::{parsed, steps},
    record::number_key,
    set_aside::said_of,
};
use ringcard_core::{
    Timestamp,
    call::{Call, CallId, follow::MOST_STEPS},
    frame::Step,
    number::Party,
};
use rusqlite::{Connection, OptionalExtension, params};
use std::time::Duration;

/// Data without an id come so long after a call's beginning at most; of a caller without a number, who may be anybody, so
/// long.
const LATEST: Duration = Duration::from_secs(12 * 3600);
const LATEST_OF_ANYBODY: Duration = Duration::from_secs(3600);
/// So many of a customer's last calls are looked at.
const MOST: u32 = 10;

/// A call as the history has it.
#[derive(Debug, Clone)]
pub struct Past {
    pub call: Call,
    pub steps: Vec<Step>,
    pub said: SaidOfCall,
}

impl History {
    /// The last call that the PBX knew by this id: it may use its ids anew.
    pub async fn past_by_id(&self, account: String, external_id: String) -> Result<Option<Past>, HistoryFailure> {
        self.files
            .ask(move |connection| {
                let call = connection
                    .prepare_cached(
                        "SELECT call FROM call WHERE account = ?1 AND external_id = ?2 ORDER BY id DESC LIMIT 1",
                    )?
                    .query_row(params![account, external_id], |row| parsed(row, 0))
                    .optional()?;
                call.map(|call: Call| past(connection, call)).transpose()
            })
            .await
    }

    /// Those of these calls that are private.
    pub async fn private_among(&self, calls: Vec<CallId>) -> Result<Vec<Call>, HistoryFailure> {
        if calls.is_empty() {
            return Ok(Vec::new());
        }
        let ids = super::record::json(&calls);
        self.files
            .ask(move |connection| {
                connection
                    .prepare_cached(
                        "SELECT call FROM call WHERE id IN (SELECT value FROM json_each(?1)) AND private = 1",
                    )?
                    .query_map([&ids], |row| parsed(row, 0))?
                    .collect()
            })
            .await
    }

    /// One that we know by our own name of it.
    pub async fn past(&self, id: CallId) -> Result<Option<Past>, HistoryFailure> {
        self.files
            .ask(move |connection| {
                let call = connection
                    .prepare_cached("SELECT call FROM call WHERE id = ?1")?
                    .query_row([&id.0], |row| parsed(row, 0))
                    .optional()?;
                call.map(|call: Call| past(connection, call)).transpose()
            })
            .await
    }

    /// Of the last calls with this customer on this account that are over, the one that fits best.
    pub async fn past_that_fits<F: Ord>(
        &self,
        account: String,
        customer: &Party,
        fit: impl Fn(&Call, &[Step]) -> Option<F> + Send + 'static,
    ) -> Result<Option<Past>, HistoryFailure> {
        let key = number_key(customer);
        self.files
            .ask(move |connection| {
                let (whose, latest) = match key {
                    Some(_) => ("number_key = ?1", LATEST),
                    None => ("number_key IS ?1", LATEST_OF_ANYBODY),
                };
                let mut query = connection.prepare_cached(&format!(
                    "SELECT call FROM call WHERE {whose} AND id >= ?2 AND account = ?3 AND over = 1
                     ORDER BY id DESC LIMIT {MOST}"
                ))?;
                let since = first_id_of(Timestamp::now().before(latest));
                let mut best: Option<(F, Call, Vec<Step>)> = None;
                for call in query.query_map(params![key, since, account], |row| parsed::<Call>(row, 0))? {
                    let call = call?;
                    let steps = steps(connection, &call.id, MOST_STEPS)?;
                    let Some(fits) = fit(&call, &steps) else { continue };
                    // The newest comes first.
                    if best.as_ref().is_none_or(|(known, ..)| *known < fits) {
                        best = Some((fits, call, steps));
                    }
                }
                let Some((_, call, steps)) = best else { return Ok(None) };
                let said = said_of(connection, &call.id)?;
                Ok(Some(Past { call, steps, said }))
            })
            .await
    }
}

fn past(connection: &Connection, call: Call) -> rusqlite::Result<Past> {
    let steps = steps(connection, &call.id, MOST_STEPS)?;
    let said = said_of(connection, &call.id)?;
    Ok(Past { call, steps, said })
}

/// Before every call that begins then: their names sort by time.
fn first_id_of(at: Timestamp) -> String {
    debug_assert!(CallId::new().0.len() == 32, "twelve digits of milliseconds come first");
    format!("{:012x}", at.0.max(0))
}

//! Reading kept numbers again after the country or the internal numbers were changed in the settings.
//!
//! What was written is never lost, so that a directory imported before the country was set can be put right. It runs
//! beside the work, batch by batch; how far it came is kept, so that a kill only interrupts it.

use super::{numbers::KeptNumber, pool::Pool, write};
use ringcard_connect::CrmFailure;
use ringcard_core::number::DialPlan;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use std::sync::{Arc, Weak};

/// Customers read again in one transaction: others wait for some ten milliseconds.
const BATCH: i64 = 1_000;

/// Notes by which rules numbers are read from now on; whether kept ones have to be read again.
pub(super) fn note_rules(connection: &Connection, plan: &DialPlan) -> rusqlite::Result<bool> {
    let rules = plan.reading_rules();
    let before: Option<String> =
        connection.query_row("SELECT value FROM meta WHERE key = 'rules'", [], |row| row.get(0)).optional()?;
    let pending: bool =
        connection.query_row("SELECT count(*) FROM meta WHERE key = 'reread_after'", [], |row| row.get(0))?;
    if before.as_ref() == Some(&rules) {
        return Ok(pending);
    }
    connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('rules', ?1)", [&rules])?;
    if before.is_none() {
        return Ok(false);
    }
    connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('reread_after', '0')", [])?;
    Ok(true)
}

/// Notes the rules and reads all kept numbers again where they changed, on a thread of its own that ends early when
/// the directory is closed.
pub(super) fn start(pool: &Arc<Pool>, plan: DialPlan) {
    let pool = Arc::downgrade(pool);
    let started = std::thread::Builder::new().name("directory-reread".to_owned()).spawn(move || run(&pool, &plan));
    if let Err(error) = started {
        tracing::warn!(%error, "kept numbers were not read again; they will be at the next start");
    }
}

fn run(pool: &Weak<Pool>, plan: &DialPlan) {
    let noted = pool.upgrade().map(|pool| {
        let plan = plan.clone();
        pool.write_blocking(move |connection| Ok(note_rules(connection, &plan)?))
    });
    match noted {
        Some(Ok(true)) => {}
        Some(Ok(false)) | None => return,
        Some(Err(error)) => {
            tracing::warn!(%error, "kept numbers were not read again; they will be at the next start");
            return;
        }
    }
    loop {
        // Held for one batch only: whoever closes the directory is not kept waiting.
        let Some(pool) = pool.upgrade() else { return };
        let plan = plan.clone();
        match pool.write_blocking(move |connection| Ok(batch(connection, &plan)?)) {
            Ok(true) => {}
            Ok(false) => return,
            Err(CrmFailure::Unavailable { .. }) => return,
            Err(error) => {
                tracing::warn!(%error, "kept numbers were not all read again; they will be at the next start");
                return;
            }
        }
    }
}

/// Whether there is more to do.
fn batch(connection: &mut Connection, plan: &DialPlan) -> rusqlite::Result<bool> {
    let step = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let rules: String = step.query_row("SELECT value FROM meta WHERE key = 'rules'", [], |row| row.get(0))?;
    let after: Option<String> =
        step.query_row("SELECT value FROM meta WHERE key = 'reread_after'", [], |row| row.get(0)).optional()?;
    // The settings were changed again meanwhile: whoever did so starts anew.
    let Some(after) = after.filter(|_| rules == plan.reading_rules()) else { return Ok(false) };
    let after: i64 = after.parse().unwrap_or(0);
    let until: Option<i64> = step.query_row(
        "SELECT max(id) FROM (SELECT id FROM customer WHERE id > ?1 ORDER BY id LIMIT ?2)",
        params![after, BATCH],
        |row| row.get(0),
    )?;
    let Some(until) = until else {
        step.execute("DELETE FROM meta WHERE key = 'reread_after'", [])?;
        step.commit()?;
        return Ok(false);
    };
    let kept: Vec<(i64, u32, bool, KeptNumber)> = step
        .prepare_cached(
            "SELECT label, written, kind, digits, extension, certainty, customer_id, position, imported
             FROM customer_number WHERE customer_id > ?1 AND customer_id <= ?2",
        )?
        .query_map([after, until], |row| Ok((row.get(6)?, row.get(7)?, row.get(8)?, KeptNumber::from_row(row, 0)?)))?
        .collect::<Result<_, _>>()?;
    let mut there = write::AlreadyThere::default();
    for (id, position, imported, kept) in kept {
        // What is a card number by the new rules stays as it was.
        if let Ok(read) = KeptNumber::read(plan, kept.label.clone(), kept.written.clone())
            && read != kept
        {
            step.prepare_cached("DELETE FROM customer_number WHERE customer_id = ?1 AND position = ?2")?
                .execute(params![id, position])?;
            write::insert_number(&step, id, position, &read, imported, &mut there)?;
        }
    }
    step.execute("UPDATE meta SET value = ?1 WHERE key = 'reread_after'", [until.to_string()])?;
    step.commit()?;
    Ok(true)
}

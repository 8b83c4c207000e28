//! What agents said about a number: *it is this customer's*, *it is not theirs*.
//!
//! The second does not undo the first, it covers it: taken back, everything is as it was.

use super::{
    elsewhere,
    numbers::{memory_key, party_of},
    row::FileTag,
};
use ringcard_core::{
    Timestamp,
    call::AgentId,
    customer::{CustomerId, NotTheirs},
    number::{Party, view},
};
use rusqlite::{Connection, params};

/// More than this nobody reads.
const MOST_READ: i64 = 200;

/// What became of what an agent said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Remembered {
    Kept,
    NoSuchCustomer,
    /// A hidden or unreadable caller: there is nothing to remember it by.
    NoNumber,
}

/// This number is this customer's from now on.
pub(super) fn remember(
    connection: &Connection,
    tag: &FileTag,
    number: &Party,
    customer: &CustomerId,
    now: Timestamp,
) -> rusqlite::Result<Remembered> {
    about(connection, tag, number, customer, |key, row| {
        connection
            .prepare_cached("INSERT OR REPLACE INTO remembered (number, customer_id, at) VALUES (?1, ?2, ?3)")?
            .execute(params![key, row, now.0])?;
        elsewhere::forget(connection, key)?;
        uncover(connection, key, row)
    })
}

/// This number is not this customer's, whoever calls.
pub(super) fn not_theirs(
    connection: &Connection,
    tag: &FileTag,
    number: &Party,
    customer: &CustomerId,
    by: Option<&AgentId>,
    now: Timestamp,
) -> rusqlite::Result<Remembered> {
    about(connection, tag, number, customer, |key, row| {
        connection
            .prepare_cached(
                "INSERT OR REPLACE INTO dismissed (number, customer_id, at, agent) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![key, row, now.0, by.map(|agent| &agent.0)])
            .map(|_| ())
    })
}

/// It is theirs after all.
pub(super) fn theirs(
    connection: &Connection,
    tag: &FileTag,
    number: &Party,
    customer: &CustomerId,
) -> rusqlite::Result<Remembered> {
    about(connection, tag, number, customer, |key, row| uncover(connection, key, row))
}

/// The numbers that are not this customer's, the newest word first.
pub(super) fn not_theirs_of(connection: &Connection, row: i64) -> rusqlite::Result<Vec<NotTheirs>> {
    connection
        .prepare_cached(
            "SELECT number, agent, at FROM dismissed WHERE customer_id = ?1 ORDER BY at DESC, number LIMIT ?2",
        )?
        .query_map([row, MOST_READ], |found| {
            Ok(NotTheirs {
                number: view(&party_of(&found.get::<_, String>(0)?)),
                by: found.get::<_, Option<String>>(1)?.map(AgentId),
                at: Timestamp(found.get(2)?),
            })
        })?
        .collect()
}

fn uncover(connection: &Connection, key: &str, row: i64) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM dismissed WHERE number = ?1 AND customer_id = ?2")?
        .execute(params![key, row])
        .map(|_| ())
}

/// Keeps something about a number and a customer, where there is the one and the other.
fn about(
    connection: &Connection,
    tag: &FileTag,
    number: &Party,
    customer: &CustomerId,
    keep: impl FnOnce(&str, i64) -> rusqlite::Result<()>,
) -> rusqlite::Result<Remembered> {
    let Some(key) = memory_key(number) else { return Ok(Remembered::NoNumber) };
    let Some(row) = tag.row(customer) else { return Ok(Remembered::NoSuchCustomer) };
    let known = connection.prepare_cached("SELECT 1 FROM customer WHERE id = ?1")?.exists([row])?;
    if !known {
        return Ok(Remembered::NoSuchCustomer);
    }
    keep(&key, row)?;
    Ok(Remembered::Kept)
}

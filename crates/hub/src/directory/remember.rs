//! What agents said about a number: *it is this one*, *it is none of these*.

use super::{ladder, numbers::memory_key, row::FileTag};
use ringcard_core::{
    Timestamp,
    customer::CustomerId,
    number::{DialPlan, Party},
};
use rusqlite::{Connection, params};

/// What became of a choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Remembered {
    Kept,
    NoSuchCustomer,
    /// A hidden or unreadable caller: there is nothing to remember it by.
    NoNumber,
}

/// `None`: none of those who are offered now. A customer made later with this number is offered again.
pub(super) fn remember(
    connection: &Connection,
    tag: &FileTag,
    plan: &DialPlan,
    number: &Party,
    customer: Option<&CustomerId>,
    now: Timestamp,
) -> rusqlite::Result<Remembered> {
    let Some(key) = memory_key(number) else { return Ok(Remembered::NoNumber) };
    let Some(customer) = customer else {
        for offered in ladder::find(connection, tag, plan, number)? {
            if let Some(row) = tag.row(&offered.customer.id) {
                connection
                    .prepare_cached("INSERT OR REPLACE INTO dismissed (number, customer_id, at) VALUES (?1, ?2, ?3)")?
                    .execute(params![key, row, now.0])?;
            }
        }
        connection.prepare_cached("DELETE FROM remembered WHERE number = ?1")?.execute([&key])?;
        return Ok(Remembered::Kept);
    };
    let Some(row) = tag.row(customer) else { return Ok(Remembered::NoSuchCustomer) };
    let known = connection.prepare_cached("SELECT 1 FROM customer WHERE id = ?1")?.exists([row])?;
    if !known {
        return Ok(Remembered::NoSuchCustomer);
    }
    connection
        .prepare_cached("INSERT OR REPLACE INTO remembered (number, customer_id, at) VALUES (?1, ?2, ?3)")?
        .execute(params![key, row, now.0])?;
    connection
        .prepare_cached("DELETE FROM dismissed WHERE number = ?1 AND customer_id = ?2")?
        .execute(params![key, row])?;
    Ok(Remembered::Kept)
}

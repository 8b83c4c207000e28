//! Customers as rows.

use super::numbers::KeptNumber;
use ringcard_core::{
    Timestamp,
    customer::{Customer, CustomerDetails, CustomerId},
};
use rusqlite::{Connection, OptionalExtension, Row};
use std::collections::BTreeMap;

/// Which system keeps these customers.
pub(super) const SOURCE: &str = "directory";

/// The columns of [`customer_from`].
pub(super) const COLUMNS: &str = "id, name, company, role, email, tags, vip, notes, link, fields, updated_at";

/// What makes a row's id a customer's id: the file it is in. An id from a file that was set aside means nobody here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FileTag(String);

impl FileTag {
    pub fn of(connection: &Connection) -> rusqlite::Result<Self> {
        connection.query_row("SELECT value FROM meta WHERE key = 'tag'", [], |row| row.get(0)).map(Self)
    }

    pub fn id(&self, row: i64) -> CustomerId {
        CustomerId(format!("{}-{row}", self.0))
    }

    pub fn row(&self, id: &CustomerId) -> Option<i64> {
        let row = id.0.strip_prefix(&self.0)?.strip_prefix('-')?;
        row.parse().ok().filter(|row| *row > 0)
    }
}

/// One customer with all numbers.
pub(super) fn load(connection: &Connection, tag: &FileTag, row: i64) -> rusqlite::Result<Option<Customer>> {
    let mut statement = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM customer WHERE id = ?1"))?;
    let Some(mut customer) = statement.query_row([row], |found| customer_from(found, tag)).optional()? else {
        return Ok(None);
    };
    customer.details.numbers = numbers(connection, row)?.into_iter().map(KeptNumber::into_number).collect();
    Ok(Some(customer))
}

pub(super) fn numbers(connection: &Connection, row: i64) -> rusqlite::Result<Vec<KeptNumber>> {
    let mut statement = connection.prepare_cached(
        "SELECT label, written, kind, digits, extension, certainty
         FROM customer_number WHERE customer_id = ?1 ORDER BY position",
    )?;
    statement.query_map([row], |found| KeptNumber::from_row(found, 0))?.collect()
}

/// From [`COLUMNS`]; without the numbers.
pub(super) fn customer_from(row: &Row<'_>, tag: &FileTag) -> rusqlite::Result<Customer> {
    Ok(Customer {
        id: tag.id(row.get(0)?),
        source: SOURCE.to_owned(),
        details: CustomerDetails {
            name: row.get(1)?,
            company: row.get(2)?,
            role: row.get(3)?,
            email: row.get(4)?,
            tags: tags_from(&row.get::<_, String>(5)?),
            vip: row.get(6)?,
            notes: row.get(7)?,
            link: row.get(8)?,
            numbers: Vec::new(),
            fields: fields_from(&row.get::<_, String>(9)?),
        },
        updated_at: Timestamp(row.get(10)?),
    })
}

pub(super) fn tags_to(tags: &[String]) -> String {
    if tags.is_empty() { String::new() } else { serde_json::json!(tags).to_string() }
}

pub(super) fn fields_to(fields: &BTreeMap<String, String>) -> String {
    if fields.is_empty() { String::new() } else { serde_json::json!(fields).to_string() }
}

/// We wrote it: what cannot be read was damaged on the disk, and the rest of the customer is worth more than an error.
fn tags_from(text: &str) -> Vec<String> {
    serde_json::from_str(text).unwrap_or_default()
}

pub(super) fn fields_from(text: &str) -> BTreeMap<String, String> {
    serde_json::from_str(text).unwrap_or_default()
}

pub(super) fn count(connection: &Connection) -> rusqlite::Result<u64> {
    let count: i64 = connection.query_row("SELECT count(*) FROM customer", [], |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

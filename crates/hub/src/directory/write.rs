//! Making, changing and taking away customers. Everything happens inside the caller's transaction.

use super::{
    fold::fold,
    numbers::{KeptNumber, memory_key, reversed},
    row::{self, FileTag},
    validate::Prepared,
};
use ringcard_core::{Timestamp, customer::Customer};
use rusqlite::{Connection, OptionalExtension, params};
use std::{borrow::Cow, collections::HashSet};

/// Where a customer came from, as far as an import has to know.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Source {
    pub external_id: Option<String>,
    pub key: Option<i64>,
    pub hash: Option<i64>,
    /// What kind of list it was in.
    pub form: Option<i64>,
    /// The import that makes it.
    pub import: Option<i64>,
}

/// What is in the directory for good, as far as one who writes many customers has seen it: it is not written again.
#[derive(Debug, Default)]
pub(super) struct AlreadyThere {
    /// Country codes that it has.
    codes: HashSet<String>,
    /// Hosts of e-mail addresses that are searched by no more.
    common_hosts: HashSet<String>,
}

/// Whether the numbers now written came from a file or from a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    Person,
    Import,
}

pub(super) fn insert(
    connection: &Connection,
    customer: &Prepared,
    source: &Source,
    by: By,
    now: Timestamp,
    there: &mut AlreadyThere,
) -> rusqlite::Result<i64> {
    let details = &customer.details;
    connection
        .prepare_cached(
            "INSERT INTO customer (name, company, role, email, tags, vip, notes, link, fields,
                                   external_id, source_key, source_hash, updated_at, person_key, email_key,
                                   source_form, import_id, imported_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
        )?
        .execute(params![
            details.name,
            details.company,
            details.role,
            details.email,
            customer.tags,
            details.vip,
            details.notes,
            details.link,
            customer.fields,
            source.external_id,
            source.key,
            source.hash,
            now.0,
            customer.person_key,
            customer.email_key,
            source.form,
            source.import,
            (by == By::Import).then_some(now.0),
        ])?;
    let id = connection.last_insert_rowid();
    for (position, number) in (0..).zip(&customer.numbers) {
        insert_number(connection, id, position, number, by == By::Import, there)?;
    }
    insert_words(connection, id, customer, there)?;
    Ok(id)
}

/// Replaces what is known of a customer. What an agent said about its numbers is forgotten where they changed.
pub(super) fn replace(
    connection: &Connection,
    id: i64,
    customer: &Prepared,
    by: By,
    now: Timestamp,
    there: &mut AlreadyThere,
) -> rusqlite::Result<()> {
    let details = &customer.details;
    connection
        .prepare_cached(
            "UPDATE customer SET name = ?2, company = ?3, role = ?4, email = ?5, tags = ?6, vip = ?7, notes = ?8,
                                 link = ?9, fields = ?10, updated_at = max(?11, updated_at + 1), person_key = ?12,
                                 email_key = ?13, imported_at = iif(?14, max(?11, updated_at + 1), imported_at)
             WHERE id = ?1",
        )?
        .execute(params![
            id,
            details.name,
            details.company,
            details.role,
            details.email,
            customer.tags,
            details.vip,
            details.notes,
            details.link,
            customer.fields,
            now.0,
            customer.person_key,
            customer.email_key,
            by == By::Import,
        ])?;
    replace_numbers(connection, id, &customer.numbers, by, there)?;
    delete_words(connection, id)?;
    insert_words(connection, id, customer, there)
}

pub(super) fn delete(connection: &Connection, id: i64) -> rusqlite::Result<bool> {
    let known = connection.prepare_cached("DELETE FROM customer WHERE id = ?1")?.execute([id])? > 0;
    if known {
        connection.prepare_cached("DELETE FROM customer_number WHERE customer_id = ?1")?.execute([id])?;
        connection.prepare_cached("DELETE FROM remembered WHERE customer_id = ?1")?.execute([id])?;
        connection.prepare_cached("DELETE FROM dismissed WHERE customer_id = ?1")?.execute([id])?;
        connection.prepare_cached("DELETE FROM import_change WHERE customer_id = ?1")?.execute([id])?;
        delete_words(connection, id)?;
    }
    Ok(known)
}

/// The numbers a person added by hand: an import does not take them away.
pub(super) fn added_by_hand(connection: &Connection, id: i64) -> rusqlite::Result<Vec<KeptNumber>> {
    connection
        .prepare_cached(
            "SELECT label, written, kind, digits, extension, certainty FROM customer_number
             WHERE customer_id = ?1 AND imported = 0 ORDER BY position",
        )?
        .query_map([id], |found| KeptNumber::from_row(found, 0))?
        .collect()
}

/// What an import finds a customer by who did not come from one.
pub(super) fn set_source_key(connection: &Connection, id: i64, key: Option<i64>) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "UPDATE customer SET source_key = ?2 WHERE id = ?1 AND source_hash IS NULL AND external_id IS NULL",
        )?
        .execute(params![id, key])
        .map(|_| ())
}

/// When the customer was changed last; nothing, when there is none.
pub(super) fn changed_at(connection: &Connection, id: i64) -> rusqlite::Result<Option<Timestamp>> {
    connection
        .prepare_cached("SELECT updated_at FROM customer WHERE id = ?1")?
        .query_row([id], |found| found.get(0).map(Timestamp))
        .optional()
}

/// What was just written, as everybody else sees it.
pub(super) fn written(connection: &Connection, tag: &FileTag, id: i64) -> rusqlite::Result<Customer> {
    row::load(connection, tag, id)?.ok_or(rusqlite::Error::QueryReturnedNoRows)
}

fn replace_numbers(
    connection: &Connection,
    id: i64,
    numbers: &[KeptNumber],
    by: By,
    there: &mut AlreadyThere,
) -> rusqlite::Result<()> {
    let known = row::numbers(connection, id)?;
    if known == numbers {
        return Ok(());
    }
    let by_hand = added_by_hand(connection, id)?;
    connection.prepare_cached("DELETE FROM customer_number WHERE customer_id = ?1")?.execute([id])?;
    for (position, number) in (0..).zip(numbers) {
        let same = |other: &KeptNumber| other.written == number.written;
        // Who brought a number in first stays the one who did.
        let imported = if known.iter().any(same) { !by_hand.iter().any(same) } else { by == By::Import };
        insert_number(connection, id, position, number, imported, there)?;
        // Somebody gave this customer this number: an earlier "not this customer" is overruled.
        if !known.iter().any(same)
            && let Some(key) = number.party().as_ref().and_then(memory_key)
        {
            connection
                .prepare_cached("DELETE FROM dismissed WHERE number = ?1 AND customer_id = ?2")?
                .execute(params![key, id])?;
        }
    }
    Ok(())
}

pub(super) fn insert_number(
    connection: &Connection,
    id: i64,
    position: u32,
    number: &KeptNumber,
    imported: bool,
    there: &mut AlreadyThere,
) -> rusqlite::Result<()> {
    let (kind, certainty) = number.kind_and_certainty();
    let digits = number.digits();
    connection
        .prepare_cached(
            "INSERT INTO customer_number (customer_id, position, label, written, kind, digits, reversed,
                                          extension, certainty, imported)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            id,
            position,
            number.label,
            number.written,
            kind,
            digits,
            digits.map(reversed),
            number.extension(),
            certainty,
            imported,
        ])?;
    if let Some(code) = number.country_code().filter(|code| !there.codes.contains(code)) {
        connection.prepare_cached("INSERT OR IGNORE INTO country_code (code) VALUES (?1)")?.execute([code.as_str()])?;
        there.codes.insert(code);
    }
    Ok(())
}

/// The host of an e-mail address is searched by while few have theirs there: it is a company's then. The words of a
/// host that a hundred thousand use would slow down every search that begins like them, and find nobody.
fn insert_words(
    connection: &Connection,
    id: i64,
    customer: &Prepared,
    there: &mut AlreadyThere,
) -> rusqlite::Result<()> {
    const FEW: i64 = 1_000;
    let mut words = Cow::Borrowed(customer.words.as_str());
    let host = customer.details.email.split_once('@').map(|(_, host)| host.to_lowercase());
    if let Some(host) = host.filter(|host| !there.common_hosts.contains(host)) {
        let customers: i64 = connection
            .prepare_cached("SELECT customers FROM mail_host WHERE host = ?1")?
            .query_row([&host], |row| row.get(0))
            .optional()?
            .unwrap_or(0);
        if customers < FEW {
            connection
                .prepare_cached("INSERT OR REPLACE INTO mail_host (host, customers) VALUES (?1, ?2)")?
                .execute(params![host, customers + 1])?;
            words = Cow::Owned(format!("{words} {}", fold(&host)));
        } else {
            there.common_hosts.insert(host);
        }
    }
    connection
        .prepare_cached("INSERT INTO customer_text (rowid, words) VALUES (?1, ?2)")?
        .execute(params![id, words])
        .map(|_| ())
}

fn delete_words(connection: &Connection, id: i64) -> rusqlite::Result<()> {
    connection.prepare_cached("DELETE FROM customer_text WHERE rowid = ?1")?.execute([id]).map(|_| ())
}

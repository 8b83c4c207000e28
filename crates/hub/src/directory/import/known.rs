//! Who a row is about: a customer we have, somebody new, or one that nobody can tell from a customer we have.
//!
//! In this order: the same key (or the same name, company and first number as last time), the same name together with
//! the same e-mail address, the same name together with any same number. Different keys are different people, and so are
//! different names, whatever number or address they share.
//!
//! What stays open is looked at once more when all rows were seen: a customer whom another row is about is not the one.

use super::{
    apply::Incoming,
    ongoing::Ongoing,
    told::{email_key, lone_name_key, lone_number_key, number_key, source_key},
};
use crate::directory::{
    blocks::{CUSTOMERS, NUMBERS},
    fold::fold,
    person,
    row::{self, FileTag},
};
use ringcard_core::customer::CustomerId;
use rusqlite::{Connection, OptionalExtension, Row, ToSql, params};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use ts_rs::TS;

/// What more customers have tells none of them apart: a company's switchboard.
const MOST_WITH_A_NUMBER: i64 = 500;
/// Of the same name, from before the import, who are looked at.
const MOST_OF_A_NAME: usize = 100;
/// Digits that two numbers have in common at their ends, where one was kept without its area code.
const FEWEST_IN_COMMON: usize = 6;

/// Who a row is about.
#[derive(Debug)]
pub(super) enum Who {
    New,
    Known(Known),
    Unclear(Known, Doubt),
}

#[derive(Debug, Clone)]
pub(super) struct Known {
    pub row: i64,
    /// What the last import said of them; absent: they did not come from one.
    pub hash: Option<i64>,
    pub form: Option<i64>,
    /// By a key of the file.
    pub by_key: bool,
    external_id: Option<String>,
    name: String,
    company: String,
    email: String,
}

/// Why nobody can tell whether a row is about a customer we have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, Error)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    #[error("called the same, without a number or an e-mail address in common")]
    SameName,
    #[error("with the same number, and a name that may be theirs")]
    SameNumber,
}

impl Known {
    const COLUMNS: &str = "c.id, c.source_hash, c.source_form, c.external_id, c.name, c.company, c.email";

    fn from_row(found: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            row: found.get(0)?,
            hash: found.get(1)?,
            form: found.get(2)?,
            by_key: false,
            external_id: found.get(3)?,
            name: found.get(4)?,
            company: found.get(5)?,
            email: found.get(6)?,
        })
    }

    /// As a person calls them.
    pub fn called(&self) -> String {
        let parts = [&self.name, &self.company].map(|part| part.trim());
        let said: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        said.join(", ")
    }

    /// Whether the file's keys say that they are somebody else.
    fn has_another_key(&self, incoming: &Incoming) -> bool {
        matches!((&self.external_id, &incoming.external_id), (Some(theirs), Some(own)) if theirs != own)
    }
}

pub(super) fn who(
    connection: &Connection,
    incoming: &Incoming,
    tag: &FileTag,
    ongoing: &Ongoing,
) -> rusqlite::Result<Who> {
    if let Some(known) = by_key(connection, incoming, tag, ongoing)? {
        return Ok(Who::Known(known));
    }
    let alike = alike(connection, incoming, ongoing)?;
    // Of several, one that no other row is about.
    let free = alike.iter().position(|known| !ongoing.has_met(known.row)).unwrap_or(0);
    if let Some(known) = alike.into_iter().nth(free) {
        return Ok(Who::Known(known));
    }
    if let Some(known) = nearly_called_the_same(connection, incoming, ongoing)? {
        return Ok(Who::Unclear(known, Doubt::SameNumber));
    }
    of_the_same_name(connection, incoming, ongoing)
}

fn by_key(
    connection: &Connection,
    incoming: &Incoming,
    tag: &FileTag,
    ongoing: &Ongoing,
) -> rusqlite::Result<Option<Known>> {
    let known = |question: &str, parameter: &dyn ToSql| {
        let question = format!("SELECT {} FROM {question}", Known::COLUMNS);
        connection.prepare_cached(&question)?.query_row([parameter], Known::from_row).optional()
    };
    if let Some(external_id) = &incoming.external_id {
        // Always: two with one key cannot be, and somebody may have got it meanwhile.
        let mut found = known("customer c WHERE c.external_id = ?1", external_id)?;
        if found.is_none()
            // Our own export names customers who came from nowhere else by our own ids.
            && let Some(row) = tag.row(&CustomerId(external_id.clone()))
        {
            found = known("customer c WHERE c.id = ?1 AND c.external_id IS NULL", &row)?;
        }
        if let Some(found) = found {
            return Ok(Some(Known { by_key: true, ..found }));
        }
    }
    let Some(key) = incoming.key.filter(|key| ongoing.may_know(source_key(*key))) else { return Ok(None) };
    known(&format!("{CUSTOMERS} WHERE c.source_key = ?1 AND c.external_id IS NULL LIMIT 1"), &key)
}

/// Called the same, with the same e-mail address or any same number.
fn alike(connection: &Connection, incoming: &Incoming, ongoing: &Ongoing) -> rusqlite::Result<Vec<Known>> {
    let Some(person) = incoming.customer.person_key else { return Ok(Vec::new()) };
    let mut alike: Vec<Known> = Vec::new();
    let mut add = |question: &str, parameters: &[&dyn ToSql]| -> rusqlite::Result<()> {
        let mut statement = connection.prepare_cached(question)?;
        for found in statement.query_map(parameters, Known::from_row)? {
            let found = found?;
            if !found.has_another_key(incoming) && !alike.iter().any(|known| known.row == found.row) {
                alike.push(found);
            }
        }
        Ok(())
    };
    for digits in incoming.customer.numbers.iter().filter_map(|number| number.digits()) {
        if ongoing.may_know(number_key(person, digits)) {
            let question = format!(
                "SELECT {} FROM (SELECT customer_id FROM {NUMBERS} WHERE digits = ?1 LIMIT {MOST_WITH_A_NUMBER}) n
                 JOIN customer c ON c.id = n.customer_id WHERE c.person_key = ?2 ORDER BY c.id LIMIT 20",
                Known::COLUMNS
            );
            add(&question, &[&digits, &person])?;
        }
    }
    if let Some(email) = incoming.customer.email_key
        && ongoing.may_know(email_key(person, email))
    {
        let question = format!(
            "SELECT {} FROM {CUSTOMERS} WHERE c.person_key = ?1 AND c.email_key = ?2 ORDER BY c.id LIMIT 20",
            Known::COLUMNS
        );
        add(&question, &[&person, &email])?;
    }
    Ok(alike)
}

/// With the same number and nearly the same name, or none; from before the import.
fn nearly_called_the_same(
    connection: &Connection,
    incoming: &Incoming,
    ongoing: &Ongoing,
) -> rusqlite::Result<Option<Known>> {
    let details = &incoming.customer.details;
    let own = person::words(&details.name, &details.company);
    let digits = incoming.customer.numbers.iter().filter_map(|number| number.digits());
    for digits in digits.filter(|digits| ongoing.may_know(lone_number_key(digits))) {
        let mut statement = connection.prepare_cached(&format!(
            "SELECT {} FROM (SELECT customer_id FROM {NUMBERS} WHERE digits = ?1 LIMIT 20) n
             JOIN customer c ON c.id = n.customer_id WHERE c.id <= ?2",
            Known::COLUMNS
        ))?;
        for found in statement.query_map(params![digits, ongoing.newest], Known::from_row)? {
            let found = found?;
            let theirs = person::words(&found.name, &found.company);
            if !ongoing.has_met(found.row) && !found.has_another_key(incoming) && person::is_near(&own, &theirs) {
                return Ok(Some(found));
            }
        }
    }
    Ok(None)
}

/// Called the same, from before the import, and nothing says that they are two.
fn of_the_same_name(connection: &Connection, incoming: &Incoming, ongoing: &Ongoing) -> rusqlite::Result<Who> {
    let known = |person: &i64| ongoing.may_know(lone_name_key(*person));
    let Some(person) = incoming.customer.person_key.filter(known) else { return Ok(Who::New) };
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {} FROM {CUSTOMERS} WHERE c.person_key = ?1 AND c.id <= ?2 ORDER BY c.id",
        Known::COLUMNS
    ))?;
    let mut unclear = None;
    for found in statement.query_map(params![person, ongoing.newest], Known::from_row)?.take(MOST_OF_A_NAME) {
        let found = found?;
        if ongoing.has_met(found.row) || found.has_another_key(incoming) {
            continue;
        }
        if share_a_number(connection, &found, incoming)? {
            return Ok(Who::Known(found));
        }
        if unclear.is_none() && may_be_one(&found, incoming) {
            unclear = Some(found);
        }
    }
    Ok(unclear.map_or(Who::New, |known| Who::Unclear(known, Doubt::SameName)))
}

/// A number that cannot be read, as it is written; or one of them was written without its area code.
fn share_a_number(connection: &Connection, known: &Known, incoming: &Incoming) -> rusqlite::Result<bool> {
    let theirs = row::numbers(connection, known.row)?;
    Ok(theirs.iter().any(|theirs| {
        incoming.customer.numbers.iter().any(|own| {
            let is_written_so = own.party().is_none() && own.written == theirs.written;
            is_written_so || own.digits().zip(theirs.digits()).is_some_and(|(own, theirs)| end_alike(own, theirs))
        })
    }))
}

fn end_alike(one: &str, other: &str) -> bool {
    let (long, short) = if one.len() < other.len() { (other, one) } else { (one, other) };
    short.len() >= FEWEST_IN_COMMON && long.ends_with(short)
}

/// Two of one name are two where their companies say so, or, without one, their e-mail addresses.
fn may_be_one(known: &Known, incoming: &Incoming) -> bool {
    let details = &incoming.customer.details;
    // Where the company is all there is to be called by, it is the name.
    let company = |name: &str, company: &str| if name.trim().is_empty() { String::new() } else { fold(company) };
    let (own, theirs) = (company(&details.name, &details.company), company(&known.name, &known.company));
    if !own.is_empty() && !theirs.is_empty() {
        return own == theirs;
    }
    details.email.trim().is_empty() || known.email.trim().is_empty()
}

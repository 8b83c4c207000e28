//! Customers that other systems keep: what agents said of them and a number, and who is the same person in two systems.
//!
//! Their ids are `account/id there`; the directory's own ids have no `/`.

use super::{numbers::memory_key, numbers::party_of, remember::Remembered};
use ringcard_core::{
    Timestamp,
    call::AgentId,
    customer::{CustomerId, CustomerLink, NotTheirs, SaidOf, SetAside},
    number::{Party, view},
};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::{BTreeSet, VecDeque};

/// More than this nobody reads.
const MOST_READ: i64 = 200;
/// One person is in no more systems than that; what is beyond is a mistake somewhere.
const MOST_LINKED: usize = 32;

/// What agents said of a number and customers of other systems.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SaidElsewhere {
    pub remembered: Option<CustomerId>,
    /// The newest word first.
    pub not_theirs: Vec<SetAside>,
}

/// What became of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Linked {
    Made,
    /// It is so already.
    Known,
    /// Somebody undid it before, and it is not for a program to make it again.
    WasUndone,
    /// With it, two customers of one system would be one person.
    TwoOfOne(CustomerId),
}

pub(super) fn said(connection: &Connection, number: &Party) -> rusqlite::Result<SaidElsewhere> {
    let Some(key) = memory_key(number) else { return Ok(SaidElsewhere::default()) };
    let remembered = connection
        .prepare_cached("SELECT customer FROM remembered_elsewhere WHERE number = ?1")?
        .query_row([&key], |found| found.get(0).map(CustomerId))
        .optional()?;
    let not_theirs: Vec<SetAside> = connection
        .prepare_cached(
            "SELECT customer, name, agent, at FROM dismissed_elsewhere WHERE number = ?1 ORDER BY at DESC LIMIT ?2",
        )?
        .query_map(params![key, MOST_READ], |found| {
            Ok(SetAside {
                customer: CustomerId(found.get(0)?),
                name: found.get(1)?,
                of: SaidOf::Number,
                by: found.get::<_, Option<String>>(2)?.map(AgentId),
                at: Timestamp(found.get(3)?),
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    let remembered = remembered.filter(|id| !not_theirs.iter().any(|one| one.customer == *id));
    Ok(SaidElsewhere { remembered, not_theirs })
}

/// This number is this customer's from now on, and nobody else's whom somebody chose before.
pub(super) fn remember(
    connection: &Connection,
    number: &Party,
    customer: &CustomerId,
    now: Timestamp,
) -> rusqlite::Result<Remembered> {
    let Some(key) = memory_key(number) else { return Ok(Remembered::NoNumber) };
    connection
        .prepare_cached("INSERT OR REPLACE INTO remembered_elsewhere (number, customer, at) VALUES (?1, ?2, ?3)")?
        .execute(params![key, customer.0, now.0])?;
    connection.prepare_cached("DELETE FROM remembered WHERE number = ?1")?.execute([&key])?;
    uncover(connection, &key, customer)?;
    Ok(Remembered::Kept)
}

/// The directory's own customer was chosen for it.
pub(super) fn forget(connection: &Connection, key: &str) -> rusqlite::Result<()> {
    connection.prepare_cached("DELETE FROM remembered_elsewhere WHERE number = ?1")?.execute([key]).map(drop)
}

pub(super) fn not_theirs(
    connection: &Connection,
    number: &Party,
    customer: &CustomerId,
    name: &str,
    by: Option<&AgentId>,
    now: Timestamp,
) -> rusqlite::Result<Remembered> {
    let Some(key) = memory_key(number) else { return Ok(Remembered::NoNumber) };
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO dismissed_elsewhere (number, customer, name, agent, at) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![key, customer.0, name, by.map(|agent| &agent.0), now.0])?;
    Ok(Remembered::Kept)
}

pub(super) fn theirs(connection: &Connection, number: &Party, customer: &CustomerId) -> rusqlite::Result<Remembered> {
    let Some(key) = memory_key(number) else { return Ok(Remembered::NoNumber) };
    uncover(connection, &key, customer)?;
    Ok(Remembered::Kept)
}

fn uncover(connection: &Connection, key: &str, customer: &CustomerId) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM dismissed_elsewhere WHERE number = ?1 AND customer = ?2")?
        .execute(params![key, customer.0])
        .map(drop)
}

/// The numbers that are not this customer's, the newest word first.
pub(super) fn not_theirs_of(connection: &Connection, customer: &CustomerId) -> rusqlite::Result<Vec<NotTheirs>> {
    connection
        .prepare_cached(
            "SELECT number, agent, at FROM dismissed_elsewhere WHERE customer = ?1 ORDER BY at DESC, number LIMIT ?2",
        )?
        .query_map(params![customer.0, MOST_READ], |found| {
            Ok(NotTheirs {
                number: view(&party_of(&found.get::<_, String>(0)?)),
                by: found.get::<_, Option<String>>(1)?.map(AgentId),
                at: Timestamp(found.get(2)?),
            })
        })?
        .collect()
}

/// Every link by which any of these is known elsewhere, over any number of systems.
pub(super) fn links(connection: &Connection, of: &[CustomerId]) -> rusqlite::Result<Vec<CustomerLink>> {
    let mut find = connection.prepare_cached(
        "SELECT one, other, agent, at FROM link WHERE one = ?1 AND undone = 0
         UNION ALL SELECT one, other, agent, at FROM link WHERE other = ?1 AND undone = 0 LIMIT 32",
    )?;
    let (mut seen, mut found) = (BTreeSet::new(), Vec::<CustomerLink>::new());
    let mut ask: VecDeque<CustomerId> = of.iter().cloned().collect();
    while let Some(id) = ask.pop_front() {
        if seen.len() > MOST_LINKED + of.len() || !seen.insert(id.clone()) {
            continue;
        }
        let rows = find.query_map([&id.0], |row| {
            Ok(CustomerLink {
                one: CustomerId(row.get(0)?),
                other: CustomerId(row.get(1)?),
                by: row.get::<_, Option<String>>(2)?.map(AgentId),
                at: Timestamp(row.get(3)?),
            })
        })?;
        for link in rows {
            let link = link?;
            ask.push_back(if link.one == id { link.other.clone() } else { link.one.clone() });
            if !found.contains(&link) {
                found.push(link);
            }
        }
    }
    Ok(found)
}

/// These two are one person. `by_itself`: their number says so, and whoever undid it before is not overruled.
pub(super) fn link(
    connection: &Connection,
    pair: (&CustomerId, &CustomerId),
    by: Option<&AgentId>,
    by_itself: bool,
    now: Timestamp,
) -> rusqlite::Result<Linked> {
    let (one, other) = if pair.0.0 <= pair.1.0 { pair } else { (pair.1, pair.0) };
    if one.source() == other.source() {
        return Ok(Linked::TwoOfOne(other.clone()));
    }
    let undone: Option<bool> = connection
        .prepare_cached("SELECT undone FROM link WHERE one = ?1 AND other = ?2")?
        .query_row([&one.0, &other.0], |row| row.get(0))
        .optional()?;
    match undone {
        Some(false) => return Ok(Linked::Known),
        Some(true) if by_itself => return Ok(Linked::WasUndone),
        _ => {}
    }
    let mut everybody: BTreeSet<CustomerId> = BTreeSet::from([one.clone(), other.clone()]);
    for link in links(connection, &[one.clone(), other.clone()])? {
        everybody.extend([link.one, link.other]);
    }
    let mut sources = BTreeSet::new();
    if let Some(second) = everybody.iter().find(|id| !sources.insert(id.source().to_owned())) {
        return Ok(Linked::TwoOfOne(second.clone()));
    }
    connection
        .prepare_cached("INSERT OR REPLACE INTO link (one, other, agent, at, undone) VALUES (?1, ?2, ?3, ?4, 0)")?
        .execute(params![one.0, other.0, by.map(|agent| &agent.0), now.0])?;
    Ok(Linked::Made)
}

/// They are two after all. `false`: they were.
pub(super) fn unlink(
    connection: &Connection,
    pair: (&CustomerId, &CustomerId),
    by: Option<&AgentId>,
    now: Timestamp,
) -> rusqlite::Result<bool> {
    let (one, other) = if pair.0.0 <= pair.1.0 { pair } else { (pair.1, pair.0) };
    let undone = connection
        .prepare_cached("UPDATE link SET undone = 1, agent = ?3, at = ?4 WHERE one = ?1 AND other = ?2 AND undone = 0")?
        .execute(params![one.0, other.0, by.map(|agent| &agent.0), now.0])?;
    Ok(undone > 0)
}

/// A customer is gone, and with them what links them.
pub(super) fn unlink_all(connection: &Connection, customer: &CustomerId) -> rusqlite::Result<()> {
    connection.prepare_cached("DELETE FROM link WHERE one = ?1 OR other = ?1")?.execute([&customer.0]).map(drop)
}

/// A customer of another system is gone: nobody is linked with them, and no number is theirs.
pub(super) fn let_go(connection: &Connection, customer: &CustomerId) -> rusqlite::Result<()> {
    unlink_all(connection, customer)?;
    for table in ["remembered_elsewhere", "dismissed_elsewhere"] {
        connection.prepare_cached(&format!("DELETE FROM {table} WHERE customer = ?1"))?.execute([&customer.0])?;
    }
    Ok(())
}

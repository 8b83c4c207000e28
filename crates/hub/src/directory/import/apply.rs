//! Imported customers into the directory: new, changed, or as they were.

use super::{
    fit::{self, Adjustment, Origins},
    mapping::Mapped,
};
use crate::directory::{
    fold::fold,
    numbers::KeptNumber,
    row::{self, FileTag},
    validate::Prepared,
    write::{self, By, Source},
};
use ringcard_core::{
    Timestamp,
    customer::{CustomerDetails, CustomerId, CustomerNumber},
    number::DialPlan,
};
use rusqlite::{Connection, OptionalExtension};

/// A row ready to be stored.
#[derive(Debug, Clone)]
pub(super) struct Incoming {
    pub customer: Prepared,
    pub external_id: Option<String>,
    pub says_vip: bool,
    /// What finds the customer again where the file has no keys of its own.
    pub key: Option<i64>,
    /// What the row says: the same next time changes nothing.
    pub hash: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Created,
    Updated,
    Unchanged,
}

impl Incoming {
    pub fn new(mapped: Mapped, customer: Prepared) -> Self {
        let key = source_key(&customer);
        let hash = content_hash(&mapped, &customer);
        Self { customer, external_id: mapped.external_id, says_vip: mapped.says_vip, key, hash }
    }

    /// Roughly what it takes in memory.
    pub fn bytes(&self) -> usize {
        let details = &self.customer.details;
        1_000 + details.notes.len() + self.customer.fields.len() + self.customer.words.len()
    }
}

/// Name, company and first number: stable over exports of a system that gives no keys.
pub(in crate::directory) fn source_key(customer: &Prepared) -> Option<i64> {
    let details = &customer.details;
    let number = customer.numbers.first().map(|number| number.digits().unwrap_or(&number.written));
    let third = number.unwrap_or(&details.email);
    Some(hash([fold(&details.name).as_str(), &fold(&details.company), third]))
}

fn content_hash(mapped: &Mapped, customer: &Prepared) -> i64 {
    let details = &customer.details;
    let numbers: Vec<&str> =
        details.numbers.iter().flat_map(|number| [number.label.as_str(), number.written.as_str()]).collect();
    let vip = format!("{}{}", mapped.says_vip, details.vip);
    let texts = [
        mapped.external_id.as_deref().unwrap_or_default(),
        &details.name,
        &details.company,
        &details.role,
        &details.email,
        &customer.tags,
        &vip,
        &details.notes,
        details.link.as_deref().unwrap_or_default(),
        &customer.fields,
    ];
    hash(texts.into_iter().chain(numbers))
}

/// FNV-1a, 64 bits: kept in files, so that it may never change; the standard library's may.
fn hash<'a>(texts: impl IntoIterator<Item = &'a str>) -> i64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for text in texts {
        // 0xff is in no text: it keeps neighbours apart.
        for byte in text.bytes().chain([0xff]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    hash.cast_signed()
}

/// Stores one row. An empty cell takes nothing away, nor does an import take away what a person added: numbers and
/// tags by hand stay. A row that says what it said last time changes nothing, whatever was edited here since. What is
/// kept and what comes may together be too much: then that is mended as a row is, and said.
pub(super) fn apply(
    connection: &Connection,
    incoming: &Incoming,
    tag: &FileTag,
    plan: &DialPlan,
    now: Timestamp,
) -> rusqlite::Result<(Outcome, Vec<Adjustment>)> {
    let Some(known) = find(connection, incoming, tag)? else {
        let source = Source {
            external_id: incoming.external_id.clone(),
            key: incoming.key.filter(|_| incoming.external_id.is_none()),
            hash: Some(incoming.hash),
        };
        write::insert(connection, &incoming.customer, &source, By::Import, now)?;
        return Ok((Outcome::Created, Vec::new()));
    };
    if known.hash == Some(incoming.hash) {
        return Ok((Outcome::Unchanged, Vec::new()));
    }
    let Some(customer) = row::load(connection, tag, known.row)? else { return Ok((Outcome::Unchanged, Vec::new())) };
    let by_hand = write::added_by_hand(connection, known.row)?;
    let mut merged = merge(customer.details.clone(), incoming, by_hand);
    let (outcome, adjustments) = match fit::mend(plan, &mut merged, &Origins::default(), &[]) {
        Ok((merged, adjustments)) if merged.details != customer.details => {
            write::replace(connection, known.row, &merged, By::Import, now)?;
            (Outcome::Updated, adjustments)
        }
        Ok((_, adjustments)) => (Outcome::Unchanged, adjustments),
        // What was kept and what comes each name somebody.
        Err(_) => (Outcome::Unchanged, Vec::new()),
    };
    let external_id = incoming.external_id.as_ref().filter(|id| tag.row(&CustomerId((*id).clone())) != Some(known.row));
    connection
        .prepare_cached(
            "UPDATE customer SET source_hash = ?2, external_id = coalesce(?3, external_id),
                                 source_key = CASE WHEN ?3 IS NULL THEN coalesce(source_key, ?4) END
             WHERE id = ?1",
        )?
        .execute(rusqlite::params![known.row, incoming.hash, external_id, incoming.key])?;
    Ok((outcome, adjustments))
}

struct Known {
    row: i64,
    hash: Option<i64>,
}

fn find(connection: &Connection, incoming: &Incoming, tag: &FileTag) -> rusqlite::Result<Option<Known>> {
    let known = |question: &str, parameter: &dyn rusqlite::ToSql| {
        connection
            .prepare_cached(question)?
            .query_row([parameter], |row| Ok(Known { row: row.get(0)?, hash: row.get(1)? }))
            .optional()
    };
    if let Some(external_id) = &incoming.external_id {
        let by_key = known("SELECT id, source_hash FROM customer WHERE external_id = ?1", external_id)?;
        if by_key.is_some() {
            return Ok(by_key);
        }
        // Our own export names customers who came from nowhere else by our own ids.
        if let Some(row) = tag.row(&CustomerId(external_id.clone())) {
            let own = known("SELECT id, source_hash FROM customer WHERE id = ?1 AND external_id IS NULL", &row)?;
            if own.is_some() {
                return Ok(own);
            }
        }
    }
    let Some(key) = incoming.key else { return Ok(None) };
    known("SELECT id, source_hash FROM customer WHERE source_key = ?1 AND external_id IS NULL LIMIT 1", &key)
}

fn merge(mut details: CustomerDetails, incoming: &Incoming, by_hand: Vec<KeptNumber>) -> CustomerDetails {
    let new = &incoming.customer.details;
    let take = |known: &mut String, new: &String| {
        if !new.is_empty() {
            known.clone_from(new);
        }
    };
    take(&mut details.name, &new.name);
    take(&mut details.company, &new.company);
    take(&mut details.role, &new.role);
    take(&mut details.email, &new.email);
    take(&mut details.notes, &new.notes);
    if incoming.says_vip {
        details.vip = new.vip;
    }
    if new.link.is_some() {
        details.link.clone_from(&new.link);
    }
    details.tags.extend(new.tags.iter().cloned());
    details.fields.extend(new.fields.iter().map(|(name, value)| (name.clone(), value.clone())));
    if !new.numbers.is_empty() {
        let mut numbers = new.numbers.clone();
        let also: Vec<CustomerNumber> = by_hand
            .into_iter()
            .map(KeptNumber::into_number)
            .filter(|number| !numbers.iter().any(|known| known.written == number.written))
            .collect();
        numbers.extend(also);
        details.numbers = numbers;
    }
    details
}

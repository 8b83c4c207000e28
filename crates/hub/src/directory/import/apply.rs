//! Imported customers into the directory: new, changed, or as they were.

use super::{
    Refusal, Unclear,
    fit::{self, Adjustment, Became, Origins},
    known::{self, Doubt, Known, Who},
    mapping::Mapped,
    ongoing::Ongoing,
};
use crate::directory::{
    fold::fold,
    numbers::{KeptNumber, KeptReading},
    person::hash,
    row::{self, FileTag},
    validate::Prepared,
    write::{self, By, Source},
};
use ringcard_core::{
    Timestamp,
    customer::{CustomerDetails, CustomerId, CustomerNumber},
    number::{DialPlan, NotANumber},
};
use rusqlite::Connection;

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

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    Created,
    Updated,
    Unchanged,
    /// Whom it may be about, and why that is open.
    Unclear(String, Doubt),
}

impl Incoming {
    pub fn new(mapped: Mapped, customer: Prepared) -> Self {
        let key = source_key(&customer);
        let hash = content_hash(&mapped, &customer);
        Self { customer, external_id: mapped.external_id, says_vip: mapped.says_vip, key, hash }
    }

    /// As a person calls them.
    pub fn called(&self) -> String {
        let details = &self.customer.details;
        let parts = [details.name.as_str(), &details.company, &details.email];
        let said: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).take(2).collect();
        if said.is_empty() {
            return details.numbers.first().map(|number| number.written.clone()).unwrap_or_default();
        }
        said.join(", ")
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

/// Stores one row. An empty cell takes nothing away, nor does an import take away what a person added: numbers and
/// tags by hand stay. A row that says what it said last time changes nothing, whatever was edited here since. What is
/// kept and what comes may together be too much: then that is mended as a row is, and said.
///
/// `settle`: whoever is unclear now stays so.
pub(super) fn apply(
    connection: &Connection,
    incoming: &Incoming,
    tag: &FileTag,
    plan: &DialPlan,
    ongoing: &mut Ongoing,
    settle: bool,
    now: Timestamp,
) -> rusqlite::Result<(Outcome, Vec<Adjustment>)> {
    let known = match known::who(connection, incoming, tag, ongoing)? {
        Who::Known(known) => Some(known),
        Who::New => None,
        Who::Unclear(known, doubt) => match ongoing.unclear {
            Unclear::Same if settle => Some(known),
            Unclear::Another => None,
            Unclear::Ask | Unclear::Same => return Ok((Outcome::Unclear(known.called(), doubt), Vec::new())),
        },
    };
    let Some(known) = known else {
        let source = Source {
            external_id: incoming.external_id.clone(),
            key: incoming.key.filter(|_| incoming.external_id.is_none()),
            hash: Some(incoming.hash),
            form: Some(ongoing.form),
            import: Some(ongoing.id),
        };
        let row = write::insert(connection, &incoming.customer, &source, By::Import, now, &mut ongoing.there)?;
        ongoing.meet(row, incoming);
        return Ok((Outcome::Created, Vec::new()));
    };
    let was_met = ongoing.has_met(known.row);
    ongoing.meet(known.row, incoming);
    if known.hash == Some(incoming.hash) {
        return Ok((Outcome::Unchanged, Vec::new()));
    }
    let Some(customer) = row::load(connection, tag, known.row)? else { return Ok((Outcome::Unchanged, Vec::new())) };
    let before = customer.details;
    let how = Merge::of(&known, ongoing, was_met);
    let by_hand = write::added_by_hand(connection, known.row)?;
    let mut merged = merge(before.clone(), incoming, by_hand, how);
    let (outcome, adjustments) = match fit::mend(plan, &mut merged, &Origins::default(), &[]) {
        Ok((merged, adjustments)) if merged.details != before => {
            ongoing.keep(connection, known.row, &before)?;
            write::replace(connection, known.row, &merged, By::Import, now, &mut ongoing.there)?;
            (Outcome::Updated, adjustments)
        }
        Ok((_, adjustments)) => (Outcome::Unchanged, adjustments),
        // What was kept and what comes each name somebody.
        Err(_) => (Outcome::Unchanged, Vec::new()),
    };
    if how.is_theirs() {
        let external_id =
            incoming.external_id.as_ref().filter(|id| tag.row(&CustomerId((*id).clone())) != Some(known.row));
        connection
            .prepare_cached(
                "UPDATE customer SET source_hash = ?2, external_id = coalesce(?3, external_id), source_form = ?5,
                                     source_key = iif(coalesce(?3, external_id) IS NULL, coalesce(?4, source_key), NULL)
                 WHERE id = ?1",
            )?
            .execute(rusqlite::params![known.row, incoming.hash, external_id, incoming.key, ongoing.form])?;
    }
    Ok((outcome, adjustments))
}

/// How what a row says and what is kept become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Merge {
    /// It is the list the customer came from: what it says counts.
    Replace,
    /// A person entered the customer: what is missing is added, and from then on they are of this list.
    Adopt,
    /// They came from another kind of list: what is missing is added.
    Complete,
    /// Another row of the same file was about them: both count, the later one more.
    Join,
}

impl Merge {
    fn of(known: &Known, ongoing: &Ongoing, was_met: bool) -> Self {
        if was_met {
            Self::Join
        } else if known.by_key || known.hash.is_some() && known.form.is_none_or(|form| form == ongoing.form) {
            Self::Replace
        } else if known.hash.is_none() {
            Self::Adopt
        } else {
            Self::Complete
        }
    }

    /// Whether the customer is this row's from now on: the same next time changes nothing.
    fn is_theirs(self) -> bool {
        matches!(self, Self::Replace | Self::Adopt)
    }

    fn only_adds(self) -> bool {
        matches!(self, Self::Adopt | Self::Complete)
    }
}

fn merge(mut details: CustomerDetails, incoming: &Incoming, by_hand: Vec<KeptNumber>, how: Merge) -> CustomerDetails {
    let new = &incoming.customer.details;
    let take = |known: &mut String, new: &String| {
        if !new.is_empty() && (known.is_empty() || !how.only_adds()) {
            known.clone_from(new);
        }
    };
    take(&mut details.name, &new.name);
    take(&mut details.company, &new.company);
    take(&mut details.role, &new.role);
    take(&mut details.email, &new.email);
    take(&mut details.notes, &new.notes);
    if incoming.says_vip {
        details.vip = if how.only_adds() { details.vip || new.vip } else { new.vip };
    }
    if new.link.is_some() && (details.link.is_none() || !how.only_adds()) {
        details.link.clone_from(&new.link);
    }
    details.tags.extend(new.tags.iter().cloned());
    for (name, value) in &new.fields {
        if !how.only_adds() || !details.fields.contains_key(name) {
            details.fields.insert(name.clone(), value.clone());
        }
    }
    if new.numbers.is_empty() {
        return details;
    }
    let missing = |numbers: &[CustomerNumber], more: Vec<CustomerNumber>| -> Vec<CustomerNumber> {
        more.into_iter().filter(|number| !numbers.iter().any(|known| is_same(known, number))).collect()
    };
    if how == Merge::Replace {
        let by_hand = by_hand.into_iter().map(KeptNumber::into_number).collect();
        let also = missing(&new.numbers, by_hand);
        details.numbers = new.numbers.iter().cloned().chain(also).collect();
    } else {
        let also = missing(&details.numbers, new.numbers.clone());
        details.numbers.extend(also);
    }
    details
}

/// However they are written.
fn is_same(one: &CustomerNumber, other: &CustomerNumber) -> bool {
    one.written == other.written || one.party.is_some() && one.party == other.party
}

/// Numbers that are kept and cannot be read: each is said. Those as they are dialled in town find their owner by their end.
pub(super) fn unread<'a>(plan: &'a DialPlan, customer: &'a Prepared) -> impl Iterator<Item = Adjustment> + 'a {
    let unread =
        customer.numbers.iter().enumerate().filter(|(_, number)| matches!(number.reading, KeptReading::Unread { .. }));
    unread.filter_map(|(place, number)| {
        let why = plan.read(&number.written).err()?;
        if why == NotANumber::TooShort && number.digits().is_some() {
            return None;
        }
        let became = Became::AsWritten { written: number.written.clone() };
        Some(Adjustment { why: Refusal::Number { place: place + 1, why }, became })
    })
}

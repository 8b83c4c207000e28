//! Who is behind a number: matches from *the same number* down to *the same last digits*.
//!
//! | match | what was kept | strength |
//! |---|---|---|
//! | remembered | an agent chose this customer for this number | exact |
//! | same number | the same E.164 number; with the same extension, where one was kept | exact |
//! | other form | the caller came without the extension that was kept | likely |
//! | other form | the same national number, whose country is a guess | likely |
//! | other form | another extension behind the same number; or another country, not written down | maybe |
//! | last digits | one number is the end of the other: a digit put in or a prefix left out | likely |
//! | last digits | only the last digits (6 to 8) are the same, and one of the two numbers is not sure | maybe |
//! | last digits | a number as it is dialled in town (6 or 7 digits) is the end of the caller's | maybe |
//! | last digits | the same, and the caller's area is one of ours, or one of this customer's | likely |
//! | last digits | the caller could not be read: the end of the digits it came with | maybe |
//! | same number | the caller cannot be read, nor what was kept, and the digits are the same | exact |
//!
//! Two whole numbers of the same length and country that differ are different numbers, however many of their last
//! digits are the same: offering strangers as *maybe* is worse than offering nobody.
//!
//! Of whom an agent said *this number is not theirs* is not offered, and named apart, with who said so.

use super::{
    blocks::{NUMBERS, UNSURE, UNSURE_NUMBERS},
    numbers::{KeptNumber, KeptReading, Sureness, memory_key, past, reversed},
    row::{self, FileTag},
};
use ringcard_core::{
    Timestamp,
    call::AgentId,
    customer::{Behind, Match, MatchReason, MatchStrength, SaidOf, SetAside},
    number::{Certainty, DialPlan, NotANumber, Number, Party, before_local, search_keys, unread_digits},
};
use rusqlite::{Connection, OptionalExtension, params};
use std::{
    cmp::Reverse,
    collections::{HashMap, HashSet},
};

/// More than this nobody can choose from.
pub(super) const MOST: usize = 20;

/// As many as a number's search key has.
const MOST_LAST_DIGITS: usize = 8;

/// How many digits are dialled in town where more are dialled from elsewhere. Eight are found by the ends of whole numbers.
const IN_TOWN: std::ops::RangeInclusive<usize> = 6..=7;

/// Fewer digits are compared as a whole only.
const FEWEST_LAST_DIGITS: usize = 6;

/// Rows looked at for each way of matching; a switchboard's number may be kept with a thousand people.
const CANDIDATES: i64 = 200;

/// A number that was asked for, taken apart.
struct Asked {
    /// E.164 without `+`, or the internal digits.
    digits: String,
    internal: bool,
    extension: Option<String>,
    national: String,
    last_digits: Option<String>,
    /// Its length and beginning are those of numbers in use.
    whole: bool,
    /// It could not be read.
    unread: bool,
}

impl Asked {
    fn of(number: &Party, plan: &DialPlan) -> Option<Self> {
        let keys = search_keys(number);
        match number {
            Party::Outside(outside) => Some(Self {
                digits: outside.e164.trim_start_matches('+').to_owned(),
                internal: false,
                extension: outside.extension.clone(),
                national: keys.national.unwrap_or_default(),
                last_digits: keys.last_digits,
                whole: plan.read(&outside.e164).is_ok_and(|reading| reading.certainty == Certainty::Sure),
                unread: false,
            }),
            Party::Internal { digits } => Some(Self {
                digits: digits.clone(),
                internal: true,
                extension: None,
                national: String::new(),
                last_digits: None,
                whole: true,
                unread: false,
            }),
            Party::Unreadable { text } => {
                // A card's number is nobody's telephone.
                let digits = unread_digits(number).filter(|_| plan.read(text) != Err(NotANumber::CardNumber))?;
                let is_short = digits.len() < FEWEST_LAST_DIGITS;
                // A few digits beside words are anything.
                if is_short && text.chars().any(char::is_alphabetic) {
                    return None;
                }
                let last_digits = digits[digits.len().saturating_sub(MOST_LAST_DIGITS)..].to_owned();
                Some(Self {
                    digits: digits.clone(),
                    internal: false,
                    extension: None,
                    national: digits,
                    last_digits: (!is_short).then_some(last_digits),
                    whole: false,
                    unread: true,
                })
            }
            Party::Hidden => None,
        }
    }

    fn country(&self) -> &str {
        self.digits.strip_suffix(&self.national).unwrap_or_default()
    }

    /// What was kept where this number was written as it is dialled in town: its end, alone or behind its country.
    fn in_town(&self) -> Vec<String> {
        let ends = IN_TOWN.filter_map(|length| self.national.get(self.national.len().checked_sub(length + 1)? + 1..));
        let ends: Vec<&str> = ends.filter(|end| !self.internal && !end.starts_with('0')).collect();
        let alone = ends.iter().map(|end| (*end).to_owned());
        let country = self.country();
        alone.chain(ends.iter().filter(|_| !country.is_empty()).map(|end| format!("{country}{end}"))).collect()
    }

    fn number(&self) -> Number {
        Number { e164: format!("+{}", self.digits), extension: None }
    }
}

/// A kept number that may be the one asked for; first is best.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    strength: MatchStrength,
    /// The extension asked for is better than any.
    other_extension: bool,
    different_digits: Reverse<u8>,
    vip: Reverse<bool>,
    changed: Reverse<Timestamp>,
    row: i64,
}

/// Everybody who may be behind a number, strongest first, at most [`MOST`]. Nobody behind our own numbers.
pub(super) fn find(
    connection: &Connection,
    tag: &FileTag,
    plan: &DialPlan,
    number: &Party,
) -> rusqlite::Result<Behind> {
    let Some(asked) = Asked::of(number, plan) else { return Ok(Behind::default()) };
    // Of a caller that cannot be read nothing is remembered.
    let Some(key) = memory_key(number) else { return unread(connection, tag, plan, &asked) };
    if plan.is_own(number) {
        return Ok(Behind::default());
    }
    let said = not_theirs(connection, &key)?;
    let remembered: Option<i64> = connection
        .prepare_cached("SELECT customer_id FROM remembered WHERE number = ?1")?
        .query_row([&key], |found| found.get(0))
        .optional()?;

    let mut found = candidates(connection, plan, &asked)?;
    let mut would_be: HashSet<i64> = found.iter().map(|(candidate, _)| candidate.row).chain(remembered).collect();
    would_be.retain(|row| said.contains_key(row));
    let remembered = remembered.filter(|row| !said.contains_key(row));
    found.retain(|(candidate, _)| !said.contains_key(&candidate.row) && remembered != Some(candidate.row));
    found.sort_by(|(one, _), (other, _)| one.cmp(other));

    let mut matches = Vec::new();
    if let Some(customer) = remembered.map(|row| row::load(connection, tag, row)).transpose()?.flatten() {
        matches.push(Match { customer, strength: MatchStrength::Exact, reason: MatchReason::Remembered });
    }
    let mut seen = HashSet::new();
    for (candidate, reason) in found {
        if matches.len() == MOST {
            break;
        }
        if seen.insert(candidate.row)
            && let Some(customer) = row::load(connection, tag, candidate.row)?
        {
            matches.push(Match { customer, strength: candidate.strength, reason });
        }
    }
    let mut not_theirs = Vec::new();
    for row in would_be {
        if let (Some(customer), Some((by, at))) = (row::load(connection, tag, row)?, said.get(&row)) {
            let name = customer.details.shown_name().to_owned();
            not_theirs.push(SetAside { customer: customer.id, name, of: SaidOf::Number, by: by.clone(), at: *at });
        }
    }
    not_theirs.sort_by(|one, other| (Reverse(one.at), &one.name).cmp(&(Reverse(other.at), &other.name)));
    not_theirs.truncate(MOST);
    Ok(Behind { matches, not_theirs })
}

/// Whoever has these digits, kept as unread as they came, or a number with their end: that is never more than *maybe*.
fn unread(connection: &Connection, tag: &FileTag, plan: &DialPlan, asked: &Asked) -> rusqlite::Result<Behind> {
    let mut found = candidates(connection, plan, asked)?;
    found.sort_by(|(one, _), (other, _)| one.cmp(other));
    let (mut matches, mut seen) = (Vec::new(), HashSet::new());
    for (candidate, reason) in found {
        if matches.len() < MOST
            && seen.insert(candidate.row)
            && let Some(customer) = row::load(connection, tag, candidate.row)?
        {
            matches.push(Match { customer, strength: candidate.strength, reason });
        }
    }
    Ok(Behind { matches, ..Behind::default() })
}

/// Of whom it was said that the number is not theirs, by whom and when.
fn not_theirs(connection: &Connection, key: &str) -> rusqlite::Result<HashMap<i64, (Option<AgentId>, Timestamp)>> {
    connection
        .prepare_cached("SELECT customer_id, agent, at FROM dismissed WHERE number = ?1")?
        .query_map([key], |found| {
            Ok((found.get(0)?, (found.get::<_, Option<String>>(1)?.map(AgentId), Timestamp(found.get(2)?))))
        })?
        .collect()
}

fn candidates(
    connection: &Connection,
    plan: &DialPlan,
    asked: &Asked,
) -> rusqlite::Result<Vec<(Candidate, MatchReason)>> {
    let among = |numbers| {
        format!(
            "SELECT number.label, number.written, kind, digits, extension, certainty,
                    number.customer_id, customer.vip, customer.updated_at
             FROM {numbers} CROSS JOIN customer ON customer.id = number.customer_id"
        )
    };
    let numbers = among(NUMBERS);
    let whole = |kept: &KeptNumber| judge(asked, kept);
    let mut same = connection.prepare_cached(&format!("{numbers} WHERE digits = ?1 LIMIT ?2"))?;
    let mut found = judged(&mut same.query(params![asked.digits, CANDIDATES])?, asked, whole)?;
    if let Some(last) = &asked.last_digits {
        let last = reversed(last);
        let mut ends = connection
            .prepare_cached(&format!("{numbers} WHERE reversed >= ?1 AND reversed < ?2 AND digits <> ?3 LIMIT ?4"))?;
        let mut rows = ends.query(params![last, past(&last), asked.digits, CANDIDATES])?;
        found.extend(judged(&mut rows, asked, whole)?);
    }
    let in_town = asked.in_town();
    if !in_town.is_empty() {
        let form = |at: usize| in_town.get(at).map_or("", String::as_str);
        let mut short = connection.prepare_cached(&format!(
            "{} WHERE digits IN (?1, ?2, ?3, ?4) AND {UNSURE} LIMIT ?5",
            among(UNSURE_NUMBERS)
        ))?;
        let mut rows = short.query(params![form(0), form(1), form(2), form(3), CANDIDATES])?;
        let mut short = judged(&mut rows, asked, |kept| judge_in_town(plan, asked, kept))?;
        for (candidate, reason) in short.iter_mut().take(MOST) {
            if is_of_this_area(connection, asked, reason, candidate.row)? {
                candidate.strength = MatchStrength::Likely;
            }
        }
        found.append(&mut short);
    }
    Ok(found)
}

/// What is made of rows that may be the number asked for.
fn judged(
    rows: &mut rusqlite::Rows<'_>,
    asked: &Asked,
    judge: impl Fn(&KeptNumber) -> Option<(MatchStrength, MatchReason, u8)>,
) -> rusqlite::Result<Vec<(Candidate, MatchReason)>> {
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let kept = KeptNumber::from_row(row, 0)?;
        if let Some((strength, reason, same)) = judge(&kept) {
            let candidate = Candidate {
                strength,
                other_extension: asked.extension.as_deref() != kept.extension(),
                different_digits: Reverse(same),
                vip: Reverse(row.get(7)?),
                changed: Reverse(Timestamp(row.get(8)?)),
                row: row.get(6)?,
            };
            found.push((candidate, reason));
        }
    }
    Ok(found)
}

/// A number that was kept as it is dialled in town, and is the end of the one asked for.
fn judge_in_town(plan: &DialPlan, asked: &Asked, kept: &KeptNumber) -> Option<(MatchStrength, MatchReason, u8)> {
    let end = match &kept.reading {
        KeptReading::Unread { digits } => digits.clone()?,
        KeptReading::Outside { .. } => kept.national()?,
        KeptReading::Internal { digits } => Some(digits.clone()).filter(|digits| !plan.is_a_phone(digits))?,
    };
    let is_end = asked.national.len() > end.len() && asked.national.ends_with(&end);
    let same = u8::try_from(end.len()).ok().filter(|_| is_end)?;
    let number = asked.number();
    let ours = !asked.unread && before_local(&number, end.len()).is_some_and(|area| plan.has_own_in(area));
    let strength = if ours { MatchStrength::Likely } else { MatchStrength::Maybe };
    Some((strength, MatchReason::LastDigits { digits: same, label: kept.label.clone() }, same))
}

/// Whether a customer has another number of the caller's area, or the area in a field.
fn is_of_this_area(connection: &Connection, asked: &Asked, why: &MatchReason, row: i64) -> rusqlite::Result<bool> {
    let MatchReason::LastDigits { digits, .. } = why else { return Ok(false) };
    let number = asked.number();
    let Some(area) = before_local(&number, usize::from(*digits)).filter(|_| !asked.unread) else { return Ok(false) };
    let another = connection
        .prepare_cached(
            "SELECT 1 FROM customer_number WHERE customer_id = ?1 AND kind = 1 AND digits >= ?2 AND digits < ?3",
        )?
        .exists(params![row, area, past(area)])?;
    if another {
        return Ok(true);
    }
    let fields: Option<String> = connection
        .prepare_cached("SELECT fields FROM customer WHERE id = ?1")?
        .query_row([row], |found| found.get(0))
        .optional()?;
    // An area code of its own, as many lists have it: `72`, `(06-72)`, `0 30`.
    let code = area.strip_prefix(asked.country()).unwrap_or_default();
    let says = |value: &String| {
        let digits: String = value.chars().filter(char::is_ascii_digit).collect();
        let bare = digits.trim_start_matches('0');
        let is_only_digits = value.chars().all(|c| c.is_ascii_digit() || " +-/()".contains(c));
        let is_one = bare == code || bare == area || bare.strip_prefix('6') == Some(code);
        // A single digit is anything.
        is_only_digits && is_one && digits.len() > 1
    };
    Ok(row::fields_from(&fields.unwrap_or_default()).values().any(says))
}

/// How a kept number matches; not at all where it is another number. With how many digits are the same.
fn judge(asked: &Asked, kept: &KeptNumber) -> Option<(MatchStrength, MatchReason, u8)> {
    use MatchStrength::{Exact, Likely, Maybe};
    let label = kept.label.clone();
    let all = u8::try_from(asked.digits.len()).unwrap_or(u8::MAX);
    if asked.unread {
        return judge_unread(asked, kept);
    }
    let digits = match &kept.reading {
        KeptReading::Internal { digits } => {
            let same = asked.internal && *digits == asked.digits;
            return same.then_some((Exact, MatchReason::SameNumber { label }, all));
        }
        KeptReading::Unread { digits: Some(digits) } if asked.internal && *digits == asked.digits => {
            return Some((Exact, MatchReason::SameNumber { label }, all));
        }
        _ if asked.internal => return None,
        KeptReading::Outside { digits, extension, .. } if *digits == asked.digits => {
            return Some(match (extension, &asked.extension) {
                (None, _) => (Exact, MatchReason::SameNumber { label }, all),
                (Some(kept), Some(asked)) if kept == asked => (Exact, MatchReason::SameNumber { label }, all),
                (Some(_), None) => (Likely, MatchReason::OtherForm { label }, all),
                (Some(_), Some(_)) => (Maybe, MatchReason::OtherForm { label }, all),
            });
        }
        KeptReading::Outside { digits, .. } => Some(digits),
        KeptReading::Unread { .. } => None,
    };
    let national = kept.national()?;
    let same = common_end(&national, &asked.national);
    let sureness = kept.sureness();
    if national == asked.national {
        // The same digits in two countries: the same number only if one of the countries is a guess.
        let strength = match (sureness, asked.whole) {
            (Sureness::WithCountry, true) => return None,
            (Sureness::Sure, true) => Maybe,
            (Sureness::Guess, _) | (_, false) => Likely,
        };
        return Some((strength, MatchReason::OtherForm { label }, same));
    }
    let sure = sureness >= Sureness::Sure && asked.whole;
    let one_country = digits.is_some_and(|digits| digits.strip_suffix(&national) == Some(asked.country()));
    if sure && (!one_country || national.len() == asked.national.len()) {
        return None;
    }
    let one_ends_the_other = usize::from(same) == national.len().min(asked.national.len());
    let strength = if one_ends_the_other { Likely } else { Maybe };
    Some((strength, MatchReason::LastDigits { digits: same, label }, same))
}

/// The same for digits that could not be read: they are what was kept like that, or the end of a number.
fn judge_unread(asked: &Asked, kept: &KeptNumber) -> Option<(MatchStrength, MatchReason, u8)> {
    let label = kept.label.clone();
    if matches!(&kept.reading, KeptReading::Unread { digits: Some(digits) } if *digits == asked.digits) {
        let all = u8::try_from(asked.digits.len()).unwrap_or(u8::MAX);
        return Some((MatchStrength::Exact, MatchReason::SameNumber { label }, all));
    }
    let national = match &kept.reading {
        KeptReading::Outside { digits, .. } if *digits == asked.digits => digits.clone(),
        _ => kept.national()?,
    };
    let same = common_end(&national, &asked.national);
    let is_enough = usize::from(same) >= FEWEST_LAST_DIGITS;
    is_enough.then_some((MatchStrength::Maybe, MatchReason::LastDigits { digits: same, label }, same))
}

fn common_end(one: &str, other: &str) -> u8 {
    let same = one.bytes().rev().zip(other.bytes().rev()).take_while(|(one, other)| one == other).count();
    u8::try_from(same).unwrap_or(u8::MAX)
}

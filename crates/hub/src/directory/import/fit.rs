//! A row's values made to fit: what cannot be kept as it is costs the customer nothing but itself.
//!
//! It is cut, kept as a free field under the name of its column, or left out; and each time it is said. Only a row that
//! names nobody is refused, and the number of a payment card is never kept, wherever it stands.

use super::{
    ImportTarget, Refusal,
    cells::PARTED_BY,
    columns::{self, is_number},
    mapping::Mapped,
};
use crate::directory::validate::{self, Part, Prepared, Unkeepable, prepare};
use ringcard_core::{
    customer::CustomerDetails,
    number::{DialPlan, NotANumber, Party},
};
use serde::{Deserialize, Serialize};
use std::fmt;
use ts_rs::TS;

/// So much of a number with remarks is looked at.
const LOOKED_AT: usize = 250;
/// More things wrong with one row are not mended: each takes a look at the whole.
const MOST_CHANGES: usize = 400;

/// What of a row was not taken as it stood there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Adjustment {
    /// Why it does not fit.
    pub why: Refusal,
    pub became: Became,
}

/// What became of a value that does not fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Became {
    /// Its beginning is kept; all of it in the free field of this name, where there was room for it.
    Cut {
        field: Option<String>,
    },
    /// It is a free field of this name.
    Field {
        name: String,
    },
    /// A number that cannot be read is kept as it stands there.
    AsWritten {
        written: String,
    },
    LeftOut,
}

impl fmt::Display for Adjustment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.became {
            Became::Cut { field: None } => write!(f, "{}: it was cut", self.why),
            Became::Cut { field: Some(name) } => {
                write!(f, "{}: it was cut, and all of it is in the free field “{name}”", self.why)
            }
            Became::Field { name } => write!(f, "{}: it is kept as the free field “{name}”", self.why),
            Became::AsWritten { written } => {
                const KEPT: &str = "cannot be read as a number, and is kept as it stands there";
                match &self.why {
                    Refusal::Number { place, why } => write!(f, "number {place}: “{written}” {KEPT}: {why}"),
                    why => write!(f, "{why}: “{written}” {KEPT}"),
                }
            }
            Became::LeftOut => write!(f, "{}: it was left out", self.why),
        }
    }
}

/// Where the values of one row came from: names for what becomes a free field.
#[derive(Debug, Clone, Default)]
pub(super) struct Origins {
    columns: Vec<(ImportTarget, usize)>,
}

impl Origins {
    pub fn note(&mut self, target: &ImportTarget, column: usize) {
        // Of several columns with numbers the first one's name does for all.
        let target = if is_number(target) { &ImportTarget::Number } else { target };
        let is_named_already = matches!(target, ImportTarget::Field(_) | ImportTarget::Ignore);
        if !is_named_already && !self.columns.iter().any(|(known, _)| known == target) {
            self.columns.push((target.clone(), column));
        }
    }

    /// The column's name; ours where there is no column.
    pub fn name(&self, targets: &[ImportTarget], names: &[String]) -> String {
        let column = |target: &ImportTarget| self.columns.iter().find(|(known, _)| known == target);
        let name = targets.iter().find_map(column).and_then(|(_, column)| names.get(*column));
        let name = name.cloned().unwrap_or_else(|| targets.first().map(columns::in_words).unwrap_or_default());
        validate::field_name(&name)
    }
}

/// The customer of a row, and what had to be changed for it.
pub(super) fn fit(plan: &DialPlan, mapped: &mut Mapped, names: &[String]) -> Result<Prepared, Refusal> {
    if mapped.misfits.is_empty()
        && let Ok(customer) = prepare(plan, mapped.details.clone())
    {
        return Ok(customer);
    }
    for misfit in std::mem::take(&mut mapped.misfits) {
        let target = if is_number(&misfit.target) { ImportTarget::Number } else { misfit.target };
        let name = mapped.origins.name(&[target], names);
        let became = if is_nothing(&misfit.text) || has_card(plan, &misfit.text) {
            Became::LeftOut
        } else {
            keep_as_field(&mut mapped.details, &name, misfit.text)
        };
        mapped.adjustments.push(Adjustment { why: misfit.why, became });
    }
    let (customer, adjustments) = mend(plan, &mut mapped.details, &mapped.origins, names)?;
    mapped.adjustments.extend(adjustments);
    Ok(customer)
}

/// Mends one thing after the other until all can be kept.
pub(super) fn mend(
    plan: &DialPlan,
    details: &mut CustomerDetails,
    origins: &Origins,
    names: &[String],
) -> Result<(Prepared, Vec<Adjustment>), Refusal> {
    let mut adjustments: Vec<Adjustment> = Vec::new();
    loop {
        let why = match prepare(plan, details.clone()) {
            Ok(customer) => return Ok((customer, adjustments)),
            // A number that may not be kept says more than that there is nobody.
            Err(Unkeepable::Nobody) => {
                let number = |change: &Adjustment| matches!(change.why, Refusal::Number { .. });
                let lost = adjustments.into_iter().find(number);
                return Err(lost.map_or(Refusal::Nobody, |change| change.why));
            }
            Err(why) => why,
        };
        if adjustments.len() >= MOST_CHANGES {
            if details.fields.is_empty() && details.tags.is_empty() && details.notes.is_empty() {
                return Err(why.into());
            }
            // Who it is stays all the same.
            details.fields.clear();
            details.tags.clear();
            details.notes.clear();
            adjustments.push(Adjustment { why: why.into(), became: Became::LeftOut });
            continue;
        }
        let became = mend_one(plan, details, &why, &|targets: &[ImportTarget]| origins.name(targets, names));
        adjustments.push(Adjustment { why: why.into(), became });
    }
}

fn mend_one(
    plan: &DialPlan,
    details: &mut CustomerDetails,
    why: &Unkeepable,
    name_of: &dyn Fn(&[ImportTarget]) -> String,
) -> Became {
    use ImportTarget::{Company, Email, FirstName, LastName, Link, MiddleName, Name, Number, Role, Tags};
    match why {
        Unkeepable::Nobody => Became::LeftOut,
        Unkeepable::Link => as_field(details, &name_of(&[Link]), |details| details.link.take().unwrap_or_default()),
        Unkeepable::Number { place, .. } => {
            if let Some(number) = details.numbers.get_mut(place - 1) {
                number.written.clear();
                number.party = None;
            }
            Became::LeftOut
        }
        Unkeepable::TooMany { part: Part::Tags, most, .. } => as_field(details, &name_of(&[Tags]), |details| {
            let kept = validate::different_tags(&details.tags);
            details.tags = kept.iter().take(*most).cloned().collect();
            kept[*most..].join(", ")
        }),
        Unkeepable::TooMany { part: Part::Fields, most, .. } => {
            let beyond: Vec<String> = details.fields.keys().skip(*most).cloned().collect();
            beyond.iter().for_each(|name| drop(details.fields.remove(name)));
            Became::LeftOut
        }
        Unkeepable::TooMany { most, .. } => as_field(details, &name_of(&[Number]), |details| {
            let beyond = details.numbers.split_off((*most).min(details.numbers.len()));
            let kept = beyond.iter().filter(|number| !has_card(plan, &number.written));
            kept.map(|number| number.written.as_str()).collect::<Vec<_>>().join(", ")
        }),
        Unkeepable::TooLong { part, most, .. } => match part {
            Part::Name => cut_text(
                details,
                |details| &mut details.name,
                *most,
                &name_of(&[Name, LastName, FirstName, MiddleName]),
            ),
            Part::Company => cut_text(details, |details| &mut details.company, *most, &name_of(&[Company])),
            Part::Role => cut_text(details, |details| &mut details.role, *most, &name_of(&[Role])),
            Part::Email => as_field(details, &name_of(&[Email]), |details| std::mem::take(&mut details.email)),
            Part::Link => as_field(details, &name_of(&[Link]), |details| details.link.take().unwrap_or_default()),
            Part::Tag => as_field(details, &name_of(&[Tags]), |details| {
                let (long, kept) =
                    std::mem::take(&mut details.tags).into_iter().partition(|tag| validate::is_long_tag(tag));
                details.tags = kept;
                let long: Vec<String> = long;
                long.join(", ")
            }),
            Part::Note => {
                details.notes = cut(&validate::paragraphs(&details.notes), *most);
                Became::Cut { field: None }
            }
            Part::FieldName => {
                let long = details.fields.keys().find(|name| validate::is_long_field_name(name)).cloned();
                let Some(long) = long else { return Became::LeftOut };
                let value = details.fields.remove(&long).unwrap_or_default();
                let value = cut(&validate::paragraphs(&value), validate::FIELD);
                Became::Cut { field: kept_in(keep_as_field(details, &validate::field_name(&long), value)) }
            }
            Part::Field { name } => {
                for (_, value) in details.fields.iter_mut().filter(|(known, _)| validate::field_name(known) == *name) {
                    *value = cut(&validate::paragraphs(value), *most);
                }
                Became::Cut { field: None }
            }
            Part::Label { place } => {
                let Some(number) = details.numbers.get_mut(place - 1) else { return Became::LeftOut };
                let whole = std::mem::take(&mut number.label);
                number.label = cut(&validate::one_line(&whole), *most);
                let name = Some(validate::field_name(&number.written)).filter(|name| !has_card(plan, name));
                let name = name.unwrap_or_else(|| name_of(&[Number]));
                Became::Cut { field: kept_in(keep_as_field(details, &name, whole)) }
            }
            Part::Number { place } => shorten(plan, details, *place, &name_of(&[Number])),
            Part::Tags | Part::Fields | Part::Numbers => Became::LeftOut,
        },
    }
}

/// A number with a long remark: the number is kept, and all of it in a free field.
fn shorten(plan: &DialPlan, details: &mut CustomerDetails, place: usize, column: &str) -> Became {
    let Some(number) = details.numbers.get_mut(place - 1) else { return Became::LeftOut };
    let whole = std::mem::take(&mut number.written);
    let found = number_in(plan, &whole);
    if let Some(found) = &found {
        number.written = found.display();
    }
    if has_card(plan, &whole) {
        return if found.is_some() { Became::Cut { field: None } } else { Became::LeftOut };
    }
    match found {
        Some(found) => Became::Cut { field: kept_in(keep_as_field(details, &found.display(), whole)) },
        None => keep_as_field(details, column, whole),
    }
}

/// The number in a long text: as it is read whole, or the first row of digits that is one.
fn number_in(plan: &DialPlan, text: &str) -> Option<Party> {
    let head: String = text.chars().take(LOOKED_AT).collect();
    let outside = |text: &str| {
        let party = plan.read(text).ok()?.party;
        matches!(party, Party::Outside(_)).then_some(party)
    };
    outside(&head).or_else(|| digit_rows(text).find_map(outside))
}

/// Parts of a text that may be numbers.
fn digit_rows(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_ascii_digit() && !" +-/().\u{a0}".contains(letter))
        .map(str::trim)
        .filter(|part| part.len() < LOOKED_AT && part.bytes().filter(u8::is_ascii_digit).count() >= 6)
}

/// Whether there is the number of a payment card in it.
pub(super) fn has_card(plan: &DialPlan, text: &str) -> bool {
    digit_rows(text).any(|part| plan.read(part) == Err(NotANumber::CardNumber))
}

/// What is beside the numbers of cards in a cell of a report.
pub(super) fn without_cards(plan: &DialPlan, cell: &str) -> String {
    let parts = cell.split_inclusive(PARTED_BY).filter(|part| !has_card(plan, part));
    let left: String = parts.collect();
    // In groups that are parted by what parts numbers it shows only as a whole.
    if has_card(plan, &left) { String::new() } else { left.trim_end_matches(PARTED_BY).to_owned() }
}

fn cut_text(
    details: &mut CustomerDetails,
    part: impl Fn(&mut CustomerDetails) -> &mut String,
    most: usize,
    name: &str,
) -> Became {
    let whole = std::mem::take(part(details));
    *part(details) = cut(&validate::one_line(&whole), most);
    Became::Cut { field: kept_in(keep_as_field(details, name, whole)) }
}

fn as_field(details: &mut CustomerDetails, name: &str, take: impl FnOnce(&mut CustomerDetails) -> String) -> Became {
    let text = take(details);
    keep_as_field(details, name, text)
}

fn kept_in(became: Became) -> Option<String> {
    match became {
        Became::Field { name } => Some(name),
        Became::Cut { .. } | Became::AsWritten { .. } | Became::LeftOut => None,
    }
}

/// A free field of a name nothing else has; left out where there is no room for it.
fn keep_as_field(details: &mut CustomerDetails, name: &str, value: String) -> Became {
    if !validate::has_room(&details.fields, &value) {
        return Became::LeftOut;
    }
    let free = |name: &String| details.fields.get(name).is_none_or(|known| *known == value);
    let numbered = (2..=9).map(|time| validate::field_name(&format!("{time}: {name}")));
    match std::iter::once(name.to_owned()).chain(numbered).find(free) {
        Some(name) => {
            details.fields.insert(name.clone(), value);
            Became::Field { name }
        }
        None => Became::LeftOut,
    }
}

fn cut(text: &str, most: usize) -> String {
    if text.chars().nth(most).is_none() {
        return text.to_owned();
    }
    text.chars().take(most - 1).chain(['…']).collect()
}

/// What people and programs write where there is nothing: `n/a`, `-`, `nincs`.
pub(super) fn is_nothing(text: &str) -> bool {
    const WORDS: &str = "n a|na|none|null|nil|nothing|empty|unknown|undefined|nan|tbd|not given|not available|no tiene|\
        ninguno|ninguna|sin datos|desconocido|vacio|nincs|nincs adat|nem ismert|ismeretlen|ures|keine|kein|unbekannt|\
        aucun|inconnu|nessuno|nenhum|brak";
    let folded = crate::directory::fold::fold(text);
    folded.is_empty() || WORDS.split('|').any(|word| word == folded)
}

//! What may be kept of a customer: bounded, without control characters, and found again.

use super::{
    fold,
    numbers::KeptNumber,
    person,
    row::{fields_to, tags_to},
};
use ringcard_core::{
    customer::CustomerDetails,
    number::{DialPlan, NotANumber},
    text::{is_steering, seen},
};
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, collections::BTreeMap};
use thiserror::Error;
use ts_rs::TS;

const NAME: usize = 200;
const EMAIL: usize = 254;
const TAG: usize = 64;
const TAGS: usize = 50;
const NOTES: usize = 20_000;
const LINK: usize = 2_000;
const LABEL: usize = 40;
const WRITTEN: usize = 64;
const NUMBERS: usize = 50;
const FIELD_NAME: usize = 64;
/// The longest value of a free field.
pub(super) const FIELD: usize = 4_000;
const FIELDS: usize = 100;

/// A free field's name, as long as one may be.
pub(super) fn field_name(text: &str) -> String {
    let name = one_line(text);
    if name.chars().nth(FIELD_NAME).is_none() {
        return name;
    }
    name.chars().take(FIELD_NAME - 1).chain(['…']).collect()
}

/// Whether there may be one more free field, and this may be in it.
pub(super) fn has_room(fields: &BTreeMap<String, String>, value: &str) -> bool {
    fields.len() < FIELDS && !value.trim().is_empty() && value.chars().nth(FIELD).is_none()
}

/// What is wrong with a free field's name.
pub(super) fn check_field_name(name: &str) -> Option<Unkeepable> {
    line(Part::FieldName, name, FIELD_NAME).err()
}

pub(super) fn is_long_field_name(name: &str) -> bool {
    one_line(name).chars().nth(FIELD_NAME).is_some()
}

pub(super) fn is_long_tag(tag: &str) -> bool {
    one_line(tag).chars().nth(TAG).is_some()
}

/// Tags as they are kept: none empty, none twice.
pub(super) fn different_tags(given: &[String]) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for tag in given {
        // What stands between tags in files cannot be in one.
        let tag = one_line(&tag.replace([',', ';', '|'], " "));
        if !tag.is_empty() && !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags
}

/// Why a customer cannot be kept like this; sentences for people.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(super) enum Unkeepable {
    #[error("give a name, a company, an e-mail address or a number")]
    Nobody,
    #[error("{part} has {found} characters, at most {most} are kept")]
    TooLong { part: Part, found: usize, most: usize },
    #[error("{part}: there are {found}, at most {most} are kept")]
    TooMany { part: Part, found: usize, most: usize },
    #[error("the link must begin with https:// or http://")]
    Link,
    #[error("the number {place}: {why}")]
    Number { place: usize, why: NotANumber },
}

/// A part of a customer, where something about it cannot be kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, Error)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Part {
    #[error("the name")]
    Name,
    #[error("the company")]
    Company,
    #[error("the role")]
    Role,
    #[error("the e-mail address")]
    Email,
    #[error("the note")]
    Note,
    #[error("the link")]
    Link,
    #[error("a tag")]
    Tag,
    #[error("tags")]
    Tags,
    #[error("a field's name")]
    FieldName,
    #[error("“{name}”")]
    Field { name: String },
    #[error("free fields")]
    Fields,
    #[error("the label of number {place}")]
    Label { place: usize },
    #[error("number {place}")]
    Number { place: usize },
    #[error("numbers")]
    Numbers,
}

/// A customer ready to be stored.
#[derive(Debug, Clone)]
pub(super) struct Prepared {
    /// Cleaned; its numbers are in `numbers`.
    pub details: CustomerDetails,
    pub numbers: Vec<KeptNumber>,
    pub tags: String,
    pub fields: String,
    /// What it is searched by.
    pub words: String,
    /// What a row of a file is told by to be the same person: their name, and their e-mail address.
    pub person_key: Option<i64>,
    pub email_key: Option<i64>,
}

/// Cleans and checks what a person or a file gave, and reads its numbers by the plan.
pub(super) fn prepare(plan: &DialPlan, given: CustomerDetails) -> Result<Prepared, Unkeepable> {
    let mut details = CustomerDetails {
        name: line(Part::Name, &given.name, NAME)?,
        company: line(Part::Company, &given.company, NAME)?,
        role: line(Part::Role, &given.role, NAME)?,
        email: line(Part::Email, &given.email, EMAIL)?,
        tags: tags(given.tags)?,
        vip: given.vip,
        notes: bounded(Part::Note, paragraphs(&given.notes), NOTES)?,
        link: given.link.map(|link| self::link(&link)).transpose()?.flatten(),
        numbers: Vec::new(),
        fields: fields(given.fields)?,
    };
    let numbers = numbers(plan, given.numbers)?;
    if details.name.is_empty() && details.company.is_empty() && details.email.is_empty() && numbers.is_empty() {
        return Err(Unkeepable::Nobody);
    }
    details.numbers = numbers.iter().cloned().map(KeptNumber::into_number).collect();
    Ok(Prepared {
        tags: tags_to(&details.tags),
        fields: fields_to(&details.fields),
        words: search_words(&details),
        person_key: person::person_key(&details.name, &details.company),
        email_key: person::email_key(&details.email),
        numbers,
        details,
    })
}

/// What a customer is found by while somebody types; without the host of the e-mail address.
fn search_words(details: &CustomerDetails) -> String {
    let name = details.email.split_once('@').map_or(details.email.as_str(), |(name, _)| name);
    let texts = [details.name.as_str(), &details.company, name];
    let mut words: Vec<String> = texts
        .into_iter()
        .chain(details.tags.iter().map(String::as_str))
        // As they are typed as well: *M@xim* is no e-mail address.
        .flat_map(|text| fold::words(text).into_iter().chain(fold::typed_words(text)))
        .chain(fold::address(&details.email))
        .collect();
    words.sort_unstable();
    words.dedup();
    words.join(" ")
}

fn tags(given: Vec<String>) -> Result<Vec<String>, Unkeepable> {
    let tags = different_tags(&given);
    for tag in &tags {
        longest(Part::Tag, tag, TAG)?;
    }
    few(Part::Tags, tags.len(), TAGS)?;
    Ok(tags)
}

fn fields(given: BTreeMap<String, String>) -> Result<BTreeMap<String, String>, Unkeepable> {
    let mut fields = BTreeMap::new();
    for (name, value) in given {
        let name = line(Part::FieldName, &name, FIELD_NAME)?;
        let value = bounded(Part::Field { name: name.clone() }, paragraphs(&value), FIELD)?;
        if !name.is_empty() && !value.is_empty() {
            fields.insert(name, value);
        }
    }
    few(Part::Fields, fields.len(), FIELDS)?;
    Ok(fields)
}

fn numbers(
    plan: &DialPlan,
    given: Vec<ringcard_core::customer::CustomerNumber>,
) -> Result<Vec<KeptNumber>, Unkeepable> {
    few(Part::Numbers, given.len(), NUMBERS)?;
    let mut numbers: Vec<KeptNumber> = Vec::with_capacity(given.len());
    for (place, number) in given.into_iter().enumerate() {
        let place = place + 1;
        // Brackets stand around labels in exported files.
        let label = line(Part::Label { place }, &number.label, LABEL)?.replace(['[', ']'], "");
        // A form that was filled from a call has a party, and nothing anybody wrote.
        let written = match (number.written.trim(), number.party) {
            ("", Some(party)) => party.display(),
            (written, _) => written.to_owned(),
        };
        let written = line(Part::Number { place }, &written, WRITTEN)?;
        if written.is_empty() {
            continue;
        }
        let number = KeptNumber::read(plan, label.trim().to_owned(), written)
            .map_err(|why| Unkeepable::Number { place, why })?;
        if !numbers.iter().any(|known| known.written == number.written && known.label == number.label) {
            numbers.push(number);
        }
    }
    Ok(numbers)
}

fn line(part: Part, text: &str, most: usize) -> Result<String, Unkeepable> {
    bounded(part, one_line(text), most)
}

/// One line of text: white space, line ends and control characters become single spaces. Of a word what can be seen is
/// kept.
pub(super) fn one_line(text: &str) -> String {
    text.split(|letter: char| letter.is_whitespace() || unwanted(letter))
        // Most words of most lists.
        .map(|word| if word.is_ascii() { Cow::Borrowed(word) } else { seen(word.chars()).collect() })
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Text with line ends and tabs, without other control characters.
pub(super) fn paragraphs(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let clean: String = text.chars().filter(|letter| matches!(letter, '\n' | '\t') || !unwanted(*letter)).collect();
    clean.trim().to_owned()
}

/// Control characters, and the invisible ones that turn the direction of text: they make one name look like another.
fn unwanted(letter: char) -> bool {
    letter.is_control() || is_steering(letter) || letter == '\u{feff}'
}

fn link(text: &str) -> Result<Option<String>, Unkeepable> {
    let link = line(Part::Link, text, LINK)?;
    let scheme = link.split_once("://").map(|(scheme, rest)| (scheme.to_ascii_lowercase(), rest.is_empty()));
    match scheme {
        None if link.is_empty() => Ok(None),
        Some((scheme, false)) if (scheme == "https" || scheme == "http") && !link.contains(' ') => Ok(Some(link)),
        _ => Err(Unkeepable::Link),
    }
}

fn bounded(part: Part, text: String, most: usize) -> Result<String, Unkeepable> {
    longest(part, &text, most)?;
    Ok(text)
}

fn longest(part: Part, text: &str, most: usize) -> Result<(), Unkeepable> {
    let found = text.chars().count();
    if found > most { Err(Unkeepable::TooLong { part, found, most }) } else { Ok(()) }
}

fn few(part: Part, found: usize, most: usize) -> Result<(), Unkeepable> {
    if found > most { Err(Unkeepable::TooMany { part, found, most }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::one_line;

    #[test]
    fn a_name_is_kept_as_it_is_seen() {
        for name in ["María López", "שרה כהן", "محمد بن سلمان", "علی\u{200c}رضا", "李小龙"]
        {
            assert_eq!(one_line(&format!("  \u{202e}{name}\u{2069}\n")), name);
        }
        assert_eq!(one_line("Ma\u{2060}ría\u{61c}\u{3164}"), "María");
        assert_eq!(one_line(&format!("Z{}algo", "\u{301}".repeat(90))), format!("Z{}algo", "\u{301}".repeat(6)));
    }
}

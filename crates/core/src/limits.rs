//! What another system takes of what people type.
//!
//! The connector says it once, and it is asked for wherever something is about to be called *saved*: in the form while it
//! is typed, on the desk before it is kept, in the hub before it is accepted. So nobody is told *saved* of what can never be
//! sent. Nothing here shortens a text: it says how much is too much.

use crate::{campaign::CampaignKind, submission::Write};
use serde::{Deserialize, Serialize};
use std::fmt;
use ts_rs::TS;

/// Characters of a comment that is kept before anybody knows which account takes it; a row of the outbox holds no more.
pub const LONGEST_COMMENT: usize = 4_000;

/// The limits of one account, in characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WriteLimits {
    /// A comment on a campaign record.
    pub record_comment: u32,
    /// A comment on the agent's own call.
    pub call_comment: u32,
    pub code: u32,
    /// Whether it takes second codes; where not, they are left out and may be anything.
    pub second_codes: bool,
    /// Its own names of campaigns and agents.
    pub id: u32,
    pub customer_id: u32,
    pub customer_name: u32,
    /// Telephone numbers of a new record; it has at least one.
    pub numbers: u32,
    /// Digits of a telephone number; it has at least two.
    pub number: u32,
    /// The free fields of a new record; there are no others.
    pub fields: Vec<FieldLimit>,
}

/// A free field of a new record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FieldLimit {
    pub name: String,
    pub most: u32,
    /// Only records of this kind of campaign have it; absent: all have.
    pub only: Option<CampaignKind>,
}

/// The limits of a named account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AccountLimits {
    pub account: String,
    pub limits: WriteLimits,
}

/// Why an account can never take a write; the user interface has words for each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Misfit {
    TooLong {
        field: WriteField,
        length: u32,
        most: u32,
    },
    Missing {
        field: WriteField,
    },
    /// It has characters that the system does not take there.
    Unreadable {
        field: WriteField,
    },
    TooManyNumbers {
        count: u32,
        most: u32,
    },
    /// Records of this campaign have no such field.
    NoSuchField {
        name: String,
    },
    /// The system takes no such writes.
    NotTaken,
}

/// A part of a write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum WriteField {
    Comment,
    Code,
    SecondCode,
    Agent,
    Campaign,
    CustomerId,
    CustomerName,
    Number,
    Field { name: String },
}

impl WriteLimits {
    /// Whether the account can take this write, as far as its own words go; what it makes of it is another matter.
    pub fn check(&self, write: &Write) -> Result<(), Misfit> {
        match write {
            Write::Codify { record, code, second_code, comment, .. } => {
                check_id(WriteField::Campaign, &record.campaign.0, self.id)?;
                check_customer_id(&record.customer_id, self.customer_id)?;
                self.codes(code, second_code.as_deref())?;
                check_line(WriteField::Comment, comment, self.record_comment)
            }
            Write::CodeCall { agent_id, code, second_code, comment, .. } => {
                check_id(WriteField::Agent, agent_id, self.id)?;
                self.codes(code, second_code.as_deref())?;
                check_line(WriteField::Comment, comment, self.call_comment)
            }
            Write::AddRecord { campaign, campaign_kind, customer_id, customer_name, numbers, fields, .. } => {
                check_id(WriteField::Campaign, &campaign.0, self.id)?;
                check_customer_id(customer_id, self.customer_id)?;
                check_line(WriteField::CustomerName, customer_name, self.customer_name)?;
                if numbers.is_empty() {
                    return Err(Misfit::Missing { field: WriteField::Number });
                }
                if numbers.len() > self.numbers as usize {
                    return Err(Misfit::TooManyNumbers { count: count(numbers.len()), most: self.numbers });
                }
                numbers.iter().try_for_each(|number| check_number(number, self.number))?;
                fields.iter().try_for_each(|(name, value)| self.field(name, value, *campaign_kind))
            }
            Write::ScheduleCallback { record, number, agent_id, .. }
            | Write::ChangeCallback { record, number, agent_id, .. }
            | Write::CancelCallback { record, number, agent_id, .. } => {
                check_id(WriteField::Campaign, &record.campaign.0, self.id)?;
                check_customer_id(&record.customer_id, self.customer_id)?;
                if let Some(agent) = agent_id {
                    check_id(WriteField::Agent, agent, self.id)?;
                }
                check_number(number, self.number)
            }
            Write::LogCall { .. } | Write::TellTeam { .. } | Write::AddNumber { .. } | Write::Other => {
                Err(Misfit::NotTaken)
            }
        }
    }

    /// How much of a comment this write's account takes; absent: it has none.
    pub fn comment_of(&self, write: &Write) -> Option<u32> {
        match write {
            Write::Codify { .. } => Some(self.record_comment),
            Write::CodeCall { .. } => Some(self.call_comment),
            _ => None,
        }
    }

    fn codes(&self, code: &str, second: Option<&str>) -> Result<(), Misfit> {
        check_code(WriteField::Code, code, self.code)?;
        match second.map(str::trim).filter(|second| self.second_codes && !second.is_empty()) {
            Some(second) => check_code(WriteField::SecondCode, second, self.code),
            None => Ok(()),
        }
    }

    fn field(&self, name: &str, value: &str, kind: CampaignKind) -> Result<(), Misfit> {
        let known = self.fields.iter().find(|field| field.name == name && field.only.is_none_or(|only| only == kind));
        let Some(known) = known else { return Err(Misfit::NoSuchField { name: one_line(name) }) };
        check_line(WriteField::Field { name: name.to_owned() }, value, known.most)
    }
}

/// One line without control characters, however many lines it had: as comments are sent, and therefore counted.
pub fn one_line(text: &str) -> String {
    let words: Vec<&str> =
        text.split(|c: char| c.is_control() || c.is_whitespace()).filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// The characters of [`one_line`], without making it.
pub fn one_line_length(text: &str) -> usize {
    let words = text.split(|c: char| c.is_control() || c.is_whitespace()).filter(|word| !word.is_empty());
    let (words, letters) = words.fold((0, 0), |(words, letters), word| (words + 1, letters + word.chars().count()));
    letters + usize::saturating_sub(words, 1)
}

/// A number without what people put between its digits.
pub fn bare_number(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')' | '.' | '/' | '\u{a0}')).collect()
}

/// Words that are sent as one line.
pub fn check_line(field: WriteField, text: &str, most: u32) -> Result<(), Misfit> {
    short(&field, one_line_length(text), most)
}

/// A code of the other system's list.
pub fn check_code(field: WriteField, code: &str, most: u32) -> Result<(), Misfit> {
    let code = code.trim();
    there(&field, code)?;
    short(&field, code.chars().count(), most)?;
    readable(field, !code.chars().any(|c| c.is_control() || c.is_whitespace()))
}

/// A name that the other system gave a campaign or an agent.
pub fn check_id(field: WriteField, id: &str, most: u32) -> Result<(), Misfit> {
    let id = id.trim();
    there(&field, id)?;
    short(&field, id.chars().count(), most)?;
    readable(field, id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.@".contains(&b)))
}

/// A customer's id: whatever a campaign was loaded with.
pub fn check_customer_id(id: &str, most: u32) -> Result<(), Misfit> {
    let (id, field) = (id.trim(), WriteField::CustomerId);
    there(&field, id)?;
    short(&field, id.chars().count(), most)?;
    readable(field, !id.chars().any(char::is_control))
}

/// A telephone number, as people write it; `most` digits.
pub fn check_number(number: &str, most: u32) -> Result<(), Misfit> {
    let (number, field) = (bare_number(number), WriteField::Number);
    let digits = number.strip_prefix('+').unwrap_or(&number);
    there(&field, digits)?;
    short(&field, digits.chars().count(), most)?;
    readable(field, digits.len() >= 2 && digits.bytes().all(|b| b.is_ascii_digit() || b == b'*' || b == b'#'))
}

fn short(field: &WriteField, length: usize, most: u32) -> Result<(), Misfit> {
    match length > most as usize {
        true => Err(Misfit::TooLong { field: field.clone(), length: count(length), most }),
        false => Ok(()),
    }
}

fn there(field: &WriteField, text: &str) -> Result<(), Misfit> {
    if text.is_empty() { Err(Misfit::Missing { field: field.clone() }) } else { Ok(()) }
}

fn readable(field: WriteField, is_readable: bool) -> Result<(), Misfit> {
    if is_readable { Ok(()) } else { Err(Misfit::Unreadable { field }) }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { field, length, most } => {
                write!(f, "{field} has {length} characters, at most {most} can be sent; please shorten it")
            }
            Self::Missing { field } => write!(f, "{field} is missing"),
            Self::Unreadable { field } => write!(f, "{field} contains characters that cannot be sent"),
            Self::TooManyNumbers { count, most } => {
                write!(f, "there are {count} telephone numbers, at most {most} can be sent")
            }
            Self::NoSuchField { name } => write!(f, "a record of this campaign has no field “{name}”"),
            Self::NotTaken => f.write_str("the account takes no such entries"),
        }
    }
}

impl fmt::Display for WriteField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Comment => f.write_str("the comment"),
            Self::Code => f.write_str("the code"),
            Self::SecondCode => f.write_str("the second code"),
            Self::Agent => f.write_str("the agent's id"),
            Self::Campaign => f.write_str("the campaign"),
            Self::CustomerId => f.write_str("the customer's id"),
            Self::CustomerName => f.write_str("the customer's name"),
            Self::Number => f.write_str("a telephone number"),
            Self::Field { name } => write!(f, "the field “{name}”"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_is_counted_as_it_is_sent() {
        for (text, length) in
            [("", 0), (" \n ", 0), ("a", 1), (" first\r\nsecond\u{0}\tthird \u{1b}", 18), ("漢 字", 3)]
        {
            assert_eq!(one_line_length(text), length, "{text:?}");
            assert_eq!(one_line(text).chars().count(), length, "{text:?}");
        }
    }
}

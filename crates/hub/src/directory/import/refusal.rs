//! Why a row was not taken.

use super::{split, vcard};
use crate::directory::validate::{Part, Unkeepable};
use ringcard_core::number::NotANumber;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use ts_rs::TS;

/// Why a row of a file was not taken, or not as it stood there; a sentence for the report. `code` is stable: the user interface has words for every
/// one, in its own languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Refusal {
    #[error("it has {found} columns, not {columns}: is a quotation mark missing?")]
    Columns { found: usize, columns: usize },
    #[error("there are bytes in it that are no letters of the file's encoding")]
    Encoding,
    #[error("the row has more than 2 MB")]
    LongRow,
    #[error("there are more than 1000 columns")]
    ManyColumns,
    #[error("a quotation mark is opened in this line and never closed")]
    OpenQuote,
    #[error("the card has more than 2000 lines")]
    ManyLines,
    #[error("the card does not end: END:VCARD is missing")]
    NoEnd,
    #[error("the key of this customer has more than 128 characters")]
    LongKey,
    #[error("the VIP column has a value that is neither yes nor no")]
    Vip,
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

impl From<split::Fault> for Refusal {
    fn from(fault: split::Fault) -> Self {
        match fault {
            split::Fault::LongRow => Self::LongRow,
            split::Fault::ManyColumns => Self::ManyColumns,
            split::Fault::OpenQuote => Self::OpenQuote,
        }
    }
}

impl From<vcard::Fault> for Refusal {
    fn from(fault: vcard::Fault) -> Self {
        match fault {
            vcard::Fault::NoEnd => Self::NoEnd,
            vcard::Fault::Broken => Self::Encoding,
        }
    }
}

impl From<Unkeepable> for Refusal {
    fn from(why: Unkeepable) -> Self {
        match why {
            Unkeepable::Nobody => Self::Nobody,
            Unkeepable::TooLong { part, found, most } => Self::TooLong { part, found, most },
            Unkeepable::TooMany { part, found, most } => Self::TooMany { part, found, most },
            Unkeepable::Link => Self::Link,
            Unkeepable::Number { place, why } => Self::Number { place, why },
        }
    }
}

//! Numbers as the directory keeps them: as written, what was read in them, and what they are found by.

use ringcard_core::{
    customer::CustomerNumber,
    number::{Certainty, DialPlan, NotANumber, Number, Party, Reading, UnsureReason, search_keys, unread_digits},
};
use rusqlite::Row;

/// In town no number is longer.
const LONGEST_IN_TOWN: usize = 7;

/// How sure we are of a kept number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sureness {
    Guess,
    /// Read for certain, as a number of the plan's country.
    Sure,
    /// Read for certain, and written with its country.
    WithCountry,
}

/// A number of a customer, read and ready to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KeptNumber {
    pub label: String,
    pub written: String,
    pub reading: KeptReading,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum KeptReading {
    Outside {
        digits: String,
        extension: Option<String>,
        sureness: Sureness,
    },
    Internal {
        digits: String,
    },
    /// Not read; `digits` where there are some: six and more are compared by their ends, fewer as a whole.
    Unread {
        digits: Option<String>,
    },
}

impl KeptNumber {
    /// Reads what was written. A card number is the one thing we do not keep.
    pub fn read(plan: &DialPlan, label: String, written: String) -> Result<Self, NotANumber> {
        let reading = match plan.read(&written) {
            Ok(Reading { party: Party::Outside(number), certainty }) => KeptReading::Outside {
                digits: number.e164.trim_start_matches('+').to_owned(),
                extension: number.extension,
                sureness: sureness(plan, &written, certainty),
            },
            Ok(Reading { party: Party::Internal { digits }, .. }) => KeptReading::Internal { digits },
            Err(NotANumber::CardNumber) if plan.is_card(&written) => return Err(NotANumber::CardNumber),
            // In a field for numbers, bare digits were meant as one; so were those beside words and signs.
            Err(
                NotANumber::TooShort
                | NotANumber::TooLong
                | NotANumber::UnknownCountryCode
                | NotANumber::NotFromHere
                | NotANumber::CardNumber
                | NotANumber::Letters
                | NotANumber::Symbols
                | NotANumber::ServiceCode,
            ) => KeptReading::Unread { digits: digits_in(&written) },
            Err(NotANumber::OrderNumber) if !written.chars().any(char::is_alphabetic) => {
                KeptReading::Unread { digits: digits_in(&written) }
            }
            Ok(_) | Err(_) => KeptReading::Unread { digits: None },
        };
        Ok(Self { label, written, reading })
    }

    pub fn party(&self) -> Option<Party> {
        match &self.reading {
            KeptReading::Outside { digits, extension, .. } => {
                Some(Party::Outside(Number { e164: format!("+{digits}"), extension: extension.clone() }))
            }
            KeptReading::Internal { digits } => Some(Party::Internal { digits: digits.clone() }),
            KeptReading::Unread { .. } => None,
        }
    }

    pub fn into_number(self) -> CustomerNumber {
        let party = self.party();
        CustomerNumber { label: self.label, written: self.written, party }
    }

    pub fn digits(&self) -> Option<&str> {
        match &self.reading {
            KeptReading::Outside { digits, .. } | KeptReading::Internal { digits } => Some(digits),
            KeptReading::Unread { digits } => digits.as_deref(),
        }
    }

    pub fn extension(&self) -> Option<&str> {
        match &self.reading {
            KeptReading::Outside { extension, .. } => extension.as_deref(),
            _ => None,
        }
    }

    /// The number without its country, as far as it is known; for comparing ends.
    pub fn national(&self) -> Option<String> {
        match &self.reading {
            KeptReading::Outside { .. } => self.party().and_then(|party| search_keys(&party).national),
            KeptReading::Unread { digits } => digits.clone(),
            KeptReading::Internal { .. } => None,
        }
    }

    pub fn country_code(&self) -> Option<String> {
        let KeptReading::Outside { digits, .. } = &self.reading else { return None };
        digits.strip_suffix(&self.national()?).map(str::to_owned)
    }

    pub fn sureness(&self) -> Sureness {
        match &self.reading {
            KeptReading::Outside { sureness, .. } => *sureness,
            KeptReading::Internal { .. } => Sureness::Sure,
            KeptReading::Unread { .. } => Sureness::Guess,
        }
    }

    /// The columns `kind` and `certainty`.
    pub fn kind_and_certainty(&self) -> (u8, u8) {
        let kind = match &self.reading {
            KeptReading::Unread { .. } => 0,
            KeptReading::Outside { .. } => 1,
            KeptReading::Internal { .. } => 2,
        };
        (kind, self.sureness() as u8)
    }

    /// From the columns `label, written, kind, digits, extension, certainty`, beginning at `first`.
    pub fn from_row(row: &Row<'_>, first: usize) -> rusqlite::Result<Self> {
        let digits: Option<String> = row.get(first + 3)?;
        let reading = match (row.get::<_, u8>(first + 2)?, digits) {
            (1, Some(digits)) => KeptReading::Outside {
                digits,
                extension: row.get(first + 4)?,
                sureness: match row.get::<_, u8>(first + 5)? {
                    0 => Sureness::Guess,
                    1 => Sureness::Sure,
                    _ => Sureness::WithCountry,
                },
            },
            (2, Some(digits)) => KeptReading::Internal { digits },
            (_, digits) => KeptReading::Unread { digits },
        };
        Ok(Self { label: row.get(first)?, written: row.get(first + 1)?, reading })
    }
}

fn sureness(plan: &DialPlan, written: &str, certainty: Certainty) -> Sureness {
    let sure = match certainty {
        Certainty::Sure => true,
        // Doubts about what stands around the number, not about its digits.
        Certainty::Unsure { why } => {
            matches!(why, UnsureReason::SeveralNumbers | UnsureReason::WordsAround | UnsureReason::InternalOrOutside)
        }
    };
    let start = written.trim_start_matches(|letter: char| !letter.is_ascii_digit() && letter != '+');
    // Where numbers have many lengths, what is dialled in town is somebody else's whole number.
    let is_short = start.bytes().filter(u8::is_ascii_digit).count() <= LONGEST_IN_TOWN;
    let sure = sure && !(is_short && !start.starts_with(['+', '0']) && plan.dials_zero_first());
    match (sure, start.starts_with('+') || start.starts_with("00")) {
        (false, _) => Sureness::Guess,
        (true, false) => Sureness::Sure,
        (true, true) => Sureness::WithCountry,
    }
}

fn digits_in(written: &str) -> Option<String> {
    unread_digits(&Party::Unreadable { text: written.to_owned() })
}

pub(super) fn reversed(digits: &str) -> String {
    digits.chars().rev().collect()
}

/// What follows everything that begins with these digits: the end of a range in an index.
pub(super) fn past(digits: &str) -> String {
    format!("{digits}:")
}

/// What an agent's choice for a number is kept under; nothing for callers without a number.
pub(crate) fn memory_key(number: &Party) -> Option<String> {
    match number {
        Party::Outside(Number { e164, extension: None }) => Some(e164.clone()),
        Party::Outside(Number { e164, extension: Some(extension) }) => Some(format!("{e164};ext={extension}")),
        Party::Internal { digits } => Some(format!("internal:{digits}")),
        Party::Hidden | Party::Unreadable { .. } => None,
    }
}

/// The number that is kept under a [`memory_key`].
pub(super) fn party_of(key: &str) -> Party {
    if let Some(digits) = key.strip_prefix("internal:") {
        return Party::Internal { digits: digits.to_owned() };
    }
    let (e164, extension) = match key.split_once(";ext=") {
        Some((e164, extension)) => (e164, Some(extension.to_owned())),
        None => (key, None),
    };
    Party::Outside(Number { e164: e164.to_owned(), extension })
}

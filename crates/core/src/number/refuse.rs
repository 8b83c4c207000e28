//! What is no phone number, and why; and what may be one, and why we are not sure.

use super::Party;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Reading {
    /// Always `Outside` or `Internal`.
    pub party: Party,
    pub certainty: Certainty,
}

/// Whether it can be dialled without asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Certainty {
    Sure,
    /// Ask before dialling.
    Unsure {
        why: UnsureReason,
    },
}

/// Why we would ask before dialling. The user interface has words for every one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum UnsureReason {
    /// As many digits as an internal number, and a public number too; read as the internal one.
    InternalOrOutside,
    /// A number of this country only if the prefix was left out: it may as well be an order number.
    MayBeOrderNumber,
    MayBeDate,
    MayBeCardNumber,
    MayBeAddress,
    /// A foreign number if a `+` is put in front.
    PlusMissing,
    /// A number of this country if a zero is put in front, as spreadsheets lose it.
    ZeroMissing,
    /// The length is right, but nobody has numbers like this, as far as we know.
    NotInUse,
    /// Shorter than numbers of that country are.
    LooksTooShort,
    /// Longer than numbers of that country are.
    LooksTooLong,
    /// Several numbers; the first was taken.
    SeveralNumbers,
    /// Whether the last digits are an extension is a guess.
    ExtensionGuessed,
    /// A number in the middle of other words.
    WordsAround,
    /// It is written in a form that its country has given up, with digits that were put in since.
    OldForm,
}

/// Why something is no phone number. `code` is stable; the user interface has words for every one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum NotANumber {
    #[error("there is nothing to read: give a phone number")]
    Empty,
    #[error("there are no digits in it: give a phone number")]
    NoDigits,
    #[error("it is too short for a phone number: give it with its area code, or with + and the country code")]
    TooShort,
    #[error("it is too long for a phone number, which has at most 15 digits: give one number only")]
    TooLong,
    #[error("it is no number of this country: give it with + and the country code")]
    NotFromHere,
    #[error("no country has this code after the +: check the first digits")]
    UnknownCountryCode,
    #[error(
        "it looks like an order, invoice or tax number: if it is a phone number, give it with + and the country code"
    )]
    OrderNumber,
    #[error("it looks like a date or a time: if it is a phone number, give it with + and the country code")]
    Date,
    #[error("it looks like the number of a payment card: never dial or store one")]
    CardNumber,
    #[error("it is an e-mail or network address: give a phone number")]
    Address,
    #[error("there are letters in it: give the number in digits")]
    Letters,
    #[error("there are characters in it that no phone number has: give the number in digits")]
    Symbols,
    #[error("it begins with a code of the telephone network: give the number without it")]
    ServiceCode,
    #[error("a spreadsheet has rounded it and its last digits are lost: give the whole number")]
    LostDigits,
    #[error("the caller withheld the number: it cannot be called back")]
    Withheld,
}

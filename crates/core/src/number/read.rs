//! Reading: from a text to a party, or to the reason why it is none.
//!
//! The steps: take the link apart ([`super::link`]), take the text to pieces ([`super::pieces`]), choose the number
//! among them and the extension behind it, look whether it is rather something else ([`super::shape`]), and find out
//! which number the digits mean ([`super::outside`]).
//!
//! Decisions: where a field holds several numbers, the first one is read, and the reading is unsure. An internal number
//! is digits and nothing else (a label before it is allowed); `10-1` or `room 101` is none.

use super::{
    Certainty, NotANumber, Number, Party, Reading, UnsureReason,
    caution::EVERYWHERE,
    choose::{Candidate, Row, candidates},
    codes,
    link::{self, Link},
    outside::{self, Home, Manner, Outside},
    pieces::pieces,
    scientific::{Scientific, scientific},
    shape::{Shape, shape},
    tidy::tidy,
    vanity,
};
use std::ops::RangeInclusive;

/// Longer texts are not even looked at.
pub(super) const MAX_TEXT: usize = 256;

/// Ends a text that we cut; a number with it is a part of something and is not read.
pub(super) const CUT: char = '…';

/// More digits in one row are no number and no two numbers either.
const MAX_ROW: usize = 40;

/// The country code of the countries where letters stand for digits.
const NORTH_AMERICA: u16 = 1;

/// Other digits in the text are another telephone number from this length on; shorter ones are a house number or so.
const MIN_OTHER: usize = 6;

/// How numbers are read at one place.
pub(super) struct Reader<'a> {
    pub home: Home<'a>,
    pub internal: RangeInclusive<u8>,
    /// The text comes from a PBX, in a place where it always sends a number.
    pub is_from_pbx: bool,
}

impl Reader<'_> {
    pub fn read(&self, text: &str) -> Result<Reading, NotANumber> {
        if text.chars().nth(MAX_TEXT).is_some() {
            return Err(NotANumber::TooLong);
        }
        let tidied = tidy(text);
        let link = match link::take_apart(&tidied)? {
            None if self.is_from_pbx => link::address(&tidied),
            link => link,
        };
        match link {
            Some(link) => self.read_link(&link),
            None => self.read_plain(link::without_name(&tidied), None, self.is_from_pbx),
        }
    }

    fn read_link(&self, link: &Link) -> Result<Reading, NotANumber> {
        let Some(context) = &link.context else {
            return self.read_plain(&link.number, link.extension.as_deref(), true);
        };
        // A local number and what makes it worldwide. An internal number with a context stays one.
        let digits: String = link.number.chars().filter(char::is_ascii_digit).collect();
        let composed = if link.number.contains('+') {
            Err(NotANumber::Empty)
        } else {
            outside::worldwide(&format!("{context}{digits}"))
        };
        if let Ok(outside) = &composed
            && outside.is_valid()
        {
            return Ok(reading(party(&outside.digits, link.extension.clone()), outside.doubt));
        }
        let plain = self.read_plain(&link.number, link.extension.as_deref(), true);
        match (plain, composed) {
            (Err(_), Ok(outside)) => Ok(reading(party(&outside.digits, link.extension.clone()), outside.doubt)),
            (plain, _) => plain,
        }
    }

    fn read_plain(&self, text: &str, extension: Option<&str>, is_surely_a_number: bool) -> Result<Reading, NotANumber> {
        let text = trim_spreadsheet(text);
        if let Some(coded) = codes::behind_marks(text) {
            let behind = self.read_pieces(coded.rest, extension, is_surely_a_number)?;
            return self.coded(behind, coded.calls);
        }
        match scientific(text) {
            Some(Scientific::Whole(digits)) => return self.read_pieces(&digits, extension, is_surely_a_number),
            Some(Scientific::Rounded) => return Err(NotANumber::LostDigits),
            None => {}
        }
        let text = &*codes::without_placeholder(text);
        let in_digits = vanity::in_digits(text, self.home.zone.code == NORTH_AMERICA);
        let text = in_digits.as_deref().unwrap_or(text);
        let read = self.read_pieces(text, extension, is_surely_a_number);
        if read.as_ref().is_ok_and(exists) {
            return read;
        }
        match self.behind_digits(text) {
            Some(behind) => self.coded(behind, true),
            None => read,
        }
    }

    /// A number behind a code of the network. A PBX reports what was dialled; a person is told what is in the way.
    fn coded(&self, behind: Reading, calls: bool) -> Result<Reading, NotANumber> {
        if self.is_from_pbx && calls { Ok(behind) } else { Err(NotANumber::ServiceCode) }
    }

    /// The number behind a code of digits (`141 020…`), if one is there.
    fn behind_digits(&self, text: &str) -> Option<Reading> {
        let is_digits = text.chars().all(|c| c.is_ascii_digit() || " -()./".contains(c));
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let behind = codes::behind_digits(self.home.territory, &digits).filter(|_| is_digits)?;
        let found = self.home.clear_digits(behind)?;
        Some(reading(party(&found, None), None))
    }

    fn read_pieces(
        &self,
        text: &str,
        extension: Option<&str>,
        is_surely_a_number: bool,
    ) -> Result<Reading, NotANumber> {
        let pieces = pieces(text);
        let mut refusal = None;
        for candidate in candidates(text, &pieces, self.home.outside_prefix)? {
            match self.read_candidate(candidate, extension, is_surely_a_number) {
                Ok(reading) => return Ok(reading),
                // What is said of the likeliest one is what helps.
                Err(reason) => refusal = refusal.or(Some(reason)),
            }
        }
        Err(refusal.unwrap_or(NotANumber::NoDigits))
    }

    fn read_candidate(
        &self,
        candidate: Candidate,
        extension: Option<&str>,
        is_surely_a_number: bool,
    ) -> Result<Reading, NotANumber> {
        let row = Row::new(candidate.number.text);
        if row.digits.len() > MAX_ROW {
            return Err(NotANumber::TooLong);
        }
        // A PBX may well send digits that look like a date; dots and dashes it does not put into numbers.
        let shape = shape(row.written).filter(|_| !(row.has_plus || self.is_from_pbx && row.is_plain));
        if let Some(Shape::Certainly(reason)) = shape {
            return Err(reason);
        }
        if let Some(refusal) = candidate.refusal {
            return Err(refusal);
        }
        let extension = extension.map(str::to_owned).or(candidate.extension);
        if let Some(digits) = self.internal(&row).filter(|_| extension.is_none()) {
            if candidate.has_words {
                return Err(NotANumber::Letters);
            }
            let is_one_of_several = (candidate.others > 0).then_some(UnsureReason::SeveralNumbers);
            let is_clear = || self.home.is_clear(&digits).then_some(UnsureReason::InternalOrOutside);
            let doubt = is_one_of_several.or_else(is_clear);
            return Ok(reading(Party::Internal { digits }, doubt));
        }
        let manner = Manner { is_plain: row.is_plain, is_surely_a_number };
        let read = self.row(&row, manner);
        let (outside, tail, guess) = match (read, shape) {
            // One foreign number in ten passes the check of payment cards: whole, it is a number that networks issue.
            (read, Some(Shape::Perhaps(reason @ NotANumber::CardNumber, _))) => {
                let is_whole = |tail: &Option<String>, guess: &Option<_>| tail.is_none() && guess.is_none();
                let issued = |(outside, tail, guess): &(Outside, _, _)| outside.is_worldwide() && is_whole(tail, guess);
                read.ok().filter(issued).ok_or(reason)?
            }
            // Not even a valid number: then it is what it looks like.
            (read, Some(Shape::Perhaps(reason, _))) => {
                read.ok().filter(|(outside, ..)| outside.is_clear()).ok_or(reason)?
            }
            // A plus in front of a card's number makes none of it that a telephone could call.
            (read, None) if row.has_plus && is_card(row.written) => {
                read.ok().filter(|(outside, ..)| outside.is_valid()).ok_or(NotANumber::CardNumber)?
            }
            (read, _) => read.map_err(|reason| match reason {
                NotANumber::TooShort if candidate.has_letters => NotANumber::Letters,
                reason => reason,
            })?,
        };
        if candidate.has_words && !outside.is_valid() {
            return Err(NotANumber::Letters);
        }
        let looks_otherwise = match shape {
            Some(Shape::Perhaps(_, doubt)) if !is_surely_a_number => Some(doubt),
            _ => None,
        };
        let doubt = looks_otherwise
            .or(outside.doubt)
            .or(guess)
            .or((candidate.others >= MIN_OTHER).then_some(UnsureReason::SeveralNumbers))
            .or((candidate.has_words || candidate.others > 0).then_some(UnsureReason::WordsAround));
        Ok(reading(party(&outside.digits, extension.or(tail)), doubt))
    }

    /// The digits as an internal number, if they are one.
    fn internal(&self, row: &Row) -> Option<String> {
        let length = u8::try_from(row.digits.len()).unwrap_or(u8::MAX);
        let is_prefix = row.digits == "00" || self.home.territory.trunk_prefix() == Some(&row.digits);
        let is_one = self.internal.contains(&length) && !is_prefix && row.digits.bytes().any(|b| b != b'0');
        let may_be = row.is_plain && !row.has_plus;
        // Emergency numbers work from every telephone, whatever length internal numbers have here.
        (may_be && (is_one || EVERYWHERE.contains(&row.digits.as_str()))).then(|| row.digits.clone())
    }

    /// The number that a row of digits means, the extension at its end, and whether that was a guess.
    fn row(&self, row: &Row, manner: Manner) -> Result<(Outside, Option<String>, Option<UnsureReason>), NotANumber> {
        let whole = self.digits(&row.digits, row.has_plus, manner);
        if row.is_plain || whole.as_ref().is_ok_and(Outside::is_valid) {
            return whole.map(|outside| (outside, None, None));
        }
        // `06 1 234 5678/12`, `06 30 123 4567 / 06 20 765 4321`, `06 30 123 4567 06 20 765 4321`.
        for (at, separator) in row.written.char_indices().filter(|(_, c)| matches!(c, '/' | '(' | ' ' | '-')) {
            let (left, right) = (Row::new(&row.written[..at]), Row::new(&row.written[at..]));
            let is_extension = matches!(separator, '/' | '(') && right.is_plain && right.digits.len() <= 5;
            let is_number = || self.digits(&right.digits, false, manner).is_ok_and(|outside| outside.is_valid());
            if !(is_extension || right.digits.len() >= 6 && (separator == '/' || is_number())) {
                continue;
            }
            if let Some(outside) = self.digits(&left.digits, row.has_plus, manner).ok().filter(Outside::is_valid) {
                return Ok(if is_extension {
                    (outside, Some(right.digits), Some(UnsureReason::ExtensionGuessed))
                } else {
                    (outside, None, Some(UnsureReason::SeveralNumbers))
                });
            }
        }
        whole.map(|outside| (outside, None, None))
    }

    fn digits(&self, digits: &str, has_plus: bool, manner: Manner) -> Result<Outside, NotANumber> {
        if !has_plus {
            return self.home.read(digits, manner);
        }
        match outside::worldwide(digits) {
            // `+06 30 …`: some PBXs put a plus before whatever they have.
            Err(NotANumber::UnknownCountryCode) => {
                self.home.read(digits, manner).ok().filter(Outside::is_valid).ok_or(NotANumber::UnknownCountryCode)
            }
            read => read,
        }
    }
}

fn reading(party: Party, doubt: Option<UnsureReason>) -> Reading {
    Reading { party, certainty: doubt.map_or(Certainty::Sure, |why| Certainty::Unsure { why }) }
}

/// Whether a number like this can exist, as far as we know.
pub(super) fn exists(reading: &Reading) -> bool {
    use UnsureReason::{LooksTooLong, LooksTooShort, NotInUse};
    !matches!(reading.certainty, Certainty::Unsure { why: NotInUse | LooksTooShort | LooksTooLong })
}

fn party(digits: &str, extension: Option<String>) -> Party {
    Party::Outside(Number { e164: format!("+{digits}"), extension })
}

/// `="06301234567"`, `'06301234567` and `36301234567.0` are what spreadsheets and scripts make of numbers.
fn trim_spreadsheet(text: &str) -> &str {
    let text = text.trim().trim_start_matches('=').trim_matches(|c: char| matches!(c, '"' | '\'') || c.is_whitespace());
    match text.strip_suffix(".0") {
        Some(whole) if whole.len() >= 7 && whole.bytes().all(|b| b.is_ascii_digit()) => whole,
        _ => text,
    }
}

fn is_card(written: &str) -> bool {
    shape(written) == Some(Shape::Certainly(NotANumber::CardNumber))
}

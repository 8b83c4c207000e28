//! One property of a card: its name, its parameters, and its value as text.

use super::{letters, vcard::Fault};
use base64::Engine;
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use std::borrow::Cow;

/// What is in a card that says nothing of its letters.
#[derive(Debug, Clone)]
pub(super) struct Around {
    pub letters: &'static Encoding,
    /// `HU`; the last word where nothing else tells.
    pub country: String,
}

/// How a value is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Written {
    Plain,
    QuotedPrintable,
    Base64,
}

/// Names of properties, for telling one from the next line of a note.
const PROPERTIES: &[&str] = &[
    "BEGIN",
    "END",
    "VERSION",
    "N",
    "FN",
    "NICKNAME",
    "PHOTO",
    "BDAY",
    "ANNIVERSARY",
    "GENDER",
    "ADR",
    "LABEL",
    "TEL",
    "EMAIL",
    "IMPP",
    "LANG",
    "TZ",
    "GEO",
    "TITLE",
    "ROLE",
    "LOGO",
    "ORG",
    "MEMBER",
    "RELATED",
    "CATEGORIES",
    "NOTE",
    "PRODID",
    "REV",
    "SORT-STRING",
    "SOUND",
    "UID",
    "CLIENTPIDMAP",
    "URL",
    "KEY",
    "CLASS",
    "MAILER",
    "AGENT",
    "PROFILE",
    "SOURCE",
    "NAME",
    "KIND",
    "XML",
    "FBURL",
    "CALURI",
    "CALADRURI",
];

/// The property with its parameters, and its value.
pub(super) fn split_head(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut quoted = false;
    let at = line.iter().position(|byte| {
        quoted ^= *byte == b'"';
        *byte == b':' && !quoted
    })?;
    Some((&line[..at], &line[at + 1..]))
}

/// The property's name without its group, in capitals.
pub(super) fn name(line: &[u8]) -> String {
    let end = line.iter().position(|byte| matches!(byte, b':' | b';')).unwrap_or(0);
    let name = String::from_utf8_lossy(&line[..end]).trim().to_ascii_uppercase();
    name.rsplit_once('.').map_or(name.clone(), |(_, name)| name.to_owned())
}

/// Whether a line begins a property, rather than goes on with a note: `Tel: 06 1 …` is what somebody wrote.
pub(super) fn starts_property(line: &[u8]) -> bool {
    let is_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    let end = line.iter().position(|byte| !is_of_name(byte)).unwrap_or(line.len());
    let Some(b':' | b';') = line.get(end) else { return false };
    let written = line[..end].rsplit(|byte| *byte == b'.').next().unwrap_or_default();
    let upper = String::from_utf8_lossy(written).to_ascii_uppercase();
    let is_spaced = line.get(end) == Some(&b':') && line.get(end + 1) == Some(&b' ');
    let in_capitals = !written.iter().any(u8::is_ascii_lowercase) && written.iter().any(u8::is_ascii_uppercase);
    let in_small = !written.iter().any(u8::is_ascii_uppercase);
    if PROPERTIES.contains(&upper.as_str()) {
        return !is_spaced || in_capitals || in_small;
    }
    upper.starts_with("X-") || in_capitals && !is_spaced
}

pub(super) fn split_outside_quotes(text: &str, at: char) -> Vec<&str> {
    let mut quoted = false;
    text.split(|letter| {
        quoted ^= letter == '"';
        letter == at && !quoted
    })
    .collect()
}

#[derive(Debug, Clone, Default)]
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Of a property's head, behind its name.
    pub fn read<'a>(parts: impl Iterator<Item = &'a str>) -> Self {
        Self(parts.map(parameter).collect())
    }

    pub fn first(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn charset(&self) -> Option<&'static Encoding> {
        self.first("CHARSET").and_then(letters::named)
    }

    fn written(&self) -> Written {
        let words: Vec<String> = self.all("ENCODING").map(|word| word.trim().to_ascii_uppercase()).collect();
        let says = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
        if says(&["QUOTED-PRINTABLE", "QUOTED", "QUOTEDPRINTABLE", "QUOTED_PRINTABLE", "QP", "Q"]) {
            Written::QuotedPrintable
        } else if says(&["BASE64", "B"]) {
            Written::Base64
        } else {
            Written::Plain
        }
    }

    /// The label somebody made up on a phone: `X-CUSTOM(CHARSET=UTF-8,ENCODING=QUOTED-PRINTABLE,=4C=61)`.
    pub fn custom_label(&self, around: &Around) -> Option<String> {
        let inside = self.all("TYPE").find_map(|word| {
            let (name, inside) = word.split_once('(')?;
            name.eq_ignore_ascii_case("X-CUSTOM").then(|| inside.trim_end_matches(')'))
        })?;
        let mut parts: Vec<&str> = inside.split(',').collect();
        let text = parts.pop()?;
        decode(text.as_bytes(), &Self::read(parts.into_iter()), None, around).ok()
    }
}

/// `TYPE=cell`; in 2.1 only `CELL`, and `QUOTED-PRINTABLE`. RFC 6868 tells how a value may have quotation marks and ends of
/// lines.
fn parameter(text: &str) -> (String, String) {
    if let Some((name, value)) = text.split_once('=').filter(|(name, _)| !name.contains('(')) {
        return (name.trim().to_ascii_uppercase(), uncircumflexed(value.trim().trim_matches('"')));
    }
    let word = text.trim().trim_matches('"');
    let upper = word.to_ascii_uppercase();
    let is_encoding = matches!(upper.as_str(), "QUOTED-PRINTABLE" | "QUOTED" | "BASE64" | "8BIT" | "7BIT");
    (if is_encoding { "ENCODING" } else { "TYPE" }.to_owned(), uncircumflexed(word))
}

fn uncircumflexed(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let meant = match (letter, letters.peek()) {
            ('^', Some('n')) => '\n',
            ('^', Some('\'')) => '"',
            ('^', Some('^')) => '^',
            _ => {
                plain.push(letter);
                continue;
            }
        };
        letters.next();
        plain.push(meant);
    }
    plain
}

pub(super) fn is_quoted_printable(line: &[u8]) -> bool {
    let Some((head, _)) = split_head(line) else { return false };
    let head = String::from_utf8_lossy(head);
    Parameters::read(split_outside_quotes(&head, ';').into_iter().skip(1)).written() == Written::QuotedPrintable
}

/// A value as text: in the letters it names, else those its card names, else as its bytes tell.
pub(super) fn decode(
    value: &[u8],
    parameters: &Parameters,
    of_card: Option<&'static Encoding>,
    around: &Around,
) -> Result<String, Fault> {
    let bytes = match parameters.written() {
        Written::Plain => Cow::Borrowed(value),
        Written::QuotedPrintable => Cow::Owned(from_quoted_printable(value)),
        Written::Base64 => Cow::Owned(from_base64(value).ok_or(Fault::Broken)?),
    };
    let utf8 = std::str::from_utf8(&bytes).ok();
    let as_letters = |encoding: &'static Encoding| {
        let (text, broken) = encoding.decode_without_bom_handling(&bytes);
        (!broken && encoding != UTF_8).then(|| text.into_owned())
    };
    // What is called Latin-1 is often UTF-8: as Latin-1 it would be no words.
    let stated = parameters.charset().filter(|stated| utf8.is_none() || *stated != WINDOWS_1252);
    if let Some(text) = stated.and_then(as_letters) {
        return Ok(text);
    }
    if let Some(text) = utf8 {
        return Ok(text.to_owned());
    }
    if let Some(text) = of_card.and_then(as_letters) {
        return Ok(text);
    }
    let guessed = letters::of_value(&bytes, around.letters, &around.country);
    let text = as_letters(guessed).filter(|text| !text.chars().any(|letter| ('\u{80}'..'\u{a0}').contains(&letter)));
    text.ok_or(Fault::Broken)
}

fn from_base64(text: &[u8]) -> Option<Vec<u8>> {
    let packed: Vec<u8> = text.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    base64::engine::general_purpose::STANDARD.decode(packed).ok()
}

/// The byte of two hexadecimal digits.
pub(super) fn hex(digits: &[u8]) -> Option<u8> {
    let digit = |at: usize| char::from(*digits.get(at)?).to_digit(16);
    u8::try_from(digit(0)? * 16 + digit(1)?).ok()
}

fn from_quoted_printable(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, tail)) = rest.split_first() {
        match hex(tail).filter(|_| *first == b'=') {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    bytes
}

/// The parts of a structured value, unescaped.
pub(super) fn components(text: &str, between: char) -> Vec<String> {
    let mut escaped = false;
    text.split(|letter| {
        let splits = letter == between && !escaped;
        escaped = letter == '\\' && !escaped;
        splits
    })
    .map(|part| unescaped(part).trim().to_owned())
    .collect()
}

pub(super) fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some('n' | 'N') => plain.push('\n'),
                Some(escaped) => plain.push(escaped),
                None => plain.push('\\'),
            },
            other => plain.push(other),
        }
    }
    plain
}

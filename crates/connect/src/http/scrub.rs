//! Taking secrets out of what a PBX says, before anybody reads it.
//!
//! A PBX may repeat our request in its error message, and credentials travel in URLs (vipex.md, Basics). Every way a secret may be
//! written is looked for; where one hides so that it can only be found by decoding, the whole text goes.

use super::percent;
use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
    prelude::BASE64_STANDARD,
};
use std::{borrow::Cow, fmt};

pub(crate) const HIDDEN: &str = "•••";
const WITHHELD: &str = "the PBX's message repeats the password or key, and is not shown";

/// What may not be read. `Debug` shows none of it.
///
/// Making one costs more than looking with it: it is made once, where that can be.
#[derive(Clone, Default)]
pub(crate) struct Scrub {
    plain: Vec<String>,
    /// Every way of writing; the longest at a place counts.
    written: Option<AhoCorasick>,
    /// As they are.
    bare: Option<AhoCorasick>,
    /// In bytes.
    shortest: usize,
    longest: usize,
}

impl fmt::Debug for Scrub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scrub({} secrets)", self.plain.len())
    }
}

impl Scrub {
    pub fn new<'a>(secrets: impl Iterator<Item = &'a str>) -> Self {
        Self::of_kind(AhoCorasickKind::ContiguousNFA, secrets)
    }

    /// For one push: made fast.
    pub fn for_once<'a>(secrets: impl Iterator<Item = &'a str>) -> Self {
        Self::of_kind(AhoCorasickKind::NoncontiguousNFA, secrets)
    }

    fn of_kind<'a>(kind: AhoCorasickKind, secrets: impl Iterator<Item = &'a str>) -> Self {
        let plain: Vec<String> = secrets.filter(|secret| !secret.is_empty()).map(str::to_owned).collect();
        let mut written: Vec<String> = plain.iter().flat_map(|secret| ways(secret)).collect();
        written.sort_unstable();
        written.dedup();
        let finder = |texts: &[String]| {
            let mut builder = AhoCorasick::builder();
            let finder = builder.kind(Some(kind)).match_kind(MatchKind::LeftmostLongest).build(texts);
            (!texts.is_empty()).then(|| finder.expect("BUG: secrets are few and short"))
        };
        Self {
            written: finder(&written),
            bare: finder(&plain),
            shortest: plain.iter().map(String::len).min().unwrap_or_default(),
            longest: written.iter().map(String::len).max().unwrap_or_default(),
            plain,
        }
    }

    /// How many bytes the longest way of writing a secret has.
    pub fn longest(&self) -> usize {
        self.longest
    }

    /// The text without secrets, control characters and line breaks, at most 300 characters.
    pub fn clean(&self, text: &str) -> String {
        let Some(clean) = self.hide(text) else { return WITHHELD.to_owned() };
        let words: Vec<&str> =
            clean.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).collect();
        words.join(" ").chars().take(300).collect()
    }

    /// The text without secrets; nothing where one of them hides so that it shows only when it is decoded.
    pub fn hide<'a>(&self, text: &'a str) -> Option<Cow<'a, str>> {
        let clean = match self.written.as_ref().filter(|written| written.is_match(text)) {
            None => Cow::Borrowed(text),
            Some(written) => {
                let mut clean = String::with_capacity(text.len());
                written.replace_all_with(text, &mut clean, |_, _, clean| {
                    clean.push_str(HIDDEN);
                    true
                });
                Cow::Owned(clean)
            }
        };
        (!self.shows_when_decoded(&clean)).then_some(clean)
    }

    fn is_in(&self, text: &[u8]) -> bool {
        self.bare.as_ref().is_some_and(|bare| bare.is_match(text))
    }

    fn shows_when_decoded(&self, text: &str) -> bool {
        if self.plain.is_empty() {
            return false;
        }
        let mut last = Cow::Borrowed(text);
        for _ in 0..DRESSES {
            if self.hides_in_words(&last) {
                return true;
            }
            if last.contains('+') && self.is_in(undressed(&last.replace('+', " ")).as_bytes()) {
                return true;
            }
            let next = undressed(&last);
            if next == last {
                return false;
            }
            if self.is_in(next.as_bytes()) {
                return true;
            }
            last = Cow::Owned(next.into_owned());
        }
        self.hides_in_words(&last)
    }

    /// `Authorization: Basic …` holds the password too.
    fn hides_in_words(&self, text: &str) -> bool {
        let standard = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/');
        let of_urls = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        // What is too short for any of them is not decoded.
        let words = |is_part: fn(char) -> bool| {
            text.split(move |c: char| !is_part(c)).filter(|word| word.len() >= 4 && word.len() * 3 / 4 >= self.shortest)
        };
        let mut read = Vec::new();
        for word in words(standard) {
            read.clear();
            if LENIENT_BASE64.decode_vec(word, &mut read).is_ok() && self.holds(&read) {
                return true;
            }
            if word.len() / 2 >= self.shortest && read_hex(word, &mut read) && self.holds(&read) {
                return true;
            }
        }
        if text.contains(['-', '_']) {
            for word in words(of_urls) {
                read.clear();
                if LENIENT_BASE64_OF_URLS.decode_vec(word, &mut read).is_ok() && self.holds(&read) {
                    return true;
                }
            }
        }
        false
    }

    fn holds(&self, bytes: &[u8]) -> bool {
        let is_dressed = bytes.iter().any(|byte| matches!(byte, b'%' | b'&' | b'\\'));
        self.is_in(bytes) || (is_dressed && self.is_in(undressed(&String::from_utf8_lossy(bytes)).as_bytes()))
    }
}

/// Whether the word is written in hexadecimal, and its bytes.
fn read_hex(word: &str, read: &mut Vec<u8>) -> bool {
    read.clear();
    if !word.len().is_multiple_of(2) || !word.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return false;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok()).unwrap_or_default();
    read.extend(word.as_bytes().chunks_exact(2).map(|pair| digit(pair[0]) * 16 + digit(pair[1])));
    true
}

/// How often one writing may stand in another.
pub(crate) const DRESSES: usize = 4;

/// The text with what is written as `%41`, `&#65;`, `&amp;`, `\u0041` or `\"` read once.
pub(crate) fn undressed(text: &str) -> Cow<'_, str> {
    let mut read = Cow::Borrowed(text);
    if read.contains('%') {
        let bytes = percent_decoded(read.as_bytes());
        read = Cow::Owned(String::from_utf8_lossy(&bytes).into_owned());
    }
    if read.contains('&') {
        read = Cow::Owned(without_entities(&read));
    }
    if read.contains('\\') {
        read = Cow::Owned(without_escapes(&read));
    }
    read
}

fn percent_decoded(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        let pair = text.get(at + 1..at + 3).filter(|_| *byte == b'%').and_then(|pair| std::str::from_utf8(pair).ok());
        let read = pair.filter(|pair| pair.bytes().all(|b| b.is_ascii_hexdigit()));
        match read.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(decoded) => {
                bytes.push(decoded);
                at += 3;
            }
            None => {
                bytes.push(*byte);
                at += 1;
            }
        }
    }
    bytes
}

fn without_entities(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, entity)) = rest.split_once('&') {
        plain.push_str(before);
        // The longest is a number of seven digits.
        let end = entity.char_indices().take(10).find(|(_, c)| *c == ';').map(|(at, _)| at);
        let read = end.and_then(|end| Some((character(&entity[..end])?, end)));
        match read {
            Some((c, end)) => {
                plain.push(c);
                rest = &entity[end + 1..];
            }
            None => {
                plain.push('&');
                rest = entity;
            }
        }
    }
    plain.push_str(rest);
    plain
}

fn character(entity: &str) -> Option<char> {
    match entity {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = entity.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)
        }
    }
}

fn without_escapes(text: &str) -> String {
    let mut units: Vec<u16> = Vec::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let mut ahead = rest.clone();
        let unit = match (c, ahead.next()) {
            ('\\', Some('u')) => {
                let digits: String = ahead.by_ref().take(4).collect();
                u16::from_str_radix(&digits, 16).ok().filter(|_| digits.len() == 4)
            }
            ('\\', Some(escaped @ ('"' | '\\' | '/' | '\''))) => u16::try_from(u32::from(escaped)).ok(),
            ('\\', Some('n' | 'r' | 't')) => Some(u16::from(b' ')),
            _ => None,
        };
        match unit {
            Some(unit) => {
                units.push(unit);
                rest = ahead;
            }
            None => units.extend(c.encode_utf16(&mut [0; 2]).iter()),
        }
    }
    String::from_utf16_lossy(&units)
}

/// Whether the padding was cut off or not.
const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
pub(crate) const LENIENT_BASE64: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const LENIENT_BASE64_OF_URLS: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

fn ways(secret: &str) -> Vec<String> {
    let percent = percent::encode(secret);
    let form: String = form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let json = serde_json::Value::from(secret).to_string();
    let xml = secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    vec![
        percent.to_ascii_lowercase(),
        form.to_ascii_lowercase(),
        percent,
        form,
        json[1..json.len() - 1].to_owned(),
        xml,
        BASE64_STANDARD.encode(secret),
        secret.to_owned(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_taken_out_however_it_is_written() {
        let secret = "p&ss w\"ör%d";
        let scrub = Scrub::new([secret, ""].into_iter());
        let echoes = [
            format!("wrong password {secret} for crm"),
            format!("GET /api?password={}&x=1", percent::encode(secret)),
            format!("GET /api?password={}&x=1", percent::encode(secret).to_ascii_lowercase()),
            format!("form {}", form_urlencoded::byte_serialize(secret.as_bytes()).collect::<String>()),
            format!("json {}", serde_json::json!({ "p": secret })),
            format!("key {}", BASE64_STANDARD.encode(secret)),
        ];
        for echo in echoes {
            let clean = scrub.clean(&echo);
            assert!(clean.contains(HIDDEN), "{echo} became {clean}");
            assert!(!clean.contains("ör%d") && !clean.contains("%C3%B6r"), "{echo} became {clean}");
        }
    }

    #[test]
    fn a_secret_that_only_shows_when_decoded_takes_the_whole_text_with_it() {
        let scrub = Scrub::new(["hunter2"].into_iter());
        assert_eq!(scrub.clean("tried %68unter2"), WITHHELD);
        assert_eq!(scrub.clean("tried %2568unter2"), WITHHELD);
        let basic = BASE64_STANDARD.encode("crm:hunter2");
        assert_eq!(scrub.clean(&format!("Authorization: Basic {basic}")), WITHHELD);
        assert_eq!(scrub.clean(&format!("Basic {} is wrong", basic.trim_end_matches('='))), WITHHELD);
    }

    #[test]
    fn what_holds_no_secret_stays_and_is_short() {
        let scrub = Scrub::new(["hunter2"].into_iter());
        assert_eq!(scrub.clean(" no such\r\nextension\u{7} 100% "), "no such extension 100%");
        assert_eq!(scrub.clean(&"é".repeat(1000)).chars().count(), 300);
    }
}

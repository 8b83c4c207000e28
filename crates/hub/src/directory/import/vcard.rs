//! vCard 2.1, 3.0 and 4.0, card by card, in bounded memory.
//!
//! Pictures and sounds are passed over. Lines are unfolded, quoted-printable is decoded with its own charset, the
//! labels of Apple's and Google's cards (`item1.X-ABLabel`) are understood.

use super::{ImportTarget, columns::repeats, mapping::Value};
use encoding_rs::{Encoding, UTF_8};
use std::io::{self, BufRead};

/// Of a longer property only the beginning is read.
const LONGEST: usize = 64 << 10;
/// What follows after so many is left out.
const MOST_PROPERTIES: usize = 2_000;

/// What of a card can be mapped, in the order of the preview's columns.
pub(super) const COLUMNS: [(&str, ImportTarget); 12] = [
    ("FN", ImportTarget::Name),
    ("N (given)", ImportTarget::FirstName),
    ("N (family)", ImportTarget::LastName),
    ("ORG", ImportTarget::Company),
    ("TITLE", ImportTarget::Role),
    ("EMAIL", ImportTarget::Email),
    ("TEL", ImportTarget::Number),
    ("CATEGORIES", ImportTarget::Tags),
    ("NOTE", ImportTarget::Notes),
    ("URL", ImportTarget::Link),
    ("UID", ImportTarget::ExternalId),
    ("X-RINGCARD-VIP", ImportTarget::Vip),
];

/// Written by us with the field's name as a parameter; always taken.
pub(in crate::directory) const FIELD: &str = "X-RINGCARD-FIELD";
/// A label that is none of vCard's own words.
pub(in crate::directory) const LABEL: &str = "X-RINGCARD-LABEL";

/// What came next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Card {
    /// Its values by the place in [`COLUMNS`], and free fields.
    Whole(Vec<(Property, Value)>),
    /// The same of a card with too many lines: what came after them is not among its values.
    Beginning(Vec<(Property, Value)>),
    Refused(Fault),
    End,
}

/// Where in the preview a value belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Property {
    Column(usize),
    Field,
}

/// Why a card was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    NoEnd,
    /// Bytes that are no letters of the file's encoding.
    Broken,
}

pub(super) struct Cards<R> {
    input: R,
    /// A line that was read and belongs to what comes next.
    kept: Option<ContentLine>,
    inside: bool,
}

struct ContentLine {
    bytes: Vec<u8>,
    cut: bool,
}

impl<R: BufRead> Cards<R> {
    pub fn new(input: R) -> Self {
        Self { input, kept: None, inside: false }
    }

    pub fn next(&mut self) -> io::Result<Card> {
        while !self.inside {
            match self.line()? {
                None => return Ok(Card::End),
                Some(line) => self.inside = is(&line.bytes, "BEGIN:VCARD"),
            }
        }
        let mut card = Lines::default();
        let mut fault = None;
        loop {
            let Some(line) = self.property()? else {
                self.inside = false;
                return Ok(Card::Refused(Fault::NoEnd));
            };
            if is(&line.bytes, "END:VCARD") {
                self.inside = false;
                let whole = card.lines <= MOST_PROPERTIES;
                let read = |values| if whole { Card::Whole(values) } else { Card::Beginning(values) };
                return Ok(fault.map_or_else(|| read(card.into_values()), Card::Refused));
            }
            if is(&line.bytes, "BEGIN:VCARD") {
                return Ok(Card::Refused(Fault::NoEnd));
            }
            fault = fault.or(card.take(&line).err());
        }
    }

    /// A property with the lines it is folded onto.
    fn property(&mut self) -> io::Result<Option<ContentLine>> {
        let Some(mut line) = self.line()? else { return Ok(None) };
        let quoted_printable = is_quoted_printable(&line.bytes);
        loop {
            let soft_break = quoted_printable && line.bytes.ends_with(b"=");
            let Some(next) = self.line()? else { return Ok(Some(line)) };
            let folded = matches!(next.bytes.first(), Some(b' ' | b'\t'));
            if soft_break {
                line.bytes.pop();
                line.append(&next.bytes, next.cut);
            } else if folded {
                line.append(&next.bytes[1..], next.cut);
            } else {
                self.kept = Some(next);
                return Ok(Some(line));
            }
        }
    }

    /// A line without its end; of a long one only the beginning is kept.
    fn line(&mut self) -> io::Result<Option<ContentLine>> {
        if let Some(kept) = self.kept.take() {
            return Ok(Some(kept));
        }
        let mut line = ContentLine { bytes: Vec::new(), cut: false };
        let mut any = false;
        loop {
            let piece = match self.input.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                piece => piece?,
            };
            if piece.is_empty() {
                break;
            }
            any = true;
            let end = piece.iter().position(|byte| *byte == b'\n');
            let used = end.map_or(piece.len(), |end| end + 1);
            line.append(&piece[..end.unwrap_or(piece.len())], false);
            self.input.consume(used);
            if end.is_some() {
                break;
            }
        }
        if line.bytes.last() == Some(&b'\r') {
            line.bytes.pop();
        }
        Ok(any.then_some(line))
    }
}

impl ContentLine {
    fn append(&mut self, bytes: &[u8], cut: bool) {
        let room = (LONGEST + 1).saturating_sub(self.bytes.len());
        self.cut |= cut || bytes.len() > room;
        self.bytes.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }
}

fn is(line: &[u8], words: &str) -> bool {
    line.trim_ascii().eq_ignore_ascii_case(words.as_bytes())
}

fn is_quoted_printable(line: &[u8]) -> bool {
    let head = line.split(|byte| *byte == b':').next().unwrap_or_default().to_ascii_uppercase();
    head.windows(16).any(|part| part == b"QUOTED-PRINTABLE")
}

/// The properties of a card that anybody wants.
#[derive(Default)]
struct Lines {
    known: Vec<(String, Property, Value)>,
    labels: Vec<(String, String)>,
    is_organisation: bool,
    lines: usize,
}

impl Lines {
    fn take(&mut self, line: &ContentLine) -> Result<(), Fault> {
        self.lines += 1;
        if self.lines > MOST_PROPERTIES {
            return Ok(());
        }
        let Some((head, value)) = split_head(&line.bytes) else { return Ok(()) };
        let Ok(head) = std::str::from_utf8(head) else { return Err(Fault::Broken) };
        let mut parts = split_outside_quotes(head, ';').into_iter();
        let name = parts.next().unwrap_or_default();
        let (group, name) = name.rsplit_once('.').unwrap_or(("", name));
        let name = name.to_ascii_uppercase();
        let wanted = column(&name).is_some() || matches!(name.as_str(), "N" | "ROLE" | "KIND" | "X-ABLABEL" | FIELD);
        if !wanted {
            return Ok(());
        }
        let parameters: Vec<(String, String)> = parts.map(parameter).collect();
        let text = if line.cut || value.len() > LONGEST {
            // Where it is cut, a letter may be. It is too long for whatever it is, which is said there.
            decode(&value[..value.len().min(LONGEST)], &parameters)
                .unwrap_or_else(|_| String::from_utf8_lossy(value).into_owned())
        } else {
            decode(value, &parameters)?
        };
        self.property(group, &name, &parameters, &text);
        Ok(())
    }

    fn property(&mut self, group: &str, name: &str, parameters: &[(String, String)], text: &str) {
        let mut add = |column: &str, text: String, label: Option<String>| {
            if let Some((place, target)) = self::column(column) {
                let value = Value { label, ..Value::new(target, text) };
                self.known.push((group.to_ascii_lowercase(), Property::Column(place), value));
            }
        };
        match name {
            "N" => {
                let parts = components(text, ';');
                let part = |at: usize| parts.get(at).cloned().unwrap_or_default();
                add("N (family)", part(0), None);
                add("N (given)", [part(1), part(2)].join(" ").trim().to_owned(), None);
            }
            "ORG" => {
                let parts: Vec<String> = components(text, ';').into_iter().filter(|part| !part.is_empty()).collect();
                add("ORG", parts.join(", "), None);
            }
            "TEL" => add("TEL", number(text, parameters), Some(label(parameters))),
            "CATEGORIES" => components(text, ',').into_iter().for_each(|tag| add("CATEGORIES", tag, None)),
            "ROLE" => add("TITLE", unescaped(text), None),
            "KIND" => self.is_organisation = text.trim().eq_ignore_ascii_case("org"),
            "X-ABLABEL" => {
                let label = unescaped(text);
                let label = label.trim_start_matches("_$!<").trim_end_matches(">!$_").to_owned();
                self.labels.push((group.to_ascii_lowercase(), label));
            }
            FIELD => {
                let field = parameters.iter().find(|(name, _)| name == "X-NAME").map(|(_, value)| value.clone());
                if let Some(field) = field {
                    let value = Value::new(ImportTarget::Field(field), unescaped(text));
                    self.known.push((String::new(), Property::Field, value));
                }
            }
            _ => add(name, unescaped(text), None),
        }
    }

    fn into_values(mut self) -> Vec<(Property, Value)> {
        let company: Option<String> = self.text_of(&ImportTarget::Company);
        // A card of an organisation must have a name all the same: the organisation's.
        if self.is_organisation && self.text_of(&ImportTarget::Name) == company {
            self.known.retain(|(_, _, value)| value.target != ImportTarget::Name);
        }
        let mut seen = Vec::new();
        // Of e-mail addresses, titles and links the first counts.
        self.known.retain(|(_, _, value)| {
            let first = repeats(&value.target)
                || matches!(value.target, ImportTarget::Field(_))
                || !seen.contains(&value.target);
            seen.push(value.target.clone());
            first
        });
        let labels = self.labels;
        let named = |group: &str| {
            labels.iter().find(|(of, _)| of == group && !group.is_empty()).map(|(_, label)| label.clone())
        };
        self.known
            .into_iter()
            .map(|(group, property, mut value)| {
                if value.target == ImportTarget::Number {
                    value.label = named(&group).or(value.label);
                }
                (property, value)
            })
            .collect()
    }

    fn text_of(&self, target: &ImportTarget) -> Option<String> {
        self.known.iter().find(|(_, _, value)| value.target == *target).map(|(_, _, value)| value.text.clone())
    }
}

fn column(name: &str) -> Option<(usize, ImportTarget)> {
    COLUMNS.iter().position(|(known, _)| *known == name).map(|place| (place, COLUMNS[place].1.clone()))
}

/// The property with its parameters, and its value.
fn split_head(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut quoted = false;
    let at = line.iter().position(|byte| {
        quoted ^= *byte == b'"';
        *byte == b':' && !quoted
    })?;
    Some((&line[..at], &line[at + 1..]))
}

fn split_outside_quotes(text: &str, at: char) -> Vec<&str> {
    let mut quoted = false;
    text.split(|letter| {
        quoted ^= letter == '"';
        letter == at && !quoted
    })
    .collect()
}

/// `TYPE=cell`; in 2.1 only `CELL`. RFC 6868 tells how a value may have quotation marks and ends of lines.
fn parameter(text: &str) -> (String, String) {
    let (name, value) = text.split_once('=').unwrap_or(("TYPE", text));
    (name.to_ascii_uppercase(), uncircumflexed(value.trim_matches('"')))
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

fn decode(value: &[u8], parameters: &[(String, String)]) -> Result<String, Fault> {
    let of = |name: &str| parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let quoted_printable = parameters.iter().any(|(_, value)| value.eq_ignore_ascii_case("QUOTED-PRINTABLE"));
    let charset = of("CHARSET").and_then(|name| Encoding::for_label(name.as_bytes())).unwrap_or(UTF_8);
    if !quoted_printable {
        return std::str::from_utf8(value).map(str::to_owned).map_err(|_| Fault::Broken);
    }
    let bytes = from_quoted_printable(value);
    if charset == UTF_8 {
        return String::from_utf8(bytes).map_err(|_| Fault::Broken);
    }
    Ok(charset.decode_without_bom_handling(&bytes).0.into_owned())
}

fn from_quoted_printable(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, tail)) = rest.split_first() {
        let hex = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()).filter(|_| *first == b'=') {
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
fn components(text: &str, between: char) -> Vec<String> {
    let mut escaped = false;
    text.split(|letter| {
        let splits = letter == between && !escaped;
        escaped = letter == '\\' && !escaped;
        splits
    })
    .map(|part| unescaped(part).trim().to_owned())
    .collect()
}

fn unescaped(text: &str) -> String {
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

/// `tel:+36-30-123-4567;ext=12` and plain numbers.
fn number(text: &str, parameters: &[(String, String)]) -> String {
    let is_uri = parameters.iter().any(|(name, value)| name == "VALUE" && value.eq_ignore_ascii_case("uri"));
    let text = if is_uri { text.to_owned() } else { unescaped(text) };
    text.trim().trim_start_matches("tel:").to_owned()
}

/// What the types of a number say, in the words of [`ringcard_core::customer::CustomerNumber::label`].
fn label(parameters: &[(String, String)]) -> String {
    if let Some((_, own)) = parameters.iter().find(|(name, _)| name == LABEL) {
        return own.clone();
    }
    let types: Vec<String> = parameters
        .iter()
        .filter(|(name, _)| name == "TYPE")
        .flat_map(|(_, value)| value.split(',').map(str::to_ascii_lowercase).collect::<Vec<_>>())
        .collect();
    let has = |name: &str| types.iter().any(|known| known == name);
    let known = ["fax", "cell", "work", "home", "pager"].into_iter().find(|name| has(name));
    if known == Some("cell") { "mobile".to_owned() } else { known.unwrap_or_default().to_owned() }
}

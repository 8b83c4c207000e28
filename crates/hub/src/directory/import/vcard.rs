//! vCard 2.1, 3.0 and 4.0, card by card, in bounded memory.
//!
//! As phones and mail programs write them: folded with or without a space, inside letters, with raw ends of lines in notes,
//! each card in letters of its own. Pictures and sounds are passed over, the labels of Apple's and Google's cards
//! (`item1.X-ABLabel`) are understood.

use super::{
    ImportTarget,
    mapping::Value,
    vcard_line::{
        Around, Parameters, hex, is_quoted_printable, name, split_head, split_outside_quotes, starts_property,
    },
    vcard_values::Lines,
};
use encoding_rs::Encoding;
use std::io::{self, BufRead};

/// Of a longer property only the beginning is read.
pub(super) const LONGEST: usize = 64 << 10;
/// What follows after so many is left out.
pub(super) const MOST_PROPERTIES: usize = 2_000;

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
    Read(Content),
    /// With what of it can be told, for the report.
    Refused(Fault, Vec<(Property, Value)>),
    End,
}

/// What is in a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Content {
    /// Its values by the place in [`COLUMNS`], and free fields.
    pub values: Vec<(Property, Value)>,
    /// There were too many lines: what came after them is not among its values.
    pub is_cut: bool,
    /// A value that names nobody could not be read, and is not among them.
    pub has_broken: bool,
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

/// What cards of a file say of its letters in this line, if they do.
pub(super) fn stated_charset(line: &[u8]) -> Option<&'static Encoding> {
    const WORD: &[u8] = b"CHARSET=";
    let (head, _) = split_head(line)?;
    head.windows(WORD.len()).find(|part| part.eq_ignore_ascii_case(WORD))?;
    let head = String::from_utf8_lossy(head);
    Parameters::read(split_outside_quotes(&head, ';').into_iter().skip(1)).charset()
}

pub(super) struct Cards<R> {
    input: R,
    around: Around,
    /// A line that was read and belongs to what comes next.
    kept: Option<ContentLine>,
    inside: bool,
    /// Whether the writer puts a space in front of what goes on behind a soft break, as far as that is known.
    spaces_continued: Option<bool>,
}

pub(super) struct ContentLine {
    pub bytes: Vec<u8>,
    pub cut: bool,
}

impl<R: BufRead> Cards<R> {
    pub fn new(input: R, around: Around) -> Self {
        Self { input, around, kept: None, inside: false, spaces_continued: None }
    }

    pub fn next(&mut self) -> io::Result<Card> {
        while !self.inside {
            match self.line()? {
                None => return Ok(Card::End),
                Some(line) => self.inside = is(&line.bytes, "BEGIN:VCARD"),
            }
        }
        let mut card = Lines::default();
        let mut nested = false;
        loop {
            let Some(line) = self.property()? else {
                self.inside = false;
                return Ok(Card::Refused(Fault::NoEnd, card.as_far_as_told(&self.around)));
            };
            if is(&line.bytes, "END:VCARD") {
                if std::mem::take(&mut nested) {
                    continue;
                }
                self.inside = false;
                return Ok(card.into_card(&self.around));
            }
            if is(&line.bytes, "BEGIN:VCARD") {
                if card.is_agent() {
                    nested = true;
                    continue;
                }
                return Ok(Card::Refused(Fault::NoEnd, card.as_far_as_told(&self.around)));
            }
            if !nested {
                card.take(line);
            }
        }
    }

    /// A property with the lines it goes on.
    fn property(&mut self) -> io::Result<Option<ContentLine>> {
        let Some(mut line) = self.line()? else { return Ok(None) };
        let is_note = name(&line.bytes) == "NOTE";
        loop {
            let next = self.line()?;
            let broken_softly = soft_break(&line.bytes);
            let Some(next) = next else {
                line.bytes.truncate(broken_softly.unwrap_or(line.bytes.len()));
                return Ok(Some(line));
            };
            let folded = matches!(next.bytes.first(), Some(b' ' | b'\t'));
            match broken_softly {
                Some(end) if folded || !starts_property(&next.bytes) => self.join(&mut line, end, &next),
                None if folded => line.append(&next.bytes[1..], next.cut),
                None if is_note && !starts_property(&next.bytes) => {
                    line.append(b"\n", false);
                    line.append(&next.bytes, next.cut);
                }
                _ => {
                    line.bytes.truncate(broken_softly.unwrap_or(line.bytes.len()));
                    self.kept = Some(next);
                    return Ok(Some(line));
                }
            }
        }
    }

    /// What is behind a soft break, and whether the space in front of it belongs to the text.
    fn join(&mut self, line: &mut ContentLine, end: usize, next: &ContentLine) {
        let Some((b' ' | b'\t', behind)) = next.bytes.split_first() else {
            if next.bytes.first().is_some_and(|byte| *byte != b'=') {
                self.spaces_continued = Some(false);
            }
            line.bytes.truncate(end);
            return line.append(&next.bytes, next.cut);
        };
        let value = split_head(&line.bytes[..end]).map_or(&line.bytes[..end], |(_, value)| value);
        let is_beyond_ascii = |digits: &[u8]| hex(digits).is_some_and(|byte| byte >= 0x80);
        // The fold may be inside `=D0` itself.
        let rest_of_escape = is_beyond_ascii(behind) && matches!(behind.get(2), None | Some(b'=' | b';'));
        let goes_on = rest_of_escape || behind.first() == Some(&b'=') && is_beyond_ascii(&behind[1..]);
        let encodes_spaces = |text: &[u8]| text.windows(3).any(|part| part == b"=20");
        let leaves_spaces = value.contains(&b' ') && self.spaces_continued == Some(false);
        let surely = goes_on && !leaves_spaces || encodes_spaces(value) || encodes_spaces(behind);
        if surely {
            self.spaces_continued = Some(true);
        }
        let is_fold =
            surely || matches!(behind.first(), None | Some(b' ' | b'\t')) || self.spaces_continued == Some(true);
        line.bytes.truncate(if rest_of_escape && is_fold { end + 1 } else { end });
        line.append(if is_fold { behind } else { &next.bytes }, next.cut);
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

/// Where the `=` is at the end of a quoted-printable line that goes on.
fn soft_break(line: &[u8]) -> Option<usize> {
    let text = line.trim_ascii_end();
    (text.last() == Some(&b'=') && is_quoted_printable(line)).then(|| text.len() - 1)
}

fn is(line: &[u8], words: &str) -> bool {
    line.trim_ascii().eq_ignore_ascii_case(words.as_bytes())
}

//! A CSV file as rows, in bounded memory whatever is in it.
//!
//! Our own and not a library's, because a missing quotation mark in a large file must cost one row: it neither
//! swallows the file's rest into memory nor hides it. Ends of lines of all three kinds are taken, as are spaces
//! in front of a quotation mark.

use std::io::{self, Read};

/// Of a longer field only the beginning is kept.
pub(super) const LONGEST_FIELD: usize = 64 << 10;
pub(super) const MOST_COLUMNS: usize = 1_000;
/// A longer row is refused.
const LONGEST_ROW: usize = 2 << 20;
const PIECE: usize = 256 << 10;

/// One row's fields, without their quotation marks.
#[derive(Debug, Default, Clone)]
pub(super) struct RawRow {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    is_cut: bool,
}

impl RawRow {
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn fields(&self) -> impl Iterator<Item = &[u8]> {
        self.ends.iter().enumerate().map(|(place, end)| {
            let start = if place == 0 { 0 } else { self.ends[place - 1] };
            &self.bytes[start..*end]
        })
    }

    /// Whether a field was too long to be kept whole.
    pub fn is_cut(&self) -> bool {
        self.is_cut
    }

    pub fn is_blank(&self) -> bool {
        self.bytes.iter().all(u8::is_ascii_whitespace)
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
        self.is_cut = false;
    }

    fn end_field(&mut self) {
        self.ends.push(self.bytes.len());
    }

    /// What is too long loses its end, and no half of a letter stays.
    fn cut_field(&mut self) {
        let mut end = self.bytes.len() - self.field_length() + LONGEST_FIELD;
        while end > 0 && self.bytes.get(end).is_some_and(|byte| byte & 0xc0 == 0x80) {
            end -= 1;
        }
        self.bytes.truncate(end);
        self.is_cut = true;
    }

    /// Keeps what is over the limit from growing.
    fn take(&mut self, bytes: &[u8]) {
        if self.field_length() <= LONGEST_FIELD {
            self.bytes.extend_from_slice(&bytes[..bytes.len().min(LONGEST_FIELD + 1)]);
        }
    }

    fn field_length(&self) -> usize {
        self.bytes.len() - self.ends.last().copied().unwrap_or(0)
    }
}

/// What came next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Split {
    /// `guarded`: behind a quotation mark that was never closed; only a row with every column is surely one.
    Row {
        guarded: bool,
    },
    Refused(Fault),
    End,
}

/// Why a row was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    LongRow,
    ManyColumns,
    OpenQuote,
}

pub(super) struct Splitter<R> {
    input: R,
    delimiter: u8,
    window: Vec<u8>,
    start: usize,
    ended: bool,
    /// Bytes before the window's beginning.
    before: u64,
    /// Up to here rows may be the inside of a field.
    guarded_until: u64,
}

enum Scan {
    /// A row of so many bytes.
    Whole(usize),
    /// The window ends inside a row.
    More,
    /// A row of so many bytes that is not taken.
    Refused(Fault, usize),
    /// A quotation mark that was looked for so far, and that its row cannot have meant.
    OpenQuote(usize),
}

impl<R: Read> Splitter<R> {
    pub fn new(input: R, delimiter: u8) -> Self {
        Self { input, delimiter, window: Vec::new(), start: 0, ended: false, before: 0, guarded_until: 0 }
    }

    pub fn next(&mut self, row: &mut RawRow) -> io::Result<Split> {
        loop {
            let rest = &self.window[self.start..];
            let known = rest.len();
            if known == 0 && self.ended {
                return Ok(Split::End);
            }
            match scan(rest, self.ended, self.delimiter, row) {
                Scan::Whole(length) => {
                    let guarded = self.before + (self.start as u64) < self.guarded_until;
                    self.start += length;
                    return Ok(Split::Row { guarded });
                }
                Scan::Refused(fault, length) => {
                    self.start += length;
                    return Ok(Split::Refused(fault));
                }
                Scan::OpenQuote(looked_at) => {
                    self.guarded_until = self.before + (self.start + looked_at) as u64;
                    return self.give_up_line(Fault::OpenQuote);
                }
                Scan::More if known > LONGEST_ROW => return self.give_up_line(Fault::LongRow),
                Scan::More => self.fill()?,
            }
        }
    }

    /// What it takes at the moment.
    #[cfg(test)]
    pub fn memory(&self) -> usize {
        self.window.capacity()
    }

    /// Gives up the line the row began in, and goes on behind it.
    fn give_up_line(&mut self, fault: Fault) -> io::Result<Split> {
        loop {
            let rest = &self.window[self.start..];
            match rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
                Some(at) if at + 1 < rest.len() || self.ended => {
                    let pair = rest[at] == b'\r' && rest.get(at + 1) == Some(&b'\n');
                    self.start += at + if pair { 2 } else { 1 };
                    return Ok(Split::Refused(fault));
                }
                None if self.ended => {
                    self.start = self.window.len();
                    return Ok(Split::Refused(fault));
                }
                // The line goes on: what is known of it is not needed any more.
                found => {
                    self.start = self.window.len() - usize::from(found.is_some());
                    self.fill()?;
                }
            }
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        self.window.drain(..self.start);
        self.before += self.start as u64;
        self.start = 0;
        let known = self.window.len();
        // As much again as there is: a long row is not looked through too often.
        self.window.resize(known + known.max(PIECE), 0);
        let read = loop {
            match self.input.read(&mut self.window[known..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        self.window.truncate(known + read.as_ref().copied().unwrap_or(0));
        self.ended = read? == 0;
        Ok(())
    }
}

fn scan(bytes: &[u8], ended: bool, delimiter: u8, row: &mut RawRow) -> Scan {
    row.clear();
    let mut fault = None;
    let mut at = 0;
    loop {
        let spaces = bytes[at..].iter().take_while(|byte| **byte == b' ').count();
        let quoted = bytes.get(at + spaces) == Some(&b'"');
        if quoted {
            match quoted_part(bytes, at + spaces + 1, ended, delimiter, row) {
                Quoted::Closed(next) => at = next,
                Quoted::More => return Scan::More,
                Quoted::Open(looked_at) => return Scan::OpenQuote(looked_at),
            }
        }
        // What is outside of quotation marks, up to the field's end.
        let end = bytes[at..].iter().position(|byte| *byte == delimiter || matches!(byte, b'\n' | b'\r'));
        let plain = &bytes[at..end.map_or(bytes.len(), |end| at + end)];
        if !quoted || !plain.iter().all(|byte| *byte == b' ') {
            row.take(plain);
        }
        at += plain.len();
        if row.field_length() > LONGEST_FIELD {
            row.cut_field();
        }
        if row.len() >= MOST_COLUMNS {
            fault = Some(Fault::ManyColumns);
        } else {
            row.end_field();
        }
        let length = match bytes.get(at) {
            // At the window's end a \r may be half of a pair.
            None | Some(b'\r') if at + 1 >= bytes.len() && !ended => return Scan::More,
            None => at,
            Some(b'\r') if bytes.get(at + 1) == Some(&b'\n') => at + 2,
            Some(b'\n' | b'\r') => at + 1,
            Some(_) => {
                at += 1;
                continue;
            }
        };
        return fault.map_or(Scan::Whole(length), |fault| Scan::Refused(fault, length));
    }
}

enum Quoted {
    /// What is behind the closing quotation mark.
    Closed(usize),
    /// The window ends inside.
    More,
    /// Looked at so far, and surely never closed.
    Open(usize),
}

fn quoted_part(bytes: &[u8], start: usize, ended: bool, delimiter: u8, row: &mut RawRow) -> Quoted {
    let mut at = start;
    loop {
        let Some(mark) = bytes[at..].iter().position(|byte| *byte == b'"') else {
            let hopeless = ended || bytes.len() > LONGEST_ROW;
            return if hopeless { Quoted::Open(bytes.len()) } else { Quoted::More };
        };
        row.take(&bytes[at..at + mark]);
        at += mark + 1;
        match bytes.get(at) {
            Some(b'"') => {
                row.take(b"\"");
                at += 1;
            }
            None if !ended => return Quoted::More,
            None | Some(b'\n' | b'\r') => return Quoted::Closed(at),
            Some(byte) if *byte == delimiter => return Quoted::Closed(at),
            // `"Big" Bob` is lenient; over the end of a line it is rather the next row's first quotation mark.
            Some(_) if bytes[start..at].contains(&b'\n') => return Quoted::Open(at),
            Some(_) => return Quoted::Closed(at),
        }
    }
}

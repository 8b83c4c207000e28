//! The parts of a `multipart/form-data` body as they go by: a file is lifted whole, whatever it is called.

use super::{Out, Written, value::Value};
use crate::{
    charset::parameter,
    profile::wire::multipart::{LONGEST_HEAD, boundary},
};

pub(super) struct Multipart {
    delimiter: Vec<u8>,
    /// The end of a line, held back: with a delimiter behind it, it is that one's.
    line_end: Vec<u8>,
    /// At the beginning of a line: so much of the delimiter came.
    matched: Option<usize>,
    /// Behind the delimiter, half of what says that it is the last.
    dash: bool,
    at: At,
}

enum At {
    /// In front of the first delimiter, behind the last, or in a part that nobody reads.
    Nowhere,
    /// In the line of a delimiter.
    Delimiter,
    /// What stands above a part's value.
    Head {
        line: Vec<u8>,
        bytes: usize,
        is_file: bool,
    },
    Value(Value),
    File,
}

impl Multipart {
    pub fn new(content_type: &str) -> Option<Self> {
        let delimiter = [b"--", boundary(content_type)?.as_bytes()].concat();
        Some(Self { delimiter, line_end: Vec::new(), matched: Some(0), dash: false, at: At::Nowhere })
    }

    pub fn take(&mut self, mut bytes: &[u8], out: &mut Out) {
        while let [first, more @ ..] = bytes {
            if self.matched.is_none() && self.line_end.is_empty() {
                let length = bytes.iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(bytes.len());
                if length > 0 {
                    self.data(&bytes[..length], out);
                    bytes = &bytes[length..];
                    continue;
                }
            }
            self.byte(*first, out);
            bytes = more;
        }
    }

    fn byte(&mut self, byte: u8, out: &mut Out) {
        if let Some(matched) = self.matched {
            match self.delimiter.get(matched) {
                Some(expected) if *expected == byte => return self.matched = Some(matched + 1),
                None if self.dash && byte == b'-' => return self.delimits(true, out),
                None if !self.dash && byte == b'-' => return self.dash = true,
                None if !self.dash && byte.is_ascii_whitespace() => self.delimits(false, out),
                _ => self.was_no_delimiter(out),
            }
        } else if self.line_end == b"\r" {
            if byte == b'\n' {
                self.line_end.push(byte);
                return self.matched = Some(0);
            }
            self.was_no_delimiter(out);
        }
        match byte {
            b'\r' => self.line_end.push(byte),
            b'\n' => {
                self.line_end.push(byte);
                self.matched = Some(0);
            }
            byte => self.data(&[byte], out),
        }
    }

    /// What was held back, as it stands in the body.
    fn held_back(&mut self) -> Vec<u8> {
        let mut held = std::mem::take(&mut self.line_end);
        held.extend_from_slice(&self.delimiter[..self.matched.take().unwrap_or_default()]);
        if std::mem::take(&mut self.dash) {
            held.push(b'-');
        }
        held
    }

    fn was_no_delimiter(&mut self, out: &mut Out) {
        let held = self.held_back();
        self.data(&held, out);
    }

    fn delimits(&mut self, is_last: bool, out: &mut Out) {
        let held = self.held_back();
        self.end_part(out);
        out.copy(&held);
        if is_last {
            out.copy(b"-");
        }
        self.at = if is_last { At::Nowhere } else { At::Delimiter };
    }

    fn end_part(&mut self, out: &mut Out) {
        match std::mem::replace(&mut self.at, At::Nowhere) {
            At::Value(mut value) => value.end(out),
            At::File => out.ends(),
            At::Nowhere | At::Delimiter | At::Head { .. } => {}
        }
    }

    fn data(&mut self, mut bytes: &[u8], out: &mut Out) {
        while let [first, more @ ..] = bytes {
            match &mut self.at {
                At::Nowhere => return out.copy(bytes),
                At::Value(value) => return value.plain(bytes, out),
                At::File => return out.more(bytes),
                At::Delimiter | At::Head { .. } => {
                    out.copy(&[*first]);
                    self.head(*first, out);
                    bytes = more;
                }
            }
        }
    }

    fn head(&mut self, byte: u8, out: &mut Out) {
        let At::Head { line, bytes, is_file } = &mut self.at else {
            if byte == b'\n' {
                self.at = At::Head { line: Vec::new(), bytes: 0, is_file: false };
            }
            return;
        };
        *bytes += 1;
        if *bytes > LONGEST_HEAD {
            return self.at = At::Nowhere;
        }
        line.push(byte);
        if byte != b'\n' {
            return;
        }
        let whole = String::from_utf8_lossy(line).trim_end().to_owned();
        line.clear();
        match whole.split_once(':') {
            Some((name, value)) if name.trim().eq_ignore_ascii_case("content-disposition") => {
                *is_file |= parameter(value, "filename").is_some();
            }
            None if whole.is_empty() && *is_file => {
                out.begins(Written::File);
                self.at = At::File;
            }
            None if whole.is_empty() => self.at = At::Value(Value::new(0, Written::Bytes)),
            _ => {}
        }
    }

    /// Its end may be missing.
    pub fn end(&mut self, out: &mut Out) {
        let is_delimiter = self.matched == Some(self.delimiter.len()) && !self.dash;
        let held = self.held_back();
        if !is_delimiter {
            self.data(&held, out);
        }
        self.end_part(out);
        if is_delimiter {
            out.copy(&held);
        }
    }
}

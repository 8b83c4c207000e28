//! The parts of a `multipart/form-data` body, read one after the other; of a part that is not kept, only its head is looked
//! at.

use super::{form::MOST_PAIRS, names::LONGEST_NAME, reading::Reading, unreadable};
use crate::{
    PushRefused,
    charset::{Charset, parameter},
};

/// The most bytes a character is written with.
const CHARACTER: usize = 4;
/// RFC 2046.
const LONGEST_BOUNDARY: usize = 70;
/// What stands above a part's value; one with more has none.
pub(super) const LONGEST_HEAD: usize = 2 * LONGEST_NAME;

/// What stands between the parts of a body, as its content type names it.
pub(super) fn boundary(content_type: &str) -> Option<String> {
    parameter(content_type, "boundary").filter(|boundary| (1..=LONGEST_BOUNDARY).contains(&boundary.len()))
}

impl Reading<'_> {
    pub(super) fn multipart(&mut self, content_type: &str, charset: Charset, body: &[u8]) -> Result<(), PushRefused> {
        let boundary = boundary(content_type)
            .ok_or_else(|| unreadable("The body's content type names no boundary between its parts"))?;
        let delimiter = [b"--", boundary.as_bytes()].concat();
        let mut parts = Parts { rest: body, delimiter: &delimiter, is_over: false };
        // In front of the first delimiter there is nothing.
        parts.next();
        let mut found = false;
        for part in parts.take(MOST_PAIRS) {
            found = true;
            self.part(part, charset);
        }
        if found { Ok(()) } else { Err(unreadable("The body has no parts between the boundaries it names")) }
    }

    fn part(&mut self, part: &[u8], charset: Charset) {
        let Some(head) = Head::of(part, charset) else { return };
        if head.name.len() > LONGEST_NAME {
            return;
        }
        let Some((place, before)) = self.enter(None, &head.name) else { return };
        // Of a file, what stands for it where it was lifted.
        let is_kept = !head.is_file || self.is_mark(head.value);
        if let Some(most) = self.room(place).filter(|_| is_kept) {
            let value = &head.value[..head.value.len().min(most.saturating_add(1).saturating_mul(CHARACTER))];
            self.add(place, &head.charset.decode(value), false);
        }
        self.leave(before);
    }
}

/// Everything between two delimiters, each at the beginning of a line.
struct Parts<'a> {
    rest: &'a [u8],
    delimiter: &'a [u8],
    is_over: bool,
}

impl<'a> Iterator for Parts<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        if self.is_over {
            return None;
        }
        let mut line = 0;
        loop {
            let behind = self.rest[line..].strip_prefix(self.delimiter);
            let ends_line =
                |behind: &&[u8]| behind.first().is_none_or(u8::is_ascii_whitespace) || behind.starts_with(b"--");
            if let Some(behind) = behind.filter(ends_line) {
                let part = &self.rest[..line];
                let part = part.strip_suffix(b"\n").unwrap_or(part);
                let part = part.strip_suffix(b"\r").unwrap_or(part);
                self.is_over = behind.starts_with(b"--");
                self.rest = behind;
                return Some(part);
            }
            match self.rest[line..].iter().position(|byte| *byte == b'\n') {
                Some(end) => line += end + 1,
                None => {
                    // Its end is missing: what came counts.
                    self.is_over = true;
                    return Some(self.rest).filter(|rest| !rest.trim_ascii().is_empty());
                }
            }
        }
    }
}

struct Head<'a> {
    name: String,
    charset: Charset,
    is_file: bool,
    value: &'a [u8],
}

impl<'a> Head<'a> {
    /// Nothing of a part without a name.
    fn of(part: &'a [u8], charset: Charset) -> Option<Self> {
        // Behind the delimiter its line ends.
        let mut at = part.iter().take(LONGEST_HEAD).position(|byte| *byte == b'\n')? + 1;
        let (mut name, mut own, mut is_file) = (None, crate::charset::UNNAMED, false);
        loop {
            let end = part[at..].iter().take(LONGEST_HEAD).position(|byte| *byte == b'\n');
            let line = part[at..at + end?].trim_ascii_end();
            at += end? + 1;
            if line.is_empty() {
                return Some(Self { name: name?, charset: own.or(charset), is_file, value: &part[at..] });
            }
            if at > LONGEST_HEAD {
                return None;
            }
            let line = charset.decode(line);
            let Some((header, value)) = line.split_once(':') else { continue };
            match header.trim() {
                header if header.eq_ignore_ascii_case("content-disposition") => {
                    is_file |= parameter(value, "filename").is_some();
                    name = parameter(value, "name");
                }
                header if header.eq_ignore_ascii_case("content-type") => own = Charset::of(value),
                _ => {}
            }
        }
    }
}

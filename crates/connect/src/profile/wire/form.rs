//! Pairs of a query or a form, read one after the other; of a pair that is not kept, only the name is looked at.

use super::{names::LONGEST_NAME, reading::Reading};
use crate::charset::Charset;
use percent_encoding::percent_decode;
use std::borrow::Cow;

/// More pairs than any PBX sends; those after are not looked at.
pub(super) const MOST_PAIRS: usize = 4096;
/// The most bytes a byte is written with.
const WRITTEN: usize = 3;

impl Reading<'_> {
    pub(super) fn pairs(&mut self, text: &[u8], charset: Charset) {
        for part in text.split(|byte| *byte == b'&').filter(|part| !part.is_empty()).take(MOST_PAIRS) {
            let (name, value) = match part.iter().position(|byte| *byte == b'=') {
                Some(at) => (&part[..at], &part[at + 1..]),
                None => (part, &[] as &[u8]),
            };
            if name.len() > LONGEST_NAME * WRITTEN {
                continue;
            }
            let name = unescaped(name);
            let Some((place, before)) = self.enter(None, &charset.decode(&name)) else { continue };
            if let Some(most) = self.room(place) {
                let value = &value[..value.len().min(most.saturating_add(1).saturating_mul(WRITTEN))];
                self.add(place, &plus_kept(value, charset), true);
            }
            self.leave(before);
        }
    }
}

/// `+` is a space, `%41` a byte of whatever charset.
fn unescaped(text: &[u8]) -> Cow<'_, [u8]> {
    if !text.iter().any(|byte| matches!(byte, b'%' | b'+')) {
        return Cow::Borrowed(text);
    }
    let spaced: Vec<u8> = text.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    Cow::Owned(percent_decode(&spaced).collect())
}

/// A plus in front of a number stays one, though by the rules of forms it had to be encoded.
fn plus_kept(raw: &[u8], charset: Charset) -> String {
    let value = charset.decode(&unescaped(raw)).into_owned();
    match value.strip_prefix(' ') {
        Some(number) if raw.starts_with(b"+") && is_written_like_a_number(number) => format!("+{number}"),
        _ => value,
    }
}

fn is_written_like_a_number(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let marks = |byte: u8| byte.is_ascii_digit() || b" -()/".contains(&byte);
    (7..=15).contains(&digits) && text.starts_with(|first: char| first.is_ascii_digit()) && text.bytes().all(marks)
}

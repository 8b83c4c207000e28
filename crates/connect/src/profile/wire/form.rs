//! Pairs of a query or a form, read one after the other; of a pair that is not kept, only the name is looked at.

use super::{names::LONGEST_NAME, reading::Reading};
use std::borrow::Cow;

/// More pairs than any PBX sends; those after are not looked at.
const MOST_PAIRS: usize = 4096;
/// The most bytes a byte is written with.
const WRITTEN: usize = 3;

impl Reading<'_> {
    pub(super) fn pairs(&mut self, text: &[u8]) {
        for part in text.split(|byte| *byte == b'&').filter(|part| !part.is_empty()).take(MOST_PAIRS) {
            let (name, value) = match part.iter().position(|byte| *byte == b'=') {
                Some(at) => (&part[..at], &part[at + 1..]),
                None => (part, &[] as &[u8]),
            };
            if name.len() > LONGEST_NAME * WRITTEN {
                continue;
            }
            let name = decoded(name);
            let Some((place, before)) = self.enter(None, &name) else { continue };
            if let Some(most) = self.room(place) {
                let value = &value[..value.len().min(most.saturating_add(1).saturating_mul(WRITTEN))];
                self.add(place, &plus_kept(value), true);
            }
            self.leave(before);
        }
    }
}

fn decoded(text: &[u8]) -> Cow<'_, str> {
    let is_plain = |byte: &u8| byte.is_ascii() && !matches!(byte, b'%' | b'+');
    match std::str::from_utf8(text) {
        Ok(plain) if text.iter().all(is_plain) => Cow::Borrowed(plain),
        _ => form_urlencoded::parse(text).next().map_or(Cow::Borrowed(""), |(text, _)| text),
    }
}

/// A plus in front of a number stays one, though by the rules of forms it had to be encoded.
fn plus_kept(raw: &[u8]) -> Cow<'_, str> {
    // behind the `=`, so that one in the value is no end of a name
    let pair = [b"=", raw].concat();
    let value = form_urlencoded::parse(&pair).next().map(|(_, value)| value.into_owned()).unwrap_or_default();
    match value.strip_prefix(' ') {
        Some(number) if raw.starts_with(b"+") && is_written_like_a_number(number) => Cow::Owned(format!("+{number}")),
        _ => Cow::Owned(value),
    }
}

fn is_written_like_a_number(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let marks = |byte: u8| byte.is_ascii_digit() || b" -()/".contains(&byte);
    (7..=15).contains(&digits) && text.starts_with(|first: char| first.is_ascii_digit()) && text.bytes().all(marks)
}

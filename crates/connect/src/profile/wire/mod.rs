//! A push as it came, taken apart: query, form, parts, JSON, JSON inside a parameter (vipex.md, Call data), in whatever charset.
//!
//! Names are compared without case, `_`, `-` and spaces; `call[caller]`, `call.caller` and `{"call":{"caller":…}}` are
//! the same name. Nothing here knows what a name means.

mod form;
mod json;
pub mod lift;
mod multipart;
mod names;
mod reading;
#[cfg(test)]
mod tests;

pub(super) use names::{LONGEST_NAME, Names, dotted, each_segment, path_of};

use crate::{PushRefused, RawPush, charset::UNNAMED};
use reading::Reading;
use ringcard_core::text::seen;
use std::collections::BTreeMap;

/// All fields of a push. The same field given twice has both values.
#[derive(Debug, Default)]
pub(super) struct Fields {
    by_path: BTreeMap<String, Field>,
    #[cfg(test)]
    steps: usize,
}

#[derive(Debug)]
pub(super) struct Field {
    /// As it came.
    pub name: String,
    pub values: Vec<String>,
    /// It came in a URL or a form, where a plus that was not encoded becomes a space.
    pub was_encoded: bool,
}

/// Longer values are no call fields (a recording, perhaps): only so many bytes are kept.
pub(super) const LONGEST_VALUE: usize = 2048;
/// Keys and passwords are compared whole.
pub(super) const LONGEST_SECRET: usize = 4096;

/// What of a push is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    /// What is looked for, and as many others as a push has.
    Others,
    /// Nothing but what is looked for: a key, of whoever it may be.
    Proof,
}

impl Fields {
    /// Everything that can be read, and what is wrong with the rest: who sent it is decided first. The work is linear
    /// in the push's bytes, whatever it looks like.
    pub fn read(raw: &RawPush, names: &Names, keep: Keep) -> (Self, Result<(), PushRefused>) {
        let mut reading = Reading::new(names, keep, &raw.marks);
        let body = reading.body(raw);
        reading.pairs(raw.query.as_bytes(), UNNAMED);
        let embedded = reading.embedded();
        (reading.finish(), body.and(embedded))
    }

    pub fn get(&self, path: &str) -> Option<&Field> {
        self.by_path.get(path)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &Field)> {
        self.by_path.iter().map(|(path, field)| (path.as_str(), field))
    }

    /// Keeps the fields for which this says so, and what it makes of their values.
    pub fn retain(&mut self, mut keeps: impl FnMut(&str, &mut Field) -> bool) {
        self.by_path.retain(|path, field| keeps(path, field));
    }
}

/// At most so many bytes of a text.
pub(super) fn beginning(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
    &text[..end.unwrap_or_default()]
}

/// At most so many characters of a value, without those that show nothing or steer the direction of text, and without
/// the space around it.
pub(super) fn shorten(value: &str, most: usize) -> String {
    printable(value).trim().chars().take(most).collect()
}

/// The same with the space around it: in front of a number it may have been a plus.
pub(super) fn printable(value: &str) -> String {
    seen(value.chars()).collect()
}

fn unreadable(sentence: impl Into<String>) -> PushRefused {
    PushRefused::Unreadable(sentence.into())
}

/// Where JSON is broken, without a word of it.
fn position(error: &serde_json::Error) -> String {
    format!("it is broken at line {}, column {}", error.line(), error.column())
}

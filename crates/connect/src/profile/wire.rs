//! A push as it came, taken apart: query, form, JSON, JSON inside a parameter (A23).
//!
//! Names are compared without case, `_`, `-` and spaces; `call[caller]`, `call.caller` and `{"call":{"caller":…}}` are
//! the same name. Nothing here knows what a name means.

use crate::{PushRefused, RawPush};
use ringcard_core::text::seen;
use serde_json::Value;
use std::collections::BTreeMap;

/// All fields of a push. The same field given twice has both values.
#[derive(Debug, Default)]
pub(super) struct Fields {
    by_path: BTreeMap<String, Field>,
}

#[derive(Debug)]
pub(super) struct Field {
    /// As it came.
    pub name: String,
    pub values: Vec<String>,
    /// It came in a URL or a form, where a plus that was not encoded becomes a space.
    pub was_encoded: bool,
}

/// More fields than any PBX sends; those after are not read.
const MOST_FIELDS: usize = 512;
/// Deeper than any PBX nests.
const DEEPEST: usize = 12;
/// Longer values are no call fields (a recording, perhaps): only so much is kept.
const LONGEST_VALUE: usize = 4096;

/// How a name is compared.
pub(super) fn path_of(name: &str) -> String {
    let dotted = dotted(name);
    let segment = |segment: &str| -> String {
        segment.chars().filter(|c| !matches!(c, '_' | '-' | ' ')).flat_map(char::to_lowercase).collect()
    };
    let segments: Vec<String> = dotted.split('.').map(segment).filter(|segment| !segment.is_empty()).collect();
    // `extension[0]` and `extension[]` are elements of `extension`
    let named: Vec<&str> =
        segments.iter().enumerate().filter(|(at, s)| *at == 0 || !is_index(s)).map(|(_, s)| s.as_str()).collect();
    named.join(".")
}

/// `call[caller]` as `call.caller`.
pub(super) fn dotted(name: &str) -> String {
    name.replace("][", ".").replace('[', ".").replace(']', "")
}

fn is_index(segment: &str) -> bool {
    segment.bytes().all(|byte| byte.is_ascii_digit())
}

impl Fields {
    /// Everything that can be read, and what is wrong with the rest: who sent it is decided first.
    pub fn read(raw: &RawPush, json_in: &[String]) -> (Self, Result<(), PushRefused>) {
        let mut fields = Self::default();
        let body = fields.read_body(raw);
        let query: Vec<(String, String)> = pairs(raw.query.as_bytes());
        fields.add_pairs(&query);
        let embedded = fields.read_embedded(json_in);
        (fields, body.and(embedded))
    }

    pub fn get(&self, path: &str) -> Option<&Field> {
        self.by_path.get(path)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &Field)> {
        self.by_path.iter().map(|(path, field)| (path.as_str(), field))
    }

    /// Keeps the fields for which this says so, and what it makes of their values.
    pub fn retain(&mut self, mut keeps: impl FnMut(&str, &str, &mut Vec<String>) -> bool) {
        self.by_path.retain(|path, field| keeps(path, &field.name, &mut field.values));
    }

    fn read_body(&mut self, raw: &RawPush) -> Result<(), PushRefused> {
        let body = raw.body.trim_ascii();
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).trim_ascii();
        let kind = raw.content_type.as_deref().unwrap_or_default().to_ascii_lowercase();
        match body.first() {
            None => Ok(()),
            // Many senders leave a form's content type on JSON: what it looks like counts.
            Some(b'{' | b'[') => match serde_json::from_slice(body) {
                Ok(json) => self.add_json_call(&json, false),
                Err(_) if kind.contains("urlencoded") => self.read_form(body),
                Err(error) => Err(unreadable(format!("The body is no JSON: {}", position(&error)))),
            },
            Some(_) if kind.contains("json") => Err(unreadable("The body is no JSON: it begins with something else")),
            Some(_) if kind.contains("multipart") || kind.contains("xml") => {
                Err(unreadable("The body must be JSON or a form (application/x-www-form-urlencoded)"))
            }
            Some(_) => self.read_form(body),
        }
    }

    fn read_form(&mut self, body: &[u8]) -> Result<(), PushRefused> {
        if !body.contains(&b'=') {
            return Err(unreadable("The body is neither JSON nor a form"));
        }
        self.add_pairs(&pairs(body));
        Ok(())
    }

    /// Parameters whose text is JSON: their members count as if they were the body.
    fn read_embedded(&mut self, json_in: &[String]) -> Result<(), PushRefused> {
        for path in json_in {
            let Some(field) = self.by_path.get(path) else { continue };
            let texts: Vec<String> =
                field.values.iter().filter(|text| text.trim_start().starts_with(['{', '['])).cloned().collect();
            if texts.is_empty() {
                continue;
            }
            let name = self.by_path.remove(path).map(|field| field.name).unwrap_or_default();
            for text in texts {
                let json = serde_json::from_str(&text);
                let json: Value =
                    json.map_err(|error| unreadable(format!("`{name}` is no JSON: {}", position(&error))))?;
                self.add_json_call(&json, true)?;
            }
        }
        Ok(())
    }

    fn add_json_call(&mut self, json: &Value, was_encoded: bool) -> Result<(), PushRefused> {
        match json {
            Value::Object(_) => self.add_json("", json, was_encoded, 0),
            Value::Array(items) => match items.as_slice() {
                [only @ Value::Object(_)] => self.add_json("", only, was_encoded, 0),
                _ => return Err(unreadable("The JSON is a list: send one call at a time, as an object")),
            },
            _ => return Err(unreadable("The JSON is no object: send the call's fields as one")),
        }
        Ok(())
    }

    fn add_json(&mut self, name: &str, json: &Value, was_encoded: bool, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        match json {
            Value::Null => {}
            Value::String(text) => self.add(name, text, was_encoded),
            Value::Number(number) => self.add(name, &number.to_string(), was_encoded),
            Value::Bool(flag) => self.add(name, &flag.to_string(), was_encoded),
            Value::Array(items) => items.iter().for_each(|item| self.add_json(name, item, was_encoded, depth + 1)),
            Value::Object(members) => {
                for (member, value) in members {
                    let inner = if name.is_empty() { member.clone() } else { format!("{name}.{member}") };
                    self.add_json(&inner, value, was_encoded, depth + 1);
                }
            }
        }
    }

    fn add_pairs(&mut self, pairs: &[(String, String)]) {
        pairs.iter().for_each(|(name, value)| self.add(name, value, true));
    }

    fn add(&mut self, name: &str, value: &str, was_encoded: bool) {
        let path = path_of(name);
        if path.is_empty() || path.len() > LONGEST_VALUE {
            return;
        }
        let full = self.by_path.len() >= MOST_FIELDS;
        let field = match self.by_path.entry(path) {
            std::collections::btree_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::btree_map::Entry::Vacant(_) if full => return,
            std::collections::btree_map::Entry::Vacant(entry) => {
                entry.insert(Field { name: name.to_owned(), values: Vec::new(), was_encoded })
            }
        };
        if field.values.len() < MOST_FIELDS {
            field.values.push(value.to_owned());
        }
    }
}

/// Values are cut where they are used, so that JSON in a parameter stays whole; see [`shorten`].
fn pairs(text: &[u8]) -> Vec<(String, String)> {
    let parts = text.split(|byte| *byte == b'&').filter(|part| !part.is_empty()).take(MOST_FIELDS);
    parts.filter_map(pair).collect()
}

/// A plus in front of a number stays one, though by the rules of forms it had to be encoded.
fn pair(part: &[u8]) -> Option<(String, String)> {
    let raw = part.iter().position(|byte| *byte == b'=').map_or(&[] as &[u8], |at| &part[at + 1..]);
    let (name, value) = form_urlencoded::parse(part).next()?;
    let value = match value.strip_prefix(' ') {
        Some(number) if raw.starts_with(b"+") && is_written_like_a_number(number) => format!("+{number}"),
        _ => value.into_owned(),
    };
    Some((name.into_owned(), value))
}

fn is_written_like_a_number(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let marks = |byte: u8| byte.is_ascii_digit() || b" -()/".contains(&byte);
    (7..=15).contains(&digits) && text.starts_with(|first: char| first.is_ascii_digit()) && text.bytes().all(marks)
}

/// At most so many characters of a value, without those that show nothing or steer the direction of text, and without
/// the space around it.
pub(super) fn shorten(value: &str, most: usize) -> String {
    printable(value).trim().chars().take(most).collect()
}

/// The same with the space around it: in front of a number it may have been a plus.
pub(super) fn printable(value: &str) -> String {
    seen(value.chars().take(LONGEST_VALUE)).collect()
}

fn unreadable(sentence: impl Into<String>) -> PushRefused {
    PushRefused::Unreadable(sentence.into())
}

/// Where JSON is broken, without a word of it.
fn position(error: &serde_json::Error) -> String {
    format!("it is broken at line {}, column {}", error.line(), error.column())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_has_many_spellings() {
        for name in ["call[Caller_ID]", "call.callerid", "CALL.caller-id", "call[caller id]", "call.CallerID[0]"] {
            assert_eq!(path_of(name), "call.callerid", "{name}");
        }
        assert_eq!(path_of("2"), "2");
        assert_eq!(path_of("legs[0][extension]"), "legs.extension");
        assert_eq!(path_of("[]"), "");
    }

    #[test]
    fn a_value_keeps_what_can_be_seen() {
        assert_eq!(shorten("\u{202e}María\u{2067}\u{200b}\u{7}", 50), "María");
        assert_eq!(shorten(&format!("Z{}algo", "\u{301}".repeat(90)), 50), format!("Z{}algo", "\u{301}".repeat(6)));
        for name in ["שרה כהן", "محمد بن سلمان", "علی\u{200c}رضا", "👩\u{200d}💻"] {
            assert_eq!(shorten(name, 50), name);
        }
        assert_eq!(printable("\u{202a}+36 30 555 0102\u{202c}"), "+36 30 555 0102");
    }

    #[test]
    fn thousands_of_fields_are_not_kept() {
        let query: String = (0..5000).map(|n| format!("f{n}=1&")).collect();
        let (fields, problem) = Fields::read(&RawPush { query, ..RawPush::default() }, &[]);
        assert_eq!((fields.iter().count(), problem), (MOST_FIELDS, Ok(())));
    }

    #[test]
    fn what_is_neither_json_nor_a_form_is_said_so() {
        let body = |kind: Option<&str>, body: &str| {
            let raw =
                RawPush { content_type: kind.map(str::to_owned), body: body.as_bytes().to_vec(), ..RawPush::default() };
            Fields::read(&raw, &[]).1
        };
        assert_eq!(body(None, ""), Ok(()));
        assert_eq!(body(Some("application/x-www-form-urlencoded"), r#"{"a":1}"#), Ok(()));
        for (kind, text) in [
            (None, "hello"),
            (Some("application/json"), "a=1"),
            (Some("application/json"), r#"{"a":"#),
            (Some("text/xml"), "<a/>"),
            (None, r#"[{"a":1},{"a":2}]"#),
            (None, "[1,2]"),
        ] {
            let refused = body(kind, text);
            assert!(matches!(&refused, Err(PushRefused::Unreadable(_))), "{kind:?} {text}: {refused:?}");
        }
    }
}

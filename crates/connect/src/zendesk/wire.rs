//! Zendesk's JSON, read tolerantly: an id is a number or a text, what is absent is empty, unknown fields are nobody's
//! business. Every text is bounded.

use ringcard_core::Timestamp;
use serde_json::Value;

/// Of a value, not more than this is kept, in characters.
const LONGEST_TEXT: usize = 8 * 1024;
/// An id has at most so many characters.
const LONGEST_ID: usize = 40;

/// The JSON of a body; `None`: it is none.
pub(super) fn json(body: &[u8]) -> Option<Value> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    serde_json::from_slice(body).ok().filter(|json: &Value| json.is_object() || json.is_array())
}

/// Reading what stands under a key; whatever else stands there is nothing.
pub(super) trait Read {
    /// A text, number or flag as text, trimmed and bounded; else empty.
    fn text(&self, key: &str) -> String;

    /// What names something there: digits, or letters and digits.
    fn id(&self, key: &str) -> Option<String>;

    fn number(&self, key: &str) -> Option<i64>;

    fn flag(&self, key: &str) -> bool;

    /// What stands in a list; nothing where there is none.
    fn list(&self, key: &str) -> impl Iterator<Item = &Value>;

    /// `2009-07-20T22:55:29Z`
    fn moment(&self, key: &str) -> Option<Timestamp>;
}

impl Read for Value {
    fn text(&self, key: &str) -> String {
        text(&self[key])
    }

    fn id(&self, key: &str) -> Option<String> {
        let id = text(&self[key]);
        let is_id = !id.is_empty() && id.len() <= LONGEST_ID && id.bytes().all(is_of_an_id);
        is_id.then_some(id)
    }

    fn number(&self, key: &str) -> Option<i64> {
        match &self[key] {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    fn flag(&self, key: &str) -> bool {
        match &self[key] {
            Value::Bool(flag) => *flag,
            Value::String(text) => text == "true",
            _ => false,
        }
    }

    fn list(&self, key: &str) -> impl Iterator<Item = &Value> {
        self[key].as_array().into_iter().flatten()
    }

    fn moment(&self, key: &str) -> Option<Timestamp> {
        let text = self[key].as_str()?;
        let moment: jiff::Timestamp = text.get(..40).unwrap_or(text).parse().ok()?;
        Some(Timestamp(moment.as_millisecond()))
    }
}

fn is_of_an_id(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

/// A value as text; a list, an object and `null` are none.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().chars().take(LONGEST_TEXT).collect(),
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_may_be_texts_and_texts_numbers() {
        let value = json!({"id": "35436", "other": 35436, "flag": "true", "n": "7", "at": "2009-07-20T22:55:29Z"});
        assert_eq!((value.id("id"), value.id("other")), (Some("35436".to_owned()), Some("35436".to_owned())));
        assert!(value.flag("flag") && value.number("n") == Some(7));
        assert_eq!(value.moment("at"), Some(Timestamp(1_248_130_529_000)));
    }

    #[test]
    fn what_is_not_there_or_something_else_is_nothing() {
        let value = json!({"id": "../users/1", "list": {"a": 1}, "at": "yesterday", "text": null});
        assert_eq!((value.id("id"), value.id("none"), value.moment("at")), (None, None, None));
        assert!(value.text("text").is_empty() && value.text("list").is_empty() && value.list("list").next().is_none());
        assert!(json(b"<html></html>").is_none() && json(b"\"words\"").is_none() && json(b"\xef\xbb\xbf{}").is_some());
    }
}

//! A push as it came, taken apart: query, form, JSON, JSON inside a parameter (A23).
//!
//! Names are compared without case, `_`, `-` and spaces; `call[caller]`, `call.caller` and `{"call":{"caller":…}}` are
//! the same name. Nothing here knows what a name means.

mod form;
mod json;
mod names;

pub(super) use names::{LONGEST_NAME, Names, dotted, path_of};

use crate::{PushRefused, RawPush};
use json::NoCall;
use names::{ROOT, each_segment, is_index};
use ringcard_core::text::seen;
use std::collections::{BTreeMap, HashMap};

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

/// More fields than any PBX sends. Beyond these, only what somebody looks for is read.
const MOST_FIELDS: usize = 512;
/// Names, and objects around them.
const MOST_PLACES: usize = 4 * MOST_FIELDS;
/// More than the extensions that ring at once.
const MOST_VALUES: usize = 64;
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
        let mut reading = Reading::new(names, keep);
        let body = reading.body(raw);
        reading.pairs(raw.query.as_bytes());
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

/// A name that was met: with its surroundings, a tree.
struct Open {
    parent: usize,
    /// As it is compared.
    segment: Box<str>,
    inner: HashMap<Box<str>, usize>,
    /// The same place among the names that are looked for.
    known: Option<usize>,
    /// What was kept under it.
    field: Option<usize>,
}

/// Where in a push a value stands.
#[derive(Debug, Clone, Copy)]
struct Place(usize);

/// A push while it is taken apart.
struct Reading<'n> {
    names: &'n Names,
    keep: Keep,
    open: Vec<Open>,
    fields: Vec<(usize, Field)>,
    /// As it came, of the place that is being read.
    name: String,
    segment: String,
    #[cfg(test)]
    steps: usize,
}

impl<'n> Reading<'n> {
    fn new(names: &'n Names, keep: Keep) -> Self {
        let root = Open { parent: ROOT, segment: "".into(), inner: HashMap::new(), known: Some(ROOT), field: None };
        Self {
            names,
            keep,
            open: vec![root],
            fields: Vec::new(),
            name: String::new(),
            segment: String::new(),
            #[cfg(test)]
            steps: 0,
        }
    }

    fn body(&mut self, raw: &RawPush) -> Result<(), PushRefused> {
        let body = raw.body.trim_ascii();
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).trim_ascii();
        let kind = raw.content_type.as_deref().unwrap_or_default().to_ascii_lowercase();
        match body.first() {
            None => Ok(()),
            // Many senders leave a form's content type on JSON: what it looks like counts.
            Some(b'{' | b'[') => match self.json(body, false) {
                Ok(()) => Ok(()),
                Err(wrong) => {
                    // Of what is broken, nothing counts.
                    *self = Self::new(self.names, self.keep);
                    match wrong {
                        NoCall::Broken(_) if kind.contains("urlencoded") => self.form(body),
                        NoCall::Broken(error) => Err(unreadable(format!("The body is no JSON: {}", position(&error)))),
                        NoCall::Other(refused) => Err(refused),
                    }
                }
            },
            Some(_) if kind.contains("json") => Err(unreadable("The body is no JSON: it begins with something else")),
            Some(_) if kind.contains("multipart") || kind.contains("xml") => {
                Err(unreadable("The body must be JSON or a form (application/x-www-form-urlencoded)"))
            }
            Some(_) => self.form(body),
        }
    }

    fn form(&mut self, body: &[u8]) -> Result<(), PushRefused> {
        if !body.contains(&b'=') {
            return Err(unreadable("The body is neither JSON nor a form"));
        }
        self.pairs(body);
        Ok(())
    }

    /// Parameters whose text is JSON: their members count as if they were the body.
    fn embedded(&mut self) -> Result<(), PushRefused> {
        // What is JSON inside of JSON has come to the end of the list by then, and is read in its turn.
        let mut at = 0;
        while at < self.fields.len() {
            let (place, field) = &mut self.fields[at];
            at += 1;
            let is_json = self.open[*place].known.is_some_and(|known| self.names.is_json(known));
            if !is_json || !field.values.iter().any(|text| looks_like_json(text)) {
                continue;
            }
            let texts = std::mem::take(&mut field.values);
            let name = field.name.clone();
            for text in texts.iter().filter(|text| looks_like_json(text)) {
                self.json(text.as_bytes(), true).map_err(|wrong| match wrong {
                    NoCall::Broken(error) => unreadable(format!("`{name}` is no JSON: {}", position(&error))),
                    NoCall::Other(refused) => refused,
                })?;
            }
        }
        Ok(())
    }

    /// Goes to a name inside of a place, where anything under it may be kept; [`Self::leave`] with the number goes back.
    fn enter(&mut self, around: Option<Place>, name: &str) -> Option<(Place, usize)> {
        self.count(1 + name.len());
        let before = self.name.len();
        if before + name.len() >= LONGEST_NAME {
            return None;
        }
        let mut at = Some(around.map_or(ROOT, |place| place.0));
        let mut segment = std::mem::take(&mut self.segment);
        each_segment(name, &mut segment, |segment| {
            at = at.and_then(|around| match around != ROOT && is_index(segment) {
                true => Some(around),
                false => self.inside(around, segment),
            });
            at.is_some()
        });
        self.segment = segment;
        let place = Place(at?);
        if before > 0 {
            self.name.push('.');
        }
        self.name.push_str(name);
        Some((place, before))
    }

    fn leave(&mut self, before: usize) {
        self.name.truncate(before);
    }

    fn inside(&mut self, around: usize, segment: &str) -> Option<usize> {
        if let Some(met) = self.open[around].inner.get(segment) {
            return Some(*met);
        }
        let known = self.open[around].known.and_then(|known| self.names.inside(known, segment));
        if known.is_none() && (!self.keeps_others() || self.open.len() >= MOST_PLACES) {
            return None;
        }
        self.count(segment.len());
        let new = self.open.len();
        self.open.push(Open { parent: around, segment: segment.into(), inner: HashMap::new(), known, field: None });
        self.open[around].inner.insert(segment.into(), new);
        Some(new)
    }

    fn keeps_others(&self) -> bool {
        self.keep == Keep::Others && self.fields.len() < MOST_FIELDS
    }

    /// How long a value may be that is kept here; nothing where none is.
    fn room(&self, place: Place) -> Option<usize> {
        let open = &self.open[place.0];
        let has_room = match open.field {
            Some(field) => self.fields[field].1.values.len() < MOST_VALUES,
            None => {
                let is_looked_for = open.known.is_some_and(|known| self.names.is_looked_for(known));
                place.0 != ROOT && (is_looked_for || self.keeps_others())
            }
        };
        has_room.then_some(match (open.known.is_some_and(|known| self.names.is_json(known)), self.keep) {
            (true, _) => usize::MAX,
            (false, Keep::Others) => LONGEST_VALUE,
            // One more, so that a longer one is not taken for what it begins with.
            (false, Keep::Proof) => LONGEST_SECRET + 1,
        })
    }

    fn add(&mut self, place: Place, value: &str, was_encoded: bool) {
        let Some(most) = self.room(place) else { return };
        let value = beginning(value, most);
        self.count(value.len());
        let field = match self.open[place.0].field {
            Some(field) => field,
            None => {
                let field = Field { name: self.name.clone(), values: Vec::new(), was_encoded };
                self.fields.push((place.0, field));
                *self.open[place.0].field.insert(self.fields.len() - 1)
            }
        };
        self.fields[field].1.values.push(value.to_owned());
    }

    fn finish(mut self) -> Fields {
        let fields = std::mem::take(&mut self.fields);
        let kept = fields.into_iter().filter(|(_, field)| !field.values.is_empty());
        let by_path = kept.map(|(place, field)| (self.path(place), field)).collect();
        Fields {
            by_path,
            #[cfg(test)]
            steps: self.steps,
        }
    }

    fn path(&mut self, mut place: usize) -> String {
        let mut segments = Vec::new();
        while place != ROOT {
            segments.push(place);
            place = self.open[place].parent;
        }
        let segments: Vec<&str> = segments.iter().rev().map(|place| &*self.open[*place].segment).collect();
        let path = segments.join(".");
        self.count(path.len());
        path
    }

    /// What tests count instead of time.
    fn count(&mut self, _steps: usize) {
        #[cfg(test)]
        {
            self.steps += _steps;
        }
    }

    fn step(&mut self) {
        self.count(1);
    }
}

fn looks_like_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(raw: &RawPush, looked_for: &[&str]) -> (Fields, Result<(), PushRefused>) {
        let json_in = ["data".to_owned()];
        Fields::read(raw, &Names::new(looked_for.iter().copied(), &json_in), Keep::Others)
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
        let query: String = (0..4000).map(|n| format!("f{n}=1&")).collect();
        let body = br#"{"call":{"from":"1"}}"#.to_vec();
        let push = RawPush { query: format!("{query}to=2"), body, ..RawPush::default() };
        let (fields, problem) = read(&push, &["call.from", "to"]);
        assert_eq!((fields.iter().count(), problem), (MOST_FIELDS + 1, Ok(())));
        assert_eq!(fields.get("to").map(|field| field.values.as_slice()), Some(["2".to_owned()].as_slice()));
        assert!(fields.get("call.from").is_some());
    }

    #[test]
    fn a_value_is_cut_between_characters_and_json_in_a_parameter_is_whole() {
        let long = "é".repeat(LONGEST_VALUE);
        let query = format!("a=x{long}&data={{\"b\":\"{long}\",\"c\":\"1\"}}");
        let (fields, _) = read(&RawPush { query, ..RawPush::default() }, &[]);
        let length = |path: &str| fields.get(path).map(|field| field.values[0].len());
        assert_eq!((length("a"), length("b"), length("c")), (Some(LONGEST_VALUE - 1), Some(LONGEST_VALUE), Some(1)));
    }

    #[test]
    fn json_in_json_in_a_parameter_is_read_and_the_same_again_is_not() {
        let query = r#"data={"data":"{\"a\":\"2\"}","b":"1"}"#.to_owned();
        let (fields, problem) = read(&RawPush { query, ..RawPush::default() }, &[]);
        assert_eq!(problem, Ok(()));
        assert!(fields.get("b").is_some() && fields.get("a").is_none());
    }

    #[test]
    fn what_is_neither_json_nor_a_form_is_said_so() {
        let body = |kind: Option<&str>, body: &str| {
            let raw =
                RawPush { content_type: kind.map(str::to_owned), body: body.as_bytes().to_vec(), ..RawPush::default() };
            read(&raw, &[]).1
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

    /// Shapes that cost more than their bytes where a reader is careless, in about so many bytes.
    const SHAPES: [fn(usize) -> RawPush; 14] = [
        |n| json(format!("{{\"a\":[{}1]}}", "1,".repeat(n / 2))),
        |n| json(format!("{{\"{}\":[{}1]}}", "n".repeat(500), "1,".repeat(n / 2))),
        |n| json(format!("{{\"{}\":[{}1]}}", "n".repeat(n / 2), "1,".repeat(n / 4))),
        |n| json(format!("{{\"{}\":[{}1]}}", "n.".repeat(240), "{\"b\":1},".repeat(n / 8))),
        |n| json(format!("{{\"call\":[{}1]}}", "[[1,2],[3]],".repeat(n / 12))),
        |n| json(format!("{{{}\"z\":1}}", "\"a\":{\"b\":[1,2]},".repeat(n / 18))),
        |n| json(format!("{}1{}", "{\"call\":".repeat(n / 9), "}".repeat(n / 9))),
        |n| json("[".repeat(n)),
        |n| json(format!("{{{}\"z\":1}}", (0..n / 12).map(|n| format!("\"f{n}\":1,")).collect::<String>())),
        |n| json(format!("{{\"a\":[{}1]}}", "\"\\u0041\\ud83d\\ude00\",".repeat(n / 21))),
        |n| RawPush { query: "a=1&".repeat(n / 4), ..RawPush::default() },
        |n| RawPush { query: "&a".repeat(n / 2), ..RawPush::default() },
        |n| RawPush {
            query: (0..n / 40).map(|n| format!("{}{n}=%41&", "%5Ba%5D".repeat(4))).collect(),
            ..RawPush::default()
        },
        |n| RawPush { query: format!("data={{\"a\":[{}1]}}", "%7B%22b%22:1%7D,".repeat(n / 15)), ..RawPush::default() },
    ];

    fn json(text: String) -> RawPush {
        RawPush { body: text.into_bytes(), ..RawPush::default() }
    }

    #[test]
    fn the_work_is_linear_in_the_bytes_whatever_the_shape() {
        for (at, shape) in SHAPES.iter().enumerate() {
            for size in [1_000, 16_000, 256_000, 1_024_000] {
                let raw = shape(size);
                let bytes = raw.query.len() + raw.body.len();
                let (fields, _) = read(&raw, &["call.caller", "from"]);
                assert!(fields.steps <= 3 * bytes + 100, "shape {at}: {} steps for {bytes} bytes", fields.steps);
                let kept: usize = fields
                    .iter()
                    .map(|(path, field)| {
                        path.len() + field.name.len() + field.values.iter().map(String::len).sum::<usize>()
                    })
                    .sum();
                assert!(kept <= 2 * bytes && fields.iter().count() <= MOST_FIELDS + 2, "shape {at} keeps {kept} bytes");
            }
        }
    }

    /// Any JSON, of about so many values.
    fn any_json() -> impl Strategy<Value = serde_json::Value> {
        let name =
            || prop_oneof!["[a-c._ \\[\\]-]{0,6}", "[a-z]{200,700}", Just("call".to_owned()), Just("data".to_owned())];
        let leaf =
            prop_oneof![any::<f64>().prop_map(serde_json::Value::from), ".{0,30}".prop_map(serde_json::Value::from)];
        leaf.prop_recursive(20, 400, 8, move |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..8).prop_map(serde_json::Value::from),
                proptest::collection::vec((name(), inner), 0..8)
                    .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn the_work_is_linear_for_any_json_and_the_proof_costs_less(value in any_json(), in_parameter in any::<bool>()) {
            let text = serde_json::json!({ "x": value }).to_string();
            let raw = match in_parameter {
                true => {
                    let text: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
                    RawPush { query: format!("data={text}"), ..RawPush::default() }
                }
                false => json(text),
            };
            let bytes = raw.query.len() + raw.body.len();
            let names = Names::new(["call.caller"].into_iter(), &["data".to_owned()]);
            let (all, problem) = Fields::read(&raw, &names, Keep::Others);
            prop_assert_eq!(problem, Ok(()));
            // The path of what is kept is put together once: few, and none of them long.
            let paths: usize = all.iter().map(|(path, _)| path.len()).sum();
            prop_assert!(paths <= all.iter().count() * LONGEST_NAME);
            prop_assert!(all.steps <= 3 * bytes + paths + 100, "{} steps for {} bytes", all.steps, bytes);
            let (proof, _) = Fields::read(&raw, &names, Keep::Proof);
            prop_assert!(proof.steps <= all.steps);
            prop_assert!(proof.iter().all(|(path, _)| path == "call.caller" || path == "data"));
        }
    }
}

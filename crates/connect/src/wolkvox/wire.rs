//! wolkvox's JSON, read tolerantly.
//!
//! `code` is a number, a text, `""` or `"0"`; `data` a list, an object or a sentence, and sometimes called `records`;
//! every value a text or not; a field has one name in the documents' table and another in their sample (wolkvox.md, Requests).

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use std::{collections::BTreeMap, fmt, marker::PhantomData};

/// wolkvox gives at most so many rows (wolkvox.md, Limits); whatever comes beyond is counted and not kept.
pub(super) const MOST_ROWS: usize = 60_000;
/// More fields than any row has.
const MOST_FIELDS: usize = 300;
/// Of a value, not more than this is kept.
const LONGEST_VALUE: usize = 8 * 1024;

/// What every answer is wrapped in.
#[derive(Debug, Deserialize)]
#[serde(bound = "T: Row")]
struct Raw<T> {
    #[serde(default)]
    code: Text,
    #[serde(default)]
    error: Text,
    #[serde(default)]
    msg: Text,
    #[serde(default)]
    data: Rows<T>,
    #[serde(default)]
    records: Rows<T>,
}

/// An answer, unwrapped.
#[derive(Debug)]
pub(super) struct Envelope<T> {
    /// Absent where it is no number or `0`.
    pub code: Option<u16>,
    pub error: Option<String>,
    pub msg: String,
    pub rows: Rows<T>,
}

impl<T: Row> Envelope<T> {
    /// `None`: this is no answer of wolkvox's.
    pub fn read(body: &[u8]) -> Option<Self> {
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        // A PHP server that is unwell puts warnings in front.
        let start = body.iter().take(4096).position(|byte| *byte == b'{')?;
        let mut reader = serde_json::Deserializer::from_slice(&body[start..]);
        let raw = Raw::<T>::deserialize(&mut reader).ok()?;
        reader.end().ok()?;
        let words = |text: Text| {
            let none = matches!(text.0.to_ascii_lowercase().as_str(), "" | "null" | "none" | "false" | "0");
            (!none).then_some(text.0)
        };
        Some(Self {
            code: raw.code.0.parse().ok().filter(|code| *code >= 100),
            error: words(raw.error),
            msg: raw.msg.0,
            rows: if raw.data.came == 0 { raw.records } else { raw.data },
        })
    }
}

/// A value as text, whatever it was.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Text(String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor).map(Self)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<String, E> {
        let text = text.trim();
        let mut end = text.len().min(LONGEST_VALUE);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        Ok(text[..end].to_owned())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_unit<E: Error>(self) -> Result<String, E> {
        Ok(String::new())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<String, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(String::new())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<String, A::Error> {
        while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(String::new())
    }
}

/// One row, by its names in small letters.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Fields(BTreeMap<String, String>);

impl Fields {
    /// The first of these names that has a value; empty where none has. `-` is what reports write for none.
    pub fn get(&self, names: &[&str]) -> &str {
        let value = |name: &&str| self.0.get(*name).map(String::as_str).filter(|value| !is_nothing(value));
        names.iter().find_map(value).unwrap_or_default()
    }

    /// The same, for rows that keep it.
    pub fn text(&self, names: &[&str]) -> String {
        self.get(names).to_owned()
    }
}

fn is_nothing(value: &str) -> bool {
    matches!(value, "" | "-" | "--") || value.eq_ignore_ascii_case("null")
}

/// What a report's row becomes. `None`: it is not of interest, and takes no memory.
pub(super) trait Row: Sized {
    fn read(fields: Fields) -> Option<Self>;
}

impl Row for Fields {
    fn read(fields: Fields) -> Option<Self> {
        Some(fields)
    }
}

/// Rows kept, and how many came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rows<T> {
    pub kept: Vec<T>,
    pub came: usize,
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self { kept: Vec::new(), came: 0 }
    }
}

impl<T: Row> Rows<T> {
    fn take(&mut self, fields: Fields) {
        self.came += 1;
        if self.came <= MOST_ROWS {
            self.kept.extend(T::read(fields));
        }
    }
}

/// A row, or whatever stands in the place of one.
enum Element {
    Row(Fields),
    Value(String),
}

impl<'de> Deserialize<'de> for Element {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ElementVisitor;

        impl<'de> Visitor<'de> for ElementVisitor {
            type Value = Element;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a row")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Element, A::Error> {
                let mut fields = BTreeMap::new();
                while let Some(name) = members.next_key::<String>()? {
                    let value = members.next_value::<Text>()?.0;
                    if fields.len() < MOST_FIELDS && name.len() <= 64 {
                        fields.insert(name.trim().to_ascii_lowercase(), value);
                    }
                }
                Ok(Element::Row(Fields(fields)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Element, E> {
                TextVisitor.visit_str(text).map(Element::Value)
            }

            fn visit_bool<E: Error>(self, value: bool) -> Result<Element, E> {
                TextVisitor.visit_bool(value).map(Element::Value)
            }

            fn visit_i64<E: Error>(self, value: i64) -> Result<Element, E> {
                TextVisitor.visit_i64(value).map(Element::Value)
            }

            fn visit_u64<E: Error>(self, value: u64) -> Result<Element, E> {
                TextVisitor.visit_u64(value).map(Element::Value)
            }

            fn visit_f64<E: Error>(self, value: f64) -> Result<Element, E> {
                TextVisitor.visit_f64(value).map(Element::Value)
            }

            fn visit_unit<E: Error>(self) -> Result<Element, E> {
                Ok(Element::Value(String::new()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Element, A::Error> {
                TextVisitor.visit_seq(items).map(Element::Value)
            }
        }

        deserializer.deserialize_any(ElementVisitor)
    }
}

impl<'de, T: Row> Deserialize<'de> for Rows<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct RowsVisitor<T>(PhantomData<T>);

        impl<'de, T: Row> Visitor<'de> for RowsVisitor<T> {
            type Value = Rows<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("rows")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Rows<T>, A::Error> {
                let mut rows = Rows::default();
                while let Some(item) = items.next_element::<Element>()? {
                    if let Element::Row(fields) = item {
                        rows.take(fields);
                    }
                }
                Ok(rows)
            }

            // One row without a list around it, or rows by number, as PHP writes a list with gaps.
            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Rows<T>, A::Error> {
                let mut rows = Rows::default();
                let mut own = BTreeMap::new();
                while let Some(name) = members.next_key::<String>()? {
                    match members.next_value::<Element>()? {
                        Element::Row(fields) => rows.take(fields),
                        Element::Value(value) if own.len() < MOST_FIELDS && name.len() <= 64 => {
                            own.insert(name.trim().to_ascii_lowercase(), value);
                        }
                        Element::Value(_) => {}
                    }
                }
                if rows.came == 0 && !own.is_empty() {
                    rows.take(Fields(own));
                }
                Ok(rows)
            }

            fn visit_str<E: Error>(self, _: &str) -> Result<Rows<T>, E> {
                Ok(Rows::default())
            }

            fn visit_bool<E: Error>(self, _: bool) -> Result<Rows<T>, E> {
                Ok(Rows::default())
            }

            fn visit_i64<E: Error>(self, _: i64) -> Result<Rows<T>, E> {
                Ok(Rows::default())
            }

            fn visit_u64<E: Error>(self, _: u64) -> Result<Rows<T>, E> {
                Ok(Rows::default())
            }

            fn visit_f64<E: Error>(self, _: f64) -> Result<Rows<T>, E> {
                Ok(Rows::default())
            }

            fn visit_unit<E: Error>(self) -> Result<Rows<T>, E> {
                Ok(Rows::default())
            }
        }

        deserializer.deserialize_any(RowsVisitor(PhantomData))
    }
}

/// What wolkvox Agent on one's own machine answers: JSON, or JSON in parentheses behind a function's name (wolkvox.md, The agent's own machine).
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct LocalAnswer {
    pub status: String,
    pub call_id: Option<String>,
    pub words: String,
}

impl LocalAnswer {
    /// `None`: something else answers at this port.
    pub fn read(body: &str) -> Option<Self> {
        let body = body.trim_start_matches('\u{feff}').trim();
        let json = body.get(body.find('{')?..=body.rfind('}')?)?;
        let around = body.replacen(json, "", 1);
        let is_callback = |c: char| c.is_ascii_alphanumeric() || "_$.?();".contains(c) || c.is_whitespace();
        if !around.chars().all(is_callback) {
            return None;
        }
        match read_row(json)? {
            Element::Row(fields) if fields.0.contains_key("status") => Some(Self {
                status: fields.text(&["status"]),
                call_id: Some(fields.text(&["id_call", "conn_id"])).filter(|id| !id.is_empty()),
                words: fields.text(&["msg", "message", "error", "description"]),
            }),
            _ => None,
        }
    }
}

fn read_row<T: DeserializeOwned>(json: &str) -> Option<T> {
    serde_json::from_str(json).ok()
}

#[cfg(test)]
mod tests;

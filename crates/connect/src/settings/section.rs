//! Reading a profile's TOML key by key, so that everything wrong can be said with its line, column and key.

use super::problem::{ProfileError, Source, list, possible};
use std::{cell::RefCell, ops::Range};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// A table of the file. Every key that is asked for is known; [`Section::finish`] refuses all others.
pub(crate) struct Section<'a> {
    source: Source<'a>,
    path: String,
    start: usize,
    table: &'a DeTable<'a>,
    known: RefCell<Vec<&'static str>>,
}

/// A value of the file, with its key.
#[derive(Clone)]
pub(crate) struct Node<'a> {
    source: Source<'a>,
    pub path: String,
    span: Range<usize>,
    value: &'a DeValue<'a>,
}

/// A text of the file, and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Text {
    pub value: String,
    pub path: String,
    pub span: Range<usize>,
}

impl<'a> Section<'a> {
    pub fn root(source: Source<'a>, table: &'a Spanned<DeTable<'a>>) -> Self {
        Self { source, path: String::new(), start: 0, table: table.get_ref(), known: RefCell::default() }
    }

    /// The value of a key, if it is there.
    pub fn get(&self, key: &'static str) -> Option<Node<'a>> {
        self.known.borrow_mut().push(key);
        let (_, value) = self.table.iter().find(|(name, _)| name.get_ref().as_ref() == key)?;
        Some(self.node(key, value))
    }

    pub fn required(&self, key: &'static str, what: &str) -> Result<Node<'a>, ProfileError> {
        self.get(key).ok_or_else(|| self.error(format!("`{key}` is missing: add {what}")))
    }

    /// Everything in it, in the order of the file; no key is unknown any more.
    pub fn entries(&self) -> Vec<(Text, Node<'a>)> {
        let mut entries: Vec<_> = self.table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        let entry = |(key, value): (&Spanned<_>, &'a Spanned<DeValue<'a>>)| {
            let name: &std::borrow::Cow<'_, str> = key.get_ref();
            let text = Text { value: name.to_string(), path: self.child(name), span: key.span() };
            (text, self.node(name, value))
        };
        entries.into_iter().map(entry).collect()
    }

    /// Refuses keys nobody asked for.
    pub fn finish(&self) -> Result<(), ProfileError> {
        let known = self.known.borrow();
        let unknown = self.table.keys().filter(|key| !known.contains(&key.get_ref().as_ref()));
        match unknown.min_by_key(|key| key.span().start) {
            None => Ok(()),
            Some(key) => {
                let message = format!("there is no such key here; {}", possible(key.get_ref(), &known));
                Err(self.source.error(key.span().start, self.child(key.get_ref()), message))
            }
        }
    }

    /// Something is wrong with the table as a whole.
    pub fn error(&self, message: impl Into<String>) -> ProfileError {
        self.source.error(self.start, self.path.clone(), message)
    }

    fn node(&self, key: &str, value: &'a Spanned<DeValue<'a>>) -> Node<'a> {
        Node { source: self.source, path: self.child(key), span: value.span(), value: value.get_ref() }
    }

    fn child(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }
}

impl<'a> Node<'a> {
    pub fn text(&self) -> Result<Text, ProfileError> {
        match self.value {
            DeValue::String(text) => Ok(self.as_text(text)),
            _ => Err(self.wrong("a text in quotes")),
        }
    }

    /// A text, or a number or flag written without quotes.
    pub fn scalar(&self) -> Result<Text, ProfileError> {
        match self.value {
            DeValue::String(text) => Ok(self.as_text(text)),
            DeValue::Boolean(flag) => Ok(self.as_text(&flag.to_string())),
            DeValue::Integer(number) => Ok(self.as_text(&number.to_string())),
            _ => Err(self.wrong("a text, a whole number, `true` or `false`")),
        }
    }

    /// One text or a list of them.
    pub fn texts(&self) -> Result<Vec<Text>, ProfileError> {
        match self.value {
            DeValue::Array(_) => self.items("a text, or a list of texts")?.iter().map(Node::scalar).collect(),
            _ => Ok(vec![self.scalar().map_err(|_| self.wrong("a text, or a list of texts"))?]),
        }
    }

    pub fn flag(&self) -> Result<bool, ProfileError> {
        match self.value {
            DeValue::Boolean(flag) => Ok(*flag),
            _ => Err(self.wrong("`true` or `false`")),
        }
    }

    /// One of a few words.
    pub fn word<T: Copy>(&self, words: &[(&str, T)]) -> Result<T, ProfileError> {
        let text = self.text()?;
        let found = words.iter().find(|(word, _)| *word == text.value);
        found.map(|(_, value)| *value).ok_or_else(|| {
            let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            self.error(format!("`{}` is not possible here; {}", text.value, possible(&text.value, &known)))
        })
    }

    pub fn section(&self) -> Result<Section<'a>, ProfileError> {
        match self.value {
            DeValue::Table(table) => Ok(Section {
                source: self.source,
                path: self.path.clone(),
                start: self.span.start,
                table,
                known: RefCell::default(),
            }),
            _ => Err(self.wrong(&format!("a table, `[{}]`", self.path))),
        }
    }

    /// An array of tables (`[[…]]`), or one table.
    pub fn sections(&self) -> Result<Vec<Section<'a>>, ProfileError> {
        match self.value {
            DeValue::Table(_) => Ok(vec![self.section()?]),
            _ => {
                let what = format!("a list of tables, each under `[[{}]]`", self.path);
                self.items(&what)?.iter().map(Node::section).collect()
            }
        }
    }

    /// As a plain TOML value: text, number or flag.
    pub fn plain(&self) -> Result<toml::Value, ProfileError> {
        match self.value {
            DeValue::String(text) => Ok(toml::Value::String(text.to_string())),
            DeValue::Boolean(flag) => Ok(toml::Value::Boolean(*flag)),
            DeValue::Integer(number) => match number.to_string().parse() {
                Ok(number) => Ok(toml::Value::Integer(number)),
                Err(_) => Err(self.wrong("a number of at most 18 digits")),
            },
            _ => Err(self.wrong("a text, a whole number, `true` or `false`")),
        }
    }

    pub fn is_table(&self) -> bool {
        matches!(self.value, DeValue::Table(_))
    }

    pub fn is_array(&self) -> bool {
        matches!(self.value, DeValue::Array(_))
    }

    pub fn is_text(&self) -> bool {
        matches!(self.value, DeValue::String(_))
    }

    pub fn items(&self, expected: &str) -> Result<Vec<Node<'a>>, ProfileError> {
        let DeValue::Array(items) = self.value else { return Err(self.wrong(expected)) };
        let item = |(at, item): (usize, &'a Spanned<DeValue<'a>>)| Node {
            source: self.source,
            path: format!("{}[{}]", self.path, at + 1),
            span: item.span(),
            value: item.get_ref(),
        };
        Ok(items.iter().enumerate().map(item).collect())
    }

    pub fn error(&self, message: impl Into<String>) -> ProfileError {
        self.source.error(self.span.start, self.path.clone(), message)
    }

    fn wrong(&self, expected: &str) -> ProfileError {
        let found = match self.value {
            DeValue::String(_) => "a text",
            DeValue::Integer(_) => "a number",
            DeValue::Float(_) => "a number with a fraction",
            DeValue::Boolean(_) => "`true` or `false`",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.error(format!("expected {expected}, and found {found}"))
    }

    fn as_text(&self, value: &str) -> Text {
        Text { value: value.to_owned(), path: self.path.clone(), span: self.span.clone() }
    }
}

impl Text {
    /// Something is wrong with this text, so many bytes into it.
    pub fn error_at(&self, source: &Source<'_>, inside: usize, message: impl Into<String>) -> ProfileError {
        // Exact where the text stands in the file as it is; where it has escapes, its first character is near enough.
        let written = source.text.get(self.span.clone()).and_then(|raw| raw.find(self.value.as_str()));
        let offset = written.map_or(self.span.start, |start| self.span.start + start + inside.min(self.value.len()));
        source.error(offset, self.path.clone(), message)
    }

    pub fn error(&self, source: &Source<'_>, message: impl Into<String>) -> ProfileError {
        source.error(self.span.start, self.path.clone(), message)
    }
}

/// A sentence for a key that is given twice in different ways.
pub(crate) fn only_one_of(section: &Section<'_>, keys: &[&'static str]) -> Result<(), ProfileError> {
    let given: Vec<&str> = keys.iter().copied().filter(|key| section.get(key).is_some()).collect();
    match given.len() {
        0 | 1 => Ok(()),
        _ => Err(section.error(format!("{} exclude each other: keep one", list(&given)))),
    }
}

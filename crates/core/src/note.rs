//! Notes of a call: what its agents write of it, and the transcripts and summaries that other programs hand over.
//!
//! A note is named by its call and a key of whoever wrote it. What a machine wrote can wait for a person's approval before
//! anything of it goes to another system ([`Approval`]).

use crate::{Timestamp, call::AgentId, text::is_steering};
use serde::{Deserialize, Serialize};
use std::fmt;
use thiserror::Error;
use ts_rs::TS;
use utoipa::ToSchema;

/// The name of a note among those of its call, given by whoever wrote it: the same one twice is one note.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS, ToSchema)]
#[serde(transparent)]
pub struct NoteKey(pub String);

impl fmt::Display for NoteKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a note is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoteKind {
    /// What somebody has to say of the call.
    Note,
    /// What was said, word by word.
    Transcript,
    /// What was said, in short.
    Summary,
}

impl NoteKind {
    pub const ALL: [Self; 3] = [Self::Note, Self::Transcript, Self::Summary];

    /// In one stable word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Transcript => "transcript",
            Self::Summary => "summary",
        }
    }
}

/// A note as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct CallNote {
    pub key: NoteKey,
    pub kind: NoteKind,
    /// The agent who wrote it, or whose program did; absent: another program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub by: Option<AgentId>,
    /// The program that made it, as it calls itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub source: Option<String>,
    /// The text's language, as in `es-CO`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub language: Option<String>,
    pub text: String,
    /// When whoever wrote it handed it over last.
    pub at: Timestamp,
    /// Who changed it since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub edited: Option<NoteMark>,
    pub approval: Approval,
    /// Typed while the call went on, at its agent's desk, which may still change it: it is not edited here.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(as = "Option<bool>", optional)]
    pub while_talking: bool,
    /// Another one with every change.
    #[ts(type = "number")]
    pub version: u64,
}

impl CallNote {
    /// Whether other systems are told of it.
    pub fn goes_out(&self) -> bool {
        self.approval != Approval::Waits
    }
}

/// Who did something with a note, and when; without a name: a program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct NoteMark {
    pub by: Option<AgentId>,
    pub at: Timestamp,
}

/// Whether somebody has to read a note before other systems are told of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Approval {
    /// An agent wrote it, or the settings ask for nobody's.
    NotNeeded,
    /// Nobody approved it yet.
    Waits,
    Given {
        by: Option<AgentId>,
        at: Timestamp,
    },
}

/// A note as somebody hands it over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewNote {
    /// The same key is the same note: another text takes the place of the one before.
    pub key: NoteKey,
    pub kind: NoteKind,
    pub text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// Why a note cannot be taken, for whoever wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NoteMisfit {
    #[error("`key` has to be 1 to {} letters from a to z, digits and signs, without spaces", NewNote::LONGEST_KEY)]
    Key,
    #[error("`text` is empty: to take a note away, delete it")]
    Empty,
    #[error("`text` has {bytes} bytes, and {} are taken", NewNote::LARGEST)]
    TooLong { bytes: usize },
    #[error("`language` is a tag as in es-CO, hu or zh-Hant-TW")]
    Language,
    #[error("`source` is a name of at most {} letters", NewNote::LONGEST_SOURCE)]
    Source,
}

impl NewNote {
    /// Bytes of a text: a conversation of some hours.
    pub const LARGEST: usize = 256 * 1024;
    /// Letters of a key.
    pub const LONGEST_KEY: usize = 200;
    /// Letters of a program's name.
    pub const LONGEST_SOURCE: usize = 100;

    /// The same as it is kept, or why it is not.
    pub fn checked(self) -> Result<Self, NoteMisfit> {
        let Self { key, kind, text, language, source } = self;
        if !(1..=Self::LONGEST_KEY).contains(&key.0.len()) || !key.0.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(NoteMisfit::Key);
        }
        let language = language.map(|tag| tag.trim().to_owned()).filter(|tag| !tag.is_empty());
        if language.as_deref().is_some_and(|tag| !is_language(tag)) {
            return Err(NoteMisfit::Language);
        }
        let source = source.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
        let is_name = |name: &str| {
            name.chars().count() <= Self::LONGEST_SOURCE
                && !name.chars().any(|one| one.is_control() || is_steering(one))
        };
        if source.as_deref().is_some_and(|name| !is_name(name)) {
            return Err(NoteMisfit::Source);
        }
        Ok(Self { key, kind, text: note_text(&text)?, language, source })
    }
}

/// A note's text as it is kept: its lines as they are, without what cannot be seen.
pub fn note_text(text: &str) -> Result<String, NoteMisfit> {
    if text.len() > NewNote::LARGEST {
        return Err(NoteMisfit::TooLong { bytes: text.len() });
    }
    let text: String =
        text.replace("\r\n", "\n").chars().filter(|one| !one.is_control() || matches!(one, '\n' | '\t')).collect();
    match text.trim() {
        "" => Err(NoteMisfit::Empty),
        text => Ok(text.to_owned()),
    }
}

/// Letters and digits in parts of at most eight, as RFC 5646 has them.
fn is_language(tag: &str) -> bool {
    let is_part = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    tag.len() <= 35 && tag.split('-').all(is_part) && tag.starts_with(|one: char| one.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(key: &str, text: &str, language: Option<&str>, source: Option<&str>) -> NewNote {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let (key, text) = (NoteKey(key.into()), text.into());
        NewNote { key, kind: NoteKind::Transcript, text, language: owned(language), source: owned(source) }
    }

    #[test]
    fn a_text_keeps_its_lines_and_loses_what_cannot_be_seen() {
        let note =
            new("t-1", " A: hello\r\nB:\t\u{5e9}\u{5dc}\u{5d5}\u{5dd}\u{7}\0\n ", Some(" es-CO "), Some(" whisper "));
        let note = note.checked().expect("it is one");
        assert_eq!(note.text, "A: hello\nB:\t\u{5e9}\u{5dc}\u{5d5}\u{5dd}");
        assert_eq!((note.language.as_deref(), note.source.as_deref()), (Some("es-CO"), Some("whisper")));
    }

    #[test]
    fn what_is_too_long_empty_or_no_name_is_said() {
        let long = "x".repeat(NewNote::LARGEST + 1);
        for (note, why) in [
            (new("", "text", None, None), NoteMisfit::Key),
            (new("a b", "text", None, None), NoteMisfit::Key),
            (new("ké", "text", None, None), NoteMisfit::Key),
            (new(&"k".repeat(201), "text", None, None), NoteMisfit::Key),
            (new("k", " \r\n\0", None, None), NoteMisfit::Empty),
            (new("k", &long, None, None), NoteMisfit::TooLong { bytes: long.len() }),
            (new("k", "text", Some("the language of the Incas"), None), NoteMisfit::Language),
            (new("k", "text", Some("es_CO"), None), NoteMisfit::Language),
            (new("k", "text", None, Some(&"s".repeat(101))), NoteMisfit::Source),
            (new("k", "text", None, Some("a\nb")), NoteMisfit::Source),
        ] {
            assert_eq!(note.checked(), Err(why));
        }
        assert!(new("k", &long[1..], Some("zh-Hant-TW"), Some("")).checked().is_ok());
    }
}

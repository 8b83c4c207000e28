//! Recordings of calls: what is known of each, and what its bytes are.
//!
//! A recording is known before it is here: call data may bring only the telephone system's own id of it, and the audio is
//! fetched when somebody wants to hear it.

mod audio;
mod end;
mod playable;
mod range;

pub use audio::AudioKind;
pub use end::AudioEnd;
pub use playable::{AudioBytes, Playable};
pub use range::asked_range;

use crate::{Timestamp, call::CallId};
use serde::{Deserialize, Serialize};
use std::fmt;
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

/// Our own name of a recording; nobody guesses it, and it says nothing of the call.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS, ToSchema)]
#[serde(transparent)]
pub struct RecordingId(pub String);

impl RecordingId {
    pub fn new() -> Self {
        Self(Uuid::new_v4().simple().to_string())
    }

    /// Whether a text is a name as [`RecordingId::new`] makes them: nothing else is ever part of a path.
    pub fn is_one(text: &str) -> bool {
        text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    }
}

impl Default for RecordingId {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Display for RecordingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A recording of a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct Recording {
    pub id: RecordingId,
    pub call_id: CallId,
    /// The account it came by.
    pub account: String,
    /// When we heard of it.
    pub at: Timestamp,
    pub state: RecordingState,
    /// It may not be deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub hold: Option<RecordingHold>,
}

/// That a recording may not be deleted, by anybody, nor by its age.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct RecordingHold {
    pub at: Timestamp,
    /// By the name in the settings; absent: a script with the administrator's token.
    pub by: Option<crate::call::AgentId>,
    pub why: String,
}

/// Where a recording is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RecordingState {
    /// The telephone system has it, and gives it when it is asked.
    AtSystem,
    /// It is kept here, whole.
    Here {
        audio: AudioKind,
        #[ts(type = "number")]
        bytes: u64,
    },
    /// The telephone system has it no longer.
    Gone,
    /// Somebody deleted it, or it was too old.
    Deleted,
    /// It came with the call's data and was not kept; the data were.
    Refused { why: RecordingRefused },
}

/// Why a recording that came was not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecordingRefused {
    Empty,
    /// Nothing that is known as audio.
    NotAudio,
    /// Its Base64 is none, or ends in the middle.
    Broken,
    TooLong,
    /// More than a call's data have.
    TooMany,
    DiskFull,
    /// It could not be written for another reason.
    NotWritten,
    /// The call is private.
    Private,
}

/// What somebody did with a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecordingAct {
    Listened,
    Deleted,
    /// It may not be deleted any more.
    Held,
    /// It may be deleted again.
    Released,
    /// Written into a file for somebody outside.
    Exported,
}

/// Who did what with a recording, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct RecordingAccess {
    pub at: Timestamp,
    /// By the name in the settings; absent: a script with the administrator's token, or the hub by itself.
    pub agent: Option<crate::call::AgentId>,
    pub act: RecordingAct,
    /// Why, where somebody said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub why: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_name_of_ours_may_be_part_of_a_path() {
        assert!(RecordingId::is_one(&RecordingId::new().0));
        let foreign = ["", "..", "../../etc/passwd", "0192F0C0FFEE", &"0".repeat(31), &"g".repeat(32), &"0".repeat(33)];
        for text in foreign {
            assert!(!RecordingId::is_one(text), "{text}");
        }
    }
}

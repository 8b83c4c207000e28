//! What is known of a call beside its course: what was noted, how it was coded, what was written of it to other systems, and its
//! recordings.

use super::SubmissionStory;
use crate::{
    Timestamp,
    call::AgentId,
    outcome::CallOutcome,
    recording::{Recording, RecordingId},
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// One thing that came of a call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, ToSchema)]
pub struct Moment {
    pub at: Timestamp,
    pub what: Happened,
}

/// What came of a call at a moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[allow(clippy::large_enum_variant, reason = "a story has few, and is handed over once")]
pub enum Happened {
    /// An agent noted it while the call went on; the moment is when they changed it last.
    Noted {
        by: AgentId,
        note: String,
    },
    /// An agent coded it. Every code that was given is there, the last one counts.
    Coded {
        outcome: CallOutcome,
    },
    /// It was to be written to another system; the moment is that of the last news. When it was saved, its attempts and how it
    /// stands are in it.
    Written {
        submission: SubmissionStory,
    },
    /// A recording of it was told of, or came with the call's data; how it stands now is in it.
    Recorded {
        recording: Recording,
    },
    /// A recording came here after it was told of.
    RecordingFetched {
        recording: RecordingId,
    },
    RecordingDeleted {
        recording: RecordingId,
    },
    /// What a hub of a newer version tells.
    #[serde(other)]
    Other,
}

/// A part of a call's story that cannot be read now; everything else of it is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct MissingPart {
    pub part: StoryPart,
    /// A sentence.
    pub why: String,
}

/// What is kept apart from the calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StoryPart {
    /// What was written to other systems.
    Outbox,
    Recordings,
    /// What a hub of a newer version names.
    #[serde(other)]
    Other,
}

//! How a call's legs went.

use crate::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// How a call's legs went, and what follows from them beside the call's state.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(default)]
#[ts(optional_fields)]
pub struct Course {
    /// The agents' legs, in the order in which they were first heard of.
    pub legs: Vec<CallLeg>,
    /// For how long both sides spoke, from our own clock; absent while they may speak, where nobody did, and where nobody
    /// told when they stopped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub talk_seconds: Option<u32>,
    /// A call of ours that ended before the customer answered, though nothing failed.
    pub not_reached: bool,
    /// The customer's name, as the network or the telephone system shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub party_name: Option<String>,
    /// The queue, hunt group or campaign it came through.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue: Option<String>,
    /// As one agent sees it: what became of their own part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<OwnPart>,
    /// As one agent sees it: who passed it to them, by name where it is an agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub passed_by: Option<String>,
    /// What whoever dialled has to know or to do at their telephone system, for as long as that is worth saying.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<Advice>,
}

/// What a telephone system said beside taking our request to start a call; the user interface has words for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Advice {
    /// The agent chooses the number to call from in the telephone system's own program, and confirms: then it calls.
    ChooseNumber,
    /// The telephone system calls another number than the one that was clicked: the one it knows for the ticket.
    CallsAnother,
}

impl Course {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// One agent's leg of a call.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(default)]
pub struct CallLeg {
    /// Its phone; absent: nobody told which.
    pub extension: Option<String>,
    /// Whose phone it is, where they were in the call: said of a call that is shown, never kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub agent: Option<String>,
    pub rang_at: Option<Timestamp>,
    pub answered_at: Option<Timestamp>,
    pub held: bool,
    pub ended_at: Option<Timestamp>,
    pub end: Option<LegEnd>,
    /// For how long it spoke with the customer, from our own clock; absent while it may speak, and where it did not.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub talk_seconds: Option<u32>,
    /// The extension that passed the call on to it.
    pub passed_by: Option<String>,
}

impl CallLeg {
    pub fn rings(&self) -> bool {
        self.is_open() && self.answered_at.is_none()
    }

    /// Whether it rings or talks.
    pub fn is_open(&self) -> bool {
        self.end.is_none()
    }

    pub fn talks(&self) -> bool {
        self.end.is_none() && self.answered_at.is_some()
    }

    pub(super) fn was_given_up_talking(&self) -> bool {
        self.end == Some(LegEnd::NotReported) && self.answered_at.is_some()
    }
}

/// Why an agent's leg ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LegEnd {
    /// It was answered, and hung up by either side.
    Over,
    NotAnswered,
    Declined,
    Busy,
    /// The phone could not be reached.
    Failed,
    AnsweredElsewhere,
    /// The caller gave up while it rang.
    CallerGone,
    /// Voicemail, a menu or an announcement took the call.
    WentToService,
    /// Nobody told: it was given up.
    NotReported,
}

/// What became of one agent's part in a call, where the call's state does not say it all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum OwnPart {
    NotAnswered,
    Declined,
    Busy,
    /// The phone could not be reached.
    Failed,
    /// Voicemail, a menu or an announcement took the call.
    WentToService,
    /// `to`: by name where it is an agent, else the extension.
    PassedTo {
        to: String,
    },
    /// The agent hung up before the customer answered.
    NotReached,
    /// They were in it, and nobody told how it ended.
    EndNotReported,
}

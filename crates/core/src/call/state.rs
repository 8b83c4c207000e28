//! Where a call stands, in one word.

use super::FailReason;
use serde::{Deserialize, Serialize};
use std::fmt;
use ts_rs::TS;
use utoipa::ToSchema;

/// One of the two halves of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Leg {
    /// Our own extension, which rings first in click-to-call.
    Agent,
    Customer,
}

/// Where a call stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CallState {
    /// Click-to-call: the PBX was asked, and has not answered yet.
    Starting,
    /// Click-to-call: the PBX accepted; *your phone is ringing: pick up*.
    AgentRinging,
    /// Inbound: it rings here. Outbound: the customer's phone rings.
    Ringing,
    /// Both legs speak.
    Connected,
    Ended,
    /// Inbound: nobody here picked up.
    Missed,
    /// Inbound: somebody else picked up.
    AnsweredElsewhere,
    /// Click-to-call: which leg failed, and why.
    Failed {
        leg: Leg,
        why: FailReason,
    },
    /// Click-to-call: no answer in time, or the answer was cut: *unknown, look at your phone*. Never repeated by itself.
    Unknown,
    /// A ring that never got an end.
    OutcomeNotReported,
}

impl fmt::Display for CallState {
    /// One word for logs; the PBX's own messages stay out of it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Starting => "starting",
            Self::AgentRinging => "agent ringing",
            Self::Ringing => "ringing",
            Self::Connected => "connected",
            Self::Ended => "ended",
            Self::Missed => "missed",
            Self::AnsweredElsewhere => "answered elsewhere",
            Self::Failed { .. } => "failed",
            Self::Unknown => "unknown",
            Self::OutcomeNotReported => "outcome not reported",
        })
    }
}

impl CallState {
    /// Whether the call is over, as far as we will ever know.
    pub fn is_over(&self) -> bool {
        match self {
            Self::Starting | Self::AgentRinging | Self::Unknown | Self::Ringing | Self::Connected => false,
            Self::Ended | Self::Missed | Self::AnsweredElsewhere | Self::Failed { .. } | Self::OutcomeNotReported => {
                true
            }
        }
    }
}

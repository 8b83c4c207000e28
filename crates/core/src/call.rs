//! A call, its legs and its states, and the one function that moves it from state to state.
//!
//! Events may come late, twice or out of order: [`Call::apply`] takes only what moves the call forward and
//! says whether anything changed. A call that ended never comes back.

use crate::{
    Timestamp,
    control::Toggles,
    number::{Ani, Dnis, Party},
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt};
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

/// Our own name of a call; sorts by time.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS, ToSchema)]
#[serde(transparent)]
pub struct CallId(pub String);

impl CallId {
    pub fn new() -> Self {
        Self(Uuid::now_v7().simple().to_string())
    }
}

impl Default for CallId {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Display for CallId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An agent, by the name in the settings.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS, ToSchema)]
#[serde(transparent)]
pub struct AgentId(pub String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    Inbound,
    Outbound,
}

/// One of the two halves of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema)]
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
        self.rank() == 4
    }

    /// Calls only ever move to a higher rank.
    fn rank(&self) -> u8 {
        match self {
            Self::Starting => 0,
            // Unknown may still be resolved by what the PBX reports later.
            Self::AgentRinging | Self::Unknown => 1,
            Self::Ringing => 2,
            Self::Connected => 3,
            Self::Ended | Self::Missed | Self::AnsweredElsewhere | Self::Failed { .. } | Self::OutcomeNotReported => 4,
        }
    }
}

/// Why a leg failed; the user interface has words and advice for each. `detail` is the PBX's own message, if it sent one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum FailReason {
    /// User, password or key was not accepted.
    Authentication {
        detail: String,
    },
    /// The PBX would not start the call.
    Refused {
        detail: String,
    },
    /// No connection: nothing was started.
    Unreachable {
        detail: String,
    },
    /// The account is not set up to dial; `detail` says what is missing.
    NotConfigured {
        detail: String,
    },
    Busy,
    NoAnswer,
    Declined,
    /// The PBX reported a failure without a reason we know.
    Other {
        detail: String,
    },
}

/// A call, from ring to end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct Call {
    pub id: CallId,
    pub direction: Direction,
    /// The PBX account it came by.
    pub account: String,
    /// The PBX's own call id, where it has one.
    pub external_id: Option<String>,
    pub ani: Ani,
    pub dnis: Dnis,
    /// The called line's name for people: *Sales (HU)*; absent where none was given.
    pub line: Option<String>,
    /// Inbound: whom it rings for. Outbound: who dialled.
    pub agents: Vec<AgentId>,
    /// The extension that rings.
    pub extension: Option<String>,
    pub state: CallState,
    pub started_at: Timestamp,
    pub connected_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
    /// Where its telephone system takes hold, mute and hanging up from us: how it stands. Absent: it does not.
    #[serde(default)]
    pub controls: Option<Toggles>,
    /// Further fields the PBX offered (queue, IVR choice ...), bounded by the profile.
    pub extra: BTreeMap<String, String>,
}

/// What may happen to a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CallEvent {
    /// The PBX accepted a click-to-call, or reports that our own extension rings.
    AgentRinging,
    /// The agent's leg was picked up; the customer's leg follows.
    AgentAnswered,
    /// The customer's phone rings (outbound).
    CustomerRinging,
    Connected,
    /// Somebody else took it.
    AnsweredElsewhere,
    Ended,
    /// The caller gave up, or the ring ended unanswered.
    Missed,
    Failed {
        leg: Leg,
        why: FailReason,
    },
    /// No answer to our request in time.
    TimedOut,
    /// Nothing more was heard for too long.
    Expired,
}

impl Call {
    /// The customer's end: who calls, or who is called.
    pub fn customer(&self) -> &Party {
        match self.direction {
            Direction::Inbound => &self.ani.0,
            Direction::Outbound => &self.dnis.0,
        }
    }

    /// Moves the call forward; `false` when the event says nothing new (late, repeated, out of order).
    pub fn apply(&mut self, event: &CallEvent, at: Timestamp) -> bool {
        let next = match (event, self.direction) {
            (CallEvent::AgentRinging, Direction::Outbound) => CallState::AgentRinging,
            (CallEvent::AgentAnswered | CallEvent::CustomerRinging, Direction::Outbound) => CallState::Ringing,
            // Inbound, our extension rings or is picked up.
            (CallEvent::AgentRinging | CallEvent::CustomerRinging, Direction::Inbound) => CallState::Ringing,
            (CallEvent::AgentAnswered, Direction::Inbound) | (CallEvent::Connected, _) => CallState::Connected,
            (CallEvent::AnsweredElsewhere, Direction::Inbound) => CallState::AnsweredElsewhere,
            (CallEvent::AnsweredElsewhere, Direction::Outbound) => return false,
            (CallEvent::Ended, Direction::Inbound) if self.connected_at.is_none() => CallState::Missed,
            (CallEvent::Ended, _) => CallState::Ended,
            (CallEvent::Missed, Direction::Inbound) => CallState::Missed,
            (CallEvent::Missed, Direction::Outbound) => {
                CallState::Failed { leg: self.pending_leg(), why: FailReason::NoAnswer }
            }
            (CallEvent::Failed { .. }, Direction::Inbound) => CallState::Missed,
            (CallEvent::Failed { leg, why }, Direction::Outbound) => CallState::Failed { leg: *leg, why: why.clone() },
            (CallEvent::TimedOut, Direction::Outbound) => CallState::Unknown,
            (CallEvent::TimedOut, Direction::Inbound) => return false,
            (CallEvent::Expired, _) => CallState::OutcomeNotReported,
        };
        if !self.may_become(&next) {
            return false;
        }
        match next {
            CallState::Connected => self.connected_at = Some(at),
            ref over if over.is_over() => self.ended_at = Some(at),
            _ => {}
        }
        self.state = next;
        true
    }

    fn may_become(&self, next: &CallState) -> bool {
        match (&self.state, next) {
            // The PBX may report after our time-out what became of the call.
            (CallState::Unknown, CallState::AgentRinging) => true,
            // An expired ring may still get its end, once.
            (CallState::OutcomeNotReported, after) => after.is_over() && *after != CallState::OutcomeNotReported,
            (now, after) => after.rank() > now.rank(),
        }
    }

    /// The leg that has not been picked up yet.
    fn pending_leg(&self) -> Leg {
        match self.state {
            CallState::Starting | CallState::AgentRinging | CallState::Unknown => Leg::Agent,
            _ => Leg::Customer,
        }
    }
}

#[cfg(test)]
mod tests;

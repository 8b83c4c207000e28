//! A simulated call as others see it.

use crate::{
    clock,
    journal::{CallNo, System},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A call that comes in from outside.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ring {
    /// As the PBX writes it; empty: the caller hides the number.
    pub caller: String,
    /// Empty: the main line.
    pub called: String,
    /// The extensions that ring, told in the notifier; empty: the notifier names none (vipex.md, Incoming calls) and the first extension rings.
    pub extensions: Vec<String>,
    /// The queue it comes through; empty: none is told.
    pub queue: String,
    /// The caller's name; empty: none is told.
    pub name: String,
    /// Further parameters of its notifier (vipex.md, Basics).
    pub extra: Vec<(String, String)>,
    /// How long the caller waits; absent: as long as the PBX lets phones ring.
    pub ring_for_ms: Option<u64>,
    /// The PBX it comes by; absent: VIPeX.
    pub via: Option<System>,
}

impl Ring {
    pub fn from(caller: impl Into<String>) -> Self {
        Self { caller: caller.into(), ..Self::default() }
    }

    pub fn hidden() -> Self {
        Self::default()
    }

    pub fn to(self, called: impl Into<String>) -> Self {
        Self { called: called.into(), ..self }
    }

    /// One more extension that rings, and is told.
    pub fn extension(mut self, extension: impl Into<String>) -> Self {
        self.extensions.push(extension.into());
        self
    }

    pub fn extra(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.extra.push((name.into(), value.into()));
        self
    }

    pub fn queue(self, queue: impl Into<String>) -> Self {
        Self { queue: queue.into(), ..self }
    }

    pub fn named(self, name: impl Into<String>) -> Self {
        Self { name: name.into(), ..self }
    }

    pub fn via(self, system: System) -> Self {
        Self { via: Some(system), ..self }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    Inbound,
    Outbound,
}

impl Direction {
    /// The word in pushes.
    pub fn word(self) -> &'static str {
        match self {
            Self::Inbound => "inbound",
            Self::Outbound => "outbound",
        }
    }
}

/// Where a simulated call stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Inbound: it rings here.
    Ringing,
    /// Click-to-call: the extension rings (vipex.md, Click-to-call).
    AgentRinging,
    /// Click-to-call: the extension was picked up, the number rings.
    CustomerRinging,
    Talking,
    Over,
}

impl Phase {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Ringing => "ringing",
            Self::AgentRinging => "ringing at the extension",
            Self::CustomerRinging => "ringing at the customer",
            Self::Talking => "connected",
            Self::Over => "over",
        }
    }
}

/// How a call ended; the word in the call data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallResult {
    Answered,
    AnsweredElsewhere,
    Missed,
    Busy,
    NoAnswer,
    Declined,
    Failed,
    /// Hung up before the other side picked up.
    Cancelled,
}

impl CallResult {
    /// The word in call data.
    pub fn word(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::AnsweredElsewhere => "answered_elsewhere",
            Self::Missed => "missed",
            Self::Busy => "busy",
            Self::NoAnswer => "no_answer",
            Self::Declined => "declined",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CallView {
    pub no: CallNo,
    /// The PBX's own call id.
    pub id: String,
    pub via: System,
    pub direction: Direction,
    /// Of a click-to-call: the extension, *as if the user had dialled* (vipex.md, Click-to-call).
    pub caller: String,
    pub called: String,
    /// Those that ring, or the one that picked up.
    pub extensions: Vec<String>,
    /// Whether pushes name the extensions (vipex.md, Incoming calls).
    pub extensions_told: bool,
    pub phase: Phase,
    pub result: Option<CallResult>,
    /// Milliseconds since 1970.
    pub started: u64,
    pub answered: Option<u64>,
    pub ended: Option<u64>,
}

impl CallView {
    pub fn is_over(&self) -> bool {
        self.phase == Phase::Over
    }

    /// The end-of-call data: a multi-dimensional JSON object (vipex.md, Call data; its names are the simulator's own).
    pub(crate) fn data(&self) -> Value {
        let iso = |millis: Option<u64>| millis.map(|m| clock::utc(m) + "Z");
        let talked = match (self.answered, self.ended) {
            (Some(from), Some(to)) => to.saturating_sub(from) / 1000,
            _ => 0,
        };
        json!({
            "id": self.id,
            "direction": self.direction.word(),
            "caller": self.caller,
            "called": self.called,
            "extension": self.extensions.first(),
            "started": iso(Some(self.started)),
            "answered": iso(self.answered),
            "ended": iso(self.ended),
            "duration": talked,
            "result": self.result.map(CallResult::word),
        })
    }
}

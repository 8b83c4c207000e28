//! What an agent can do during a call, in a telephone system that lets others do it for them.

use async_trait::async_trait;
pub use ringcard_core::control::{Toggle, Toggles};
use ringcard_core::{Timestamp, number::Party, submission::GateReason};
use std::fmt;
use thiserror::Error;

/// One act on the agent's own call.
#[derive(Clone, PartialEq, Eq)]
pub enum CallAct {
    HangUp,
    Hold,
    Resume,
    Mute,
    Unmute,
    /// Tones for the other side: digits, `*` and `#`.
    Dtmf {
        tones: String,
    },
    /// Gives the call to somebody else: a number or an agent's extension.
    Transfer {
        to: Party,
    },
    /// What is said from now on is in no recording.
    PauseRecording,
    ResumeRecording,
}

impl CallAct {
    /// For logs: the act, never what it is about.
    pub fn name(&self) -> &'static str {
        match self {
            Self::HangUp => "hang up",
            Self::Hold => "hold",
            Self::Resume => "resume",
            Self::Mute => "mute",
            Self::Unmute => "unmute",
            Self::Dtmf { .. } => "dtmf",
            Self::Transfer { .. } => "transfer",
            Self::PauseRecording => "pause recording",
            Self::ResumeRecording => "resume recording",
        }
    }
}

impl fmt::Debug for CallAct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // tones may be a PIN, and numbers are no business of a log
        f.write_str(self.name())
    }
}

/// The system took the act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acted {
    /// The call's id in the system, where its answer has one.
    pub external_id: Option<String>,
    pub toggles: Toggles,
}

/// Why an act did not happen, or why we cannot tell. Only after `Unknown` may it have happened; never repeated by itself.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ActFailure {
    #[error("The telephone system refused: {detail}")]
    Refused { detail: String },
    #[error("The telephone system could not be reached: {detail}")]
    Unreachable { detail: String },
    #[error("The telephone system did not answer in time; it may have happened: {detail}")]
    Unknown { detail: String },
    #[error("The account takes nothing now: {detail}")]
    Closed { why: GateReason, until: Option<Timestamp>, detail: String },
    #[error("The account cannot do this: {detail}")]
    NotConfigured { detail: String },
}

/// A telephone system in which calls can be handled from outside.
#[async_trait]
pub trait CallControl: Send + Sync {
    /// Whether this is an act it ever takes; what it does not is refused, and nobody is asked.
    fn can(&self, _act: &CallAct) -> bool {
        true
    }

    /// Does it once, for the agent with this id in the system. What is already so (a held call held again) is done
    /// without asking anybody, where we know it. Acts of one agent go one after the other.
    async fn act(&self, agent_id: &str, act: &CallAct) -> Result<Acted, ActFailure>;

    /// The same in one of the calls the agent is in, by the system's own id of it, and in no other one. Where a system knows
    /// an agent's calls not apart, it is the one there is.
    async fn act_in(&self, agent_id: &str, _call: &str, act: &CallAct) -> Result<Acted, ActFailure> {
        self.act(agent_id, act).await
    }

    /// What we know of this agent's call.
    fn toggles(&self, agent_id: &str) -> Toggles;

    /// A new call of this agent began, from wherever: it is not held.
    fn call_began(&self, agent_id: &str);
}

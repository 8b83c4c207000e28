//! What an agent can do with a call under way, where its telephone system takes that from others.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// One act on a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ControlAct {
    HangUp,
    Hold,
    Resume,
    Mute,
    Unmute,
    /// Tones for the other side: digits, `*` and `#`.
    Tones {
        tones: String,
    },
    /// Gives the call to somebody else: a number, or a colleague's extension.
    Transfer {
        to: String,
    },
    /// What is said from now on is in no recording.
    PauseRecording,
    ResumeRecording,
}

/// Something that is on or off. Where a system only offers *the other way round*, we count along.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct Toggle {
    pub on: bool,
    /// `false`: it is a guess (we were just started, an answer was lost, the agent may have pressed a button there).
    pub known: bool,
}

/// How an agent's call stands, as far as we know.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct Toggles {
    pub hold: Toggle,
    pub mute: Toggle,
    /// Whether the call's recording is paused; absent where it is not recorded, or nobody can pause it from here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub recording_paused: Option<Toggle>,
    /// What the telephone system takes from others; where an older version wrote it, everything.
    #[serde(default, skip_serializing_if = "Acts::are_all")]
    #[ts(as = "Option<Acts>", optional)]
    #[schema(required = false)]
    pub can: Acts,
}

/// Which acts a telephone system takes from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(default)]
pub struct Acts {
    pub hang_up: bool,
    /// To hold a call, and to take it off hold.
    pub hold: bool,
    pub mute: bool,
    pub tones: bool,
    pub transfer: bool,
}

impl Acts {
    fn are_all(&self) -> bool {
        *self == Self::default()
    }
}

impl Default for Acts {
    fn default() -> Self {
        Self { hang_up: true, hold: true, mute: true, tones: true, transfer: true }
    }
}

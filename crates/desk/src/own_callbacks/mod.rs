//! The call-backs this agent promised and that no other system took: this desk reminds of them.
//!
//! Pure: no clock, no disk, as [`crate::wrap_up`]. Whoever owns [`OwnCallbacks`] keeps what it hands out and tells it
//! what came of that; what is shown is what was kept.
//!
//! Promises: one that was saved is reminded of until the agent says *done*, or the call that was started for it came
//! about; a call that failed leaves it. Nothing is called by itself. Several that are due are one list, and another one
//! brings those back that were put away. The clock is the wall's, and times are instants: sleep, a restart and the end
//! of summer time change nothing.

mod all;
mod view;

pub use all::{NotMoved, OwnCallbacks};
pub use view::{OwnCallbackView, OwnCallbacksView};

use ringcard_core::{
    Timestamp,
    call::{CallId, Direction},
};
use serde::{Deserialize, Serialize};

/// A promise, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnCallback {
    /// The call it was promised on, which names it.
    pub call_id: CallId,
    pub at: Timestamp,
    /// In E.164, or an extension.
    pub number: String,
    pub name: Option<String>,
    pub company: Option<String>,
    pub comment: String,
    pub direction: Direction,
    /// When that call began.
    pub call_at: Timestamp,
    pub promised_at: Timestamp,
    /// The call that was started for it.
    #[serde(default)]
    pub calling: Option<CallId>,
}

#[cfg(test)]
mod tests;

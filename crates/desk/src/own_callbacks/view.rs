//! A promised call-back, as the windows show it.

use super::{OwnCallback, OwnCallbacks};
use ringcard_core::{
    Timestamp,
    call::{CallId, Direction},
    number::{DialPlan, NumberView, Party, view},
};
use serde::Serialize;
use ts_rs::TS;

#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct OwnCallbackView {
    /// The call it was promised on, which names it.
    pub call_id: CallId,
    pub at: Timestamp,
    pub number: NumberView,
    pub name: Option<String>,
    pub company: Option<String>,
    pub comment: String,
    pub direction: Direction,
    /// When that call began.
    pub call_at: Timestamp,
    pub promised_at: Timestamp,
}

/// How many there are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, TS)]
pub struct OwnCallbacksView {
    pub open: u32,
    pub due: u32,
    /// Grows with every change: time to ask for the list again.
    pub version: u64,
}

impl OwnCallbackView {
    pub fn of(callback: &OwnCallback, plan: &DialPlan) -> Self {
        let read = plan.read(&callback.number).map(|reading| reading.party);
        // It was read when it was promised; a plan that was changed since may know shorter extensions.
        let party = read.unwrap_or_else(|_| Party::Internal { digits: callback.number.clone() });
        Self {
            call_id: callback.call_id.clone(),
            at: callback.at,
            number: view(&party),
            name: callback.name.clone(),
            company: callback.company.clone(),
            comment: callback.comment.clone(),
            direction: callback.direction,
            call_at: callback.call_at,
            promised_at: callback.promised_at,
        }
    }
}

impl OwnCallbacks {
    pub fn view(&self, now: Timestamp) -> OwnCallbacksView {
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        OwnCallbacksView { open: count(self.len()), due: count(self.due(now).len()), version: self.version() }
    }
}

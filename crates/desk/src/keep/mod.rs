//! The desk's own file, `desk.db`: what the agent types after a call and in the main window's forms, and what was saved
//! and not accepted by the hub yet.
//!
//! Promises: once [`KeepNews::Submit`] says so, an outcome survives a power cut (`synchronous=FULL`). A submission is one
//! transaction that takes the draft and the wrap-up away and puts the pending rows and the agent's own call-back in, so that
//! at any instant either the draft is there or what came of it. A draft survives the end of the program at once, and a power cut after a second
//! without typing. A damaged or newer file is said in words and not touched. Nothing is dropped to make room.
//!
//! What is to be kept is a value ([`Keep`]) that the pure parts ([`crate::wrap_up`], [`crate::pending`]) hand out; what
//! came of it is a value, too ([`KeepNews`]). [`Store`] does one after the other; [`Keeper`] does so on a thread of its
//! own, so that the desk never waits for a disk.

mod failure;
mod open;
mod store;
mod thread;

pub use failure::{KeepFailure, KeepFailureCode, NotKept};
pub use open::set_aside;
pub use store::Store;
pub use thread::Keeper;

use crate::{
    own_callbacks::OwnCallback,
    pending::PendingRow,
    wrap_up::{WrapUp, WrapUpDraft},
};
use ringcard_core::{Timestamp, call::CallId, frame::RequestError, outcome::Handover, submission::SubmissionKey};

/// Something to be kept.
#[derive(Debug, Clone, PartialEq)]
pub enum Keep {
    /// A wrap-up began, or what it is about changed.
    WrapUp(Box<WrapUp>),
    /// The same for a call whose wrap-up was over: it is open again.
    WrapUpAnew(Box<WrapUp>),
    /// The agent typed. A newer draft of the same call that waits takes this one's place.
    Draft { call_id: CallId, draft: Box<WrapUpDraft> },
    /// The agent saved: the draft goes, the handovers wait for the hub, and this desk reminds of the call-back that no
    /// other system takes. Again for the same call it adds nothing.
    Submit { call_id: CallId, handovers: Vec<Handover>, own_callback: Option<Box<OwnCallback>>, at: Timestamp },
    /// The agent said that this call is not coded: its draft goes.
    Skip { call_id: CallId, at: Timestamp },
    /// Something else the agent wants written: it waits for the hub. Again with the same key it changes nothing.
    Write { handover: Box<Handover>, at: Timestamp },
    /// The hub has it, durably.
    Accepted { key: SubmissionKey },
    /// The hub did not accept it.
    NotAccepted { key: SubmissionKey, tries: u32, error: RequestError },
    /// A person took it away.
    Discard { key: SubmissionKey },
    /// An own call-back was moved, or is being called.
    Callback(Box<OwnCallback>),
    /// An own call-back is done: nobody is reminded of it any more.
    CallbackDone { call_id: CallId },
    /// Somebody typed in a form of the main window.
    Form { place: String, revision: u64, typed: String, at: Timestamp },
    /// What was typed there was saved or discarded.
    FormGone { place: String, revision: u64 },
}

/// What came of it: one for each [`Keep`] that was taken, in order, but for drafts whose place a newer one took.
#[derive(Debug, Clone, PartialEq)]
pub enum KeepNews {
    WrapUp {
        call_id: CallId,
        result: Result<(), KeepFailure>,
    },
    Draft {
        call_id: CallId,
        result: Result<(), KeepFailure>,
    },
    /// The rows that now wait for the hub.
    Submit {
        call_id: CallId,
        result: Result<Vec<PendingRow>, KeepFailure>,
    },
    Skip {
        call_id: CallId,
        result: Result<(), KeepFailure>,
    },
    /// The rows that now wait for the hub.
    Write {
        key: SubmissionKey,
        result: Result<Vec<PendingRow>, KeepFailure>,
    },
    /// Of `Accepted` and `NotAccepted`.
    Pending {
        key: SubmissionKey,
        result: Result<(), KeepFailure>,
    },
    /// It is gone, or still there.
    Discarded {
        key: SubmissionKey,
        result: Result<(), KeepFailure>,
    },
    Callback {
        callback: Box<OwnCallback>,
        result: Result<(), KeepFailure>,
    },
    CallbackDone {
        call_id: CallId,
        result: Result<(), KeepFailure>,
    },
    /// Of `Form` and `FormGone`.
    Form {
        place: String,
        revision: u64,
        result: Result<(), KeepFailure>,
    },
}

impl Keep {
    /// The news that it failed.
    pub fn failed(&self, failure: KeepFailure) -> KeepNews {
        let result = Err(failure.clone());
        match self {
            Self::WrapUp(wrap_up) | Self::WrapUpAnew(wrap_up) => {
                KeepNews::WrapUp { call_id: wrap_up.call.id.clone(), result }
            }
            Self::Draft { call_id, .. } => KeepNews::Draft { call_id: call_id.clone(), result },
            Self::Submit { call_id, .. } => KeepNews::Submit { call_id: call_id.clone(), result: Err(failure) },
            Self::Skip { call_id, .. } => KeepNews::Skip { call_id: call_id.clone(), result },
            Self::Write { handover, .. } => KeepNews::Write { key: handover.key().clone(), result: Err(failure) },
            Self::Accepted { key } | Self::NotAccepted { key, .. } => KeepNews::Pending { key: key.clone(), result },
            Self::Discard { key } => KeepNews::Discarded { key: key.clone(), result },
            Self::Callback(callback) => KeepNews::Callback { callback: callback.clone(), result },
            Self::CallbackDone { call_id } => KeepNews::CallbackDone { call_id: call_id.clone(), result },
            Self::Form { place, revision, .. } | Self::FormGone { place, revision } => {
                KeepNews::Form { place: place.clone(), revision: *revision, result }
            }
        }
    }
}

/// What was found at the start.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    /// Oldest first, each with what was typed.
    pub wrap_ups: Vec<(WrapUp, Option<WrapUpDraft>)>,
    /// Oldest first.
    pub pending: Vec<PendingRow>,
    /// Calls whose wrap-up is over, oldest first.
    pub finished: Vec<CallId>,
    /// Soonest first.
    pub own_callbacks: Vec<OwnCallback>,
    /// Places of forms, when they were typed in last, and what.
    pub forms: Vec<(String, Timestamp, String)>,
    /// Rows this version cannot read; they stay in the file. A person should be told.
    pub unreadable: u32,
}

#[cfg(test)]
mod tests;

//! The outbox: every write to another system, durable before anybody is told *saved*, and sent exactly once.
//!
//! Promises:
//! 1. [`Outbox::submit`] answers after the row is on disk (`synchronous=FULL`), or says that it was *not* saved.
//! 2. *Sending* is on disk before a request leaves, its outcome before anything follows in the same lane. A kill at any
//!    instant leaves a row that is known to be unsent, done, or *unknown*.
//! 3. *Unknown* is never sent again blindly: the other system is asked, or twice is the same as once, or a person decides.
//! 4. Order inside a lane (one record) is strict; a row that waits for a person stops its own lane only.
//! 5. No budget is exceeded at any instant, over restarts and midnights and changed clocks: every HTTP request takes a
//!    permit, and accounts with one token share theirs.
//! 6. A closed gate is one fact: one line in the log, one probe.
//! 7. A row leaves as done, replaced by a newer wish before it was sent, or by a person's discard; and is remembered.
//!
//! Rooms: [`queue`] decides, without a clock, a thread or a disk; [`budget`] counts; [`store`] keeps; [`task`] drives
//! the three. Start reading at [`queue`].

mod budget;
mod handle;
mod permit;
mod place;
mod queue;
mod resting;
mod schedule;
mod store;
mod task;
mod validate;
mod writer;

#[cfg(test)]
mod busy;
#[cfg(test)]
mod doubles;
#[cfg(test)]
mod model;
#[cfg(test)]
mod tests;

pub use crate::database::{OpenFailure, set_aside};
pub use budget::{NotNow, Now, StopsNow};
pub use handle::{Clock, HearsSaved, Outbox, OutboxSetup};
pub use permit::NoPermit;
pub use place::{OutboxPlace, OutboxState};
pub use resting::Resting;
pub use store::StoreFailure;
pub use validate::Flaw;

use ringcard_core::{
    call::AgentId,
    submission::{Gate, SubmissionKey},
};
use thiserror::Error;

/// A submission is on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    pub key: SubmissionKey,
    /// It was there before: the same key twice is one write.
    pub known: bool,
    /// An older submission for the same thing that was not sent yet, and now never is: this one took its place.
    pub replaced: Option<SubmissionKey>,
}

/// Why the outbox did not do what was asked. Each sentence is for people.
#[derive(Debug, Clone, Error)]
pub enum OutboxFailure {
    /// Sent again, it would be refused again.
    #[error("It was not saved: {0}.")]
    Refused(#[from] Flaw),
    /// Nothing is half there; the same submission may be sent again.
    #[error("It was NOT saved: {0}.")]
    NotSaved(StoreFailure),
    #[error("It was NOT saved: too much is waiting to be sent already.")]
    Full,
    #[error("There is no such row waiting; it may have been sent meanwhile.")]
    NotThere,
    #[error("It is being sent right now; wait a moment for what becomes of it.")]
    UnderWay,
    /// Not even a person's wish has it tried now; what says until when is the other system, or our count of its day.
    #[error("It cannot be tried now: {}.", not_now.sentence(account))]
    NotNow { account: String, not_now: NotNow },
    #[error("Other entries wait for this one and for what it is about; take it away, and make it anew.")]
    Needed,
    #[error("The call it was to code is over, and another one may be going on; take it away, or mark it as done.")]
    CallOver,
    #[error("The list could not be read: {0}.")]
    NotRead(StoreFailure),
}

/// Which rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OutboxFilter {
    /// What is over, newest first, instead of what waits.
    pub over: bool,
    pub needs_a_person: bool,
    pub account: Option<String>,
    pub agent: Option<AgentId>,
}

/// The outbox in a few words; watched by whoever shows a badge.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QueueSummary {
    /// Rows that have not left, those that wait for a person included.
    pub waiting: u32,
    pub needs_a_person: u32,
    /// Accounts that take nothing now.
    pub gates: Vec<(String, Gate)>,
    /// Accounts that rows wait for and that are not set up.
    pub absent: Vec<String>,
    /// Rows a newer version wrote; they stay as they are.
    pub unreadable: u32,
    /// Nothing can be saved now, and why.
    pub not_saving: Option<String>,
}

//! What we ask of a system that is written to, and what an attempt can come to.
//!
//! An attempt has five ends and no others. Which one it was is decided here, beside the wire; what follows from it
//! (wait, look, park, close the door) is the outbox's matter and the same for every system.

use async_trait::async_trait;
use ringcard_core::{
    Timestamp,
    limits::WriteLimits,
    submission::{GateReason, ParkReason, Submission},
};
use std::time::Duration;

/// What a system that names no limit of its own is given to finish a request after its answer was lost.
pub const SETTLES_WITHIN: Duration = Duration::from_secs(60);

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attempt {
    /// The other system has it; `answer` is what it said, shortened.
    Done { answer: String },
    /// It never left, or was turned away unread: safe to repeat. `wait`: what the other system asked for, at least.
    NotSent { detail: String, wait: Option<Duration> },
    /// It left and no whole answer came: it may be written.
    Unknown { detail: String },
    /// The other system said no; a person must look.
    Refused { why: ParkReason, detail: String },
    /// The account takes nothing now, whatever is sent. `until` where the other system says it.
    Closed { why: GateReason, until: Option<Timestamp>, detail: String },
}

/// What the other system says about a write whose answer was lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Looked {
    /// It is there: nothing is sent again.
    Written { answer: String },
    /// It is not there: sending it is safe.
    NotWritten,
    /// It has no way to tell: a person decides.
    CannotTell,
    /// It could not be asked just now; the same ends as an attempt's.
    NotNow(Attempt),
}

/// A system that takes writes.
#[async_trait]
pub trait Writes: Send + Sync {
    /// Sends it once. Ends within the account's time-out; repeats nothing by itself. The submission's key travels
    /// with it wherever the system offers a place for it.
    async fn write(&self, submission: &Submission) -> Attempt;

    /// Asks whether a write whose answer was lost has arrived. *Not written* is the answer of this moment: see
    /// [`Writes::settles_within`].
    async fn look(&self, submission: &Submission) -> Looked;

    /// Whether the same write twice is the same as once (a record coded with the same code).
    fn is_idempotent(&self, submission: &Submission) -> bool;

    /// What it takes of what people type, so that nobody is told *saved* of what it will never take; absent: nobody knows.
    fn limits(&self) -> Option<WriteLimits> {
        None
    }

    /// The system's own limit for a request: so long after an answer was lost, what was asked for may still be done. Only
    /// then does *not there* mean that it never will be.
    fn settles_within(&self) -> Duration {
        SETTLES_WITHIN
    }

    /// What the account is allowed. Asked when the account is set up or changed.
    fn allowance(&self) -> Allowance;

    /// Whose allowance this is, where several accounts may share it: see [`budget_of`](crate::permits::budget_of). Absent:
    /// the account's own.
    fn shares_budget(&self, salt: &[u8]) -> Option<String> {
        let _ = salt;
        None
    }

    /// Whether an attempt counts against the day's allowance (wolkvox: agent actions are free of it).
    fn counts_against_day(&self, submission: &Submission) -> bool;

    /// What the answers since the last question said about the allowance; asked after every attempt. It only ever
    /// makes us wait longer.
    fn hint(&self) -> Option<Hint> {
        None
    }
}

/// What a system said about its allowance, beside its answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hint {
    /// What is left of the day, by its own count.
    pub left_today: Option<u32>,
    /// Nothing is to be sent for this long.
    pub wait: Option<Duration>,
}

/// What an account is allowed, as set up. Absent: unlimited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowance {
    pub per_second: Option<u32>,
    pub per_minute: Option<u32>,
    pub per_day: Option<u32>,
    /// Requests under way at once, per token.
    pub at_once: u32,
    /// The part of each window kept for look-ups while a phone rings, in per cent.
    pub reserved_percent: u8,
    /// The day begins at midnight here (IANA name).
    pub time_zone: String,
}

//! What we ask of a system that is written to, and what an attempt can come to.
//!
//! A write is ours, its meaning is the connector's: whether the system can take it at all ([`Writes::check`], asked before
//! anybody is told *saved*), in which order it must hear of it ([`Writes::lane`]), what goes first, whether twice is the same
//! as once, how many may share a request.
//!
//! An attempt takes one or more rows, and each has one of six ends and no others. Which one it was is decided here, beside
//! the wire; what follows from it (wait, look, park, close the gate) is the outbox's matter and the same for every system.
//! One of them is no end yet: a system may take rows as a job and say later what became of each ([`Attempt::Taken`],
//! [`Writes::ask_jobs`]).

use crate::{CameTo, limits::Narrow, pacing::Pacing};
use async_trait::async_trait;
use ringcard_core::{
    Timestamp,
    call_log::TeamEvent,
    limits::{Misfit, WriteLimits},
    submission::{GateReason, ParkReason, Priority, Submission, Write},
};
use std::time::Duration;

/// What a system that names no limit of its own is given to finish a request after its answer was lost.
pub const SETTLES_WITHIN: Duration = Duration::from_secs(60);

/// One row of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriteRow {
    pub submission: Submission,
    /// The reference of the row this one needs ([`Submission::needs`]), which is done; absent where it needs none, or where
    /// that one brought none back.
    pub needed: Option<String>,
}

impl From<Submission> for WriteRow {
    /// A row that needs no other.
    fn from(submission: Submission) -> Self {
        Self { submission, needed: None }
    }
}

/// How an attempt ended for one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attempt {
    /// The other system has it; `answer` is what it said, shortened; `reference` what it calls what was made, where it says
    /// so. Rows that need this one are sent with it.
    Done { answer: String, reference: Option<String> },
    /// It never left, or was turned away unread: safe to repeat. `wait`: what the other system asked for, at least.
    NotSent { detail: String, wait: Option<Duration> },
    /// It left and no whole answer came: it may be written.
    Unknown { detail: String },
    /// The other system said no; a person must look.
    Refused { why: ParkReason, detail: String },
    /// The account takes nothing now, whatever is sent. `until` where the other system says it.
    Closed { why: GateReason, until: Option<Timestamp>, detail: String },
    /// The other system has it and works on it: it is asked after `look_after`, at the earliest, what became of it. `job`:
    /// what it calls the job, which rows of one request may share; at most 200 characters. `at`: which of the job's rows it is,
    /// where that is how the system tells them apart.
    Taken { job: String, at: u32, look_after: Duration },
}

impl Attempt {
    /// Done, and nothing was made that has a name.
    pub fn done(answer: impl Into<String>) -> Self {
        Self::Done { answer: answer.into(), reference: None }
    }

    /// What its request came to, for the account, where it had no other row.
    pub fn came_to(&self) -> CameTo {
        match self.clone() {
            Self::Done { .. } | Self::Taken { .. } => CameTo::Answered,
            Self::Refused { .. } => CameTo::Refused,
            Self::NotSent { detail, wait } => CameTo::NotSent { detail, wait },
            Self::Unknown { detail } => CameTo::Unknown { detail },
            Self::Closed { why, until, detail } => CameTo::Closed { why, until, detail },
        }
    }

    /// What a request as a whole came to, as far as its account is concerned: that it is closed, whichever row says so;
    /// else that it answered; else that it did not.
    pub fn of_request(rows: &[Self]) -> Option<&Self> {
        rows.iter().min_by_key(|attempt| match attempt {
            Self::Closed { .. } => 0,
            Self::Done { .. } | Self::Refused { .. } | Self::Taken { .. } => 1,
            Self::NotSent { .. } => 2,
            Self::Unknown { .. } => 3,
        })
    }
}

/// What the other system says about a write whose answer was lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Looked {
    /// It is there: nothing is sent again. `reference`: as of [`Attempt::Done`].
    Written { answer: String, reference: Option<String> },
    /// It is not there: sending it is safe.
    NotWritten,
    /// It has no way to tell: a person decides.
    CannotTell,
    /// It could not be asked just now; the same ends as an attempt's.
    NotNow(Attempt),
}

/// A row that the other system took as a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobRow {
    /// As of [`Attempt::Taken`], as is the row's place in it.
    pub job: String,
    pub at: u32,
    pub row: WriteRow,
}

/// What the other system says of a row it took as a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OfJob {
    /// It still works on it; it is asked again after this long.
    Working { look_after: Duration },
    /// This is the row's own end.
    Over(Attempt),
    /// The job is not known (any more), or is somebody else's: the row may be written, and is looked for.
    Lost { detail: String },
    /// It could not be asked just now; the ends that an attempt has where nothing was written.
    NotNow(Attempt),
}

/// A system's log of calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallLog {
    /// An entry stays as it was written.
    AddsOnly,
    AddsAndChanges,
}

/// Rows that may share a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// What they have in common: their kind, and whatever else a request names once (a campaign, a list).
    pub of: String,
    pub most_in_one_request: u32,
}

/// A system that takes writes.
#[async_trait]
pub trait Writes: Send + Sync {
    /// Sends these rows in one request, and says of each, in their order, how it ended. There is one row, or up to
    /// [`Batch::most_in_one_request`] of one batch, and of one lane only those that fold ([`Writes::folds`]): these stand in
    /// their order, and come to the same. Ends within the account's time-out; repeats nothing by itself. A submission's key travels with it wherever the system offers a place for it. A row without an outcome
    /// counts as unknown.
    async fn write(&self, rows: &[WriteRow]) -> Vec<Attempt>;

    /// Asks whether a write whose answer was lost has arrived. *Not written* is the answer of this moment: see
    /// [`Writes::settles_within`].
    async fn look(&self, row: &WriteRow) -> Looked;

    /// Asks, in one request, what became of rows it took as jobs, whichever jobs they are; says of each, in their order. A row
    /// of which nothing is said is asked about again.
    async fn ask_jobs(&self, rows: &[JobRow]) -> Vec<OfJob> {
        let lost = || OfJob::Lost { detail: "the system has no jobs".to_owned() };
        rows.iter().map(|_| lost()).collect()
    }

    /// How many jobs it works on at once, at most. While there are so many, a row goes alone.
    fn jobs_at_once(&self) -> u32 {
        u32::MAX
    }

    /// Whether two rows of one lane that wait one behind the other may leave as one change. Never where the newer one needs
    /// the older one.
    fn folds(&self, older: &Submission, newer: &Submission) -> bool {
        let _ = (older, newer);
        false
    }

    /// Whether it could ever take this: asked before anybody is told *saved*, and before it is sent. The lengths and
    /// characters are those of [`Writes::limits`], which forms and desks count by; a system may know more.
    fn check(&self, write: &Write) -> Result<(), Misfit> {
        self.limits().map_or(Ok(()), |limits| limits.check(write))
    }

    /// What it takes of what people type; absent: nobody knows.
    fn limits(&self) -> Option<WriteLimits> {
        None
    }

    /// What must arrive in the order it was made: rows of one lane are sent one after the other, and one that waits for a
    /// person stops those behind it. Across lanes there is no order. The same write always has the same lane.
    fn lane(&self, write: &Write) -> String {
        write.subject()
    }

    /// What goes first when the account takes only so much.
    fn priority(&self, write: &Write) -> Priority {
        usual_priority(write)
    }

    /// Which limits of a part of the account (one ticket, one user) its request counts against, beside the account's own; at
    /// most eight of them count.
    fn narrow(&self, _write: &Write) -> Vec<Narrow> {
        Vec::new()
    }

    /// With which others it may share a request; absent: with none.
    fn batch(&self, _submission: &Submission) -> Option<Batch> {
        None
    }

    /// Whether a row of a batch may share a request now: asked when it is about to be sent. Until it is known what the other
    /// system can do, a row may have to find that out alone.
    fn may_share(&self, submission: &Submission) -> bool {
        let _ = submission;
        true
    }

    /// Whether the same write twice is the same as once (a record coded with the same code).
    fn is_idempotent(&self, submission: &Submission) -> bool;

    /// The system's own limit for a request: so long after an answer was lost, what was asked for may still be done. Only
    /// then does *not there* mean that it never will be.
    fn settles_within(&self) -> Duration {
        SETTLES_WITHIN
    }

    /// Whether it keeps a log of calls; absent: it takes no [`Write::LogCall`].
    fn call_log(&self) -> Option<CallLog> {
        None
    }

    /// What it wants to be told of ([`Write::TellTeam`]).
    fn told(&self) -> Vec<TeamEvent> {
        Vec::new()
    }

    /// Closed for so long, it is tried no longer until a person says so; absent: it is tried for ever.
    fn gives_up_after(&self) -> Option<Duration> {
        None
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

    /// Whether the question what became of it does: most systems count what is asked, whatever is written free of charge.
    fn look_counts_against_day(&self, submission: &Submission) -> bool {
        let _ = submission;
        true
    }

    /// What the answers since the last question said about the allowance; asked after every attempt. It only ever
    /// makes us wait longer. For systems that say it in their bodies only; what stands in headers goes back with the permit
    /// ([`Said`](crate::limits::Said)).
    fn hint(&self) -> Option<Hint> {
        None
    }
}

/// What goes first where a system has no ideas of its own: *do not call*, then codes, then the rest. Rows of an account that
/// is not set up have it, too.
pub fn usual_priority(write: &Write) -> Priority {
    match write {
        Write::Codify { do_not_call: true, .. } => Priority::DoNotCall,
        Write::Codify { .. } | Write::CodeCall { .. } => Priority::Code,
        Write::AddRecord { .. }
        | Write::ScheduleCallback { .. }
        | Write::ChangeCallback { .. }
        | Write::CancelCallback { .. }
        | Write::LogCall { .. }
        | Write::TellTeam { .. }
        | Write::AddNumber { .. }
        | Write::Other => Priority::Note,
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

/// What an account is allowed, as set up. Absent: unlimited. Make one from [`Allowance::unlimited`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowance {
    pub per_second: Option<u32>,
    pub per_minute: Option<u32>,
    pub per_day: Option<u32>,
    /// What of `per_minute` and `per_day` is ours, in per cent: other programs use the account, too.
    pub share_percent: u8,
    /// Requests under way at once, per token.
    pub at_once: u32,
    /// The part of each window kept for look-ups while a phone rings, in per cent.
    pub reserved_percent: u8,
    /// The day begins at midnight here (IANA name).
    pub time_zone: String,
    /// How what may wait is spread over the day; absent: first come first served.
    pub pacing: Option<Pacing>,
}

impl Allowance {
    /// Of a system that says no limits of its own: only so many requests are under way at once.
    pub fn unlimited(at_once: u32) -> Self {
        Self {
            per_second: None,
            per_minute: None,
            per_day: None,
            share_percent: 100,
            at_once,
            reserved_percent: 0,
            time_zone: "UTC".to_owned(),
            pacing: None,
        }
    }
}

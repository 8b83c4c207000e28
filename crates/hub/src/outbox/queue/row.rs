//! A row in memory: as little as deciding needs, and its content packed.

use super::super::{
    budget::{Now, Taken},
    store::{KeptJob, Need},
};
use super::ready::Source;
use ringcard_connect::Writes;
use ringcard_core::{
    Timestamp,
    submission::{ParkReason, Priority, Submission, SubmissionKey, SubmissionState, WaitReason},
};
use std::{sync::Arc, time::Duration};

/// A row's place in the order in which rows were made, and its name in memory.
pub(in crate::outbox) type Seq = i64;

#[derive(Debug)]
pub(super) struct Row {
    pub key: Arc<str>,
    pub account: Arc<str>,
    pub lane: Arc<str>,
    /// Whose it is, as far as turns are concerned.
    pub source: Source,
    pub priority: Priority,
    /// The submission as JSON: a hundred thousand of them are kept.
    pub content: Box<str>,
    pub expires_at: Option<Timestamp>,
    pub daily: Daily,
    /// Those it may share a request with.
    pub batch: Option<RowBatch>,
    /// Where the row stands that it needs; absent: it needs none.
    pub need: Option<Need>,
    /// How often it was sent.
    pub attempts: u32,
    /// When, at the latest, a request of it may have reached the other system without a word of what became of it. A row
    /// that an earlier run left counts from this run's start: no clock is trusted across the two.
    pub left: Option<Duration>,
    /// How often in a row it was tried, or asked about, in vain; for the waits.
    pub in_vain: u32,
    /// It waits for a limit of its ticket or user, and not because an attempt failed.
    pub slowed: bool,
    pub last_answer: Option<Box<str>>,
    /// The other system has taken it as a job, and did not say yet what became of it.
    pub job: Option<Job>,
    pub phase: Phase,
    pub spot: Spot,
}

/// A job that a row is part of.
#[derive(Debug, Clone)]
pub(super) struct Job {
    /// As the other system calls it.
    pub name: Arc<str>,
    /// Which of its rows this is.
    pub at: u32,
    /// When it was taken, or this run began: a job that never ends is lost some day.
    pub since: Duration,
    /// An attempt before it may have written the row.
    pub unknown: bool,
}

impl Job {
    pub fn kept(&self) -> KeptJob {
        KeptJob { name: (*self.name).to_owned(), at: self.at, unknown: self.unknown }
    }
}

/// Which of a row's requests count against the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Daily {
    /// Sending it.
    pub sent: bool,
    /// What comes next where it may be written: the question whether it has arrived, or sending it again.
    pub unknown: bool,
    /// The question what became of its job.
    pub asked: bool,
}

impl Daily {
    pub fn of(writes: &dyn Writes, submission: &Submission) -> Self {
        let (sent, asked) = (writes.counts_against_day(submission), writes.look_counts_against_day(submission));
        let unknown = if writes.is_idempotent(submission) { sent } else { asked };
        Self { sent, unknown, asked }
    }

    /// Of an account that is not set up.
    pub fn nobody_knows() -> Self {
        Self { sent: true, unknown: true, asked: true }
    }
}

/// Rows that may share a request, and how many of them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct RowBatch {
    pub of: Arc<str>,
    pub most: u32,
}

impl Row {
    /// Whether the request that is made for it next counts against the day.
    pub fn is_daily(&self) -> bool {
        match (&self.phase, &self.job) {
            (Phase::Unknown { .. }, Some(_)) => self.daily.asked,
            (Phase::Unknown { .. }, None) => self.daily.unknown,
            _ => self.daily.sent,
        }
    }

    /// The key of the row that must be done first.
    pub fn awaits(&self) -> Option<&str> {
        match &self.need {
            Some(Need::Open(key)) => Some(key),
            _ => None,
        }
    }

    /// What the row it needs brought back.
    pub fn reference(&self) -> Option<String> {
        match &self.need {
            Some(Need::Done(reference)) => reference.clone(),
            _ => None,
        }
    }

    pub fn submission(&self) -> Submission {
        serde_json::from_str(&self.content).expect("BUG: what was packed here can be read")
    }

    pub fn key(&self) -> SubmissionKey {
        SubmissionKey((*self.key).to_owned())
    }

    pub fn is_expired(&self, now: Now) -> bool {
        self.expires_at.is_some_and(|expires| expires <= now.wall)
    }
}

/// Where a row stands. Whatever is written to disk first is *saving* meanwhile, and nothing else happens to it.
#[derive(Debug, Clone)]
pub(super) enum Phase {
    Waiting {
        not_before: Option<Duration>,
    },
    /// It may be written: looked into, or sent again where twice is the same as once. One that was taken as a job is asked
    /// about, with the others.
    Unknown {
        not_before: Option<Duration>,
    },
    /// An attempt is under way.
    Attempting(Box<UnderWay>),
    MayBeWritten {
        since: Timestamp,
    },
    Parked(Box<Parked>),
    /// What is shown while the next phase goes to disk.
    Saving(Box<SubmissionState>),
}

#[derive(Debug, Clone)]
pub(super) struct UnderWay {
    pub since: Timestamp,
    /// It asks whether it has arrived, and sends nothing.
    pub look: bool,
    /// An earlier attempt may have written it.
    pub unknown: bool,
    /// The permit it sets out with.
    pub taken: Taken,
    /// Of a look that begins before the other system's own limit is over: until when *not there* is only *not yet*.
    pub not_yet: Option<Duration>,
}

#[derive(Debug, Clone)]
pub(super) struct Parked {
    pub why: ParkReason,
    pub detail: String,
    pub since: Timestamp,
}

impl Phase {
    /// As it is written down.
    pub fn state(&self, now: Now) -> SubmissionState {
        match self {
            Self::Waiting { not_before: None } => SubmissionState::Waiting { why: WaitReason::Turn, until: None },
            Self::Waiting { not_before: Some(until) } => {
                SubmissionState::Waiting { why: WaitReason::Retry, until: Some(now.wall_at(*until)) }
            }
            Self::Unknown { not_before } => {
                SubmissionState::Checking { until: not_before.map(|until| now.wall_at(until)) }
            }
            Self::Attempting(way) if way.look || way.unknown => SubmissionState::Checking { until: None },
            Self::Attempting(way) => SubmissionState::Sending { since: way.since },
            Self::MayBeWritten { since } => SubmissionState::MayBeWritten { since: *since },
            Self::Parked(parked) => {
                SubmissionState::Parked { why: parked.why, detail: parked.detail.clone(), since: parked.since }
            }
            Self::Saving(shown) => (**shown).clone(),
        }
    }

    /// What an earlier run left. One that was being sent may be written.
    pub fn restored(state: SubmissionState, now: Now, wait: Duration) -> Option<Self> {
        Some(match state {
            SubmissionState::Waiting { until, .. } => {
                Self::Waiting { not_before: until.map(|until| now.mono + now.until(until)) }
            }
            SubmissionState::Sending { .. } | SubmissionState::Checking { .. } => {
                Self::Unknown { not_before: Some(now.mono + wait) }
            }
            SubmissionState::MayBeWritten { since } => Self::MayBeWritten { since },
            SubmissionState::Parked { why, detail, since } => Self::Parked(Box::new(Parked { why, detail, since })),
            SubmissionState::Done { .. } | SubmissionState::Discarded { .. } | SubmissionState::Replaced { .. } => {
                return None;
            }
        })
    }

    pub fn needs_a_person(&self) -> bool {
        match self {
            Self::MayBeWritten { .. } | Self::Parked(_) => true,
            Self::Saving(shown) => shown.needs_a_person(),
            Self::Waiting { .. } | Self::Unknown { .. } | Self::Attempting(_) => false,
        }
    }

    /// Whether it certainly was not sent, and is not just now on its way to being.
    pub fn is_unsent(&self) -> bool {
        matches!(self, Self::Waiting { .. } | Self::Parked(_))
    }
}

/// In which of an account's indexes a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spot {
    Nowhere,
    Ready { daily: bool, priority: Priority },
    Asleep(Duration),
}

//! A system that takes writes, and whose connection is seen to work or not by how they go.

use crate::account::{States, note};
use async_trait::async_trait;
use ringcard_connect::{Allowance, Attempt, Batch, CallLog, Hint, JobRow, Looked, Narrow, OfJob, WriteRow, Writes};
use ringcard_core::{
    call_log::TeamEvent,
    frame::{ConnectionState, TroubleCode},
    limits::{Misfit, WriteLimits},
    submission::{GateReason, Priority, Submission, Write},
};
use std::{sync::Arc, time::Duration};
use tokio::sync::watch;

pub(crate) struct Watched {
    pub account: String,
    pub states: watch::Sender<States>,
    pub writes: Arc<dyn Writes>,
}

impl Watched {
    fn note(&self, attempt: &Attempt) {
        let (code, detail) = match attempt {
            // It may be ours: a question we could not ask, a lane without a place. After some in a row the account's gate is closed.
            Attempt::NotSent { .. } => return,
            Attempt::Unknown { detail } => (TroubleCode::NoAnswer, detail),
            Attempt::Closed { why: GateReason::SignIn, detail, .. } => (TroubleCode::SignIn, detail),
            Attempt::Closed { why: GateReason::Offline | GateReason::Disabled, detail, .. } => {
                (TroubleCode::Unreachable, detail)
            }
            // What the system itself answered was an answer; a gate closed for now is said elsewhere.
            Attempt::Done { .. } | Attempt::Refused { .. } | Attempt::Taken { .. } | Attempt::Closed { .. } => {
                return note(&self.states, &self.account, ConnectionState::Ready { detail: String::new() });
            }
        };
        note(&self.states, &self.account, ConnectionState::Trouble { code, detail: detail.clone() });
    }
}

#[async_trait]
impl Writes for Watched {
    async fn write(&self, rows: &[WriteRow]) -> Vec<Attempt> {
        let attempts = self.writes.write(rows).await;
        if let Some(attempt) = Attempt::of_request(&attempts) {
            self.note(attempt);
        }
        attempts
    }

    async fn look(&self, row: &WriteRow) -> Looked {
        let looked = self.writes.look(row).await;
        match &looked {
            Looked::NotNow(attempt) => self.note(attempt),
            _ => note(&self.states, &self.account, ConnectionState::Ready { detail: String::new() }),
        }
        looked
    }

    async fn ask_jobs(&self, rows: &[JobRow]) -> Vec<OfJob> {
        let said = self.writes.ask_jobs(rows).await;
        match said.iter().find_map(|of| if let OfJob::NotNow(attempt) = of { Some(attempt) } else { None }) {
            Some(attempt) => self.note(attempt),
            None => note(&self.states, &self.account, ConnectionState::Ready { detail: String::new() }),
        }
        said
    }

    fn check(&self, write: &Write) -> Result<(), Misfit> {
        self.writes.check(write)
    }

    fn lane(&self, write: &Write) -> String {
        self.writes.lane(write)
    }

    fn priority(&self, write: &Write) -> Priority {
        self.writes.priority(write)
    }

    fn narrow(&self, write: &Write) -> Vec<Narrow> {
        self.writes.narrow(write)
    }

    fn batch(&self, submission: &Submission) -> Option<Batch> {
        self.writes.batch(submission)
    }

    fn may_share(&self, submission: &Submission) -> bool {
        self.writes.may_share(submission)
    }

    fn jobs_at_once(&self) -> u32 {
        self.writes.jobs_at_once()
    }

    fn folds(&self, older: &Submission, newer: &Submission) -> bool {
        self.writes.folds(older, newer)
    }

    fn is_idempotent(&self, submission: &Submission) -> bool {
        self.writes.is_idempotent(submission)
    }

    fn limits(&self) -> Option<WriteLimits> {
        self.writes.limits()
    }

    fn settles_within(&self) -> Duration {
        self.writes.settles_within()
    }

    fn shares_budget(&self, salt: &[u8]) -> Option<String> {
        self.writes.shares_budget(salt)
    }

    fn call_log(&self) -> Option<CallLog> {
        self.writes.call_log()
    }

    fn told(&self) -> Vec<TeamEvent> {
        self.writes.told()
    }

    fn gives_up_after(&self) -> Option<Duration> {
        self.writes.gives_up_after()
    }

    fn allowance(&self) -> Allowance {
        self.writes.allowance()
    }

    fn counts_against_day(&self, submission: &Submission) -> bool {
        self.writes.counts_against_day(submission)
    }

    fn look_counts_against_day(&self, submission: &Submission) -> bool {
        self.writes.look_counts_against_day(submission)
    }

    fn hint(&self) -> Option<Hint> {
        self.writes.hint()
    }
}

//! Jobs of the simulated systems: they end row by row, are lost, or are forgotten.

use super::{
    super::{
        Dice,
        rules::{JOBS, LONGEST_JOB, batch, reference},
    },
    World,
};
use crate::outbox::queue::Seq;
use ringcard_connect::{Attempt, JobRow, OfJob, WriteRow};
use ringcard_core::{
    Timestamp,
    submission::{GateReason, ParkReason, Submission},
};
use std::time::Duration;

/// A job that the other system works on, and what becomes of each of its rows.
pub(super) struct Job {
    rows: Vec<(Submission, Attempt)>,
    done_at: Duration,
    is_done: bool,
}

impl World {
    /// Whether the other system makes a job of these rows.
    pub(super) fn takes_as_job(&self, account: &str, rows: &[(Seq, WriteRow)]) -> bool {
        let under_way = |job: &&Job| job.rows[0].0.write.account() == account && !job.is_done;
        let is_room = self.jobs.values().filter(under_way).count() < JOBS as usize;
        is_room && rows.iter().all(|(_, row)| batch(&row.submission.write).is_some())
    }

    pub(super) fn take_as_job(&mut self, rows: &[(Seq, WriteRow)], dice: &mut Dice) -> String {
        self.next += 1;
        let name = format!("job{}", self.next);
        let done_at = self.real + Duration::from_millis(dice.roll(LONGEST_JOB.as_millis() as u64));
        let detail = || String::from("of its job");
        let ends = |submission: &Submission, dice: &mut Dice| match dice.roll(6) {
            0..=2 => Attempt::Done { answer: "ok".into(), reference: reference(submission) },
            3 => Attempt::Refused { why: ParkReason::Invalid, detail: detail() },
            4 => Attempt::NotSent { detail: detail(), wait: None },
            _ => Attempt::Unknown { detail: if dice.one_in(2) { "applied".into() } else { detail() } },
        };
        let rows = rows.iter().map(|(_, row)| (row.submission.clone(), ends(&row.submission, dice))).collect();
        self.tell(|| format!("{name} is done at {} ms", done_at.as_millis()));
        self.jobs.insert(name.clone(), Job { rows, done_at, is_done: false });
        name
    }

    /// What the other system says of its jobs, and of one that it lost.
    pub(super) fn said_of_jobs(
        &mut self,
        rows: &[(Seq, JobRow)],
        until: Option<Timestamp>,
        kind: bool,
        dice: &mut Dice,
    ) -> Vec<OfJob> {
        let detail = || String::from("as it happens");
        let not_now = match if kind { 9 } else { dice.roll(10) } {
            0 => Some(Attempt::NotSent { detail: detail(), wait: None }),
            1 => Some(Attempt::Unknown { detail: detail() }),
            2 => Some(Attempt::Closed { why: GateReason::Maintenance, until, detail: detail() }),
            _ => None,
        };
        if let Some(not_now) = not_now {
            return vec![OfJob::NotNow(not_now); rows.len()];
        }
        let asked: std::collections::BTreeSet<&str> = rows.iter().map(|(_, row)| row.job.as_str()).collect();
        for name in asked {
            if !kind && dice.one_in(6) {
                self.lose_job(name, dice);
            }
        }
        let of = |(_, row): &(Seq, JobRow)| match self.jobs.get(&row.job) {
            None => OfJob::Lost { detail: detail() },
            Some(job) if !job.is_done => OfJob::Working { look_after: Duration::from_secs(20) },
            Some(job) => {
                let (submission, end) = &job.rows[row.at as usize];
                assert_eq!(submission.key, row.row.submission.key, "it is another row of its job");
                OfJob::Over(end.clone())
            }
        };
        rows.iter().map(of).collect()
    }

    /// The other system forgets a job: what it did not do yet it does within its limit, or never.
    fn lose_job(&mut self, name: &str, dice: &mut Dice) {
        let Some(job) = self.jobs.remove(name).filter(|job| !job.is_done) else { return };
        for (submission, _) in job.rows {
            if dice.one_in(2) {
                self.apply_later(&submission, dice);
            }
        }
    }

    /// Those whose time has come.
    pub(super) fn end_jobs(&mut self) {
        let now = self.real;
        let mut done = Vec::new();
        for job in self.jobs.values_mut().filter(|job| !job.is_done && job.done_at <= now) {
            job.is_done = true;
            for (submission, end) in &job.rows {
                let is_applied = match end {
                    Attempt::Done { .. } => true,
                    Attempt::Unknown { detail } => detail == "applied",
                    _ => false,
                };
                done.extend(is_applied.then(|| submission.clone()));
            }
        }
        done.iter().for_each(|submission| self.apply(submission));
    }
}

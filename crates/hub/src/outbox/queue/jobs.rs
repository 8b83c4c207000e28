//! Rows that the other system took as jobs: asked about until it says of each what became of it.
//!
//! A row of a job is *checking*, on disk with the job's name, so that a kill forgets neither. All jobs of an account are asked
//! about by one request and one permit. What the other system no longer knows, or what is somebody else's, is *unknown* like
//! any write whose answer was lost, and is looked for row by row. While a job is under way its rows keep their places: nothing
//! follows in their lanes.

use super::{Command, Commit, Errand, Next, Phase, Queue, Seq, ToDo, UnderWay, row::Job};
use crate::outbox::{
    budget::{Now, Share},
    schedule::{LATEST_OF_JOB, LONGEST_JOB, SOONEST_OF_JOB},
    store::Change,
};
use ringcard_connect::{Attempt, Hint, OfJob, WriteRow};
use ringcard_core::submission::Priority;
use std::{sync::Arc, time::Duration};

/// Requests that were saved, and are told while jobs are under way.
const MUCH: i64 = 1_000;

impl Queue {
    /// Asks about every job of an account whose rows wait for it.
    pub(super) fn ask_jobs(&mut self, account: &Arc<str>, daily: bool, now: Now) {
        let Some(known) = self.accounts.get(account) else { return };
        let (Some(writes), Some(budget)) = (known.writes.clone(), known.budget) else { return };
        let of_jobs: Vec<Seq> = known.jobs.values().flatten().copied().collect();
        let taken = self.budgets.take(budget, Share::of_row(daily, Priority::Code));
        let spent = self.budgets.spent(budget, now);
        let (mut rows, mut jobs, mut ways) = (Vec::new(), Vec::new(), Vec::new());
        for seq in of_jobs {
            let Some(row) = self.rows.get(&seq) else { continue };
            let (Phase::Unknown { .. }, Some(job)) = (&row.phase, &row.job) else { continue };
            ways.push(UnderWay { since: now.wall, look: true, unknown: job.unknown, taken, not_yet: None });
            jobs.push((job.name.clone(), job.at));
            rows.push((seq, WriteRow { submission: row.submission(), needed: row.reference() }));
            let shown = row.phase.state(now);
            self.set_phase(seq, Phase::Saving(Box::new(shown)));
        }
        // That they are being asked about need not be on disk: they are *checking* there, with their jobs.
        let todo = Box::new(ToDo { rows, jobs, writes, errand: Errand::AskJobs, taken, narrow: Vec::new() });
        self.commit(Change::Spend(spent.clone()), Commit::Begin { todo, ways, spent });
    }

    /// The other system took a row as a job. `false`: by a name that nobody could ask for.
    pub(super) fn taken_as_job(&mut self, seq: Seq, name: &str, at: u32, way: &UnderWay, now: Now) -> bool {
        let is_a_name = !name.is_empty() && name.chars().count() <= 200 && !name.chars().any(char::is_control);
        if is_a_name {
            self.set_job(seq, Some(Job { name: name.into(), at, since: now.mono, unknown: way.unknown }));
        }
        is_a_name
    }

    /// The other system was asked about jobs. A row that nothing was said of is asked about again.
    pub fn jobs_asked(&mut self, rows: &[Seq], said: Vec<OfJob>, hint: Option<&Hint>, now: Now) {
        let Some(way) = rows.iter().find_map(|seq| self.under_way(*seq)) else { return };
        self.hear(&way, hint, now);
        let account = rows.first().and_then(|first| self.note_saved(*first, -1));
        let nothing = || Attempt::Unknown { detail: "nothing was said of this one".to_owned() };
        let mut said = said;
        said.resize_with(rows.len(), || OfJob::NotNow(nothing()));
        for (seq, of) in rows.iter().zip(said) {
            self.of_job(*seq, of, now);
        }
        self.tell_saved(account);
    }

    fn of_job(&mut self, seq: Seq, of: OfJob, now: Now) {
        let Some(way) = self.under_way(seq) else { return };
        let Some(since) = self.rows.get(&seq).and_then(|row| row.job.as_ref()).map(|job| job.since) else { return };
        let again = match of {
            OfJob::Over(attempt) => {
                self.set_job(seq, None);
                return self.row_attempted(seq, attempt, now);
            }
            OfJob::Lost { detail } => return self.job_is_lost(seq, detail, now),
            OfJob::Working { .. } if now.mono.saturating_sub(since) > LONGEST_JOB => {
                return self.job_is_lost(seq, "its job does not come to an end".to_owned(), now);
            }
            OfJob::Working { look_after } => Some(now.mono + of_job(look_after)),
            OfJob::NotNow(Attempt::Closed { .. }) => self.until_the_gate_opens(seq, &way, now),
            OfJob::NotNow(Attempt::NotSent { wait, .. }) => Some(now.mono + of_job(wait.unwrap_or_default())),
            OfJob::NotNow(_) => Some(now.mono + of_job(Duration::ZERO)),
        };
        // On disk it stands so already.
        self.set_phase(seq, Phase::Unknown { not_before: again });
        self.changed(seq, now);
    }

    fn job_is_lost(&mut self, seq: Seq, detail: String, now: Now) {
        self.set_job(seq, None);
        self.row_attempted(seq, Attempt::Unknown { detail }, now);
    }

    /// So many requests of this row's account were saved; or, below 0, were made only because rows share one.
    pub(super) fn note_saved(&mut self, of: Seq, requests: i64) -> Option<Arc<str>> {
        let name = self.rows.get(&of)?.account.clone();
        self.accounts.get_mut(&name)?.saved += requests;
        Some(name)
    }

    /// Tells what was saved, once no job is under way that will be asked about: what was told is not taken back. Where jobs
    /// never end all at once, it is told when it is much.
    pub(super) fn tell_saved(&mut self, account: Option<Arc<str>>) {
        let Some(name) = account else { return };
        let Some(account) = self.accounts.get_mut(&name) else { return };
        if account.saved > 0 && (account.jobs.is_empty() || account.saved >= MUCH) {
            let requests = u32::try_from(std::mem::take(&mut account.saved)).unwrap_or(u32::MAX);
            self.out.push(Command::Saved { account: name, requests });
        }
    }

    /// What follows where a row was taken as a job.
    pub(super) fn in_job(look_after: Duration, now: Now) -> Next {
        Next::Phase(Phase::Unknown { not_before: Some(now.mono + of_job(look_after)) })
    }
}

fn of_job(asked: Duration) -> Duration {
    asked.clamp(SOONEST_OF_JOB, LATEST_OF_JOB)
}

//! Requests that end: what the other system has done of them, and what it says.

use super::{
    super::{
        Dice,
        rules::{LIMIT, reference},
    },
    Arrival, Carried, Flight, World,
};
use crate::outbox::{doubles, queue::Seq};
use ringcard_connect::{Attempt, CameTo, CountsAgainst, Hint, Looked, Purpose, Said};
use ringcard_core::{
    Timestamp,
    submission::{GateReason, ParkReason, Submission, SubmissionKey, Write},
};
use std::time::Duration;

impl World {
    /// A request ends; the other system has, or has not, done as it was asked.
    pub(super) fn land(&mut self, which: usize, dice: &mut Dice, kind: bool) {
        self.work_on();
        let Flight { account, era, began, taken, what } = self.flights.swap_remove(which);
        let at = if dice.one_in(2) { began } else { self.real };
        self.arrivals.push(Arrival { account: account.clone(), at });
        let now = self.now();
        let until = dice.one_in(2).then(|| now.wall.after(Duration::from_secs(dice.roll(7_200))));
        let hint = (!kind && dice.one_in(8)).then(|| Hint {
            left_today: Some(u32::try_from(dice.roll(20)).expect("small")),
            wait: dice.one_in(2).then(|| Duration::from_secs(dice.roll(90))),
        });
        let detail = String::from("as it happens");
        if !kind && !matches!(what, Carried::LookUp) && dice.one_in(4) {
            // It was a question before the write itself, or one of several.
            self.queue.permit_over(taken, &CameTo::Answered, &Said::default(), now);
            let counts = if what.is_daily() { CountsAgainst::Day } else { CountsAgainst::Pace };
            self.want(account, Purpose::Write, counts, Some(what), dice.roll(90));
            self.drive();
            return;
        }
        match what {
            Carried::LookUp => {
                let closed = CameTo::Closed { why: GateReason::Pace, until, detail };
                let came_to = if !kind && dice.one_in(6) { closed } else { CameTo::Answered };
                self.queue.permit_over(taken, &came_to, &Said::default(), now);
            }
            Carried::Write { rows } if !kind && self.takes_as_job(&account, &rows) && dice.one_in(3) => {
                let job = self.take_as_job(&rows, dice);
                let look_after = Duration::from_secs(dice.roll(60));
                let seqs: Vec<Seq> = rows.iter().map(|(seq, _)| *seq).collect();
                let places = 0..u32::try_from(rows.len()).expect("small");
                let attempts = places.map(|at| Attempt::Taken { job: job.clone(), at, look_after }).collect();
                self.queue.permit_over(taken, &CameTo::Answered, &Said::default(), now);
                self.queue.attempted(&seqs, attempts, hint.as_ref(), now);
            }
            Carried::Jobs { rows } => {
                let mut said = self.said_of_jobs(&rows, until, kind, dice);
                self.tell(|| format!("of jobs: {said:?}"));
                let came_to = doubles::of_jobs(&said);
                if !kind && dice.one_in(10) {
                    said.truncate(usize::try_from(dice.roll(rows.len() as u64)).expect("small"));
                }
                let seqs: Vec<Seq> = rows.iter().map(|(seq, _)| *seq).collect();
                self.queue.permit_over(taken, &came_to, &Said::default(), now);
                self.queue.jobs_asked(&seqs, said, hint.as_ref(), now);
            }
            Carried::Write { rows } => {
                // Some connectors lose count: what they say nothing of may be written.
                let told = if !kind && dice.one_in(10) { dice.roll(rows.len() as u64 + 1) } else { rows.len() as u64 };
                let as_one = dice.one_in(3);
                let mut attempts: Vec<Attempt> = Vec::new();
                for (_, row) in &rows {
                    let attempt = match attempts.first().filter(|_| as_one) {
                        Some(Attempt::Done { .. }) | None => self.attempt(&row.submission, until, kind, dice),
                        Some(first) => first.clone(),
                    };
                    let applied = match &attempt {
                        Attempt::Done { .. } => true,
                        Attempt::Unknown { detail } => detail == "applied",
                        _ => false,
                    };
                    self.tell(|| format!("{} ends: {attempt:?}", row.submission.key));
                    if applied {
                        self.apply(&row.submission);
                    }
                    if matches!(&attempt, Attempt::Unknown { detail } if detail == "later") {
                        self.apply_later(&row.submission, dice);
                    }
                    attempts.push(attempt);
                }
                attempts.truncate(usize::try_from(told).expect("small"));
                let seqs: Vec<Seq> = rows.iter().map(|(seq, _)| *seq).collect();
                let is_of_old_secret = self.eras.get(&account).copied().unwrap_or(0) != era;
                let about_secret =
                    |attempt: &Attempt| matches!(attempt, Attempt::Closed { why: GateReason::SignIn, .. });
                let says_nothing_now = is_of_old_secret && Attempt::of_request(&attempts).is_some_and(about_secret);
                let gate = says_nothing_now.then(|| self.gate_of(&account));
                self.queue.permit_over(taken, &doubles::of_write(&attempts), &Said::default(), now);
                self.queue.attempted(&seqs, attempts, hint.as_ref(), now);
                if let Some(gate) = gate {
                    assert_eq!(
                        self.gate_of(&account),
                        gate,
                        "an answer to the old secret closed or opened the new one's"
                    );
                }
            }
            Carried::Look { seq, row } => {
                let submission = row.submission;
                let is_there = self.intents.get(&submission.key.0).is_some_and(|intent| !intent.applied.is_empty());
                let looked = match if kind { 0 } else { dice.roll(6) } {
                    _ if matches!(submission.write, Write::CodeCall { .. }) => Looked::CannotTell,
                    0..=2 if is_there => {
                        let reference = reference(&submission).filter(|_| dice.one_in(2));
                        Looked::Written { answer: "there".into(), reference }
                    }
                    0..=2 => Looked::NotWritten,
                    3 => Looked::NotNow(Attempt::NotSent { detail, wait: None }),
                    4 => Looked::NotNow(Attempt::Unknown { detail }),
                    _ => Looked::NotNow(Attempt::Closed { why: GateReason::Offline, until, detail }),
                };
                self.tell(|| format!("{} was looked for: {looked:?}", submission.key));
                self.queue.permit_over(taken, &doubles::of_look(&looked), &Said::default(), now);
                self.queue.looked(seq, looked, hint.as_ref(), now);
            }
        }
        self.drive();
    }

    /// What becomes of one row.
    fn attempt(&self, submission: &Submission, until: Option<Timestamp>, kind: bool, dice: &mut Dice) -> Attempt {
        let detail = String::from("as it happens");
        match if kind { 0 } else { dice.roll(13) } {
            0..=4 => Attempt::Done { answer: "ok".into(), reference: reference(submission) },
            5 => Attempt::NotSent { detail, wait: until.map(|until| until.since(self.now().wall)) },
            6 => Attempt::Unknown { detail },
            7 => Attempt::Unknown { detail: "later".into() },
            8 => Attempt::Unknown { detail: "applied".into() },
            9 => Attempt::Refused { why: ParkReason::Refused, detail },
            10 => Attempt::Closed { why: GateReason::Maintenance, until, detail },
            11 => Attempt::Closed { why: GateReason::SignIn, until: None, detail },
            _ => Attempt::Closed { why: GateReason::DayQuota, until: None, detail },
        }
    }

    /// Nobody hears of it: a code whose call is over is not among them, since a person would have to wait.
    pub(super) fn apply_later(&mut self, submission: &Submission, dice: &mut Dice) {
        if !matches!(submission.write, Write::CodeCall { .. }) {
            let done_at = self.real + Duration::from_millis(dice.roll(LIMIT.as_millis() as u64));
            self.tell(|| format!("{} is done at {} ms", submission.key, done_at.as_millis()));
            self.later.push((done_at, submission.clone()));
        }
    }

    pub(super) fn is_worked_on(&self, key: &SubmissionKey) -> bool {
        self.later.iter().any(|(_, submission)| submission.key == *key)
    }

    pub(super) fn work_on(&mut self) {
        let now = self.real;
        for (_, submission) in self.later.extract_if(.., |(done_at, _)| *done_at <= now).collect::<Vec<_>>() {
            self.tell(|| format!("{} is done, late", submission.key));
            self.apply(&submission);
        }
        self.end_jobs();
    }

    pub(super) fn apply(&mut self, submission: &Submission) {
        self.intents.entry(submission.key.0.clone()).or_default().applied.push(submission.write.clone());
    }
}

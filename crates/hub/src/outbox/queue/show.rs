//! The queue as people see it.

use super::{Command, Phase, Queue, Row, Seq};
use crate::outbox::{
    QueueSummary,
    budget::{Now, Share, Verdict},
};
use ringcard_core::submission::{Budget, OutboxRow, ParkReason, SubmissionKey, SubmissionState, WaitReason};

impl Queue {
    /// Where a row stands now, with what it waits for; `None`: it is not in the queue (any more).
    pub fn state_of(&mut self, key: &SubmissionKey, now: Now) -> Option<SubmissionState> {
        let seq = *self.keys.get(key.0.as_str())?;
        self.state_at(seq, now)
    }

    /// Whether the other system works on it as a job.
    pub fn is_job(&self, key: &SubmissionKey) -> bool {
        self.keys.get(key.0.as_str()).and_then(|seq| self.rows.get(seq)).is_some_and(|row| row.job.is_some())
    }

    fn state_at(&mut self, seq: Seq, now: Now) -> Option<SubmissionState> {
        let row = self.rows.get(&seq)?;
        let Phase::Waiting { not_before } = &row.phase else { return Some(row.phase.state(now)) };
        let waiting = |why, until| Some(SubmissionState::Waiting { why, until });
        let account = self.accounts.get_mut(&row.account)?;
        if account.writes.is_none() {
            return Some(SubmissionState::Parked {
                why: ParkReason::NoAccount,
                detail: format!("there is no account “{}”", row.account),
                since: row.submission().made_at,
            });
        }
        if account.lanes.get(&row.lane).and_then(|lane| lane.rows.front()) != Some(&seq) {
            return waiting(WaitReason::Lane, None);
        }
        if row.awaits().is_some() {
            return waiting(WaitReason::Needs, None);
        }
        if let Some(until) = not_before {
            let why = if row.slowed { WaitReason::Pace } else { WaitReason::Retry };
            return waiting(why, Some(now.wall_at(*until)));
        }
        match self.budgets.ledger(account.budget?).may(Share::of_row(row.is_daily(), row.priority), now) {
            Verdict::Free => waiting(WaitReason::Turn, None),
            Verdict::Wait { why, until, .. } => waiting(why, until),
        }
    }

    /// Every account's windows, gate and what waits for it.
    pub fn budgets(&mut self, now: Now) -> Vec<Budget> {
        let mut shown = Vec::new();
        for (name, account) in &self.accounts {
            let mut ledger = account.budget.map(|budget| self.budgets.ledger(budget));
            shown.push(Budget {
                account: (**name).to_owned(),
                waiting: account.waiting,
                needs_a_person: if account.writes.is_some() { account.people } else { account.waiting },
                gate: ledger.as_mut().and_then(|ledger| ledger.account_gate().gate().cloned()),
                windows: ledger.map(|ledger| ledger.windows(now)).unwrap_or_default(),
            });
        }
        shown
    }

    pub fn summary(&mut self) -> QueueSummary {
        let mut summary = QueueSummary {
            unreadable: self.unreadable,
            not_saving: self.store_trouble.as_ref().map(ToString::to_string),
            ..QueueSummary::default()
        };
        for (name, account) in &self.accounts {
            summary.waiting += account.waiting;
            summary.needs_a_person += if account.writes.is_some() { account.people } else { account.waiting };
            if account.writes.is_none() {
                summary.absent.push((**name).to_owned());
            }
            let ledger = account.budget.map(|budget| self.budgets.ledger(budget));
            if let Some(gate) = ledger.and_then(|ledger| ledger.account_gate().gate().cloned()) {
                summary.gates.push(((**name).to_owned(), gate));
            }
        }
        summary
    }

    /// Tells whoever listens.
    pub(super) fn changed(&mut self, seq: Seq, now: Now) {
        if !self.watched {
            return;
        }
        let Some(state) = self.state_at(seq, now) else { return };
        let Some(row) = self.rows.get(&seq) else { return };
        let row = shown(row, state, None);
        self.out.push(Command::Changed(Box::new(row)));
    }

    /// The same for a row that has left.
    pub(super) fn left(&mut self, row: &Row, state: SubmissionState, reference: Option<String>) {
        if self.watched {
            self.out.push(Command::Changed(Box::new(shown(row, state, reference))));
        }
    }
}

fn shown(row: &Row, state: SubmissionState, reference: Option<String>) -> OutboxRow {
    let is_over = state.is_over();
    OutboxRow {
        submission: row.submission(),
        state,
        attempts: row.attempts,
        ahead: None,
        is_job: row.job.is_some() && !is_over,
        last_answer: row.last_answer.as_deref().map(str::to_owned),
        reference,
    }
}

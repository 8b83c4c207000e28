//! What leaves next, and which rows go in one request.
//!
//! A request takes one permit, whatever it carries. Rows go together where their connector says so: of one batch, each the
//! first of its lane, in the order in which they would have gone one by one; and behind each those of its lane that fold with
//! it, since they leave as one change.

use super::{
    Commit, Errand, Next, Queue, Seq, ToDo,
    ready::Turn,
    row::{Phase, Row, UnderWay},
};
use crate::outbox::{
    budget::{BudgetId, Now, Share, Verdict},
    store::{Change, Need, Updated},
};
use ringcard_connect::{Narrow, WriteRow, Writes};
use ringcard_core::submission::Priority;
use std::{sync::Arc, time::Duration};

/// Whatever a connector says: what is lost with one answer is looked into row by row.
const MOST_IN_ONE_REQUEST: usize = 1_000;
/// Limits of parts that one row may count against.
const MOST_NARROW: usize = 8;
/// Rows of one lane that leave as one change, where they belong to no batch.
const MOST_FOLDED: usize = 20;

/// What is to be done with a row whose turn it is.
#[derive(PartialEq, Eq)]
enum What {
    Send,
    /// It may be written: the other system is asked.
    Look,
    /// It was taken as a job: the other system is asked what became of it.
    AskJobs,
    /// It may be written, and it is too late to send it again.
    TooLate,
}

fn what(row: &Row, writes: &dyn Writes, now: Now) -> What {
    if !matches!(row.phase, Phase::Unknown { .. }) {
        return What::Send;
    }
    if row.job.is_some() {
        return What::AskJobs;
    }
    match (writes.is_idempotent(&row.submission()), row.is_expired(now)) {
        (false, _) => What::Look,
        (true, true) => What::TooLate,
        (true, false) => What::Send,
    }
}

impl Queue {
    /// Begins what may begin of the accounts that share a budget, the most urgent first.
    pub(super) fn begin_ready(&mut self, budget: BudgetId, accounts: &[Arc<str>], now: Now) -> Option<Duration> {
        loop {
            if let Some(rest) = self.store_rest.filter(|rest| *rest > now.mono) {
                return Some(rest - now.mono);
            }
            let mut wake: Option<Duration> = None;
            let mut chosen: Option<Turn> = None;
            for daily in [true, false] {
                let ready = accounts.iter().filter_map(|name| self.accounts.get(name));
                let firsts = ready.filter(|account| account.writes.is_some()).filter_map(|account| account.next(daily));
                let Some(first) = firsts.min() else { continue };
                match self.budgets.ledger(budget).may(Share::of_row(daily, first.0), now) {
                    Verdict::Free => chosen = Some(chosen.map_or(first, |other| other.min(first))),
                    Verdict::Wait { wake: at, .. } => wake = [wake, at].into_iter().flatten().min(),
                }
            }
            let Some((priority, _, seq)) = chosen else { return wake };
            self.begin(seq, priority, now);
        }
    }

    /// Takes a permit and writes down what is being sent; it is, after the commit.
    fn begin(&mut self, first: Seq, priority: Priority, now: Now) {
        let Some(row) = self.rows.get(&first) else { return };
        let Some(account) = self.accounts.get(&row.account) else { return };
        let (Some(writes), Some(budget)) = (account.writes.clone(), account.budget) else { return };
        let errand = match what(row, &*writes, now) {
            // Nobody can say whether it was sent.
            What::TooLate => {
                self.settle(first, Next::Phase(Phase::MayBeWritten { since: now.wall }), None, None, now);
                return;
            }
            What::Send => Errand::Send,
            What::Look => Errand::Look,
            What::AskJobs => return self.ask_jobs(&row.account.clone(), row.is_daily(), now),
        };
        let (daily, look) = (row.is_daily(), errand == Errand::Look);
        let (account, source) = (row.account.clone(), row.source.clone());
        let mut narrow = if look { Vec::new() } else { narrow(row, &*writes) };
        let free_at = self.budgets.ledger(budget).narrows.free_at(&narrow, now.mono);
        if free_at > now.mono {
            // One ticket's or one user's limit: the others go on.
            self.slow(first, free_at);
            return;
        }
        let together = if look { vec![first] } else { self.with_others(first, &*writes, budget, &mut narrow, now) };
        self.sent += 1;
        if let Some(account) = self.accounts.get_mut(&account) {
            account.served(&source, self.sent);
        }
        self.budgets.ledger(budget).narrows.note(&narrow, now.mono);
        let taken = self.budgets.take(budget, Share::of_row(daily, priority));
        let spent = self.budgets.spent(budget, now);
        let (mut rows, mut ways, mut updates) = (Vec::new(), Vec::new(), Vec::new());
        for seq in together {
            let Some(row) = self.rows.get_mut(&seq) else { continue };
            let settled = row.left.map(|left| left + writes.settles_within());
            let way = UnderWay {
                since: now.wall,
                look,
                unknown: matches!(row.phase, Phase::Unknown { .. }),
                taken,
                not_yet: settled.filter(|settled| look && *settled > now.mono),
            };
            row.attempts += u32::from(!look);
            row.slowed = false;
            updates.push(Updated {
                key: (*row.key).to_owned(),
                state: Phase::Attempting(Box::new(way.clone())).state(now),
                attempts: row.attempts,
                last_answer: row.last_answer.as_deref().map(str::to_owned),
                reference: None,
                job: None,
                note: None,
                at: now.wall,
                spent: updates.is_empty().then(|| spent.clone()),
                content: None,
            });
            rows.push((seq, WriteRow { submission: row.submission(), needed: row.reference() }));
            ways.push(way);
            let shown = row.phase.state(now);
            self.set_phase(seq, Phase::Saving(Box::new(shown)));
        }
        let change = match updates.len() {
            1 => Change::Update(Box::new(updates.remove(0))),
            _ => Change::UpdateAll(updates),
        };
        let todo = Box::new(ToDo { rows, jobs: Vec::new(), writes, errand, taken, narrow });
        self.commit(change, Commit::Begin { todo, ways, spent });
    }

    /// It waits for a limit of its own.
    fn slow(&mut self, seq: Seq, until: Duration) {
        let Some(row) = self.rows.get_mut(&seq) else { return };
        row.slowed = true;
        let unknown = matches!(row.phase, Phase::Unknown { .. });
        self.set_phase(seq, super::outcome::waiting(unknown, Some(until)));
    }

    /// The row, and those that may go in its request; `narrowed`: what the first one counts against, and the others then do.
    /// Those that fold into one change are one request of their ticket.
    fn with_others(
        &self,
        first: Seq,
        writes: &dyn Writes,
        budget: BudgetId,
        narrowed: &mut Vec<Narrow>,
        now: Now,
    ) -> Vec<Seq> {
        let Some(row) = self.rows.get(&first) else { return vec![first] };
        let Some(account) = self.accounts.get(&row.account) else { return vec![first] };
        let narrows = &self.budgets.ledger_of(budget).narrows;
        // Where the other system works on as many jobs as it can, a row that goes alone is none.
        let jobs_are_full = account.jobs.len() >= usize::try_from(writes.jobs_at_once()).unwrap_or(usize::MAX);
        let batch = row.batch.as_ref().filter(|_| !jobs_are_full && writes.may_share(&row.submission()));
        let most = batch.map_or(MOST_FOLDED, |batch| usize::try_from(batch.most).unwrap_or(MOST_IN_ONE_REQUEST));
        let most = most.min(MOST_IN_ONE_REQUEST);
        let mut together = vec![first];
        self.add_folded(&mut together, most, writes, now);
        let ready = batch.and_then(|batch| account.ready_of(batch, row.is_daily()));
        for (_, seq) in ready.into_iter().flatten() {
            if together.len() >= most {
                break;
            }
            let goes = |other: &&Row| {
                *seq != first && what(other, writes, now) == What::Send && writes.may_share(&other.submission())
            };
            let Some(other) = self.rows.get(seq).filter(goes) else { continue };
            let own = self::narrow(other, writes);
            if narrows.has_room(&own, narrowed, now.mono) {
                narrowed.extend(own);
                together.push(*seq);
                self.add_folded(&mut together, most, writes, now);
            }
        }
        together
    }

    /// Adds those that wait behind the last one, in its lane, and leave as one change with it. What may be written goes by
    /// itself.
    fn add_folded(&self, together: &mut Vec<Seq>, most: usize, writes: &dyn Writes, now: Now) {
        let Some(head) = together.last().and_then(|seq| self.rows.get(seq)) else { return };
        let Some(lane) = self.accounts.get(&head.account).and_then(|account| account.lanes.get(&head.lane)) else {
            return;
        };
        if lane.rows.len() < 2 || !matches!(head.phase, Phase::Waiting { .. }) {
            return;
        }
        let mut older = head.submission();
        for seq in lane.rows.iter().skip(1) {
            let Some(row) = self.rows.get(seq) else { return };
            let waits = matches!(row.phase, Phase::Waiting { not_before: None }) && !row.is_expired(now);
            let is_free = matches!(row.need, None | Some(Need::Done(_)));
            let newer = row.submission();
            let alike = row.daily == head.daily && row.batch == head.batch;
            if together.len() >= most || !waits || !is_free || !alike || !writes.folds(&older, &newer) {
                return;
            }
            together.push(*seq);
            older = newer;
        }
    }
}

/// Which limits of parts of its account a row counts against.
pub(super) fn narrow(row: &Row, writes: &dyn Writes) -> Vec<Narrow> {
    let mut narrow = writes.narrow(&row.submission().write);
    narrow.truncate(MOST_NARROW);
    narrow
}

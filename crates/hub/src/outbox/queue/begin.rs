//! What leaves next, and which rows go in one request.
//!
//! A request takes one permit, whatever it carries. Rows go together where their connector says so: of one batch, each the
//! first of its lane, in the order in which they would have gone one by one.

use super::{
    Commit, Next, Queue, Seq, ToDo,
    file::Account,
    ready::Turn,
    row::{Phase, Row, UnderWay},
};
use crate::outbox::{
    budget::{BudgetId, Now, Share, Verdict},
    store::{Change, Updated},
};
use ringcard_connect::{Narrow, WriteRow, Writes};
use ringcard_core::submission::Priority;
use std::{sync::Arc, time::Duration};

/// Whatever a connector says: what is lost with one answer is looked into row by row.
const MOST_IN_ONE_REQUEST: usize = 1_000;
/// Limits of parts that one row may count against.
const MOST_NARROW: usize = 8;

/// What is to be done with a row whose turn it is.
#[derive(PartialEq, Eq)]
enum What {
    Send,
    /// It may be written: the other system is asked.
    Look,
    /// It may be written, and it is too late to send it again.
    TooLate,
}

fn what(row: &Row, writes: &dyn Writes, now: Now) -> What {
    if !matches!(row.phase, Phase::Unknown { .. }) {
        return What::Send;
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
        let look = match what(row, &*writes, now) {
            // Nobody can say whether it was sent.
            What::TooLate => {
                self.settle(first, Next::Phase(Phase::MayBeWritten { since: now.wall }), None, None, now);
                return;
            }
            what => what == What::Look,
        };
        let daily = row.is_daily();
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
        let ledger = self.budgets.ledger(budget);
        ledger.narrows.note(&narrow, now.mono);
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
        let todo = Box::new(ToDo { rows, writes, look, taken, narrow });
        self.commit(change, Commit::Begin { todo, ways, spent });
    }

    /// It waits for a limit of its own.
    fn slow(&mut self, seq: Seq, until: Duration) {
        let Some(row) = self.rows.get_mut(&seq) else { return };
        row.slowed = true;
        let unknown = matches!(row.phase, Phase::Unknown { .. });
        self.set_phase(seq, super::outcome::waiting(unknown, Some(until)));
    }

    /// The row, and those that may go in its request; `narrow`: what the first one counts against, and the others then do.
    fn with_others(
        &self,
        first: Seq,
        writes: &dyn Writes,
        budget: BudgetId,
        narrowed: &mut Vec<Narrow>,
        now: Now,
    ) -> Vec<Seq> {
        let mut together = vec![first];
        let Some(row) = self.rows.get(&first) else { return together };
        let Some(batch) = &row.batch else { return together };
        let most = usize::try_from(batch.most).unwrap_or(MOST_IN_ONE_REQUEST).min(MOST_IN_ONE_REQUEST);
        let narrows = &self.budgets.ledger_of(budget).narrows;
        let ready =
            self.accounts.get(&row.account).and_then(|account| Account::ready_of(account, batch, row.is_daily()));
        for (_, seq) in ready.into_iter().flatten() {
            if together.len() >= most {
                break;
            }
            let goes = |other: &&Row| *seq != first && what(other, writes, now) == What::Send;
            let Some(other) = self.rows.get(seq).filter(goes) else { continue };
            let own = narrow(other, writes);
            if narrows.has_room(&own, narrowed, now.mono) {
                narrowed.extend(own);
                together.push(*seq);
            }
        }
        together
    }
}

/// Which limits of parts of its account a row counts against.
pub(super) fn narrow(row: &Row, writes: &dyn Writes) -> Vec<Narrow> {
    let mut narrow = writes.narrow(&row.submission().write);
    narrow.truncate(MOST_NARROW);
    narrow
}

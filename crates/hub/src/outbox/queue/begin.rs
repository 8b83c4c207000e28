//! What leaves next, and which rows go in one request.
//!
//! A request takes one permit, whatever it carries. Rows go together where their connector says so: of one batch, each the
//! first of its lane, in the order in which they would have gone one by one.

use super::{
    Commit, Next, Queue, Seq, ToDo,
    file::Account,
    row::{Phase, Row, UnderWay},
};
use crate::outbox::{
    budget::{BudgetId, Now, Share, Verdict},
    store::{Change, Updated},
};
use ringcard_connect::{WriteRow, Writes};
use ringcard_core::submission::Priority;
use std::{sync::Arc, time::Duration};

/// Whatever a connector says: what is lost with one answer is looked into row by row.
const MOST_IN_ONE_REQUEST: usize = 1_000;

/// What is to be done with a row whose turn it is.
#[derive(PartialEq, Eq)]
enum Turn {
    Send,
    /// It may be written: the other system is asked.
    Look,
    /// It may be written, and it is too late to send it again.
    TooLate,
}

fn turn(row: &Row, writes: &dyn Writes, now: Now) -> Turn {
    if !matches!(row.phase, Phase::Unknown { .. }) {
        return Turn::Send;
    }
    match (writes.is_idempotent(&row.submission()), row.is_expired(now)) {
        (false, _) => Turn::Look,
        (true, true) => Turn::TooLate,
        (true, false) => Turn::Send,
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
            let mut chosen: Option<(Priority, Seq)> = None;
            for daily in [true, false] {
                let ready = accounts.iter().filter_map(|name| self.accounts.get(name));
                let firsts = ready.filter(|account| account.writes.is_some()).filter_map(|account| account.next(daily));
                let Some(first) = firsts.min() else { continue };
                match self.budgets.ledger(budget).may(Share::of_row(daily), now) {
                    Verdict::Free => chosen = Some(chosen.map_or(first, |other| other.min(first))),
                    Verdict::Wait { wake: at, .. } => wake = [wake, at].into_iter().flatten().min(),
                }
            }
            let Some((_, seq)) = chosen else { return wake };
            self.begin(seq, now);
        }
    }

    /// Takes a permit and writes down what is being sent; it is, after the commit.
    fn begin(&mut self, first: Seq, now: Now) {
        let Some(row) = self.rows.get(&first) else { return };
        let Some(account) = self.accounts.get(&row.account) else { return };
        let (Some(writes), Some(budget)) = (account.writes.clone(), account.budget) else { return };
        let look = match turn(row, &*writes, now) {
            // Nobody can say whether it was sent.
            Turn::TooLate => {
                self.settle(first, Next::Phase(Phase::MayBeWritten { since: now.wall }), None, None, now);
                return;
            }
            turn => turn == Turn::Look,
        };
        let daily = row.is_daily();
        let together = if look { vec![first] } else { self.with_others(first, &*writes, now) };
        let taken = self.budgets.take(budget, Share::of_row(daily));
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
        let todo = Box::new(ToDo { rows, writes, look, taken });
        self.commit(change, Commit::Begin { todo, ways, spent });
    }

    /// The row, and those that may go in its request.
    fn with_others(&self, first: Seq, writes: &dyn Writes, now: Now) -> Vec<Seq> {
        let mut together = vec![first];
        let Some(row) = self.rows.get(&first) else { return together };
        let Some(batch) = &row.batch else { return together };
        let most = usize::try_from(batch.most).unwrap_or(MOST_IN_ONE_REQUEST).min(MOST_IN_ONE_REQUEST);
        let ready =
            self.accounts.get(&row.account).and_then(|account| Account::ready_of(account, batch, row.is_daily()));
        for (_, seq) in ready.into_iter().flatten() {
            if together.len() >= most {
                break;
            }
            let goes = |other: &Row| *seq != first && turn(other, writes, now) == Turn::Send;
            if self.rows.get(seq).is_some_and(goes) {
                together.push(*seq);
            }
        }
        together
    }
}

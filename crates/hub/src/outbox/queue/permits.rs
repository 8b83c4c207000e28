//! Permits for every request but a row's first: look-ups while a phone rings, an agent's own acts, reports, and what else
//! one write needs.

use super::{Command, Commit, Queue, Ticket};
use crate::outbox::{
    NoPermit,
    budget::{BudgetId, Haste, Now, Share, Taken, Verdict},
    store::Change,
};
use ringcard_connect::{CameTo, CountsAgainst, Purpose, Said, Writes, permits::Request};
use std::{collections::VecDeque, sync::Arc, time::Duration};

/// Who may wait for a permit of one budget at the same time.
const MOST_WAITING: usize = 256;

/// What somebody wants a permit for, and how long they wait for it.
#[derive(Debug, Clone, Copy)]
pub(in crate::outbox) struct Ask {
    pub request: Request,
    pub patience: Duration,
}

impl Ask {
    fn share(&self) -> Share {
        let haste = match self.rank() {
            Rank::Urgent => Haste::Now,
            Rank::UnderWay => Haste::Soon,
            Rank::Last => Haste::Later,
        };
        Share { haste, daily: self.request.counts == CountsAgainst::Day, past_gate: self.request.is_act() }
    }

    fn rank(&self) -> Rank {
        match self.request.purpose {
            Purpose::LookUp | Purpose::AgentAct | Purpose::Test => Rank::Urgent,
            Purpose::Write => Rank::UnderWay,
            Purpose::Report => Rank::Last,
        }
    }

    /// Whether it may go while nothing can be written down: a full disk stops neither the card nor the telephone, and
    /// the counts are right as long as we run.
    fn goes_uncounted(&self) -> bool {
        matches!(self.request.purpose, Purpose::LookUp | Purpose::AgentAct)
    }
}

/// Who goes before whom: the urgent ones, what belongs to a write that was begun, then rows that wait, then the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rank {
    Urgent,
    UnderWay,
    Last,
}

#[derive(Debug)]
pub(super) struct Wanted {
    ticket: Ticket,
    account: Arc<str>,
    ask: Ask,
    /// Monotonic.
    deadline: Duration,
}

impl Queue {
    /// Asks for a permit; it is answered by [`Queue::run`]. It is counted where it is sent: what an earlier setting-up of the
    /// account still asks, with the token it had, counts on that token's budget.
    pub fn want(&mut self, ticket: Ticket, account: &str, system: Option<&dyn Writes>, ask: Ask, now: Now) {
        let known = self.accounts.get_key_value(account).filter(|(_, known)| known.writes.is_some());
        let counts_on = known.and_then(|(name, known)| {
            let own = system.map(|system| system.shares_budget(&self.budgets.salt));
            let own = own.and_then(|own| self.budgets.named(own.as_deref().unwrap_or(account)));
            Some((name.clone(), own.or(known.budget)?))
        });
        let refused = match counts_on {
            _ if self.stopping => NoPermit::Stopped,
            None => NoPermit::NoAccount,
            Some((account, budget)) => {
                let waiting = self.wanted.entry(budget).or_default();
                if waiting.len() < MOST_WAITING {
                    if ask.request.purpose == Purpose::Test {
                        // A person wants to know whether it is open again.
                        self.budgets.ledger(budget).account_gate().try_now(now);
                    }
                    waiting.push_back(Wanted { ticket, account, ask, deadline: now.mono + ask.patience });
                    return;
                }
                NoPermit::Wait { why: ringcard_core::submission::WaitReason::Turn, until: None }
            }
        };
        self.out.push(Command::Permit { ticket, outcome: Err(refused) });
    }

    /// Tells those who wait, for this account or for any, that they get no permit.
    pub(super) fn refuse_waiting(&mut self, account: Option<&str>, refused: &NoPermit) {
        for waiting in self.wanted.values_mut() {
            waiting.retain(|wanted| {
                let stays = account.is_some_and(|account| account != &*wanted.account);
                if !stays {
                    self.out.push(Command::Permit { ticket: wanted.ticket, outcome: Err(refused.clone()) });
                }
                stays
            });
        }
    }

    /// Hands out what may be handed out to those of one rank.
    pub(super) fn grant(&mut self, budget: BudgetId, rank: Rank, now: Now) -> Option<Duration> {
        let saving_works = self.store_trouble.is_none();
        let waiting = self.wanted.remove(&budget).filter(|waiting| !waiting.is_empty())?;
        let ledger = self.budgets.ledger(budget);
        let (mut wake, mut left, mut save_first) = (None::<Duration>, VecDeque::new(), false);
        for wanted in waiting {
            if wanted.ask.rank() != rank {
                left.push_back(wanted);
                continue;
            }
            let share = wanted.ask.share();
            let patience = wanted.deadline.saturating_sub(now.mono);
            let goes = ledger.is_covered(share.daily, now) || (!saving_works && wanted.ask.goes_uncounted());
            let outcome = match ledger.may(share, now) {
                Verdict::Free if goes => Some(Ok(Taken { budget, pass: ledger.take(share) })),
                Verdict::Free => {
                    save_first = true;
                    // What cannot be written down is not sent.
                    (patience.is_zero() && !saving_works).then_some(Err(NoPermit::Wait {
                        why: ringcard_core::submission::WaitReason::Turn,
                        until: None,
                    }))
                }
                Verdict::Wait { why, until, wake: at } => {
                    let in_vain = patience.is_zero() || at.is_some_and(|at| at > patience);
                    wake = [wake, at].into_iter().flatten().min();
                    in_vain.then_some(Err(NoPermit::Wait { why, until }))
                }
            };
            match outcome {
                Some(outcome) => self.out.push(Command::Permit { ticket: wanted.ticket, outcome }),
                None => {
                    wake = Some(wake.map_or(patience, |wake| wake.min(patience)));
                    left.push_back(wanted);
                }
            }
        }
        if !left.is_empty() {
            self.wanted.insert(budget, left);
        }
        let rests = self.store_rest.is_some_and(|rest| rest > now.mono);
        if save_first && !rests && self.budgets.begin_spending(budget) {
            self.budgets.ledger(budget).expect_look_ups();
            let spent = self.budgets.spent(budget, now);
            self.commit(Change::Spend(spent.clone()), Commit::Spend { spent });
        }
        wake
    }

    /// A permit is given back, with what its request came to and what its answer said of the limits.
    pub fn permit_over(&mut self, taken: Taken, came_to: &CameTo, said: &Said, now: Now) {
        let ledger = self.budgets.ledger(taken.budget);
        if *came_to == CameTo::NeverLeft {
            return ledger.take_back(taken.pass);
        }
        ledger.end(taken.pass, now);
        let is_closed = matches!(came_to, CameTo::Closed { .. });
        if self.hear_limits(taken, said, is_closed, now) {
            // One ticket's or one user's limit says nothing of the account but that it answers.
            self.tell_gate(taken, if said.only_this { &CameTo::Answered } else { came_to }, now);
        }
        if is_closed || said.turned_away {
            let spent = self.budgets.spent(taken.budget, now);
            self.commit(Change::Spend(spent.clone()), Commit::Spend { spent });
        }
    }
}

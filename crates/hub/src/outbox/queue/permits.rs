//! Permits for what is no write of the outbox: look-ups while a phone rings, an agent's own acts, reports.

use super::{Command, Commit, Queue, Ticket};
use crate::outbox::{
    NoPermit, PermitFor,
    budget::{Now, Pass, Share, Verdict},
    store::Change,
};
use ringcard_connect::Attempt;
use std::{sync::Arc, time::Duration};

/// Who may wait for a permit of one account at the same time.
const MOST_WAITING: usize = 256;

/// What somebody wants a permit for, and how long they wait for it.
#[derive(Debug, Clone, Copy)]
pub(in crate::outbox) struct Ask {
    pub what: PermitFor,
    pub counts_against_day: bool,
    pub patience: Duration,
}

#[derive(Debug)]
pub(super) struct Wanted {
    pub ticket: Ticket,
    ask: Ask,
    /// Monotonic.
    deadline: Duration,
}

impl Queue {
    /// Asks for a permit; it is answered by [`Queue::run`].
    pub fn want(&mut self, ticket: Ticket, account: &str, ask: Ask, now: Now) {
        let known = self.accounts.get_key_value(account).filter(|(_, account)| account.writes.is_some());
        let refused = match known {
            _ if self.stopping => NoPermit::Stopped,
            None => NoPermit::NoAccount,
            Some((_, known)) if known.wanted.len() >= MOST_WAITING => {
                NoPermit::Wait { why: ringcard_core::submission::WaitReason::Turn, until: None }
            }
            Some(_) => {
                if let Some(known) = self.accounts.get_mut(account) {
                    known.wanted.push_back(Wanted { ticket, ask, deadline: now.mono + ask.patience });
                }
                return;
            }
        };
        self.out.push(Command::Permit { ticket, account: account.into(), outcome: Err(refused) });
    }

    /// Hands out what may be handed out, to the urgent ones or to the others.
    pub(super) fn grant(&mut self, name: &Arc<str>, urgent: bool, now: Now) -> Option<Duration> {
        let saving_works = self.store_trouble.is_none();
        let account = self.accounts.get_mut(name)?;
        if account.wanted.is_empty() {
            return None;
        }
        let ledger = account.ledger.as_mut()?;
        let (mut wake, mut left, mut save_first) = (None::<Duration>, std::collections::VecDeque::new(), false);
        for wanted in account.wanted.drain(..) {
            if wanted.ask.what.is_urgent() != urgent {
                left.push_back(wanted);
                continue;
            }
            let share = Share { reserve: urgent, daily: wanted.ask.counts_against_day };
            let patience = wanted.deadline.saturating_sub(now.mono);
            let outcome = match ledger.may(share, now) {
                // A full disk does not stop the card: the counts are right as long as we run.
                Verdict::Free if !saving_works || ledger.is_covered(share.daily, now) => Some(Ok(ledger.take(share))),
                Verdict::Free => {
                    save_first = true;
                    None
                }
                Verdict::Wait { why, until, wake: at } => {
                    let in_vain = patience.is_zero() || at.is_some_and(|at| at > patience);
                    wake = [wake, at].into_iter().flatten().min();
                    in_vain.then_some(Err(NoPermit::Wait { why, until }))
                }
            };
            match outcome {
                Some(outcome) => {
                    self.out.push(Command::Permit { ticket: wanted.ticket, account: name.clone(), outcome });
                }
                None => {
                    wake = Some(wake.map_or(patience, |wake| wake.min(patience)));
                    left.push_back(wanted);
                }
            }
        }
        account.wanted = left;
        if save_first && !account.spending {
            account.spending = true;
            ledger.expect_look_ups();
            let spent = ledger.spent(name, now);
            self.commit(Change::Spend(spent.clone()), Commit::Spend { spent });
        }
        wake
    }

    /// A permit is given back, with how many requests were made and what they came to where that is known.
    pub fn permit_over(&mut self, account: &str, pass: Pass, requests: u32, came_to: Option<&Attempt>, now: Now) {
        let Some(ledger) = self.ledger(account) else { return };
        match requests {
            // The answer was known.
            0 => return ledger.take_back(pass),
            _ => ledger.end(pass, now),
        }
        ledger.also_made(requests - 1, pass, now);
        if let Some(attempt) = came_to {
            self.tell_ledger(account, pass, attempt, now);
        }
        if (requests > 1 || matches!(came_to, Some(Attempt::Closed { .. })))
            && let Some(known) = self.accounts.get_mut(account)
            && let Some(ledger) = &known.ledger
        {
            let spent = ledger.spent(account, now);
            self.commit(Change::Spend(spent.clone()), Commit::Spend { spent });
        }
    }
}

//! Whose budget an account's requests count against: its own, or one that it shares with every account of the same token at
//! the same address.
//!
//! The gate belongs to the budget, and so to token *and* address ([`budget_of`](ringcard_connect::permits::budget_of) names
//! both): a token that one system does not accept says nothing of another system that has the same one, nor does an address
//! where nobody answers. Accounts with both in common learn from each other.

use super::{Ledger, Now, Pass, Share, Spent};
use ringcard_connect::Allowance;
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

/// Names a budget for as long as this run lasts.
pub type BudgetId = usize;

/// A permit, and the budget it was taken from: it goes back there, whatever its account counts against meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    pub budget: BudgetId,
    pub pass: Pass,
}

#[derive(Debug, Default)]
pub struct Budgets {
    /// Never taken out: a few hundred bytes for each token of a run.
    all: Vec<Shared>,
    /// What earlier runs used, by name, of what is not set up yet.
    spent: HashMap<String, Spent>,
    /// The installation's own, for names that tell no secret.
    pub salt: Vec<u8>,
}

#[derive(Debug)]
struct Shared {
    name: Arc<str>,
    ledger: Ledger,
    /// The accounts that count here, with what each says it is allowed.
    accounts: BTreeMap<Arc<str>, Allowance>,
    /// Its counts are on their way to disk for requests that wait for that.
    spending: bool,
}

impl Budgets {
    /// What earlier runs used.
    pub fn take_up(&mut self, spent: impl IntoIterator<Item = Spent>) {
        for spent in spent {
            for name in spent.names.clone() {
                self.spent.insert(name, spent.clone());
            }
        }
    }

    /// An account was set up, or set up anew: it counts against the budget of this name from now on, by default its own.
    /// What was used stays used, whatever the account counted against before.
    pub fn join(
        &mut self,
        account: &Arc<str>,
        before: Option<BudgetId>,
        name: Option<String>,
        allowance: Allowance,
        now: Now,
    ) -> BudgetId {
        let name = name.map_or_else(|| account.clone(), Arc::from);
        let known = self.named(&name);
        let moved = before.filter(|before| Some(*before) != known);
        let live = moved.map(|before| self.spent(before, now));
        if let Some(before) = moved {
            self.leave(account, before, now);
        }
        let id = known.unwrap_or_else(|| {
            let mut ledger = Ledger::new(allowance.clone(), now);
            if let Some(spent) = self.spent.remove(&*name) {
                ledger.restore(&spent, now);
            } else if let Some(spent) = &live {
                ledger.go_on_from(spent, now);
            } else if let Some(spent) = self.spent.get(&**account) {
                ledger.restore(spent, now);
            }
            self.all.push(Shared { name, ledger, accounts: BTreeMap::new(), spending: false });
            self.all.len() - 1
        });
        let shared = &mut self.all[id];
        for spent in live.iter().chain(&self.spent.remove(&**account)) {
            shared.ledger.at_least(spent, now);
        }
        shared.accounts.insert(account.clone(), allowance);
        shared.settle(now);
        // Another address or password may be the way out.
        shared.ledger.account_gate().changed(now);
        id
    }

    /// An account is gone; what it used stays used.
    pub fn leave(&mut self, account: &str, id: BudgetId, now: Now) {
        let shared = &mut self.all[id];
        shared.accounts.remove(account);
        shared.settle(now);
    }

    pub fn ledger(&mut self, id: BudgetId) -> &mut Ledger {
        &mut self.all[id].ledger
    }

    pub fn ledger_of(&self, id: BudgetId) -> &Ledger {
        &self.all[id].ledger
    }

    /// The budget of this name, if anything counts there or did in this run.
    pub fn named(&self, name: &str) -> Option<BudgetId> {
        self.all.iter().position(|shared| *shared.name == *name)
    }

    /// Every budget with the accounts that count against it.
    pub fn each(&self) -> Vec<(BudgetId, Vec<Arc<str>>)> {
        self.all.iter().enumerate().map(|(id, shared)| (id, shared.accounts.keys().cloned().collect())).collect()
    }

    /// For the log.
    pub fn accounts(&self, id: BudgetId) -> String {
        let Shared { name, accounts, .. } = &self.all[id];
        let names: Vec<&str> = accounts.keys().map(|name| &**name).collect();
        if names.is_empty() { (**name).to_owned() } else { names.join(", ") }
    }

    pub fn take(&mut self, id: BudgetId, share: Share) -> Taken {
        Taken { budget: id, pass: self.ledger(id).take(share) }
    }

    pub fn spent(&self, id: BudgetId, now: Now) -> Spent {
        let Shared { name, ledger, accounts, .. } = &self.all[id];
        let others = accounts.keys().filter(|account| *account != name);
        let names = std::iter::once(name).chain(others).map(|name| (**name).to_owned()).collect();
        ledger.spent(id, names, now)
    }

    pub fn saved(&mut self, spent: &Spent) {
        self.ledger(spent.budget).saved(spent);
    }

    /// Whether the counts are to be written down now: not while they already are.
    pub fn begin_spending(&mut self, id: BudgetId) -> bool {
        !std::mem::replace(&mut self.all[id].spending, true)
    }

    pub fn spending_is_over(&mut self, id: BudgetId) {
        self.all[id].spending = false;
    }
}

impl Shared {
    /// Nobody is allowed more by another account's word.
    fn settle(&mut self, now: Now) {
        let mut accounts = self.accounts.values();
        let Some(first) = accounts.next().cloned() else { return };
        let least = |one: Option<u32>, other: Option<u32>| one.into_iter().chain(other).min();
        let strictest = accounts.fold(first, |one, other| Allowance {
            per_second: least(one.per_second, other.per_second),
            per_minute: least(one.per_minute, other.per_minute),
            per_day: least(one.per_day, other.per_day),
            share_percent: one.share_percent.min(other.share_percent),
            pacing: one.pacing.or(other.pacing),
            at_once: one.at_once.min(other.at_once),
            reserved_percent: one.reserved_percent.max(other.reserved_percent),
            time_zone: one.time_zone,
        });
        self.ledger.set_allowance(strictest, now);
    }
}

//! What is checked first: token, maintenance, two at once, daily quota. Whoever is refused here costs nothing.

use super::{
    journal::{Flow, Traffic},
    reply::Reply,
    world::{Shared, World},
};
use std::{collections::BTreeMap, sync::Arc};

/// Who is inside, and what was spent today.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    /// By the token's id.
    flows: BTreeMap<String, Flow>,
    all: Flow,
    /// The day [`Gate::spent`] is about.
    day: u64,
    spent: BTreeMap<String, u64>,
    /// By other programs of the operation.
    others: u64,
}

/// A place among those a token may have at once. Dropping it leaves.
#[derive(Debug)]
pub(crate) struct Slot {
    shared: Arc<Shared>,
    pub token: String,
}

impl Slot {
    pub fn new(shared: Arc<Shared>, token: String) -> Self {
        Self { shared, token }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.shared.change(|world| world.gate.leave(&self.token));
    }
}

impl Gate {
    pub fn traffic(&self, token: &str) -> Traffic {
        self.flows.get(token).map(|f| f.seen).unwrap_or_default()
    }

    pub fn traffic_of_all(&self) -> Traffic {
        self.all.seen
    }

    /// What is under way stays under way over a reset.
    pub fn keep_places_of(&mut self, before: &Self) {
        for (token, flow) in &before.flows {
            self.flows.entry(token.clone()).or_default().seen.at_once = flow.seen.at_once;
        }
        self.all.seen.at_once = before.all.seen.at_once;
    }

    fn leave(&mut self, token: &str) {
        if let Some(flow) = self.flows.get_mut(token) {
            flow.seen.at_once = flow.seen.at_once.saturating_sub(1);
        }
        self.all.seen.at_once = self.all.seen.at_once.saturating_sub(1);
    }

    fn of_day(&mut self, day: u64) -> &mut Self {
        if self.day != day {
            self.day = day;
            self.spent.clear();
            self.others = 0;
        }
        self
    }
}

impl World {
    /// The id of a token of ours.
    pub fn token_id(&self, token: &str) -> Option<String> {
        self.config.tokens.iter().find(|t| t.valid && t.token == token).map(|t| t.id.clone())
    }

    /// Lets a request in, or not. The second value: whether it cost a unit.
    pub fn arrive(&mut self, file: &str, token: Option<&str>) -> Result<(String, bool), Reply> {
        let (now, day) = (self.now(), self.today());
        self.gate.all.arrives(now, day);
        // wolkvox.md, Errors, in the order of its table.
        let Some(token) = token.filter(|t| !t.is_empty()) else {
            return Err(Reply::unauthorized());
        };
        let Some(id) = self.token_id(token) else {
            return Err(Reply::forbidden("PLEASE VALIDATE TOKEN"));
        };
        let flow = self.gate.flows.entry(id.clone()).or_default();
        flow.arrives(now, day);
        let at_once = flow.seen.at_once + 1;
        flow.peak(at_once);
        if self.maintenance {
            return Err(Reply::forbidden(self.config.maintenance_text.clone()));
        }
        let most = self.config.concurrency;
        if at_once > most {
            flow.seen.refused_at_once += 1;
            self.gate.all.seen.refused_at_once += 1;
            // wolkvox.md, Limits.
            return Err(Reply::forbidden(format!("EXCEEDS THE LIMIT OF SIMULTANEOUS REQUESTS PER TOKEN ({most})")));
        }
        // agentbox needs the token but not the allotment; the other limits still apply (wolkvox.md, Agents).
        let counted = file != "agentbox";
        if counted && self.spent_today() >= self.quota() {
            return Err(Reply::forbidden("TOKEN LIMIT EXCEEDED"));
        }
        if counted {
            *self.gate.of_day(day).spent.entry(id.clone()).or_default() += 1;
        }
        if let Some(flow) = self.gate.flows.get_mut(&id) {
            flow.seen.at_once = at_once;
        }
        self.gate.all.seen.at_once += 1;
        let all = self.gate.all.seen.at_once;
        self.gate.all.peak(all);
        Ok((id, counted))
    }

    /// It ended in an error that costs nothing here.
    pub fn give_back(&mut self, token: &str) {
        if let Some(spent) = self.gate.spent.get_mut(token) {
            *spent = spent.saturating_sub(1);
        }
    }

    /// Units a day (wolkvox.md, Limits).
    pub fn quota(&self) -> u64 {
        self.config.licences.saturating_mul(1000)
    }

    /// By all tokens.
    pub fn spent_today(&mut self) -> u64 {
        let day = self.today();
        let gate = self.gate.of_day(day);
        gate.spent.values().sum::<u64>().saturating_add(gate.others)
    }

    /// By one token.
    pub fn spent_by(&mut self, token: &str) -> u64 {
        let day = self.today();
        self.gate.of_day(day).spent.get(token).copied().unwrap_or_default()
    }

    /// Other programs of the operation spend so much.
    pub fn spend(&mut self, units: u64) {
        let day = self.today();
        let gate = self.gate.of_day(day);
        gate.others = gate.others.saturating_add(units);
    }
}

//! Lanes and indexes: who is next is read off, never searched for.

use super::{
    Queue,
    ready::{InTurn, Source, Turn},
    row::{Job, Phase, Row, RowBatch, Seq, Spot},
};
use crate::outbox::{
    budget::{BudgetId, Now},
    store::Need,
};
use ringcard_connect::Writes;
use ringcard_core::submission::Priority;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap, VecDeque, hash_map::Entry},
    sync::Arc,
    time::Duration,
};

/// Everything about one account. Rows may wait for one that is not set up.
#[derive(Default)]
pub(super) struct Account {
    pub writes: Option<Arc<dyn Writes>>,
    /// What its requests count against.
    pub budget: Option<BudgetId>,
    pub lanes: HashMap<Arc<str>, Lane>,
    /// Heads of lanes that may be sent.
    in_turn: InTurn,
    /// Those of them that may share a request, by what they have in common.
    batches: HashMap<(RowBatch, bool), BTreeSet<(Priority, Seq)>>,
    /// Rows that the other system has taken as jobs, by job.
    pub jobs: BTreeMap<Arc<str>, BTreeSet<Seq>>,
    /// Heads of lanes that wait for a moment.
    asleep: BTreeSet<(Duration, Seq)>,
    /// Requests that sharing saved, less those that asked about jobs, and of which nobody was told yet.
    pub saved: i64,
    pub waiting: u32,
    pub people: u32,
}

impl Account {
    /// What goes next of those that count against the day, or of the others.
    pub fn next(&self, daily: bool) -> Option<Turn> {
        self.in_turn.next(daily)
    }

    /// A row of theirs leaves, the `nth` of all accounts.
    pub fn served(&mut self, source: &Source, nth: u64) {
        self.in_turn.served(source, nth);
    }

    /// Which rows of a batch may be sent now; of those that count against the day, or of the others.
    pub fn ready_of(&self, batch: &RowBatch, daily: bool) -> Option<&BTreeSet<(Priority, Seq)>> {
        self.batches.get(&(batch.clone(), daily))
    }

    /// A row is no longer part of this job.
    fn forget_job(&mut self, job: Option<&Job>, seq: Seq) {
        let Some(job) = job else { return };
        if let Some(rows) = self.jobs.get_mut(&job.name) {
            rows.remove(&seq);
            if rows.is_empty() {
                self.jobs.remove(&job.name);
            }
        }
    }

    pub fn first_awake(&self) -> Option<Duration> {
        self.asleep.first().map(|(until, _)| *until)
    }
}

/// What must arrive in order.
#[derive(Debug, Default)]
pub(super) struct Lane {
    /// In their order.
    pub rows: VecDeque<Seq>,
    /// How many of each priority: the head goes as early as the most urgent one behind it.
    urgency: [u32; Priority::ALL.len()],
}

impl Lane {
    fn priority(&self) -> Priority {
        let first = Priority::ALL.into_iter().zip(self.urgency).find(|(_, count)| *count > 0);
        first.map_or(Priority::Note, |(priority, _)| priority)
    }

    /// The row before and after `seq`.
    pub fn beside(&self, seq: Seq) -> (Option<Seq>, Option<Seq>) {
        match self.rows.binary_search(&seq) {
            Ok(at) => (at.checked_sub(1).and_then(|at| self.rows.get(at)).copied(), self.rows.get(at + 1).copied()),
            Err(_) => (None, None),
        }
    }
}

fn rank(priority: Priority) -> usize {
    match priority {
        Priority::DoNotCall => 0,
        Priority::Code => 1,
        Priority::Note => 2,
    }
}

impl Queue {
    /// Puts a row into its lane.
    pub(super) fn put(&mut self, seq: Seq, row: Row) {
        let account = self.accounts.entry(row.account.clone()).or_default();
        account.waiting += 1;
        account.people += u32::from(row.phase.needs_a_person());
        let lane = account.lanes.entry(row.lane.clone()).or_default();
        lane.urgency[rank(row.priority)] += 1;
        let head = lane.rows.front().copied();
        match lane.rows.back() {
            Some(last) if *last > seq => {
                let at = lane.rows.partition_point(|other| *other < seq);
                lane.rows.insert(at, seq);
            }
            _ => lane.rows.push_back(seq),
        }
        if let Some(job) = &row.job {
            account.jobs.entry(job.name.clone()).or_default().insert(seq);
        }
        self.bytes += row.content.len();
        self.keys.insert(row.key.clone(), seq);
        self.rows.insert(seq, row);
        self.note_need(seq);
        self.file(seq);
        // It may be more urgent than the one that was first, or stand before it now.
        if let Some(head) = head {
            self.file(head);
        }
    }

    /// Takes a row out; the one behind it comes forward.
    pub(super) fn take_out(&mut self, seq: Seq) -> Option<Row> {
        self.unfile(seq);
        self.forget_need(seq);
        let row = self.rows.remove(&seq)?;
        self.keys.remove(&row.key);
        self.bytes -= row.content.len();
        let account = self.accounts.get_mut(&row.account)?;
        account.forget_job(row.job.as_ref(), seq);
        account.waiting -= 1;
        account.people -= u32::from(row.phase.needs_a_person());
        let lane = account.lanes.get_mut(&row.lane)?;
        lane.urgency[rank(row.priority)] -= 1;
        if let Ok(at) = lane.rows.binary_search(&seq) {
            lane.rows.remove(at);
        }
        let head = lane.rows.front().copied();
        if lane.rows.is_empty() {
            account.lanes.remove(&row.lane);
        }
        if account.waiting == 0 && account.writes.is_none() && account.budget.is_none() {
            self.accounts.remove(&row.account);
        }
        if let Some(head) = head {
            self.file(head);
        }
        Some(row)
    }

    pub(super) fn set_phase(&mut self, seq: Seq, phase: Phase) {
        let Some(row) = self.rows.get_mut(&seq) else { return };
        if let Some(account) = self.accounts.get_mut(&row.account) {
            account.people -= u32::from(row.phase.needs_a_person());
            account.people += u32::from(phase.needs_a_person());
        }
        row.phase = phase;
        self.file(seq);
    }

    /// The other system took a row as this job; absent: it said what became of it, or nobody knows.
    pub(super) fn set_job(&mut self, seq: Seq, job: Option<Job>) {
        let Some(row) = self.rows.get_mut(&seq) else { return };
        let (before, now) = (std::mem::replace(&mut row.job, job), row.job.as_ref().map(|job| job.name.clone()));
        let Some(account) = self.accounts.get_mut(&row.account) else { return };
        account.forget_job(before.as_ref(), seq);
        if let Some(name) = now {
            account.jobs.entry(name).or_default().insert(seq);
        }
    }

    /// Puts a row into the index it belongs to now.
    pub(super) fn file(&mut self, seq: Seq) {
        self.unfile(seq);
        let Some(row) = self.rows.get_mut(&seq) else { return };
        if let (Phase::Waiting { .. }, Some(expires)) = (&row.phase, row.expires_at) {
            self.expiring.insert((expires, seq));
        }
        if matches!((&row.phase, &row.need), (Phase::Waiting { .. }, Some(Need::Gone))) {
            self.orphans.insert(seq);
            return;
        }
        let Some(account) = self.accounts.get_mut(&row.account) else { return };
        let Some(lane) = account.lanes.get(&row.lane).filter(|lane| lane.rows.front() == Some(&seq)) else { return };
        row.spot = match row.phase {
            Phase::Waiting { .. } if row.awaits().is_some() => Spot::Nowhere,
            Phase::Waiting { not_before: None } | Phase::Unknown { not_before: None } => {
                Spot::Ready { daily: row.is_daily(), priority: lane.priority() }
            }
            Phase::Waiting { not_before: Some(until) } | Phase::Unknown { not_before: Some(until) } => {
                Spot::Asleep(until)
            }
            _ => Spot::Nowhere,
        };
        match row.spot {
            Spot::Ready { daily, priority } => {
                account.in_turn.insert(daily, priority, seq, &row.source);
                if let Some(batch) = &row.batch {
                    account.batches.entry((batch.clone(), daily)).or_default().insert((priority, seq));
                }
            }
            Spot::Asleep(until) => {
                account.asleep.insert((until, seq));
            }
            Spot::Nowhere => {}
        }
    }

    fn unfile(&mut self, seq: Seq) {
        let Some(row) = self.rows.get_mut(&seq) else { return };
        if let Some(expires) = row.expires_at {
            self.expiring.remove(&(expires, seq));
        }
        if !self.orphans.is_empty() {
            self.orphans.remove(&seq);
        }
        let spot = std::mem::replace(&mut row.spot, Spot::Nowhere);
        let Some(account) = self.accounts.get_mut(&row.account) else { return };
        match spot {
            Spot::Ready { daily, priority } => {
                account.in_turn.remove(daily, priority, seq, &row.source);
                if let Some(batch) = row.batch.clone()
                    && let Entry::Occupied(mut ready) = account.batches.entry((batch, daily))
                {
                    ready.get_mut().remove(&(priority, seq));
                    if ready.get().is_empty() {
                        ready.remove();
                    }
                }
            }
            Spot::Asleep(until) => {
                account.asleep.remove(&(until, seq));
            }
            Spot::Nowhere => {}
        }
    }

    /// Rows of an account whose moment has come may be sent.
    pub(super) fn wake_rows(&mut self, name: &Arc<str>, now: Now) {
        while let Some((until, seq)) = self.accounts.get(name).and_then(|account| account.asleep.first().copied()) {
            if until > now.mono {
                return;
            }
            let Some(row) = self.rows.get_mut(&seq) else { return };
            match &mut row.phase {
                Phase::Waiting { not_before } | Phase::Unknown { not_before } => *not_before = None,
                _ => {}
            }
            row.slowed = false;
            self.file(seq);
        }
    }
}

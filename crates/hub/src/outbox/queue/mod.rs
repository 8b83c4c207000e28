//! What is sent next, and what becomes of it: the outbox's rules, without a clock, a thread or a disk.
//!
//! Time comes in; commands go out ([`Command`]); whoever drives carries them out and tells what came of them. So the
//! same rules run in the hub's task and, synchronously, in a hundred thousand random histories.
//!
//! Rules, wherever they are kept:
//! - nothing leaves before *sending* is on disk, and nothing follows in its lane before its outcome is;
//! - what may be written is never sent again blindly ([`outcome`]);
//! - order inside a lane is strict, a row that waits for a person stops its own lane only ([`file`]);
//! - a newer wish for the same thing takes an older one's place only while that was certainly not sent.
//!
//! Start reading at [`Queue::run`].

mod act;
mod file;
mod outcome;
mod permits;
mod row;
mod show;

pub(super) use permits::Ask;
use permits::Rank;
pub(super) use row::Seq;

use super::{
    Accepted, Flaw, NoPermit, OutboxFailure,
    budget::{BudgetId, Budgets, Now, Share, Spent, Taken, Verdict},
    schedule::{self, LONGEST_SLEEP},
    store::{Change, Inserted, Kept, Loaded, StoreFailure, Updated},
};
use file::Account;
use ringcard_connect::Writes;
use ringcard_core::{
    Timestamp,
    submission::{OutboxRow, ParkReason, Submission, SubmissionKey, SubmissionState, Write},
};
use row::{Parked, Phase, Row, Spot, UnderWay};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
    time::Duration,
};

/// Names whoever waits for an answer.
pub(super) type Ticket = u64;
pub(super) type CommitId = u64;

/// What is to be done now. Commits are made in the order in which they come out.
pub(super) enum Command {
    Commit { id: CommitId, change: Change },
    Attempt(Box<ToDo>),
    Accepted { ticket: Ticket, outcome: Result<Accepted, OutboxFailure> },
    Acted { ticket: Ticket, outcome: Result<SubmissionKey, OutboxFailure> },
    Permit { ticket: Ticket, outcome: Result<Taken, NoPermit> },
    Changed(Box<OutboxRow>),
}

/// An attempt to begin now: *sending* is on disk.
pub(super) struct ToDo {
    pub seq: Seq,
    pub submission: Submission,
    pub writes: Arc<dyn Writes>,
    pub look: bool,
    /// For its first request.
    pub taken: Taken,
}

/// How much may wait.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub rows: usize,
    pub bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { rows: 1_000_000, bytes: 512 << 20 }
    }
}

/// Who wants to know that a row is on disk.
#[derive(Debug, Clone, Copy)]
enum Asker {
    Submit(Ticket),
    Act(Ticket),
}

/// What a commit that is under way is about.
enum Commit {
    Insert { row: Box<Inserted>, askers: Vec<Asker> },
    Begin { todo: Box<ToDo>, way: UnderWay, spent: Spent },
    Settle(Box<Settle>),
    Spend { spent: Spent },
}

/// A row's next phase, on its way to disk.
struct Settle {
    seq: Seq,
    update: Updated,
    next: Next,
    /// Where it goes back to if it cannot be saved; without one it is saved again until it can be.
    otherwise: Option<Phase>,
    asker: Option<Ticket>,
}

enum Next {
    Phase(Phase),
    Over,
    /// Other content, perhaps in another place.
    Edited(Box<Row>, Seq),
}

/// See the module.
#[derive(Default)]
pub(super) struct Queue {
    rows: HashMap<Seq, Row>,
    keys: HashMap<Arc<str>, Seq>,
    accounts: BTreeMap<Arc<str>, Account>,
    /// Waiting rows that have an end.
    expiring: BTreeSet<(Timestamp, Seq)>,
    commits: HashMap<CommitId, Commit>,
    /// Keys on their way to disk for the first time.
    inserting: HashMap<String, CommitId>,
    /// Outcomes that could not be saved, and when it is tried again.
    unsaved: BTreeSet<(Duration, CommitId)>,
    budgets: Budgets,
    limits: Limits,
    bytes: usize,
    next_seq: Seq,
    next_commit: CommitId,
    /// Nothing new is begun before: the disk took nothing.
    store_rest: Option<Duration>,
    store_trouble: Option<StoreFailure>,
    unreadable: u32,
    stopping: bool,
    /// Whether anybody listens to changed rows.
    pub watched: bool,
    out: Vec<Command>,
}

impl Queue {
    pub fn new(limits: Limits) -> Self {
        Self { limits, next_seq: 1, ..Self::default() }
    }

    /// Takes up what an earlier run left. Call it once, before anything else.
    pub fn take_up(&mut self, loaded: Loaded, now: Now) {
        self.next_seq = loaded.next_seq.max(1);
        self.unreadable = loaded.unreadable;
        self.budgets.salt = loaded.salt;
        self.budgets.take_up(loaded.spent);
        for kept in loaded.rows {
            self.restore(kept, now);
        }
    }

    fn restore(&mut self, kept: Kept, now: Now) {
        let wait = schedule::after_unknown(1, kept.seq.unsigned_abs());
        let Some(phase) = Phase::restored(kept.state, now, wait) else { return };
        let mut row = self.unpack(&packed(&kept.submission, kept.seq, now));
        row.left = matches!(phase, Phase::Unknown { .. }).then_some(now.mono);
        row.phase = phase;
        row.attempts = kept.attempts;
        row.last_answer = kept.last_answer.map(String::into_boxed_str);
        self.put(kept.seq, row);
        self.coalesce(kept.seq, now);
    }

    /// Takes a new set of accounts. What is under way finishes with the old ones; what was used stays used.
    pub fn set_accounts(&mut self, accounts: &BTreeMap<String, Arc<dyn Writes>>, now: Now) {
        for (name, account) in &mut self.accounts {
            if !accounts.contains_key(&**name) {
                account.writes = None;
                if let Some(budget) = account.budget {
                    self.budgets.leave(name, budget, now);
                }
            }
        }
        for (name, writes) in accounts {
            let name: Arc<str> = self
                .accounts
                .get_key_value(name.as_str())
                .map_or_else(|| name.as_str().into(), |(name, _)| name.clone());
            let account = self.accounts.entry(name.clone()).or_default();
            if account.writes.as_ref().is_some_and(|known| Arc::ptr_eq(known, writes)) {
                continue;
            }
            account.writes = Some(writes.clone());
            let shared = writes.shares_budget(&self.budgets.salt);
            account.budget = Some(self.budgets.join(&name, account.budget, shared, writes.allowance(), now));
            let rows: Vec<Seq> = account.lanes.values().flat_map(|lane| lane.rows.iter().copied()).collect();
            for seq in rows {
                if let Some(row) = self.rows.get_mut(&seq) {
                    let daily = writes.counts_against_day(&row.submission());
                    if row.daily != daily {
                        row.daily = daily;
                        self.file(seq);
                    }
                }
            }
        }
    }

    /// Nothing new is taken or begun; what is under way may finish.
    pub fn stop(&mut self) {
        self.stopping = true;
        for account in self.accounts.values_mut() {
            for wanted in account.wanted.drain(..) {
                self.out.push(Command::Permit { ticket: wanted.ticket, outcome: Err(NoPermit::Stopped) });
            }
        }
    }

    /// Whether nothing is on its way to disk but what the disk did not take.
    pub fn is_saved(&self) -> bool {
        self.commits.len() == self.unsaved.len()
    }

    /// Takes a submission that was found fit. The answer comes after its commit.
    pub fn submit(&mut self, ticket: Ticket, submission: &Submission, now: Now) {
        self.insert(Asker::Submit(ticket), submission, now);
    }

    /// Whether a submission's account could ever take it. One that is known already was taken.
    pub fn fits(&self, submission: &Submission) -> Result<(), Flaw> {
        if self.keys.contains_key(submission.key.0.as_str()) { Ok(()) } else { self.can_take(&submission.write) }
    }

    fn can_take(&self, write: &Write) -> Result<(), Flaw> {
        let writes = self.accounts.get(write.account()).and_then(|account| account.writes.as_ref());
        let limits = writes.and_then(|writes| writes.limits());
        limits.map_or(Ok(()), |limits| limits.check(write)).map_err(Flaw::Misfit)
    }

    fn insert(&mut self, asker: Asker, submission: &Submission, now: Now) {
        let key = &submission.key.0;
        if self.keys.contains_key(key.as_str()) {
            return self.answer(asker, Ok(Accepted { key: submission.key.clone(), known: true }));
        }
        if let Some(Commit::Insert { askers, .. }) = self.inserting.get(key).and_then(|id| self.commits.get_mut(id)) {
            return askers.push(asker);
        }
        if self.stopping {
            return self.answer(asker, Err(OutboxFailure::NotSaved(StoreFailure::Stopped)));
        }
        if self.rows.len() + self.inserting.len() >= self.limits.rows || self.bytes >= self.limits.bytes {
            return self.answer(asker, Err(OutboxFailure::Full));
        }
        let row = packed(submission, self.next_seq, now);
        self.next_seq += 1;
        let key = row.key.clone();
        let id = self
            .commit(Change::Insert(Box::new(row.clone())), Commit::Insert { row: Box::new(row), askers: vec![asker] });
        self.inserting.insert(key, id);
    }

    fn answer(&mut self, asker: Asker, outcome: Result<Accepted, OutboxFailure>) {
        self.out.push(match asker {
            Asker::Submit(ticket) => Command::Accepted { ticket, outcome },
            Asker::Act(ticket) => Command::Acted { ticket, outcome: outcome.map(|accepted| accepted.key) },
        });
    }

    /// Begins all that may begin now. Returns how long at most nothing will change by itself.
    pub fn run(&mut self, now: Now) -> Duration {
        let mut wake = sooner(LONGEST_SLEEP, self.save_again(now));
        if self.stopping {
            return wake;
        }
        wake = sooner(wake, self.expire(now));
        let names: Vec<Arc<str>> = self.accounts.keys().cloned().collect();
        for name in &names {
            self.wake_rows(name, now);
            let asleep = self.accounts.get(name).and_then(Account::first_awake);
            wake = sooner(wake, asleep.map(|until| until.saturating_sub(now.mono)));
        }
        for (budget, accounts) in self.budgets.each() {
            wake = sooner(wake, self.grant(&accounts, Rank::Urgent, now));
            wake = sooner(wake, self.grant(&accounts, Rank::UnderWay, now));
            wake = sooner(wake, self.begin_ready(budget, &accounts, now));
            wake = sooner(wake, self.grant(&accounts, Rank::Last, now));
        }
        wake
    }

    pub fn commands(&mut self) -> Vec<Command> {
        std::mem::take(&mut self.out)
    }

    fn save_again(&mut self, now: Now) -> Option<Duration> {
        while let Some(first) = self.unsaved.first().copied() {
            if first.0 > now.mono {
                return Some(first.0 - now.mono);
            }
            self.unsaved.remove(&first);
            let Some(Commit::Settle(settle)) = self.commits.get_mut(&first.1) else { continue };
            if let Some(spent) = &mut settle.update.spent {
                *spent = self.budgets.spent(spent.budget, now);
            }
            let change = Change::Update(Box::new(settle.update.clone()));
            self.out.push(Command::Commit { id: first.1, change });
        }
        None
    }

    /// What was not sent in time waits for a person.
    fn expire(&mut self, now: Now) -> Option<Duration> {
        while let Some((expires, seq)) = self.expiring.first().copied() {
            if expires > now.wall {
                return Some(now.until(expires));
            }
            let detail = "it was not sent in time".to_owned();
            let parked = Parked { why: ParkReason::Expired, detail, since: now.wall };
            self.settle(seq, Next::Phase(Phase::Parked(Box::new(parked))), None, None, now);
        }
        None
    }

    /// Begins what may begin of the accounts that share a budget, the most urgent first.
    fn begin_ready(&mut self, budget: BudgetId, accounts: &[Arc<str>], now: Now) -> Option<Duration> {
        loop {
            if let Some(rest) = self.store_rest.filter(|rest| *rest > now.mono) {
                return Some(rest - now.mono);
            }
            let mut wake: Option<Duration> = None;
            let mut chosen: Option<(ringcard_core::submission::Priority, Seq)> = None;
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

    /// Takes a permit and writes down that it is being sent; it is, after the commit.
    fn begin(&mut self, seq: Seq, now: Now) {
        let Some(row) = self.rows.get_mut(&seq) else { return };
        let Some(account) = self.accounts.get(&row.account) else { return };
        let (Some(writes), Some(budget)) = (account.writes.clone(), account.budget) else { return };
        let submission = row.submission();
        let unknown = matches!(row.phase, Phase::Unknown { .. });
        let look = unknown && !writes.is_idempotent(&submission);
        if unknown && !look && row.is_expired(now) {
            // Too late to be sent again, and nobody can say whether it was.
            self.settle(seq, Next::Phase(Phase::MayBeWritten { since: now.wall }), None, None, now);
            return;
        }
        let settled = row.left.map(|left| left + writes.settles_within());
        let not_yet = settled.filter(|settled| look && *settled > now.mono);
        let taken = self.budgets.take(budget, Share::of_row(row.daily));
        row.attempts += u32::from(!look);
        let way = UnderWay { since: now.wall, look, unknown, taken, not_yet };
        let sending = Phase::Attempting(Box::new(way.clone())).state(now);
        let shown = row.phase.state(now);
        let spent = self.budgets.spent(budget, now);
        let update = Updated {
            key: (*row.key).to_owned(),
            state: sending,
            attempts: row.attempts,
            last_answer: row.last_answer.as_deref().map(str::to_owned),
            note: None,
            at: now.wall,
            spent: Some(spent.clone()),
            content: None,
        };
        self.set_phase(seq, Phase::Saving(Box::new(shown)));
        let todo = Box::new(ToDo { seq, submission, writes, look, taken });
        self.commit(Change::Update(Box::new(update)), Commit::Begin { todo, way, spent });
    }

    fn commit(&mut self, change: Change, about: Commit) -> CommitId {
        let id = self.next_commit;
        self.next_commit += 1;
        self.commits.insert(id, about);
        self.out.push(Command::Commit { id, change });
        id
    }

    /// Lets a newer wish for the same thing take the place of one that was certainly not sent; `seq` is either.
    fn coalesce(&mut self, seq: Seq, now: Now) {
        let Some(row) = self.rows.get(&seq) else { return };
        let Some(lane) = self.accounts.get(&row.account).and_then(|account| account.lanes.get(&row.lane)) else {
            return;
        };
        let (before, after) = lane.beside(seq);
        for (older, newer) in [(before, Some(seq)), (Some(seq), after)] {
            let (Some(older_seq), Some(newer)) = (older, newer.and_then(|newer| self.rows.get(&newer))) else {
                continue;
            };
            let Some(older) = self.rows.get(&older_seq) else { continue };
            if older.phase.is_unsent()
                && matches!(newer.phase, Phase::Waiting { .. })
                && newer.submission().replaces(&older.submission())
            {
                let state = SubmissionState::Replaced { at: now.wall, by: newer.key() };
                self.settle_over(older_seq, state, None, None, now);
            }
        }
    }

    /// What a row looks like in memory when it is new.
    fn unpack(&self, packed: &Inserted) -> Row {
        let account = self.accounts.get_key_value(packed.account.as_str());
        let submission: Submission = serde_json::from_str(&packed.submission).expect("BUG: our own words can be read");
        let writes = account.and_then(|(_, account)| account.writes.as_ref());
        let lane = account.and_then(|(_, account)| account.lanes.get_key_value(packed.lane.as_str()));
        Row {
            key: packed.key.as_str().into(),
            lane: lane.map_or_else(|| packed.lane.as_str().into(), |(lane, _)| lane.clone()),
            priority: packed.priority,
            content: packed.submission.clone().into_boxed_str(),
            expires_at: submission.expires_at,
            daily: writes.is_none_or(|writes| writes.counts_against_day(&submission)),
            attempts: 0,
            left: None,
            in_vain: 0,
            last_answer: None,
            phase: Phase::Waiting { not_before: None },
            spot: Spot::Nowhere,
            account: account.map_or_else(|| packed.account.as_str().into(), |(name, _)| name.clone()),
        }
    }
}

fn sooner(wake: Duration, other: Option<Duration>) -> Duration {
    other.map_or(wake, |other| wake.min(other))
}

fn packed(submission: &Submission, seq: Seq, now: Now) -> Inserted {
    Inserted {
        key: submission.key.0.clone(),
        seq,
        account: submission.write.account().to_owned(),
        lane: submission.write.lane(),
        priority: submission.write.priority(),
        agent: submission.agent.as_ref().map(|agent| agent.0.clone()),
        submission: serde_json::to_string(submission).expect("BUG: our own words are always JSON"),
        at: now.wall,
    }
}

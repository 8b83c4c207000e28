//! What is sent next, and what becomes of it: the outbox's rules, without a clock, a thread or a disk.
//!
//! Time comes in; commands go out ([`Command`]); whoever drives carries them out and tells what came of them. So the
//! same rules run in the hub's task and, synchronously, in a hundred thousand random histories.
//!
//! Rules, wherever they are kept:
//! - nothing leaves before *sending* is on disk, and nothing follows in its lane before its outcome is;
//! - what may be written is never sent again blindly ([`outcome`]);
//! - order inside a lane is strict, a row that waits for a person stops its own lane only ([`file`]);
//! - what goes in one request takes one permit, and each row has its own outcome ([`begin`]);
//! - what was taken as a job is asked about, with every other job, by one request ([`jobs`]);
//! - a row that needs another one is sent after it, with its reference ([`needs`]);
//! - a newer wish for the same thing takes an older one's place only while that was certainly not sent.
//!
//! Start reading at [`Queue::run`].

mod act;
mod ahead;
mod begin;
mod file;
mod jobs;
mod needs;
mod outcome;
mod permits;
mod ready;
mod row;
mod show;

pub(super) use permits::Ask;
use permits::{Rank, Wanted};
use ready::Source;
pub(super) use row::Seq;

use super::{
    Accepted, Flaw, NoPermit, OutboxFailure,
    budget::{BudgetId, Budgets, Now, Spent, Taken},
    schedule::{self, LONGEST_SLEEP},
    store::{Change, Inserted, Kept, Loaded, StoreFailure, Updated},
};
use file::Account;
use ringcard_connect::{Batch, Narrow, WriteRow, Writes, usual_priority};
use ringcard_core::{
    Timestamp,
    submission::{OutboxRow, ParkReason, Priority, Submission, SubmissionKey, SubmissionState, Write},
};
use row::{Daily, Job, Parked, Phase, Row, RowBatch, Spot, UnderWay};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque},
    sync::Arc,
    time::Duration,
};

/// So many agents, and more, have rows of their own.
const MOST_SOURCE_NAMES: usize = 10_000;

/// Names whoever waits for an answer.
pub(super) type Ticket = u64;
pub(super) type CommitId = u64;

/// What is to be done now. Commits are made in the order in which they come out.
pub(super) enum Command {
    Commit {
        id: CommitId,
        change: Change,
    },
    Attempt(Box<ToDo>),
    Accepted {
        ticket: Ticket,
        outcome: Result<Accepted, OutboxFailure>,
    },
    Acted {
        ticket: Ticket,
        outcome: Result<SubmissionKey, OutboxFailure>,
    },
    Permit {
        ticket: Ticket,
        outcome: Result<Taken, NoPermit>,
    },
    Changed(Box<OutboxRow>),
    /// Rows that shared requests saved the account so many of them.
    Saved {
        account: Arc<str>,
        requests: u32,
    },
}

/// An attempt to begin now: *sending* is on disk for every row.
pub(super) struct ToDo {
    /// Where it looks for one, it is one.
    pub rows: Vec<(Seq, WriteRow)>,
    /// Where it asks about jobs, the job of each row, and which of its rows it is.
    pub jobs: Vec<(Arc<str>, u32)>,
    pub writes: Arc<dyn Writes>,
    pub errand: Errand,
    /// For its first request.
    pub taken: Taken,
    /// The limits of parts of the account that it counts against.
    pub narrow: Vec<Narrow>,
}

/// What an attempt is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Errand {
    Send,
    /// Whether a row has arrived.
    Look,
    /// What became of rows that were taken as jobs.
    AskJobs,
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
    Insert {
        row: Box<Inserted>,
        askers: Vec<Asker>,
    },
    /// With a way for each row.
    Begin {
        todo: Box<ToDo>,
        ways: Vec<UnderWay>,
        spent: Spent,
    },
    Settle(Box<Settle>),
    Spend {
        spent: Spent,
    },
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
    /// It leaves; with what the other system calls what was made.
    Over {
        reference: Option<String>,
    },
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
    /// Who waits for whom: rows by the key of the one they need.
    needed: HashMap<Arc<str>, BTreeSet<Seq>>,
    /// Rows whose need is gone, and that are not parked yet.
    orphans: BTreeSet<Seq>,
    commits: HashMap<CommitId, Commit>,
    /// Keys on their way to disk for the first time.
    inserting: HashMap<String, CommitId>,
    /// Outcomes that could not be saved, and when it is tried again.
    unsaved: BTreeSet<(Duration, CommitId)>,
    budgets: Budgets,
    /// Who waits for a permit, first come first.
    wanted: HashMap<BudgetId, VecDeque<Wanted>>,
    limits: Limits,
    bytes: usize,
    next_seq: Seq,
    next_commit: CommitId,
    /// Nothing new is begun before: the disk took nothing.
    store_rest: Option<Duration>,
    store_trouble: Option<StoreFailure>,
    unreadable: u32,
    /// Requests of rows that have left in this run.
    sent: u64,
    /// Every source that rows have: each name once.
    sources: HashSet<Source>,
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
        let mut row = self.unpack(&self.packed(&kept.submission, kept.seq, now));
        row.left = matches!(phase, Phase::Unknown { .. }).then_some(now.mono);
        row.phase = phase;
        row.need = kept.need;
        row.attempts = kept.attempts;
        row.last_answer = kept.last_answer.map(String::into_boxed_str);
        if let (Phase::Unknown { not_before }, Some(job)) = (&mut row.phase, kept.job) {
            // Jobs are asked about all at once, and the first time soon: what is known of them expires.
            *not_before = Some(now.mono + schedule::AFTER_START);
            row.job = Some(Job { name: job.name.into(), at: job.at, since: now.mono, unknown: job.unknown });
        }
        self.put(kept.seq, row);
        self.coalesce(kept.seq, now);
    }

    /// Takes a new set of accounts. What is under way finishes with the old ones; what was used stays used.
    pub fn set_accounts(&mut self, accounts: &BTreeMap<String, Arc<dyn Writes>>, now: Now) {
        let mut gone: Vec<Arc<str>> = Vec::new();
        for (name, account) in &mut self.accounts {
            if !accounts.contains_key(&**name) {
                gone.extend(account.writes.take().map(|_| name.clone()));
                if let Some(budget) = account.budget {
                    self.budgets.leave(name, budget, now);
                }
            }
        }
        gone.iter().for_each(|name| self.refuse_waiting(Some(name), &NoPermit::NoAccount));
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
            let budget = self.budgets.join(&name, account.budget, shared, writes.allowance(), now);
            self.budgets.ledger(budget).account_gate().give_up_after(writes.gives_up_after());
            account.budget = Some(budget);
            let rows: Vec<Seq> = account.lanes.values().flat_map(|lane| lane.rows.iter().copied()).collect();
            for seq in rows {
                self.mean_anew(seq, writes);
            }
        }
    }

    /// What a row means is asked again where its account is set up anew.
    fn mean_anew(&mut self, seq: Seq, writes: &Arc<dyn Writes>) {
        let Some(row) = self.rows.get(&seq) else { return };
        let submission = row.submission();
        let (lane, priority) = (writes.lane(&submission.write), writes.priority(&submission.write));
        let daily = Daily::of(&**writes, &submission);
        let batch = batch(&**writes, &submission);
        if *lane == *row.lane && (priority, daily, &batch) == (row.priority, row.daily, &row.batch) {
            return;
        }
        let Some(mut row) = self.take_out(seq) else { return };
        (row.priority, row.daily, row.batch) = (priority, daily, batch);
        if *lane != *row.lane {
            row.lane = lane.into();
        }
        self.put(seq, row);
    }

    /// Nothing new is taken or begun; what is under way may finish.
    pub fn stop(&mut self) {
        self.stopping = true;
        self.refuse_waiting(None, &NoPermit::Stopped);
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
        let key = submission.key.0.as_str();
        let is_known = self.keys.contains_key(key) || self.inserting.contains_key(key);
        if is_known { Ok(()) } else { self.can_take(&submission.write) }
    }

    fn can_take(&self, write: &Write) -> Result<(), Flaw> {
        self.taker(write).map_or(Ok(()), |writes| writes.check(write)).map_err(Flaw::Misfit)
    }

    fn insert(&mut self, asker: Asker, submission: &Submission, now: Now) {
        let key = &submission.key.0;
        if self.keys.contains_key(key.as_str()) {
            return self.answer(asker, Ok(Accepted { key: submission.key.clone(), known: true, replaced: None }));
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
        let row = self.packed(submission, self.next_seq, now);
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
        self.park_orphans(now);
        let names: Vec<Arc<str>> = self.accounts.keys().cloned().collect();
        for name in &names {
            self.wake_rows(name, now);
            let asleep = self.accounts.get(name).and_then(Account::first_awake);
            wake = sooner(wake, asleep.map(|until| until.saturating_sub(now.mono)));
        }
        for (budget, accounts) in self.budgets.each() {
            wake = sooner(wake, self.grant(budget, Rank::Urgent, now));
            wake = sooner(wake, self.grant(budget, Rank::UnderWay, now));
            wake = sooner(wake, self.begin_ready(budget, &accounts, now));
            wake = sooner(wake, self.grant(budget, Rank::Last, now));
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

    fn commit(&mut self, change: Change, about: Commit) -> CommitId {
        let id = self.next_commit;
        self.next_commit += 1;
        self.commits.insert(id, about);
        self.out.push(Command::Commit { id, change });
        id
    }

    /// Lets a newer wish for the same thing take the place of one that was certainly not sent; `seq` is either. Returns whose
    /// place `seq` has taken.
    fn coalesce(&mut self, seq: Seq, now: Now) -> Option<SubmissionKey> {
        let row = self.rows.get(&seq)?;
        let lane = self.accounts.get(&row.account).and_then(|account| account.lanes.get(&row.lane))?;
        let mut replaced = None;
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
                if Some(older_seq) == before {
                    replaced = Some(older.key());
                }
                self.settle_over(older_seq, state, None, None, None, now);
            }
        }
        replaced
    }

    /// Who takes it, if the account is set up.
    fn taker(&self, write: &Write) -> Option<&Arc<dyn Writes>> {
        self.accounts.get(write.account())?.writes.as_ref()
    }

    /// Until its account is set up, what a row is about is its lane.
    fn lane_of(&self, write: &Write) -> String {
        self.taker(write).map_or_else(|| write.subject(), |writes| writes.lane(write))
    }

    fn priority_of(&self, write: &Write) -> Priority {
        self.taker(write).map_or_else(|| usual_priority(write), |writes| writes.priority(write))
    }

    /// How a row is written down.
    fn packed(&self, submission: &Submission, seq: Seq, now: Now) -> Inserted {
        let write = &submission.write;
        Inserted {
            key: submission.key.0.clone(),
            seq,
            account: write.account().to_owned(),
            lane: self.lane_of(write),
            priority: self.priority_of(write),
            agent: submission.agent.as_ref().map(|agent| agent.0.clone()),
            needs: submission.needs.as_ref().map(|key| key.0.clone()),
            call: submission.call_id.as_ref().map(|call| call.0.clone()),
            submission: serde_json::to_string(submission).expect("BUG: our own words are always JSON"),
            at: now.wall,
        }
    }

    /// The one name of a source. Those that no row has any more go now and then.
    fn source(&mut self, name: &str) -> Source {
        if let Some(source) = self.sources.get(name) {
            return source.clone();
        }
        if self.sources.len() >= MOST_SOURCE_NAMES {
            self.sources.retain(|source| Arc::strong_count(source) > 1);
        }
        let source: Source = name.into();
        self.sources.insert(source.clone());
        source
    }

    /// What a row looks like in memory when it is new.
    fn unpack(&mut self, packed: &Inserted) -> Row {
        let source = self.source(packed.agent.as_deref().unwrap_or_default());
        let account = self.accounts.get_key_value(packed.account.as_str());
        let submission: Submission = serde_json::from_str(&packed.submission).expect("BUG: our own words can be read");
        let writes = account.and_then(|(_, account)| account.writes.as_ref());
        // Asked anew: its account may have been set up while it went to disk.
        let lane = self.lane_of(&submission.write);
        let known_lane = account.and_then(|(_, account)| account.lanes.get_key_value(lane.as_str()));
        Row {
            key: packed.key.as_str().into(),
            lane: known_lane.map_or_else(|| lane.as_str().into(), |(lane, _)| lane.clone()),
            source,
            priority: self.priority_of(&submission.write),
            content: packed.submission.clone().into_boxed_str(),
            expires_at: submission.expires_at,
            daily: writes.map_or_else(Daily::nobody_knows, |writes| Daily::of(&**writes, &submission)),
            batch: writes.and_then(|writes| batch(&**writes, &submission)),
            need: None,
            attempts: 0,
            left: None,
            in_vain: 0,
            slowed: false,
            last_answer: None,
            job: None,
            phase: Phase::Waiting { not_before: None },
            spot: Spot::Nowhere,
            account: account.map_or_else(|| packed.account.as_str().into(), |(name, _)| name.clone()),
        }
    }
}

fn sooner(wake: Duration, other: Option<Duration>) -> Duration {
    other.map_or(wake, |other| wake.min(other))
}

fn batch(writes: &dyn Writes, submission: &Submission) -> Option<RowBatch> {
    let Batch { of, most_in_one_request } = writes.batch(submission)?;
    (most_in_one_request > 1).then(|| RowBatch { of: of.into(), most: most_in_one_request })
}

#[cfg(test)]
mod tests;

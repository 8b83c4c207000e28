//! The simulated world around the real queue and the real store.

mod jobs;
mod landing;
mod steps;

use super::{
    Dice,
    rules::{Rules, START, allowance, batch, counts_against_day, folds, is_idempotent, lane, token_of},
};
use crate::outbox::{
    NoPermit, OutboxFailure,
    budget::{Now, Taken},
    queue::{Ask, Command, CommitId, Errand, Limits, Queue, Seq, Ticket, ToDo},
    store::{Change, Need, Store, StoreFailure},
};
use jobs::Job;
use ringcard_connect::{Attempt, CountsAgainst, JobRow, Looked, OfJob, Purpose, WriteRow, Writes, permits::Request};
use ringcard_core::{
    Timestamp,
    submission::{Gate, OutboxAct, Submission, SubmissionKey, Write},
};
use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::Arc,
    time::Duration,
};

/// A request on the wire.
struct Flight {
    account: String,
    /// The account's setting-up it was begun with.
    era: u32,
    began: Duration,
    taken: Taken,
    what: Carried,
}

enum Carried {
    Write { rows: Vec<(Seq, WriteRow)> },
    Look { seq: Seq, row: Box<WriteRow> },
    Jobs { rows: Vec<(Seq, JobRow)> },
    LookUp,
}

impl Carried {
    /// Whether the other system counts it against the day: only what codes a call is free there, and not the question
    /// about it.
    fn is_daily(&self) -> bool {
        match self {
            Self::Write { rows } => rows.iter().all(|(_, row)| counts_against_day(&row.submission.write)),
            Self::Look { .. } | Self::Jobs { .. } | Self::LookUp => true,
        }
    }
}

/// What the world knows of one submission.
#[derive(Default)]
pub(super) struct Intent {
    /// Its commit was reported.
    pub accepted: bool,
    /// Contents the other system has applied, in order.
    pub applied: Vec<Write>,
    /// A person said that it is there although it was not.
    pub marked: bool,
}

/// A request as the other system saw it.
pub(super) struct Arrival {
    pub account: String,
    pub at: Duration,
}

pub(super) struct World {
    pub store: Store,
    queue: Queue,
    pub real: Duration,
    /// When this run's monotonic clock began.
    born: Duration,
    /// How wrong the wall's clock is, in milliseconds.
    skew: i64,
    accounts: BTreeMap<String, Arc<dyn Writes>>,
    /// How often its secret was changed.
    eras: BTreeMap<String, u32>,
    commits: VecDeque<(CommitId, Change)>,
    flights: Vec<Flight>,
    pub intents: HashMap<String, Intent>,
    asked: HashMap<Ticket, Submission>,
    acting: HashMap<Ticket, (SubmissionKey, OutboxAct)>,
    /// Who waits for a permit: with what a write or look goes on with, where it needs one more request.
    wanted: HashMap<Ticket, (String, Option<Carried>)>,
    next: u64,
    pub arrivals: Vec<Arrival>,
    /// What the other system still works on although nobody waits for its answer any more, and when it is done.
    later: Vec<(Duration, Submission)>,
    jobs: BTreeMap<String, Job>,
    /// Requests that left, by account and the latest date its clock has shown.
    pub days: HashMap<(String, i64), u32>,
    latest_day: i64,
    disk_fails: u64,
    /// A look-up was let through while nothing could be saved: a kill right then forgets it, as the outbox says.
    uncounted: bool,
    /// Which token two of the accounts have.
    token: u32,
    pub telling: bool,
}

impl World {
    pub fn new() -> Self {
        Self {
            store: Store::in_memory(),
            queue: Queue::default(),
            real: Duration::ZERO,
            born: Duration::ZERO,
            skew: 0,
            accounts: BTreeMap::new(),
            eras: BTreeMap::new(),
            commits: VecDeque::new(),
            flights: Vec::new(),
            intents: HashMap::new(),
            asked: HashMap::new(),
            acting: HashMap::new(),
            wanted: HashMap::new(),
            next: 0,
            arrivals: Vec::new(),
            later: Vec::new(),
            jobs: BTreeMap::new(),
            days: HashMap::new(),
            latest_day: 0,
            disk_fails: 0,
            uncounted: false,
            token: 0,
            telling: false,
        }
    }

    /// An empty file, and accounts that were set up.
    pub fn begin(&mut self, _: &mut Dice) {
        self.store
            .connection()
            .execute_batch("DELETE FROM attempt; DELETE FROM submission; DELETE FROM account")
            .expect("empty");
        self.real = Duration::ZERO;
        (self.skew, self.next, self.latest_day, self.disk_fails) = (0, 0, 0, 0);
        self.uncounted = false;
        self.commits.clear();
        self.flights.clear();
        self.intents.clear();
        self.asked.clear();
        self.acting.clear();
        self.wanted.clear();
        self.arrivals.clear();
        self.later.clear();
        self.jobs.clear();
        self.days.clear();
        self.eras.clear();
        self.set_up("wide");
        self.set_up_token(0);
        self.restart();
    }

    fn set_up(&mut self, account: &'static str) {
        let rules = Rules { account, token: self.token };
        self.accounts.insert(account.to_owned(), Arc::new(rules));
    }

    /// A new token is no new allowance: the day goes on, and only what the token itself limits begins anew.
    fn set_up_token(&mut self, token: u32) {
        self.token = token;
        self.arrivals.retain(|arrival| token_of(&arrival.account) != "tight");
        self.set_up("tight");
        self.set_up("twin");
    }

    pub fn now(&self) -> Now {
        let wall = START + i64::try_from(self.real.as_millis()).expect("small") + self.skew;
        Now { wall: Timestamp(wall), mono: self.real - self.born }
    }

    fn tell(&self, what: impl FnOnce() -> String) {
        if self.telling {
            println!("{:>10} ms  {}", self.real.as_millis(), what());
        }
    }

    fn restart(&mut self) {
        self.born = self.real;
        self.queue = Queue::new(Limits::default());
        let loaded = self.store.load().expect("it can be read");
        let now = self.now();
        self.queue.take_up(loaded, now);
        self.queue.set_accounts(&self.accounts, now);
        self.drive();
    }

    /// Lets the queue go on, and takes its commands; commits wait for [`Self::save`].
    fn drive(&mut self) -> Duration {
        loop {
            let now = self.now();
            self.latest_day = self.latest_day.max((now.wall.0 - 5 * 3_600_000).div_euclid(86_400_000));
            let wake = self.queue.run(now);
            let commands = self.queue.commands();
            if commands.is_empty() {
                return wake;
            }
            for command in commands {
                self.carry_out(command);
            }
        }
    }

    fn carry_out(&mut self, command: Command) {
        match command {
            Command::Commit { id, change } => self.commits.push_back((id, change)),
            Command::Attempt(todo) => {
                let ToDo { mut rows, jobs, errand, taken, .. } = *todo;
                let together: Vec<String> = rows.iter().map(|(_, row)| row.submission.key.0.clone()).collect();
                for (_, row) in &rows {
                    self.tell(|| format!("{errand:?} {}", row.submission.key));
                    self.check_may_leave(row, errand, &together);
                }
                let account = rows[0].1.submission.write.account().to_owned();
                let what = match errand {
                    Errand::Look => {
                        assert_eq!(rows.len(), 1, "one is looked for");
                        let (seq, row) = rows.remove(0);
                        Carried::Look { seq, row: Box::new(row) }
                    }
                    Errand::Send => {
                        self.check_may_leave_together(&rows);
                        Carried::Write { rows }
                    }
                    Errand::AskJobs => {
                        let of_job = |((seq, row), (job, at)): ((Seq, WriteRow), &(Arc<str>, u32))| {
                            (seq, JobRow { job: (**job).to_owned(), at: *at, row })
                        };
                        Carried::Jobs { rows: rows.into_iter().zip(&jobs).map(of_job).collect() }
                    }
                };
                self.leave(account, taken, what);
            }
            Command::Accepted { ticket, outcome } => {
                let submission = self.asked.remove(&ticket).expect("it was asked");
                match outcome {
                    Ok(accepted) => {
                        assert_eq!(accepted.key, submission.key);
                        self.intents.entry(submission.key.0).or_default().accepted = true;
                    }
                    Err(failure) => assert!(matches!(failure, OutboxFailure::NotSaved(_)), "{failure}"),
                }
            }
            Command::Acted { ticket, outcome } => {
                let (key, act) = self.acting.remove(&ticket).expect("it was asked");
                if let Ok(new) = outcome
                    && new != key
                {
                    let OutboxAct::Edit { write } = act else { panic!("only an edit becomes another submission") };
                    assert!(is_idempotent(&write), "{key} adds each time, and its edit goes after it");
                    self.intents.entry(new.0).or_default().accepted = true;
                }
            }
            Command::Permit { ticket, outcome } => {
                let (account, goes_on) = self.wanted.remove(&ticket).expect("it was asked");
                match outcome {
                    Ok(taken) => {
                        self.uncounted |= goes_on.is_none() && self.queue.summary().not_saving.is_some();
                        self.leave(account, taken, goes_on.unwrap_or(Carried::LookUp));
                    }
                    Err(NoPermit::Wait { .. } | NoPermit::NoAccount | NoPermit::Stopped) => {
                        self.goes_no_further(goes_on)
                    }
                }
            }
            Command::Changed(_) | Command::Saved { .. } => {}
        }
    }

    /// One more request of a write was not allowed now: nothing was written.
    fn goes_no_further(&mut self, goes_on: Option<Carried>) {
        let now = self.now();
        let not_sent = Attempt::NotSent { detail: "not now".into(), wait: None };
        match goes_on {
            Some(Carried::Write { rows }) => {
                let seqs: Vec<Seq> = rows.iter().map(|(seq, _)| *seq).collect();
                self.queue.attempted(&seqs, vec![not_sent; seqs.len()], None, now);
            }
            Some(Carried::Look { seq, .. }) => self.queue.looked(seq, Looked::NotNow(not_sent), None, now),
            Some(Carried::Jobs { rows }) => {
                let seqs: Vec<Seq> = rows.iter().map(|(seq, _)| *seq).collect();
                self.queue.jobs_asked(&seqs, vec![OfJob::NotNow(not_sent); seqs.len()], None, now);
            }
            Some(Carried::LookUp) | None => {}
        }
    }

    fn want(
        &mut self,
        account: String,
        purpose: Purpose,
        counts: CountsAgainst,
        goes_on: Option<Carried>,
        seconds: u64,
    ) {
        self.next += 1;
        let ask = Ask { request: Request { purpose, what: "more", counts }, patience: Duration::from_secs(seconds) };
        let now = self.now();
        let system = self.accounts.get(&account).cloned();
        self.queue.want(self.next, &account, system.as_deref(), ask, now);
        self.wanted.insert(self.next, (account, goes_on));
    }

    fn leave(&mut self, account: String, taken: Taken, what: Carried) {
        let daily = what.is_daily();
        let era = self.eras.get(&account).copied().unwrap_or(0);
        let flight = Flight { account, era, began: self.real, taken, what };
        let token = token_of(&flight.account).to_owned();
        let at_once = self.flights.iter().filter(|other| token_of(&other.account) == token).count() + 1;
        let allowed = allowance(&flight.account);
        assert!(at_once <= allowed.at_once as usize, "{at_once} at once");
        if daily {
            let used = self.days.entry((token, self.latest_day)).or_default();
            *used += 1;
            assert!(allowed.per_day.is_none_or(|limit| *used <= limit), "{used} requests on one day");
        }
        self.flights.push(flight);
    }

    /// *Sending* is on disk, nothing before it in its lane is still open, and what it needs is done.
    fn check_may_leave(&mut self, row: &WriteRow, errand: Errand, together: &[String]) {
        let (write, key) = (&row.submission.write, &row.submission.key.0);
        let (state, seq): (String, Seq) = self
            .store
            .connection()
            .query_row("SELECT state, seq FROM submission WHERE key = ?1", [key], |row| Ok((row.get(0)?, row.get(1)?)))
            .expect("what is sent is on disk");
        assert!(state == "sending" || state == "checking", "{key} is {state} on disk and was sent");
        if errand == Errand::AskJobs {
            assert_eq!(state, "checking");
            return;
        }
        for before in self.store.load().expect("it can be read").rows.into_iter().filter(|kept| kept.seq < seq) {
            let other = &before.submission.write;
            let same_lane = other.account() == write.account() && lane(other) == lane(write);
            let goes_along = together.contains(&before.submission.key.0);
            assert!(!same_lane || goes_along, "{key} overtook {} in its lane", before.submission.key);
        }
        assert!(errand == Errand::Send || !is_idempotent(write));
        if let Some(needs) = &row.submission.needs {
            let need = self.store.need(&needs.0);
            assert_eq!(need, Need::Done(row.needed.clone()), "{key} needs {needs}");
        } else {
            assert_eq!(row.needed, None, "{key} needs nothing");
        }
    }

    /// What goes in one request may.
    fn check_may_leave_together(&self, rows: &[(Seq, WriteRow)]) {
        let writes: Vec<&Write> = rows.iter().map(|(_, row)| &row.submission.write).collect();
        let [first, others @ ..] = writes.as_slice() else { panic!("nothing is sent") };
        assert!(others.is_empty() || rows.len() <= batch(first).map_or(1, |batch| batch.most_in_one_request as usize));
        let lanes: std::collections::BTreeSet<String> = writes.iter().map(|write| lane(write)).collect();
        let fold = writes.windows(2).all(|pair| lane(pair[0]) != lane(pair[1]) || folds(pair[0], pair[1]));
        let runs = 1 + writes.windows(2).filter(|pair| lane(pair[0]) != lane(pair[1])).count();
        assert!(fold && lanes.len() == runs, "two of one lane in one request");
        for other in others {
            let alike = |write: &Write| (write.account().to_owned(), batch(write), counts_against_day(write));
            assert_eq!(alike(first), alike(other));
        }
    }

    fn gate_of(&mut self, account: &str) -> Option<Gate> {
        let now = self.now();
        self.queue.budgets(now).into_iter().find(|budget| budget.account == account).and_then(|budget| budget.gate)
    }

    /// Makes the first commits, all together; or the disk takes nothing.
    fn save(&mut self, most: usize) {
        let group: Vec<_> = self.commits.drain(..most.min(self.commits.len())).collect();
        if group.is_empty() {
            return;
        }
        let (ids, changes): (Vec<_>, Vec<_>) = group.into_iter().unzip();
        let fails = self.disk_fails > 0;
        self.disk_fails = self.disk_fails.saturating_sub(1);
        let made = if fails {
            self.tell(|| "the disk fails".into());
            changes.iter().map(|_| Err(StoreFailure::DiskFull)).collect()
        } else {
            self.store.commit(&changes)
        };
        for (id, made) in ids.into_iter().zip(made) {
            let now = self.now();
            self.queue.committed(id, made, now);
        }
        self.drive();
    }

    /// The program is killed: what was not committed never was, what was on the wire may have arrived.
    fn crash(&mut self, dice: &mut Dice) {
        self.tell(|| "killed".into());
        let survive = usize::try_from(dice.roll(self.commits.len() as u64 + 1)).expect("small");
        let changes: Vec<Change> = self.commits.drain(..).take(survive).map(|(_, change)| change).collect();
        if !changes.is_empty() {
            let _ = self.store.commit(&changes);
        }
        for flight in std::mem::take(&mut self.flights) {
            self.arrivals.push(Arrival { account: flight.account, at: self.real });
            let Carried::Write { rows } = flight.what else { continue };
            for (_, WriteRow { submission, .. }) in rows {
                match dice.roll(4) {
                    0 => {}
                    1 => self.apply_later(&submission, dice),
                    _ => self.apply(&submission),
                }
            }
        }
        if std::mem::take(&mut self.uncounted) {
            self.arrivals.clear();
            self.days.clear();
        }
        self.asked.clear();
        self.acting.clear();
        self.wanted.clear();
        self.real += Duration::from_millis(dice.roll(3_000));
        self.restart();
    }
}

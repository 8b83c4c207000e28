//! The simulated world around the real queue and the real store.

mod jobs;

use super::{
    Dice,
    rules::{
        ACCOUNTS, LIMIT, Rules, START, allowance, batch, counts_against_day, edited, folds, is_idempotent, lane,
        reference, token_of, write,
    },
};
use crate::outbox::{
    NoPermit, OutboxFailure,
    budget::{Now, Taken},
    doubles,
    queue::{Ask, Command, CommitId, Errand, Limits, Queue, Seq, Ticket, ToDo},
    store::{Change, Need, Store, StoreFailure},
};
use jobs::Job;
use ringcard_connect::{
    Attempt, CameTo, CountsAgainst, Hint, JobRow, Looked, OfJob, Purpose, Said, WriteRow, Writes, permits::Request,
};
use ringcard_core::{
    Timestamp,
    call::CallId,
    submission::{Gate, GateReason, OutboxAct, ParkReason, Submission, SubmissionKey, SubmissionState, Write},
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

    /// A request ends; the other system has, or has not, done as it was asked.
    fn land(&mut self, which: usize, dice: &mut Dice, kind: bool) {
        self.work_on();
        let Flight { account, era, began, taken, what } = self.flights.swap_remove(which);
        let at = if dice.one_in(2) { began } else { self.real };
        self.arrivals.push(Arrival { account: account.clone(), at });
        let now = self.now();
        let until = dice.one_in(2).then(|| now.wall.after(Duration::from_secs(dice.roll(7_200))));
        let hint = (!kind && dice.one_in(8)).then(|| Hint {
            left_today: Some(u32::try_from(dice.roll(20)).expect("small")),
            wait: dice.one_in(2).then(|| Duration::from_secs(dice.roll(90))),
        });
        let detail = String::from("as it happens");
        if !kind && !matches!(what, Carried::LookUp) && dice.one_in(4) {
            // It was a question before the write itself, or one of several.
            self.queue.permit_over(taken, &CameTo::Answered, &Said::default(), now);
            let counts = if what.is_daily() { CountsAgainst::Day } else { CountsAgainst::Pace };
            self.want(account, Purpose::Write, counts, Some(what), dice.roll(90));
            self.drive();
            return;
        }
        match what {
            Carried::LookUp => {
                let closed = CameTo::Closed { why: GateReason::Pace, until, detail };
                let came_to = if !kind && dice.one_in(6) { closed } else { CameTo::Answered };
                self.queue.permit_over(taken, &came_to, &Said::default(), now);
            }
            Carried::Write { rows } if !kind && self.takes_as_job(&account, &rows) && dice.one_in(3) => {
                let job = self.take_as_job(&rows, dice);
                let look_after = Duration::from_secs(dice.roll(60));
                let seqs: Vec<Seq> = rows.iter().map(|(seq, _)| *seq).collect();
                let places = 0..u32::try_from(rows.len()).expect("small");
                let attempts = places.map(|at| Attempt::Taken { job: job.clone(), at, look_after }).collect();
                self.queue.permit_over(taken, &CameTo::Answered, &Said::default(), now);
                self.queue.attempted(&seqs, attempts, hint.as_ref(), now);
            }
            Carried::Jobs { rows } => {
                let mut said = self.said_of_jobs(&rows, until, kind, dice);
                self.tell(|| format!("of jobs: {said:?}"));
                let came_to = doubles::of_jobs(&said);
                if !kind && dice.one_in(10) {
                    said.truncate(usize::try_from(dice.roll(rows.len() as u64)).expect("small"));
                }
                let seqs: Vec<Seq> = rows.iter().map(|(seq, _)| *seq).collect();
                self.queue.permit_over(taken, &came_to, &Said::default(), now);
                self.queue.jobs_asked(&seqs, said, hint.as_ref(), now);
            }
            Carried::Write { rows } => {
                // Some connectors lose count: what they say nothing of may be written.
                let told = if !kind && dice.one_in(10) { dice.roll(rows.len() as u64 + 1) } else { rows.len() as u64 };
                let as_one = dice.one_in(3);
                let mut attempts: Vec<Attempt> = Vec::new();
                for (_, row) in &rows {
                    let attempt = match attempts.first().filter(|_| as_one) {
                        Some(Attempt::Done { .. }) | None => self.attempt(&row.submission, until, kind, dice),
                        Some(first) => first.clone(),
                    };
                    let applied = match &attempt {
                        Attempt::Done { .. } => true,
                        Attempt::Unknown { detail } => detail == "applied",
                        _ => false,
                    };
                    self.tell(|| format!("{} ends: {attempt:?}", row.submission.key));
                    if applied {
                        self.apply(&row.submission);
                    }
                    if matches!(&attempt, Attempt::Unknown { detail } if detail == "later") {
                        self.apply_later(&row.submission, dice);
                    }
                    attempts.push(attempt);
                }
                attempts.truncate(usize::try_from(told).expect("small"));
                let seqs: Vec<Seq> = rows.iter().map(|(seq, _)| *seq).collect();
                let is_of_old_secret = self.eras.get(&account).copied().unwrap_or(0) != era;
                let about_secret =
                    |attempt: &Attempt| matches!(attempt, Attempt::Closed { why: GateReason::SignIn, .. });
                let says_nothing_now = is_of_old_secret && Attempt::of_request(&attempts).is_some_and(about_secret);
                let gate = says_nothing_now.then(|| self.gate_of(&account));
                self.queue.permit_over(taken, &doubles::of_write(&attempts), &Said::default(), now);
                self.queue.attempted(&seqs, attempts, hint.as_ref(), now);
                if let Some(gate) = gate {
                    assert_eq!(
                        self.gate_of(&account),
                        gate,
                        "an answer to the old secret closed or opened the new one's"
                    );
                }
            }
            Carried::Look { seq, row } => {
                let submission = row.submission;
                let is_there = self.intents.get(&submission.key.0).is_some_and(|intent| !intent.applied.is_empty());
                let looked = match if kind { 0 } else { dice.roll(6) } {
                    _ if matches!(submission.write, Write::CodeCall { .. }) => Looked::CannotTell,
                    0..=2 if is_there => {
                        let reference = reference(&submission).filter(|_| dice.one_in(2));
                        Looked::Written { answer: "there".into(), reference }
                    }
                    0..=2 => Looked::NotWritten,
                    3 => Looked::NotNow(Attempt::NotSent { detail, wait: None }),
                    4 => Looked::NotNow(Attempt::Unknown { detail }),
                    _ => Looked::NotNow(Attempt::Closed { why: GateReason::Offline, until, detail }),
                };
                self.tell(|| format!("{} was looked for: {looked:?}", submission.key));
                self.queue.permit_over(taken, &doubles::of_look(&looked), &Said::default(), now);
                self.queue.looked(seq, looked, hint.as_ref(), now);
            }
        }
        self.drive();
    }

    /// What becomes of one row.
    fn attempt(&self, submission: &Submission, until: Option<Timestamp>, kind: bool, dice: &mut Dice) -> Attempt {
        let detail = String::from("as it happens");
        match if kind { 0 } else { dice.roll(13) } {
            0..=4 => Attempt::Done { answer: "ok".into(), reference: reference(submission) },
            5 => Attempt::NotSent { detail, wait: until.map(|until| until.since(self.now().wall)) },
            6 => Attempt::Unknown { detail },
            7 => Attempt::Unknown { detail: "later".into() },
            8 => Attempt::Unknown { detail: "applied".into() },
            9 => Attempt::Refused { why: ParkReason::Refused, detail },
            10 => Attempt::Closed { why: GateReason::Maintenance, until, detail },
            11 => Attempt::Closed { why: GateReason::SignIn, until: None, detail },
            _ => Attempt::Closed { why: GateReason::DayQuota, until: None, detail },
        }
    }

    /// Nobody hears of it: a code whose call is over is not among them, since a person would have to wait.
    fn apply_later(&mut self, submission: &Submission, dice: &mut Dice) {
        if !matches!(submission.write, Write::CodeCall { .. }) {
            let done_at = self.real + Duration::from_millis(dice.roll(LIMIT.as_millis() as u64));
            self.tell(|| format!("{} is done at {} ms", submission.key, done_at.as_millis()));
            self.later.push((done_at, submission.clone()));
        }
    }

    fn is_worked_on(&self, key: &SubmissionKey) -> bool {
        self.later.iter().any(|(_, submission)| submission.key == *key)
    }

    fn work_on(&mut self) {
        let now = self.real;
        for (_, submission) in self.later.extract_if(.., |(done_at, _)| *done_at <= now).collect::<Vec<_>>() {
            self.tell(|| format!("{} is done, late", submission.key));
            self.apply(&submission);
        }
        self.end_jobs();
    }

    fn apply(&mut self, submission: &Submission) {
        self.intents.entry(submission.key.0.clone()).or_default().applied.push(submission.write.clone());
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

    pub fn step(&mut self, dice: &mut Dice) {
        self.work_on();
        match dice.roll(26) {
            0..=6 => self.submit(dice),
            7..=10 => {
                let most = 1 + usize::try_from(dice.roll(4)).expect("small");
                self.save(most);
            }
            11..=14 if !self.flights.is_empty() => {
                let which = usize::try_from(dice.roll(self.flights.len() as u64)).expect("small");
                self.land(which, dice, false);
            }
            15 | 16 => self.act(dice),
            17 => self.crash(dice),
            18 => self.disk_fails = dice.roll(3),
            19 => {
                // Within half a day: a clock that is wrong by more is the day's own test.
                self.skew = i64::try_from(dice.roll(86_400_000)).expect("small") - 43_200_000;
                self.drive();
            }
            20 => {
                let account = ACCOUNTS[usize::try_from(dice.roll(3)).expect("small")].to_owned();
                let purpose = if dice.one_in(4) { Purpose::Report } else { Purpose::LookUp };
                self.want(account, purpose, CountsAgainst::Day, None, dice.roll(5));
                self.drive();
            }
            21 => {
                let gone = dice.one_in(2).then(|| if dice.one_in(3) { "twin" } else { "wide" });
                let name = ACCOUNTS[usize::try_from(dice.roll(3)).expect("small")];
                if dice.one_in(3) && gone != Some(name) {
                    // A person sets it up anew: its password is another one, or its address.
                    self.tell(|| format!("{name} is set up anew"));
                    *self.eras.entry(name.to_owned()).or_default() += 1;
                    self.set_up(name);
                }
                if dice.one_in(4) && self.flights.is_empty() && self.commits.is_empty() && self.wanted.is_empty() {
                    self.set_up_token(self.token + 1);
                }
                let mut accounts = self.accounts.clone();
                if let Some(gone) = gone {
                    accounts.remove(gone);
                }
                let now = self.now();
                self.queue.set_accounts(&accounts, now);
                self.drive();
            }
            n => {
                let most = if n == 22 { 4_000_000 } else { 5_000 };
                self.real += Duration::from_millis(dice.roll(most));
                self.drive();
            }
        }
    }

    fn submit(&mut self, dice: &mut Dice) {
        let again = dice.one_in(8) && !self.intents.is_empty();
        let key = if again { dice.roll(self.next_key()) } else { self.next_key() };
        let submission = self.made(key, dice);
        self.intents.entry(submission.key.0.clone()).or_default();
        self.tell(|| format!("submit {} {:?}", submission.key, submission.write));
        self.next += 1;
        self.asked.insert(self.next, submission.clone());
        let now = self.now();
        self.queue.submit(self.next, &submission, now);
        self.drive();
    }

    fn next_key(&self) -> u64 {
        self.intents.keys().filter(|key| key.starts_with('k')).count() as u64
    }

    /// The submission of this key: always the same write but for its comment.
    fn made(&self, key: u64, dice: &mut Dice) -> Submission {
        let mut own = Dice::new(key + 77);
        let account = ACCOUNTS[[0, 1, 2, 0][usize::try_from(own.roll(4)).expect("small")]].to_owned();
        // Every kind in turn: of the first dozen keys each has some.
        let (kind, customer) = (key % 7, own.roll(3));
        let needs = match kind {
            // A call-back needs the record that was made, or a code that another one may have replaced.
            5 => Some(key - 2 - own.roll(2)),
            6 => Some(key - 1),
            _ => None,
        };
        let expires_at = (kind == 4).then(|| self.now().wall.after(Duration::from_secs(60)));
        Submission {
            key: SubmissionKey(format!("k{key}")),
            write: write(&account, kind, customer, &format!("{}", dice.roll(1_000_000))),
            about: "somebody".into(),
            call_id: (kind == 4).then(|| CallId(format!("call{customer}"))),
            agent: None,
            made_at: self.now().wall,
            expires_at,
            needs: needs.map(|key| SubmissionKey(format!("k{key}"))),
        }
    }

    /// A person does something with a row that waits.
    fn act(&mut self, dice: &mut Dice) {
        let open = self.open_rows();
        if open.is_empty() {
            return;
        }
        let (key, state, Submission { write: old, .. }) =
            open[usize::try_from(dice.roll(open.len() as u64)).expect("small")].clone();
        let there = self.intents.get(&key.0).is_some_and(|intent| !intent.applied.is_empty());
        let now = self.now();
        let state = self.queue.state_of(&key, now).unwrap_or(state);
        if matches!(state, SubmissionState::MayBeWritten { .. }) && self.is_worked_on(&key) {
            // Whoever decides waits until it can be seen.
            return;
        }
        let act = match (&state, dice.roll(8)) {
            // Whoever looks before saying what became of it.
            (SubmissionState::MayBeWritten { .. } | SubmissionState::Checking { .. }, _) if there => {
                OutboxAct::MarkDone
            }
            (SubmissionState::MayBeWritten { .. }, _) => OutboxAct::Retry,
            (SubmissionState::Checking { .. }, _) => OutboxAct::Retry,
            (_, 0) => OutboxAct::Discard,
            (SubmissionState::Parked { .. }, 1) => OutboxAct::MarkDone,
            (_, 2..=4) => OutboxAct::Edit { write: edited(old, &format!("edited {}", dice.roll(1_000_000))) },
            _ => OutboxAct::Retry,
        };
        self.person(key, act);
    }

    fn person(&mut self, key: SubmissionKey, act: OutboxAct) {
        self.tell(|| format!("a person: {key} {act:?}"));
        if act == OutboxAct::MarkDone {
            self.intents.entry(key.0.clone()).or_default().marked = true;
        }
        self.next += 1;
        if matches!(act, OutboxAct::Edit { .. }) {
            // It may become a submission of its own.
            self.intents.entry(format!("e{}", self.next)).or_default();
        }
        self.acting.insert(self.next, (key.clone(), act.clone()));
        let now = self.now();
        self.queue.act(self.next, &key, act, None, SubmissionKey(format!("e{}", self.next)), now);
        self.drive();
    }

    /// Everything works from now on, and a person looks at what waits for one.
    pub fn settle_all(&mut self, dice: &mut Dice) {
        self.disk_fails = 0;
        let now = self.now();
        self.queue.set_accounts(&self.accounts.clone(), now);
        for _ in 0..2_000 {
            self.work_on();
            let wake = self.drive();
            if !self.commits.is_empty() {
                self.save(usize::MAX);
            } else if !self.flights.is_empty() {
                self.land(0, dice, true);
            } else {
                let open = self.open_rows();
                if open.is_empty() {
                    self.real += LIMIT;
                    self.work_on();
                    return;
                }
                let person = open.into_iter().find(|(_, state, _)| state.needs_a_person());
                if let Some((key, state, submission)) = person {
                    if self.is_worked_on(&key) {
                        self.real += LIMIT;
                        self.work_on();
                    }
                    let there = self.intents.get(&key.0).is_some_and(|intent| !intent.applied.is_empty());
                    let may_be = matches!(state, SubmissionState::MayBeWritten { .. });
                    let too_late = submission.expires_at.is_some_and(|expires| expires <= self.now().wall);
                    let act = match submission.write {
                        _ if may_be && there => OutboxAct::MarkDone,
                        // Its call is over: it is not sent any more.
                        Write::CodeCall { .. } if too_late => OutboxAct::Discard,
                        _ => OutboxAct::Retry,
                    };
                    self.person(key, act);
                }
                if self.commits.is_empty() && self.flights.is_empty() {
                    let long = wake >= Duration::from_secs(30);
                    self.real += if long { Duration::from_secs(1_200) } else { wake.max(Duration::from_millis(1)) };
                }
            }
        }
        panic!("rows are left that never leave: {:?}", self.open_rows());
    }

    fn open_rows(&mut self) -> Vec<(SubmissionKey, SubmissionState, Submission)> {
        let rows = self.store.load().expect("it can be read").rows;
        rows.into_iter().map(|kept| (kept.submission.key.clone(), kept.state, kept.submission)).collect()
    }
}

//! Two thousand calls end in ten minutes, and the account they are to be written to takes four hundred requests a minute and
//! 2,500 a day, of which another program takes half.
//!
//! The rules and the store are the real ones; only time, the wire and the other system are simulated, so that two days pass in
//! a moment. Once with several rows in one request and once without, so that the difference shows.

use super::{
    NoPermit,
    budget::{Now, Taken},
    queue::{Ask, Command, CommitId, Errand, Limits, Queue, Seq, Ticket, ToDo},
    schedule::LOOK_UP_PATIENCE,
    store::{Change, Store},
};
use async_trait::async_trait;
use ringcard_connect::{
    Allowance, Attempt, Batch, CameTo, CountsAgainst, Looked, Pacing, Purpose, Said, WriteRow, Writes, permits::Request,
};
use ringcard_core::{
    Timestamp,
    campaign::{CampaignId, CampaignKind, RecordRef},
    submission::{Submission, SubmissionKey, Write},
};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap, HashMap, VecDeque},
    sync::Arc,
    time::Duration,
};

/// 2026-11-20 00:00 UTC.
const MIDNIGHT: i64 = 1_795_132_800_000;
const NINE: Duration = Duration::from_secs(9 * 3600);
const DAY: Duration = Duration::from_secs(24 * 3600);
const MINUTE: Duration = Duration::from_secs(60);
const CALLS: u64 = 2_000;
/// Four calls of each.
const TICKETS: u64 = 500;
const AT_ONCE: u32 = 4;
const PER_MINUTE: u32 = 400;
const PER_DAY: u32 = 2_500;

/// How our account is set up.
#[derive(Clone, Copy)]
struct Setup {
    batches: bool,
    share_percent: u8,
    /// Whether we were told the limit of a day.
    per_day: Option<u32>,
    /// Whether an answer says when its minute begins anew.
    says_when: bool,
}

struct Crm(Setup);

#[async_trait]
impl Writes for Crm {
    async fn write(&self, _: &[WriteRow]) -> Vec<Attempt> {
        unreachable!("the office answers")
    }
    async fn look(&self, _: &WriteRow) -> Looked {
        unreachable!("the office answers")
    }
    fn lane(&self, write: &Write) -> String {
        ticket(write).to_owned()
    }
    fn batch(&self, _: &Submission) -> Option<Batch> {
        self.0.batches.then(|| Batch { of: "log".to_owned(), most_in_one_request: 100 })
    }
    fn is_idempotent(&self, _: &Submission) -> bool {
        false
    }
    fn allowance(&self) -> Allowance {
        Allowance {
            per_minute: Some(PER_MINUTE),
            per_day: self.0.per_day,
            share_percent: self.0.share_percent,
            reserved_percent: 20,
            pacing: Some(Pacing::default()),
            ..Allowance::unlimited(AT_ONCE)
        }
    }
    fn counts_against_day(&self, _: &Submission) -> bool {
        true
    }
}

/// What the row is about; any write of the lowest priority does.
fn ticket(write: &Write) -> &str {
    match write {
        Write::AddRecord { customer_id, .. } => customer_id,
        _ => unreachable!("only these are made"),
    }
}

fn entry(call: u64) -> Submission {
    let record = RecordRef {
        account: "crm".into(),
        campaign: CampaignId("1".into()),
        kind: CampaignKind::Preview,
        customer_id: format!("ticket{}", call % TICKETS),
    };
    Submission {
        key: SubmissionKey(format!("call{call}")),
        write: Write::AddRecord {
            account: record.account,
            campaign: record.campaign,
            campaign_kind: record.kind,
            customer_id: record.customer_id,
            customer_name: "Ana".into(),
            numbers: Vec::new(),
            fields: Vec::new(),
        },
        about: "Ana".into(),
        call_id: None,
        agent: None,
        made_at: Timestamp(MIDNIGHT),
        expires_at: None,
        needs: None,
    }
}

/// The other system: windows that begin with the clock's minute and day, and another program that takes its part.
#[derive(Default)]
struct Account {
    minute: u64,
    of_minute: u32,
    day: u64,
    of_day: u32,
    of_others: u32,
    /// Until when the other program's requests have been counted.
    others_until: Duration,
}

impl Account {
    fn take(&mut self) -> bool {
        if self.of_minute >= PER_MINUTE || self.of_day >= PER_DAY {
            return false;
        }
        self.of_minute += 1;
        self.of_day += 1;
        true
    }

    fn roll(&mut self, now: Duration) {
        if now.as_secs() / 60 != self.minute {
            (self.minute, self.of_minute) = (now.as_secs() / 60, 0);
        }
        if now.as_secs() / 86_400 != self.day {
            (self.day, self.of_day, self.of_others) = (now.as_secs() / 86_400, 0, 0);
        }
    }

    /// The other program: 200 a minute, 1,250 a day, as long as it works, from nine on.
    fn others(&mut self, now: Duration) {
        const EVERY: Duration = Duration::from_millis(300);
        while self.others_until < now {
            let at = self.others_until;
            self.roll(at);
            if self.of_others < PER_DAY / 2 && at.as_secs() % 86_400 >= NINE.as_secs() && self.take() {
                self.of_others += 1;
            }
            self.others_until = at + EVERY;
        }
        self.roll(now);
    }

    /// One of ours; whether it is taken, and what the answer's headers say.
    fn request(&mut self, now: Duration, says_when: bool) -> (bool, Said) {
        self.others(now);
        let taken = self.take();
        let to_minute = Duration::from_secs((self.minute + 1) * 60).saturating_sub(now);
        let to_day = Duration::from_secs((self.day + 1) * 86_400).saturating_sub(now);
        let wait = if self.of_day >= PER_DAY { to_day } else { to_minute };
        let said = Said {
            turned_away: !taken,
            per_minute: Some(PER_MINUTE),
            left: Some(PER_MINUTE - self.of_minute),
            resets_in: says_when.then_some(to_minute),
            wait: (!taken).then_some(wait),
            ..Said::default()
        };
        (taken, said)
    }
}

enum Event {
    CallEnds(u64),
    LookUp,
    Arrives(Flight),
    Answered(Flight, bool, Box<Said>),
}

struct Flight {
    taken: Taken,
    /// A look-up has none.
    rows: Vec<(Seq, WriteRow)>,
}

/// What became of it all.
#[derive(Default)]
struct Outcome {
    requests: u32,
    refused: u32,
    /// When each was turned away, and what of the minute and the day was used.
    refusals: Vec<(Duration, u32, u32)>,
    /// In which order calls were written to each ticket.
    written: HashMap<String, Vec<u64>>,
    look_ups: u32,
    look_ups_refused: u32,
    longest_look_up: Duration,
    last_written: Duration,
    ours_of_day: BTreeMap<u64, u32>,
    longest_queue: u32,
}

struct Office {
    setup: Setup,
    queue: Queue,
    store: Store,
    commits: VecDeque<(CommitId, Change)>,
    events: BinaryHeap<Reverse<(Duration, u64)>>,
    what: HashMap<u64, Event>,
    next: u64,
    now: Duration,
    account: Account,
    asked: HashMap<Ticket, Duration>,
    out: Outcome,
    /// After a refusal: when it was heard, and until when nothing is to be sent.
    silent: Option<(Duration, Duration)>,
    way: u64,
}

impl Office {
    fn new(setup: Setup) -> Self {
        let mut office = Self {
            setup,
            queue: Queue::new(Limits::default()),
            store: Store::in_memory(),
            commits: VecDeque::new(),
            events: BinaryHeap::new(),
            what: HashMap::new(),
            next: 0,
            now: NINE,
            account: Account::default(),
            asked: HashMap::new(),
            out: Outcome::default(),
            silent: None,
            way: 1,
        };
        office.account.others_until = NINE;
        let crm: Arc<dyn Writes> = Arc::new(Crm(setup));
        let now = office.clock();
        office.queue.set_accounts(&BTreeMap::from([("crm".to_owned(), crm)]), now);
        office
    }

    fn clock(&self) -> Now {
        Now { wall: Timestamp(MIDNIGHT).after(self.now), mono: self.now }
    }

    fn at(&mut self, when: Duration, event: Event) {
        self.next += 1;
        self.what.insert(self.next, event);
        self.events.push(Reverse((when, self.next)));
    }

    /// On its way for 50 to 450 ms.
    fn way(&mut self) -> Duration {
        self.way = self.way.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        Duration::from_millis(50 + (self.way >> 33) % 400)
    }

    /// Lets the queue go on; how long at most nothing will change by itself.
    fn drive(&mut self) -> Duration {
        loop {
            let wake = self.queue.run(self.clock());
            let commands = self.queue.commands();
            if commands.is_empty() && self.commits.is_empty() {
                return wake;
            }
            for command in commands {
                self.carry_out(command);
            }
            while let Some((id, change)) = self.commits.pop_front() {
                let made = self.store.commit(&[change]).remove(0);
                let now = self.clock();
                self.queue.committed(id, made, now);
            }
        }
    }

    fn carry_out(&mut self, command: Command) {
        match command {
            Command::Commit { id, change } => self.commits.push_back((id, change)),
            Command::Attempt(todo) => {
                let ToDo { rows, errand, taken, .. } = *todo;
                assert!(errand == Errand::Send, "every answer comes");
                self.leave(taken, rows);
            }
            Command::Permit { ticket, outcome } => {
                let asked = self.asked.remove(&ticket).expect("it was asked");
                match outcome {
                    Ok(taken) => {
                        self.out.longest_look_up = self.out.longest_look_up.max(self.now - asked);
                        self.leave(taken, Vec::new());
                    }
                    Err(NoPermit::Wait { .. }) => self.out.look_ups_refused += 1,
                    Err(other) => panic!("{other}"),
                }
            }
            Command::Accepted { outcome, .. } => assert!(outcome.is_ok()),
            Command::Acted { .. } | Command::Changed(_) | Command::Saved { .. } => {}
        }
    }

    fn leave(&mut self, taken: Taken, rows: Vec<(Seq, WriteRow)>) {
        if let Some((heard, until)) = self.silent {
            assert!(
                self.now >= until,
                "sent at {:?}, and silence was asked for from {heard:?} until {until:?}",
                self.now
            );
        }
        let flight = Flight { taken, rows };
        let arrives = self.now + self.way();
        self.at(arrives, Event::Arrives(flight));
    }

    fn happens(&mut self, event: Event) {
        match event {
            Event::CallEnds(call) => {
                let now = self.clock();
                self.queue.submit(call, &entry(call), now);
            }
            Event::LookUp => {
                self.next += 1;
                self.out.look_ups += 1;
                self.asked.insert(self.next, self.now);
                let request = Request { purpose: Purpose::LookUp, what: "find", counts: CountsAgainst::Day };
                let (ticket, now) = (self.next, self.clock());
                self.queue.want(ticket, "crm", None, Ask { request, patience: LOOK_UP_PATIENCE }, now);
            }
            Event::Arrives(flight) => {
                let (taken, said) = self.account.request(self.now, self.setup.says_when);
                self.out.requests += 1;
                *self.out.ours_of_day.entry(self.now.as_secs() / 86_400).or_default() += 1;
                if taken {
                    for (_, row) in &flight.rows {
                        let call = row.submission.key.0.trim_start_matches("call").parse().expect("a number");
                        let of_ticket = self.out.written.entry(ticket(&row.submission.write).to_owned());
                        of_ticket.or_default().push(call);
                        self.out.last_written = self.now;
                    }
                } else {
                    self.out.refused += 1;
                    self.out.refusals.push((self.now, self.account.of_minute, self.account.of_day));
                }
                let answered = self.now + self.way();
                self.at(answered, Event::Answered(flight, taken, Box::new(said)));
            }
            Event::Answered(flight, taken, said) => {
                let now = self.clock();
                if let (false, Some(wait)) = (taken, said.wait) {
                    self.silent = Some((self.now, self.now + wait));
                }
                let detail = "too many requests".to_owned();
                let not_sent = CameTo::NotSent { detail: detail.clone(), wait: said.wait };
                let came_to = if taken { CameTo::Answered } else { not_sent };
                self.queue.permit_over(flight.taken, &came_to, &said, now);
                let seqs: Vec<Seq> = flight.rows.iter().map(|(seq, _)| *seq).collect();
                let attempt = if taken { Attempt::done("ok") } else { Attempt::NotSent { detail, wait: said.wait } };
                self.queue.attempted(&seqs, vec![attempt; seqs.len()], None, now);
            }
        }
    }

    /// Lets time pass until then.
    fn run(&mut self, until: Duration) {
        loop {
            let wake = self.drive().max(Duration::from_millis(1));
            self.out.longest_queue = self.out.longest_queue.max(self.queue.summary().waiting);
            let event = self.events.peek().map(|Reverse((when, _))| *when);
            let next = event.map_or(self.now + wake, |when| when.min(self.now + wake));
            if next > until {
                return;
            }
            self.now = next;
            while let Some(Reverse((when, id))) = self.events.peek().copied().filter(|Reverse((when, _))| *when <= next)
            {
                debug_assert!(when <= next);
                self.events.pop();
                let event = self.what.remove(&id).expect("it is there");
                self.happens(event);
            }
        }
    }

    fn waits(&mut self) -> u32 {
        self.queue.summary().waiting
    }
}

/// Three days of an office; what became of the first day's calls.
fn three_days(setup: Setup) -> Outcome {
    let mut office = Office::new(setup);
    for call in 0..CALLS {
        office.at(NINE + Duration::from_millis(300 * call), Event::CallEnds(call));
    }
    // Callers that no cache knows: twenty a minute while it is busy, then one every half hour.
    for n in 0..200 {
        office.at(NINE + Duration::from_secs(3) * n, Event::LookUp);
    }
    for n in 1..28 {
        office.at(NINE + Duration::from_secs(600) + Duration::from_secs(1_800) * n, Event::LookUp);
    }
    office.run(DAY - MINUTE);
    let written_on_the_day = office.waits() == 0;
    let is_enough = setup.batches && setup.per_day.is_some();
    assert_eq!(written_on_the_day, is_enough, "one in each request, or nobody knows of the day: it is not enough");
    office.run(DAY * 3 - MINUTE);
    assert_eq!(office.waits(), 0, "it drains when the days begin anew");
    let out = office.out;
    let mut all: Vec<u64> = out.written.values().flatten().copied().collect();
    all.sort_unstable();
    assert_eq!(all, (0..CALLS).collect::<Vec<_>>(), "nothing lost, nothing doubled");
    assert!(out.written.values().all(|calls| calls.is_sorted()), "the order of each ticket is kept");
    assert!(
        f64::from(out.refused) < 0.01 * f64::from(out.requests),
        "{} of {} were refused",
        out.refused,
        out.requests
    );
    out
}

const HALF: Setup = Setup { batches: false, share_percent: 50, per_day: Some(PER_DAY), says_when: false };

#[test]
fn two_thousand_calls_in_ten_minutes_are_written_without_a_storm_and_look_ups_are_answered_throughout() {
    let alone = three_days(HALF);
    let together = three_days(Setup { batches: true, ..HALF });
    for out in [&alone, &together] {
        assert_eq!(out.look_ups_refused, 0, "of {} look-ups", out.look_ups);
        assert!(out.longest_look_up < LOOK_UP_PATIENCE, "{:?}", out.longest_look_up);
        assert!(out.ours_of_day.values().all(|used| *used <= PER_DAY / 2), "{:?}", out.ours_of_day);
    }
    let of_writes = |out: &Outcome| out.requests - out.refused - out.look_ups;
    assert_eq!(of_writes(&alone), 2_000, "each by itself");
    assert!(of_writes(&together) <= 500, "{} requests", of_writes(&together));
    println!(
        "requests per 1,000 calls: {} alone, {} together; done after {:?} and {:?}; at most {} and {} waited",
        of_writes(&alone) / 2,
        of_writes(&together) / 2,
        alone.last_written - NINE,
        together.last_written - NINE,
        alone.longest_queue,
        together.longest_queue,
    );
}

#[test]
fn without_a_share_and_a_days_limit_of_ours_the_answers_keep_us_from_a_storm() {
    for (batches, says_when) in [(true, false), (true, true), (false, false)] {
        // The minute is kept to by what is left of it. Nobody told us of the day: it is found out once, and waited for.
        let out = three_days(Setup { batches, share_percent: 100, per_day: None, says_when });
        println!("{batches} {says_when}: {} requests; turned away: {:?}", out.requests, out.refusals);
        // Fewer than one in a hundred, as above; nobody could know of the day without one. What was under way then is turned
        // away with it.
        let (at_the_day, at_a_minute): (Vec<&(Duration, u32, u32)>, Vec<_>) =
            out.refusals.iter().partition(|(_, _, of_day)| *of_day >= PER_DAY);
        assert!((1..=AT_ONCE as usize).contains(&at_the_day.len()), "{at_the_day:?}");
        // A minute whose end nobody told may be met by a look-up, which is not kept waiting for so long; what waits is not.
        let mut of_minute: BTreeMap<u64, usize> = BTreeMap::new();
        at_a_minute.iter().for_each(|(at, ..)| *of_minute.entry(at.as_secs() / 60).or_default() += 1);
        assert!(!says_when || of_minute.is_empty(), "{at_a_minute:?}");
        assert!(of_minute.values().all(|many| *many <= 2), "{at_a_minute:?}");
        assert!(out.refused > 0, "none was refused");
    }
}

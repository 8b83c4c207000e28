//! What happens next by chance: somebody saves something, does something with what waits, time passes, the program is killed.

use super::{
    super::{
        Dice,
        rules::{ACCOUNTS, LIMIT, edited, write},
    },
    World,
};
use ringcard_connect::{CountsAgainst, Purpose};
use ringcard_core::{
    call::CallId,
    submission::{OutboxAct, Submission, SubmissionKey, SubmissionState, Write},
};
use std::time::Duration;

impl World {
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

//! What one account may still be asked: its windows, its day, its gate.
//!
//! A permit is taken for each *request*, whatever it is for: a write, a question whether a write has arrived, a look-up
//! while a phone rings. Accounts with one token have one budget ([`shared`]). Decisions use the monotonic clock; only the
//! day and a gate's end follow the calendar.
//!
//! Promises: no window of the other system sees more than it allows, at whatever instant it is taken ([`window`]); a
//! clock set back hands out nothing ([`day`]); what the other system says only ever makes us wait longer ([`heard`]); what
//! may wait leaves something of the day for its evening ([`pacing`]).

mod day;
mod gate;
mod heard;
mod not_now;
mod pacing;
mod shared;
mod window;

use super::schedule::LONGEST_WAIT;
use day::Day;
use gate::AccountGate;
pub(super) use gate::GateChange;
use heard::{Heard, Room};
pub use not_now::{NotNow, StopsNow};
pub(super) use pacing::Haste;
use ringcard_connect::{Allowance, Hint, Said, limits::Narrows};
use ringcard_core::{
    Timestamp,
    submission::{BudgetWindow, Gate, GateReason, Priority, WaitReason, Window},
};
pub(super) use shared::{BudgetId, Budgets, Taken};
use std::time::Duration;
use window::{Free, Recent};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
/// More than this a second or minute is no limit worth counting by.
const MOST_COUNTED: u32 = 100_000;
/// What is no row of the outbox is counted on disk this many ahead, so that hardly a look-up waits for the disk; a kill
/// wastes so many at most.
const AHEAD: u32 = 4;

/// Both clocks at one moment: the wall's for calendars and people, the monotonic for deciding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    pub wall: Timestamp,
    /// Since some fixed moment of this run.
    pub mono: Duration,
}

impl Now {
    /// When a monotonic moment will be by the wall's clock.
    pub(super) fn wall_at(self, mono: Duration) -> Timestamp {
        self.wall.after(mono.saturating_sub(self.mono))
    }

    /// How long until a moment of the wall's clock; never longer than anybody waits here.
    pub(super) fn until(self, wall: Timestamp) -> Duration {
        wall.since(self.wall).min(LONGEST_WAIT)
    }
}

/// What a permit is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Share {
    /// A look-up or an agent's own act may use what is kept for these; what may wait, only a part of the day.
    pub haste: Haste,
    /// Counts against the day's allowance.
    pub daily: bool,
    /// A person's act, which is tried behind a closed gate, too.
    pub past_gate: bool,
}

impl Share {
    /// A row of the outbox.
    pub fn of_row(daily: bool, priority: Priority) -> Self {
        let haste = match priority {
            Priority::DoNotCall | Priority::Code => Haste::Soon,
            Priority::Note => Haste::Later,
        };
        Self { haste, daily, past_gate: false }
    }

    /// Whether it may use what is kept for look-ups.
    fn uses_reserve(self) -> bool {
        self.haste == Haste::Now
    }
}

/// A permit that was taken; given back when its request has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pass {
    pub daily: bool,
    /// The first one after a gate's time: what comes of it opens or closes the gate.
    pub probe: bool,
    /// Which setting-up of the account it was made with.
    pub era: u32,
    /// In the order in which they were taken.
    pub nth: u64,
}

/// Whether an attempt may begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Free,
    /// `wake`: how long at most until it is worth asking again; absent: when an attempt ends.
    Wait {
        why: WaitReason,
        until: Option<Timestamp>,
        wake: Option<Duration>,
    },
}

/// What of a ledger survives a restart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spent {
    pub budget: BudgetId,
    /// Under which it is kept: the budget's own name, and its accounts'. So neither another name of an account nor
    /// another token is a new allowance.
    pub names: Vec<String>,
    /// The account's date, as `2026-11-21`.
    pub day: String,
    pub used: u32,
    /// Requests of the last minute.
    pub recent: u32,
    pub hold_until: Option<Timestamp>,
    pub gate: Option<Gate>,
    pub strikes: u32,
}

#[derive(Debug)]
pub(super) struct Ledger {
    allowance: Allowance,
    recent: Recent,
    day: Day,
    account_gate: AccountGate,
    /// The other system asked for silence until then.
    hold: Option<Duration>,
    heard: Heard,
    /// Limits of parts of the account. They begin anew with each run.
    pub narrows: Narrows,
    taken: u64,
    /// The day and the counts that are on disk.
    saved: Option<(String, u32, u32)>,
    looked_up: bool,
}

impl Ledger {
    pub fn new(allowance: Allowance, now: Now) -> Self {
        let day = Day::new(&allowance.time_zone, now.wall);
        Self {
            allowance,
            recent: Recent::default(),
            day,
            account_gate: AccountGate::default(),
            hold: None,
            heard: Heard::default(),
            narrows: Narrows::default(),
            taken: 0,
            saved: None,
            looked_up: false,
        }
    }

    /// Goes on where an earlier run stopped.
    pub fn restore(&mut self, spent: &Spent, now: Now) {
        self.day.restore(&spent.day, spent.used, now.wall);
        self.recent.seed(spent.recent.min(MOST_COUNTED), now.mono);
        self.hold = spent.hold_until.map(|until| now.mono + now.until(until));
        self.account_gate = AccountGate::restore(spent.gate.clone(), spent.strikes, now);
        self.saved = Some((spent.day.clone(), spent.used, spent.recent));
    }

    /// As [`Ledger::restore`], from counts that are not on disk under this budget's names.
    pub fn go_on_from(&mut self, spent: &Spent, now: Now) {
        self.restore(spent, now);
        self.saved = None;
    }

    /// An account that used so much of its day counts here from now on.
    pub fn at_least(&mut self, spent: &Spent, now: Now) {
        self.day.roll(now.wall);
        if spent.day == self.day.date() {
            self.day.at_least(spent.used);
        }
    }

    /// What was used stays used.
    pub fn set_allowance(&mut self, allowance: Allowance, now: Now) {
        self.day.set_zone(&allowance.time_zone, now.wall);
        self.allowance = allowance;
    }

    pub fn may(&mut self, share: Share, now: Now) -> Verdict {
        self.day.roll(now.wall);
        if let Some(verdict) = self.account_gate.stops(now).filter(|_| !share.past_gate) {
            return verdict;
        }
        if let Some(hold) = self.hold.filter(|hold| *hold > now.mono && !share.past_gate) {
            return wait(WaitReason::Pace, Some(hold), now);
        }
        if self.recent.in_flight() >= self.usable(self.allowance.at_once.max(1), share) {
            return wait(WaitReason::Turn, None, now);
        }
        if let (true, Some(limit)) = (share.daily, self.per_day())
            && let Some(verdict) = self.day_stops(limit, share, now)
        {
            return verdict;
        }
        if !share.past_gate
            && let Room::At(at) = self.heard.room(self.kept_of_minute(share), now.mono)
        {
            return wait(WaitReason::Pace, Some(at), now);
        }
        for (limit, length) in [(self.per_minute(), MINUTE), (self.allowance.per_second, SECOND)] {
            let Some(limit) = counted(limit) else { continue };
            match self.recent.free(now.mono, length, self.usable(limit, share)) {
                Free::Now => {}
                Free::At(at) => return wait(WaitReason::Pace, Some(at), now),
                Free::WhenOneEnds => return wait(WaitReason::Pace, None, now),
            }
        }
        Verdict::Free
    }

    /// Why the day has no room for one more; `None`: it has.
    fn day_stops(&self, limit: u32, share: Share, now: Now) -> Option<Verdict> {
        let (used, pacing) = (self.day.used(), self.allowance.pacing);
        let kept = reserved(limit, self.allowance.reserved_percent);
        if used < pacing::may_use(limit, kept, share.haste, pacing, self.day.passed(now.wall)) {
            return None;
        }
        let later = pacing.filter(|_| share.haste == Haste::Later);
        let later = later.and_then(|pacing| pacing::free_after(limit, kept, pacing, used));
        let (why, until) = match later.map(|passed| self.day.moment(passed)) {
            Some(moment) => (WaitReason::DayPace, moment),
            None => (WaitReason::DayBudget, self.day.ends()),
        };
        Some(Verdict::Wait { why, until: Some(until), wake: Some(now.until(until)) })
    }

    /// What of the other system's minute is not for this one.
    fn kept_of_minute(&self, share: Share) -> u32 {
        let limit = self.heard.limit().into_iter().chain(counted(self.allowance.per_minute)).min();
        if share.uses_reserve() { 0 } else { reserved(limit.unwrap_or(1), self.allowance.reserved_percent).max(1) }
    }

    /// Ours of the minute: what was set or, where that is less, what the other system says.
    fn per_minute(&self) -> Option<u32> {
        self.shared_out(self.heard.limit().into_iter().chain(self.allowance.per_minute).min())
    }

    /// Ours of the day.
    fn per_day(&self) -> Option<u32> {
        self.shared_out(self.allowance.per_day)
    }

    fn shared_out(&self, limit: Option<u32>) -> Option<u32> {
        let ours = |limit: u32| u64::from(limit) * u64::from(self.allowance.share_percent.min(100)) / 100;
        limit.map(|limit| u32::try_from(ours(limit)).unwrap_or(limit).max(u32::from(limit > 0)))
    }

    /// Takes a permit; only after [`Ledger::may`] said so.
    pub fn take(&mut self, share: Share) -> Pass {
        self.recent.begin();
        self.heard.begin();
        self.taken += 1;
        if share.daily {
            self.day.begin();
        }
        self.looked_up |= share.uses_reserve();
        let probe = !share.past_gate && self.account_gate.enter();
        Pass { daily: share.daily, probe, era: self.account_gate.era(), nth: self.taken }
    }

    /// The request never left.
    pub fn take_back(&mut self, pass: Pass) {
        self.recent.take_back();
        if pass.daily {
            self.day.take_back();
        }
        self.account_gate.leave(pass.probe, pass.era);
    }

    /// The request has ended; what it came to is told separately.
    pub fn end(&mut self, pass: Pass, now: Now) {
        self.recent.end(now.mono, self.longest_window().unwrap_or_default());
        if pass.daily {
            self.day.end();
        }
        self.account_gate.leave(pass.probe, pass.era);
    }

    /// A person wants it tried now: a gate that is closed by our own guess is tried. `Some`: it cannot be, why, and until
    /// when.
    pub fn try_now(&mut self, share: Share, now: Now) -> Option<NotNow> {
        self.account_gate.try_now(now);
        if let Some(gate) = self.account_gate.stays_closed(now) {
            let why = StopsNow::Closed(gate.why, gate.detail.clone());
            return Some(NotNow { why, until: gate.until });
        }
        if let Some(hold) = self.hold.filter(|hold| *hold > now.mono) {
            return Some(NotNow { why: StopsNow::Asked, until: now.wall_at(hold) });
        }
        match self.may(share, now) {
            Verdict::Wait { why: WaitReason::DayBudget | WaitReason::DayPace, until: Some(until), .. } => {
                Some(NotNow { why: StopsNow::DaySpent, until })
            }
            _ => None,
        }
    }

    pub fn account_gate(&mut self) -> &mut AccountGate {
        &mut self.account_gate
    }

    /// The gate's end where the other system did not say one: a spent day ends at midnight.
    pub fn day_ends(&self) -> Timestamp {
        self.day.ends()
    }

    /// Silence was asked for; an earlier, longer wish stays.
    pub fn hold(&mut self, wait: Duration, now: Now) {
        let until = now.mono + wait.min(LONGEST_WAIT);
        self.hold = Some(self.hold.map_or(until, |hold| hold.max(until)));
    }

    pub fn hint(&mut self, hint: &Hint, now: Now) {
        if let Some(wait) = hint.wait {
            self.hold(wait, now);
        }
        self.left_today(hint.left_today);
    }

    fn left_today(&mut self, left: Option<u32>) {
        if let (Some(left), Some(limit)) = (left, self.per_day()) {
            self.day.at_least(limit.saturating_sub(left));
        }
    }

    /// What the answer to a request that has ended said of the limits.
    pub fn hear(&mut self, pass: Pass, said: &Said, now: Now) {
        self.heard.hear(pass.nth, said, self.recent.in_flight(), now.mono);
        self.left_today(said.left_today);
        if let Some(wait) = said.wait.filter(|_| !said.only_this && !said.turned_away) {
            self.hold(wait, now);
        }
    }

    /// It was turned away for its account's limits: the account is closed for as long as it asked, whoever asks; one tries
    /// it then.
    pub fn turned_away(&mut self, pass: Pass, said: &Said, account: &str, now: Now) -> GateChange {
        let until = said.wait.or(said.resets_in).map(|wait| now.wall.after(wait.min(LONGEST_WAIT)));
        self.account_gate.close(GateReason::Pace, until, "too many requests".to_owned(), account, pass.probe, now)
    }

    /// Whether one more request is on disk already, so that a look-up need not wait for it.
    pub fn is_covered(&self, daily: bool, now: Now) -> bool {
        let saved = self.saved.as_ref();
        let is_saved = |(day, used, _): &(String, u32, u32)| *day == self.day.date() && *used > self.day.used();
        let of_day = !daily || self.per_day().is_none() || saved.is_some_and(is_saved);
        let of_minute = self
            .longest_window()
            .is_none_or(|length| saved.is_some_and(|(_, _, recent)| *recent > self.recent.used(now.mono, length)));
        of_day && of_minute
    }

    fn longest_window(&self) -> Option<Duration> {
        match (self.per_minute(), self.allowance.per_second) {
            (Some(_), _) => Some(MINUTE),
            (None, Some(_)) => Some(SECOND),
            (None, None) => None,
        }
    }

    /// What is to be written down now. Where look-ups are made, a few more than were used.
    pub fn spent(&self, budget: BudgetId, names: Vec<String>, now: Now) -> Spent {
        let ahead = if self.looked_up { AHEAD } else { 0 };
        let recent = self.longest_window().map_or(0, |length| self.recent.used(now.mono, length) + ahead);
        Spent {
            budget,
            names,
            day: self.day.date(),
            used: self.day.used().saturating_add(ahead),
            recent,
            hold_until: self.hold.filter(|hold| *hold > now.mono).map(|hold| now.wall_at(hold)),
            gate: self.account_gate.gate().cloned(),
            strikes: self.account_gate.strikes(),
        }
    }

    /// A request that is no row's comes: from now on a few are written down ahead.
    pub fn expect_look_ups(&mut self) {
        self.looked_up = true;
    }

    pub fn saved(&mut self, spent: &Spent) {
        self.saved = Some((spent.day.clone(), spent.used, spent.recent));
    }

    /// Every window as people see it.
    pub fn windows(&mut self, now: Now) -> Vec<BudgetWindow> {
        self.day.roll(now.wall);
        let percent = self.allowance.reserved_percent;
        let seen = |window, limit: u32, used: u32, resets_at| BudgetWindow {
            window,
            limit,
            used: used.min(limit),
            left: limit.saturating_sub(used),
            reserved: reserved(limit, percent),
            resets_at,
            others: None,
        };
        let mut windows = Vec::new();
        for (window, limit, length) in
            [(Window::Second, self.allowance.per_second, SECOND), (Window::Minute, self.per_minute(), MINUTE)]
        {
            if let Some(limit) = counted(limit) {
                let used = self.recent.used(now.mono, length);
                let others = self.heard.others().filter(|_| window == Window::Minute);
                windows.push(BudgetWindow { others, ..seen(window, limit, used, now.wall.after(length)) });
            }
        }
        if let Some(limit) = self.per_day() {
            windows.push(seen(Window::Day, limit, self.day.used(), self.day.ends()));
        }
        windows
    }

    fn usable(&self, limit: u32, share: Share) -> u32 {
        if share.uses_reserve() { limit } else { limit - reserved(limit, self.allowance.reserved_percent) }
    }
}

fn counted(limit: Option<u32>) -> Option<u32> {
    limit.filter(|limit| *limit <= MOST_COUNTED)
}

/// What is kept for look-ups: never the whole of a window, so that writes always get somewhere.
fn reserved(limit: u32, percent: u8) -> u32 {
    let share = (u64::from(limit) * u64::from(percent.min(100))).div_ceil(100);
    u32::try_from(share).unwrap_or(limit).min(limit.saturating_sub(1))
}

fn wait(why: WaitReason, until: Option<Duration>, now: Now) -> Verdict {
    Verdict::Wait {
        why,
        until: until.map(|until| now.wall_at(until)),
        wake: until.map(|until| until.saturating_sub(now.mono)),
    }
}

#[cfg(test)]
mod tests;

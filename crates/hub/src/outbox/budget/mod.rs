//! What one account may still be asked: its windows, its day, its gate.
//!
//! A permit is taken for each *request*, whatever it is for: a write, a question whether a write has arrived, a look-up
//! while a phone rings. Accounts with one token have one budget ([`shared`]). Decisions use the monotonic clock; only the
//! day and a gate's end follow the calendar.
//!
//! Promises: no window of the other system sees more than it allows, at whatever instant it is taken ([`window`]); a
//! clock set back hands out nothing ([`day`]); what the other system says only ever makes us wait longer.

mod day;
mod gate;
mod not_now;
mod shared;
mod window;

use super::schedule::LONGEST_WAIT;
use day::Day;
use gate::AccountGate;
pub(super) use gate::GateChange;
pub use not_now::{NotNow, StopsNow};
use ringcard_connect::{Allowance, Hint};
use ringcard_core::{
    Timestamp,
    submission::{BudgetWindow, Gate, WaitReason, Window},
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
    /// A look-up or an agent's own act: may use what is kept for these.
    pub reserve: bool,
    /// Counts against the day's allowance.
    pub daily: bool,
    /// A person's act, which is tried behind a closed gate, too.
    pub past_gate: bool,
}

impl Share {
    /// A row of the outbox.
    pub fn of_row(daily: bool) -> Self {
        Self { reserve: false, daily, past_gate: false }
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
        if let (true, Some(limit)) = (share.daily, self.allowance.per_day)
            && self.day.used() >= self.usable(limit, share)
        {
            let ends = self.day.ends();
            return Verdict::Wait { why: WaitReason::DayBudget, until: Some(ends), wake: Some(now.until(ends)) };
        }
        for (limit, length) in [(self.allowance.per_minute, MINUTE), (self.allowance.per_second, SECOND)] {
            let Some(limit) = counted(limit) else { continue };
            match self.recent.free(now.mono, length, self.usable(limit, share)) {
                Free::Now => {}
                Free::At(at) => return wait(WaitReason::Pace, Some(at), now),
                Free::WhenOneEnds => return wait(WaitReason::Pace, None, now),
            }
        }
        Verdict::Free
    }

    /// Takes a permit; only after [`Ledger::may`] said so.
    pub fn take(&mut self, share: Share) -> Pass {
        self.recent.begin();
        if share.daily {
            self.day.begin();
        }
        self.looked_up |= share.reserve;
        let probe = !share.past_gate && self.account_gate.enter();
        Pass { daily: share.daily, probe, era: self.account_gate.era() }
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
        let keep = if self.allowance.per_minute.is_some() { MINUTE } else { SECOND };
        let counts = self.allowance.per_minute.is_some() || self.allowance.per_second.is_some();
        self.recent.end(now.mono, if counts { keep } else { Duration::ZERO });
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
            Verdict::Wait { why: WaitReason::DayBudget, until: Some(until), .. } => {
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
        if let (Some(left), Some(limit)) = (hint.left_today, self.allowance.per_day) {
            self.day.at_least(limit.saturating_sub(left));
        }
    }

    /// Whether one more request is on disk already, so that a look-up need not wait for it.
    pub fn is_covered(&self, daily: bool, now: Now) -> bool {
        let saved = self.saved.as_ref();
        let is_saved = |(day, used, _): &(String, u32, u32)| *day == self.day.date() && *used > self.day.used();
        let of_day = !daily || self.allowance.per_day.is_none() || saved.is_some_and(is_saved);
        let of_minute = self
            .longest_window()
            .is_none_or(|length| saved.is_some_and(|(_, _, recent)| *recent > self.recent.used(now.mono, length)));
        of_day && of_minute
    }

    fn longest_window(&self) -> Option<Duration> {
        match (self.allowance.per_minute, self.allowance.per_second) {
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
        };
        let mut windows = Vec::new();
        for (window, limit, length) in
            [(Window::Second, self.allowance.per_second, SECOND), (Window::Minute, self.allowance.per_minute, MINUTE)]
        {
            if let Some(limit) = counted(limit) {
                let used = self.recent.used(now.mono, length);
                windows.push(seen(window, limit, used, now.wall.after(length)));
            }
        }
        if let Some(limit) = self.allowance.per_day {
            windows.push(seen(Window::Day, limit, self.day.used(), self.day.ends()));
        }
        windows
    }

    fn usable(&self, limit: u32, share: Share) -> u32 {
        if share.reserve { limit } else { limit - reserved(limit, self.allowance.reserved_percent) }
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

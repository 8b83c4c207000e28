//! A closed gate: one fact, one line in the log, one probe when its time is over.

use super::{Now, Verdict};
use crate::outbox::schedule::{self, LONGEST_WAIT, NOT_SENT_IN_A_ROW};
use ringcard_core::{
    Timestamp,
    submission::{Gate, GateReason, WaitReason},
};
use std::time::Duration;

/// What changed about an account's gate; for the log and for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GateChange {
    Closed,
    /// It was closed already, and stays so.
    Stays,
    Opened,
}

#[derive(Debug, Default)]
pub struct AccountGate {
    gate: Option<Gate>,
    /// The gate's end by the monotonic clock: one that is set back does not keep it closed for ever.
    until: Duration,
    /// One attempt is under way to see whether it is open again.
    probing: bool,
    /// Which setting-up of the account this is about: what was asked with an earlier one's token says nothing about it.
    era: u32,
    /// How often in a row it was found closed.
    strikes: u32,
    not_sent: u32,
    /// Closed for so long without a word from the other system, it is disabled; absent: it is tried for ever.
    gives_up_after: Option<Duration>,
}

impl AccountGate {
    pub fn restore(gate: Option<Gate>, strikes: u32, now: Now) -> Self {
        let until = gate.as_ref().map_or(Duration::ZERO, |gate| now.mono + now.until(gate.until));
        let mut account = Self { gate, until, strikes, ..Self::default() };
        // The token or the address may have been changed meanwhile; which ones were used is written down nowhere.
        account.try_now(now);
        account
    }

    /// See [`ringcard_connect::Writes::gives_up_after`].
    pub fn give_up_after(&mut self, time: Option<Duration>) {
        self.gives_up_after = time;
    }

    pub fn era(&self) -> u32 {
        self.era
    }

    /// Lets one in at once, to see. Not where the other system itself said until when.
    pub fn try_now(&mut self, now: Now) {
        if let Some(gate) = self.gate.as_mut().filter(|gate| is_our_guess(gate)) {
            gate.until = gate.until.min(now.wall);
            self.until = self.until.min(now.mono);
        }
    }

    /// Until when nobody is let in, whoever wishes it.
    pub fn stays_closed(&self, now: Now) -> Option<&Gate> {
        self.gate.as_ref().filter(|gate| !is_our_guess(gate) && !self.is_over(gate, now))
    }

    pub fn gate(&self) -> Option<&Gate> {
        self.gate.as_ref()
    }

    pub fn strikes(&self) -> u32 {
        self.strikes
    }

    /// Why nothing may begin behind it; `None`: it is open, or its time is over and one may try.
    pub fn stops(&self, now: Now) -> Option<Verdict> {
        let gate = self.gate.as_ref()?;
        if self.probing {
            return Some(Verdict::Wait { why: WaitReason::Gate, until: Some(gate.until), wake: None });
        }
        if self.is_over(gate, now) {
            return None;
        }
        let wake = self.until.saturating_sub(now.mono).min(now.until(gate.until));
        Some(Verdict::Wait { why: WaitReason::Gate, until: Some(gate.until), wake: Some(wake) })
    }

    fn is_over(&self, gate: &Gate, now: Now) -> bool {
        now.wall >= gate.until || now.mono >= self.until
    }

    /// One goes in; `true`: it is the probe.
    pub fn enter(&mut self) -> bool {
        self.probing = self.gate.is_some();
        self.probing
    }

    pub fn leave(&mut self, probe: bool, era: u32) {
        if probe && era == self.era {
            self.probing = false;
        }
    }

    /// The account gave a real answer. Only the probe's opens the gate: others may have left before it closed.
    pub fn answered(&mut self, probe: bool) -> GateChange {
        self.not_sent = 0;
        if probe && self.gate.take().is_some() {
            self.strikes = 0;
            return GateChange::Opened;
        }
        GateChange::Stays
    }

    /// The account said that it takes nothing. An end that was known to be later stays.
    pub fn close(
        &mut self,
        why: GateReason,
        until: Option<Timestamp>,
        detail: String,
        account: &str,
        probe: bool,
        now: Now,
    ) -> GateChange {
        let standing = self.gate.as_ref().filter(|gate| !probe && !self.is_over(gate, now));
        let (known, since) = match &self.gate {
            Some(gate) => (standing.map(|gate| gate.until), gate.since),
            None => (None, now.wall),
        };
        let has_lasted = self.gives_up_after.is_some_and(|time| until.is_none() && now.wall.since(since) >= time);
        let why = if has_lasted { GateReason::Disabled } else { why };
        // What it said itself is not made a guess by a guess.
        let standing_said = standing.is_some_and(|gate| !is_our_guess(gate));
        let said = until.is_some();
        if standing.is_none() {
            self.strikes = self.strikes.saturating_add(1);
        }
        let own = schedule::closed(why, self.strikes.max(1), account);
        let wait = until.map_or(own, |until| now.until(until).max(Duration::from_secs(1)));
        let longest = if why == GateReason::Disabled { wait } else { LONGEST_WAIT };
        let mut end = now.mono + wait.min(longest);
        let mut until = now.wall_at(end);
        if let Some(known) = known {
            end = end.max(self.until);
            until = until.max(known);
        }
        let change = if self.gate.is_some() { GateChange::Stays } else { GateChange::Closed };
        let said = said || standing_said;
        self.until = end;
        self.gate = Some(Gate { why, until, detail, since, said });
        change
    }

    /// An attempt did not get there. `Some`: so many in a row did not that the account is taken to be out of reach.
    pub fn not_sent(&mut self, detail: &str, account: &str, probe: bool, now: Now) -> Option<GateChange> {
        self.not_sent = self.not_sent.saturating_add(1);
        match &self.gate {
            Some(gate) if probe => {
                let why = gate.why;
                Some(self.close(why, None, detail.to_owned(), account, true, now))
            }
            Some(_) => None,
            None if self.not_sent >= NOT_SENT_IN_A_ROW => {
                Some(self.close(GateReason::Offline, None, detail.to_owned(), account, false, now))
            }
            None => None,
        }
    }

    /// The account was set up anew: another address or password may be the way out, whoever said until when.
    pub fn changed(&mut self, now: Now) {
        self.era += 1;
        self.probing = false;
        self.not_sent = 0;
        if let Some(gate) = self.gate.as_mut().filter(|gate| is_our_guess(gate) || is_about_settings(gate.why)) {
            gate.said = false;
            self.strikes = 0;
            self.try_now(now);
        }
    }
}

/// Settings and secrets decide it.
pub fn is_about_settings(why: GateReason) -> bool {
    matches!(why, GateReason::SignIn | GateReason::Offline | GateReason::Disabled)
}

/// Nobody said how long: it may be tried. What is too fast or too much today is never tried early.
fn is_our_guess(gate: &Gate) -> bool {
    !gate.said && (is_about_settings(gate.why) || gate.why == GateReason::Maintenance)
}

//! The calls on the desk: those going on, for a moment those that just ended, and those that are being wrapped up.
//!
//! Kept in the order in which they began here; nothing that is ringing or talking is ever pushed out by a newer call,
//! unless somebody floods us ([`MOST`]).

use crate::{attention::rings, lost_end::Silence};
use ringcard_core::{
    call::{Call, CallId, CallState, Direction},
    customer::{Card, Lookup},
    frame::CallWithCard,
    number::{NumberView, Party, view},
};
use std::time::Duration;
use tokio::time::Instant;

/// Far more calls than a person can have; beyond it the oldest goes.
const MOST: usize = 100;

/// What failed is read before it goes, however short the agent set the time.
const FAILED_STAYS_AT_LEAST: Duration = Duration::from_secs(20);

#[derive(Debug, Default)]
pub(crate) struct Calls {
    entries: Vec<Entry>,
    came: u64,
    answered: u64,
    silence: Silence,
}

#[derive(Debug)]
pub(crate) struct Entry {
    pub call: Call,
    pub card: Card,
    pub number: NumberView,
    pub line_number: Option<NumberView>,
    /// No card by itself: the agent asked for quiet.
    pub quiet: bool,
    /// The agent took the card off the screen.
    pub put_away: bool,
    /// It is over and being wrapped up: it stays until that is done.
    pub in_wrap_up: bool,
    /// The agent said that it is over for them.
    pub ends_here: bool,
    /// Its place among all calls that came to this desk.
    pub came: u64,
    /// Its place among those that were answered, or taken off hold, here. Counted, since a clock that is set back must not turn them round.
    pub answered: Option<u64>,
    /// When something was heard of it last.
    pub heard: Instant,
    /// It went on when this desk began to listen, and nothing was heard of it since: its end may have been told to nobody.
    pub is_found: bool,
    /// When a finished call's card goes.
    leaves_at: Option<Instant>,
}

/// What a word from the hub changed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Change {
    Nothing,
    /// A call came.
    Came,
    Changed,
    /// An incoming call that was not answered.
    Missed,
}

impl Calls {
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.entries.iter()
    }

    pub fn get(&self, id: &CallId) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.call.id == *id)
    }

    /// By what ends that were lost come out.
    pub fn silence(&self) -> &Silence {
        &self.silence
    }

    /// How many calls came so far.
    pub fn came(&self) -> u64 {
        self.came
    }

    /// How many times a call was answered, or taken off hold, here so far: the place of the last.
    pub fn answered(&self) -> u64 {
        self.answered
    }

    pub fn get_mut(&mut self, id: &CallId) -> Option<&mut Entry> {
        self.entries.iter_mut().find(|entry| entry.call.id == *id)
    }

    /// Takes what the hub says of a call. One that is told again as it is goes on.
    pub fn take(&mut self, call: Call, quiet: bool, hide_after: Option<Duration>, now: Instant) -> Change {
        let id = call.id.clone();
        let change = self.take_in(call, quiet, hide_after, now);
        if let Some(entry) = self.get_mut(&id) {
            (entry.heard, entry.is_found) = (now, false);
        }
        change
    }

    fn take_in(&mut self, call: Call, quiet: bool, hide_after: Option<Duration>, now: Instant) -> Change {
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.call.id == call.id) {
            // What was noted of it before a start was shown; it goes on, and the note waits for its end.
            let was_held = !call.state.is_over() && std::mem::take(&mut entry.in_wrap_up);
            if entry.call == call && !was_held {
                return Change::Nothing;
            }
            let was_over = entry.call.state.is_over();
            if was_over && !call.state.is_over() {
                // It is here once more: as a call that comes. What was typed of it waits for its end.
                let (card, id) = (entry.card.clone(), call.id.clone());
                self.drop_call(&id);
                self.push(call, quiet, now);
                self.take_card(&id, card);
                return Change::Came;
            }
            let was_missed = entry.is_missed();
            // Whoever takes a call off hold talks in it, whatever was answered since.
            let is_resumed = is_on_hold(&entry.call) && is_off_hold(&call);
            if call.state == CallState::Connected && (entry.answered.is_none() || is_resumed) {
                self.answered += 1;
                entry.answered = Some(self.answered);
            }
            entry.refresh(call);
            if !was_over && entry.call.state.is_over() {
                entry.leaves_at = stay(&entry.call, hide_after).map(|stay| now + stay);
            }
            // This phone's part may have ended before anybody knew that nobody would take the call.
            if !was_missed && entry.is_missed() {
                return Change::Missed;
            }
            return Change::Changed;
        }
        if call.state.is_over() {
            // It ended before we heard of it: nothing to pop, though the agent may have missed it.
            return Change::Nothing;
        }
        let quiet = quiet && call.direction == Direction::Inbound;
        self.push(call, quiet, now);
        Change::Came
    }

    /// Takes a card unless we have that version or a newer one.
    pub fn take_card(&mut self, id: &CallId, card: Card) -> Change {
        match self.get_mut(id) {
            Some(entry) if card.version > entry.card.version => {
                entry.card = card;
                Change::Changed
            }
            _ => Change::Nothing,
        }
    }

    /// Begins again with what the hub says is going on. Answers which calls we thought alive and the hub does not know as such.
    pub fn adopt(
        &mut self,
        snapshot: Vec<CallWithCard>,
        silence: Silence,
        quiet: bool,
        hide_after: Option<Duration>,
        now: Instant,
    ) -> Vec<CallId> {
        let gone = self
            .entries
            .iter()
            .filter(|entry| !entry.call.state.is_over())
            .map(|entry| entry.call.id.clone())
            .filter(|id| !snapshot.iter().any(|known| known.call.id == *id))
            .collect();
        let answered_before = self.answered;
        self.silence = silence;
        for CallWithCard { call, card } in snapshot {
            let id = call.id.clone();
            let is_known = self.get(&id).is_some();
            let change = self.take_in(call, quiet, hide_after, now);
            // The snapshot is the truth, whatever version we had from an earlier life of the hub.
            if let Some(entry) = self.get_mut(&id) {
                entry.card = card;
                // That it was not over is no news of it.
                entry.is_found |= !is_known && entry.call.state == CallState::Connected;
                if is_known && change != Change::Nothing {
                    (entry.heard, entry.is_found) = (now, false);
                }
            }
        }
        self.order_answers(answered_before);
        gone
    }

    /// Those answered since, as they were answered one after the other: a snapshot lists them in any order.
    fn order_answers(&mut self, since: u64) {
        let mut fresh: Vec<&mut Entry> =
            self.entries.iter_mut().filter(|entry| entry.answered.is_some_and(|answered| answered > since)).collect();
        fresh.sort_by_key(|entry| entry.call.connected_at);
        for (place, entry) in (since + 1..).zip(fresh) {
            entry.answered = Some(place);
        }
    }

    /// Keeps a call that is being wrapped up, and shows it: also one that ended quietly, or before this program ran.
    pub fn hold(&mut self, call: &Call, card: &Card) {
        if self.get(&call.id).is_none() {
            self.push(call.clone(), false, Instant::now());
            if let Some(entry) = self.get_mut(&call.id) {
                entry.card = card.clone();
            }
        }
        if let Some(entry) = self.get_mut(&call.id).filter(|entry| !entry.in_wrap_up) {
            entry.in_wrap_up = true;
            entry.leaves_at = None;
            (entry.quiet, entry.put_away) = (false, false);
        }
    }

    /// Forgets a call.
    pub fn drop_call(&mut self, id: &CallId) {
        self.entries.retain(|entry| entry.call.id != *id);
    }

    /// When the next finished call's card goes.
    pub fn next_leaves_at(&self) -> Option<Instant> {
        self.entries.iter().filter_map(|entry| entry.leaves_at).min()
    }

    /// Lets go of finished calls whose time is over, but for the one the agent is busy with.
    pub fn leave(&mut self, now: Instant, busy_with: Option<&CallId>, again_in: Duration) {
        self.entries.retain_mut(|entry| match entry.leaves_at {
            Some(at) if at <= now => {
                if busy_with != Some(&entry.call.id) {
                    return false;
                }
                entry.leaves_at = Some(now + again_in);
                true
            }
            _ => true,
        });
    }

    /// Decides anew which ringing calls are quiet, after the agent changed the mode.
    pub fn hush(&mut self, quiet: bool) {
        for entry in self.entries.iter_mut().filter(|entry| rings(&entry.call)) {
            entry.quiet = quiet;
        }
    }

    fn push(&mut self, call: Call, quiet: bool, now: Instant) {
        self.make_room();
        self.came += 1;
        let answered = call.state == CallState::Connected;
        self.answered += u64::from(answered);
        let answered = answered.then_some(self.answered);
        self.entries.push(Entry { answered, ..Entry::new(call, quiet, self.came, now) });
    }

    fn make_room(&mut self) {
        if self.entries.len() < MOST {
            return;
        }
        let oldest =
            |may_go: fn(&Entry) -> bool| self.entries.iter().position(|entry| may_go(entry) && !entry.in_wrap_up);
        let Some(oldest) = oldest(|entry| entry.call.state.is_over()).or_else(|| oldest(|_| true)) else { return };
        let gone = self.entries.remove(oldest);
        tracing::warn!(call = %gone.call.id, "more than {MOST} calls at this desk: the oldest is shown no longer");
    }
}

pub(crate) fn is_on_hold(call: &Call) -> bool {
    call.controls.is_some_and(|controls| controls.hold.known && controls.hold.on)
}

/// Beyond doubt: not of a call whose hold nobody knows.
fn is_off_hold(call: &Call) -> bool {
    call.controls.is_some_and(|controls| controls.hold.known && !controls.hold.on)
}

impl Entry {
    fn new(call: Call, quiet: bool, came: u64, now: Instant) -> Self {
        let card = no_card();
        let number = view(call.customer());
        let line_number = line_number(&call);
        Self {
            call,
            card,
            number,
            line_number,
            quiet,
            put_away: false,
            in_wrap_up: false,
            ends_here: false,
            came,
            answered: None,
            heard: now,
            is_found: false,
            leaves_at: None,
        }
    }

    fn refresh(&mut self, call: Call) {
        if self.call.customer() != call.customer() {
            self.number = view(call.customer());
        }
        if self.call.dnis != call.dnis {
            self.line_number = line_number(&call);
        }
        self.call = call;
    }

    /// Whether somebody spoke here, and no colleague, and it is over: as the telephone system told, or else the agent.
    pub fn is_to_be_wrapped_up(&self) -> bool {
        let is_over = match self.call.state {
            CallState::Ended => true,
            CallState::OutcomeNotReported => self.ends_here,
            _ => false,
        };
        is_over && self.call.connected_at.is_some() && !self.call.is_internal()
    }

    fn is_missed(&self) -> bool {
        self.call.direction == Direction::Inbound && self.call.state == CallState::Missed
    }
}

/// Before anybody was asked.
pub(crate) fn no_card() -> Card {
    Card {
        version: 0,
        lookup: Lookup::NotAsked,
        earlier: Vec::new(),
        set_aside: Vec::new(),
        notes: Vec::new(),
        recorded: false,
        parts: Vec::new(),
    }
}

/// The number that was called, as it is shown; a call of our own has none.
pub(crate) fn line_number(call: &Call) -> Option<NumberView> {
    match (&call.direction, &call.dnis.0) {
        (Direction::Outbound, _) | (Direction::Inbound, Party::Hidden) => None,
        (Direction::Inbound, called) => Some(view(called)),
    }
}

fn stay(call: &Call, hide_after: Option<Duration>) -> Option<Duration> {
    hide_after.map(|after| match call.state {
        CallState::Failed { .. } => after.max(FAILED_STAYS_AT_LEAST),
        _ => after,
    })
}

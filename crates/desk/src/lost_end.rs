//! Calls that may have lost their end: nobody told it, and what the phone does says so, or the silence.
//!
//! Such a call keeps no ring at its phone from the card, and the agent may take it off the screen. Silence alone says
//! little, since nothing is told while people talk: only with a ring at the same phone, or after very long.

use crate::{
    attention::rings,
    calls::{Calls, Entry, is_on_hold},
};
use ringcard_core::call::CallState;
use std::{collections::BTreeSet, time::Duration};
use tokio::time::Instant;

/// A call of which nothing was heard for so long may have lost its end, where its phone rings for another one.
pub(crate) const HEARD_WITHIN: Duration = Duration::from_secs(60);

/// How soon a telephone system that is asked whether a call goes on has mostly answered.
const ANSWERED_WITHIN: Duration = Duration::from_secs(2);

/// What the hub says of how ends that were lost come out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Silence {
    /// The accounts that are asked when a phone rings: a call of theirs that goes on is told again.
    pub asked: BTreeSet<String>,
    /// Where nobody tells anything else.
    pub very_long: Duration,
}

impl Default for Silence {
    fn default() -> Self {
        Self { asked: BTreeSet::new(), very_long: Duration::from_secs(600) }
    }
}

/// From when a call that is talked in gives way to a ring at its phone; `None`: nothing rings there.
pub(crate) fn gives_way_at(entry: &Entry, calls: &Calls, now: Instant) -> Option<Instant> {
    let silent_at = if entry.is_found { entry.heard } else { entry.heard + HEARD_WITHIN };
    rings_beside_at(entry, calls, now).map(|at| at.max(silent_at))
}

/// Whether the agent may take it off the screen, though nobody told that it is over.
pub(crate) fn may_end_here(entry: &Entry, calls: &Calls, now: Instant) -> bool {
    match entry.call.state {
        CallState::Connected | CallState::Unknown => is_elsewhere(entry, calls, now) || may_end_at(entry, calls) <= now,
        CallState::Ringing | CallState::AgentRinging => may_end_at(entry, calls) <= now,
        _ => false,
    }
}

/// When that may change without a word from anybody.
pub(crate) fn next_at(calls: &Calls, now: Instant) -> Option<Instant> {
    let going_on = calls.iter().filter(|entry| !entry.call.state.is_over());
    let silent = going_on.flat_map(|entry| {
        let times =
            [Some(entry.heard + HEARD_WITHIN), Some(may_end_at(entry, calls)), rings_beside_at(entry, calls, now)];
        times.into_iter().flatten()
    });
    silent.filter(|at| *at > now).min()
}

/// By silence alone. A ring is told anew, or ends, long before that.
fn may_end_at(entry: &Entry, calls: &Calls) -> Instant {
    match entry.call.state {
        CallState::Ringing | CallState::AgentRinging => entry.heard + HEARD_WITHIN,
        _ => entry.heard + calls.silence().very_long,
    }
}

/// Whether its phone rings for another call, or was picked up in one since, and nobody told that it waits.
fn is_elsewhere(entry: &Entry, calls: &Calls, now: Instant) -> bool {
    let was_picked_up_since = |other: &Entry| {
        other.call.state == CallState::Connected && other.answered > entry.answered && is_at_its_phone(other, entry)
    };
    !is_on_hold(&entry.call)
        && (rings_beside_at(entry, calls, now).is_some_and(|at| at <= now) || calls.iter().any(was_picked_up_since))
}

/// From when a ring of its phone for another call counts: at once, or when its telephone system, which was asked, would have
/// answered. One before the last word of the call says nothing then.
fn rings_beside_at(entry: &Entry, calls: &Calls, now: Instant) -> Option<Instant> {
    let is_asked = calls.silence().asked.contains(&entry.call.account);
    let rings = calls.iter().filter(|other| {
        rings(&other.call) && is_at_its_phone(other, entry) && now.duration_since(other.heard) < HEARD_WITHIN
    });
    match is_asked {
        false => rings.map(|ring| ring.heard).min(),
        true => rings.map(|ring| ring.heard).filter(|at| *at > entry.heard).map(|at| at + ANSWERED_WITHIN).min(),
    }
}

fn is_at_its_phone(other: &Entry, entry: &Entry) -> bool {
    other.call.id != entry.call.id && entry.call.extension.is_some() && other.call.extension == entry.call.extension
}

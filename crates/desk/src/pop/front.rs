//! Which of the calls on the screen is in front: one decision, of what is known about each call and what the agent did.
//!
//! The call that is talked in is in front, but for one whose end may have been lost ([`lost_end`](crate::lost_end)). A call
//! nobody is known to talk in never keeps the card from one that rings.
//! What the agent went to stays until something new is answered. Where the keyboard is, a ring never takes the card;
//! an answered call does, but not from a wrap-up, since that is being typed in.

use crate::{
    calls::{Calls, Entry, is_on_hold},
    lost_end::{HEARD_WITHIN, gives_way_at},
};
use ringcard_core::call::{CallId, CallState};
use tokio::time::Instant;

/// How a call stands with the agent; the greater is wanted in front.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    Over,
    /// It goes on, and nobody is known to talk in it: on hold, answered before another one, or without news.
    Aside,
    /// It rings, or is being dialled.
    Calls,
    Talked,
}

/// What counts of one call on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Standing {
    pub id: CallId,
    pub stage: Stage,
    /// Its place among all calls that came to this desk.
    pub came: u64,
    pub in_wrap_up: bool,
}

/// A call the agent went to, and how things stood then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Choice {
    pub id: CallId,
    pub stage: Stage,
    /// How many calls had come, and how many had been answered.
    pub came: u64,
    pub answered: u64,
}

/// What the decision is made of, beside the calls.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Situation<'a> {
    pub before: Option<&'a CallId>,
    pub has_keyboard: bool,
    pub choice: Option<&'a Choice>,
    pub answered: u64,
}

/// The call in front; `None` only where there is none.
pub(super) fn front<'a>(shown: &'a [Standing], now: &Situation) -> Option<&'a Standing> {
    let find = |id: &CallId| shown.iter().find(|one| one.id == *id);
    let before = now.before.and_then(find);
    let with_keyboard = before.filter(|_| now.has_keyboard);
    let best = shown.iter().map(|one| one.stage).max()?;
    with_keyboard
        .filter(|one| one.in_wrap_up)
        .or_else(|| now.choice.and_then(|choice| find(&choice.id).filter(|one| holds(choice, one, shown, now))))
        .or_else(|| shown.iter().find(|one| one.stage == Stage::Talked))
        .or(with_keyboard)
        .or_else(|| before.filter(|one| one.stage == best))
        .or_else(|| first(shown.iter().filter(|one| one.stage == best), best))
}

/// It lapses with the next answer, and when its call came down; a finished call makes way for whoever calls anew.
fn holds(choice: &Choice, chosen: &Standing, shown: &[Standing], now: &Situation) -> bool {
    let calls_anew = |one: &Standing| one.stage == Stage::Calls && one.came > choice.came;
    now.answered == choice.answered
        && chosen.stage >= choice.stage
        && !(chosen.stage == Stage::Over && shown.iter().any(calls_anew))
}

/// Of calls that stand alike: who has waited longest, and of those that are over the one that came last.
fn first<'a>(alike: impl Iterator<Item = &'a Standing>, stage: Stage) -> Option<&'a Standing> {
    match stage {
        Stage::Over => alike.max_by_key(|one| one.came),
        Stage::Aside | Stage::Calls | Stage::Talked => alike.min_by_key(|one| one.came),
    }
}

pub(super) fn standing(entry: &Entry, calls: &Calls, now: Instant) -> Standing {
    Standing {
        id: entry.call.id.clone(),
        stage: stage(entry, calls, now),
        came: entry.came,
        in_wrap_up: entry.in_wrap_up,
    }
}

fn stage(entry: &Entry, calls: &Calls, now: Instant) -> Stage {
    let call = &entry.call;
    match call.state {
        CallState::Connected if is_talked_in(entry, calls) => {
            let gives_way = gives_way_at(entry, calls, now).is_some_and(|at| at <= now);
            if gives_way { Stage::Aside } else { Stage::Talked }
        }
        CallState::Connected | CallState::Unknown => Stage::Aside,
        CallState::Starting | CallState::AgentRinging | CallState::Ringing => {
            if now.duration_since(entry.heard) < HEARD_WITHIN { Stage::Calls } else { Stage::Aside }
        }
        CallState::Ended
        | CallState::Missed
        | CallState::AnsweredElsewhere
        | CallState::Failed { .. }
        | CallState::OutcomeNotReported => Stage::Over,
    }
}

fn is_talked_in(entry: &Entry, calls: &Calls) -> bool {
    entry.call.state == CallState::Connected && entry.answered == Some(calls.answered()) && !is_on_hold(&entry.call)
}

/// When the next call that rings, or whose phone rings for another one, counts as one without news.
pub(super) fn next_aside_at(calls: &Calls, now: Instant) -> Option<Instant> {
    let waits = calls.iter().filter_map(|entry| match stage(entry, calls, now) {
        Stage::Calls => Some(entry.heard + HEARD_WITHIN),
        Stage::Talked => gives_way_at(entry, calls, now),
        Stage::Over | Stage::Aside => None,
    });
    waits.min()
}

#[cfg(test)]
mod tests;

//! What a call is, by its legs.

use super::{End, EndWhy, Followed, MayCome};
use crate::{
    Timestamp,
    call::{Advice, Call, CallLeg, CallState, Course, Direction, LegEnd},
    control::Toggles,
};
use std::time::Duration;

pub(super) fn write(call: &mut Call, mut followed: Followed) -> MayCome {
    followed.take_what_data_say();
    let spoken = spoken_since(&followed);
    let (state, waits) = match followed.direction {
        Direction::Inbound => inbound(&followed, spoken),
        Direction::Outbound => (outbound(&followed, spoken), false),
    };
    let may_come = match &followed.end {
        Some(End { why: EndWhy::Presumed, .. }) => MayCome::RingElsewhere,
        Some(End { why: EndWhy::Over | EndWhy::Failed(..), .. }) => MayCome::Nothing,
        None if waits => MayCome::NextRing,
        None | Some(End { why: EndWhy::NotReported, .. }) => MayCome::Anything,
    };
    let ended_at = match (&followed.end, &state) {
        (Some(end), _) => Some(end.at),
        (None, CallState::AnsweredElsewhere) => followed.elsewhere,
        (None, CallState::OutcomeNotReported) => followed.legs.iter().filter_map(|leg| leg.ended_at).max(),
        (None, _) => None,
    };
    let not_reached = followed.not_reached && state == CallState::Ended && spoken.is_none();
    let customer_since = followed.customer_answered;
    let advice = followed.advice.filter(|advice| is_worth_saying(*advice, &state));
    let extension = match followed.direction {
        Direction::Inbound => whose_phone(&followed),
        // The phone that it was started with: what the agent does with the call is done there.
        Direction::Outbound => followed.phone.clone(),
    };
    let mut legs = followed.legs.into_legs();
    for leg in &mut legs {
        leg.held &= leg.is_open();
        leg.talk_seconds =
            spoken_at(leg, followed.direction, customer_since).map(|(since, until)| whole(until.since(since)));
    }
    let talk_seconds = spoken.and(ended_at).and_then(|end| {
        let talked =
            |counts: fn(&CallLeg) -> bool| spoken_for(legs.iter().filter(|leg| counts(leg)), customer_since, end);
        // When a conversation ended of which nobody told the end, is not known: what others did not speak meanwhile neither.
        let told = talked(|leg| !leg.was_given_up_talking());
        (told == talked(|_| true)).then(|| whole(told))
    });
    // What was held, muted or paused is over with the call; what can be done with it is known should it go on.
    if state.is_over() {
        call.controls = call.controls.map(|Toggles { can, .. }| Toggles { can, ..Toggles::default() });
    }
    call.state = state;
    call.connected_at = spoken;
    call.ended_at = ended_at;
    call.extension = extension;
    let course = std::mem::take(&mut call.course);
    call.course = Course { legs, talk_seconds, not_reached, advice, ..course };
    may_come
}

/// What is to be done is done once the call goes on; what is to be known is worth knowing until it is over.
fn is_worth_saying(advice: Advice, state: &CallState) -> bool {
    match advice {
        Advice::ChooseNumber => matches!(state, CallState::Starting | CallState::Unknown),
        Advice::CallsAnother => !state.is_over(),
    }
}

fn inbound(followed: &Followed, spoken: Option<Timestamp>) -> (CallState, bool) {
    let legs = &followed.legs;
    if let Some(end) = &followed.end {
        let state = match (&end.why, spoken, followed.elsewhere) {
            (EndWhy::NotReported, ..) => CallState::OutcomeNotReported,
            (_, Some(_), _) => CallState::Ended,
            (_, None, Some(_)) => CallState::AnsweredElsewhere,
            (_, None, None) => CallState::Missed,
        };
        return (state, false);
    }
    if legs.iter().any(CallLeg::talks) {
        return (CallState::Connected, false);
    }
    if legs.any_open() || legs.iter().next().is_none() {
        let state = match (spoken, followed.elsewhere) {
            // It is given to another phone.
            (Some(_), _) => CallState::Connected,
            (None, Some(_)) if !legs.any_open() => CallState::AnsweredElsewhere,
            (None, _) => CallState::Ringing,
        };
        return (state, false);
    }
    match (spoken, followed.elsewhere) {
        (None, Some(_)) => (CallState::AnsweredElsewhere, false),
        (Some(_), _) => (CallState::Connected, !followed.customer.are_told()),
        (None, None) => (CallState::Ringing, !followed.customer.are_told()),
    }
}

fn outbound(followed: &Followed, spoken: Option<Timestamp>) -> CallState {
    let legs = &followed.legs;
    match &followed.end {
        Some(End { why: EndWhy::NotReported, .. }) => CallState::OutcomeNotReported,
        Some(End { why: EndWhy::Failed(leg, why), .. }) if spoken.is_none() => {
            CallState::Failed { leg: *leg, why: why.clone() }
        }
        Some(_) => CallState::Ended,
        None if spoken.is_some() => CallState::Connected,
        None if legs.any_answered() || followed.customer_rang.is_some() => CallState::Ringing,
        None if legs.iter().next().is_some() => CallState::AgentRinging,
        None if followed.timed_out => CallState::Unknown,
        None => CallState::Starting,
    }
}

/// Since when both sides speak, or spoke.
fn spoken_since(followed: &Followed) -> Option<Timestamp> {
    let agent = followed.legs.iter().filter_map(|leg| leg.answered_at).min();
    match followed.direction {
        Direction::Inbound => agent,
        Direction::Outbound => {
            let customer = followed.customer_answered?;
            Some(agent.map_or(customer, |agent| agent.max(customer)))
        }
    }
}

/// For how long at least one agent and the customer spoke.
fn spoken_for<'a>(
    legs: impl Iterator<Item = &'a CallLeg>,
    customer_since: Option<Timestamp>,
    end: Timestamp,
) -> Duration {
    let mut parts: Vec<(Timestamp, Timestamp)> = legs
        .filter_map(|leg| {
            let since = leg.answered_at?;
            Some((customer_since.map_or(since, |customer| customer.max(since)), leg.ended_at.unwrap_or(end).min(end)))
        })
        .filter(|(since, until)| since < until)
        .collect();
    parts.sort_unstable();
    let mut talked = Duration::ZERO;
    let mut counted = Timestamp(i64::MIN);
    for (since, until) in parts {
        talked += until.since(since.max(counted));
        counted = counted.max(until);
    }
    talked
}

/// When a leg whose end was told spoke with the customer.
fn spoken_at(leg: &CallLeg, direction: Direction, customer: Option<Timestamp>) -> Option<(Timestamp, Timestamp)> {
    let until = leg.ended_at.filter(|_| leg.end == Some(LegEnd::Over))?;
    let since = leg.answered_at?;
    let since = match direction {
        Direction::Inbound => since,
        Direction::Outbound => since.max(customer?),
    };
    Some((since, until)).filter(|(since, until)| since <= until)
}

fn whole(seconds: Duration) -> u32 {
    u32::try_from(seconds.as_secs()).unwrap_or(u32::MAX)
}

/// The phone of whoever talks or talked last, else the last that rang.
fn whose_phone(followed: &Followed) -> Option<String> {
    let legs = &followed.legs;
    let talks = legs.iter().rev().find(|leg| leg.talks());
    let talked = || legs.iter().filter(|leg| leg.answered_at.is_some()).max_by_key(|leg| leg.answered_at);
    let rings = || legs.iter().find(|leg| leg.rings());
    let rang = || legs.iter().next_back();
    talks.or_else(talked).or_else(rings).or_else(rang)?.extension.clone()
}

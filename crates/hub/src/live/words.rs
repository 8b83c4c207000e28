//! What a push says, as steps of a call.

use super::{correlate::is_record_of_phone, task::LiveCall};
use crate::Agent;
use ringcard_connect::{Push, PushKind};
use ringcard_core::{
    call::{CallEvent, Direction, StepOf},
    frame::Step,
    leg::{LegEvent, LegNews, LegSide},
    number::Party,
};

/// Whether somebody's phone rings by it, or it tells of a call that goes on.
pub(super) fn begins(push: &Push) -> bool {
    if let Some(news) = &push.leg {
        return matches!(news.event, LegEvent::Rings | LegEvent::Answered);
    }
    let begins = |event: &CallEvent| {
        matches!(
            event,
            CallEvent::AgentRinging | CallEvent::AgentAnswered | CallEvent::CustomerRinging | CallEvent::Connected
        )
    };
    match push.kind {
        PushKind::Incoming => true,
        PushKind::Event => push.event.as_ref().is_some_and(begins),
        PushKind::CallData => false,
    }
}

/// Whether a phone rings by it.
pub(super) fn rings(push: &Push) -> bool {
    match &push.leg {
        Some(news) => news.side == LegSide::Agent && news.event == LegEvent::Rings,
        None => {
            push.kind == PushKind::Incoming
                || matches!(push.event, Some(CallEvent::AgentRinging | CallEvent::CustomerRinging))
        }
    }
}

/// The phones it is about.
pub(super) fn phones(push: &Push, agents: &[Agent]) -> Vec<String> {
    if let Some(news) = &push.leg {
        return match (news.side, &news.extension) {
            (LegSide::Agent, Some(extension)) => vec![extension.clone()],
            (LegSide::Agent, None) => push.extensions.clone(),
            _ => Vec::new(),
        };
    }
    if push.extensions.is_empty()
        && rings(push)
        && let Party::Internal { digits } = &push.dnis.0
        && agents.iter().any(|agent| agent.extension.as_deref() == Some(digits))
    {
        return vec![digits.clone()];
    }
    push.extensions.clone()
}

/// Whether phones ring by it of which none is an agent's.
pub(super) fn rings_at_strangers(push: &Push, agents: &[Agent]) -> bool {
    let phones = if rings(push) { phones(push, agents) } else { Vec::new() };
    let is_known = |phone: &String| agents.iter().any(|agent| agent.extension.as_ref() == Some(phone));
    !phones.is_empty() && !phones.iter().any(is_known)
}

/// What it says of this call.
pub(super) fn steps(push: &Push, live: &mut LiveCall, agents: &[Agent]) -> Vec<Step> {
    let at = live.moment(push.leg.as_ref().and_then(|news| news.at).or(push.sent_at));
    let mut phones = phones(push, agents);
    if let (true, Party::Internal { digits }) = (is_record_of_phone(push, &live.call), &push.dnis.0)
        && phones.is_empty()
    {
        phones.push(digits.clone());
    }
    let only = match phones.as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    };
    if let Some(news) = &push.leg {
        let mut step = Step::of_leg(at, LegNews { extension: only, ..news.clone() });
        step.of.passed_by.clone_from(&push.passed_by);
        return vec![step];
    }
    let at_phone = |event: &CallEvent, extension: Option<String>| {
        let of = StepOf { extension, passed_by: push.passed_by.clone(), ..StepOf::default() };
        Step { at, event: event.clone(), of }
    };
    let at_each = |event: &CallEvent| match phones.is_empty() {
        true => vec![at_phone(event, None)],
        false => phones.iter().map(|phone| at_phone(event, Some(phone.clone()))).collect(),
    };
    match (push.kind, &push.event) {
        (PushKind::Incoming, None) => match live.call.direction {
            Direction::Inbound => at_each(&CallEvent::CustomerRinging),
            Direction::Outbound => at_each(&CallEvent::AgentRinging),
        },
        (PushKind::Event, None) => Vec::new(),
        (PushKind::CallData, event) => {
            let mut step = at_phone(event.as_ref().unwrap_or(&CallEvent::Ended), only);
            step.of.record = true;
            let answered = push.answered.unwrap_or(push.talk_seconds.is_some_and(|seconds| seconds > 0));
            step.of.talked = answered.then(|| push.talk_seconds.unwrap_or(0));
            vec![step]
        }
        (_, Some(event)) if rings(push) || matches!(event, CallEvent::Failed { .. }) => at_each(event),
        (_, Some(event)) => vec![at_phone(event, only)],
    }
}

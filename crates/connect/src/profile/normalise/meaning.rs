//! What a push says happened, all of it taken together.

use crate::{PushKind, profile::config::push::Happening};
use ringcard_core::call::{CallEvent, FailReason, Leg};

/// Some PBXs have one address for everything they push: then their word for what happened decides what it is.
pub(super) fn kind(kind: PushKind, happening: Option<Happening>) -> PushKind {
    match (kind, happening) {
        (PushKind::Event, Some(Happening::Incoming)) => PushKind::Incoming,
        // That a phone rings is what a notifier says anyway, whatever it calls it.
        (
            PushKind::Incoming,
            None
            | Some(
                Happening::Incoming
                | Happening::AgentRinging
                | Happening::AgentAnswered
                | Happening::CustomerRinging
                | Happening::Ignored,
            ),
        ) => PushKind::Incoming,
        (PushKind::Incoming, Some(_)) => PushKind::Event,
        (kind, _) => kind,
    }
}

/// What happened to the call.
pub(super) fn event(
    kind: PushKind,
    happening: Option<Happening>,
    leg: Option<Leg>,
    detail: Option<String>,
) -> Option<CallEvent> {
    let failed = |why| Some(CallEvent::Failed { leg: leg.unwrap_or(Leg::Customer), why });
    match (kind, happening) {
        (PushKind::Incoming, _) => None,
        (PushKind::CallData, None) => Some(CallEvent::Ended),
        (_, None | Some(Happening::Incoming | Happening::Ignored)) => None,
        (_, Some(Happening::AgentRinging)) => Some(CallEvent::AgentRinging),
        (_, Some(Happening::AgentAnswered)) => Some(CallEvent::AgentAnswered),
        (_, Some(Happening::CustomerRinging)) => Some(CallEvent::CustomerRinging),
        (_, Some(Happening::Connected)) => Some(CallEvent::Connected),
        (_, Some(Happening::AnsweredElsewhere)) => Some(CallEvent::AnsweredElsewhere),
        (_, Some(Happening::Ended | Happening::Answered)) => Some(CallEvent::Ended),
        (_, Some(Happening::Missed)) => Some(CallEvent::Missed),
        (_, Some(Happening::Busy)) => failed(FailReason::Busy),
        // Which leg: whoever has not picked up, which the call knows better than we do.
        (_, Some(Happening::NoAnswer)) if leg.is_none() => Some(CallEvent::Missed),
        (_, Some(Happening::NoAnswer)) => failed(FailReason::NoAnswer),
        (_, Some(Happening::Declined)) => failed(FailReason::Declined),
        (_, Some(Happening::Failed)) => failed(FailReason::Other { detail: detail.unwrap_or_default() }),
    }
}

/// Whether both sides spoke, where call data tell: by the word for the result, or else by the seconds.
pub(super) fn answered(kind: PushKind, happening: Option<Happening>, talk_seconds: Option<u32>) -> Option<bool> {
    match (kind, happening) {
        (PushKind::Incoming | PushKind::Event, _) | (_, Some(Happening::AnsweredElsewhere)) => None,
        (_, Some(Happening::Answered)) => Some(true),
        (_, None | Some(Happening::Ended | Happening::Ignored)) => talk_seconds.map(|seconds| seconds > 0),
        (_, Some(_)) => Some(false),
    }
}

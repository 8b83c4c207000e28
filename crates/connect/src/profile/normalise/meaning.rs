//! What a push says happened, all of it taken together.

use crate::{PushKind, profile::config::push::Happening};
use ringcard_core::{
    call::{CallEvent, Direction, FailReason, Leg},
    leg::{Cause, LegEvent, LegNews, LegSide},
};

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
    cause: Cause,
) -> Option<CallEvent> {
    let failed = |why| Some(CallEvent::Failed { leg: leg.unwrap_or(Leg::Customer), why });
    match (kind, happening) {
        (PushKind::Incoming, _) => None,
        (PushKind::CallData, None) => Some(CallEvent::Ended),
        // Of one leg only, and for `leg_news` to tell.
        (PushKind::CallData, Some(Happening::Voicemail)) => Some(CallEvent::Missed),
        (
            _,
            None
            | Some(
                Happening::Incoming
                | Happening::Ignored
                | Happening::Held
                | Happening::Resumed
                | Happening::Transferred
                | Happening::Voicemail
                | Happening::Menu,
            ),
        ) => None,
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
        (_, Some(Happening::Failed)) => failed(why(detail, cause)),
    }
}

/// Why it failed: by the network's cause, where it is told.
fn why(detail: Option<String>, cause: Cause) -> FailReason {
    // The PBX's own words say more than a cause, its numbers nothing beside it.
    let is_said = |detail: &String| detail.chars().any(char::is_lowercase) || Cause::read(detail).is_none();
    FailReason::of(cause, detail.clone().filter(is_said))
        .unwrap_or_else(|| FailReason::untold(detail.unwrap_or_default()))
}

/// What a push says of where it happened.
pub(super) struct Where<'a> {
    pub direction: Option<Direction>,
    pub leg: Option<Leg>,
    pub leg_id: Option<String>,
    pub call_id: Option<&'a str>,
    pub extensions: &'a [String],
    pub cause: Cause,
    pub was_passed: bool,
}

/// What happened to one leg, where the push tells more of it than its event does: its id, its cause, that it is held. What it
/// leaves open is for whoever knows the call.
pub(super) fn leg_news(kind: PushKind, happening: Option<Happening>, at: Where<'_>) -> Option<LegNews> {
    let own_id = at.leg_id.as_deref().filter(|id| at.call_id != Some(*id));
    let event = match (kind, happening) {
        // A record is of the whole call.
        (PushKind::CallData, _) => return None,
        (PushKind::Incoming, _) => LegEvent::Rings,
        (_, Some(Happening::AgentRinging | Happening::CustomerRinging | Happening::Transferred)) => LegEvent::Rings,
        (_, Some(Happening::AgentAnswered | Happening::Connected | Happening::Voicemail | Happening::Menu)) => {
            LegEvent::Answered
        }
        (_, Some(Happening::Held)) => LegEvent::Held,
        (_, Some(Happening::Resumed)) => LegEvent::Resumed,
        (_, None | Some(Happening::Incoming | Happening::Ignored | Happening::Answered)) => return None,
        (_, Some(_)) => LegEvent::Ended,
    };
    // Who passed it on may be the extension that is named: then nobody knows where it rings.
    if happening == Some(Happening::Transferred) && !at.was_passed {
        return None;
    }
    let only_here = matches!(
        happening,
        Some(Happening::Held | Happening::Resumed | Happening::Transferred | Happening::Voicemail | Happening::Menu)
    );
    if own_id.is_none() && at.cause.is_empty() && !only_here {
        return None;
    }
    let [extension] = at.extensions else {
        return match happening {
            Some(Happening::Voicemail | Happening::Menu) => Some(service(own_id)),
            _ => None,
        };
    };
    let side = match (happening, at.leg, at.direction) {
        (Some(Happening::Voicemail | Happening::Menu), ..) => return Some(service(own_id)),
        (Some(Happening::AgentRinging | Happening::AgentAnswered | Happening::Transferred), ..) => LegSide::Agent,
        (Some(Happening::CustomerRinging), ..) => LegSide::Customer,
        (_, Some(Leg::Agent), _) => LegSide::Agent,
        (_, Some(Leg::Customer), _) => LegSide::Customer,
        (_, None, Some(Direction::Inbound)) => LegSide::Agent,
        // A notifier, and who is put on hold at an extension.
        (_, None, _) if kind == PushKind::Incoming || only_here => LegSide::Agent,
        _ => return None,
    };
    let usual = |q850| Cause { q850: Some(q850), sip: None };
    let cause = match (event, happening) {
        (LegEvent::Ended, _) if !at.cause.is_empty() => at.cause,
        (LegEvent::Ended, Some(Happening::Busy)) => usual(17),
        (LegEvent::Ended, Some(Happening::NoAnswer | Happening::Missed)) => usual(19),
        (LegEvent::Ended, Some(Happening::Declined)) => usual(21),
        (LegEvent::Ended, Some(Happening::AnsweredElsewhere)) => usual(26),
        _ => Cause::default(),
    };
    let extension = (side == LegSide::Agent).then(|| extension.clone());
    Some(LegNews { side, event, leg_id: own_id.map(str::to_owned), extension, cause, at: None })
}

fn service(id: Option<&str>) -> LegNews {
    LegNews {
        side: LegSide::Service,
        event: LegEvent::Answered,
        leg_id: id.map(str::to_owned),
        extension: None,
        cause: Cause::default(),
        at: None,
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

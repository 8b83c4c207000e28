//! Which call a push is about.
//!
//! The notifier and the end-of-call data carry no common id by promise: a call id is used where there is one,
//! else caller, called number and time.

use super::{task::LiveCall, words::begins};
use ringcard_connect::{Push, PushKind};
use ringcard_core::{
    Timestamp,
    call::{Call, CallId, CallState, Direction, MayCome},
    number::{DialPlan, Party},
};
use std::{collections::BTreeMap, time::Duration};
use tokio::time::Instant;

/// Without a call id, the same push again within this time is the same push.
const REPEATED: Duration = Duration::from_secs(5);
/// How long after our click the extension may begin to ring.
const OWN_LEG: Duration = Duration::from_secs(90);

/// So long after its end a call's id may still bring its data, and its ring again.
const ID_COUNTS: Duration = Duration::from_secs(24 * 3600);
const ID_RINGS: Duration = Duration::from_secs(3600);

/// What a push is about.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum About {
    /// A call we know.
    Known(CallId),
    /// Our own click-to-call: the ringing of its agent leg is no incoming call.
    OwnLeg(CallId),
    /// Not the call we know by its id, which goes on as far as anybody told: the telephone system uses its ids anew.
    Another(CallId),
    /// A call we have not heard of.
    New,
}

pub(super) fn about(
    push: &Push,
    account: &str,
    calls: &BTreeMap<CallId, LiveCall>,
    plan: &DialPlan,
    next_ring: Duration,
    now: Instant,
) -> About {
    let on_account = || calls.values().filter(|live| live.call.account == account);
    if let Some(id) = &push.external_id
        && let Some(live) = on_account().rfind(|live| live.call.external_id.as_ref() == Some(id))
    {
        return match is_another(push, &live.call, plan) {
            false => About::Known(live.call.id.clone()),
            true if live.call.state.is_over() => About::New,
            true => About::Another(live.call.id.clone()),
        };
    }
    let own_leg = on_account().filter(|live| is_own_leg(push, live, plan, now));
    // An earlier click whose outcome is unknown may still wait: the last one is meant.
    if let Some(live) = own_leg.max_by_key(|live| live.call.id.clone()) {
        return About::OwnLeg(live.call.id.clone());
    }
    let same = on_account().filter(|live| same_ends(push, &live.call)).filter(|live| {
        // two calls the PBX tells apart are two calls
        !(push.external_id.is_some() && live.call.external_id.is_some())
    });
    let same = match push.kind {
        // A ring repeated later than `REPEATED` is the caller trying again.
        PushKind::Incoming => {
            let repeated = |live: &LiveCall| now.duration_since(live.seen) <= REPEATED;
            same.filter(|live| repeated(live) || goes_on(push, live, next_ring, now))
                .max_by_key(|live| live.call.id.clone())
        }
        PushKind::Event | PushKind::CallData => same
            .filter(|live| !live.call.state.is_over() || push.kind == PushKind::CallData)
            .max_by_key(|live| live.call.id.clone()),
    };
    same.map_or(About::New, |live| About::Known(live.call.id.clone()))
}

/// Whether a caller for whom no phone rings any more is called to the next one.
fn goes_on(push: &Push, live: &LiveCall, next_ring: Duration, now: Instant) -> bool {
    let is_another_phone =
        !push.extensions.is_empty() && !push.extensions.iter().any(|phone| live.call.is_in_it(Some(phone)));
    now.duration_since(live.heard) <= next_ring
        && match live.may_come {
            MayCome::NextRing => true,
            MayCome::RingElsewhere => is_another_phone,
            MayCome::Anything | MayCome::Nothing => false,
        }
}

/// Whether a push with the id of a call is about another one: ids count within a time, and a caller stays who they are.
pub(super) fn is_another(push: &Push, call: &Call, plan: &DialPlan) -> bool {
    if !begins(push) {
        return Timestamp::now().since(call.ended_at.unwrap_or(call.started_at)) > ID_COUNTS;
    }
    let is_outside = |party: &Party| matches!(party, Party::Outside(_)) && !plan.is_own(party);
    let is_another_caller = call.direction == Direction::Inbound
        && push.direction != Some(Direction::Outbound)
        && is_outside(&push.ani.0)
        && is_outside(&call.ani.0)
        && push.ani != call.ani;
    let rings_long_after = call.ended_at.is_some_and(|ended| Timestamp::now().since(ended) > ID_RINGS);
    is_another_caller || rings_long_after
}

fn same_ends(push: &Push, call: &Call) -> bool {
    if push.direction.is_some_and(|direction| direction != call.direction) {
        return false;
    }
    match call.direction {
        Direction::Inbound => push.ani == call.ani && (push.dnis == call.dnis || !is_number(&push.dnis.0)),
        Direction::Outbound => push.dnis == call.dnis,
    }
}

/// Whether data without an id can be this call's: of the same customer, called number and agent.
pub(super) fn may_be_data_of(push: &Push, call: &Call) -> bool {
    let was_in_it = |phone: &String| call.is_in_it(Some(phone)) || call.extension.as_ref() == Some(phone);
    same_ends(push, call) && (push.extensions.is_empty() || push.extensions.iter().any(was_in_it))
}

/// The customer's end of a push, as far as it says which one that is.
pub(super) fn customer_of(push: &Push) -> &Party {
    match (push.direction, &push.ani.0) {
        (Some(Direction::Outbound), _) | (None, Party::Internal { .. }) => &push.dnis.0,
        _ => &push.ani.0,
    }
}

/// The PBX rings our extension because we asked it to: it announces that as a call, from whomever it likes
/// (the customer we dial, the extension itself, one of our own lines, nobody).
fn is_own_leg(push: &Push, live: &LiveCall, plan: &DialPlan, now: Instant) -> bool {
    let waiting = matches!(live.call.state, CallState::Starting | CallState::AgentRinging | CallState::Unknown);
    if live.call.direction != Direction::Outbound || !waiting || now.duration_since(live.seen) > OWN_LEG {
        return false;
    }
    if push.external_id.is_some() && live.call.external_id.is_some() {
        return false; // both have an id, and it is not the same
    }
    let Some(extension) = live.call.extension.as_deref() else { return false };
    let rings_it = push.extensions.iter().any(|rung| rung == extension)
        || matches!(&push.dnis.0, Party::Internal { digits } if digits == extension);
    let customer = live.call.customer();
    let calls_another =
        matches!(push.dnis.0, Party::Outside(_)) && push.dnis.0 != *customer && !plan.is_own(&push.dnis.0);
    let from_us = match &push.ani.0 {
        caller if caller == customer => true,
        Party::Internal { digits } => digits == extension && !calls_another,
        Party::Outside(_) => plan.is_own(&push.ani.0),
        Party::Hidden | Party::Unreadable { .. } => true,
    };
    let calls_the_customer =
        push.dnis.0 == *customer && matches!(&push.ani.0, Party::Internal { digits } if digits == extension);
    (rings_it && from_us) || calls_the_customer
}

fn is_number(party: &Party) -> bool {
    matches!(party, Party::Outside(_) | Party::Internal { .. })
}

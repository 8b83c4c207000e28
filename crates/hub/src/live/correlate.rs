//! Which call a push is about.
//!
//! The notifier and the end-of-call data carry no common id by promise: a call id is used where there is one,
//! else caller, called number and time.

use super::task::LiveCall;
use ringcard_connect::{Push, PushKind};
use ringcard_core::{
    call::{CallId, CallState, Direction},
    number::{DialPlan, Party},
};
use std::{collections::BTreeMap, time::Duration};
use tokio::time::Instant;

/// Without a call id, the same push again within this time is the same push.
const REPEATED: Duration = Duration::from_secs(5);
/// How long after our click the extension may begin to ring.
const OWN_LEG: Duration = Duration::from_secs(90);

/// What a push is about.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum About {
    /// A call we know.
    Known(CallId),
    /// Our own click-to-call: the ringing of its agent leg is no incoming call.
    OwnLeg(CallId),
    /// A call we have not heard of.
    New,
}

pub(super) fn about(
    push: &Push,
    account: &str,
    calls: &BTreeMap<CallId, LiveCall>,
    plan: &DialPlan,
    now: Instant,
) -> About {
    let on_account = || calls.values().filter(|live| live.call.account == account);
    if let Some(id) = &push.external_id
        && let Some(live) = on_account().find(|live| live.call.external_id.as_ref() == Some(id))
    {
        return About::Known(live.call.id.clone());
    }
    let own_leg = on_account().filter(|live| is_own_leg(push, live, plan, now));
    // An earlier click whose outcome is unknown may still wait: the last one is meant.
    if let Some(live) = own_leg.max_by_key(|live| live.call.id.clone()) {
        return About::OwnLeg(live.call.id.clone());
    }
    let same = on_account().filter(|live| same_ends(push, live)).filter(|live| {
        // two calls the PBX tells apart are two calls
        !(push.external_id.is_some() && live.call.external_id.is_some())
    });
    let same = match push.kind {
        // A ring repeated later than `REPEATED` is the caller trying again.
        PushKind::Incoming => {
            same.filter(|live| now.duration_since(live.seen) <= REPEATED).max_by_key(|live| live.call.id.clone())
        }
        PushKind::Event | PushKind::CallData => same
            .filter(|live| !live.call.state.is_over() || push.kind == PushKind::CallData)
            .max_by_key(|live| live.call.id.clone()),
    };
    same.map_or(About::New, |live| About::Known(live.call.id.clone()))
}

fn same_ends(push: &Push, live: &LiveCall) -> bool {
    if push.direction.is_some_and(|direction| direction != live.call.direction) {
        return false;
    }
    match live.call.direction {
        Direction::Inbound => push.ani == live.call.ani && (push.dnis == live.call.dnis || !is_number(&push.dnis.0)),
        Direction::Outbound => push.dnis == live.call.dnis,
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

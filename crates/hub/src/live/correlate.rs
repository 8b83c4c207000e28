//! Which call a push is about.
//!
//! The notifier and the end-of-call data carry no common id by promise: a call id is used where there is one,
//! else caller, called number and time.

use super::{
    task::LiveCall,
    words::{begins, rings},
};
use ringcard_connect::{Push, PushKind};
use ringcard_core::{
    Timestamp,
    call::{Call, CallId, CallState, Direction, Leg, MayCome, follow::LEG_JOINS},
    frame::Step,
    leg::{LegEvent, LegSide},
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
/// Ids that are so long are not used anew: data that come weeks later are of the same call.
const LONG_ID: usize = 8;
/// So long after a call's end its ring, without a time of its own, may be the same push again; and its data.
const RING_AGAIN: Duration = Duration::from_secs(60);
const DATA_AGAIN: Duration = Duration::from_secs(60);

/// What a push is about.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum About {
    /// A call we know.
    Known(CallId),
    /// Our own click-to-call: the ringing of its agent leg is no incoming call.
    OwnLeg(CallId),
    /// This one, unless the history has one that is meant rather.
    Perhaps(CallId),
    /// Not the call we know by its id: the telephone system uses its ids anew.
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
        return match is_another(push, live, plan, next_ring) {
            false => About::Known(live.call.id.clone()),
            true => About::Another(live.call.id.clone()),
        };
    }
    let own_leg = on_account().filter(|live| is_own_leg(push, live, plan, now));
    // An earlier click whose outcome is unknown may still wait: the last one is meant.
    if let Some(live) = own_leg.max_by_key(|live| live.call.id.clone()) {
        return About::OwnLeg(live.call.id.clone());
    }
    let are_same = |call: &Call| same_ends(push, call) || is_record_of_phone(push, call);
    let same = on_account().filter(|live| are_same(&live.call)).filter(|live| {
        // two calls the PBX tells apart are two calls
        !(push.external_id.is_some() && live.call.external_id.is_some())
    });
    let same = match push.kind {
        // A ring repeated later than `REPEATED` is the caller trying again.
        PushKind::Incoming => {
            let repeated = |live: &LiveCall| now.duration_since(live.seen) <= REPEATED;
            same.filter(|live| {
                repeated(live) || goes_on(push, live, next_ring, now) || was_before_its_end(push, &live.call)
            })
            .max_by_key(|live| live.call.id.clone())
        }
        PushKind::Event => {
            let may_go_on = |call: &Call| !call.state.is_over() || call.state == CallState::OutcomeNotReported;
            same.filter(|live| may_go_on(&live.call))
                .max_by_key(|live| (!live.call.state.is_over(), live.call.id.clone()))
        }
        PushKind::CallData => return data_of(push, same),
    };
    match same.map(|live| live.call.id.clone()) {
        None => About::New,
        // The history may know it by its id.
        Some(id) if push.external_id.is_some() => About::Perhaps(id),
        Some(id) => About::Known(id),
    }
}

/// The call that data without an id (or of one without) are about.
fn data_of<'a>(push: &Push, calls: impl Iterator<Item = &'a LiveCall>) -> About {
    let now = Timestamp::now();
    let fits = calls.filter_map(|live| Some((fit(push, &live.call, &live.steps, now)?, live.call.id.clone())));
    match fits.max() {
        None => About::New,
        Some((Fit { how: How::Over, agrees: true }, id)) if push.external_id.is_none() => About::Known(id),
        Some((_, id)) => About::Perhaps(id),
    }
}

/// How well data without an id fit a call, the best last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fit {
    how: How,
    /// Both say that somebody answered, or that nobody did.
    agrees: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum How {
    /// It has its data, which came just now.
    HasData,
    /// By the data they spoke for longer than it is known.
    RingsTooShort,
    /// It rings, or how it ended was not reported.
    Rings,
    Talks,
    /// The same data came just now.
    Again,
    /// It is over, as was told, and its data did not come.
    Over,
}

/// How well data without an id fit a call: of the same customer, called number, agent and time. Absent: they are another's.
pub(super) fn fit(push: &Push, call: &Call, steps: &[Step], now: Timestamp) -> Option<Fit> {
    if !may_be_data_of(push, call) {
        return None;
    }
    let answered = push.answered.unwrap_or(push.talk_seconds.is_some_and(|seconds| seconds > 0));
    let agrees = answered == call.connected_at.is_some();
    let is_of_phone = |step: &&Step| {
        let phone = step.of.extension.as_ref();
        step.of.record && phone.is_none_or(|phone| push.extensions.is_empty() || push.extensions.contains(phone))
    };
    if let Some(data) = steps.iter().rev().find(is_of_phone) {
        let is_same = data.of.talked == answered.then(|| push.talk_seconds.unwrap_or(0));
        let how = if is_same { How::Again } else { How::HasData };
        return (now.since(data.at) <= DATA_AGAIN).then_some(Fit { how, agrees });
    }
    let talked = Duration::from_secs(u64::from(push.talk_seconds.unwrap_or(0)));
    let how = match call.state {
        CallState::Connected => How::Talks,
        CallState::OutcomeNotReported => How::Rings,
        ref state if state.is_over() => How::Over,
        _ if talked > now.since(call.started_at) + REPEATED => How::RingsTooShort,
        _ => How::Rings,
    };
    Some(Fit { how, agrees })
}

/// Whether a ring that tells when it was comes after the end of the call that it began.
fn was_before_its_end(push: &Push, call: &Call) -> bool {
    let ended = call.ended_at.filter(|_| call.state.is_over());
    push.sent_at.zip(ended).is_some_and(|(at, ended)| at <= ended)
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

/// Whether a push with the id of a call is about another one: ids count within a time, a caller stays who they are, and a
/// phone does not ring any more for a call that is over.
pub(super) fn is_another(push: &Push, live: &LiveCall, plan: &DialPlan, next_ring: Duration) -> bool {
    let (call, now) = (&live.call, Timestamp::now());
    if !begins(push) {
        return now.since(call.ended_at.unwrap_or(call.started_at)) > ID_COUNTS && !are_late_data_of(push, call);
    }
    let is_outside = |party: &Party| matches!(party, Party::Outside(_)) && !plan.is_own(party);
    let is_another_caller = call.direction == Direction::Inbound
        && push.direction != Some(Direction::Outbound)
        && is_outside(&push.ani.0)
        && is_outside(&call.ani.0)
        && push.ani != call.ani;
    is_another_caller || rings_anew(push, live, next_ring, now)
}

fn are_late_data_of(push: &Push, call: &Call) -> bool {
    let is_long = push.external_id.as_ref().is_some_and(|id| id.len() >= LONG_ID);
    push.kind == PushKind::CallData && is_long && may_be_data_of(push, call)
}

/// Whether a phone rings long enough after a call's end.
fn rings_anew(push: &Push, live: &LiveCall, next_ring: Duration, now: Timestamp) -> bool {
    let call = &live.call;
    let Some(ended) = call.ended_at.filter(|_| call.state.is_over()) else { return false };
    let news = push.leg.as_ref();
    let told = news.and_then(|news| news.at).or(push.sent_at);
    let since = told.unwrap_or(now).since(ended);
    if since > ID_RINGS {
        return true;
    }
    let rung = news.map_or(push.extensions.as_slice(), |news| news.extension.as_slice());
    let knows_phones = rung.iter().all(|phone| call.is_in_it(Some(phone)));
    let leg_id = news.and_then(|news| news.leg_id.as_ref());
    let is_of_leg = |step: &Step| step.of.leg.as_ref().is_some_and(|known| known.leg_id.as_ref() == leg_id);
    let knows_leg = leg_id.is_none() || live.steps.iter().any(is_of_leg);
    let is_over = match live.may_come {
        MayCome::Nothing => true,
        MayCome::RingElsewhere => since > next_ring,
        MayCome::NextRing => false,
        // It was given up; another phone that rings takes that back.
        MayCome::Anything => call.state == CallState::OutcomeNotReported && knows_phones && knows_leg,
    };
    // Whoever got no answer sends the same again for a while.
    let may_be_again = knows_phones && knows_leg && push.ani == call.ani && live.may_come == MayCome::Nothing;
    let of_customer = || {
        let is_customers = |step: &&Step| step.of.leg.as_ref().is_some_and(|news| news.side == LegSide::Customer);
        live.steps.iter().filter(is_customers)
    };
    // What happened before the customer's end is of their call, whenever it is told.
    let is_their_end = |step: &Step| step.of.leg.as_ref().is_some_and(|news| news.event == LegEvent::Ended);
    let customer_is_gone = of_customer().any(|step| is_their_end(step) && told.is_none_or(|told| step.at < told));
    // Nobody is there for whom another phone could ring: our own failed.
    let never_began = matches!(call.state, CallState::Failed { leg: Leg::Agent, .. }) && of_customer().next().is_none();
    let wait = match told {
        // The customer may still be there: legs of the same id are of the same call.
        _ if leg_id.is_some() && !never_began && !customer_is_gone => LEG_JOINS,
        None if may_be_again => RING_AGAIN,
        _ => REPEATED,
    };
    is_over && (told.is_some() || rings(push)) && since > wait
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
fn may_be_data_of(push: &Push, call: &Call) -> bool {
    let was_in_it = |phone: &String| call.is_in_it(Some(phone)) || call.extension.as_ref() == Some(phone);
    // Of some calls nobody tells which phones ring.
    let is_told = call.extension.is_some() || call.course.legs.iter().any(|leg| leg.extension.is_some());
    let may_be_its = push.extensions.is_empty() || !is_told || push.extensions.iter().any(was_in_it);
    (same_ends(push, call) || is_record_of_phone(push, call)) && may_be_its
}

/// Whether data tell of the part that a phone had in a call that was passed on to it: called is the phone then, and no longer
/// what the customer dialled.
pub(super) fn is_record_of_phone(push: &Push, call: &Call) -> bool {
    let Party::Internal { digits } = &push.dnis.0 else { return false };
    push.kind == PushKind::CallData
        && push.direction != Some(Direction::Outbound)
        && call.direction == Direction::Inbound
        && push.ani == call.ani
        && is_number(&push.ani.0)
        && push.dnis != call.dnis
        && call.is_in_it(Some(digits))
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

//! What a PBX pushes, made into calls.

use super::{
    Past, PushNotKept, Told,
    correlate::{About, about},
    task::{LiveCall, LiveTask},
};
use crate::route::agents_for;
use ringcard_connect::{Push, PushKind};
use ringcard_core::{
    Timestamp,
    call::{Call, CallEvent, CallId, CallState, Direction},
    frame::Step,
    number::{Dnis, Party},
};
use std::time::Duration;
use tokio::{sync::oneshot, time::Instant};

/// A ring that was sent longer ago makes no call. Clocks differ, and a queue in between may be slow.
const OLDEST_RING: Duration = Duration::from_secs(10 * 60);

/// Hears what a push said, once that is committed.
type Answer = oneshot::Sender<Result<Told, PushNotKept>>;

impl LiveTask {
    /// Takes a push in; answered after it is committed, also when it said nothing new. `known`: the call with its id that
    /// the history has.
    pub(super) fn push(
        &mut self,
        account: &str,
        push: Push,
        known: Option<Box<Past>>,
        received: std::time::Instant,
        answer: Answer,
    ) {
        let plan = self.parts.plan.borrow().clone();
        match about(&push, account, &self.calls, &plan, Instant::now()) {
            About::OwnLeg(id) => {
                self.adopt(&id, &push);
                let event = push.event.clone().unwrap_or(CallEvent::AgentRinging);
                self.happen_and_answer(id, &event, false, answer);
            }
            About::Known(id) => self.news(id, push, answer),
            About::New => {
                if let Some(known) = known {
                    return self.late(*known, &push, answer);
                }
                let rings = match (&push.kind, &push.event) {
                    (PushKind::Incoming, _) => true,
                    (PushKind::Event, Some(event)) => begins(event),
                    _ => false,
                };
                if rings && is_too_old(&push, Timestamp::now()) {
                    let _ = answer.send(Ok(Told::TooOld));
                    return;
                }
                match (&push.kind, &push.event) {
                    (PushKind::Incoming, _) => self.ring(account, push, received, answer),
                    // A call we did not hear ring, and that is going on.
                    (PushKind::Event, Some(event)) if begins(event) => self.ring(account, push, received, answer),
                    (PushKind::CallData, _) => self.write_history(account, push, answer),
                    // The end of something we never saw says nothing.
                    (PushKind::Event, _) => {
                        let _ = answer.send(Ok(Told::Nothing));
                    }
                }
            }
        }
    }

    /// A new call: looked up beside the commit, committed, then told.
    fn ring(&mut self, account: &str, push: Push, received: std::time::Instant, answer: Answer) {
        if !self.make_room() {
            let _ = answer.send(Err(PushNotKept::Busy));
            return;
        }
        self.give_up_earlier_ring(account, &push);
        let now = Timestamp::now();
        let call = self.call_from(account, &push, now);
        let id = call.id.clone();
        self.parts.metrics.calls_in();
        self.parts.pops.received(&id, received);
        let mut live = LiveCall::new(call, Instant::now());
        let first = push.event.clone().filter(|event| *event != CallEvent::CustomerRinging);
        if let Some(event) = &first {
            live.call.apply(event, now);
        }
        self.calls.insert(id.clone(), live);
        // The look-up runs beside the commit: mostly it is there first, and version 1 is already whole.
        let found = self.look_up_now(&id);
        let ringing = Step { at: now, event: CallEvent::CustomerRinging };
        let steps = std::iter::once(ringing).chain(first.map(|event| Step { at: now, event })).collect();
        self.write_down(&id, steps, move |task, call, kept| {
            let id = call.id.clone();
            task.take_if_found(&id, found);
            task.tell_all(call);
            let _ = answer.send(kept.map(|()| Told::New(id)));
        });
    }

    /// News of a call we know.
    fn news(&mut self, id: CallId, push: Push, answer: Answer) {
        self.adopt(&id, &push);
        let joined = self.join_agents(&id, &push);
        match push.event {
            Some(event) => {
                if matches!(event, CallEvent::Connected | CallEvent::AgentAnswered)
                    && let [extension] = push.extensions.as_slice()
                    && let Some(live) = self.calls.get_mut(&id)
                {
                    live.call.extension = Some(extension.clone());
                }
                self.happen_and_answer(id, &event, joined, answer);
            }
            None if joined => self.write_down(&id, Vec::new(), |task, call, kept| {
                let id = call.id.clone();
                task.tell_all(call);
                let _ = answer.send(kept.map(|()| Told::News(id)));
            }),
            None => {
                let again = Told::Again(id.clone());
                self.nothing_new(&id, |_, kept| {
                    let _ = answer.send(kept.map(|()| again));
                });
            }
        }
    }

    /// `joined`: it was news already that it rings for more agents.
    fn happen_and_answer(&mut self, id: CallId, event: &CallEvent, joined: bool, answer: Answer) {
        self.happen(&id.clone(), event, move |_, kept| {
            let _ = answer.send(kept.map(|is_new| told(id, is_new || joined)));
        });
    }

    /// A ring that goes on to another extension (hunt group, ring-all) is the same call for more agents.
    fn join_agents(&mut self, id: &CallId, push: &Push) -> bool {
        let more = agents_for(&self.rules.agents, &push.extensions, &push.dnis);
        let Some(live) = self.calls.get_mut(id) else { return false };
        if push.extensions.is_empty() || live.call.direction == Direction::Outbound || live.call.state.is_over() {
            return false;
        }
        let before = live.call.agents.len();
        for agent in more {
            if !live.call.agents.contains(&agent) {
                live.call.agents.push(agent);
            }
        }
        live.call.agents.len() > before
    }

    /// Keeps the PBX's own id of a call, and what else it offers.
    fn adopt(&mut self, id: &CallId, push: &Push) {
        let Some(live) = self.calls.get_mut(id) else { return };
        if live.call.external_id.is_none() {
            live.call.external_id.clone_from(&push.external_id);
        }
        for (name, value) in &push.extra {
            live.call.extra.entry(name.clone()).or_insert_with(|| value.clone());
        }
        take_answer(&mut live.call, push, Timestamp::now());
    }

    /// The same caller rings again and nobody told us that the first ring ended: it did.
    fn give_up_earlier_ring(&mut self, account: &str, push: &Push) {
        if matches!(push.ani.0, Party::Hidden | Party::Unreadable { .. }) || push.external_id.is_some() {
            return;
        }
        let earlier: Vec<CallId> = self
            .calls
            .values()
            .filter(|live| live.call.account == account && live.call.external_id.is_none())
            .filter(|live| live.call.direction == Direction::Inbound && live.call.state == CallState::Ringing)
            .filter(|live| live.call.ani == push.ani && live.call.dnis == push.dnis)
            .map(|live| live.call.id.clone())
            .collect();
        for id in earlier {
            self.happen(&id, &CallEvent::Expired, |_, _| {});
        }
    }

    /// A late word on a call that is over, and gone from the board: kept where it says more than we knew.
    fn late(&mut self, past: Past, push: &Push, answer: Answer) {
        let Past { call, said } = past;
        let id = call.id.clone();
        let told = Some(call.clone());
        self.calls.insert(id.clone(), LiveCall { told, ..LiveCall::new(call, Instant::now()) });
        self.take_up_said(&id, said);
        self.adopt(&id, push);
        match &push.event {
            Some(event) => self.happen(&id.clone(), event, move |task, kept| match kept {
                Ok(false) => task.write_down(&id, Vec::new(), |_, call, kept| {
                    let _ = answer.send(kept.map(|()| Told::Again(call.id)));
                }),
                kept => {
                    let _ = answer.send(kept.map(|_| Told::News(id)));
                }
            }),
            None => {
                let _ = answer.send(Ok(Told::Again(id)));
            }
        }
    }

    /// Call data of a call nobody announced (dialled on the phone itself): it belongs into the list, not on the screen.
    fn write_history(&mut self, account: &str, push: Push, answer: Answer) {
        let now = Timestamp::now();
        let mut call = self.call_from(account, &push, now);
        call.started_at = now.before(talk_of(&push));
        take_answer(&mut call, &push, now);
        let event = push.event.unwrap_or(CallEvent::Ended);
        call.apply(&event, now);
        let id = call.id.clone();
        self.calls.insert(id.clone(), LiveCall::new(call, Instant::now()));
        self.write_down(&id, vec![Step { at: now, event }], |_, call, kept| {
            let _ = answer.send(kept.map(|()| Told::New(call.id)));
        });
    }

    fn call_from(&self, account: &str, push: &Push, now: Timestamp) -> Call {
        let direction = push.direction.unwrap_or(Direction::Inbound);
        let (agents, extension) = match direction {
            Direction::Inbound => {
                (agents_for(&self.rules.agents, &push.extensions, &push.dnis), push.extensions.first().cloned())
            }
            Direction::Outbound => {
                let extension = push.extensions.first().cloned().or_else(|| match &push.ani.0 {
                    Party::Internal { digits } => Some(digits.clone()),
                    _ => None,
                });
                (agents_for(&self.rules.agents, extension.as_slice(), &Dnis(Party::Hidden)), extension)
            }
        };
        Call {
            id: CallId::new(),
            direction,
            account: account.to_owned(),
            external_id: push.external_id.clone(),
            ani: push.ani.clone(),
            dnis: push.dnis.clone(),
            line: self.line_name(&push.dnis),
            agents,
            extension,
            state: CallState::Ringing,
            started_at: now,
            connected_at: None,
            ended_at: None,
            controls: None,
            extra: push.extra.clone(),
        }
    }

    fn line_name(&self, dnis: &Dnis) -> Option<String> {
        let key = match &dnis.0 {
            Party::Outside(number) => &number.e164,
            Party::Internal { digits } => digits,
            Party::Hidden | Party::Unreadable { .. } => return None,
        };
        self.rules.line_names.get(key).cloned()
    }

    /// Call and card together, as a new ring needs them.
    pub(super) fn tell_all(&mut self, call: Call) {
        let id = call.id.clone();
        self.tell(call);
        if let Some(live) = self.calls.get(&id) {
            self.desks.card(live);
        }
    }
}

fn told(id: CallId, is_new: bool) -> Told {
    if is_new { Told::News(id) } else { Told::Again(id) }
}

/// A recorded push that somebody sends again, or one that waited too long somewhere: nobody rings any more.
fn is_too_old(push: &Push, now: Timestamp) -> bool {
    push.sent_at.is_some_and(|sent_at| now.since(sent_at) > OLDEST_RING)
}

/// Events that may be the first we hear of a call.
fn begins(event: &CallEvent) -> bool {
    matches!(
        event,
        CallEvent::AgentRinging | CallEvent::AgentAnswered | CallEvent::CustomerRinging | CallEvent::Connected
    )
}

/// End-of-call data may be the first to say that somebody answered, and for how long they spoke.
fn take_answer(call: &mut Call, push: &Push, now: Timestamp) {
    if let Some(seconds) = push.talk_seconds {
        call.extra.insert("talk_seconds".to_owned(), seconds.to_string());
    }
    let answered = push.answered.unwrap_or(push.talk_seconds.is_some_and(|seconds| seconds > 0));
    if push.kind == PushKind::CallData && answered {
        call.connected_at.get_or_insert(now.before(talk_of(push)));
    }
}

fn talk_of(push: &Push) -> Duration {
    Duration::from_secs(u64::from(push.talk_seconds.unwrap_or(0)))
}

//! What a PBX pushes, made into calls.

use super::{
    PushAnswer, PushNotKept, Pushed, Told, Unknown,
    clock::Taken,
    correlate::{About, about, fit, is_another},
    stale::rings_at,
    task::{LiveCall, LiveTask, taken_up},
    words::{begins, phones, rings_at_strangers, steps},
};
use crate::{
    history::{Past, SaidOfCall},
    route::agents_for,
};
use ringcard_connect::{Push, PushKind};
use ringcard_core::{
    Timestamp,
    call::{Call, CallEvent, CallId, CallState, Course, Direction},
    frame::Step,
    number::{Dnis, Party},
};
use std::time::Duration;
use tokio::time::Instant;

impl LiveTask {
    /// Takes a push in; answered after it is committed, also when it said nothing new.
    pub(super) fn push(&mut self, account: &str, push: Pushed, received: std::time::Instant, answer: PushAnswer) {
        let (taken, about, past) = match push {
            Pushed::Fresh { push, unknown } => {
                let taken = self.by_our_clock(account, *push);
                let about = self.about(account, &taken.push);
                if may_be_past(&taken.push, &about) {
                    let _ = unknown.send(Unknown { push: Box::new(taken), answer });
                    return;
                }
                (taken, about, None)
            }
            Pushed::LookedUp { taken, past } => {
                let about = self.about(account, &taken.push);
                (*taken, about, past)
            }
        };
        // It may have been taken up meanwhile.
        let past = past.filter(|past| !self.calls.contains_key(&past.call.id)).map(|past| self.take_up_past(*past));
        let Taken { push, is_too_old } = taken;
        match about {
            About::OwnLeg(id) => {
                let event = push.event.clone().or_else(|| push.leg.is_none().then_some(CallEvent::AgentRinging));
                self.news(id, Push { event, kind: PushKind::Event, ..push }, answer);
            }
            About::Known(id) => self.news(id, push, answer),
            About::Perhaps(id) => match past {
                Some(past) if self.is_rather(&push, &past.0, &id) => self.late(past, push, answer),
                _ => self.news(id, push, answer),
            },
            About::Another(id) => {
                // The telephone system uses its ids anew: what it told of the call before, it does not tell any more.
                if self.calls.get(&id).is_some_and(|live| !live.call.state.is_over()) {
                    self.happen(&id, &CallEvent::Expired, |_, _| {});
                }
                self.begins(account, push, is_too_old, received, answer);
            }
            About::New => match past.filter(|past| self.is_about_past(&push, &past.0)) {
                Some(past) => self.late(past, push, answer),
                None => self.begins(account, push, is_too_old, received, answer),
            },
        }
    }

    fn about(&self, account: &str, push: &Push) -> About {
        let plan = self.parts.plan.borrow();
        about(push, account, &self.calls, &plan, self.rules.waits.next_ring, Instant::now())
    }

    /// Whether a push is about a call of the history that its id stands for, or that its data fit.
    fn is_about_past(&self, push: &Push, past: &LiveCall) -> bool {
        push.external_id.is_none() || !is_another(push, past, &self.parts.plan.borrow(), self.rules.waits.next_ring)
    }

    /// The same where it may also be about one that goes on.
    fn is_rather(&self, push: &Push, past: &LiveCall, than: &CallId) -> bool {
        if push.external_id.is_some() {
            return self.is_about_past(push, past);
        }
        let now = Timestamp::now();
        let fits = |live: &LiveCall| fit(push, &live.call, &live.steps, now);
        self.calls.get(than).is_none_or(|known| fits(known) < fits(past))
    }

    /// A push of no call that is known.
    fn begins(
        &mut self,
        account: &str,
        push: Push,
        is_too_old: bool,
        received: std::time::Instant,
        answer: PushAnswer,
    ) {
        match push.kind {
            _ if begins(&push) && is_too_old => {
                let _ = answer.send(Ok(Told::TooOld));
            }
            _ if begins(&push) => self.ring(account, push, received, answer),
            PushKind::CallData => self.write_history(account, push, answer),
            // The end of something we never saw says nothing.
            _ => {
                let _ = answer.send(Ok(Told::Nothing));
            }
        }
    }

    /// A new call: looked up beside the commit, committed, then told.
    fn ring(&mut self, account: &str, push: Push, received: std::time::Instant, answer: PushAnswer) {
        if !self.make_room() {
            let _ = answer.send(Err(PushNotKept::Busy));
            return;
        }
        self.give_up_earlier_ring(account, &push);
        let call = self.call_from(account, &push, Timestamp::now());
        let id = call.id.clone();
        self.parts.metrics.calls_in();
        self.parts.pops.received(&id, received);
        if rings_at_strangers(&push, &self.rules.agents) {
            self.parts.noticed.stranger();
        }
        let mut live = LiveCall::new(call, Instant::now());
        let steps = self.begin_with(&mut live, &push);
        self.calls.insert(id.clone(), live);
        // The look-up runs beside the commit: mostly it is there first, and version 1 is already whole.
        let found = self.look_up_now(&id);
        let began = id.clone();
        self.write_down(&id, steps, move |task, call, kept| {
            let id = call.id.clone();
            task.take_if_found(&id, found);
            task.tell_all(call);
            let _ = answer.send(kept.map(|()| Told::New(id)));
        });
        // Whoever talks now may be in a call whose end was lost.
        let talks = self.calls.get(&began).into_iter().flat_map(LiveCall::talks_at).map(str::to_owned);
        let talks: Vec<String> = talks.collect();
        self.give_up_stale_of(&began, &talks);
        let rung: Vec<String> =
            self.calls.get(&began).into_iter().flat_map(|live| rings_at(&live.call)).map(str::to_owned).collect();
        self.phones_ring(&began, &rung);
    }

    /// The first that is said of a call.
    fn begin_with(&self, live: &mut LiveCall, push: &Push) -> Vec<Step> {
        let first = steps(push, live, &self.rules.agents);
        let started = first.iter().map(|step| step.at).min().unwrap_or(live.call.started_at);
        live.call.started_at = started.min(live.call.started_at);
        take_beside(&mut live.call, push);
        live.hear(first, &self.patience())
    }

    /// News of a call we know.
    pub(super) fn news(&mut self, id: CallId, push: Push, answer: PushAnswer) {
        if let Some(live) = self.calls.get(&id)
            && live.call.direction == Direction::Outbound
            && matches!(push.event, Some(CallEvent::AgentAnswered | CallEvent::CustomerRinging | CallEvent::Connected))
        {
            self.tells_pick_up.insert(live.call.account.clone());
        }
        let agents = self.rules.agents.clone();
        let at_strangers = rings_at_strangers(&push, &agents);
        let say = move |live: &mut LiveCall| {
            take_beside(&mut live.call, &push);
            steps(&push, live, &agents)
        };
        self.hear(&id.clone(), say, move |task, kept| {
            // One call that rings on at somebody else's telephone.
            if kept == Ok(true) && at_strangers {
                task.parts.noticed.stranger();
            }
            let _ = answer.send(kept.map(|is_new| told(id, is_new)));
        });
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

    /// A call that was let go, as the history has it.
    pub(super) fn take_up_past(&self, past: Past) -> (LiveCall, SaidOfCall) {
        let Past { mut call, steps, said } = past;
        let told = Some(call.clone());
        let (steps, may_come) = taken_up(&mut call, steps, &self.patience());
        (LiveCall { told, steps, may_come, ..LiveCall::new(call, Instant::now()) }, said)
    }

    /// A word on a call that was let go: kept where it says more than we knew.
    fn late(&mut self, (past, said): (LiveCall, SaidOfCall), push: Push, answer: PushAnswer) {
        if !self.make_room() {
            let _ = answer.send(Err(PushNotKept::Busy));
            return;
        }
        let id = past.call.id.clone();
        self.calls.insert(id.clone(), past);
        self.take_up_said(&id, said);
        self.news(id, push, answer);
    }

    /// Call data of a call nobody announced (dialled on the phone itself): it belongs into the list, not on the screen.
    fn write_history(&mut self, account: &str, push: Push, answer: PushAnswer) {
        if !self.make_room() {
            let _ = answer.send(Err(PushNotKept::Busy));
            return;
        }
        let now = Timestamp::now();
        let mut call = self.call_from(account, &push, now);
        call.started_at = now.before(talk_of(&push));
        let id = call.id.clone();
        let mut live = LiveCall::new(call, Instant::now());
        let steps = self.begin_with(&mut live, &push);
        self.calls.insert(id.clone(), live);
        self.write_down(&id, steps, |_, call, kept| {
            let _ = answer.send(kept.map(|()| Told::New(call.id)));
        });
    }

    fn call_from(&self, account: &str, push: &Push, now: Timestamp) -> Call {
        let direction = push.direction.unwrap_or(Direction::Inbound);
        let phones = phones(push, &self.rules.agents);
        let (agents, extension) = match direction {
            // It tells of each phone's leg itself.
            _ if push.leg.is_some() && phones.is_empty() => (Vec::new(), None),
            Direction::Inbound => (agents_for(&self.rules.agents, &phones, &push.dnis), phones.first().cloned()),
            Direction::Outbound => {
                let extension = phones.first().cloned().or_else(|| match &push.ani.0 {
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
            // Of what is only pushed nobody knows whose phone takes acts.
            controls: self.controls_of(account).filter(|_| self.parts.accounts.watches_calls(account)),
            course: Course::default(),
            privacy: None,
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
            self.desks.card(live, &self.rules.agents);
        }
    }
}

/// Whether the history may know better which call a push is about.
fn may_be_past(push: &Push, about: &About) -> bool {
    let has_a_past = push.external_id.is_some() || push.kind == PushKind::CallData;
    has_a_past && matches!(about, About::New | About::Perhaps(_))
}

fn told(id: CallId, is_new: bool) -> Told {
    if is_new { Told::News(id) } else { Told::Again(id) }
}

/// What stands beside what happened: the PBX's own id, what it calls things, and how it counts.
fn take_beside(call: &mut Call, push: &Push) {
    if call.external_id.is_none() {
        call.external_id.clone_from(&push.external_id);
    }
    for (name, value) in &push.extra {
        call.extra.entry(name.clone()).or_insert_with(|| value.clone());
    }
    if let Some(seconds) = push.talk_seconds {
        call.extra.insert("talk_seconds".to_owned(), seconds.to_string());
    }
    let known = &mut call.course;
    known.party_name = known.party_name.take().or_else(|| push.party_name.clone());
    known.queue = known.queue.take().or_else(|| push.queue.clone());
}

fn talk_of(push: &Push) -> Duration {
    Duration::from_secs(u64::from(push.talk_seconds.unwrap_or(0)))
}

//! What is said of a call, taken in: put to what was said before, and kept before anybody is told.

use super::{
    PushNotKept,
    stale::{rings_at, talks_at},
    task::{LiveCall, LiveTask},
};
use crate::Agent;
use ringcard_core::{
    Timestamp,
    call::{
        Call, CallEvent, CallId, CallState, MayCome, Patience,
        follow::{LAST_RINGS, MANY_STEPS, MOST_STEPS, insert},
    },
    frame::Step,
};
use std::time::Duration;
use tokio::time::Instant;

/// A moment that a telephone system tells is believed when it is not further back.
const LATE: Duration = Duration::from_secs(10 * 60);

impl LiveCall {
    /// When something happened that is told now: as the telephone system says (by our clock), else now, and after everything
    /// that came before.
    pub fn moment(&mut self, told: Option<Timestamp>) -> Timestamp {
        let now = Timestamp::now();
        if let Some(told) = told.filter(|told| now.since(*told) <= LATE && *told <= now) {
            return told;
        }
        let told = self.steps.last().map_or(self.last_moment, |step| step.at.max(self.last_moment));
        self.last_moment = now.max(Timestamp(told.0.saturating_add(1)));
        self.last_moment
    }

    /// Puts these to what was said before. Answers those to be kept; nothing where they say nothing.
    pub fn hear(&mut self, steps: Vec<Step>, patience: &Patience) -> Vec<Step> {
        let before = self.call.clone();
        let mut all = self.steps.clone();
        let fresh: Vec<Step> = steps.into_iter().filter(|step| insert(&mut all, step.clone())).collect();
        if fresh.is_empty() || all.len() > MOST_STEPS {
            return Vec::new();
        }
        // Whatever is told first, it began with what happened first.
        self.call.started_at = all.first().map_or(self.call.started_at, |step| step.at.min(self.call.started_at));
        let may_come = self.call.follow(&all, patience);
        // Of a call that rings on and on, the rings are kept no more; that it is answered or over is.
        if all.len() > LAST_RINGS && self.call.state == before.state {
            self.call = before;
            return Vec::new();
        }
        // What changes nothing now may with what comes later. The same word again, said now, does not.
        let is_same = |one: &Step, other: &Step| one.event == other.event && one.of == other.of;
        let is_again = |step: &Step| step.at == self.last_moment && self.steps.iter().any(|known| is_same(known, step));
        let changes_nothing = self.call == before && self.may_come == may_come;
        if changes_nothing && (all.len() > MANY_STEPS || fresh.iter().all(is_again)) {
            return Vec::new();
        }
        (self.steps, self.may_come) = (all, may_come);
        fresh
    }

    /// Whose phone rang or was picked up is in it.
    pub fn take_agents(&mut self, agents: &[Agent]) {
        let legs = self.call.course.legs.iter().filter(|leg| leg.rang_at.is_some() || leg.answered_at.is_some());
        for phone in legs.filter_map(|leg| leg.extension.as_deref()) {
            for agent in agents.iter().filter(|agent| agent.extension.as_deref() == Some(phone)) {
                if !self.call.agents.contains(&agent.id) {
                    self.call.agents.push(agent.id.clone());
                }
            }
        }
    }

    /// Whether there is anything to tell since then.
    pub fn differs(&self, before: &Call) -> bool {
        let beside = |call: &Call| call.extra.get("talk_seconds").cloned();
        let (extra, external_id) = (self.call.extra.clone(), self.call.external_id.clone());
        self.call != Call { extra, external_id, ..before.clone() } || beside(&self.call) != beside(before)
    }
}

impl LiveTask {
    pub fn patience(&self) -> Patience {
        Patience { next_ring: self.rules.waits.next_ring }
    }

    /// Something happens to a whole call: at once, then committed, then told. `then` hears whether it said anything new
    /// (`Ok(false)`: no), when that and everything before is kept.
    pub fn happen(
        &mut self,
        id: &CallId,
        event: &CallEvent,
        then: impl FnOnce(&mut Self, Result<bool, PushNotKept>) + Send + 'static,
    ) {
        let event = event.clone();
        self.hear(id, |live| vec![Step::new(live.moment(None), event)], then);
    }

    /// The same of whatever is said now.
    pub fn hear(
        &mut self,
        id: &CallId,
        say: impl FnOnce(&mut LiveCall) -> Vec<Step>,
        then: impl FnOnce(&mut Self, Result<bool, PushNotKept>) + Send + 'static,
    ) {
        let patience = self.patience();
        let Some(live) = self.calls.get_mut(id) else {
            return self.nothing_new(id, |task, kept| then(task, kept.map(|()| false)));
        };
        live.heard = Instant::now();
        let before = live.call.clone();
        let steps = say(live);
        let fresh = live.hear(steps, &patience);
        live.take_agents(&self.rules.agents);
        let is_new = live.differs(&before);
        let came_to_it = live.call.agents.len() > before.agents.len();
        let picked_up: Vec<String> =
            live.talks_at().filter(|phone| !talks_at(&before, phone)).map(str::to_owned).collect();
        let rings_anew = |phone: &&str| rings_at(&before).all(|rang| rang != *phone);
        let rung: Vec<String> = rings_at(&live.call).filter(rings_anew).map(str::to_owned).collect();
        self.give_up_stale_of(id, &picked_up);
        if !rung.is_empty() {
            self.phones_ring(id, &rung);
        }
        if !is_new && fresh.is_empty() {
            return self.nothing_new(id, |task, kept| then(task, kept.map(|()| false)));
        }
        let was_missed = before.state == CallState::Missed;
        self.write_down(id, fresh, move |task, call, kept| {
            if is_new {
                if was_missed && call.state != CallState::Missed {
                    // It was not, after all.
                    task.tell_missed(&call.agents);
                }
                let id = call.id.clone();
                task.tell(call);
                // Whoever hears of the call only now gets its card, too.
                if let Some(live) = task.calls.get(&id).filter(|_| came_to_it) {
                    task.desks.card(live, &task.rules.agents);
                }
            }
            then(task, kept.map(|()| is_new));
        });
    }

    /// What nobody tells any more is supposed: callers wait for a next ring that does not come, phones rang for as long as
    /// they do.
    pub(super) fn suppose(&mut self) {
        let (next_ring, phone_rings) = (self.rules.waits.next_ring, self.rules.waits.phone_rings);
        let is_due = |live: &LiveCall| {
            let waited = live.heard.elapsed();
            let phone_rang = live.call.state == CallState::AgentRinging
                && self.tells_of(&live.call)
                && self.tells_pick_up.contains(&live.call.account);
            (live.may_come == MayCome::NextRing && waited >= next_ring) || (phone_rang && waited >= phone_rings)
        };
        let due: Vec<CallId> = self.calls.iter().filter(|(_, live)| is_due(live)).map(|(id, _)| id.clone()).collect();
        for id in due {
            self.hear(
                &id,
                |live| {
                    // Where the next ring comes later all the same, it was too early.
                    let mut step = Step::new(live.moment(None), CallEvent::Missed);
                    step.of.presumed = true;
                    vec![step]
                },
                |_, _| {},
            );
        }
    }
}

//! One agent's view of a call.

use super::{Call, CallLeg, CallState, Direction, LegEnd, OwnPart};
use crate::{
    Timestamp,
    number::{Ani, Dnis, Party},
};

impl Call {
    /// The call as the agent with this phone sees it. `name`: what an extension is called, where it is an agent's.
    pub fn seen_by(&self, phone: Option<&str>, name: impl Fn(&str) -> Option<String>) -> Self {
        let mut seen = self.part_of(phone, &name).with_names(&name);
        // A colleague is known by name, whatever the telephone system calls the phone.
        if let Party::Internal { digits } = seen.customer()
            && let Some(colleague) = name(digits)
        {
            seen.course.party_name = Some(colleague);
        }
        seen
    }

    /// The call with the names of its agents' legs. Whose phone it is by now counts only where they were in it.
    pub fn with_names(mut self, name: impl Fn(&str) -> Option<String>) -> Self {
        for leg in &mut self.course.legs {
            let agent = leg.extension.as_deref().and_then(&name);
            leg.agent = agent.filter(|agent| self.agents.iter().any(|id| id.0 == *agent));
        }
        self
    }

    fn part_of(&self, phone: Option<&str>, name: &impl Fn(&str) -> Option<String>) -> Self {
        let mut seen = self.clone();
        let Some(leg) = self.leg_of(phone) else { return seen };
        let called = |extension: &str| name(extension).unwrap_or_else(|| extension.to_owned());
        let is_dialler = self.direction == Direction::Outbound && phone == self.extension.as_deref();
        seen.course.passed_by = leg.passed_by.as_deref().map(called);
        seen.course.talk_seconds = self.spoken_by(leg);
        if self.direction == Direction::Outbound && !is_dialler {
            // Whoever is given a call of ours is called by the customer, as far as they see.
            seen.direction = Direction::Inbound;
            (seen.ani, seen.dnis) = (Ani(self.dnis.0.clone()), Dnis(self.ani.0.clone()));
        }
        if is_dialler && (leg.end.is_none() || self.passed_to(leg).is_none()) {
            if self.course.not_reached {
                seen.course.part = Some(OwnPart::NotReached);
            }
            return seen;
        }
        seen.extension = leg.extension.clone().or(seen.extension);
        if leg.talks() {
            seen.state = CallState::Connected;
            seen.connected_at = since(leg, self.connected_at);
            return seen;
        }
        if leg.rings() {
            seen.state = CallState::Ringing;
            (seen.connected_at, seen.ended_at) = (None, None);
            return seen;
        }
        (seen.state, seen.course.part) = self.ended_for(leg);
        seen.ended_at = leg.ended_at;
        seen.connected_at = since(leg, self.connected_at);
        if let Some(OwnPart::PassedTo { to }) = &mut seen.course.part {
            *to = called(to);
        }
        seen
    }

    /// Whether the agent with this phone spoke in it.
    pub fn was_answered_by(&self, phone: Option<&str>) -> bool {
        let is_theirs = |leg: &&CallLeg| leg.extension.is_none() || leg.extension.as_deref() == phone;
        self.course.legs.iter().filter(is_theirs).any(|leg| leg.answered_at.is_some())
    }

    /// Whether this phone has a leg in it.
    pub fn is_in_it(&self, phone: Option<&str>) -> bool {
        phone.is_some() && self.course.legs.iter().any(|leg| leg.extension.as_deref() == phone)
    }

    /// The leg that counts for this phone: the one that talks, else that rings, else the last. Where no leg is known to be
    /// this phone's, one of which nobody told whose it is.
    fn leg_of(&self, phone: Option<&str>) -> Option<&CallLeg> {
        let best = |extension: Option<&str>| {
            let legs = || self.course.legs.iter().filter(move |leg| leg.extension.as_deref() == extension);
            legs().find(|leg| leg.talks()).or_else(|| legs().find(|leg| leg.rings())).or_else(|| legs().next_back())
        };
        phone.and_then(|phone| best(Some(phone))).or_else(|| best(None))
    }

    fn ended_for(&self, leg: &CallLeg) -> (CallState, Option<OwnPart>) {
        let unanswered = |part| match self.state {
            CallState::Missed => (CallState::Missed, part),
            _ => (CallState::AnsweredElsewhere, part),
        };
        match leg.end {
            Some(LegEnd::NotReported) if leg.answered_at.is_some() => {
                (CallState::OutcomeNotReported, Some(OwnPart::EndNotReported))
            }
            Some(LegEnd::NotReported) => (CallState::OutcomeNotReported, None),
            _ if leg.answered_at.is_some() => (CallState::Ended, self.passed_to(leg)),
            // A call that nobody took says so itself.
            Some(LegEnd::NotAnswered) if self.state == CallState::Missed => (CallState::Missed, None),
            Some(LegEnd::NotAnswered) => unanswered(Some(OwnPart::NotAnswered)),
            Some(LegEnd::Declined) => unanswered(Some(OwnPart::Declined)),
            Some(LegEnd::Busy) => unanswered(Some(OwnPart::Busy)),
            Some(LegEnd::Failed) => unanswered(Some(OwnPart::Failed)),
            Some(LegEnd::WentToService) => unanswered(Some(OwnPart::WentToService)),
            Some(LegEnd::AnsweredElsewhere) => (CallState::AnsweredElsewhere, None),
            Some(LegEnd::CallerGone | LegEnd::Over) | None => match self.state {
                CallState::Missed => (CallState::Missed, None),
                _ => (CallState::AnsweredElsewhere, Some(OwnPart::NotAnswered)),
            },
        }
    }

    /// For how long whoever has this leg spoke with the customer; absent while they may.
    fn spoken_by(&self, leg: &CallLeg) -> Option<u32> {
        let legs = &self.course.legs;
        // Nobody told which phone it was, or an older version wrote it down.
        if leg.extension.is_none() || legs.iter().all(|leg| leg.talk_seconds.is_none()) {
            return self.course.talk_seconds.filter(|_| leg.answered_at.is_some());
        }
        let own = || legs.iter().filter(|other| other.extension == leg.extension);
        let spoken = own().filter_map(|leg| leg.talk_seconds).reduce(u32::saturating_add);
        spoken.filter(|_| !own().any(CallLeg::talks))
    }

    fn passed_to(&self, leg: &CallLeg) -> Option<OwnPart> {
        let from = leg.extension.as_deref()?;
        let receiver = self.course.legs.iter().rev().find(|other| other.passed_by.as_deref() == Some(from))?;
        Some(OwnPart::PassedTo { to: receiver.extension.clone()? })
    }
}

fn since(leg: &CallLeg, call: Option<Timestamp>) -> Option<Timestamp> {
    Some(leg.answered_at?.max(call?))
}

//! What is said of a call of ours, by a telephone system that knows no legs: our phone first, then the customer's.

use super::{EndWhy, Followed};
use crate::{
    Timestamp,
    call::{CallEvent, FailReason, Leg, LegEnd, Step},
};

impl Followed {
    pub(super) fn take_outbound(&mut self, step: &Step) {
        let told = step.of.extension.as_deref();
        // Another phone that the call was given to.
        let ours = self.phone.clone();
        let other = told.filter(|told| ours.as_deref().is_some_and(|phone| phone != *told));
        let phone = told.or(ours.as_deref());
        self.advice = self.advice.or(step.of.advice);
        match &step.event {
            // Whenever that is told: by its own words it may have been picked up, or be over, before.
            CallEvent::AgentRinging if told.is_none() && self.is_phone_told => {}
            CallEvent::AgentRinging => self.ring(None, phone, step),
            CallEvent::CustomerRinging if other.is_some() => self.ring(None, other, step),
            CallEvent::AgentAnswered => self.answered(None, phone, step.at),
            CallEvent::CustomerRinging => {
                self.our_phone_is_up(step.at);
                self.customer_rings(step.at);
            }
            CallEvent::Connected => {
                if other.is_some_and(|other| self.legs.knows(other)) {
                    self.answered(None, other, step.at);
                } else {
                    self.our_phone_is_up(step.at);
                }
                self.customer_answers(step.at);
            }
            CallEvent::AnsweredElsewhere => {
                if told.is_some_and(|told| self.legs.knows(told)) {
                    self.legs.end(None, told, step.at, Some(LegEnd::AnsweredElsewhere), false);
                }
            }
            CallEvent::Ended => match told {
                Some(told) if self.legs.another_is_open(told) => {
                    self.legs.end(None, Some(told), step.at, Some(LegEnd::Over), false);
                }
                // It may be given to another phone.
                Some(_) if self.customer_answered.is_some() => self.ends(step.at, EndWhy::Presumed),
                _ => {
                    self.not_reached |= self.customer_answered.is_none() && self.end.is_none();
                    self.ends(step.at, EndWhy::Over);
                }
            },
            CallEvent::Missed => self.failed(other, self.pending(), &FailReason::NoAnswer, step.at),
            CallEvent::Failed { leg, why } => {
                // Named by its extension only.
                let is_ours = told.is_some() && told == ours.as_deref() && self.pending() == Leg::Agent;
                let leg = if is_ours && self.legs.any_open() { Leg::Agent } else { *leg };
                self.failed(other, leg, why, step.at);
            }
            CallEvent::TimedOut => self.timed_out = true,
            CallEvent::Expired => {}
        }
    }

    fn failed(&mut self, other: Option<&str>, leg: Leg, why: &FailReason, at: Timestamp) {
        match other.filter(|other| self.legs.knows(other)) {
            Some(other) => {
                self.legs.end(None, Some(other), at, Some(why.into()), false);
            }
            None => self.ends(at, EndWhy::Failed(leg, why.clone())),
        }
    }

    /// The customer is called, so our phone was picked up.
    fn our_phone_is_up(&mut self, at: Timestamp) {
        if !self.legs.any_answered() {
            let phone = self.phone.clone();
            self.answered(None, phone.as_deref(), at);
        }
    }

    /// The leg that has not been picked up yet.
    fn pending(&self) -> Leg {
        if self.legs.any_answered() { Leg::Customer } else { Leg::Agent }
    }
}

//! What is said of a call that came in, by a telephone system that knows no legs.

use super::{EndWhy, Followed};
use crate::call::{CallEvent, Leg, LegEnd, Step};

impl Followed {
    pub(super) fn take_inbound(&mut self, step: &Step) {
        let phone = step.of.extension.as_deref();
        match &step.event {
            CallEvent::AgentRinging | CallEvent::CustomerRinging => self.ring(None, phone, step),
            CallEvent::AgentAnswered | CallEvent::Connected => self.answered(None, phone, step.at),
            CallEvent::AnsweredElsewhere => self.somebody_else_took_it(phone, step),
            CallEvent::Ended | CallEvent::Missed => self.ended_at(phone, step),
            CallEvent::Failed { leg, why } => match (leg, phone) {
                (Leg::Customer, None) => self.ends(step.at, EndWhy::Over),
                _ => {
                    self.legs.end(None, phone, step.at, Some(why.into()), false);
                }
            },
            CallEvent::TimedOut | CallEvent::Expired => {}
        }
    }

    fn somebody_else_took_it(&mut self, phone: Option<&str>, step: &Step) {
        match phone {
            // At one of its devices, which another one's conversation overrules.
            Some(phone) if self.legs.knows(phone) => {
                self.legs.end(None, Some(phone), step.at, Some(LegEnd::AnsweredElsewhere), false);
            }
            // By a phone that did not ring here.
            Some(phone) => self.answered(None, Some(phone), step.at),
            None => {
                self.elsewhere.get_or_insert(step.at);
                self.legs.end_rings(step.at, LegEnd::AnsweredElsewhere);
            }
        }
    }

    /// The end of the call, or of the part that one phone had in it.
    fn ended_at(&mut self, phone: Option<&str>, step: &Step) {
        let Some(phone) = phone.filter(|phone| self.legs.knows(phone)) else {
            let others = self.legs.iter().any(|leg| leg.end.is_none() && leg.extension.is_some());
            // The end of a phone that is not in the call is not that of those that are.
            if phone.is_none() || !others {
                self.ends(step.at, EndWhy::Over);
            }
            return;
        };
        if self.legs.another_is_open(phone) {
            if self.legs.is_open(phone) {
                self.legs.end(None, Some(phone), step.at, Some(LegEnd::Over), false);
            }
        } else if self.customer.are_told() || self.legs.another_was_given_up(phone) {
            self.legs.end(None, Some(phone), step.at, Some(LegEnd::Over), false);
        } else {
            self.ends(step.at, EndWhy::Presumed);
        }
    }
}

//! How a call went, and what it came to in the end.

use ringcard_core::{
    call::{CallEvent, Direction, FailReason, Leg},
    cause::EndReason,
    leg::{Cause, LegSide},
};

#[derive(Debug, Default)]
pub(super) struct Course {
    agent_answered: bool,
    customer_answered: bool,
    /// Whose end was the first.
    first_end: Option<LegSide>,
    customer_cause: Option<Cause>,
    agent_cause: Option<Cause>,
}

impl Course {
    pub fn answered(&mut self, side: LegSide) {
        match side {
            LegSide::Agent => self.agent_answered = true,
            LegSide::Customer => self.customer_answered = true,
            LegSide::Service => {}
        }
    }

    /// `customer_is_there`: some way to the customer has not ended.
    pub fn ended(&mut self, side: LegSide, cause: Cause, customer_is_there: bool) {
        match self.first_end {
            // One way out has failed, and the agent gave up on another one.
            Some(LegSide::Customer) if side == LegSide::Agent && customer_is_there => self.first_end = Some(side),
            Some(_) => {}
            None => self.first_end = Some(side),
        }
        match side {
            LegSide::Agent => self.agent_cause = Some(cause),
            LegSide::Customer => self.customer_cause = Some(cause),
            LegSide::Service => {}
        }
    }

    /// What the whole call came to, in one event.
    pub fn over(&self, direction: Direction) -> CallEvent {
        match direction {
            Direction::Inbound if self.agent_answered => CallEvent::Ended,
            Direction::Inbound => CallEvent::Missed,
            Direction::Outbound if self.customer_answered => CallEvent::Ended,
            Direction::Outbound if self.agent_answered => match (self.first_end, self.customer_cause) {
                // Whoever clicked gave it up.
                (Some(LegSide::Agent), _) | (_, None) => CallEvent::Ended,
                (_, Some(cause)) => match FailReason::of(cause, None) {
                    Some(why) => CallEvent::Failed { leg: Leg::Customer, why },
                    None => CallEvent::Ended,
                },
            },
            Direction::Outbound if self.agent_cause.and_then(Cause::reason) == Some(EndReason::HungUp) => {
                CallEvent::Ended
            }
            Direction::Outbound => {
                let why = self.agent_cause.and_then(|cause| FailReason::of(cause, None));
                CallEvent::Failed { leg: Leg::Agent, why: why.unwrap_or(FailReason::NoAnswer) }
            }
        }
    }
}

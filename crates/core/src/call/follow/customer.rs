//! The customer's legs of a call: mostly one; several where a telephone system tries one way out after the other, or
//! several at once.

use crate::{
    Timestamp,
    call::Step,
    leg::{LegEvent, LegSide},
};

/// By their ids. One without an id is a leg as well, and the only one of its kind.
#[derive(Debug, Default)]
pub(super) struct CustomerLegs(Vec<CustomerLeg>);

#[derive(Debug)]
struct CustomerLeg {
    id: Option<String>,
    answered: Option<Timestamp>,
    ended: Option<(Timestamp, u8)>,
}

impl CustomerLegs {
    /// All that are told of, also those of which something is said only later.
    pub fn of(steps: &[Step]) -> Self {
        let mut legs = Self::default();
        for step in steps {
            let Some(news) = step.of.leg.as_ref().filter(|news| news.side == LegSide::Customer) else { continue };
            let leg = legs.entry(news.leg_id.as_deref());
            match news.event {
                LegEvent::Answered => drop(leg.answered.get_or_insert(step.at)),
                LegEvent::Ended => drop(leg.ended.get_or_insert(step.place())),
                LegEvent::Rings | LegEvent::Held | LegEvent::Resumed => {}
            }
        }
        legs
    }

    /// The telephone system tells of the customer.
    pub fn are_told(&self) -> bool {
        !self.0.is_empty()
    }

    /// Whether nobody is there any more, and nobody else is tried, once the leg with this id has ended by this step.
    pub fn are_over(&self, id: Option<&str>, step: &Step) -> bool {
        let was_answered = self.0.iter().any(|leg| leg.id.as_deref() == id && leg.answered.is_some());
        !self.0.iter().any(|other| {
            let goes_on = other.ended.is_none_or(|ended| ended > step.place());
            // Of those that were never answered nobody waits for the end.
            other.id.as_deref() != id && goes_on && (!was_answered || other.answered.is_some())
        })
    }

    fn entry(&mut self, id: Option<&str>) -> &mut CustomerLeg {
        let at = self.0.iter().position(|leg| leg.id.as_deref() == id).unwrap_or_else(|| {
            self.0.push(CustomerLeg { id: id.map(str::to_owned), answered: None, ended: None });
            self.0.len() - 1
        });
        &mut self.0[at]
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        call::{
            Call, CallState, Direction, FailReason, Leg, Patience,
            follow::insert,
            tests::{call, second},
        },
        leg::{Cause, LegEvent, LegNews, LegSide},
    };

    /// A word each second, of a click whose phone was picked up: `a rings`, `b ends 17`.
    fn clicked(words: &[(&str, LegEvent, u16)]) -> Call {
        let (mut call, mut known) = (call(Direction::Outbound), Vec::new());
        let news = |side, id: &str, event, q850: u16| LegNews {
            side,
            event,
            leg_id: Some(id.to_owned()),
            extension: (side == LegSide::Agent).then(|| "101".to_owned()),
            cause: Cause { q850: Some(q850).filter(|cause| *cause > 0), sip: None },
            at: None,
        };
        let own = [LegEvent::Rings, LegEvent::Answered].map(|event| news(LegSide::Agent, "own", event, 0));
        let others = words.iter().map(|(id, event, cause)| match *id {
            "own" => news(LegSide::Agent, id, *event, *cause),
            _ => news(LegSide::Customer, id, *event, *cause),
        });
        for (n, news) in own.into_iter().chain(others).enumerate() {
            insert(&mut known, crate::call::Step::of_leg(second(n as u64 + 1), news));
            call.follow(&known, &Patience::default());
        }
        call
    }

    #[test]
    fn the_next_way_out_takes_the_failure_of_the_first_back() {
        use LegEvent::{Answered, Ended, Rings};
        let call_of_both = clicked(&[("a", Ended, 34), ("b", Rings, 0)]);
        assert_eq!(call_of_both.state, CallState::Ringing);
        assert!(call_of_both.course.legs.iter().all(|leg| leg.end.is_none()), "{:?}", call_of_both.course);
        let talks = clicked(&[("a", Ended, 34), ("b", Rings, 0), ("b", Answered, 0)]);
        assert_eq!(talks.state, CallState::Connected);
        let over = clicked(&[("a", Ended, 34), ("b", Rings, 0), ("b", Answered, 0), ("b", Ended, 16)]);
        assert_eq!((over.state, over.course.talk_seconds), (CallState::Ended, Some(1)));
    }

    #[test]
    fn the_reason_is_that_of_the_last_way_out() {
        use LegEvent::{Ended, Rings};
        let busy = CallState::Failed { leg: Leg::Customer, why: FailReason::Busy };
        assert_eq!(clicked(&[("a", Ended, 34), ("b", Rings, 0), ("b", Ended, 17)]).state, busy);
        assert_eq!(clicked(&[("a", Ended, 34), ("b", Ended, 17)]).state, busy);
    }

    #[test]
    fn of_several_at_once_the_end_of_one_is_not_the_end() {
        use LegEvent::{Answered, Ended, Rings};
        let begins = [("a", Rings, 0), ("b", Rings, 0), ("b", Answered, 0), ("a", Ended, 26)];
        assert_eq!(clicked(&begins).state, CallState::Connected);
        assert_eq!(clicked(&[&begins[..3], &[("b", Ended, 16)]].concat()).state, CallState::Ended);
        let gives_up = clicked(&[("a", Ended, 34), ("b", Rings, 0), ("own", Ended, 16)]);
        assert!(gives_up.state == CallState::Ended && gives_up.course.not_reached, "{gives_up:?}");
    }
}

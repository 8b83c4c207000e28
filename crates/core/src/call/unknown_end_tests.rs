//! Calls whose end nobody told: for how long they spoke is not known, and not made up.

use super::{
    tests::{after_steps, second, sees},
    *,
};
use crate::leg::{Cause, LegEvent, LegNews, LegSide};

fn at(at: u64, phone: &str, event: CallEvent) -> Step {
    Step::at_phone(second(at), event, phone)
}

fn given_up(at: u64) -> Step {
    Step::new(second(at), CallEvent::Expired)
}

/// For how long the call lasted, and the agent at 101.
fn spoke(call: &Call) -> (Option<u32>, Option<u32>) {
    (call.course.talk_seconds, call.seen_by(Some("101"), |_| None).course.talk_seconds)
}

#[test]
fn a_conversation_whose_end_nobody_told_has_no_length() {
    use CallEvent::*;
    for given_up in [given_up(14), at(14, "101", Expired)] {
        let call = after_steps(Direction::Inbound, [at(1, "101", CustomerRinging), at(2, "101", Connected), given_up]);
        assert_eq!(call.state, CallState::OutcomeNotReported);
        assert_eq!(spoke(&call), (None, None), "{call:#?}");
    }
    let click =
        [at(1, "101", AgentRinging), at(2, "101", AgentAnswered), Step::new(second(3), Connected), given_up(14)];
    assert_eq!(spoke(&after_steps(Direction::Outbound, click)), (None, None));
}

/// Not even that it was less than a second.
#[test]
fn one_that_was_given_up_at_once_has_none_either() {
    use CallEvent::*;
    let at_once = Step::new(Timestamp(second(2).0 + 116), Expired);
    let call = after_steps(Direction::Inbound, [at(1, "101", CustomerRinging), at(2, "101", Connected), at_once]);
    assert_eq!(spoke(&call), (None, None), "{call:#?}");
}

#[test]
fn when_its_end_is_told_after_all_it_has_one() {
    use CallEvent::*;
    let steps = [at(1, "101", CustomerRinging), at(2, "101", Connected), given_up(14), at(20, "101", Ended)];
    assert_eq!(spoke(&after_steps(Direction::Inbound, steps)), (Some(18), Some(18)));
}

#[test]
fn what_was_spoken_before_is_known_where_only_a_later_ring_was_given_up() {
    use CallEvent::*;
    let steps = [
        at(1, "101", CustomerRinging),
        at(2, "101", Connected),
        at(12, "101", Ended),
        at(13, "102", CustomerRinging),
        given_up(100),
    ];
    let call = after_steps(Direction::Inbound, steps);
    assert_eq!((sees(&call, "101").0, spoke(&call)), (CallState::Ended, (Some(10), Some(10))), "{call:#?}");
}

#[test]
fn of_a_phone_that_was_given_up_the_call_s_length_is_known_where_another_one_spoke_all_along() {
    use CallEvent::*;
    let others = [at(1, "102", CustomerRinging), at(2, "102", Connected)];
    let between =
        [at(4, "101", CustomerRinging), at(5, "101", Connected), at(9, "101", Expired), Step::new(second(30), Ended)];
    let call = after_steps(Direction::Inbound, others.into_iter().chain(between));
    assert_eq!(spoke(&call), (Some(28), None), "{call:#?}");
    let before = [at(1, "101", CustomerRinging), at(2, "101", Connected), at(9, "101", Expired)];
    let after = [at(10, "102", CustomerRinging), at(12, "102", Connected), Step::new(second(30), Ended)];
    let call = after_steps(Direction::Inbound, before.into_iter().chain(after));
    assert_eq!(spoke(&call), (None, None), "{call:#?}");
    assert_eq!(call.seen_by(Some("102"), |_| None).course.talk_seconds, Some(18));
}

/// Of a phone that dials anew it is supposed that its earlier call has ended.
#[test]
fn an_end_that_is_supposed_has_no_moment() {
    use CallEvent::*;
    let mut supposed = Step::new(second(60), Ended);
    supposed.of.presumed = true;
    let click = [Step::new(second(1), AgentRinging), Step::new(second(3), Connected), supposed];
    let call = after_steps(Direction::Outbound, click);
    assert_eq!((call.state.clone(), spoke(&call)), (CallState::Ended, (None, None)), "{call:#?}");
}

#[test]
fn a_leg_that_is_gone_when_it_is_looked_has_no_length_and_the_others_have() {
    let news = |at, side, event, id: &str, phone: Option<&str>| {
        let extension = phone.map(str::to_owned);
        Step::of_leg(
            second(at),
            LegNews { side, event, leg_id: Some(id.into()), extension, cause: Cause::default(), at: None },
        )
    };
    let call = after_steps(
        Direction::Inbound,
        [
            news(1, LegSide::Customer, LegEvent::Rings, "c", None),
            news(2, LegSide::Agent, LegEvent::Answered, "a", Some("101")),
            given_up(50),
        ],
    );
    assert_eq!((call.state.clone(), spoke(&call)), (CallState::OutcomeNotReported, (None, None)));
}

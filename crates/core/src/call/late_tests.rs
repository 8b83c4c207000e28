//! What comes after a call was given up, what nobody says of a phone, and who dialled.

use super::{
    follow::Patience,
    tests::{after_steps, by_legs, news, no_answer, second, sees, told},
    *,
};
use crate::{
    control::{Acts, Toggle, Toggles},
    leg::{LegEvent, LegNews, LegSide},
};

fn leg(at: u64, side: LegSide, event: LegEvent, id: &str, phone: Option<&str>, q850: Option<u16>) -> Step {
    Step::of_leg(second(at), news(side, event, id, phone, q850))
}

fn given_up(at: u64) -> Step {
    Step::new(second(at), CallEvent::Expired)
}

#[test]
fn the_end_of_a_leg_that_was_given_up_is_the_end_of_the_call() {
    use LegEvent::*;
    use LegSide::*;
    let talks = [leg(1, Agent, Rings, "a", Some("101"), None), leg(2, Agent, Answered, "a", Some("101"), None)];
    let told = [talks.as_slice(), &[given_up(100), leg(130, Agent, Ended, "a", Some("101"), Some(16))]].concat();
    let call = after_steps(Direction::Inbound, told);
    assert_eq!((call.state.clone(), call.ended_at), (CallState::Ended, Some(second(130))));
    assert_eq!(sees(&call, "101"), (CallState::Ended, None));
    assert_eq!(call.course.talk_seconds, Some(128));
    // While another one was given up as well, nobody knows of that one.
    let two = [
        talks.as_slice(),
        &[leg(3, Agent, Answered, "b", Some("102"), None), given_up(100)],
        &[leg(130, Agent, Ended, "a", Some("101"), Some(16))],
    ];
    let call = after_steps(Direction::Inbound, two.concat());
    assert_eq!(call.state, CallState::OutcomeNotReported);
    assert_eq!(sees(&call, "101"), (CallState::Ended, None));
    assert_eq!(sees(&call, "102"), (CallState::OutcomeNotReported, Some(OwnPart::EndNotReported)));
}

#[test]
fn news_of_a_leg_that_was_given_up_say_that_it_goes_on() {
    use LegEvent::*;
    use LegSide::*;
    for event in [Answered, Held, Resumed] {
        for id in [Some("a"), None] {
            let news = |event, at| {
                let news = LegNews { leg_id: id.map(str::to_owned), ..news(Agent, event, "", Some("101"), None) };
                Step::of_leg(second(at), news)
            };
            let steps = [news(Rings, 1), news(Answered, 2), given_up(100), news(event, 130)];
            let call = after_steps(Direction::Inbound, steps.clone());
            assert_eq!(sees(&call, "101"), (CallState::Connected, None), "{event:?} {id:?}");
            assert_eq!((call.course.legs.len(), call.course.legs[0].held), (1, event == Held), "{event:?} {id:?}");
            let call = after_steps(Direction::Inbound, [steps.as_slice(), &[news(Ended, 140)]].concat());
            assert_eq!((call.state, call.course.talk_seconds), (CallState::Ended, Some(138)), "{event:?} {id:?}");
        }
    }
}

#[test]
fn a_call_of_ours_that_was_given_up_goes_on_when_the_customer_is_heard_of() {
    use CallEvent::*;
    use LegEvent::*;
    use LegSide::*;
    let picked_up = [leg(1, Agent, Rings, "a", Some("101"), None), leg(2, Agent, Answered, "a", Some("101"), None)];
    for event in [Rings, Answered] {
        let steps = [picked_up.as_slice(), &[given_up(100), leg(130, Customer, event, "c", None, None)]].concat();
        let state = if event == Rings { CallState::Ringing } else { CallState::Connected };
        assert_eq!(after_steps(Direction::Outbound, steps).state, state);
    }
    let steps = [Step::new(second(1), AgentAnswered), given_up(100), Step::new(second(130), Connected)];
    assert_eq!(after_steps(Direction::Outbound, steps).state, CallState::Connected);
}

#[test]
fn a_leg_that_is_held_was_picked_up() {
    use LegEvent::*;
    use LegSide::*;
    let steps = vec![news(Agent, Rings, "a", Some("101"), None), news(Agent, Held, "a", Some("101"), None)];
    assert_eq!(sees(&by_legs(Direction::Inbound, steps), "101"), (CallState::Connected, None));
}

#[test]
fn nothing_is_held_or_paused_in_a_call_that_is_over() {
    use LegEvent::*;
    use LegSide::*;
    let (on, phone) = (Toggle { on: true, known: true }, Some("101"));
    let steps = [
        leg(1, Agent, Rings, "a", phone, None),
        leg(2, Agent, Answered, "a", phone, None),
        leg(3, Agent, Held, "a", phone, None),
    ];
    let mut call = after_steps(Direction::Inbound, steps.clone());
    let can = Acts { mute: false, ..Acts::default() };
    call.controls = Some(Toggles { hold: on, mute: on, recording_paused: Some(on), can });
    let going_on = call.clone();
    call.follow(&steps, &Patience::default());
    assert_eq!(call, going_on);
    assert!(call.course.legs[0].held);
    let over = [steps.as_slice(), &[leg(9, Customer, Ended, "c", None, Some(16))]].concat();
    call.follow(&over, &Patience::default());
    assert_eq!((call.state, call.course.legs[0].held), (CallState::Ended, false));
    assert_eq!(call.controls, Some(Toggles { can, ..Toggles::default() }));
}

fn unnamed(at: u64, event: CallEvent) -> Step {
    Step::new(second(at), event)
}

fn rings(at: u64, phone: &str) -> Step {
    Step::at_phone(second(at), CallEvent::CustomerRinging, phone)
}

#[test]
fn of_several_phones_that_ring_later_words_say_which_was_picked_up() {
    use CallEvent::*;
    let both = [rings(1, "101"), rings(1, "102"), unnamed(2, Connected)];
    let at = |event, phone| Step::at_phone(second(3), event, phone);
    let call = after_steps(Direction::Inbound, both.clone());
    assert_eq!((call.state, call.connected_at), (CallState::Connected, Some(second(2))));
    for (other, part) in [(AnsweredElsewhere, None), (no_answer(), Some(OwnPart::NotAnswered))] {
        let call = after_steps(Direction::Inbound, [both.as_slice(), &[at(other.clone(), "101")]].concat());
        assert_eq!(sees(&call, "101"), (CallState::AnsweredElsewhere, part), "{other:?}");
        assert_eq!(sees(&call, "102"), (CallState::Connected, None), "{other:?}");
        assert!(!call.was_answered_by(Some("101")) && call.was_answered_by(Some("102")));
        // Now it is known which one talks: what its other device does is no end.
        let more = [both.as_slice(), &[at(other.clone(), "101"), at(other.clone(), "102")]].concat();
        assert_eq!(sees(&after_steps(Direction::Inbound, more), "102"), (CallState::Connected, None), "{other:?}");
    }
    let call = after_steps(Direction::Inbound, [both.as_slice(), &[at(Connected, "102")]].concat());
    assert_eq!((sees(&call, "101").0, sees(&call, "102").0), (CallState::AnsweredElsewhere, CallState::Connected));
    assert_eq!(call.course.talk_seconds, None);
    // Its data say so, after it is over.
    let mut data = Step::at_phone(second(9), Ended, "102");
    (data.of.record, data.of.talked) = (true, Some(5));
    let call = after_steps(Direction::Inbound, [both.as_slice(), &[unnamed(8, Ended), data]].concat());
    assert_eq!((sees(&call, "101").0, sees(&call, "102").0), (CallState::AnsweredElsewhere, CallState::Ended));
}

#[test]
fn a_ring_that_comes_after_the_data_of_its_end_does_not_ring() {
    for talked in [None, Some(3)] {
        let mut data = Step::at_phone(second(9), CallEvent::Ended, "101");
        (data.of.record, data.of.talked) = (true, talked);
        let call = after_steps(Direction::Inbound, [data, rings(10, "101")]);
        let state = if talked.is_some() { CallState::Ended } else { CallState::Missed };
        assert_eq!((call.state.clone(), sees(&call, "101").0), (state.clone(), state));
    }
}

#[test]
fn the_data_of_a_call_whose_customer_only_rang_say_that_they_were_not_reached() {
    let after = |customer_rang: bool, talked| {
        let mut data = Step::new(second(9), CallEvent::Ended);
        (data.of.record, data.of.talked) = (true, talked);
        let ring = customer_rang.then(|| Step::new(second(2), CallEvent::CustomerRinging));
        let steps = [Step::new(second(1), CallEvent::AgentRinging)].into_iter().chain(ring).chain([data]);
        let call = after_steps(Direction::Outbound, steps);
        (call.state, call.course.not_reached, call.course.talk_seconds)
    };
    assert_eq!(after(true, None), (CallState::Ended, true, None));
    assert_eq!(after(true, Some(3)), (CallState::Ended, false, Some(3)));
    // Nobody told how far it came.
    assert_eq!(after(false, None), (CallState::Ended, false, None));
}

#[test]
fn a_phone_that_rings_after_somebody_else_took_the_call_keeps_it_going() {
    use CallEvent::*;
    let call = after_steps(Direction::Inbound, [rings(1, "101"), unnamed(2, AnsweredElsewhere), rings(30, "102")]);
    assert_eq!(call.state, CallState::Ringing);
    assert_eq!((sees(&call, "101").0, sees(&call, "102").0), (CallState::AnsweredElsewhere, CallState::Ringing));
    // Only the words changed places.
    let call = after_steps(Direction::Inbound, [unnamed(2, AnsweredElsewhere), rings(3, "101")]);
    assert_eq!(
        (call.state.clone(), sees(&call, "101").0),
        (CallState::AnsweredElsewhere, CallState::AnsweredElsewhere)
    );
}

#[test]
fn whoever_dialled_by_themselves_is_known_as_soon_as_their_leg_is() {
    use LegEvent::*;
    use LegSide::*;
    let begin = Call { extension: None, ..super::tests::call(Direction::Outbound) };
    let told = [
        leg(1, Customer, Rings, "c", None, None),
        leg(2, Agent, Answered, "a", Some("101"), None),
        leg(3, Customer, Answered, "c", None, None),
        leg(5, Agent, Rings, "b", Some("102"), None),
    ];
    for order in [[0, 1, 2, 3], [0, 3, 1, 2], [3, 2, 1, 0]] {
        let (mut call, mut known) = (begin.clone(), Vec::new());
        for n in order {
            follow::insert(&mut known, told[n].clone());
            call.follow(&known, &Patience::default());
        }
        assert_eq!(call.extension.as_deref(), Some("101"), "{order:?}");
        let dialler = call.seen_by(Some("101"), |_| None);
        assert_eq!((dialler.direction, dialler.state), (Direction::Outbound, CallState::Connected), "{order:?}");
        assert_eq!(call.seen_by(Some("102"), |_| None).direction, Direction::Inbound, "{order:?}");
    }
}

#[test]
fn each_agent_sees_for_how_long_they_spoke_themselves() {
    use CallEvent::*;
    let at = |at, phone, event| Step::at_phone(second(at), event, phone);
    let call = after_steps(
        Direction::Inbound,
        [
            rings(1, "101"),
            at(2, "101", Connected),
            at(12, "101", Ended),
            rings(13, "102"),
            at(15, "102", Connected),
            at(40, "102", Ended),
        ],
    );
    assert_eq!(call.course.talk_seconds, Some(35), "together");
    let spoke = |phone| call.seen_by(Some(phone), |_| None).course.talk_seconds;
    assert_eq!((spoke("101"), spoke("102")), (Some(10), Some(25)));
    let legs: Vec<_> = call.course.legs.iter().map(|leg| leg.talk_seconds).collect();
    assert_eq!(legs, [Some(10), Some(25)]);
    // Whoever passed it on sees their own part while it goes on.
    let passed = told(&[("101", CustomerRinging), ("101", Connected), ("101", Ended), ("102", CustomerRinging)]);
    assert_eq!(passed.seen_by(Some("101"), |_| None).course.talk_seconds, Some(1));
    assert_eq!(passed.seen_by(Some("102"), |_| None).course.talk_seconds, None);
}

#[test]
fn of_a_call_of_ours_an_agent_spoke_only_while_the_customer_did() {
    use LegEvent::*;
    use LegSide::*;
    let steps = [
        leg(1, Agent, Answered, "a", Some("101"), None),
        leg(11, Customer, Answered, "c", None, None),
        leg(21, Customer, Ended, "c", None, Some(16)),
    ];
    let call = after_steps(Direction::Outbound, steps);
    assert_eq!(call.seen_by(Some("101"), |_| None).course.talk_seconds, Some(10));
}

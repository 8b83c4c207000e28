//! Calls of ours: what answers the request that starts one says no more than the phone itself.

use super::{
    follow::insert,
    tests::{call, second},
    *,
};
use crate::leg::{Cause, LegEvent, LegNews, LegSide};
use proptest::prelude::*;

fn leg_word(at: u64, side: LegSide, event: LegEvent, q850: Option<u16>) -> Step {
    let (id, phone) = if side == LegSide::Agent { ("own", Some("101")) } else { ("customer", None) };
    let news = LegNews {
        side,
        event,
        leg_id: Some(id.to_owned()),
        extension: phone.map(str::to_owned),
        cause: Cause { q850, sip: None },
        at: None,
    };
    Step::of_leg(second(at), news)
}

/// By a telephone system that tells of legs: the phone rings, is picked up, and is hung up before the customer answers.
fn given_up() -> Vec<Step> {
    vec![
        leg_word(2, LegSide::Agent, LegEvent::Rings, None),
        leg_word(4, LegSide::Agent, LegEvent::Answered, None),
        leg_word(5, LegSide::Customer, LegEvent::Rings, None),
        leg_word(9, LegSide::Agent, LegEvent::Ended, Some(16)),
        leg_word(9, LegSide::Customer, LegEvent::Ended, Some(16)),
    ]
}

/// By one that tells of phones by their extensions.
fn by_extension() -> Vec<Step> {
    let own = |at, event| Step::at_phone(second(at), event, "101");
    vec![
        own(2, CallEvent::AgentRinging),
        own(4, CallEvent::AgentAnswered),
        Step::new(second(5), CallEvent::CustomerRinging),
        Step::new(second(8), CallEvent::Connected),
        own(12, CallEvent::Ended),
    ]
}

fn became(steps: &[Step]) -> Call {
    let mut known = Vec::new();
    for step in steps {
        insert(&mut known, step.clone());
    }
    let mut call = Call { id: CallId("one".into()), ..call(Direction::Outbound) };
    call.follow(&known, &Patience::default());
    call
}

/// The telephone system took our request: told when it came, in milliseconds.
fn taken(at: u64) -> Step {
    Step::new(Timestamp(second(0).0 + i64::try_from(at).expect("a short call")), CallEvent::AgentRinging)
}

#[test]
fn a_click_given_up_before_the_customer_answers_has_one_leg_whenever_its_request_is_answered() {
    for lost in [None, Some(0)] {
        let mut told = given_up();
        lost.map(|at| told.remove(at));
        for at in (0..15_000).step_by(500) {
            let call = became(&[told.as_slice(), &[taken(at)]].concat());
            let legs: Vec<_> = call.course.legs.iter().map(|leg| (leg.extension.as_deref(), leg.end)).collect();
            assert_eq!(legs, [(Some("101"), Some(LegEnd::Over))], "answered at {at} ms, lost: {lost:?}");
            assert!(call.state == CallState::Ended && call.course.not_reached, "{call:#?}");
        }
    }
}

proptest! {
    #[test]
    fn the_answer_to_the_request_changes_no_call_whose_phone_is_told_of(
        (all, told) in prop_oneof![Just(given_up()), Just(by_extension())].prop_flat_map(|all| {
            let some = proptest::sample::subsequence(all.clone(), 1..=all.len());
            (Just(all), some.prop_shuffle())
        }),
        at in 0..20_000_u64,
        comes in any::<prop::sample::Index>(),
    ) {
        // Of the phone it is told by its own words.
        let begins = |step: &&Step| step.of.extension.is_some() && step.event != CallEvent::Ended || step.of.leg.is_some();
        prop_assume!(told.iter().filter(begins).any(|step| step.of.extension.as_deref() == Some("101")));
        let mut with = told.clone();
        with.insert(comes.index(told.len() + 1), taken(at));
        prop_assert_eq!(became(&with), became(&told), "of {:?}", all);
    }
}

#[test]
fn what_the_agent_has_to_do_first_is_said_until_the_call_goes_on() {
    let followed = |steps: &[Step]| {
        let mut call = call(Direction::Outbound);
        call.follow(steps, &Patience::default());
        (call.state, call.course.advice)
    };
    let with = |event, advice| {
        let mut step = Step::new(second(1), event);
        step.of.advice = Some(advice);
        step
    };
    let choose = with(CallEvent::TimedOut, Advice::ChooseNumber);
    assert_eq!(followed(std::slice::from_ref(&choose)), (CallState::Unknown, Some(Advice::ChooseNumber)));
    let rings = Step::at_phone(second(5), CallEvent::AgentRinging, "101");
    assert_eq!(followed(&[choose.clone(), rings]), (CallState::AgentRinging, None), "it was chosen");
    let given_up = Step::new(second(90), CallEvent::Expired);
    assert_eq!(followed(&[choose, given_up]).1, None);

    let another = with(CallEvent::AgentRinging, Advice::CallsAnother);
    let connected = Step::at_phone(second(9), CallEvent::Connected, "101");
    assert_eq!(
        followed(&[another.clone(), connected.clone()]),
        (CallState::Connected, Some(Advice::CallsAnother)),
        "who is called is worth knowing all along"
    );
    assert_eq!(followed(&[another, connected, Step::new(second(20), CallEvent::Ended)]), (CallState::Ended, None));
}

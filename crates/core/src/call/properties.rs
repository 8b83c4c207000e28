//! What holds for every call, in whatever order its steps come.

use super::{
    follow::insert,
    tests::{call, second},
    *,
};
use crate::leg::{Cause, LegEvent, LegNews, LegSide};
use proptest::prelude::*;

const PHONES: [&str; 4] = ["101", "102", "103", "104"];

/// One leg of an agent: when it rings, is picked up and ends, and why. Two of one phone are two devices.
#[derive(Debug, Clone)]
struct AgentLeg {
    phone: usize,
    rings: u64,
    answered: Option<u64>,
    held: Option<u64>,
    ends: Option<u64>,
    cause: Option<u16>,
}

fn agent_leg() -> impl Strategy<Value = AgentLeg> {
    let cause = prop_oneof![Just(None), Just(Some(16)), Just(Some(17)), Just(Some(19)), Just(Some(21)), Just(Some(26))];
    let after = |most| proptest::option::of(1..most);
    (0..PHONES.len(), 1..60_u64, after(30_u64), after(20), after(60), cause).prop_map(
        |(phone, rings, talks_after, held_after, lasts, cause)| {
            let answered = talks_after.map(|after| rings + after);
            let held = answered.zip(held_after).map(|(answered, after)| answered + after);
            let ends = lasts.map(|lasts| answered.unwrap_or(rings) + lasts);
            AgentLeg { phone, rings, answered, held, ends, cause }
        },
    )
}

/// What a telephone system that knows legs tells of a call; the last word is the caller's end.
fn by_legs() -> impl Strategy<Value = Vec<Step>> {
    let given_up = proptest::option::weighted(0.3, (1..90_u64, proptest::option::of(0..PHONES.len())));
    (proptest::collection::vec(agent_leg(), 0..7), any::<bool>(), given_up).prop_map(|(legs, has_ids, given_up)| {
        let mut steps = Vec::new();
        steps.extend(given_up.map(|(at, phone)| match phone {
            Some(phone) => Step::at_phone(second(at), CallEvent::Expired, PHONES[phone]),
            None => Step::new(second(at), CallEvent::Expired),
        }));
        for (n, leg) in legs.iter().enumerate() {
            let mut say = |at: Option<u64>, event, q850| {
                let news = LegNews {
                    side: LegSide::Agent,
                    event,
                    leg_id: has_ids.then(|| format!("leg {n}")),
                    extension: Some(PHONES[leg.phone].to_owned()),
                    cause: Cause { q850, sip: None },
                    at: None,
                };
                steps.extend(at.map(|at| Step::of_leg(second(at), news)));
            };
            say(Some(leg.rings), LegEvent::Rings, None);
            say(leg.answered, LegEvent::Answered, None);
            say(leg.held, LegEvent::Held, None);
            say(leg.held.map(|at| at + 2), LegEvent::Resumed, None);
            say(leg.ends, LegEvent::Ended, leg.cause);
        }
        steps
    })
}

fn any_event() -> impl Strategy<Value = CallEvent> {
    use CallEvent::*;
    prop_oneof![
        Just(AgentRinging),
        Just(AgentAnswered),
        Just(CustomerRinging),
        Just(Connected),
        Just(AnsweredElsewhere),
        Just(Ended),
        Just(Missed),
        Just(Failed { leg: Leg::Customer, why: FailReason::Busy }),
        Just(Failed { leg: Leg::Agent, why: FailReason::NoAnswer }),
        Just(TimedOut),
        Just(Expired),
    ]
}

/// What one tells that does not: of phones, or of the whole call.
fn by_words() -> impl Strategy<Value = Vec<Step>> {
    let step =
        (1..90_u64, any_event(), proptest::option::of(0..PHONES.len()), any::<bool>(), proptest::option::of(0..90_u32));
    let step = step.prop_map(|(at, event, phone, record, talked)| {
        let mut step = Step::new(second(at), event);
        step.of.extension = phone.map(|phone| PHONES[phone].to_owned());
        if matches!(step.event, CallEvent::Ended | CallEvent::Missed) {
            (step.of.record, step.of.talked) = (record, talked.filter(|_| record));
        }
        step
    });
    proptest::collection::vec(step, 0..16)
}

fn became(direction: Direction, steps: &[Step]) -> Call {
    let mut known = Vec::new();
    for step in steps {
        insert(&mut known, step.clone());
    }
    let mut call = Call { id: CallId("one".into()), ..call(direction) };
    call.follow(&known, &Patience::default());
    call
}

fn direction() -> impl Strategy<Value = Direction> {
    prop_oneof![Just(Direction::Inbound), Just(Direction::Outbound)]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let both = (by_legs(), by_words()).prop_map(|(legs, words)| [legs, words].concat());
    prop_oneof![by_legs(), by_words(), both]
}

fn is_on_screen(call: &Call, phone: &str) -> bool {
    !call.seen_by(Some(phone), |_| None).state.is_over()
}

proptest! {
    /// In whatever order, and however often, and taken up anew at any point.
    #[test]
    fn the_same_steps_are_the_same_call(
        direction in direction(),
        (steps, others, again) in steps().prop_flat_map(|steps| {
            let again = proptest::sample::subsequence(steps.clone(), 0..=steps.len());
            (Just(steps.clone()), Just(steps).prop_shuffle(), again)
        }),
    ) {
        let expected = became(direction, &steps);
        let mut call = Call { id: CallId("one".into()), ..call(direction) };
        let mut known = Vec::new();
        for step in others.iter().chain(&again) {
            insert(&mut known, step.clone());
            call.follow(&known, &Patience::default());
            let is_open = call.course.legs.iter().any(|leg| leg.end.is_none());
            prop_assert!(!(call.state.is_over() && is_open), "over, and a leg is open: {call:#?}");
            // As it is written down, and read again.
            call = serde_json::from_str(&serde_json::to_string(&call).expect("JSON")).expect("a call");
        }
        prop_assert_eq!(call, expected);
    }

    /// Whatever was lost on the way: when the caller is gone, nobody has a card any more, and the times make sense.
    #[test]
    fn the_last_word_takes_every_card_away(
        direction in direction(),
        steps in steps().prop_flat_map(|steps| proptest::sample::subsequence(steps.clone(), 0..=steps.len())),
        by_leg in any::<bool>(),
    ) {
        let gone = LegNews {
            side: LegSide::Customer, event: LegEvent::Ended, leg_id: None, extension: None, cause: Cause::default(), at: None,
        };
        let last = if by_leg { Step::of_leg(second(200), gone) } else { Step::new(second(200), CallEvent::Ended) };
        let call = became(direction, &[steps.as_slice(), &[last]].concat());
        prop_assert!(call.state.is_over(), "{:?}", call.state);
        prop_assert!(call.course.legs.iter().all(|leg| leg.end.is_some() && leg.ended_at.is_some()), "{call:#?}");
        for phone in PHONES {
            prop_assert!(!is_on_screen(&call, phone), "{phone} of {call:#?}");
        }
        prop_assert!(call.connected_at.is_none_or(|since| Some(since) <= call.ended_at), "{call:#?}");
        let told = |phone: &str| steps.iter().any(|step| step.of.extension.as_deref() == Some(phone));
        let phones = call.course.legs.iter().filter_map(|leg| leg.extension.as_deref());
        prop_assert!(phones.into_iter().all(|phone| told(phone) || Some(phone) == call.extension.as_deref()));
    }

    /// A call that really ended never comes back.
    #[test]
    fn nothing_brings_a_call_back_that_is_over(
        direction in direction(), before in by_words(), after in by_words(), over in any_event(),
    ) {
        let end = match over {
            CallEvent::Missed => CallEvent::Missed,
            _ => CallEvent::Ended,
        };
        let later = after.into_iter().map(|step| Step { at: Timestamp(step.at.0 + 200_000), ..step });
        let steps: Vec<Step> = before.into_iter().chain([Step::new(second(100), end)]).chain(later).collect();
        let known_over = steps.iter().position(|step| step.at == second(100)).expect("the end");
        for n in known_over..steps.len() {
            let call = became(direction, &steps[..=n]);
            prop_assert!(call.state.is_over(), "{:?} after {:?}", call.state, steps[n]);
        }
    }

    /// A phone that is told to ring, of a call that goes on, rings, and stops when it is told so.
    #[test]
    fn a_ring_that_comes_last_is_on_the_screen(before in by_legs()) {
        let ring = Step::at_phone(second(150), CallEvent::AgentRinging, "105");
        let steps = [before.as_slice(), std::slice::from_ref(&ring)].concat();
        let call = became(Direction::Inbound, &steps);
        prop_assert!(is_on_screen(&call, "105") || became(Direction::Inbound, &before).state.is_over(), "{call:#?}");
        let end = Step::at_phone(second(151), CallEvent::Failed { leg: Leg::Agent, why: FailReason::NoAnswer }, "105");
        let call = became(Direction::Inbound, &[steps.as_slice(), &[end]].concat());
        prop_assert!(!is_on_screen(&call, "105"), "{call:#?}");
    }
}

//! A phone that is told by its extension first, and by its leg's id later, has one leg.

use super::{
    tests::{after_steps, second},
    *,
};
use crate::leg::{Cause, LegEvent, LegNews, LegSide};

fn of_leg(at: u64, event: LegEvent) -> Step {
    let news = LegNews {
        side: LegSide::Agent,
        event,
        leg_id: Some("a".into()),
        extension: Some("101".into()),
        cause: Cause { q850: (event == LegEvent::Ended).then_some(16), sip: None },
        at: None,
    };
    Step::of_leg(second(at), news)
}

/// Every order of these.
fn orders(words: &[Step]) -> Vec<Vec<Step>> {
    if words.is_empty() {
        return vec![Vec::new()];
    }
    (0..words.len())
        .flat_map(|first| {
            let mut rest = words.to_vec();
            let word = rest.remove(first);
            orders(&rest).into_iter().map(move |rest| [vec![word.clone()], rest].concat())
        })
        .collect()
}

fn legs(direction: Direction, words: &[Step]) -> Vec<(Option<LegEnd>, bool)> {
    let call = after_steps(direction, words.iter().cloned());
    call.course.legs.iter().map(|leg| (leg.end, leg.answered_at.is_some())).collect()
}

#[test]
fn a_leg_that_is_named_late_is_the_one_that_rang_in_whatever_order_it_is_told() {
    for direction in [Direction::Inbound, Direction::Outbound] {
        let ring = Step::at_phone(second(1), CallEvent::AgentRinging, "101");
        let words = [ring, of_leg(2, LegEvent::Rings), of_leg(5, LegEvent::Answered), of_leg(9, LegEvent::Ended)];
        for order in orders(&words) {
            assert_eq!(legs(direction, &order), [(Some(LegEnd::Over), true)], "{direction:?}: {order:#?}");
        }
    }
}

#[test]
fn the_id_may_come_with_any_word_of_a_leg() {
    for direction in [Direction::Inbound, Direction::Outbound] {
        let ring = Step::at_phone(second(1), CallEvent::AgentRinging, "101");
        let talks = [ring.clone(), of_leg(5, LegEvent::Answered)];
        let talked = [ring.clone(), of_leg(5, LegEvent::Answered), of_leg(9, LegEvent::Ended)];
        let held = [ring.clone(), of_leg(5, LegEvent::Held)];
        let over = [ring, of_leg(9, LegEvent::Ended)];
        for (words, expected) in [
            (talks.as_slice(), (None, true)),
            (&talked, (Some(LegEnd::Over), true)),
            (&held, (None, true)),
            (&over, (Some(LegEnd::NotAnswered), false)),
        ] {
            for order in orders(words) {
                assert_eq!(legs(direction, &order), [expected], "{direction:?}: {order:#?}");
            }
        }
    }
}

#[test]
fn a_second_leg_of_the_same_phone_is_not_named_after_the_first() {
    let another = |at, event| {
        let mut step = of_leg(at, event);
        step.of.leg.as_mut().expect("news of a leg").leg_id = Some("b".into());
        step
    };
    let words = [
        Step::at_phone(second(1), CallEvent::AgentRinging, "101"),
        of_leg(2, LegEvent::Rings),
        another(3, LegEvent::Rings),
        another(5, LegEvent::Answered),
    ];
    for order in orders(&words) {
        let expected = [(Some(LegEnd::AnsweredElsewhere), false), (None, true)];
        assert_eq!(legs(Direction::Inbound, &order), expected, "{order:#?}");
    }
}

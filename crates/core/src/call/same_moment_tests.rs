//! Words of the same moment: many telephone systems tell whole seconds only.

use super::{
    tests::{after_steps, no_answer, second, sees},
    *,
};
use proptest::prelude::*;

fn at_phone(at: u64, phone: &str, event: CallEvent) -> Step {
    Step::at_phone(second(at), event, phone)
}

/// What is heard counts before what we suppose in the same moment.
#[test]
fn a_ring_of_the_moment_at_which_a_call_was_given_up_rings() {
    use CallEvent::*;
    let rings = [at_phone(1, "101", CustomerRinging), at_phone(9, "102", CustomerRinging)];
    for given_up in [Step::new(second(9), Expired), at_phone(9, "101", Expired)] {
        for order in [[0, 1, 2], [0, 2, 1]] {
            let all = [rings[0].clone(), rings[1].clone(), given_up.clone()];
            let call = after_steps(Direction::Inbound, order.map(|n| all[n].clone()));
            assert_eq!(sees(&call, "102").0, CallState::Ringing, "{order:?} {given_up:?}");
        }
    }
}

#[test]
fn that_no_next_ring_came_gives_way_to_one_of_the_same_moment() {
    use CallEvent::*;
    let mut missed = Step::new(second(30), Missed);
    missed.of.presumed = true;
    let told = [at_phone(1, "101", CustomerRinging), at_phone(10, "101", no_answer())];
    for last in [[missed.clone(), at_phone(30, "102", CustomerRinging)], [at_phone(30, "102", CustomerRinging), missed]]
    {
        let call = after_steps(Direction::Inbound, told.iter().cloned().chain(last));
        assert_eq!((call.state.clone(), sees(&call, "102").0), (CallState::Ringing, CallState::Ringing));
    }
}

proptest! {
    /// A queue that goes on from phone to phone within one second, told by such a clock in any order.
    #[test]
    fn of_one_second_the_order_in_which_words_come_makes_no_difference(
        words in Just(vec![
            ("101", CallEvent::CustomerRinging), ("101", no_answer()), ("102", CallEvent::CustomerRinging),
            ("102", CallEvent::Connected), ("103", CallEvent::CustomerRinging),
        ]).prop_shuffle(),
    ) {
        let call = after_steps(Direction::Inbound, words.into_iter().map(|(phone, event)| at_phone(1, phone, event)));
        prop_assert_eq!(sees(&call, "102"), (CallState::Connected, None));
        prop_assert_eq!(sees(&call, "101").0, CallState::AnsweredElsewhere);
        prop_assert_eq!(sees(&call, "103").0, CallState::AnsweredElsewhere);
    }
}

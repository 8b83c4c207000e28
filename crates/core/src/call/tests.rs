use super::*;
use crate::number::Number;
use proptest::prelude::*;

const START: Timestamp = Timestamp(1_000_000);

fn call(direction: Direction) -> Call {
    let customer = Party::Outside(Number { e164: "+36301234567".into(), extension: None });
    let ours = Party::Internal { digits: "101".into() };
    let (ani, dnis, state) = match direction {
        Direction::Inbound => (customer, ours, CallState::Ringing),
        Direction::Outbound => (ours, customer, CallState::Starting),
    };
    Call {
        id: CallId::new(),
        direction,
        account: "pbx".into(),
        external_id: None,
        ani: Ani(ani),
        dnis: Dnis(dnis),
        line: None,
        agents: Vec::new(),
        extension: Some("101".into()),
        state,
        started_at: START,
        connected_at: None,
        ended_at: None,
        controls: None,
        extra: BTreeMap::new(),
    }
}

fn after(direction: Direction, events: &[CallEvent]) -> CallState {
    let mut call = call(direction);
    for (n, event) in events.iter().enumerate() {
        call.apply(event, START.after(std::time::Duration::from_secs(n as u64 + 1)));
    }
    call.state
}

#[test]
fn click_to_call_rings_our_phone_then_the_customer() {
    use CallEvent::*;
    let steps = [AgentRinging, AgentAnswered, CustomerRinging, Connected, Ended];
    let expected =
        [CallState::AgentRinging, CallState::Ringing, CallState::Ringing, CallState::Connected, CallState::Ended];
    for n in 0..steps.len() {
        assert_eq!(after(Direction::Outbound, &steps[..=n]), expected[n], "after {:?}", &steps[..=n]);
    }
}

#[test]
fn the_leg_that_nobody_picked_up_is_named() {
    let no_answer = |leg| CallState::Failed { leg, why: FailReason::NoAnswer };
    assert_eq!(after(Direction::Outbound, &[CallEvent::AgentRinging, CallEvent::Missed]), no_answer(Leg::Agent));
    assert_eq!(
        after(Direction::Outbound, &[CallEvent::AgentRinging, CallEvent::AgentAnswered, CallEvent::Missed]),
        no_answer(Leg::Customer)
    );
}

#[test]
fn a_ring_that_ends_unanswered_is_missed_and_a_conversation_that_ends_is_not() {
    assert_eq!(after(Direction::Inbound, &[CallEvent::Ended]), CallState::Missed);
    assert_eq!(after(Direction::Inbound, &[CallEvent::Connected, CallEvent::Ended]), CallState::Ended);
}

#[test]
fn a_time_out_is_resolved_by_what_the_pbx_reports_later() {
    use CallEvent::*;
    assert_eq!(after(Direction::Outbound, &[TimedOut]), CallState::Unknown);
    assert_eq!(after(Direction::Outbound, &[TimedOut, AgentRinging]), CallState::AgentRinging);
    assert_eq!(after(Direction::Outbound, &[TimedOut, Connected]), CallState::Connected);
    assert_eq!(after(Direction::Outbound, &[Connected, TimedOut]), CallState::Connected);
}

#[test]
fn an_expired_ring_still_takes_its_late_end_once() {
    use CallEvent::*;
    assert_eq!(after(Direction::Inbound, &[Expired]), CallState::OutcomeNotReported);
    assert_eq!(after(Direction::Inbound, &[Expired, Missed]), CallState::Missed);
    assert_eq!(after(Direction::Inbound, &[Expired, Missed, Connected]), CallState::Missed);
}

#[test]
fn a_clock_set_back_makes_no_negative_time() {
    assert_eq!(Timestamp(5).since(Timestamp(10)), std::time::Duration::ZERO);
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
        Just(TimedOut),
        Just(Expired),
    ]
}

proptest! {
    /// Late, repeated and disordered events never revive a call, and saying something twice says nothing new.
    #[test]
    fn no_order_of_events_brings_an_ended_call_back(
        inbound in any::<bool>(),
        events in proptest::collection::vec(any_event(), 0..20),
    ) {
        let mut call = call(if inbound { Direction::Inbound } else { Direction::Outbound });
        let mut over = None;
        for event in &events {
            let before = call.state.clone();
            let changed = call.apply(event, START);
            prop_assert_eq!(changed, before != call.state);
            prop_assert!(!call.apply(event, START), "the same event twice moved the call: {:?}", event);
            if let Some(end) = &over {
                prop_assert_eq!(end, &call.state);
            }
            if call.state.is_over() && call.state != CallState::OutcomeNotReported {
                over = Some(call.state.clone());
            }
            prop_assert_eq!(call.state.is_over(), call.ended_at.is_some());
        }
    }
}

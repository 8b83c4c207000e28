//! Call data as telephone systems really send them, and what a person would say of the call.

use super::{
    follow::insert,
    tests::{call, second},
    *,
};

/// A record: what it says, of which phone, and for how long both sides spoke by it.
type Record = (CallEvent, Option<&'static str>, Option<u32>);

/// What it is, its records, and what it was: for how long they spoke, and who did.
type Case = (&'static str, Direction, Vec<Record>, CallState, Option<u32>, &'static [&'static str]);

fn failed(why: FailReason) -> CallEvent {
    CallEvent::Failed { leg: Leg::Customer, why }
}

fn busy() -> CallEvent {
    failed(FailReason::Busy)
}

/// A call of whose end these records came, one a second, long after.
fn with_data(direction: Direction, live: &[Step], records: &[Record]) -> Call {
    let records = records.iter().enumerate().map(|(n, (event, phone, talked))| {
        let mut step = Step::new(second(100 + n as u64), event.clone());
        (step.of.record, step.of.talked) = (true, *talked);
        step.of.extension = phone.map(str::to_owned);
        step
    });
    let (mut call, mut known) = (call(direction), Vec::new());
    for step in live.iter().cloned().chain(records) {
        insert(&mut known, step);
        call.follow(&known, &Patience::default());
    }
    call
}

/// Every order of some.
fn orders(records: &[Record]) -> Vec<Vec<Record>> {
    let Some((last, others)) = records.split_last() else { return vec![Vec::new()] };
    let into = |order: Vec<Record>| {
        (0..=order.len()).map(move |at| {
            let mut order = order.clone();
            order.insert(at, last.clone());
            order
        })
    };
    orders(others).into_iter().flat_map(into).collect()
}

#[test]
fn a_calls_records_say_what_a_person_would_whatever_their_order() {
    use CallEvent::{Ended, Missed};
    use Direction::{Inbound, Outbound};
    let not_reached = |why| CallState::Failed { leg: Leg::Customer, why };
    let cases: Vec<Case> = vec![
        (
            "busy, then answered for no second",
            Inbound,
            vec![(busy(), Some("101"), None), (Ended, Some("101"), Some(0))],
            CallState::Missed,
            None,
            &[],
        ),
        (
            "the same without a phone",
            Inbound,
            vec![(busy(), None, None), (Ended, None, Some(0))],
            CallState::Missed,
            None,
            &[],
        ),
        (
            "a call of ours that was busy, and answered for no second",
            Outbound,
            vec![(busy(), Some("101"), None), (Ended, Some("101"), Some(0))],
            not_reached(FailReason::Busy),
            None,
            &[],
        ),
        (
            "a call of ours that was busy, and over",
            Outbound,
            vec![(busy(), None, None), (Ended, None, None)],
            not_reached(FailReason::Busy),
            None,
            &[],
        ),
        (
            "a call of ours that was busy, and tried again",
            Outbound,
            vec![(busy(), Some("101"), None), (Ended, Some("101"), Some(12))],
            CallState::Ended,
            Some(12),
            &["101"],
        ),
        (
            "busy at one, answered by another who is not said for how long",
            Inbound,
            vec![(busy(), Some("101"), None), (Ended, Some("102"), Some(0))],
            CallState::Ended,
            Some(0),
            &["102"],
        ),
        (
            "two records with one id: a ring group",
            Inbound,
            vec![(Missed, Some("101"), None), (Ended, Some("102"), Some(25))],
            CallState::Ended,
            Some(25),
            &["102"],
        ),
        (
            "the queue's record, and those of its phones",
            Inbound,
            vec![(Ended, None, Some(30)), (Missed, Some("101"), None), (Ended, Some("102"), Some(25))],
            CallState::Ended,
            Some(25),
            &["102"],
        ),
        (
            "passed on blindly: a record for each who had it",
            Inbound,
            vec![(Ended, Some("101"), Some(20)), (Ended, Some("102"), Some(40))],
            CallState::Ended,
            Some(60),
            &["101", "102"],
        ),
        (
            "passed on, busy there, and back",
            Inbound,
            vec![(Ended, Some("101"), Some(20)), (busy(), Some("102"), None)],
            CallState::Ended,
            Some(20),
            &["101"],
        ),
        (
            "missed, with the cause interworking",
            Inbound,
            vec![(
                failed(FailReason::Other { reason: crate::cause::EndReason::default(), detail: "interworking".into() }),
                None,
                None,
            )],
            CallState::Missed,
            None,
            &[],
        ),
        ("missed", Inbound, vec![(Missed, None, None)], CallState::Missed, None, &[]),
    ];
    for (case, direction, records, state, talked, answered) in cases {
        for records in orders(&records) {
            for records in [records.clone(), [records.as_slice(), &records].concat()] {
                let call = with_data(direction, &[], &records);
                assert_eq!((&call.state, call.course.talk_seconds), (&state, talked), "{case}: {records:?}");
                for phone in ["101", "102"] {
                    assert_eq!(call.was_answered_by(Some(phone)), answered.contains(&phone), "{case}: {phone}");
                }
                assert!(call.course.legs.iter().all(|leg| leg.end.is_some()), "{case}: {call:#?}");
            }
        }
    }
}

#[test]
fn what_is_corrected_later_counts_whenever_that_comes() {
    let record = |at: u64, talked: Option<u32>| {
        let mut step = Step::at_phone(second(at), CallEvent::Ended, "101");
        (step.of.record, step.of.talked) = (true, talked);
        step
    };
    let rings = Step::at_phone(second(1), CallEvent::CustomerRinging, "101");
    let became = |steps: &[Step]| {
        let (mut call, mut known) = (call(Direction::Inbound), Vec::new());
        for step in steps {
            insert(&mut known, step.clone());
            call.follow(&known, &Patience::default());
        }
        call
    };
    // Also weeks later: the call stays in its place in time.
    for later in [101, 4_000_000] {
        let call = became(&[rings.clone(), record(100, Some(3)), record(later, Some(30))]);
        assert_eq!((call.state, call.course.talk_seconds), (CallState::Ended, Some(30)));
        assert_eq!((call.connected_at, call.ended_at), (Some(second(70)), Some(second(100))));
    }
    let missed = Step::new(second(60), CallEvent::Missed);
    let call = became(&[rings, missed, record(4_000_000, Some(30))]);
    assert_eq!((call.state, call.course.talk_seconds, call.ended_at), (CallState::Ended, Some(30), Some(second(60))));
}

#[test]
fn what_was_told_while_it_went_on_is_more_than_what_its_data_say() {
    let step = |at, event, phone| Step::at_phone(second(at), event, phone);
    let live = [
        step(1, CallEvent::CustomerRinging, "101"),
        step(5, CallEvent::Connected, "101"),
        step(45, CallEvent::Ended, "101"),
    ];
    let call =
        with_data(Direction::Inbound, &live, &[(busy(), Some("101"), None), (CallEvent::Ended, Some("101"), Some(0))]);
    assert_eq!((call.state, call.course.talk_seconds), (CallState::Ended, Some(40)));
}

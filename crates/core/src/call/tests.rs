use super::{follow::insert, *};
use crate::{
    leg::{Cause, LegEvent, LegNews, LegSide},
    number::Number,
};
use std::time::Duration;

const START: Timestamp = Timestamp(1_000_000);

pub(super) fn call(direction: Direction) -> Call {
    let customer = Party::Outside(Number { e164: "+36301234567".into(), extension: None });
    let ours = Party::Internal { digits: "101".into() };
    let (ani, dnis, state, extension) = match direction {
        Direction::Inbound => (customer, ours, CallState::Ringing, None),
        Direction::Outbound => (ours, customer, CallState::Starting, Some("101".to_owned())),
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
        extension,
        state,
        started_at: START,
        connected_at: None,
        ended_at: None,
        controls: None,
        course: Course::default(),
        privacy: None,
        extra: BTreeMap::new(),
    }
}

pub(super) fn second(n: u64) -> Timestamp {
    START.after(Duration::from_secs(n))
}

/// A step each second.
pub(super) fn after_steps(direction: Direction, steps: impl IntoIterator<Item = Step>) -> Call {
    let (mut call, mut known) = (call(direction), Vec::new());
    for step in steps {
        insert(&mut known, step);
        call.follow(&known, &Patience::default());
    }
    call
}

fn after(direction: Direction, events: &[CallEvent]) -> CallState {
    let steps = events.iter().enumerate().map(|(n, event)| Step::new(second(n as u64 + 1), event.clone()));
    after_steps(direction, steps).state
}

/// `101 connected` and the like, a word each second.
pub(super) fn told(words: &[(&str, CallEvent)]) -> Call {
    let steps =
        words.iter().enumerate().map(|(n, (phone, event))| Step::at_phone(second(n as u64 + 1), event.clone(), phone));
    after_steps(Direction::Inbound, steps)
}

pub(super) fn no_answer() -> CallEvent {
    CallEvent::Failed { leg: Leg::Agent, why: FailReason::NoAnswer }
}

pub(super) fn sees(call: &Call, phone: &str) -> (CallState, Option<OwnPart>) {
    let seen = call.seen_by(Some(phone), |_| None);
    (seen.state, seen.course.part)
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
    assert_eq!(after(Direction::Inbound, &[CallEvent::CustomerRinging, CallEvent::Ended]), CallState::Missed);
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
fn an_expired_ring_still_takes_its_late_end() {
    use CallEvent::*;
    let ring = CustomerRinging;
    assert_eq!(after(Direction::Inbound, &[ring.clone(), Expired]), CallState::OutcomeNotReported);
    assert_eq!(after(Direction::Inbound, &[ring.clone(), Expired, Missed]), CallState::Missed);
    assert_eq!(after(Direction::Inbound, &[ring, Expired, CustomerRinging]), CallState::OutcomeNotReported);
}

#[test]
fn a_conversation_that_was_given_up_still_takes_its_late_end_and_goes_on_where_somebody_talks() {
    use CallEvent::*;
    let given_up = [("101", CustomerRinging), ("101", Connected), ("101", Expired)];
    assert_eq!(sees(&told(&given_up), "101"), (CallState::OutcomeNotReported, Some(OwnPart::EndNotReported)));
    assert_eq!(sees(&told(&[given_up.as_slice(), &[("101", Ended)]].concat()), "101"), (CallState::Ended, None));
    let goes_on = told(&[given_up.as_slice(), &[("102", Connected)]].concat());
    assert_eq!((goes_on.state.clone(), sees(&goes_on, "102").0), (CallState::Connected, CallState::Connected));
}

#[test]
fn a_clock_set_back_makes_no_negative_time() {
    assert_eq!(Timestamp(5).since(Timestamp(10)), Duration::ZERO);
}

#[test]
fn a_queue_goes_on_to_the_next_phone() {
    use CallEvent::*;
    let words = [("101", CustomerRinging), ("101", no_answer()), ("102", CustomerRinging), ("102", Connected)];
    let waits = told(&words[..2]);
    assert_eq!(waits.state, CallState::Ringing, "the caller is there");
    assert_eq!(sees(&waits, "101"), (CallState::AnsweredElsewhere, Some(OwnPart::NotAnswered)));
    let rings = told(&words[..3]);
    assert_eq!(sees(&rings, "102"), (CallState::Ringing, None));
    let talks = told(&words);
    assert_eq!((talks.state.clone(), talks.extension.as_deref()), (CallState::Connected, Some("102")));
    assert_eq!(sees(&talks, "101"), (CallState::AnsweredElsewhere, Some(OwnPart::NotAnswered)));
}

#[test]
fn a_phone_that_rings_again_rings() {
    use CallEvent::*;
    let words = [("101", CustomerRinging), ("101", no_answer()), ("102", CustomerRinging), ("102", no_answer())];
    let again = told(&[words.as_slice(), &[("101", CustomerRinging)]].concat());
    assert_eq!(sees(&again, "101"), (CallState::Ringing, None));
    assert_eq!(again.course.legs.len(), 3);
}

#[test]
fn what_another_device_of_a_phone_does_not_do_is_no_end() {
    use CallEvent::*;
    for other in [AnsweredElsewhere, no_answer(), CallEvent::Failed { leg: Leg::Agent, why: FailReason::Busy }] {
        let after = told(&[("101", CustomerRinging), ("101", Connected), ("101", other.clone())]);
        assert_eq!(sees(&after, "101"), (CallState::Connected, None), "{other:?} after");
        let before = told(&[("101", CustomerRinging), ("101", other.clone()), ("101", Connected)]);
        assert_eq!(sees(&before, "101"), (CallState::Connected, None), "{other:?} before");
    }
}

#[test]
fn one_declines_and_the_other_rings_on() {
    use CallEvent::*;
    let declined = CallEvent::Failed { leg: Leg::Agent, why: FailReason::Declined };
    let call = told(&[("101", CustomerRinging), ("102", CustomerRinging), ("101", declined)]);
    assert_eq!(sees(&call, "101"), (CallState::AnsweredElsewhere, Some(OwnPart::Declined)));
    assert_eq!(sees(&call, "102"), (CallState::Ringing, None));
    assert_eq!(call.state, CallState::Ringing);
}

#[test]
fn a_call_passed_on_rings_at_whom_it_is_passed_to_and_ends_for_who_passed_it() {
    use CallEvent::*;
    let words = [("101", CustomerRinging), ("101", Connected), ("101", Ended), ("102", CustomerRinging)];
    assert_eq!(told(&words[..3]).state, CallState::Ended, "as far as anybody knows");
    let passed = told(&words);
    assert_eq!(sees(&passed, "101"), (CallState::Ended, Some(OwnPart::PassedTo { to: "102".into() })));
    let receiver = passed.seen_by(Some("102"), |extension| (extension == "101").then(|| "Ana".to_owned()));
    assert_eq!((receiver.state, receiver.course.passed_by.as_deref()), (CallState::Ringing, Some("Ana")));
    assert_eq!(receiver.connected_at, None, "they do not talk yet");
    let over = told(&[words.as_slice(), &[("102", Connected), ("102", Ended)]].concat());
    assert_eq!(over.state, CallState::Ended);
    assert_eq!(over.course.talk_seconds, Some(2), "one second each");
}

#[test]
fn each_leg_of_an_agent_who_was_in_the_call_has_their_name() {
    use CallEvent::*;
    let declined = CallEvent::Failed { leg: Leg::Agent, why: FailReason::Declined };
    let mut call =
        told(&[("101", CustomerRinging), ("101", declined), ("102", CustomerRinging), ("103", CustomerRinging)]);
    call.agents = vec![AgentId("Ana".into()), AgentId("Béla".into())];
    let name = |phone: &str| match phone {
        "101" => Some("Ana".to_owned()),
        "102" => Some("Béla".to_owned()),
        // Has the extension today, and was not in that call.
        "103" => Some("Csilla".to_owned()),
        _ => None,
    };
    let names = |call: &Call| call.course.legs.iter().map(|leg| leg.agent.clone()).collect::<Vec<_>>();
    let expected = [Some("Ana".to_owned()), Some("Béla".to_owned()), None];
    assert_eq!(names(&call.seen_by(Some("102"), name)), expected, "as an agent sees it");
    assert_eq!(names(&call.clone().with_names(name)), expected, "as everybody else does");
    assert_eq!(names(&call), [None, None, None], "who it is follows from the settings: it is not kept");
}

#[test]
fn what_was_said_of_one_phone_only_is_taken_back_by_another_that_rings_soon() {
    use CallEvent::*;
    let missed = [("101", CustomerRinging), ("101", Missed)];
    assert_eq!(told(&missed).state, CallState::Missed);
    assert_eq!(told(&[missed.as_slice(), &[("102", CustomerRinging)]].concat()).state, CallState::Ringing);
    assert_eq!(
        told(&[missed.as_slice(), &[("101", CustomerRinging)]].concat()).state,
        CallState::Missed,
        "a repetition"
    );
    let ring = |at| Step::at_phone(second(at), CustomerRinging, "101");
    let end = Step::at_phone(second(2), Missed, "101");
    let late = Step::at_phone(second(60), CustomerRinging, "102");
    assert_eq!(after_steps(Direction::Inbound, [ring(1), end, late]).state, CallState::Missed, "too late");
    // What was said of the whole call stays.
    let over = Step::new(second(2), Missed);
    let other = Step::at_phone(second(3), CustomerRinging, "102");
    assert_eq!(after_steps(Direction::Inbound, [ring(1), over, other]).state, CallState::Missed);
}

#[test]
fn whom_call_data_name_as_answered_was_answered() {
    let ring = Step::at_phone(second(1), CallEvent::CustomerRinging, "101");
    let missed = Step::new(second(5), CallEvent::Missed);
    let mut data = Step::new(second(30), CallEvent::Ended);
    (data.of.record, data.of.talked) = (true, Some(3));
    let call = after_steps(Direction::Inbound, [ring, missed, data]);
    assert_eq!(call.state, CallState::Ended);
    assert_eq!(call.ended_at, Some(second(5)));
    assert!(call.was_answered_by(Some("101")));
}

#[test]
fn an_agent_who_hangs_up_before_the_customer_answers_reached_nobody() {
    use CallEvent::*;
    let steps = [AgentRinging, AgentAnswered, CustomerRinging, Ended];
    let steps = steps.iter().enumerate().map(|(n, event)| Step::new(second(n as u64 + 1), event.clone()));
    let call = after_steps(Direction::Outbound, steps);
    assert_eq!((call.state.clone(), call.connected_at), (CallState::Ended, None));
    assert_eq!(sees(&call, "101"), (CallState::Ended, Some(OwnPart::NotReached)));
}

#[test]
fn what_we_suppose_gives_way_to_what_is_heard() {
    let rings = Step::new(second(1), CallEvent::AgentRinging);
    let mut supposed = Step::new(second(40), no_answer());
    supposed.of.presumed = true;
    let call = after_steps(Direction::Outbound, [rings.clone(), supposed.clone()]);
    assert_eq!(call.state, CallState::Failed { leg: Leg::Agent, why: FailReason::NoAnswer });
    let talks = Step::new(second(50), CallEvent::Connected);
    assert_eq!(after_steps(Direction::Outbound, [rings, supposed, talks]).state, CallState::Connected);
}

pub(super) fn news(side: LegSide, event: LegEvent, id: &str, phone: Option<&str>, q850: Option<u16>) -> LegNews {
    let cause = Cause { q850, sip: None };
    LegNews { side, event, leg_id: Some(id.into()), extension: phone.map(str::to_owned), cause, at: None }
}

pub(super) fn by_legs(direction: Direction, told: Vec<LegNews>) -> Call {
    after_steps(direction, told.into_iter().enumerate().map(|(n, news)| Step::of_leg(second(n as u64 + 1), news)))
}

#[test]
fn talk_time_counts_from_both_sides_speaking() {
    use LegEvent::*;
    use LegSide::*;
    let call = by_legs(
        Direction::Outbound,
        vec![
            news(Agent, Rings, "a", Some("101"), None),
            news(Agent, Answered, "a", Some("101"), None),
            news(Customer, Rings, "c", None, None),
            news(Customer, Answered, "c", None, None),
            news(Agent, Held, "a", Some("101"), None),
            news(Agent, Resumed, "a", Some("101"), None),
            news(Customer, Ended, "c", None, Some(16)),
        ],
    );
    assert_eq!((call.state.clone(), call.course.talk_seconds), (CallState::Ended, Some(3)));
    assert_eq!(call.connected_at, Some(second(4)));
}

#[test]
fn a_cause_says_why_the_customer_was_not_reached() {
    use LegEvent::*;
    use LegSide::*;
    let call = |cause, last| {
        let legs = vec![
            news(Agent, Rings, "a", Some("101"), None),
            news(Agent, Answered, "a", Some("101"), None),
            news(Customer, Rings, "c", None, None),
            news(last, Ended, if last == Agent { "a" } else { "c" }, None, Some(cause)),
        ];
        by_legs(Direction::Outbound, legs)
    };
    for side in [Customer, Agent] {
        let busy = CallState::Failed { leg: Leg::Customer, why: FailReason::Busy };
        assert_eq!(call(17, side).state, busy, "{side:?}");
        let given_up = call(16, side);
        assert_eq!((given_up.state.clone(), given_up.course.not_reached), (CallState::Ended, true), "{side:?}");
    }
}

#[test]
fn voicemail_after_a_ring_ends_the_ring_and_a_menu_before_it_does_not() {
    use LegEvent::*;
    use LegSide::*;
    let (menu, voicemail) = (news(Service, Answered, "m", None, None), news(Service, Answered, "v", None, None));
    let (ring, caller) = (news(Agent, Rings, "a", Some("101"), None), news(Customer, Answered, "c", None, None));
    let rings = by_legs(Direction::Inbound, vec![caller.clone(), menu.clone(), ring.clone()]);
    assert_eq!(sees(&rings, "101"), (CallState::Ringing, None));
    let taken = by_legs(Direction::Inbound, vec![caller.clone(), menu.clone(), ring.clone(), voicemail.clone()]);
    assert_eq!(sees(&taken, "101"), (CallState::AnsweredElsewhere, Some(OwnPart::WentToService)));
    let over =
        by_legs(Direction::Inbound, vec![caller, menu, ring, voicemail, news(Customer, Ended, "c", None, Some(16))]);
    assert_eq!(sees(&over, "101"), (CallState::Missed, Some(OwnPart::WentToService)));
}

#[test]
fn a_click_that_is_taken_back_while_the_own_phone_rings_was_not_left_unanswered() {
    use LegEvent::*;
    use LegSide::*;
    let after = |cause| {
        let legs = vec![news(Agent, Rings, "a", Some("101"), None), news(Agent, Ended, "a", Some("101"), cause)];
        let call = by_legs(Direction::Outbound, legs);
        (call.state, call.course.not_reached)
    };
    assert_eq!(after(Some(16)), (CallState::Ended, true));
    let no_answer = CallState::Failed { leg: Leg::Agent, why: FailReason::NoAnswer };
    assert_eq!([after(Some(19)), after(None)], [(no_answer.clone(), false), (no_answer, false)]);
}

#[test]
fn voicemail_is_where_the_last_rings_went_also_when_they_had_run_out() {
    use LegEvent::*;
    use LegSide::*;
    let (rings, ends) = (
        |phone| news(Agent, Rings, phone, Some(phone), None),
        |phone, cause| news(Agent, Ended, phone, Some(phone), Some(cause)),
    );
    let (caller, voicemail) = (news(Customer, Answered, "c", None, None), news(Service, Answered, "v", None, None));
    let sees_after = |legs: Vec<LegNews>, phone| {
        let over = [voicemail.clone(), news(Customer, Ended, "c", None, Some(16))];
        sees(&by_legs(Direction::Inbound, [vec![caller.clone()], legs, over.to_vec()].concat()), phone)
    };
    let went = (CallState::Missed, Some(OwnPart::WentToService));
    assert_eq!(sees_after(vec![rings("101"), ends("101", 19)], "101"), went);
    let both = vec![rings("101"), rings("102"), ends("101", 19), ends("102", 19)];
    assert_eq!([sees_after(both.clone(), "101"), sees_after(both, "102")], [went.clone(), went.clone()]);
    let queue = vec![rings("101"), ends("101", 19), rings("102"), ends("102", 19)];
    assert_eq!(sees_after(queue.clone(), "101"), (CallState::Missed, None));
    assert_eq!(sees_after(queue, "102"), went);
    let declined = (CallState::Missed, Some(OwnPart::Declined));
    assert_eq!(sees_after(vec![rings("101"), ends("101", 21)], "101"), declined);
    // The phone's end is told after the voicemail's beginning.
    let late = vec![caller.clone(), rings("101"), voicemail.clone(), ends("101", 19)];
    let late = by_legs(Direction::Inbound, late);
    assert_eq!(sees(&late, "101"), (CallState::AnsweredElsewhere, Some(OwnPart::WentToService)));
    // A call that somebody had, and parks.
    let parked = vec![rings("101"), ends("101", 19), rings("102"), news(Agent, Answered, "102", Some("102"), None)];
    let parked = [vec![caller], parked, vec![ends("102", 16), voicemail]].concat();
    assert_eq!(by_legs(Direction::Inbound, parked).course.legs[0].end, Some(LegEnd::NotAnswered));
}

#[test]
fn a_call_of_ours_that_is_passed_on_comes_in_where_it_is_passed_to() {
    use LegEvent::*;
    use LegSide::*;
    let call = by_legs(
        Direction::Outbound,
        vec![
            news(Agent, Answered, "a", Some("101"), None),
            news(Customer, Answered, "c", None, None),
            news(Agent, Ended, "a", Some("101"), Some(16)),
            news(Agent, Rings, "b", Some("102"), None),
        ],
    );
    assert_eq!(sees(&call, "101"), (CallState::Ended, Some(OwnPart::PassedTo { to: "102".into() })));
    let receiver = call.seen_by(Some("102"), |_| None);
    assert_eq!((receiver.direction, receiver.state.clone()), (Direction::Inbound, CallState::Ringing));
    assert_eq!(receiver.customer(), call.customer());
}

#[test]
fn a_colleague_has_the_name_of_the_agent_whose_phone_it_is() {
    let mut call = call(Direction::Inbound);
    call.ani = Ani(Party::Internal { digits: "102".into() });
    call.dnis = Dnis(Party::Internal { digits: "101".into() });
    call.course.party_name = Some("Reception".into());
    let name = |phone: &str| (phone == "102").then(|| "Béla".to_owned());
    assert!(call.is_internal());
    assert_eq!(call.seen_by(Some("101"), name).course.party_name.as_deref(), Some("Béla"));
    assert_eq!(call.seen_by(Some("101"), |_| None).course.party_name.as_deref(), Some("Reception"));
    call.ani = Ani(Party::Hidden);
    assert!(!call.is_internal());
}

#[test]
fn what_an_older_version_wrote_of_a_calls_buttons_offers_them_all() {
    let old = r#"{"hold":{"on":true,"known":true},"mute":{"on":false,"known":false}}"#;
    let toggles: crate::control::Toggles = serde_json::from_str(old).expect("it is read");
    assert_eq!(toggles.can, crate::control::Acts::default());
}

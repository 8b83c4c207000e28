//! Who sees whom a private call was with.

use super::{
    tests::{call, second, told},
    *,
};
use crate::number::{DialPlan, NumberList};

fn private(mut call: Call, by: Option<&str>) -> Call {
    call.privacy = Some(Privacy { private: true, by: by.map(|by| AgentId(by.into())), at: second(9), withheld: false });
    call
}

/// Ana has phone 101, Béla 102; it rang for both, and one of them picked up.
fn answered_by_ana() -> Call {
    let mut call = told(&[
        ("101", CallEvent::CustomerRinging),
        ("102", CallEvent::CustomerRinging),
        ("101", CallEvent::Connected),
    ]);
    call.agents = vec![AgentId("Ana".into()), AgentId("Béla".into())];
    call
}

fn sees(call: &Call, agent: &str, phone: &str) -> bool {
    call.is_open_to(Some(&AgentId(agent.into())), Some(phone))
}

#[test]
fn whoever_spoke_sees_a_private_call_and_nobody_else_whatever_their_role() {
    let call = answered_by_ana();
    assert!(sees(&call, "Béla", "102") && call.is_open_to(None, None), "it is no private one");
    let call = private(call, None);
    assert!(sees(&call, "Ana", "101"));
    assert!(!sees(&call, "Béla", "102"), "it rang there, and Ana took it");
    assert!(!sees(&call, "Cleo", "101"), "the phone is somebody else's by now");
    assert!(!call.is_open_to(None, None), "a script");
    assert!(sees(&private(call, Some("Béla")), "Béla", "102"), "they said so themselves");
}

#[test]
fn while_nobody_spoke_those_for_whom_it_rings_see_it() {
    let mut call = told(&[("101", CallEvent::CustomerRinging), ("102", CallEvent::CustomerRinging)]);
    call.agents = vec![AgentId("Ana".into()), AgentId("Béla".into())];
    let call = private(call, None);
    assert!(sees(&call, "Ana", "101") && sees(&call, "Béla", "102"));
    assert!(!sees(&call, "Cleo", "103"));
}

#[test]
fn what_is_withheld_says_when_and_how_long_and_nothing_of_the_customer() {
    for direction in [Direction::Inbound, Direction::Outbound] {
        let mut call = private(call(direction), None);
        call.external_id = Some("there-1".into());
        call.course.party_name = Some("Kiss Péter".into());
        call.extra.insert("caller_note".into(), "+36301234567".into());
        call.state = CallState::Failed {
            leg: Leg::Customer,
            why: FailReason::Refused { detail: "no route to +36301234567".into() },
        };
        let number = match call.customer() {
            crate::number::Party::Outside(number) => number.e164.clone(),
            other => panic!("{other:?}"),
        };
        let seen = call.clone().withheld();
        let said = serde_json::to_string(&seen).expect("JSON");
        for word in [number.as_str(), "+36301234567", "Kiss", "there-1"] {
            assert!(!said.contains(word), "{direction:?}: {word} in {said}");
        }
        assert_eq!((seen.started_at, seen.ended_at, seen.is_private()), (call.started_at, call.ended_at, true));
    }
}

#[test]
fn a_listed_number_makes_a_call_private_and_what_an_agent_said_stays() {
    let plan = DialPlan::new("HU").expect("a country");
    let mut call = call(Direction::Inbound);
    call.take_privacy(&plan, second(1));
    assert_eq!(call.privacy, None);
    let mut list = NumberList::default();
    list.take(&plan, "+36*").expect("a beginning");
    let plan = plan.with_private(list);
    call.take_privacy(&plan, second(1));
    assert_eq!(call.privacy, Some(Privacy { private: true, by: None, at: second(1), withheld: false }));
    call.privacy = Some(Privacy { private: false, by: Some(AgentId("Ana".into())), at: second(2), withheld: false });
    call.take_privacy(&plan, second(3));
    assert!(!call.is_private(), "an agent took it back");
}

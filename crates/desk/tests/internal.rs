//! Calls between colleagues: no customer is in them, and nothing of them is wrapped up.

use crate::support;

use ringcard_core::{
    Timestamp,
    call::{Call, CallState, Direction},
    codes::{TreeCode, TreeSettings},
    number::{Ani, Dnis, Party},
    wrap_up::WrapUpSettings,
};
use ringcard_desk::Preferences;
use support::{HubEnd, Office, found, in_state, preferences, ring};

fn with_codes() -> Preferences {
    let code = TreeCode { code: "sold".into(), ..TreeCode::default() };
    let codes = vec![TreeSettings { codes: vec![code], ..TreeSettings::default() }];
    let wrap_up = WrapUpSettings { codes, seconds: Some(600), ..WrapUpSettings::default() };
    Preferences { wrap_up, ..preferences() }
}

fn colleague(digits: &str) -> Party {
    Party::Internal { digits: digits.into() }
}

/// Rings, is answered, and ends.
async fn is_spoken(hub: &mut HubEnd, call: &Call) {
    hub.call(call).await;
    let connected = Call { connected_at: Some(Timestamp(2_000)), ..in_state(call, CallState::Connected) };
    hub.call(&connected).await;
    hub.call(&Call { ended_at: Some(Timestamp(9_000)), ..in_state(&connected, CallState::Ended) }).await;
}

#[tokio::test]
async fn after_a_call_between_colleagues_nothing_is_to_be_wrapped_up_and_after_a_customers_it_is() {
    let (office, mut hub) = Office::connected(with_codes()).await;
    let from_102 = Call { ani: Ani(colleague("102")), dnis: Dnis(colleague("101")), ..ring("+36301234567") };
    let to_102 = Call {
        direction: Direction::Outbound,
        ani: Ani(colleague("101")),
        dnis: Dnis(colleague("102")),
        ..ring("+36301234567")
    };
    for internal in [from_102, to_102] {
        is_spoken(&mut hub, &internal).await;
        // Whatever a list says of the number.
        hub.card(&internal, found(1, "Anna")).await;
    }
    let customers = ring("+36301234567");
    is_spoken(&mut hub, &customers).await;
    let pop = office.pop("the customer's wrap-up", |pop| !pop.wrap_ups.is_empty()).await;
    let wrapped_up: Vec<_> = pop.wrap_ups.iter().map(|one| &one.call.id).collect();
    assert_eq!(wrapped_up, [&customers.id]);
}

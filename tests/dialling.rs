//! A number is clicked: our own phone rings, then the customer's. And everything that may go wrong, said in words.

use crate::support;

use ringcard_sim::{Misbehaviour, OwnLegCaller, PhoneScript, Sim, SimConfig};
use serde_json::json;
use std::{mem, time::Duration};
use support::{Desk, Plan, people::maria};

const CUSTOMER: &str = "+36301234567";

#[tokio::test(flavor = "multi_thread")]
async fn a_number_typed_into_the_box_rings_both_phones_one_after_the_other() {
    // This PBX announces the ringing of our own phone like an incoming call.
    let sim = SimConfig { announce_own_leg: Some(OwnLegCaller::Number), ..SimConfig::default() };
    let desk = Plan { sim, ..Plan::new("click-to-call") }.with_main_window().open().await;
    desk.knows(maria()).await;
    {
        let main = desk.main_window().await;
        main.find("[role=combobox]").await;
        desk.has_keyboard("Ringcard").await;
        desk.presses("ctrl+k");
        desk.types("06 30 123 4567");
        main.sees("+36 30 123 4567").await;
        desk.picture(&main, "typed").await;
        desk.presses("Return");
    }
    let popup = desk.popup().await;
    popup.sees("Your phone is ringing: pick up").await;
    popup.sees("María López").await;
    desk.picture(&popup, "pick-up").await;
    let (ours, theirs) = (desk.sim.phone("101"), desk.sim.phone(CUSTOMER));
    ours.rings().await.expect("our phone rings first");
    assert!(!theirs.is_ringing(), "the customer is called only when we are there");
    ours.pick_up().await.expect("picked up");
    popup.sees("Calling the customer").await;
    desk.picture(&popup, "calling").await;
    theirs.rings().await.expect("then the customer's");
    theirs.pick_up().await.expect("picked up");
    popup.sees("Connected").await;
    desk.picture(&popup, "connected").await;
    theirs.hang_up().await.expect("hung up");
    popup.sees("Ended").await;
    assert_eq!(desk.listed().await, ["ended"], "our own phone's ringing is no call of its own");
    let asked = desk.sim.requests();
    assert_eq!(asked.len(), 1);
    assert_eq!((asked[0].parameter("extension"), asked[0].parameter("number")), (Some("101"), Some(CUSTOMER)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_pbx_refuses_is_said_in_words_and_quoted() {
    let desk = Plan::new("refused").with_main_window().open().await;
    let refusals = [
        (Misbehaviour::RefuseAuthentication, "The PBX did not accept the sign-in", "Check the PBX account in Settings"),
        (Misbehaviour::RefuseStart { message: "No credit left".into() }, "The PBX refused the call", "No credit left"),
        (
            Misbehaviour::ErrorWith200 { message: "ERROR: line barred".into() },
            "The PBX refused the call",
            "line barred",
        ),
    ];
    let tried = refusals.len();
    for (n, (misbehaviour, what, more)) in refusals.into_iter().enumerate() {
        desk.sim.misbehave(misbehaviour);
        dial(&desk, &format!("+3620555010{n}")).await;
        let popup = desk.popup().await;
        popup.sees(what).await;
        popup.sees(more).await;
        popup.sees("Outgoing").await;
        assert!(!popup.text().await.contains(&desk.sim.config().vipex.password), "the password is on the card");
        desk.picture(&popup, &format!("{n}")).await;
        popup.press("Dismiss").await;
        popup.sees_no(what).await;
    }
    assert_eq!(desk.sim.requests().len(), tried, "nothing is tried again by itself");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pbx_that_cannot_be_reached_is_said_and_nothing_was_dialled() {
    let mut desk = Plan::new("unreachable").with_main_window().open().await;
    let other = Sim::start(SimConfig::default()).await.expect("another simulator");
    mem::replace(&mut desk.sim, other).shutdown().await;
    dial(&desk, CUSTOMER).await;
    let popup = desk.popup().await;
    popup.sees("The PBX cannot be reached").await;
    popup.sees("Nothing was dialled").await;
    popup.find_button("Call again").await;
    desk.picture(&popup, "said").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_leg_that_failed_is_named() {
    let sim = SimConfig { ring_for: Duration::from_millis(300), ..SimConfig::default() };
    let desk_settings = "hide_after_seconds = 300";
    let desk = Plan { sim, desk_settings, ..Plan::new("legs") }.with_main_window().open().await;
    let legs = [
        (PhoneScript::NoAnswer, PhoneScript::Manual, "You did not pick up", "The customer was not called"),
        (PhoneScript::Decline { after_ms: 0 }, PhoneScript::Manual, "Your phone declined the call", "do not disturb"),
        (PhoneScript::answer(), PhoneScript::Busy, "The customer's line is busy", "Try again in a few minutes"),
        (PhoneScript::answer(), PhoneScript::NoAnswer, "The customer does not answer", "Try again later"),
        (PhoneScript::answer(), PhoneScript::Unreachable, "The customer could not be reached", "Check the number"),
    ];
    let tried = legs.len();
    for (n, (ours, theirs, what, advice)) in legs.into_iter().enumerate() {
        let number = format!("+3620555010{n}");
        desk.sim.script("101", ours);
        desk.sim.script(&number, theirs);
        dial(&desk, &number).await;
        let popup = desk.popup().await;
        popup.sees(what).await;
        popup.sees(advice).await;
        desk.picture(&popup, &format!("{n}")).await;
        popup.press("Dismiss").await;
        popup.sees_no(what).await;
    }
    assert_eq!(desk.sim.requests().len(), tried, "nothing is tried again by itself");
    desk.popup_is_gone().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_in_time_is_unknown_and_never_dialled_again() {
    let desk = Plan { account_settings: "timeout_seconds = 1", ..Plan::new("timeout") }.with_main_window().open().await;
    desk.sim.misbehave(Misbehaviour::Hang { started: false });
    dial(&desk, CUSTOMER).await;
    {
        let popup = desk.popup().await;
        popup.sees("Unknown: look at your phone").await;
        popup.sees("look at your phone before you dial again").await;
        desk.picture(&popup, "said").await;
        popup.press("Hide").await;
        desk.popup_is_gone().await;
    }
    assert_eq!(desk.sim.requests().len(), 1);

    // It was started all the same: what the PBX reports later is believed.
    desk.sim.misbehave(Misbehaviour::Hang { started: true });
    dial(&desk, "+36205550102").await;
    let popup = desk.popup().await;
    popup.sees("Your phone is ringing: pick up").await;
    desk.sim.phone("101").pick_up().await.expect("picked up");
    popup.sees("Calling the customer").await;
    assert_eq!(desk.sim.requests().len(), 2, "one request for each of the two calls");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missed_call_is_called_back_from_its_card() {
    let desk = Desk::open("call-back").await;
    desk.knows(maria()).await;
    let call = desk.rings(CUSTOMER).await;
    let popup = desk.popup().await;
    popup.sees("María López").await;
    call.miss().await.expect("missed");
    popup.press("Call back").await;
    popup.sees("Your phone is ringing: pick up").await;
    desk.sim.phone("101").rings().await.expect("our phone rings");
    assert_eq!(desk.sim.requests().len(), 1);
}

/// As the main window's own code asks for it.
async fn dial(desk: &Desk, number: &str) {
    let answer =
        desk.main_window().await.invoke("dial", json!({ "text": number, "confirmed": false, "told": false })).await;
    assert_eq!(answer.expect("an answer")["kind"], "dialling", "{number}");
}

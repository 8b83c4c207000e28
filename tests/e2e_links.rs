//! Links of other programs: one call a click, whether Ringcard runs or not.

#![cfg(target_os = "linux")]

mod support;

use support::{Desk, Plan};

#[tokio::test(flavor = "multi_thread")]
async fn a_link_while_ringcard_is_closed_dials_exactly_once() {
    let desk = Plan { args: vec!["tel:+36-30-123-4567"], ..Plan::new("cold-link") }.open().await;
    let popup = desk.popup().await;
    popup.sees("Your phone is ringing: pick up").await;
    popup.sees("+36 30 123 4567").await;
    assert!(!desk.has_main_window().await, "a link asks for a call and not for a window");
    let popup = desk.popup().await;
    let (ours, theirs) = (desk.sim.phone("101"), desk.sim.phone("+36301234567"));
    ours.rings().await.expect("our phone rings");
    desk.picture(&popup, "ringing").await;
    ours.pick_up().await.expect("picked up");
    theirs.rings().await.expect("the customer's phone rings");
    theirs.pick_up().await.expect("picked up");
    popup.sees("Connected").await;
    theirs.hang_up().await.expect("hung up");
    popup.sees("Ended").await;
    assert_eq!(dialled(&desk), ["+36301234567"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_while_ringcard_runs_is_one_call_a_click() {
    let desk = Desk::open("links").await;
    desk.start_again(&["tel:+36301234567"]);
    desk.start_again(&["callto:+36 30 123 4567"]);
    {
        let popup = desk.popup().await;
        popup.sees("Your phone is ringing: pick up").await;
        desk.sim.phone("101").decline().await.expect("declined");
        popup.sees("Your phone declined the call").await;
        popup.press("Dismiss").await;
    }
    desk.start_again(&["call", "+36", "20", "555", "0102"]);
    {
        let popup = desk.popup().await;
        popup.sees("+36 20 555 0102").await;
        popup.sees("Your phone is ringing: pick up").await;
        desk.sim.phone("101").decline().await.expect("declined");
        popup.sees("Your phone declined the call").await;
    }
    assert_eq!(dialled(&desk), ["+36301234567", "+36205550102"], "the first was clicked twice");
    assert!(!desk.has_main_window().await, "nothing had to be asked");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_may_be_no_number_is_asked_about_and_one_that_is_none_is_refused() {
    let desk = Desk::open("unsure-link").await;
    desk.start_again(&["tel:+363012345"]);
    {
        let main = desk.main_window().await;
        main.sees("Call this number?").await;
        main.sees("It looks too short for that country").await;
        assert!(dialled(&desk).is_empty(), "it was dialled before anybody said yes");
        desk.has_keyboard("Ringcard").await;
        desk.picture(&main, "question").await;
        main.press("Call").await;
        main.sees_no("Call this number?").await;
    }
    desk.popup().await.sees("Your phone is ringing: pick up").await;
    assert_eq!(dialled(&desk), ["+363012345"]);

    desk.start_again(&["tel:ORD-2024-00123"]);
    let main = desk.main_window().await;
    main.sees("This is not a phone number").await;
    desk.picture(&main, "refused").await;
    assert_eq!(dialled(&desk).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn starting_ringcard_again_brings_its_window() {
    let desk = Desk::open("again").await;
    assert!(!desk.has_main_window().await, "it was started hidden");
    desk.start_again(&[]);
    desk.main_window().await.sees("No calls yet").await;
    desk.has_keyboard("Ringcard").await;
    // Closed, it lives on in the tray; and comes back.
    desk.close_main_window().await;
    desk.start_again(&["--hidden"]);
    desk.get("/healthz").await;
    assert!(!desk.has_main_window().await, "a hidden start opens no window");
    desk.start_again(&[]);
    desk.main_window().await.sees("No calls yet").await;
}

/// The numbers the PBX was asked to call, oldest first.
fn dialled(desk: &Desk) -> Vec<String> {
    desk.sim.requests().iter().map(|request| request.parameter("number").unwrap_or_default().to_owned()).collect()
}

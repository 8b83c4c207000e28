//! Links of other programs: one call a click, whether Ringcard runs or not.

use crate::support;

use support::{Desk, Plan};

/// Links are Ringcard's.
const LINKS: &str = "links = true";

#[tokio::test(flavor = "multi_thread")]
async fn a_link_while_ringcard_is_closed_is_asked_about_and_dialled_on_enter_exactly_once() {
    let plan = Plan { args: vec!["tel:+36-30-123-4567"], desk_settings: LINKS, ..Plan::new("cold-link") };
    let desk = plan.open().await;
    let popup = desk.popup().await;
    popup.sees("A link wants this number called").await;
    popup.sees("+36 30 123 4567").await;
    assert_eq!(dialled(&desk), [""; 0], "nobody has agreed yet");
    assert!(!desk.has_main_window().await, "a link asks for a call and not for a window");
    desk.has_keyboard("Ringcard call").await;
    // For a moment it is only read.
    popup.find("[data-question] button[aria-disabled='false']").await;
    desk.picture(&popup, "question").await;
    desk.presses("Return");
    popup.sees("Your phone is ringing: pick up").await;
    popup.sees_no("A link wants this number called").await;
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
async fn whoever_goes_on_writing_when_a_link_comes_calls_nobody_and_has_the_keyboard_again() {
    let mut desk = Plan { desk_settings: LINKS, ..Plan::new("link-typing") }.open().await;
    let other = desk.other_program().await;
    desk.start_again(&["tel:+3690123456"]);
    desk.has_keyboard("Ringcard call").await;
    desk.types("x");
    desk.has_keyboard(support::OtherProgram::TITLE).await;
    desk.types("yes please");
    desk.presses("Return");
    other.got("yes please\r").await;
    let popup = desk.popup().await;
    popup.sees("Premium number").await;
    assert_eq!(dialled(&desk), [""; 0]);
    popup.find("[data-question] button[aria-disabled='false']").await;
    desk.clicks_on(&popup, "Cancel").await;
    desk.popup_is_gone().await;
    assert_eq!(dialled(&desk), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_that_is_set_a_plain_link_is_one_call_a_click_and_a_premium_one_is_asked_about() {
    let plan = Plan { desk_settings: "links = true\nlink_dials = \"at_once\"", ..Plan::new("links") };
    let desk = plan.open().await;
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
        popup.press("Dismiss").await;
    }
    assert_eq!(dialled(&desk), ["+36301234567", "+36205550102"], "the first was clicked twice");
    // The person's own wish is asked about too where a call may cost a lot: with the same words.
    desk.start_again(&["call", "+3690123456"]);
    let popup = desk.popup().await;
    popup.sees("Call this number?").await;
    popup.sees("Premium number").await;
    popup.find("[data-question] button[aria-disabled='false']").await;
    assert_eq!(dialled(&desk).len(), 2);
    popup.press("Call all the same").await;
    popup.sees("Your phone is ringing: pick up").await;
    assert_eq!(dialled(&desk).len(), 3);
    assert!(!desk.has_main_window().await, "no window had to be opened");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_may_be_no_number_is_asked_about_and_one_that_is_none_is_refused() {
    let plan = Plan { desk_settings: "links = true\nlink_dials = \"at_once\"", ..Plan::new("unsure-link") };
    let desk = plan.open().await;
    desk.start_again(&["tel:+363012345"]);
    let popup = desk.popup().await;
    popup.sees("A link wants this number called").await;
    popup.sees("It looks too short for that country").await;
    assert_eq!(dialled(&desk), [""; 0], "it was dialled before anybody said yes");
    popup.find("[data-question] button[aria-disabled='false']").await;
    desk.picture(&popup, "question").await;
    popup.press("Call").await;
    popup.sees("Your phone is ringing: pick up").await;
    assert_eq!(dialled(&desk), ["+363012345"]);
    desk.sim.phone("101").decline().await.expect("declined");
    popup.sees("Your phone declined the call").await;
    popup.press("Dismiss").await;
    desk.popup_is_gone().await;

    // One in three seconds is taken.
    support::until("the second link to be taken", async || {
        desk.start_again(&["tel:ORD-2024-00123"]);
        let said = popup.text().await;
        if said.contains("This is not a phone number") { Ok(()) } else { Err(said) }
    })
    .await;
    desk.picture(&popup, "refused").await;
    assert!(!desk.has_main_window().await, "a page opens no window");
    assert_eq!(dialled(&desk).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn with_links_off_a_link_dials_nothing_and_opens_nothing_and_that_is_said_in_the_main_window() {
    let desk = Desk::open("links-off").await;
    for _ in 0..15 {
        desk.start_again(&["tel:112"]);
    }
    desk.start_again(&["--hidden"]);
    desk.get("/healthz").await;
    assert!(!desk.has_main_window().await, "a page opens no window");
    desk.start_again(&[]);
    let main = desk.main_window().await;
    main.sees("A link was not called").await;
    main.sees("Links are off").await;
    assert_eq!(dialled(&desk), [""; 0], "links are off");
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

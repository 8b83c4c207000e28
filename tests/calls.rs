//! The list of calls in the main window: what happened to each, and calling back.

use crate::support;

use ringcard_sim::Misbehaviour;
use support::{
    Plan,
    people::{MARIA_CALLS, NOBODY_CALLS, maria},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_call_in_the_list_tells_its_story_and_is_called_back() {
    let desk = Plan::new("list").with_main_window().open().await;
    desk.knows(maria()).await;
    // A PBX that says everything twice.
    for _ in 0..6 {
        desk.sim.misbehave(Misbehaviour::PushTwice);
    }
    let call = desk.rings(MARIA_CALLS).await;
    {
        let main = desk.main_window().await;
        main.sees("María López").await;
        main.sees("Ringing").await;
        desk.picture(&main, "rings").await;
        call.answer().await.expect("answered");
        main.sees("Connected").await;
        call.hang_up().await.expect("hung up");
        main.sees("Ended").await;
    }
    let missed = desk.rings(NOBODY_CALLS).await;
    missed.miss().await.expect("missed");
    assert_eq!(desk.listed().await, ["missed", "ended"], "each call is one call");

    let popup = desk.popup().await;
    popup.sees("Missed").await;
    popup.press("Dismiss").await;
    let main = desk.main_window().await;
    main.press("Missed").await;
    main.sees_no("María López").await;
    main.press("All").await;
    main.press_containing("María López").await;
    for step in ["What happened", "Call came in on Sales (HU)", "Connected", "Ended", "Ana Kiss"] {
        main.sees(step).await;
    }
    desk.picture(&main, "story").await;
    main.press("Back to the list").await;
    main.press("Call back: +36 70 555 9999").await;
    desk.sim.phone("101").rings().await.expect("our phone rings");
    assert_eq!(desk.sim.requests()[0].parameter("number"), Some(NOBODY_CALLS));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_box_finds_customers_runs_commands_and_refuses_what_is_no_number() {
    let desk = Plan::new("box").with_main_window().open().await;
    desk.knows(maria()).await;
    let main = desk.main_window().await;
    main.find("[role=combobox]").await;
    desk.has_keyboard("Ringcard").await;
    desk.presses("ctrl+k");
    desk.types("4111 1111 1111 1111");
    desk.presses("Return");
    main.sees("payment card number").await;
    desk.picture(&main, "refused").await;
    assert!(desk.sim.requests().is_empty());
    desk.presses("ctrl+a");
    desk.types("lopez");
    main.sees("María López").await;
    desk.picture(&main, "found").await;
    desk.presses("Return");
    main.sees("Prefers English").await;
    desk.presses("ctrl+k");
    desk.types("do not disturb");
    main.sees("Turn on do not disturb").await;
    desk.presses("Return");
    main.sees("Do not disturb: on").await;
    let kept = std::fs::read_to_string(desk.home.join("ringcard.toml")).expect("settings");
    assert!(kept.contains("do_not_disturb = true"), "it holds after the next start too: {kept}");
}

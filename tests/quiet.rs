//! How a call announces itself: by the system's notification, or not at all.

use crate::support;

use support::{
    POPUP, Plan,
    people::{MARIA_CALLS, PETER_CALLS, maria, peter},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_notification_says_who_calls_opens_the_card_and_calls_back() {
    let desk = Plan { desk_settings: "quiet = \"notification\"", ..Plan::new("notification") }.open().await;
    desk.knows(maria()).await;
    let call = desk.rings(MARIA_CALLS).await;
    desk.was_told("Incoming call: María López").await;
    desk.was_told("Line: Sales (HU)").await;
    desk.has_notifications(1).await;
    assert_eq!(desk.place_of(POPUP), None, "the agent asked for notifications only");
    desk.picture_now("ringing");
    desk.choose_action("Open");
    desk.popup_is_up().await;
    desk.has_notifications(0).await;
    {
        let popup = desk.popup().await;
        popup.sees("María López").await;
        desk.picture(&popup, "opened").await;
    }
    call.miss().await.expect("missed");
    desk.was_told("Missed call: María López").await;
    desk.has_notifications(1).await;
    desk.picture_now("missed");
    desk.choose_action("Call back");
    desk.sim.phone("101").rings().await.expect("our phone rings");
    assert_eq!(desk.sim.requests().len(), 1);
    desk.has_notifications(0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notification_leaves_when_the_call_is_answered() {
    let desk = Plan { desk_settings: "quiet = \"both\"", ..Plan::new("both") }.open().await;
    let call = desk.rings(MARIA_CALLS).await;
    desk.popup_is_up().await;
    desk.has_notifications(1).await;
    desk.picture_now("ringing");
    call.answer().await.expect("answered");
    desk.has_notifications(0).await;
    desk.popup().await.sees("Connected").await;
    call.hang_up().await.expect("hung up");
}

#[tokio::test(flavor = "multi_thread")]
async fn do_not_disturb_shows_nothing_until_it_is_asked_for() {
    let settings = "quiet = \"both\"\ndo_not_disturb = true";
    let desk = Plan { desk_settings: settings, ..Plan::new("dnd") }.with_main_window().open().await;
    desk.knows(maria()).await;
    desk.knows(peter()).await;
    let call = desk.rings(MARIA_CALLS).await;
    {
        let main = desk.main_window().await;
        main.sees("Do not disturb: on").await;
        // It is in the list, and so it went through everything that could have shown it.
        main.sees("María López").await;
        desk.picture(&main, "silent").await;
    }
    assert_eq!((desk.place_of(POPUP), desk.notifications()), (None, 0), "the agent was disturbed");
    desk.presses("ctrl+alt+space");
    desk.popup_is_up().await;
    desk.popup().await.sees("María López").await;
    call.miss().await.expect("missed");
    desk.popup().await.press("Dismiss").await;
    desk.popup_is_gone().await;
    assert_eq!(desk.notifications(), 0, "a missed call disturbs as well");

    desk.main_window().await.press("Do not disturb: on").await;
    desk.main_window().await.sees("Do not disturb: off").await;
    let call = desk.rings(PETER_CALLS).await;
    desk.popup_is_up().await;
    desk.has_notifications(1).await;
    call.hang_up().await.expect("hung up");
}

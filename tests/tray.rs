//! The tray: how things stand, and what one wants without a window.

use crate::support;

use std::{fs, net::TcpStream};
use support::{Desk, POPUP, Plan, people::MARIA_CALLS, tray::Tray, until_true};

#[tokio::test(flavor = "multi_thread")]
async fn the_tray_says_how_things_stand_and_does_what_one_wants_without_a_window() {
    let mut desk = Desk::prepare(Plan { desk_settings: "hide_after_seconds = 1", ..Plan::new("tray") }).await;
    let mut tray = Tray::of(&desk.session).await;
    desk.start_app().await;
    let menu = tray.menu().await;
    menu.shows("Ready for calls").await;

    let call = desk.rings(MARIA_CALLS).await;
    menu.shows("Ringing").await;
    call.miss().await.expect("missed");
    menu.shows("1 missed caller to call back").await;
    desk.popup_is_gone().await;

    menu.click("Do not disturb").await;
    let settings = desk.home.join("ringcard.toml");
    until_true("the choice to be kept", || {
        fs::read_to_string(&settings).unwrap_or_default().contains("do_not_disturb = true")
    })
    .await;
    assert!(menu.shows("Do not disturb").await.checked);
    let quiet = desk.rings(MARIA_CALLS).await;
    menu.shows("Ringing").await;
    assert_eq!(desk.place_of(POPUP), None, "nobody wants to be disturbed");
    quiet.miss().await.expect("missed");
    // It is the same caller.
    menu.shows("1 missed caller to call back").await;

    menu.click("Call back +36 30 123 4567").await;
    desk.sim.phone("101").rings().await.expect("our own phone rings first");
    desk.popup_is_up().await;
    desk.sim.phone("101").decline().await.expect("declined");

    menu.click("Open Ringcard").await;
    desk.main_window().await.sees("Calls").await;
    menu.click("Quit").await;
    until_true("the app to end", || TcpStream::connect(desk.address).is_err()).await;
}

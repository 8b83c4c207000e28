//! Settings: kept, holding at once, and tested with words that say what failed.

use crate::support;

use ringcard_sim::{HubTarget, PhoneScript};
use std::net::TcpListener;
use support::{Desk, Plan, Window, driver::free_port, people::MARIA_CALLS, session::Look};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_chosen_holds_at_once_and_after_the_next_start() {
    let mut desk = Plan::new("settings").with_main_window().open().await;
    {
        let main = desk.main_window().await;
        settings(&main, "Card and quiet").await;
        main.choose_labelled("Corner", "Bottom left").await;
        main.sees("Saved").await;
        desk.picture(&main, "card").await;
    }
    let call = desk.rings(MARIA_CALLS).await;
    let bottom = desk.screen.1 - 16;
    desk.popup_comes_to("other", |place| (place.x, place.y + place.height) == (16, bottom)).await;
    call.hang_up().await.expect("hung up");
    {
        let main = desk.main_window().await;
        main.press("Language and appearance").await;
        main.choose_labelled("Appearance", "Dark").await;
        main.choose_labelled("Language", "Magyar").await;
        main.sees("Hívások").await;
        desk.picture(&main, "dark-hungarian").await;
        main.press("Számok").await;
        main.fill_labelled("A szám úgy, ahogy valaki leírná", "06 30 123-4567").await;
        main.sees("+36 30 123 4567").await;
        desk.picture(&main, "number").await;
    }
    desk.close_app().await;
    desk.start_app().await;
    let call = desk.rings(MARIA_CALLS).await;
    let popup = desk.popup().await;
    popup.sees("Csörög").await;
    desk.popup_comes_to("other", |place| (place.x, place.y + place.height) == (16, bottom)).await;
    call.hang_up().await.expect("hung up");
}

#[tokio::test(flavor = "multi_thread")]
async fn with_the_address_in_use_another_one_is_chosen_and_calls_come_in() {
    let mut desk = Desk::prepare(Plan::new("address").with_main_window()).await;
    let _other = TcpListener::bind(desk.address).expect("the address is free");
    desk.open_app().await;
    let main = desk.main_window().await;
    // What is wrong is said at the bottom of the window, and leads to the place where it can be mended.
    main.press_containing("Incoming calls: Not listening").await;
    main.press("Incoming calls").await;
    main.sees("Not listening: no calls come in").await;
    main.sees("already in use").await;
    desk.picture(&main, "not-listening").await;
    main.fill_labelled("Address Ringcard listens at", "not an address").await;
    main.press("Save").await;
    main.sees("An IP address and a port").await;
    let free = format!("127.0.0.1:{}", free_port());
    main.fill_labelled("Address Ringcard listens at", &free).await;
    main.press("Save").await;
    main.sees(&format!("Listening at {free}")).await;
    desk.picture(&main, "listening").await;
    desk.sim.set_hub(Some(HubTarget::new(format!("http://{free}"), "pbx")));
    let call = desk.rings(MARIA_CALLS).await;
    desk.popup().await.sees("+36 30 123 4567").await;
    call.hang_up().await.expect("hung up");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_says_exactly_what_fails() {
    let desk = Plan::new("tests").with_main_window().open().await;
    let main = desk.main_window().await;
    settings(&main, "Accounts").await;
    main.press("Test pbx").await;
    // VIPeX has nothing to ask that rings nobody: its password stays untried, and that is said.
    main.sees("What could be checked works. Not checked: Sign-in").await;
    main.sees("Address").await;
    desk.picture(&main, "works").await;
    assert!(desk.sim.calls().is_empty(), "a test rings nobody");

    main.press("Change pbx").await;
    let closed = format!("http://127.0.0.1:{}/api", free_port());
    main.fill_labelled("Address of the API", &closed).await;
    desk.picture(&main, "form").await;
    main.press("Save and test").await;
    main.sees("This does not work").await;
    main.sees("Connection").await;
    desk.picture(&main, "fails").await;
    let page = main.run("return document.documentElement.outerHTML").await.to_string();
    for secret in [desk.sim.config().vipex.password.as_str(), "sim-push-key"] {
        assert!(!page.contains(secret), "a secret is in the page");
    }

    main.press_containing("Back to the accounts").await;
    main.press("Incoming calls").await;
    main.press_containing("Test incoming calls").await;
    main.sees("What could be checked works").await;
    desk.picture(&main, "incoming").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_password_store_it_is_said_and_secrets_from_elsewhere_work() {
    let look = Look { keyring: false, ..Look::default() };
    let desk = Plan { look, ..Plan::new("no-keyring") }.with_main_window().open().await;
    {
        let main = desk.main_window().await;
        settings(&main, "Password store").await;
        main.sees("There is no password store that can be used").await;
        main.sees("Without a password store").await;
        desk.picture(&main, "said").await;
    }
    let call = desk.rings(MARIA_CALLS).await;
    desk.popup().await.sees("+36 30 123 4567").await;
    call.hang_up().await.expect("hung up");
}

#[tokio::test(flavor = "multi_thread")]
async fn links_of_the_system_are_opened_with_ringcard_when_that_is_chosen() {
    let desk = Plan::new("scheme").with_main_window().open().await;
    let main = desk.main_window().await;
    settings(&main, "Card and quiet").await;
    main.press_containing("Open telephone links with Ringcard").await;
    main.sees("Saved").await;
    let default = || desk.session.output("gio", ["mime", "x-scheme-handler/tel"]);
    support::until("Ringcard to be the program for tel: links", async || {
        let said = default();
        if said.to_lowercase().contains("ringcard") { Ok(()) } else { Err(said) }
    })
    .await;
    desk.sim.script("101", PhoneScript::Decline { after_ms: 0 });
    desk.session.output("gio", ["open", "tel:+36301234567"]);
    {
        let popup = desk.popup().await;
        popup.sees("A link wants this number called").await;
        assert_eq!(desk.sim.requests().len(), 0, "nobody has agreed yet");
        popup.find("[data-question] button[aria-disabled='false']").await;
        popup.press("Call").await;
        popup.sees("Your phone declined the call").await;
    }
    assert_eq!(desk.sim.requests().len(), 1);
}

async fn settings(main: &Window<'_>, part: &str) {
    main.press_containing("Settings").await;
    main.sees("All of this is kept in").await;
    main.press(part).await;
}

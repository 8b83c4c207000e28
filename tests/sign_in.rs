//! Signing in to a system in the browser: allowed, not allowed, taken back.

use crate::support;

use ringcard_sim::zendesk::{ZendeskConfig, ZendeskSim};
use support::{
    Browser, Desk, Plan,
    people::{MARIA_CALLS, maria},
    traces, until,
};

/// The account's table: people sign in to it in the browser.
fn account(zendesk: &ZendeskSim) -> String {
    format!(
        r#"
[[account]]
name = "crm"
connector = "zendesk"
api_url = "{url}"
sign_in = "oauth"
oauth_client_id = "{client}"
oauth_port = 0
"#,
        url = zendesk.base_url(),
        client = zendesk.config().oauth.client_id,
    )
}

/// The accounts in Settings, and the page that the other system asks its person on.
async fn begins(desk: &Desk, browser: &Browser, zendesk: &ZendeskSim) {
    desk.forget_opened();
    desk.main_window().await.press("Sign in to crm").await;
    let asked = desk.opens(&format!("{}/oauth/authorizations/new", zendesk.base_url())).await;
    browser.goes_to(&asked).await;
    browser.page().sees("Ringcard wants to use your account").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signs_in_in_the_browser_is_told_there_and_here_and_who_does_not_allow_it_as_well() {
    let zendesk = ZendeskSim::start(ZendeskConfig::default()).await.expect("a simulated Zendesk");
    let mut desk = Plan { accounts: account(&zendesk), ..Plan::new("sign-in") }.with_main_window().open().await;
    desk.knows(maria()).await;
    let browser = Browser::open(&mut desk.session).await;
    {
        let main = desk.main_window().await;
        main.press_containing("Settings").await;
        main.press("Accounts").await;
        main.sees("crm").await;
        desk.picture(&main, "before").await;
    }
    begins(&desk, &browser, &zendesk).await;
    {
        let main = desk.main_window().await;
        main.sees("Waiting for the browser…").await;
        browser.page().click("#deny").await;
        browser.page().sees("The sign-in did not work. Ringcard says why.").await;
        desk.picture_now("denied-in-the-browser");
        main.sees("Access was not granted in the browser. Nothing was changed.").await;
        desk.picture(&main, "denied").await;
    }
    begins(&desk, &browser, &zendesk).await;
    browser.page().click("#allow").await;
    browser.page().sees("You are signed in. You can close this page.").await;
    desk.picture_now("allowed-in-the-browser");
    {
        let main = desk.main_window().await;
        main.sees("works").await;
        desk.picture(&main, "signed-in").await;
        main.press("Test crm").await;
        main.sees("works").await;
        main.sees_no("does not work").await;
    }
    // A caller is looked up with what the sign-in brought, also after a restart.
    desk.close_app().await;
    desk.start_app().await;
    let call = desk.rings("+36205550102").await;
    let popup = desk.popup().await;
    popup.sees("Nagy Péter").await;
    call.hang_up().await.expect("hung up");
    assert_eq!(zendesk.tokens_made(), 1, "nothing was renewed that was not over");
    let tokens = ["sim-access-", "sim-refresh-"].map(str::to_owned);
    let of_the_person = desk.session.dir().join("home");
    let left = traces::found(&[&desk.home, &of_the_person], &[desk.session.log("ringcard")], &tokens);
    assert!(left.is_empty(), "{left:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_taken_back_at_midday_is_said_once_and_what_waits_goes_when_somebody_signs_in_again() {
    let zendesk = ZendeskSim::start(ZendeskConfig::default()).await.expect("a simulated Zendesk");
    let mut desk = Plan { accounts: account(&zendesk), ..Plan::new("revoked") }.with_main_window().open().await;
    desk.knows(maria()).await;
    let browser = Browser::open(&mut desk.session).await;
    {
        let main = desk.main_window().await;
        main.press_containing("Settings").await;
        main.press("Accounts").await;
    }
    begins(&desk, &browser, &zendesk).await;
    browser.page().click("#allow").await;
    browser.page().sees("You are signed in.").await;
    desk.main_window().await.sees("works").await;

    zendesk.revoke_tokens();
    // Two calls end: both wait to be filed.
    for _ in 0..2 {
        let call = desk.rings(MARIA_CALLS).await;
        let popup = desk.popup().await;
        popup.sees("María López").await;
        call.hang_up().await.expect("hung up");
        popup.press("Dismiss").await;
        desk.popup_is_gone().await;
    }
    {
        let main = desk.main_window().await;
        main.press_containing("Waiting to be sent").await;
        main.sees("crm does not accept the sign-in").await;
        desk.picture(&main, "said").await;
        let said = main.text().await.matches("does not accept the sign-in").count();
        assert_eq!(said, 1, "{}", main.text().await);
        main.press_containing("Settings").await;
        main.press("Accounts").await;
    }
    begins(&desk, &browser, &zendesk).await;
    browser.page().click("#allow").await;
    browser.page().sees("You are signed in.").await;
    {
        let main = desk.main_window().await;
        main.sees("works").await;
        main.press_containing("Waiting to be sent").await;
        main.sees_no("does not accept the sign-in").await;
        main.sees("Nothing waits").await;
    }
    until("both calls to be filed", async || {
        let filed = zendesk.tickets().into_iter().filter(|ticket| ticket.external_id.is_some()).count();
        if filed == 2 { Ok(()) } else { Err(format!("{filed} are")) }
    })
    .await;
}

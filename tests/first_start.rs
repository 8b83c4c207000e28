//! The first start: simulated calls at once, or one's own PBX in three minutes.

use crate::support;

use ringcard_sim::Ring;
use std::fs;
use support::Plan;

fn first_start(name: &'static str) -> Plan {
    Plan { first_start: true, ..Plan::new(name) }.with_main_window()
}

#[tokio::test(flavor = "multi_thread")]
async fn simulated_calls_ring_at_once_and_leave_nothing_behind() {
    let desk = first_start("try").open().await;
    let before = fs::read_to_string(desk.home.join("ringcard.toml")).expect("settings");
    {
        let main = desk.main_window().await;
        main.sees("Welcome to Ringcard").await;
        desk.picture(&main, "welcome").await;
        main.press_containing("Try with simulated calls").await;
    }
    {
        let popup = desk.popup().await;
        popup.sees("Nagy Péter").await;
        popup.sees("Ringing").await;
    }
    {
        let main = desk.main_window().await;
        main.sees("Nothing leaves this computer").await;
        desk.picture(&main, "demo").await;
        main.press("Ring a simulated call: Hidden number").await;
    }
    desk.popup().await.sees("Hidden number").await;
    let main = desk.main_window().await;
    main.press("Stop").await;
    main.sees("Welcome to Ringcard").await;
    desk.popup_is_gone().await;
    assert_eq!(fs::read_to_string(desk.home.join("ringcard.toml")).expect("settings"), before);
    assert!(!desk.home.join("demo").exists(), "the demo's own data went with it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pbx_is_connected_tested_and_rings() {
    let desk = first_start("connect").open().await;
    {
        let main = desk.main_window().await;
        main.press_containing("Connect your PBX").await;
        main.sees("Step 1 of 4").await;
        main.fill_labelled("Your name", "Ana Kiss").await;
        main.fill_labelled("Your extension", "101").await;
        desk.picture(&main, "you").await;
        main.press("Next").await;
        main.sees("Step 2 of 4").await;
        main.press_containing("VIPeX").await;
        desk.picture(&main, "kind").await;
        main.press("Next").await;
        main.sees("Step 3 of 4").await;
        // Nothing is saved as long as something is missing.
        main.press("Save and test").await;
        main.sees("This is needed.").await;
        main.fill_labelled("Address of the API", &desk.sim.click_to_call_url()).await;
        main.fill_labelled("User", &desk.sim.config().vipex.user).await;
        main.fill_labelled("Password", &desk.sim.config().vipex.password).await;
        main.fill_labelled("Push key", "sim-push-key").await;
        desk.picture(&main, "settings").await;
        main.press("Save and test").await;
        main.sees("What could be checked works. Not checked: Sign-in").await;
        let webhook = format!("http://{}/in/", desk.address);
        main.sees(&webhook).await;
        desk.picture(&main, "tested").await;
        main.press("Finish").await;
        main.sees("No calls yet").await;
    }
    let kept = fs::read_to_string(desk.home.join("ringcard.toml")).expect("settings");
    let account = kept.lines().find_map(|line| line.strip_prefix("name = \"").filter(|name| !name.starts_with("Ana")));
    let account = account.expect("an account").trim_end_matches('"').to_owned();
    for secret in [desk.sim.config().vipex.password.as_str(), "sim-push-key"] {
        assert!(!kept.contains(secret), "a secret is in the settings file");
    }
    desk.sim.set_hub(Some(ringcard_sim::HubTarget::new(format!("http://{}", desk.address), account)));
    let call = desk.sim.ring(Ring::from("+36301234567").extension("101")).await.expect("it rings");
    desk.popup().await.sees("+36 30 123 4567").await;
    call.hang_up().await.expect("hung up");
}

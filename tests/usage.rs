//! What was used of an account's limits, as the person who looks after it sees it.

use crate::support;

use ringcard_sim::zendesk::{ZendeskConfig, ZendeskSim};
use serde_json::{Value, json};
use support::{
    Desk, Plan, Team, Window,
    people::NOBODY_CALLS,
    team::{ANA, BELA},
    zendesk::{desk_with, user},
};

/// A language: the section, the report, its figure's name, the button, what was copied.
struct Words {
    language: &'static str,
    reports: &'static str,
    usage: &'static str,
    title: &'static str,
    kinds: [&'static str; 2],
}

const ENGLISH: Words = Words {
    language: "en",
    reports: "Reports",
    usage: "Requests used",
    title: "Requests",
    kinds: ["Look-ups", "Tests"],
};
const SPANISH: Words = Words {
    language: "es",
    reports: "Informes",
    usage: "Peticiones usadas",
    title: "Peticiones",
    kinds: ["Búsquedas", "Pruebas"],
};
const HUNGARIAN: Words = Words {
    language: "hu",
    reports: "Kimutatások",
    usage: "Felhasznált kérések",
    title: "Kérések",
    kinds: ["Keresések", "Próbák"],
};

#[tokio::test(flavor = "multi_thread")]
async fn what_was_used_is_told_in_english_as_the_system_itself_counted_it() {
    told(ENGLISH, "usage-en").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_used_is_told_in_spanish_as_the_system_itself_counted_it() {
    told(SPANISH, "usage-es").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_used_is_told_in_hungarian_as_the_system_itself_counted_it() {
    told(HUNGARIAN, "usage-hu").await;
}

async fn told(words: Words, name: &'static str) {
    let plan = Plan { language: words.language, ..Plan::new(name) }.with_main_window();
    let (desk, zendesk) = desk_with(plan, "").await;
    zendesk.add_user(user("Szűcs Árpád", NOBODY_CALLS));
    rings_twice(&desk).await;
    let main = desk.main_window().await;
    let tested = main.invoke("test_account", json!({ "name": "crm" })).await.expect("it is tried");
    assert!(tested["steps"].as_array().is_some_and(|steps| !steps.is_empty()), "{tested}");
    main.press_containing(words.reports).await;
    main.press(words.usage).await;
    // Both calls were missed, and are filed: nothing is asked any more when that is done.
    support::until("the same figure here and there", async || {
        main.invoke("usage", json!({ "account": "crm", "range": "day" })).await.map_err(|e| e.to_string())?;
        let (ours, theirs) = (figure(&main, words.title).await, zendesk.requests().len().to_string());
        let filed = zendesk.tickets().iter().filter(|ticket| ticket.external_id.is_some()).count();
        if ours == theirs && filed == 2 {
            return Ok(());
        }
        main.click("form[aria-label] button[type=submit]").await;
        Err(format!("{ours} here, {theirs} there; {filed} filed"))
    })
    .await;
    for kind in words.kinds {
        main.sees(kind).await;
    }
    desk.picture(&main, "day").await;
    main.click("[data-csv], .csv button").await;
    let csv = desk.ask(reqwest::Method::GET, "/v1/usage.csv?account=crm&range=day", None).await;
    let csv = csv.text().await.expect("a table");
    let total: u32 = csv.lines().skip(1).filter_map(|row| row.split(',').nth(7)?.parse::<u32>().ok()).sum();
    assert_eq!(total as usize, zendesk.requests().len(), "{csv}");
    let usage = desk.get("/v1/usage?account=crm&range=month").await;
    assert!(usage["cache_hits"].as_u64().is_some_and(|hits| hits > 0), "the second ring cost nothing: {usage}");
    let page: Value = main.run("return document.documentElement.scrollWidth <= window.innerWidth").await;
    assert_eq!(page, true, "nothing is wider than the window");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_of_a_team_is_not_offered_what_their_lead_is() {
    let zendesk = ZendeskSim::start(ZendeskConfig::default()).await.expect("a simulated Zendesk");
    let team = Team::begin_with(Some(zendesk.base_url())).await;
    for (name, member, role) in [("usage-agent", ANA, "agent"), ("usage-lead", BELA, "lead")] {
        let desk = team.desk_as(name, member, role).await.with_main_window().open().await;
        let main = desk.main_window().await;
        main.press_containing("Reports").await;
        main.sees("Not coded yet").await;
        match role {
            "lead" => main.press("Requests used").await,
            _ => {
                let page = main.text().await;
                assert!(!page.contains("Requests used"), "{page}");
                let asked = json!({ "account": "crm", "range": "day" });
                let refused = main.invoke("usage", asked).await.expect_err("it is not theirs to see");
                assert_eq!(refused["code"], "not_allowed", "{refused}");
            }
        }
        desk.picture(&main, "reports").await;
    }
}

async fn rings_twice(desk: &Desk) {
    for _ in 0..2 {
        let call = desk.rings(NOBODY_CALLS).await;
        let popup = desk.popup().await;
        popup.sees("Szűcs Árpád").await;
        call.hang_up().await.expect("hung up");
    }
}

/// The figure above the chart with this name.
async fn figure(main: &Window<'_>, name: &str) -> String {
    let script = format!(
        "return [...document.querySelectorAll('dl div')].find((one) => one.querySelector('dt')?.textContent === '{name}')\
         ?.querySelector('dd')?.textContent ?? ''"
    );
    main.run(&script).await.as_str().unwrap_or_default().to_owned()
}

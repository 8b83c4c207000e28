//! One card from several systems: whom a number is shared by, a CRM that is down, one that is slow, one that never answers.

use crate::support;

use ringcard_sim::zendesk::{Misbehaviour, ZendeskConfig, ZendeskSim};
use rusqlite::Connection;
use serde_json::json;
use support::{
    Desk, Plan,
    people::{MARIA_CALLS, NOBODY_CALLS, maria},
    zendesk::{CRM, account, desk_with, user},
};

#[tokio::test(flavor = "multi_thread")]
async fn of_two_with_one_number_the_one_chosen_is_shown_at_the_next_ring_and_after_a_restart() {
    let (mut desk, zendesk) = desk_with(Plan::new("shared"), "").await;
    zendesk.add_user(user("Szűcs Árpád", "+36 70 555 9999"));
    zendesk.add_user(user("Szűcs Ilona", "06 (70) 555-9999"));
    let call = desk.rings(NOBODY_CALLS).await;
    {
        let popup = desk.popup().await;
        popup.sees("2 possible customers").await;
        desk.picture(&popup, "who").await;
        popup.press_containing("Szűcs Ilona").await;
        popup.sees_no("possible customers").await;
        popup.sees("Szűcs Ilona").await;
        popup.sees("1 other customer with this number").await;
        desk.picture(&popup, "chosen").await;
        call.hang_up().await.expect("hung up");
        popup.press("Dismiss").await;
        desk.popup_is_gone().await;
    }
    is_known_at_once(&desk, "next-ring").await;
    desk.close_app().await;
    desk.start_app().await;
    is_known_at_once(&desk, "after-restart").await;
}

/// The card says who it is, and never asks.
async fn is_known_at_once(desk: &Desk, picture: &str) {
    let call = desk.rings(NOBODY_CALLS).await;
    let popup = desk.popup().await;
    popup.sees("Szűcs Ilona").await;
    let card = popup.text().await;
    assert!(!card.contains("possible customers"), "{card}");
    desk.picture(&popup, picture).await;
    call.hang_up().await.expect("hung up");
    popup.press("Dismiss").await;
    desk.popup_is_gone().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_crm_is_down_the_card_is_from_the_cache_and_says_so_and_is_fresh_again_when_the_crm_is() {
    let (mut desk, zendesk) = desk_with(Plan::new("crm-down"), "").await;
    let id = zendesk.add_user(user("Szűcs Árpád", NOBODY_CALLS));
    let ticket = |subject: &str| {
        let made = zendesk.add_ticket(&json!({
            "subject": subject, "comment": { "body": subject }, "requester_id": id, "status": "open",
        }));
        made.expect("a ticket")
    };
    ticket("Oak boards are late");
    let call = desk.rings(NOBODY_CALLS).await;
    {
        let popup = desk.popup().await;
        popup.sees("Szűcs Árpád").await;
        popup.sees("Oak boards are late").await;
        desk.picture(&popup, "fresh").await;
        call.hang_up().await.expect("hung up");
        popup.press("Dismiss").await;
        desk.popup_is_gone().await;
    }
    desk.close_app().await;
    answered_long_ago(&desk);
    zendesk.go_offline().await;
    ticket("Two boards are broken");
    desk.start_app().await;
    let call = desk.rings(NOBODY_CALLS).await;
    let popup = desk.popup().await;
    popup.sees("Szűcs Árpád").await;
    popup.sees("Oak boards are late").await;
    popup.sees("as of").await;
    popup.sees("Does not answer now; this is what it said before.").await;
    desk.picture(&popup, "from-the-cache").await;
    zendesk.go_online().await.expect("it is back");
    // While the same call rings, and without anybody doing anything.
    popup.sees_no("Does not answer now").await;
    popup.sees("Two boards are broken").await;
    desk.picture(&popup, "fresh-again").await;
    call.hang_up().await.expect("hung up");
}

/// Everything that systems said was said yesterday.
fn answered_long_ago(desk: &Desk) {
    let file = Connection::open(desk.home.join("directory.db")).expect("the file of customers");
    let changed = file.execute("UPDATE kept_answer SET as_of = as_of - 86400000", []).expect("it can be written");
    assert!(changed > 0, "answers are kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_system_is_asked_while_the_first_names_the_caller_and_adds_its_line_and_renames_nobody() {
    let (desk, _quick, slow) = with_two("two-sources", "deadline_seconds = 15", "").await;
    slow.add_user(user("Lopez Trading", MARIA_CALLS));
    slow.misbehave_until_cleared("search", Misbehaviour::Slow { ms: 8_000 });
    let call = desk.rings(MARIA_CALLS).await;
    let popup = desk.popup().await;
    popup.sees("María López").await;
    popup.sees("shop Asking…").await;
    assert!(!popup.text().await.contains("Lopez Trading"), "it has not answered");
    desk.picture(&popup, "asked").await;
    popup.sees("There: Lopez Trading").await;
    assert_eq!(heading(&popup).await, "María López");
    desk.picture(&popup, "answered").await;
    call.hang_up().await.expect("hung up");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_system_that_never_answers_says_so_on_its_own_line_and_holds_up_nobody() {
    let (desk, _quick, silent) = with_two("silent-source", "deadline_seconds = 1", "").await;
    silent.misbehave_until_cleared("*", Misbehaviour::Hang { applied: false });
    let call = desk.rings(MARIA_CALLS).await;
    let popup = desk.popup().await;
    popup.sees("María López").await;
    popup.sees("shop Does not answer.").await;
    assert_eq!(heading(&popup).await, "María López");
    desk.picture(&popup, "silent").await;
    call.hang_up().await.expect("hung up");
}

/// A desk that asks its list, then `crm`, then `shop`; María is in the list.
async fn with_two(name: &'static str, rules: &str, more: &str) -> (Desk, ZendeskSim, ZendeskSim) {
    let quick = ZendeskSim::start(ZendeskConfig::default()).await.expect("a simulated Zendesk");
    let slow = ZendeskSim::start(ZendeskConfig::default()).await.expect("a simulated Zendesk");
    // Nobody but María's desk and the shop know the number.
    for who in [&quick, &slow] {
        for known in who.users() {
            who.change_user(known.id, |user| user.phone = None);
        }
    }
    let accounts = [account(CRM, &quick, more), account("shop", &slow, more)].concat();
    let order = format!("\n[customers]\norder = [\"directory\", \"{CRM}\", \"shop\"]\n{rules}\n");
    let desk = Plan { accounts: accounts + &order, ..Plan::new(name) }.open().await;
    desk.knows(maria()).await;
    (desk, quick, slow)
}

async fn heading(popup: &support::Window<'_>) -> String {
    popup
        .run("return document.querySelector('main h2')?.textContent ?? ''")
        .await
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

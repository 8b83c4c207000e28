//! What is left to do: the team's missed calls on two desks of the real app, and calls that nobody coded.

use crate::support;

use support::{
    Desk, Plan, Team, Window,
    people::{MARIA_CALLS, NOBODY_CALLS, maria},
    team::{ANA, BELA},
    until,
};

const LINE: &str = "called=0615550100";

/// Their call rings at both, and nobody takes it.
async fn calls_in_vain(team: &Team, number: &str, id: &str) {
    let call = format!("caller=%2B{number}&{LINE}&call_id={id}");
    for extension in ["101", "102"] {
        team.told("incoming", &format!("{call}&extension={extension}")).await;
    }
    team.told("call-data", &format!("call_id={id}&disposition=NO%20ANSWER&billsec=0")).await;
}

/// Their row is in the list.
async fn has_row(main: &Window<'_>, number: &str) {
    main.press_containing("Left to do").await;
    main.sees(number).await;
}

/// What is seen in the row, not elsewhere in the window.
async fn in_row(main: &Window<'_>, text: &str) {
    until(&format!("\"{text}\" in the row"), async || {
        let row = main.run("return document.querySelector('[data-missed]')?.innerText ?? 'no row'").await;
        let row = row.as_str().unwrap_or_default().to_owned();
        if row.contains(text) { Ok(()) } else { Err(row) }
    })
    .await;
}

/// Ana's and Béla's desks.
async fn opened(team: &Team, names: [&'static str; 2]) -> (Desk, Desk) {
    let ana = team.desk(names[0], ANA).with_main_window().open().await;
    let bela = team.desk(names[1], BELA).with_main_window().open().await;
    (ana, bela)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_takes_a_missed_caller_on_is_seen_at_the_other_desk_at_once_and_a_conversation_takes_them_off_both() {
    let mut team = Team::begin().await;
    let (ana, bela) = opened(&team, ["left-ana", "left-bela"]).await;
    calls_in_vain(&team, "36705559999", "first").await;
    let (at_ana, at_bela) = (ana.main_window().await, bela.main_window().await);
    has_row(&at_ana, "+36 70 555 9999").await;
    has_row(&at_bela, "+36 70 555 9999").await;
    calls_in_vain(&team, "36705559999", "again").await;
    in_row(&at_bela, "called 2 times").await;

    at_ana.press_containing("I take it").await;
    in_row(&at_ana, "You have it").await;
    in_row(&at_bela, "Ana Kiss has it").await;
    assert_eq!(
        at_bela.run("return document.querySelectorAll('[data-missed] button').length").await,
        1,
        "only to look at"
    );
    ana.picture(&at_ana, "taken").await;
    bela.picture(&at_bela, "has-it").await;
    at_ana.press_containing("Release").await;
    at_bela.press_containing("I take it").await;
    in_row(&at_ana, "Kovács Béla has it").await;

    // Who has it is known after the hub was away, too.
    team.hub_stops().await;
    team.hub_starts().await;
    in_row(&at_ana, "Kovács Béla has it").await;

    // They call again, and Ana happens to take it.
    let later = format!("caller=%2B36705559999&{LINE}&call_id=later&extension=101");
    team.told("incoming", &later).await;
    team.told("event", &format!("{later}&event=connected")).await;
    at_ana.finds_no("[data-missed]").await;
    at_bela.finds_no("[data-missed]").await;
    team.told("event", &format!("{later}&event=ended")).await;
    bela.picture(&at_bela, "nothing-left").await;
    assert_eq!(ana.listed().await, ["ended", "missed", "missed"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_take_the_same_caller_one_is_told_who_was_faster() {
    let team = Team::begin().await;
    let (ana, bela) = opened(&team, ["faster-ana", "faster-bela"]).await;
    calls_in_vain(&team, "36705559999", "first").await;
    let (at_ana, at_bela) = (ana.main_window().await, bela.main_window().await);
    has_row(&at_ana, "+36 70 555 9999").await;
    has_row(&at_bela, "+36 70 555 9999").await;
    let rows = at_ana.invoke("missed_list", serde_json::json!({})).await.expect("the list");
    let take = serde_json::json!({ "id": rows["rows"][0]["id"], "act": { "kind": "take" } });
    let (one, other) =
        tokio::join!(at_ana.invoke("missed_act", take.clone()), at_bela.invoke("missed_act", take.clone()));
    let refused = match (one, other) {
        (Ok(_), Err(refused)) => (refused, "Ana Kiss"),
        (Err(refused), Ok(_)) => (refused, "Kovács Béla"),
        both => panic!("one of them has it: {both:?}"),
    };
    assert_eq!(refused.0["code"], "conflict", "{}", refused.0);
    assert!(refused.0["message"].as_str().is_some_and(|words| words.contains(refused.1)), "{}", refused.0);
}

const CODES: &str = r#"[wrap_up]
seconds = 600
[[wrap_up.codes]]
[[wrap_up.codes.code]]
code = "sold"
label = "Sold"
"#;

/// What stands in the mark of the section of calls.
async fn badge(main: &Window<'_>, count: &str) {
    until(&format!("{count} in the badge"), async || {
        let shown = main.run("return document.querySelector('nav .mark [aria-hidden]')?.innerText ?? ''").await;
        if shown == count { Ok(()) } else { Err(shown.to_string()) }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_was_skipped_is_left_to_do_over_a_kill_until_it_is_coded_or_needs_no_code() {
    let mut desk = Plan { more_settings: CODES, ..Plan::new("without-code").with_main_window() }.open().await;
    desk.knows(maria()).await;
    for caller in [MARIA_CALLS, NOBODY_CALLS] {
        let call = desk.rings(caller).await;
        desk.popup().await.sees("Ringing").await;
        call.answer().await.expect("answered");
        desk.popup().await.sees("Connected").await;
        call.hang_up().await.expect("hung up");
        desk.popup().await.sees("Wrap-up").await;
        // What is on the screen is not counted besides.
        badge(&desk.main_window().await, if caller == MARIA_CALLS { "" } else { "1" }).await;
        desk.popup().await.press_containing("Skip").await;
        desk.popup_is_gone().await;
    }
    badge(&desk.main_window().await, "2").await;
    desk.kill_app().await;
    desk.start_app().await;
    let main = desk.main_window().await;
    badge(&main, "2").await;
    main.press_containing("Left to do").await;
    main.sees("2 calls without a code").await;
    desk.picture(&main, "two").await;

    main.press("Code now: María López").await;
    desk.popup_is_up().await;
    let popup = desk.popup().await;
    popup.sees("Wrap-up").await;
    popup.sees("María López").await;
    desk.picture(&popup, "late").await;
    desk.main_window().await.sees("1 call without a code").await;
    let popup = desk.popup().await;
    popup.press_containing("Sold").await;
    popup.fill_labelled("Comment", "said yes on the way out").await;
    popup.press_containing("Save").await;
    desk.popup_is_gone().await;
    let main = desk.main_window().await;
    badge(&main, "1").await;
    until("the code to be in the call's history", async || {
        let list = desk.get("/v1/calls").await;
        let coded = &list["calls"][1]["outcome"];
        if coded["code"] == "sold" { Ok(()) } else { Err(list.to_string()) }
    })
    .await;

    main.press_containing("No code needed").await;
    main.sees("Nothing left").await;
    badge(&main, "").await;
    main.press_containing("All").await;
    main.press_containing("+36 70 555 9999").await;
    main.sees("No code needed, Ana Kiss said").await;
    desk.picture(&main, "no-code").await;
    let search = desk.get("/v1/calls/search?coded=false").await;
    assert_eq!(search["calls"].as_array().map(Vec::len), Some(0), "{search}");
}

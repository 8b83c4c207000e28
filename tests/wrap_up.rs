//! After a call: what the agent types survives whatever happens to the app, and what was saved is in the call's history.

use crate::support;

use serde_json::{Value, json};
use support::{
    Desk, OtherProgram, POPUP, Plan,
    people::{MARIA_CALLS, maria},
    until,
};

const CODES: &str = r#"[wrap_up]
seconds = 600
[[wrap_up.codes]]
[[wrap_up.codes.code]]
code = "sold"
label = "Sold"
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_in_wrap_up_loses_neither_card_nor_draft_nor_clock() {
    let mut desk = Plan { desk_settings: "hide_after_seconds = 1", more_settings: CODES, ..Plan::new("wrap-up-kill") }
        .open()
        .await;
    desk.knows(maria()).await;
    let call = desk.rings(MARIA_CALLS).await;
    desk.popup_is_up().await;
    call.answer().await.expect("answered");
    desk.popup().await.sees("Connected").await;
    call.hang_up().await.expect("hung up");

    let began = wrap_up(&desk).await;
    let draft = json!({ "code": "sold", "comment": "two pieces, by Fri", "revision": 1 });
    {
        let popup = desk.popup().await;
        let typed = json!({ "callId": began["call"]["id"], "draft": with(&began["draft"], &draft) });
        popup.invoke("wrap_up_draft", typed).await.expect("taken");
    }
    // On the disk a moment later.
    until("the draft to be kept", async || {
        let now = wrap_up(&desk).await;
        let kept = now["draft"]["revision"] == 1 && now["not_kept"].is_null();
        if kept { Ok(()) } else { Err(now.to_string()) }
    })
    .await;
    desk.kill_app().await;

    desk.start_app().await;
    let after = wrap_up(&desk).await;
    assert_eq!(after["draft"]["comment"], draft["comment"]);
    assert_eq!((&after["started"], &after["deadline"]), (&began["started"], &began["deadline"]), "the clock went on");
    desk.popup_is_up().await;
    let popup = desk.popup().await;
    popup.sees("María López").await;
    desk.picture(&popup, "back").await;
    popup.invoke("wrap_up_finish", json!({ "callId": after["call"]["id"] })).await.expect("saved");
    desk.popup_is_gone().await;
    until("the outcome to be in the call's history", async || {
        let list = desk.get("/v1/calls").await;
        let outcome = &list["calls"][0]["outcome"];
        let there = outcome["code"] == "sold" && outcome["comment"] == draft["comment"];
        if there { Ok(()) } else { Err(list.to_string()) }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_promised_call_back_comes_up_after_a_kill_and_call_now_rings_both_phones() {
    let mut desk = Plan { desk_settings: "hide_after_seconds = 1", more_settings: CODES, ..Plan::new("callback") }
        .with_main_window()
        .open()
        .await;
    desk.knows(maria()).await;
    let call = desk.rings(MARIA_CALLS).await;
    desk.popup_is_up().await;
    call.answer().await.expect("answered");
    desk.popup().await.sees("Connected").await;
    call.hang_up().await.expect("hung up");
    let began = wrap_up(&desk).await;
    let id = began["call"]["id"].clone();
    {
        let popup = desk.popup().await;
        let promised = json!({ "at": now() + 3_000, "number": "06 30 123 4567", "style": "agent" });
        let typed = json!({ "code": "sold", "comment": "wants a quote", "revision": 1, "call_back": promised });
        let typed = json!({ "callId": id, "draft": with(&began["draft"], &typed) });
        popup.invoke("wrap_up_draft", typed).await.expect("taken");
        popup.invoke("wrap_up_finish", json!({ "callId": id })).await.expect("saved");
    }
    desk.kill_app().await;

    desk.start_app().await;
    let other = desk.other_program().await;
    desk.popup_is_up().await;
    let popup = desk.popup().await;
    for words in ["1 call-back is due", "María López", "+36 30 123 4567", "wants a quote"] {
        popup.sees(words).await;
    }
    assert_ne!(desk.active_window(), POPUP, "it takes no keyboard");
    desk.types("on");
    other.got("on").await;
    desk.picture(&popup, "due").await;
    {
        let main = desk.main_window().await;
        main.press("My call-backs").await;
        main.sees("Ringcard reminds you").await;
        desk.picture(&main, "listed").await;
    }
    assert_eq!(desk.sim.requests().len(), 0, "nothing is called by itself");

    let popup = desk.popup().await;
    popup.press("Call now").await;
    popup.sees("Your phone is ringing: pick up").await;
    let (ours, theirs) = (desk.sim.phone("101"), desk.sim.phone("+36301234567"));
    ours.rings().await.expect("our phone rings first");
    ours.pick_up().await.expect("picked up");
    theirs.rings().await.expect("then the customer's");
    assert_eq!(listed(&desk).await, 1, "nobody was reached yet");
    theirs.pick_up().await.expect("picked up");
    desk.popup().await.sees("Connected").await;
    until("the promise to be kept", async || match listed(&desk).await {
        0 => Ok(()),
        more => Err(format!("{more} are listed")),
    })
    .await;
    theirs.hang_up().await.expect("hung up");
    assert_eq!(desk.sim.requests().len(), 1, "one call");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_file_is_kept_aside_and_what_comes_after_a_call_can_be_saved() {
    let mut desk = Desk::prepare(Plan { more_settings: CODES, ..Plan::new("wrap-up-damaged") }).await;
    let file = desk.home.join("desk.db");
    std::fs::write(&file, "this is no database, and longer than the head of one would be, to be sure of it")
        .expect("written");
    desk.start_app().await;
    let call = desk.rings(MARIA_CALLS).await;
    desk.popup_is_up().await;
    call.answer().await.expect("answered");
    desk.popup().await.sees("Connected").await;
    call.hang_up().await.expect("hung up");
    let began = wrap_up(&desk).await;
    let popup = desk.popup().await;
    popup.invoke("wrap_up_skip", json!({ "callId": began["call"]["id"] })).await.expect("saved");
    desk.popup_is_gone().await;
    let aside = std::fs::read_dir(&desk.home).expect("the folder is there").flatten();
    let aside: Vec<String> = aside.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    assert!(aside.iter().any(|name| name.starts_with("desk.damaged-")), "{aside:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_typed_in_has_the_keyboard_and_gives_it_back() {
    let mut desk = Plan { more_settings: CODES, ..Plan::new("wrap-up-typing") }.open().await;
    let other = desk.other_program().await;
    let call = desk.rings(MARIA_CALLS).await;
    desk.popup_is_up().await;
    call.answer().await.expect("answered");
    desk.popup().await.sees("Connected").await;
    call.hang_up().await.expect("hung up");
    let began = wrap_up(&desk).await;
    assert_eq!(desk.active_window(), OtherProgram::TITLE, "a form that comes up takes no keyboard");
    let popup = desk.popup().await;
    popup.invoke("popup_keyboard", json!({})).await.expect("asked for");
    desk.has_keyboard(POPUP).await;
    popup.invoke("wrap_up_skip", json!({ "callId": began["call"]["id"] })).await.expect("skipped");
    desk.popup_is_gone().await;
    desk.has_keyboard(OtherProgram::TITLE).await;
    desk.types("on");
    other.got("on").await;
}

/// How many promised call-backs the desk reminds of.
async fn listed(desk: &Desk) -> usize {
    let main = desk.main_window().await;
    let list = main.invoke("own_callbacks", json!({})).await.expect("answered");
    list.as_array().map_or(0, Vec::len)
}

/// In milliseconds.
fn now() -> i64 {
    ringcard_core::Timestamp::now().0
}

/// The call in wrap-up, once there is one.
async fn wrap_up(desk: &Desk) -> Value {
    let popup = desk.popup().await;
    let mut found = Value::Null;
    until("a wrap-up", async || {
        let view = popup.invoke("pop_view", json!({})).await.map_err(|e| e.to_string())?;
        found = view["wrap_ups"][0].clone();
        if found.is_null() { Err(view.to_string()) } else { Ok(()) }
    })
    .await;
    found
}

fn with(form: &Value, change: &Value) -> Value {
    let mut form = form.clone();
    for (key, value) in change.as_object().into_iter().flatten() {
        form[key] = value.clone();
    }
    form
}

//! A call that is over is written into the connected call log once, whatever happens to the app meanwhile.

use crate::support;

use ringcard_sim::{OfficeSim, OfficeWrong};
use support::{
    Desk, Plan,
    app::CRM_TOKEN,
    people::{MARIA_CALLS, maria},
    rounds, until,
};

const CODES: &str = r#"[wrap_up]
seconds = 600
[[wrap_up.codes]]
[[wrap_up.codes.code]]
code = "sold"
label = "Sold"
"#;

/// A desk whose calls are written into a simulated CRM that takes the same key once.
async fn with_crm(name: &'static str) -> (Desk, OfficeSim) {
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let office = OfficeSim::start_with(CRM_TOKEN, secret, true).await.expect("a simulated CRM");
    let crm = Some(office.crm_url());
    let desk = Plan { more_settings: CODES, crm, ..Plan::new(name).with_main_window() }.open().await;
    desk.knows(maria()).await;
    (desk, office)
}

/// A conversation with María that is over, and in wrap-up.
async fn talks(desk: &Desk) -> String {
    let call = desk.rings(MARIA_CALLS).await;
    desk.popup().await.sees("Ringing").await;
    call.answer().await.expect("answered");
    desk.popup().await.sees("Connected").await;
    call.hang_up().await.expect("hung up");
    desk.popup().await.sees("Wrap-up").await;
    let list = desk.get("/v1/calls").await;
    list["calls"][0]["call"]["id"].as_str().expect("its id").to_owned()
}

async fn codes(desk: &Desk) {
    let popup = desk.popup().await;
    popup.press_containing("Sold").await;
    popup.fill_labelled("Comment", "two pieces").await;
    popup.press_containing("Save").await;
}

/// Waits until the call is in the log with its code, and asserts that it is there once.
async fn is_logged_once(office: &OfficeSim, call: &str) {
    until(&format!("{call} in the log"), async || {
        let entries = office.entries();
        let its: Vec<_> = entries.iter().filter(|entry| entry.text("call_id") == call).collect();
        assert!(its.len() <= 1, "{} entries of one call", its.len());
        match its.first() {
            Some(entry) if entry.text("code") == "sold" => Ok(()),
            seen => Err(format!("{seen:?}")),
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_coded_is_in_the_log_once_also_when_the_app_was_killed_while_the_crm_was_away() {
    let (mut desk, office) = with_crm("call-log").await;
    office.misbehave(Some(OfficeWrong::Status(503)));
    let call = talks(&desk).await;
    codes(&desk).await;
    desk.popup_is_gone().await;
    office.wait_for_requests(1).await.expect("it is tried");
    desk.kill_app().await;
    assert!(office.entries().is_empty());
    office.misbehave(None);
    desk.start_app().await;
    is_logged_once(&office, &call).await;
    let main = desk.main_window().await;
    main.press_containing("Waiting to be sent").await;
    main.sees("Nothing waits").await;
    desk.picture(&main, "nothing-waits").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_at_any_moment_between_the_code_and_the_log_makes_no_second_entry() {
    let (mut desk, office) = with_crm("call-log-killed").await;
    let mut calls = Vec::new();
    for round in 0..rounds(3, 12) {
        // The answer of the first attempt is lost on the way in every other round.
        office.misbehave((round % 2 == 1).then_some(OfficeWrong::CutOff));
        let before = office.requests();
        calls.push(talks(&desk).await);
        codes(&desk).await;
        match round % 3 {
            // Right after *Save*, ..
            0 => desk.popup_is_gone().await,
            // .. and while, or after, it is written.
            _ => office.wait_for_requests(before + 1).await.expect("it is tried"),
        }
        desk.kill_app().await;
        office.misbehave(None);
        desk.start_app().await;
    }
    for call in &calls {
        is_logged_once(&office, call).await;
    }
    assert_eq!(office.entries().len(), calls.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_that_the_crm_will_not_have_is_left_to_do_until_somebody_decides() {
    let (desk, office) = with_crm("call-log-refused").await;
    office.misbehave(Some(OfficeWrong::Status(400)));
    let call = talks(&desk).await;
    codes(&desk).await;
    desk.popup_is_gone().await;
    let main = desk.main_window().await;
    main.press_containing("Left to do").await;
    main.sees("1 entry did not get through").await;
    desk.picture(&main, "left").await;
    office.misbehave(None);
    main.press("See what to do: María López").await;
    main.find("[data-row][aria-expanded=true]").await;
    desk.picture(&main, "row").await;
    main.press_containing("Try again").await;
    is_logged_once(&office, &call).await;
    main.press_containing("Calls").await;
    main.press_containing("Left to do").await;
    main.sees("Nothing left").await;
}

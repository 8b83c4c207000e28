//! What an agent notes while a call goes on: kept with every key, and the comment of the wrap-up when the call ends.

use crate::support;

use ringcard_core::{
    Timestamp,
    call::{Call, CallState},
    codes::{TreeCode, TreeSettings},
    frame::RequestErrorCode,
    wrap_up::WrapUpSettings,
};
use ringcard_desk::{
    PopView, Preferences,
    wrap_up::{WrapUpDraft, WrapUpView},
};
use std::time::Duration;
use support::{HubEnd, Office, found, in_state, preferences, ring};
use tempfile::TempDir;

fn with_codes() -> Preferences {
    let code = TreeCode { code: "sold".into(), ..TreeCode::default() };
    let codes = vec![TreeSettings { codes: vec![code], ..TreeSettings::default() }];
    Preferences { wrap_up: WrapUpSettings { codes, ..WrapUpSettings::default() }, ..preferences() }
}

fn note(revision: u64, comment: &str) -> WrapUpDraft {
    WrapUpDraft { revision, comment: comment.into(), ..WrapUpDraft::default() }
}

fn connected(call: &Call) -> Call {
    Call { connected_at: Some(Timestamp(2_000)), ..in_state(call, CallState::Connected) }
}

fn ended(call: &Call) -> Call {
    Call { ended_at: Some(Timestamp(9_000)), ..in_state(&connected(call), CallState::Ended) }
}

fn wrap_up_of<'a>(pop: &'a PopView, call: &Call) -> Option<&'a WrapUpView> {
    pop.wrap_ups.iter().find(|one| one.call.id == call.id)
}

async fn wrapped_up(office: &Office, call: &Call) -> WrapUpView {
    let pop = office.pop("the wrap-up", |pop| wrap_up_of(pop, call).is_some()).await;
    wrap_up_of(&pop, call).expect("it was just there").clone()
}

async fn at(folder: &TempDir, preferences: Preferences) -> (Office, HubEnd) {
    let (office, hub) = Office::connected(preferences).await;
    office.desk.use_file(folder.path().join("desk.db")).await.expect("the file opens");
    (office, hub)
}

async fn rings(office: &Office, hub: &mut HubEnd) -> Call {
    let call = ring("+36301234567");
    hub.call(&call).await;
    hub.card(&call, found(1, "Anna")).await;
    office.pop("the ring", |pop| pop.calls.len() == 1).await;
    call
}

#[tokio::test]
async fn what_is_noted_from_the_first_ring_on_is_the_comment_of_the_wrap_up() {
    let folder = TempDir::new().expect("a folder");
    let (office, mut hub) = at(&folder, with_codes()).await;
    let call = rings(&office, &mut hub).await;
    office.desk.wrap_up_draft(call.id.clone(), note(1, "calls about")).await.expect("taken while it rings");
    hub.call(&connected(&call)).await;
    office.desk.wrap_up_draft(call.id.clone(), note(2, "calls about the invoice")).await.expect("taken");
    let pop = office.pop("the note", |pop| pop.noted.iter().any(|one| one.draft.revision == 2)).await;
    assert!(pop.wrap_ups.is_empty(), "nothing is wrapped up before it ends");
    assert_eq!(office.desk.view().borrow().wrap_ups, 0);

    hub.call(&ended(&call)).await;
    let wrap_up = wrapped_up(&office, &call).await;
    assert_eq!(wrap_up.draft.comment, "calls about the invoice");
    assert_eq!((wrap_up.codes.first.len(), wrap_up.card), (1, found(1, "Anna")));
    assert!(wrap_up.started > Timestamp(9_000), "its time begins with the end");
    assert!(office.desk.pop().borrow().noted.is_empty());
    let typed = WrapUpDraft { code: Some("sold".into()), ..note(3, "calls about the invoice") };
    office.desk.wrap_up_draft(call.id.clone(), typed).await.expect("taken");
    office.desk.wrap_up_finish(call.id.clone()).await.expect("saved");
}

#[tokio::test]
async fn a_note_of_a_call_that_nobody_answered_is_shown_and_may_be_saved_without_a_code() {
    let folder = TempDir::new().expect("a folder");
    let (office, mut hub) = at(&folder, with_codes()).await;
    let call = rings(&office, &mut hub).await;
    office.desk.wrap_up_draft(call.id.clone(), note(1, "wanted to pick up")).await.expect("taken");
    hub.call(&Call { ended_at: Some(Timestamp(9_000)), ..in_state(&call, CallState::Missed) }).await;
    assert_eq!(wrapped_up(&office, &call).await.draft.comment, "wanted to pick up");
    office.desk.wrap_up_finish(call.id.clone()).await.expect("saved");
    office.pop("an empty popup", |pop| pop.wrap_ups.is_empty()).await;
}

#[tokio::test]
async fn a_note_that_was_emptied_again_keeps_no_card() {
    let folder = TempDir::new().expect("a folder");
    // Without codes nothing is wrapped up.
    let (office, mut hub) = at(&folder, Preferences { hide_after: Some(Duration::ZERO), ..preferences() }).await;
    let call = rings(&office, &mut hub).await;
    office.desk.wrap_up_draft(call.id.clone(), note(1, "x")).await.expect("taken");
    office.desk.wrap_up_draft(call.id.clone(), note(2, " ")).await.expect("taken");
    hub.call(&connected(&call)).await;
    hub.call(&ended(&call)).await;
    office.pop("an empty popup", |pop| pop.calls.is_empty() && pop.wrap_ups.is_empty() && pop.noted.is_empty()).await;
}

#[tokio::test]
async fn what_was_noted_is_there_after_a_power_cut_in_the_call() {
    let folder = TempDir::new().expect("a folder");
    let (office, mut hub) = at(&folder, with_codes()).await;
    let call = rings(&office, &mut hub).await;
    hub.call(&connected(&call)).await;
    office.desk.wrap_up_draft(call.id.clone(), note(1, "calls about the invoice")).await.expect("taken");
    office.desk.let_file_go().await;
    drop((office, hub));

    let (office, mut hub) = at(&folder, with_codes()).await;
    assert_eq!(
        wrapped_up(&office, &call).await.draft.comment,
        "calls about the invoice",
        "nobody knows yet of the call"
    );
    hub.call(&connected(&call)).await;
    office.pop("the call, which goes on", |pop| pop.noted.len() == 1 && pop.wrap_ups.is_empty()).await;
    hub.call(&ended(&call)).await;
    assert_eq!(wrapped_up(&office, &call).await.draft.comment, "calls about the invoice");
}

#[tokio::test]
async fn nothing_is_noted_of_what_is_no_call_here() {
    let folder = TempDir::new().expect("a folder");
    let (office, mut hub) = at(&folder, with_codes()).await;
    let nobody = ring("+36307654321");
    let refused = office.desk.wrap_up_draft(nobody.id.clone(), note(1, "x")).await;
    assert_eq!(refused.expect_err("no such call").code, RequestErrorCode::NotFound);
    let call = rings(&office, &mut hub).await;
    hub.call(&Call { ended_at: Some(Timestamp(9_000)), ..in_state(&call, CallState::Missed) }).await;
    office.pop("missed", |pop| pop.calls.iter().all(|one| one.call.state.is_over())).await;
    let refused = office.desk.wrap_up_draft(call.id.clone(), note(1, "x")).await;
    assert_eq!(refused.expect_err("it is over").code, RequestErrorCode::NotFound);
}

//! Which call is in front when there are several, and when the keyboard goes back.

use crate::support;

use ringcard_core::{
    Timestamp,
    call::{Call, CallId, CallState},
    codes::{TreeCode, TreeSettings},
    control::{Toggle, Toggles},
    frame::Snapshot,
    wrap_up::WrapUpSettings,
};
use ringcard_desk::{PopView, PopupAct, Preferences, wrap_up::WrapUpDraft};
use std::{sync::Arc, time::Duration};
use support::{HubEnd, Office, in_state, outgoing, preferences, ring};
use tempfile::TempDir;
use tokio::time::advance;

async fn in_front(office: &Office, of: usize, call: &Call) -> Arc<PopView> {
    let id = call.id.clone();
    office.pop("it in front", move |pop| pop.calls.len() == of && pop.selected.as_ref() == Some(&id)).await
}

/// What was said before has been heard once this is.
async fn heard(office: &Office, hub: &mut HubEnd, call: &Call, state: CallState) {
    hub.call(&in_state(call, state.clone())).await;
    let id = call.id.clone();
    let is_there = move |pop: &PopView| pop.calls.iter().any(|one| one.call.id == id && one.call.state == state);
    office.pop("the call", is_there).await;
}

fn front(office: &Office) -> Option<CallId> {
    office.desk.pop().borrow().selected.clone()
}

#[tokio::test(start_paused = true)]
async fn the_call_that_is_answered_comes_forward_while_another_rings() {
    let (office, mut hub) = Office::connected(preferences()).await;
    let (first, second) = (ring("+36301111111"), ring("+36302222222"));
    hub.call(&first).await;
    hub.call(&second).await;
    in_front(&office, 2, &first).await;
    hub.call(&in_state(&second, CallState::Connected)).await;
    in_front(&office, 2, &second).await;

    // Also where the agent went to the other one, or has the keyboard on it, before it was answered.
    let (office, mut hub) = Office::connected(preferences()).await;
    let (first, second) = (ring("+36301111111"), ring("+36302222222"));
    hub.call(&first).await;
    hub.call(&second).await;
    in_front(&office, 2, &first).await;
    office.desk.popup(PopupAct::Keyboard(true)).await;
    office.desk.popup(PopupAct::Select(first.id.clone())).await;
    hub.call(&in_state(&second, CallState::Connected)).await;
    let pop = in_front(&office, 2, &second).await;
    assert!(pop.has_keyboard, "what the agent types must not fall into another program");
}

#[tokio::test(start_paused = true)]
async fn the_call_that_is_talked_in_stays_in_front_until_another_is_answered() {
    let (office, mut hub) = Office::connected(preferences()).await;
    let (first, second) = (ring("+36301111111"), ring("+36302222222"));
    hub.call(&first).await;
    hub.call(&in_state(&first, CallState::Connected)).await;
    heard(&office, &mut hub, &second, CallState::Ringing).await;
    assert_eq!(front(&office).as_ref(), Some(&first.id));
    heard(&office, &mut hub, &second, CallState::AnsweredElsewhere).await;
    assert_eq!(front(&office).as_ref(), Some(&first.id));
    let third = ring("+36303333333");
    heard(&office, &mut hub, &third, CallState::Ringing).await;
    heard(&office, &mut hub, &third, CallState::Connected).await;
    assert_eq!(front(&office).as_ref(), Some(&third.id), "talked in since");
    heard(&office, &mut hub, &third, CallState::Ended).await;
    assert_eq!(front(&office).as_ref(), Some(&first.id), "back to whom waits on the line");
}

#[tokio::test(start_paused = true)]
async fn what_the_agent_went_to_stays_until_something_new_is_answered() {
    let (office, mut hub) = Office::connected(preferences()).await;
    let (first, second, third) = (ring("+36301111111"), ring("+36302222222"), ring("+36303333333"));
    hub.call(&first).await;
    hub.call(&in_state(&first, CallState::Connected)).await;
    heard(&office, &mut hub, &second, CallState::Ringing).await;
    office.desk.popup(PopupAct::Select(second.id.clone())).await;
    heard(&office, &mut hub, &third, CallState::Ringing).await;
    assert_eq!(front(&office).as_ref(), Some(&second.id));
    heard(&office, &mut hub, &third, CallState::Connected).await;
    assert_eq!(front(&office).as_ref(), Some(&third.id));
    office.desk.popup(PopupAct::Select(second.id.clone())).await;
    heard(&office, &mut hub, &second, CallState::Missed).await;
    assert_eq!(front(&office).as_ref(), Some(&third.id), "what the agent went to is over");
}

#[tokio::test(start_paused = true)]
async fn a_finished_call_is_gone_to_by_mouse_while_another_rings() {
    let (office, mut hub) = Office::connected(preferences()).await;
    let (first, second) = (ring("+36301111111"), ring("+36302222222"));
    hub.call(&first).await;
    hub.call(&in_state(&first, CallState::Missed)).await;
    heard(&office, &mut hub, &second, CallState::Ringing).await;
    assert_eq!(front(&office).as_ref(), Some(&second.id));
    office.desk.popup(PopupAct::Select(first.id.clone())).await;
    assert_eq!(front(&office).as_ref(), Some(&first.id), "a click on its row brings it forward");
    let third = ring("+36303333333");
    heard(&office, &mut hub, &third, CallState::Ringing).await;
    assert_ne!(front(&office).as_ref(), Some(&first.id), "but it keeps no new call from the card");
}

#[tokio::test(start_paused = true)]
async fn a_call_that_lost_its_end_keeps_no_ring_from_the_card() {
    // Another call was answered since at the same desk, and is over: nobody talks in the first one.
    let (office, mut hub) = Office::connected(preferences()).await;
    let (lost, talked, rings) = (ring("+36301111111"), ring("+36302222222"), ring("+36303333333"));
    hub.call(&lost).await;
    hub.call(&in_state(&lost, CallState::Connected)).await;
    hub.call(&talked).await;
    hub.call(&in_state(&talked, CallState::Connected)).await;
    hub.call(&in_state(&talked, CallState::Ended)).await;
    heard(&office, &mut hub, &rings, CallState::Ringing).await;
    assert_eq!(front(&office).as_ref(), Some(&rings.id));

    // Nobody knows what became of what was dialled.
    for stuck in [CallState::Unknown, CallState::Starting, CallState::AgentRinging, CallState::Ringing] {
        let (office, mut hub) = Office::connected(preferences()).await;
        let (dialled, rings) = (outgoing("+36301111111"), ring("+36303333333"));
        heard(&office, &mut hub, &dialled, stuck.clone()).await;
        advance(Duration::from_secs(61)).await;
        heard(&office, &mut hub, &rings, CallState::Ringing).await;
        assert_eq!(front(&office).as_ref(), Some(&rings.id), "{stuck:?}");
    }

    // A ring of which nothing more is heard gives way by itself.
    let (office, mut hub) = Office::connected(preferences()).await;
    let (lost, rings) = (ring("+36301111111"), ring("+36303333333"));
    heard(&office, &mut hub, &lost, CallState::Ringing).await;
    advance(Duration::from_secs(30)).await;
    heard(&office, &mut hub, &rings, CallState::Ringing).await;
    assert_eq!(front(&office).as_ref(), Some(&lost.id), "both may ring");
    advance(Duration::from_secs(31)).await;
    in_front(&office, 2, &rings).await;
}

#[tokio::test(start_paused = true)]
async fn a_conversation_whose_end_may_be_lost_gives_way_when_its_phone_rings() {
    let (office, mut hub) = Office::connected(preferences()).await;
    let (lost, also_lost, rings) = (ring("+36301111111"), ring("+36302222222"), ring("+36303333333"));
    for call in [&lost, &also_lost] {
        hub.call(call).await;
        heard(&office, &mut hub, call, CallState::Connected).await;
    }
    advance(Duration::from_secs(50)).await;
    heard(&office, &mut hub, &rings, CallState::Ringing).await;
    assert_eq!(front(&office).as_ref(), Some(&also_lost.id), "they may be talking");
    advance(Duration::from_secs(11)).await;
    in_front(&office, 3, &rings).await;
    // It was no lost one.
    hub.call(&in_state(&rings, CallState::AnsweredElsewhere)).await;
    in_front(&office, 3, &also_lost).await;
}

#[tokio::test(start_paused = true)]
async fn a_call_found_going_on_at_the_start_keeps_no_ring_of_its_phone_from_the_card() {
    let mut office = Office::open();
    let mut hub = office.line().await;
    let (found, rings) = (in_state(&ring("+36301111111"), CallState::Connected), ring("+36302222222"));
    let calls = vec![support::with_card(&found, support::looking(1))];
    hub.welcome(Snapshot { calls, ..Snapshot::default() }).await;
    in_front(&office, 1, &found).await;
    heard(&office, &mut hub, &rings, CallState::Ringing).await;
    assert_eq!(front(&office).as_ref(), Some(&rings.id), "its end may have been told while nobody listened");
    // It was no lost one.
    hub.call(&found).await;
    in_front(&office, 2, &found).await;

    // A ring found at the start is a ring.
    let mut office = Office::open();
    let mut hub = office.line().await;
    let calls = [&found, &rings].map(|call| support::with_card(call, support::looking(1))).to_vec();
    hub.welcome(Snapshot { calls, ..Snapshot::default() }).await;
    in_front(&office, 2, &rings).await;
}

#[tokio::test(start_paused = true)]
async fn a_conversation_that_is_told_to_go_on_stays_in_front_of_a_ring_and_one_that_is_not_gives_way() {
    let mut office = Office::open();
    let mut hub = office.line().await;
    hub.welcome(Snapshot { asks_about_calls: vec!["pbx".into()], ..Snapshot::default() }).await;
    let (talked, rings) = (ring("+36301111111"), ring("+36302222222"));
    hub.call(&talked).await;
    let talked = in_state(&talked, CallState::Connected);
    heard(&office, &mut hub, &talked, CallState::Connected).await;
    advance(Duration::from_secs(300)).await;
    heard(&office, &mut hub, &rings, CallState::Ringing).await;
    assert_eq!(front(&office).as_ref(), Some(&talked.id), "the telephone system is being asked");
    hub.call(&talked).await;
    hub.card(&talked, support::looking(7)).await;
    office.pop("what was told", |pop| pop.calls.iter().any(|one| one.card.version == 7)).await;
    advance(Duration::from_secs(59)).await;
    heard(&office, &mut hub, &ring("+36303333333"), CallState::Ringing).await;
    assert_eq!(front(&office).as_ref(), Some(&talked.id), "it said that this call goes on");
    advance(Duration::from_secs(2)).await;
    office.pop("of the newest ring it was not said", |pop| pop.selected.as_ref() != Some(&talked.id)).await;
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_rings_leaves_the_call_that_is_talked_in_where_it_is() {
    let (office, mut hub) = Office::connected(preferences()).await;
    let talked = ring("+36301111111");
    hub.call(&talked).await;
    hub.call(&in_state(&talked, CallState::Connected)).await;
    for _ in 0..PopView::MOST_CALLS + 5 {
        hub.call(&ring("+36302222222")).await;
    }
    let last = ring("+36303333333");
    heard(&office, &mut hub, &last, CallState::Ringing).await;
    let pop = in_front(&office, PopView::MOST_CALLS, &talked).await;
    assert_eq!(pop.calls[0].call.id, talked.id);
}

#[tokio::test(start_paused = true)]
async fn a_call_on_hold_is_not_talked_in() {
    let (office, mut hub) = Office::connected(preferences()).await;
    let (held, rings) = (ring("+36301111111"), ring("+36302222222"));
    hub.call(&held).await;
    let on_hold = Toggles { hold: Toggle { on: true, known: true }, ..Toggles::default() };
    hub.call(&Call { controls: Some(on_hold), ..in_state(&held, CallState::Connected) }).await;
    heard(&office, &mut hub, &rings, CallState::Ringing).await;
    assert_eq!(front(&office).as_ref(), Some(&rings.id));
}

#[tokio::test(start_paused = true)]
async fn after_a_break_of_the_line_the_call_answered_last_is_in_front_however_they_are_listed() {
    for turned in [false, true] {
        let mut office = Office::open();
        let mut hub = office.line().await;
        let (first, second) = (ring("+36301111111"), ring("+36302222222"));
        let at =
            |call: &Call, at: i64| Call { connected_at: Some(Timestamp(at)), ..in_state(call, CallState::Connected) };
        let mut calls = [at(&first, 2_000), at(&second, 1_000)];
        if turned {
            calls.reverse();
        }
        let calls = calls.iter().map(|call| support::with_card(call, support::looking(1))).collect();
        hub.welcome(Snapshot { calls, ..Default::default() }).await;
        in_front(&office, 2, &first).await;
    }
}

fn with_codes() -> Preferences {
    let code = TreeCode { code: "sold".into(), ..TreeCode::default() };
    let codes = vec![TreeSettings { codes: vec![code], ..TreeSettings::default() }];
    let wrap_up = WrapUpSettings { codes, seconds: Some(600), ..WrapUpSettings::default() };
    Preferences { wrap_up, ..preferences() }
}

/// A desk where one call is being wrapped up by keyboard.
async fn wrapping_up() -> (TempDir, Office, HubEnd, Call) {
    let folder = TempDir::new().expect("a folder");
    let (office, mut hub) = Office::connected(with_codes()).await;
    office.desk.use_file(folder.path().join("desk.db")).await.expect("the file opens");
    let call = ring("+36301111111");
    hub.call(&call).await;
    let call = Call { connected_at: Some(Timestamp::now()), ..call };
    hub.call(&in_state(&call, CallState::Connected)).await;
    hub.call(&Call { ended_at: Some(Timestamp::now()), ..in_state(&call, CallState::Ended) }).await;
    office.pop("the wrap-up", |pop| pop.wrap_ups.len() == 1).await;
    office.desk.popup(PopupAct::Keyboard(true)).await;
    let draft = office.desk.pop().borrow().wrap_ups[0].draft.clone();
    let draft = WrapUpDraft { code: Some("sold".into()), comment: "typed".into(), revision: 1, ..draft };
    office.desk.wrap_up_draft(call.id.clone(), draft).await.expect("taken");
    (folder, office, hub, call)
}

#[tokio::test]
async fn a_wrap_up_that_is_typed_in_is_left_by_the_agent_only() {
    let (_folder, office, mut hub, wrapped) = wrapping_up().await;
    let second = ring("+36302222222");
    heard(&office, &mut hub, &second, CallState::Ringing).await;
    assert_eq!(front(&office).as_ref(), Some(&wrapped.id));
    heard(&office, &mut hub, &second, CallState::Connected).await;
    assert_eq!(front(&office).as_ref(), Some(&wrapped.id));
    let dialled = outgoing("+36303333333");
    heard(&office, &mut hub, &dialled, CallState::Starting).await;
    assert_eq!(front(&office).as_ref(), Some(&wrapped.id));
    office.desk.popup(PopupAct::Keyboard(false)).await;
    let pop = office.desk.pop().borrow().clone();
    assert_eq!(pop.selected.as_ref(), Some(&dialled.id));
    assert_eq!(pop.wrap_ups[0].draft.comment, "typed");
}

#[tokio::test]
async fn the_keyboard_goes_back_with_the_card_the_agent_is_done_with() {
    for done in ["save", "skip", "later", "hide"] {
        let (_folder, office, mut hub, wrapped) = wrapping_up().await;
        let second = ring("+36302222222");
        heard(&office, &mut hub, &second, CallState::Ringing).await;
        match done {
            "save" => office.desk.wrap_up_finish(wrapped.id.clone()).await.expect("saved"),
            "skip" => office.desk.wrap_up_skip(wrapped.id.clone()).await.expect("skipped"),
            "later" => office.desk.popup(PopupAct::Dismiss(wrapped.id.clone())).await,
            _ => office.desk.popup(PopupAct::Hide).await,
        }
        let pop = office.desk.pop().borrow().clone();
        assert!(!pop.has_keyboard, "after {done}");
        assert_eq!(pop.selected.as_ref(), (done != "hide").then_some(&second.id), "after {done}");
    }
}

#[tokio::test]
async fn the_keyboard_stays_where_the_agent_went_before_it_was_saved() {
    let (_folder, office, mut hub, wrapped) = wrapping_up().await;
    let second = ring("+36302222222");
    heard(&office, &mut hub, &second, CallState::Ringing).await;
    office.desk.popup(PopupAct::Select(second.id.clone())).await;
    office.desk.wrap_up_finish(wrapped.id.clone()).await.expect("saved");
    let pop = office.desk.pop().borrow().clone();
    assert!(pop.has_keyboard);
    assert_eq!(pop.selected.as_ref(), Some(&second.id));
}

#[tokio::test]
async fn the_keyboard_goes_back_with_a_card_whose_time_is_over() {
    let folder = TempDir::new().expect("a folder");
    let mut wanted = with_codes();
    wanted.wrap_up = WrapUpSettings { seconds: Some(3), default_code: Some("sold".into()), ..wanted.wrap_up };
    let (office, mut hub) = Office::connected(wanted).await;
    office.desk.use_file(folder.path().join("desk.db")).await.expect("the file opens");
    let call = Call { connected_at: Some(Timestamp::now()), ..ring("+36301111111") };
    hub.call(&in_state(&call, CallState::Connected)).await;
    hub.call(&Call { ended_at: Some(Timestamp::now()), ..in_state(&call, CallState::Ended) }).await;
    office.pop("the wrap-up", |pop| pop.wrap_ups.len() == 1).await;
    office.desk.popup(PopupAct::Keyboard(true)).await;
    let second = ring("+36302222222");
    heard(&office, &mut hub, &second, CallState::Ringing).await;
    let pop = in_front(&office, 1, &second).await;
    assert!(!pop.has_keyboard, "what is still typed for the first call must do nothing to the second");
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_taken_off_hold_is_talked_in() {
    let (office, mut hub) = Office::connected(preferences()).await;
    let (held, other, rings) = (ring("+36301111111"), ring("+36302222222"), ring("+36303333333"));
    let hold = |on: bool| {
        let controls = Toggles { hold: Toggle { on, known: true }, ..Toggles::default() };
        Call { controls: Some(controls), ..in_state(&held, CallState::Connected) }
    };
    hub.call(&hold(false)).await;
    hub.call(&hold(true)).await;
    hub.call(&in_state(&other, CallState::Connected)).await;
    hub.call(&in_state(&other, CallState::Ended)).await;
    hub.call(&hold(false)).await;
    heard(&office, &mut hub, &rings, CallState::Ringing).await;
    assert_eq!(front(&office).as_ref(), Some(&held.id));
}

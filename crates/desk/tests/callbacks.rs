//! Call-backs that an agent promised and no other system takes, at a desk with its own file: kept, shown at their time,
//! and there until they are done.

use crate::support;

use ringcard_core::{
    Timestamp,
    call::{Call, CallId, CallState, FailReason, Leg},
    campaign::CallbackStyle,
    codes::{TreeCode, TreeSettings},
    frame::{Reply, Request, RequestError, RequestErrorCode},
    wrap_up::WrapUpSettings,
};
use ringcard_desk::{
    AlertKind, DialAnswer, PopupAct, Preferences,
    keep::Store,
    wrap_up::{CallBackDraft, WrapUpDraft},
};
use ringcard_hub::config::QuietMode;
use std::{path::PathBuf, time::Duration};
use support::{HubEnd, Office, found, in_state, outgoing, preferences, ring, soon};
use tempfile::TempDir;

/// The account knows neither codes nor call-backs: what may be said about a call comes from the settings.
fn with_codes() -> Preferences {
    let code = TreeCode { code: "later".into(), ..TreeCode::default() };
    let codes = vec![TreeSettings { codes: vec![code], ..TreeSettings::default() }];
    let wrap_up = WrapUpSettings { codes, ..WrapUpSettings::default() };
    Preferences { wrap_up, hide_after: Some(Duration::from_secs(1)), ..preferences() }
}

struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(TempDir::new().expect("a folder"))
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("desk.db")
    }

    async fn office(&self, preferences: Preferences) -> (Office, HubEnd) {
        let (office, hub) = Office::connected(preferences).await;
        office.desk.use_file(self.file()).await.expect("the file opens");
        (office, hub)
    }

    /// As a kill leaves it: what was said to be saved is in the file, and nothing was closed.
    async fn after_a_kill(&self, before: Office) -> (Office, HubEnd) {
        let copy = self.0.path().join("killed");
        std::fs::create_dir_all(&copy).expect("a folder");
        for entry in std::fs::read_dir(self.0.path()).expect("read").flatten() {
            if entry.file_type().is_ok_and(|kind| kind.is_file()) {
                std::fs::copy(entry.path(), copy.join(entry.file_name())).expect("copied");
            }
        }
        drop(before);
        let (office, hub) = Office::connected(with_codes()).await;
        office.desk.use_file(copy.join("desk.db")).await.expect("the file opens");
        (office, hub)
    }
}

/// The call rings, is answered, ends, and is saved with the promise to call back so many milliseconds from now.
async fn promised(office: &Office, hub: &mut HubEnd, call: &Call, in_ms: i64) -> CallId {
    hub.call(call).await;
    hub.card(call, found(1, "Anna")).await;
    let connected = Call { connected_at: Some(Timestamp(2_000)), ..in_state(call, CallState::Connected) };
    hub.call(&connected).await;
    hub.call(&in_state(&connected, CallState::Ended)).await;
    office.pop("the wrap-up", |pop| pop.wrap_ups.iter().any(|wrap_up| wrap_up.call.id == call.id)).await;
    let at = Some(Timestamp(Timestamp::now().0 + in_ms));
    let draft = WrapUpDraft {
        revision: 1,
        code: Some("later".into()),
        comment: "wants a quote".into(),
        call_back: Some(CallBackDraft { at, number: "+36301234567".into(), style: CallbackStyle::Agent }),
        ..WrapUpDraft::default()
    };
    office.desk.wrap_up_draft(call.id.clone(), draft).await.expect("typed");
    office.desk.wrap_up_finish(call.id.clone()).await.expect("saved");
    call.id.clone()
}

fn call_now(office: &Office, id: &CallId) -> tokio::task::JoinHandle<DialAnswer> {
    let (desk, id) = (office.desk.clone(), id.clone());
    tokio::spawn(async move { desk.callback_call(id, false, false).await })
}

/// The hub takes the wish to dial as this call.
async fn takes(hub: &mut HubEnd, call: &Call) {
    loop {
        let (id, request) = hub.question().await;
        if let Request::Dial { number, .. } = request {
            assert_eq!(number.replace(' ', ""), "+36301234567");
            return hub.reply(id, Ok(Reply::Dialling { call_id: call.id.clone() })).await;
        }
    }
}

#[tokio::test]
async fn a_promise_no_system_takes_is_listed_and_comes_up_at_its_time() {
    let place = Place::new();
    let (office, mut hub) = place.office(with_codes()).await;
    let id = promised(&office, &mut hub, &ring("+36301234567"), 300).await;
    let listed = office.desk.own_callbacks().await;
    assert_eq!(listed.len(), 1, "what was saved is listed");
    assert_eq!((listed[0].name.as_deref(), listed[0].comment.as_str()), (Some("Anna"), "wants a quote"));
    assert_eq!(listed[0].number.e164.as_deref(), Some("+36301234567"));

    let pop = office.pop("it comes up", |pop| pop.due_count == 1).await;
    assert_eq!((&pop.due[0].call_id, pop.has_keyboard), (&id, false), "without the keyboard");
    office.attention("the tray counts it", |now| now.left.callbacks_due == 1).await;
    office.view("and the main window", |view| view.own_callbacks.open == 1 && view.own_callbacks.due == 1).await;
    assert!(hub.asked_nothing(), "nothing is called by itself");

    office.desk.callback_done(id.clone()).await.expect("done");
    office.desk.callback_done(id).await.expect("twice is once");
    assert_eq!(office.pop("gone", |pop| pop.due_count == 0).await.due, []);
    assert_eq!(office.desk.own_callbacks().await, []);
}

#[tokio::test]
async fn after_a_kill_those_overdue_come_up_once_as_one_list_the_oldest_first() {
    let place = Place::new();
    let (office, mut hub) = place.office(with_codes()).await;
    let second = promised(&office, &mut hub, &ring("+36301234568"), 250).await;
    let first = promised(&office, &mut hub, &ring("+36301234569"), 200).await;
    let far = promised(&office, &mut hub, &ring("+36301234560"), 3_600_000).await;
    let (office, _hub) = place.after_a_kill(office).await;
    let pop = office.pop("both", |pop| pop.due_count == 2).await;
    let shown: Vec<&CallId> = pop.due.iter().map(|own| &own.call_id).collect();
    assert_eq!(shown, [&first, &second]);
    let listed = office.desk.own_callbacks().await;
    assert_eq!(listed.last().map(|own| &own.call_id), Some(&far), "the others wait");
    // Put away they stay counted, and the hotkey brings them back.
    office.desk.popup(PopupAct::Hide).await;
    assert!(office.desk.pop().borrow().is_empty());
    assert_eq!(office.desk.attention().borrow().left.callbacks_due, 2);
    office.desk.popup(PopupAct::Reveal(None)).await;
    assert_eq!(office.desk.pop().borrow().due_count, 2);
    // Taken away while the keyboard was there: it goes back.
    office.desk.popup(PopupAct::Keyboard(true)).await;
    assert!(office.desk.pop().borrow().has_keyboard);
    office.desk.popup(PopupAct::PutCallbacksAway).await;
    let pop = office.desk.pop().borrow().clone();
    assert_eq!((pop.due_count, pop.has_keyboard), (0, false));
}

#[tokio::test]
async fn call_now_starts_one_call_and_the_promise_stays_until_it_came_about() {
    let place = Place::new();
    let (office, mut hub) = place.office(with_codes()).await;
    let id = promised(&office, &mut hub, &ring("+36301234567"), 100).await;
    office.pop("due", |pop| pop.due_count == 1).await;

    // Our own phone is not picked up: it is due as before.
    let failing = outgoing("+36301234567");
    let answer = call_now(&office, &id);
    takes(&mut hub, &failing).await;
    assert_eq!(answer.await.expect("no panic"), DialAnswer::Dialling { call_id: failing.id.clone() });
    hub.call(&failing).await;
    office.pop("our phone rings, and it stands back", |pop| pop.calls.len() == 1 && pop.due_count == 0).await;
    let why = CallState::Failed { leg: Leg::Agent, why: FailReason::NoAnswer };
    hub.call(&in_state(&failing, why)).await;
    office.pop("due again", |pop| pop.due_count == 1).await;

    // Refused at once: the same.
    let answer = call_now(&office, &id);
    let (question, _) = hub.question().await;
    hub.reply(question, Err(RequestError::new(RequestErrorCode::NoAccount, "none"))).await;
    assert!(matches!(answer.await.expect("no panic"), DialAnswer::Refused { .. }));
    assert_eq!(office.desk.own_callbacks().await.len(), 1);

    // The customer is reached, and nobody is reminded any more, even by the file.
    let reached = outgoing("+36301234567");
    let answer = call_now(&office, &id);
    takes(&mut hub, &reached).await;
    answer.await.expect("no panic");
    hub.call(&reached).await;
    office.pop("our phone rings", |pop| pop.calls.iter().any(|shown| shown.call.id == reached.id)).await;
    assert_eq!(office.desk.own_callbacks().await.len(), 1, "nobody was reached yet");
    let connected = Call { connected_at: Some(Timestamp(9_000)), ..in_state(&reached, CallState::Connected) };
    hub.call(&connected).await;
    office.view("kept", |view| view.own_callbacks.open == 0).await;
    assert!(matches!(soon(call_now(&office, &id)).await.expect("no panic"), DialAnswer::Refused { .. }), "it is done");
    office.desk.let_file_go().await;
    assert_eq!(Store::open(&place.file()).expect("whole").all().expect("read").own_callbacks, []);
}

#[tokio::test]
async fn a_call_started_for_it_before_a_kill_keeps_it_afterwards() {
    let place = Place::new();
    let (office, mut hub) = place.office(with_codes()).await;
    let id = promised(&office, &mut hub, &ring("+36301234567"), 100).await;
    office.pop("due", |pop| pop.due_count == 1).await;
    let reached = outgoing("+36301234567");
    let answer = call_now(&office, &id);
    takes(&mut hub, &reached).await;
    answer.await.expect("no panic");
    // Behind it in the queue of the disk: once it is durable, so is what was before it.
    let other = promised(&office, &mut hub, &ring("+36301234568"), 3_600_000).await;

    let (office, mut hub) = place.after_a_kill(office).await;
    let connected = Call { connected_at: Some(Timestamp(9_000)), ..in_state(&reached, CallState::Connected) };
    hub.call(&connected).await;
    office.view("kept", |view| view.own_callbacks.open == 1).await;
    assert_eq!(office.desk.own_callbacks().await[0].call_id, other);
}

#[tokio::test]
async fn while_a_call_goes_on_it_waits_and_is_counted() {
    let place = Place::new();
    let (office, mut hub) = place.office(with_codes()).await;
    let talked = ring("+36301234560");
    promised(&office, &mut hub, &ring("+36301234567"), 200).await;
    hub.call(&talked).await;
    let connected = Call { connected_at: Some(Timestamp(2_000)), ..in_state(&talked, CallState::Connected) };
    hub.call(&connected).await;
    office.attention("it is counted", |now| now.left.callbacks_due == 1).await;
    assert_eq!(office.desk.pop().borrow().due_count, 0, "the call has the card");
    hub.call(&in_state(&connected, CallState::Ended)).await;
    office.pop("beside the wrap-up", |pop| pop.due_count == 1 && pop.wrap_ups.len() == 1).await;
}

#[tokio::test]
async fn it_comes_up_as_the_quiet_mode_says() {
    let table = [
        (QuietMode::Card, false, true, false),
        (QuietMode::Notification, false, false, true),
        (QuietMode::Both, false, true, true),
        (QuietMode::Neither, false, false, false),
        (QuietMode::Both, true, false, false),
    ];
    for (quiet, do_not_disturb, card, notification) in table {
        let place = Place::new();
        let (office, mut hub) = place.office(Preferences { quiet, do_not_disturb, ..with_codes() }).await;
        let id = promised(&office, &mut hub, &ring("+36301234567"), 100).await;
        let now = office.attention("counted", |now| now.left.callbacks_due == 1).await;
        let alerts: Vec<_> = now.alerts.iter().filter(|alert| alert.kind == AlertKind::Callback).collect();
        assert_eq!(alerts.len(), usize::from(notification), "{quiet:?} {do_not_disturb}");
        assert_eq!(office.desk.pop().borrow().due_count, u32::from(card), "{quiet:?} {do_not_disturb}");
        if notification {
            assert_eq!((alerts[0].who.name.as_deref(), alerts[0].others), (Some("Anna"), 0));
            office.desk.alert_taken_away(id).await;
            office.attention("taken away", |now| now.alerts.is_empty() && now.left.callbacks_due == 1).await;
        }
        if do_not_disturb {
            office.desk.do_not_disturb(false).await;
            office.pop("the agent may be disturbed again", |pop| pop.due_count == 1).await;
        }
    }
}

#[tokio::test]
async fn in_ten_minutes_it_waits_for_ten_minutes_also_after_a_restart() {
    let place = Place::new();
    let (office, mut hub) = place.office(with_codes()).await;
    let id = promised(&office, &mut hub, &ring("+36301234567"), 100).await;
    office.pop("due", |pop| pop.due_count == 1).await;
    let at = Timestamp(Timestamp::now().0 + 600_000);
    office.desk.callback_move(id.clone(), at).await.expect("moved");
    let pop = office.desk.pop().borrow().clone();
    assert!(pop.is_empty());
    let past = office.desk.callback_move(id, Timestamp(1_000)).await.expect_err("it has passed");
    assert_eq!(past.code, RequestErrorCode::Invalid);
    let (office, _hub) = place.after_a_kill(office).await;
    let listed = office.desk.own_callbacks().await;
    assert_eq!(listed.iter().map(|own| own.at).collect::<Vec<_>>(), [at]);
    assert!(office.desk.pop().borrow().is_empty());
}

#[tokio::test]
async fn the_keyboard_that_is_on_the_call_backs_goes_back_when_a_ring_takes_their_place() {
    let place = Place::new();
    let (office, mut hub) = place.office(with_codes()).await;
    promised(&office, &mut hub, &ring("+36301234567"), 300).await;
    office.pop("it comes up", |pop| pop.due_count == 1 && pop.calls.is_empty()).await;
    office.desk.popup(PopupAct::Keyboard(true)).await;
    hub.call(&ring("+36302222222")).await;
    let pop = office.pop("the ring", |pop| !pop.calls.is_empty()).await;
    assert_eq!((pop.due_count, pop.has_keyboard), (0, false));
}

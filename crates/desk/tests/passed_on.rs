//! Calls that come back, calls that are over here only, and what is told of them.

use crate::support;

use ringcard_core::{
    Timestamp,
    call::{AgentId, Call, CallState, Course, OwnPart},
    control::{Toggle, Toggles},
    customer::NoteSoFar,
    frame::{Reply, Request, RequestError, RequestErrorCode, Snapshot, ask},
};
use support::{HubEnd, Office, in_state, looking, preferences, ring};

async fn newer_hub(office: &mut Office) -> HubEnd {
    let mut hub = office.line().await;
    hub.welcome(Snapshot { takes_notes: true, ..Snapshot::default() }).await;
    hub
}

/// The next question of this kind; what else the desk asks is not answered.
async fn asked(hub: &mut HubEnd, is: impl Fn(&Request) -> bool) -> (u64, Request) {
    loop {
        let (id, request) = hub.question().await;
        if is(&request) {
            return (id, request);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_may_have_lost_its_end_is_ended_here_and_leaves_the_screen() {
    let mut office = Office::open();
    let mut hub = newer_hub(&mut office).await;
    let call = in_state(&ring("+36301234567"), CallState::Connected);
    hub.call(&call).await;
    let shown = office.pop("the call", |pop| pop.calls.len() == 1).await;
    assert!(!shown.calls[0].may_end_here, "somebody talks");
    hub.call(&ring("+36302222222")).await;
    office.pop("its phone rings for another", |pop| pop.calls.iter().any(|one| one.may_end_here)).await;
    let desk = office.desk.clone();
    let id = call.id.clone();
    let ending = tokio::spawn(async move { desk.ask(ask::EndHere { call_id: id }).await });
    let (number, request) = asked(&mut hub, |one| matches!(one, Request::EndHere { .. })).await;
    assert_eq!(request, Request::EndHere { call_id: call.id.clone() });
    hub.reply(number, Ok(Reply::Done)).await;
    office.pop("it is gone", |pop| pop.calls.iter().all(|one| one.call.id != call.id)).await;
    assert_eq!(ending.await.expect("no panic"), Ok(()));
}

#[tokio::test(start_paused = true)]
async fn a_conversation_may_be_taken_off_the_screen_where_its_phone_is_in_another_or_after_a_very_long_silence() {
    let mut office = Office::open();
    let mut hub = office.line().await;
    hub.welcome(Snapshot { takes_notes: true, silent_call_seconds: Some(180), ..Snapshot::default() }).await;
    let offered = |pop: &ringcard_desk::PopView| {
        pop.calls.iter().filter(|one| one.may_end_here).map(|one| one.call.id.clone()).collect::<Vec<_>>()
    };
    let (first, second) = (ring("+36301111111"), ring("+36302222222"));
    for call in [&first, &second] {
        hub.call(call).await;
        hub.call(&in_state(call, CallState::Connected)).await;
    }
    office.pop("the earlier one", |pop| offered(pop) == [first.id.clone()]).await;
    // One that is known to wait goes on.
    let hold = Toggle { on: true, known: true };
    let controls = Some(Toggles { hold, ..Toggles::default() });
    hub.call(&Call { controls, ..in_state(&first, CallState::Connected) }).await;
    office.pop("none", |pop| offered(pop).is_empty()).await;
    // At another phone.
    let other = Call { extension: Some("199".into()), ..ring("+36303333333") };
    hub.call(&other).await;
    let shown = office.pop("a ring elsewhere", |pop| pop.calls.len() == 3).await;
    assert_eq!(offered(&shown), []);
    hub.call(&in_state(&other, CallState::Missed)).await;
    tokio::time::advance(std::time::Duration::from_secs(150)).await;
    office.pop("all that is silent", |pop| offered(pop) == [first.id.clone(), second.id.clone()]).await;
}

#[tokio::test(start_paused = true)]
async fn a_ring_is_offered_to_be_ended_here_only_after_a_long_silence_and_never_to_an_older_hub() {
    let mut office = Office::open();
    let mut hub = newer_hub(&mut office).await;
    hub.call(&ring("+36301234567")).await;
    let shown = office.pop("the ring", |pop| pop.calls.len() == 1).await;
    assert!(!shown.calls[0].may_end_here);
    tokio::time::advance(std::time::Duration::from_secs(30)).await;
    office.pop("silent", |pop| pop.calls.iter().any(|one| one.may_end_here)).await;

    let (office, mut hub) = Office::connected(preferences()).await;
    hub.call(&in_state(&ring("+36301234567"), CallState::Connected)).await;
    let shown = office.pop("the call", |pop| pop.calls.len() == 1).await;
    assert!(!shown.calls[0].may_end_here, "a hub of an older version would not take it");
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_colleagues_as_well_is_out_of_sight_here() {
    let mut office = Office::open();
    let mut hub = newer_hub(&mut office).await;
    let call = in_state(&ring("+36301234567"), CallState::Connected);
    hub.call(&call).await;
    office.pop("the call", |pop| pop.calls.len() == 1).await;
    let desk = office.desk.clone();
    let id = call.id.clone();
    let ending = tokio::spawn(async move { desk.ask(ask::EndHere { call_id: id }).await });
    let (number, _) = asked(&mut hub, |one| matches!(one, Request::EndHere { .. })).await;
    hub.reply(number, Err(RequestError::new(RequestErrorCode::Invalid, "whose?"))).await;
    office.pop("it is out of sight", |pop| pop.calls.is_empty()).await;
    assert_eq!(ending.await.expect("no panic"), Ok(()));
}

#[tokio::test(start_paused = true)]
async fn an_agent_reads_what_colleagues_noted_and_not_what_they_noted_themselves() {
    let mut office = Office::open();
    let mut hub = newer_hub(&mut office).await;
    let call = ring("+36301234567");
    hub.call(&call).await;
    let me = hub.agent.clone();
    let note = |by: AgentId, note: &str| NoteSoFar { by, note: note.into(), at: Timestamp(1) };
    let mut card = looking(2);
    card.notes = vec![note(me, "mine"), note(AgentId("Béla".into()), "wants the invoice")];
    hub.card(&call, card).await;
    let shown = office.pop("the note", |pop| pop.calls.iter().any(|one| !one.card.notes.is_empty())).await;
    let notes: Vec<_> = shown.calls[0].card.notes.iter().map(|one| one.note.as_str()).collect();
    assert_eq!(notes, ["wants the invoice"]);
}

#[tokio::test]
async fn a_call_that_returns_in_its_wrap_up_is_a_call_again_and_what_was_typed_is_there_at_its_end() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut office = Office::open();
    office.desk.use_file(dir.path().join("desk.db")).await.expect("it opens");
    let mut prefs = preferences();
    prefs.wrap_up = with_a_code();
    office.desk.adopt(prefs).await;
    let mut hub = newer_hub(&mut office).await;
    let talked = in_state(&ring("+36301234567"), CallState::Connected);
    hub.call(&talked).await;
    let over = Call {
        course: Course { part: Some(OwnPart::PassedTo { to: "Béla".into() }), ..Course::default() },
        connected_at: Some(talked.started_at),
        ..in_state(&talked, CallState::Ended)
    };
    hub.call(&over).await;
    let shown = office.pop("its wrap-up", |pop| pop.wrap_ups.len() == 1).await;
    let mut draft = shown.wrap_ups[0].draft.clone();
    (draft.revision, draft.comment) = (draft.revision + 1, "wants the invoice".into());
    office.desk.wrap_up_draft(over.id.clone(), draft).await.expect("taken");
    let (number, told) = asked(&mut hub, |one| matches!(one, Request::NoteSoFar { .. })).await;
    assert_eq!(told, Request::NoteSoFar { call_id: over.id.clone(), note: "wants the invoice".into() });
    hub.reply(number, Ok(Reply::Done)).await;

    hub.call(&talked).await;
    let shown = office.pop("a call again", |pop| pop.wrap_ups.is_empty() && pop.calls.len() == 1).await;
    assert_eq!(shown.calls[0].call.state, CallState::Connected);
    hub.call(&over).await;
    let shown = office.pop("its wrap-up again", |pop| pop.wrap_ups.len() == 1).await;
    assert_eq!(shown.wrap_ups[0].draft.comment, "wants the invoice");
}

#[tokio::test]
async fn a_note_that_is_deleted_while_the_line_is_down_is_taken_back_when_it_stands() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut office = Office::open();
    office.desk.use_file(dir.path().join("desk.db")).await.expect("it opens");
    let mut prefs = preferences();
    prefs.wrap_up = with_a_code();
    office.desk.adopt(prefs).await;
    let mut hub = newer_hub(&mut office).await;
    let talked = in_state(&ring("+36301234567"), CallState::Connected);
    hub.call(&talked).await;
    hub.call(&Call {
        course: Course { part: Some(OwnPart::PassedTo { to: "Béla".into() }), ..Course::default() },
        connected_at: Some(talked.started_at),
        ..in_state(&talked, CallState::Ended)
    })
    .await;
    let shown = office.pop("its wrap-up", |pop| pop.wrap_ups.len() == 1).await;
    let mut draft = shown.wrap_ups[0].draft.clone();
    (draft.revision, draft.comment) = (draft.revision + 1, "wants the invoice".into());
    office.desk.wrap_up_draft(talked.id.clone(), draft.clone()).await.expect("taken");
    let (number, _) = asked(&mut hub, |one| matches!(one, Request::NoteSoFar { .. })).await;
    hub.reply(number, Ok(Reply::Done)).await;

    drop(hub);
    (draft.revision, draft.comment) = (draft.revision + 1, String::new());
    office.desk.wrap_up_draft(talked.id.clone(), draft).await.expect("taken");
    let mut hub = newer_hub(&mut office).await;
    let (_, told) = asked(&mut hub, |one| matches!(one, Request::NoteSoFar { .. })).await;
    assert_eq!(told, Request::NoteSoFar { call_id: talked.id.clone(), note: String::new() });
}

#[tokio::test]
async fn a_call_that_was_answered_and_ended_here_is_wrapped_up() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut office = Office::open();
    office.desk.use_file(dir.path().join("desk.db")).await.expect("it opens");
    let mut prefs = preferences();
    prefs.wrap_up = with_a_code();
    office.desk.adopt(prefs).await;
    let mut hub = newer_hub(&mut office).await;
    let talked = in_state(&ring("+36301234567"), CallState::Connected);
    hub.call(&talked).await;
    office.pop("the call", |pop| pop.calls.len() == 1).await;
    let (desk, id) = (office.desk.clone(), talked.id.clone());
    let ending = tokio::spawn(async move { desk.ask(ask::EndHere { call_id: id }).await });
    let (number, _) = asked(&mut hub, |one| matches!(one, Request::EndHere { .. })).await;
    let over = Call {
        course: Course { part: Some(OwnPart::EndNotReported), ..Course::default() },
        connected_at: Some(talked.started_at),
        ..in_state(&talked, CallState::OutcomeNotReported)
    };
    hub.call(&over).await;
    hub.reply(number, Ok(Reply::Done)).await;
    let shown = office.pop("its wrap-up", |pop| pop.wrap_ups.len() == 1).await;
    assert_eq!(shown.calls.len(), 1);
    assert_eq!(ending.await.expect("no panic"), Ok(()));
}

fn with_a_code() -> ringcard_core::wrap_up::WrapUpSettings {
    use ringcard_core::codes::{TreeCode, TreeSettings};
    let code = TreeCode { code: "sold".into(), ..TreeCode::default() };
    ringcard_core::wrap_up::WrapUpSettings {
        codes: vec![TreeSettings { codes: vec![code], ..TreeSettings::default() }],
        ..Default::default()
    }
}

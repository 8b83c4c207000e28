//! Notes of a call: what programs hand over by REST, what agents make of it, and what other systems hear of it.

use crate::{
    support::{Plan, TOKEN, world},
    told::Team,
};
use ringcard_core::{
    call::{AgentId, CallId},
    frame::{Reply, Request, RequestError, RequestErrorCode},
    note::{Approval, CallNote, NewNote, NoteKey, NoteKind},
};
use serde_json::{Value, json};
use std::time::Duration;

/// Asks for a call's notes over REST; the status and the answer.
async fn rest(team: &Team, method: &str, call: &CallId, query: &str, body: Option<Value>) -> (u16, Value) {
    let url = format!("{}/v1/calls/{}/notes{query}", team.world.base, call.0);
    let request = team.world.http.request(method.parse().expect("a method"), url).bearer_auth(TOKEN);
    let request = body.iter().fold(request, |request, body| request.json(body));
    let answer = request.send().await.expect("an answer");
    let status = answer.status().as_u16();
    (status, answer.json().await.unwrap_or_default())
}

async fn put(team: &Team, call: &CallId, key: &str, kind: &str, text: &str) -> (u16, Value) {
    let body = json!({ "key": key, "kind": kind, "text": text, "language": "en", "source": "whisper" });
    rest(team, "PUT", call, "", Some(body)).await
}

fn edit(call: &CallId, key: &str, text: &str, version: u64) -> Request {
    Request::EditNote { call_id: call.clone(), key: NoteKey(key.into()), text: text.into(), version }
}

fn approve(call: &CallId, key: &str, version: u64) -> Request {
    Request::ApproveNote { call_id: call.clone(), key: NoteKey(key.into()), version }
}

fn own(call: &CallId, key: &str, text: &str) -> Request {
    let note =
        NewNote { key: NoteKey(key.into()), kind: NoteKind::Note, text: text.into(), language: None, source: None };
    Request::PutNote { call_id: call.clone(), note }
}

fn note(reply: Result<Reply, RequestError>) -> CallNote {
    match reply {
        Ok(Reply::Note { note }) => note,
        other => panic!("no note, but {other:?}"),
    }
}

/// The entry of the only call, when a field of it is as wanted; how many entries there are.
async fn logged(team: &Team, field: &'static str, wanted: &str) -> usize {
    let found = team.office.wait_for_entries(field, |entries| {
        entries.iter().any(|entry| entry.text(field) == wanted).then_some(entries.len())
    });
    found.await.expect("it is in the log")
}

#[tokio::test]
async fn what_a_machine_wrote_is_logged_once_somebody_approved_it_and_changes_that_one_entry() {
    let mut team = Team::begin(Duration::ZERO).await;
    let call = team.talk().await;
    let (status, kept) = put(&team, &call, "asr-1", "transcript", "A: hello\nB: hello").await;
    assert_eq!((status, &kept["approval"]["kind"]), (200, &json!("waits")), "{kept}");
    assert_eq!(put(&team, &call, "sum-1", "summary", "They said hello.").await.0, 200);
    // What an agent writes needs nobody's approval: when it is there, the others would be.
    let written = note(team.desk.ask(own(&call, "n-1", "a nice caller")).await);
    assert_eq!((written.by, written.approval), (Some(AgentId("Ana".into())), Approval::NotNeeded));
    assert_eq!(logged(&team, "note", "Ana: a nice caller").await, 1);
    let entry = team.office.entries().remove(0);
    assert_eq!((entry.text("transcript"), entry.text("summary")), ("", ""), "nobody approved them");

    let approved = note(team.desk.ask(approve(&call, "asr-1", 1)).await);
    assert!(matches!(approved.approval, Approval::Given { by: Some(by), .. } if by.0 == "Ana"));
    assert_eq!(logged(&team, "transcript", "A: hello\nB: hello").await, 1);
    assert_eq!(team.office.entries()[0].text("summary"), "");
    note(team.desk.ask(approve(&call, "sum-1", 1)).await);
    assert_eq!(logged(&team, "summary", "They said hello.").await, 1);
    // A program of the team's that is told after that hears of them, too.
    team.code(&call, "said yes").await;
    let told = team
        .office
        .wait_for_told("the code", |told| told.iter().find(|one| one.of == "call.coded").map(|one| one.data.clone()));
    let data = told.await.expect("it is told");
    assert_eq!((&data["transcript"], &data["summary"]), (&json!("A: hello\nB: hello"), &json!("They said hello.")));
    // Later words are changes of the entry, and so is that one was taken away.
    note(team.desk.ask(edit(&call, "sum-1", "They greeted each other.", 2)).await);
    assert_eq!(logged(&team, "summary", "They greeted each other.").await, 1);
    assert_eq!(rest(&team, "DELETE", &call, "?key=asr-1", None).await.0, 204);
    assert_eq!(logged(&team, "transcript", "").await, 1);
}

#[tokio::test]
async fn where_the_settings_ask_for_no_approval_a_transcript_is_logged_as_it_comes() {
    let mut plan = Plan::default();
    plan.waits.log_after = Duration::ZERO;
    plan.waits.approval = false;
    let mut team = Team::begin_as(plan).await;
    let call = team.talk().await;
    let (_, kept) = put(&team, &call, "asr-1", "transcript", "A: hello").await;
    assert_eq!(kept["approval"]["kind"], "not_needed", "{kept}");
    assert_eq!(logged(&team, "transcript", "A: hello").await, 1);
}

#[tokio::test]
async fn two_desks_see_each_others_changes_and_the_slower_editor_is_told_who_was_faster() {
    let mut team = Team::begin(Duration::from_secs(3600)).await;
    let call = team.talk().await;
    let (_, made) = agent_token(&team, "B%C3%A9la", "lead").await;
    let lead = made["token"].as_str().expect("a token").to_owned();
    let mut bela = team.world.desk_of("Béla").await;
    put(&team, &call, "asr-1", "transcript", "A: hello").await;
    bela.until("a transcript", |desk| desk.notes.contains(&call)).await;
    note(team.desk.ask(edit(&call, "asr-1", "A: hello, Béla", 1)).await);
    let slower = bela.ask(edit(&call, "asr-1", "A: hello, Ana", 1)).await.expect_err("Ana was faster");
    assert_eq!(
        (slower.code, slower.message.as_str()),
        (RequestErrorCode::Conflict, "Ana changed it meanwhile: look at it once more")
    );
    team.desk.until("what was edited", |desk| desk.notes.len() >= 2).await;
    // The program sends what it sent, then something else.
    assert_eq!(put(&team, &call, "asr-1", "transcript", "A: hello").await.0, 200);
    let (status, refused) = put(&team, &call, "asr-1", "transcript", "A: halo").await;
    assert_eq!((status, &refused["error"]["code"]), (409, &json!("conflict")), "{refused}");
    let listed = team.world.http.get(format!("{}/v1/calls/{}/notes", team.world.base, call.0)).bearer_auth(&lead);
    let listed: Value = listed.send().await.expect("an answer").json().await.expect("JSON");
    assert_eq!((&listed[0]["text"], &listed[0]["edited"]["by"]), (&json!("A: hello, Béla"), &json!("Ana")), "{listed}");
}

async fn agent_token(team: &Team, agent: &str, role: &str) -> (u16, Value) {
    let url = format!("{}/v1/agents/{agent}/token", team.world.base);
    let asked = team.world.http.post(url).bearer_auth(TOKEN).json(&json!({ "role": role })).send();
    let answer = asked.await.expect("an answer");
    (answer.status().as_u16(), answer.json().await.expect("JSON"))
}

#[tokio::test]
async fn a_colleague_reads_and_writes_nothing_of_it_and_an_agent_deletes_what_they_wrote() {
    let mut team = Team::begin(Duration::from_secs(3600)).await;
    let call = team.talk().await;
    put(&team, &call, "asr-1", "transcript", "A: hello").await;
    note(team.desk.ask(own(&call, "n-1", "mine")).await);
    let token =
        async |agent: &str| agent_token(&team, agent, "agent").await.1["token"].as_str().expect("one").to_owned();
    let (ana, bela) = (token("Ana").await, token("B%C3%A9la").await);
    let asked = async |token: &str, method: &str, query: &str, body: Option<Value>| {
        let url = format!("{}/v1/calls/{}/notes{query}", team.world.base, call.0);
        let request = team.world.http.request(method.parse().expect("a method"), url).bearer_auth(token);
        let request = body.iter().fold(request, |request, body| request.json(body));
        request.send().await.expect("an answer").status().as_u16()
    };
    let new = json!({ "key": "n-2", "kind": "note", "text": "a note" });
    assert_eq!(asked(&bela, "GET", "", None).await, 403);
    assert_eq!(asked(&bela, "PUT", "", Some(new.clone())).await, 403);
    assert_eq!(asked(&bela, "DELETE", "?key=n-1", None).await, 403);
    assert_eq!(asked(&ana, "GET", "", None).await, 200);
    assert_eq!(asked(&ana, "PUT", "", Some(new)).await, 200);
    assert_eq!(asked(&ana, "DELETE", "?key=asr-1", None).await, 403, "a machine's is a lead's to delete");
    assert_eq!(asked(&ana, "DELETE", "?key=n-1", None).await, 204);
    assert_eq!(asked(TOKEN, "DELETE", "?key=asr-1", None).await, 204);
}

#[tokio::test]
async fn where_nothing_is_told_of_calls_nobody_is_asked_to_approve() {
    let world = world().await;
    let mut desk = world.desk().await;
    let (_, dialled) = world.dial(json!({ "number": "+36301234567", "agent": "Ana" })).await;
    let call = CallId(dialled["call_id"].as_str().expect("a call").to_owned());
    let summary = NewNote { kind: NoteKind::Summary, ..new_note() };
    let kept = note(desk.ask(Request::PutNote { call_id: call, note: summary }).await);
    assert_eq!(kept.approval, Approval::NotNeeded);
}

fn new_note() -> NewNote {
    let (key, text) = (NoteKey("k".into()), "They said hello.".into());
    NewNote { key, kind: NoteKind::Note, text, language: None, source: None }
}

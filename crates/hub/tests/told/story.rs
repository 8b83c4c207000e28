//! One call's story, from its first ring to what became of everything that came of it.

use super::Team;
use crate::support::{Plan, TOKEN, World, client, hub_in};
use ringcard_core::{
    call::{AgentId, CallId, CallState},
    customer::CustomerId,
    frame::{FoundCalls, Happened, Reply, Request, RequestErrorCode, StoryPart, Timeline},
    submission::SubmissionState,
};
use ringcard_sim::{PushKind, Ring};
use serde_json::Value;
use std::time::Duration;
use tempfile::TempDir;

fn with_recordings() -> Plan {
    let mut plan = Plan::default();
    plan.sim.push.recording_ids = true;
    plan
}

async fn story(desk: &mut crate::support::Desk, id: &CallId) -> Timeline {
    match desk.ask(Request::Call { id: id.clone() }).await {
        Ok(Reply::Call { timeline }) => timeline,
        other => panic!("no story: {other:?}"),
    }
}

fn kinds(timeline: &Timeline) -> Vec<&'static str> {
    let kind = |what: &Happened| match what {
        Happened::Noted { .. } => "noted",
        Happened::Coded { .. } => "coded",
        Happened::Written { .. } => "written",
        Happened::Recorded { .. } => "recorded",
        Happened::RecordingFetched { .. } => "fetched",
        Happened::RecordingDeleted { .. } => "deleted",
        Happened::Other => "other",
    };
    timeline.moments.iter().map(|moment| kind(&moment.what)).collect()
}

async fn rest(world: &World, path: &str) -> Value {
    let answer = client().get(format!("{}{path}", world.base)).bearer_auth(TOKEN).send().await.expect("an answer");
    answer.json().await.expect("JSON")
}

#[tokio::test]
async fn notes_codes_what_was_written_and_recordings_stand_in_the_order_of_time() {
    let mut team = Team::planned(with_recordings(), Duration::ZERO).await;
    let ringing = team.world.sim.ring(Ring::from("+36301234567").extension("101")).await.expect("it rings");
    let call = team.desk.call_in(CallState::Ringing).await.id;
    ringing.answer().await.expect("answered");
    team.desk.call_in(CallState::Connected).await;
    let noted = Request::NoteSoFar { call_id: call.clone(), note: "asks for an offer\nby Friday".into() };
    assert_eq!(team.desk.ask(noted).await, Ok(Reply::Done));
    ringing.hang_up().await.expect("hung up");
    team.desk.call_in(CallState::Ended).await;
    // The agent's card says that there is something to hear.
    team.desk.until("a recording", |desk| desk.cards.get(&call).is_some_and(|card| card.recorded)).await;
    team.code(&call, "maybe").await;
    team.code(&call, "said yes").await;
    let in_the_log = |entries: &[ringcard_sim::LogEntry]| {
        entries.iter().find(|entry| entry.text("note").starts_with("said yes")).map(|_| ())
    };
    team.office.wait_for_entries("the last code", in_the_log).await.expect("it is in the log");
    let done = |row: &ringcard_core::submission::OutboxRow| row.reference.is_some();
    team.until_in(ringcard_core::frame::OutboxFilter::Over, done).await;

    let told = story(&mut team.desk, &call).await;
    assert!(told.moments.is_sorted_by_key(|moment| moment.at), "{:?}", kinds(&told));
    assert!(told.missing.is_empty());
    assert_eq!((told.row.recorded, told.row.may_listen), (true, true));
    assert_eq!(told.row.note, "asks for an offer\nby Friday");
    let code = |what: &Happened| match what {
        Happened::Coded { outcome } => Some(outcome.comment.clone()),
        _ => None,
    };
    let codes: Vec<String> = told.moments.iter().filter_map(|moment| code(&moment.what)).collect();
    assert_eq!(codes, ["maybe", "said yes"], "every code that was given, the one that counts last");
    let noted = told.moments.iter().find_map(|moment| match &moment.what {
        Happened::Noted { by, note } => Some((by.0.as_str(), note.as_str())),
        _ => None,
    });
    assert_eq!(noted, Some(("Ana", "asks for an offer\nby Friday")));
    let entry = told.moments.iter().find_map(|moment| match &moment.what {
        Happened::Written { submission } if submission.row.reference.is_some() => Some((moment.at, submission)),
        _ => None,
    });
    let (at, entry) = entry.expect("the CRM has it");
    assert_eq!((entry.row.submission.write.account(), entry.row.reference.as_deref()), ("rest-crm", Some("e-1")));
    assert_eq!(entry.row.state, SubmissionState::Done { at });
    assert_eq!(entry.attempts.last().map(|attempt| attempt.outcome.as_str()), Some("done"));
    let recorded = told.moments.iter().find_map(|moment| match &moment.what {
        Happened::Recorded { recording } => Some(recording.id.clone()),
        _ => None,
    });
    let recording = recorded.expect("a recording is told of");

    // Heard for the first time it is fetched, and in the end deleted.
    let heard = team.desk.ask(Request::Listen { recording: recording.clone() }).await;
    assert!(matches!(heard, Ok(Reply::Listen { .. })), "{heard:?}");
    let deleted = team.desk.ask(Request::DeleteRecording { recording }).await;
    assert_eq!(deleted, Ok(Reply::Done));
    let told = story(&mut team.desk, &call).await;
    let of_recordings: Vec<&str> =
        kinds(&told).into_iter().filter(|kind| ["recorded", "fetched", "deleted"].contains(kind)).collect();
    assert_eq!(of_recordings, ["recorded", "fetched", "deleted"]);

    let by_rest = rest(&team.world, &format!("/v1/calls/{call}")).await;
    assert_eq!(by_rest["moments"].as_array().map(Vec::len), Some(told.moments.len()));
    assert!(by_rest.get("missing").is_none());
}

#[tokio::test]
async fn what_cannot_be_read_is_named_and_costs_the_rest_nothing() {
    let (dir, plan) = (TempDir::new().expect("a folder"), with_recordings());
    // Neither opens: a folder is in the place of each.
    for name in ["outbox.db", "recordings.db"] {
        std::fs::create_dir(dir.path().join(name)).expect("made");
    }
    let sim = ringcard_sim::Sim::start(plan.sim.clone()).await.expect("the simulator starts");
    let hub = hub_in(dir.path(), &plan, &sim.base_url()).await;
    sim.set_hub(Some(ringcard_sim::HubTarget::new(crate::support::address(&hub), "pbx")));
    let mut desk = crate::support::Desk::open(hub.connect(AgentId("Ana".into())), "Ana").await;
    let ringing = sim.ring(Ring::from("+36301234567").extension("101")).await.expect("it rings");
    let call = desk.call_in(CallState::Ringing).await.id;
    ringing.answer().await.expect("answered");
    desk.call_in(CallState::Connected).await;
    let noted = Request::NoteSoFar { call_id: call.clone(), note: "asks for an offer".into() };
    assert_eq!(desk.ask(noted).await, Ok(Reply::Done));
    ringing.hang_up().await.expect("hung up");
    desk.call_in(CallState::Ended).await;

    let told = story(&mut desk, &call).await;
    assert_eq!(kinds(&told), ["noted"]);
    assert!(!told.steps.is_empty());
    let missing: Vec<StoryPart> = told.missing.iter().map(|missing| missing.part).collect();
    assert_eq!(missing, [StoryPart::Outbox, StoryPart::Recordings]);
    assert!(told.missing.iter().all(|missing| !missing.why.is_empty()));
    hub.shutdown().await;
}

async fn calls_with(desk: &mut crate::support::Desk, customer: &CustomerId) -> Result<FoundCalls, RequestErrorCode> {
    match desk.ask(Request::CustomerCalls { customer: customer.clone(), before: None, limit: 50 }).await {
        Ok(Reply::FoundCalls { calls, next }) => Ok(FoundCalls { calls, next }),
        Err(error) => Err(error.code),
        other => panic!("not calls: {other:?}"),
    }
}

/// A call from a number that rang at a phone and was answered there, and is over; its data came.
async fn talk(world: &World, desk: &mut crate::support::Desk, from: &str, phone: &str) -> CallId {
    let before = world.sim.pushes().last().map_or(0, |push| push.seq);
    let ringing = world.sim.ring(Ring::from(from).extension(phone)).await.expect("it rings");
    let call = desk.call_in(CallState::Ringing).await.id;
    ringing.answer().await.expect("answered");
    ringing.hang_up().await.expect("hung up");
    desk.until("its end", |desk| desk.calls[&call].state == CallState::Ended).await;
    let data = |push: &ringcard_sim::Pushed| push.kind == PushKind::CallData && push.seq > before;
    world.sim.wait_for_push("its data", data).await.expect("data");
    call
}

#[tokio::test]
async fn whoever_spoke_with_a_customer_reads_their_calls_and_hears_their_own() {
    let world = with_recordings().begin().await;
    let (token_ana, token_lead) = (token(&world, "Ana", "agent").await, token(&world, "B%C3%A9la", "lead").await);
    let mut bela = world.desk_of("Béla").await;
    // Before anybody knew who it is.
    let first = talk(&world, &mut bela, "+36301234567", "102").await;
    let maria = world.customer("María López", &["+36301234567", "+36309999999"]).await;
    let second = talk(&world, &mut bela, "+36309999999", "102").await;
    let other = talk(&world, &mut bela, "+36305555555", "102").await;

    let ask = async |token: &str, path: String| {
        let answer =
            client().get(format!("{}/v1{path}", world.base)).bearer_auth(token).send().await.expect("answered");
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap_or_default())
    };
    let theirs = format!("/customers/{}/calls", maria.id.0);
    let ids = |page: &Value| -> Vec<String> {
        let calls = page["calls"].as_array().expect("calls").iter();
        calls.map(|row| row["call"]["id"].as_str().expect("an id").to_owned()).collect()
    };
    let (status, page) = ask(&token_lead, theirs.clone()).await;
    assert_eq!((status, ids(&page)), (200, vec![second.0.clone(), first.0.clone()]));
    assert_eq!(page["calls"][0]["may_listen"], true);

    // Ana never spoke with her.
    assert_eq!(ask(&token_ana, theirs.clone()).await.0, 403);
    assert_eq!(ask(&token_ana, format!("/calls/{first}")).await.0, 403);
    let mut ana = world.desk_of("Ana").await;
    let third = talk(&world, &mut ana, "+36301234567", "101").await;
    let (status, page) = ask(&token_ana, theirs).await;
    assert_eq!((status, ids(&page)), (200, vec![third.0.clone(), second.0.clone(), first.0.clone()]));
    let hears = |n: usize| page["calls"][n]["may_listen"] == true;
    assert_eq!((hears(0), hears(1), hears(2)), (true, false, false), "{page}");
    assert_eq!(page["calls"][1]["recorded"], true, "that there is one is no secret");
    for call in [&first, &second] {
        assert_eq!(ask(&token_ana, format!("/calls/{call}")).await.0, 200);
        assert_eq!(ask(&token_ana, format!("/calls/{call}/recordings")).await.0, 403);
    }
    assert_eq!(ask(&token_ana, format!("/calls/{other}")).await.0, 403, "somebody else's");

    let agents = |desk: &crate::support::Desk| desk.welcome.team.iter().map(|one| one.0.clone()).collect::<Vec<_>>();
    assert_eq!(agents(&ana), ["Ana", "Béla"], "the app's own hub is its agent's");
    assert_eq!(calls_with(&mut ana, &maria.id).await.map(|found| found.calls.len()), Ok(3));
    assert_eq!(calls_with(&mut ana, &CustomerId("nobody".into())).await.map(|found| found.calls.len()), Ok(0));
}

async fn token(world: &World, agent: &str, role: &str) -> String {
    let made = client().post(format!("{}/v1/agents/{agent}/token", world.base)).bearer_auth(TOKEN);
    let made: Value =
        made.json(&serde_json::json!({ "role": role })).send().await.expect("made").json().await.expect("JSON");
    made["token"].as_str().expect("a token").to_owned()
}

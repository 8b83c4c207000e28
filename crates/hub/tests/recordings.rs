//! A call's recording, from its data to whoever listens.

use crate::support::{Plan, TOKEN, World};
use ringcard_core::{
    call::CallState,
    frame::{Reply, Request},
    recording::{AudioBytes, Playable, RecordingId},
};
use ringcard_sim::Ring;
use serde_json::Value;

/// A call that is over, whose data named a recording.
async fn recorded() -> (World, String) {
    let mut plan = Plan::default();
    plan.sim.push.recording_ids = true;
    let world = plan.begin().await;
    let mut desk = world.desk().await;
    let ringing = world.sim.ring(Ring::from("+36301234567").extension("101")).await.expect("it rings");
    let call = desk.call_in(CallState::Ringing).await;
    ringing.answer().await.expect("answered");
    desk.call_in(CallState::Connected).await;
    ringing.hang_up().await.expect("hung up");
    desk.call_in(CallState::Ended).await;
    world.sim.wait_for_push("its data", |push| push.kind == ringcard_sim::PushKind::CallData).await.expect("data");
    (world, call.id.0)
}

impl World {
    async fn get(&self, path: &str, range: Option<&str>) -> reqwest::Response {
        let request = self.http.get(format!("{}{path}", self.base)).bearer_auth(TOKEN);
        let request = range.iter().fold(request, |request, range| request.header("range", *range));
        request.send().await.expect("an answer")
    }

    async fn recordings_of(&self, call: &str) -> Vec<Value> {
        self.get(&format!("/v1/calls/{call}/recordings"), None).await.json().await.expect("JSON")
    }

    fn fetches(&self) -> usize {
        self.sim.requests().iter().filter(|request| request.path == "/api/recording").count()
    }
}

#[tokio::test]
async fn a_recording_is_fetched_when_it_is_first_heard_and_once() {
    let (world, call) = recorded().await;
    let [found] = &world.recordings_of(&call).await[..] else { panic!("one recording") };
    assert_eq!((found["state"]["kind"].as_str(), world.fetches()), (Some("at_system"), 0));
    let path = format!("/v1/recordings/{}", found["id"].as_str().expect("an id"));

    let (one, other) = tokio::join!(world.get(&path, None), world.get(&path, Some("bytes=0-3")));
    assert_eq!((one.status().as_u16(), other.status().as_u16()), (200, 206));
    assert_eq!(one.headers()["content-type"], "audio/wav");
    let bytes = one.bytes().await.expect("audio");
    assert_eq!((&bytes[..4], &bytes[8..12]), (&b"RIFF"[..], &b"WAVE"[..]));
    let range = other.headers()["content-range"].to_str().expect("text").to_owned();
    assert_eq!(range, format!("bytes 0-3/{}", bytes.len()));
    assert_eq!(&other.bytes().await.expect("audio")[..], b"RIFF");
    assert_eq!(world.fetches(), 1);

    let [found] = &world.recordings_of(&call).await[..] else { panic!("one recording") };
    assert_eq!(found["state"]["kind"], "here");
    assert_eq!(found["state"]["bytes"], bytes.len());
    let beyond = world.get(&path, Some("bytes=99999999-")).await;
    assert_eq!(beyond.status().as_u16(), 416);
    assert_eq!(world.fetches(), 1);
}

/// What a desk plays is what REST gives as playable, wherever a piece begins.
#[tokio::test]
async fn a_desk_plays_a_recording_in_pieces() {
    let (world, call) = recorded().await;
    let [found] = &world.recordings_of(&call).await[..] else { panic!("one recording") };
    let recording = RecordingId(found["id"].as_str().expect("an id").to_owned());
    let mut desk = world.desk().await;
    let heard = desk.ask(Request::Listen { recording: recording.clone() }).await;
    let Ok(Reply::Listen { playable }) = heard else { panic!("it is playable: {heard:?}") };
    assert_eq!((&playable.recording, playable.channels, playable.sample_rate), (&recording, 1, 8000));
    assert!(playable.waveform[0].len() <= Playable::PEAKS && playable.waveform[0].iter().any(|peak| *peak > 0));
    assert_eq!(playable.bytes, Playable::HEAD + (playable.seconds * 16_000.0) as u64);

    let path = format!("/v1/recordings/{recording}?as=playable");
    let whole = world.get(&path, None).await;
    assert_eq!((whole.status().as_u16(), &whole.headers()["content-type"]), (200, &"audio/wav".parse().expect("text")));
    let whole = whole.bytes().await.expect("audio");
    assert_eq!((whole.len() as u64, &whole[..4], &whole[36..40]), (playable.bytes, &b"RIFF"[..], &b"data"[..]));
    for (from, most) in [(0, 44), (0, 45), (43, 2), (44, 1000), (10, 1_000_000), (playable.bytes - 1, 9)] {
        let heard = desk.ask(Request::Hear { recording: recording.clone(), from, most }).await;
        let Ok(Reply::Hear { audio }) = heard else { panic!("a piece: {heard:?}") };
        let from = usize::try_from(from).expect("short");
        let to = (from + most.min(Playable::MOST_AT_ONCE) as usize).min(whole.len());
        assert!(audio.0 == whole[from..to], "{from}: {} bytes", audio.0.len());
        let part = world.get(&path, Some(&format!("bytes={from}-{}", to - 1))).await;
        assert_eq!(part.status().as_u16(), if to - from == whole.len() { 200 } else { 206 });
        assert!(part.bytes().await.expect("audio") == whole[from..to], "{from}");
    }
    let beyond = desk.ask(Request::Hear { recording: recording.clone(), from: u64::MAX, most: 9 }).await;
    assert_eq!(beyond, Ok(Reply::Hear { audio: AudioBytes(Vec::new()) }));
    assert_eq!(world.fetches(), 1);
}

#[tokio::test]
async fn whoever_may_not_see_a_call_does_not_hear_it() {
    let (world, call) = recorded().await;
    let [found] = &world.recordings_of(&call).await[..] else { panic!("one recording") };
    let id = found["id"].as_str().expect("an id");
    let token = format!("{}/v1/agents/B%C3%A9la/token", world.base);
    let made: Value = world
        .http
        .post(token)
        .bearer_auth(TOKEN)
        .json(&serde_json::json!({}))
        .send()
        .await
        .expect("an answer")
        .json()
        .await
        .expect("JSON");
    let token = made["token"].as_str().expect("a token");
    let paths = ["", "?as=playable"].map(|how| format!("/v1/recordings/{id}{how}"));
    for path in paths.into_iter().chain([format!("/v1/calls/{call}/recordings")]) {
        let bearer = format!("Bearer {token}");
        assert_eq!(world.asked(&path, &[("authorization", &bearer)]).await, (403, "not_allowed".into()), "{path}");
    }
    assert_eq!(world.fetches(), 0);
}

#[tokio::test]
async fn why_a_recording_cannot_be_heard_is_said_and_it_can_be_tried_again() {
    let (world, call) = recorded().await;
    let [found] = &world.recordings_of(&call).await[..] else { panic!("one recording") };
    let path = format!("/v1/recordings/{}", found["id"].as_str().expect("an id"));
    let wrongs = [
        (ringcard_sim::Misbehaviour::RefuseAuthentication, "recording_sign_in"),
        (ringcard_sim::Misbehaviour::ErrorWith200 { message: "unknown id".into() }, "recording_not_known"),
        (ringcard_sim::Misbehaviour::CutAnswer, "recording_unreachable"),
    ];
    for (wrong, code) in wrongs {
        world.sim.misbehave_until_cleared(wrong);
        let bearer = format!("Bearer {TOKEN}");
        assert_eq!(world.asked(&path, &[("authorization", &bearer)]).await, (502, code.into()));
        world.sim.behave();
    }
    assert_eq!(world.get(&path, None).await.status().as_u16(), 200);
    let nobody = world.get("/v1/recordings/..%2F..%2Fcalls.db", None).await;
    assert_eq!(nobody.status().as_u16(), 404);
}

/// Who did what with a recording, as REST tells it.
async fn acts(world: &World, path: &str) -> Vec<String> {
    let accesses: Vec<Value> = world.get(&format!("{path}/accesses"), None).await.json().await.expect("JSON");
    accesses.iter().map(|access| access["act"].as_str().expect("text").to_owned()).collect()
}

#[tokio::test]
async fn a_recording_that_is_held_is_deleted_when_it_was_let_go_and_is_never_fetched_again() {
    let (world, call) = recorded().await;
    let [found] = &world.recordings_of(&call).await[..] else { panic!("one recording") };
    let path = format!("/v1/recordings/{}", found["id"].as_str().expect("an id"));
    // In many pieces, and as two things: they listened once.
    for (how, range) in [("", "bytes=1-"), ("", "bytes=100-200"), ("?as=playable", "bytes=0-"), ("", "bytes=0-")] {
        let given = world.get(&format!("{path}{how}"), Some(range)).await.status().as_u16();
        assert!(matches!(given, 200 | 206), "{how} {range}: {given}");
    }
    assert_eq!(acts(&world, &path).await, ["listened"]);

    let send = async |method: reqwest::Method, path: &str, body: Option<Value>| {
        let request = world.http.request(method, format!("{}{path}", world.base)).bearer_auth(TOKEN);
        let request = body.iter().fold(request, |request, body| request.json(body));
        let answer = request.send().await.expect("an answer");
        let status = answer.status().as_u16();
        let body: Value = answer.json().await.unwrap_or_default();
        (status, body["error"]["code"].as_str().unwrap_or_default().to_owned())
    };
    let hold = format!("{path}/hold");
    let no_reason = send(reqwest::Method::PUT, &hold, Some(serde_json::json!({ "why": "" }))).await;
    assert_eq!(no_reason, (400, "invalid".to_owned()));
    let held = send(reqwest::Method::PUT, &hold, Some(serde_json::json!({ "why": "Complaint 4711" }))).await;
    assert_eq!(held.0, 204);
    let [found] = &world.recordings_of(&call).await[..] else { panic!("one recording") };
    assert_eq!(found["hold"]["why"], "Complaint 4711");
    assert_eq!(send(reqwest::Method::DELETE, &path, None).await, (409, "recording_held".to_owned()));
    assert_eq!(send(reqwest::Method::DELETE, &hold, None).await.0, 204);
    assert_eq!(send(reqwest::Method::DELETE, &path, None).await.0, 204);
    assert_eq!(send(reqwest::Method::DELETE, &path, None).await, (404, "not_found".to_owned()));

    assert_eq!(world.get(&path, None).await.status().as_u16(), 410);
    assert_eq!(world.fetches(), 1);
    assert_eq!(acts(&world, &path).await, ["listened", "held", "released", "deleted"]);
    let [found] = &world.recordings_of(&call).await[..] else { panic!("one recording") };
    assert_eq!(found["state"]["kind"], "deleted");
    // Its row offers nothing that cannot be heard, and says why.
    let page: Value = world.get("/v1/calls", None).await.json().await.expect("calls");
    let rows = page["calls"].as_array().expect("calls");
    let row = rows.iter().find(|row| row["call"]["id"] == *call).expect("the call is listed");
    assert_eq!((&row["recorded"], &row["recording_gone"]), (&true.into(), &true.into()), "{row}");
    assert!(row.get("may_listen").is_none(), "{row}");
}

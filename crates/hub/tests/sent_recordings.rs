//! Recordings that come inside of call data: kept with the call, and what is wrong with one costs the call nothing.

use crate::{
    server,
    support::{KEY, Plan, TOKEN, World, world},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use ringcard_core::call::CallState;
use ringcard_sim::Ring;
use serde_json::{Value, json};

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const PARTS: &str = "multipart/form-data; boundary=b";

/// A WAV of so many bytes, whose first samples are the seed.
pub(crate) fn wav(bytes: usize, seed: u8) -> Vec<u8> {
    let mut wav =
        b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data\0\0\0\0".to_vec();
    wav.resize(bytes, seed);
    wav
}

pub(crate) fn call(id: &str) -> Value {
    json!({ "call": { "id": id, "caller": "+36301234567", "called": "+3612345678", "extension": "101",
        "direction": "in", "disposition": "answered", "billsec": 42 } })
}

pub(crate) fn with_recording(id: &str, audio: &str) -> String {
    let mut data = call(id);
    data["call"]["recording"] = audio.into();
    data.to_string()
}

impl World {
    pub(crate) async fn send(&self, content_type: &str, body: impl Into<reqwest::Body>) -> u16 {
        let url = format!("{}/in/pbx/call-data?key={KEY}", self.base);
        let sent = self.http.post(url).header("content-type", content_type).body(body);
        sent.send().await.expect("an answer").status().as_u16()
    }

    pub(crate) async fn json_of(&self, path: &str) -> Value {
        let asked = self.http.get(format!("{}{path}", self.base)).bearer_auth(TOKEN);
        asked.send().await.expect("an answer").json().await.expect("JSON")
    }

    /// The call that the telephone system calls so, and the states of its recordings.
    pub(crate) async fn call_with(&self, id: &str) -> (Value, Vec<Value>) {
        let calls = self.json_of("/v1/calls").await;
        let calls = calls["calls"].as_array().expect("calls").clone();
        let mut calls = calls.into_iter().map(|mut row| row["call"].take());
        let call = calls.find(|call| call["external_id"] == id).expect("the call");
        let recordings = self.json_of(&format!("/v1/calls/{}/recordings", call["id"].as_str().expect("an id"))).await;
        let states = recordings.as_array().expect("recordings").clone();
        (call, states)
    }

    async fn audio_of(&self, recording: &Value) -> Vec<u8> {
        let path = format!("{}/v1/recordings/{}", self.base, recording["id"].as_str().expect("an id"));
        let answer = self.http.get(path).bearer_auth(TOKEN).send().await.expect("an answer");
        assert_eq!(answer.status(), 200);
        answer.bytes().await.expect("audio").to_vec()
    }

    pub(crate) fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.dir.path().join("recordings")).expect("a folder");
        entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("text")).collect()
    }
}

#[tokio::test]
async fn a_recording_inside_of_call_data_is_kept_with_the_call() {
    let world = world().await;
    let audio = wav(10_000_000, 7);
    assert_eq!(world.send(JSON, with_recording("c1", &STANDARD.encode(&audio))).await, 200);
    let (call, recordings) = world.call_with("c1").await;
    assert_eq!(call["state"]["kind"], "ended");
    let [recording] = &recordings[..] else { panic!("one recording: {recordings:?}") };
    assert_eq!(recording["state"], json!({ "kind": "here", "audio": "wav_pcm", "bytes": audio.len() }));
    assert!(world.audio_of(recording).await == audio);
    assert_eq!(world.files(), [recording["id"].as_str().expect("an id")]);
}

/// One part of a body in parts.
fn part(head: &str, value: &[u8]) -> Vec<u8> {
    [b"--b\r\nContent-Disposition: form-data; ", head.as_bytes(), b"\r\n\r\n", value, b"\r\n"].concat()
}

fn form(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[tokio::test]
async fn a_recording_comes_in_every_shape_call_data_have() {
    let world = world().await;
    let audio = wav(70_000, 7);
    let text = STANDARD.encode(&audio);
    let in_form = |id: &str, name: &str, value: &str| {
        format!(
            "caller=%2B36301234567&called=%2B3612345678&extension=101&callid={id}&result=answered&billsec=42&{name}={value}"
        )
    };
    let whole = with_recording("json", &text);
    let escaped =
        with_recording("escaped", &format!("data:audio/wav;base64,{text}")).replace('/', "\\/").replace('+', "\\u002b");
    let in_a_parameter = format!("data={}", form(&with_recording("parameter", &text)));
    let parts = |id: &str, recording: Vec<u8>| {
        [part("name=\"data\"", call(id).to_string().as_bytes()), recording, b"--b--\r\n".to_vec()].concat()
    };
    let file = |bytes: &[u8]| part("name=\"upload\"; filename=\"../../../../etc/calls.db\"", bytes);
    let cases: [(&str, &str, Vec<u8>); 9] = [
        ("json", JSON, whole.into_bytes()),
        ("escaped", JSON, escaped.into_bytes()),
        ("form", FORM, in_form("form", "recording", &form(&text)).into_bytes()),
        ("plus", FORM, in_form("plus", "call[recording][data]", &text).into_bytes()),
        ("parameter", FORM, in_a_parameter.into_bytes()),
        ("part", PARTS, parts("part", part("name=\"recording\"", text.as_bytes()))),
        ("file", PARTS, parts("file", file(&audio))),
        ("base64 file", PARTS, parts("base64 file", file(text.as_bytes()))),
        ("whole in a part", PARTS, part("name=\"data\"", with_recording("whole in a part", &text).as_bytes())),
    ];
    for (id, content_type, body) in cases {
        assert_eq!(world.send(content_type, body).await, 200, "{id}");
        let (call, recordings) = world.call_with(id).await;
        assert_eq!(call["extra"]["talk_seconds"], "42", "{id}");
        let [recording] = &recordings[..] else { panic!("{id}: {recordings:?}") };
        assert!(world.audio_of(recording).await == audio, "{id}");
        assert!(!call.to_string().contains("lifted"), "{call}");
    }
    assert_eq!(world.files().len(), 9);
}

#[tokio::test]
async fn a_recording_that_is_not_kept_costs_the_call_nothing() {
    let world = world().await;
    let cut = STANDARD.encode(wav(60_000, 7));
    let too_long = STANDARD.encode(wav(64 * 1024 * 1024 + 1, 7));
    let cases = [
        ("empty", "data:audio/wav;base64,".to_owned()),
        ("not_audio", "x".repeat(8_000_000)),
        ("not_audio", STANDARD.encode("<!doctype html>".repeat(1000))),
        ("broken", cut[..cut.len() - 3].to_owned()),
        ("broken", cut.replace("BwcH", "Bw*H")),
        ("too_long", too_long),
    ];
    for (n, (why, text)) in cases.into_iter().enumerate() {
        let id = format!("c{n}");
        // What stands behind the recording counts as well.
        let mut data = call(&id);
        data["call"]["recording"] = text.into();
        data["call"]["wrapup"] = "7".into();
        assert_eq!(world.send(JSON, data.to_string()).await, 200, "{why}");
        let (call, recordings) = world.call_with(&id).await;
        assert_eq!((&call["extra"]["wrapup"], &call["state"]["kind"]), (&json!("7"), &json!("ended")), "{why}");
        let [recording] = &recordings[..] else { panic!("{recordings:?}") };
        assert_eq!(recording["state"], json!({ "kind": "refused", "why": why }));
        let path = format!("/v1/recordings/{}", recording["id"].as_str().expect("an id"));
        let code = if why == "too_long" { "recording_too_long" } else { "recording_not_audio" };
        let bearer = format!("Bearer {TOKEN}");
        assert_eq!(world.asked(&path, &[("authorization", &bearer)]).await, (502, code.into()));
    }
    // A flag, an address and nothing are no recordings.
    for (n, word) in ["yes", "https://pbx.example/r/1.wav", ""].into_iter().enumerate() {
        let id = format!("w{n}");
        assert_eq!(world.send(JSON, with_recording(&id, word)).await, 200);
        let (call, recordings) = world.call_with(&id).await;
        assert_eq!(recordings, [] as [Value; 0]);
        assert_eq!(call["extra"].get("recording").and_then(Value::as_str).unwrap_or_default(), word);
    }
}

#[tokio::test]
async fn the_same_data_twice_and_at_once_are_one_call_with_one_recording() {
    let world = world().await;
    let body = with_recording("c1", &STANDARD.encode(wav(300_000, 7)));
    let other = with_recording("c1", &STANDARD.encode(wav(300_000, 8)));
    let both = tokio::join!(world.send(JSON, body.clone()), world.send(JSON, body.clone()));
    assert_eq!((both, world.send(JSON, body).await), ((200, 200), 200));
    let (call, recordings) = world.call_with("c1").await;
    assert_eq!(recordings.len(), 1, "{recordings:?}");
    // Another recording of the same call is another one.
    assert_eq!(world.send(JSON, other).await, 200);
    let (again, recordings) = world.call_with("c1").await;
    assert_eq!((&again["id"], recordings.len()), (&call["id"], 2));
}

#[tokio::test]
async fn a_body_that_is_cut_leaves_neither_call_nor_file() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let world = world().await;
    let body = with_recording("cut", &STANDARD.encode(wav(400_000, 7)));
    let mut socket =
        tokio::net::TcpStream::connect(world.base.trim_start_matches("http://")).await.expect("it listens");
    let head = format!(
        "POST /in/pbx/call-data?key={KEY} HTTP/1.1\r\nhost: {}\r\ncontent-type: {JSON}\r\ncontent-length: {}\r\n\r\n",
        world.base.trim_start_matches("http://"),
        body.len()
    );
    socket.write_all(head.as_bytes()).await.expect("it is taken");
    socket.write_all(&body.as_bytes()[..body.len() - 100_000]).await.expect("it is taken");
    socket.shutdown().await.expect("it is cut");
    let mut answer = Vec::new();
    let _ = socket.read_to_end(&mut answer).await;
    while !world.files().is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let calls = world.json_of("/v1/calls").await;
    assert_eq!(calls["calls"], json!([]));
    // It is sent again.
    assert_eq!(world.send(JSON, body).await, 200);
    assert_eq!(world.call_with("cut").await.1.len(), 1);
}

#[tokio::test]
async fn a_recording_of_a_call_that_nobody_answered_is_kept() {
    let world = world().await;
    let mut data = call("missed");
    data["call"]["disposition"] = "missed".into();
    data["call"]["billsec"] = 0.into();
    data["call"]["recording"] = STANDARD.encode(wav(20_000, 7)).into();
    assert_eq!(world.send(JSON, data.to_string()).await, 200);
    let (call, recordings) = world.call_with("missed").await;
    assert_eq!((&call["state"]["kind"], recordings.len()), (&json!("missed"), 1));
}

#[tokio::test]
async fn a_telephone_system_sends_the_recording_with_the_data_of_the_call_that_rang() {
    let mut plan = Plan::default();
    plan.sim.push.recordings = true;
    let world = plan.begin().await;
    let mut desk = world.desk().await;
    let ringing = world.sim.ring(Ring::from("+36301234567").extension("101")).await.expect("it rings");
    let call = desk.call_in(CallState::Ringing).await;
    ringing.answer().await.expect("answered");
    desk.call_in(CallState::Connected).await;
    ringing.hang_up().await.expect("hung up");
    world.sim.wait_for_push("its data", |push| push.kind == ringcard_sim::PushKind::CallData).await.expect("data");
    let recordings = world.json_of(&format!("/v1/calls/{}/recordings", call.id)).await;
    let [recording] = &recordings.as_array().expect("recordings")[..] else { panic!("{recordings}") };
    let audio = world.audio_of(recording).await;
    assert_eq!((&audio[..4], recording["state"]["bytes"].as_u64()), (&b"RIFF"[..], Some(audio.len() as u64)));
}

#[test]
fn a_recording_whose_key_stands_in_the_body_only_is_not_taken_and_the_log_says_what_to_change() {
    let home = tempfile::TempDir::new().expect("a folder");
    std::fs::write(home.path().join("hub.toml"), server::SETTINGS).expect("settings");
    let server = server::Server::start(home.path());
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::blocking::Client::builder().no_proxy().build().expect("a client");
    let send = |id: &str, audio: &str| {
        let mut data = call(id);
        data["key"] = server::TOKEN.into();
        data["call"]["recording"] = audio.into();
        let url = format!("{}/in/pbx/call-data", server.base);
        let sent = http.post(url).header("content-type", JSON).body(data.to_string()).send();
        sent.expect("an answer").status().as_u16()
    };
    assert_eq!(send("short", ""), 200);
    assert_eq!(send("long", &STANDARD.encode(wav(100_000, 7))), 401);
    while server.said("recordings inside of call data need the key in the address or a header").is_empty() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}

#[tokio::test]
async fn a_short_recording_is_kept_whole_wherever_it_and_the_proof_stand() {
    let world = world().await;
    let audio = wav(9_000, 7);
    let text = STANDARD.encode(&audio);
    let url = format!("{}/in/pbx/call-data", world.base);
    let fields = |id: &str| {
        format!(
            "key={KEY}&caller=%2B36301234567&called=%2B3612345678&extension=101&callid={id}&result=answered&billsec=42"
        )
    };
    let in_form = format!("{}&recording={}", fields("form"), form(&text));
    let parts = [
        part("name=\"key\"", KEY.as_bytes()),
        part("name=\"data\"", call("file").to_string().as_bytes()),
        part("name=\"recording\"; filename=\"a.wav\"", &audio),
        b"--b--\r\n".to_vec(),
    ];
    let address = format!("{url}?{}&recording={}", fields("address"), form(&text));
    let posts = [("form", FORM, in_form.into_bytes()), ("file", PARTS, parts.concat())];
    let posts = posts.map(|(id, kind, body)| (id, world.http.post(&url).header("content-type", kind).body(body)));
    for (id, request) in posts.into_iter().chain([("address", world.http.get(address))]) {
        assert_eq!(request.send().await.expect("an answer").status(), 200, "{id}");
        let (_, recordings) = world.call_with(id).await;
        let [recording] = &recordings[..] else { panic!("{id}: {recordings:?}") };
        assert!(world.audio_of(recording).await == audio, "{id}");
    }
}

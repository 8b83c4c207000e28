//! Recordings as telephone systems send and give them, in every shape and coding, from the call's end to what is heard.

use crate::support::{Plan, TOKEN, World};
use ringcard_core::call::CallState;
use ringcard_sim::{Coding, Giving, Misbehaviour, PushEncoding, PushKind, PushMethod, RecordingsAre, Ring, SimConfig};
use serde_json::Value;

/// What is heard of a recording: how long, and how loud at most.
struct Heard {
    seconds: f64,
    loudest: u16,
}

impl World {
    /// A call rings, is answered and over, and its data came; its recordings.
    async fn recorded_call(&self) -> Vec<Value> {
        let mut desk = self.desk().await;
        let ringing = self.sim.ring(Ring::from("+36301234567").extension("101")).await.expect("it rings");
        let id = desk.call_in(CallState::Ringing).await.id;
        ringing.answer().await.expect("answered");
        desk.call_in(CallState::Connected).await;
        ringing.hang_up().await.expect("hung up");
        let is_data = |push: &ringcard_sim::Pushed| push.kind == PushKind::CallData && push.call == ringing.no();
        self.sim.wait_for_push("its data", is_data).await.expect("data");
        let path = format!("{}/v1/calls/{id}/recordings", self.base);
        let answer = self.http.get(path).bearer_auth(TOKEN).send().await.expect("an answer");
        answer.json().await.expect("JSON")
    }

    /// A recording as it is played, or the error's code.
    async fn play(&self, recording: &Value) -> Result<Heard, String> {
        let id = recording["id"].as_str().expect("an id");
        let path = format!("{}/v1/recordings/{id}?as=playable", self.base);
        let answer = self.http.get(path).bearer_auth(TOKEN).send().await.expect("an answer");
        if !answer.status().is_success() {
            let body: Value = answer.json().await.expect("JSON");
            return Err(body["error"]["code"].as_str().expect("a code").to_owned());
        }
        let wav = answer.bytes().await.expect("audio");
        let samples = wav[44..].chunks_exact(2).map(|two| i16::from_le_bytes([two[0], two[1]]).unsigned_abs());
        let loudest = samples.clone().max().unwrap_or_default();
        Ok(Heard { seconds: samples.count() as f64 / 8000.0, loudest })
    }

    async fn is_heard(&self, recordings: &[Value], what: &str) {
        let [recording] = recordings else { panic!("{what}: one recording: {recordings:?}") };
        let heard = self.play(recording).await.unwrap_or_else(|code| panic!("{what}: {code}"));
        assert!((0.9..1.3).contains(&heard.seconds), "{what}: {} s", heard.seconds);
        assert!(heard.loudest > 5_000, "{what}: {}", heard.loudest);
    }
}

async fn with(change: impl FnOnce(&mut SimConfig)) -> World {
    let mut plan = Plan::default();
    change(&mut plan.sim);
    plan.begin().await
}

fn nested() -> PushEncoding {
    PushEncoding::JsonNested { under: "call".to_owned() }
}

#[tokio::test]
async fn whatever_a_recording_is_written_in_it_is_heard() {
    let sent = with(|sim| sim.push.recordings = true).await;
    let by_id = with(|sim| sim.push.recording_ids = true).await;
    for coding in Coding::ALL {
        for (how, world) in [("sent", &sent), ("by id", &by_id)] {
            world.sim.set_recordings(RecordingsAre { coding, giving: Giving::Whole });
            let recordings = world.recorded_call().await;
            world.is_heard(&recordings, &format!("{coding:?} {how}")).await;
        }
    }
}

#[tokio::test]
async fn a_recording_comes_with_the_data_of_a_call_in_every_shape() {
    let parameter = || Some("data".to_owned());
    let shapes: [(&str, PushMethod, PushEncoding, Option<String>); 8] = [
        ("a form with brackets", PushMethod::Post, PushEncoding::Form, None),
        ("JSON in a parameter of a form", PushMethod::Post, PushEncoding::Form, parameter()),
        ("the address, with brackets", PushMethod::Get, PushEncoding::Query, None),
        ("JSON in a parameter of the address", PushMethod::Get, PushEncoding::Query, parameter()),
        ("JSON", PushMethod::Post, PushEncoding::Json, None),
        ("nested JSON", PushMethod::Post, nested(), None),
        ("nested JSON in the address", PushMethod::Get, nested(), None),
        ("a file beside the fields", PushMethod::Post, PushEncoding::Multipart, None),
    ];
    for (shape, method, encoding, parameter) in shapes {
        let in_address = method == PushMethod::Get;
        let world = with(|sim| {
            (sim.push.method, sim.push.encoding, sim.push.call_data_parameter) = (method, encoding, parameter);
            sim.push.recordings = true;
        })
        .await;
        // An address has no room for more.
        let coding = if in_address { Coding::Gsm } else { Coding::Pcm };
        world.sim.set_recordings(RecordingsAre { coding, giving: Giving::Whole });
        let recordings = world.recorded_call().await;
        world.is_heard(&recordings, shape).await;
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_recording_is_said_and_it_is_heard_when_it_is_right_again() {
    let world = with(|sim| sim.push.recording_ids = true).await;
    let recordings = world.recorded_call().await;
    let [recording] = recordings.as_slice() else { panic!("{recordings:?}") };
    for (giving, code) in [
        (Giving::Html, "recording_not_configured"),
        (Giving::Nothing, "recording_not_audio"),
        (Giving::Cut, "recording_cut"),
    ] {
        world.sim.set_recordings(RecordingsAre { giving, ..RecordingsAre::default() });
        assert_eq!(world.play(recording).await.err().as_deref(), Some(code), "{giving:?}");
    }
    world.sim.set_recordings(RecordingsAre::default());
    world.sim.misbehave(Misbehaviour::RefuseAuthentication);
    assert_eq!(world.play(recording).await.err().as_deref(), Some("recording_sign_in"));
    world.sim.set_recordings(RecordingsAre { giving: Giving::Slow, ..RecordingsAre::default() });
    world.is_heard(&recordings, "slowly").await;

    let gone = world.recorded_call().await;
    world.sim.set_recordings(RecordingsAre { giving: Giving::Gone, ..RecordingsAre::default() });
    assert_eq!(world.play(&gone[0]).await.err().as_deref(), Some("recording_gone"));
    world.is_heard(&recordings, "the one that is here").await;
}

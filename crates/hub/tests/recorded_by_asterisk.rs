//! What an Asterisk records: found with the call, heard, and paused by the agent's button.

use crate::{
    asterisk_scenes::Stage,
    support::{Desk, TOKEN},
};
use ringcard_connect::{Connector, NewAccount, asterisk::Asterisk};
use ringcard_core::{
    call::{Call, CallState},
    control::{ControlAct, Toggle},
    frame::{Reply, Request, RequestErrorCode},
};
use ringcard_hub::AccountSetup;
use ringcard_sim::AsteriskSim;
use secrecy::SecretString;
use serde_json::Value;

const FILE: &str = "../recording/2026/call 7.wav";

/// The account of the stage, with a user of the manager.
fn account(sim: &AsteriskSim) -> AccountSetup {
    sim.set_manager(Some(("desk", "manager-s3cret")));
    let values = [("api_url", sim.ari_url()), ("user", "ringcard".into()), ("manager_user", "desk".into())];
    let secrets = [("password", "s3cret"), ("manager_password", "manager-s3cret")];
    let account = NewAccount {
        name: "office".to_owned(),
        values: values.into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect(),
        secrets: secrets.into_iter().map(|(key, value)| (key.to_owned(), SecretString::from(value))).collect(),
        plan: crate::support::dial_plan(),
    };
    AccountSetup::new("office", Ok(Asterisk.set_up(account).unwrap_or_else(|error| panic!("{error}"))))
}

fn paused(call: &Call) -> Option<Toggle> {
    call.controls.and_then(|controls| controls.recording_paused)
}

async fn until_paused(desk: &mut Desk, wanted: Option<Toggle>) -> Call {
    let is = |desk: &Desk| desk.calls.values().any(|call| paused(call) == wanted);
    desk.until("its recording so", is).await;
    desk.calls.values().find(|call| paused(call) == wanted).cloned().expect("it was there")
}

async fn press(desk: &mut Desk, call: &Call, act: ControlAct) -> Result<Reply, RequestErrorCode> {
    let request = Request::Control { call_id: call.id.clone(), act, force: false };
    desk.ask(request).await.map_err(|error| error.code)
}

#[tokio::test]
async fn the_button_on_the_card_pauses_what_is_recorded_and_everybody_in_the_call_sees_it() {
    let mut stage = Stage::set().await;
    stage.world.hub.use_accounts(vec![account(&stage.sim)]).await;
    let caller = stage.calls_in();
    let phone = stage.sim.rings(&caller, "101");
    stage.sim.answers(&phone);
    let call = stage.ana.call_in(CallState::Connected).await;
    assert_eq!(paused(&call), None, "nothing is recorded yet");
    assert_eq!(press(&mut stage.ana, &call, ControlAct::PauseRecording).await, Err(RequestErrorCode::PhoneRefused));
    stage.sim.records(&caller, FILE);
    let [goes_on, is_paused] = [false, true].map(|on| Some(Toggle { on, known: true }));
    until_paused(&mut stage.ana, goes_on).await;
    press(&mut stage.ana, &call, ControlAct::PauseRecording).await.expect("it is paused");
    until_paused(&mut stage.ana, is_paused).await;
    assert!(stage.sim.is_recording_paused(&caller));
    // Nobody else's business.
    assert_eq!(press(&mut stage.bela, &call, ControlAct::ResumeRecording).await, Err(RequestErrorCode::NotAllowed));
    press(&mut stage.ana, &call, ControlAct::ResumeRecording).await.expect("it goes on");
    until_paused(&mut stage.ana, goes_on).await;
    assert!(!stage.sim.is_recording_paused(&caller));

    // Over while it is paused: the call is over, and its recording is there.
    press(&mut stage.ana, &call, ControlAct::PauseRecording).await.expect("it is paused");
    stage.sim.hangs_up(&phone, 16);
    stage.sim.hangs_up(&caller, 16);
    stage.ana.call_in(CallState::Ended).await;
    assert_eq!(press(&mut stage.ana, &call, ControlAct::ResumeRecording).await, Err(RequestErrorCode::NotFound));
    let path = format!("{}/v1/calls/{}/recordings", stage.world.base, call.id);
    let mut ticks = tokio::time::interval(std::time::Duration::from_millis(5));
    let recording = loop {
        let asked = stage.world.http.get(&path).bearer_auth(TOKEN).send().await.expect("an answer");
        let told: Vec<Value> = asked.json().await.expect("JSON");
        if let [recording] = told.as_slice() {
            break recording.clone();
        }
        ticks.tick().await;
    };
    let path = format!("{}/v1/recordings/{}", stage.world.base, recording["id"].as_str().expect("an id"));
    let audio = stage.world.http.get(path).bearer_auth(TOKEN).send().await.expect("an answer");
    assert_eq!((audio.status().as_u16(), &audio.bytes().await.expect("audio")[..4]), (200, &b"RIFF"[..]));
    // The list knows that it is recorded.
    let found = format!("{}/v1/calls/search?recorded=true", stage.world.base);
    loop {
        let asked = stage.world.http.get(&found).bearer_auth(TOKEN).send().await.expect("an answer");
        let told: Value = asked.json().await.expect("JSON");
        if told["calls"].as_array().is_some_and(|calls| calls.len() == 1) {
            break;
        }
        ticks.tick().await;
    }
}

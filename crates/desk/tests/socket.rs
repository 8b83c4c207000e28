//! A desk and its hub with a real socket between them: the same frames as inside one program.

use ringcard_core::{
    call::AgentId,
    frame::{CallFilter, DeskFrame, HubFrame, Reply, Request, RequestErrorCode},
    number::DialPlan,
};
use ringcard_desk::link::{Frames, NoLink, OpenLink, Socket};
use ringcard_hub::{Agent, Hub, HubSetup, directory::Directory};
use secrecy::SecretString;
use std::{collections::BTreeMap, time::Duration};
use tempfile::TempDir;
use tokio::time::timeout;

const TOKEN: &str = "the-team's-token";
const PATIENCE: Duration = Duration::from_secs(20);

async fn hub(dir: &TempDir) -> (Hub, String) {
    let plan = DialPlan::new("HU").expect("a country");
    let directory = Directory::open(&dir.path().join("directory.db"), plan.clone()).expect("the directory");
    let setup = HubSetup {
        data_dir: dir.path().to_owned(),
        agents: vec![Agent { id: ana(), extension: Some("101".into()), lines: Vec::new() }],
        plan,
        line_names: BTreeMap::new(),
        call_back_within: BTreeMap::new(),
        accounts: Vec::new(),
        listen: Some(([127, 0, 0, 1], 0).into()),
        api_token: Some(TOKEN.into()),
        ring_expires: Duration::from_secs(60),
        conversation_expires: Duration::from_secs(60),
        waits: ringcard_hub::CallWaits::default(),
        recordings: ringcard_hub::recordings::Keeping::default(),
        keep_calls_days: None,
        customers: ringcard_hub::CustomerRules::default(),
    };
    let hub = Hub::start(setup, directory).await.expect("the hub starts");
    let bound = hub.listening().as_ref().expect("bound").expect("an address");
    (hub, format!("ws://{bound}/v1/desk"))
}

fn ana() -> AgentId {
    AgentId("Ana".into())
}

async fn open(url: &str, token: &str) -> Frames {
    let way_to_hub = Socket::new(url, SecretString::from(token)).expect("an address on this machine");
    way_to_hub.open(&ana()).await.expect("the hub is there")
}

async fn next(frames: &mut Frames) -> Option<HubFrame> {
    timeout(PATIENCE, frames.from_hub.recv()).await.expect("a frame in time")
}

#[tokio::test]
async fn a_desk_far_away_is_welcomed_asks_and_is_answered() {
    let dir = TempDir::new().expect("a folder");
    let (hub, url) = hub(&dir).await;
    let mut line = open(&url, TOKEN).await;
    assert!(matches!(next(&mut line).await, Some(HubFrame::Welcome { .. })));
    let request = Request::Calls { filter: CallFilter::default(), before: None, limit: 10 };
    line.to_hub.send(DeskFrame::Request { id: 7, request }).await.expect("sent");
    let Some(HubFrame::Reply { id: 7, reply: Ok(Reply::Calls { calls, more: false }) }) = next(&mut line).await else {
        panic!("no calls")
    };
    assert!(calls.is_empty());
    hub.shutdown().await;
    // It says that it goes, and then the line ends.
    while let Some(frame) = next(&mut line).await {
        assert_eq!(frame, HubFrame::Restarting);
    }
}

#[tokio::test]
async fn a_wrong_token_is_refused_in_words_that_hold_no_token() {
    let dir = TempDir::new().expect("a folder");
    let (_hub, url) = hub(&dir).await;
    let mut line = open(&url, "guessed").await;
    let Some(HubFrame::Refused { error }) = next(&mut line).await else { panic!("it was let in") };
    assert_eq!(error.code, RequestErrorCode::NotAllowed, "so that a desk can say it is its token");
    assert!(!error.message.contains(TOKEN) && !error.message.contains("guessed"), "{error}");
    assert_eq!(next(&mut line).await, None);
}

#[tokio::test]
async fn customers_and_tokens_cross_no_network_in_the_clear() {
    for url in ["ws://hub.example.com/v1/desk", "http://127.0.0.1/v1/desk", "ws://127.0.0.1.example.com/", "hub"] {
        assert!(Socket::new(url, TOKEN.into()).is_err(), "{url}");
    }
    assert!(Socket::new("wss://hub.example.com/v1/desk", TOKEN.into()).is_ok());
}

#[tokio::test]
async fn a_hub_that_is_not_there_is_a_sentence() {
    let way_to_hub = Socket::new("ws://127.0.0.1:9/v1/desk", TOKEN.into()).expect("an address on this machine");
    let Err(NoLink(why)) = way_to_hub.open(&ana()).await else { panic!("somebody is there") };
    assert!(why.starts_with("The hub cannot be reached"), "{why}");
}

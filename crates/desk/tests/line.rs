//! The line to the hub: kept open, opened again with patience, and said when it is not there.

use crate::support;

use ringcard_core::{
    call::AgentId,
    frame::{
        Connection, ConnectionState, DeskEvent, HubFrame, RequestError, RequestErrorCode, Snapshot, TroubleCode, ask,
    },
};
use ringcard_desk::Preferences;
use std::time::Duration;
use support::{Office, preferences, soon};
use tokio::time::Instant;

#[tokio::test(start_paused = true)]
async fn waits_grow_to_half_a_minute_and_begin_anew_after_the_first_frame() {
    let mut office = Office::open();
    *office.way_to_hub.locked.lock().expect("test") = Some("The hub is not there.".into());
    let mut tried = office.way_to_hub.tried.subscribe();
    soon(async {
        // far more than the time-out of `soon`, which runs on the same clock
        tried.wait_for(|tried| tried.len() >= 8).await.expect("the way_to_hub is there");
    })
    .await;
    let waits: Vec<Duration> =
        office.way_to_hub.tried.borrow().windows(2).map(|pair| pair[1].duration_since(pair[0])).collect();
    for (nth, wait) in waits.iter().enumerate() {
        let longest = Duration::from_millis(250 << nth).min(Duration::from_secs(30));
        assert!(*wait >= longest / 2 && *wait <= longest + Duration::from_millis(2), "wait {nth}: {wait:?}");
    }

    *office.way_to_hub.locked.lock().expect("test") = None;
    let handshake_only = office.line().await;
    drop(handshake_only);
    let cut = Instant::now();
    let mut hub = office.line().await;
    assert!(cut.elapsed() > Duration::from_secs(2), "a handshake alone proves nothing: {:?}", cut.elapsed());
    hub.welcome(Snapshot::default()).await;
    office.attention("a line", |now| now.online).await;
    drop(hub);
    let cut = Instant::now();
    office.line().await;
    assert!(cut.elapsed() <= Duration::from_millis(252), "{:?}", cut.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_missing_hub_is_said_and_its_return_too() {
    let office = Office::open();
    *office.way_to_hub.locked.lock().expect("test") = Some("The hub is not there.".into());
    let said = Connection {
        name: "hub".into(),
        state: ConnectionState::Trouble { code: TroubleCode::NoHub, detail: "The hub is not there.".into() },
    };
    office.view("trouble", |view| view.connections.first() == Some(&said)).await;
    assert_eq!(office.desk.attention().borrow().trouble.as_deref(), Some("The hub is not there."));
    assert!(!office.desk.online(Duration::from_secs(1)).await);
}

#[tokio::test(start_paused = true)]
async fn a_line_that_stands_again_at_once_alarms_nobody() {
    let (mut office, hub) = Office::connected(preferences()).await;
    let mut attention = office.desk.attention();
    let watching = tokio::spawn(async move {
        let mut alarmed = false;
        while attention.changed().await.is_ok() {
            let now = attention.borrow_and_update().clone();
            alarmed |= now.trouble.is_some();
            if now.online && now.left.missed == 7 {
                return alarmed;
            }
        }
        alarmed
    });
    drop(hub);
    let mut hub = office.line().await;
    hub.welcome(Snapshot { missed: 7, ..Snapshot::default() }).await;
    assert!(!soon(watching).await.expect("no panic"));
}

#[tokio::test(start_paused = true)]
async fn the_hub_in_the_app_is_no_connection_of_its_own_once_it_is_there() {
    let (office, mut hub) = Office::connected(preferences()).await;
    let pbx = Connection { name: "pbx".into(), state: ConnectionState::Untried };
    hub.event(DeskEvent::Connection { connection: pbx.clone() }).await;
    let view = office.view("the account", |view| !view.connections.is_empty()).await;
    assert_eq!(view.connections, [pbx]);
}

#[tokio::test(start_paused = true)]
async fn what_is_connected_here_is_shown_beside_what_the_hub_reports() {
    let problem = ConnectionState::Trouble { code: TroubleCode::NotListening, detail: "The address is in use.".into() };
    let incoming = Connection { name: "incoming".into(), state: problem };
    let (office, mut hub) = Office::connected(preferences()).await;
    let pbx = Connection { name: "pbx".into(), state: ConnectionState::Untried };
    hub.event(DeskEvent::Connection { connection: pbx.clone() }).await;
    office.desk.adopt(Preferences { connections: vec![incoming.clone()], ..preferences() }).await;
    office.view("both", |view| view.connections == [pbx.clone(), incoming.clone()]).await;
    office.attention("the trouble", |now| now.trouble.as_deref() == Some("The address is in use.")).await;
}

#[tokio::test(start_paused = true)]
async fn a_hub_elsewhere_is_a_connection_of_its_own() {
    let mut office = Office::with(preferences(), true);
    let mut hub = office.line().await;
    hub.welcome(Snapshot::default()).await;
    let ready = Connection { name: "hub".into(), state: ConnectionState::Ready { detail: String::new() } };
    office.view("ready", |view| view.connections == [ready.clone()]).await;
}

#[tokio::test(start_paused = true)]
async fn a_hub_that_refuses_this_desk_is_quoted_and_not_stormed() {
    let mut office = Office::with(preferences(), true);
    for _ in 0..3 {
        let mut hub = office.line().await;
        let error = RequestError::new(RequestErrorCode::Offline, "Wrong token.");
        hub.send(HubFrame::Refused { error }).await;
        office.attention("the reason", |now| now.trouble.as_deref() == Some("Wrong token.")).await;
    }
    let tried = office.way_to_hub.tried.borrow().clone();
    assert!(tried[2].duration_since(tried[1]) >= Duration::from_millis(250), "the waits grow");
}

#[tokio::test(start_paused = true)]
async fn a_hub_that_does_not_let_this_desk_in_is_no_missing_hub() {
    let mut office = Office::with(preferences(), true);
    let code = |code: TroubleCode| Connection {
        name: "hub".into(),
        state: ConnectionState::Trouble { code, detail: "It is not taken.".into() },
    };
    for (refused, said) in
        [(RequestErrorCode::NotAllowed, TroubleCode::NotLetIn), (RequestErrorCode::Offline, TroubleCode::NoHub)]
    {
        let mut hub = office.line().await;
        hub.send(HubFrame::Refused { error: RequestError::new(refused, "It is not taken.") }).await;
        office.view("why", |view| view.connections == [code(said)]).await;
    }
}

#[tokio::test(start_paused = true)]
async fn another_agent_is_another_line() {
    let (mut office, hub) = Office::connected(preferences()).await;
    assert_eq!(hub.agent, AgentId("Ana".into()));
    office.desk.adopt(Preferences { agent_id: AgentId("Béla".into()), ..preferences() }).await;
    let hub = office.line().await;
    assert_eq!(hub.agent, AgentId("Béla".into()));
}

#[tokio::test(start_paused = true)]
async fn a_question_without_an_answer_ends() {
    let (office, mut hub) = Office::connected(preferences()).await;
    let desk = office.desk.clone();
    let asked = tokio::spawn(async move { desk.ask(ask::SearchCustomers { query: "acme".into(), limit: 10 }).await });
    hub.question().await;
    let error = soon(asked).await.expect("no panic").expect_err("no answer came");
    assert_eq!(error.code, RequestErrorCode::Offline);
}

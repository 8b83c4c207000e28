//! An outbox that does not open at the start: said everywhere, tried again, and nothing is lost meanwhile.

use super::*;
use ringcard_core::frame::{ConnectionState, RequestErrorCode, TroubleCode};
use serde_json::{Value, json};

/// Another program at work in the file, as a backup or somebody's tool is.
struct Held(rusqlite::Connection);

impl Held {
    fn begin(path: &Path) -> Self {
        let connection = rusqlite::Connection::open(path).expect("the file");
        connection.execute_batch("BEGIN IMMEDIATE").expect("it is free");
        Self(connection)
    }

    fn end(self) {
        self.0.execute_batch("ROLLBACK").expect("it was ours");
    }
}

/// A folder with an outbox in it.
async fn folder(sim: &WolkvoxSim) -> TempDir {
    let (dir, clock) = (TempDir::new().expect("a folder"), Ahead::default());
    hub(dir.path(), &clock, account(sim, &clock, &[]), RING, TALK).await.shutdown().await;
    dir
}

async fn asked(office: &Office, path: &str) -> String {
    let address = office.hub.listening().clone().expect("bound").expect("an address");
    let answer = support::client().get(format!("http://{address}{path}")).send().await.expect("an answer");
    assert_eq!(answer.status(), 200, "it lives");
    answer.text().await.expect("text")
}

async fn health(office: &Office) -> Value {
    serde_json::from_str(&asked(office, "/healthz").await).expect("JSON")
}

fn trouble(desk: &Desk) -> Option<&str> {
    match desk.connections.get("outbox")? {
        ConnectionState::Trouble { code: TroubleCode::Outbox, detail } => Some(detail),
        _ => None,
    }
}

#[tokio::test]
async fn a_file_that_is_held_at_the_start_opens_when_it_is_let_go_and_everybody_sees_it() {
    let sim = WolkvoxSim::start(WolkvoxConfig::default()).await.expect("the simulator starts");
    let dir = folder(&sim).await;
    let held = Held::begin(&dir.path().join("outbox.db"));
    let mut office = Office::of(sim, dir, Ahead::default(), &[], RING, TALK).await;
    let said = health(&office).await;
    assert_eq!(said["status"], "degraded", "{said}");
    assert_eq!(said["outbox"], json!({ "state": "opening", "reason": "locked" }));
    assert!(asked(&office, "/metrics").await.contains("\nringcard_outbox_open 0\n"));
    assert!(trouble(&office.desk).is_some_and(|said| said.contains("outbox.db")), "{:?}", office.desk.connections);
    assert_eq!(office.desk.outbox.accounts, ["crm"], "agents go on coding: it waits on their desks");
    let code = submission(codify(CUSTOMER, "001"));
    let refused = office.desk.submit(code.clone()).await.expect_err("it cannot be kept here");
    assert_eq!(refused.code, RequestErrorCode::NotSaved, "a desk hands it over again");
    assert!(office.hub.outbox().is_err());
    // Another account of the same name, with which it is to open.
    let fresh = account(&office.sim, &office.clock, &[("timeout_seconds", "4")]);
    office.hub.use_accounts(vec![fresh]).await;

    held.end();
    let is_well = |desk: &Desk| matches!(desk.connections.get("outbox"), Some(ConnectionState::Ready { .. }));
    office.desk.until("an open outbox", is_well).await;
    office.desk.submit(code.clone()).await.expect("the same again is taken");
    office.done(&code.key).await;
    assert_eq!(office.coded(CUSTOMER), 1);
    let said = health(&office).await;
    assert_eq!((&said["status"], &said["outbox"]), (&json!("ok"), &json!({ "state": "open" })));
    let metrics = asked(&office, "/metrics").await;
    assert!(metrics.contains("\nringcard_outbox_open 1\n") && metrics.contains("\nringcard_outbox_waiting 0\n"));
    let late = Desk::open(office.hub.connect(AgentId("Béla".into())), "Béla").await;
    assert_eq!(trouble(&late), None);
    match office.desk.ask(Request::Codes { refresh: true }).await {
        Ok(Reply::Codes { lists, unasked }) => assert_eq!((lists.len(), unasked), (1, Vec::new())),
        other => panic!("codes were answered with {other:?}"),
    }
}

#[tokio::test]
async fn a_hub_that_stops_while_its_outbox_is_held_leaves_it_alone() {
    let sim = WolkvoxSim::start(WolkvoxConfig::default()).await.expect("the simulator starts");
    let dir = folder(&sim).await;
    let path = dir.path().join("outbox.db");
    let held = Held::begin(&path);
    let office = Office::of(sim, dir, Ahead::default(), &[], RING, TALK).await;
    let Office { hub, dir: _dir, .. } = office;
    let end = timeout(PATIENCE, hub.shutdown()).await;
    end.expect("nobody waits for a file that is held");
    held.end();
    let again = Held::begin(&path);
    again.end();
}

#[tokio::test]
async fn a_damaged_or_newer_outbox_is_said_stays_closed_and_is_left_as_it_is() {
    for (reason, is_lasting) in [("damaged", "damaged"), ("newer_version", "newer version")] {
        let sim = WolkvoxSim::start(WolkvoxConfig::default()).await.expect("the simulator starts");
        let dir = folder(&sim).await;
        let path = dir.path().join("outbox.db");
        if reason == "damaged" {
            std::fs::write(&path, "no database, and perhaps somebody wants it back ".repeat(100)).expect("written");
        } else {
            let connection = rusqlite::Connection::open(&path).expect("the file");
            connection.pragma_update(None, "user_version", 99).expect("written");
        }
        let before = std::fs::read(&path).expect("it is there");
        let office = Office::of(sim, dir, Ahead::default(), &[], RING, TALK).await;
        let said = health(&office).await;
        assert_eq!(said["status"], "degraded", "{said}");
        assert_eq!(said["outbox"], json!({ "state": "closed", "reason": reason }));
        assert!(trouble(&office.desk).is_some_and(|said| said.contains(is_lasting)), "{:?}", office.desk.connections);
        assert_eq!(office.desk.outbox.accounts, ["crm"]);
        let Office { hub, dir: _dir, .. } = office;
        hub.shutdown().await;
        assert_eq!(std::fs::read(&path).expect("it is there"), before);
    }
}

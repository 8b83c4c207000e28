//! A system nobody knew: written here and put into the registry. Settings, Test, health and outbox work for it without a
//! line of their own.

use crate::support;

use async_trait::async_trait;
use ringcard_connect::{
    Allowance, Attempt, CameTo, Capability, Connector, CountsAgainst, Looked, NewAccount, NotNow, Permits, PushKind,
    Secrets, System, TakesPermits, TestReport, TestState, TestStep, Trial, Tried, WriteRow, Writes,
    permits::PermitPlace,
    settings::{AccountError, Schema, Setting, Words},
};
use ringcard_core::{
    Timestamp,
    frame::ConnectionState,
    submission::{Submission, SubmissionKey, Write},
};
use ringcard_hub::{
    config::{Connectors, HubSettings},
    secrets::{InMemory, SecretStore},
    setup::{self, Profiles},
};
use secrecy::SecretString;
use std::{path::Path, sync::Arc};
use support::{dial_plan, world};
use tokio::sync::mpsc;

const SCHEMA: &str = r#"
title = "Ledger"
description = { en = "Keeps what calls ended with.", hu = "Megőrzi, hogyan végződtek a hívások." }

[[setting]]
key = "address"
kind = "url"
required = true
label = { en = "Address", hu = "Cím" }

[[setting]]
key = "token"
kind = "secret"
required = true
label = "Token"
"#;

const SETTINGS: &str = r#"
[[account]]
name = "books"
connector = "ledger"
address = "https://ledger.example.com/api"
token = { keyring = "books.token" }
"#;

/// The kind of system.
#[derive(Debug)]
struct Ledger {
    schema: Schema,
    written: mpsc::UnboundedSender<Submission>,
}

/// An account of it.
struct Books {
    written: mpsc::UnboundedSender<Submission>,
    permits: PermitPlace,
}

impl Connector for Ledger {
    fn id(&self) -> &str {
        "ledger"
    }

    fn title(&self) -> &Words {
        &self.schema.title
    }

    fn description(&self) -> &Words {
        &self.schema.description
    }

    fn settings(&self) -> &[Setting] {
        &self.schema.settings
    }

    fn set_up(&self, account: NewAccount) -> Result<System, AccountError> {
        let address = account.values.get("address").and_then(|value| value.as_str()).unwrap_or_default();
        let origins = ringcard_connect::origin::of(address).into_iter().collect();
        let secrets = Secrets::new(account.secrets.values());
        let books = Arc::new(Books { written: self.written.clone(), permits: PermitPlace::default() });
        Ok(System { take_writes: Some(books.clone()), ..System::new(self.id(), origins, secrets, books) })
    }
}

impl TakesPermits for Books {
    fn use_permits(&self, permits: Arc<dyn Permits>) {
        self.permits.use_permits(permits);
    }
}

#[async_trait]
impl Trial for Books {
    async fn test(&self) -> TestReport {
        let step = TestStep { state: TestState::Works, what: Tried::SignIn, detail: "the ledger is open".to_owned() };
        TestReport { state: TestState::Works, steps: vec![step] }
    }
}

#[async_trait]
impl Writes for Books {
    async fn write(&self, rows: &[WriteRow]) -> Vec<Attempt> {
        // All of them are one request, and take one permit.
        let request = match self.permits.take("enter", CountsAgainst::Day).await {
            Ok(request) => request,
            Err(NotNow { why: detail, wait }) => return vec![Attempt::NotSent { detail, wait }; rows.len()],
        };
        for row in rows {
            self.written.send(row.submission.clone()).expect("the test listens");
        }
        request.end(CameTo::Answered);
        vec![Attempt::done("in the books"); rows.len()]
    }

    async fn look(&self, _row: &WriteRow) -> Looked {
        Looked::CannotTell
    }

    fn is_idempotent(&self, _submission: &Submission) -> bool {
        false
    }

    fn allowance(&self) -> Allowance {
        Allowance { per_day: Some(100), time_zone: "Europe/Budapest".to_owned(), ..Allowance::unlimited(1) }
    }

    fn counts_against_day(&self, _submission: &Submission) -> bool {
        true
    }
}

fn ledger() -> (Profiles, mpsc::UnboundedReceiver<Submission>) {
    let schema = Schema::parse("ledger.toml", SCHEMA).unwrap_or_else(|problem| panic!("{problem}"));
    let (written, arrives) = mpsc::unbounded_channel();
    (Profiles::builtin().and(Arc::new(Ledger { schema, written })), arrives)
}

fn settings(text: &str, profiles: &Profiles) -> Result<HubSettings, String> {
    HubSettings::parse(text, Path::new("ringcard-hub.toml"), profiles)
        .map_err(|problems| problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}

#[test]
fn its_settings_are_asked_for_and_checked() {
    let (profiles, _) = ledger();
    let asked: Vec<&str> =
        profiles.settings_of("ledger").expect("it is known").iter().map(|setting| setting.key.as_str()).collect();
    assert_eq!(asked, ["address", "token"]);
    let kind = profiles.connectors().find("ledger").expect("it is offered");
    assert_eq!(kind.description().in_language("hu"), "Megőrzi, hogyan végződtek a hívások.");
    assert_eq!(kind.pushes(), Vec::<PushKind>::new());

    let settings = |text: &str| settings(text, &profiles);
    assert!(settings(SETTINGS).is_ok());
    let open = settings(&SETTINGS.replace("{ keyring = \"books.token\" }", "\"in the file\"")).expect_err("a secret");
    assert!(open.contains("token") && !open.contains("in the file"), "{open}");
    let typo = settings(&SETTINGS.replace("address =", "adress =")).expect_err("no such setting");
    assert!(typo.contains("address"), "{typo}");
    let unknown = settings(&SETTINGS.replace("\"ledger\"", "\"leger\"")).expect_err("no such connector");
    assert!(unknown.contains("ledger"), "{unknown}");
}

#[tokio::test]
async fn it_is_tried_and_written_to_and_its_connection_is_shown() {
    let (profiles, mut arrives) = ledger();
    let secrets = InMemory::default();
    secrets.write("books.token", SecretString::from("t0ken")).await.expect("kept");
    let accounts = settings(SETTINGS, &profiles).expect("right").accounts;
    let hosts: Vec<String> = setup::hosts(&accounts[0], &profiles, &dial_plan()).into_iter().collect();
    assert_eq!(hosts, ["https://ledger.example.com"]);
    let setups = setup::accounts(&accounts, &profiles, &secrets, &dial_plan()).await;
    let system = setups[0].system.as_ref().unwrap_or_else(|why| panic!("{why}"));
    assert_eq!(system.offers(), [Capability::TakeWrites]);

    let world = world().await;
    world.hub.use_accounts(setups).await;
    let report = world.hub.accounts().test("books").await.expect("it can be tried");
    assert_eq!((report.state, report.steps[0].detail.as_str()), (TestState::Works, "the ledger is open"));

    let mut desk = world.desk().await;
    let submission = Submission {
        key: SubmissionKey::new(),
        write: Write::CodeCall {
            account: "books".to_owned(),
            agent_id: "101".to_owned(),
            code: "001".to_owned(),
            second_code: None,
            comment: "said yes".to_owned(),
        },
        about: "Ana Kiss".to_owned(),
        call_id: None,
        agent: None,
        made_at: Timestamp::now(),
        expires_at: None,
        needs: None,
    };
    let key = submission.key.clone();
    desk.submit(submission).await.expect("the hub takes it");
    assert_eq!(arrives.recv().await.expect("it is written").key, key);
    desk.until("the connection to be shown as ready", |_| {
        let connections = world.hub.connections();
        connections.iter().any(|one| one.name == "books" && matches!(one.state, ConnectionState::Ready { .. }))
    })
    .await;
    let outbox = world.hub.outbox().as_ref().expect("an outbox").clone();
    let budgets = outbox.budgets().await;
    let used: Vec<u32> = budgets.iter().flat_map(|budget| &budget.windows).map(|window| window.used).collect();
    assert_eq!(used, [1], "the request it made was counted");
    world.hub.shutdown().await;
}

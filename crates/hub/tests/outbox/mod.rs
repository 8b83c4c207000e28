//! A hub with a wolkvox account, against a simulated wolkvox, with desks, REST and `kill -9`.

mod asking;
mod command_line;
mod controls;
mod described;
mod killed;
mod opening;
mod permits;
mod rest;
mod rest_forms;
mod schema;
mod sending;

use crate::{
    server,
    support::{self, Desk, agent, dial_plan},
};
use ringcard_connect::wolkvox::WolkvoxAccount;
use ringcard_core::{
    Timestamp,
    call::AgentId,
    campaign::{CampaignId, CampaignKind, RecordRef},
    frame::{Reply, Request},
    submission::{AttemptNote, OutboxRow, Submission, SubmissionKey, SubmissionState, Write},
};
use ringcard_hub::{
    AccountSetup, Hub, HubSetup, System,
    directory::Directory,
    outbox::{Clock, Now},
};
use ringcard_sim::wolkvox::{WolkvoxConfig, WolkvoxSim};
use secrecy::SecretString;
use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(20);
/// Predictive, with the customers from `CUSTOMER` on.
const PREDICTIVE: &str = "7224";
const PREVIEW: &str = "7310";
const CUSTOMER: u64 = 10_000_001;
/// Ana's extension, which is an agent of the simulated operation.
const EXTENSION: &str = "5001";
/// For how long a ring, and a conversation, go on without a word.
const RING: Duration = Duration::from_secs(120);
const TALK: Duration = Duration::from_secs(3600);

/// A hub, its wolkvox and Ana's desk.
struct Office {
    hub: Hub,
    sim: WolkvoxSim,
    desk: Desk,
    dir: TempDir,
    clock: Ahead,
}

/// How far the hub's clock, the account's included, is ahead of the machine's.
#[derive(Clone, Default)]
struct Ahead(Arc<AtomicI64>);

impl Ahead {
    fn now(&self) -> Timestamp {
        Timestamp(Timestamp::now().0 + self.0.load(SeqCst))
    }

    fn clock(&self) -> Clock {
        let (ahead, start) = (self.clone(), Instant::now());
        Clock::of(move || {
            let more = Duration::from_millis(u64::try_from(ahead.0.load(SeqCst)).expect("never back"));
            Now { wall: ahead.now(), mono: start.elapsed() + more }
        })
    }
}

impl Office {
    async fn open() -> Self {
        Self::open_with(WolkvoxConfig::default(), &[]).await
    }

    async fn open_with(config: WolkvoxConfig, more: &[(&str, &str)]) -> Self {
        let sim = WolkvoxSim::start(config).await.expect("the simulator starts");
        let (dir, clock) = (TempDir::new().expect("a folder"), Ahead::default());
        Self::of(sim, dir, clock, more, RING, TALK).await
    }

    /// One that hears nothing of its calls for so long, and then takes them for over.
    async fn expiring(ring: Duration, conversation: Duration) -> Self {
        let sim = WolkvoxSim::start(WolkvoxConfig::default()).await.expect("the simulator starts");
        let (dir, clock) = (TempDir::new().expect("a folder"), Ahead::default());
        Self::of(sim, dir, clock, &[], ring, conversation).await
    }

    async fn of(
        sim: WolkvoxSim,
        dir: TempDir,
        clock: Ahead,
        more: &[(&str, &str)],
        ring: Duration,
        conversation: Duration,
    ) -> Self {
        let hub = hub(dir.path(), &clock, account(&sim, &clock, more), ring, conversation).await;
        let desk = Desk::open(hub.connect(AgentId("Ana".into())), "Ana").await;
        Self { hub, sim, desk, dir, clock }
    }

    /// The same office after its hub was stopped and started again.
    async fn restarted(self) -> Self {
        let Self { hub: before, sim, dir, clock, .. } = self;
        before.shutdown().await;
        let hub = hub(dir.path(), &clock, account(&sim, &clock, &[]), RING, TALK).await;
        let desk = Desk::open(hub.connect(AgentId("Ana".into())), "Ana").await;
        Self { hub, sim, desk, dir, clock }
    }

    async fn submit(&mut self, submission: Submission) -> SubmissionKey {
        let key = submission.key.clone();
        self.desk.submit(submission).await.expect("the hub takes it");
        key
    }

    async fn look(&mut self, key: &SubmissionKey) -> (OutboxRow, Vec<AttemptNote>) {
        match self.desk.ask(Request::Submission { key: key.clone() }).await {
            Ok(Reply::Submission { row, attempts }) => (row, attempts),
            other => panic!("a row was answered with {other:?}"),
        }
    }

    /// Waits until a row stands as wanted.
    async fn until(&mut self, key: &SubmissionKey, wanted: impl Fn(&SubmissionState) -> bool) -> OutboxRow {
        self.until_row(key, |row| wanted(&row.state)).await
    }

    async fn until_row(&mut self, key: &SubmissionKey, wanted: impl Fn(&OutboxRow) -> bool) -> OutboxRow {
        let end = Instant::now() + PATIENCE;
        loop {
            let version = self.desk.outbox.version;
            let (row, _) = self.look(key).await;
            if wanted(&row) {
                return row;
            }
            assert!(Instant::now() < end, "it never became as wanted: {row:?}");
            let change = self.desk.until("a change in the outbox", |desk| desk.outbox.version != version);
            // What it waits for may change without a word, as time does.
            let _ = timeout(Duration::from_secs(1), change).await;
        }
    }

    async fn done(&mut self, key: &SubmissionKey) -> OutboxRow {
        self.until(key, |state| matches!(state, SubmissionState::Done { .. })).await
    }

    /// To the next day, for everybody.
    async fn next_day(&mut self) {
        let before = self.sim.now();
        self.sim.next_day();
        let ahead = i64::try_from(self.sim.now() - before).expect("a day fits");
        self.clock.0.fetch_add(ahead, SeqCst);
        // The outbox looks at its clock whenever it is asked something.
        self.desk.ask(Request::Budgets).await.expect("budgets");
    }

    fn coded(&self, customer: u64) -> usize {
        self.sim.coded(PREDICTIVE, &customer.to_string())
    }
}

async fn hub(dir: &Path, clock: &Ahead, account: AccountSetup, ring: Duration, conversation: Duration) -> Hub {
    let directory = Directory::open(&dir.join("directory.db"), dial_plan()).expect("the directory opens");
    let crm = Arc::new(directory.clone());
    let setup = HubSetup {
        data_dir: dir.to_owned(),
        agents: vec![agent("Ana", EXTENSION), agent("Béla", "5002")],
        plan: dial_plan(),
        line_names: BTreeMap::new(),
        call_back_within: BTreeMap::new(),
        accounts: vec![account],
        listen: Some(([127, 0, 0, 1], 0).into()),
        api_token: Some(SecretString::from(support::TOKEN)),
        ring_expires: ring,
        conversation_expires: conversation,
        waits: ringcard_hub::CallWaits::default(),
        recordings: ringcard_hub::recordings::Keeping::default(),
        keep_calls_days: None,
        customers: ringcard_hub::CustomerRules::default(),
    };
    Hub::start_by(clock.clock(), setup, directory, crm).await.expect("the hub starts")
}

/// The account `crm` at the simulator.
fn account(sim: &WolkvoxSim, clock: &Ahead, more: &[(&str, &str)]) -> AccountSetup {
    account_of("crm", sim, clock, more)
}

fn account_of(name: &str, sim: &WolkvoxSim, clock: &Ahead, more: &[(&str, &str)]) -> AccountSetup {
    let mut given = BTreeMap::from([
        ("api_url".to_owned(), toml::Value::from(sim.base_url())),
        ("server".to_owned(), "0010".into()),
        ("licences".to_owned(), 10.into()),
        ("timeout_seconds".to_owned(), 5.into()),
        ("second_code".to_owned(), true.into()),
    ]);
    given.extend(more.iter().map(|(key, value)| ((*key).to_owned(), toml::Value::from(*value))));
    let token = sim.token("desk").expect("a token");
    let secrets = BTreeMap::from([("token".to_owned(), SecretString::from(token))]);
    let account = WolkvoxAccount::new(name, given, secrets, dial_plan()).unwrap_or_else(|error| panic!("{error}"));
    let clock = clock.clone();
    let account = account.with_clock(move || clock.now());
    AccountSetup::new(name, Ok(System::from(account)))
}

fn record(customer: u64) -> RecordRef {
    RecordRef {
        account: "crm".into(),
        campaign: CampaignId(PREDICTIVE.into()),
        kind: CampaignKind::Predictive,
        customer_id: customer.to_string(),
    }
}

fn codify(customer: u64, code: &str) -> Write {
    Write::Codify {
        record: record(customer),
        code: code.into(),
        second_code: Some("A01".into()),
        comment: "she pays on Friday".into(),
        do_not_call: false,
    }
}

fn submission(write: Write) -> Submission {
    Submission {
        key: SubmissionKey::new(),
        write,
        about: "Laura".into(),
        call_id: None,
        agent: Some(AgentId("Ana".into())),
        made_at: Timestamp::now(),
        expires_at: None,
        needs: None,
    }
}

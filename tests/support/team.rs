//! A team: a hub as on a server, which a telephone system pushes to, and desks of the real app on it.

use super::app::{API_TOKEN, Plan};
use reqwest::Client;
use ringcard_connect::profile::builtin_profiles;
use ringcard_core::{call::AgentId, number::DialPlan};
use ringcard_hub::{AccountSetup, Agent, CallWaits, Hub, HubSetup, System, directory::Directory};
use secrecy::SecretString;
use std::{collections::BTreeMap, net::SocketAddr, time::Duration};
use tempfile::TempDir;

const PUSH_KEY: &str = "a-push-key-of-the-team";

/// Who sits where.
#[derive(Clone, Copy)]
pub struct Member {
    pub name: &'static str,
    pub extension: &'static str,
}

pub const ANA: Member = Member { name: "Ana Kiss", extension: "101" };
pub const BELA: Member = Member { name: "Kovács Béla", extension: "102" };

/// Where a member's app finds the hub.
pub struct Seat {
    pub member: Member,
    pub hub: SocketAddr,
}

pub struct Team {
    hub: Option<Hub>,
    address: SocketAddr,
    folder: TempDir,
    http: Client,
}

impl Team {
    pub async fn begin() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = TempDir::new().expect("a folder for the hub");
        let (hub, address) = start(&folder, SocketAddr::from(([127, 0, 0, 1], 0))).await;
        Self { hub: Some(hub), address, folder, http: Client::new() }
    }

    /// A member's desk, set up and not started.
    pub fn desk(&self, name: &'static str, member: Member) -> Plan {
        Plan { seat: Some(Seat { member, hub: self.address }), ..Plan::new(name) }
    }

    /// The telephone system tells something.
    pub async fn told(&self, kind: &str, query: &str) {
        let url = format!("http://{}/in/pbx/{kind}?key={PUSH_KEY}&{query}", self.address);
        let answer = self.http.get(url).send().await.expect("the hub answers");
        assert_eq!(answer.status(), 200, "{kind} {query}");
    }

    /// The hub's server goes down.
    pub async fn hub_stops(&mut self) {
        if let Some(hub) = self.hub.take() {
            hub.shutdown().await;
        }
    }

    /// It is there again, where it was.
    pub async fn hub_starts(&mut self) {
        self.hub = Some(start(&self.folder, self.address).await.0);
    }
}

async fn start(folder: &TempDir, address: SocketAddr) -> (Hub, SocketAddr) {
    let plan = DialPlan::new("HU").expect("a country");
    let profiles = builtin_profiles();
    let vipex = profiles.iter().find(|profile| profile.id() == "vipex").expect("it is built in");
    // Nobody dials here.
    let values = [("api_url", "http://127.0.0.1:9/api"), ("user", "crm")];
    let values = values.map(|(key, value)| (key.to_owned(), value.into()));
    let secrets = [("password", "a-password"), ("push_key", PUSH_KEY)];
    let secrets = secrets.map(|(key, value)| (key.to_owned(), SecretString::from(value)));
    let account = vipex.account(BTreeMap::from(values), BTreeMap::from(secrets), plan.clone()).expect("it is whole");
    let agent = |one: Member| Agent {
        id: AgentId(one.name.to_owned()),
        extension: Some(one.extension.to_owned()),
        lines: Vec::new(),
    };
    let setup = HubSetup {
        data_dir: folder.path().to_owned(),
        agents: vec![agent(ANA), agent(BELA)],
        plan: plan.clone(),
        line_names: BTreeMap::from([("+3615550100".to_owned(), "Sales (HU)".to_owned())]),
        accounts: vec![AccountSetup::new("pbx", Ok(System::from(account)))],
        listen: Some(address.into()),
        api_token: Some(SecretString::from(API_TOKEN)),
        ring_expires: Duration::from_secs(120),
        conversation_expires: Duration::from_secs(3600),
        waits: CallWaits::default(),
        call_back_within: BTreeMap::new(),
        recordings: ringcard_hub::recordings::Keeping::default(),
        keep_calls_days: None,
        customers: ringcard_hub::CustomerRules::default(),
    };
    let directory = Directory::open(&folder.path().join("directory.db"), plan).expect("the directory opens");
    let hub = Hub::start(setup, directory).await.expect("the hub starts");
    let address = hub.listening().as_ref().expect("it listens").expect("an address was asked for");
    (hub, address)
}

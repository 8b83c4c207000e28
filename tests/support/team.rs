//! A team: a hub as on a server, which a telephone system pushes to, and desks of the real app on it.

use super::app::{API_TOKEN, Plan};
use reqwest::{Client, Url};
use ringcard_connect::{NewAccount, Registry, profile::builtin_profiles};
use ringcard_core::{call::AgentId, number::DialPlan};
use ringcard_hub::{AccountSetup, Agent, CallWaits, Hub, HubSetup, System, directory::Directory};
use ringcard_sim::zendesk::ZendeskConfig;
use secrecy::SecretString;
use serde_json::{Value, json};
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
    /// What it shows there: the administrator's token, or the member's own.
    pub token: String,
}

pub struct Team {
    hub: Option<Hub>,
    address: SocketAddr,
    folder: TempDir,
    /// Where a simulated Zendesk is, which the hub has as `crm`.
    zendesk: Option<String>,
    http: Client,
}

impl Team {
    pub async fn begin() -> Self {
        Self::begin_with(None).await
    }

    /// With a simulated Zendesk at this address, as the account `crm`.
    pub async fn begin_with(zendesk: Option<String>) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = TempDir::new().expect("a folder for the hub");
        let (hub, address) = start(&folder, SocketAddr::from(([127, 0, 0, 1], 0)), zendesk.as_deref()).await;
        Self { hub: Some(hub), address, folder, zendesk, http: Client::new() }
    }

    /// A member's desk, set up and not started. The member is its administrator.
    pub fn desk(&self, name: &'static str, member: Member) -> Plan {
        self.desk_with(name, member, API_TOKEN.to_owned())
    }

    /// The same with a token of the member's own: `agent`, `lead`.
    pub async fn desk_as(&self, name: &'static str, member: Member, role: &str) -> Plan {
        let mut url = Url::parse(&format!("http://{}/v1/agents", self.address)).expect("an address");
        url.path_segments_mut().expect("it has a path").extend([member.name, "token"]);
        let asked = self.http.post(url).bearer_auth(API_TOKEN).json(&json!({ "role": role }));
        let made: Value = asked.send().await.expect("the hub answers").json().await.expect("JSON");
        let token = made["token"].as_str().unwrap_or_else(|| panic!("a token: {made}")).to_owned();
        self.desk_with(name, member, token)
    }

    fn desk_with(&self, name: &'static str, member: Member, token: String) -> Plan {
        Plan { seat: Some(Seat { member, hub: self.address, token }), ..Plan::new(name) }
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
        self.hub = Some(start(&self.folder, self.address, self.zendesk.as_deref()).await.0);
    }
}

async fn start(folder: &TempDir, address: SocketAddr, zendesk: Option<&str>) -> (Hub, SocketAddr) {
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
    let mut accounts = vec![AccountSetup::new("pbx", Ok(System::from(account)))];
    accounts.extend(zendesk.map(|url| AccountSetup::new("crm", Ok(zendesk_at(url, plan.clone())))));
    let setup = HubSetup {
        data_dir: folder.path().to_owned(),
        agents: vec![agent(ANA), agent(BELA)],
        plan: plan.clone(),
        line_names: BTreeMap::from([("+3615550100".to_owned(), "Sales (HU)".to_owned())]),
        accounts,
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

fn zendesk_at(url: &str, plan: DialPlan) -> System {
    let ZendeskConfig { email, api_token, .. } = ZendeskConfig::default();
    let values = [("api_url", url.to_owned()), ("email", email)];
    let account = NewAccount {
        name: "crm".to_owned(),
        values: values.into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect(),
        secrets: BTreeMap::from([("api_token".to_owned(), SecretString::from(api_token))]),
        plan,
    };
    let registry = Registry::builtin();
    registry.find("zendesk").expect("it is in the registry").set_up(account).expect("it is whole")
}

//! A hub with one agent's desk, a simulated PBX and a customer directory, all real, on port 0.
#![allow(dead_code, reason = "each test file uses its own part")]

use ringcard_connect::{Crm, profile::builtin_profiles};
use ringcard_core::{
    call::{AgentId, Call, CallId, CallState},
    customer::{Card, CustomerDetails, CustomerId, CustomerNumber, Lookup},
    frame::{
        ConnectionState, DeskEvent, DeskFrame, HubFrame, OutboxSummary, PROTOCOL, Reply, Request, RequestError,
        Snapshot,
    },
    missed::{MissedCaller, MissedId},
    number::{DialPlan, DialRules, NumberList, Party},
    outcome::{CallOutcome, Handover},
    submission::{Submission, SubmissionKey},
};
use ringcard_hub::{AccountSetup, Agent, CallWaits, Hub, HubSetup, Link, ListenSetup, System, directory::Directory};
use ringcard_sim::{HubTarget, Sim, SimConfig};
use secrecy::SecretString;
use std::{collections::BTreeMap, path::Path, time::Duration};
use tempfile::TempDir;
use tokio::time::timeout;

pub const TOKEN: &str = "a-token-for-tests";
pub const KEY: &str = "push-key";
/// Long enough on the noisiest machine; nothing waits this long when it works.
const PATIENCE: Duration = Duration::from_secs(20);

/// A pipe, at which whoever opens it would wait. By the program: on macOS `rustix` has no call for it.
#[cfg(unix)]
pub fn pipe(path: &Path) {
    assert!(std::process::Command::new("mkfifo").arg(path).status().expect("mkfifo").success());
}

pub struct World {
    pub hub: Hub,
    pub sim: Sim,
    pub http: reqwest::Client,
    pub base: String,
    pub dir: TempDir,
}

/// What a test may change about the world before it begins.
pub struct Plan {
    pub sim: SimConfig,
    pub ring_expires: Duration,
    pub waits: CallWaits,
    pub timeout_seconds: u32,
    pub agents: Vec<Agent>,
    /// What is asked before dialling, besides what always is.
    pub rules: DialRules,
    /// Whose calls are private, as written.
    pub private: Vec<&'static str>,
    pub listen: ListenSetup,
}

impl Default for Plan {
    fn default() -> Self {
        let mut sim = SimConfig::default();
        sim.push.auth = ringcard_sim::PushAuth::key(KEY);
        Self {
            sim,
            ring_expires: Duration::from_secs(120),
            waits: CallWaits::default(),
            timeout_seconds: 10,
            agents: vec![agent("Ana", "101"), agent("Béla", "102")],
            rules: DialRules::default(),
            private: Vec::new(),
            listen: ([127, 0, 0, 1], 0).into(),
        }
    }
}

pub fn agent(name: &str, extension: &str) -> Agent {
    Agent { id: AgentId(name.into()), extension: Some(extension.into()), lines: Vec::new() }
}

pub fn dial_plan() -> DialPlan {
    DialPlan::new("HU").expect("Hungary is a country")
}

pub async fn world() -> World {
    Plan::default().begin().await
}

impl Plan {
    pub async fn begin(self) -> World {
        let dir = TempDir::new().expect("a folder for the test");
        let sim = Sim::start(self.sim.clone()).await.expect("the simulator starts");
        let hub = hub_in(dir.path(), &self, &sim.base_url()).await;
        let base = address(&hub);
        sim.set_hub(Some(HubTarget::new(&base, "pbx")));
        World { hub, sim, http: client(), base, dir }
    }
}

pub fn client() -> reqwest::Client {
    let _ = rustls_ring();
    reqwest::Client::builder().no_proxy().build().expect("a client")
}

fn rustls_ring() -> Result<(), ()> {
    rustls::crypto::ring::default_provider().install_default().map_err(drop)
}

pub fn address(hub: &Hub) -> String {
    let bound = hub.listening().as_ref().expect("the listener is bound").expect("an address was asked for");
    format!("http://{bound}")
}

pub async fn hub_in(dir: &Path, plan: &Plan, pbx: &str) -> Hub {
    let directory = Directory::open(&dir.join("directory.db"), dial_plan()).expect("the directory opens");
    Hub::start(setup_in(dir, plan, pbx), directory).await.expect("the hub starts")
}

pub fn setup_in(dir: &Path, plan: &Plan, pbx: &str) -> HubSetup {
    let mut private = NumberList::default();
    for written in &plan.private {
        private.take(&dial_plan(), written).expect("a number, or how numbers begin");
    }
    HubSetup {
        data_dir: dir.to_owned(),
        agents: plan.agents.clone(),
        plan: dial_plan().with_rules(plan.rules.clone()).with_private(private),
        line_names: BTreeMap::from([("+3612345678".to_owned(), "Sales".to_owned())]),
        call_back_within: BTreeMap::from([("+3612345678".to_owned(), Duration::from_secs(3600))]),
        accounts: vec![vipex_account(pbx, plan.timeout_seconds)],
        listen: Some(plan.listen.clone()),
        api_token: Some(SecretString::from(TOKEN)),
        ring_expires: plan.ring_expires,
        conversation_expires: Duration::from_secs(3600),
        waits: plan.waits,
        recordings: ringcard_hub::recordings::Keeping::default(),
        keep_calls_days: None,
        customers: ringcard_hub::CustomerRules::default(),
    }
}

/// The account `pbx`.
pub fn vipex_account(pbx: &str, timeout_seconds: u32) -> AccountSetup {
    AccountSetup::new("pbx", Ok(System::from(vipex(pbx, timeout_seconds))))
}

/// The account `open`, whose pushes carry no key.
pub fn open_account(pbx: &str, push_from: &[&str]) -> AccountSetup {
    let more = [("push_proof", "none")];
    let setup = AccountSetup::new("open", Ok(System::from(vipex_with(pbx, 10, &more))));
    let push_from = push_from.iter().map(|text| text.parse().expect("a network")).collect();
    AccountSetup { push_from, ..setup }
}

fn vipex(pbx: &str, timeout_seconds: u32) -> ringcard_connect::profile::PbxAccount {
    vipex_with(pbx, timeout_seconds, &[])
}

pub fn vipex_with(pbx: &str, timeout_seconds: u32, more: &[(&str, &str)]) -> ringcard_connect::profile::PbxAccount {
    let profiles = builtin_profiles();
    let profile = profiles.iter().find(|profile| profile.id() == "vipex").expect("vipex is built in");
    let mut values = BTreeMap::from([
        ("api_url".to_owned(), format!("{pbx}/api").into()),
        ("user".to_owned(), "crm".into()),
        ("timeout_seconds".to_owned(), timeout_seconds.to_string().into()),
    ]);
    values.extend(more.iter().map(|(key, value)| ((*key).to_owned(), (*value).into())));
    let secrets = BTreeMap::from([
        ("password".to_owned(), SecretString::from("sim-password")),
        ("push_key".to_owned(), SecretString::from(KEY)),
    ]);
    profile.account(values, secrets, dial_plan()).expect("the account is complete")
}

impl World {
    /// Ana's desk, after its welcome.
    pub async fn desk(&self) -> Desk {
        self.desk_of("Ana").await
    }

    pub async fn desk_of(&self, name: &str) -> Desk {
        Desk::open(self.hub.connect(AgentId(name.into())), name).await
    }

    /// Asks with these headers; the status and the code of what is wrong.
    pub async fn asked(&self, path: &str, headers: &[(&str, &str)]) -> (u16, String) {
        let mut request = self.http.get(format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = request.send().await.expect("an answer");
        let status = answer.status().as_u16();
        let body: serde_json::Value = answer.json().await.unwrap_or_default();
        (status, body["error"]["code"].as_str().unwrap_or_default().to_owned())
    }

    /// Pushes like a PBX that sends what it likes.
    pub async fn push(&self, query: &str) -> u16 {
        let url = format!("{}/in/pbx/incoming?key={KEY}&{query}", self.base);
        self.http.get(url).send().await.expect("an answer").status().as_u16()
    }

    pub async fn customer(&self, name: &str, numbers: &[&str]) -> ringcard_core::customer::Customer {
        let numbers = numbers
            .iter()
            .map(|written| CustomerNumber { label: "mobile".into(), written: (*written).into(), party: None })
            .collect();
        let details = CustomerDetails { name: name.into(), numbers, ..CustomerDetails::default() };
        self.hub.directory().create(details).await.expect("the customer is created")
    }

    pub async fn dial(&self, body: serde_json::Value) -> (u16, serde_json::Value) {
        let answer = self
            .http
            .post(format!("{}/v1/calls", self.base))
            .bearer_auth(TOKEN)
            .json(&body)
            .send()
            .await
            .expect("an answer");
        let status = answer.status().as_u16();
        (status, answer.json().await.expect("the answer is JSON"))
    }
}

/// A desk that remembers what it heard.
pub struct Desk {
    link: Link,
    next: u64,
    pub welcome: Snapshot,
    /// Every state of every call, in the order it was heard.
    pub heard: Vec<(CallId, CallState)>,
    pub cards: BTreeMap<CallId, Card>,
    pub calls: BTreeMap<CallId, Call>,
    pub missed: u32,
    /// The team's missed calls that are left to do.
    pub missed_list: BTreeMap<MissedId, MissedCaller>,
    /// The calls of whose notes it was told that there is something new.
    pub notes: Vec<CallId>,
    /// How each connection stands, as last told.
    pub connections: BTreeMap<String, ConnectionState>,
    /// What waits to be written, as last told.
    pub outbox: OutboxSummary,
    /// What the hub said to what was handed over.
    accepted: BTreeMap<SubmissionKey, Result<(), RequestError>>,
    replies: BTreeMap<u64, Result<Reply, RequestError>>,
}

impl Desk {
    pub async fn open(mut link: Link, name: &str) -> Self {
        let agent = AgentId(name.into());
        let hello = DeskFrame::Hello { protocol: PROTOCOL, agent, token: String::new() };
        link.to_hub.send(hello).await.expect("the hub listens");
        let frame = timeout(PATIENCE, link.from_hub.recv()).await.expect("a welcome in time");
        let Some(HubFrame::Welcome { snapshot, .. }) = frame else { panic!("a welcome comes first, not {frame:?}") };
        let cards = snapshot.calls.iter().map(|known| (known.call.id.clone(), known.card.clone())).collect();
        Self {
            link,
            next: 0,
            missed: snapshot.missed,
            missed_list: by_id(snapshot.missed_list.iter().flat_map(|list| list.rows.clone())),
            notes: Vec::new(),
            connections: snapshot.connections.iter().cloned().map(|known| (known.name, known.state)).collect(),
            outbox: snapshot.outbox.clone(),
            welcome: snapshot,
            heard: Vec::new(),
            cards,
            calls: BTreeMap::new(),
            accepted: BTreeMap::new(),
            replies: BTreeMap::new(),
        }
    }

    async fn hear(&mut self, what: &str) {
        let frame = timeout(PATIENCE, self.link.from_hub.recv())
            .await
            .unwrap_or_else(|_| panic!("waited in vain for {what}; heard {:?}", self.heard))
            .expect("the hub is there");
        match frame {
            HubFrame::Event { event: DeskEvent::Call { call }, .. } => {
                self.heard.push((call.id.clone(), call.state.clone()));
                self.calls.insert(call.id.clone(), call);
            }
            HubFrame::Event { event: DeskEvent::Card { call_id, card }, .. } => {
                self.cards.insert(call_id, card);
            }
            HubFrame::Event { event: DeskEvent::Missed { count }, .. } => self.missed = count,
            HubFrame::Event { event: DeskEvent::MissedList { rows, gone }, .. } => {
                self.missed_list.extend(by_id(rows));
                self.missed_list.retain(|id, _| !gone.contains(id));
            }
            HubFrame::Event { event: DeskEvent::Notes { call_id }, .. } => self.notes.push(call_id),
            HubFrame::Reply { id, reply } => {
                self.replies.insert(id, reply);
            }
            HubFrame::Event { event: DeskEvent::Outbox { outbox }, .. } => self.outbox = outbox,
            HubFrame::Accepted { key } => {
                self.accepted.insert(key, Ok(()));
            }
            HubFrame::NotAccepted { key, error } => {
                self.accepted.insert(key, Err(error));
            }
            HubFrame::Event { event: DeskEvent::Connection { connection }, .. } => {
                self.connections.insert(connection.name, connection.state);
            }
            HubFrame::Restarting => {}
            other => panic!("unexpected {other:?}"),
        }
    }

    /// Listens until something is so.
    pub async fn until(&mut self, what: &str, is: impl Fn(&Self) -> bool) {
        while !is(self) {
            self.hear(what).await;
        }
    }

    /// The call that is in this state, as soon as one is.
    pub async fn call_in(&mut self, state: CallState) -> Call {
        self.until(&format!("a call in state {state}"), |desk| desk.calls.values().any(|call| call.state == state))
            .await;
        self.calls.values().find(|call| call.state == state).cloned().expect("it was just there")
    }

    /// What a call's card says in the end.
    pub async fn lookup(&mut self, id: &CallId) -> Lookup {
        let done = |card: &Card| card.lookup != Lookup::Looking;
        self.until("the look-up's end", |desk| desk.cards.get(id).is_some_and(done)).await;
        self.cards[id].lookup.clone()
    }

    pub async fn ask(&mut self, request: Request) -> Result<Reply, RequestError> {
        let id = self.begin(request).await;
        self.reply_to(id).await
    }

    /// Asks without waiting for the reply.
    pub async fn begin(&mut self, request: Request) -> u64 {
        let id = self.next;
        self.next += 1;
        self.link.to_hub.send(DeskFrame::Request { id, request }).await.expect("the hub listens");
        id
    }

    pub async fn reply_to(&mut self, id: u64) -> Result<Reply, RequestError> {
        self.until("a reply", |desk| desk.replies.contains_key(&id)).await;
        self.replies.remove(&id).expect("it was just there")
    }

    /// Hands a write over; `Ok` when the hub has it.
    pub async fn submit(&mut self, submission: Submission) -> Result<(), RequestError> {
        self.hand_over(Handover::Write { submission }).await
    }

    /// Hands over how a call was coded; `Ok` when the hub has it.
    pub async fn hand_over_outcome(&mut self, outcome: CallOutcome) -> Result<(), RequestError> {
        self.hand_over(Handover::Outcome { outcome }).await
    }

    async fn hand_over(&mut self, handover: Handover) -> Result<(), RequestError> {
        let key = handover.key().clone();
        self.link.to_hub.send(DeskFrame::Submit { handover }).await.expect("the hub listens");
        self.until("what became of a write", |desk| desk.accepted.contains_key(&key)).await;
        self.accepted.remove(&key).expect("it was just there")
    }

    pub async fn dial(&mut self, number: &str, key: &str) -> Result<CallId, RequestError> {
        let request = Request::Dial {
            key: key.into(),
            number: number.into(),
            confirmed: false,
            force: false,
            extension: None,
            account: None,
            ticket: None,
        };
        match self.ask(request).await? {
            Reply::Dialling { call_id } => Ok(call_id),
            other => panic!("dialling was answered with {other:?}"),
        }
    }

    /// Whom a call's card names.
    pub fn chosen(&self, id: &CallId) -> Option<CustomerId> {
        match &self.cards.get(id)?.lookup {
            Lookup::Found { chosen, .. } => chosen.clone(),
            _ => None,
        }
    }

    /// Everything heard so far of one call.
    pub fn states(&self, id: &CallId) -> Vec<CallState> {
        self.heard.iter().filter(|(heard, _)| heard == id).map(|(_, state)| state.clone()).collect()
    }
}

fn by_id(rows: impl IntoIterator<Item = MissedCaller>) -> BTreeMap<MissedId, MissedCaller> {
    rows.into_iter().map(|row| (row.id.clone(), row)).collect()
}

pub fn outside(e164: &str) -> Party {
    Party::Outside(ringcard_core::number::Number { e164: e164.into(), extension: None })
}

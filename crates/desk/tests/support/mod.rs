//! A hub that says what a test tells it to, whose way a test can close.
#![allow(dead_code, reason = "each test file uses its own part")]

use async_trait::async_trait;
use ringcard_core::{
    Timestamp,
    call::{AgentId, Call, CallId, CallState, Direction},
    customer::{Card, Customer, CustomerDetails, CustomerId, Lookup, Match, MatchReason, MatchStrength},
    frame::{
        BeforeDial, CallRow, CallSearch, CallWithCard, DeskEvent, DeskFrame, HubFrame, PROTOCOL, Reply, Request,
        RequestError, Snapshot,
    },
    number::{Ani, Caution, CautionKind, DialPlan, Dnis, Number, Party, view},
};
use ringcard_desk::{
    Attention, Desk, DeskView, PopView, Preferences,
    link::{Frames, NoLink, OpenLink},
};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    sync::{mpsc, watch},
    time::{Instant, timeout},
};

/// The way to the scripted hub: each time it is opened the test gets the hub's end.
pub struct ScriptedLink {
    opened: mpsc::Sender<HubEnd>,
    /// Why it is locked now.
    pub locked: Mutex<Option<String>>,
    pub tried: watch::Sender<Vec<Instant>>,
    pub remote: bool,
}

#[async_trait]
impl OpenLink for ScriptedLink {
    async fn open(&self, agent: &AgentId) -> Result<Frames, NoLink> {
        self.tried.send_modify(|tried| tried.push(Instant::now()));
        if let Some(why) = self.locked.lock().expect("test").clone() {
            return Err(NoLink(why));
        }
        let (to_hub, from_desk) = mpsc::channel(64);
        let (to_desk, from_hub) = mpsc::channel(64);
        let end = HubEnd { to_desk, from_desk, agent: agent.clone(), seq: 0 };
        self.opened.send(end).await.map_err(|_| NoLink("the test is over".into()))?;
        Ok(Frames { to_hub, from_hub })
    }

    fn is_remote(&self) -> bool {
        self.remote
    }
}

/// The hub's end of one line.
pub struct HubEnd {
    pub to_desk: mpsc::Sender<HubFrame>,
    pub from_desk: mpsc::Receiver<DeskFrame>,
    pub agent: AgentId,
    seq: u64,
}

impl HubEnd {
    pub async fn welcome(&mut self, snapshot: Snapshot) {
        self.send(HubFrame::Welcome { protocol: PROTOCOL, seq: self.seq, snapshot }).await;
    }

    pub async fn event(&mut self, event: DeskEvent) {
        self.seq += 1;
        self.send(HubFrame::Event { seq: self.seq, at: Timestamp(0), event }).await;
    }

    pub async fn call(&mut self, call: &Call) {
        self.event(DeskEvent::Call { call: call.clone() }).await;
    }

    pub async fn card(&mut self, call: &Call, card: Card) {
        self.event(DeskEvent::Card { call_id: call.id.clone(), card }).await;
    }

    pub async fn send(&mut self, frame: HubFrame) {
        self.to_desk.send(frame).await.expect("the desk listens");
    }

    /// The next question; acknowledgements are passed over, and no call is without a code.
    pub async fn question(&mut self) -> (u64, Request) {
        loop {
            let (id, request) = self.any_question().await;
            if !is_about_codes(&request) {
                return (id, request);
            }
            self.reply(id, Ok(Reply::FoundCalls { calls: Vec::new(), next: None })).await;
        }
    }

    /// The next question, whatever it is.
    pub async fn any_question(&mut self) -> (u64, Request) {
        loop {
            match soon(self.from_desk.recv()).await.expect("the desk's end is open") {
                DeskFrame::Request { id, request } => return (id, request),
                DeskFrame::Other | DeskFrame::Submit { .. } => {}
                DeskFrame::Hello { .. } => panic!("the fake way_to_hub needs no hello"),
            }
        }
    }

    pub async fn reply(&mut self, id: u64, reply: Result<Reply, RequestError>) {
        self.send(HubFrame::Reply { id, reply }).await;
    }

    /// The next question is what is good to know of this number; answers it.
    pub async fn says_of(&mut self, shown: &str, name: Option<&str>, cautions: &[Caution]) {
        let (id, request) = self.question().await;
        let Request::BeforeDial { number } = request else { panic!("before dialling {shown}, not {request:?}") };
        assert_eq!(number, shown);
        let before = BeforeDial {
            number: view(&DialPlan::new("HU").expect("a country").read(&number).expect("a number").party),
            dialled: number,
            customer_name: name.map(str::to_owned),
            cautions: cautions.to_vec(),
            refused: false,
        };
        self.reply(id, Ok(Reply::BeforeDial { before })).await;
    }

    /// Whether a question waits now.
    pub fn asked_nothing(&mut self) -> bool {
        while let Ok(frame) = self.from_desk.try_recv() {
            if matches!(&frame, DeskFrame::Request { request, .. } if !is_about_codes(request)) {
                return false;
            }
        }
        true
    }
}

/// A desk asks by itself which calls have no code.
fn is_about_codes(request: &Request) -> bool {
    matches!(request, Request::FindCalls { search: CallSearch { coded: Some(false), everybody: false, .. }, .. })
}

/// A desk with a scripted hub.
pub struct Office {
    pub desk: Desk,
    pub way_to_hub: Arc<ScriptedLink>,
    pub lines: mpsc::Receiver<HubEnd>,
}

impl Office {
    pub fn open() -> Self {
        Self::with(preferences(), false)
    }

    pub fn with(preferences: Preferences, remote: bool) -> Self {
        let (opened, lines) = mpsc::channel(8);
        let way_to_hub =
            Arc::new(ScriptedLink { opened, locked: Mutex::default(), tried: watch::Sender::default(), remote });
        let (desk, _task) = Desk::start(preferences, way_to_hub.clone());
        Self { desk, way_to_hub, lines }
    }

    /// The next line the desk opens.
    pub async fn line(&mut self) -> HubEnd {
        soon(self.lines.recv()).await.expect("the desk opens a line")
    }

    /// A desk whose line stands, with nothing going on.
    pub async fn connected(preferences: Preferences) -> (Self, HubEnd) {
        let mut office = Self::with(preferences, false);
        let mut hub = office.line().await;
        hub.welcome(Snapshot::default()).await;
        assert!(office.desk.online(Duration::from_secs(5)).await);
        (office, hub)
    }

    /// Waits for a popup view like this.
    pub async fn pop(&self, what: &str, is: impl Fn(&PopView) -> bool) -> Arc<PopView> {
        wait(self.desk.pop(), what, is).await
    }

    pub async fn view(&self, what: &str, is: impl Fn(&DeskView) -> bool) -> Arc<DeskView> {
        wait(self.desk.view(), what, is).await
    }

    pub async fn attention(&self, what: &str, is: impl Fn(&Attention) -> bool) -> Arc<Attention> {
        wait(self.desk.attention(), what, is).await
    }
}

async fn wait<T>(mut watched: watch::Receiver<Arc<T>>, what: &str, is: impl Fn(&T) -> bool) -> Arc<T> {
    let found = timeout(Duration::from_secs(60), watched.wait_for(|now| is(now))).await;
    found.unwrap_or_else(|_| panic!("waited in vain for {what}")).expect("the desk runs").clone()
}

/// Within a minute of the test's clock, which costs no time.
pub async fn soon<T>(future: impl Future<Output = T>) -> T {
    timeout(Duration::from_secs(60), future).await.expect("it happens soon")
}

pub fn caution(kind: CautionKind, asks: bool) -> Caution {
    Caution { kind, country: None, name: None, asks }
}

pub fn preferences() -> Preferences {
    Preferences::new(AgentId("Ana".into()), DialPlan::new("HU").expect("a country"))
}

pub fn party(e164: &str) -> Party {
    Party::Outside(Number { e164: e164.into(), extension: None })
}

/// An incoming call that rings.
pub fn ring(caller: &str) -> Call {
    Call {
        id: CallId::new(),
        direction: Direction::Inbound,
        account: "pbx".into(),
        external_id: None,
        ani: Ani(party(caller)),
        dnis: Dnis(party("+3612345678")),
        line: Some("Sales (HU)".into()),
        agents: vec![AgentId("Ana".into())],
        extension: Some("101".into()),
        state: CallState::Ringing,
        started_at: Timestamp(1_000),
        connected_at: None,
        ended_at: None,
        controls: None,
        course: ringcard_core::call::Course::default(),
        privacy: None,
        extra: BTreeMap::new(),
    }
}

/// A click-to-call that was accepted.
pub fn outgoing(number: &str) -> Call {
    let internal = Party::Internal { digits: "101".into() };
    Call {
        direction: Direction::Outbound,
        ani: Ani(internal),
        dnis: Dnis(party(number)),
        line: None,
        state: CallState::AgentRinging,
        ..ring(number)
    }
}

pub fn in_state(call: &Call, state: CallState) -> Call {
    Call { state, ..call.clone() }
}

/// A card that found this one customer.
pub fn found(version: u32, name: &str) -> Card {
    let id = CustomerId(format!("customer-{name}"));
    let customer = Customer {
        id: id.clone(),
        source: "directory".into(),
        details: CustomerDetails { name: name.into(), company: "Acme".into(), ..CustomerDetails::default() },
        updated_at: Timestamp(0),
    };
    let only = Match { customer, strength: MatchStrength::Exact, reason: MatchReason::Remembered };
    Card {
        version,
        lookup: Lookup::Found { matches: vec![only], chosen: Some(id) },
        earlier: Vec::new(),
        notes: Vec::new(),
        set_aside: Vec::new(),
        recorded: false,
        parts: Vec::new(),
    }
}

pub fn looking(version: u32) -> Card {
    Card {
        version,
        lookup: Lookup::Looking,
        earlier: Vec::new(),
        set_aside: Vec::new(),
        notes: Vec::new(),
        recorded: false,
        parts: Vec::new(),
    }
}

pub fn with_card(call: &Call, card: Card) -> CallWithCard {
    CallWithCard { call: call.clone(), card }
}

pub fn ids(view: &PopView) -> Vec<CallId> {
    view.calls.iter().map(|shown| shown.call.id.clone()).collect()
}

/// As the call list shows it.
pub fn row_of(call: Call) -> CallRow {
    CallRow {
        call,
        customer_name: None,
        customer_id: None,
        outcome: None,
        no_code: None,
        note: String::new(),
        recorded: false,
        may_listen: false,
        recording_gone: false,
    }
}

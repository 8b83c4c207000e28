//! The telephone exchange behind both simulated systems: its calls, its phones' scripts, and what it was told to do wrong.
//!
//! Every live call is one task ([`crate::course`]) that takes orders in turn; the exchange only keeps what others may look
//! at. The lock is never held across an await.

use crate::{
    SimError, asterisk,
    call::{CallView, Direction, Phase, Ring},
    clock,
    config::{HubTarget, SimConfig},
    course::{Course, Order, What},
    journal::{CallNo, Journal, System},
    misbehave::Misconduct,
    pairs::same_number,
    phones::PhoneScript,
    push::Push,
    recordings::RecordingsAre,
    watched::Watched,
};
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    ops::Deref,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::{Semaphore, mpsc, oneshot};

/// Live calls at most: beyond that the PBX has no line.
const MOST_LIVE: usize = 500;
/// Calls that are over and still shown.
const MOST_OVER: usize = 500;
/// Requests under way at most.
const MOST_REQUESTS: usize = 256;
/// Scripts at most.
const MOST_SCRIPTS: usize = 1000;

#[derive(Debug)]
pub(crate) struct Exchange {
    pub config: SimConfig,
    pub address: SocketAddr,
    pub http: reqwest::Client,
    /// Requests under way at once.
    pub places: Semaphore,
    born: u64,
    watched: Watched<World>,
    /// Every task holds a clone; when the last is gone, the receiver hears it.
    alive: Mutex<Option<mpsc::Sender<()>>>,
}

impl Deref for Exchange {
    type Target = Watched<World>;

    fn deref(&self) -> &Watched<World> {
        &self.watched
    }
}

/// All that changes.
#[derive(Debug, Default)]
pub(crate) struct World {
    calls: BTreeMap<CallNo, Entry>,
    scripts: Vec<(String, PhoneScript)>,
    pub misconduct: Misconduct,
    pub journal: Journal,
    pub hub: Option<HubTarget>,
    /// The one the page drives as well.
    pub asterisk: Option<Arc<asterisk::Shared>>,
    /// What else is simulated, each a line with its address, for people.
    pub beside: Vec<String>,
    /// How recordings are written and given.
    pub recordings: RecordingsAre,
    next: CallNo,
    /// The calls before the last restart: ids are counted anew from there.
    counted_from: CallNo,
}

#[derive(Debug)]
pub(crate) struct Entry {
    pub view: CallView,
    orders: Option<mpsc::Sender<Order>>,
    /// Pushes held back until another one was sent.
    pub held: Vec<Push>,
    /// Its end is told to nobody.
    pub silent_end: bool,
}

/// A click-to-call that was accepted.
#[derive(Debug, Clone)]
pub(crate) struct Dial {
    pub via: System,
    pub extension: String,
    pub number: String,
    /// Whether the PBX tells what happens on the extension's leg.
    pub tells_agent_leg: bool,
    /// Whether there is a way on when the extension was picked up (Asterisk: such a context).
    pub dialplan_leads_on: bool,
    pub ring_for: Duration,
}

impl Exchange {
    /// Also returns what hears when the last of its tasks is gone.
    pub fn new(config: SimConfig, address: SocketAddr) -> (Arc<Self>, mpsc::Receiver<()>) {
        // Somebody else in this process may have installed one already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(config.push.timeout)
            .build()
            .expect("BUG: a client with constant settings");
        let (alive, gone) = mpsc::channel(1);
        let mut world = World { hub: config.hub.clone(), ..World::default() };
        for (number, script) in &config.scripts {
            world.script(number, script.clone());
        }
        let exchange = Self {
            config,
            address,
            http,
            places: Semaphore::new(MOST_REQUESTS),
            born: clock::now(),
            watched: Watched::new(world),
            alive: Mutex::new(Some(alive)),
        };
        (Arc::new(exchange), gone)
    }

    /// Runs until it ends or the simulator closes, whichever comes first.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let Some(alive) = self.alive.lock().unwrap_or_else(PoisonError::into_inner).clone() else {
            return;
        };
        let closing = self.closed();
        tokio::spawn(async move {
            tokio::select! {
                biased;
                () = closing => {}
                () = task => {}
            }
            drop(alive);
        });
    }

    pub fn close(&self) {
        self.watched.close();
        self.alive.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    /// A call comes in; the receiver hears when its notifier was dealt with.
    pub fn call_in(self: &Arc<Self>, mut ring: Ring) -> Result<(CallNo, Told), SimError> {
        if ring.called.is_empty() {
            ring.called.clone_from(&self.config.main_line);
        }
        let told = !ring.extensions.is_empty();
        let extensions =
            if told { ring.extensions.clone() } else { self.config.extensions.first().cloned().into_iter().collect() };
        let view = self.blank(ring.via.unwrap_or(System::Vipex), Direction::Inbound, Phase::Ringing);
        let view = CallView {
            caller: ring.caller.clone(),
            called: ring.called.clone(),
            extensions,
            extensions_told: told,
            ..view
        };
        let (no, course, told) = self.begin(view)?;
        self.spawn(course.inbound(ring));
        Ok((no, told))
    }

    /// A click-to-call was accepted: the extension rings from now on.
    pub fn call_out(self: &Arc<Self>, dial: Dial) -> Result<CallView, SimError> {
        let view = CallView {
            caller: dial.extension.clone(),
            called: dial.number.clone(),
            extensions: vec![dial.extension.clone()],
            extensions_told: true,
            ..self.blank(dial.via, Direction::Outbound, Phase::AgentRinging)
        };
        let (no, course, _) = self.begin(view)?;
        self.spawn(course.outbound(dial));
        self.call(no).ok_or(SimError::NoSuchCall(no))
    }

    fn blank(&self, via: System, direction: Direction, phase: Phase) -> CallView {
        CallView {
            no: 0,
            id: String::new(),
            via,
            direction,
            caller: String::new(),
            called: String::new(),
            extensions: Vec::new(),
            extensions_told: false,
            phase,
            result: None,
            started: clock::now(),
            answered: None,
            ended: None,
        }
    }

    fn begin(self: &Arc<Self>, mut view: CallView) -> Result<(CallNo, Course, Told), SimError> {
        let (orders, taken) = mpsc::channel(8);
        let (first, told) = oneshot::channel();
        let no = self.change(|world| {
            if world.calls.values().filter(|e| !e.view.is_over()).count() >= MOST_LIVE {
                return Err(SimError::TooManyCalls(MOST_LIVE));
            }
            world.forget_old_calls();
            world.next += 1;
            view.no = world.next;
            let count = world.next - world.counted_from;
            view.id = match view.via {
                // Asterisk names a channel by the second of its birth and a counter
                System::Asterisk => format!("{}.{count}", self.born / 1000),
                _ => format!("vpx-{:x}-{count}", self.born),
            };
            let entry = Entry { view, orders: Some(orders), held: Vec::new(), silent_end: false };
            world.calls.insert(world.next, entry);
            Ok(world.next)
        })?;
        Ok((no, Course::new(self.clone(), no, taken, first), told))
    }

    pub fn call(&self, no: CallNo) -> Option<CallView> {
        self.look(|world| world.calls.get(&no).map(|e| e.view.clone()))
    }

    /// The PBX restarts: its calls are gone, nothing is told of them, and its call ids come again.
    pub async fn restart(&self) {
        let live: Vec<_> =
            self.look(|world| world.calls().filter(|view| !view.is_over()).map(|view| view.no).collect());
        for no in live {
            // One that ended by itself meanwhile is gone as well.
            let _ = self.order(no, What::Vanish).await;
        }
        self.change(|world| world.counted_from = world.next);
    }

    /// Tells a call what to do, and waits until it was done and pushed.
    pub async fn order(&self, no: CallNo, what: What) -> Result<(), SimError> {
        let orders = self.look(|world| {
            let entry = world.calls.get(&no).ok_or(SimError::NoSuchCall(no))?;
            entry.orders.clone().ok_or(SimError::NotNow(Phase::Over.word()))
        })?;
        let (done, answer) = oneshot::channel();
        let over = || SimError::NotNow(Phase::Over.word());
        orders.send(Order { what, done }).await.map_err(|_| over())?;
        answer.await.map_err(|_| over())?
    }

    /// The newest call in which this phone rings.
    pub fn ringing_at(&self, number: &str) -> Option<CallView> {
        self.look(|world| world.newest(|view| rings_at(view, number)))
    }

    /// The newest call this phone is part of, talking ones first.
    pub fn engaged_at(&self, number: &str) -> Option<CallView> {
        let is_part = |view: &CallView| {
            same_number(&view.called, number)
                || same_number(&view.caller, number)
                || view.extensions.iter().any(|e| same_number(e, number))
        };
        self.look(|world| {
            world
                .newest(|v| v.phase == Phase::Talking && is_part(v))
                .or_else(|| world.newest(|v| !v.is_over() && is_part(v)))
        })
    }

    /// What this phone does when it rings.
    pub fn script_of(&self, number: &str, direction: Direction) -> PhoneScript {
        let own = self.look(|world| world.scripts().find(|(n, _)| same_number(n, number)).map(|(_, s)| s.clone()));
        own.unwrap_or_else(|| {
            let config = &self.config;
            let ours = config.extensions.iter().any(|e| same_number(e, number));
            match (&config.inbound_script, direction) {
                _ if !ours => config.customer_script.clone(),
                (Some(inbound), Direction::Inbound) => inbound.clone(),
                _ => config.extension_script.clone(),
            }
        })
    }
}

/// Hears when the first thing a call does was done.
pub(crate) type Told = oneshot::Receiver<Result<(), SimError>>;

/// Whether this phone rings in this call.
pub(crate) fn rings_at(view: &CallView, number: &str) -> bool {
    match view.phase {
        Phase::Ringing | Phase::AgentRinging => view.extensions.iter().any(|e| same_number(e, number)),
        Phase::CustomerRinging => same_number(&view.called, number),
        Phase::Talking | Phase::Over => false,
    }
}

impl World {
    pub fn calls(&self) -> impl DoubleEndedIterator<Item = &CallView> {
        self.calls.values().map(|e| &e.view)
    }

    pub fn entry(&mut self, no: CallNo) -> Option<&mut Entry> {
        self.calls.get_mut(&no)
    }

    pub fn scripts(&self) -> impl Iterator<Item = &(String, PhoneScript)> {
        self.scripts.iter()
    }

    pub fn script(&mut self, number: &str, script: PhoneScript) {
        self.scripts.retain(|(n, _)| !same_number(n, number));
        if self.scripts.len() < MOST_SCRIPTS {
            self.scripts.push((number.to_owned(), script));
        }
    }

    /// No more orders are taken for this call.
    pub fn close_call(&mut self, no: CallNo) {
        if let Some(entry) = self.calls.get_mut(&no) {
            entry.orders = None;
        }
    }

    fn newest(&self, is: impl Fn(&CallView) -> bool) -> Option<CallView> {
        self.calls().rev().find(|view| is(view)).cloned()
    }

    fn forget_old_calls(&mut self) {
        let over: Vec<_> = self.calls().filter(|v| v.is_over()).map(|v| v.no).collect();
        for no in over.iter().take(over.len().saturating_sub(MOST_OVER)) {
            self.calls.remove(no);
        }
    }
}

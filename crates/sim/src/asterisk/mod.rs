//! A simulated Asterisk whose REST interface tells of its calls: channels, bridges, endpoints, and a WebSocket their events
//! come by.
//!
//! Written from the interface's published description (`rest-api/api-docs`) and from streams of real ones, version 16 and
//! 22: [`AsteriskSim::play`] replays such a stream as it was. Who drives it says what happens, step by step
//! ([`AsteriskSim::calls_in`] and what follows); nothing happens by itself.
//!
//! ```no_run
//! # async fn example() -> Result<(), ringcard_sim::SimError> {
//! use ringcard_sim::AsteriskSim;
//!
//! let sim = AsteriskSim::start("ringcard", "s3cret", &["101", "102"]).await?;
//! // … something listens at sim.ari_url() …
//! let trunk = sim.calls_in("+573001234567", "MARIA LOPEZ", "5716017000");
//! let phone = sim.rings(&trunk, "101");
//! sim.answers(&phone);
//! sim.hangs_up(&trunk, 16);
//! sim.shutdown().await;
//! # Ok(()) }
//! ```

mod acts;
mod line;
mod recorded;
mod server;
mod world;

pub use acts::AsteriskAct;
pub(crate) use world::AsteriskShown;
pub use world::AsteriskWrong;

use crate::{Giving, SimError};
use serde_json::{Value, json};
use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};
use world::World;

/// What the server and its lines share.
#[derive(Debug)]
pub(crate) struct Shared {
    world: Mutex<World>,
    closed: watch::Sender<bool>,
}

impl Shared {
    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Until it is shut down.
    pub async fn closed(&self) {
        let _ = self.closed.subscribe().wait_for(|closed| *closed).await;
    }
}

/// A running simulated Asterisk. Dropping it closes everything it opened.
#[derive(Debug)]
pub struct AsteriskSim {
    pub(crate) shared: Arc<Shared>,
    address: SocketAddr,
    server: JoinHandle<()>,
}

impl AsteriskSim {
    /// On a port of its own, with a user who may do everything and phones that are registered.
    pub async fn start(user: &str, password: &str, extensions: &[&str]) -> Result<Self, SimError> {
        Self::start_at(SocketAddr::from(([127, 0, 0, 1], 0)), user, password, extensions).await
    }

    /// At a certain address: where another one was, as a restarted Asterisk comes back.
    pub async fn start_at(
        wanted: SocketAddr,
        user: &str,
        password: &str,
        extensions: &[&str],
    ) -> Result<Self, SimError> {
        let cannot = |source| SimError::Listen { address: wanted, source };
        let listener = TcpListener::bind(wanted).await.map_err(cannot)?;
        let address = listener.local_addr().map_err(cannot)?;
        let world = Mutex::new(World::new(user, password, extensions));
        let shared = Arc::new(Shared { world, closed: watch::Sender::new(false) });
        let server = tokio::spawn(server::serve(shared.clone(), listener));
        Ok(Self { shared, address, server })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://127.0.0.1:port/ari`
    pub fn ari_url(&self) -> String {
        format!("http://{}/ari", self.address)
    }

    /// Every request, as `GET /ari/channels`.
    pub fn requests(&self) -> Vec<String> {
        self.shared.world().requests.clone()
    }

    /// Click-to-calls: `101 calls +36301234567`.
    pub fn clicks(&self) -> Vec<String> {
        self.shared.world().clicks.clone()
    }

    /// Channels that are there, by id.
    pub fn channels(&self) -> Vec<String> {
        self.shared.world().channels.keys().cloned().collect()
    }

    /// The number that whoever is called by this channel sees; empty where there is no such channel.
    pub fn shown_to(&self, channel: &str) -> String {
        let world = self.shared.world();
        let shown = world.channels.get(channel).and_then(|channel| channel["connected"]["number"].as_str());
        shown.unwrap_or_default().to_owned()
    }

    /// How many lines events come by.
    pub fn lines(&self) -> usize {
        self.shared.world().lines()
    }

    /// Somebody calls in on the trunk; the channel's id.
    pub fn calls_in(&self, number: &str, name: &str, called: &str) -> String {
        self.shared.world().calls_in(number, name, called)
    }

    /// A caller's dialplan rings an extension; the new channel's id.
    pub fn rings(&self, caller: &str, extension: &str) -> String {
        self.shared.world().dials(caller, extension, extension)
    }

    /// An extension's dialplan calls a customer by the trunk; the new channel's id.
    pub fn dials_out(&self, caller: &str, number: &str) -> String {
        self.shared.world().dials(caller, "trunk", &format!("{number}@trunk"))
    }

    /// Whoever is called there picks up.
    pub fn answers(&self, channel: &str) {
        self.shared.world().answers(channel);
    }

    pub fn holds(&self, channel: &str, held: bool) {
        self.shared.world().holds(channel, held);
    }

    /// Anything that can happen, by name; the ids of the channels that are new.
    pub fn act(&self, act: &AsteriskAct) -> Result<Vec<String>, SimError> {
        self.shared.world().act(act)
    }

    /// Its end, by a cause of Q.850. Where it is a customer who was not reached, whoever called hears a tone of that.
    pub fn hangs_up(&self, channel: &str, cause: u16) {
        let mut world = self.shared.world();
        let caller = world.caller_of_unreached(channel);
        world.hang_up(channel, cause);
        if let Some(caller) = caller {
            world.goes_on(&caller, if cause == 17 { "Busy" } else { "Congestion" }, "");
        }
    }

    /// The same, and the caller's dialplan says nothing of it: it may try another way out.
    pub fn fails(&self, channel: &str, cause: u16) {
        self.shared.world().hang_up(channel, cause);
    }

    /// A channel's dialplan goes on to this application.
    pub fn goes_on(&self, channel: &str, app: &str, data: &str) {
        self.shared.world().goes_on(channel, app, data);
    }

    /// The dialplan's MixMonitor begins to write a channel into this file, as it is written there: `../recording/a.wav`.
    pub fn records(&self, channel: &str, file: &str) {
        self.shared.world().records(channel, file);
    }

    /// What is recorded of this channel, or under this name, is paused.
    pub fn is_recording_paused(&self, of: &str) -> bool {
        self.shared.world().is_recording_paused(of)
    }

    /// A recording ARI gives by this name.
    pub fn store(&self, name: &str, audio: Vec<u8>) {
        self.shared.world().store(name, audio);
    }

    /// What it gives in place of recordings from now on.
    pub fn gives(&self, giving: Giving) {
        self.shared.world().recorded.giving = giving;
    }

    /// Who may use its manager interface over HTTP; without, nobody.
    pub fn set_manager(&self, manager: Option<(&str, &str)>) {
        let manager = manager.map(|(user, secret)| (user.to_owned(), secret.to_owned()));
        self.shared.world().recorded.manager = manager;
    }

    /// ari.conf says nothing of the variables of recordings.
    pub fn carries_no_variables(&self) {
        self.shared.world().recorded.carries_no_variables = true;
    }

    /// A phone registers, or is gone.
    pub fn registers(&self, extension: &str, online: bool) {
        let state = if online { "online" } else { "offline" };
        let endpoint = json!({ "technology": "PJSIP", "resource": extension, "state": state, "channel_ids": [] });
        self.shared.world().tell(json!({ "type": "EndpointStateChange", "endpoint": endpoint }));
    }

    /// Any event; what it says of channels and bridges is so from now on.
    pub fn tell(&self, event: Value) {
        self.shared.world().tell(event);
    }

    /// The same, and no line hears of it: it got lost.
    pub fn happens_unheard(&self, event: Value) {
        self.shared.world().take(&event);
    }

    /// A stream of a real one, an event a line, as it was.
    pub fn play(&self, stream: &str) {
        for event in stream.lines().filter_map(|line| serde_json::from_str(line).ok()) {
            self.tell(event);
        }
    }

    /// Frames that are no event, or anything else.
    pub fn send_raw(&self, text: &str) {
        self.shared.world().send(text);
    }

    /// Every line breaks, without a word.
    pub fn cut_lines(&self) {
        self.shared.world().cut_lines();
    }

    pub fn set_password(&self, password: &str) {
        password.clone_into(&mut self.shared.world().password);
    }

    /// The user may do everything, or only read.
    pub fn set_read_only(&self, read_only: bool) {
        self.shared.world().read_only = read_only;
    }

    /// Its clock is so much ahead of ours, or behind.
    pub fn set_clock_off_ms(&self, off: i64) {
        self.shared.world().clock_off_ms = off;
    }

    /// From now on; `None`: it behaves.
    pub fn misbehave(&self, wrong: Option<AsteriskWrong>) {
        self.shared.world().wrong = wrong;
    }

    /// Nobody answers any more, and all lines are cut.
    pub async fn shutdown(mut self) {
        self.shared.world().cut_lines();
        self.shared.closed.send_replace(true);
        let server = std::mem::replace(&mut self.server, tokio::spawn(async {}));
        let _ = tokio::time::timeout(std::time::Duration::from_secs(3), server).await;
    }
}

impl Drop for AsteriskSim {
    fn drop(&mut self) {
        self.shared.closed.send_replace(true);
        self.server.abort();
    }
}

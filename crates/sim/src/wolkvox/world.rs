//! All that changes, behind one lock that is never held across an await.

use super::{
    config::{OnUnknown, WolkvoxConfig},
    gate::Gate,
    journal::{Applied, Journal, Write},
    misbehave::Misconduct,
    operation::Operation,
    reply::Reply,
    seed,
    server::Ask,
    time::{self, DAY},
};
use crate::{clock, watched::Watched};
use std::{collections::BTreeMap, ops::Deref, sync::Arc, time::Duration};
use tokio::{
    sync::{Semaphore, mpsc},
    time::Instant,
};

/// Requests under way at most, over all tokens.
const MOST_REQUESTS: usize = 512;

#[derive(Debug)]
pub(crate) struct Shared {
    watched: Watched<World>,
    /// Requests under way at once.
    pub places: Semaphore,
    /// For how long to go away, and whether it is the agent's own PC.
    pub away: mpsc::Sender<(Duration, bool)>,
}

#[derive(Debug)]
pub(crate) struct World {
    pub config: WolkvoxConfig,
    /// As started, for a reset.
    first: WolkvoxConfig,
    pub maintenance: bool,
    pub gate: Gate,
    pub journal: Journal,
    pub misconduct: Misconduct,
    /// When each report was last asked for.
    pub polls: BTreeMap<String, u64>,
    pub operation: Operation,
    /// Whose request is being done: its number and token.
    pub by: (u64, Option<String>),
    born: Instant,
    born_at: u64,
    /// How far somebody has set the clock on.
    ahead: i64,
}

impl World {
    fn new(config: WolkvoxConfig) -> Self {
        let born_at = config.starts_at.unwrap_or_else(clock::now);
        Self {
            operation: seed::operation(born_at, config.zone_minutes),
            first: config.clone(),
            config,
            maintenance: false,
            gate: Gate::default(),
            journal: Journal::default(),
            misconduct: Misconduct::default(),
            polls: BTreeMap::new(),
            by: (0, None),
            born: Instant::now(),
            born_at,
            ahead: 0,
        }
    }

    /// As at the start, but with the requests under way. Records a changed configuration back, too.
    pub fn reset(&mut self) {
        let mut new = Self::new(self.first.clone());
        new.gate.keep_places_of(&self.gate);
        // What is under way must not find another request under its number.
        new.journal.go_on_from(&self.journal);
        *self = new;
    }

    /// The simulator's clock, in milliseconds since 1970. It runs in tokio's time.
    pub fn now(&self) -> u64 {
        let since = u64::try_from(self.born.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.born_at.saturating_add(since).saturating_add_signed(self.ahead)
    }

    pub fn advance(&mut self, millis: i64) {
        self.ahead = self.ahead.saturating_add(millis);
    }

    /// The operation's day, as a number.
    pub fn today(&self) -> u64 {
        time::local(self.now(), self.config.zone_minutes) / DAY
    }

    /// Midnight of tomorrow, when the quota is new (wolkvox.md, Limits).
    pub fn next_day(&mut self) {
        let into = time::local(self.now(), self.config.zone_minutes) % DAY;
        self.advance(i64::try_from(DAY - into).unwrap_or_default());
    }

    /// Does what was asked.
    pub fn answer(&mut self, ask: &Ask) -> Reply {
        self.by = (ask.seq, ask.token.clone());
        match ask.file.as_str() {
            "campaign" => self.campaign(ask),
            "agentbox" => self.agentbox(ask),
            "information" => self.information(ask),
            "real_time" => self.real_time(ask),
            "reports_manager" => self.report(ask),
            _ => Reply::no_such_api(),
        }
    }

    /// A write took effect.
    pub fn applied(&mut self, write: Write) {
        let (seq, token) = self.by.clone();
        let at = self.now();
        self.journal.apply(Applied { seq, at, token, write });
    }

    /// `Err`: refused, as set. `Ok`: to be answered as if it had been done.
    pub fn unknown(on: OnUnknown, sentence: impl Into<String>) -> Result<(), String> {
        match on {
            OnUnknown::Refuse => Err(sentence.into()),
            OnUnknown::Accept => Ok(()),
        }
    }
}

impl Shared {
    pub fn new(config: WolkvoxConfig, away: mpsc::Sender<(Duration, bool)>) -> Arc<Self> {
        Arc::new(Self { watched: Watched::new(World::new(config)), places: Semaphore::new(MOST_REQUESTS), away })
    }
}

impl Deref for Shared {
    type Target = Watched<World>;

    fn deref(&self) -> &Watched<World> {
        &self.watched
    }
}

//! All that changes, behind one lock that is never held across an await.

use super::{
    config::ZendeskConfig,
    jobs::Jobs,
    journal::Journal,
    limits::Used,
    misbehave::Misconduct,
    oauth::Grants,
    records::{Call, Display, Organization, Ticket, TicketField, TicketForm, User},
    reply::Reply,
    schema::Schemas,
    seed,
};
use crate::{clock, watched::Watched};
use std::{collections::BTreeMap, ops::Deref, sync::Arc};
use tokio::{sync::Semaphore, time::Instant};

/// Requests under way at most.
const MOST_REQUESTS: usize = 512;

#[derive(Debug)]
pub(crate) struct Shared {
    watched: Watched<World>,
    pub schemas: Schemas,
    /// Requests under way at once.
    pub places: Semaphore,
}

#[derive(Debug)]
pub(crate) struct World {
    pub config: ZendeskConfig,
    pub journal: Journal,
    pub misconduct: Misconduct,
    pub used: Used,
    pub grants: Grants,
    pub users: BTreeMap<u64, User>,
    pub organizations: BTreeMap<u64, Organization>,
    pub tickets: BTreeMap<u64, Ticket>,
    pub fields: Vec<TicketField>,
    pub forms: Vec<TicketForm>,
    pub calls: Vec<Call>,
    pub displays: Vec<Display>,
    pub jobs: Jobs,
    /// Files by their token, with the end of the token's life.
    pub uploads: BTreeMap<String, (String, u64)>,
    /// By key: when it was first used, the request's body and its answer.
    pub keys: BTreeMap<String, (u64, String, Reply)>,
    last_id: u64,
    born: Instant,
    pub born_at: u64,
    /// How far somebody has set the clock on.
    ahead: i64,
}

impl World {
    pub fn new(config: ZendeskConfig) -> Self {
        let born_at = config.starts_at.unwrap_or_else(clock::now);
        let mut world = Self {
            config,
            journal: Journal::default(),
            misconduct: Misconduct::default(),
            used: Used::default(),
            grants: Grants::default(),
            users: BTreeMap::new(),
            organizations: BTreeMap::new(),
            tickets: BTreeMap::new(),
            fields: Vec::new(),
            forms: Vec::new(),
            calls: Vec::new(),
            displays: Vec::new(),
            jobs: Jobs::default(),
            uploads: BTreeMap::new(),
            keys: BTreeMap::new(),
            last_id: 1000,
            born: Instant::now(),
            born_at,
            ahead: 0,
        };
        seed::fill(&mut world);
        world
    }

    /// The simulator's clock, in milliseconds since 1970. It runs in tokio's time.
    pub fn now(&self) -> u64 {
        let since = u64::try_from(self.born.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.born_at.saturating_add(since).saturating_add_signed(self.ahead)
    }

    pub fn advance(&mut self, millis: i64) {
        self.ahead = self.ahead.saturating_add(millis);
        self.settle();
    }

    pub fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// Whose token it is.
    pub fn me(&self) -> u64 {
        seed::TELEPHONY
    }

    /// What is due takes place: jobs end, keys and tokens are forgotten.
    pub fn settle(&mut self) {
        self.end_jobs();
        let now = self.now();
        self.keys.retain(|_, (at, ..)| now.saturating_sub(*at) < 2 * super::time::HOUR);
        self.uploads.retain(|_, (_, until)| *until > now);
    }
}

impl Shared {
    pub fn new(config: ZendeskConfig) -> Arc<Self> {
        Arc::new(Self {
            watched: Watched::new(World::new(config)),
            schemas: Schemas::documented(),
            places: Semaphore::new(MOST_REQUESTS),
        })
    }
}

impl Deref for Shared {
    type Target = Watched<World>;

    fn deref(&self) -> &Watched<World> {
        &self.watched
    }
}

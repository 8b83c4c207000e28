//! wolkvox: the cloud contact centre behind predictive and preview campaigns.
//!
//! Campaign records are found, coded, added and called back; the agent's own calls are started and handled, through
//! wolkvox Agent on the same machine where it is there, else through the cloud; smart-wait is reported. There is no
//! push from wolkvox to us: calls that come in are told by nobody (wolkvox.md, Agents).
//!
//! `config` (an account's settings, checked) → `client` (one request, once, in its turn: `lanes`) → `wire` (their JSON)
//! → `outcome` (what the answer means) → `normalise` (theirs to ours). [`WolkvoxAccount`] is what others use; its
//! traits are in `writes`, `campaigns`, `reports` and `agent`, the agent's own machine in `local`.

mod agent;
mod campaigns;
mod client;
mod config;
mod connector;
mod lanes;
mod local;
mod normalise;
mod outcome;
mod reports;
mod smart_wait;
mod trial;
mod valid;
mod wire;
mod writes;

pub use connector::Wolkvox;

use crate::{CameTo, Permits, TakesPermits, http::scrub::Scrub, settings::AccountError};
use agent::Known;
use client::{Ask, Client};
use config::Config;
use jiff::tz::TimeZone;
use local::Local;
use outcome::{Judge, Reply, Trouble};
use reports::Asked;
use ringcard_core::{Timestamp, campaign::Campaign, number::DialPlan};
use secrecy::{ExposeSecret, SecretString};
use std::{collections::BTreeMap, fmt, sync::Arc, time::Instant};
use tokio::sync::Mutex;
use wire::{Fields, Row};

/// A wolkvox account, ready to work. Neither `Debug` nor any error shows a secret.
pub struct WolkvoxAccount {
    /// Our name of the account; it is in everything that comes from it.
    name: String,
    config: Config,
    plan: DialPlan,
    client: Client,
    local: Option<Local>,
    judge: Judge,
    clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// The campaigns as last seen: records name theirs by id only.
    campaigns: Mutex<Option<(tokio::time::Instant, Vec<Campaign>)>>,
    known: Known,
    reports: Asked,
}

impl fmt::Debug for WolkvoxAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WolkvoxAccount({}, {:?})", self.name, self.config)
    }
}

impl WolkvoxAccount {
    /// Scheme, host and port of where the token is sent.
    pub fn origin(&self) -> String {
        self.config.base.origin().ascii_serialization()
    }

    /// Sets up an account called `name`. `values` are the settings that are no secrets (`settings.toml` lists them all);
    /// the only secret is `token`.
    pub fn new(
        name: &str,
        values: BTreeMap<String, toml::Value>,
        secrets: BTreeMap<String, SecretString>,
        plan: DialPlan,
    ) -> Result<Self, AccountError> {
        let config = Config::new(values, secrets)?;
        let client = Client::new(&config).map_err(|message| AccountError::new("token", message))?;
        let local = config.local.clone().map(|agent| Local::new(agent, client.permits.clone())).transpose();
        let local = local.map_err(|message| AccountError::new("local_agent_port", message))?;
        let scrub = Scrub::new(std::iter::once(config.token.expose_secret()));
        let judge = Judge { scrub, zone: config.zone.clone() };
        Ok(Self {
            name: name.to_owned(),
            plan,
            client,
            local,
            judge,
            clock: Arc::new(Timestamp::now),
            campaigns: Mutex::new(None),
            known: Known::default(),
            reports: Asked::default(),
            config,
        })
    }

    /// The same account with another clock, for tests.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Whether the operation uses a second code (wolkvox.md, Campaigns).
    pub fn uses_second_code(&self) -> bool {
        self.config.second_code
    }

    fn now(&self) -> Timestamp {
        (self.clock)()
    }

    fn zone(&self) -> &TimeZone {
        &self.config.zone
    }

    /// One request and what its answer means.
    async fn ask<T: Row>(&self, ask: Ask) -> Result<Reply<T>, Trouble> {
        let (api, began, writes) = (ask.api, Instant::now(), ask.is_write());
        let outcome = match self.client.send(ask).await {
            Ok((answer, request)) => {
                let outcome = self.judge.judge::<T>(&answer, self.now());
                request.end(outcome.as_ref().map_or_else(Trouble::came_to, |_| CameTo::Answered));
                outcome
            }
            Err(failure) => Err(failure.into()),
        };
        let (account, took_ms) = (self.name.as_str(), u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX));
        match &outcome {
            Ok(_) if writes => tracing::info!(account, api, took_ms, "wolkvox took it"),
            Ok(_) => tracing::debug!(account, api, took_ms, "wolkvox answered"),
            // Not its detail: those are wolkvox's words, and may hold a customer's number.
            Err(trouble) => tracing::warn!(account, api, took_ms, why = trouble.kind(), "wolkvox did not do it"),
        }
        outcome
    }

    /// The rows of a question; none where there is nothing.
    async fn rows(&self, ask: Ask) -> Result<Vec<Fields>, Trouble> {
        Ok(match self.ask::<Fields>(ask).await? {
            Reply::Yes(envelope) => envelope.rows.kept,
            Reply::Nothing { .. } => Vec::new(),
        })
    }
}

impl TakesPermits for WolkvoxAccount {
    fn use_permits(&self, permits: Arc<dyn Permits>) {
        self.client.permits.use_permits(permits);
    }
}

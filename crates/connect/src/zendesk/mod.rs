//! Zendesk: customers and tickets of a Support account, and the log of its calls.
//!
//! Who is behind a number is asked by search, and what comes back is compared with the number by our own reader before
//! anybody is named; new customers are made without a word to them, and remembered here until search knows them.
//!
//! `config` (an account's settings, checked) → `client` (one request, once; `proof` is whose it is) → `wire` (their JSON)
//! → `outcome` (what the answer means; `limits`: what its headers say of the account) → `normalise` (theirs to ours).
//! [`ZendeskAccount`] is what others use; its traits are in `customers`, `keep`, `export`, `tickets`, `sign_in` (what it brings: `tokens`), `trial`
//! and `writes`.

mod agents;
mod client;
mod config;
mod connector;
mod customers;
mod export;
mod forms;
mod keep;
mod limits;
mod normalise;
mod outcome;
mod proof;
mod seen;
mod sign_in;
mod talk;
mod tickets;
mod tokens;
mod trial;
mod wire;
mod writes;

pub use connector::Zendesk;

use crate::{
    CameTo, GivesRecordings, NewAccount, Permits, Secrets, TakesPermits, TakesRecordings, settings::AccountError,
};
use agents::KnownAgents;
use client::{Ask, Client};
use config::Config;
use outcome::{Judge, Reply, Trouble};
use proof::Proof;
use reqwest::header::HeaderValue;
use ringcard_core::{Timestamp, number::DialPlan, submission::GateReason};
use seen::Seen;
use std::{
    fmt,
    sync::{Arc, PoisonError, RwLock, atomic::AtomicI64},
    time::Instant,
};
use talk::Talk;
use tickets::KnownForms;

/// A Zendesk account, ready to work. Neither `Debug` nor any error shows a secret.
pub struct ZendeskAccount {
    /// Our name of the account; it is in everything that comes from it.
    name: String,
    config: Config,
    plan: DialPlan,
    client: Client,
    proof: Proof,
    judge: Judge,
    clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// Users that were seen or made a moment ago.
    seen: Seen,
    forms: KnownForms,
    /// When a refused ticket last said that they may be others by now, in milliseconds since 1970; 0: never.
    forms_doubted: AtomicI64,
    agents: KnownAgents,
    /// Where recordings come from that are uploaded; absent: nobody gives any.
    recordings: RwLock<Option<Arc<dyn GivesRecordings>>>,
    /// Whether the plan has Talk Partner Edition.
    talk: Talk,
    /// Rows that no bulk request takes.
    alone: writes::Alone,
}

impl fmt::Debug for ZendeskAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ZendeskAccount({}, {:?})", self.name, self.config)
    }
}

impl ZendeskAccount {
    /// Sets up an account (`settings.toml` lists its settings). Sends nothing.
    pub fn new(NewAccount { name, values, secrets, plan, .. }: NewAccount) -> Result<Self, AccountError> {
        let config = Config::new(values, secrets)?;
        let client = Client::new(&config).map_err(|message| AccountError::new("api_url", message))?;
        let proof = Proof::new(&config)?;
        let judge = Judge::new(config.secrets());
        Ok(Self {
            name,
            plan,
            client,
            proof,
            judge,
            clock: Arc::new(Timestamp::now),
            seen: Seen::default(),
            forms: KnownForms::default(),
            forms_doubted: AtomicI64::new(0),
            agents: KnownAgents::default(),
            recordings: RwLock::default(),
            talk: Talk::new(config.talk_partner),
            alone: writes::Alone::default(),
            config,
        })
    }

    /// The same account with another clock, for tests.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Scheme, host and port of where its secrets are sent.
    pub fn origin(&self) -> String {
        self.config.base.origin().ascii_serialization()
    }

    fn secrets(&self) -> Secrets {
        Secrets::new(self.config.secrets())
    }

    fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// One request and what its answer means. Where what a sign-in brought is not taken any more, it is renewed, and the
    /// request, which was turned away, is sent with the new one: once.
    async fn ask(&self, ask: Ask) -> Result<Reply, Trouble> {
        let tokens = match &self.proof {
            Proof::Fixed(header) => return self.ask_with(ask, header.clone()).await,
            Proof::Tokens(tokens) => tokens,
        };
        let header = tokens.header(None, &self.client, &self.judge, self.now()).await?;
        match self.ask_with(ask.clone(), header.clone()).await {
            Err(Trouble::Closed { why: GateReason::SignIn, .. }) => {
                let header = tokens.header(Some(&header), &self.client, &self.judge, self.now()).await?;
                self.ask_with(ask, header).await
            }
            outcome => outcome,
        }
    }

    async fn ask_with(&self, ask: Ask, proof: HeaderValue) -> Result<Reply, Trouble> {
        let (what, began, writes) = (ask.what, Instant::now(), ask.is_write());
        let outcome = match self.client.send(ask, Some(proof)).await {
            Ok((answered, request)) => {
                let said = answered.limits.said(answered.answer.status);
                let outcome = self.judge.judge(answered, self.now());
                request.end_with(outcome.as_ref().map_or_else(Trouble::came_to, |_| CameTo::Answered), said);
                outcome
            }
            Err(failure) => Err(failure.into()),
        };
        let (account, took_ms) = (self.name.as_str(), u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX));
        match &outcome {
            Ok(_) if writes => tracing::info!(account, what, took_ms, "Zendesk took it"),
            Ok(_) => tracing::debug!(account, what, took_ms, "Zendesk answered"),
            // Not its detail: those are Zendesk's words, and may hold a customer's number.
            Err(trouble) => tracing::warn!(account, what, took_ms, why = trouble.kind(), "Zendesk did not do it"),
        }
        outcome
    }
}

impl TakesPermits for ZendeskAccount {
    fn use_permits(&self, permits: Arc<dyn Permits>) {
        self.client.permits.use_permits(permits);
    }
}

impl TakesRecordings for ZendeskAccount {
    fn use_recordings(&self, from: Arc<dyn GivesRecordings>) {
        *self.recordings.write().unwrap_or_else(PoisonError::into_inner) = Some(from);
    }
}

//! Google CCAI Platform: the cloud contact centre whose adapter sits in the agent's browser.
//!
//! Calls are started through its Apps API for an agent's e-mail address; whether one still goes on is read from its Manager
//! API. When a call comes to an agent, CCAI Platform's custom CRM opens our look-up address in the agent's browser: that is
//! how a card is shown (ccai.md, Custom CRM). Nothing tells us of a call by itself: while one goes on, its list is looked at.
//!
//! `config` (an account's settings, checked) → `client` (one request, once, within ten a second) → `outcome` (what the answer
//! means) → `wire` (their JSON). The traits are in `calls`, `follow` and `pushes`.

mod calls;
mod client;
mod config;
mod connector;
mod follow;
mod outcome;
mod pushes;
mod trial;
mod wire;

pub use connector::Ccai;

use crate::{CameTo, Permits, TakesPermits, http::scrub::Scrub, settings::AccountError};
use client::{Ask, Client};
use config::Config;
use follow::Seen;
use outcome::{Judge, Trouble};
use pushes::Opened;
use ringcard_core::number::DialPlan;
use secrecy::{ExposeSecret, SecretString};
use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex},
    time::Instant,
};
use wire::Reply;

/// A CCAI Platform account, ready to work. Neither `Debug` nor any error shows a secret.
pub struct CcaiAccount {
    name: String,
    config: Config,
    plan: DialPlan,
    client: Client,
    judge: Judge,
    /// What was seen of its calls so far.
    seen: Mutex<Seen>,
    /// Whose look-up address was opened.
    opened: Mutex<Opened>,
}

impl fmt::Debug for CcaiAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CcaiAccount({}, {:?})", self.name, self.config)
    }
}

impl CcaiAccount {
    /// Sets up an account called `name`; the secrets are `token` and `push_key`.
    pub fn new(
        name: &str,
        values: BTreeMap<String, toml::Value>,
        secrets: BTreeMap<String, SecretString>,
        plan: DialPlan,
    ) -> Result<Self, AccountError> {
        let config = Config::new(values, secrets)?;
        let client = Client::new(&config).map_err(|message| AccountError::new("token", message))?;
        let judge = Judge { scrub: Scrub::new(config.secrets().map(|secret| secret.expose_secret())) };
        Ok(Self {
            name: name.to_owned(),
            config,
            plan,
            client,
            judge,
            seen: Mutex::default(),
            opened: Mutex::default(),
        })
    }

    /// Scheme, host and port of where the token is sent.
    fn origin(&self) -> String {
        self.config.base.origin().ascii_serialization()
    }

    /// One request and what its answer means.
    async fn ask(&self, ask: Ask) -> Result<Reply, Trouble> {
        let (what, began) = (ask.what, Instant::now());
        let outcome = match self.client.send(ask).await {
            Ok((answer, request)) => {
                let outcome = self.judge.judge(&answer);
                request.end(outcome.as_ref().map_or_else(Trouble::came_to, |_| CameTo::Answered));
                outcome
            }
            Err(failure) => Err(failure.into()),
        };
        let (account, took_ms) = (self.name.as_str(), u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX));
        match &outcome {
            Ok(_) => tracing::debug!(account, what, took_ms, "CCAI Platform answered"),
            Err(trouble) => tracing::warn!(account, what, took_ms, why = trouble.kind(), "CCAI Platform did not do it"),
        }
        outcome
    }
}

impl TakesPermits for CcaiAccount {
    fn use_permits(&self, permits: Arc<dyn Permits>) {
        self.client.permits.use_permits(permits);
    }
}

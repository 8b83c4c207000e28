//! Asterisk by its own events: its REST interface (ARI) over HTTP and a WebSocket, no dialplan edited.
//!
//! `config` (an account's settings, checked) → `client` (one request, once; the line events come by) → `wire` (their JSON)
//! → `outcome` (what an answer means) → `fold` (channels and bridges to calls and their legs, a pure function).
//! [`AsteriskAccount`] is what others use; its traits are in `watching` (events, with `line` and `pause`), `calls` (starting
//! them, acts on them; `manager` where ARI cannot), `recordings` and `trial`. What is known of phones is in `phones`.

mod calls;
mod client;
mod config;
mod connector;
mod fold;
mod line;
mod manager;
mod notes;
mod outcome;
mod pause;
mod phones;
mod recordings;
mod trial;
mod watching;
mod wire;

pub use connector::Asterisk;

use crate::{CameTo, Permits, TakesPermits, http::scrub::Scrub, settings::AccountError};
use client::{Ask, Client};
use config::Config;
use fold::{Fold, Keeping, Names, Orders};
use outcome::{Trouble, judge};
use phones::Phones;
use ringcard_core::number::DialPlan;
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

/// An Asterisk account, ready to work. Neither `Debug` nor any error shows a secret.
pub struct AsteriskAccount {
    /// Our name of the account; it is in everything that comes from it.
    name: String,
    config: Config,
    plan: DialPlan,
    client: Client,
    scrub: Scrub,
    names: Names,
    /// The calls started from here.
    orders: Arc<Orders>,
    /// What the line has told; where nobody watches, nothing.
    fold: Mutex<Fold>,
    phones: Phones,
}

impl fmt::Debug for AsteriskAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AsteriskAccount({}, {:?})", self.name, self.config)
    }
}

impl AsteriskAccount {
    /// Sets up an account called `name`. `values` are the settings that are no secrets (`settings.toml` lists them all);
    /// the only secret is `password`.
    pub fn new(
        name: &str,
        values: BTreeMap<String, toml::Value>,
        secrets: BTreeMap<String, SecretString>,
        plan: DialPlan,
    ) -> Result<Self, AccountError> {
        let config = Config::new(values, secrets)?;
        let client = Client::new(&config).map_err(|message| AccountError::new("api_url", message))?;
        let names = Names::new(&config.endpoint, plan.clone());
        let orders = Arc::new(Orders::default());
        let keeping = Keeping { folder: config.recordings.clone(), can_mute: config.manager.is_some() };
        let secrets = config.secrets().map(ExposeSecret::expose_secret);
        Ok(Self {
            name: name.to_owned(),
            client,
            scrub: Scrub::new(secrets),
            fold: Mutex::new(Fold::new(names.clone(), orders.clone(), keeping)),
            phones: Phones::new(names.clone()),
            names,
            orders,
            plan,
            config,
        })
    }

    /// Scheme, host and port of where the password is sent.
    pub fn origin(&self) -> String {
        self.config.base.origin().ascii_serialization()
    }

    /// One request and what its answer means.
    async fn ask(&self, ask: Ask) -> Result<Vec<u8>, Trouble> {
        let (what, began) = (ask.what, Instant::now());
        let outcome = match self.client.send(ask).await {
            Ok((answer, request)) => {
                let outcome = judge(&answer, &self.scrub);
                request.end(outcome.as_ref().map_or_else(Trouble::came_to, |_| CameTo::Answered));
                outcome
            }
            Err(failure) => Err(failure.into()),
        };
        let (account, took_ms) = (self.name.as_str(), u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX));
        match &outcome {
            Ok(_) => tracing::debug!(account, what, took_ms, "Asterisk answered"),
            // Not its detail: those are Asterisk's words, and may hold a customer's number.
            Err(trouble) => tracing::warn!(account, what, took_ms, why = trouble.kind(), "Asterisk did not do it"),
        }
        outcome
    }

    /// A question whose answer is read whole.
    async fn read<T: DeserializeOwned>(&self, ask: Ask) -> Result<T, Trouble> {
        let body = self.ask(ask).await?;
        serde_json::from_slice(&body).map_err(|_| Trouble::NotConfigured {
            detail: "its answer is none of Asterisk's: check the address".to_owned(),
        })
    }

    fn fold(&self) -> MutexGuard<'_, Fold> {
        self.fold.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TakesPermits for AsteriskAccount {
    fn use_permits(&self, permits: Arc<dyn Permits>) {
        self.client.permits.use_permits(permits);
    }
}

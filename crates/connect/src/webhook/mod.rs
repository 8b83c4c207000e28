//! Webhooks out: a team's own programs are told of calls, signed by the Standard Webhooks scheme
//! (standardwebhooks.com), so that any of its libraries can check them.
//!
//! A connector like the others, behind the same outbox: one call's words leave in their order, are tried again until they
//! arrive, and are seen by people. What it tells is a write of the hub's own ([`Write::TellTeam`]); its key is the
//! message's id, so that who gets it twice knows. `410 Gone` says for good that nobody listens; after days without an answer
//! nobody is told either, until a person says so.
//!
//! `config` (the account's settings, checked) → `sign` (what is sent, and its signature) → `client` (one request, once) →
//! `outcome` (what the answer means). Only addresses outside of private networks are called, unless the account says
//! so ([`reach`]).

mod client;
mod config;
mod connector;
mod outcome;
mod reach;
mod sign;

pub use connector::Webhook;

use crate::{
    Allowance, Attempt, Looked, Permits, TakesPermits, TestReport, Trial, Tried, WriteRow, Writes,
    http::{address::place, scrub::Scrub},
    settings::AccountError,
    trial::connection::{Advice, try_connection},
};
use async_trait::async_trait;
use client::Client;
use config::Config;
use ringcard_core::{
    Timestamp,
    call_log::TeamEvent,
    limits::Misfit,
    submission::{ParkReason, Submission, SubmissionKey, Write},
};
use secrecy::ExposeSecret;
use sign::Message;
use std::{fmt, sync::Arc, time::Duration};

const ADVICE: Advice = Advice {
    no_answer: "check the address, and any firewall between",
    no_such_server: "check the address, and that there is a network",
    refused: "check the address and its port, and that the program runs",
};

/// So many messages of different calls are under way at once.
const AT_ONCE: u32 = 4;
/// A receiver without an answer for so long is gone.
const GIVES_UP_AFTER: Duration = Duration::from_secs(5 * 24 * 3600);

/// A receiver, ready to be told. Neither `Debug` nor any error shows a secret.
pub struct WebhookAccount {
    config: Config,
    client: Client,
    scrub: Scrub,
}

impl WebhookAccount {
    fn new(config: Config) -> Result<Self, AccountError> {
        let client = Client::new(&config).map_err(|message| AccountError::new("url", message))?;
        let scrub = Scrub::new(config.secrets().map(ExposeSecret::expose_secret));
        Ok(Self { config, client, scrub })
    }

    async fn tell(&self, message: &Message<'_>) -> Attempt {
        match self.client.send(&self.config, message, Timestamp::now()).await {
            Ok((answer, request)) => {
                let attempt = outcome::judge(&answer, &self.scrub);
                request.end(attempt.came_to());
                attempt
            }
            Err(failure) => outcome::of_no_answer(failure),
        }
    }
}

impl fmt::Debug for WebhookAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WebhookAccount({})", place(&self.config.url))
    }
}

#[async_trait]
impl Writes for WebhookAccount {
    async fn write(&self, rows: &[WriteRow]) -> Vec<Attempt> {
        let [row, ..] = rows else { return Vec::new() };
        let Write::TellTeam { event, entry, .. } = &row.submission.write else {
            return vec![Attempt::Refused { why: ParkReason::Invalid, detail: Misfit::NotTaken.to_string() }];
        };
        let Submission { key, made_at, .. } = &row.submission;
        let message =
            Message { id: key, of: event.word(), at: *made_at, data: Some(entry), fields: &self.config.fields };
        vec![self.tell(&message).await]
    }

    /// Nobody can be asked what arrived; sent again, it has the same id.
    async fn look(&self, _row: &WriteRow) -> Looked {
        Looked::CannotTell
    }

    fn check(&self, write: &Write) -> Result<(), Misfit> {
        if matches!(write, Write::TellTeam { .. }) { Ok(()) } else { Err(Misfit::NotTaken) }
    }

    /// Who gets the same id twice leaves the second out.
    fn is_idempotent(&self, _submission: &Submission) -> bool {
        true
    }

    fn told(&self) -> Vec<TeamEvent> {
        self.config.events.clone()
    }

    fn gives_up_after(&self) -> Option<Duration> {
        Some(GIVES_UP_AFTER)
    }

    fn allowance(&self) -> Allowance {
        Allowance::unlimited(AT_ONCE)
    }

    fn counts_against_day(&self, _submission: &Submission) -> bool {
        false
    }
}

#[async_trait]
impl Trial for WebhookAccount {
    /// Sends a message of type `test`, signed like the others.
    async fn test(&self) -> TestReport {
        let mut report = TestReport::begin();
        let url = &self.config.url;
        report.add(Tried::Address, Ok(format!("{}://{}", url.scheme(), place(url))));
        let connected = try_connection(url, self.config.timeout, &ADVICE).await;
        let reachable = connected.is_ok();
        report.add(Tried::Connect, connected);
        if !reachable {
            return report;
        }
        let id = SubmissionKey::new();
        let message = Message { id: &id, of: "test", at: Timestamp::now(), data: None, fields: &[] };
        let (what, came) = match self.tell(&message).await {
            Attempt::Done { .. } | Attempt::Taken { .. } => {
                (Tried::SignIn, Ok("it took a signed message of type test".to_owned()))
            }
            Attempt::NotSent { detail, .. } => (Tried::SecureConnection, Err(detail)),
            Attempt::Closed { detail, .. } | Attempt::Refused { detail, .. } | Attempt::Unknown { detail } => {
                (Tried::SignIn, Err(detail))
            }
        };
        report.add(what, came);
        report
    }
}

impl TakesPermits for WebhookAccount {
    fn use_permits(&self, permits: Arc<dyn Permits>) {
        self.client.permits.use_permits(permits);
    }
}

//! Sending one message, once. Never to where an answer redirects.

use super::{
    config::Config,
    reach::{PRIVATE, PublicOnly},
    sign::{Message, signature},
};
use crate::{
    Attempt,
    http::{
        address::place,
        answer::Answer,
        sending::{build, builder},
        trouble::no_connection,
    },
    permits::{CameTo, CountsAgainst, PermitPlace, UnderWay},
};
use reqwest::header::CONTENT_TYPE;
use ringcard_core::Timestamp;
use std::error::Error;

/// Nobody reads the answer but whoever looks for why.
const LONGEST_ANSWER: usize = 16 * 1024;

pub(super) struct Client {
    http: reqwest::Client,
    pub permits: PermitPlace,
}

impl Client {
    pub fn new(config: &Config) -> Result<Self, String> {
        let builder = builder(config.timeout);
        let builder = if config.allow_private { builder } else { builder.dns_resolver(PublicOnly) };
        Ok(Self { http: build(builder, Some(&config.url))?, permits: PermitPlace::default() })
    }

    /// Sends it when it may. Whoever reads the answer says what it came to.
    pub async fn send(
        &self,
        config: &Config,
        message: &Message<'_>,
        now: Timestamp,
    ) -> Result<(Answer, UnderWay), Attempt> {
        let request = self.permits.take("webhook", CountsAgainst::Pace).await;
        let request =
            request.map_err(|not_now| Attempt::NotSent { detail: not_now.to_string(), wait: not_now.wait })?;
        let (body, seconds) = (message.body(), now.0.div_euclid(1000));
        let sent = self
            .http
            .post(config.url.clone())
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", message.id.0.as_str())
            .header("webhook-timestamp", seconds)
            .header("webhook-signature", signature(config.keys(), &message.id.0, seconds, &body))
            .body(body)
            .send()
            .await;
        match sent {
            Ok(response) => Ok((Answer::read(response, LONGEST_ANSWER).await, request)),
            Err(error) => {
                let attempt = failed(&error, config);
                request.end(match &attempt {
                    Attempt::NotSent { detail, wait } => CameTo::NotSent { detail: detail.clone(), wait: *wait },
                    Attempt::Unknown { detail } => CameTo::Unknown { detail: detail.clone() },
                    _ => CameTo::NeverLeft,
                });
                Err(attempt)
            }
        }
    }
}

fn failed(error: &reqwest::Error, config: &Config) -> Attempt {
    let place = place(&config.url);
    let not_sent = |detail: String| Attempt::NotSent { detail, wait: None };
    if error.is_connect() {
        let causes = std::iter::successors(Some(error as &dyn Error), |error| (*error).source());
        let is_private = causes.into_iter().any(|cause| cause.to_string().contains(PRIVATE));
        return not_sent(match (is_private, error.is_timeout()) {
            (true, _) => format!("{place}: {PRIVATE}"),
            (false, true) => format!("{place} did not answer the connection in time"),
            (false, false) => no_connection(error, &place),
        });
    }
    if error.is_builder() {
        return not_sent("the request cannot be made: check the settings".to_owned());
    }
    Attempt::Unknown {
        detail: match error.is_timeout() {
            true => format!("no answer from {place} within {} s", config.timeout.as_secs()),
            false => format!("{place} closed the connection before it answered"),
        },
    }
}

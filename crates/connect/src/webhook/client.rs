//! Sending one message, once. Never to where an answer redirects.

use super::{
    config::Config,
    reach::{PRIVATE, PublicOnly},
    sign::{Message, signature},
};
use crate::{
    http::{
        address::place,
        answer::Answer,
        failure::SendFailure,
        sending::{build, builder},
    },
    permits::{CountsAgainst, PermitPlace, UnderWay},
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
    ) -> Result<(Answer, UnderWay), SendFailure> {
        let request = self.permits.take("webhook", CountsAgainst::Pace).await.map_err(SendFailure::NotNow)?;
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
                let failure = failed(&error, config);
                request.end(failure.came_to());
                Err(failure)
            }
        }
    }
}

fn failed(error: &reqwest::Error, config: &Config) -> SendFailure {
    let place = place(&config.url);
    let causes = std::iter::successors(Some(error as &dyn Error), |error| (*error).source());
    match error.is_connect() && causes.into_iter().any(|cause| cause.to_string().contains(PRIVATE)) {
        true => SendFailure::NotSent(format!("{place}: {PRIVATE}")),
        false => SendFailure::of(error, &place, config.timeout),
    }
}

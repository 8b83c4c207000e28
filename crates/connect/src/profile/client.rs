//! Sending one request to a PBX, once. Credentials travel in URLs (vipex.md, Click-to-call): no URL and no error that holds one leaves this
//! file.

use super::{
    config::request::{Filled, FilledBody},
    outcome::Answer,
};
use crate::{
    http::{
        address::{check_address, place},
        answer,
        sending::{build, builder},
        trouble::{no_connection, reason},
    },
    permits::{CameTo, CountsAgainst, PermitPlace, UnderWay},
};
use reqwest::{
    Response, Url,
    header::{HeaderName, HeaderValue},
};
use std::time::Duration;
use tokio::time::timeout;

/// An answer to a click-to-call is a line or two.
const LONGEST_ANSWER: usize = 64 * 1024;
/// A recording that takes longer never comes.
const LONGEST_LOAD: Duration = Duration::from_secs(30 * 60);

/// Why there is no answer. The texts hold no secrets and no URLs.
#[derive(Debug)]
pub(super) enum SendFailure {
    /// The address or a header cannot be used: nothing was sent.
    NotConfigured(String),
    /// No connection: nothing was sent.
    NotSent(String),
    /// It was sent, or may have been, and no answer came.
    Unknown(String),
}

#[derive(Debug, Clone)]
pub(super) struct Client {
    http: reqwest::Client,
    timeout: Duration,
    allow_http: bool,
    pub permits: PermitPlace,
}

impl Client {
    /// A client for one account, whose requests go to `address`.
    pub fn new(address: Option<&Url>, timeout: Duration, allow_http: bool) -> Result<Self, String> {
        let http = build(builder(timeout), address)?;
        Ok(Self { http, timeout, allow_http, permits: PermitPlace::default() })
    }

    /// Sends, once, when it may, and reads the answer. Whoever reads that says what it came to. `what`: for the log.
    pub async fn send(&self, what: &'static str, filled: Filled) -> Result<(Answer, UnderWay), SendFailure> {
        let (response, request) = self.begin(what, filled, self.timeout).await?;
        let status = response.status();
        let answer = answer::Answer::read(response, LONGEST_ANSWER).await;
        let body = answer.text();
        Ok((Answer { status, location: answer.location, body, whole: answer.whole }, request))
    }

    /// The same for an answer that may be long: it begins within the account's time-out, and may take [`LONGEST_LOAD`].
    pub async fn begin_long(&self, what: &'static str, filled: Filled) -> Result<(Response, UnderWay), SendFailure> {
        self.begin(what, filled, LONGEST_LOAD).await
    }

    async fn begin(
        &self,
        what: &'static str,
        filled: Filled,
        whole: Duration,
    ) -> Result<(Response, UnderWay), SendFailure> {
        let request = self.permits.take(what, CountsAgainst::Day).await;
        let request = request.map_err(|not_now| SendFailure::NotSent(not_now.to_string()))?;
        match self.carry_out(filled, whole).await {
            Ok(response) => Ok((response, request)),
            Err(failure) => {
                request.end(match &failure {
                    SendFailure::NotConfigured(_) => CameTo::NeverLeft,
                    SendFailure::NotSent(detail) => CameTo::NotSent { detail: detail.clone(), wait: None },
                    SendFailure::Unknown(detail) => CameTo::Unknown { detail: detail.clone() },
                });
                Err(failure)
            }
        }
    }

    async fn carry_out(&self, filled: Filled, whole: Duration) -> Result<Response, SendFailure> {
        let url = check_address(&filled.url, self.allow_http).map_err(SendFailure::NotConfigured)?;
        let place = place(&url);
        let mut request = self.http.request(filled.method, url).timeout(whole);
        if !filled.query.is_empty() {
            request = request.query(&filled.query);
        }
        for (name, value) in filled.headers {
            let unusable = |_| SendFailure::NotConfigured(format!("the header `{name}` cannot hold its value"));
            let mut value = HeaderValue::from_str(&value).map_err(|error| unusable(error.to_string()))?;
            value.set_sensitive(true);
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|error| unusable(error.to_string()))?;
            request = request.header(name, value);
        }
        if let Some((user, password)) = filled.basic {
            request = request.basic_auth(user, Some(password));
        }
        request = match filled.body {
            FilledBody::None => request,
            FilledBody::Form(pairs) => request.form(&pairs),
            FilledBody::Other { content_type, text } => {
                let value = HeaderValue::from_str(&content_type);
                let value =
                    value.map_err(|_| SendFailure::NotConfigured("the body's content type is none".to_owned()))?;
                request.header(reqwest::header::CONTENT_TYPE, value).body(text)
            }
        };
        let request = request.build().map_err(|error| {
            SendFailure::NotConfigured(format!("the request cannot be made ({}): check the settings", reason(&error)))
        })?;
        match timeout(self.timeout, self.http.execute(request)).await {
            Ok(executed) => executed.map_err(|error| self.failed(&error, &place)),
            Err(_) => Err(SendFailure::Unknown(self.no_answer(&place))),
        }
    }

    fn no_answer(&self, place: &str) -> String {
        format!("no answer from {place} within {} s", self.timeout.as_secs_f32())
    }

    fn failed(&self, error: &reqwest::Error, place: &str) -> SendFailure {
        if error.is_connect() {
            return SendFailure::NotSent(match error.is_timeout() {
                true => format!("{place} did not answer the connection within {} s", self.timeout.as_secs_f32() / 2.0),
                false => no_connection(error, place),
            });
        }
        if error.is_builder() {
            return SendFailure::NotConfigured(format!(
                "the request cannot be made ({}): check the settings",
                reason(error)
            ));
        }
        SendFailure::Unknown(match error.is_timeout() {
            true => self.no_answer(place),
            false => format!("{place} closed the connection before it answered"),
        })
    }
}

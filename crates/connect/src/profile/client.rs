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
        failure::SendFailure,
        sending::{build, builder},
        trouble::reason,
    },
    permits::{CountsAgainst, PermitPlace, UnderWay},
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
        let request = self.permits.take(what, CountsAgainst::Day).await.map_err(SendFailure::NotNow)?;
        match self.carry_out(filled, whole).await {
            Ok(response) => Ok((response, request)),
            Err(failure) => {
                request.end(failure.came_to());
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
            Ok(executed) => executed.map_err(|error| SendFailure::of(&error, &place, self.timeout)),
            Err(_) => Err(SendFailure::silent(&place, self.timeout)),
        }
    }
}

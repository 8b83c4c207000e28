//! Sending one request to Zendesk, once.
//!
//! Never twice, never to where an answer redirects (the token would travel along), never without a permit. No error holds
//! a URL: queries carry numbers and names.

use super::{config::Config, limits::SaidOfLimits};
use crate::{
    http::{
        address::place,
        answer::Answer,
        failure::SendFailure,
        sending::{build, builder},
    },
    permits::{CountsAgainst, PermitPlace, UnderWay},
};
use reqwest::{
    Method, Url,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue},
};
use serde_json::Value;
use std::{sync::Arc, time::Duration};

/// A page of a hundred users, tickets or fields, each with all its custom fields.
pub(super) const PAGE: usize = 16 * 1024 * 1024;
/// One of them.
pub(super) const ONE: usize = 2 * 1024 * 1024;

/// A file is there by then, or never.
const FILE_WITHIN: Duration = Duration::from_secs(60);

/// The body of a request.
#[derive(Debug, Clone)]
pub(super) enum Body {
    None,
    Json(Value),
    File { content_type: &'static str, bytes: Arc<Vec<u8>> },
}

/// One request.
#[derive(Debug, Clone)]
pub(super) struct Ask {
    pub method: Method,
    /// Behind the account's address, such as `/api/v2/users/me.json`: of fixed words and ids that were checked.
    pub path: String,
    /// What is asked for, in a fixed word: for permits and logs.
    pub what: &'static str,
    pub query: Vec<(&'static str, String)>,
    pub body: Body,
    /// Beside those every request has (`Idempotency-Key`).
    pub headers: Vec<(&'static str, String)>,
    /// The longest answer, in bytes.
    pub bound: usize,
}

impl Ask {
    pub fn new(method: Method, what: &'static str, path: impl Into<String>) -> Self {
        let bound = if method == Method::GET { PAGE } else { ONE };
        Self { method, path: path.into(), what, query: Vec::new(), body: Body::None, headers: Vec::new(), bound }
    }

    pub fn get(what: &'static str, path: impl Into<String>) -> Self {
        Self::new(Method::GET, what, path)
    }

    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    pub fn json(mut self, body: Value) -> Self {
        self.body = Body::Json(body);
        self
    }

    /// A file is the body, which takes its time.
    pub fn file(mut self, content_type: &'static str, bytes: Vec<u8>) -> Self {
        self.body = Body::File { content_type, bytes: Arc::new(bytes) };
        self
    }

    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Whether it changes something.
    pub fn is_write(&self) -> bool {
        self.method != Method::GET
    }
}

/// An answer with what its headers said.
#[derive(Debug, Clone, Default)]
pub(super) struct Answered {
    pub answer: Answer,
    pub limits: SaidOfLimits,
    /// Whether a ticket was made earlier by the same `Idempotency-Key` (`x-idempotency-lookup: hit`); absent: not said.
    pub repeated: Option<bool>,
}

pub(super) struct Client {
    http: reqwest::Client,
    pub base: Url,
    timeout: Duration,
    pub permits: PermitPlace,
}

impl Client {
    pub fn new(config: &Config) -> Result<Self, String> {
        let http = build(builder(config.timeout), Some(&config.base))?;
        Ok(Self { http, base: config.base.clone(), timeout: config.timeout, permits: PermitPlace::default() })
    }

    /// Sends, once, when it may, and reads the answer. Whoever reads that says what it came to. `proof`: the
    /// `Authorization` of the request; absent where its body proves itself.
    pub async fn send(&self, ask: Ask, proof: Option<HeaderValue>) -> Result<(Answered, UnderWay), SendFailure> {
        let request = self.permits.take(ask.what, CountsAgainst::Day).await.map_err(SendFailure::NotNow)?;
        match self.carry_out(ask, proof).await {
            Ok(answered) => Ok((answered, request)),
            Err(failure) => {
                request.end(failure.came_to());
                Err(failure)
            }
        }
    }

    async fn carry_out(&self, ask: Ask, proof: Option<HeaderValue>) -> Result<Answered, SendFailure> {
        let mut url = self.base.clone();
        url.set_path(&format!("{}{}", url.path().trim_end_matches('/'), ask.path));
        if !ask.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&ask.query);
        }
        let place = place(&url);
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        if let Some(proof) = proof {
            headers.insert(AUTHORIZATION, proof);
        }
        for (name, value) in &ask.headers {
            let value = HeaderValue::from_str(value)
                .map_err(|_| SendFailure::NotConfigured(format!("{name} has characters that no header can hold")))?;
            headers.insert(*name, value);
        }
        let request = self.http.request(ask.method, url).headers(headers);
        let request = match ask.body {
            Body::None => request,
            Body::Json(body) => request.header(CONTENT_TYPE, "application/json").body(body.to_string()),
            Body::File { content_type, bytes } => request
                .header(CONTENT_TYPE, content_type)
                .timeout(self.timeout.max(FILE_WITHIN))
                .body(Arc::unwrap_or_clone(bytes)),
        };
        match request.send().await {
            Ok(response) => {
                let headers = response.headers().clone();
                let answer = Answer::read(response, ask.bound).await.in_utf8();
                let limits = SaidOfLimits::read(&headers, answer.retry_after);
                let lookup = headers.get("x-idempotency-lookup").and_then(|value| value.to_str().ok());
                Ok(Answered { answer, limits, repeated: lookup.map(|word| word.trim().eq_ignore_ascii_case("hit")) })
            }
            Err(error) => Err(SendFailure::of(&error, &place, self.timeout)),
        }
    }
}

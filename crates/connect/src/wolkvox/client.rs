//! Sending one request to wolkvox, once.
//!
//! Never twice, never to where an answer redirects (the token would travel along), never more at once than the token
//! allows. No error holds a URL: queries carry numbers and comments.

use super::{config::Config, lanes::Lanes};
use crate::http::{
    address::place,
    answer::Answer,
    sending::{build, builder},
    trouble::no_connection,
};
use reqwest::{
    Method, Url,
    header::{CONTENT_TYPE, HeaderMap, HeaderValue},
};
use secrecy::ExposeSecret;
use serde_json::Value;
use std::{cell::Cell, sync::Arc, time::Duration};

/// What wolkvox gives at most (S1-15).
pub(super) const REPORT: usize = 256 * 1024 * 1024;
/// Lists of campaigns, codes, records and call-backs.
pub(super) const LIST: usize = 32 * 1024 * 1024;
/// An answer to a write is a line or two.
pub(super) const LINE: usize = 64 * 1024;

/// wolkvox takes its time to answer, not to be there.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);

tokio::task_local! {
    static SENT: Cell<u32>;
}

/// A question's answer, and how many requests it took: none where the answer was known, several for a long range.
pub async fn counted<T>(question: impl Future<Output = T>) -> (T, u32) {
    SENT.scope(Cell::new(0), async { (question.await, SENT.get().get()) }).await
}

/// One request.
pub(super) struct Ask {
    pub method: Method,
    /// `campaign.php`
    pub file: &'static str,
    /// The first is `api`, also for logs.
    pub query: Vec<(&'static str, String)>,
    pub body: Option<Value>,
    /// An agent waits for it: it goes first.
    pub urgent: bool,
    /// The longest answer, in bytes.
    pub bound: usize,
}

impl Ask {
    pub fn get(file: &'static str, api: &'static str) -> Self {
        Self::new(Method::GET, file, api, LIST)
    }

    pub fn new(method: Method, file: &'static str, api: &'static str, bound: usize) -> Self {
        Self { method, file, query: vec![("api", api.to_owned())], body: None, urgent: false, bound }
    }

    /// Something an agent does now, through the cloud; the token's day allowance is not touched (facts §3.3).
    pub fn agent(method: Method, api: &'static str, agent_id: &str) -> Self {
        let ask = Self { urgent: true, ..Self::new(method, "agentbox.php", api, LINE) };
        ask.with("agent_id", agent_id)
    }

    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    pub fn json(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    /// For logs.
    pub fn api(&self) -> &str {
        self.query.first().map_or("?", |(_, api)| api)
    }

    /// Whether it changes something.
    pub fn is_write(&self) -> bool {
        self.method != Method::GET
    }
}

/// Why there is no answer. The texts hold no secrets and no URLs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum SendFailure {
    /// The request cannot be made.
    NotConfigured(String),
    /// No connection: nothing was sent.
    NotSent(String),
    /// Its turn did not come in time: nothing was sent.
    NoTurn,
    /// It was sent, or may have been, and no answer came.
    Unknown(String),
}

pub(super) struct Client {
    http: reqwest::Client,
    pub base: Url,
    headers: HeaderMap,
    lanes: Arc<Lanes>,
    at_once: u32,
    timeout: Duration,
}

impl Client {
    pub fn new(config: &Config) -> Result<Self, String> {
        // A time-out after that is one after the request left.
        let builder = builder(config.timeout).connect_timeout((config.timeout / 2).min(CONNECT_WITHIN));
        let http = build(builder, Some(&config.base))?;
        let mut headers = HeaderMap::new();
        let mut token = HeaderValue::from_str(config.token.expose_secret().trim()).map_err(|_| {
            "the token has characters no header can hold: copy it again from wolkvox Manager".to_owned()
        })?;
        token.set_sensitive(true);
        headers.insert("wolkvox-token", token);
        if let Some(server) = config.server.as_deref().and_then(|server| HeaderValue::from_str(server).ok()) {
            headers.insert("wolkvox_server", server);
        }
        let lanes = Lanes::of(&config.base, &config.token);
        Ok(Self { http, base: config.base.clone(), headers, lanes, at_once: config.at_once, timeout: config.timeout })
    }

    /// Sends, once, when its turn comes, and reads the answer.
    pub async fn send(&self, ask: Ask) -> Result<Answer, SendFailure> {
        let _turn = self.lanes.turn(self.at_once, ask.urgent, self.timeout).await.ok_or(SendFailure::NoTurn)?;
        // Where nobody counts there is nothing to count.
        let _ = SENT.try_with(|sent| sent.set(sent.get() + 1));
        let mut url = self.base.clone();
        url.set_path(&format!("{}/api/v2/{}", url.path().trim_end_matches('/'), ask.file));
        url.query_pairs_mut().extend_pairs(&ask.query);
        let place = place(&url);
        let request = self.http.request(ask.method, url).headers(self.headers.clone());
        let request = match &ask.body {
            Some(body) => request.header(CONTENT_TYPE, "application/json").body(body.to_string()),
            // Servers may refuse a POST that does not say how long it is.
            None => request.body(""),
        };
        match request.send().await {
            Ok(response) => Ok(Answer::read(response, ask.bound).await.in_utf8()),
            Err(error) => Err(failed(&error, &place, self.timeout)),
        }
    }
}

pub(super) fn failed(error: &reqwest::Error, place: &str, timeout: Duration) -> SendFailure {
    if error.is_connect() {
        return SendFailure::NotSent(match error.is_timeout() {
            true => format!("{place} did not answer the connection in time"),
            false => no_connection(error, place),
        });
    }
    if error.is_builder() {
        return SendFailure::NotConfigured("the request cannot be made: check the settings".to_owned());
    }
    SendFailure::Unknown(match error.is_timeout() {
        true => format!("no answer from {place} within {} s", timeout.as_secs_f32()),
        false => format!("{place} closed the connection before it answered"),
    })
}

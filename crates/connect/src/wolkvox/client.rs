//! Sending one request to wolkvox, once.
//!
//! Never twice, never to where an answer redirects (the token would travel along), never without a permit, never more at
//! once than the token allows. No error holds a URL: queries carry numbers and comments.

use super::{config::Config, lanes::Lanes};
use crate::{
    NotNow,
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
    header::{CONTENT_TYPE, HeaderMap, HeaderValue},
};
use secrecy::ExposeSecret;
use serde_json::Value;
use std::{sync::Arc, time::Duration};

/// What wolkvox gives at most (wolkvox.md, Limits).
pub(super) const REPORT: usize = 256 * 1024 * 1024;
/// Lists of campaigns, codes, records and call-backs.
pub(super) const LIST: usize = 32 * 1024 * 1024;
/// An answer to a write is a line or two.
pub(super) const LINE: usize = 64 * 1024;

/// wolkvox takes its time to answer, not to be there.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);

/// One request.
pub(super) struct Ask {
    pub method: Method,
    /// `campaign.php`
    pub file: &'static str,
    /// The function asked for, also for logs.
    pub api: &'static str,
    /// The first is `api`.
    pub query: Vec<(&'static str, String)>,
    pub body: Option<Value>,
    /// An agent waits for it: it goes first.
    pub urgent: bool,
    pub counts: CountsAgainst,
    /// The longest answer, in bytes.
    pub bound: usize,
}

impl Ask {
    pub fn get(file: &'static str, api: &'static str) -> Self {
        Self::new(Method::GET, file, api, LIST)
    }

    pub fn new(method: Method, file: &'static str, api: &'static str, bound: usize) -> Self {
        let (query, counts) = (vec![("api", api.to_owned())], CountsAgainst::Day);
        Self { method, file, api, query, body: None, urgent: false, counts, bound }
    }

    /// Something an agent does now, through the cloud; the token's day allowance is not touched (wolkvox.md, Agents).
    pub fn agent(method: Method, api: &'static str, agent_id: &str) -> Self {
        let ask = Self { urgent: true, counts: CountsAgainst::Pace, ..Self::new(method, "agentbox.php", api, LINE) };
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

    /// Whether it changes something.
    pub fn is_write(&self) -> bool {
        self.method != Method::GET
    }
}

pub(super) struct Client {
    http: reqwest::Client,
    pub base: Url,
    headers: HeaderMap,
    lanes: Arc<Lanes>,
    at_once: u32,
    timeout: Duration,
    pub permits: PermitPlace,
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
        let (base, permits) = (config.base.clone(), PermitPlace::default());
        Ok(Self { http, base, headers, lanes, at_once: config.at_once, timeout: config.timeout, permits })
    }

    /// Sends, once, when it may and its turn comes, and reads the answer. Whoever reads that says what it came to.
    pub async fn send(&self, ask: Ask) -> Result<(Answer, UnderWay), SendFailure> {
        let request = self.permits.take(ask.api, ask.counts).await.map_err(SendFailure::NotNow)?;
        match self.carry_out(ask).await {
            Ok(answer) => Ok((answer, request)),
            Err(failure) => {
                request.end(failure.came_to());
                Err(failure)
            }
        }
    }

    async fn carry_out(&self, ask: Ask) -> Result<Answer, SendFailure> {
        let _turn = self.lanes.turn(self.at_once, ask.urgent, self.timeout).await.ok_or_else(no_turn)?;
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
            Err(error) => Err(SendFailure::of(&error, &place, self.timeout)),
        }
    }
}

fn no_turn() -> SendFailure {
    let why = "other requests with this token took too long: nothing was sent".to_owned();
    SendFailure::NotNow(NotNow { why, wait: None })
}

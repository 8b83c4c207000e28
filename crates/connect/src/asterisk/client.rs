//! Sending one request to Asterisk, once, and opening the line its events come by.
//!
//! Never twice, never to where an answer redirects, never without a permit. User and password travel in a header: no
//! address holds them, also not that of the events, which is an ordinary request until it becomes a WebSocket.

use super::config::Config;
use crate::{
    http::{
        address::place,
        answer::Answer,
        failure::SendFailure,
        sending::{build, builder},
        trouble::is_of_unknown_authority,
        web_socket::{WebSocket, asking, is_opened, line},
    },
    permits::{CameTo, CountsAgainst, PermitPlace, UnderWay},
};
use reqwest::{
    Method, RequestBuilder, Response, Url,
    header::{COOKIE, SET_COOKIE},
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use std::time::Duration;
use tokio::time::timeout;

/// A snapshot of a large Asterisk: ten thousand channels are 8 MB.
const SNAPSHOT: usize = 64 * 1024 * 1024;
/// One event; a conference's bridge names all its channels.
const FRAME: usize = 4 * 1024 * 1024;

/// How long a recording may take to come; what does not go on is given up before.
const LONGEST_LOAD: Duration = Duration::from_secs(600);

pub(super) type Line = WebSocket;

/// One request.
pub(super) struct Ask {
    pub method: Method,
    /// Without the leading slash; what is put in is encoded.
    pub path: Vec<String>,
    /// For logs.
    pub what: &'static str,
    pub query: Vec<(&'static str, String)>,
    pub body: Option<Value>,
}

impl Ask {
    pub fn new(method: Method, what: &'static str, path: &[&str]) -> Self {
        let path = path.iter().map(|segment| (*segment).to_owned()).collect();
        Self { method, path, what, query: Vec::new(), body: None }
    }

    pub fn get(what: &'static str, path: &[&str]) -> Self {
        Self::new(Method::GET, what, path)
    }

    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    pub fn json(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }
}

pub(super) struct Client {
    http: reqwest::Client,
    pub base: Url,
    user: String,
    password: SecretString,
    timeout: Duration,
    /// Only what the company's own certificate authority signed is trusted.
    has_own_authority: bool,
    pub permits: PermitPlace,
}

impl Client {
    pub fn new(config: &Config) -> Result<Self, String> {
        let mut builder = builder(config.timeout);
        if let Some(pem) = &config.ca {
            let authorities = reqwest::Certificate::from_pem_bundle(pem);
            builder =
                builder.tls_certs_only(authorities.map_err(|_| "there is no certificate in `ca_file`".to_owned())?);
        }
        let http = build(builder, Some(&config.base))?;
        let (base, user, password) = (config.base.clone(), config.user.clone(), config.password.clone());
        let (timeout, has_own_authority) = (config.timeout, config.ca.is_some());
        Ok(Self { http, base, user, password, timeout, has_own_authority, permits: PermitPlace::default() })
    }

    /// Sends, once, when it may, and reads the answer. Whoever reads that says what it came to.
    pub async fn send(&self, ask: Ask) -> Result<(Answer, UnderWay), SendFailure> {
        let under_way = self.permits.take(ask.what, CountsAgainst::Pace).await.map_err(SendFailure::NotNow)?;
        let mut request = self.request(ask.method, &ask.path, &ask.query);
        request = match &ask.body {
            Some(body) => request.json(body),
            None => request.body(""),
        };
        match request.send().await {
            Ok(response) => Ok((Answer::read(response, SNAPSHOT).await, under_way)),
            Err(error) => Err(self.failed(&error, under_way)),
        }
    }

    /// The same for an answer that may be long: it begins within the account's time-out, and is read by whoever asked.
    pub async fn begin(&self, ask: Ask) -> Result<(Response, UnderWay), SendFailure> {
        let under_way = self.permits.take(ask.what, CountsAgainst::Pace).await.map_err(SendFailure::NotNow)?;
        let request = self.request(ask.method, &ask.path, &ask.query).timeout(LONGEST_LOAD);
        match timeout(self.timeout, request.send()).await {
            Ok(Ok(response)) => Ok((response, under_way)),
            Ok(Err(error)) => Err(self.failed(&error, under_way)),
            Err(_) => {
                let failure = SendFailure::silent(&place(&self.base), self.timeout);
                under_way.end(failure.came_to());
                Err(failure)
            }
        }
    }

    /// Sends a form to a place beside the REST interface, once; the answer, and the session it was given with.
    pub async fn form(
        &self,
        what: &'static str,
        beside: &str,
        session: Option<&str>,
        form: &[(&str, &str)],
    ) -> Result<(Answer, Option<String>, UnderWay), SendFailure> {
        let under_way = self.permits.take(what, CountsAgainst::Pace).await.map_err(SendFailure::NotNow)?;
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().pop().push(beside);
        }
        let mut request = self.http.post(url).form(form);
        if let Some(session) = session {
            request = request.header(COOKIE, session);
        }
        match request.send().await {
            Ok(response) => {
                let cookie = response.headers().get(SET_COOKIE).and_then(|cookie| cookie.to_str().ok());
                let session = cookie.and_then(|cookie| cookie.split(';').next()).map(str::to_owned);
                Ok((Answer::read(response, FRAME).await, session, under_way))
            }
            Err(error) => Err(self.failed(&error, under_way)),
        }
    }

    /// Opens the line events come by. An answer that opens none is given back like any other.
    pub async fn open(&self, app: &str) -> Result<Result<Line, (Answer, UnderWay)>, SendFailure> {
        let under_way = self.permits.take("events", CountsAgainst::Pace).await.map_err(SendFailure::NotNow)?;
        let query = [("app", app.to_owned()), ("subscribeAll", "true".to_owned())];
        let request = self.request(Method::GET, &["events".to_owned()], &query);
        let (request, key) = asking(request);
        let response = match request.send().await {
            Ok(response) => response,
            Err(error) => return Err(self.failed(&error, under_way)),
        };
        if !is_opened(&response, &key) {
            return Ok(Err((Answer::read(response, FRAME).await, under_way)));
        }
        match line(response, FRAME).await {
            Ok(line) => {
                under_way.end(CameTo::Answered);
                Ok(Ok(line))
            }
            Err(error) => Err(self.failed(&error, under_way)),
        }
    }

    fn request(&self, method: Method, path: &[String], query: &[(&'static str, String)]) -> RequestBuilder {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        let request = self.http.request(method, url).basic_auth(&self.user, Some(self.password.expose_secret()));
        if query.is_empty() { request } else { request.query(query) }
    }

    fn failed(&self, error: &reqwest::Error, under_way: UnderWay) -> SendFailure {
        let place = place(&self.base);
        let failure = match (error.is_connect() && is_of_unknown_authority(error), self.has_own_authority) {
            (false, _) => SendFailure::of(error, &place, self.timeout),
            (true, true) => SendFailure::NotSent(format!(
                "the certificate of {place} is not signed by the authority in `ca_file`: give the right one"
            )),
            (true, false) => SendFailure::NotSent(format!(
                "the certificate of {place} is signed by nobody this machine trusts: give your company's certificate \
                 authority as `ca_file`"
            )),
        };
        under_way.end(failure.came_to());
        failure
    }
}

//! Sending one request to CCAI Platform, once: never to where an answer redirects, never without a permit, never more than ten
//! in a second (ccai.md, Limits).

use super::config::Config;
use crate::{
    CountsAgainst,
    http::{
        address::place,
        answer::Answer,
        failure::SendFailure,
        sending::{build, builder},
    },
    permits::{PermitPlace, UnderWay},
};
use reqwest::{
    Method, Url,
    header::{ACCEPT, CONTENT_TYPE},
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use std::{collections::VecDeque, time::Duration};
use tokio::{sync::Mutex, time::Instant};

/// Both APIs together, for each customer (ccai.md, Limits).
const PER_SECOND: usize = 10;
/// A second of theirs: one request may take longer to get there than the next.
const SECOND: Duration = Duration::from_millis(1_050);
/// A page of a hundred calls.
const LONGEST_ANSWER: usize = 4 * 1024 * 1024;

/// One request.
pub(super) struct Ask {
    pub method: Method,
    /// Below the address: `apps/api/v1/calls`.
    pub path: &'static str,
    /// For logs and the list of requests.
    pub what: &'static str,
    pub query: Vec<(String, String)>,
    pub body: Option<Value>,
}

pub(super) struct Client {
    http: reqwest::Client,
    base: Url,
    user: String,
    token: SecretString,
    timeout: Duration,
    /// When requests of the last second left.
    recent: Mutex<VecDeque<Instant>>,
    pub permits: PermitPlace,
}

impl Client {
    pub fn new(config: &Config) -> Result<Self, String> {
        let http = build(builder(config.timeout), Some(&config.base))?;
        Ok(Self {
            http,
            base: config.base.clone(),
            user: config.subdomain.clone(),
            token: config.token.clone(),
            timeout: config.timeout,
            recent: Mutex::default(),
            permits: PermitPlace::default(),
        })
    }

    /// Sends, once, when it may, and reads the answer. Whoever reads that says what it came to.
    pub async fn send(&self, ask: Ask) -> Result<(Answer, UnderWay), SendFailure> {
        let request = self.permits.take(ask.what, CountsAgainst::Pace).await.map_err(SendFailure::NotNow)?;
        self.pace().await;
        match self.carry_out(ask).await {
            Ok(answer) => Ok((answer, request)),
            Err(failure) => {
                request.end(failure.came_to());
                Err(failure)
            }
        }
    }

    /// Waits while ten left within the last second: a second at most, each in its turn.
    async fn pace(&self) {
        let mut recent = self.recent.lock().await;
        loop {
            let now = Instant::now();
            while recent.front().is_some_and(|at| now.duration_since(*at) >= SECOND) {
                recent.pop_front();
            }
            match recent.front() {
                Some(first) if recent.len() >= PER_SECOND => tokio::time::sleep_until(*first + SECOND).await,
                _ => break,
            }
        }
        recent.push_back(Instant::now());
    }

    async fn carry_out(&self, ask: Ask) -> Result<Answer, SendFailure> {
        let mut url = self.base.clone();
        url.set_path(ask.path);
        if !ask.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&ask.query);
        }
        let request = self.http.request(ask.method, url).basic_auth(&self.user, Some(self.token.expose_secret()));
        let request = request.header(ACCEPT, "application/json");
        let request = match &ask.body {
            Some(body) => request.header(CONTENT_TYPE, "application/json").body(body.to_string()),
            None => request,
        };
        match request.send().await {
            Ok(response) => Ok(Answer::read(response, LONGEST_ANSWER).await.in_utf8()),
            Err(error) => Err(SendFailure::of(&error, &place(&self.base), self.timeout)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[tokio::test(start_paused = true)]
    async fn no_second_has_more_than_ten() {
        let values = BTreeMap::from([("api_url".to_owned(), "https://customer.ccaiplatform.com".into())]);
        let secrets = [("token", "t"), ("push_key", "k")].map(|(k, v)| (k.to_owned(), SecretString::from(v)));
        let config = Config::new(values, secrets.into()).expect("it works");
        let client = Client::new(&config).expect("a client");
        let began = Instant::now();
        let mut left = Vec::new();
        for _ in 0..35 {
            client.pace().await;
            left.push(began.elapsed());
        }
        let within = |from: usize| left[from + PER_SECOND] - left[from];
        assert!((0..left.len() - PER_SECOND).all(|from| within(from) >= SECOND), "{left:?}");
        assert!(left[34] < SECOND * 4, "{left:?}");
    }
}

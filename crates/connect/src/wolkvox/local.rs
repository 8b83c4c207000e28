//! wolkvox Agent on the agent's own machine: no token, no allowance, no waiting for anybody (wolkvox.md, The agent's own machine).
//!
//! It has no sign-in, so it is only ever asked on this machine, and only for the agent who sits here.

use super::{agent::Performed, client::LINE, config::LocalAgent, outcome::Trouble, wire::LocalAnswer};
use crate::{
    http::{answer::Answer, failure::SendFailure, scrub::Scrub, sending::builder},
    permits::{CameTo, CountsAgainst, PermitPlace, UnderWay},
};
use reqwest::Url;
use ringcard_core::submission::ParkReason;
use std::{
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

/// It answers at once or not at all.
const TIMEOUT: Duration = Duration::from_secs(10);

pub(super) struct Local {
    http: reqwest::Client,
    agent: LocalAgent,
    url: Url,
    permits: PermitPlace,
}

impl Local {
    pub fn new(agent: LocalAgent, permits: PermitPlace) -> Result<Self, String> {
        // Whatever the system thinks `localhost` is.
        let here =
            [SocketAddr::from((Ipv4Addr::LOCALHOST, agent.port)), SocketAddr::from((Ipv6Addr::LOCALHOST, agent.port))];
        let http = builder(TIMEOUT).no_proxy().tls_certs_only([]).resolve_to_addrs("localhost", &here).build();
        let http = http.map_err(|_| "no connections can be made on this machine".to_owned())?;
        let url = Url::parse(&format!("http://localhost:{}/apiagentbox", agent.port)).map_err(|e| e.to_string())?;
        Ok(Self { http, agent, url, permits })
    }

    pub fn port(&self) -> u16 {
        self.agent.port
    }

    /// Whether this agent sits here.
    pub fn is_for(&self, agent_id: &str) -> bool {
        self.agent.agent_id == agent_id
    }

    /// The actions, one after the other. `NotSent` only where not even the first one got there.
    pub async fn perform(
        &self,
        actions: &[(&'static str, Vec<(&'static str, String)>)],
        scrub: &Scrub,
    ) -> Result<Performed, Trouble> {
        let mut done = Performed::default();
        for (at, (action, query)) in actions.iter().enumerate() {
            done = match self.send(action, query).await {
                Ok((answer, request)) => {
                    let judged = judge(&answer, scrub);
                    request.end(judged.as_ref().map_or_else(Trouble::came_to, |_| CameTo::Answered));
                    judged?
                }
                Err(SendFailure::NotSent(detail)) if at > 0 => {
                    return Err(Trouble::Unknown { detail: format!("{at} of {} got there: {detail}", actions.len()) });
                }
                Err(failure) => return Err(failure.into()),
            };
        }
        Ok(done)
    }

    async fn send(
        &self,
        action: &'static str,
        query: &[(&'static str, String)],
    ) -> Result<(Answer, UnderWay), SendFailure> {
        let request = self.permits.take(action, CountsAgainst::Nothing).await.map_err(SendFailure::NotNow)?;
        let mut url = self.url.clone();
        url.query_pairs_mut().append_pair("action", action).extend_pairs(query);
        match self.http.get(url).send().await {
            Ok(response) => Ok((Answer::read(response, LINE).await.in_utf8(), request)),
            Err(error) => {
                let failure = SendFailure::of(&error, "wolkvox Agent on this machine", TIMEOUT);
                request.end(failure.came_to());
                Err(failure)
            }
        }
    }
}

fn judge(answer: &Answer, scrub: &Scrub) -> Result<Performed, Trouble> {
    let body = String::from_utf8_lossy(&answer.body);
    let refused = |detail: String| Err(Trouble::Refused { why: ParkReason::Refused, detail });
    match (answer.status, LocalAnswer::read(&body).filter(|_| answer.whole)) {
        (200..=299, Some(local)) if local.status.eq_ignore_ascii_case("ok") => {
            Ok(Performed { call_id: local.call_id, words: scrub.clean(&local.words) })
        }
        (_, Some(local)) => {
            let words = if local.words.is_empty() { local.status } else { local.words };
            refused(format!("wolkvox Agent refused: {}", scrub.clean(&words)))
        }
        (200..=299, None) => Err(Trouble::Unknown {
            detail: "what answered on this machine does not speak as wolkvox Agent does: check the port".to_owned(),
        }),
        (500.., None) => Err(Trouble::Unknown { detail: format!("wolkvox Agent answered HTTP {}", answer.status) }),
        (status, None) => {
            refused(format!("something else than wolkvox Agent answers at this port (HTTP {status}): check the port"))
        }
    }
}

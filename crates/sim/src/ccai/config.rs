//! How a simulated CCAI Platform is set up, and what it can be told to do wrong.

use serde::{Deserialize, Serialize};
use std::{net::SocketAddr, time::Duration};

/// Everything a [`super::CcaiSim`] is started with. The default suits tests.
#[derive(Debug, Clone)]
pub struct CcaiConfig {
    /// Where both APIs answer. Read at the start only.
    pub listen: SocketAddr,
    /// The user of Basic authentication; another one is 404, as a subdomain that is nobody's (ccai.md, Click-to-call).
    pub subdomain: String,
    /// The password.
    pub token: String,
    pub agents: Vec<CcaiAgent>,
    /// Tickets there are in the CRM, with the number of whose they are.
    pub tickets: Vec<(String, String)>,
    /// How a call that the agent must confirm is answered.
    pub confirming: Confirming,
    /// Requests in any second, of both APIs (ccai.md, Limits).
    pub per_second: usize,
    /// How long every answer takes.
    pub answer_time: Duration,
    /// The wall clock at the start, in milliseconds since 1970; absent: the real one. Read at the start only.
    pub starts_at: Option<u64>,
}

/// An agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CcaiAgent {
    pub id: u64,
    pub email: String,
    /// Of the CRM: what the look-up address tells as `CUSTOM_AGENT_ID`.
    pub custom_id: String,
    pub available: bool,
    pub may_call: bool,
    /// Must choose the outbound number in the adapter before the call starts.
    pub chooses_number: bool,
}

impl CcaiAgent {
    pub fn new(id: u64, email: &str, custom_id: &str) -> Self {
        let (email, custom_id) = (email.to_owned(), custom_id.to_owned());
        Self { id, email, custom_id, available: true, may_call: true, chooses_number: false }
    }
}

/// The documents name 202, and some of their examples show 200.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confirming {
    Accepted202,
    Ok200,
}

/// One way of doing wrong, at the next request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Misbehaviour {
    /// Does what is asked, and never answers.
    Silent,
    /// Does what is asked, and breaks the connection off.
    CutOff,
    /// Does nothing; a page of HTML with this status.
    Html(u16),
    /// Does nothing; sends whoever asks elsewhere.
    Redirect(String),
    /// Waits so long first.
    Slow(Duration),
}

impl Default for CcaiConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            subdomain: "customer".into(),
            token: "sim-ccai-token".into(),
            agents: vec![CcaiAgent::new(12, "anna@example.com", "101"), CcaiAgent::new(13, "bob@example.com", "102")],
            tickets: vec![("901".into(), "+36301234567".into())],
            confirming: Confirming::Accepted202,
            per_second: 10,
            answer_time: Duration::ZERO,
            starts_at: None,
        }
    }
}

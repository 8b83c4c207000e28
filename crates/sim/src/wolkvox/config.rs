//! How a simulated wolkvox is set up. All of it can be changed while it runs.

use super::style::Style;
use serde::{Deserialize, Serialize};
use std::{net::SocketAddr, time::Duration};

/// Everything a [`super::WolkvoxSim`] is started with. The default suits tests: port 0, two tokens, documented limits,
/// answers at once.
#[derive(Debug, Clone)]
pub struct WolkvoxConfig {
    /// Where `/api/v2/…` and `/control/…` answer. Read at the start only.
    pub listen: SocketAddr,
    /// The agent's program on the agent's own PC (wolkvox.md, The agent's own machine); absent: it is not installed. Its address is read at the
    /// start only.
    pub local: Option<LocalAgent>,
    pub tokens: Vec<TokenConfig>,
    /// The daily quota is this times 1000, shared by all tokens (wolkvox.md, Limits).
    pub licences: u64,
    /// Whether a request that ends in 400 or 404 costs a unit like any other: unknown. Those refused at the gate
    /// (401, 403) never do.
    pub errors_cost: bool,
    /// Requests under way at once, per token (wolkvox.md, Limits, Errors).
    pub concurrency: usize,
    /// The text of the 403 during maintenance, unreadable in the stored copy of wolkvox.md, Errors.
    pub maintenance_text: String,
    pub style: Style,
    pub unknowns: Unknowns,
    /// Rows of one answer at most (wolkvox.md, Limits).
    pub rows_most: usize,
    /// Nobody says what happens beyond that (wolkvox.md, Limits).
    pub too_many_rows: TooManyRows,
    /// Records of one upload at most (wolkvox.md, Limits).
    pub upload_most: usize,
    /// Days of one report at most , each of 24 h (wolkvox.md, Limits).
    pub days_most: u64,
    /// The advised time between two consumptions of one report (wolkvox.md, Limits). Sooner ones are marked in the journal.
    pub poll_every: Duration,
    /// Refuse sooner ones with this text, which is unknown; absent: they are only marked.
    pub refuse_early_polls: Option<String>,
    /// Minutes east of UTC: dates carry no zone and are the operation's (wolkvox.md, Limits). Colombia unless set.
    pub zone_minutes: i32,
    /// Whether the second activity code is switched on in Manager (wolkvox.md, Campaigns).
    pub second_codes: bool,
    /// How `find_record` compares phones: unknown.
    pub phone_match: PhoneMatch,
    /// Auxiliary states (id, name), for `change_status`. No API lists them.
    pub aux_states: Vec<(String, String)>,
    /// A dialled customer picks up at once; otherwise the phone rings until [`super::WolkvoxSim::customer_answers`].
    pub customers_answer: bool,
    /// How long every answer takes.
    pub answer_time: Duration,
    /// The wall clock at the start, in milliseconds since 1970; absent: the real one. Read at the start only.
    pub starts_at: Option<u64>,
}

/// A token as made in Manager (wolkvox.md, Limits).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenConfig {
    /// Its description, by which the journal names it: never the token itself.
    pub id: String,
    /// What the header `wolkvox-token` carries.
    pub token: String,
    /// A revoked one is unknown.
    pub valid: bool,
}

impl TokenConfig {
    pub fn new(id: impl Into<String>, token: impl Into<String>) -> Self {
        Self { id: id.into(), token: token.into(), valid: true }
    }
}

/// The local agent API of one agent's PC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalAgent {
    pub listen: SocketAddr,
    /// Who is logged in there.
    pub agent_id: String,
    /// The words of `status`, which nobody tells (wolkvox.md, The agent's own machine).
    pub ok: String,
    pub error: String,
}

/// What to say where the documents are silent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnUnknown {
    /// 400 and a sentence of the simulator's own.
    Refuse,
    /// The usual success; nothing is done.
    Accept,
}

/// Unknown, all of them: the documents name no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Unknowns {
    /// A customer who is not in the campaign.
    pub customer: OnUnknown,
    /// An activity code that is not in the list, or in the other list.
    pub code: OnUnknown,
    pub campaign: OnUnknown,
    /// A preview campaign called predictive, or the other way round.
    pub campaign_type: OnUnknown,
    /// An agent who does not exist or is not logged in.
    pub agent: OnUnknown,
    /// An act on a call while there is none, or a dial while there is one.
    pub call: OnUnknown,
    /// A record that was coded before. [`OnUnknown::Accept`] codes it again.
    pub coded_before: OnUnknown,
}

impl Default for Unknowns {
    fn default() -> Self {
        Self {
            customer: OnUnknown::Refuse,
            code: OnUnknown::Refuse,
            campaign: OnUnknown::Refuse,
            campaign_type: OnUnknown::Refuse,
            agent: OnUnknown::Refuse,
            call: OnUnknown::Refuse,
            coded_before: OnUnknown::Accept,
        }
    }
}

/// wolkvox.md, Limits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TooManyRows {
    /// The first ones come, and nothing tells that there are more.
    Cut,
    /// 400 with this text.
    Refuse(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhoneMatch {
    /// As it is stored, letter by letter.
    Exact,
    /// The same digits.
    Digits,
    /// The same last digits.
    LastDigits(usize),
}

impl Default for WolkvoxConfig {
    fn default() -> Self {
        let any_port = SocketAddr::from(([127, 0, 0, 1], 0));
        Self {
            listen: any_port,
            local: Some(LocalAgent {
                listen: any_port,
                agent_id: "5001".into(),
                ok: "OK".into(),
                error: "ERROR".into(),
            }),
            tokens: vec![
                TokenConfig::new("desk", "sim-wolkvox-token"),
                TokenConfig::new("team", "sim-wolkvox-token-2"),
            ],
            licences: 10,
            errors_cost: true,
            concurrency: 2,
            maintenance_text: "THE APIS ARE DISABLED FOR A WHILE, SERVER BACKUP IN PROGRESS".into(),
            style: Style::default(),
            unknowns: Unknowns::default(),
            rows_most: 60_000,
            too_many_rows: TooManyRows::Cut,
            upload_most: 10_000,
            days_most: 31,
            poll_every: Duration::from_secs(5 * 60),
            refuse_early_polls: None,
            zone_minutes: -300,
            second_codes: true,
            phone_match: PhoneMatch::Digits,
            aux_states: [("1", "Active breaks"), ("2", "Lunch"), ("3", "Training")]
                .map(|(id, name)| (id.into(), name.into()))
                .to_vec(),
            customers_answer: true,
            answer_time: Duration::ZERO,
            starts_at: None,
        }
    }
}

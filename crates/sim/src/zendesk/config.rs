//! How a simulated Zendesk is set up. All of it can be changed while it runs.

use serde::{Deserialize, Serialize};
use std::{net::SocketAddr, time::Duration};

/// Everything a [`super::ZendeskSim`] is started with. The default suits tests: port 0, an administrator's token, the limits of
/// a Professional plan, answers at once.
#[derive(Debug, Clone)]
pub struct ZendeskConfig {
    /// Where `/api/v2/…`, `/oauth/…` and `/control/…` answer. Read at the start only.
    pub listen: SocketAddr,
    /// Whose token it is; Basic's user is `{email}/token` (zendesk.md, Signing in).
    pub email: String,
    pub api_token: String,
    /// Whether they are an administrator: incremental exports are for those only (zendesk.md, Exports).
    pub admin: bool,
    /// Whether the plan has Talk Partner Edition.
    pub talk_partner: bool,
    /// The status without it; no document names one.
    pub no_talk_partner_status: u16,
    pub limits: Limits,
    /// How long a new user or ticket is not found by a search. No document names a time.
    pub search_lag: Duration,
    /// A search answers everybody there is.
    pub ignores_filter: bool,
    /// From the making of a job to its end; half of it is spent waiting.
    pub job_takes: Duration,
    /// Tickets, by id or `external_id`, that fail in a job.
    pub fails_in_jobs: Vec<String>,
    pub required: RequiredFields,
    /// A request that does not fit its schema is refused with 400, and named in the journal.
    pub strict: bool,
    pub oauth: OauthConfig,
    /// How long every answer takes.
    pub answer_time: Duration,
    /// The wall clock at the start, in milliseconds since 1970; absent: the real one. Read at the start only.
    pub starts_at: Option<u64>,
}

/// What may be asked, and who else asks (zendesk.md, Limits).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    pub per_minute: u32,
    /// Zendesk names none; Google CCAI Platform speaks of one (ccai.md, Limits of the CRM). Its days are UTC's.
    pub per_day: Option<u32>,
    /// Another program takes so many in every minute, evenly.
    pub others_per_minute: u32,
    /// And so many in every day, evenly.
    pub others_per_day: u32,
    pub retry_after: RetryAfter,
    /// The body of a 429.
    pub refusal: Refusal,
    /// Updates of one ticket by one user in ten minutes.
    pub ticket_updates: u32,
    /// Updates of tickets by all, in a minute.
    pub all_ticket_updates: u32,
    /// Updates of one user in a minute.
    pub user_updates: u32,
    /// Incremental exports in a minute.
    pub exports: u32,
    /// Jobs queued or running at once.
    pub jobs: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            per_minute: 400,
            per_day: None,
            others_per_minute: 0,
            others_per_day: 0,
            retry_after: RetryAfter::Seconds,
            refusal: Refusal::Html,
            ticket_updates: 30,
            all_ticket_updates: 100,
            user_updates: 5,
            exports: 10,
            jobs: 30,
        }
    }
}

/// RFC 9110 allows both; Zendesk documents seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetryAfter {
    Seconds,
    Date,
    /// The header is missing.
    Absent,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    Html,
    Json,
}

/// When the fields that a form requires must be filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequiredFields {
    /// When a ticket is solved, as agents know it.
    WhenSolved,
    /// From the beginning.
    Always,
}

/// Signing in with a browser (zendesk.md, Signing in).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OauthConfig {
    pub client_id: String,
    /// Absent: a public client, which proves itself by PKCE alone.
    pub client_secret: Option<String>,
    pub token_life: Duration,
    pub refresh_life: Duration,
    pub consent: Consent,
}

/// What the person in the browser does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Consent {
    /// A page asks them.
    Asks,
    Grants,
    Denies,
    /// Grants, but what comes back is somebody else's state.
    WrongState,
}

impl Default for ZendeskConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            email: "telephony@example.com".into(),
            api_token: "sim-zendesk-token".into(),
            admin: true,
            talk_partner: true,
            no_talk_partner_status: 403,
            limits: Limits::default(),
            search_lag: Duration::ZERO,
            ignores_filter: false,
            job_takes: Duration::from_secs(2),
            fails_in_jobs: Vec::new(),
            required: RequiredFields::WhenSolved,
            strict: true,
            oauth: OauthConfig {
                client_id: "ringcard".into(),
                client_secret: None,
                token_life: Duration::from_secs(2 * 3600),
                refresh_life: Duration::from_secs(30 * 86_400),
                consent: Consent::Asks,
            },
            answer_time: Duration::ZERO,
            starts_at: None,
        }
    }
}

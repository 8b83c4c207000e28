//! What we ask of a system that runs campaigns, of one that has codes, and of one that reports.

use crate::NotNow;
use async_trait::async_trait;
use ringcard_core::{
    Timestamp,
    campaign::{Callback, Campaign, CampaignRecord, CodeList},
    number::Party,
    report::{NotCoded, SmartWait},
    submission::GateReason,
};
use std::time::Duration;
use thiserror::Error;

/// Why a question had no answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AskFailure {
    /// Worth asking again, not before `wait` where the system asked for that.
    #[error("The system does not answer: {detail}")]
    Unavailable { detail: String, wait: Option<Duration> },
    /// The account takes nothing now.
    #[error("The account takes no requests now: {detail}")]
    Closed { why: GateReason, until: Option<Timestamp>, detail: String },
    /// Its account's limits: nothing, or nothing more, was asked.
    #[error(transparent)]
    NotNow(#[from] NotNow),
    /// The question itself is wrong: a range reversed, an id that does not exist.
    #[error("{detail}")]
    Refused { detail: String },
}

/// A system that runs campaigns.
#[async_trait]
pub trait Campaigns: Send + Sync {
    /// Every campaign of the account.
    async fn campaigns(&self) -> Result<Vec<Campaign>, AskFailure>;

    /// The records in which a number stands, in any campaign; at most 50.
    async fn find_records(&self, number: &Party) -> Result<Vec<CampaignRecord>, AskFailure>;

    /// The call-backs this agent has promised, soonest first; `None`: everybody's.
    async fn callbacks(&self, agent_id: Option<&str>) -> Result<Vec<Callback>, AskFailure>;
}

/// A system that has codes calls and records end with.
#[async_trait]
pub trait Codes: Send + Sync {
    /// The codes an agent may end a call or record with.
    async fn codes(&self) -> Result<CodeList, AskFailure>;
}

/// A system that reports.
#[async_trait]
pub trait Reports: Send + Sync {
    /// Smart-wait by skill over a range of any length, both ends included.
    async fn smart_wait(&self, from: Timestamp, to: Timestamp) -> Result<SmartWait, AskFailure>;

    /// This agent's calls without a code over a range, newest first.
    async fn not_coded(&self, agent_id: &str, from: Timestamp, to: Timestamp) -> Result<Vec<NotCoded>, AskFailure>;
}

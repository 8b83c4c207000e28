//! Campaigns: the lists a dialler works through, the records in them, and the codes a record or a call ends with.

use crate::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// A campaign's identity in the system that dials it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS, ToSchema)]
#[serde(transparent)]
pub struct CampaignId(pub String);

/// How a campaign's records are dialled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CampaignKind {
    /// The dialler calls ahead, and gives whoever answers to a free agent.
    Predictive,
    /// The agent sees the record first, then it is dialled.
    Preview,
}

/// A list a dialler works through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct Campaign {
    /// The account that keeps it.
    pub account: String,
    pub id: CampaignId,
    pub name: String,
    pub kind: CampaignKind,
    /// Whether the dialler works on it now; absent where the system does not say.
    pub running: Option<bool>,
}

/// Which record: what a write to it needs to name it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema)]
pub struct RecordRef {
    pub account: String,
    pub campaign: CampaignId,
    pub kind: CampaignKind,
    /// The customer's id in the campaign: no id of a directory or CRM.
    pub customer_id: String,
}

/// One customer in one campaign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct CampaignRecord {
    pub record: RecordRef,
    pub campaign_name: String,
    pub customer_name: String,
    /// As the campaign has them.
    pub numbers: Vec<String>,
    /// What the dialler says came of the last attempt, in its own word; absent: not dialled yet.
    pub last_result: Option<String>,
    pub last_attempt: Option<Timestamp>,
    pub attempts: Option<u32>,
    /// Free fields that have a value, by the system's names.
    pub fields: Vec<(String, String)>,
}

/// An outcome an agent can choose (in Spanish *código de tipificación*).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct DispositionCode {
    pub code: String,
    /// For people, in the operation's own language.
    pub label: String,
}

/// The codes of one account, as last fetched: usable while the account cannot be reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct CodeList {
    pub account: String,
    pub first: Vec<DispositionCode>,
    /// Empty where the operation uses one code only.
    pub second: Vec<DispositionCode>,
    pub fetched_at: Timestamp,
}

/// Who calls back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CallbackStyle {
    /// The dialler, and whoever is free talks.
    Dialler,
    /// This agent, by hand, from a list of theirs.
    Agent,
}

/// A promise to call again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct Callback {
    pub account: String,
    pub campaign: Option<CampaignId>,
    pub number: String,
    pub at: Timestamp,
    pub style: CallbackStyle,
    /// Whose it is, where the system says so.
    pub agent: Option<String>,
}

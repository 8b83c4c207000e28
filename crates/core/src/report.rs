//! Reports a team lead or an agent looks at.

use crate::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// How smart-wait did in one skill over a range.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, ToSchema)]
pub struct SmartWaitRow {
    pub skill: String,
    /// Callers who came into smart-wait.
    pub entered: u32,
    pub declined: u32,
    pub accepted: u32,
    /// Called back without reaching them.
    pub callback_failed: u32,
    pub callback_reached: u32,
    /// Effect on the service level, in per cent; absent where what came could not be read.
    pub service_level_up: Option<f64>,
    /// The same as it came.
    pub service_level_raw: String,
}

/// A report as fetched.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, ToSchema)]
pub struct SmartWait {
    pub account: String,
    /// Inclusive.
    pub from: Timestamp,
    pub to: Timestamp,
    pub rows: Vec<SmartWaitRow>,
    pub fetched_at: Timestamp,
    /// The other system may ask not to be asked again before.
    pub not_before: Timestamp,
    /// A part came with as many rows as the system gives at most: something may be missing.
    pub may_be_cut: bool,
}

/// A call of the agent that has no code yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct NotCoded {
    pub account: String,
    pub at: Timestamp,
    pub number: String,
    pub customer_id: Option<String>,
    pub campaign_id: Option<String>,
    /// The other system's name of the call.
    pub external_id: Option<String>,
}

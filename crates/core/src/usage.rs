//! What was used of an account's limits: by what for, by whom, over time; what was turned away, and what was saved.

use crate::{Timestamp, call::AgentId, submission::BudgetWindow};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// Over which time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UsageRange {
    /// The last 24 hours, by quarters of an hour.
    Day,
    /// The last 30 days, by the account's days.
    Month,
}

/// Requests by what they were for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct UsageCounts {
    /// Who calls?
    pub look_up: u32,
    /// An agent's own act or question.
    pub agent_act: u32,
    /// What was written.
    pub write: u32,
    /// Reports, lists.
    pub report: u32,
    /// *Test* buttons.
    pub test: u32,
}

impl UsageCounts {
    /// All of them.
    pub fn total(&self) -> u32 {
        [self.look_up, self.agent_act, self.write, self.report, self.test].into_iter().fold(0, u32::saturating_add)
    }

    /// Those for one purpose, by its stable word; absent: a word of another version.
    pub fn of(&mut self, purpose: &str) -> Option<&mut u32> {
        Some(match purpose {
            "look_up" => &mut self.look_up,
            "agent_act" => &mut self.agent_act,
            "write" => &mut self.write,
            "report" => &mut self.report,
            "test" => &mut self.test,
            _ => return None,
        })
    }
}

/// What was used in one part of the time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct UsageSlot {
    /// When it began.
    pub at: Timestamp,
    /// When the next one begins.
    pub until: Timestamp,
    pub requests: UsageCounts,
    /// Of these, turned away for a limit.
    pub limited: u32,
    /// Of these, without the answer that was asked for.
    pub failed: u32,
    /// How many writes waited at most.
    pub waiting: u32,
}

/// What one agent used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct UsageBy {
    /// Absent: the hub by itself.
    pub agent: Option<AgentId>,
    pub requests: UsageCounts,
    pub limited: u32,
}

/// What was used of one account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct Usage {
    pub account: String,
    /// Every account that has something to show, this one included.
    pub accounts: Vec<String>,
    pub range: UsageRange,
    pub from: Timestamp,
    pub to: Timestamp,
    /// Oldest first, without gaps.
    pub slots: Vec<UsageSlot>,
    /// All of the time together.
    pub total: UsageCounts,
    pub limited: u32,
    pub failed: u32,
    /// Who used most first, at most 200; on the 30 days' range by days of UTC.
    pub by: Vec<UsageBy>,
    /// Requests that were not needed because several writes shared one.
    pub saved_by_batching: u32,
    /// Look-ups that were answered without a request.
    pub cache_hits: u32,
    /// What is allowed and used now; empty where the account has no limits.
    pub windows: Vec<BudgetWindow>,
    /// Writes that wait now.
    pub waiting: u32,
    /// Requests of this run that are in no count: there was no place for their lines.
    pub not_kept: u32,
}

//! Why not even a person's wish has something tried now.

use ringcard_core::{Timestamp, submission::GateReason};

/// What stands in the way, and until when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotNow {
    pub why: StopsNow,
    pub until: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StopsNow {
    /// The account takes nothing until then; with the other system's words.
    Closed(GateReason, String),
    /// The other system asked for silence.
    Asked,
    /// Our own count of the day.
    DaySpent,
}

impl NotNow {
    /// For people: without a full stop, as the end of a sentence.
    pub(in crate::outbox) fn sentence(&self, account: &str) -> String {
        let until =
            jiff::Timestamp::from_millisecond(self.until.0).unwrap_or_default().strftime("%Y-%m-%d %H:%M:%S UTC");
        match &self.why {
            StopsNow::Closed(GateReason::DayQuota, _) | StopsNow::DaySpent => {
                format!("the day's allowance of “{account}” is used up until {until}")
            }
            StopsNow::Closed(_, detail) if !detail.is_empty() => {
                format!("“{account}” takes nothing until {until} and says “{detail}”")
            }
            StopsNow::Closed(..) => format!("“{account}” takes nothing until {until}"),
            StopsNow::Asked => format!("“{account}” asked for silence until {until}"),
        }
    }
}

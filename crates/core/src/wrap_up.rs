//! What the settings say about the time after a call.

use crate::{
    call::{Call, CallState, Direction},
    codes::{SecondCodeUse, TreeSettings},
};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// `[wrap_up]`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WrapUpSettings {
    /// Which calls are wrapped up. Where there are neither codes nor campaign records nor tickets none is: there is nothing to
    /// choose.
    pub after: WrapUpAfter,
    /// How long it should take; absent or 0: no limit. When the time is over nothing is lost: the card stays and says so.
    pub seconds: Option<u32>,
    /// What is saved by itself when the time ends and the agent chose nothing; absent: nothing is.
    pub default_code: Option<String>,
    /// Its second code, where one is needed.
    pub default_second_code: Option<String>,
    /// What is done with the second codes that an account lists.
    pub second_code: SecondCodeUse,
    /// For how many days a call that should have been coded, and was not, is left to do; 0: it never is.
    pub remind_days: RemindDays,
    /// `[[wrap_up.codes]]`
    pub codes: Vec<TreeSettings>,
}

/// Days for which calls without a code are left to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RemindDays(pub u32);

impl Default for RemindDays {
    /// A week: who comes back from some days away finds what they left.
    fn default() -> Self {
        Self(7)
    }
}

/// Which calls are wrapped up: only those in which somebody spoke.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WrapUpAfter {
    /// Every answered call.
    #[default]
    Answered,
    AnsweredInbound,
    AnsweredOutbound,
    /// Answered calls of customers who are in a campaign.
    Campaigns,
    Never,
}

impl WrapUpSettings {
    /// No call without a code is ever left to do.
    pub fn never_reminds(&self) -> bool {
        self.remind_days.0 == 0 || self.after == WrapUpAfter::Never
    }

    pub fn time(&self) -> Option<Duration> {
        self.seconds.filter(|seconds| *seconds > 0).map(|seconds| Duration::from_secs(u64::from(seconds)))
    }

    /// Whether this call is to be wrapped up. `in_campaign`: its customer has a record in one; `has_codes`: there is
    /// a code to choose; `has_tickets`: a ticket.
    pub fn applies_to(&self, call: &Call, in_campaign: bool, has_codes: bool, has_tickets: bool) -> bool {
        let wanted = match self.after {
            WrapUpAfter::Answered => true,
            WrapUpAfter::AnsweredInbound => call.direction == Direction::Inbound,
            WrapUpAfter::AnsweredOutbound => call.direction == Direction::Outbound,
            WrapUpAfter::Campaigns => in_campaign,
            WrapUpAfter::Never => false,
        };
        // Somebody else's conversation is theirs to code. Of one whose end nobody told, the agent said that it is over.
        let is_over = matches!(call.state, CallState::Ended | CallState::OutcomeNotReported);
        let ours = call.connected_at.is_some() && is_over;
        wanted && ours && (in_campaign || has_codes || has_tickets)
    }
}

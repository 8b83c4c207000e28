//! Calls that are nobody else's matter.
//!
//! A call is private because its number is on the list in the settings, or because somebody said so; what an agent said
//! counts before the list, and can be taken back. Whoever spoke in it sees it as every other call. To everybody else,
//! whatever their role, it is *a private call* with its time and length ([`Call::withheld`]). No call log and no program is
//! told of it, and no recording of it is kept: whoever does such a thing asks [`Call::is_private`].

use super::{AgentId, Call, CallState, Direction, FailReason};
use crate::{
    Timestamp,
    customer::{Card, Lookup},
    frame::{CallRow, Timeline},
    number::{Ani, DialPlan, Dnis, Party},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;
use utoipa::ToSchema;

/// Whether a call is private, and who says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct Privacy {
    pub private: bool,
    /// Absent: its number is on the list, or a script with the administrator's token said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub by: Option<AgentId>,
    pub at: Timestamp,
    /// Whoever reads this is not told whom it was with; said of a call that is shown, never kept.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(as = "Option<bool>", optional)]
    pub withheld: bool,
}

impl Call {
    pub fn is_private(&self) -> bool {
        self.privacy.as_ref().is_some_and(|privacy| privacy.private)
    }

    /// A call with a listed number is private, unless somebody said something of it already.
    pub fn take_privacy(&mut self, plan: &DialPlan, now: Timestamp) {
        if self.privacy.is_none() && plan.is_private(self.customer()) {
            self.privacy = Some(Privacy { private: true, by: None, at: now, withheld: false });
        }
    }

    /// Whether this agent, with this phone, may see whom it was with: always, unless it is private. Then those who spoke in
    /// it, dialled it or made it private; and as long as nobody spoke, those for whom it rings.
    pub fn is_open_to(&self, agent: Option<&AgentId>, phone: Option<&str>) -> bool {
        if !self.is_private() {
            return true;
        }
        let Some(agent) = agent else { return false };
        let said_so = self.privacy.as_ref().is_some_and(|privacy| privacy.by.as_ref() == Some(agent));
        let dialled = self.direction == Direction::Outbound && phone.is_some() && phone == self.extension.as_deref();
        let nobody_spoke = self.course.legs.iter().all(|leg| leg.answered_at.is_none());
        said_so || self.agents.contains(agent) && (nobody_spoke || dialled || self.was_answered_by(phone))
    }

    /// What everybody else sees of it: that there was a call, when, for how long and whose.
    pub fn withheld(mut self) -> Self {
        match self.direction {
            Direction::Inbound => self.ani = Ani(Party::Hidden),
            Direction::Outbound => self.dnis = Dnis(Party::Hidden),
        }
        if let Some(privacy) = &mut self.privacy {
            privacy.withheld = true;
        }
        self.external_id = None;
        self.controls = None;
        self.course.party_name = None;
        self.extra = BTreeMap::new();
        if let CallState::Failed { why, .. } = &mut self.state {
            why.say_nothing();
        }
        self
    }
}

impl FailReason {
    /// Takes away the telephone system's own words, in which there may be a number.
    fn say_nothing(&mut self) {
        match self {
            Self::Authentication { detail }
            | Self::Refused { detail }
            | Self::Unreachable { detail }
            | Self::NotConfigured { detail }
            | Self::Other { detail, .. } => detail.clear(),
            Self::Busy | Self::NoAnswer | Self::Declined => {}
        }
    }
}

impl CallRow {
    /// [`Call::withheld`], without customer and code.
    pub fn withheld(self) -> Self {
        Self {
            call: self.call.withheld(),
            customer_name: None,
            customer_id: None,
            outcome: None,
            no_code: None,
            note: String::new(),
            recorded: false,
            may_listen: false,
            recording_gone: false,
        }
    }
}

impl Timeline {
    /// [`Call::withheld`], without what was said of it.
    pub fn withheld(self) -> Self {
        Self { row: self.row.withheld(), steps: Vec::new(), moments: Vec::new(), missing: Vec::new() }
    }
}

impl Card {
    /// The card of a private call, for somebody it is not open to.
    pub fn withheld(&self) -> Self {
        let (earlier, set_aside, notes) = (Vec::new(), Vec::new(), Vec::new());
        Self {
            version: self.version,
            lookup: Lookup::NotAsked,
            earlier,
            set_aside,
            notes,
            recorded: false,
            parts: Vec::new(),
        }
    }
}

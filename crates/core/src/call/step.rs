//! What was said of a call.

use super::{Advice, AgentId, FailReason, Leg};
use crate::{
    Timestamp,
    leg::{LegEvent, LegNews},
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// What may happen to a call.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CallEvent {
    /// The PBX accepted a click-to-call, or reports that our own extension rings.
    AgentRinging,
    /// The agent's leg was picked up; the customer's leg follows.
    AgentAnswered,
    /// The customer's phone rings (outbound).
    CustomerRinging,
    Connected,
    /// Somebody else took it.
    AnsweredElsewhere,
    Ended,
    /// The caller gave up, or the ring ended unanswered.
    Missed,
    Failed {
        leg: Leg,
        why: FailReason,
    },
    /// No answer to our request in time.
    TimedOut,
    /// Nothing more was heard for too long.
    Expired,
}

/// Something that was said of a call: kept as it came.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS, ToSchema)]
pub struct Step {
    /// By the telephone system's clock where it tells, else when it came.
    pub at: Timestamp,
    /// Of news of one leg, what comes nearest.
    pub event: CallEvent,
    #[serde(default, skip_serializing_if = "StepOf::is_whole_call")]
    #[ts(as = "Option<StepOf>", optional)]
    pub of: StepOf,
}

/// What a step is about, where that is not the whole call.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS, ToSchema)]
#[serde(default)]
#[ts(optional_fields)]
pub struct StepOf {
    /// The phone it was said of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extension: Option<String>,
    /// The leg it was said of, and what: then it counts, and `event` is for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leg: Option<LegNews>,
    /// Of a ring: the extension that passed the call on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub passed_by: Option<String>,
    /// It came with the data of the call's end.
    pub record: bool,
    /// By these data both sides spoke, for so many seconds as the telephone system counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub talked: Option<u32>,
    /// Nobody told us: it is what we suppose until something is heard.
    pub presumed: bool,
    /// The agent who said so, where it was one: that the call is over for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<AgentId>,
    /// Of our request that was taken: what was said beside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<Advice>,
}

impl Step {
    /// Of the whole call.
    pub fn new(at: Timestamp, event: CallEvent) -> Self {
        Self { at, event, of: StepOf::default() }
    }

    /// Of one phone.
    pub fn at_phone(at: Timestamp, event: CallEvent, extension: &str) -> Self {
        Self { at, event, of: StepOf { extension: Some(extension.to_owned()), ..StepOf::default() } }
    }

    /// Of one leg.
    pub fn of_leg(at: Timestamp, news: LegNews) -> Self {
        let event = CallEvent::nearest(&news);
        // The step has the time; a second one would make the same news two steps.
        let news = LegNews { at: None, ..news };
        let extension = news.extension.clone();
        Self { at, event, of: StepOf { extension, leg: Some(news), ..StepOf::default() } }
    }

    /// What happens in the same moment happens in this order, whichever came first: what we suppose before what is heard,
    /// then a ring before it is answered, held and over. Many telephone systems tell whole seconds only.
    pub(super) fn place(&self) -> (Timestamp, u8) {
        let rank = match (&self.of.leg, &self.event) {
            (None, CallEvent::Expired) => 0,
            _ if self.of.presumed => 0,
            (Some(news), _) => 1 + news.event as u8,
            (None, CallEvent::AgentRinging | CallEvent::CustomerRinging) => 1 + LegEvent::Rings as u8,
            (None, CallEvent::AgentAnswered | CallEvent::Connected) => 1 + LegEvent::Answered as u8,
            (None, _) => 1 + LegEvent::Ended as u8,
        };
        (self.at, rank)
    }
}

impl StepOf {
    pub fn is_whole_call(&self) -> bool {
        *self == Self::default()
    }
}

impl CallEvent {
    /// What news of a leg mean to whoever knows no legs.
    fn nearest(news: &LegNews) -> Self {
        use crate::leg::LegSide::{Agent, Customer, Service};
        match (news.side, news.event) {
            (Agent, LegEvent::Rings) => Self::AgentRinging,
            (Agent, LegEvent::Answered) => Self::AgentAnswered,
            (Customer, LegEvent::Rings) => Self::CustomerRinging,
            (Service, LegEvent::Rings | LegEvent::Answered) => Self::AnsweredElsewhere,
            (_, LegEvent::Answered | LegEvent::Held | LegEvent::Resumed) => Self::Connected,
            (_, LegEvent::Ended) => Self::Ended,
        }
    }
}

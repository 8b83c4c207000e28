//! What a telephone system tells of one leg of a call: a call is a customer's leg and any number of agents' legs.

use crate::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// Who stands at a leg's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LegSide {
    /// Whom we serve: who calls, or who is called.
    Customer,
    /// A phone of ours.
    Agent,
    /// A machine of the telephone system: voicemail, a menu, an announcement, a place where calls are parked.
    Service,
}

/// What happened to a leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LegEvent {
    /// Its phone rings.
    Rings,
    /// It was picked up.
    Answered,
    Held,
    Resumed,
    /// It is over, whatever becomes of the call; why is the [`Cause`].
    Ended,
}

/// Why a leg ended, in the telephone network's own numbers; either may be absent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema)]
pub struct Cause {
    /// ITU-T Q.850: 16 *normal clearing*, 17 *user busy*, 19 *no answer*, 21 *rejected*, 26 *answered elsewhere* ...
    pub q850: Option<u16>,
    /// SIP's status: 486, 603 ...
    pub sip: Option<u16>,
}

/// Something that happened to one leg.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS, ToSchema)]
pub struct LegNews {
    pub side: LegSide,
    pub event: LegEvent,
    /// The telephone system's own id of the leg: two devices of one extension are two legs. Absent: it has none, and one leg
    /// is meant for each extension.
    pub leg_id: Option<String>,
    /// Of an agent's leg: its phone's number, digits.
    pub extension: Option<String>,
    pub cause: Cause,
    /// By the telephone system's clock.
    pub at: Option<Timestamp>,
}

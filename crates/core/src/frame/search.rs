//! What calls are looked for by.

use crate::{
    Timestamp,
    call::{AgentId, CallId, Direction},
    customer::CustomerId,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use super::CallRow;

/// What a call must be to be found; what is not said may be anything.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct CallSearch {
    /// Words of names, notes, comments and codes, or a telephone number.
    pub text: String,
    /// It began at this moment or later.
    pub from: Option<Timestamp>,
    /// It began before this moment.
    pub to: Option<Timestamp>,
    /// It rang for this agent, or they dialled it; absent: for who asks.
    pub agent: Option<AgentId>,
    /// Everybody's, for those who may see them.
    pub everybody: bool,
    pub customer: Option<CustomerId>,
    /// The called line's name.
    pub line: Option<String>,
    pub queue: Option<String>,
    pub direction: Option<Direction>,
    pub ended: Option<CallEnd>,
    /// How it was coded, by the code.
    pub code: Option<String>,
    /// Spoken, and coded; or not, and nobody said that it needs no code.
    pub coded: Option<bool>,
    /// A recording of it was told of, or none.
    pub recorded: Option<bool>,
}

/// How a call ended, as people ask for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CallEnd {
    /// Somebody here and the customer spoke.
    Spoken,
    Missed,
    /// It was dialled, and did not come about.
    Failed,
}

/// Calls that were found, the newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FoundCalls {
    pub calls: Vec<CallRow>,
    /// From where to look further, where there may be more; a page may be short, and even empty, all the same.
    pub next: Option<CallId>,
}

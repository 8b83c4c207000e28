//! Missed calls as a team's shared list: whom somebody should call back.
//!
//! One customer's missed calls at one line, or in one queue of it, are one row with a count. Whoever takes it on is seen by
//! everybody who serves that line. A later conversation with the same customer, whoever began it, settles the row by itself.

use crate::{
    Timestamp,
    call::{AgentId, CallId},
    customer::CustomerId,
    number::{Ani, Dnis},
};
use serde::{Deserialize, Serialize};
use std::fmt;
use ts_rs::TS;
use utoipa::ToSchema;

/// The name of a row of the list.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS, ToSchema)]
#[serde(transparent)]
pub struct MissedId(pub String);

impl fmt::Display for MissedId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One customer whose calls nobody took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct MissedCaller {
    pub id: MissedId,
    /// Whose telephone system told of the calls.
    pub account: String,
    pub caller: Ani,
    /// Who it is, where the call list names them; else as the network or the telephone system shows them.
    pub name: Option<String>,
    pub customer_id: Option<CustomerId>,
    /// The number that was called.
    pub called: Dnis,
    /// Its name for people: *Sales (HU)*; absent where none was given.
    pub line: Option<String>,
    /// The queue they waited in.
    pub queue: Option<String>,
    /// For whom it rang.
    pub agents: Vec<AgentId>,
    /// How often they called in vain.
    pub count: u32,
    pub first_at: Timestamp,
    pub last_at: Timestamp,
    /// The last of these calls.
    pub last_call: CallId,
    /// By when they should be called back; absent where the line's settings say nothing.
    pub due_at: Option<Timestamp>,
    /// Who takes it on.
    pub taken: Option<MissedTaken>,
    /// Nothing is left to do, and why.
    pub done: Option<MissedDone>,
    /// Another one with every change of the row.
    #[ts(type = "number")]
    pub version: u64,
}

/// Who takes a row on, since when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct MissedTaken {
    pub by: AgentId,
    pub at: Timestamp,
}

/// Why nothing is left to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct MissedDone {
    pub how: MissedEnd,
    /// Absent: nobody of whom it is known.
    pub by: Option<AgentId>,
    pub at: Timestamp,
    /// The conversation that settled it.
    pub call_id: Option<CallId>,
}

/// What settled a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MissedEnd {
    /// Somebody called them.
    CalledBack,
    /// They called again, and somebody spoke with them.
    CalledAgain,
    /// Somebody said so.
    SaidDone,
}

/// What somebody does with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum MissedAct {
    /// *I take it*: refused where somebody else has it.
    Take,
    /// Gives it back.
    Release,
    /// Nothing is left to do; `seen`: the version that was looked at. Refused where the row is another by now: they may have
    /// called again.
    Done {
        #[ts(type = "number")]
        seen: u64,
    },
}

/// The list, those due first: those who may see all of it see everybody's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct MissedList {
    pub rows: Vec<MissedCaller>,
    /// There are further ones, less urgent.
    pub more: bool,
}

impl MissedList {
    /// Rows of one answer.
    pub const MOST: usize = 200;
}

impl MissedCaller {
    /// Sorts what is due first to the top; without a due time, who waits longest.
    pub fn urgency(&self) -> (bool, Timestamp, &MissedId) {
        (self.due_at.is_none(), self.due_at.unwrap_or(self.first_at), &self.id)
    }
}

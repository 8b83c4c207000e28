//! What we ask of a telephone system that tells nothing of its calls by itself, and can be asked how they stand.

use crate::{Lost, Push};
use async_trait::async_trait;
use ringcard_core::{
    Timestamp,
    call::{CallId, Direction},
    number::Party,
};
use std::time::Duration;

/// A call of ours that goes on, as far as we know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenCall {
    /// Ours.
    pub id: CallId,
    /// The system's own; absent: it took our request, and did not say which call that is.
    pub external_id: Option<String>,
    pub direction: Direction,
    /// The phone that it was begun with, or that rings.
    pub extension: Option<String>,
    /// The customer's end.
    pub number: Party,
    /// By our clock.
    pub started_at: Timestamp,
}

/// What the system says of one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallNews {
    /// Ours.
    pub id: CallId,
    pub push: Push,
}

/// Nothing was learnt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotTold {
    pub why: Lost,
    /// A sentence for administrators, without secrets and numbers.
    pub detail: String,
    /// What the system asked to be left alone for, at least.
    pub wait: Option<Duration>,
}

/// A telephone system whose calls can be looked at while they go on. Looking changes nothing and rings nobody.
#[async_trait]
pub trait FollowCalls: Send + Sync {
    /// How often it may be looked while a call goes on. It is looked less often while nothing happens, and not at all while no
    /// call goes on.
    fn every(&self) -> Duration;

    /// How these calls stand: all that is known of each, in the order in which it happened, with the system's own times;
    /// what was told before is told again. A call it says nothing of may go on or be over. A few requests at most.
    async fn look(&self, open: &[OpenCall]) -> Result<Vec<CallNews>, NotTold>;
}

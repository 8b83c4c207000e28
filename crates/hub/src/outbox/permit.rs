//! A permit for one request that is no write: taken from the same budget, given back when dropped.

use super::budget::Pass;
use ringcard_connect::Attempt;
use ringcard_core::{Timestamp, submission::WaitReason};
use std::sync::Arc;
use thiserror::Error;
use tokio::sync::mpsc::UnboundedSender;

/// What a permit is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PermitFor {
    /// Who is calling? A part of every window is kept for it.
    LookUp,
    /// An agent's own act (dial, hang up); the same part serves it.
    AgentAct,
    /// May wait for every write.
    Report,
}

impl PermitFor {
    pub(super) fn is_urgent(self) -> bool {
        self != Self::Report
    }
}

/// Why there is no permit. The request must not be made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NoPermit {
    #[error("the account takes no more requests for now")]
    Wait { why: WaitReason, until: Option<Timestamp> },
    #[error("there is no such account")]
    NoAccount,
    #[error("the outbox has stopped")]
    Stopped,
}

/// One request may be made; where an answer took more or none, say so. Drop it when it has ended, however it ended.
#[derive(Debug)]
pub struct Permit {
    over: Option<Over>,
    back: UnboundedSender<Over>,
}

/// A permit that comes back.
#[derive(Debug)]
pub(super) struct Over {
    pub account: Arc<str>,
    pub pass: Pass,
    pub requests: u32,
    pub came_to: Option<Attempt>,
}

impl Permit {
    /// `back` is unbounded, and holds no more than there are permits.
    pub(super) fn new(account: Arc<str>, pass: Pass, back: UnboundedSender<Over>) -> Self {
        Self { over: Some(Over { account, pass, requests: 1, came_to: None }), back }
    }

    /// How many requests were really made: they all count.
    pub fn took(&mut self, requests: u32) {
        if let Some(over) = &mut self.over {
            over.requests = requests;
        }
    }

    /// Gives it back with what the request came to: a closed door that a look-up finds is closed for writes, too.
    pub fn came_to(mut self, attempt: Attempt) {
        if let Some(over) = &mut self.over {
            over.came_to = Some(attempt);
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if let Some(over) = self.over.take() {
            let _ = self.back.send(over);
        }
    }
}

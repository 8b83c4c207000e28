//! Permits that the outbox gives: taken from its budgets, given back with what their request came to.

use super::{budget::Taken, schedule};
use ringcard_connect::{CameTo, NotNow, Permit, Purpose, Said, permits::Request};
use ringcard_core::{Timestamp, submission::WaitReason};
use std::time::Duration;
use thiserror::Error;
use tokio::sync::mpsc::UnboundedSender;

/// How long a request waits for its permit.
pub fn patience(request: &Request) -> Duration {
    match request.purpose {
        // Later, nobody expects it any more.
        Purpose::AgentAct if request.is_act() => schedule::ACT_PATIENCE,
        // Somebody is on the phone.
        Purpose::LookUp | Purpose::AgentAct => schedule::LOOK_UP_PATIENCE,
        Purpose::Test => schedule::ACT_PATIENCE,
        Purpose::Write | Purpose::Report => schedule::REPORT_PATIENCE,
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

impl NoPermit {
    /// For a connector.
    pub(crate) fn not_now(&self, now: Timestamp) -> NotNow {
        let wait = match self {
            Self::Wait { until, .. } => until.map(|until| until.since(now)),
            Self::NoAccount | Self::Stopped => None,
        };
        NotNow { why: self.to_string(), wait }
    }
}

/// A permit that comes back.
#[derive(Debug)]
pub(super) struct Over {
    pub taken: Taken,
    pub came_to: CameTo,
    pub said: Said,
}

/// `back` is unbounded, and holds no more than there are permits.
pub(super) fn permit(taken: Taken, back: &UnboundedSender<Over>) -> Permit {
    let back = back.clone();
    Permit::new(move |came_to, said| {
        let _ = back.send(Over { taken, came_to, said });
    })
}

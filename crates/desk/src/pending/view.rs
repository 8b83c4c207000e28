//! What waits for the hub, as the windows show it.

use super::{Pending, Row};
use ringcard_core::{
    Timestamp,
    frame::RequestError,
    outcome::Handover,
    submission::{OutboxRow, ParkReason, SubmissionState, WaitReason},
};
use serde::Serialize;
use ts_rs::TS;

/// How much waits for the hub.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, TS)]
pub struct PendingView {
    /// All that the hub has not accepted, what waits for a person included.
    pub waiting: u32,
    pub needs_a_person: u32,
    /// Since when the oldest waits.
    pub oldest: Option<Timestamp>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct PendingListed {
    pub handover: Handover,
    pub since: Timestamp,
    pub tries: u32,
    pub error: Option<RequestError>,
    pub state: PendingState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PendingState {
    Waiting,
    Sent,
    /// The hub will not have it: a person says *again* or *discard*.
    Refused,
}

impl Pending {
    pub fn view(&self) -> PendingView {
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        PendingView {
            waiting: count(self.rows.len()),
            needs_a_person: count(self.rows.values().filter(|row| row.refused).count()),
            oldest: self.rows.values().next().map(|row| row.kept.since),
        }
    }

    /// The oldest first, at most `limit`.
    pub fn list(&self, limit: usize) -> Vec<PendingListed> {
        self.rows
            .iter()
            .take(limit)
            .map(|(n, row)| PendingListed {
                handover: row.kept.handover.clone(),
                since: row.kept.since,
                tries: row.kept.tries,
                error: row.kept.error.clone(),
                state: match (row.refused, self.sent.contains(n)) {
                    (true, _) => PendingState::Refused,
                    (false, true) => PendingState::Sent,
                    (false, false) => PendingState::Waiting,
                },
            })
            .collect()
    }

    /// The writes among them as rows of *Waiting to be sent*, before those of the hub. The oldest first, at most `limit`.
    pub fn outbox_rows(&self, limit: usize) -> Vec<OutboxRow> {
        self.rows.values().filter_map(outbox_row).take(limit).collect()
    }
}

fn outbox_row(row: &Row) -> Option<OutboxRow> {
    let Handover::Write { submission } = &row.kept.handover else { return None };
    let said = row.kept.error.as_ref().map(|error| error.message.clone());
    let state = if row.refused {
        SubmissionState::Parked {
            why: ParkReason::Refused,
            detail: said.clone().unwrap_or_default(),
            since: row.kept.since,
        }
    } else {
        SubmissionState::Waiting { why: WaitReason::NoHub, until: None }
    };
    Some(OutboxRow {
        submission: submission.clone(),
        state,
        attempts: row.kept.tries,
        ahead: None,
        is_job: false,
        last_answer: said,
        reference: None,
    })
}

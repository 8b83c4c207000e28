//! Rows that need another one done first, and are sent with the reference it brought back.
//!
//! What a row needs was there before it, and keeps its place as long as others need it ([`Queue::is_needed`]): so rows never
//! wait for each other in a circle, in whichever lanes they are. Where a newer submission takes the place of the one that is
//! needed, the newer one is needed instead. Where it is taken away, the rows that need it wait for a person: they are
//! parked, and go without it when that person says so.

use super::{Commit, Next, Parked, Phase, Queue, Seq};
use crate::outbox::{budget::Now, store::Need};
use ringcard_core::submission::{ParkReason, SubmissionState};

impl Queue {
    /// A row has left; what becomes of those that need it.
    pub(super) fn need_is_over(&mut self, key: &str, state: &SubmissionState, reference: Option<&str>, now: Now) {
        let Some(rows) = self.needed.remove(key) else { return };
        let need = match state {
            SubmissionState::Done { .. } => Need::Done(reference.map(str::to_owned)),
            SubmissionState::Replaced { by, .. } if self.keys.contains_key(by.0.as_str()) => Need::Open(by.0.clone()),
            _ => Need::Gone,
        };
        for seq in rows {
            if let Need::Open(key) = &need {
                self.needed.entry(key.as_str().into()).or_default().insert(seq);
            }
            if let Some(row) = self.rows.get_mut(&seq) {
                row.need = Some(need.clone());
            }
            self.file(seq);
            self.changed(seq, now);
        }
    }

    /// Whether a row that has not left needs this one, or one that is just being saved.
    pub(super) fn is_needed(&self, key: &str) -> bool {
        let needs_it =
            |commit: &Commit| matches!(commit, Commit::Insert { row, .. } if row.needs.as_deref() == Some(key));
        self.needed.contains_key(key) || self.commits.values().any(needs_it)
    }

    /// Rows whose need is gone wait for a person.
    pub(super) fn park_orphans(&mut self, now: Now) {
        for seq in std::mem::take(&mut self.orphans) {
            let Some(row) = self.rows.get(&seq) else { continue };
            let needs = row.submission().needs.unwrap_or_default();
            let detail = format!("{needs} was taken away before it was done, or is not there");
            let parked = Parked { why: ParkReason::NeedsGone, detail, since: now.wall };
            self.settle(seq, Next::Phase(Phase::Parked(Box::new(parked))), None, None, now);
        }
    }

    /// Remembers who needs whom.
    pub(super) fn note_need(&mut self, seq: Seq) {
        if let Some(key) = self.rows.get(&seq).and_then(super::Row::awaits) {
            let key = key.into();
            self.needed.entry(key).or_default().insert(seq);
        }
    }

    /// The same for a row that is taken out.
    pub(super) fn forget_need(&mut self, seq: Seq) {
        let Some(key) = self.rows.get(&seq).and_then(super::Row::awaits) else { return };
        if let Some(rows) = self.needed.get_mut(key) {
            rows.remove(&seq);
            if rows.is_empty() {
                let key: std::sync::Arc<str> = key.into();
                self.needed.remove(&key);
            }
        }
    }
}

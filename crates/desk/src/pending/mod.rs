//! What was saved here and not accepted by the hub yet: sent again at every connect until the hub has it, durably.
//!
//! Pure, like [`crate::wrap_up`]. Within a lane (one record, one call) the order is kept: the next is sent when the one
//! before was accepted. What the hub will not have waits for a person and stops only its own lane; what it cannot have
//! just now comes again after a while. Nothing leaves but accepted, or by a person's discard, once the disk has let it
//! go: what it still has would be sent after the next start. A hub that accepts the
//! same key twice does nothing the second time, so that sending again is always safe.

mod view;

pub use view::{PendingListed, PendingState, PendingView};

use crate::keep::{Found, Keep};
use ringcard_core::{
    Timestamp,
    call::CallId,
    frame::{RequestError, RequestErrorCode},
    outcome::Handover,
    submission::SubmissionKey,
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap, VecDeque},
    time::Duration,
};

/// Handovers under way at once: enough to empty a full queue in seconds, too few to hold up a question.
pub const AT_ONCE: usize = 8;

/// When a handover that was not answered, or could not be kept over there, is sent again, by the number of tries.
const AGAIN: [Duration; 5] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(5),
    Duration::from_secs(15),
    Duration::from_secs(60),
];

/// A handover that waits, as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct PendingRow {
    pub handover: Handover,
    pub since: Timestamp,
    pub tries: u32,
    /// Why the hub did not accept it the last time.
    pub error: Option<RequestError>,
}

/// See the module.
#[derive(Debug)]
pub struct Pending {
    at_once: usize,
    connected: bool,
    /// In the order in which they were made.
    rows: BTreeMap<u64, Row>,
    next: u64,
    by_key: HashMap<SubmissionKey, u64>,
    /// Only the first of a lane is ever under way.
    lanes: HashMap<String, VecDeque<u64>>,
    /// Firsts of their lanes that may be sent now.
    ready: BTreeSet<u64>,
    later: BTreeSet<(Timestamp, u64)>,
    sent: BTreeSet<u64>,
}

#[derive(Debug)]
struct Row {
    kept: PendingRow,
    lane: String,
    refused: bool,
    /// A person takes it away: it is not sent meanwhile.
    leaving: bool,
}

impl Default for Pending {
    fn default() -> Self {
        Self::new(AT_ONCE)
    }
}

impl Pending {
    pub fn new(at_once: usize) -> Self {
        Self {
            at_once: at_once.max(1),
            connected: false,
            rows: BTreeMap::new(),
            next: 0,
            by_key: HashMap::new(),
            lanes: HashMap::new(),
            ready: BTreeSet::new(),
            later: BTreeSet::new(),
            sent: BTreeSet::new(),
        }
    }

    /// Whether what came of this call waits here.
    pub fn has_outcome_of(&self, id: &CallId) -> bool {
        self.lanes.contains_key(&Handover::lane_of_outcome(id))
    }

    /// Takes up what was kept before the start.
    pub fn take_up(&mut self, found: &Found) {
        self.add(found.pending.clone());
    }

    /// What was just kept; what is known by its key already takes the newer words, unless it is under way.
    pub fn add(&mut self, rows: Vec<PendingRow>) {
        for kept in rows {
            let key = kept.handover.key().clone();
            if let Some(known) = self.by_key.get(&key) {
                if let Some(row) = self.rows.get_mut(known).filter(|_| !self.sent.contains(known)) {
                    row.kept.handover = kept.handover;
                }
                continue;
            }
            let n = self.next;
            self.next += 1;
            let lane = kept.handover.lane();
            // An error that passes is no reason to wait after a restart.
            let refused = kept.error.as_ref().is_some_and(|error| !passes(error));
            let queue = self.lanes.entry(lane.clone()).or_default();
            queue.push_back(n);
            if queue.len() == 1 && !refused {
                self.ready.insert(n);
            }
            self.by_key.insert(key, n);
            self.rows.insert(n, Row { kept, lane, refused, leaving: false });
        }
    }

    /// A line to the hub stands: whatever it has not accepted is sent again.
    pub fn connected(&mut self) {
        self.connected = true;
        self.ready.append(&mut self.sent);
        self.ready.extend(std::mem::take(&mut self.later).into_iter().map(|(_, n)| n));
    }

    /// The line is gone, and with it every answer.
    pub fn disconnected(&mut self) {
        self.connected = false;
        self.ready.append(&mut self.sent);
    }

    /// What is to be sent now, oldest first; each counts as under way until its answer, or the line's end.
    pub fn to_send(&mut self, now: Timestamp) -> Vec<Handover> {
        while let Some(&(at, n)) = self.later.first().filter(|(at, _)| *at <= now) {
            self.later.remove(&(at, n));
            self.ready.insert(n);
        }
        let mut handovers = Vec::new();
        while self.connected && self.sent.len() < self.at_once {
            let Some(n) = self.ready.pop_first() else { break };
            let Some(row) = self.rows.get(&n).filter(|row| !row.leaving) else { continue };
            handovers.push(row.kept.handover.clone());
            self.sent.insert(n);
        }
        handovers
    }

    /// The hub has it, durably: it leaves, once that is kept. Said again it changes nothing.
    pub fn accepted(&mut self, key: &SubmissionKey) -> Option<Keep> {
        self.remove(key)?;
        Some(Keep::Accepted { key: key.clone() })
    }

    /// The hub did not accept it. What passes by itself is sent again later, everything else waits for a person.
    pub fn not_accepted(&mut self, key: &SubmissionKey, error: RequestError, now: Timestamp) -> Option<Keep> {
        let n = *self.by_key.get(key)?;
        let row = self.rows.get_mut(&n)?;
        row.kept.tries = row.kept.tries.saturating_add(1);
        row.kept.error = Some(error.clone());
        let tries = row.kept.tries;
        if passes(&error) {
            self.again(n, now);
        } else {
            row.refused = true;
            self.hold(n);
        }
        Some(Keep::NotAccepted { key: key.clone(), tries, error })
    }

    /// No answer came in time, and the line still stands: it is sent again after a while.
    pub fn unanswered(&mut self, key: &SubmissionKey, now: Timestamp) {
        let Some(n) = self.by_key.get(key).copied().filter(|n| self.sent.contains(n)) else { return };
        if let Some(row) = self.rows.get_mut(&n) {
            row.kept.tries = row.kept.tries.saturating_add(1);
        }
        self.again(n, now);
    }

    /// A person says: now. Answers whether it (still) waits.
    pub fn retry(&mut self, key: &SubmissionKey) -> bool {
        let Some(n) = self.by_key.get(key).copied() else { return false };
        let Some(row) = self.rows.get_mut(&n).filter(|row| !row.leaving) else { return false };
        row.refused = false;
        row.kept.error = None;
        if !self.sent.contains(&n) {
            self.hold(n);
            self.make_ready(n);
        }
        true
    }

    /// A person takes it away, for good: it is gone once that is kept ([`Self::discarded`]). One that is under way may
    /// have arrived: then it stays there.
    pub fn discard(&mut self, key: &SubmissionKey) -> Option<Keep> {
        let row = self.rows.get_mut(self.by_key.get(key)?).filter(|row| !row.leaving)?;
        row.leaving = true;
        Some(Keep::Discard { key: key.clone() })
    }

    /// Whether the disk let it go; where it did not, it waits as before.
    pub fn discarded(&mut self, key: &SubmissionKey, gone: bool) {
        if gone {
            self.remove(key);
            return;
        }
        let Some(n) = self.by_key.get(key).copied() else { return };
        if let Some(row) = self.rows.get_mut(&n) {
            row.leaving = false;
        }
        self.make_ready(n);
    }

    /// Nothing is kept any more: what was being taken away is still there.
    pub fn keeper_gone(&mut self) {
        let leaving = self.rows.values().filter(|row| row.leaving).map(|row| row.kept.handover.key().clone());
        for key in leaving.collect::<Vec<_>>() {
            self.discarded(&key, false);
        }
    }

    /// When [`Self::to_send`] has something that waits for its time.
    pub fn next_at(&self) -> Option<Timestamp> {
        self.later.first().filter(|_| self.connected).map(|(at, _)| *at)
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub fn contains(&self, key: &SubmissionKey) -> bool {
        self.by_key.contains_key(key)
    }

    fn remove(&mut self, key: &SubmissionKey) -> Option<Row> {
        let n = self.by_key.remove(key)?;
        self.hold(n);
        let row = self.rows.remove(&n)?;
        if let Some(queue) = self.lanes.get_mut(&row.lane) {
            queue.retain(|other| *other != n);
            match queue.front().copied() {
                Some(next) => self.make_ready(next),
                None => drop(self.lanes.remove(&row.lane)),
            }
        }
        Some(row)
    }

    fn again(&mut self, n: u64, now: Timestamp) {
        self.hold(n);
        let tries = self.rows.get(&n).map_or(1, |row| row.kept.tries);
        let step = AGAIN.len().min(tries.max(1) as usize) - 1;
        self.later.insert((now.after(AGAIN[step]), n));
    }

    /// Takes it out of every set.
    fn hold(&mut self, n: u64) {
        self.ready.remove(&n);
        self.sent.remove(&n);
        self.later.retain(|(_, other)| *other != n);
    }

    /// If it is the first of its lane, and nothing holds it.
    fn make_ready(&mut self, n: u64) {
        let Some(row) = self.rows.get(&n).filter(|row| !row.refused && !row.leaving) else { return };
        let is_first = self.lanes.get(&row.lane).and_then(VecDeque::front) == Some(&n);
        let waits = self.sent.contains(&n) || self.later.iter().any(|(_, other)| *other == n);
        if is_first && !waits {
            self.ready.insert(n);
        }
    }
}

/// Whether an error is the hub's trouble of the moment, and not about what it was given.
fn passes(error: &RequestError) -> bool {
    matches!(error.code, RequestErrorCode::NotSaved | RequestErrorCode::Offline | RequestErrorCode::Busy)
}

#[cfg(test)]
mod tests;

//! How many rows leave before one that waits, about: *queued, 14 ahead*.
//!
//! The more urgent ones of its account go first; of its own urgency each source has its turn, so that a row waits for as many
//! of another one's as there are of its own before it, and no more. What waits for a person or for a row of its own lane
//! counts as well: it may go at any time.

use super::{
    Queue,
    ready::Source,
    row::{Phase, Row, Seq},
};
use ringcard_core::submission::{Priority, SubmissionKey};
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

/// One urgency and source of an account.
#[derive(Default)]
struct Line {
    waiting: u32,
    /// Rows that somebody asked about, oldest first, and how many of the line are older than each, from the one before on.
    asked: Vec<(Seq, u32)>,
}

fn is_waiting(row: &Row) -> bool {
    matches!(row.phase, Phase::Waiting { .. })
}

impl Queue {
    /// For each key, how many leave before it; absent: it does not wait. One walk over the rows of each account asked about.
    pub fn ahead(&self, keys: &[SubmissionKey]) -> Vec<Option<u32>> {
        let mut lines: HashMap<Arc<str>, BTreeMap<(Priority, Source), Line>> = HashMap::new();
        for seq in keys.iter().filter_map(|key| self.keys.get(key.0.as_str())) {
            let Some(row) = self.rows.get(seq).filter(|row| is_waiting(row)) else { continue };
            let account = lines.entry(row.account.clone()).or_default();
            account.entry((row.priority, row.source.clone())).or_default().asked.push((*seq, 0));
        }
        if lines.is_empty() {
            return vec![None; keys.len()];
        }
        for line in lines.values_mut().flat_map(BTreeMap::values_mut) {
            line.asked.sort_unstable();
            line.asked.dedup();
        }
        for (seq, row) in self.rows.iter().filter(|(_, row)| is_waiting(row)) {
            let Some(account) = lines.get_mut(&row.account) else { continue };
            let line = account.entry((row.priority, row.source.clone())).or_default();
            line.waiting += 1;
            let at = line.asked.partition_point(|(asked, _)| asked <= seq);
            if let Some((_, older)) = line.asked.get_mut(at) {
                *older += 1;
            }
        }
        let ahead = |key: &SubmissionKey| {
            let seq = self.keys.get(key.0.as_str())?;
            let row = self.rows.get(seq).filter(|row| is_waiting(row))?;
            let account = lines.get(&row.account)?;
            let own = account.get(&(row.priority, row.source.clone()))?;
            let before: u32 = own.asked.iter().take_while(|(asked, _)| asked <= seq).map(|(_, older)| older).sum();
            let of_others = account.iter().map(|((priority, source), line)| match priority.cmp(&row.priority) {
                std::cmp::Ordering::Less => line.waiting,
                std::cmp::Ordering::Equal if *source != row.source => line.waiting.min(before + 1),
                _ => 0,
            });
            Some(before + of_others.sum::<u32>())
        };
        keys.iter().map(ahead).collect()
    }
}

//! What its thread holds: the file, and lines that are written together.

use super::{Line, Saved, store::Store};
use crate::database::Held;
use ringcard_core::Timestamp;
use rusqlite::Connection;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

/// Lines that come together are written together: so many,
const GATHERED: usize = 256;
/// or those of so long, or what is there when nothing was asked for a second.
const GATHER_FOR: Duration = Duration::from_secs(1);
/// Between two looks for lines that are to be counted by the hour.
const COMPACT_EVERY: Duration = Duration::from_secs(3600);
/// And after so many lines at the latest.
const COMPACT_AFTER: usize = 20_000;

pub(super) struct Keeper {
    pub store: Store,
    gathered: Vec<Line>,
    since: Instant,
    /// Absent: not in this run.
    compacted: Option<Instant>,
    written: usize,
    not_kept: Arc<AtomicU64>,
    said: bool,
}

impl Held for Keeper {
    fn connection(&mut self) -> &mut Connection {
        self.store.connection()
    }
}

impl Keeper {
    pub fn new(store: Store, not_kept: Arc<AtomicU64>) -> Self {
        Self { store, gathered: Vec::new(), since: Instant::now(), compacted: None, written: 0, not_kept, said: false }
    }

    pub fn note(&mut self, line: Line) {
        if self.gathered.is_empty() {
            self.since = Instant::now();
        }
        self.gathered.push(line);
        if self.gathered.len() >= GATHERED || self.since.elapsed() >= GATHER_FOR {
            self.tidy();
        }
    }

    /// Requests that were not needed.
    pub fn saved(&mut self, account: &str, saved: Saved, at: Timestamp, many: u32) {
        let kept = self.store.saved(account, saved, at, many);
        self.say(kept);
    }

    /// What waited.
    pub fn waited(&mut self, account: &str, at: Timestamp, many: u32) {
        let kept = self.store.waited(account, at, many);
        self.say(kept);
    }

    fn say(&mut self, kept: rusqlite::Result<()>) {
        if let Err(error) = kept
            && !std::mem::replace(&mut self.said, true)
        {
            tracing::warn!(%error, "what was saved and what waited is not written down");
        }
    }

    /// Writes what was gathered, and counts by the hour what is old.
    pub fn tidy(&mut self) {
        self.write();
        if self.written < COMPACT_AFTER && self.compacted.is_some_and(|at| at.elapsed() < COMPACT_EVERY) {
            return;
        }
        (self.written, self.compacted) = (0, Some(Instant::now()));
        if let Err(error) = self.store.compact(Timestamp::now()) {
            tracing::warn!(%error, "old lines of requests were not counted by the hour");
        }
    }

    pub fn write(&mut self) {
        let lines = std::mem::take(&mut self.gathered);
        if lines.is_empty() {
            return;
        }
        self.written += lines.len();
        if let Err(error) = self.store.write(&lines)
            && self.not_kept.fetch_add(lines.len() as u64, Relaxed) == 0
        {
            tracing::warn!(%error, "requests leave no lines; the first of them are only counted");
        }
    }
}

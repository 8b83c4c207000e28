//! How long a card took from push to paint: what the product promises, measured on every real call.

use ringcard_core::call::CallId;
use serde::Serialize;
use std::{
    collections::VecDeque,
    sync::Mutex,
    time::{Instant, SystemTime, UNIX_EPOCH},
};

/// The last thousand pops.
pub struct Pops {
    origin: Instant,
    origin_us: u64,
    rows: Mutex<VecDeque<Pop>>,
}

/// One pop; microseconds since the Unix epoch, taken from one monotonic clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct Pop {
    pub call_id: CallId,
    /// The webhook's request was there.
    pub received_us: u64,
    /// The second animation frame after the card was drawn; absent: not painted (yet).
    pub painted_us: Option<u64>,
}

const KEPT: usize = 1000;

impl Default for Pops {
    fn default() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self {
            origin: Instant::now(),
            origin_us: u64::try_from(since.as_micros()).unwrap_or(0),
            rows: Mutex::default(),
        }
    }
}

impl Pops {
    pub(crate) fn received(&self, call_id: &CallId, at: Instant) {
        let mut rows = self.rows.lock().expect("BUG: nobody panics while holding the pops");
        if rows.len() == KEPT {
            rows.pop_front();
        }
        rows.push_back(Pop { call_id: call_id.clone(), received_us: self.micros(at), painted_us: None });
    }

    /// The popup says that the card is on the screen; only the first word counts.
    pub fn painted(&self, call_id: &CallId) {
        let now = self.micros(Instant::now());
        let mut rows = self.rows.lock().expect("BUG: nobody panics while holding the pops");
        if let Some(pop) = rows.iter_mut().rev().find(|pop| pop.call_id == *call_id) {
            pop.painted_us.get_or_insert(now);
        }
    }

    pub fn recent(&self) -> Vec<Pop> {
        self.rows.lock().expect("BUG: nobody panics while holding the pops").iter().cloned().collect()
    }

    fn micros(&self, at: Instant) -> u64 {
        self.origin_us + u64::try_from(at.saturating_duration_since(self.origin).as_micros()).unwrap_or(u64::MAX)
    }
}

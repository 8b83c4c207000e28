//! What is too old goes, at the start and every hour: recordings, and then calls with all that is known of them.
//!
//! A call whose recording is still kept, or held, stays as long as that.

use crate::{
    history::{History, HistoryFailure},
    outbox::Clock,
    recordings::{Keeping, NoRecordings, NotHere, NotKept, Recordings},
};
use ringcard_core::Timestamp;
use std::time::Duration;
use thiserror::Error;
use tokio::{sync::watch, time::sleep};

/// How often is looked for what is too old.
const EVERY: Duration = Duration::from_secs(3600);
/// The same, where calls are left only because others are still being told of them: at the start, mostly.
const WHILE_TOLD: Duration = Duration::from_secs(5);
/// Calls of one commit: a ring among them waits for no longer.
const AT_ONCE: u32 = 50;
const DAY: Duration = Duration::from_secs(24 * 3600);

/// Why something that is too old is still there. It is tried again in an hour.
#[derive(Debug, Error)]
enum NotCleared {
    #[error(transparent)]
    Recordings(#[from] NotHere),
    #[error(transparent)]
    History(#[from] HistoryFailure),
}

pub(crate) struct Clearing {
    pub history: History,
    pub recordings: Recordings,
    pub keeping: Keeping,
    /// Absent: calls are kept for good.
    pub call_days: Option<u32>,
    pub clock: Clock,
}

impl Clearing {
    /// Clears until the hub stops.
    pub async fn keep_clearing(self, mut stopped: watch::Receiver<bool>) {
        // When words of deleted calls were last taken out, and whether there are new ones.
        let mut words = Words::default();
        loop {
            let clear = async {
                self.say(self.clear_recordings().await);
                self.say(self.clear_calls(&mut words).await)
            };
            let are_told_of = tokio::select! {
                biased;
                _ = stopped.wait_for(|stopped| *stopped) => return,
                are_told_of = clear => are_told_of.unwrap_or(false),
            };
            tokio::select! {
                biased;
                _ = stopped.wait_for(|stopped| *stopped) => return,
                () = sleep(if are_told_of { WHILE_TOLD } else { EVERY }) => {}
            }
        }
    }

    fn say<T>(&self, cleared: Result<T, NotCleared>) -> Option<T> {
        match cleared {
            Ok(done) => return Some(done),
            // It was said when it did not open.
            Err(NotCleared::Recordings(NotHere::NotKept(NotKept::List(NoRecordings::NotOpen(_))))) => {}
            Err(why) => tracing::warn!(%why, "not all that is too old was deleted; it is tried again in an hour"),
        }
        None
    }

    async fn clear_recordings(&self) -> Result<(), NotCleared> {
        Ok(self.recordings.clear(&self.keeping, self.clock.now().wall).await?)
    }

    /// Whether calls are left that others are still being told of.
    async fn clear_calls(&self, words: &mut Words) -> Result<bool, NotCleared> {
        let Some(days) = self.call_days else { return Ok(false) };
        let now = self.clock.now().wall;
        let before = now.before(DAY * days);
        let (mut last, mut deleted, mut are_told_of) = (None, 0, false);
        loop {
            let old = self.history.old_calls(before, last, AT_ONCE).await?;
            last = old.last().cloned();
            let is_the_end = old.len() < AT_ONCE as usize;
            are_told_of |= old.iter().any(|call| !call.is_told);
            let ids = old.into_iter().filter(|call| call.is_told).map(|call| call.id).collect();
            // Nobody knows what stands there where the list does not open: no call goes then.
            let to_go = self.recordings.delete_of_calls(ids, days, now).await.map_err(NotHere::from)?;
            if !to_go.is_empty() {
                deleted += to_go.len();
                self.history.delete_calls(to_go).await?;
                words.are_left = true;
            }
            if is_the_end {
                break;
            }
        }
        if deleted > 0 {
            tracing::info!(deleted, days, "calls were deleted by their age");
        }
        if words.are_due(now) {
            self.history.clear_words().await?;
            *words = Words { are_left: false, cleared_at: Some(now) };
        }
        Ok(are_told_of)
    }
}

/// Words of deleted calls in the index: taking them out writes all of it anew, and is done once in a day.
#[derive(Default)]
struct Words {
    are_left: bool,
    cleared_at: Option<Timestamp>,
}

impl Words {
    fn are_due(&self, now: Timestamp) -> bool {
        self.are_left && self.cleared_at.is_none_or(|at| now.since(at) >= DAY)
    }
}

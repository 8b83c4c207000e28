//! How long is waited before the line is tried again: from a quarter of a second to half a minute, with jitter.

use std::time::{Duration, SystemTime};
use tokio::time::Instant;

const FIRST: Duration = Duration::from_millis(250);
const LONGEST: Duration = Duration::from_secs(30);
/// A line that stood so long was a good one. One that breaks at once every time is no reason to try without pauses.
const STOOD: Duration = Duration::from_secs(60);

/// An Asterisk that went down with a line may be starting for so long, and has no REST interface before it has one.
const STARTS_WITHIN: Duration = Duration::from_secs(120);

#[derive(Debug)]
pub(super) struct Pause {
    next: Duration,
    /// When the last line that opened was lost.
    lost: Option<Instant>,
}

impl Default for Pause {
    fn default() -> Self {
        Self { next: FIRST, lost: None }
    }
}

impl Pause {
    /// Whether an address at which there is no Asterisk may be that of one that is starting.
    pub fn may_be_starting(&self) -> bool {
        self.lost.is_some_and(|lost| lost.elapsed() < STARTS_WITHIN)
    }

    /// The line that opened at `opened`, if it did, is gone: how long to wait. `hopeless`: only a person can mend it.
    pub fn after(&mut self, opened: Option<Instant>, hopeless: bool) -> Duration {
        if opened.is_some() {
            self.lost = Some(Instant::now());
        }
        if opened.is_some_and(|opened| opened.elapsed() >= STOOD) {
            self.next = FIRST;
        }
        if hopeless {
            self.next = LONGEST;
        }
        let wait = self.next;
        self.next = (self.next * 2).min(LONGEST);
        wait / 2 + wait / 2 * random() / 255
    }
}

/// Of 0 to 255, so that many hubs do not come back at the same moment: no more is wanted of it.
fn random() -> u32 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    now.subsec_micros() % 256
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn pauses_grow_and_begin_anew_only_after_a_line_that_stood() {
        let mut pause = Pause::default();
        let mut total = Duration::ZERO;
        for _ in 0..20 {
            // It opens every time, and breaks at once.
            total += pause.after(Some(Instant::now()), false);
        }
        assert!(total >= Duration::from_secs(150), "{total:?}");
        let good = Instant::now();
        tokio::time::advance(STOOD).await;
        assert!(pause.after(Some(good), false) <= FIRST);
        assert!(Pause::default().after(None, true) >= LONGEST / 2);
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_was_heard_just_now_may_be_starting() {
        let mut pause = Pause::default();
        pause.after(None, false);
        assert!(!pause.may_be_starting(), "nobody was there yet");
        pause.after(Some(Instant::now()), false);
        assert!(pause.may_be_starting());
        tokio::time::advance(STARTS_WITHIN).await;
        assert!(!pause.may_be_starting());
    }
}

//! Requests of the last seconds, counted so that no window of the other system ever sees more than it allows.
//!
//! A request counts from when it leaves until the window's length after it *ended*: whenever in between it arrived
//! over there, no window of that length holds more than the limit, at whatever instant it is taken.

use std::{collections::VecDeque, time::Duration};

#[derive(Debug, Default)]
pub(super) struct Recent {
    /// When requests ended, oldest first; monotonic.
    ended: VecDeque<Duration>,
    in_flight: u32,
}

/// When a place is free.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Free {
    Now,
    At(Duration),
    /// As soon as one in flight ends, and not by waiting alone.
    WhenOneEnds,
}

impl Recent {
    pub fn begin(&mut self) {
        self.in_flight += 1;
    }

    /// One ended; `keep`: the longest window anybody asks about.
    pub fn end(&mut self, now: Duration, keep: Duration) {
        self.in_flight = self.in_flight.saturating_sub(1);
        if !keep.is_zero() {
            self.ended.push_back(now);
            while self.ended.front().is_some_and(|ended| *ended + keep <= now) {
                self.ended.pop_front();
            }
        }
    }

    /// One that was begun never left.
    pub fn take_back(&mut self) {
        self.in_flight = self.in_flight.saturating_sub(1);
    }

    /// Requests of an earlier run, taken to have ended just now: longer waiting, never more than allowed.
    pub fn seed(&mut self, requests: u32, now: Duration) {
        self.ended.extend(std::iter::repeat_n(now, requests as usize));
    }

    pub fn in_flight(&self) -> u32 {
        self.in_flight
    }

    pub fn used(&self, now: Duration, length: Duration) -> u32 {
        let gone = self.ended.partition_point(|ended| *ended + length <= now);
        self.in_flight + u32::try_from(self.ended.len() - gone).unwrap_or(u32::MAX)
    }

    pub fn free(&self, now: Duration, length: Duration, limit: u32) -> Free {
        let used = self.used(now, length);
        if used < limit {
            return Free::Now;
        }
        if self.in_flight >= limit {
            return Free::WhenOneEnds;
        }
        // The one that must grow old for the count to fall below the limit.
        let must_go = (used - limit) as usize;
        let gone = self.ended.partition_point(|ended| *ended + length <= now);
        self.ended.get(gone + must_go).map_or(Free::WhenOneEnds, |ended| Free::At(*ended + length))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_place_is_free_again_a_whole_window_after_the_oldest_request_ended() {
        let mut recent = Recent::default();
        for second in [1, 2, 3] {
            recent.begin();
            recent.end(at(second), MINUTE);
        }
        assert_eq!(recent.free(at(10), MINUTE, 3), Free::At(at(61)));
        assert_eq!(recent.free(at(10), MINUTE, 2), Free::At(at(62)));
        assert_eq!(recent.free(at(61), MINUTE, 3), Free::Now);
        assert_eq!(recent.free(at(10), at(1), 3), Free::Now);
    }

    #[test]
    fn a_slow_request_counts_until_a_window_after_its_end() {
        let mut recent = Recent::default();
        recent.begin();
        assert_eq!(recent.free(at(500), MINUTE, 1), Free::WhenOneEnds);
        recent.end(at(500), MINUTE);
        assert_eq!(recent.free(at(559), MINUTE, 1), Free::At(at(560)));
    }

    #[test]
    fn what_never_left_costs_nothing_and_what_an_earlier_run_sent_does() {
        let mut recent = Recent::default();
        recent.begin();
        recent.take_back();
        assert_eq!(recent.used(at(0), MINUTE), 0);
        recent.seed(5, at(0));
        assert_eq!(recent.free(at(0), MINUTE, 5), Free::At(at(60)));
    }
}

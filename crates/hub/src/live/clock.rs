//! The clocks of telephone systems: how far each is off shows in what it pushes, and is kept for the next start.

use super::{Input, task::LiveTask};
use ringcard_connect::Push;
use ringcard_core::Timestamp;
use std::{collections::VecDeque, iter::repeat_n, time::Duration};

/// A ring that was sent longer ago makes no call. Clocks differ, and a queue in between may be slow.
const OLDEST_RING: Duration = Duration::from_secs(10 * 60);
/// So many of its last words show how a clock goes.
const REMEMBERED: usize = 32;
/// With so many that agree, a clock is off; one old push may be one that somebody sends again.
const ENOUGH: usize = 8;
/// They agree within this many milliseconds.
const AGREE: i64 = 60_000;
/// A clock is right when it is no further ahead and no further behind, in milliseconds. Many tell whole seconds only.
const AHEAD: i64 = 250;
const BEHIND: i64 = 2_000;
/// Off by more, it is said in the log.
const WORTH_A_WORD: i64 = 60_000;

/// How far a telephone system's clock is off, in milliseconds.
#[derive(Debug, Default)]
pub(super) struct Clock {
    /// How far ahead its words were when they came: of one that was under way for longer, less than the clock is.
    last: VecDeque<i64>,
    ahead: i64,
    /// As it is kept.
    kept: Option<i64>,
}

impl Clock {
    /// As it went before a restart.
    pub fn kept(ahead: i64) -> Self {
        Self { last: repeat_n(ahead, ENOUGH).collect(), ahead, kept: Some(ahead) }
    }

    /// By our clock, the moment that it told just now. Never later than now: whoever tells is not ahead of what happens.
    fn ours(&mut self, told: Timestamp, now: Timestamp) -> Timestamp {
        if self.last.len() == REMEMBERED {
            self.last.pop_front();
        }
        self.last.push_back(told.0.saturating_sub(now.0));
        // The word that came fastest says it best.
        let fastest = self.last.iter().copied().max().unwrap_or_default();
        if fastest > self.ahead + AHEAD || fastest < self.ahead - BEHIND {
            self.ahead = if (-BEHIND..=AHEAD).contains(&fastest) { 0 } else { fastest };
        }
        Timestamp(told.0.saturating_sub(self.ahead)).min(now)
    }

    /// Whether its words show long enough how it goes.
    fn is_known(&self) -> bool {
        let fastest = self.last.iter().copied().max().unwrap_or_default();
        // Those that waited somewhere on the way say nothing of it.
        self.last.iter().filter(|ahead| fastest - **ahead <= AGREE).count() >= ENOUGH
    }
}

/// A push, with its times by our clock.
pub(super) struct Taken {
    pub push: Push,
    /// A recorded push that somebody sends again, or one that waited too long somewhere: nobody rings any more.
    pub is_too_old: bool,
}

impl LiveTask {
    /// A push that came just now, by our clock.
    pub(super) fn by_our_clock(&mut self, account: &str, mut push: Push) -> Taken {
        let now = Timestamp::now();
        let sent = push.sent_at;
        let news_at = push.leg.as_mut().and_then(|news| news.at.as_mut());
        let mut told: Vec<&mut Timestamp> = push.sent_at.iter_mut().chain(news_at).collect();
        if told.is_empty() {
            return Taken { push, is_too_old: false };
        }
        let clock = self.clocks.entry(account.to_owned()).or_default();
        let before = clock.ahead;
        for at in &mut told {
            **at = clock.ours(**at, now);
        }
        if clock.ahead.abs() > WORTH_A_WORD && (clock.ahead - before).abs() > WORTH_A_WORD {
            let ahead = clock.ahead / 1000;
            tracing::warn!(
                account,
                seconds_ahead = ahead,
                "a telephone system's clock is off, or its pushes come late"
            );
        }
        let keep = clock.ahead;
        let is_kept = !clock.is_known() || clock.kept == Some(keep);
        let sent = if clock.is_known() { push.sent_at } else { sent };
        let is_too_old = sent.is_some_and(|sent| now.since(sent) > OLDEST_RING);
        if !is_kept {
            self.keep_clock(account, keep);
        }
        Taken { push, is_too_old }
    }

    /// Beside the calls: what cannot be kept is tried again with what the telephone system tells next.
    fn keep_clock(&mut self, account: &str, ahead: i64) {
        if let Some(clock) = self.clocks.get_mut(account) {
            clock.kept = Some(ahead);
        }
        let (history, account) = (self.parts.history.clone(), account.to_owned());
        self.later(async move {
            let kept = history.clock_is(account.clone(), ahead).await;
            Input::Act(Box::new(move |task: &mut Self| {
                let Err(error) = kept else { return };
                tracing::warn!(account, %error, "how a telephone system's clock goes could not be kept");
                if let Some(clock) = task.clocks.get_mut(&account) {
                    clock.kept = None;
                }
            }))
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// However far it is off, and however long each word is under way: nothing is later than now, what one tells keeps
        /// its order, and when one came at once the moments are right.
        #[test]
        fn a_clock_that_is_off_is_set_right(
            off in -20_000_000_i64..20_000_000,
            words in proptest::collection::vec((0_i64..5_000, 0_i64..400), 2..40),
        ) {
            let mut clock = Clock::default();
            let mut happened = 1_700_000_000_000;
            let mut before: Option<Timestamp> = None;
            // The first comes at once.
            clock.ours(Timestamp(happened + off), Timestamp(happened));
            for (after, under_way) in words {
                happened += after;
                let now = Timestamp(happened + under_way);
                let ours = clock.ours(Timestamp(happened + off), now);
                prop_assert!(ours <= now);
                prop_assert!((ours.0 - happened).abs() <= BEHIND, "{} for {happened}", ours.0);
                prop_assert!(before.is_none_or(|before| before <= ours));
                before = Some(ours);
            }
        }
    }

    #[test]
    fn a_clock_that_is_set_is_followed() {
        let mut clock = Clock::default();
        let now = |n: i64| Timestamp(1_700_000_000_000 + n * 1_000);
        let hour = 3_600_000;
        for n in 0..50 {
            assert_eq!(clock.ours(Timestamp(now(n).0 + hour), now(n)), now(n));
        }
        for n in 50..100 {
            clock.ours(now(n), now(n));
        }
        assert_eq!(clock.ours(now(101), now(101)), now(101));
        assert!(clock.is_known());
    }
}

//! How much of a day's allowance may be used by a moment of the day.
//!
//! Promises: nobody uses what is kept for look-ups but these; what may wait has a first part at once and more as the day
//! goes on, so that a busy morning leaves something for the evening; at the day's end it has all that is not kept; more is
//! never taken back.

use ringcard_connect::Pacing;
use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);

/// Who asks for a part of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::outbox) enum Haste {
    /// A look-up, an agent's own act: what is kept is kept for these.
    Now,
    /// A write that is not spread: *do not call*, a code, what was begun.
    Soon,
    /// What may wait for a later hour.
    Later,
}

/// How many of `limit` may be used when so much of the day has passed; `kept`: for look-ups.
pub(super) fn may_use(limit: u32, kept: u32, haste: Haste, pacing: Option<Pacing>, passed: Duration) -> u32 {
    let room = limit.saturating_sub(kept);
    match (haste, pacing) {
        (Haste::Now, _) => limit,
        (Haste::Soon, _) | (Haste::Later, None) => room,
        (Haste::Later, Some(pacing)) => {
            let (first, from, until) = parts(room, pacing);
            if passed >= until {
                return room;
            }
            let Some(gone) = passed.checked_sub(from) else { return first };
            let grown = u128::from(room - first) * gone.as_millis() / (until - from).as_millis().max(1);
            first + u32::try_from(grown).unwrap_or(u32::MAX).min(room - first)
        }
    }
}

/// After how much of the day one more than `used` may be used by what may wait; absent: not on this day.
pub(super) fn free_after(limit: u32, kept: u32, pacing: Pacing, used: u32) -> Option<Duration> {
    let room = limit.saturating_sub(kept);
    let (first, from, until) = parts(room, pacing);
    if used >= room {
        return None;
    }
    if used < first {
        return Some(Duration::ZERO);
    }
    let missing = u128::from(used + 1 - first);
    let after = (missing * (until - from).as_millis()).div_ceil(u128::from(room - first).max(1));
    Some((from + Duration::from_millis(u64::try_from(after).unwrap_or(u64::MAX))).min(until))
}

/// The first part, when it grows from, and until when; whatever somebody set.
fn parts(room: u32, pacing: Pacing) -> (u32, Duration, Duration) {
    let first = u64::from(room) * u64::from(pacing.first_percent.min(100)) / 100;
    // Something goes at any hour.
    let first = u32::try_from(first).unwrap_or(room).max(1).min(room);
    let from = u32::from(pacing.from.min(24 * 60));
    let until = u32::from(pacing.until.min(24 * 60)).max(from);
    (first, MINUTE * from, MINUTE * until)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DAY: Duration = Duration::from_secs(24 * 3600);

    fn hours(hours: u64) -> Duration {
        Duration::from_secs(hours * 3600)
    }

    #[test]
    fn a_busy_morning_leaves_something_for_the_evening() {
        let pacing = Some(Pacing::default());
        let by = |hour, haste| may_use(2_500, 500, haste, pacing, hours(hour));
        assert_eq!([0, 7, 12, 19, 20, 23].map(|hour| by(hour, Haste::Later)), [500, 500, 1_076, 1_884, 2_000, 2_000]);
        assert_eq!([0, 12, 23].map(|hour| by(hour, Haste::Soon)), [2_000; 3]);
        assert_eq!([0, 12, 23].map(|hour| by(hour, Haste::Now)), [2_500; 3]);
        assert_eq!(may_use(2_500, 500, Haste::Later, None, hours(1)), 2_000, "nobody set a pace");
    }

    fn pacing() -> impl Strategy<Value = Pacing> {
        (0_u16..2_000, 0_u16..2_000, 0_u8..=255).prop_map(|(from, until, first_percent)| Pacing {
            from,
            until,
            first_percent,
        })
    }

    proptest! {
        #[test]
        fn what_is_kept_is_kept_and_more_is_never_taken_back(
            limit in 0_u32..100_000, percent in 0_u32..=100, pacing in pacing(), one in 0_u64..86_400, other in 0_u64..86_400,
        ) {
            let kept = (limit * percent / 100).min(limit.saturating_sub(1));
            let by = |haste, second| may_use(limit, kept, haste, Some(pacing), Duration::from_secs(second));
            let (early, late) = (one.min(other), one.max(other));
            prop_assert!(by(Haste::Later, early) <= by(Haste::Later, late));
            prop_assert!(by(Haste::Later, late) <= by(Haste::Soon, late));
            prop_assert_eq!(by(Haste::Soon, late) + kept, limit);
            prop_assert_eq!(by(Haste::Now, late), limit);
            prop_assert!(limit == 0 || by(Haste::Later, 0) >= 1, "something goes at any hour");
            prop_assert_eq!(may_use(limit, kept, Haste::Later, Some(pacing), DAY), limit - kept);
        }

        /// The moment that is told is the first at which it may go.
        #[test]
        fn what_waits_is_told_the_moment_at_which_it_may_go(
            limit in 1_u32..5_000, pacing in pacing(), used in 0_u32..5_000,
        ) {
            let (kept, soon) = (limit / 5, Duration::from_millis(1));
            let at = |passed| may_use(limit, kept, Haste::Later, Some(pacing), passed);
            match free_after(limit, kept, pacing, used) {
                None => prop_assert!(used >= at(DAY), "not on this day"),
                Some(after) => {
                    prop_assert!(after <= DAY && at(after) > used, "{after:?}");
                    if let Some(before) = after.checked_sub(soon) {
                        prop_assert!(at(before) <= used, "{after:?} is late");
                    }
                }
            }
        }

        /// Rows that come at any time of a day leave in their order, on this day or the next, and no day is exceeded.
        #[test]
        fn what_waits_at_the_days_end_goes_on_the_next_and_nothing_starves(
            limit in 2_u32..60, pacing in pacing(), mut came in prop::collection::vec(0_u64..1_440, 1..150),
        ) {
            came.sort_unstable();
            let kept = limit / 5;
            let (mut gone, mut used, mut day) = (0, 0, 0);
            for minute in 0.. {
                if minute / 1_440 > day {
                    (day, used) = (minute / 1_440, 0);
                }
                let passed = Duration::from_secs(minute % 1_440 * 60);
                while gone < came.len() && came[gone] <= minute && used < may_use(limit, kept, Haste::Later, Some(pacing), passed) {
                    (gone, used) = (gone + 1, used + 1);
                }
                prop_assert!(used <= limit - kept);
                if gone == came.len() {
                    break;
                }
                prop_assert!(day <= came.len() as u64, "it starves");
            }
        }
    }
}

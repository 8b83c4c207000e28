//! Every wait of the outbox, in one place.

use ringcard_core::submission::GateReason;
use std::{
    hash::{DefaultHasher, Hash, Hasher},
    time::Duration,
};

/// An attempt that takes longer is over for us: it may be written.
pub const ATTEMPT_LIMIT: Duration = Duration::from_secs(90);
/// How long attempts in flight may take when the program ends.
pub const FAREWELL: Duration = Duration::from_secs(3);
/// Between two tries to save an outcome, or to begin anything while nothing can be saved.
pub const STORE_REST: Duration = Duration::from_secs(5);
/// No wait that another system asks for is longer: one row is tried then.
pub const LONGEST_WAIT: Duration = Duration::from_secs(26 * 3600);
/// The owner looks at the clock at least this often, so that a sleep of the machine or a changed clock is noticed.
pub const LONGEST_SLEEP: Duration = Duration::from_secs(30);
/// So many attempts in a row that did not get there, and the account itself is taken to be out of reach.
pub const NOT_SENT_IN_A_ROW: u32 = 5;

/// After a start, jobs of an earlier run are asked about.
pub const AFTER_START: Duration = Duration::from_secs(1);
/// Between two questions about a job, at least and at most, whatever the other system asks for.
pub const SOONEST_OF_JOB: Duration = Duration::from_secs(1);
pub const LATEST_OF_JOB: Duration = Duration::from_secs(300);
/// A job that takes longer is lost: its rows are looked for.
pub const LONGEST_JOB: Duration = Duration::from_secs(2 * 3600);

/// How long a look-up waits for its permit: somebody is on the phone.
pub const LOOK_UP_PATIENCE: Duration = Duration::from_secs(3);
/// What an agent does on the telephone; later, nobody expects it any more.
pub const ACT_PATIENCE: Duration = Duration::from_secs(10);
pub const REPORT_PATIENCE: Duration = Duration::from_secs(20);

/// Before the n-th repetition of an attempt that did not get there (n from 1).
const NOT_SENT: &[u64] = &[1, 2, 5, 15, 30, 60, 120, 300];
/// Before asking whether a write has arrived: it may still be on its way.
const UNKNOWN: &[u64] = &[3, 10, 30, 60, 120, 300];
/// Its clock and ours do not tick alike.
const AFTER_LIMIT: Duration = Duration::from_secs(1);
/// Before trying a closed account again where it did not say when, the n-th time in a row.
const OFFLINE: &[u64] = &[2, 5, 10, 20, 40, 60];
const PACE: &[u64] = &[2, 5, 10, 30, 60];
const MAINTENANCE: &[u64] = &[60, 120, 300];
// A person must act; a system that locks accounts after wrong passwords is not provoked.
const SIGN_IN: &[u64] = &[600, 1_800, 3_600];
const DAY_QUOTA: &[u64] = &[3_600];
/// Ten years: until a person says so, or its settings are others.
const DISABLED: &[u64] = &[10 * 365 * 86_400];

/// Before the n-th repetition of opening the outbox's file (n from 1): somebody is told *not saved* meanwhile.
const OPENING: &[u64] = &[1, 2, 5, 10, 15];

fn step(steps: &[u64], n: u32) -> Duration {
    let last = steps.len() - 1;
    Duration::from_secs(steps[usize::try_from(n.saturating_sub(1)).unwrap_or(last).min(last)])
}

/// Up to a quarter longer, by a number that differs from row to row: what failed together does not come back together.
fn jittered(wait: Duration, seed: impl Hash) -> Duration {
    let mut hasher = DefaultHasher::new();
    seed.hash(&mut hasher);
    let share = u32::try_from(hasher.finish() % 256).unwrap_or(0);
    wait + wait / 1024 * share
}

pub fn after_not_sent(attempts: u32, asked: Option<Duration>, seed: u64) -> Duration {
    let own = jittered(step(NOT_SENT, attempts), (seed, attempts));
    asked.map_or(own, |asked| own.max(asked.min(LONGEST_WAIT)))
}

pub fn after_unknown(attempts: u32, seed: u64) -> Duration {
    jittered(step(UNKNOWN, attempts), (seed, attempts))
}

/// How long after the other system's own limit it is asked for the last time whether a write has arrived.
pub fn after_limit(seed: u64) -> Duration {
    jittered(AFTER_LIMIT, seed)
}

pub fn before_opening(tries: u32, file: impl Hash) -> Duration {
    jittered(step(OPENING, tries), (file, tries))
}

/// How long an account stays closed that did not say until when; `strikes`: how often in a row, from 1.
pub fn closed(why: GateReason, strikes: u32, account: &str) -> Duration {
    let steps = match why {
        GateReason::Offline => OFFLINE,
        GateReason::Pace => PACE,
        GateReason::Maintenance => MAINTENANCE,
        GateReason::SignIn => SIGN_IN,
        GateReason::DayQuota => DAY_QUOTA,
        GateReason::Disabled => DISABLED,
    };
    jittered(step(steps, strikes), (account, strikes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_five_minutes_and_what_was_asked_for_only_makes_them_longer() {
        let waits: Vec<u64> = (1..=8).map(|n| after_not_sent(n, None, 7).as_secs()).collect();
        assert!(waits.is_sorted() && waits[0] <= 1 && (300..=375).contains(waits.last().expect("some")));
        let asked = Duration::from_secs(40);
        assert_eq!(after_not_sent(1, Some(asked), 7), asked);
        assert!(after_not_sent(12, Some(asked), 7) >= Duration::from_secs(300));
        assert_eq!(after_not_sent(1, Some(Duration::MAX), 7), LONGEST_WAIT);
    }

    #[test]
    fn rows_that_failed_together_come_back_apart() {
        let waits: std::collections::BTreeSet<Duration> = (0..50).map(|row| after_not_sent(8, None, row)).collect();
        assert!(waits.len() > 25);
    }
}

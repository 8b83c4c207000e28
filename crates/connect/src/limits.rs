//! What an account may be asked, beside its windows: what each answer says of it, and limits of a part (one ticket, one
//! user, one kind of list).
//!
//! Other programs use the same account. So what the other system says of its count ([`Said`]) goes back with the permit of
//! *every* request, whatever it was for; it only ever makes us wait longer.

use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};

/// What an answer said of its account's limits. Absent: nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// It was turned away for a limit, and not for what it asked.
    pub turned_away: bool,
    /// Requests a minute, by the other system's word.
    pub per_minute: Option<u32>,
    /// How many more it takes in this minute, from whoever uses the account.
    pub left: Option<u32>,
    /// After which its minute begins anew.
    pub resets_in: Option<Duration>,
    /// Nothing is to be sent for so long (`Retry-After`).
    pub wait: Option<Duration>,
    /// What is left of the day, by its own count.
    pub left_today: Option<u32>,
    /// `wait` is about what this request asked for (one ticket's or one user's limit), and not about the account.
    pub only_this: bool,
}

/// A limit of a part of an account: so many requests of one `key` in `per`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Narrow {
    /// What is counted together, in the connector's own words and ids (`ticket/7`); at most [`LONGEST_KEY`] bytes count.
    pub key: String,
    pub per: Duration,
    pub count: u32,
}

impl Narrow {
    /// `count` requests of `key` in `per`.
    pub fn new(key: impl Into<String>, count: u32, per: Duration) -> Self {
        let mut key = key.into();
        if key.len() > LONGEST_KEY {
            let end = (0..=LONGEST_KEY).rev().find(|at| key.is_char_boundary(*at)).unwrap_or(0);
            key.truncate(end);
        }
        Self { key, per, count }
    }
}

/// See [`Narrow::key`].
pub const LONGEST_KEY: usize = 120;
/// Keys counted at once; past that, the one whose last request is the oldest is forgotten.
const MOST_KEYS: usize = 10_000;
/// A larger count is no limit worth counting by.
const MOST_COUNTED: u32 = 10_000;

/// Requests of parts of an account, counted. Without a clock: times are of one that never goes back.
///
/// A request counts for `per` after it was noted, and noted is when it begins; so whoever notes leaves room for its way:
/// counts are held [`SLACK`] longer.
#[derive(Debug, Default)]
pub struct Narrows {
    keys: HashMap<String, Noted>,
}

#[derive(Debug, Default)]
struct Noted {
    /// Oldest first.
    at: VecDeque<Duration>,
    /// The other system said that this one takes nothing before.
    closed_until: Duration,
    /// The longest it is asked about.
    keep: Duration,
}

/// A request arrives so much later than another one at the most, as far as these counts are concerned.
pub const SLACK: Duration = Duration::from_secs(2);

impl Narrows {
    /// When all of these have room: `now` or earlier means at once.
    pub fn free_at(&self, limits: &[Narrow], now: Duration) -> Duration {
        limits.iter().map(|limit| self.one_free_at(limit, now)).max().unwrap_or(now)
    }

    /// Whether these have room now beside others of the same request, which are not noted yet.
    pub fn has_room(&self, limits: &[Narrow], beside: &[Narrow], now: Duration) -> bool {
        limits.iter().all(|limit| {
            let same = beside.iter().filter(|other| other.key == limit.key).count();
            let same = u32::try_from(same).unwrap_or(u32::MAX);
            let less = Narrow { count: limit.count.saturating_sub(same), ..limit.clone() };
            less.count > 0 && self.one_free_at(&less, now) <= now
        })
    }

    fn one_free_at(&self, limit: &Narrow, now: Duration) -> Duration {
        let Some(noted) = self.keys.get(&limit.key) else { return now };
        let whole = limit.per + SLACK;
        let gone = noted.at.partition_point(|at| *at + whole <= now);
        let used = noted.at.len() - gone;
        let count = usize::try_from(limit.count.max(1)).unwrap_or(usize::MAX);
        let free = match used.checked_sub(count) {
            Some(over) => noted.at.get(gone + over).map_or(now, |at| *at + whole),
            None => now,
        };
        free.max(noted.closed_until)
    }

    /// A request of these begins.
    pub fn note(&mut self, limits: &[Narrow], now: Duration) {
        for limit in limits.iter().filter(|limit| limit.count <= MOST_COUNTED) {
            let noted = self.entry(&limit.key, now);
            noted.keep = noted.keep.max(limit.per + SLACK);
            let keep = noted.keep;
            while noted.at.front().is_some_and(|at| *at + keep <= now) {
                noted.at.pop_front();
            }
            noted.at.push_back(now);
        }
    }

    /// It never left.
    pub fn take_back(&mut self, limits: &[Narrow]) {
        for limit in limits {
            if let Some(noted) = self.keys.get_mut(&limit.key) {
                noted.at.pop_back();
            }
        }
    }

    /// The other system said that these take nothing for so long.
    pub fn close(&mut self, limits: &[Narrow], wait: Duration, now: Duration) {
        for limit in limits {
            let noted = self.entry(&limit.key, now);
            noted.closed_until = noted.closed_until.max(now + wait);
        }
    }

    fn entry(&mut self, key: &str, now: Duration) -> &mut Noted {
        if !self.keys.contains_key(key) {
            self.make_room(now);
            self.keys.insert(key.to_owned(), Noted::default());
        }
        self.keys.get_mut(key).expect("BUG: it was put in")
    }

    /// Forgets what counts no longer, and of the rest the oldest tenth where too many are left.
    fn make_room(&mut self, now: Duration) {
        if self.keys.len() < MOST_KEYS {
            return;
        }
        let last = |noted: &Noted| noted.at.back().map_or(noted.closed_until, |at| (*at).max(noted.closed_until));
        self.keys.retain(|_, noted| last(noted) + noted.keep > now);
        if self.keys.len() >= MOST_KEYS {
            let mut ages: Vec<Duration> = self.keys.values().map(last).collect();
            ages.sort_unstable();
            let oldest = ages[MOST_KEYS / 10];
            self.keys.retain(|_, noted| last(noted) > oldest);
        }
    }

    /// Keys that are counted now.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether nothing is counted.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TEN_MINUTES: Duration = Duration::from_secs(600);

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn thirty_in_ten_minutes_of_one_ticket_leave_the_others_alone() {
        let (mut narrows, ticket) = (Narrows::default(), [Narrow::new("ticket/7", 30, TEN_MINUTES)]);
        for second in 0..30 {
            assert_eq!(narrows.free_at(&ticket, at(second)), at(second));
            narrows.note(&ticket, at(second));
        }
        assert_eq!(narrows.free_at(&ticket, at(30)), TEN_MINUTES + SLACK);
        assert_eq!(narrows.free_at(&[Narrow::new("ticket/8", 30, TEN_MINUTES)], at(30)), at(30));
        narrows.take_back(&ticket);
        assert_eq!(narrows.free_at(&ticket, at(30)), at(30));
    }

    #[test]
    fn what_the_other_system_closed_stays_closed_for_its_time_and_no_shorter_word_opens_it() {
        let (mut narrows, user) = (Narrows::default(), [Narrow::new("user/1", 5, at(60))]);
        narrows.close(&user, at(40), at(0));
        narrows.close(&user, at(5), at(1));
        assert_eq!(narrows.free_at(&user, at(2)), at(40));
        assert_eq!(narrows.free_at(&user, at(41)), at(41));
    }

    #[test]
    fn a_hundred_thousand_tickets_take_bounded_memory_and_the_newest_still_count() {
        let mut narrows = Narrows::default();
        for n in 0..100_000_u64 {
            narrows.note(&[Narrow::new(format!("ticket/{n}"), 1, TEN_MINUTES)], Duration::from_millis(n));
        }
        assert!(narrows.len() <= MOST_KEYS);
        let last = [Narrow::new("ticket/99999", 1, TEN_MINUTES)];
        assert!(narrows.free_at(&last, at(100)) > at(600));
        assert!(Narrow::new("ő".repeat(500), 1, TEN_MINUTES).key.len() <= LONGEST_KEY);
    }

    proptest! {
        /// However late each arrives within the slack, no window over there holds more than the limit.
        #[test]
        fn no_window_holds_more_than_its_limit(
            count in 1_u32..6, per in 1_u64..30, waits in prop::collection::vec(0_u64..4_000, 1..80),
            ways in prop::collection::vec(0_u64..2_000, 80),
        ) {
            let (mut narrows, limit) = (Narrows::default(), [Narrow::new("one", count, at(per))]);
            let (mut now, mut arrived) = (Duration::ZERO, Vec::new());
            for (wait, way) in waits.into_iter().zip(ways) {
                now = (now + Duration::from_millis(wait)).max(narrows.free_at(&limit, now));
                narrows.note(&limit, now);
                arrived.push(now + Duration::from_millis(way));
            }
            arrived.sort_unstable();
            for few in arrived.windows(count as usize + 1) {
                prop_assert!(few[count as usize] - few[0] >= at(per));
            }
        }
    }
}

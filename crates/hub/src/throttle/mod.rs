//! How much may be sent: by whom nobody knows, from one place ([`Strangers`]), and by a known sender to one account
//! ([`Senders`]). The two are counted apart: whoever proves who they are never waits for what others do at their address.

mod tokens;

pub(crate) use tokens::WrongTokens;

use crate::from_where::{FromWhere, Place};
use std::{
    collections::HashMap,
    hash::Hash,
    sync::Mutex,
    time::{Duration, Instant},
};

/// Requests without proof that one place may send at once, and per second from then on. It is somebody who mistyped a key,
/// or a PBX that is not set up yet.
const STRANGERS_BURST: f64 = 200.0;
const STRANGERS_PER_SECOND: f64 = 20.0;
/// A known sender may send five seconds' worth at once: all phones of a house ring.
const SENDERS_BURST_SECONDS: f64 = 5.0;
/// Senders remembered; beyond it those that are quiet are forgotten, which costs nobody anything.
const REMEMBERED: usize = 4096;
/// Quiet ones are looked for at most this often: looking is what would cost something.
const SWEEP: Duration = Duration::from_secs(1);

/// Requests without proof, by the place they come from.
pub(crate) struct Strangers(Buckets<Place>);

impl Default for Strangers {
    fn default() -> Self {
        Self(Buckets::new(STRANGERS_BURST, STRANGERS_PER_SECOND))
    }
}

impl Strangers {
    /// Takes one request's worth, or says how long to wait.
    pub fn take(&self, place: Place, now: Instant) -> Result<(), Duration> {
        self.0.take(place, now)
    }
}

/// Pushes with proof, by account; where only the address is the proof, by that too. Call data are counted apart: what a
/// telephone system sends after an outage keeps no phone from ringing.
pub(crate) struct Senders(Buckets<(String, Option<Place>, Counted)>);

/// As what a push counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Counted {
    Ring,
    Data,
}

impl Senders {
    pub fn new(per_second: u32) -> Self {
        let per_second = f64::from(per_second.max(1));
        Self(Buckets::new(per_second * SENDERS_BURST_SECONDS, per_second))
    }

    /// Takes one push's worth, or says how long to wait.
    pub fn take(
        &self,
        account: &str,
        known_by: Option<&FromWhere>,
        counted: Counted,
        now: Instant,
    ) -> Result<(), Duration> {
        self.0.take((account.to_owned(), known_by.map(FromWhere::place), counted), now)
    }
}

/// A bucket for each, which fills again with time.
struct Buckets<K> {
    burst: f64,
    per_second: f64,
    known: Mutex<Known<K>>,
}

struct Known<K> {
    buckets: HashMap<K, Bucket>,
    swept: Option<Instant>,
}

struct Bucket {
    left: f64,
    at: Instant,
}

impl<K: Eq + Hash> Buckets<K> {
    fn new(burst: f64, per_second: f64) -> Self {
        Self { burst, per_second, known: Mutex::new(Known { buckets: HashMap::new(), swept: None }) }
    }

    fn refilled(&self, bucket: &Bucket, now: Instant) -> f64 {
        (bucket.left + now.saturating_duration_since(bucket.at).as_secs_f64() * self.per_second).min(self.burst)
    }

    fn take(&self, key: K, now: Instant) -> Result<(), Duration> {
        let mut known = self.known.lock().expect("BUG: nobody panics while holding the buckets");
        let Known { buckets, swept } = &mut *known;
        if buckets.len() >= REMEMBERED && !buckets.contains_key(&key) {
            if swept.is_none_or(|swept| now.saturating_duration_since(swept) >= SWEEP) {
                buckets.retain(|_, bucket| self.refilled(bucket, now) < self.burst);
                *swept = Some(now);
            }
            if buckets.len() >= REMEMBERED {
                return Err(SWEEP);
            }
        }
        let bucket = buckets.entry(key).or_insert(Bucket { left: self.burst, at: now });
        let left = self.refilled(bucket, now);
        *bucket = Bucket { left, at: now };
        if left < 1.0 {
            return Err(Duration::from_secs_f64((1.0 - left) / self.per_second).max(Duration::from_secs(1)));
        }
        bucket.left -= 1.0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::DEFAULT_PUSHES_PER_SECOND;
    use std::net::{IpAddr, Ipv4Addr};

    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    #[test]
    fn a_pbx_that_loops_is_cut_and_a_busy_one_is_not() {
        let start = Instant::now();
        let taken = |per_minute: u32| {
            let senders = Senders::new(DEFAULT_PUSHES_PER_SECOND);
            (0..per_minute)
                .filter(|n| {
                    senders.take("pbx", None, Counted::Ring, start + Duration::from_secs(60) / per_minute * *n).is_ok()
                })
                .count()
        };
        assert_eq!(taken(6_000), 6_000);
        assert!(taken(20_000) < 7_000, "{}", taken(20_000));
    }

    #[test]
    fn a_place_that_was_cut_may_send_again_and_others_never_notice() {
        let strangers = Strangers::default();
        let (here, there) = (Place::of(HERE), Place::of("127.0.0.2".parse().expect("an address")));
        let start = Instant::now();
        while strangers.take(here, start).is_ok() {}
        assert!(strangers.take(there, start).is_ok());
        assert!(strangers.take(here, start + Duration::from_secs(1)).is_ok());
        let senders = Senders::new(1);
        while senders.take("pbx", None, Counted::Ring, start).is_ok() {}
        assert!(senders.take("other", None, Counted::Ring, start).is_ok());
        assert!(senders.take("pbx", None, Counted::Data, start).is_ok());
    }

    #[test]
    fn memory_stays_bounded_under_a_million_places() {
        let strangers = Strangers::default();
        let now = Instant::now();
        for n in 0..1_000_000_u32 {
            let place = Place::of(IpAddr::V4(n.into()));
            let _ = strangers.take(place, now + Duration::from_micros(n.into()));
        }
        assert!(strangers.0.known.lock().expect("a lock").buckets.len() <= REMEMBERED);
    }
}

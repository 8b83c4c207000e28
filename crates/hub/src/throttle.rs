//! How much one address may send: enough for a busy PBX, not enough to hurt.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::Mutex,
    time::{Duration, Instant},
};

/// Requests an address may send in a burst, and per second from then on. A PBX with twenty calls a second, each
/// with a ring, two events and an end, stays below.
const BURST: f64 = 400.0;
const PER_SECOND: f64 = 80.0;
/// Addresses remembered; beyond it those that are quiet are forgotten, which costs nobody anything.
const ADDRESSES: usize = 4096;

/// Quiet addresses are looked for at most this often: looking is what would cost something.
const SWEEP: Duration = Duration::from_secs(1);

#[derive(Default)]
pub(crate) struct Throttle {
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    buckets: HashMap<IpAddr, Bucket>,
    swept: Option<Instant>,
}

struct Bucket {
    left: f64,
    at: Instant,
}

impl Bucket {
    fn refilled(&self, now: Instant) -> f64 {
        (self.left + now.saturating_duration_since(self.at).as_secs_f64() * PER_SECOND).min(BURST)
    }
}

impl Throttle {
    /// Takes one request's worth, or says how long to wait.
    pub fn take(&self, address: IpAddr, now: Instant) -> Result<(), Duration> {
        let mut known = self.known.lock().expect("BUG: nobody panics while holding the buckets");
        let Known { buckets, swept } = &mut *known;
        if buckets.len() >= ADDRESSES && !buckets.contains_key(&address) {
            if swept.is_none_or(|swept| now.saturating_duration_since(swept) >= SWEEP) {
                buckets.retain(|_, bucket| bucket.refilled(now) < BURST);
                *swept = Some(now);
            }
            if buckets.len() >= ADDRESSES {
                return Err(SWEEP);
            }
        }
        let bucket = buckets.entry(address).or_insert(Bucket { left: BURST, at: now });
        let left = bucket.refilled(now);
        *bucket = Bucket { left, at: now };
        if left < 1.0 {
            return Err(Duration::from_secs_f64((1.0 - left) / PER_SECOND).max(Duration::from_secs(1)));
        }
        bucket.left -= 1.0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PBX: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(127, 0, 0, 1));

    #[test]
    fn ten_thousand_a_minute_from_one_address_are_cut_and_a_busy_pbx_is_not() {
        let start = Instant::now();
        let taken = |per_minute: u32| {
            let throttle = Throttle::default();
            (0..per_minute)
                .filter(|n| throttle.take(PBX, start + Duration::from_secs(60) / per_minute * *n).is_ok())
                .count()
        };
        assert_eq!(taken(4_000), 4_000);
        assert!(taken(10_000) < 5_500, "{}", taken(10_000));
    }

    #[test]
    fn an_address_that_was_cut_may_send_again_and_others_never_notice() {
        let throttle = Throttle::default();
        let start = Instant::now();
        while throttle.take(PBX, start).is_ok() {}
        assert!(throttle.take("127.0.0.2".parse().expect("an address"), start).is_ok());
        assert!(throttle.take(PBX, start + Duration::from_secs(1)).is_ok());
    }

    #[test]
    fn memory_stays_bounded_under_a_million_addresses() {
        let throttle = Throttle::default();
        let now = Instant::now();
        for n in 0..1_000_000_u32 {
            let _ = throttle.take(IpAddr::V4(n.into()), now + Duration::from_micros(n.into()));
        }
        assert!(throttle.known.lock().expect("a lock").buckets.len() <= ADDRESSES);
    }
}

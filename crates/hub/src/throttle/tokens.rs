//! Wrong tokens: each makes its place wait longer, and the right one is never asked to wait.

use crate::from_where::Place;
use std::{
    collections::HashMap,
    sync::Mutex,
    time::{Duration, Instant},
};

/// A token that was pasted wrongly may be tried again at once so many times.
const FREE: u32 = 5;
/// Doubled with every further one, up to the longest.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(300);
/// A place that sent none for so long begins anew.
const FORGOTTEN: Duration = Duration::from_secs(600);
/// Places remembered; those beyond it are one.
const MOST: usize = 4096;

#[derive(Default)]
pub(crate) struct WrongTokens(Mutex<Known>);

#[derive(Default)]
struct Known {
    places: HashMap<Place, Tries>,
    /// All that found no place in the memory.
    others: Option<Tries>,
    swept: Option<Instant>,
}

#[derive(Clone, Copy)]
struct Tries {
    times: u32,
    last: Instant,
}

impl Tries {
    fn is_forgotten(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.last) >= FORGOTTEN
    }
}

impl WrongTokens {
    /// Counts a wrong token; says how long to wait with the next one, where there were several.
    pub fn count(&self, place: Place, now: Instant) -> Option<Duration> {
        let mut known = self.0.lock().expect("BUG: nobody panics while holding the places");
        let Known { places, others, swept } = &mut *known;
        let is_due = swept.is_none_or(|swept| now.saturating_duration_since(swept) >= FIRST_WAIT);
        if places.len() >= MOST && !places.contains_key(&place) && is_due {
            places.retain(|_, tries| !tries.is_forgotten(now));
            *swept = Some(now);
        }
        let new = Tries { times: 0, last: now };
        let tries = match places.len() >= MOST && !places.contains_key(&place) {
            true => others.get_or_insert(new),
            false => places.entry(place).or_insert(new),
        };
        if tries.is_forgotten(now) {
            *tries = new;
        }
        *tries = Tries { times: tries.times.saturating_add(1), last: now };
        let beyond = tries.times.checked_sub(FREE + 1)?;
        Some(FIRST_WAIT.saturating_mul(1 << beyond.min(16)).min(LONGEST_WAIT))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{IpAddr, Ipv4Addr};

    fn place(n: u32) -> Place {
        Place::of(IpAddr::V4(Ipv4Addr::from(n)))
    }

    #[test]
    fn a_few_are_free_then_the_wait_grows_and_it_is_forgotten_in_the_end() {
        let tokens = WrongTokens::default();
        let start = Instant::now();
        let waits: Vec<_> = (0..20).map(|_| tokens.count(place(1), start).map(|wait| wait.as_secs())).collect();
        assert!(waits[..5].iter().all(Option::is_none), "{waits:?}");
        assert_eq!(waits[5..9], [Some(1), Some(2), Some(4), Some(8)]);
        assert_eq!(waits[19], Some(300));
        assert_eq!(tokens.count(place(2), start), None, "another place");
        assert_eq!(tokens.count(place(1), start + FORGOTTEN), None);
    }

    #[test]
    fn a_million_places_fill_no_memory_and_slow_each_other_down() {
        let tokens = WrongTokens::default();
        let now = Instant::now();
        let last = (0..1_000_000).map(|n| tokens.count(place(n), now)).last().flatten();
        assert_eq!(last, Some(LONGEST_WAIT));
        assert!(tokens.0.lock().expect("a lock").places.len() <= MOST);
    }
}

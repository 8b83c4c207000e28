//! What the other system says of its minute, which other programs use, too.
//!
//! Its count is the truth, and a little old when it arrives: what is under way is taken off it, what leaves since, and what
//! the others will have used before the next word of it, by how much they used between the last ones.

use ringcard_connect::Said;
use std::time::Duration;

/// The other system's minute, where it does not say when it begins anew.
const MINUTE: Duration = Duration::from_secs(60);
/// The others are measured over at least so long.
const MEASURED: Duration = Duration::from_secs(1);
/// Their last half minute counts more than what was before.
const REMEMBERED: f64 = 20.0;
/// So much of what they use is taken off what is left: as long as it may be until the next word.
const AHEAD: f64 = 2.0;
/// Nobody said when it begins anew: one request asks, so often.
const ASK_EVERY: Duration = Duration::from_secs(3);

/// The newest word of it.
#[derive(Debug, Default)]
pub(super) struct Heard {
    word: Option<Word>,
    /// Its limit, by its own word; it stays known.
    limit: Option<u32>,
    measured: Option<Measured>,
    /// Requests a second that are not ours.
    others: f64,
}

#[derive(Debug)]
struct Word {
    /// The request that brought it.
    nth: u64,
    /// How many more are taken, less what left since.
    left: u32,
    at: Duration,
    until: Duration,
    /// It said itself until when.
    said_until: bool,
}

#[derive(Debug)]
struct Measured {
    nth: u64,
    left: u32,
    at: Duration,
}

/// What of the other system's minute a request may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Room {
    Free,
    /// Not before.
    At(Duration),
}

impl Heard {
    /// An answer to the `nth` request said something; `under_way`: requests that have not ended, without it.
    pub fn hear(&mut self, nth: u64, said: &Said, under_way: u32, now: Duration) {
        if let Some(limit) = said.per_minute.filter(|limit| *limit > 0) {
            self.limit = Some(limit);
        }
        let left = match said.left {
            Some(left) => left,
            // Turned away, nothing is left, whatever it does not say.
            None if said.turned_away && !said.only_this => 0,
            None => return,
        };
        self.measure(nth, left, now);
        let resets_in = said.resets_in.or(said.wait).filter(|wait| !wait.is_zero());
        let until = now + resets_in.unwrap_or(MINUTE).min(MINUTE);
        let usable = left.saturating_sub(under_way);
        match &mut self.word {
            // An older request's answer came later: it may know less.
            Some(word) if nth < word.nth && now < word.until => word.left = word.left.min(usable),
            word => *word = Some(Word { nth, left: usable, at: now, until, said_until: resets_in.is_some() }),
        }
    }

    fn measure(&mut self, nth: u64, left: u32, now: Duration) {
        match &mut self.measured {
            Some(before) if nth > before.nth && left <= before.left && now < before.at + MINUTE => {
                let passed = now.saturating_sub(before.at);
                if passed < MEASURED {
                    return;
                }
                let ours = u32::try_from(nth - before.nth).unwrap_or(u32::MAX);
                let others = f64::from((before.left - left).saturating_sub(ours)) / passed.as_secs_f64();
                let weight = passed.as_secs_f64() / (passed.as_secs_f64() + REMEMBERED);
                self.others += (others - self.others) * weight;
                *before = Measured { nth, left, at: now };
            }
            Some(before) if nth < before.nth => {}
            // Its next minute has begun.
            measured => *measured = Some(Measured { nth, left, at: now }),
        }
    }

    /// A request leaves.
    pub fn begin(&mut self) {
        if let Some(word) = &mut self.word {
            word.left = word.left.saturating_sub(1);
        }
    }

    /// Whether one more may leave; `keep`: what of the minute is not for it.
    pub fn room(&self, keep: u32, now: Duration) -> Room {
        let Some(word) = self.word.as_ref().filter(|word| now < word.until) else { return Room::Free };
        let margin = if keep == 0 { 0 } else { self.margin() };
        if word.left > keep.saturating_add(margin) {
            return Room::Free;
        }
        if word.said_until || word.left <= margin {
            return Room::At(word.until);
        }
        // Some are left, and nobody says until when it counts: one asks now and then.
        let next = word.at + ASK_EVERY;
        if next <= now { Room::Free } else { Room::At(next.min(word.until)) }
    }

    fn margin(&self) -> u32 {
        1 + (self.others.clamp(0.0, 100_000.0) * AHEAD).ceil() as u32
    }

    /// The other system's own limit for a minute, where it said one.
    pub fn limit(&self) -> Option<u32> {
        self.limit
    }

    /// What other programs use in a minute, about; absent: nobody knows.
    pub fn others(&self) -> Option<u32> {
        self.measured.as_ref().map(|_| (self.others.clamp(0.0, 100_000.0) * 60.0).round() as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn left(left: u32) -> Said {
        Said { left: Some(left), ..Said::default() }
    }

    #[test]
    fn what_others_use_is_learned_from_what_is_missing_and_held_back() {
        let mut heard = Heard::default();
        for second in 0..60_u32 {
            // One request a second of ours, three of theirs.
            heard.hear(u64::from(second) + 1, &left(400 - 4 * second), 0, at(second.into()));
        }
        let others = heard.others().expect("measured");
        assert!((120..=180).contains(&others), "{others} a minute");
        assert_eq!(heard.room(50, at(59)), Room::Free);
        assert!(matches!(heard.room(200, at(59)), Room::At(_)));
    }

    #[test]
    fn what_is_under_way_and_what_leaves_is_taken_off_and_a_later_word_counts_anew() {
        let mut heard = Heard::default();
        let said = Said { resets_in: Some(at(20)), ..left(5) };
        heard.hear(3, &said, 2, at(0));
        (0..3).for_each(|_| heard.begin());
        assert_eq!(heard.room(0, at(1)), Room::At(at(20)));
        assert_eq!(heard.room(0, at(20)), Room::Free, "its minute is over");
        heard.hear(4, &left(2), 0, at(2));
        // An older answer that comes late promises nothing.
        heard.hear(2, &left(300), 0, at(3));
        (0..2).for_each(|_| heard.begin());
        assert!(matches!(heard.room(0, at(3)), Room::At(_)));
        heard.hear(5, &left(400), 0, at(4));
        assert_eq!(heard.room(100, at(4)), Room::Free);
    }

    #[test]
    fn where_nobody_says_when_the_minute_begins_anew_one_request_asks_now_and_then() {
        let mut heard = Heard::default();
        heard.hear(1, &left(40), 0, at(0));
        assert_eq!(heard.room(80, at(0)), Room::At(ASK_EVERY));
        assert_eq!(heard.room(80, ASK_EVERY), Room::Free);
        assert_eq!(heard.room(0, at(0)), Room::Free, "look-ups have what is left");
        heard.hear(2, &left(0), 0, at(4));
        assert_eq!(heard.room(80, at(5)), Room::At(at(64)));
        assert_eq!(heard.room(0, at(5)), Room::At(at(64)));
    }

    #[test]
    fn turned_away_means_that_nothing_is_left() {
        let mut heard = Heard::default();
        heard.hear(1, &Said { turned_away: true, wait: Some(at(30)), ..Said::default() }, 0, at(0));
        assert_eq!(heard.room(0, at(1)), Room::At(at(30)));
        let mut other = Heard::default();
        let one_ticket = Said { turned_away: true, only_this: true, wait: Some(at(30)), ..Said::default() };
        other.hear(1, &one_ticket, 0, at(0));
        assert_eq!(other.room(0, at(1)), Room::Free);
    }
}

//! The day's count, by the calendar of the account's zone.
//!
//! A clock set back hands out nothing: the day that was begun goes on until the clock has passed it.

use jiff::{ToSpan, civil::Date, tz::TimeZone};
use ringcard_core::Timestamp;
use std::time::Duration;

#[derive(Debug)]
pub(super) struct Day {
    zone: TimeZone,
    date: Date,
    used: u32,
    /// Counted requests that have not ended: one that leaves before midnight may arrive after it.
    in_flight: u32,
    /// Between these the date is the same, and nothing needs to be worked out.
    from: Timestamp,
    to: Timestamp,
}

impl Day {
    pub fn new(zone: &str, wall: Timestamp) -> Self {
        let zone = zone_named(zone);
        let date = date_of(&zone, wall);
        let (from, to) = bounds(&zone, date);
        Self { zone, date, used: 0, in_flight: 0, from, to }
    }

    /// Goes on with what an earlier run has used.
    pub fn restore(&mut self, date: &str, used: u32, wall: Timestamp) {
        if let Ok(date) = date.parse::<Date>() {
            self.date = date;
            self.used = used;
            self.settle(wall);
        }
    }

    pub fn set_zone(&mut self, zone: &str, wall: Timestamp) {
        self.zone = zone_named(zone);
        self.settle(wall);
    }

    /// Begins the next day when it is there.
    pub fn roll(&mut self, wall: Timestamp) {
        if wall < self.from || wall >= self.to {
            self.settle(wall);
        }
    }

    fn settle(&mut self, wall: Timestamp) {
        let today = date_of(&self.zone, wall);
        let tomorrow = today.checked_add(1.day()).unwrap_or(today);
        if today > self.date {
            self.date = today;
            self.used = self.in_flight;
        } else if self.date > tomorrow {
            // The clock was years ahead once. What was used counts on, and a new day comes all the same.
            self.date = tomorrow;
        }
        (self.from, self.to) = bounds(&self.zone, self.date);
    }

    pub fn begin(&mut self) {
        self.used = self.used.saturating_add(1);
        self.in_flight += 1;
    }

    pub fn end(&mut self) {
        self.in_flight = self.in_flight.saturating_sub(1);
    }

    pub fn take_back(&mut self) {
        self.used = self.used.saturating_sub(1);
        self.in_flight = self.in_flight.saturating_sub(1);
    }

    /// The other system counts more than we do (somebody else uses the account): it is right.
    pub fn at_least(&mut self, used: u32) {
        self.used = self.used.max(used);
    }

    pub fn used(&self) -> u32 {
        self.used
    }

    pub fn ends(&self) -> Timestamp {
        self.to
    }

    /// How much of it has passed; nothing where the clock was set back before it.
    pub fn passed(&self, wall: Timestamp) -> Duration {
        wall.since(self.from)
    }

    /// The moment of it when so much has passed.
    pub fn moment(&self, passed: Duration) -> Timestamp {
        self.from.after(passed).min(self.to)
    }

    pub fn date(&self) -> String {
        self.date.to_string()
    }
}

fn zone_named(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or_else(|_| {
        tracing::warn!(zone = name, "there is no such time zone; the account's day begins at midnight UTC");
        TimeZone::UTC
    })
}

fn date_of(zone: &TimeZone, wall: Timestamp) -> Date {
    let moment = jiff::Timestamp::from_millisecond(wall.0).unwrap_or_default();
    zone.to_datetime(moment).date()
}

fn bounds(zone: &TimeZone, date: Date) -> (Timestamp, Timestamp) {
    let begins = |date: Date, otherwise: i64| {
        date.to_zoned(zone.clone()).map_or(Timestamp(otherwise), |zoned| Timestamp(zoned.timestamp().as_millisecond()))
    };
    let next = date.checked_add(1.day()).unwrap_or(date);
    (begins(date, i64::MIN), begins(next, i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;
    /// 2026-11-20 22:30 in Bogotá.
    const EVENING: i64 = 1_795_231_800_000;

    fn used_up(zone: &str) -> Day {
        let mut day = Day::new(zone, Timestamp(EVENING));
        (0..10).for_each(|_| day.begin());
        (0..10).for_each(|_| day.end());
        day
    }

    #[test]
    fn the_day_ends_at_midnight_in_the_accounts_zone() {
        let mut day = used_up("America/Bogota");
        assert_eq!(day.date(), "2026-11-20");
        assert_eq!(day.ends(), Timestamp(EVENING + 3 * HOUR / 2));
        day.roll(Timestamp(EVENING + 3 * HOUR / 2 - 1));
        assert_eq!(day.used(), 10);
        day.roll(Timestamp(EVENING + 3 * HOUR / 2));
        assert_eq!((day.used(), day.date().as_str()), (0, "2026-11-21"));
    }

    #[test]
    fn a_clock_set_back_over_midnight_gives_no_second_day() {
        let mut day = used_up("America/Bogota");
        day.roll(Timestamp(EVENING + 2 * HOUR));
        day.begin();
        day.roll(Timestamp(EVENING));
        day.roll(Timestamp(EVENING + 2 * HOUR));
        assert_eq!((day.used(), day.date().as_str()), (1, "2026-11-21"));
    }

    #[test]
    fn a_clock_that_was_years_ahead_does_not_stop_the_account_for_years() {
        let mut day = used_up("UTC");
        day.roll(Timestamp(EVENING + 4 * 365 * 24 * HOUR));
        day.begin();
        day.roll(Timestamp(EVENING));
        assert_eq!(day.used(), 1);
        assert!(day.ends() <= Timestamp(EVENING + 48 * HOUR));
        day.roll(Timestamp(EVENING + 48 * HOUR));
        assert_eq!(day.used(), 1, "the one still in flight");
    }

    #[test]
    fn a_request_under_way_at_midnight_counts_on_both_days() {
        let mut day = Day::new("UTC", Timestamp(EVENING));
        day.begin();
        day.roll(Timestamp(EVENING + 24 * HOUR));
        assert_eq!(day.used(), 1);
    }

    #[test]
    fn an_earlier_runs_count_goes_on_and_an_unknown_zone_is_utc() {
        let mut day = Day::new("Nowhere/Town", Timestamp(EVENING));
        day.restore("2026-11-21", 40, Timestamp(EVENING));
        assert_eq!(day.used(), 40);
        day.restore("2026-11-20", 40, Timestamp(EVENING));
        assert_eq!(day.used(), 0, "that was yesterday: it is the 21st in UTC");
    }
}

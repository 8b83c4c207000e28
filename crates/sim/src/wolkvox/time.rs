//! Dates as wolkvox writes them: `YYYYmmddHHiiss` in the operation's zone, durations `HH:MM:SS` (wolkvox.md, Requests).

use crate::clock;

/// Milliseconds of a day.
pub(crate) const DAY: u64 = 86_400_000;

/// Local wall time, as if it were UTC, in milliseconds.
pub(crate) fn local(utc: u64, zone_minutes: i32) -> u64 {
    utc.saturating_add_signed(i64::from(zone_minutes) * 60_000)
}

/// `20260118193431`
pub(crate) fn compact(utc: u64, zone_minutes: i32) -> String {
    clock::utc(local(utc, zone_minutes)).chars().filter(char::is_ascii_digit).collect()
}

/// `2026-01-18 19:34:31`
pub(crate) fn spaced(utc: u64, zone_minutes: i32) -> String {
    clock::utc(local(utc, zone_minutes)).replace('T', " ")
}

/// Reads `YYYYmmddHHiiss`; `None`: it is no such date.
pub(crate) fn parse(text: &str, zone_minutes: i32) -> Option<u64> {
    if text.len() != 14 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let part = |from: usize, to: usize| text[from..to].parse::<i64>().ok();
    let (year, month, day) = (part(0, 4)?, part(4, 6)?, part(6, 8)?);
    let (hour, minute, second) = (part(8, 10)?, part(10, 12)?, part(12, 14)?);
    if year < 1970 || hour > 23 || minute > 59 || second > 59 || !(1..=12).contains(&month) || !(1..=31).contains(&day)
    {
        return None;
    }
    let seconds = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
    let millis = u64::try_from(seconds * 1000).ok()?;
    // The thirty-first of a short month would come out as another day.
    let same = clock::utc(millis).chars().filter(char::is_ascii_digit).eq(text.chars());
    same.then(|| millis.saturating_add_signed(-i64::from(zone_minutes) * 60_000))
}

/// Days since 1970-01-01 of a Gregorian date.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year / 400;
    let of_era = year - era * 400;
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// `00:01:41`
pub(crate) fn hms(seconds: u64) -> String {
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_survive_the_trip_in_every_zone() {
        for text in ["19700102000000", "20000229235959", "20240426160000", "20261231235959"] {
            for zone in [-300, 0, 60, 330] {
                let utc = parse(text, zone).expect("a date");
                assert_eq!(compact(utc, zone), text);
            }
        }
    }

    #[test]
    fn what_is_no_date_is_not_read() {
        for text in [
            "",
            "2024042616000",
            "20240230000000",
            "20241301000000",
            "20240426250000",
            "2024-04-26 16:0",
            "00000000000000",
        ] {
            assert_eq!(parse(text, -300), None, "{text}");
        }
    }

    #[test]
    fn durations_go_beyond_a_day() {
        assert_eq!(hms(101), "00:01:41");
        assert_eq!(hms(90_061), "25:01:01");
    }
}

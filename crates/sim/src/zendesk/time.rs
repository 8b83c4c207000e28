//! Dates: ISO 8601 to the second in UTC in bodies, HTTP's own in headers.

use crate::clock;

pub(crate) const MINUTE: u64 = 60_000;
pub(crate) const HOUR: u64 = 60 * MINUTE;
pub(crate) const DAY: u64 = 24 * HOUR;

/// `2026-11-29T16:00:00Z`
pub(crate) fn iso(millis: u64) -> String {
    clock::utc(millis) + "Z"
}

/// `Sun, 29 Nov 2026 16:00:00 GMT`
pub(crate) fn http(millis: u64) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let text = clock::utc(millis);
    let weekday = DAYS[usize::try_from(millis / DAY % 7).unwrap_or_default()];
    let month = text[5..7].parse::<usize>().unwrap_or(1);
    format!("{weekday}, {} {} {} {} GMT", &text[8..10], MONTHS[(month - 1) % 12], &text[..4], &text[11..])
}

/// Whether it is a moment as ISO 8601 writes it, with a zone.
pub(crate) fn is_iso(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = |from: usize, to: usize| bytes.get(from..to).is_some_and(|d| d.iter().all(u8::is_ascii_digit));
    let zoned = text.ends_with('Z') || bytes.iter().skip(19).any(|b| matches!(b, b'+' | b'-'));
    bytes.len() >= 20
        && digits(0, 4)
        && bytes[4] == b'-'
        && digits(5, 7)
        && bytes[7] == b'-'
        && digits(8, 10)
        && bytes[10] == b'T'
        && digits(11, 13)
        && bytes[13] == b':'
        && digits(14, 16)
        && bytes[16] == b':'
        && digits(17, 19)
        && zoned
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_both_ways() {
        assert_eq!(iso(1_763_646_005_999), "2025-11-20T13:40:05Z");
        assert_eq!(http(1_763_646_005_999), "Thu, 20 Nov 2025 13:40:05 GMT");
        assert_eq!(http(784_111_777_000), "Sun, 06 Nov 1994 08:49:37 GMT");
    }

    #[test]
    fn moments_are_told_from_other_texts() {
        for good in ["2025-11-20T13:40:05Z", "2025-11-20T13:40:05.123Z", "2025-11-20T13:40:05+01:00"] {
            assert!(is_iso(good), "{good}");
        }
        for bad in ["", "2025-11-20", "2025-11-20 13:40:05Z", "2025-11-20T13:40:05", "yesterday at about noon Z"] {
            assert!(!is_iso(bad), "{bad}");
        }
    }
}

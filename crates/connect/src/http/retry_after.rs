//! `Retry-After` in both of its forms (RFC 9110, 10.2.3): seconds, or a date in any of HTTP's three ways of writing one.

use jiff::{Timestamp, civil::DateTime, fmt::rfc2822::DateTimeParser, tz::TimeZone};
use std::time::Duration;

/// Whoever asks for a longer wait means "not today".
const LONGEST_WAIT: Duration = Duration::from_secs(86_400);
/// A longer text is no date.
const LONGEST_TEXT: usize = 64;

/// How long to wait, a day at most; a moment that is over means no wait. `date`: what the answer itself says the time is
/// (`Date`), so that a clock that is wrong on either side changes nothing; `now` where it says nothing.
pub(crate) fn wait(text: &str, date: Option<&str>, now: Timestamp) -> Option<Duration> {
    let text = text.trim();
    if text.is_empty() || text.len() > LONGEST_TEXT {
        return None;
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        // So many digits that they are no number are a long wait all the same.
        return Some(text.parse().map_or(LONGEST_WAIT, Duration::from_secs).min(LONGEST_WAIT));
    }
    if let Some(seconds) = text.parse::<f64>().ok().filter(|seconds| seconds.is_finite() && *seconds >= 0.0) {
        return Some(Duration::try_from_secs_f64(seconds.ceil()).unwrap_or(LONGEST_WAIT).min(LONGEST_WAIT));
    }
    let until = moment(text)?;
    let from = date.filter(|date| date.len() <= LONGEST_TEXT).and_then(|date| moment(date.trim())).unwrap_or(now);
    let millis = u64::try_from(until.as_millisecond().saturating_sub(from.as_millisecond())).unwrap_or(0);
    Some(Duration::from_millis(millis).min(LONGEST_WAIT))
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT` or `Sun Nov  6 08:49:37 1994`.
pub(crate) fn moment(text: &str) -> Option<Timestamp> {
    if let Ok(zoned) = DateTimeParser::new().relaxed_weekday(true).parse_zoned(text) {
        return Some(zoned.timestamp());
    }
    let old = [("%A, %d-%b-%y %H:%M:%S GMT", text), ("%a %b %e %H:%M:%S %Y", text)];
    let civil = old.into_iter().find_map(|(format, text)| DateTime::strptime(format, text).ok())?;
    civil.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "1994-11-06T08:49:07Z".parse().expect("a moment")
    }

    #[test]
    fn both_forms_say_how_long() {
        for (text, seconds) in [
            ("30", 30),
            (" 0 ", 0),
            ("1.2", 2),
            ("99999999999999999999999", 86_400),
            ("Sun, 06 Nov 1994 08:49:37 GMT", 30),
            ("Sunday, 06-Nov-94 08:49:37 GMT", 30),
            ("Sun Nov  6 08:49:37 1994", 30),
            ("Sun, 06 Nov 1994 08:48:37 GMT", 0),
            ("Wed, 06 Nov 2094 08:49:37 GMT", 86_400),
        ] {
            assert_eq!(wait(text, None, now()), Some(Duration::from_secs(seconds)), "{text}");
        }
        for none in ["", "soon", "-5", "NaN", "inf", "06 Nov", "Sun, 99 Nov 1994 08:49:37 GMT", &"9".repeat(100)] {
            assert_eq!(wait(none, None, now()), None, "{none}");
        }
    }

    #[test]
    fn a_date_is_measured_by_the_clock_that_said_it() {
        let theirs = Some("Sun, 06 Nov 1994 09:00:00 GMT");
        assert_eq!(wait("Sun, 06 Nov 1994 09:00:20 GMT", theirs, now()), Some(Duration::from_secs(20)));
        assert_eq!(wait("Sun, 06 Nov 1994 08:49:37 GMT", Some("nonsense"), now()), Some(Duration::from_secs(30)));
    }
}

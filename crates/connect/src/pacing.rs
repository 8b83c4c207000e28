//! How writes that may wait are spread over the day, and how an administrator says so.

/// How writes that may wait are spread over the day, so that a busy morning leaves something for the evening. Minutes
/// after midnight in the account's zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pacing {
    /// Before it, only a first part of the day's allowance is theirs.
    pub from: u16,
    /// From here on all of it is.
    pub until: u16,
    /// That first part, in per cent.
    pub first_percent: u8,
}

impl Default for Pacing {
    /// From seven to eight in the evening; a quarter may be used at once.
    fn default() -> Self {
        Self { from: 7 * 60, until: 20 * 60, first_percent: 25 }
    }
}

impl Pacing {
    /// What was set: `07:00-20:00`; `no`, they go as they come.
    pub(crate) fn read(hours: &str, first_percent: u8) -> Result<Option<Self>, String> {
        if hours.trim().eq_ignore_ascii_case("no") {
            return Ok(None);
        }
        let both = hours.split_once(['-', '–']).and_then(|(from, until)| Some((minute(from)?, minute(until)?)));
        match both {
            Some((from, until)) if from < until => Ok(Some(Self { from, until, first_percent })),
            _ => Err("give the hours of one day, such as `07:00-20:00`, or `no`".to_owned()),
        }
    }
}

/// Minutes after midnight of `7`, `07:30` or `24:00`.
fn minute(time: &str) -> Option<u16> {
    let time = time.trim();
    let (hours, minutes) = time.split_once(':').unwrap_or((time, "0"));
    let number = |text: &str| text.parse::<u16>().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    let all = hours.checked_mul(60)?.checked_add(minutes)?;
    (minutes < 60 && all <= 24 * 60).then_some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_read_as_people_write_them_and_everything_else_is_refused() {
        for text in ["07:00-20:00", "7-20", " 7:00 – 20 ", "07:00-20"] {
            assert_eq!(Pacing::read(text, 25), Ok(Some(Pacing::default())), "{text}");
        }
        assert_eq!(Pacing::read("0-24:00", 0), Ok(Some(Pacing { from: 0, until: 1_440, first_percent: 0 })));
        assert_eq!([Pacing::read("no", 25), Pacing::read(" No", 1)], [Ok(None), Ok(None)]);
        for text in ["", "07:00", "20-7", "7-7", "7-25", "7-24:01", "7:60-9", "+7-9", "-", "99999-99999", "seven-nine"]
        {
            assert!(Pacing::read(text, 25).is_err(), "{text}");
        }
    }
}

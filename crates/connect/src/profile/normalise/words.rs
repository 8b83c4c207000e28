//! What the PBX's words mean, with an account's settings.

use crate::{
    profile::config::{
        push::{Happening, Presentation, Words},
        template::Template,
    },
    settings::values::Values,
};
use ringcard_core::{
    Timestamp,
    call::{Direction, Leg},
};
use std::collections::BTreeMap;

/// Every word the profile knows. Our own word for a thing always counts too.
#[derive(Debug, Clone, Default)]
pub(super) struct Vocabulary {
    event: BTreeMap<String, Happening>,
    result: BTreeMap<String, Happening>,
    direction: BTreeMap<String, Direction>,
    leg: BTreeMap<String, Leg>,
    presentation: BTreeMap<String, Presentation>,
}

impl Vocabulary {
    pub fn new(words: &Words, values: &Values) -> Result<Self, String> {
        Ok(Self {
            event: fill(&words.event, values, happening)?,
            result: fill(&words.result, values, happening)?,
            direction: fill(&words.direction, values, direction)?,
            leg: fill(&words.leg, values, leg)?,
            presentation: fill(&words.presentation, values, presentation)?,
        })
    }

    pub fn event(&self, word: &str) -> Option<Happening> {
        self.event.get(&plain(word)).copied()
    }

    pub fn result(&self, word: &str) -> Option<Happening> {
        self.result.get(&plain(word)).copied()
    }

    pub fn direction(&self, word: &str) -> Option<Direction> {
        self.direction.get(&plain(word)).copied()
    }

    /// Several words may stand there: `id;critical`, `hide_name:hide_number`.
    pub fn presentation(&self, words: &str) -> Option<Presentation> {
        let whole = self.presentation.get(&plain(words)).copied();
        let mut parts = words.split([';', ',', ':']).filter_map(|word| self.presentation.get(&plain(word)).copied());
        let said: Vec<Presentation> = whole.into_iter().chain(parts.by_ref()).collect();
        match said.contains(&Presentation::Withheld) {
            true => Some(Presentation::Withheld),
            false => said.first().copied(),
        }
    }

    pub fn leg(&self, word: &str) -> Option<Leg> {
        self.leg.get(&plain(word)).copied()
    }
}

fn fill<T: Copy>(
    meanings: &[(T, Vec<Template>)],
    values: &Values,
    own: fn(T) -> &'static str,
) -> Result<BTreeMap<String, T>, String> {
    let mut filled = BTreeMap::new();
    for (meaning, words) in meanings {
        for word in words {
            filled.entry(plain(&word.render(values, None)?)).or_insert(*meaning);
        }
    }
    for (meaning, _) in meanings {
        filled.entry(plain(own(*meaning))).or_insert(*meaning);
    }
    filled.remove("");
    Ok(filled)
}

/// Words are compared without case, `_`, `-` and spaces.
fn plain(word: &str) -> String {
    let kept = word.chars().take(64).filter(|c| !matches!(c, '_' | '-' | ' ') && !c.is_control());
    kept.flat_map(char::to_lowercase).collect()
}

pub(super) fn happening(happening: Happening) -> &'static str {
    let mut names = Happening::EVENTS.iter().chain(&Happening::RESULTS);
    names.find(|(_, other)| *other == happening).map_or("", |(name, _)| name)
}

pub(super) fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::Inbound => "inbound",
        Direction::Outbound => "outbound",
    }
}

pub(super) fn leg(leg: Leg) -> &'static str {
    match leg {
        Leg::Agent => "agent",
        Leg::Customer => "customer",
    }
}

pub(super) fn presentation(presentation: Presentation) -> &'static str {
    Presentation::ALL.iter().find(|(_, other)| *other == presentation).map_or("", |(name, _)| name)
}

/// For explanations: the word, and what it means.
pub(super) fn shown(word: &str, meaning: Option<&str>) -> String {
    let word = super::shorten(word, 64);
    match meaning {
        Some(meaning) => format!("“{word}”: {meaning}"),
        None => format!("“{word}”: not known, and passed over; add it to the words of the profile"),
    }
}

/// `73`, `73.4`, `1:13`, `00:01:13`
pub(super) fn seconds(text: &str) -> Option<u32> {
    let text = text.trim();
    if !text.contains(':') {
        let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, "0"));
        return fraction.bytes().all(|b| b.is_ascii_digit()).then(|| whole.parse().ok()).flatten();
    }
    let parts: Option<Vec<u32>> = text.split(':').map(|part| part.trim().parse().ok()).collect();
    let parts = parts.filter(|parts| parts.len() <= 3)?;
    parts.iter().try_fold(0u32, |total, part| total.checked_mul(60)?.checked_add(*part))
}

/// Seconds, milliseconds or microseconds since 1970, or date and time with a zone. Without a zone it is anybody's guess.
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !is_number(whole) || !is_number(fraction) {
        return text.parse::<jiff::Timestamp>().ok().map(|at| Timestamp(at.as_millisecond()));
    }
    // by how many digits there are: each unit is told from the others for thousands of years
    match (whole.len(), whole.parse::<i64>().ok()?) {
        (9..=11, seconds) => Some(Timestamp(seconds * 1000)),
        (12..=14, milliseconds) => Some(Timestamp(milliseconds)),
        (15..=17, microseconds) => Some(Timestamp(microseconds / 1000)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_counted_from_1970_or_written_with_a_zone() {
        for text in [
            "1763646485",
            " 1763646485.123 ",
            "1763646485000",
            "1763646485000000",
            "2025-11-20T13:48:05Z",
            "2025-11-20 14:48:05+01:00",
        ] {
            assert_eq!(moment(text), Some(Timestamp(1_763_646_485_000)), "{text}");
        }
        for text in ["", "0", "5", "20251120134805123456789", "2025-11-20 14:48:05", "20.11.2025 14:48", "now", "1.x"] {
            assert_eq!(moment(text), None, "{text}");
        }
    }

    #[test]
    fn durations_are_seconds_or_clock_times() {
        for (text, expected) in [
            ("73", Some(73)),
            (" 73.4 ", Some(73)),
            ("0", Some(0)),
            ("1:13", Some(73)),
            ("00:01:13", Some(73)),
            ("", None),
            ("-5", None),
            ("long", None),
            ("1:2:3:4", None),
            ("99999999999", None),
            ("4294967295:59", None),
        ] {
            assert_eq!(seconds(text), expected, "{text}");
        }
    }
}

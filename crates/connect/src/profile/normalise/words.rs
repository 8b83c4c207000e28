//! What the PBX's words mean, with an account's settings.

use crate::profile::config::{
    push::{Happening, Words},
    template::Template,
    values::Values,
};
use ringcard_core::call::{Direction, Leg};
use std::collections::BTreeMap;

/// Every word the profile knows. Our own word for a thing always counts too.
#[derive(Debug, Clone, Default)]
pub(super) struct Vocabulary {
    event: BTreeMap<String, Happening>,
    result: BTreeMap<String, Happening>,
    direction: BTreeMap<String, Direction>,
    leg: BTreeMap<String, Leg>,
}

impl Vocabulary {
    pub fn new(words: &Words, values: &Values) -> Result<Self, String> {
        Ok(Self {
            event: fill(&words.event, values, happening)?,
            result: fill(&words.result, values, happening)?,
            direction: fill(&words.direction, values, direction)?,
            leg: fill(&words.leg, values, leg)?,
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

#[cfg(test)]
mod tests {
    use super::*;

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

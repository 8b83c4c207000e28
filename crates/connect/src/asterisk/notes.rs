//! What a person should know of a line that is heard: said once, in words.

use crate::WatchState;
use std::collections::BTreeMap;

/// A clock that differs by so much is worth a word.
const CLOCK_WORTH_A_WORD_MS: u64 = 60_000;
/// Kinds of events that are counted apart.
const MOST_KINDS: usize = 64;

#[derive(Debug, Default)]
pub(super) struct Notes {
    may_only_read: bool,
    unread: usize,
    clock_off_minutes: Option<i64>,
    is_told: bool,
}

impl Notes {
    /// `unread`: how many channels, bridges and endpoints could not be read.
    pub fn new(may_only_read: bool, unread: usize) -> Self {
        Self { may_only_read, unread, ..Self::default() }
    }

    /// Ours minus theirs.
    pub fn clock_is_off(&mut self, off_ms: i64) {
        if self.clock_off_minutes.is_none() && off_ms.unsigned_abs() >= CLOCK_WORTH_A_WORD_MS {
            self.clock_off_minutes = Some(off_ms / 60_000);
            self.is_told = false;
        }
    }

    /// How the line stands, where that was not told yet.
    pub fn news(&mut self) -> Option<WatchState> {
        if std::mem::replace(&mut self.is_told, true) {
            return None;
        }
        let mut words = Vec::new();
        if self.may_only_read {
            words.push(
                "this ARI user may only read (read_only in ari.conf): calls are shown, and none can be started or ended"
                    .to_owned(),
            );
        }
        if self.unread > 0 {
            words.push(format!("{} of the things Asterisk has could not be read and are left out", self.unread));
        }
        if let Some(minutes) = self.clock_off_minutes {
            let which = if minutes > 0 { "behind" } else { "ahead" };
            let minutes = minutes.unsigned_abs();
            words.push(format!("Asterisk's clock is {minutes} min {which}: its moments are told by this machine's"));
        }
        Some(match words.is_empty() {
            true => WatchState::Connected,
            false => WatchState::ConnectedBut { detail: words.join("; ") },
        })
    }
}

/// Frames nothing could be made of. Each kind is said when it is new, and then ever more seldom.
#[derive(Debug, Default)]
pub(super) struct Odd(BTreeMap<String, u64>);

impl Odd {
    pub fn no_event(&mut self, account: &str) {
        if let Some(so_far) = self.count("") {
            tracing::warn!(account, so_far, "Asterisk sent a frame that is no event: it is passed over");
        }
    }

    pub fn not_understood(&mut self, account: &str, kind: &str, error: &serde_json::Error) {
        if let Some(so_far) = self.count(kind) {
            // Where it is, and not the parser's words: those may hold a value.
            let (line, column) = (error.line(), error.column());
            tracing::warn!(
                account,
                kind,
                line,
                column,
                so_far,
                "an event of Asterisk was not understood: it is passed over"
            );
        }
    }

    /// How many there were, where that is to be said.
    fn count(&mut self, kind: &str) -> Option<u64> {
        let kind = if self.0.len() < MOST_KINDS || self.0.contains_key(kind) { kind } else { "" };
        let so_far = self.0.entry(kind.to_owned()).or_default();
        *so_far += 1;
        so_far.is_power_of_two().then_some(*so_far)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_should_know_is_said_once() {
        let mut notes = Notes::default();
        assert_eq!((notes.news(), notes.news()), (Some(WatchState::Connected), None));
        notes.clock_is_off(3_600_000);
        notes.clock_is_off(3_599_000);
        let Some(WatchState::ConnectedBut { detail }) = notes.news() else { panic!("it is news") };
        assert!(detail.contains("60 min behind"), "{detail}");
        assert_eq!(notes.news(), None);
        let Some(WatchState::ConnectedBut { detail }) = Notes::new(true, 3).news() else { panic!("it is news") };
        assert!(detail.contains("read_only") && detail.contains("3 of the things"), "{detail}");
    }

    #[test]
    fn a_flood_of_odd_frames_is_a_few_lines_of_the_log() {
        let mut odd = Odd::default();
        assert_eq!((0..10_000).filter_map(|_| odd.count("Dial")).count(), 14);
        for no in 0..10_000 {
            odd.count(&format!("Kind{no}"));
        }
        assert!(odd.0.len() <= MOST_KINDS + 1);
    }
}

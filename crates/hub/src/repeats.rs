//! Log lines that a stranger can cause: each is written once a minute, and what was left out is counted.

use crate::from_where::Place;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use tokio::sync::watch;

/// The same line is not written again for so long.
const PERIOD: Duration = Duration::from_secs(60);
/// Different lines in that time; those beyond it are one line for each reason.
const MOST: usize = 256;

/// What is written: nothing in it is a sender's own text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RepeatedLine {
    what: &'static str,
    reason: &'static str,
    account: String,
    /// Absent: from several places.
    from: Option<Place>,
}

impl RepeatedLine {
    pub fn new(what: &'static str, reason: &'static str, from: Place) -> Self {
        Self { what, reason, account: String::new(), from: Some(from) }
    }

    /// A name of ours.
    pub fn about(mut self, account: &str) -> Self {
        account.clone_into(&mut self.account);
        self
    }
}

#[derive(Default)]
pub(crate) struct Repeats(Mutex<BTreeMap<RepeatedLine, Since>>);

#[derive(Clone, Copy)]
struct Since {
    written: Instant,
    left_out: u64,
}

impl Repeats {
    /// Writes the line, or counts it.
    pub fn say(&self, line: RepeatedLine, now: Instant) {
        if let Some(line) = self.to_write(line, now) {
            write(&line, 0);
        }
    }

    fn to_write(&self, mut line: RepeatedLine, now: Instant) -> Option<RepeatedLine> {
        let mut known = self.0.lock().expect("BUG: nobody panics while holding the lines");
        if known.len() >= MOST && !known.contains_key(&line) {
            line = RepeatedLine { account: String::new(), from: None, ..line };
        }
        if let Some(since) = known.get_mut(&line) {
            since.left_out += 1;
            return None;
        }
        known.insert(line.clone(), Since { written: now, left_out: 0 });
        Some(line)
    }

    /// The lines whose time is over, with how often each was left out. One that goes on begins a new time.
    fn due(&self, now: Instant) -> Vec<(RepeatedLine, u64)> {
        let mut known = self.0.lock().expect("BUG: nobody panics while holding the lines");
        let mut due = Vec::new();
        known.retain(|line, since| {
            let is_over = now.saturating_duration_since(since.written) >= PERIOD;
            if is_over && since.left_out > 0 {
                due.push((line.clone(), since.left_out));
                *since = Since { written: now, left_out: 0 };
                return true;
            }
            !is_over
        });
        due
    }

    fn write_due(&self, now: Instant) {
        self.due(now).iter().for_each(|(line, left_out)| write(line, *left_out));
    }
}

/// Writes what was counted, until told to stop; then all of it.
pub(crate) async fn keep_writing(repeats: Arc<Repeats>, mut stopped: watch::Receiver<bool>) {
    let mut each = tokio::time::interval(PERIOD / 4);
    loop {
        tokio::select! {
            _ = each.tick() => repeats.write_due(Instant::now()),
            _ = stopped.changed() => return repeats.write_due(Instant::now() + PERIOD),
        }
    }
}

fn write(line: &RepeatedLine, left_out: u64) {
    let RepeatedLine { what, reason, account, from } = line;
    let from = from.map_or_else(|| "several places".to_owned(), |place| place.to_string());
    match left_out {
        0 => tracing::warn!(account, reason, from, "{what}"),
        again => tracing::warn!(account, reason, from, again, "{what}, again and again"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{IpAddr, Ipv4Addr};

    fn line(reason: &'static str, from: u32) -> RepeatedLine {
        RepeatedLine::new("a push was not taken", reason, Place::of(IpAddr::V4(Ipv4Addr::from(from)))).about("pbx")
    }

    #[test]
    fn ten_thousand_refusals_are_one_line_and_a_count() {
        let repeats = Repeats::default();
        let start = Instant::now();
        let at = |ms: u64| start + Duration::from_millis(ms);
        let written = (0..10_000).filter(|n| repeats.to_write(line("wrong", 1), at(*n)).is_some()).count();
        assert_eq!(written, 1);
        assert!(repeats.to_write(line("missing", 1), start).is_some(), "another reason is another line");
        assert!(repeats.to_write(line("wrong", 2), start).is_some(), "and another place");
        assert!(repeats.due(at(59_000)).is_empty());
        assert_eq!(repeats.due(at(60_000)), [(line("wrong", 1), 9_999)]);
        // it goes on: still counted, and told a minute later
        assert!(repeats.to_write(line("wrong", 1), at(61_000)).is_none());
        assert_eq!(repeats.due(at(120_000)), [(line("wrong", 1), 1)]);
        assert!(repeats.due(at(180_000)).is_empty());
        assert!(repeats.to_write(line("wrong", 1), at(181_000)).is_some(), "a new one is written at once");
    }

    #[test]
    fn a_million_places_fill_neither_memory_nor_log() {
        let repeats = Repeats::default();
        let now = Instant::now();
        let written = (0..1_000_000).filter(|n| repeats.to_write(line("wrong", *n), now).is_some()).count();
        assert!(written <= MOST + 1, "{written}");
        assert!(repeats.0.lock().expect("a lock").len() <= MOST + 1);
        let left_out: u64 = repeats.due(now + PERIOD).iter().map(|(_, left_out)| left_out).sum();
        assert_eq!(left_out + written as u64, 1_000_000, "all are counted");
    }
}

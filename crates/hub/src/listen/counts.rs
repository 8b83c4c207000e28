//! What was refused and closed, for `/metrics` and for the log: counted, not told one by one.

use std::{
    fmt::Write,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

/// After the first line of a kind, at most one in this time.
const BETWEEN_LINES: Duration = Duration::from_secs(60);

/// Why a connection was ended before it had done anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Closed {
    /// Its place was wanted by somebody else.
    MadeRoom,
    /// It said nothing, or not enough, in time.
    Slow,
    /// A desk socket without a right hello.
    NoHello,
}

/// Why a connection was not taken at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    /// Its address has as many as an address may have.
    Address,
    /// The places of strangers are taken, and none of them can be freed.
    Strangers,
    /// All places are taken.
    All,
}

/// Why a body was not read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyRefused {
    /// Too much is under way.
    Full,
    Slow,
}

#[derive(Default)]
pub(super) struct Counts {
    refused: [AtomicU64; 3],
    closed: [AtomicU64; 3],
    bodies: [AtomicU64; 2],
    accept_failures: AtomicU64,
    lines: Mutex<Lines>,
}

#[derive(Default)]
struct Lines {
    last: Option<Instant>,
    untold: u64,
}

impl Counts {
    pub fn refused(&self, why: Refused) {
        self.refused[why as usize].fetch_add(1, Relaxed);
        self.tell();
    }

    pub fn closed(&self, why: Closed) {
        self.closed[why as usize].fetch_add(1, Relaxed);
        if why == Closed::MadeRoom {
            self.tell();
        }
    }

    pub fn body_refused(&self, why: BodyRefused) {
        self.bodies[why as usize].fetch_add(1, Relaxed);
    }

    pub fn accept_failed(&self) {
        self.accept_failures.fetch_add(1, Relaxed);
    }

    /// One line for however many.
    fn tell(&self) {
        let mut lines = self.lines.lock().expect("BUG: nobody panics while counting lines");
        lines.untold += 1;
        if lines.last.is_none_or(|last| last.elapsed() >= BETWEEN_LINES) {
            let count = std::mem::take(&mut lines.untold);
            lines.last = Some(Instant::now());
            tracing::warn!(
                count,
                "more connections than there are places: silent ones are closed, or new ones refused"
            );
        }
    }

    pub fn text(&self, open: usize, proven: usize) -> String {
        let mut text = String::new();
        let head = |text: &mut String, name: &str, kind: &str, help: &str| {
            let _ = writeln!(text, "# HELP ringcard_{name} {help}\n# TYPE ringcard_{name} {kind}");
        };
        head(&mut text, "connections_open", "gauge", "Connections that are open; proven: with a right key or token");
        for (proven, value) in [("yes", proven), ("no", open.saturating_sub(proven))] {
            let _ = writeln!(text, "ringcard_connections_open{{proven=\"{proven}\"}} {value}");
        }
        let by_reason = [
            (
                "connections_refused_total",
                "Connections that were not taken",
                &["address", "strangers", "all"][..],
                &self.refused[..],
            ),
            (
                "connections_closed_total",
                "Connections ended by the hub before they had done anything",
                &["made_room", "slow", "no_hello"],
                &self.closed,
            ),
            ("bodies_refused_total", "Requests whose body was not read to its end", &["full", "slow"], &self.bodies),
        ];
        for (name, help, reasons, values) in by_reason {
            head(&mut text, name, "counter", help);
            for (reason, value) in reasons.iter().zip(values) {
                let _ = writeln!(text, "ringcard_{name}{{reason=\"{reason}\"}} {}", value.load(Relaxed));
            }
        }
        head(
            &mut text,
            "accept_failures_total",
            "counter",
            "Times the system had no connection to give, mostly for want of descriptors",
        );
        let _ = writeln!(text, "ringcard_accept_failures_total {}", self.accept_failures.load(Relaxed));
        text
    }
}

//! Counters for `/metrics`, in Prometheus' text form.

use crate::outbox::QueueSummary;
use std::{
    fmt::Write,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

#[derive(Default)]
pub(crate) struct Metrics {
    calls_in: AtomicU64,
    calls_out: AtomicU64,
    look_ups_failed: AtomicU64,
    pushes: AtomicU64,
    refused: AtomicU64,
    throttled: AtomicU64,
    wrong_tokens: AtomicU64,
    foreign: AtomicU64,
    desks_let_go: AtomicU64,
    live_restarts: AtomicU64,
}

impl Metrics {
    pub fn calls_in(&self) {
        self.calls_in.fetch_add(1, Relaxed);
    }

    pub fn calls_out(&self) {
        self.calls_out.fetch_add(1, Relaxed);
    }

    pub fn look_up_failed(&self) {
        self.look_ups_failed.fetch_add(1, Relaxed);
    }

    pub fn push(&self) {
        self.pushes.fetch_add(1, Relaxed);
    }

    pub fn push_refused(&self) {
        self.refused.fetch_add(1, Relaxed);
    }

    pub fn push_throttled(&self) {
        self.throttled.fetch_add(1, Relaxed);
    }

    pub fn wrong_token(&self) {
        self.wrong_tokens.fetch_add(1, Relaxed);
    }

    pub fn foreign(&self) {
        self.foreign.fetch_add(1, Relaxed);
    }

    pub fn desk_let_go(&self) {
        self.desks_let_go.fetch_add(1, Relaxed);
    }

    /// The task that owns the calls ended by a mistake of ours, and was begun anew.
    pub fn live_restarted(&self) {
        self.live_restarts.fetch_add(1, Relaxed);
    }

    /// `outbox`: absent while it is not open; what waits in it is not known then.
    pub fn text(&self, outbox: Option<&QueueSummary>) -> String {
        let mut text = String::new();
        for (name, help, value) in [
            ("calls_incoming_total", "Incoming calls since the hub started", &self.calls_in),
            ("calls_dialled_total", "Click-to-calls since the hub started", &self.calls_out),
            ("lookups_failed_total", "Customer look-ups without an answer", &self.look_ups_failed),
            ("pushes_total", "Webhook requests received", &self.pushes),
            ("pushes_refused_total", "Webhook requests that were not taken", &self.refused),
            ("pushes_throttled_total", "Webhook requests answered 429", &self.throttled),
            ("wrong_tokens_total", "Requests and desks with a wrong API token", &self.wrong_tokens),
            (
                "foreign_requests_total",
                "Requests of other sites' web pages, or by names that are not ours",
                &self.foreign,
            ),
            ("desks_let_go_total", "Desks that took nothing or said nothing any more", &self.desks_let_go),
            ("live_restarts_total", "Times the calls were taken up anew after a mistake", &self.live_restarts),
        ] {
            let value = value.load(Relaxed);
            let _ = writeln!(
                text,
                "# HELP ringcard_{name} {help}\n# TYPE ringcard_{name} counter\nringcard_{name} {value}"
            );
        }
        let open =
            ("open", "1 while the outbox is open, 0 while nothing can be saved in it", u32::from(outbox.is_some()));
        let inside = outbox.into_iter().flat_map(|outbox| {
            let closed = u32::try_from(outbox.gates.len()).unwrap_or(u32::MAX);
            [
                ("waiting", "Writes for other systems that have not left", outbox.waiting),
                ("needs_a_person", "Those of them that wait for a person", outbox.needs_a_person),
                ("closed_accounts", "Accounts that take nothing now", closed),
                ("not_saving", "1 while nothing can be saved", u32::from(outbox.not_saving.is_some())),
            ]
        });
        for (name, help, value) in [open].into_iter().chain(inside) {
            let _ = writeln!(
                text,
                "# HELP ringcard_outbox_{name} {help}\n# TYPE ringcard_outbox_{name} gauge\nringcard_outbox_{name} {value}"
            );
        }
        text
    }
}

//! Counters for `/metrics`, in Prometheus' text form.

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

    pub fn text(&self) -> String {
        let mut text = String::new();
        for (name, help, value) in [
            ("calls_incoming_total", "Incoming calls since the hub started", &self.calls_in),
            ("calls_dialled_total", "Click-to-calls since the hub started", &self.calls_out),
            ("lookups_failed_total", "Customer look-ups without an answer", &self.look_ups_failed),
            ("pushes_total", "Webhook requests received", &self.pushes),
            ("pushes_refused_total", "Webhook requests that were not taken", &self.refused),
            ("pushes_throttled_total", "Webhook requests answered 429", &self.throttled),
        ] {
            let value = value.load(Relaxed);
            let _ = writeln!(
                text,
                "# HELP ringcard_{name} {help}\n# TYPE ringcard_{name} counter\nringcard_{name} {value}"
            );
        }
        text
    }
}

//! Requests of this run by account, purpose and outcome, for `/metrics`.

use super::Line;
use std::{
    collections::BTreeMap,
    fmt::Write,
    sync::{Mutex, PoisonError},
};

/// Accounts with figures of their own; those beyond are counted together. Purposes and outcomes are fixed words.
const MOST_ACCOUNTS: usize = 50;
const OTHERS: &str = "(others)";

#[derive(Debug, Default)]
pub(super) struct Counters(Mutex<Counts>);

#[derive(Debug, Default)]
struct Counts {
    requests: BTreeMap<(String, &'static str, &'static str), u64>,
    saved: BTreeMap<(String, &'static str), u64>,
    accounts: std::collections::BTreeSet<String>,
}

impl Counts {
    fn name_of(&mut self, account: &str) -> String {
        if self.accounts.contains(account) {
            return account.to_owned();
        }
        if self.accounts.len() >= MOST_ACCOUNTS {
            return OTHERS.to_owned();
        }
        self.accounts.insert(account.to_owned());
        account.to_owned()
    }
}

impl Counters {
    pub fn note(&self, line: &Line) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let account = counts.name_of(&line.account);
        *counts.requests.entry((account, line.purpose, line.outcome)).or_default() += 1;
    }

    pub fn saved(&self, account: &str, what: &'static str, many: u32) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let account = counts.name_of(account);
        *counts.saved.entry((account, what)).or_default() += u64::from(many);
    }

    pub fn text(&self) -> String {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut text = String::new();
        let _ = writeln!(
            text,
            "# HELP ringcard_requests_total Requests made of other systems since the hub started\n\
             # TYPE ringcard_requests_total counter"
        );
        for ((account, purpose, outcome), requests) in &counts.requests {
            let account = quoted(account);
            let _ = writeln!(
                text,
                "ringcard_requests_total{{account=\"{account}\",purpose=\"{purpose}\",outcome=\"{outcome}\"}} {requests}"
            );
        }
        let _ = writeln!(
            text,
            "# HELP ringcard_requests_saved_total Requests that were not needed since the hub started\n\
             # TYPE ringcard_requests_saved_total counter"
        );
        for ((account, what), many) in &counts.saved {
            let account = quoted(account);
            let _ = writeln!(text, "ringcard_requests_saved_total{{account=\"{account}\",by=\"{what}\"}} {many}");
        }
        text
    }
}

/// A label's value, as Prometheus reads it.
fn quoted(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use ringcard_core::Timestamp;
    use std::time::Duration;

    #[test]
    fn a_thousand_accounts_make_a_bounded_text_and_no_name_breaks_out_of_its_label() {
        let counters = Counters::default();
        for n in 0..1_000 {
            let account = format!("a\"}} 1\n{n}\\");
            let line = Line {
                at: Timestamp(0),
                account,
                purpose: "write",
                what: "x",
                outcome: "answered",
                by: String::new(),
                took: Duration::ZERO,
            };
            counters.note(&line);
        }
        let text = counters.text();
        let lines: Vec<&str> = text.lines().filter(|line| line.starts_with("ringcard_requests_total{")).collect();
        assert_eq!(lines.len(), MOST_ACCOUNTS + 1);
        assert!(lines.iter().all(|line| line.contains("outcome=\"answered\"} ")), "{text}");
        assert!(text.contains("account=\"(others)\",purpose=\"write\",outcome=\"answered\"} 950"), "{text}");
        assert!(text.contains(r#"account="a\"} 1\n0\\","#), "{text}");
    }
}

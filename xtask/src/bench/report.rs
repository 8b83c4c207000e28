//! `docs/performance.md`.

use super::{Part, machine};
use crate::checkout::Checkout;
use std::fmt::Write;

/// One number, beside what was promised.
#[derive(Clone)]
pub struct Row {
    what: String,
    measured: f64,
    unit: &'static str,
    at_most: Option<f64>,
}

impl Row {
    pub fn new(what: impl Into<String>, measured: f64, unit: &'static str) -> Self {
        Self { what: what.into(), measured, unit, at_most: None }
    }

    pub fn at_most(mut self, limit: f64) -> Self {
        self.at_most = Some(limit);
        self
    }

    fn text(&self) -> String {
        let Self { what, measured, unit, at_most } = self;
        let shown = |value: f64| if value < 10.0 { format!("{value:.2}") } else { format!("{value:.1}") };
        let (target, verdict) = match at_most {
            None => ("".to_owned(), ""),
            Some(limit) if measured <= limit => (format!("≤ {} {unit}", trimmed(*limit)), "met"),
            Some(limit) => (format!("≤ {} {unit}", trimmed(*limit)), "**missed**"),
        };
        format!("| {what} | {} {unit} | {target} | {verdict} |", shown(*measured))
    }
}

/// A target without needless zeros.
fn trimmed(limit: f64) -> String {
    let text = format!("{limit:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

pub struct Report {
    head: String,
    parts: Vec<Part>,
}

impl Report {
    pub fn begin(checkout: &Checkout, calls: u32, customers: u32) -> Self {
        let machine = machine::describe(checkout).iter().fold(String::new(), |list, line| format!("{list}- {line}\n"));
        let mut command = "cargo xtask bench".to_owned();
        if (calls, customers) != (200, 1_000_000) {
            let _ = write!(command, " --calls {calls} --customers {customers}");
        }
        let head = format!(
            "# Performance\n\nWritten by `{command}` on the release build: do not edit, measure again.\n\n{machine}- {calls} calls, \
             {customers} customers in the directory\n"
        );
        Self { head, parts: Vec::new() }
    }

    pub fn add(&mut self, part: Part) {
        println!("{}: done", part.title);
        self.parts.push(part);
    }

    pub fn text(&self) -> String {
        let mut text = self.head.clone();
        for Part { title, how, rows } in &self.parts {
            let _ = write!(text, "\n## {title}\n\n{how}\n\n| | measured | target | |\n|---|---:|---:|---|\n");
            for row in rows {
                let _ = writeln!(text, "{}", row.text());
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missed_target_is_said_to_be_missed() {
        let row = |measured| Row::new("p50", measured, "ms").at_most(40.0).text();
        assert_eq!(row(12.34), "| p50 | 12.3 ms | ≤ 40 ms | met |");
        assert_eq!(row(41.0), "| p50 | 41.0 ms | ≤ 40 ms | **missed** |");
        assert_eq!(Row::new("p50", 1.0, "ms").text(), "| p50 | 1.00 ms |  |  |");
    }
}

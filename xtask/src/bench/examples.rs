//! What a package's example measures and prints as JSON in its last line.

use super::{
    pair::{Measured, Pair},
    row::{self, Row},
};
use crate::{checkout::Checkout, shell};
use serde_json::Value;
use std::process::{Command, Stdio};

/// One number of an example's.
pub struct Finding {
    /// In the JSON.
    key: &'static str,
    what: &'static str,
    unit: &'static str,
    at_most: Option<f64>,
    is_worst: bool,
}

impl Finding {
    pub const fn new(key: &'static str, what: &'static str, unit: &'static str) -> Self {
        Self { key, what, unit, at_most: None, is_worst: false }
    }

    pub const fn at_most(mut self, limit: f64) -> Self {
        self.at_most = Some(limit);
        self
    }

    /// Of several rounds the worst counts, not the median.
    pub const fn worst(mut self) -> Self {
        self.is_worst = true;
        self
    }

    fn row(&self, found: &Value) -> Option<Row> {
        let row = Row::new(self.what, found[self.key].as_f64()?, self.unit);
        let row = if self.is_worst { row.worst() } else { row };
        Some(self.at_most.map_or_else(|| row.clone(), |limit| row.clone().at_most(limit)))
    }
}

/// Runs an example of the release build with one argument, so many rounds of each of both.
pub fn example(
    checkouts: &mut Pair<&Checkout>,
    name: &str,
    argument: &str,
    rounds: usize,
    findings: &[Finding],
) -> Result<Measured, String> {
    let both = checkouts.in_turns(rounds, |checkout, _| {
        let found = run(checkout, name, argument)?.unwrap_or_default();
        Ok(findings.iter().filter_map(|finding| finding.row(&found)).collect::<Vec<_>>())
    })?;
    // Of another commit's example some may be missing; ours has to keep up with this list.
    match both.ours.iter().all(|rows| rows.len() == findings.len()) {
        true => Ok(both.rows(row::over_rounds)),
        false => Err(format!("{name} is not built, or does not tell all that the bench asks it for")),
    }
}

/// As it was built: nothing is compiled while something is measured. Nothing where a commit has no such example.
fn run(checkout: &Checkout, name: &str, argument: &str) -> Result<Option<Value>, String> {
    let program = checkout.release_example(name);
    if !program.is_file() {
        return Ok(None);
    }
    let mut command = Command::new(program);
    command.arg(argument).current_dir(checkout.root()).stdin(Stdio::null());
    let said = shell::ask(&mut command).ok_or_else(|| format!("{name} failed"))?;
    let last = said.lines().last().unwrap_or_default();
    serde_json::from_str(last).map(Some).map_err(|e| format!("{name} ended with `{last}`: {e}"))
}

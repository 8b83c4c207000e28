//! What a package's example measures and prints as JSON in its last line.

use super::report::Row;
use crate::{checkout::Checkout, shell};
use serde_json::Value;

/// The key in the JSON, what it is in words, its unit, and the promised limit.
pub type Finding = (&'static str, &'static str, &'static str, Option<f64>);

/// Runs an example of the release build with one argument.
pub fn example(
    checkout: &Checkout,
    package: &str,
    name: &str,
    argument: &str,
    findings: &[Finding],
) -> Result<Vec<Row>, String> {
    let mut command = checkout.cargo(["run", "--release", "--quiet", "--locked", "--package", package]);
    command.args(["--example", name, "--", argument]);
    let said = shell::ask(&mut command).ok_or_else(|| format!("{name} failed"))?;
    let last = said.lines().last().unwrap_or_default();
    let found: Value = serde_json::from_str(last).map_err(|e| format!("{name} ended with `{last}`: {e}"))?;
    let rows = findings.iter().map(|(key, what, unit, limit)| {
        let measured = found[key].as_f64().ok_or_else(|| format!("{name} does not tell {key}"))?;
        let row = Row::new(*what, measured, unit);
        Ok(limit.map_or_else(|| row.clone(), |limit| row.clone().at_most(limit)))
    });
    rows.collect()
}

//! The customer directory by itself, measured by an example of the hub's.

use super::{Part, report::Row};
use crate::{checkout::Checkout, shell};
use serde_json::Value;

/// What the last line of `directory_bench` says, in words, with the promised limits.
const FINDINGS: [(&str, &str, &str, Option<f64>); 10] = [
    ("look_up_p50_ms", "look-up by number, p50", "ms", None),
    ("look_up_p99_ms", "look-up by number, p99", "ms", Some(1.0)),
    ("search_p50_ms", "search after each letter typed, p50", "ms", None),
    ("search_p95_ms", "search after each letter typed, p95", "ms", Some(30.0)),
    ("search_max_ms", "search after each letter typed, longest", "ms", None),
    ("import_seconds", "import of the whole list", "s", Some(60.0)),
    ("import_peak_mib", "memory the import takes at its peak", "MiB", None),
    ("repeat_seconds", "the same import again", "s", None),
    ("slowest_save_ms", "saving a customer during an import, longest", "ms", None),
    ("open_ms", "opening the directory", "ms", None),
];

pub fn measure(checkout: &Checkout, customers: u32) -> Result<Part, String> {
    println!("Measuring the directory");
    let count = customers.to_string();
    let mut command = checkout.cargo(["run", "--release", "--quiet", "--locked", "--package", "ringcard-hub"]);
    command.args(["--example", "directory_bench", "--", &count]);
    let said = shell::ask(&mut command).ok_or("directory_bench failed")?;
    let last = said.lines().last().unwrap_or_default();
    let found: Value = serde_json::from_str(last).map_err(|e| format!("directory_bench ended with `{last}`: {e}"))?;
    let rows = FINDINGS.iter().map(|(key, what, unit, limit)| {
        let measured = found[key].as_f64().ok_or_else(|| format!("directory_bench does not tell {key}"))?;
        let row = Row::new(*what, measured, unit);
        Ok(limit.map_or_else(|| row.clone(), |limit| row.clone().at_most(limit)))
    });
    let rows = rows.collect::<Result<Vec<_>, String>>()?;
    let how = format!(
        "`cargo run --release -p ringcard-hub --example directory_bench -- {count}`: the library alone, without windows. Nine of \
         ten looked-up numbers are known; searches are names, companies, addresses and numbers, letter by letter."
    );
    Ok(Part { title: "The customer directory", how, rows })
}

//! The customer directory by itself, measured by an example of the hub's.

use super::{
    Part,
    examples::{Finding, example},
};
use crate::checkout::Checkout;

/// What the last line of `directory_bench` says, in words, with the promised limits.
const FINDINGS: [Finding; 10] = [
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
    let rows = example(checkout, "ringcard-hub", "directory_bench", &count, &FINDINGS)?;
    let how = format!(
        "`cargo run --release -p ringcard-hub --example directory_bench -- {count}`: the library alone, without windows. Nine of \
         ten looked-up numbers are known; searches are names, companies, addresses and numbers, letter by letter."
    );
    Ok(Part { title: "The customer directory", how, rows })
}

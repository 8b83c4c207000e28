//! The customer directory by itself, measured by an example of the hub's.

use super::{
    Part,
    examples::{Finding, example},
    pair::Pair,
};
use crate::checkout::Checkout;

/// Each takes minutes.
const ROUNDS: usize = 2;

/// What the last line of `directory_bench` says, in words, with the promised limits.
const FINDINGS: [Finding; 17] = [
    Finding::new("look_up_p50_ms", "look-up by number, p50", "ms"),
    Finding::new("look_up_p99_ms", "look-up by number, p99", "ms").at_most(1.0),
    Finding::new("maybe_p50_ms", "look-up of a number that only the end of a kept one is like, p50", "ms"),
    Finding::new("maybe_p99_ms", "look-up of a number that only the end of a kept one is like, p99", "ms").at_most(1.0),
    Finding::new("search_p50_ms", "search after each letter typed, p50", "ms"),
    Finding::new("search_p95_ms", "search after each letter typed, p95", "ms").at_most(30.0),
    Finding::new("search_max_ms", "search after each letter typed, longest", "ms").worst(),
    Finding::new("import_seconds", "import of the whole list", "s").at_most(60.0),
    Finding::new("shell_seconds", "the `sqlite3` program's own `.import` of the same file", "s"),
    Finding::new("shell_ratio", "our import to that one", "times"),
    Finding::new("import_peak_mib", "memory the import takes at its peak", "MiB").worst(),
    Finding::new("repeat_seconds", "the same import again", "s"),
    Finding::new("slowest_save_ms", "saving a customer during an import, longest", "ms").worst(),
    Finding::new("workbook_look_seconds", "a workbook of 200,000 rows (xlsx), until it is shown", "s"),
    Finding::new("workbook_seconds", "its import", "s"),
    Finding::new("workbook_peak_mib", "memory both take at their peak", "MiB").worst(),
    Finding::new("open_ms", "opening the directory", "ms"),
];

pub fn measure(checkouts: &mut Pair<&Checkout>, customers: u32) -> Result<Part, String> {
    println!("Measuring the directory");
    let count = customers.to_string();
    let measured = example(checkouts, "directory_bench", &count, ROUNDS, &FINDINGS)?;
    let how = format!(
        "`cargo run --release -p ringcard-hub --example directory_bench -- {count}`, {ROUNDS} rounds: the library alone, without \
         windows. Nine of ten looked-up numbers are known; one customer in a \
         hundred has a second number without its area code, and is *maybe* whoever calls from its end. The `sqlite3` program imports the \
         file into one table with as many indexes on numbers, the key and the name, and the same full text. Searches are names, companies, addresses and numbers, letter by \
         letter."
    );
    Ok(Part { title: "The customer directory", how, measured })
}

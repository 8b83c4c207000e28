//! Reading pushes by itself, measured by an example of the connectors'.

use super::{
    Part,
    examples::{Finding, example},
};
use crate::checkout::Checkout;

/// Of the slowest shape, with the promised limits.
const FINDINGS: [Finding; 12] = [
    ("keyed_48_p50_ms", "48 kB with the key, p50", "ms", None),
    ("keyed_48_p95_ms", "48 kB with the key, p95", "ms", Some(5.0)),
    ("keyed_120_p50_ms", "120 kB with the key, p50", "ms", None),
    ("keyed_120_p95_ms", "120 kB with the key, p95", "ms", Some(5.0)),
    ("keyed_256_p50_ms", "256 kB with the key, p50", "ms", None),
    ("keyed_256_p95_ms", "256 kB with the key, p95", "ms", Some(5.0)),
    ("stranger_48_p50_ms", "48 kB of a stranger, p50", "ms", None),
    ("stranger_48_p95_ms", "48 kB of a stranger, p95", "ms", Some(5.0)),
    ("stranger_120_p50_ms", "what of 120 kB is looked through for a stranger, p50", "ms", None),
    ("stranger_120_p95_ms", "what of 120 kB is looked through for a stranger, p95", "ms", Some(5.0)),
    ("stranger_256_p50_ms", "what of 256 kB is looked through for a stranger, p50", "ms", None),
    ("stranger_256_p95_ms", "what of 256 kB is looked through for a stranger, p95", "ms", Some(5.0)),
];

pub fn measure(checkout: &Checkout) -> Result<Part, String> {
    println!("Measuring how pushes are read");
    let rows = example(checkout, "ringcard-connect", "push_bench", "200", &FINDINGS)?;
    let how =
        "`cargo run --release -p ringcard-connect --example push_bench -- 200`: the library alone, without a network. \
               Of the shapes that cost most (long and deep names, lists of anything, thousands of fields, escapes in \
               escapes) the slowest one of each size; 200 times each. A stranger's body is looked through up to 64 kB."
            .to_owned();
    Ok(Part { title: "Pushes of the worst shapes", how, rows })
}

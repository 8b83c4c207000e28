//! Reading pushes by itself, measured by an example of the connectors'.

use super::{
    Part,
    examples::{Finding, example},
    pair::Pair,
};
use crate::checkout::Checkout;

const ROUNDS: usize = 3;

/// Of the slowest shape, with the promised limits.
const FINDINGS: [Finding; 12] = [
    Finding::new("keyed_48_p50_ms", "48 kB with the key, p50", "ms"),
    Finding::new("keyed_48_p95_ms", "48 kB with the key, p95", "ms").at_most(5.0),
    Finding::new("keyed_120_p50_ms", "120 kB with the key, p50", "ms"),
    Finding::new("keyed_120_p95_ms", "120 kB with the key, p95", "ms").at_most(5.0),
    Finding::new("keyed_256_p50_ms", "256 kB with the key, p50", "ms"),
    Finding::new("keyed_256_p95_ms", "256 kB with the key, p95", "ms").at_most(5.0),
    Finding::new("stranger_48_p50_ms", "48 kB of a stranger, p50", "ms"),
    Finding::new("stranger_48_p95_ms", "48 kB of a stranger, p95", "ms").at_most(5.0),
    Finding::new("stranger_120_p50_ms", "what of 120 kB is looked through for a stranger, p50", "ms"),
    Finding::new("stranger_120_p95_ms", "what of 120 kB is looked through for a stranger, p95", "ms").at_most(5.0),
    Finding::new("stranger_256_p50_ms", "what of 256 kB is looked through for a stranger, p50", "ms"),
    Finding::new("stranger_256_p95_ms", "what of 256 kB is looked through for a stranger, p95", "ms").at_most(5.0),
];

pub fn measure(checkouts: &mut Pair<&Checkout>) -> Result<Part, String> {
    println!("Measuring how pushes are read");
    let measured = example(checkouts, "push_bench", "200", ROUNDS, &FINDINGS)?;
    let how = format!(
        "`cargo run --release -p ringcard-connect --example push_bench -- 200`, {ROUNDS} rounds: the library alone, without a \
         network. Of the shapes that cost most (long and deep names, lists of anything, thousands of fields, escapes in \
         escapes) the slowest one of each size; 200 times each. A stranger's body is looked through up to 64 kB."
    );
    Ok(Part { title: "Pushes of the worst shapes", how, measured })
}

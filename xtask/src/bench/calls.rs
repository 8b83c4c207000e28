//! How soon a desk hears of what a telephone system tells, measured by an example of the hub's.

use super::{
    Part,
    examples::{Finding, example},
    pair::Pair,
};
use crate::checkout::Checkout;

const ROUNDS: usize = 3;

const FINDINGS: [Finding; 7] = [
    Finding::new("quiet_p50_ms", "one call after another, p50", "ms"),
    Finding::new("quiet_p95_ms", "one call after another, p95", "ms").at_most(5.0),
    Finding::new("storm_p50_ms", "60 calls, ten in a second, p50", "ms"),
    Finding::new("storm_p95_ms", "60 calls, ten in a second, p95", "ms").at_most(5.0),
    Finding::new("storm_max_ms", "60 calls, ten in a second, longest", "ms").worst(),
    Finding::new("storm_lost", "of them not told to the end", "").at_most(0.0).worst(),
    Finding::new("storm_processor", "of a processor meanwhile, telephone system and desks with it", "").at_most(0.25),
];

pub fn measure(checkouts: &mut Pair<&Checkout>) -> Result<Part, String> {
    println!("Measuring how soon desks hear of calls");
    let measured = example(checkouts, "calls_bench", "300", ROUNDS, &FINDINGS)?;
    let how = format!(
        "`cargo run --release -p ringcard-hub --example calls_bench -- 300`, {ROUNDS} rounds: a hub listens to a simulated Asterisk \
         by its WebSocket, and sixty desks to the hub by theirs. From the moment a ring, an answer or an end is told until the \
         desk has read it, the commit (`synchronous=FULL`) included."
    );
    Ok(Part { title: "Calls told by a telephone system until the desk hears", how, measured })
}

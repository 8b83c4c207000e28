//! How fast call data and recordings come in, and what that costs a ring, measured by an example of the hub's.

use super::{
    Part,
    examples::{Finding, example},
    pair::Pair,
};
use crate::checkout::Checkout;

const ROUNDS: usize = 3;

const FINDINGS: [Finding; 9] = [
    Finding::new("records_per_second", "call data in a second, each on the disk", "/s"),
    Finding::new("refused", "of 10,000, refused", "").at_most(0.0).worst(),
    Finding::new("quiet_p50_ms", "a ring until the desk has read it, alone, p50", "ms"),
    Finding::new("quiet_p95_ms", "alone, p95", "ms"),
    Finding::new("beside_p50_ms", "beside call data, p50", "ms"),
    Finding::new("beside_p95_ms", "beside call data, p95", "ms"),
    Finding::new("beside_to_quiet_p95", "p95 beside call data, as often as alone", "×").at_most(1.2),
    Finding::new("recording_ms", "a recording of 60 MB in Base64, until it is answered", "ms"),
    Finding::new("eight_recordings_ms", "eight of them at once", "ms"),
];

pub fn measure(checkouts: &mut Pair<&Checkout>) -> Result<Part, String> {
    println!("Measuring how fast call data come in");
    let measured = example(checkouts, "data_bench", "10000", ROUNDS, &FINDINGS)?;
    let how = format!(
        "`cargo run --release -p ringcard-hub --example data_bench -- 10000`, {ROUNDS} rounds: the data of 10,000 calls that nobody \
         announced, by eight connections, each answered when it is committed (`synchronous=FULL`), and a ring every 50 ms beside \
         them. How much memory a recording takes while it comes, the test `memory` asserts: 8 MiB for one, 32 MiB for eight."
    );
    Ok(Part { title: "Call data and recordings coming in", how, measured })
}

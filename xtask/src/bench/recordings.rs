//! How soon a recording is heard, measured by an example of the hub's.

use super::{
    Part,
    examples::{Finding, example},
    pair::Pair,
};
use crate::checkout::Checkout;

const ROUNDS: usize = 2;

/// What the last line of `recordings_bench` says, in words, with the promised limits.
const FINDINGS: [Finding; 16] = [
    Finding::new("pcm_first_ms", "an hour in PCM, first sound and waveform, never heard before", "ms").at_most(1000.0),
    Finding::new("pcm_then_p95_ms", "heard before, p95", "ms"),
    Finding::new("a_law_first_ms", "an hour in A-law, never heard before", "ms").at_most(1000.0),
    Finding::new("a_law_then_p95_ms", "heard before, p95", "ms"),
    Finding::new("gsm_first_ms", "an hour in GSM, never heard before", "ms").at_most(1000.0),
    Finding::new("gsm_then_p95_ms", "heard before, p95", "ms"),
    Finding::new("mp3_first_ms", "an hour in MP3, never heard before", "ms").at_most(1000.0),
    Finding::new("mp3_then_p95_ms", "heard before, p95", "ms"),
    Finding::new("pcm_sealed_first_ms", "an hour in PCM, sealed on the disk, never heard before", "ms").at_most(1000.0),
    Finding::new("pcm_sealed_then_p95_ms", "heard before, p95", "ms"),
    Finding::new("a_law_sealed_first_ms", "an hour in A-law, sealed, never heard before", "ms").at_most(1000.0),
    Finding::new("a_law_sealed_then_p95_ms", "heard before, p95", "ms"),
    Finding::new("gsm_sealed_first_ms", "an hour in GSM, sealed, never heard before", "ms").at_most(1000.0),
    Finding::new("gsm_sealed_then_p95_ms", "heard before, p95", "ms"),
    Finding::new("mp3_sealed_first_ms", "an hour in MP3, sealed, never heard before", "ms").at_most(1000.0),
    Finding::new("mp3_sealed_then_p95_ms", "heard before, p95", "ms"),
];

pub fn measure(checkouts: &mut Pair<&Checkout>) -> Result<Part, String> {
    println!("Measuring how soon a recording is heard");
    let measured = example(checkouts, "recordings_bench", "100", ROUNDS, &FINDINGS)?;
    let how = format!(
        "`cargo run --release -p ringcard-hub --example recordings_bench`, {ROUNDS} rounds: the library alone, from *play* to the \
         first 64 KiB. Where it was never heard, the whole hour is decoded and its waveform computed first; heard again, a \
         hundred times."
    );
    Ok(Part { title: "An hour's recording, until it is heard", how, measured })
}

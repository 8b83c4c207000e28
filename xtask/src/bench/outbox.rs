//! Saving and sending: what the agent waits for, and the outbox by itself; each measured by an example.

use super::{
    Part,
    examples::{Finding, example},
    pair::Pair,
};
use crate::checkout::Checkout;

const CALLS: &str = "1000";
const ROWS: &str = "100000";
/// Of saving, which takes seconds.
const SAVE_ROUNDS: usize = 5;
/// Of sending, which takes minutes.
const SEND_ROUNDS: usize = 3;

/// What the last line of the desk's `save_latency` says, in words, with the promised limits.
const FELT: [Finding; 2] = [
    Finding::new("save_p50_ms", "from the click to *saved*, p50", "ms"),
    Finding::new("save_p95_ms", "from the click to *saved*, p95", "ms").at_most(30.0),
];

/// The same of the hub's `outbox_bench`.
const OUTBOX: [Finding; 14] = [
    Finding::new("save_p50_ms", "in the hub's outbox, one after another, p50", "ms"),
    Finding::new("save_p95_ms", "in the hub's outbox, one after another, p95", "ms").at_most(30.0),
    Finding::new("save_behind_p95_ms", "the same behind all that waits, p95", "ms").at_most(30.0),
    Finding::new("saves_per_second", "saved one after another", "1/s"),
    Finding::new("saves_at_once_per_second", "saved a hundred at once", "1/s"),
    Finding::new("waiting_mib", "memory of all that waits", "MiB"),
    Finding::new("page_p95_ms", "a page of 50 of it, p95", "ms"),
    Finding::new("row_p95_ms", "one row of it, p95", "ms"),
    Finding::new("start_ms", "a start with all of it", "ms"),
    Finding::new("drained_per_second", "sent, one at a time", "1/s"),
    Finding::new("drained_two_per_second", "sent, two at a time", "1/s"),
    Finding::new("most_in_a_minute", "most in any minute, 400 allowed", "").at_most(400.0).worst(),
    Finding::new("minute_seconds", "the 401st after the first", "s").at_most(61.0).worst(),
    Finding::new("most_in_a_day", "most in a day, 2,500 allowed", "").at_most(2500.0).worst(),
];

pub fn measure(checkouts: &mut Pair<&Checkout>) -> Result<Part, String> {
    println!("Measuring the outbox (minutes)");
    let felt = example(checkouts, "save_latency", CALLS, SAVE_ROUNDS, &FELT)?;
    let measured = felt.and(example(checkouts, "outbox_bench", ROWS, SEND_ROUNDS, &OUTBOX)?);
    let how = format!(
        "`save_latency -- {CALLS}` of `ringcard-desk`, {SAVE_ROUNDS} rounds, and `outbox_bench -- {ROWS}` of `ringcard-hub`, \
         {SEND_ROUNDS} rounds, without windows. Every save is on disk (`synchronous=FULL`) before it is acknowledged; {ROWS} rows \
         wait. Sent over HTTP to a simulated wolkvox in the same process. A minute of pacing is a real one, days are set \
         forward."
    );
    Ok(Part { title: "Saving and sending", how, measured })
}

//! Saving and sending: what the agent waits for, and the outbox by itself; each measured by an example.

use super::{
    Part,
    examples::{Finding, example},
};
use crate::checkout::Checkout;

const CALLS: &str = "1000";
const ROWS: &str = "100000";

/// What the last line of the desk's `save_latency` says, in words, with the promised limits.
const FELT: [Finding; 2] = [
    ("save_p50_ms", "from the click to *saved*, p50", "ms", None),
    ("save_p95_ms", "from the click to *saved*, p95", "ms", Some(30.0)),
];

/// The same of the hub's `outbox_bench`.
const OUTBOX: [Finding; 14] = [
    ("save_p50_ms", "in the hub's outbox, one after another, p50", "ms", None),
    ("save_p95_ms", "in the hub's outbox, one after another, p95", "ms", Some(30.0)),
    ("save_behind_p95_ms", "the same behind all that waits, p95", "ms", Some(30.0)),
    ("saves_per_second", "saved one after another", "1/s", None),
    ("saves_at_once_per_second", "saved a hundred at once", "1/s", None),
    ("waiting_mib", "memory of all that waits", "MiB", None),
    ("page_p95_ms", "a page of 50 of it, p95", "ms", None),
    ("row_p95_ms", "one row of it, p95", "ms", None),
    ("start_ms", "a start with all of it", "ms", None),
    ("drained_per_second", "sent, one at a time", "1/s", None),
    ("drained_two_per_second", "sent, two at a time", "1/s", None),
    ("most_in_a_minute", "most in any minute, 400 allowed", "", Some(400.0)),
    ("minute_seconds", "the 401st after the first", "s", Some(61.0)),
    ("most_in_a_day", "most in a day, 2,500 allowed", "", Some(2500.0)),
];

pub fn measure(checkout: &Checkout) -> Result<Part, String> {
    println!("Measuring the outbox (more than a minute)");
    let mut rows = example(checkout, "ringcard-desk", "save_latency", CALLS, &FELT)?;
    rows.extend(example(checkout, "ringcard-hub", "outbox_bench", ROWS, &OUTBOX)?);
    let how = format!(
        "`save_latency -- {CALLS}` of `ringcard-desk` and `outbox_bench -- {ROWS}` of `ringcard-hub`, without windows. Every \
         save is on disk (`synchronous=FULL`) before it is acknowledged; {ROWS} rows wait. Sent over HTTP to a simulated \
         wolkvox in the same process. A minute of pacing is a real one, days are set forward."
    );
    Ok(Part { title: "Saving and sending", how, rows })
}

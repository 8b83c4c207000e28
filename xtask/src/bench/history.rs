//! The call list by itself, measured by an example of the hub's.

use super::{
    Part,
    examples::{Finding, example},
};
use crate::checkout::Checkout;

const CALLS: &str = "1000000";

/// What the last line of `history_bench` says, in words, with the promised limits.
const FINDINGS: [Finding; 18] = [
    ("open_ms", "opening the call history", "ms", None),
    ("all_p50_ms", "all calls, p50", "ms", None),
    ("all_p95_ms", "all calls, p95", "ms", Some(10.0)),
    ("missed_p50_ms", "missed, p50", "ms", None),
    ("missed_p95_ms", "missed, p95", "ms", Some(10.0)),
    ("live_p50_ms", "live, p50", "ms", None),
    ("live_p95_ms", "live, p95", "ms", Some(10.0)),
    ("agent_all_p50_ms", "an agent's, p50", "ms", None),
    ("agent_all_p95_ms", "an agent's, p95", "ms", Some(10.0)),
    ("agent_missed_p50_ms", "an agent's, missed, p50", "ms", None),
    ("agent_missed_p95_ms", "an agent's, missed, p95", "ms", Some(10.0)),
    ("agent_mine_p50_ms", "an agent's own, p50", "ms", None),
    ("agent_mine_p95_ms", "an agent's own, p95", "ms", Some(10.0)),
    ("agent_mine_missed_p50_ms", "an agent's own, missed, p50", "ms", None),
    ("agent_mine_missed_p95_ms", "an agent's own, missed, p95", "ms", Some(10.0)),
    ("agent_live_p50_ms", "an agent's, live, p50", "ms", None),
    ("agent_live_p95_ms", "an agent's, live, p95", "ms", Some(10.0)),
    ("missed_count_p95_ms", "how many an agent missed and did not see, p95", "ms", Some(10.0)),
];

pub fn measure(checkout: &Checkout) -> Result<Part, String> {
    println!("Measuring the call list");
    let rows = example(checkout, "ringcard-hub", "history_bench", CALLS, &FINDINGS)?;
    let how = format!(
        "`cargo run --release -p ringcard-hub --example history_bench -- {CALLS}`: the library alone. 50 agents, two of whom each call \
         rang for; pages of 50, half of them from the newest call and half from the middle of the list."
    );
    Ok(Part { title: "The call list of a million calls", how, rows })
}

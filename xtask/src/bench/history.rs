//! The call list by itself, measured by an example of the hub's.

use super::{
    Part,
    examples::{Finding, example},
    pair::Pair,
};
use crate::checkout::Checkout;

const CALLS: &str = "1000000";
const ROUNDS: usize = 2;

/// What the last line of `history_bench` says, in words, with the promised limits.
const FINDINGS: [Finding; 35] = [
    Finding::new("open_ms", "opening the call history", "ms"),
    Finding::new("all_p50_ms", "all calls, p50", "ms"),
    Finding::new("all_p95_ms", "all calls, p95", "ms").at_most(10.0),
    Finding::new("missed_p50_ms", "missed, p50", "ms"),
    Finding::new("missed_p95_ms", "missed, p95", "ms").at_most(10.0),
    Finding::new("live_p50_ms", "live, p50", "ms"),
    Finding::new("live_p95_ms", "live, p95", "ms").at_most(10.0),
    Finding::new("agent_all_p50_ms", "an agent's, p50", "ms"),
    Finding::new("agent_all_p95_ms", "an agent's, p95", "ms").at_most(10.0),
    Finding::new("agent_missed_p50_ms", "an agent's, missed, p50", "ms"),
    Finding::new("agent_missed_p95_ms", "an agent's, missed, p95", "ms").at_most(10.0),
    Finding::new("agent_mine_p50_ms", "an agent's own, p50", "ms"),
    Finding::new("agent_mine_p95_ms", "an agent's own, p95", "ms").at_most(10.0),
    Finding::new("agent_mine_missed_p50_ms", "an agent's own, missed, p50", "ms"),
    Finding::new("agent_mine_missed_p95_ms", "an agent's own, missed, p95", "ms").at_most(10.0),
    Finding::new("agent_live_p50_ms", "an agent's, live, p50", "ms"),
    Finding::new("agent_live_p95_ms", "an agent's, live, p95", "ms").at_most(10.0),
    Finding::new("missed_count_p95_ms", "how many an agent missed and did not see, p95", "ms").at_most(10.0),
    Finding::new("find_day_p95_ms", "search: of a day, p95", "ms").at_most(50.0),
    Finding::new("find_agent_p95_ms", "search: of an agent, p95", "ms").at_most(50.0),
    Finding::new("find_agent_of_a_day_p95_ms", "search: of an agent on a day, p95", "ms").at_most(50.0),
    Finding::new("find_number_p95_ms", "search: with a number, p95", "ms").at_most(50.0),
    Finding::new("find_customer_p95_ms", "search: of a customer, p95", "ms").at_most(50.0),
    Finding::new("find_line_p95_ms", "search: on a line, p95", "ms").at_most(50.0),
    Finding::new("find_queue_p95_ms", "search: in a queue, p95", "ms").at_most(50.0),
    Finding::new("find_outbound_p95_ms", "search: outbound (there are none), p95", "ms").at_most(50.0),
    Finding::new("find_missed_p95_ms", "search: missed, p95", "ms").at_most(50.0),
    Finding::new("find_code_p95_ms", "search: with a code, p95", "ms").at_most(50.0),
    Finding::new("find_not_coded_p95_ms", "search: without a code, p95", "ms").at_most(50.0),
    Finding::new("find_recorded_p95_ms", "search: with a recording, p95", "ms").at_most(50.0),
    Finding::new("find_agent_recorded_in_queue_p95_ms", "search: of an agent, recorded, in a queue, p95", "ms")
        .at_most(50.0),
    Finding::new("find_text_common_p95_ms", "search: a word that every call has, p95", "ms").at_most(100.0),
    Finding::new("find_text_two_words_p95_ms", "search: two words, p95", "ms").at_most(100.0),
    Finding::new("find_text_rare_p95_ms", "search: a rare word, p95", "ms").at_most(100.0),
    Finding::new("find_text_of_an_agent_p95_ms", "search: a word, an agent's calls, p95", "ms").at_most(100.0),
];

pub fn measure(checkouts: &mut Pair<&Checkout>) -> Result<Part, String> {
    println!("Measuring the call list");
    let measured = example(checkouts, "history_bench", CALLS, ROUNDS, &FINDINGS)?;
    let how = format!(
        "`cargo run --release -p ringcard-hub --example history_bench -- {CALLS}`, {ROUNDS} rounds: the library alone. 50 agents, \
         two of whom each call rang for; pages of 50, half of them from the newest call and half from the middle of the list. Full text over names, notes, comments and codes."
    );
    Ok(Part { title: "The call list of a million calls", how, measured })
}

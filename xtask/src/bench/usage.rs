//! What was used of an account: the panel with ten million requests behind it, and what several writes in one request save.

use super::{
    Part,
    examples::{Finding, example},
    pair::Pair,
};
use crate::checkout::Checkout;

const REQUESTS: &str = "10000000";
const ROUNDS: usize = 1;

const USAGE: [Finding; 5] = [
    Finding::new("day_p95_ms", "the usage panel, last 24 hours, p95", "ms").at_most(100.0),
    Finding::new("month_p95_ms", "the usage panel, last 30 days, p95", "ms").at_most(100.0),
    Finding::new("lines_per_second", "requests counted as they end", "1/s"),
    Finding::new("requests_alone", "requests for 1,000 calls, one in each", ""),
    Finding::new("requests_together", "requests for 1,000 calls that end at once, a hundred in each", ""),
];

pub fn measure(checkouts: &mut Pair<&Checkout>) -> Result<Part, String> {
    println!("Measuring what was used (minutes)");
    let measured = example(checkouts, "usage_bench", REQUESTS, ROUNDS, &USAGE)?;
    let how = format!(
        "`usage_bench -- {REQUESTS}` of `ringcard-hub`: so many requests of thirty days by sixty agents are written as a hub \
         writes them, then what the panel shows is asked for a hundred times. The thousand calls go through the outbox to a \
         system in the same process."
    );
    Ok(Part { title: "What was used of an account", how, measured })
}

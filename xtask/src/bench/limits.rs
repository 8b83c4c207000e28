//! A busy ten minutes against an account that others use, too, in real time.

use super::{
    Part,
    examples::{Finding, example},
    pair::Pair,
};
use crate::checkout::Checkout;

const ROUNDS: usize = 1;

const LIMITS: [Finding; 11] = [
    Finding::new("minutes", "time in which the calls ended", "min"),
    Finding::new("requests", "requests made", ""),
    Finding::new("requests_per_1000", "requests for 1,000 calls, look-ups included", ""),
    Finding::new("most_per_minute", "the most in a minute", "").at_most(200.0),
    Finding::new("refused_percent", "turned away", "%").at_most(1.0),
    Finding::new("look_up_p95_ms", "look-ups, p95", "ms"),
    Finding::new("look_up_max_ms", "look-ups, longest", "ms").at_most(3_000.0),
    Finding::new("look_ups_unanswered", "look-ups without an answer", "").at_most(0.0),
    Finding::new("drained_after_s", "everything filed, after the last call's end", "s"),
    Finding::new("lost", "calls that were not filed", "").at_most(0.0),
    Finding::new("doubled", "calls that were filed twice", "").at_most(0.0),
];

pub fn measure(checkouts: &mut Pair<&Checkout>, calls: u32) -> Result<Part, String> {
    println!("Measuring an account's limits (a third of a second for each of {calls} calls)");
    let measured = example(checkouts, "limits_bench", &calls.to_string(), ROUNDS, &LIMITS)?;
    let how = format!(
        "`limits_bench -- {calls}` of `ringcard-hub`: so many calls ring and end, one every 300 ms, one in twenty of a new caller; each makes a ticket in a \
         simulated CRM that takes 400 requests a minute, half of which another program uses; half is set as \
         ours, a fifth of that kept for look-ups. In real time; the same with 2,500 a day, in virtual time over three days, is a \
         test."
    );
    Ok(Part { title: "An account's limits in a busy office", how, measured })
}

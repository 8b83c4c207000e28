//! The card where a CRM is asked beside the customer list: it does not wait for it, and what the CRM says is soon on it.

use super::{Part, desk::BenchDesk, numbers::percentile, pair::Pair, row::Row};
use serde_json::Value;
use std::{
    ops::Range,
    thread,
    time::{Duration, Instant},
};

/// As after any start of the app.
const REST: Duration = Duration::from_secs(3);
const RUNS: usize = 2;
/// How long the CRM takes to answer a request, in milliseconds.
const DELAYS: [u32; 3] = [50, 300, 2_000];
/// Who it is, and what there is of them.
const ANSWERS: usize = 2;
/// For these two, however long the CRM takes.
const ANSWERED_WITHIN: Duration = Duration::from_secs(15);
/// One in five of the calls that the card alone is measured with, for each of these cases.
const PART: u32 = 5;

/// What the app measured of one call, in milliseconds.
#[derive(Debug, Clone, PartialEq)]
struct Painted {
    first: f64,
    /// From each answer of the CRM to the paint that shows it.
    answers: Vec<f64>,
}

/// One round of all cases.
struct Round {
    alone: Vec<Painted>,
    asked: Vec<(u32, Vec<Painted>)>,
    kept: Vec<Painted>,
}

pub fn measure(desks: &mut Pair<BenchDesk>, calls: u32) -> Result<Part, String> {
    println!("Measuring the card beside a CRM");
    let each = (calls / PART).max(4);
    let both = desks.in_turns(RUNS, |desk, run| {
        let measured = round(desk, run, each);
        desk.set_accounts("")?;
        measured
    })?;
    let measured = both.rows(rows);
    let how = format!(
        "As the card by itself, {each} calls in each case and run of the app, {RUNS} runs of each, the first call left out. The CRM is simulated, in a \
         process of its own, and takes that long for every request; each caller is in the directory and a customer of its \
         with an open ticket. Its part is timed from the moment its answer is there, who it is and what there is of them, to \
         the second animation frame after that was drawn. *Known already*: the same callers again."
    );
    Ok(Part { title: "The card where a CRM is asked, too", how, measured })
}

fn rows(rounds: &[Round]) -> Vec<Row> {
    let firsts = |of: &dyn Fn(&Round) -> &[Painted]| -> f64 {
        let later: Vec<f64> =
            rounds.iter().flat_map(|round| of(round).iter().skip(1)).map(|painted| painted.first).collect();
        percentile(&later, 95.0)
    };
    let alone = firsts(&|round| &round.alone);
    let mut rows = vec![Row::new("directory alone, first paint, p95", alone, "ms")];
    let mut add = |case: &str, first: f64| {
        rows.push(Row::new(format!("{case}, first paint, p95"), first, "ms"));
        rows.push(Row::new(format!("{case}, as often as alone"), first / alone, "×").at_most(1.2));
    };
    for (at, delay) in DELAYS.into_iter().enumerate() {
        add(&format!("CRM at {delay} ms"), firsts(&|round| &round.asked[at].1));
    }
    add("known already", firsts(&|round| &round.kept));
    for (at, delay) in DELAYS.into_iter().enumerate() {
        let later = rounds.iter().flat_map(|round| round.asked[at].1.iter().skip(1));
        let answers: Vec<f64> = later.flat_map(|painted| painted.answers.iter().copied()).collect();
        let after = percentile(&answers, 95.0);
        rows.push(Row::new(format!("CRM at {delay} ms, its part after its answer, p95"), after, "ms").at_most(30.0));
    }
    rows
}

fn round(desk: &mut BenchDesk, run: usize, each: u32) -> Result<Round, String> {
    let mut crm = desk.start_crm()?;
    let cases = DELAYS.len() as u32 + 1;
    let of_case = |case: u32| {
        let first = (run as u32 * cases + case) * each;
        first..first + each
    };
    desk.set_accounts("")?;
    let alone = desk.with_app(|desk, _| {
        thread::sleep(REST);
        ring(desk, "alone", of_case(0), 0)
    })?;
    // A new one, whose customers are called as those of the round before were: nothing that is kept may be taken for its own.
    let account = crm.settings()?.replacen(r#"name = "crm""#, &format!(r#"name = "crm-{run}""#), 1);
    desk.set_accounts(&account)?;
    let (mut asked, mut kept) = (Vec::new(), Vec::new());
    for (case, delay) in (1..).zip(DELAYS) {
        for customer in of_case(case) {
            crm.customer(&desk.number_of(desk.spread(customer)))?;
        }
        crm.delay(delay)?;
        let (new, again) = desk.with_app(|desk, _| {
            thread::sleep(REST);
            let new = ring(desk, &format!("crm-{delay}"), of_case(case), ANSWERS)?;
            // Once is enough: what is kept does not depend on how long it took.
            let again = match case {
                1 => ring(desk, "kept", of_case(case), 0)?,
                _ => Vec::new(),
            };
            Ok((new, again))
        })?;
        if new.iter().all(|painted| painted.answers.is_empty()) {
            return Err(format!("the CRM at {delay} ms was on no card"));
        }
        asked.push((delay, new));
        kept.extend(again);
    }
    Ok(Round { alone, asked, kept })
}

/// Rings for each of these callers, and waits for so many answers of the CRM; what the app measured of each.
fn ring(desk: &BenchDesk, name: &str, callers: Range<u32>, answers: usize) -> Result<Vec<Painted>, String> {
    callers.map(|caller| one_call(desk, &format!("{name}-{caller}"), caller, answers)).collect()
}

fn one_call(desk: &BenchDesk, call: &str, caller: u32, answers: usize) -> Result<Painted, String> {
    let before = desk.ask("/v1/diagnostics/pops")?.as_array().map_or(0, Vec::len);
    desk.ring(call, &desk.number_of(desk.spread(caller)))?;
    let newest = |desk: &BenchDesk| -> Option<Painted> {
        let pops = desk.ask("/v1/diagnostics/pops").ok()?;
        painted(pops.as_array()?.get(before)?)
    };
    desk.wait_for(&format!("the card of {call}"), || newest(desk).is_some())?;
    let end = Instant::now() + ANSWERED_WITHIN;
    while newest(desk).is_none_or(|painted| painted.answers.len() < answers) && Instant::now() < end {
        thread::sleep(Duration::from_millis(20));
    }
    let measured = newest(desk).ok_or_else(|| format!("{call} was painted, and is no more"))?;
    desk.hang_up(call)?;
    desk.wait_for("the popup to go", || desk.windows() == 0)?;
    Ok(measured)
}

/// Absent: not painted yet.
fn painted(pop: &Value) -> Option<Painted> {
    let took = |from: &Value, to: &Value| Some(to.as_u64()?.checked_sub(from.as_u64()?)? as f64 / 1000.0);
    let answers = pop["answers"].as_array().into_iter().flatten();
    Some(Painted {
        first: took(&pop["received_us"], &pop["painted_us"])?,
        answers: answers.filter_map(|answer| took(&answer["answered_us"], &answer["painted_us"])).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn answers_that_are_not_painted_yet_are_waited_for() {
        let pop = |painted: Value| {
            json!({
                "call_id": "a", "received_us": 1_000, "painted_us": 13_500,
                "answers": [
                    { "source": "crm", "answered_us": 60_000, "painted_us": 72_000 },
                    { "source": "crm", "answered_us": 110_000, "painted_us": painted },
                ],
            })
        };
        let answers = |pop: &Value| painted(pop).expect("painted").answers;
        assert_eq!(painted(&pop(Value::Null)), Some(Painted { first: 12.5, answers: vec![12.0] }));
        assert_eq!(answers(&pop(json!(120_000))), [12.0, 10.0]);
        assert_eq!(painted(&json!({ "received_us": 1_000, "painted_us": null })), None);
        assert!(answers(&json!({ "received_us": 1, "painted_us": 2 })).is_empty(), "another commit tells of none");
    }

    #[test]
    fn each_case_stands_beside_the_directory_alone() {
        let case = |first: f64, answer: f64| {
            let painted = Painted { first, answers: vec![answer] };
            vec![Painted { first: 900.0, answers: vec![900.0] }, painted.clone(), painted]
        };
        let asked = DELAYS.map(|delay| (delay, case(22.0, 12.0))).to_vec();
        let text: Vec<String> =
            rows(&[Round { alone: case(20.0, 0.0), asked, kept: case(30.0, 0.0) }]).iter().map(Row::text).collect();
        assert!(text[2].contains("1.10 × | ≤ 1.2 × | met"), "{text:?}");
        assert!(text[8].contains("1.50 × | ≤ 1.2 × | **missed**"), "{text:?}");
        assert!(text[9].contains("12.0 ms | ≤ 30 ms | met"), "{text:?}");
    }
}

//! The main promise: from the PBX's push to the painted card.

use super::{
    Part,
    desk::BenchDesk,
    numbers::{median, percentile},
    pair::Pair,
    row::Row,
};
use serde_json::Value;
use std::{
    ops::Range,
    sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed},
    thread,
    time::{Duration, Instant},
};

/// After a start the desktop, the page and the databases come to rest, as they do before a real first call.
const REST: Duration = Duration::from_secs(3);
/// The calls ring in so many runs of the app.
const RUNS: u32 = 4;
/// How many connections a telephone system has that catches up on what it could not tell.
const CONNECTIONS: u32 = 8;

pub fn measure(desks: &mut Pair<BenchDesk>, calls: u32) -> Result<Part, String> {
    println!("Measuring the card");
    let each = calls.div_ceil(RUNS).max(2);
    let both = desks.in_turns(RUNS as usize, |desk, run| run_of(desk, run, each))?;
    let measured = both.rows(|runs| {
        let firsts: Vec<f64> = runs.iter().filter_map(|run| run.first()).copied().collect();
        let later: Vec<f64> = runs.iter().flat_map(|run| run.iter().skip(1)).copied().collect();
        let half = percentile(&later, 50.0);
        vec![
            Row::new("p50", half, "ms").at_most(40.0),
            Row::new("p95", percentile(&later, 95.0), "ms").at_most(80.0),
            Row::new("longest", percentile(&later, 100.0), "ms"),
            Row::new("the first after the start", median(&firsts), "ms").at_most(2.0 * half),
        ]
    });
    let how = format!(
        "From the moment the request is there to the second animation frame after the card was drawn, both by the app's own \
         clock (`GET /v1/diagnostics/pops`); {} calls from known customers in {RUNS} runs of the app, {} customers in the \
         directory, the popup hidden before each. The first call of each run is counted by itself (their median).",
        each * RUNS,
        desks.ours.customers
    );
    Ok(Part { title: "Push received until the card is painted", how, measured })
}

/// The same while the telephone system catches up: the data of thousands of calls that nobody saw.
pub fn measure_beside_data(desks: &mut Pair<BenchDesk>, calls: u32) -> Result<Part, String> {
    println!("Measuring the card beside call data");
    let each = calls.div_ceil(RUNS).max(2);
    let both = desks.in_turns(RUNS as usize, |desk, run| {
        desk.with_app(|desk, _| {
            thread::sleep(REST);
            let quiet = ring(desk, run, 0..each)?;
            let (beside, in_a_second) =
                beside_call_data(desk, run, || ring(desk, run + RUNS as usize, each..2 * each))?;
            Ok((quiet, beside?, in_a_second))
        })
    })?;
    let measured = both.rows(|runs| {
        // The first of each run is slower, whatever is beside it.
        let quiet: Vec<f64> = runs.iter().flat_map(|run| run.0.iter().skip(1)).copied().collect();
        let beside: Vec<f64> = runs.iter().flat_map(|run| &run.1).copied().collect();
        let (quiet95, beside95) = (percentile(&quiet, 95.0), percentile(&beside, 95.0));
        let rates: Vec<f64> = runs.iter().map(|run| run.2).collect();
        vec![
            Row::new("alone, p50", percentile(&quiet, 50.0), "ms"),
            Row::new("alone, p95", quiet95, "ms"),
            Row::new("beside call data, p50", percentile(&beside, 50.0), "ms"),
            Row::new("beside call data, p95", beside95, "ms"),
            Row::new("p95 beside call data, as often as alone", beside95 / quiet95, "×").at_most(1.2),
            Row::new("call data in a second meanwhile", median(&rates), "/s"),
        ]
    });
    let how = format!(
        "The same, {} calls in {RUNS} runs of the app: in each first alone, then beside {CONNECTIONS} connections that push the data \
         of calls nobody saw, one after the other, as fast as they are answered.",
        2 * each * RUNS
    );
    Ok(Part { title: "The card beside a backlog of call data", how, measured })
}

/// Does something while call data come in; with what came of it, how many were taken in a second.
fn beside_call_data<R>(desk: &BenchDesk, run: usize, act: impl FnOnce() -> R) -> Result<(R, f64), String> {
    let (goes_on, taken) = (AtomicBool::new(true), AtomicU32::new(0));
    let began = Instant::now();
    thread::scope(|scope| {
        let sending: Vec<_> = (0..CONNECTIONS)
            .map(|connection| {
                let (goes_on, taken) = (&goes_on, &taken);
                scope.spawn(move || {
                    for n in 0_u32.. {
                        if !goes_on.load(Relaxed) {
                            break;
                        }
                        desk.call_data(&format!("late-{run}-{connection}-{n}"), n)?;
                        taken.fetch_add(1, Relaxed);
                    }
                    Ok::<_, String>(())
                })
            })
            .collect();
        let done = act();
        goes_on.store(false, Relaxed);
        for sent in sending {
            sent.join().map_err(|_| "a connection that pushes call data panicked")??;
        }
        Ok((done, f64::from(taken.load(Relaxed)) / began.elapsed().as_secs_f64()))
    })
}

/// The milliseconds of each call of one run of the app.
fn run_of(desk: &mut BenchDesk, run: usize, calls: u32) -> Result<Vec<f64>, String> {
    desk.with_app(|desk, _| {
        thread::sleep(REST);
        ring(desk, run, 0..calls)
    })
}

/// Rings so often, after as many calls of the same run of the app as come before; the milliseconds of each.
fn ring(desk: &BenchDesk, run: usize, calls: Range<u32>) -> Result<Vec<f64>, String> {
    for call in calls.clone() {
        one_call(desk, run, call, calls.end)?;
    }
    let times = times(&desk.ask("/v1/diagnostics/pops")?)?;
    if times.len() == calls.end as usize {
        Ok(times[calls.start as usize..].to_vec())
    } else {
        Err(format!("{} calls rang, and {} cards were painted", calls.end, times.len()))
    }
}

/// Rings, waits for the card, hangs up, waits until the popup is gone.
fn one_call(desk: &BenchDesk, run: usize, call: u32, calls: u32) -> Result<(), String> {
    let name = format!("bench-{run}-{call}");
    let customer = desk.spread(run as u32 * calls + call);
    desk.ring(&name, &desk.number_of(customer))?;
    desk.wait_for(&format!("the card of call {call}"), || {
        desk.ask("/v1/diagnostics/pops").is_ok_and(|pops| painted(&pops) > call as usize)
    })?;
    desk.hang_up(&name)?;
    desk.wait_for("the popup to go", || desk.windows() == 0)
}

fn painted(pops: &Value) -> usize {
    pops.as_array().into_iter().flatten().filter(|pop| pop["painted_us"].is_u64()).count()
}

/// In milliseconds, in the order of the calls.
fn times(pops: &Value) -> Result<Vec<f64>, String> {
    let pops = pops.as_array().ok_or("/v1/diagnostics/pops is no list")?;
    let times = pops.iter().filter_map(|pop| {
        let took = pop["painted_us"].as_u64()?.checked_sub(pop["received_us"].as_u64()?)?;
        Some(took as f64 / 1000.0)
    });
    Ok(times.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_painted_cards_count() {
        let pops = json!([
            { "call_id": "a", "received_us": 1_000, "painted_us": 13_500 },
            { "call_id": "b", "received_us": 2_000, "painted_us": null },
        ]);
        assert_eq!(painted(&pops), 1);
        assert_eq!(times(&pops).expect("a list"), [12.5]);
    }
}

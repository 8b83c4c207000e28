//! From the start of the process until calls can arrive.

use super::{Part, desk::BenchDesk, numbers::percentile, pair::Pair, row::Row};

const STARTS: usize = 10;

pub fn measure(desks: &mut Pair<BenchDesk>) -> Result<Part, String> {
    println!("Measuring the start");
    let both = desks.in_turns(STARTS, |desk, _| desk.with_app(|_, app| Ok(app.ready_after.as_secs_f64())))?;
    let measured = both.rows(|times| {
        vec![
            Row::new("median", percentile(times, 50.0), "s"),
            Row::new("longest", percentile(times, 100.0), "s").at_most(1.5),
        ]
    });
    let how = format!(
        "Process start until `/healthz` answers, {STARTS} starts, the directory with {} customers.",
        desks.ours.customers
    );
    Ok(Part { title: "Start until ready to receive calls", how, measured })
}

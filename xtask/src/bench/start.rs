//! From the start of the process until calls can arrive.

use super::{Part, desk::BenchDesk, numbers::percentile, report::Row};

const STARTS: usize = 10;

pub fn measure(desk: &mut BenchDesk) -> Result<Part, String> {
    let mut times = Vec::new();
    for _ in 0..STARTS {
        let (process, took) = desk.start_app()?;
        times.push(took.as_secs_f64());
        desk.end_app(process)?;
    }
    let how = format!(
        "Process start until `/healthz` answers, {STARTS} starts, the directory with {} customers.",
        desk.customers
    );
    let rows = vec![
        Row::new("median", percentile(&times, 50.0), "s"),
        Row::new("longest", percentile(&times, 100.0), "s").at_most(1.5),
    ];
    Ok(Part { title: "Start until ready to receive calls", how, rows })
}

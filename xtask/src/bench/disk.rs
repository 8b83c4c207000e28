//! How often somebody who saves waits for the disk: counted by `strace`, where it is installed.

use super::{
    Part,
    numbers::median,
    pair::{Measured, Pair},
    row::Row,
};
use crate::{checkout::Checkout, session, shell};
use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

const SAVES: &str = "200";

/// What the agent waits for, and what then is done in the hub: both before the outcome can be sent.
const STEPS: [(&str, &str); 2] = [
    ("save_latency", "from the click to *saved* (`desk.db`)"),
    ("outbox_bench", "until the hub has accepted it (`outbox.db`)"),
];

pub fn measure(checkouts: &mut Pair<&Checkout>) -> Result<Part, String> {
    let title = "Waits for the disk";
    if !session::installed("strace") {
        let how = "Not measured: `strace` is not installed.".to_owned();
        return Ok(Part { title, how, measured: Measured::default() });
    }
    println!("Counting waits for the disk");
    let both = checkouts.in_turns(1, |checkout, _| {
        STEPS.iter().map(|(example, _)| traced(checkout, example)).collect::<Result<Vec<f64>, String>>()
    })?;
    let measured = both.rows(|rounds| {
        let counts = rounds.first().map_or(&[][..], Vec::as_slice);
        let steps = STEPS.iter().zip(counts).map(|((_, what), count)| Row::new(*what, *count, ""));
        let sum = Row::new("both, with the hub inside the app", counts.iter().sum(), "").at_most(2.0);
        steps.chain([sum]).collect()
    });
    let how = format!(
        "`fsync` and `fdatasync` between the marks of `save_latency -- {SAVES} FOLDER marks` and `outbox_bench -- {SAVES} FOLDER marks` \
         (`strace -f`); the median of {SAVES} saves."
    );
    Ok(Part { title, how, measured })
}

/// How many waits one save of this example takes.
fn traced(checkout: &Checkout, example: &str) -> Result<f64, String> {
    let program = checkout.release_example(example);
    if !program.is_file() {
        return Err(format!("the example {example} is not there"));
    }
    let folder = checkout.notes()?.join("bench-disk");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let trace = folder.join("trace");
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-e", "trace=fsync,fdatasync,write", "-o"]).arg(&trace);
    strace.arg(program).arg(SAVES).arg(&folder).arg("marks").stdin(Stdio::null());
    shell::ask(&mut strace).ok_or_else(|| format!("{example} failed under strace"))?;
    let counts = waits_of_each(&read(&trace)?);
    let _ = fs::remove_dir_all(&folder);
    if counts.is_empty() {
        return Err(format!("{example} does not know `marks`"));
    }
    Ok(median(&counts))
}

fn read(trace: &Path) -> Result<String, String> {
    fs::read_to_string(trace).map_err(|e| format!("{}: {e}", trace.display()))
}

/// The waits begun between each `saving` and the `saved` after it.
fn waits_of_each(trace: &str) -> Vec<f64> {
    let (mut counts, mut open) = (Vec::new(), None::<u32>);
    for line in trace.lines() {
        if line.contains("write(2, \"saving\\n\"") {
            open = Some(0);
        } else if line.contains("write(2, \"saved\\n\"") {
            counts.extend(open.take().map(f64::from));
        } else if line.contains("sync(") {
            open = open.map(|count| count + 1);
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_waits_between_the_marks_count_and_one_that_is_interrupted_counts_once() {
        let trace = r#"
7 fdatasync(5) = 0
7 write(2, "saving\n", 7) = 7
8 fdatasync(5 <unfinished ...>
7 write(4, "x", 1) = 1
8 <... fdatasync resumed>) = 0
8 fsync(6) = 0
7 write(2, "saved\n", 6) = 6
8 fdatasync(5) = 0
7 write(2, "saving\n", 7) = 7
7 write(2, "saved\n", 6) = 6
"#;
        assert_eq!(waits_of_each(trace), [2.0, 0.0]);
    }

    #[test]
    fn an_example_without_marks_tells_nothing() {
        assert!(waits_of_each("8 fdatasync(5) = 0\n").is_empty());
    }
}

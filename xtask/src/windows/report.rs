//! What came of each stage: for the terminal, and between its marks in `docs/windows.md`.

use super::Done;
use crate::{bench::machine, checkout::Checkout, shell, stages::seconds};
use std::{fmt::Write, fs, path::Path, process::Command, time::Duration};

const PAGE: &str = "docs/windows.md";
const BEGIN: &str = "<!-- results: written by `cargo xtask windows --write` -->";
const END: &str = "<!-- results: end -->";

/// How a stage went.
pub struct Outcome {
    key: String,
    name: &'static str,
    pub took: Duration,
    words: String,
    failure: Option<String>,
    left_out: Vec<String>,
    /// Files it made, and how large they are.
    sizes: Vec<(String, String)>,
}

impl Outcome {
    pub fn of(key: String, name: &'static str, took: Duration, done: Result<Done, String>, log: &Path) -> Self {
        let all_of_it = |problem: &str| format!("{problem}\nall of it: {}", log.display());
        match done {
            Ok(done) => {
                let counts = done.counts.map_or_else(String::new, |counts| format!("{counts}, "));
                let failed = done.counts.is_some_and(|counts| counts.failed > 0);
                let failure = failed.then(|| all_of_it(&done.failures.join("\n")));
                let words = format!("{counts}{}", done.words);
                Self { key, name, took, words, failure, left_out: done.left_out, sizes: done.sizes }
            }
            Err(problem) => {
                let problem = format!("{}\n{problem}", shell::last_lines(log, 30));
                let failure = Some(all_of_it(problem.trim_start()));
                let (left_out, sizes) = (Vec::new(), Vec::new());
                Self { key, name, took, words: String::new(), failure, left_out, sizes }
            }
        }
    }

    pub fn is_well(&self) -> bool {
        self.failure.is_none()
    }

    pub fn word(&self) -> &'static str {
        if self.is_well() { "ok" } else { "FAILED" }
    }
}

/// Of one run, as far as it came.
pub struct Report {
    pub outcomes: Vec<Outcome>,
    /// The day, and the commit that it began with.
    when: String,
}

impl Report {
    pub fn begin(checkout: &Checkout) -> Self {
        let day = shell::ask(Command::new("date").arg("+%Y-%m-%d")).unwrap_or_default();
        Self { outcomes: Vec::new(), when: format!("{day}, {}", machine::named(checkout)) }
    }

    /// For a terminal: failures first, sums last.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for outcome in &self.outcomes {
            if let Some(failure) = &outcome.failure {
                let _ = writeln!(text, "===== {} =====\n{failure}\n", outcome.name);
            }
        }
        for left_out in self.outcomes.iter().flat_map(|outcome| &outcome.left_out) {
            let _ = writeln!(text, "not by Wine: {left_out}");
        }
        for outcome in &self.outcomes {
            let Outcome { name, took, words, .. } = outcome;
            let _ = writeln!(text, "{:>6}  {name:<34} {:>12}  {words}", outcome.word(), seconds(*took));
        }
        for (name, size) in self.sizes() {
            let _ = writeln!(text, "{size:>12}  {name}");
        }
        text
    }

    /// Writes what was found of these stages; of others the page keeps what stood there.
    pub fn write(&self, checkout: &Checkout) -> Result<(), String> {
        let path = checkout.path(PAGE);
        let page = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        let written = self.among(&page)?;
        fs::write(&path, written).map_err(|e| format!("{}: {e}", path.display()))
    }

    fn sizes(&self) -> impl Iterator<Item = &(String, String)> {
        self.outcomes.iter().flat_map(|outcome| &outcome.sizes)
    }

    fn among(&self, page: &str) -> Result<String, String> {
        let when = &self.when;
        let marks = page.split_once(BEGIN).and_then(|(before, rest)| Some((before, rest.split_once(END)?)));
        let (before, (was, after)) = marks.ok_or_else(|| format!("{PAGE} has no marks for results"))?;
        let mut rows: Vec<(String, String)> = was.lines().filter_map(row).collect();
        for outcome in &self.outcomes {
            let Outcome { key, name, took, words, .. } = outcome;
            let line = format!("| `{key}` | {name} | {} | {words} | {} | {when} |", outcome.word(), seconds(*took));
            put(&mut rows, key, line);
        }
        for (name, size) in self.sizes() {
            put(&mut rows, name, format!("| `{name}` | size | {size} | | | {when} |"));
        }
        for left_out in self.outcomes.iter().filter(|outcome| outcome.key == "tests") {
            rows.retain(|(key, _)| !key.starts_with(LEFT_OUT));
            for (number, words) in left_out.left_out.iter().enumerate() {
                let line = format!("| `{LEFT_OUT}{}` | {words} | not run | | | {when} |", number + 1);
                put(&mut rows, &format!("{LEFT_OUT}{}", number + 1), line);
            }
        }
        let rows = rows.iter().fold(String::new(), |rows, (_, line)| format!("{rows}{line}\n"));
        Ok(format!(
            "{before}{BEGIN}\n\n| | what | result | | took | when, of which commit |\n|---|---|---|---|---:|---|\n{rows}\n{END}{after}"
        ))
    }
}

/// How rows of tests that Wine cannot run are called.
const LEFT_OUT: &str = "left out ";

/// A line of the table, with what it is called.
fn row(line: &str) -> Option<(String, String)> {
    let (key, _) = line.strip_prefix("| `")?.split_once('`')?;
    Some((key.to_owned(), line.to_owned()))
}

fn put(rows: &mut Vec<(String, String)>, key: &str, line: String) {
    match rows.iter_mut().find(|(of, _)| of == key) {
        Some((_, old)) => *old = line,
        None => rows.push((key.to_owned(), line)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(key: &str, failure: Option<&str>) -> Outcome {
        let (words, failure) = ("4 passed".to_owned(), failure.map(str::to_owned));
        let left_out = vec!["ringcard-hub a (1): no service".to_owned()];
        let sizes = vec![("setup.exe".to_owned(), "9.1 MiB".to_owned())];
        Outcome { key: key.to_owned(), name: "a stage", took: Duration::from_secs(3), words, failure, left_out, sizes }
    }

    fn report(outcome: Outcome) -> Report {
        Report { outcomes: vec![outcome], when: "today".to_owned() }
    }

    #[test]
    fn a_stage_takes_the_place_of_its_earlier_row_and_others_stay() {
        let page = format!(
            "# Windows\n\n{BEGIN}\n| `lints` | old |\n| `tests` | old |\n| `left out 3` | old |\n{END}\n\nmore\n"
        );
        let written = report(outcome("tests", None)).among(&page).expect("it has marks");
        let rows: Vec<&str> = written.lines().filter(|line| line.starts_with("| `")).collect();
        assert_eq!(
            rows,
            [
                "| `lints` | old |",
                "| `tests` | a stage | ok | 4 passed | 3.0 s | today |",
                "| `setup.exe` | size | 9.1 MiB | | | today |",
                "| `left out 1` | ringcard-hub a (1): no service | not run | | | today |"
            ]
        );
        assert!(
            written.starts_with("# Windows\n\n<!-- results") && written.ends_with("end -->\n\nmore\n"),
            "{written}"
        );
    }

    #[test]
    fn a_page_without_marks_is_not_touched() {
        let report = report(outcome("tests", Some("it failed")));
        assert!(report.among("# Windows\n").is_err());
        assert!(report.text().contains("FAILED") && report.text().contains("not by Wine: ringcard-hub a"));
    }
}

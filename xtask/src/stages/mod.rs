//! `cargo xtask test` and `check`: named stages, each timed, all of them run, summed up at the end.
//!
//! What needs Node runs beside what needs cargo, until the tests run that measure something.

mod cargo_tests;
mod reports;
mod supply_chain;

use crate::{
    architecture,
    checkout::Checkout,
    setup::{self, Need},
    shell,
};
pub use cargo_tests::build_app;
use clap::ValueEnum;
pub use reports::Counts;
use reports::Report;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, Instant},
};

#[derive(clap::Args)]
pub struct Arguments {
    /// Only these stages
    #[arg(long, value_delimiter = ',')]
    only: Vec<Stage>,
    /// With every round of the tests that have many, as before a release
    #[arg(long)]
    long: bool,
}

/// How many rounds the tests that have many get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Some: on each change.
    Usual,
    /// All.
    Long,
}

/// A part of the checks; quick ones first, so that small mistakes show early.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
enum Stage {
    Architecture,
    Formatting,
    Lints,
    BuildTests,
    UiFormatting,
    UiLints,
    UiCheck,
    UiTests,
    SupplyChain,
    Tests,
    DocTests,
    EndToEnd,
}

const FAST: [Stage; 6] =
    [Stage::Architecture, Stage::Formatting, Stage::Lints, Stage::UiFormatting, Stage::UiLints, Stage::UiCheck];

/// What runs while nothing that is measured runs; the others come after all of these.
const BY_CARGO: [Stage; 4] = [Stage::Architecture, Stage::Formatting, Stage::Lints, Stage::BuildTests];
const BESIDE_CARGO: [Stage; 5] =
    [Stage::UiFormatting, Stage::UiLints, Stage::UiCheck, Stage::UiTests, Stage::SupplyChain];

impl Stage {
    fn name(self) -> &'static str {
        match self {
            Self::Architecture => "architecture",
            Self::Formatting => "formatting",
            Self::Lints => "lints",
            Self::BuildTests => "building the tests",
            Self::UiFormatting => "user interface: formatting",
            Self::UiLints => "user interface: lints",
            Self::UiCheck => "user interface: types",
            Self::UiTests => "user interface: tests",
            Self::SupplyChain => "licences and advisories",
            Self::Tests => "tests",
            Self::DocTests => "examples in the documentation",
            Self::EndToEnd => "end to end",
        }
    }

    fn needs(self) -> &'static [Need] {
        match self {
            Self::Architecture | Self::Formatting => &[],
            Self::UiFormatting | Self::UiLints | Self::UiCheck | Self::UiTests | Self::SupplyChain => &[Need::Npm],
            Self::Lints | Self::BuildTests | Self::Tests | Self::DocTests => &[Need::Build, Need::Ui],
            Self::EndToEnd => &[Need::Build, Need::Ui, Need::VirtualDesktop, Need::TestDrivers],
        }
    }

    /// Runs it; what it says goes to `log`.
    fn run(self, checkout: &Checkout, depth: Depth, log: &Path) -> Result<(), String> {
        let run = |command: &mut Command| shell::log(without_desktop(command), log);
        match self {
            Self::Architecture => architecture_check(checkout, log),
            Self::Formatting => {
                present(checkout, "fmt", "rustfmt")?;
                run(&mut checkout.cargo(["fmt", "--all", "--check", "--", "--color", "never"]))
            }
            Self::Lints => {
                present(checkout, "clippy", "clippy")?;
                let lints = ["clippy", "--workspace", "--all-targets", "--locked", "--", "--deny", "warnings"];
                run(&mut checkout.cargo(lints))
            }
            Self::BuildTests => run(&mut cargo_tests::build(checkout)?),
            Self::UiFormatting => run(&mut checkout.npm(["run", "ui:format-check"])),
            Self::UiLints => run(&mut checkout.npm(["run", "ui:lint"])),
            Self::UiCheck => run(&mut checkout.npm(["run", "ui:check"])),
            Self::UiTests => {
                let mut tests = checkout.npm(["run", "test", "--workspace", "ui", "--", "--reporter=default"]);
                let report = format!("--outputFile.json={}", checkout.vitest_report().display());
                run(tests.args(["--reporter=json", &report]))
            }
            Self::SupplyChain => supply_chain::check(checkout, log),
            Self::Tests => run(&mut cargo_tests::all_but_end_to_end(checkout, depth)?),
            Self::DocTests => run(&mut checkout.cargo(["test", "--workspace", "--doc", "--locked"])),
            Self::EndToEnd if cargo_tests::HAS_END_TO_END => run(&mut cargo_tests::end_to_end(checkout, depth)?),
            Self::EndToEnd => {
                shell::say("  left out: the app is driven by WebKitWebDriver, which is for Linux");
                Ok(())
            }
        }
    }

    /// As it is called in `--only`.
    fn key(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }

    /// Where its runner writes a report, and how that is read.
    fn report(self, checkout: &Checkout) -> Option<Reported> {
        match self {
            Self::UiTests => Some((checkout.vitest_report(), Report::of_vitest)),
            Self::Tests => Some((checkout.nextest_report(), Report::of_nextest)),
            Self::EndToEnd if cargo_tests::HAS_END_TO_END => Some((checkout.nextest_report(), Report::of_nextest)),
            _ => None,
        }
    }
}

/// A runner's report: the file, and what reads it.
type Reported = (PathBuf, fn(&str) -> Result<Report, String>);

/// How a stage went.
struct Outcome {
    stage: Stage,
    took: Duration,
    counts: Counts,
    failure: Option<String>,
}

/// Whether everything holds; all is said, and the last line counts.
pub fn test(checkout: &Checkout, arguments: &Arguments) -> Result<bool, String> {
    let chosen = |stage: &&Stage| arguments.only.is_empty() || arguments.only.contains(stage);
    let depth = if arguments.long { Depth::Long } else { Depth::Usual };
    run_all(checkout, &Stage::value_variants().iter().filter(chosen).copied().collect::<Vec<_>>(), depth)
}

pub fn check(checkout: &Checkout) -> Result<bool, String> {
    run_all(checkout, &FAST, Depth::Usual)
}

fn run_all(checkout: &Checkout, stages: &[Stage], depth: Depth) -> Result<bool, String> {
    let start = Instant::now();
    let mut needs: Vec<Need> = stages.iter().flat_map(|stage| stage.needs()).copied().collect();
    needs.dedup();
    if let Err(problem) = setup::prepare(checkout, &needs) {
        println!("{problem}\n{}", Counts::FAILED);
        return Ok(false);
    }
    println!("set-up: {}", seconds(start.elapsed()));
    let run = |chosen: &dyn Fn(&Stage) -> bool| {
        let chosen = stages.iter().filter(|stage| chosen(stage));
        chosen.map(|stage| run_one(checkout, *stage, depth)).collect::<Result<Vec<_>, _>>()
    };
    let mut outcomes = thread::scope(|scope| {
        let beside = scope.spawn(|| shell::without_progress(|| run(&|stage| BESIDE_CARGO.contains(stage))));
        let mut outcomes = run(&|stage| BY_CARGO.contains(stage))?;
        outcomes.extend(beside.join().map_err(|_| "the stages beside cargo ended by a defect of xtask")??);
        Ok::<_, String>(outcomes)
    })?;
    outcomes.extend(run(&|stage| !BY_CARGO.contains(stage) && !BESIDE_CARGO.contains(stage))?);
    outcomes.sort_by_key(|outcome| outcome.stage);
    Ok(sum_up(&outcomes, start.elapsed()))
}

fn run_one(checkout: &Checkout, stage: Stage, depth: Depth) -> Result<Outcome, String> {
    shell::say(&format!("{} ...", stage.name()));
    let log = checkout.notes()?.join(format!("{}.log", stage.key()));
    gone(&log)?;
    let report = stage.report(checkout);
    if let Some((file, _)) = &report {
        gone(file)?;
    }
    let start = Instant::now();
    let result = stage.run(checkout, depth, &log);
    let took = start.elapsed();
    let (counts, failure) = judged(&log, result, report);
    let word = if failure.is_some() { "FAILED" } else { "ok" };
    shell::say(&format!("{}: {word}, {}", stage.name(), seconds(took)));
    Ok(Outcome { stage, took, counts, failure })
}

/// What its runner reports counts; a stage without a report, and one that failed otherwise than by a test, counts as one.
fn judged(log: &Path, result: Result<(), String>, reported: Option<Reported>) -> (Counts, Option<String>) {
    let report = reported.map(|(file, read)| {
        fs::read_to_string(&file)
            .map_err(|e| format!("no report: {}: {e}", file.display()))
            .and_then(|text| read(&text))
    });
    let all_of_it = |problem: &str| format!("{problem}\nall of it: {}", log.display());
    match (result, report) {
        (Ok(()), None) => (Counts::PASSED, None),
        (Ok(()), Some(Ok(report))) if report.counts.failed == 0 => (report.counts, None),
        (Ok(()), Some(Err(problem))) => (Counts::FAILED, Some(all_of_it(&problem))),
        (result, Some(Ok(report))) if report.counts.failed > 0 => {
            let problem = result.err().unwrap_or_default();
            (report.counts, Some(all_of_it(&format!("{}\n{problem}", report.failures.join("\n\n")))))
        }
        (result, report) => {
            let text = fs::read(log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
            let mut counts = report.and_then(Result::ok).map(|report| report.counts).unwrap_or_default();
            counts += Counts::FAILED;
            let problem = result.err().unwrap_or_default();
            (counts, Some(all_of_it(&format!("{}\n{problem}", reports::first_error(&text)))))
        }
    }
}

/// What an earlier run left says nothing of this one.
fn gone(file: &Path) -> Result<(), String> {
    match fs::remove_file(file) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(format!("{}: {e}", file.display())),
        _ => Ok(()),
    }
}

fn sum_up(outcomes: &[Outcome], took: Duration) -> bool {
    for outcome in outcomes {
        if let Some(failure) = &outcome.failure {
            println!("\n===== {} =====\n{failure}", outcome.stage.name());
        }
    }
    println!();
    let mut total = Counts::default();
    for Outcome { stage, took, counts, failure } in outcomes {
        let word = if failure.is_some() { "FAILED" } else { "ok" };
        println!("{word:>6}  {:<31} {:>8}  {counts}", stage.name(), seconds(*took));
        total += *counts;
    }
    println!("all in {}\n{total}", seconds(took));
    total.failed == 0
}

/// A time as people say it.
pub fn seconds(time: Duration) -> String {
    match time.as_secs() {
        0..120 => format!("{:.1} s", time.as_secs_f32()),
        long => format!("{} min {:02} s", long / 60, long % 60),
    }
}

fn architecture_check(checkout: &Checkout, log: &Path) -> Result<(), String> {
    let findings = architecture::check(checkout)?;
    for remark in &findings.remarks {
        shell::say(&format!("  remark: {remark}"));
    }
    if findings.problems.is_empty() {
        return Ok(());
    }
    let list = findings.problems.iter().fold(String::new(), |list, problem| format!("{list}error: {problem}\n"));
    fs::write(log, list).map_err(|e| format!("{}: {e}", log.display()))?;
    Err(format!("{} things are not as planned", findings.problems.len()))
}

/// Some Rust installations lack these.
fn present(checkout: &Checkout, subcommand: &str, component: &str) -> Result<(), String> {
    shell::ask(&mut checkout.cargo([subcommand, "--version"]))
        .map(|_| ())
        .ok_or_else(|| format!("`cargo {subcommand}` is missing: run `rustup component add {component}`"))
}

/// The same on every machine: no test sees the person's own display, bus or settings.
fn without_desktop(command: &mut Command) -> &mut Command {
    for key in ["DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "RINGCARD_HOME", "RINGCARD_API_TOKEN"] {
        command.env_remove(key);
    }
    command.env("RUST_BACKTRACE", "1").env("NO_COLOR", "1").env("CARGO_TERM_COLOR", "never")
}

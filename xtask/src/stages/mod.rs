//! `cargo xtask test` and `check`: named stages, each timed, all of them run, summed up at the end.

mod cargo_tests;
mod counts;
mod supply_chain;

use crate::{
    architecture,
    checkout::Checkout,
    setup::{self, Need},
    shell,
};
pub use cargo_tests::build_app;
use clap::ValueEnum;
use counts::Counts;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

#[derive(clap::Args)]
pub struct Arguments {
    /// Only these stages
    #[arg(long, value_delimiter = ',')]
    only: Vec<Stage>,
}

/// A part of the checks; quick ones first, so that small mistakes show early.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Stage {
    Architecture,
    Formatting,
    UiCheck,
    UiTests,
    SupplyChain,
    Lints,
    Tests,
    DocTests,
    EndToEnd,
}

const FAST: [Stage; 4] = [Stage::Architecture, Stage::Formatting, Stage::UiCheck, Stage::Lints];

impl Stage {
    fn name(self) -> &'static str {
        match self {
            Self::Architecture => "architecture",
            Self::Formatting => "formatting",
            Self::UiCheck => "user interface: types",
            Self::UiTests => "user interface: tests",
            Self::SupplyChain => "licences and advisories",
            Self::Lints => "lints",
            Self::Tests => "tests",
            Self::DocTests => "examples in the documentation",
            Self::EndToEnd => "end to end",
        }
    }

    fn needs(self) -> &'static [Need] {
        match self {
            Self::Architecture | Self::Formatting => &[],
            Self::UiCheck | Self::UiTests | Self::SupplyChain => &[Need::Npm],
            Self::Lints | Self::Tests | Self::DocTests => &[Need::Build, Need::Ui],
            Self::EndToEnd => &[Need::Build, Need::Ui, Need::VirtualDesktop, Need::TestDrivers],
        }
    }

    /// Runs it; what it says goes to `log`.
    fn run(self, checkout: &Checkout, log: &Path) -> Result<(), String> {
        let run = |command: &mut Command| shell::log(without_desktop(command), log);
        match self {
            Self::Architecture => architecture_check(checkout, log),
            Self::Formatting => {
                present(checkout, "fmt", "rustfmt")?;
                run(&mut checkout.cargo(["fmt", "--all", "--check", "--", "--color", "never"]))
            }
            Self::UiCheck => run(&mut checkout.npm(["run", "ui:check"])),
            Self::UiTests => run(&mut checkout.npm(["run", "ui:test"])),
            Self::SupplyChain => supply_chain::check(checkout, log),
            Self::Lints => {
                present(checkout, "clippy", "clippy")?;
                let lints = ["clippy", "--workspace", "--all-targets", "--locked", "--", "--deny", "warnings"];
                run(&mut checkout.cargo(lints))
            }
            Self::Tests => run(&mut cargo_tests::all_but_end_to_end(checkout)?),
            Self::DocTests => run(&mut checkout.cargo(["test", "--workspace", "--doc", "--locked"])),
            Self::EndToEnd => cargo_tests::end_to_end(checkout)?.map_or(Ok(()), |mut command| run(&mut command)),
        }
    }
}

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
    run_all(checkout, &Stage::value_variants().iter().filter(chosen).copied().collect::<Vec<_>>())
}

pub fn check(checkout: &Checkout) -> Result<bool, String> {
    run_all(checkout, &FAST)
}

fn run_all(checkout: &Checkout, stages: &[Stage]) -> Result<bool, String> {
    let start = Instant::now();
    let mut needs: Vec<Need> = stages.iter().flat_map(|stage| stage.needs()).copied().collect();
    needs.dedup();
    if let Err(problem) = setup::prepare(checkout, &needs) {
        println!("{problem}\n{}", Counts { passed: 0, failed: 1 });
        return Ok(false);
    }
    println!("set-up: {}", seconds(start.elapsed()));
    let mut outcomes = Vec::new();
    for stage in stages {
        println!("{} ...", stage.name());
        outcomes.push(run_one(checkout, *stage)?);
    }
    Ok(sum_up(&outcomes, start.elapsed()))
}

fn run_one(checkout: &Checkout, stage: Stage) -> Result<Outcome, String> {
    let log = new_log(checkout, stage)?;
    let start = Instant::now();
    let result = stage.run(checkout, &log);
    let text = fs::read(&log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let counts = Counts::of(&text, result.is_ok());
    let failure = result.err().map(|problem| {
        let detail = counts::first_failure(&text);
        format!("{detail}\n{problem}\nall of it: {}", log.display())
    });
    Ok(Outcome { stage, took: start.elapsed(), counts, failure })
}

fn new_log(checkout: &Checkout, stage: Stage) -> Result<PathBuf, String> {
    let name = stage.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned());
    let log = checkout.notes()?.join(format!("{name}.log"));
    match fs::remove_file(&log) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(format!("{}: {e}", log.display())),
        _ => Ok(log),
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

fn seconds(time: Duration) -> String {
    match time.as_secs() {
        0..120 => format!("{:.1} s", time.as_secs_f32()),
        long => format!("{} min {:02} s", long / 60, long % 60),
    }
}

fn architecture_check(checkout: &Checkout, log: &Path) -> Result<(), String> {
    let findings = architecture::check(checkout)?;
    for remark in &findings.remarks {
        println!("  remark: {remark}");
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

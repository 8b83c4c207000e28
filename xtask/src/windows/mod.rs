//! `cargo xtask windows`: Ringcard for Windows, checked, built, packed and tried on Linux, as far as that goes without a
//! Windows.
//!
//! `crate::place` (a folder with a compiler, mingw, Wine and makensis) → `inside` (commands in it) → the stages, in their
//! order: lints, `macos` (lints only), `under_wine` (tests, but those of `skipped`), programs, `smoke` (the hub runs),
//! `installer`, `installed` (it is tried) → `report`. What needs a screen, a web view or Windows itself is not here: it is
//! the list in `docs/windows.md`. Opt-in and as root: it installs a distribution.

mod inside;
mod installed;
mod installer;
mod macos;
mod report;
mod skipped;
mod smoke;
mod under_wine;

use crate::{
    checkout::Checkout,
    place::{Place, Purpose},
    setup::{self, Need},
    shell,
    stages::{Counts, seconds},
};
use clap::ValueEnum;
use inside::Inside;
use report::{Outcome, Report};
use std::{
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

#[derive(clap::Args)]
pub struct Arguments {
    /// Only these stages
    #[arg(long, value_delimiter = ',')]
    only: Vec<Stage>,
    /// Write results and sizes into docs/windows.md
    #[arg(long)]
    write: bool,
    /// Microsoft's MicrosoftEdgeWebview2Setup.exe, to be inside the installer
    #[arg(long, value_name = "FILE")]
    webview2: Option<PathBuf>,
    /// The installer without the notices and lists of parts, whose making takes tools of its own
    #[arg(long)]
    without_papers: bool,
    /// Debian's release that has the compiler
    #[arg(long, default_value = "sid")]
    release: String,
}

/// A part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Stage {
    Lints,
    Macos,
    Tests,
    Programs,
    Smoke,
    Installer,
    Installed,
}

impl Stage {
    fn name(self) -> &'static str {
        match self {
            Self::Lints => "lints of every package and target",
            Self::Macos => "lints of every package, for macOS",
            Self::Tests => "tests, by Wine",
            Self::Programs => "programs, release build",
            Self::Smoke => "the hub runs, by Wine",
            Self::Installer => "installer",
            Self::Installed => "installed and removed, by Wine",
        }
    }

    fn key(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }

    /// Runs it; what there is to say of it beside that it is well. What it says itself goes to `log`.
    fn run(self, inside: &Inside, arguments: &Arguments, log: &Path) -> Result<Done, String> {
        let plain = |words: Result<String, String>| words.map(|words| Done { words, ..Done::default() });
        match self {
            Self::Lints => {
                let line = ["clippy", "--workspace", "--exclude", "xtask", "--all-targets", "--locked", "--offline"];
                let line = line.into_iter().chain(["--", "--deny", "warnings"]);
                plain(shell::log(&mut inside.cargo(line), log).map(|()| "no warning".to_owned()))
            }
            Self::Macos => plain(macos::check(inside, log)),
            Self::Tests => under_wine::run(inside, log).map(Done::from),
            Self::Programs => programs(inside, log),
            Self::Smoke => plain(smoke::run(inside, log)),
            Self::Installer => {
                let webview2 = arguments.webview2.as_deref();
                let made = installer::make(inside, webview2, !arguments.without_papers, log)?;
                Ok(Done { sizes: vec![size(&made)?], ..Done::default() })
            }
            Self::Installed => plain(installed::run(inside, log)),
        }
    }
}

/// What came out of a stage.
#[derive(Default)]
struct Done {
    words: String,
    counts: Option<Counts>,
    /// What was left out, and why.
    left_out: Vec<String>,
    failures: Vec<String>,
    /// Of the files that it made.
    sizes: Vec<(String, String)>,
}

impl From<under_wine::Ran> for Done {
    fn from(ran: under_wine::Ran) -> Self {
        let under_wine::Ran { counts, ignored, left_out, failed } = ran;
        let not_run: u32 = left_out.values().map(|(count, _)| count).sum();
        let left_out = left_out.into_iter().map(|(name, (count, reason))| format!("{name} ({count}): {reason}"));
        let words = format!("{not_run} left out, {ignored} only by hand");
        Self { words, counts: Some(counts), left_out: left_out.collect(), failures: failed, ..Self::default() }
    }
}

const WINDOWS: Purpose = Purpose {
    chore: "windows",
    what: "a compiler for Windows, Wine and makensis",
    script: include_str!("../../windows/install.sh"),
};

/// Whether all that was asked for is well.
pub fn run(checkout: &Checkout, arguments: &Arguments) -> Result<bool, String> {
    let start = Instant::now();
    let place = Place::new(&checkout.windows(), &arguments.release, &WINDOWS);
    place.check()?;
    setup::prepare(checkout, &[Need::Ui])?;
    place.install(&checkout.notes()?.join("windows-install.log"))?;
    // Nothing is downloaded in the place.
    shell::log(&mut checkout.cargo(["fetch", "--locked"]), &checkout.notes()?.join("windows-fetch.log"))?;
    let inside = Inside::new(checkout, place)?;
    println!("set-up: {}", seconds(start.elapsed()));
    let chosen = |stage: &&Stage| arguments.only.is_empty() || arguments.only.contains(stage);
    let mut report = Report::begin(checkout);
    for stage in Stage::value_variants().iter().filter(chosen) {
        report.outcomes.push(run_one(&inside, arguments, *stage)?);
        // At once: the next ones take an hour.
        if arguments.write {
            report.write(checkout)?;
        }
    }
    println!("\n{}all in {}", report.text(), seconds(start.elapsed()));
    Ok(report.outcomes.iter().all(Outcome::is_well))
}

fn run_one(inside: &Inside, arguments: &Arguments, stage: Stage) -> Result<Outcome, String> {
    shell::say(&format!("{} ...", stage.name()));
    let log = inside.checkout.notes()?.join(format!("windows-{}.log", stage.key()));
    let _ = fs::remove_file(&log);
    let start = Instant::now();
    let done = stage.run(inside, arguments, &log);
    let outcome = Outcome::of(stage.key(), stage.name(), start.elapsed(), done, &log);
    shell::say(&format!("{}: {}, {}", stage.name(), outcome.word(), seconds(outcome.took)));
    Ok(outcome)
}

/// The three of them, as they are given to people.
const PROGRAMS: [&str; 3] = ["ringcard", "ringcard-hub", "ringcard-sim"];

fn programs(inside: &Inside, log: &Path) -> Result<Done, String> {
    let packages = PROGRAMS.iter().flat_map(|package| ["--package", package]);
    let line = ["build", "--release", "--locked", "--offline", "--bins"].into_iter().chain(packages);
    shell::log(&mut inside.cargo(line), log)?;
    let made = |name: &str| inside.made("release").join(name);
    let sizes: Result<_, _> = PROGRAMS.iter().map(|program| size(&made(&format!("{program}.exe")))).collect();
    // A program by mingw looks for it beside itself.
    match made("WebView2Loader.dll").is_file() {
        true => Ok(Done { words: "with WebView2Loader.dll".to_owned(), sizes: sizes?, ..Done::default() }),
        false => Err("WebView2Loader.dll is not beside ringcard.exe, which does not start without it".to_owned()),
    }
}

/// What a file is called, and how large it is.
fn size(file: &Path) -> Result<(String, String), String> {
    let length = fs::metadata(file).map_err(|e| format!("{}: {e}", file.display()))?.len();
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok((name, format!("{:.1} MiB", length as f64 / f64::from(1 << 20))))
}

//! `cargo xtask bench`: measures what the product promises, on the release build, and writes `docs/performance.md`.

mod desk;
mod directory;
mod examples;
mod history;
mod http;
mod machine;
mod memory;
mod numbers;
mod outbox;
mod pops;
mod pushes;
mod report;
mod start;
mod strangers;

use crate::{
    checkout::Checkout,
    setup::{self, Need},
    shell,
};
use desk::BenchDesk;
use report::{Report, Row};
use std::{fs, path::PathBuf, thread, time::Duration};

#[derive(clap::Args)]
pub struct Arguments {
    /// Calls to measure
    #[arg(long, default_value_t = 200)]
    calls: u32,
    /// Customers in the directory
    #[arg(long, default_value_t = 1_000_000)]
    customers: u32,
    /// Measure the release that was built before
    #[arg(long)]
    as_built: bool,
    /// Measure only what strangers cost a hub, and print it
    #[arg(long)]
    strangers: bool,
    /// Print only; docs/performance.md stays as it is
    #[arg(long)]
    dry_run: bool,
}

/// After the builds.
const REST: Duration = Duration::from_secs(10);

/// What one part measured.
pub struct Part {
    pub title: &'static str,
    /// How it was measured, for whoever wants to judge or repeat it.
    pub how: String,
    pub rows: Vec<Row>,
}

pub fn run(checkout: &Checkout, arguments: &Arguments) -> Result<(), String> {
    if arguments.strangers {
        return of_strangers(checkout, arguments);
    }
    setup::prepare(checkout, &[Need::Build, Need::Ui, Need::VirtualDesktop])?;
    let bundle = if arguments.as_built { newest_bundle(checkout)? } else { build(checkout)? };
    // The builds' own load fades; somebody else's will show in the report.
    thread::sleep(REST);
    let mut report = Report::begin(checkout, arguments.calls, arguments.customers);
    if !arguments.as_built {
        report.add(directory::measure(checkout, arguments.customers)?);
        report.add(history::measure(checkout)?);
        report.add(outbox::measure(checkout)?);
        report.add(pushes::measure(checkout)?);
    }
    let mut desk = BenchDesk::furnish(checkout, arguments.customers)?;
    report.add(desk.import());
    report.add(start::measure(&mut desk)?);
    report.add(pops::measure(&mut desk, arguments.calls)?);
    report.add(memory::measure(&mut desk)?);
    report.add(strangers::measure(checkout)?);
    report.add(size(&bundle)?);
    println!("\n{}", report.text());
    if arguments.dry_run {
        return Ok(());
    }
    let file = checkout.path("docs/performance.md");
    fs::write(&file, report.text()).map_err(|e| format!("{}: {e}", file.display()))?;
    println!("written to docs/performance.md");
    Ok(())
}

/// Needs no app and no desktop.
fn of_strangers(checkout: &Checkout, arguments: &Arguments) -> Result<(), String> {
    setup::prepare(checkout, &[Need::Build])?;
    if !arguments.as_built {
        let log = checkout.notes()?.join("bench-build.log");
        let _ = fs::remove_file(&log);
        let build = ["build", "--release", "--locked", "--package", "ringcard-hub", "--bin", "ringcard-hub"];
        shell::log(&mut checkout.cargo(build), &log)
            .map_err(|problem| format!("{problem}\n{}", shell::last_lines(&log, 40)))?;
    }
    let mut report = Report::begin(checkout, arguments.calls, arguments.customers);
    report.add(strangers::measure(checkout)?);
    println!("\n{}", report.text());
    Ok(())
}

/// The app as it is delivered, and the hub's program for the import; returns the newest `.deb`.
fn build(checkout: &Checkout) -> Result<PathBuf, String> {
    println!("Building the release (about ten minutes the first time)");
    let log = checkout.notes()?.join("bench-build.log");
    let _ = fs::remove_file(&log);
    let quietly = |mut command| {
        shell::log(&mut command, &log).map_err(|problem| format!("{}\n{problem}", shell::last_lines(&log, 40)))
    };
    quietly(checkout.npx(["tauri", "build", "--bundles", "deb"]))?;
    for package in ["ringcard-hub", "ringcard-desk"] {
        quietly(checkout.cargo(["build", "--release", "--locked", "--package", package, "--bins", "--examples"]))?;
    }
    newest_bundle(checkout)
}

fn newest_bundle(checkout: &Checkout) -> Result<PathBuf, String> {
    checkout
        .bundles("deb")
        .pop()
        .ok_or_else(|| "there is no .deb in the release folder: run without --as-built".to_owned())
}

fn size(bundle: &PathBuf) -> Result<Part, String> {
    let bytes = fs::metadata(bundle).map_err(|e| format!("{}: {e}", bundle.display()))?.len();
    let row = Row::new("`.deb`", numbers::mebibytes(bytes), "MiB").at_most(10.0);
    Ok(Part { title: "Download", how: "The package that `cargo xtask package` builds.".to_owned(), rows: vec![row] })
}

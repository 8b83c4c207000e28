//! `cargo xtask bench`: measures what the product promises, on the release build, and writes `docs/performance.md`; with
//! `--beside` in turns with another commit's release.

mod by_hand;
mod calls;
mod crm;
mod data;
mod desk;
mod directory;
mod disk;
mod examples;
mod history;
pub mod http;
mod limits;
pub mod machine;
mod memory;
mod numbers;
mod outbox;
mod pair;
mod pops;
mod pushes;
mod recordings;
mod release;
mod report;
mod row;
mod several;
mod start;
mod strangers;
mod usage;

use crate::{
    checkout::Checkout,
    setup::{self, Need},
};
use desk::BenchDesk;
use pair::{Measured, Pair};
use report::Report;
use std::{env, fs, path::PathBuf, thread, time::Duration};

#[derive(clap::Args)]
pub struct Arguments {
    /// Calls to measure
    #[arg(long, default_value_t = 200)]
    calls: u32,
    /// Calls that end in a busy office, one every 300 ms
    #[arg(long, default_value_t = 2_000)]
    busy_calls: u32,
    /// Customers in the directory
    #[arg(long, default_value_t = 1_000_000)]
    customers: u32,
    /// Measure this commit's release beside it, in turns; it is built once, in a worktree below the target folder
    #[arg(long, value_name = "COMMIT", conflicts_with = "beside_checkout")]
    beside: Option<String>,
    /// Measure the release that was built in this checkout beside it, in turns
    #[arg(long, value_name = "FOLDER")]
    beside_checkout: Option<PathBuf>,
    /// Measure the release that was built before
    #[arg(long)]
    as_built: bool,
    /// Measure only these parts, and print them (with `--write`: into docs/performance.md, where the rest stays)
    #[arg(long, value_enum, value_delimiter = ',', value_name = "PARTS")]
    only: Vec<PartName>,
    /// Write the parts of `--only` into docs/performance.md, in the place of what they were before
    #[arg(long, requires = "only")]
    write: bool,
    /// Print only; docs/performance.md stays as it is
    #[arg(long)]
    dry_run: bool,
}

/// What can be measured by itself.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum PartName {
    Directory,
    History,
    Outbox,
    Disk,
    Pushes,
    Calls,
    Data,
    Recordings,
    Import,
    Start,
    Pops,
    Sources,
    Memory,
    Strangers,
    Size,
    Usage,
    Limits,
}

impl PartName {
    /// Whether the app has to run for it, on a desk with customers.
    fn needs_desk(self) -> bool {
        matches!(self, Self::Import | Self::Start | Self::Pops | Self::Sources | Self::Memory)
    }
}

/// After the builds.
const REST: Duration = Duration::from_secs(10);

/// What one part measured.
pub struct Part {
    pub title: &'static str,
    /// How it was measured, for whoever wants to judge or repeat it.
    pub how: String,
    pub measured: Measured,
}

pub fn run(checkout: &Checkout, arguments: &Arguments) -> Result<(), String> {
    let other = prepare(checkout, arguments)?;
    // The builds' own load fades; somebody else's will show in the report.
    thread::sleep(REST);
    let mut about = machine::describe(checkout);
    about.push(format!("{} calls, {} customers in the directory", arguments.calls, arguments.customers));
    let beside = other.as_ref().map(machine::named);
    let mut report = Report::begin(&command(), &about, beside);
    let measured = measure(&mut report, &Pair { ours: checkout, other: other.as_ref() }, arguments);
    let file = checkout.path("docs/performance.md");
    let is_whole = arguments.only.is_empty();
    let is_written = !arguments.dry_run && (is_whole || arguments.write);
    let was = if is_written { fs::read_to_string(&file).unwrap_or_default() } else { String::new() };
    let text = if is_written && !is_whole { report.among(&was) } else { report.text(&was) };
    println!("\n{text}");
    // What was measured until then is printed: it took long.
    measured?;
    if !is_written {
        return Ok(());
    }
    fs::write(&file, text).map_err(|e| format!("{}: {e}", file.display()))?;
    println!("written to docs/performance.md");
    Ok(())
}

/// Both releases, built; answers where the other one is.
fn prepare(checkout: &Checkout, arguments: &Arguments) -> Result<Option<Checkout>, String> {
    let Arguments { only, as_built, .. } = arguments;
    let needs_desk = only.is_empty() || only.iter().any(|part| part.needs_desk());
    let needs_hub_only = !only.is_empty() && only.iter().all(|part| *part == PartName::Strangers);
    let compares = only.is_empty() || only.contains(&PartName::Directory);
    let needs: Vec<Need> = [
        (Need::Build, !as_built),
        (Need::Ui, !as_built && !needs_hub_only),
        (Need::VirtualDesktop, needs_desk),
        (Need::Comparison, compares),
    ]
    .into_iter()
    .filter_map(|(need, is_needed)| is_needed.then_some(need))
    .collect();
    setup::prepare(checkout, &needs)?;
    let other = match (&arguments.beside, &arguments.beside_checkout) {
        (Some(commit), _) => {
            let other = release::worktree(checkout, commit)?;
            if !as_built {
                release::build_once(&other)?;
            }
            Some(other)
        }
        (None, Some(folder)) => Some(Checkout::at(folder)?),
        (None, None) => None,
    };
    match as_built {
        true => {}
        false if needs_hub_only => release::build_hub(checkout)?,
        false => release::build(checkout)?,
    }
    for built in [Some(checkout), other.as_ref()].into_iter().flatten() {
        if !built.release_binary("ringcard-hub").is_file() {
            return Err(format!("{} has no release build: build it first", built.root().display()));
        }
    }
    Ok(other)
}

fn measure(report: &mut Report, checkouts: &Pair<&Checkout>, arguments: &Arguments) -> Result<(), String> {
    let Arguments { calls, busy_calls, customers, only, .. } = arguments;
    let is_wanted = |part: PartName| only.is_empty() || only.contains(&part);
    let pair = &mut Pair { ours: checkouts.ours, other: checkouts.other };
    if is_wanted(PartName::Directory) {
        report.part(|| directory::measure(pair, *customers))?;
    }
    if is_wanted(PartName::History) {
        report.part(|| history::measure(pair))?;
    }
    if is_wanted(PartName::Outbox) {
        report.part(|| outbox::measure(pair))?;
    }
    if is_wanted(PartName::Usage) {
        report.part(|| usage::measure(pair))?;
    }
    if is_wanted(PartName::Limits) {
        report.part(|| limits::measure(pair, *busy_calls))?;
    }
    if is_wanted(PartName::Disk) {
        report.part(|| disk::measure(pair))?;
    }
    if is_wanted(PartName::Pushes) {
        report.part(|| pushes::measure(pair))?;
    }
    if is_wanted(PartName::Calls) {
        report.part(|| calls::measure(pair))?;
    }
    if is_wanted(PartName::Data) {
        report.part(|| data::measure(pair))?;
    }
    if is_wanted(PartName::Recordings) {
        report.part(|| recordings::measure(pair))?;
    }
    if only.is_empty() || only.iter().any(|part| part.needs_desk()) {
        let mut desks = pair.each(|checkout| BenchDesk::new(checkout, *customers))?;
        // Everything else needs the customers.
        report.part(|| desk::import(&mut desks))?;
        if is_wanted(PartName::Start) {
            report.part(|| start::measure(&mut desks))?;
        }
        if is_wanted(PartName::Pops) {
            report.part(|| pops::measure(&mut desks, *calls))?;
            report.part(|| pops::measure_beside_data(&mut desks, *calls))?;
        }
        if is_wanted(PartName::Sources) {
            report.part(|| several::measure(&mut desks, *calls))?;
        }
        if is_wanted(PartName::Memory) {
            report.part(|| memory::measure(&mut desks))?;
        }
    }
    if is_wanted(PartName::Strangers) {
        report.part(|| strangers::measure(pair))?;
    }
    if is_wanted(PartName::Size) {
        report.part(|| release::size(pair))?;
    }
    Ok(())
}

/// As it was typed.
fn command() -> String {
    said(env::args().skip(1))
}

/// Folders of this machine are nobody else's business.
fn said(arguments: impl Iterator<Item = String>) -> String {
    arguments.fold("cargo xtask".to_owned(), |command, argument| {
        let argument = if PathBuf::from(&argument).is_absolute() { "FOLDER" } else { &argument };
        format!("{command} {argument}")
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_is_said_without_the_folders_of_this_machine() {
        let given = ["bench", "--calls", "100", "--beside-checkout", "/home/somebody/old"].map(str::to_owned);
        assert_eq!(super::said(given.into_iter()), "cargo xtask bench --calls 100 --beside-checkout FOLDER");
    }
}

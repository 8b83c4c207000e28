//! The project's chores: `cargo xtask demo` and `cargo xtask test` are all a newcomer needs.
//!
//! Every chore does its own set-up first (`setup`): system packages, npm packages, the built user interface, a virtual
//! display where there is no screen. What it may not install it names, with the command to run.

mod architecture;
mod bench;
mod checkout;
mod demo;
mod icons;
mod package;
mod peers;
mod place;
#[path = "../../tests/support/session.rs"]
#[allow(dead_code)] // shared with the end-to-end tests, which use more of it
mod session;
mod setup;
mod shell;
mod stages;
mod tools;
mod windows;

use checkout::Checkout;
use clap::{Parser, Subcommand};
use setup::Need;
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about = "Ringcard's chores", version)]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Open Ringcard with a simulated PBX and customers; a first call rings within seconds
    Demo(demo::Arguments),
    /// Everything that must hold: formatting, lints, architecture, all tests, end to end on a virtual display
    Test(stages::Arguments),
    /// The fast part of `test`: formatting, lints, user interface, architecture
    Check,
    /// Install what is missing for all of this, and build the user interface
    Setup,
    /// Measure what the product promises and write docs/performance.md
    Bench(bench::Arguments),
    /// Play real calls through a real telephone system, installed into the target folder (root, Linux)
    Peers(peers::Arguments),
    /// Check, test by Wine, build and pack Ringcard for Windows, on Linux (root)
    Windows(windows::Arguments),
    /// Write ui/src/ipc/generated.ts from the Rust contract
    Bindings,
    /// Render icons/ from the drawings in packaging/
    Icons,
    /// Build the .deb and .rpm, with notices, list of parts (SBOM) and checksums
    Package,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = Checkout::find().and_then(|checkout| match arguments.chore {
        Chore::Demo(arguments) => demo::run(&checkout, &arguments).map(|()| true),
        Chore::Test(arguments) => stages::test(&checkout, &arguments),
        Chore::Check => stages::check(&checkout),
        Chore::Setup => setup::prepare(&checkout, &Need::ALL).map(|()| true),
        Chore::Bench(arguments) => bench::run(&checkout, &arguments).map(|()| true),
        Chore::Peers(arguments) => peers::run(&checkout, &arguments),
        Chore::Windows(arguments) => windows::run(&checkout, &arguments),
        Chore::Bindings => bindings(&checkout).map(|()| true),
        Chore::Icons => icons::render(&checkout).map(|()| true),
        Chore::Package => package::build(&checkout).map(|()| true),
    });
    match done {
        Ok(true) => ExitCode::SUCCESS,
        // Everything was said, down to the line of counts.
        Ok(false) => ExitCode::FAILURE,
        Err(problem) => {
            eprintln!("\n{problem}");
            ExitCode::FAILURE
        }
    }
}

/// The contract's own test compares; with this variable it writes instead. The whole workspace, so that nothing is built
/// with other features than for the tests.
fn bindings(checkout: &Checkout) -> Result<(), String> {
    setup::prepare(checkout, &[Need::Build])?;
    let mut test = checkout.cargo(["test", "--workspace", "--lib", "--quiet", "contract::typescript"]);
    shell::show(test.env("RINGCARD_WRITE_BINDINGS", "1"))
}

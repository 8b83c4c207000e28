//! Which tests cargo runs when: one program for each package's `tests`, and `tests/` of the app, which needs a desktop
//! and comes last.
//!
//! Always the whole workspace at once: with other choices of packages cargo would build Tauri again with other features.

use super::Depth;
use crate::{checkout::Checkout, shell, tools};
use std::{
    env,
    process::Command,
    thread,
    time::{SystemTime, UNIX_EPOCH},
};

/// Where there are tests beside those of the app as a whole. Programs without tests of their own are not linked for them.
const TARGETS: [&str; 5] = ["--lib", "--bin", "xtask", "--test", "all"];
const END_TO_END: [&str; 2] = ["--test", "e2e"];

/// Of the app as a whole: it is driven by WebKitWebDriver, which is for Linux.
pub const HAS_END_TO_END: bool = cfg!(target_os = "linux");

/// What proptest reads: with it, the same cases come again.
const SEED: &str = "PROPTEST_RNG_SEED";
/// What tests with many rounds look for: all of them, as before a release.
const LONG: &str = "RINGCARD_LONG";

/// Builds all of them, so that nothing is built while they run.
pub fn build(checkout: &Checkout) -> Result<Command, String> {
    let mut command = nextest(checkout)?;
    command.args(TARGETS).args(END_TO_END.iter().filter(|_| HAS_END_TO_END)).arg("--no-run");
    Ok(command)
}

pub fn all_but_end_to_end(checkout: &Checkout, depth: Depth) -> Result<Command, String> {
    let mut command = nextest(checkout)?;
    // A fifth of their time they wait for an answer that does not come: one more than there are cores fills it.
    let at_once = thread::available_parallelism().map_or(2, |cores| cores.get() + 1);
    command.args(TARGETS).arg(format!("--test-threads={at_once}"));
    Ok(at(depth, command))
}

pub fn end_to_end(checkout: &Checkout, depth: Depth) -> Result<Command, String> {
    let mut command = nextest(checkout)?;
    command.args(END_TO_END);
    Ok(at(depth, command))
}

/// Builds the app to run it. Together with a test, because then cargo chooses the same features as for the tests, and
/// what was built for the demo need not be built again for them, nor the other way round.
pub fn build_app(checkout: &Checkout) -> Command {
    let mut command = checkout.cargo(["build", "--workspace", "--locked", "--bin", "ringcard"]);
    command.args(END_TO_END);
    command
}

/// The one that is installed, or else one of ours. It keeps tests apart from each other, ends those that hang, runs alone
/// what must run alone (`.config/nextest.toml`), and writes a report.
fn nextest(checkout: &Checkout) -> Result<Command, String> {
    let mut command = match shell::ask(&mut checkout.cargo(["nextest", "--version"])) {
        Some(_) => checkout.cargo(["nextest"]),
        None => {
            let mut own = tools::NEXTEST.command(checkout)?;
            own.arg("nextest");
            own
        }
    };
    command.args(["run", "--workspace", "--locked"]);
    Ok(command)
}

/// All of them, whatever fails; other cases every time, but where a commit has to get the same answer again.
fn at(depth: Depth, mut command: Command) -> Command {
    let seed = match (env::var(SEED), env::var_os("CI")) {
        (Ok(chosen), _) => chosen,
        (Err(_), Some(_)) => "20261121".to_owned(),
        (Err(_), None) => SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis().to_string(),
    };
    shell::say(&format!("  {SEED}={seed} brings the same cases again"));
    command.arg("--no-fail-fast").env(SEED, seed);
    if depth == Depth::Long {
        command.env(LONG, "1");
    }
    command
}

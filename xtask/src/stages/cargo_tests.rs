//! Which tests cargo runs when: those in `tests/e2e*.rs` need a desktop and come last.
//!
//! Always the whole workspace at once: with other choices of packages cargo would build Tauri again with other features.

use crate::{checkout::Checkout, shell};
use serde_json::Value;
use std::{collections::BTreeSet, process::Command};

pub fn all_but_end_to_end(checkout: &Checkout) -> Result<Command, String> {
    let (_, others) = test_targets(checkout)?;
    let mut command = runner(checkout);
    command.args(["--lib", "--bins"]);
    Ok(with_targets(command, others))
}

/// `None` where there is nothing to drive the app with.
pub fn end_to_end(checkout: &Checkout) -> Result<Option<Command>, String> {
    if !cfg!(target_os = "linux") {
        println!("  left out: the app is driven by WebKitWebDriver, which is for Linux");
        return Ok(None);
    }
    let (end_to_end, _) = test_targets(checkout)?;
    if end_to_end.is_empty() {
        return Err("there is no tests/e2e*.rs".to_owned());
    }
    Ok(Some(with_targets(runner(checkout), end_to_end)))
}

/// Builds the app to run it. Together with a test, because then cargo chooses the same features as for the tests, and
/// what was built for the demo need not be built again for them, nor the other way round.
pub fn build_app(checkout: &Checkout) -> Result<Command, String> {
    let (end_to_end, _) = test_targets(checkout)?;
    let command = checkout.cargo(["build", "--workspace", "--locked", "--bin", "ringcard"]);
    Ok(with_targets(command, end_to_end.into_iter().take(1).collect()))
}

/// What proptest reads. Set by the caller, it chooses other cases; `cargo test` alone always rolls new ones.
const SEED: &str = "PROPTEST_RNG_SEED";

/// nextest, where it is installed, keeps tests apart from each other and ends those that hang.
fn runner(checkout: &Checkout) -> Command {
    let mut command = if shell::ask(&mut checkout.cargo(["nextest", "--version"])).is_some() {
        checkout.cargo(["nextest", "run", "--workspace", "--locked", "--no-fail-fast"])
    } else {
        checkout.cargo(["test", "--workspace", "--locked", "--no-fail-fast"])
    };
    // The same commit gets the same answer; a change is not refused for a case that was there before it.
    if std::env::var_os(SEED).is_none() {
        command.env(SEED, "20261121");
    }
    command
}

fn with_targets(mut command: Command, targets: BTreeSet<String>) -> Command {
    for target in targets {
        command.arg("--test").arg(target);
    }
    command
}

/// The names of all files of integration tests: end to end, and others.
fn test_targets(checkout: &Checkout) -> Result<(BTreeSet<String>, BTreeSet<String>), String> {
    let text = shell::ask(&mut checkout.cargo(["metadata", "--format-version", "1", "--no-deps"]))
        .ok_or("`cargo metadata` failed: is a Cargo.toml broken?")?;
    let metadata: Value = serde_json::from_str(&text).map_err(|e| format!("`cargo metadata` is not readable: {e}"))?;
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let targets = packages.filter_map(|package| package["targets"].as_array()).flatten();
    let tests = targets.filter(|target| target["kind"][0] == "test");
    let names = tests.filter_map(|target| target["name"].as_str().map(str::to_owned));
    Ok(names.partition(|name| name.starts_with("e2e")))
}

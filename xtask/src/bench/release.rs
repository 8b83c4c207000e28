//! The release builds that are measured.

use super::{Part, machine, numbers::mebibytes, pair::Pair, row::Row};
use crate::{
    checkout::Checkout,
    setup::{self, Need},
    shell,
};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The app as it is delivered, and the programs beside it: the hub's, and the examples that measure.
pub fn build(checkout: &Checkout) -> Result<(), String> {
    println!("Building the release in {} (up to half an hour the first time)", checkout.root().display());
    let log = new_log(checkout)?;
    run(&mut checkout.npx(["tauri", "build", "--bundles", "deb"]), &log)?;
    for package in ["ringcard-hub", "ringcard-desk", "ringcard-connect"] {
        run(&mut checkout.cargo(build_of(package)), &log)?;
    }
    Ok(())
}

/// Only the hub's program, which needs neither app nor pages.
pub fn build_hub(checkout: &Checkout) -> Result<(), String> {
    run(&mut checkout.cargo(build_of("ringcard-hub")), &new_log(checkout)?)
}

fn build_of(package: &str) -> [&str; 7] {
    ["build", "--release", "--locked", "--package", package, "--bins", "--examples"]
}

fn new_log(checkout: &Checkout) -> Result<PathBuf, String> {
    let log = checkout.notes()?.join("bench-build.log");
    let _ = fs::remove_file(&log);
    Ok(log)
}

fn run(command: &mut Command, log: &Path) -> Result<(), String> {
    shell::log(command, log).map_err(|problem| format!("{}\n{problem}", shell::last_lines(log, 40)))
}

/// The checkout of another commit: a worktree that stays for the next time, below the target folder.
pub fn worktree(ours: &Checkout, commit: &str) -> Result<Checkout, String> {
    let git = |args: &[&str]| shell::ask(Command::new("git").args(args).current_dir(ours.root()));
    let named = git(&["rev-parse", "--short", "--verify", &format!("{commit}^{{commit}}")]);
    let short = named.ok_or_else(|| format!("git knows no commit {commit}"))?;
    let folder = ours.worktrees().join(&short);
    if !folder.join("tauri.conf.json").is_file() {
        let place = folder.display().to_string();
        // What was there and is deleted is still in git's list.
        git(&["worktree", "prune"]);
        git(&["worktree", "add", "--detach", &place, &short])
            .ok_or_else(|| format!("`git worktree add --detach {place} {short}` failed"))?;
    }
    Checkout::at(&folder)
}

/// Builds another commit's release, once.
pub fn build_once(checkout: &Checkout) -> Result<(), String> {
    let note = checkout.notes()?.join("bench-built");
    let commit = machine::commit(checkout);
    if fs::read_to_string(&note).is_ok_and(|built| built == commit) {
        return Ok(());
    }
    setup::prepare(checkout, &[Need::Build, Need::Ui])?;
    build(checkout)?;
    fs::write(&note, commit).map_err(|e| format!("{}: {e}", note.display()))
}

/// The package people download.
pub fn size(checkouts: &mut Pair<&Checkout>) -> Result<Part, String> {
    let both = checkouts.in_turns(1, |checkout, _| {
        let bundle = checkout.bundles("deb").pop().ok_or("there is no .deb in the release folder")?;
        let bytes = fs::metadata(&bundle).map_err(|e| format!("{}: {e}", bundle.display()))?.len();
        Ok(mebibytes(bytes))
    })?;
    let measured = both.rows(|sizes| sizes.iter().map(|size| Row::new("`.deb`", *size, "MiB").at_most(10.0)).collect());
    Ok(Part { title: "Download", how: "The package that `cargo xtask package` builds.".to_owned(), measured })
}

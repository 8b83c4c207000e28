//! Node and the npm packages of the user interface.

use super::system;
use crate::{checkout::Checkout, shell};
use std::{fs, path::Path, process::Command, time::SystemTime};

/// The oldest Node that the build tool of the user interface runs on.
const OLDEST: (u32, u32) = (20, 19);

/// Node and npm are there and new enough, or come from the system where that has them.
pub fn check() -> Result<(), String> {
    let (major, minor) = OLDEST;
    let advice = format!("Ringcard's user interface needs Node {major}.{minor} or newer, with npm");
    let get = "Get it from nodejs.org, or from a version manager such as nvm or fnm.";
    match version() {
        Some(found) if found < OLDEST => Err(format!("{advice}; Node {}.{} is installed. {get}", found.0, found.1)),
        Some(_) if npm() => Ok(()),
        _ if install_from_system()? => Ok(()),
        Some(_) => Err(format!("{advice}; npm is missing. {get}")),
        None => Err(format!("{advice}; neither is installed. {get}")),
    }
}

/// `npm ci` when packages are missing or the lock file is newer than what is installed.
pub fn install_packages(checkout: &Checkout) -> Result<(), String> {
    let installed = changed(&checkout.path("node_modules/.package-lock.json"));
    let wanted = changed(&checkout.path("package-lock.json"));
    if installed.is_some() && installed >= wanted {
        return Ok(());
    }
    println!("Installing npm packages");
    let log = checkout.notes()?.join("npm.log");
    let _ = fs::remove_file(&log);
    shell::log(&mut checkout.npm(["ci", "--no-fund", "--no-audit"]), &log)
        .map_err(|problem| format!("{}\n{problem}", shell::last_lines(&log, 30)))
}

fn version() -> Option<(u32, u32)> {
    let text = shell::ask(Command::new("node").arg("--version"))?;
    let mut numbers = text.trim_start_matches('v').split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

fn npm() -> bool {
    shell::ask(Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" }).arg("--version")).is_some()
}

/// Newer distributions have a Node that is new enough.
fn install_from_system() -> Result<bool, String> {
    let Some(elevate) = system::may_install() else { return Ok(false) };
    let policy = shell::ask(Command::new("apt-cache").args(["policy", "nodejs"])).unwrap_or_default();
    let candidate = policy.lines().find_map(|line| line.trim().strip_prefix("Candidate: "));
    let mut numbers = candidate.unwrap_or_default().split('.').map(str::parse::<u32>);
    let (Some(Ok(major)), Some(Ok(minor))) = (numbers.next(), numbers.next()) else { return Ok(false) };
    if (major, minor) < OLDEST {
        return Ok(false);
    }
    system::apt_install(elevate, &["nodejs", "npm"])?;
    Ok(version().is_some_and(|found| found >= OLDEST) && npm())
}

fn changed(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).ok()?.modified().ok()
}

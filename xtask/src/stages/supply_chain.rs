//! Licences, sources, bans and known defects of everything that is built.
//!
//! Licences, sources and bans need nothing but the lock file and the crates. Advisories need a database that is brought
//! up to date where it can be reached; where it cannot, an earlier copy is used, and where there is none that is said.

use crate::{checkout::Checkout, shell, tools};
use serde_json::Value;
use std::{env, fs, path::Path, process::Command};

/// What could not be looked at is printed and returned, never passed over.
pub fn check(checkout: &Checkout, log: &Path) -> Result<(), String> {
    let deny = |arguments: &[&str]| -> Result<Command, String> {
        let mut command = tools::DENY.command(checkout)?;
        command.args(["--locked", "--workspace"]).args(arguments);
        Ok(command)
    };
    if let Err(problem) = tools::DENY.command(checkout) {
        // What is not reachable fails nobody's build; the architecture check still holds the arrows and the bans.
        shell::say(&format!("  left out: licences and advisories: cargo-deny cannot be installed here: {problem}"));
        return Ok(());
    }
    shell::log(&mut deny(&["check", "--hide-inclusion-graph", "licenses", "bans", "sources"])?, log)?;
    let mut left_out = Vec::new();
    let fetched = shell::log(tools::DENY.command(checkout)?.args(["fetch", "db"]), log).is_ok();
    match fetched || has_copy() {
        true => {
            if !fetched {
                shell::say("  advisories: the database cannot be reached; checked with the copy that is here");
            }
            shell::log(&mut deny(&["--offline", "check", "--hide-inclusion-graph", "advisories"])?, log)?;
        }
        false => left_out.push("Rust's advisories: the database cannot be reached, and there is no copy of it here"),
    }
    match npm_advisories(checkout) {
        Some(found) if found.is_empty() => {}
        Some(found) => return Err(format!("npm's advisories name {}", found.join(", "))),
        None => left_out.push("npm's advisories: the registry does not answer that question here"),
    }
    left_out.iter().for_each(|what| shell::say(&format!("  left out: {what}")));
    for reason in overdue(&fs::read_to_string(checkout.path("deny.toml")).unwrap_or_default(), &today()) {
        shell::say(&format!("  look at again: {reason}"));
    }
    Ok(())
}

/// Where cargo-deny keeps what it fetched.
fn has_copy() -> bool {
    let home = env::var_os("CARGO_HOME").map(Into::into).or_else(|| env::home_dir().map(|home| home.join(".cargo")));
    let copies = home.and_then(|home| fs::read_dir(home.join("advisory-dbs")).ok());
    copies.into_iter().flatten().flatten().any(|entry| entry.path().is_dir())
}

/// What goes into the program's pages and has a known defect; `None` where the registry answers no audits.
fn npm_advisories(checkout: &Checkout) -> Option<Vec<String>> {
    let mut audit = checkout.npm(["audit", "--omit=dev", "--json"]);
    let said = audit.stderr(std::process::Stdio::null()).output().ok()?;
    let report: Value = serde_json::from_slice(&said.stdout).ok()?;
    Some(report.get("vulnerabilities")?.as_object()?.keys().cloned().collect())
}

fn today() -> String {
    shell::ask(Command::new("date").arg("+%Y-%m-%d")).unwrap_or_default()
}

/// The reasons of exceptions that were to be looked at again `by` a day that is over. They are said, and fail nothing: a
/// commit that was good does not go bad by itself.
fn overdue(deny: &str, today: &str) -> Vec<String> {
    let reasons = deny.lines().filter_map(|line| line.split_once("reason = \"")?.1.split('"').next());
    let is_over =
        |reason: &&str| reason.split_once("by ").is_some_and(|(_, day)| day.get(..10).is_some_and(|d| d < today));
    reasons.filter(is_over).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exception_is_said_again_after_its_day() {
        let deny = "ignore = [\n  { id = \"X-1\", reason = \"no newer one; look again by 2027-01-31\" },\n]\n";
        assert_eq!(overdue(deny, "2027-01-31"), Vec::<String>::new());
        assert_eq!(overdue(deny, "2027-02-01"), ["no newer one; look again by 2027-01-31"]);
    }
}

//! Which package may know which: `ringcard → desk → hub → connect → core`, and `sim` beside them.
//!
//! `deny.toml` says the same for people who use cargo-deny.

use super::Findings;
use crate::{checkout::Checkout, shell};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Of our packages, those that each may depend on, in what it ships.
const MAY_KNOW: [(&str, &[&str]); 7] = [
    ("ringcard-core", &[]),
    ("ringcard-connect", &["ringcard-core"]),
    ("ringcard-hub", &["ringcard-connect", "ringcard-core"]),
    ("ringcard-desk", &["ringcard-hub", "ringcard-connect", "ringcard-core"]),
    // Written from the vendors' documents alone, so that a misreading in `connect` shows.
    ("ringcard-sim", &[]),
    // The simulator is in the app for *Try with simulated calls*.
    ("ringcard", &["ringcard-desk", "ringcard-hub", "ringcard-connect", "ringcard-core", "ringcard-sim"]),
    ("xtask", &[]),
];

/// And in its tests also.
const IN_TESTS: [(&str, &[&str]); 3] = [
    ("ringcard-connect", &["ringcard-sim"]),
    ("ringcard-hub", &["ringcard-sim"]),
    ("ringcard-desk", &["ringcard-sim"]),
];

/// Packages from outside (or all that begin so) that only some of ours may use directly.
const ONLY_IN: [(&str, &[&str]); 8] = [
    ("tauri*", &["ringcard"]),
    ("notify-rust", &["ringcard"]),
    ("keyring", &["ringcard"]),
    ("rusqlite", &["ringcard-hub", "ringcard-desk"]),
    // both ends of a desk's link, and of a telephone system's line
    ("tokio-tungstenite", &["ringcard-connect", "ringcard-desk", "ringcard-hub", "ringcard-sim"]),
    ("phonenumber", &["ringcard-core", "ringcard-sim"]),
    ("axum", &["ringcard-hub", "ringcard-sim"]),
    ("reqwest", &["ringcard", "ringcard-connect", "ringcard-sim"]),
];

/// One TLS, in Rust.
const NOWHERE: [&str; 5] = ["openssl", "openssl-sys", "native-tls", "aws-lc-rs", "aws-lc-sys"];

pub fn check(checkout: &Checkout, findings: &mut Findings) -> Result<(), String> {
    let text = shell::ask(&mut checkout.cargo(["metadata", "--format-version", "1", "--no-deps"]))
        .ok_or("`cargo metadata` failed: is a Cargo.toml broken?")?;
    let metadata: Value = serde_json::from_str(&text).map_err(|e| format!("`cargo metadata` is not readable: {e}"))?;
    let packages = metadata["packages"].as_array().map(Vec::as_slice).unwrap_or_default();
    let may_know = BTreeMap::from(MAY_KNOW);
    let in_tests = BTreeMap::from(IN_TESTS);
    let ours: BTreeSet<&str> = packages.iter().filter_map(|package| package["name"].as_str()).collect();
    for package in packages {
        let name = package["name"].as_str().unwrap_or_default();
        let Some(known) = may_know.get(name) else {
            findings.problem(format!(
                "package {name} has no place in the plan: give it one in xtask/src/architecture/arrows.rs"
            ));
            continue;
        };
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let other = dependency["name"].as_str().unwrap_or_default();
            let for_tests = dependency["kind"].as_str() == Some("dev");
            let extra = in_tests.get(name).filter(|_| for_tests).copied().unwrap_or_default();
            if ours.contains(other) && !known.contains(&other) && !extra.contains(&other) {
                findings.problem(format!("{name} may not depend on {other}"));
            }
            for (pattern, allowed) in ONLY_IN {
                if matches(pattern, other) && !allowed.contains(&name) && !for_tests {
                    findings.problem(format!("{name} may not depend on {other}: only {} may", allowed.join(", ")));
                }
            }
        }
    }
    banned(checkout, findings)
}

fn matches(pattern: &str, name: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == name, |start| name.starts_with(start))
}

/// By the lock file, so for every platform.
fn banned(checkout: &Checkout, findings: &mut Findings) -> Result<(), String> {
    let lock = std::fs::read_to_string(checkout.path("Cargo.lock")).map_err(|e| format!("Cargo.lock: {e}"))?;
    for name in NOWHERE {
        if lock.contains(&format!("name = \"{name}\"\n")) {
            findings
                .problem(format!("Cargo.lock has {name}: find who wants it with `cargo tree --target all -i {name}`"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_the_rest_of_a_name() {
        assert!(matches("tauri*", "tauri-plugin-opener"));
        assert!(matches("keyring", "keyring"));
        assert!(!matches("keyring", "keyring-core"));
    }

    #[test]
    fn no_package_may_know_itself_or_somebody_above_it() {
        let may_know = BTreeMap::from(MAY_KNOW);
        for (name, known) in MAY_KNOW {
            for other in known {
                assert!(!may_know[other].contains(&name) && *other != name, "{name} and {other} know each other");
            }
        }
    }
}

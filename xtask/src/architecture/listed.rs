//! Each file of tests is named in its package's `tests/main.rs`: one that is not would never run.

use super::Findings;
use crate::checkout::Checkout;
use std::{fs, path::Path};

/// The packages with a program of tests beside themselves; the app's is in the root.
const PACKAGES: [&str; 6] = [".", "crates/core", "crates/connect", "crates/hub", "crates/desk", "crates/sim"];

pub fn check(checkout: &Checkout, findings: &mut Findings) -> Result<(), String> {
    for package in PACKAGES {
        let folder = checkout.path(package).join("tests");
        let main = folder.join("main.rs");
        let list = fs::read_to_string(&main).map_err(|e| format!("{}: {e}", main.display()))?;
        for entry in fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))?.flatten() {
            let Some(module) = module(&entry.path()) else { continue };
            if !list.lines().any(|line| line == format!("mod {module};")) {
                findings
                    .problem(format!("{package}/tests/main.rs has no line `mod {module};`: its tests would not run"));
            }
        }
    }
    Ok(())
}

/// What the file, or the folder with a `mod.rs`, is called as a module.
fn module(path: &Path) -> Option<String> {
    let is_module = path.extension().is_some_and(|ending| ending == "rs") || path.join("mod.rs").is_file();
    let name = path.file_stem()?.to_str()?;
    (is_module && name != "main").then(|| name.to_owned())
}

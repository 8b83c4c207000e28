//! The list of parts of a package (SBOM), in CycloneDX's format: one for the programs, one for the pages.

use crate::{checkout::Checkout, shell, tools};
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
};

pub fn write(checkout: &Checkout, folder: &Path) -> Result<Vec<PathBuf>, String> {
    Ok(vec![of_programs(checkout, folder)?, of_pages(checkout, folder)?])
}

/// cargo-cyclonedx writes beside each package's Cargo.toml; the app's has everything that the others have.
fn of_programs(checkout: &Checkout, folder: &Path) -> Result<PathBuf, String> {
    let name = "ringcard.cdx";
    let mut list = tools::CYCLONEDX.command(checkout)?;
    list.args(["cyclonedx", "--format", "json", "--spec-version", "1.5", "--no-build-deps", "--override-filename"]);
    shell::show(list.arg(name))?;
    let mut written = String::new();
    for package in ["", "crates/core", "crates/connect", "crates/hub", "crates/desk", "crates/sim", "xtask"] {
        let made = checkout.path(package).join(format!("{name}.json"));
        if package.is_empty() {
            written = fs::read_to_string(&made).map_err(|error| format!("{}: {error}", made.display()))?;
        }
        let _ = fs::remove_file(made);
    }
    // Where it was built is nobody's business.
    let written = written.replace(&*checkout.root().to_string_lossy(), "/ringcard");
    let list = folder.join("ringcard.cdx.json");
    fs::write(&list, written).map_err(|error| format!("{}: {error}", list.display()))?;
    Ok(list)
}

/// What only builds or tests the pages is not in them.
fn of_pages(checkout: &Checkout, folder: &Path) -> Result<PathBuf, String> {
    let mut npm = checkout.npm(["sbom", "--sbom-format", "cyclonedx", "--package-lock-only"]);
    let said = npm.stderr(Stdio::null()).output().map_err(|error| format!("npm does not start: {error}"))?;
    let mut list: Value =
        serde_json::from_slice(&said.stdout).map_err(|error| format!("`npm sbom` gives no list of parts: {error}"))?;
    let parts = list["components"].as_array_mut().ok_or("`npm sbom` gives a list without parts")?;
    parts.retain(|part| !is_for_development(part));
    let path = folder.join("ringcard-pages.cdx.json");
    fs::write(&path, list.to_string()).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(path)
}

fn is_for_development(part: &Value) -> bool {
    let marks = part["properties"].as_array().into_iter().flatten();
    marks.into_iter().any(|mark| mark["name"] == "cdx:npm:package:development")
}

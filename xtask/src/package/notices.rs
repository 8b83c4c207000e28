//! The terms under which others' work is in the packages.

use crate::{checkout::Checkout, shell, tools};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Crates by cargo-about, what is bundled into the pages by vite.
pub fn write(checkout: &Checkout, folder: &Path) -> Result<PathBuf, String> {
    let (notices, crates) = (folder.join("third-party.md"), folder.join("crates.md"));
    let mut about = tools::ABOUT.command(checkout)?;
    about.args([
        "generate",
        "--locked",
        "--offline",
        "--config",
        "packaging/about.toml",
        "packaging/notices.hbs",
        "-o",
    ]);
    shell::show(about.arg(&crates))?;
    let of_crates = read(&crates)?;
    let of_pages = read(&checkout.path("ui/dist/third-party.md"))?;
    let text = format!("{of_crates}\n# What is bundled into the pages\n\n{}", without_title(&of_pages));
    fs::write(&notices, text).map_err(|error| format!("{}: {error}", notices.display()))?;
    let _ = fs::remove_file(crates);
    Ok(notices)
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn without_title(text: &str) -> &str {
    text.split_once("\n## ").map_or(text, |(title, _)| &text[title.len() + 1..])
}

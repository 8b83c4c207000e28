//! Packages for people, with what goes beside the program: whose work is inside, the list of parts, checksums.

mod checksums;
mod notices;
mod parts;

use crate::{
    checkout::Checkout,
    setup::{self, Need},
    shell,
};
use serde_json::json;
use std::path::{Path, PathBuf};

/// Where a package's papers are installed.
const PAPERS: &str = "/usr/share/doc/ringcard";

/// Builds the packages and prints where they are.
pub fn build(checkout: &Checkout) -> Result<(), String> {
    setup::prepare(checkout, &[Need::Build, Need::Ui])?;
    let folder = checkout.notes()?.join("package");
    let papers = papers(checkout, &folder)?;
    let inside = |paper: &Path| {
        let name = paper.file_name().unwrap_or_default().to_string_lossy();
        (format!("{PAPERS}/{name}"), json!(paper))
    };
    let files: serde_json::Map<_, _> = papers.iter().map(|paper| inside(paper)).collect();
    let config = json!({ "bundle": { "linux": { "deb": { "files": files }, "rpm": { "files": files } } } });
    shell::show(&mut checkout.npx(["tauri", "build", "--bundles", "deb,rpm", "--config", &config.to_string()]))?;
    // The newest of each kind: an older version's may lie beside it.
    let mut made: Vec<_> = ["deb", "rpm"].iter().filter_map(|kind| checkout.bundles(kind).pop()).collect();
    made.extend(papers);
    let sums = checksums::write(&made, &folder)?;
    made.iter().chain([&sums]).for_each(|file| println!("{}", file.display()));
    Ok(())
}

/// What goes beside the programs of every system: whose work is inside, and the lists of parts.
pub fn papers(checkout: &Checkout, folder: &Path) -> Result<Vec<PathBuf>, String> {
    std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut papers = vec![notices::write(checkout, folder)?];
    papers.extend(parts::write(checkout, folder)?);
    Ok(papers)
}

//! The built user interface: built again when what it is made from, or what was made, is not as it was.

use crate::{checkout::Checkout, shell};
use std::{
    collections::hash_map::DefaultHasher,
    fs,
    hash::{Hash, Hasher},
    path::{Path, PathBuf},
};

/// What the user interface is made from.
const SOURCES: [&str; 8] = [
    "ui/src",
    "ui/public",
    "ui/index.html",
    "ui/popup.html",
    "ui/vite.config.ts",
    "ui/svelte.config.js",
    "ui/package.json",
    "package-lock.json",
];

pub fn build(checkout: &Checkout) -> Result<(), String> {
    let notes = checkout.notes()?;
    let note = notes.join("ui-built");
    let now = || {
        let sources = fingerprint(&SOURCES.map(|source| checkout.path(source)));
        format!("{sources:016x} {:016x}", fingerprint(&[checkout.path("ui/dist")]))
    };
    if fs::read_to_string(&note).is_ok_and(|built| built == now()) {
        return Ok(());
    }
    println!("Building the user interface");
    let log = notes.join("ui-build.log");
    let _ = fs::remove_file(&log);
    shell::log(&mut checkout.npm(["run", "ui:build"]), &log)
        .map_err(|problem| format!("{}\n{problem}", shell::last_lines(&log, 30)))?;
    fs::write(&note, now()).map_err(|e| format!("{}: {e}", note.display()))
}

/// Of names and contents, not of times: a fresh clone or another branch must not fool it.
fn fingerprint(paths: &[PathBuf]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for path in paths {
        add(path, &mut hasher);
    }
    hasher.finish()
}

fn add(path: &Path, hasher: &mut DefaultHasher) {
    if path.is_dir() {
        let mut inside: Vec<PathBuf> = fs::read_dir(path).into_iter().flatten().flatten().map(|e| e.path()).collect();
        inside.sort();
        inside.iter().for_each(|path| add(path, hasher));
    } else if let Ok(content) = fs::read(path) {
        path.hash(hasher);
        content.hash(hasher);
    }
}

//! SHA-256 of what was made, as `sha256sum --check` reads it.

use crate::shell;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

pub fn write(files: &[PathBuf], folder: &Path) -> Result<PathBuf, String> {
    let mut lines = String::new();
    for file in files {
        let (inside, name) = (file.parent().unwrap_or(Path::new(".")), file.file_name().unwrap_or_default());
        let line = shell::ask(Command::new("sha256sum").arg(name).current_dir(inside));
        lines.push_str(&line.ok_or_else(|| format!("sha256sum does not read {}", file.display()))?);
        lines.push('\n');
    }
    let sums = folder.join("SHA256SUMS");
    fs::write(&sums, lines).map_err(|error| format!("{}: {error}", sums.display()))?;
    Ok(sums)
}

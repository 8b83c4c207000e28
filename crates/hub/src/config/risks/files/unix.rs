//! By modes and owners.

use super::super::{Risk, RiskKind};
use std::{
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

fn open(sentence: String) -> Option<Risk> {
    Some(Risk { what: RiskKind::OpenFile, sentence })
}

pub(super) fn of_path(path: &Path, mode: &str) -> Option<Risk> {
    let found = fs::metadata(path).ok()?;
    let (name, bits) = (path.display(), found.mode());
    if bits & 0o022 != 0 {
        return open(format!("Others on this machine can change {name}: chmod {mode} {name}"));
    }
    if bits & 0o005 != 0 {
        return open(format!("Everybody on this machine can read {name}: chmod {mode} {name}"));
    }
    let us = rustix::process::geteuid();
    if !us.is_root() && found.uid() != us.as_raw() && found.uid() != 0 {
        return open(format!("{name} belongs to another user, who can change it: chown it to this one."));
    }
    None
}

pub(super) fn of_writable(path: &Path) -> Option<Risk> {
    let is_open = fs::metadata(path).ok()?.mode() & 0o022 != 0;
    let name = path.display();
    if is_open { open(format!("Others on this machine can change what is in {name}: chmod go-w {name}")) } else { None }
}

/// A folder that everybody may write into: whoever does puts another folder in the place of ours. Where only owners
/// may take away what they put there (`/tmp`), they cannot.
pub(super) fn of_parent(folder: &Path) -> Option<Risk> {
    let bits = fs::metadata(folder).ok()?.mode();
    let name = folder.display();
    match bits & 0o002 != 0 && bits & 0o1000 == 0 {
        true => open(format!(
            "Everybody on this machine can write into {name}, and put something else in the place of what Ringcard keeps \
             below it: chmod o-w {name}"
        )),
        false => None,
    }
}

pub(super) fn parents(path: &Path) -> Vec<PathBuf> {
    let whole = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    whole.ancestors().skip(1).map(Path::to_owned).collect()
}

pub(super) fn of_user() -> Option<Risk> {
    rustix::process::geteuid().is_root().then(|| Risk {
        what: RiskKind::Root,
        sentence:
            "This runs as root. Let the hub, and this command, run as a user of their own, as docs/server.md shows."
                .to_owned(),
    })
}

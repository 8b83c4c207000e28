//! By lists of who may do what.

use super::super::{Risk, RiskKind};
use crate::own_files::access::{is_system, list_of};
use crate::own_files::list::command_to_close;
use std::path::{Path, PathBuf};

fn open(sentence: String) -> Option<Risk> {
    Some(Risk { what: RiskKind::OpenFile, sentence })
}

pub(super) fn of_path(path: &Path, _mode: &str) -> Option<Risk> {
    if !path.exists() {
        return None;
    }
    let (list, user) = list_of(path)?;
    let name = path.display().to_string();
    let (writers, readers) = (list.writers(user), list.readers(user));
    if !writers.is_empty() {
        return open(format!("Others on this machine can change {name}: {}", command_to_close(&name, &writers)));
    }
    if !readers.is_empty() {
        return open(format!("Others on this machine can read {name}: {}", command_to_close(&name, &readers)));
    }
    if !list.belongs_to_trusted(user) {
        return open(format!(
            "{name} belongs to another account ({}), which can change it: takeown /a /f \"{name}\"",
            list.owner()
        ));
    }
    None
}

pub(super) fn of_writable(path: &Path) -> Option<Risk> {
    let (list, user) = list_of(path)?;
    let (writers, name) = (list.writers(user), path.display().to_string());
    if writers.is_empty() {
        return None;
    }
    open(format!("Others on this machine can change what is in {name}: {}", command_to_close(&name, &writers)))
}

/// A folder that others may take away, or take away from: whoever does puts another folder in the place of ours. That they
/// may make more folders in it, as in the first one of every disk, does no harm.
pub(super) fn of_parent(folder: &Path) -> Option<Risk> {
    let (list, user) = list_of(folder)?;
    let (others, name) = (list.replacers(user), folder.display().to_string());
    if others.is_empty() {
        return None;
    }
    open(format!(
        "Others on this machine can put something else in the place of {name}, or of what Ringcard keeps below it: {}",
        command_to_close(&name, &others)
    ))
}

pub(super) fn parents(path: &Path) -> Vec<PathBuf> {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    // The first folder of a disk has no name that could be taken.
    whole.ancestors().skip(1).filter(|folder| folder.parent().is_some()).map(Path::to_owned).collect()
}

pub(super) fn of_user() -> Option<Risk> {
    is_system().then(|| Risk {
        what: RiskKind::Root,
        sentence: "This runs as the system itself. Let the hub run as the account that `ringcard-hub service install` gives it."
            .to_owned(),
    })
}

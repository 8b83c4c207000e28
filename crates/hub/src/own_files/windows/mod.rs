//! Who may do what with a file, by its list: `list` reads and writes lists, `descriptor` asks Windows.
//!
//! Where a folder lets in nobody but the user, the system, administrators and the hub's own service, what is made there takes
//! that over, as backup and the system's own tools expect it. Elsewhere it gets a list of its own, with its first byte.

mod descriptor;
pub mod for_service;

use super::{
    NewFile, is_link,
    list::{List, command_to_close, private},
    no_link,
};
use ringcard_connect::named;
use std::{
    env,
    fs::{self, File, OpenOptions},
    io,
    path::{Path, PathBuf},
};

/// A file that is not there yet. Nothing that is there is opened, and no link followed.
pub fn create_new(path: &Path) -> io::Result<File> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if is_closed(folder) {
        OpenOptions::new().write(true).create_new(true).open(path)
    } else {
        descriptor::create_file(path, &private(descriptor::user()?, false))
    }
}

/// A file that grows; made where it is missing.
pub fn append(path: &Path) -> io::Result<File> {
    only_ours(OpenOptions::new().append(true), path)
}

/// A file that is read and written in place; made where it is missing.
pub fn open(path: &Path) -> io::Result<File> {
    only_ours(OpenOptions::new().read(true).write(true), path)
}

/// Folders, and those above them that are missing, for this user alone.
pub fn make_folders(folder: &Path) -> io::Result<()> {
    let is_missing = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.exists();
    if let Some(outermost) = folder.ancestors().take_while(is_missing).last() {
        let above = outermost.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if !is_closed(above) {
            match descriptor::create_folder(outermost, &private(descriptor::user()?, true)) {
                // Another one of ours was faster.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                made => made?,
            }
        }
    }
    fs::create_dir_all(folder)
}

/// The same file by a name that SQLite takes at any length. It is told of links before (`database`).
pub fn without_links(path: &Path) -> PathBuf {
    descriptor::long(path).unwrap_or_else(|_| path.to_owned())
}

/// A link is looked for before and not while it is opened: to make one needs an administrator, or a folder that is not ours
/// alone.
fn only_ours(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    no_link(path)?;
    let file = match options.open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => match create_new(path) {
            // Another one of ours was faster.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => options.open(path)?,
            made => {
                drop(made?);
                options.open(path)?
            }
        },
        opened => opened?,
    };
    let kind = file.metadata()?.file_type();
    if kind.is_symlink() {
        return Err(is_link());
    }
    named::regular(kind)?;
    close(path);
    Ok(file)
}

/// What the list of a file says, and who this user is.
pub(crate) fn list_of(path: &Path) -> Option<(List, &'static str)> {
    let user = descriptor::user().ok()?;
    let text = descriptor::of_path(path).ok()?;
    let list = List::read(&text);
    if list.is_none() {
        tracing::debug!(path = %path.display(), %text, "a list of who may do what was not understood");
    }
    Some((list?, user))
}

/// Whether what is made in a folder is nobody else's.
fn is_closed(folder: &Path) -> bool {
    list_of(folder).is_some_and(|(list, user)| list.is_closed(user))
}

/// Others may do nothing with it from now on; a link is left alone. It belongs to somebody else, or its disk knows no lists:
/// then that is not ours to mend.
pub(super) fn close(path: &Path) -> bool {
    let Ok(found) = fs::symlink_metadata(path) else { return false };
    if found.is_symlink() {
        return false;
    }
    let Some((list, user)) = list_of(path) else { return false };
    let is_ours = list.belongs_to_trusted(user) && !list.is_closed(user);
    is_ours && descriptor::set(path, &list.closed(user, found.is_dir())).is_ok()
}

/// Folders that everybody puts something into are nobody's: a disk's first one, and those that Windows names.
pub(super) fn is_shared(folder: &Path) -> bool {
    let named = ["ProgramData", "PUBLIC", "SystemRoot", "ProgramFiles", "TEMP", "LOCALAPPDATA", "APPDATA"];
    folder.parent().is_none()
        || named.iter().any(|name| env::var_os(name).is_some_and(|named| folder == Path::new(&named)))
}

pub(super) fn others_can_write(path: &Path) -> bool {
    list_of(path).is_some_and(|(list, user)| !list.writers(user).is_empty())
}

pub(crate) fn others_can_read(path: &Path) -> bool {
    list_of(path).is_some_and(|(list, user)| !list.readers(user).is_empty())
}

/// What a person types about a file that is open to others.
pub(crate) fn how_to_close(path: &Path, _mode: &str) -> String {
    let others = list_of(path).map(|(list, user)| {
        let mut others = list.writers(user);
        others.extend(list.readers(user).into_iter().filter(|who| !list.writers(user).contains(who)));
        others
    });
    command_to_close(&path.display().to_string(), &others.unwrap_or_default())
}

/// Whether this program has an administrator's rights in force.
pub fn is_elevated() -> bool {
    descriptor::is_elevated()
}

/// Whether it is the system itself.
pub(crate) fn is_system() -> bool {
    descriptor::user().is_ok_and(|user| user == "SY")
}

/// Nothing to do: what is made in the folder of a service takes over what the service may.
pub(crate) fn give_to_owner_of(_folder: &Path, _new: &NewFile) {}

/// An administrator edits the file of a service: the service must be able to read it afterwards, by whichever right it did. A
/// file of our own keeps the accounts that somebody chose.
pub(crate) fn keep_readers(new: &NewFile, before: &Path, is_a_services: bool) -> io::Result<()> {
    let Some((list, user)) = list_of(before) else { return Ok(()) };
    let folder = before.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let is_its_folders = !list.has_own_entries() && is_closed(folder);
    if is_its_folders || !list.has_more_than(user) {
        return Ok(());
    }
    descriptor::set(&new.beside, &list.kept(user, is_a_services && is_elevated()))
}

#[cfg(test)]
mod tests;

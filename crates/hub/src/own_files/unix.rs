//! Who may do what with a file, by its modes.

use super::{NewFile, is_link};
use ringcard_connect::named;
use rustix::{fs::OFlags, process::geteuid};
use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt, fchown},
    path::{Path, PathBuf},
};

/// A file that is not there yet. Nothing that is there is opened, and no link followed.
pub fn create_new(path: &Path) -> io::Result<File> {
    mine(OpenOptions::new().write(true).create_new(true)).open(path)
}

/// A file that grows; made where it is missing.
pub fn append(path: &Path) -> io::Result<File> {
    only_ours(mine(OpenOptions::new().create(true).append(true)).open(path), path)
}

/// A file that is read and written in place; made where it is missing.
pub fn open(path: &Path) -> io::Result<File> {
    only_ours(mine(OpenOptions::new().read(true).write(true).create(true).truncate(false)).open(path), path)
}

/// Folders, and those above them that are missing, for this user alone.
pub fn make_folders(folder: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// The same file by a name that leads through no link, as SQLite wants it where it is to follow none.
pub fn without_links(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match (folder.canonicalize(), path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path.to_owned(),
    }
}

fn mine(options: &mut OpenOptions) -> &mut OpenOptions {
    // A pipe in a file's place is not waited for.
    options.mode(0o600).custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY).bits() as i32)
}

fn only_ours(opened: io::Result<File>, path: &Path) -> io::Result<File> {
    let file = match opened {
        Err(_) if path.is_symlink() => return Err(is_link()),
        opened => opened?,
    };
    named::regular(file.metadata()?.file_type())?;
    tighten(&file);
    Ok(file)
}

/// Of a file that was opened: others may do nothing with it. It belongs to somebody else, or the file system knows no
/// modes: then that is not ours to mend.
fn tighten(file: &File) -> bool {
    let Ok(found) = file.metadata() else { return false };
    let open = found.mode() & 0o077 != 0 && found.uid() == geteuid().as_raw();
    open && file.set_permissions(fs::Permissions::from_mode(found.mode() & 0o700)).is_ok()
}

/// The same by name; a link is left alone. Nothing is opened: to close a database would end the locks that this
/// program has on it.
pub(super) fn close(path: &Path) -> bool {
    let Ok(found) = fs::symlink_metadata(path) else { return false };
    let open = (found.is_file() || found.is_dir()) && found.mode() & 0o077 != 0;
    let is_ours = found.uid() == geteuid().as_raw();
    open && is_ours && fs::set_permissions(path, fs::Permissions::from_mode(found.mode() & 0o700)).is_ok()
}

/// A folder that everybody puts something into is nobody's.
pub(super) fn is_shared(folder: &Path) -> bool {
    fs::metadata(folder).is_ok_and(|found| found.mode() & 0o1000 != 0)
}

pub(super) fn others_can_write(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| found.mode() & 0o022 != 0)
}

/// Everybody: whoever is in its group was chosen.
pub(crate) fn others_can_read(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| found.mode() & 0o004 != 0)
}

/// What a person does about a file that is open to others; `mode` is what it should have.
pub(crate) fn how_to_close(_path: &Path, mode: &str) -> String {
    format!("chmod {mode}")
}

/// Root makes a file in the folder of a service: the service must be able to read it. Nobody else can give files away, and
/// need not.
pub(crate) fn give_to_owner_of(folder: &Path, new: &NewFile) {
    if let Some(folder) = fs::metadata(folder).ok().filter(|_| geteuid().is_root()) {
        let _ = fchown(&new.file, Some(folder.uid()), Some(folder.gid()));
    }
}

/// Root edits the file of a service: the service must be able to read it afterwards, by whichever right it did. A file of
/// our own keeps its group, where that was chosen: a file everybody may read is what an editor makes.
pub(crate) fn keep_readers(new: &NewFile, before: &Path, is_a_services: bool) -> io::Result<()> {
    let before = fs::metadata(before)?;
    let is_everybodys = before.mode() & 0o007 != 0;
    if fchown(&new.file, Some(before.uid()), Some(before.gid())).is_err() {
        // Somebody else's, in a folder of ours: it becomes ours alone.
        return Ok(());
    }
    let is_for_others = is_a_services && geteuid().is_root();
    let mode = match (is_for_others, is_everybodys) {
        (true, _) => before.mode() & 0o775,
        (false, true) => before.mode() & 0o700,
        (false, false) => before.mode() & 0o750,
    };
    new.file.set_permissions(fs::Permissions::from_mode(mode))
}

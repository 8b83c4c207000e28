//! Files and folders of ours: made for this user alone, and never written through somebody else's link.
//!
//! Everything Ringcard writes goes through here: databases, settings, logs, reports, exports. A folder is made 0700 and a
//! file 0600, whatever the umask. A new file is made beside the one it replaces and takes its name, so that a symbolic
//! link at that name makes place for the file and what it leads to stays as it is; a file that is written in place is
//! opened only where its name is no link. What an earlier version left open to others is put right ([`put_right`]).
//!
//! On Windows a file has a list of who may do what with it, mostly its folder's. Where that lets in nobody but the user, the
//! system, administrators and the hub's own service, as in a user's profile, what is made there takes it over; elsewhere it
//! is made with a list of its own that lets in these. What a system calls *who may* is in a module of its own (`access`).

#[cfg(unix)]
#[path = "unix.rs"]
pub(crate) mod access;
#[cfg(windows)]
#[path = "windows/mod.rs"]
pub(crate) mod access;
#[cfg(any(windows, test))]
pub(crate) mod list;
pub(crate) mod names;
mod patience;

pub(crate) use access::others_can_read;
pub use access::{append, create_new, make_folders, open, without_links};
#[cfg(windows)]
pub use access::{for_service, is_elevated};
pub(crate) use patience::{remove, rename};

use crate::{recordings, secrets};
use access::{close, how_to_close, is_shared, others_can_write};
use ringcard_connect::named;
use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

/// The account of the hub's own service on Windows, `NT SERVICE\RingcardHub`, which Windows makes of the service's name: the
/// same on every machine.
pub(crate) const SERVICE: &str = "S-1-5-80-1193324810-862897942-332209663-3783601653-2508311478";

/// A whole small file, on the disk before it takes its name.
pub fn write(path: &Path, bytes: impl AsRef<[u8]>) -> io::Result<()> {
    let mut file = NewFile::beside(path)?;
    io::Write::write_all(&mut file.file, bytes.as_ref())?;
    file.take_its_place()
}

/// What SQLite is about to open for writing: it makes files others can read, and gives its logs what the file has.
pub fn database(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_symlink() => return Err(is_link()),
        Ok(found) => named::regular(found.file_type())?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => match create_new(path) {
            // Another one of ours was faster.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            other => drop(other?),
        },
        Err(error) => return Err(error),
    }
    for tail in ["", "-wal", "-shm", "-journal"] {
        let mut name = path.as_os_str().to_owned();
        name.push(tail);
        close(Path::new(&name));
    }
    Ok(())
}

/// A file that is written beside another one, and takes its place when it is whole; dropped before that, it is gone.
pub struct NewFile {
    pub file: File,
    beside: PathBuf,
    to: PathBuf,
    is_there: bool,
}

impl NewFile {
    /// What stands in the place already must be a file, or a link: that one makes place, and is not followed.
    pub fn beside(to: &Path) -> io::Result<Self> {
        let mut name = to.file_name().ok_or_else(|| io::Error::other("it has no file name"))?.to_owned();
        name.push(".part");
        Self::beside_as(to, to.with_file_name(name))
    }

    /// The same under a name of the caller's. One name for each file: what a kill left behind is taken away by the next.
    pub fn beside_as(to: &Path, beside: PathBuf) -> io::Result<Self> {
        match fs::symlink_metadata(to) {
            Ok(found) if !found.is_symlink() => named::regular(found.file_type())?,
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        match remove(&beside) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        Ok(Self { file: create_new(&beside)?, beside, to: to.to_owned(), is_there: false })
    }

    /// Flushes it to the disk and gives it the name.
    pub fn take_its_place(self) -> io::Result<()> {
        self.file.sync_all()?;
        self.take_its_place_unflushed()
    }

    /// The same for what may be lost with the power.
    pub fn take_its_place_unflushed(mut self) -> io::Result<()> {
        rename(&self.beside, &self.to)?;
        self.is_there = true;
        Ok(())
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if !self.is_there {
            let _ = fs::remove_file(&self.beside);
        }
    }
}

fn is_link() -> io::Error {
    io::Error::other("it is a symbolic link, which Ringcard does not write through: put the file itself in its place")
}

/// Whether a name is a symbolic link, as an error.
pub fn no_link(path: &Path) -> io::Result<()> {
    if path.is_symlink() { Err(is_link()) } else { Ok(()) }
}

/// Takes from others what an earlier version, or an open umask, gave them: the data folder, and what is ours in it. Says so
/// once in the log; what is not ours is left as it is.
pub fn put_right(data_dir: &Path) {
    if is_shared(data_dir) || dirs::home_dir().is_some_and(|home| home == data_dir) {
        tracing::warn!(folder = %data_dir.display(), "this folder is not Ringcard's alone: give it one of its own");
    } else {
        let mut closed = u32::from(close_folder(data_dir));
        closed += put_right_all(&ours_in(data_dir));
        for folder in [REPORTS, recordings::FOLDER, secrets::SIGN_INS].map(|name| data_dir.join(name)) {
            if !folder.is_symlink() {
                closed += u32::from(close_folder(&folder)) + put_right_all(&files_in(&folder, |_| true));
            }
        }
        if closed > 0 {
            let folder = data_dir.display();
            tracing::warn!(%folder, closed, "others could look into files of ours: that was taken from them");
        }
    }
    if others_can_write(data_dir) {
        tracing::warn!(
            folder = %data_dir.display(),
            "others can write into the data folder, and put anything in a file's place: {}",
            how_to_close(data_dir, "700")
        );
    }
}

/// The same for a desk's settings and their folder; a server's are its administrator's, who may share them.
pub fn put_settings_right(file: &Path) {
    let Some(folder) = file.parent() else { return };
    let is_nobodys = is_shared(folder) || dirs::home_dir().is_some_and(|home| home == folder);
    if close(file) | (!is_nobodys && close_folder(folder)) {
        tracing::warn!(file = %file.display(), "others could read the settings: that was taken from them");
    }
}

/// A folder that a library of others fills: nobody else looks into it, whatever that makes there.
pub fn keep_folder(folder: &Path) {
    if let Err(error) = make_folders(folder) {
        tracing::warn!(%error, folder = %folder.display(), "a folder could not be made");
    }
    close_folder(folder);
}

/// Reports of imports, beside the directory.
pub(crate) const REPORTS: &str = "import-reports";

/// A folder is followed to where its name leads: that is the administrator's choice.
fn close_folder(folder: &Path) -> bool {
    folder.canonicalize().is_ok_and(|folder| folder.is_dir() && close(&folder))
}

fn put_right_all(files: &[PathBuf]) -> u32 {
    files.iter().map(|file| u32::from(close(file))).sum()
}

/// The files in a data folder that Ringcard made.
pub(crate) fn ours_in(data_dir: &Path) -> Vec<PathBuf> {
    files_in(data_dir, is_ours)
}

/// No folders, and no links.
fn files_in(folder: &Path, is_meant: fn(&str) -> bool) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let meant = entries.flatten().filter(|entry| entry.file_name().to_str().is_some_and(is_meant));
    let mut files: Vec<PathBuf> =
        meant.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file())).map(|entry| entry.path()).collect();
    files.sort();
    files
}

/// Files that Ringcard makes in its data folder. Settings on a server are the administrator's, who may share them.
fn is_ours(name: &str) -> bool {
    let kind = ["calls.", "directory.", "outbox.", "recordings.", "requests.", "desk."]
        .iter()
        .find_map(|store| name.strip_prefix(store));
    let is_database = kind.is_some_and(|kind| kind.starts_with("db") || kind.starts_with("damaged-"));
    let others = [
        "hub.lock",
        "hub.log",
        "agent-tokens.json",
        "codes.json",
        "profiles.json",
        "ringcard.log",
        "ringcard.toml",
        ".ringcard.toml",
    ];
    is_database || others.iter().any(|other| name.starts_with(other))
}

#[cfg(all(test, unix))]
mod tests;

//! Files and folders of ours: made for this user alone, and never written through somebody else's link.
//!
//! Everything Ringcard writes goes through here: databases, settings, logs, reports, exports. A folder is made 0700 and a
//! file 0600, whatever the umask. A new file is made beside the one it replaces and takes its name, so that a symbolic
//! link at that name makes place for the file and what it leads to stays as it is; a file that is written in place is
//! opened only where its name is no link. What an earlier version left open to others is put right ([`put_right`]).
//!
//! On Windows there are no such modes: what is in the user's profile inherits who may read it from there, and that is the
//! user, the system and administrators.

use crate::{recordings, secrets};
use ringcard_connect::named;
use std::{
    fs::{self, File, OpenOptions},
    io,
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

/// The same file by a name that leads through no link, as SQLite wants it where it is to follow none.
pub fn without_links(path: &Path) -> PathBuf {
    // Windows would answer a name in another form.
    if cfg!(not(unix)) {
        return path.to_owned();
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match (folder.canonicalize(), path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path.to_owned(),
    }
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
        match fs::remove_file(&beside) {
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
        fs::rename(&self.beside, &self.to)?;
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

fn only_ours(opened: io::Result<File>, path: &Path) -> io::Result<File> {
    let file = match opened {
        Err(_) if path.is_symlink() => return Err(is_link()),
        opened => opened?,
    };
    named::regular(file.metadata()?.file_type())?;
    tighten(&file);
    Ok(file)
}

/// Folders, and those above them that are missing, for this user alone.
pub fn make_folders(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(unix)]
mod modes {
    use super::*;
    use rustix::{fs::OFlags, process::geteuid};
    use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};

    pub(super) fn mine(options: &mut OpenOptions) -> &mut OpenOptions {
        // A pipe in a file's place is not waited for.
        options.mode(0o600).custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY).bits() as i32)
    }

    /// Of a file that was opened: others may do nothing with it. It belongs to somebody else, or the file system knows no
    /// modes: then that is not ours to mend.
    pub(super) fn tighten(file: &File) -> bool {
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
}

#[cfg(not(unix))]
mod modes {
    use super::*;

    pub(super) fn mine(options: &mut OpenOptions) -> &mut OpenOptions {
        options
    }

    pub(super) fn tighten(_file: &File) -> bool {
        false
    }

    pub(super) fn close(_path: &Path) -> bool {
        false
    }

    pub(super) fn is_shared(_folder: &Path) -> bool {
        false
    }

    pub(super) fn others_can_write(_path: &Path) -> bool {
        false
    }
}

use modes::{close, is_shared, mine, others_can_write, tighten};

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
            "others can write into the data folder, and put anything in a file's place: chmod 700"
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
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    fn mode(path: &Path) -> u32 {
        fs::symlink_metadata(path).expect("it is there").permissions().mode() & 0o777
    }

    #[test]
    fn a_file_that_is_written_anew_is_its_users_and_whole_or_not_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        fs::write(&path, "before").expect("written");
        drop(NewFile::beside(&path).expect("it can be made"));
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
        write(&path, "after").expect("it can be written");
        assert_eq!((fs::read_to_string(&path).expect("it is there").as_str(), mode(&path)), ("after", 0o600));
    }

    #[test]
    fn a_link_in_a_files_place_is_replaced_or_refused_and_never_followed() {
        let folder = tempfile::tempdir().expect("a folder");
        let (victim, link) = (folder.path().join("victim"), folder.path().join("link"));
        fs::write(&victim, "theirs").expect("written");
        symlink(&victim, &link).expect("a link");
        for opened in [append(&link), open(&link), database(&link).and_then(|()| File::open(&link))] {
            let refused = opened.expect_err("it is a link").to_string();
            assert!(refused.contains("symbolic link"), "{refused}");
        }
        create_new(&link).expect_err("it is there");
        symlink(&victim, folder.path().join("link.part")).expect("a link");
        write(&link, "ours").expect("it can be written");
        assert!(!link.is_symlink());
        assert_eq!(fs::read_to_string(&victim).expect("it is there"), "theirs");
    }

    #[test]
    fn what_was_open_to_others_is_not_when_it_is_opened() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        for opening in [append, open] {
            fs::write(&path, "").expect("written");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o664)).expect("chmod");
            opening(&path).expect("it opens");
            assert_eq!(mode(&path), 0o600);
        }
    }

    #[test]
    fn a_pipe_in_a_files_place_is_refused_and_not_waited_for() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("pipe");
        rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, rustix::fs::Mode::RWXU, 0)
            .expect("a pipe");
        for opened in [append(&path).map(drop), open(&path).map(drop), database(&path), write(&path, "")] {
            opened.expect_err("no file");
        }
    }
}

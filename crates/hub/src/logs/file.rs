//! A log in a file that never grows beyond its size and one predecessor.

use crate::own_files;
use std::{
    fs::{self, File},
    io::{self, Write},
    path::PathBuf,
    sync::{Arc, Mutex},
};
use tracing_subscriber::fmt::MakeWriter;

/// When a log file is full it becomes `….log.1`, and the one before that is gone.
pub const FULL: u64 = 2 * 1024 * 1024;

/// A file that begins anew when it is full.
#[derive(Clone)]
pub struct LogFile(Arc<Mutex<Inside>>);

struct Inside {
    path: PathBuf,
    file: File,
    size: u64,
    full: u64,
}

impl LogFile {
    /// Goes on with the file, or begins it; so many bytes make it full.
    pub fn open(path: PathBuf, full: u64) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            own_files::make_folders(folder)?;
        }
        let file = own_files::append(&path)?;
        let size = file.metadata()?.len();
        Ok(Self(Arc::new(Mutex::new(Inside { path, file, size, full }))))
    }
}

impl Inside {
    fn begin_anew(&mut self) -> io::Result<()> {
        fs::rename(&self.path, self.path.with_extension("log.1"))?;
        self.file = own_files::append(&self.path)?;
        self.size = 0;
        Ok(())
    }
}

impl Write for LogFile {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut inside = self.0.lock().map_err(|_| io::Error::other("a writer panicked"))?;
        if inside.size >= inside.full {
            // A folder that cannot be renamed in still takes the line; better a long log than none.
            let _ = inside.begin_anew();
        }
        let written = inside.file.write(line)?;
        inside.size += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.lock().map_err(|_| io::Error::other("a writer panicked"))?.file.flush()
    }
}

impl MakeWriter<'_> for LogFile {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_log_is_its_users_alone_and_not_written_through_a_link() {
        use std::{
            os::unix::fs::{PermissionsExt, symlink},
            path::Path,
        };
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("deep/ringcard.log");
        let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
        LogFile::open(path.clone(), 100).expect("it opens");
        assert_eq!((mode(&path), mode(&folder.path().join("deep"))), (0o600, 0o700));
        // As an earlier version left it.
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("chmod");
        LogFile::open(path.clone(), 100).expect("it opens");
        assert_eq!(mode(&path), 0o600);
        fs::rename(&path, folder.path().join("victim")).expect("renamed");
        symlink(folder.path().join("victim"), &path).expect("a link");
        let Err(refused) = LogFile::open(path, 100) else { panic!("it was opened") };
        assert!(refused.to_string().contains("symbolic link"), "{refused}");
    }

    #[test]
    fn a_full_log_begins_anew_and_keeps_one_predecessor() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("ringcard.log");
        let mut log = LogFile::open(path.clone(), 100).expect("it opens");
        for number in 0..100 {
            writeln!(log, "line {number:03}").expect("it is written");
        }
        let mut names: Vec<_> =
            fs::read_dir(folder.path()).expect("it is there").flatten().map(|entry| entry.file_name()).collect();
        names.sort();
        assert_eq!(names, ["ringcard.log", "ringcard.log.1"]);
        assert!(fs::read_to_string(&path).expect("it reads").ends_with("line 099\n"));
        assert!(fs::metadata(&path).expect("it is there").len() <= 110);
    }
}

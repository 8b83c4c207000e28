//! Calls as a file for spreadsheets, which is there whole or not at all.

use crate::{calls_csv, directory::FileFailure, own_files::NewFile};
use ringcard_core::frame::CallRow;
use std::{
    io::Write,
    path::{Path, PathBuf},
};

/// Written beside the file somebody chose; dropped before [`CallsFile::take_its_place`], nothing is left of it.
pub struct CallsFile {
    file: NewFile,
    to: PathBuf,
}

impl CallsFile {
    /// Begins it, with its heading.
    pub fn beside(to: &Path) -> Result<Self, FileFailure> {
        let file = NewFile::beside(to).map_err(|error| FileFailure::unwritten(to, &error))?;
        let mut begun = Self { file, to: to.to_owned() };
        begun.write(&calls_csv::heading())?;
        Ok(begun)
    }

    /// The next calls.
    pub fn calls(&mut self, calls: &[CallRow]) -> Result<(), FileFailure> {
        let piece: Vec<u8> = calls.iter().flat_map(calls_csv::call).collect();
        self.write(&piece)
    }

    /// It is whole: it takes the place of what was there.
    pub fn take_its_place(self) -> Result<(), FileFailure> {
        self.file.take_its_place().map_err(|error| FileFailure::unwritten(&self.to, &error))
    }

    fn write(&mut self, piece: &[u8]) -> Result<(), FileFailure> {
        self.file.file.write_all(piece).map_err(|error| FileFailure::unwritten(&self.to, &error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use tempfile::TempDir;

    fn names(folder: &TempDir) -> Vec<String> {
        let all = fs::read_dir(folder.path()).expect("the folder");
        all.map(|one| one.expect("a name").file_name().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn what_was_not_finished_leaves_nothing_and_what_was_there_before_stays() {
        let folder = TempDir::new().expect("a folder");
        let to = folder.path().join("calls.csv");
        fs::write(&to, "yesterday's").expect("written");
        let mut begun = CallsFile::beside(&to).expect("it begins");
        begun.calls(&[]).expect("written");
        drop(begun);
        assert_eq!(fs::read_to_string(&to).expect("read"), "yesterday's");
        assert_eq!(names(&folder), ["calls.csv"]);
        CallsFile::beside(&to).and_then(CallsFile::take_its_place).expect("whole");
        assert!(fs::read_to_string(&to).expect("read").ends_with(",comment\r\n"));
        assert_eq!(names(&folder), ["calls.csv"]);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_and_a_folder_that_is_not_there_are_said() {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").and_then(|mut full| full.write_all(b"a"));
        let failure = FileFailure::unwritten(Path::new("calls.csv"), &full.expect_err("it is always full"));
        assert_eq!(failure.to_string(), "calls.csv could not be written: the disk is full");
        let Err(failure) = CallsFile::beside(Path::new("/proc/nowhere/calls.csv")) else { panic!("it was begun") };
        assert!(failure.to_string().contains("there is no such folder"), "{failure}");
    }
}

//! Files that somebody named: read only where they are files, and never further than is sensible.
//!
//! A pipe would keep the program waiting for ever, a device has no end, and either can take a file's place between a look
//! and the opening: so it is opened without waiting, and what was opened is looked at.

use std::{
    fs::{self, File, FileType, OpenOptions},
    io::{self, Read},
    path::Path,
};

/// Opens a regular file for reading; a link to one is one. Anything else is refused in words and not waited for.
pub fn open(path: &Path) -> io::Result<File> {
    // A device may do something when it is opened, and a socket's refusal would say nothing.
    regular(fs::metadata(path)?.file_type())?;
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt;
        // A value of the system's own: as many bits as it has.
        options.custom_flags((OFlags::NONBLOCK | OFlags::NOCTTY).bits() as i32);
    }
    let file = options.open(path)?;
    regular(file.metadata()?.file_type())?;
    Ok(file)
}

/// The whole of a file that has no more than so many bytes. What says it is empty and is not (`/proc`) has its end, too.
pub fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let file = open(path)?;
    if file.metadata()?.len() > most {
        return Err(too_large(most));
    }
    let mut bytes = Vec::new();
    file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(too_large(most));
    }
    Ok(bytes)
}

/// A file of more than so many bytes.
pub fn too_large(most: u64) -> io::Error {
    let unit = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")].into_iter().find(|(size, _)| most >= *size);
    let (size, unit) = unit.unwrap_or((1, "bytes"));
    let message = format!("it is larger than {} {unit}", most / size);
    io::Error::new(io::ErrorKind::FileTooLarge, message)
}

/// Refuses what is no regular file, and says what it is.
pub fn regular(kind: FileType) -> io::Result<()> {
    if kind.is_file() {
        return Ok(());
    }
    let error = if kind.is_dir() { io::ErrorKind::IsADirectory } else { io::ErrorKind::InvalidInput };
    Err(io::Error::new(error, format!("it is not a file but {}", what(kind))))
}

fn what(kind: FileType) -> &'static str {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if kind.is_fifo() {
            return "a pipe";
        } else if kind.is_socket() {
            return "a socket";
        } else if kind.is_char_device() || kind.is_block_device() {
            return "a device";
        }
    }
    match () {
        () if kind.is_dir() => "a folder",
        () if kind.is_symlink() => "a symbolic link",
        () => "something else",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_up_to_its_limit_and_refused_beyond() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        fs::write(&path, [b'x'; 2048]).expect("written");
        assert_eq!(read(&path, 2048).expect("it is as long as it may be").len(), 2048);
        let refused = read(&path, 1024).expect_err("too long");
        assert_eq!(refused.to_string(), "it is larger than 1 KiB");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_that_hides_its_size_is_read_up_to_the_limit_too() {
        assert!(!read(Path::new("/proc/self/status"), 1 << 20).expect("a text").is_empty());
        assert_eq!(read(Path::new("/proc/self/status"), 10).expect_err("longer").kind(), io::ErrorKind::FileTooLarge);
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_file_is_refused_without_waiting() {
        let folder = tempfile::tempdir().expect("a folder");
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(&pipe, &link).expect("a link");
        for (path, kind) in [(pipe.as_path(), "a pipe"), (&link, "a pipe"), (Path::new("/dev/zero"), "a device")] {
            let refused = open(path).expect_err("no file").to_string();
            assert_eq!(refused, format!("it is not a file but {kind}"));
        }
        assert_eq!(open(folder.path()).expect_err("no file").to_string(), "it is not a file but a folder");
    }
}

use super::*;
use rusqlite::ffi;
use tempfile::TempDir;

fn sqlite(code: i32) -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(ffi::Error::new(code), None)
}

#[test]
fn what_sqlite_keeps_to_itself_is_called_what_the_system_calls_it() {
    use io::ErrorKind::{NotFound, PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    let path = Path::new("/data/x.db");
    let kinds = [
        (ReadOnlyFilesystem, Some("read_only")),
        (PermissionDenied, Some("read_only")),
        (StorageFull, Some("no_space")),
        (QuotaExceeded, Some("no_space")),
        (NotFound, Some("disk")),
    ];
    // Opening, the log's index (disk quota, full disk), and a sync that the disk refuses.
    for code in [ffi::SQLITE_CANTOPEN, ffi::SQLITE_IOERR_SHMSIZE, ffi::SQLITE_IOERR_WRITE, ffi::SQLITE_IOERR_FSYNC] {
        for (kind, word) in kinds {
            let said = of_place_by(path, &sqlite(code), |_| Err(kind.into()));
            assert_eq!(said.map(|failure| failure.word()), word, "{code} {kind}");
        }
        assert!(of_place_by(path, &sqlite(code), |_| Ok(())).is_none(), "the place is in order: it is something else");
    }
    for (code, word) in [
        (ffi::SQLITE_BUSY, "locked"),
        (ffi::SQLITE_FULL, "no_space"),
        (ffi::SQLITE_READONLY_DIRECTORY, "read_only"),
        (ffi::SQLITE_READONLY_CANTINIT, "read_only"),
        (ffi::SQLITE_PERM, "read_only"),
    ] {
        let said = of_place_by(path, &sqlite(code), |_| panic!("the system is not asked"));
        assert_eq!(said.map(|failure| failure.word()), Some(word), "{code}");
    }
}

#[test]
fn trying_to_write_leaves_nothing_behind_and_harms_nothing() {
    let dir = TempDir::new().expect("a folder");
    let path = dir.path().join("x.db");
    std::fs::write(&path, "what is in it").expect("written");
    try_to_write(&path).expect("it can be written");
    assert_eq!(std::fs::read(&path).expect("it is there"), b"what is in it");
    assert_eq!(std::fs::read_dir(dir.path()).expect("the folder").count(), 1);
    // No folder, or a file where one should be.
    assert!(try_to_write(&dir.path().join("none/x.db")).is_err());
    assert!(try_to_write(&path.join("x.db")).is_err());
}

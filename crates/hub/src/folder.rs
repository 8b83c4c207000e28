//! The data folder: made durably, and used by one hub at a time.
//!
//! Whoever is going to be a hub on a folder takes it first ([`FolderLock`]), before anything in it is opened: two hubs on
//! one folder would send twice what waits, and each would tell other desks. The lock is the system's own and ends with the
//! program, by whatever end; what stands in the file beside it only tells people who has it, and means nothing once the
//! lock is free.
//!
//! A command that reads, or that changes customers, takes no lock: SQLite lets one after the other.

use crate::{database::OpenFailure, own_files};
use jiff::tz::TimeZone;
use ringcard_core::Timestamp;
use serde::{Deserialize, Serialize};
use std::{
    fmt,
    fs::{self, File, TryLockError},
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Mutex,
    time::Duration,
};
use thiserror::Error;
use tokio::time::{Instant, sleep};

/// How long a start waits for a hub that is just ending: it may take three seconds to let go what is in flight.
pub const PATIENCE: Duration = Duration::from_secs(5);
/// Between two looks at a folder that is in use.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

const LOCK: &str = "hub.lock";
/// Beside the lock, because a locked file cannot be read by others everywhere.
const HOLDER: &str = "hub.lock.json";
/// Written and taken away by whoever only tries the folder out.
const PROBE: &str = "hub.probe";

/// Who has a folder, as they said themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    pub program: String,
    pub process: u32,
    pub since: Timestamp,
    /// Where it listens, as soon as it does.
    #[serde(default)]
    pub address: Option<SocketAddr>,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (process {}, since {}", self.program, self.process, clock_time(self.since))?;
        match self.address {
            Some(address) => write!(f, ", listening on {address})"),
            None => f.write_str(")"),
        }
    }
}

/// The time of day, with the date where it is another.
fn clock_time(at: Timestamp) -> String {
    let Ok(at) = jiff::Timestamp::from_millisecond(at.0) else { return "?".to_owned() };
    let (at, now) = (at.to_zoned(TimeZone::system()), jiff::Timestamp::now().to_zoned(TimeZone::system()));
    let form = if at.date() == now.date() { "%H:%M" } else { "%Y-%m-%d %H:%M" };
    at.strftime(form).to_string()
}

/// Why a folder was not taken. Nothing in it was touched.
#[derive(Debug, Error)]
pub enum FolderRefused {
    #[error(
        "The folder {} is in use by {}. Stop it, or choose another with RINGCARD_HOME.",
        .folder.display(),
        .holder.as_ref().map_or_else(|| "another Ringcard".to_owned(), Holder::to_string)
    )]
    InUse { folder: PathBuf, holder: Option<Holder> },
    #[error("The folder {} cannot be used: {failure}.", .folder.display())]
    Unusable { folder: PathBuf, failure: OpenFailure },
}

/// A folder that is ours until this is dropped, or the program ends.
#[derive(Debug)]
pub struct FolderLock {
    folder: PathBuf,
    holder: Mutex<Holder>,
    /// Locked; the last to go.
    _file: File,
}

impl FolderLock {
    /// Takes the folder, made where it is missing, for `program`.
    pub fn take(folder: &Path, program: &str) -> Result<Self, FolderRefused> {
        let path = folder.join(LOCK);
        let unusable =
            |source| FolderRefused::Unusable { folder: folder.to_owned(), failure: OpenFailure::of_io(&path, source) };
        make(folder).map_err(unusable)?;
        let file = own_files::open(&path).map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(FolderRefused::InUse { folder: folder.to_owned(), holder: told(folder) });
            }
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
                tracing::warn!(%error, "this file system knows no locks: see to it that no second hub uses the folder");
            }
            Err(TryLockError::Error(error)) => return Err(unusable(error)),
        }
        own_files::put_right(folder);
        let holder =
            Holder { program: program.to_owned(), process: std::process::id(), since: Timestamp::now(), address: None };
        tell(folder, &holder);
        Ok(Self { folder: folder.to_owned(), holder: Mutex::new(holder), _file: file })
    }

    /// The same; whoever has it may be just about to end, and is given a moment.
    pub async fn wait_for(folder: &Path, program: &str, patience: Duration) -> Result<Self, FolderRefused> {
        let until = Instant::now() + patience;
        let mut said = false;
        loop {
            match Self::take(folder, program) {
                Err(FolderRefused::InUse { holder, .. }) if Instant::now() < until => {
                    if !said {
                        let holder = holder.map(|holder| holder.to_string()).unwrap_or_default();
                        tracing::info!(holder, "the folder is in use: waiting a moment for whoever has it to end");
                        said = true;
                    }
                    sleep(LOOK_AGAIN).await;
                }
                done => return done,
            }
        }
    }

    /// Tells those who come later where this program is found.
    pub fn listens_at(&self, address: SocketAddr) {
        let mut holder = self.holder.lock().expect("BUG: nobody panics while holding the holder");
        holder.address = Some(address);
        tell(&self.folder, &holder);
    }
}

impl Drop for FolderLock {
    fn drop(&mut self) {
        // While it is still ours. The lock's own file stays: a new one would be another lock.
        let _ = fs::remove_file(self.folder.join(HOLDER));
    }
}

/// Whether a hub has this folder, and who, for somebody who only looks.
pub fn in_use(folder: &Path) -> Option<Option<Holder>> {
    let file = File::open(folder.join(LOCK)).ok()?;
    match file.try_lock_shared() {
        Err(TryLockError::WouldBlock) => Some(told(folder)),
        _ => None,
    }
}

/// What cannot be told only makes a later refusal shorter.
fn tell(folder: &Path, holder: &Holder) {
    let path = folder.join(HOLDER);
    // Nobody is named rather than somebody who is long gone.
    let _ = fs::remove_file(&path);
    let text = serde_json::to_vec(holder).expect("BUG: our own words are always JSON");
    if let Err(error) = own_files::write(&path, text) {
        tracing::warn!(%error, "who has the folder could not be written beside its lock");
    }
}

fn told(folder: &Path) -> Option<Holder> {
    serde_json::from_slice(&fs::read(folder.join(HOLDER)).ok()?).ok()
}

/// Makes a folder and those above it for this user alone, and sees to it that they are still there after a power cut: a file that was synced
/// is lost all the same with a folder that was not.
pub fn make(folder: &Path) -> io::Result<()> {
    make_by(folder, sync)
}

/// Whether a hub could work in this folder: it is made where it is missing, a file is written, and both are taken away
/// again. Whoever has the folder is not disturbed.
pub fn try_out(folder: &Path) -> Result<(), FolderRefused> {
    let missing: Vec<&Path> = missing_above(folder);
    let tried = FolderProbe { file: folder.join(PROBE), made: missing };
    let unusable = |source| FolderRefused::Unusable {
        folder: folder.to_owned(),
        failure: OpenFailure::of_io(&tried.file, source),
    };
    own_files::make_folders(folder).map_err(unusable)?;
    own_files::write(&tried.file, b"ringcard\n").map_err(unusable)
}

/// What a try leaves behind, and takes away when it is over.
struct FolderProbe<'a> {
    file: PathBuf,
    /// The innermost first.
    made: Vec<&'a Path>,
}

impl Drop for FolderProbe<'_> {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.file);
        // Only what is empty goes.
        self.made.iter().for_each(|folder| drop(fs::remove_dir(folder)));
    }
}

fn missing_above(folder: &Path) -> Vec<&Path> {
    let is_missing = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.exists();
    folder.ancestors().take_while(is_missing).collect()
}

fn make_by(folder: &Path, mut sync: impl FnMut(&Path) -> io::Result<()>) -> io::Result<()> {
    let missing = missing_above(folder);
    own_files::make_folders(folder)?;
    for made in missing {
        let parent = made.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        sync(parent)?;
    }
    Ok(())
}

/// Writes what stands in a folder to the disk.
#[cfg(unix)]
pub(crate) fn sync(folder: &Path) -> io::Result<()> {
    match File::open(folder)?.sync_all() {
        // Some network file systems know no such thing.
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => Ok(()),
        done => done,
    }
}

/// Windows keeps its folders itself.
#[cfg(not(unix))]
pub(crate) fn sync(_folder: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;

    fn folder() -> TempDir {
        TempDir::new().expect("a folder")
    }

    #[test]
    fn a_folder_is_taken_once_and_free_again_with_its_lock() {
        let folder = folder();
        let data = folder.path().join("deep/down");
        let lock = FolderLock::take(&data, "ringcard-hub").expect("it is free");
        let said = FolderLock::take(&data, "Ringcard").expect_err("it is in use").to_string();
        let us = format!("in use by ringcard-hub (process {}, since ", std::process::id());
        assert!(said.contains(&us) && said.contains("RINGCARD_HOME"), "{said}");
        lock.listens_at(([127, 0, 0, 1], 8480).into());
        let said = FolderLock::take(&data, "Ringcard").expect_err("it is in use").to_string();
        assert!(said.contains("listening on 127.0.0.1:8480"), "{said}");
        assert_eq!(in_use(&data).flatten().map(|holder| holder.process), Some(std::process::id()));
        drop(lock);
        assert_eq!(in_use(&data), None);
        FolderLock::take(&data, "Ringcard").expect("it is free again");
    }

    #[test]
    fn what_a_dead_program_left_beside_the_lock_means_nothing() {
        let folder = folder();
        let gone = Holder { program: "gone".into(), process: 1, since: Timestamp(1_000), address: None };
        tell(folder.path(), &gone);
        fs::write(folder.path().join(LOCK), "").expect("written");
        assert_eq!(in_use(folder.path()), None);
        let _lock = FolderLock::take(folder.path(), "ringcard-hub").expect("nobody has it");
        assert_eq!(in_use(folder.path()).flatten().map(|holder| holder.program).as_deref(), Some("ringcard-hub"));
        fs::write(folder.path().join(HOLDER), "half").expect("written");
        let said = FolderLock::take(folder.path(), "Ringcard").expect_err("it is in use").to_string();
        assert!(said.contains("in use by another Ringcard."), "{said}");
    }

    #[tokio::test]
    async fn a_hub_that_is_just_ending_is_waited_for() {
        let folder = folder();
        let lock = FolderLock::take(folder.path(), "ringcard-hub").expect("it is free");
        let refused = FolderLock::wait_for(folder.path(), "Ringcard", Duration::ZERO).await;
        assert!(matches!(refused, Err(FolderRefused::InUse { .. })), "{refused:?}");
        let path = folder.path().to_owned();
        let waiting = tokio::spawn(async move { FolderLock::wait_for(&path, "Ringcard", PATIENCE).await });
        tokio::task::yield_now().await;
        drop(lock);
        waiting.await.expect("no panic").expect("it got it");
    }

    #[test]
    fn a_folder_that_is_made_is_synced_into_the_one_above_it() {
        let folder = folder();
        let mut synced = Vec::new();
        let data = folder.path().join("a/b");
        make_by(&data, |folder| {
            synced.push(folder.to_owned());
            sync(folder)
        })
        .expect("it is made");
        assert_eq!(synced, [folder.path().join("a"), folder.path().to_owned()]);
        make_by(&data, |folder| panic!("{} was there", folder.display())).expect("it is there");
        let failed = make_by(&folder.path().join("c"), |_| Err(io::ErrorKind::StorageFull.into()));
        assert_eq!(failed.expect_err("it may be lost").kind(), io::ErrorKind::StorageFull);
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_said() {
        let folder = folder();
        let file = folder.path().join("file");
        fs::write(&file, "").expect("written");
        let said = FolderLock::take(&file, "ringcard-hub").expect_err("it is a file").to_string();
        assert!(said.contains(&file.display().to_string()) && said.contains("cannot be used"), "{said}");
    }
}

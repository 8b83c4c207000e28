//! Recordings as files for somebody else: opened where they are sealed, by names of ours.
//!
//! It works beside a hub that runs: what arrives there is not touched.

use super::{
    FOLDER, NotKept, SealKey,
    files::{Folder, Writing},
    kept::Kept,
    store::Store,
};
use crate::{database::OpenFailure, folder};
use ringcard_core::{
    Timestamp,
    call::CallId,
    recording::{AudioKind, RecordingAccess, RecordingAct, RecordingId},
};
use std::{
    io,
    path::{Path, PathBuf},
};
use thiserror::Error;

/// Recordings that are looked up at once.
const PAGE: u32 = 100;
/// So much is copied at once.
const PIECE: usize = 64 * 1024;

/// Which recordings are wanted; nothing said: all.
#[derive(Debug, Clone, Default)]
pub struct Which {
    pub account: Option<String>,
    /// When they came: from this moment on.
    pub from: Option<Timestamp>,
    /// And before this one.
    pub before: Option<Timestamp>,
}

/// One that is here.
pub(super) struct Found {
    pub id: RecordingId,
    pub call: CallId,
    pub at: Timestamp,
    pub audio: AudioKind,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Exported {
    pub written: u64,
    pub bytes: u64,
    /// Those that are still at the telephone system.
    pub not_here: u64,
    /// A sentence for each that could not be written.
    pub failed: Vec<String>,
}

/// Why nothing was exported, or not all.
#[derive(Debug, Error)]
pub enum NotExported {
    #[error("There are no recordings in {}", .0.display())]
    Nothing(PathBuf),
    #[error("The list of recordings could not be opened: {0}")]
    NotOpen(#[from] OpenFailure),
    #[error("The list of recordings could not be read or written: {0}")]
    List(#[from] rusqlite::Error),
    #[error("The folder {} cannot be used: {source}", .path.display())]
    Folder { path: PathBuf, source: io::Error },
    #[error("The folder {} is the hub's own: choose another one", .0.display())]
    OwnFolder(PathBuf),
    #[error("{0}. Not all was written: {written} recordings are", written = .1.written)]
    Stopped(NotKept, Exported),
}

/// Writes recordings into a folder, each a whole file or none, and who did it into the list. Blocks.
pub fn export(data_dir: &Path, key: Option<SealKey>, which: &Which, to: &Path) -> Result<Exported, NotExported> {
    let (list, own) = (data_dir.join("recordings.db"), data_dir.join(FOLDER));
    if !list.is_file() || !own.is_dir() {
        return Err(NotExported::Nothing(data_dir.to_owned()));
    }
    let folder_failed = |path: &Path| {
        let path = path.to_owned();
        move |source| NotExported::Folder { path, source }
    };
    folder::make(to).map_err(folder_failed(to))?;
    if matches!((to.canonicalize(), own.canonicalize()), (Ok(to), Ok(own)) if to == own) {
        return Err(NotExported::OwnFolder(to.to_owned()));
    }
    let folder = Folder::open(&own, key).map_err(folder_failed(&own))?;
    let mut store = Store::open_beside(&list)?;
    let mut exported = Exported { not_here: store.at_system(which)?, ..Exported::default() };
    let mut last: Option<(Timestamp, RecordingId)> = None;
    loop {
        let page = store.found(which, last.as_ref(), PAGE)?;
        let Some(end) = page.last() else { return Ok(exported) };
        last = Some((end.at, end.id.clone()));
        for found in &page {
            let at = Timestamp::now();
            let access = RecordingAccess { at, agent: None, act: RecordingAct::Exported, why: None };
            // Before anybody can hear it.
            store.note(&found.id, &access)?;
            match write(&folder, found, to) {
                Ok(bytes) => {
                    exported.written += 1;
                    exported.bytes += bytes;
                }
                // The next ones do not go there either.
                Err(full @ NotKept::DiskFull) => return Err(NotExported::Stopped(full, exported)),
                Err(why) => exported.failed.push(format!("{}: {why}", found.id)),
            }
        }
    }
}

fn write(folder: &Folder, found: &Found, to: &Path) -> Result<u64, NotKept> {
    let mut kept: Kept = folder.read(&found.id)?;
    let mut file = Writing::outside(&to.join(name(found)))?;
    let (mut at, mut piece) = (0, vec![0; PIECE]);
    loop {
        let read = kept.read_up_to(at, &mut piece)?;
        if read == 0 {
            break;
        }
        file.write(&piece[..read])?;
        at += read as u64;
    }
    file.take_its_place()?;
    Ok(at)
}

/// When it came, by the clock of this machine, which call it is of, and a piece of its own name: `2026-11-30_140501_…_….wav`.
fn name(found: &Found) -> String {
    let moment = jiff::Timestamp::from_millisecond(found.at.0).unwrap_or_default();
    let moment = moment.to_zoned(jiff::tz::TimeZone::system()).strftime("%Y-%m-%d_%H%M%S");
    let plain = |text: &str, most: usize| -> String {
        text.chars().filter(|letter| letter.is_ascii_alphanumeric() || *letter == '-').take(most).collect()
    };
    let ending = match found.audio {
        AudioKind::Mp3 => "mp3",
        AudioKind::Ogg => "ogg",
        AudioKind::M4a => "m4a",
        AudioKind::WavPcm | AudioKind::WavALaw | AudioKind::WavMuLaw | AudioKind::WavGsm | AudioKind::WavOther => "wav",
    };
    format!("{moment}_{}_{}.{ending}", plain(&found.call.0, 64), plain(&found.id.0, 8))
}

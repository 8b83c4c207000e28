//! The audio of recordings: a file each, in a folder of their own, whole or not there.

use super::{NoRecordings, kept::Kept};
use crate::{folder, own_files::NewFile};
use ringcard_core::recording::{AudioKind, RecordingId};
use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};
use thiserror::Error;
use uuid::Uuid;

/// What a file is called until it is whole.
const HALF: &str = ".part";

/// Why a recording is not kept. Nothing of it is.
#[derive(Debug, Error)]
pub enum NotKept {
    #[error("The recording is empty")]
    Empty,
    #[error("The recording is no audio that is known here: WAV, MP3, OGG or M4A is")]
    NotAudio,
    #[error("The recording did not come whole, or its Base64 is none")]
    Broken,
    #[error("There are more recordings in the call's data than are kept")]
    TooMany,
    #[error("The recording is too long: at most {} MiB are kept", .most / (1024 * 1024))]
    TooLong { most: u64 },
    #[error("The disk is full")]
    DiskFull,
    #[error("The recording could not be written: {0}")]
    Io(io::Error),
    #[error(transparent)]
    List(#[from] NoRecordings),
}

impl From<io::Error> for NotKept {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull,
            _ => Self::Io(error),
        }
    }
}

pub(super) struct Folder(PathBuf);

impl Folder {
    pub fn open(path: &Path) -> io::Result<Self> {
        folder::make(path)?;
        Ok(Self(path.to_owned()))
    }

    /// A name that is none of ours is part of no path.
    fn path(&self, id: &RecordingId) -> io::Result<PathBuf> {
        match RecordingId::is_one(&id.0) {
            true => Ok(self.0.join(&id.0)),
            false => Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no name of a recording")),
        }
    }

    /// A new file; each under a name of its own until it is whole, so that of two for one recording none writes into the other.
    pub fn begin(&self, id: &RecordingId, most: u64) -> Result<Arrival, NotKept> {
        let to = self.path(id)?;
        let beside = self.0.join(format!("{}-{}{HALF}", id.0, Uuid::new_v4().simple()));
        let file = NewFile::beside_as(&to, beside)?;
        Ok(Arrival { file, folder: self.0.clone(), begin: Vec::new(), audio: None, bytes: 0, most })
    }

    pub fn read(&self, id: &RecordingId) -> io::Result<Kept> {
        Kept::new(File::open(self.path(id)?)?)
    }

    pub fn is_there(&self, id: &RecordingId) -> bool {
        self.path(id).is_ok_and(|path| path.is_file())
    }

    pub fn delete(&self, id: &RecordingId) -> io::Result<()> {
        match fs::remove_file(self.path(id)?) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            done => done,
        }
    }

    /// Takes away what never became whole, and answers the names of what is.
    pub fn whole(&self) -> io::Result<Vec<RecordingId>> {
        let mut whole = Vec::new();
        for entry in fs::read_dir(&self.0)? {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            if name.ends_with(HALF) {
                fs::remove_file(entry.path())?;
            } else if RecordingId::is_one(&name) {
                whole.push(RecordingId(name));
            }
        }
        Ok(whole)
    }
}

/// A recording's file while it is written. Dropped before [`Arrival::finish`], nothing of it stays. Blocks.
pub struct Arrival {
    file: NewFile,
    folder: PathBuf,
    /// Until it is known what it is.
    begin: Vec<u8>,
    audio: Option<AudioKind>,
    bytes: u64,
    most: u64,
}

impl Arrival {
    /// The next bytes; refused as soon as they show what is not kept.
    pub fn write(&mut self, more: &[u8]) -> Result<(), NotKept> {
        let bytes = self.bytes + u64::try_from(more.len()).unwrap_or(u64::MAX);
        if bytes > self.most {
            return Err(NotKept::TooLong { most: self.most });
        }
        if self.audio.is_none() {
            let room = AudioKind::TELLING - self.begin.len();
            self.begin.extend_from_slice(&more[..more.len().min(room)]);
            self.audio = AudioKind::of(&self.begin);
            if self.audio.is_none() && self.begin.len() == AudioKind::TELLING {
                return Err(NotKept::NotAudio);
            }
        }
        self.file.file.write_all(more)?;
        self.bytes = bytes;
        Ok(())
    }

    /// It is whole: flushed to the disk, and then under its name.
    pub fn finish(self) -> Result<(AudioKind, u64), NotKept> {
        let audio = match self.audio {
            Some(audio) => audio,
            None if self.bytes == 0 => return Err(NotKept::Empty),
            None => return Err(NotKept::NotAudio),
        };
        self.file.take_its_place()?;
        folder::sync(&self.folder)?;
        Ok((audio, self.bytes))
    }
}

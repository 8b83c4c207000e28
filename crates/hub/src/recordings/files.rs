//! The audio of recordings: a file each, in a folder of their own, whole or not there.

use super::{
    NoRecordings,
    kept::Kept,
    seal::{SealKey, Sealed, Sealing},
};
use crate::{
    folder,
    own_files::{self, NewFile},
};
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
/// What is played of a recording, where its own file is written in another way.
const PLAYED: &str = ".pcm";

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
    #[error("The recording cannot be opened: {0}")]
    Sealed(Sealed),
    #[error("The disk is full")]
    DiskFull,
    #[error("The call is private: no recording of it is kept")]
    Private,
    #[error("The recording could not be written: {0}")]
    Io(io::Error),
    #[error(transparent)]
    List(#[from] NoRecordings),
}

impl From<io::Error> for NotKept {
    fn from(error: io::Error) -> Self {
        if let Some(sealed) = Sealed::of(&error) {
            return Self::Sealed(sealed);
        }
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull,
            _ => Self::Io(error),
        }
    }
}

pub(super) struct Folder {
    path: PathBuf,
    /// What new files are sealed with, and sealed ones are opened with.
    key: Option<SealKey>,
}

impl Folder {
    pub fn open(path: &Path, key: Option<SealKey>) -> io::Result<Self> {
        folder::make(path)?;
        Ok(Self { path: path.to_owned(), key })
    }

    /// A name that is none of ours is part of no path.
    fn path(&self, id: &RecordingId) -> io::Result<PathBuf> {
        match RecordingId::is_one(&id.0) {
            true => Ok(self.path.join(&id.0)),
            false => Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no name of a recording")),
        }
    }

    /// A new file; each under a name of its own until it is whole, so that of two for one recording none writes into the other.
    pub fn begin(&self, id: &RecordingId, most: u64) -> Result<Arrival, NotKept> {
        let to = self.path(id)?;
        let beside = self.path.join(format!("{}-{}{HALF}", id.0, Uuid::new_v4().simple()));
        let file = self.writing(NewFile::beside_as(&to, beside)?)?;
        Ok(Arrival { file, folder: self.path.clone(), begin: Vec::new(), audio: None, bytes: 0, most })
    }

    pub fn read(&self, id: &RecordingId) -> io::Result<Kept> {
        Kept::new(File::open(self.path(id)?)?, self.key.as_ref())
    }

    /// A new file with what is played of a recording; dropped before it takes its place, nothing of it stays.
    pub fn begin_played(&self, id: &RecordingId) -> Result<Writing, NotKept> {
        let beside = self.path.join(format!("{}-{}{HALF}", id.0, Uuid::new_v4().simple()));
        Ok(self.writing(NewFile::beside_as(&self.played(id)?, beside)?)?)
    }

    fn writing(&self, mut file: NewFile) -> io::Result<Writing> {
        let sealing = self.key.as_ref().map(|key| Sealing::begin(key, &mut file.file)).transpose()?;
        Ok(Writing { file, sealing })
    }

    /// It can be made anew: it need not outlive the power.
    pub fn read_played(&self, id: &RecordingId) -> io::Result<Kept> {
        Kept::new(File::open(self.played(id)?)?, self.key.as_ref())
    }

    fn played(&self, id: &RecordingId) -> io::Result<PathBuf> {
        let mut path = self.path(id)?.into_os_string();
        path.push(PLAYED);
        Ok(path.into())
    }

    pub fn is_there(&self, id: &RecordingId) -> bool {
        self.path(id).is_ok_and(|path| path.is_file())
    }

    pub fn delete(&self, id: &RecordingId) -> io::Result<()> {
        remove(&self.path(id)?)?;
        self.delete_played(id)?;
        folder::sync(&self.path)
    }

    pub fn delete_played(&self, id: &RecordingId) -> io::Result<()> {
        remove(&self.played(id)?)
    }

    /// Takes away what never became whole, and answers the names of what is.
    pub fn whole(&self) -> io::Result<Vec<RecordingId>> {
        let mut whole = Vec::new();
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            if name.ends_with(HALF) {
                fs::remove_file(entry.path())?;
            } else if RecordingId::is_one(&name) {
                whole.push(RecordingId(name));
            } else if let Some(id) = name.strip_suffix(PLAYED).map(|id| RecordingId(id.to_owned())) {
                // Without its recording it is nobody's.
                if RecordingId::is_one(&id.0) && !self.is_there(&id) {
                    fs::remove_file(entry.path())?;
                }
            }
        }
        Ok(whole)
    }
}

fn remove(path: &Path) -> io::Result<()> {
    match own_files::remove(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

/// A new file, sealed where the folder's are.
pub(super) struct Writing {
    file: NewFile,
    sealing: Option<Sealing>,
}

impl Writing {
    /// A file of somebody else's, as it is.
    pub fn outside(to: &Path) -> io::Result<Self> {
        Ok(Self { file: NewFile::beside(to)?, sealing: None })
    }

    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.sealing {
            Some(sealing) => sealing.write(bytes, &mut self.file.file),
            None => self.file.file.write_all(bytes),
        }
    }

    /// All of it, flushed to the disk, and then under its name.
    pub fn take_its_place(self) -> io::Result<()> {
        self.whole()?.take_its_place()
    }

    /// The same for what may be lost with the power.
    pub fn take_its_place_unflushed(self) -> io::Result<()> {
        self.whole()?.take_its_place_unflushed()
    }

    fn whole(self) -> io::Result<NewFile> {
        let Self { mut file, sealing } = self;
        if let Some(sealing) = sealing {
            sealing.finish(&mut file.file)?;
        }
        Ok(file)
    }
}

/// A recording's file while it is written. Dropped before [`Arrival::finish`], nothing of it stays. Blocks.
pub struct Arrival {
    file: Writing,
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
        self.file.write(more)?;
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

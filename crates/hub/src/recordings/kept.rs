//! Reading a recording's file.

use super::seal::{Opening, SealKey, Sealed};
use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
};

/// A file of ours, open to be read anywhere, sealed or not. Blocks.
pub struct Kept(Way);

enum Way {
    /// As it stands there, with its length.
    Open(File, u64),
    Sealed(Box<Opening>),
}

impl Kept {
    /// What an earlier version kept, or a hub without a key, is not sealed, and is read as it is.
    pub(super) fn new(mut file: File, key: Option<&SealKey>) -> io::Result<Self> {
        if Opening::is_sealed(&mut file)? {
            let key = key.ok_or(Sealed::NoKey)?;
            return Ok(Self(Way::Sealed(Box::new(Opening::new(key, file)?))));
        }
        let bytes = file.metadata()?.len();
        Ok(Self(Way::Open(file, bytes)))
    }

    /// Of the audio.
    pub fn bytes(&self) -> u64 {
        match &self.0 {
            Way::Open(_, bytes) => *bytes,
            Way::Sealed(opening) => opening.bytes(),
        }
    }

    /// The bytes from one on, as many as there is room for; they must be there.
    pub fn read_at(&mut self, at: u64, into: &mut [u8]) -> io::Result<()> {
        match &mut self.0 {
            Way::Open(file, _) => {
                file.seek(SeekFrom::Start(at))?;
                file.read_exact(into)
            }
            Way::Sealed(opening) => opening.read_at(at, into),
        }
    }

    /// The same, as far as there are any.
    pub(super) fn read_up_to(&mut self, at: u64, into: &mut [u8]) -> io::Result<usize> {
        let there = usize::try_from(self.bytes().saturating_sub(at)).unwrap_or(usize::MAX).min(into.len());
        self.read_at(at, &mut into[..there])?;
        Ok(there)
    }
}

//! Reading a recording's file.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
};

/// A file of ours, open to be read anywhere. Blocks.
pub struct Kept {
    file: File,
    bytes: u64,
}

impl Kept {
    pub(super) fn new(file: File) -> io::Result<Self> {
        let bytes = file.metadata()?.len();
        Ok(Self { file, bytes })
    }

    /// Of the audio.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The bytes from one on, as many as there is room for; they must be there.
    pub fn read_at(&mut self, at: u64, into: &mut [u8]) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(at))?;
        self.file.read_exact(into)
    }

    /// The same, as far as there are any.
    pub(super) fn read_up_to(&mut self, at: u64, into: &mut [u8]) -> io::Result<usize> {
        let there = usize::try_from(self.bytes.saturating_sub(at)).unwrap_or(usize::MAX).min(into.len());
        self.read_at(at, &mut into[..there])?;
        Ok(there)
    }
}

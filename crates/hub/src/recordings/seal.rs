//! Recordings on the disk so that nobody reads them who has the disk alone.
//!
//! A sealed file begins with a head: a magic word, a salt of its own and the beginning of its nonces. Its pieces of 64 KiB follow,
//! each sealed by ChaCha20-Poly1305 with its number and whether it is the last (the STREAM construction), so that none can be changed,
//! moved, left out or taken from another file. Any of them is opened by itself, whole, before a byte of it leaves. The key of each file
//! is derived from the one of the settings and the file's salt (HKDF-SHA-256).
//!
//! This is the one file that knows how.

use chacha20poly1305::{
    ChaCha20Poly1305, Key, KeyInit, Nonce,
    aead::{Aead, Payload},
};
use hkdf::Hkdf;
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use std::{
    fmt,
    fs::File,
    io::{self, Read, Seek, SeekFrom, Write},
    sync::Arc,
};

const MAGIC: &[u8; 4] = b"RCe1";
const SALT: usize = 32;
const PREFIX: usize = 7;
const HEAD: usize = MAGIC.len() + SALT + PREFIX;
const PIECE: usize = 64 * 1024;
const TAG: usize = 16;
const SEALED_PIECE: usize = PIECE + TAG;
/// What the keys of files are for, and nothing else.
const PURPOSE: &[u8] = b"ringcard recordings 1";

/// What recordings are sealed with.
#[derive(Clone)]
pub struct SealKey(Arc<SecretString>);

impl SealKey {
    pub fn new(secret: SecretString) -> Self {
        Self(Arc::new(secret))
    }
}

impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealKey")
    }
}

/// Why a sealed file is not read. It stands in an [`io::Error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Sealed {
    #[error("the recording is sealed, and the hub has no key: [recordings] key says where it is kept")]
    NoKey,
    #[error("the recording is sealed with another key, or was changed")]
    NotOpened,
}

impl Sealed {
    /// Whether that is why.
    pub fn of(error: &io::Error) -> Option<Self> {
        error.get_ref()?.downcast_ref().copied()
    }
}

impl From<Sealed> for io::Error {
    fn from(sealed: Sealed) -> Self {
        Self::other(sealed)
    }
}

/// One file's own.
struct OfFile {
    cipher: ChaCha20Poly1305,
    head: [u8; HEAD],
}

impl OfFile {
    fn new(key: &SealKey, head: [u8; HEAD]) -> Self {
        let mut own = [0; 32];
        let salt = &head[MAGIC.len()..MAGIC.len() + SALT];
        Hkdf::<Sha256>::new(Some(salt), key.0.expose_secret().as_bytes())
            .expand(PURPOSE, &mut own)
            .expect("BUG: 32 bytes are no more than it gives");
        Self { cipher: ChaCha20Poly1305::new(&Key::from(own)), head }
    }

    fn nonce(&self, number: u32, is_last: bool) -> Nonce {
        let mut nonce = [0; 12];
        nonce[..PREFIX].copy_from_slice(&self.head[MAGIC.len() + SALT..]);
        nonce[PREFIX..11].copy_from_slice(&number.to_be_bytes());
        nonce[11] = u8::from(is_last);
        Nonce::from(nonce)
    }

    fn seal(&self, number: u32, is_last: bool, piece: &[u8]) -> Vec<u8> {
        let payload = Payload { msg: piece, aad: &self.head };
        self.cipher.encrypt(&self.nonce(number, is_last), payload).expect("BUG: a piece is short enough to be sealed")
    }

    fn open(&self, number: u32, is_last: bool, sealed: &[u8]) -> Result<Vec<u8>, Sealed> {
        let payload = Payload { msg: sealed, aad: &self.head };
        self.cipher.decrypt(&self.nonce(number, is_last), payload).map_err(|_| Sealed::NotOpened)
    }
}

/// Seals what is written to a file.
pub(super) struct Sealing {
    of_file: OfFile,
    /// The piece that is not full.
    piece: Vec<u8>,
    number: u32,
}

impl Sealing {
    pub fn begin(key: &SealKey, into: &mut File) -> io::Result<Self> {
        let mut head = [0; HEAD];
        head[..MAGIC.len()].copy_from_slice(MAGIC);
        getrandom::fill(&mut head[MAGIC.len()..]).map_err(io::Error::other)?;
        into.write_all(&head)?;
        Ok(Self { of_file: OfFile::new(key, head), piece: Vec::with_capacity(PIECE), number: 0 })
    }

    pub fn write(&mut self, mut more: &[u8], into: &mut File) -> io::Result<()> {
        while !more.is_empty() {
            // The last one is sealed as such: a full one waits until it is known that there is more.
            if self.piece.len() == PIECE {
                into.write_all(&self.of_file.seal(self.number, false, &self.piece))?;
                self.piece.clear();
                self.number = self.number.checked_add(1).ok_or(io::ErrorKind::FileTooLarge)?;
            }
            let (now, later) = more.split_at(more.len().min(PIECE - self.piece.len()));
            self.piece.extend_from_slice(now);
            more = later;
        }
        Ok(())
    }

    pub fn finish(self, into: &mut File) -> io::Result<()> {
        into.write_all(&self.of_file.seal(self.number, true, &self.piece))
    }
}

/// A sealed file, open to be read anywhere.
pub(super) struct Opening {
    of_file: OfFile,
    file: File,
    /// Of what is sealed.
    bytes: u64,
    pieces: u32,
    /// The piece that was opened last.
    last: Option<(u32, Vec<u8>)>,
}

impl Opening {
    /// Whether a file is sealed, by its first bytes.
    pub fn is_sealed(file: &mut File) -> io::Result<bool> {
        let mut begin = [0; MAGIC.len()];
        file.seek(SeekFrom::Start(0))?;
        match file.read_exact(&mut begin) {
            Ok(()) => Ok(begin == *MAGIC),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
            Err(error) => Err(error),
        }
    }

    pub fn new(key: &SealKey, mut file: File) -> io::Result<Self> {
        let mut head = [0; HEAD];
        file.seek(SeekFrom::Start(0))?;
        file.read_exact(&mut head).map_err(|_| Sealed::NotOpened)?;
        let sealed = file.metadata()?.len() - HEAD as u64;
        let pieces = sealed.div_ceil(SEALED_PIECE as u64);
        let bytes = sealed.checked_sub(pieces * TAG as u64).filter(|_| pieces > 0).ok_or(Sealed::NotOpened)?;
        let pieces = u32::try_from(pieces).map_err(|_| Sealed::NotOpened)?;
        let mut opening = Self { of_file: OfFile::new(key, head), file, bytes, pieces, last: None };
        // A wrong key, and a file that was cut, are seen here: the last one opens as the last.
        opening.piece(pieces - 1)?;
        Ok(opening)
    }

    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    pub fn read_at(&mut self, mut at: u64, mut into: &mut [u8]) -> io::Result<()> {
        while !into.is_empty() {
            if at >= self.bytes {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let number = u32::try_from(at / PIECE as u64).map_err(|_| Sealed::NotOpened)?;
            let from = usize::try_from(at % PIECE as u64).map_err(|_| Sealed::NotOpened)?;
            let piece = self.piece(number)?;
            let there = piece.get(from..).filter(|there| !there.is_empty()).ok_or(io::ErrorKind::UnexpectedEof)?;
            let count = there.len().min(into.len());
            let (now, later) = into.split_at_mut(count);
            now.copy_from_slice(&there[..count]);
            into = later;
            at += count as u64;
        }
        Ok(())
    }

    fn piece(&mut self, number: u32) -> io::Result<&[u8]> {
        if self.last.as_ref().is_none_or(|(last, _)| *last != number) {
            let at = HEAD as u64 + u64::from(number) * SEALED_PIECE as u64;
            let is_last = number + 1 == self.pieces;
            let left = self.bytes - u64::from(number) * PIECE as u64;
            let size = usize::try_from(left).unwrap_or(PIECE).min(PIECE) + TAG;
            let mut sealed = vec![0; size];
            self.file.seek(SeekFrom::Start(at))?;
            self.file.read_exact(&mut sealed)?;
            self.last = Some((number, self.of_file.open(number, is_last, &sealed)?));
        }
        Ok(self.last.as_ref().map_or(&[], |(_, piece)| piece))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn key(text: &str) -> SealKey {
        SealKey::new(text.to_owned().into())
    }

    fn sealed(bytes: &[u8]) -> Vec<u8> {
        let mut file = tempfile::tempfile().expect("a file");
        let mut sealing = Sealing::begin(&key("one"), &mut file).expect("it begins");
        bytes.chunks(1000).for_each(|piece| sealing.write(piece, &mut file).expect("written"));
        sealing.finish(&mut file).expect("written");
        let mut all = Vec::new();
        file.seek(SeekFrom::Start(0)).expect("a file");
        file.read_to_end(&mut all).expect("a file");
        all
    }

    fn open(sealed: &[u8], with: &str) -> io::Result<Opening> {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("sealed");
        fs::write(&path, sealed).expect("written");
        Opening::new(&key(with), File::open(path).expect("a file"))
    }

    #[test]
    fn what_was_sealed_is_read_from_any_byte_on() {
        for length in [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 7] {
            let bytes: Vec<u8> = (0..length).map(|at| (at * 7 + at / 251) as u8).collect();
            let sealed = sealed(&bytes);
            assert!(length < 16 || !sealed.windows(16).any(|part| part == &bytes[..16]), "it is not readable");
            let mut opening = open(&sealed, "one").expect("it opens");
            assert_eq!(opening.bytes(), length as u64);
            for from in [0, 1, length / 2, PIECE - 1, PIECE, length.saturating_sub(1)] {
                for count in [0, 1, 100, PIECE + 1] {
                    let mut into = vec![0; count];
                    let read = opening.read_at(from as u64, &mut into);
                    match bytes.get(from..from + count) {
                        Some(expected) => assert!(read.is_ok() && into == expected, "{length}: {count} from {from}"),
                        None => assert!(count == 0 || read.is_err(), "{length}: {count} from {from}"),
                    }
                }
            }
        }
    }

    #[test]
    fn what_was_changed_cut_or_sealed_with_another_key_is_not_read() {
        let bytes = vec![9; 2 * PIECE + 100];
        let whole = sealed(&bytes);
        let read = |sealed: &[u8], with: &str| {
            let mut into = vec![0; bytes.len()];
            open(sealed, with).and_then(|mut opening| opening.read_at(0, &mut into)).map(|()| into)
        };
        assert!(read(&whole, "one").is_ok_and(|read| read == bytes));
        let failure = read(&whole, "another").expect_err("it is another key");
        assert_eq!(Sealed::of(&failure), Some(Sealed::NotOpened));
        for at in [0, 4, 40, HEAD, HEAD + PIECE, HEAD + SEALED_PIECE + 5, whole.len() - 1] {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            assert!(at == 0 || read(&changed, "one").is_err(), "{at}");
        }
        for end in [HEAD, HEAD + 3, HEAD + SEALED_PIECE, HEAD + 2 * SEALED_PIECE, whole.len() - 1] {
            assert!(read(&whole[..end], "one").is_err(), "{end}");
        }
        // Two pieces in each other's place
        let mut moved = whole.clone();
        moved[HEAD..HEAD + 2 * SEALED_PIECE].rotate_left(SEALED_PIECE);
        assert!(read(&moved, "one").is_err());
    }
}

//! Reading a file as UTF-8, whatever letters it is in.

use super::{alphabets, letters::Letters};
use encoding_rs::{Decoder, Encoding, UTF_8};
use std::{
    io::{self, Read},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// Read at once.
const RAW: usize = 32 << 10;

/// Reads any of these as UTF-8, without the byte order mark. What was broken UTF-8 stays broken, to be refused row by
/// row; in other encodings what has no meaning becomes U+FFFD.
pub(super) struct AsUtf8<R> {
    input: R,
    skip: usize,
    way: Way,
    decoded: Vec<u8>,
    given: usize,
    ended: bool,
}

enum Way {
    AsItIs,
    Decoded(Decoder),
    /// Word by word: UTF-8, or else these letters. With what was read of a word that goes on.
    Mixed {
        other: &'static Encoding,
        begun: Vec<u8>,
    },
}

impl<R: Read> AsUtf8<R> {
    pub fn new(input: R, letters: Letters) -> Self {
        let way = match letters.mixed {
            Some(other) => Way::Mixed { other, begun: Vec::new() },
            None if letters.encoding == UTF_8 => Way::AsItIs,
            None => Way::Decoded(letters.encoding.new_decoder_without_bom_handling()),
        };
        Self { input, skip: letters.mark, way, decoded: Vec::new(), given: 0, ended: false }
    }

    fn skip_mark(&mut self) -> io::Result<()> {
        while self.skip > 0 {
            let mut mark = [0; 4];
            let most = self.skip.min(mark.len());
            match self.input.read(&mut mark[..most])? {
                0 => self.skip = 0,
                read => self.skip -= read,
            }
        }
        Ok(())
    }
}

impl<R: Read> Read for AsUtf8<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.skip_mark()?;
        if matches!(self.way, Way::AsItIs) {
            return self.input.read(out);
        }
        while self.given == self.decoded.len() && !self.ended {
            let mut raw = [0; RAW];
            let read = self.input.read(&mut raw)?;
            self.ended = read == 0;
            self.given = 0;
            match &mut self.way {
                Way::AsItIs => {}
                Way::Decoded(decoder) => {
                    let room = decoder.max_utf8_buffer_length(read).unwrap_or(RAW * 4);
                    self.decoded.resize(room, 0);
                    let (_, _, written, _) = decoder.decode_to_utf8(&raw[..read], &mut self.decoded, self.ended);
                    self.decoded.truncate(written);
                }
                Way::Mixed { other, begun } => {
                    self.decoded.clear();
                    begun.extend_from_slice(&raw[..read]);
                    let end = begun.iter().rposition(|byte| !alphabets::is_of_word(*byte)).map_or(0, |at| at + 1);
                    // A word of so many letters is none.
                    let end = if self.ended || begun.len() > 2 * RAW { begun.len() } else { end };
                    word_by_word(&begun[..end], other, &mut self.decoded);
                    begun.drain(..end);
                }
            }
        }
        let given = out.len().min(self.decoded.len() - self.given);
        out[..given].copy_from_slice(&self.decoded[self.given..self.given + given]);
        self.given += given;
        Ok(given)
    }
}

/// Words that are no UTF-8 are read as the `other` letters; those with whole letters of UTF-8 in them are damaged, and
/// stay so.
fn word_by_word(bytes: &[u8], other: &'static Encoding, out: &mut Vec<u8>) {
    if std::str::from_utf8(bytes).is_ok() {
        return out.extend_from_slice(bytes);
    }
    for part in bytes.chunk_by(|one, next| alphabets::is_of_word(*one) == alphabets::is_of_word(*next)) {
        if std::str::from_utf8(part).is_ok() || alphabets::has_utf8_letters(part) {
            out.extend_from_slice(part);
        } else {
            out.extend_from_slice(other.decode_without_bom_handling(part).0.as_bytes());
        }
    }
}

/// Says how far a file was read.
pub(super) struct Counted<R> {
    input: R,
    read: Arc<AtomicU64>,
}

impl<R> Counted<R> {
    pub fn new(input: R) -> (Self, Arc<AtomicU64>) {
        let read = Arc::new(AtomicU64::new(0));
        (Self { input, read: read.clone() }, read)
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(out)?;
        self.read.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

//! Which letters a file is written in, and reading it as UTF-8 whatever they are.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};
use std::{
    io::{self, Read},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// Letters beyond ASCII that are shown to the guesser; it knows long before.
const ENOUGH_TO_GUESS: u64 = 4 << 20;

/// One broken sequence in so many whole ones: a damaged UTF-8 file rather than another encoding.
const WHOLE_PER_BROKEN: u64 = 20;

/// Looks at a file piece by piece.
pub(super) struct Survey {
    head: Vec<u8>,
    guesser: EncodingDetector,
    shown: u64,
    whole: u64,
    broken: u64,
    /// The beginning of a UTF-8 sequence at the end of the last piece.
    begun: Vec<u8>,
}

/// What a file is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Letters {
    pub encoding: &'static Encoding,
    /// Bytes of a byte order mark in front.
    pub mark: usize,
    /// UTF-8 with some broken places.
    pub damaged: bool,
}

/// What is no text at all, with what to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum NoText {
    #[error("it is an Excel workbook: save it there as “CSV UTF-8” and import that file")]
    Workbook,
    #[error("it is a PDF: export the customers as CSV or vCard and import that file")]
    Pdf,
    #[error("it is no text file: export the customers as CSV or vCard and import that file")]
    Binary,
    #[error("it is empty")]
    Empty,
}

impl Survey {
    pub fn new() -> Self {
        Self {
            head: Vec::new(),
            guesser: EncodingDetector::new(Iso2022JpDetection::Deny),
            shown: 0,
            whole: 0,
            broken: 0,
            begun: Vec::new(),
        }
    }

    pub fn look_at(&mut self, piece: &[u8]) {
        const HEAD: usize = 64 << 10;
        let room = HEAD.saturating_sub(self.head.len()).min(piece.len());
        self.head.extend_from_slice(&piece[..room]);
        if piece.is_ascii() && self.begun.is_empty() {
            return;
        }
        if self.shown < ENOUGH_TO_GUESS {
            self.guesser.feed(piece, false);
            self.shown += piece.len() as u64;
        }
        let mut bytes = std::mem::take(&mut self.begun);
        bytes.extend_from_slice(piece);
        let mut rest = bytes.as_slice();
        loop {
            match std::str::from_utf8(rest) {
                Ok(text) => {
                    self.whole += beyond_ascii(text);
                    return;
                }
                Err(error) => {
                    let (good, bad) = rest.split_at(error.valid_up_to());
                    self.whole += std::str::from_utf8(good).map_or(0, beyond_ascii);
                    match error.error_len() {
                        Some(length) => {
                            self.broken += 1;
                            rest = &bad[length..];
                        }
                        None => {
                            self.begun = bad.to_vec();
                            return;
                        }
                    }
                }
            }
        }
    }

    /// `country` (`HU`) helps to tell the one-byte encodings apart; `ended`: there is no more to come.
    pub fn conclude(mut self, country: &str, ended: bool) -> Result<Letters, NoText> {
        if ended && !self.begun.is_empty() {
            self.broken += 1;
        }
        let letters = |encoding, mark| Letters { encoding, mark, damaged: false };
        if let Some((encoding, mark)) = Encoding::for_bom(&self.head) {
            let damaged = encoding == UTF_8 && self.broken > 0;
            return Ok(Letters { damaged, ..letters(encoding, mark) });
        }
        match self.head.as_slice() {
            [] => return Err(NoText::Empty),
            [b'P', b'K', 3, 4, ..] | [0xd0, 0xcf, 0x11, 0xe0, ..] => return Err(NoText::Workbook),
            [b'%', b'P', b'D', b'F', b'-', ..] => return Err(NoText::Pdf),
            _ => {}
        }
        if let Some(encoding) = unmarked_utf16(&self.head) {
            return Ok(letters(encoding, 0));
        }
        if self.head.contains(&0) {
            return Err(NoText::Binary);
        }
        if self.broken == 0 {
            return Ok(letters(UTF_8, 0));
        }
        if self.whole > self.broken * WHOLE_PER_BROKEN {
            return Ok(Letters { damaged: true, ..letters(UTF_8, 0) });
        }
        self.guesser.feed(&[], true);
        let country = country.to_ascii_lowercase();
        let country = Some(country.as_bytes()).filter(|id| id.len() == 2 && id.iter().all(u8::is_ascii_lowercase));
        Ok(letters(self.guesser.guess(country, Utf8Detection::Deny), 0))
    }
}

fn beyond_ascii(text: &str) -> u64 {
    if text.is_ascii() { 0 } else { text.chars().filter(|letter| !letter.is_ascii()).count() as u64 }
}

/// Western text in UTF-16 has a zero in every other byte.
fn unmarked_utf16(head: &[u8]) -> Option<&'static Encoding> {
    let pairs = head.len() / 2;
    let zeros = |at: usize| head.chunks_exact(2).filter(|pair| pair[at] == 0).count();
    let (first, second) = (zeros(0), zeros(1));
    let most = |many: usize, few: usize| pairs > 0 && many * 10 > pairs * 7 && few * 10 < pairs;
    if most(second, first) {
        Some(UTF_16LE)
    } else if most(first, second) {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// Reads any of these as UTF-8, without the byte order mark. What was broken UTF-8 stays broken, to be refused row by
/// row; in other encodings what has no meaning becomes U+FFFD.
pub(super) struct AsUtf8<R> {
    input: R,
    skip: usize,
    decoder: Option<Decoder>,
    decoded: Vec<u8>,
    given: usize,
    ended: bool,
}

impl<R: Read> AsUtf8<R> {
    pub fn new(input: R, letters: Letters) -> Self {
        let decoder = (letters.encoding != UTF_8).then(|| letters.encoding.new_decoder_without_bom_handling());
        Self { input, skip: letters.mark, decoder, decoded: Vec::new(), given: 0, ended: false }
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
        const RAW: usize = 32 << 10;
        self.skip_mark()?;
        let Some(decoder) = &mut self.decoder else { return self.input.read(out) };
        while self.given == self.decoded.len() && !self.ended {
            let mut raw = [0; RAW];
            let read = self.input.read(&mut raw)?;
            self.ended = read == 0;
            let room = decoder.max_utf8_buffer_length(read).unwrap_or(RAW * 4);
            self.decoded.resize(room, 0);
            let (_, _, written, _) = decoder.decode_to_utf8(&raw[..read], &mut self.decoded, self.ended);
            self.decoded.truncate(written);
            self.given = 0;
        }
        let given = out.len().min(self.decoded.len() - self.given);
        out[..given].copy_from_slice(&self.decoded[self.given..self.given + given]);
        self.given += given;
        Ok(given)
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

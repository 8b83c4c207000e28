//! From what a recording is kept as to what is played of it: 16-bit PCM, and how loud it is.
//!
//! Whatever is read here is somebody else's file: nothing in it is believed, and whatever it says, the work is bounded.

mod decode;
mod gsm;
mod law;
mod others;
mod wav;
mod waveform;

pub(super) use wav::head;
pub(super) use waveform::Waveform;

use super::{NotHere, NotKept, kept::Kept};
use ringcard_core::recording::AudioKind;
use std::io;
use thiserror::Error;
use wav::{Coding, Wav};

/// Of a file, so much is in memory at once.
const PIECE: usize = 64 * 1024;
/// Of what is played there is no more: eighteen hours of a telephone's sound.
const MOST: u64 = 1024 * 1024 * 1024;
/// Times in a row that nothing came of what was read.
const MOST_IN_VAIN: u32 = 10_000;

/// Why a recording that is kept cannot be played.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NotPlayable {
    #[error("The recording cannot be played: its coding is not known here ({0})")]
    Coding(String),
    #[error("The recording cannot be played: the file is damaged ({0})")]
    Damaged(&'static str),
    #[error("The recording cannot be played: it is longer than is played")]
    TooLong,
    #[error("The recording could not be read: {0}")]
    Unreadable(String),
}

impl From<io::Error> for NotPlayable {
    fn from(error: io::Error) -> Self {
        Self::Unreadable(error.to_string())
    }
}

/// Samples of 16 bits, and where they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Samples {
    /// The first of them in its file.
    pub at: u64,
    pub bytes: u64,
    pub channels: u16,
    pub sample_rate: u32,
    pub waveform: Waveform,
    /// They are in a file of their own.
    pub is_converted: bool,
}

/// The samples that a recording's own file has, where it is what is played anyway.
pub(super) fn as_it_is(kind: AudioKind, kept: &mut Kept) -> Result<Option<Samples>, NotPlayable> {
    if kind != AudioKind::WavPcm {
        return Ok(None);
    }
    let wav = Wav::read(kept)?;
    if (wav.coding, wav.bits) != (Coding::Pcm, 16) || !(1..=2).contains(&wav.channels) {
        return Ok(None);
    }
    let frame = 2 * u64::from(wav.channels);
    let bytes = wav.bytes / frame * frame;
    let mut waveform = waveform::Making::new(wav.channels);
    let mut piece = vec![0; PIECE];
    let mut done = 0;
    while done < bytes {
        let most = usize::try_from(bytes - done).unwrap_or(PIECE).min(PIECE);
        kept.read_at(wav.at + done, &mut piece[..most])?;
        waveform.add_bytes(&piece[..most]);
        done += most as u64;
    }
    let (channels, sample_rate) = (wav.channels, wav.sample_rate);
    Ok(Some(Samples { at: wav.at, bytes, channels, sample_rate, waveform: waveform.finish(), is_converted: false }))
}

/// Writes the samples of a recording that is written in another way, from the beginning of a file of their own.
pub(super) fn convert(
    kind: AudioKind,
    kept: Kept,
    mut write: impl FnMut(&[u8]) -> io::Result<()>,
) -> Result<Samples, NotHere> {
    let mut source = decode::source(kind, kept)?;
    let (channels, sample_rate) = (source.channels(), source.sample_rate());
    if !(wav::LOWEST_RATE..=wav::HIGHEST_RATE).contains(&sample_rate) {
        return Err(NotPlayable::Damaged("its head").into());
    }
    let mut waveform = waveform::Making::new(channels);
    let (mut samples, mut bytes, mut in_vain) = (Vec::new(), 0_u64, 0);
    while source.more(&mut samples)? {
        in_vain = if samples.is_empty() { in_vain + 1 } else { 0 };
        if in_vain > MOST_IN_VAIN {
            return Err(NotPlayable::Damaged("in the middle").into());
        }
        if samples.len() * 2 < PIECE {
            continue;
        }
        bytes += put(&mut samples, &mut waveform, &mut write)?;
        if bytes > MOST {
            return Err(NotPlayable::TooLong.into());
        }
    }
    bytes += put(&mut samples, &mut waveform, &mut write)?;
    if bytes == 0 {
        return Err(NotPlayable::Damaged("no audio in it").into());
    }
    Ok(Samples { at: 0, bytes, channels, sample_rate, waveform: waveform.finish(), is_converted: true })
}

fn put(
    samples: &mut Vec<i16>,
    waveform: &mut waveform::Making,
    write: &mut impl FnMut(&[u8]) -> io::Result<()>,
) -> Result<u64, NotKept> {
    waveform.add(samples);
    let bytes: Vec<u8> = samples.drain(..).flat_map(i16::to_le_bytes).collect();
    write(&bytes)?;
    Ok(bytes.len() as u64)
}

#[cfg(test)]
mod tests;

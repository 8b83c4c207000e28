//! The chunks of a WAV: how it is written, and where.

use super::{super::kept::Kept, NotPlayable};
use ringcard_core::recording::Playable;

/// Chunks that are looked at before the one with the audio.
const MOST_CHUNKS: usize = 64;
/// Of the chunk that says how it is written, more is not needed.
const FORMAT: usize = 40;
pub(super) const LOWEST_RATE: u32 = 2000;
pub(super) const HIGHEST_RATE: u32 = 192_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    Pcm,
    ALaw,
    MuLaw,
    /// Blocks of 65 bytes: two frames of GSM 06.10.
    Gsm,
    Other(u16),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wav {
    pub coding: Coding,
    pub channels: u16,
    pub sample_rate: u32,
    pub bits: u16,
    /// The first byte of the audio, and how many there are. A WAV that was cut, or written by somebody who did not know its
    /// length yet, has what is there.
    pub at: u64,
    pub bytes: u64,
    /// Fewer than its head says.
    pub is_cut: bool,
}

impl Wav {
    pub fn read(kept: &mut Kept) -> Result<Self, NotPlayable> {
        let mut at = 12_u64;
        let mut format = None;
        for _ in 0..MOST_CHUNKS {
            let mut head = [0; 8];
            if kept.read_up_to(at, &mut head)? < head.len() {
                break;
            }
            let [n0, n1, n2, n3, s0, s1, s2, s3] = head;
            let size = u64::from(u32::from_le_bytes([s0, s1, s2, s3]));
            at += 8;
            match &[n0, n1, n2, n3] {
                b"fmt " => {
                    let mut body = [0; FORMAT];
                    let there = kept.read_up_to(at, &mut body)?.min(usize::try_from(size).unwrap_or(FORMAT));
                    format = Some(Format::of(&body[..there]).ok_or(NotPlayable::Damaged("its head"))?);
                }
                b"data" => {
                    let format = format.ok_or(NotPlayable::Damaged("its head"))?;
                    let there = kept.bytes().saturating_sub(at);
                    // Whoever writes on the fly leaves it open.
                    let is_open = size == 0 || size == u64::from(u32::MAX);
                    let bytes = if is_open { there } else { size.min(there) };
                    return Ok(format.with(at, bytes, !is_open && size > there));
                }
                _ => {}
            }
            // A chunk of an odd size is filled up.
            at += size + size % 2;
        }
        Err(NotPlayable::Damaged("no audio in it"))
    }
}

struct Format {
    coding: Coding,
    channels: u16,
    sample_rate: u32,
    bits: u16,
}

impl Format {
    fn of(body: &[u8]) -> Option<Self> {
        let word = |at: usize| Some(u16::from_le_bytes(*body.get(at..)?.first_chunk()?));
        let sample_rate = u32::from_le_bytes(*body.get(4..)?.first_chunk()?);
        // The coding stands behind, then.
        let tag = match word(0)? {
            0xfffe => word(24)?,
            tag => tag,
        };
        let coding = match tag {
            1 => Coding::Pcm,
            6 => Coding::ALaw,
            7 => Coding::MuLaw,
            0x31 => Coding::Gsm,
            other => Coding::Other(other),
        };
        let (channels, bits) = (word(2)?, word(14).unwrap_or(0));
        let is_possible = channels > 0 && (LOWEST_RATE..=HIGHEST_RATE).contains(&sample_rate);
        is_possible.then_some(Self { coding, channels, sample_rate, bits })
    }

    fn with(self, at: u64, bytes: u64, is_cut: bool) -> Wav {
        let Self { coding, channels, sample_rate, bits } = self;
        Wav { coding, channels, sample_rate, bits, at, bytes, is_cut }
    }
}

/// The head of the WAV that is played, before its samples.
pub(in crate::recordings) fn head(bytes: u64, channels: u16, sample_rate: u32) -> [u8; Playable::HEAD as usize] {
    let size = |bytes: u64| u32::try_from(bytes).unwrap_or(u32::MAX).to_le_bytes();
    let mut head = [0; Playable::HEAD as usize];
    let frame = 2 * channels;
    head[..4].copy_from_slice(b"RIFF");
    head[4..8].copy_from_slice(&size(bytes + Playable::HEAD - 8));
    head[8..16].copy_from_slice(b"WAVEfmt ");
    head[16..20].copy_from_slice(&16_u32.to_le_bytes());
    head[20..22].copy_from_slice(&1_u16.to_le_bytes());
    head[22..24].copy_from_slice(&channels.to_le_bytes());
    head[24..28].copy_from_slice(&sample_rate.to_le_bytes());
    head[28..32].copy_from_slice(&(sample_rate * u32::from(frame)).to_le_bytes());
    head[32..34].copy_from_slice(&frame.to_le_bytes());
    head[34..36].copy_from_slice(&16_u16.to_le_bytes());
    head[36..40].copy_from_slice(b"data");
    head[40..44].copy_from_slice(&size(bytes));
    head
}

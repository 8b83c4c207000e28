//! A recording's samples, whatever it is written in.

use super::{
    super::kept::Kept,
    NotPlayable, PIECE,
    gsm::{self, Gsm},
    law::{a_law, mu_law},
    others::Others,
    wav::{Coding, Wav},
};
use ringcard_core::recording::AudioKind;

/// Where samples come from, some at a time.
pub(super) trait Source: Send {
    fn channels(&self) -> u16;
    fn sample_rate(&self) -> u32;
    /// Appends the next ones, a whole frame after the other; `false` at the end.
    fn more(&mut self, into: &mut Vec<i16>) -> Result<bool, NotPlayable>;
}

pub(super) fn source(kind: AudioKind, mut kept: Kept) -> Result<Box<dyn Source>, NotPlayable> {
    match kind {
        AudioKind::WavPcm | AudioKind::WavALaw | AudioKind::WavMuLaw | AudioKind::WavGsm => {
            let wav = Wav::read(&mut kept)?;
            match (wav.coding, wav.bits) {
                (Coding::Gsm, _) => Ok(Box::new(Blocks { wav, kept, gsm: Gsm::default(), done: 0 })),
                (Coding::Pcm, 8 | 16 | 24 | 32) | (Coding::ALaw | Coding::MuLaw, 8) => {
                    Ok(Box::new(Plain { wav, kept, done: 0 }))
                }
                (coding, bits) => Err(NotPlayable::Coding(format!("{coding:?} of {bits} bits"))),
            }
        }
        AudioKind::WavOther | AudioKind::Mp3 | AudioKind::Ogg | AudioKind::M4a => {
            Ok(Box::new(Others::new(kind, kept)?))
        }
    }
}

/// Samples of some bytes each. Of more than two channels the first two are heard.
struct Plain {
    wav: Wav,
    kept: Kept,
    done: u64,
}

impl Source for Plain {
    fn channels(&self) -> u16 {
        self.wav.channels.min(2)
    }

    fn sample_rate(&self) -> u32 {
        self.wav.sample_rate
    }

    fn more(&mut self, into: &mut Vec<i16>) -> Result<bool, NotPlayable> {
        let each = usize::from(self.wav.bits / 8);
        let frame = each * usize::from(self.wav.channels);
        let left = usize::try_from(self.wav.bytes - self.done).unwrap_or(usize::MAX);
        let most = (PIECE.max(frame) / frame * frame).min(left / frame * frame);
        if most == 0 {
            return Ok(false);
        }
        let mut piece = vec![0; most];
        self.kept.read_at(self.wav.at + self.done, &mut piece)?;
        self.done += most as u64;
        let channels = usize::from(self.channels());
        for frame in piece.chunks_exact(frame) {
            into.extend(frame.chunks_exact(each).take(channels).map(|sample| match (self.wav.coding, sample) {
                (Coding::ALaw, [byte]) => a_law(*byte),
                (Coding::MuLaw, [byte]) => mu_law(*byte),
                // Eight bits have no sign.
                (_, [byte]) => (i16::from(*byte) - 128) << 8,
                (_, [.., low, high]) => i16::from_le_bytes([*low, *high]),
                (_, []) => 0,
            }));
        }
        Ok(true)
    }
}

struct Blocks {
    wav: Wav,
    kept: Kept,
    gsm: Gsm,
    done: u64,
}

impl Source for Blocks {
    fn channels(&self) -> u16 {
        1
    }

    fn sample_rate(&self) -> u32 {
        self.wav.sample_rate
    }

    fn more(&mut self, into: &mut Vec<i16>) -> Result<bool, NotPlayable> {
        let left = usize::try_from(self.wav.bytes - self.done).unwrap_or(usize::MAX);
        let most = (PIECE / gsm::BLOCK).min(left / gsm::BLOCK) * gsm::BLOCK;
        let mut piece = vec![0; most];
        self.kept.read_at(self.wav.at + self.done, &mut piece)?;
        self.done += most as u64;
        for block in piece.as_chunks::<{ gsm::BLOCK }>().0 {
            self.gsm.block(block, into);
        }
        Ok(most > 0)
    }
}

//! What audio is, by its first bytes. What a sender calls it counts for nothing.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// How a recording is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AudioKind {
    WavPcm,
    WavALaw,
    WavMuLaw,
    WavGsm,
    /// A WAV in another coding than the usual ones of telephone systems.
    WavOther,
    Mp3,
    /// Opus or Vorbis.
    Ogg,
    /// AAC in an MP4.
    M4a,
}

impl AudioKind {
    /// So many first bytes are enough for [`AudioKind::of`].
    pub const TELLING: usize = 4096;

    /// What these first bytes of a file are the beginning of; nothing where that is no audio we know.
    pub fn of(begin: &[u8]) -> Option<Self> {
        match begin {
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', chunks @ ..] => wav(chunks),
            [b'O', b'g', b'g', b'S', ..] => Some(Self::Ogg),
            [b'I', b'D', b'3', 2..=4, ..] => Some(Self::Mp3),
            [_, _, _, _, b'f', b't', b'y', b'p', ..] => Some(Self::M4a),
            [0xff, second, third, ..] if is_layer_three(*second, *third) => Some(Self::Mp3),
            _ => None,
        }
    }

    /// As HTTP names it.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::WavPcm | Self::WavALaw | Self::WavMuLaw | Self::WavGsm | Self::WavOther => "audio/wav",
            Self::Mp3 => "audio/mpeg",
            Self::Ogg => "audio/ogg",
            Self::M4a => "audio/mp4",
        }
    }
}

/// Chunk by chunk to the one that says the coding.
fn wav(mut chunks: &[u8]) -> Option<AudioKind> {
    loop {
        let (name, rest) = chunks.split_first_chunk::<4>()?;
        let (size, rest) = rest.split_first_chunk::<4>()?;
        if name == b"fmt " {
            let (tag, more) = rest.split_first_chunk::<2>()?;
            let tag = match u16::from_le_bytes(*tag) {
                // The tag stands in front of the subformat then.
                0xfffe => u16::from_le_bytes(*more.get(22..)?.first_chunk()?),
                tag => tag,
            };
            return Some(match tag {
                1 => AudioKind::WavPcm,
                6 => AudioKind::WavALaw,
                7 => AudioKind::WavMuLaw,
                0x31 => AudioKind::WavGsm,
                _ => AudioKind::WavOther,
            });
        }
        let size = usize::try_from(u32::from_le_bytes(*size)).ok()?;
        // A chunk of an odd size is filled up.
        chunks = rest.get(size.checked_add(size % 2)?..)?;
    }
}

/// A frame's head of MPEG audio, layer III, with a bit rate and a sample rate there are.
fn is_layer_three(second: u8, third: u8) -> bool {
    let version_is_there = second & 0b0001_1000 != 0b0000_1000;
    let is_layer_three = second & 0b1110_0110 == 0b1110_0010;
    let rates_are_there = third & 0xf0 != 0xf0 && third & 0x0c != 0x0c;
    version_is_there && is_layer_three && rates_are_there
}

#[cfg(test)]
mod tests {
    use super::*;

    fn riff(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
        let mut bytes = b"RIFF\0\0\0\0WAVE".to_vec();
        for (name, body) in chunks {
            bytes.extend_from_slice(*name);
            bytes.extend_from_slice(&u32::try_from(body.len()).expect("short").to_le_bytes());
            bytes.extend_from_slice(body);
            bytes.extend_from_slice(&vec![0; body.len() % 2]);
        }
        bytes
    }

    fn fmt(tag: u16) -> Vec<u8> {
        [&tag.to_le_bytes()[..], &[0; 14]].concat()
    }

    #[test]
    fn audio_is_known_by_its_first_bytes() {
        let extensible = [&0xfffe_u16.to_le_bytes()[..], &[0; 22], &6_u16.to_le_bytes(), &[0; 14]].concat();
        let cases: [(Vec<u8>, Option<AudioKind>); 19] = [
            (riff(&[(b"fmt ", &fmt(1))]), Some(AudioKind::WavPcm)),
            (riff(&[(b"LIST", b"odd"), (b"fmt ", &fmt(6))]), Some(AudioKind::WavALaw)),
            (riff(&[(b"fmt ", &fmt(7))]), Some(AudioKind::WavMuLaw)),
            (riff(&[(b"fmt ", &fmt(0x31))]), Some(AudioKind::WavGsm)),
            (riff(&[(b"fmt ", &fmt(2))]), Some(AudioKind::WavOther)),
            (riff(&[(b"fmt ", &extensible)]), Some(AudioKind::WavALaw)),
            (riff(&[(b"data", &[0; 64])]), None),
            (b"RIFF\0\0\0\0AVI LIST".to_vec(), None),
            (b"ID3\x04\0\0".to_vec(), Some(AudioKind::Mp3)),
            (vec![0xff, 0xfb, 0x90, 0x64], Some(AudioKind::Mp3)),
            (vec![0xff, 0xf3, 0x40, 0xc4], Some(AudioKind::Mp3)),
            // AAC without a container, no audio at all, and a rate there is not
            (vec![0xff, 0xf1, 0x50, 0x80], None),
            (vec![0xff, 0xff, 0xff, 0xff], None),
            (vec![0xff, 0xfb, 0xff, 0x64], None),
            (b"OggS\0\x02".to_vec(), Some(AudioKind::Ogg)),
            (b"\0\0\0\x20ftypM4A ".to_vec(), Some(AudioKind::M4a)),
            (b"<!doctype html>".to_vec(), None),
            (b"{\"error\":\"no such id\"}".to_vec(), None),
            (Vec::new(), None),
        ];
        for (bytes, kind) in cases {
            assert_eq!(AudioKind::of(&bytes), kind, "{bytes:?}");
        }
    }

    #[test]
    fn a_beginning_that_is_cut_anywhere_is_no_mistake_of_ours() {
        let whole = riff(&[(b"LIST", b"odd"), (b"fmt ", &fmt(1))]);
        for end in 0..whole.len() {
            let _ = AudioKind::of(&whole[..end]);
        }
        let endless = [&b"RIFF\0\0\0\0WAVEJUNK"[..], &u32::MAX.to_le_bytes(), &[0; 64]].concat();
        assert_eq!(AudioKind::of(&endless), None);
    }
}

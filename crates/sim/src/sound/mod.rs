//! A tone of any length in the codings recordings come in, made on the spot: the same A whatever it is written in.
//!
//! PCM and the two laws are computed. GSM, MP3 and Opus are put together from the frames of one second that lie beside this
//! package (`data/`): encoders of these would be far larger than what they are for here.

mod law;
mod ogg;

use serde::{Deserialize, Serialize};

/// Samples in a second.
const RATE: u32 = 8000;
/// What is heard: an A.
const HERTZ: f64 = 440.0;

/// 25 blocks of 65 bytes, each with two frames: 320 samples.
const GSM: &[u8] = include_bytes!("../../data/tone.gsm49");
const GSM_BLOCK: u16 = 65;
/// 16 frames of 576 samples.
const MP3: &[u8] = include_bytes!("../../data/tone.mp3");
/// An Ogg stream of one second.
const OPUS: &[u8] = include_bytes!("../../data/tone.opus");

/// How a recording is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Coding {
    /// WAV: 16 bits a sample
    #[default]
    Pcm,
    /// WAV: 8 bits by Europe's law
    Alaw,
    /// WAV: 8 bits by America's law
    Ulaw,
    /// WAV: GSM 06.10
    Gsm,
    Mp3,
    /// Ogg
    Opus,
}

impl Coding {
    pub const ALL: [Self; 6] = [Self::Pcm, Self::Alaw, Self::Ulaw, Self::Gsm, Self::Mp3, Self::Opus];

    /// As a web server calls it.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Mp3 => "audio/mpeg",
            Self::Opus => "audio/ogg",
            _ => "audio/x-wav",
        }
    }

    /// The end of a file's name.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Mp3 => "mp3",
            Self::Opus => "ogg",
            _ => "wav",
        }
    }
}

/// The tone, for so many seconds.
pub fn tone(coding: Coding, seconds: u32) -> Vec<u8> {
    let samples = || (0..seconds * RATE).map(sample);
    match coding {
        Coding::Pcm => wav(&format(1, RATE * 2, 2, 16), &samples().flat_map(i16::to_le_bytes).collect::<Vec<_>>()),
        Coding::Alaw => wav(&format(6, RATE, 1, 8), &samples().map(law::a).collect::<Vec<_>>()),
        Coding::Ulaw => wav(&format(7, RATE, 1, 8), &samples().map(law::mu).collect::<Vec<_>>()),
        Coding::Gsm => {
            let mut format = format(0x31, 1625, GSM_BLOCK, 0);
            format.extend_from_slice(&[2, 0, 64, 1]);
            wav(&format, &GSM.repeat(seconds as usize))
        }
        Coding::Mp3 => MP3.repeat(seconds as usize),
        Coding::Opus => ogg::repeated(OPUS, seconds),
    }
}

fn sample(at: u32) -> i16 {
    let angle = f64::from(at) * HERTZ * std::f64::consts::TAU / f64::from(RATE);
    (angle.sin() * 0.3 * f64::from(i16::MAX)) as i16
}

/// The chunk `fmt ` of a WAV.
fn format(coding: u16, bytes_in_a_second: u32, block: u16, bits: u16) -> Vec<u8> {
    let mut format = Vec::new();
    format.extend_from_slice(&coding.to_le_bytes());
    format.extend_from_slice(&1_u16.to_le_bytes());
    format.extend_from_slice(&RATE.to_le_bytes());
    format.extend_from_slice(&bytes_in_a_second.to_le_bytes());
    format.extend_from_slice(&block.to_le_bytes());
    format.extend_from_slice(&bits.to_le_bytes());
    format
}

fn wav(format: &[u8], data: &[u8]) -> Vec<u8> {
    let size = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX).to_le_bytes();
    // A chunk begins at an even place.
    let padding = data.len() % 2;
    let whole = 4 + 8 + format.len() + 8 + data.len() + padding;
    let mut wav = Vec::with_capacity(whole + 8);
    wav.extend_from_slice(b"RIFF");
    wav.extend_from_slice(&size(whole));
    wav.extend_from_slice(b"WAVEfmt ");
    wav.extend_from_slice(&size(format.len()));
    wav.extend_from_slice(format);
    wav.extend_from_slice(b"data");
    wav.extend_from_slice(&size(data.len()));
    wav.extend_from_slice(data);
    wav.resize(whole + 8, 0);
    wav
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_seconds_are_about_three_times_one() {
        for coding in Coding::ALL {
            let (one, three) = (tone(coding, 1).len(), tone(coding, 3).len());
            assert!(three > 2 * one && three <= 3 * one, "{coding:?}: {one} and {three} bytes");
        }
    }

    #[test]
    fn a_wav_says_how_long_it_is() {
        for coding in [Coding::Pcm, Coding::Alaw, Coding::Ulaw, Coding::Gsm] {
            let wav = tone(coding, 2);
            let size = u32::from_le_bytes(wav[4..8].try_into().expect("four bytes"));
            assert_eq!(wav.len(), size as usize + 8, "{coding:?}");
        }
    }
}

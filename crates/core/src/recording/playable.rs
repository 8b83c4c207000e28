//! A recording as it is played, whatever it is kept as.

use super::RecordingId;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use ts_rs::TS;
use utoipa::ToSchema;

/// What there is to be played of a recording: a WAV of 16-bit PCM, whose samples begin behind [`Playable::HEAD`] bytes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, ToSchema)]
pub struct Playable {
    pub recording: RecordingId,
    /// Of the whole WAV.
    #[ts(type = "number")]
    pub bytes: u64,
    pub seconds: f64,
    /// One or two; of two, each is a side of the call where the telephone system keeps them apart.
    pub channels: u16,
    pub sample_rate: u32,
    /// Of each channel how loud it is from the beginning to the end, 0 to 255: at most [`Playable::PEAKS`] of them.
    pub waveform: Vec<Vec<u8>>,
}

impl Playable {
    /// Bytes of the WAV's head.
    pub const HEAD: u64 = 44;
    /// Of a waveform.
    pub const PEAKS: usize = 1000;
    /// No more of a WAV is given at once.
    pub const MOST_AT_ONCE: u32 = 256 * 1024;
}

/// Bytes of audio; in a frame they are base64.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AudioBytes(pub Vec<u8>);

impl Serialize for AudioBytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for AudioBytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        STANDARD.decode(text).map(Self).map_err(|_| D::Error::custom("bytes as base64"))
    }
}

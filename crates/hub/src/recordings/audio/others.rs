//! What a library decodes: MP3, Vorbis, AAC, ADPCM by symphonia, and Opus by a decoder of its own. Nobody else knows either.
//!
//! A packet that is damaged is passed over, as players do; a file of which nothing can be decoded is said to be damaged. What a
//! library does that it should not (a panic) ends the conversion and nothing else: it runs on a thread that may.

use super::{super::kept::Kept, NotPlayable, decode::Source};
use opus_decoder::OpusDecoder;
use ringcard_core::recording::AudioKind;
use std::io::{self, Read, Seek, SeekFrom};
use symphonia::core::{
    audio::SampleBuffer,
    codecs::{CODEC_TYPE_NULL, CODEC_TYPE_OPUS, CodecParameters, Decoder, DecoderOptions},
    errors::Error,
    formats::{FormatOptions, FormatReader, Packet},
    io::{MediaSource, MediaSourceStream},
    meta::{Limit, MetadataOptions},
    probe::Hint,
};

/// Packets that can be damaged one after the other.
const MOST_DAMAGED: u32 = 1000;
/// Of pictures and texts in a file.
const MOST_ABOUT: usize = 1024 * 1024;

/// A file as the library reads it.
struct Reading {
    kept: Kept,
    at: u64,
}

impl Read for Reading {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.kept.read_up_to(self.at, into)?;
        self.at += read as u64;
        Ok(read)
    }
}

impl Seek for Reading {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(from) => self.kept.bytes().checked_add_signed(from),
            SeekFrom::Current(from) => self.at.checked_add_signed(from),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

impl MediaSource for Reading {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.kept.bytes())
    }
}

enum Codec {
    OfLibrary(Box<dyn Decoder>),
    Opus { decoder: Box<OpusDecoder>, to_skip: usize },
}

pub(super) struct Others {
    format: Box<dyn FormatReader>,
    track: u32,
    codec: Codec,
    channels: u16,
    sample_rate: u32,
    /// The samples of the packet by which it was found out how many channels there are.
    first: Vec<i16>,
    damaged: u32,
}

impl Others {
    pub fn new(kind: AudioKind, kept: Kept) -> Result<Self, NotPlayable> {
        let mut hint = Hint::new();
        hint.with_extension(match kind {
            AudioKind::Mp3 => "mp3",
            AudioKind::Ogg => "ogg",
            AudioKind::M4a => "m4a",
            _ => "wav",
        });
        let stream = MediaSourceStream::new(Box::new(Reading { kept, at: 0 }), Default::default());
        let about = MetadataOptions {
            limit_metadata_bytes: Limit::Maximum(MOST_ABOUT),
            limit_visual_bytes: Limit::Maximum(MOST_ABOUT),
        };
        let probed = symphonia::default::get_probe().format(&hint, stream, &FormatOptions::default(), &about);
        let format = probed.map_err(|error| failed(error, "its head"))?.format;
        let track = format.tracks().iter().find(|track| track.codec_params.codec != CODEC_TYPE_NULL);
        let track = track.ok_or(NotPlayable::Damaged("no audio in it"))?;
        let (track, params) = (track.id, track.codec_params.clone());
        let (codec, channels, sample_rate) = codec(&params)?;
        let mut others = Self { format, track, codec, channels, sample_rate, first: Vec::new(), damaged: 0 };
        let mut first = Vec::new();
        while others.channels == 0 {
            if !others.packet(&mut first)? {
                return Err(NotPlayable::Damaged("no audio in it"));
            }
        }
        others.first = first;
        Ok(others)
    }

    /// The samples of the next packet; `false` at the end. A file that was cut ends where it was cut.
    fn packet(&mut self, into: &mut Vec<i16>) -> Result<bool, NotPlayable> {
        let packet = match self.format.next_packet() {
            Ok(packet) => packet,
            Err(Error::IoError(error)) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(false),
            // Another stream begins: what was heard so far is one recording.
            Err(Error::ResetRequired) => return Ok(false),
            Err(error) => return self.pass_over(failed(error, "in the middle")),
        };
        if packet.track_id() != self.track {
            return Ok(true);
        }
        match self.decode(&packet, into) {
            Ok(()) => {
                self.damaged = 0;
                Ok(true)
            }
            Err(why) => self.pass_over(why),
        }
    }

    fn pass_over(&mut self, why: NotPlayable) -> Result<bool, NotPlayable> {
        self.damaged += 1;
        if self.damaged > MOST_DAMAGED || matches!(why, NotPlayable::Unreadable(_)) {
            return Err(why);
        }
        Ok(true)
    }

    fn decode(&mut self, packet: &Packet, into: &mut Vec<i16>) -> Result<(), NotPlayable> {
        match &mut self.codec {
            Codec::OfLibrary(decoder) => {
                let decoded = decoder.decode(packet).map_err(|error| failed(error, "in the middle"))?;
                let (spec, channels) = (*decoded.spec(), decoded.spec().channels.count());
                if channels == 0 || decoded.frames() == 0 {
                    return Ok(());
                }
                if self.channels == 0 {
                    self.channels = if channels == 1 { 1 } else { 2 };
                    self.sample_rate = spec.rate;
                }
                let mut samples = SampleBuffer::<i16>::new(decoded.capacity() as u64, spec);
                samples.copy_interleaved_ref(decoded);
                // Of more than two channels the first two are heard; where one ends, both sides hear the other.
                for frame in samples.samples().chunks_exact(channels) {
                    into.extend((0..usize::from(self.channels)).map(|channel| frame[channel.min(channels - 1)]));
                }
            }
            Codec::Opus { decoder, to_skip } => {
                let channels = usize::from(self.channels);
                let mut samples = vec![0; decoder.max_frame_size_per_channel() * channels];
                let frames = decoder.decode(packet.buf(), &mut samples, false);
                let frames = frames.map_err(|_| NotPlayable::Damaged("in the middle"))?;
                let skipped = frames.min(*to_skip);
                *to_skip -= skipped;
                let (from, to) = (skipped * channels, (frames * channels).min(samples.len()));
                into.extend_from_slice(samples.get(from..to).unwrap_or_default());
            }
        }
        Ok(())
    }
}

impl Source for Others {
    fn channels(&self) -> u16 {
        self.channels
    }

    fn sample_rate(&self) -> u32 {
        self.sample_rate
    }

    fn more(&mut self, into: &mut Vec<i16>) -> Result<bool, NotPlayable> {
        if !self.first.is_empty() {
            into.append(&mut self.first);
            return Ok(true);
        }
        self.packet(into)
    }
}

/// A decoder, with channels and rate where they are known before the first packet; else zero.
fn codec(params: &CodecParameters) -> Result<(Codec, u16, u32), NotPlayable> {
    if params.codec != CODEC_TYPE_OPUS {
        let made = symphonia::default::get_codecs().make(params, &DecoderOptions::default());
        return made.map(|made| (Codec::OfLibrary(made), 0, 0)).map_err(|error| failed(error, "its head"));
    }
    let head = params.extra_data.as_deref().unwrap_or_default();
    let (rate, channels) = opus_head(head).ok_or(NotPlayable::Damaged("its head"))?;
    let decoder = OpusDecoder::new(rate, channels.into()).map_err(|_| NotPlayable::Damaged("its head"))?;
    // Counted at 48 kHz, whatever it is decoded at.
    let to_skip = u64::from(params.delay.unwrap_or(0)) * u64::from(rate) / 48_000;
    let to_skip = usize::try_from(to_skip).unwrap_or(0);
    Ok((Codec::Opus { decoder: Box::new(decoder), to_skip }, channels, rate))
}

/// The rate it was recorded with, as near as it can be decoded at, and the channels.
fn opus_head(head: &[u8]) -> Option<(u32, u16)> {
    let channels = u16::from(*head.get(9)?);
    let rate = match u32::from_le_bytes(*head.get(12..)?.first_chunk()?) {
        1..=8000 => 8000,
        8001..=16_000 => 16_000,
        16_001..=24_000 => 24_000,
        _ => 48_000,
    };
    (1..=2).contains(&channels).then_some((rate, channels))
}

fn failed(error: Error, r#where: &'static str) -> NotPlayable {
    match error {
        Error::Unsupported(what) => NotPlayable::Coding(what.to_owned()),
        Error::IoError(error) if error.kind() != io::ErrorKind::UnexpectedEof => error.into(),
        _ => NotPlayable::Damaged(r#where),
    }
}

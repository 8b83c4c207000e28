//! Whether a recording that came to an end is cut there, by what it says of itself.
//!
//! An answer that ends with its connection may have ended too early, and nothing but the audio can tell. What cannot be told
//! counts as whole: a recording that is kept with an end too early is better than one that nobody ever hears.

use std::mem::take;

/// A WAV that was written while nobody knew how long it would be says such a length, or nothing.
const NO_LENGTH: u32 = 0x7fff_0000;

/// Reads a recording as it goes by, and knows whether more has to come. Holds a few bytes.
#[derive(Debug)]
pub struct AudioEnd {
    parts: Parts,
    /// The head of the next part, as far as it came, and how long it is.
    head: Vec<u8>,
    head_bytes: usize,
    /// What is still to come of the part.
    rest: u64,
}

/// What a recording is made of.
#[derive(Debug)]
enum Parts {
    NotKnown,
    /// Of a WAV up to its samples.
    Chunks,
    /// The samples of a WAV. What stands behind them is no audio.
    Samples,
    Pages {
        was_last: bool,
    },
    Boxes {
        describes: bool,
        has_audio: bool,
    },
    Frames {
        seen: u64,
        /// As the first of them may say.
        of: Option<u64>,
    },
    /// Nothing can be told from here on.
    Untold,
}

impl Default for AudioEnd {
    fn default() -> Self {
        Self { parts: Parts::NotKnown, head: Vec::new(), head_bytes: 12, rest: 0 }
    }
}

impl AudioEnd {
    /// The next bytes.
    pub fn take(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() && !matches!(self.parts, Parts::Untold) {
            if self.rest > 0 {
                let passed = bytes.len().min(usize::try_from(self.rest).unwrap_or(usize::MAX));
                self.rest -= passed as u64;
                bytes = &bytes[passed..];
            } else if matches!(self.parts, Parts::Samples) {
                self.parts = Parts::Untold;
            } else {
                let (more, behind) = bytes.split_at(bytes.len().min(self.head_bytes - self.head.len()));
                self.head.extend_from_slice(more);
                bytes = behind;
                if self.head.len() == self.head_bytes {
                    self.read_head();
                }
            }
        }
    }

    /// Whether more has to come, for sure.
    pub fn is_cut(&self) -> bool {
        let is_between = self.rest == 0 && self.head.is_empty();
        match self.parts {
            Parts::NotKnown | Parts::Chunks => true,
            Parts::Samples => self.rest > 0,
            Parts::Pages { was_last } => !(is_between && was_last),
            Parts::Boxes { describes, has_audio } => !(is_between && describes && has_audio),
            Parts::Frames { seen, of } => !is_between || seen == 0 || of.is_some_and(|of| seen < of),
            Parts::Untold => false,
        }
    }

    /// A head is whole: it says how long its part is, or that it is longer itself.
    fn read_head(&mut self) {
        let next = match &mut self.parts {
            Parts::NotKnown => return self.begin(),
            Parts::Chunks => chunk(&self.head),
            Parts::Pages { was_last } => page(&self.head, was_last),
            Parts::Boxes { describes, has_audio } => mp4_box(&self.head, describes, has_audio),
            Parts::Frames { seen, of } => frame(&self.head, seen, of),
            Parts::Samples | Parts::Untold => Next::Untold,
        };
        match next {
            Next::LongerHead(bytes) => self.head_bytes = bytes,
            Next::Part { bytes, head } => {
                self.head.clear();
                (self.rest, self.head_bytes) = (bytes, head);
            }
            Next::Samples(bytes) => {
                self.head.clear();
                (self.parts, self.rest) = (Parts::Samples, bytes);
            }
            Next::Untold => self.parts = Parts::Untold,
        }
    }

    fn begin(&mut self) {
        let begun = take(&mut self.head);
        (self.parts, self.head_bytes) = match begun.as_slice() {
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E'] => {
                (self.parts, self.head_bytes) = (Parts::Chunks, 8);
                return;
            }
            [b'O', b'g', b'g', b'S', ..] => (Parts::Pages { was_last: false }, 27),
            [_, _, _, _, b'f', b't', b'y', b'p', ..] => (Parts::Boxes { describes: false, has_audio: false }, 8),
            [b'I', b'D', b'3', ..] | [0xff, ..] => (Parts::Frames { seen: 0, of: None }, 4),
            _ => (Parts::Untold, 0),
        };
        self.take(&begun);
    }
}

/// What a head says of its part.
enum Next {
    LongerHead(usize),
    /// So many bytes come, and then the head of the next part.
    Part {
        bytes: u64,
        head: usize,
    },
    Samples(u64),
    Untold,
}

fn big_endian(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn chunk(head: &[u8]) -> Next {
    let size = head[4..].iter().rev().fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
    if !head.starts_with(b"data") {
        // A chunk of an odd size is filled up.
        return Next::Part { bytes: u64::from(size) + u64::from(size % 2), head: 8 };
    }
    if size == 0 || size >= NO_LENGTH { Next::Untold } else { Next::Samples(size.into()) }
}

/// Of an Ogg: behind its head stands how long the packets in it are.
fn page(head: &[u8], was_last: &mut bool) -> Next {
    if !head.starts_with(b"OggS") {
        return Next::Untold;
    }
    let whole_head = 27 + usize::from(head[26]);
    if head.len() < whole_head {
        return Next::LongerHead(whole_head);
    }
    *was_last = head[5] & 4 != 0;
    Next::Part { bytes: head[27..].iter().map(|bytes| u64::from(*bytes)).sum(), head: 27 }
}

fn mp4_box(head: &[u8], describes: &mut bool, has_audio: &mut bool) -> Next {
    let size = match (big_endian(&head[..4]), head.len()) {
        // To the end, wherever that is.
        (0, _) => return Next::Untold,
        (1, 8) => return Next::LongerHead(16),
        (1, _) => big_endian(&head[8..]),
        (size, _) => size,
    };
    let Some(bytes) = size.checked_sub(head.len() as u64) else { return Next::Untold };
    match &head[4..8] {
        b"moov" => *describes = true,
        b"mdat" => *has_audio = true,
        _ => {}
    }
    Next::Part { bytes, head: 8 }
}

/// Of an MP3, or what stands in front of its frames.
fn frame(head: &[u8], seen: &mut u64, of: &mut Option<u64>) -> Next {
    if head.starts_with(b"ID3") {
        if head.len() < 10 {
            return Next::LongerHead(10);
        }
        let size = head[6..10].iter().fold(0, |number, byte| number << 7 | u64::from(byte & 0x7f));
        let footer = if head[5] & 0x10 != 0 { 10 } else { 0 };
        return Next::Part { bytes: size + footer, head: 4 };
    }
    // Behind the last one there may be all sorts of things.
    let Some(bytes) = frame_bytes(head) else { return Next::Untold };
    if *seen == 0 && of.is_none() {
        if head.len() < bytes {
            return Next::LongerHead(bytes);
        }
        // The first may say how many follow, and is silent then.
        if let Some(told) = frames_told(head) {
            *of = Some(told);
            return Next::Part { bytes: 0, head: 4 };
        }
    }
    *seen += 1;
    Next::Part { bytes: (bytes - head.len()) as u64, head: 4 }
}

/// How long a frame of MPEG audio, layer III, is with its head.
fn frame_bytes(head: &[u8]) -> Option<usize> {
    const FIRST: [usize; 16] = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0];
    const SECOND: [usize; 16] = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0];
    let [0xff, second, third, ..] = head else { return None };
    let (rates, samples, part) = match second & 0b1111_1110 {
        0b1111_1010 => (FIRST, 144, 1),
        0b1111_0010 => (SECOND, 72, 2),
        0b1110_0010 => (SECOND, 72, 4),
        _ => return None,
    };
    let sample_rate = [44_100, 48_000, 32_000].get(usize::from(third >> 2 & 3))? / part;
    let bits = rates[usize::from(third >> 4)] * 1000;
    let bytes = samples * bits / sample_rate + usize::from(third >> 1 & 1);
    // The rate may be free: then nobody knows.
    (bits > 0 && bytes > 4).then_some(bytes)
}

fn frames_told(frame: &[u8]) -> Option<u64> {
    let at = frame.windows(4).take(48).position(|name| name == b"Xing" || name == b"Info")?;
    let (flags, frames) = (frame.get(at + 4..at + 8)?, frame.get(at + 8..at + 12)?);
    (flags[3] & 1 != 0).then(|| big_endian(frames))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_cut(bytes: &[u8], piece: usize) -> bool {
        let mut end = AudioEnd::default();
        bytes.chunks(piece).for_each(|piece| end.take(piece));
        end.is_cut()
    }

    fn wav(data: u32, samples: usize, behind: &[u8]) -> Vec<u8> {
        let mut wav = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0".to_vec();
        wav.extend_from_slice(b"LIST\x03\0\0\0odd\0data");
        wav.extend_from_slice(&data.to_le_bytes());
        wav.resize(wav.len() + samples, 7);
        [wav, behind.to_vec()].concat()
    }

    fn ogg() -> Vec<u8> {
        let page = |flags: u8, packets: &[u8]| {
            let mut page = b"OggS\0".to_vec();
            page.push(flags);
            page.resize(26, 0);
            page.push(u8::try_from(packets.len()).expect("few"));
            page.extend_from_slice(packets);
            page.resize(page.len() + packets.iter().map(|bytes| usize::from(*bytes)).sum::<usize>(), 7);
            page
        };
        [page(2, &[19]), page(0, &[255, 255, 30]), page(4, &[])].concat()
    }

    fn mp4() -> Vec<u8> {
        let part = |name: &[u8; 4], body: usize| {
            let size = u32::try_from(body + 8).expect("short").to_be_bytes();
            [&size[..], name, &vec![7; body]].concat()
        };
        let long = [&1_u32.to_be_bytes()[..], b"free", &30_u64.to_be_bytes(), &[0; 14]].concat();
        [part(b"ftyp", 16), long, part(b"mdat", 300), part(b"moov", 50)].concat()
    }

    fn mp3(told: Option<u32>, frames: usize) -> Vec<u8> {
        // MPEG 2.5, 8 kbit/s at 8 kHz: 72 bytes.
        let frame = |begin: &[u8]| {
            let mut frame = [&[0xff, 0xe3, 0x18, 0xc4][..], begin].concat();
            frame.resize(72, 0);
            frame
        };
        let mut mp3 = b"ID3\x04\0\0\0\0\0\x05title".to_vec();
        if let Some(told) = told {
            mp3.extend(frame(&[&[0; 9][..], b"Xing\0\0\0\x01", &told.to_be_bytes()].concat()));
        }
        (0..frames).for_each(|_| mp3.extend(frame(&[])));
        mp3
    }

    #[test]
    fn a_recording_that_is_cut_anywhere_is_known_and_a_whole_one_is_whole() {
        let cases = [("wav", wav(300, 300, b"")), ("ogg", ogg()), ("mp4", mp4()), ("mp3", mp3(Some(5), 5))];
        for (name, whole) in cases {
            for piece in [1, 7, 4096] {
                assert!(!is_cut(&whole, piece), "{name}");
                for end in 0..whole.len() {
                    assert!(is_cut(&whole[..end], piece), "{name} cut at {end} of {}", whole.len());
                }
            }
        }
        // One that does not say how many frames it has is whole where one ends.
        let plain = mp3(None, 5);
        let told: Vec<usize> = (16..=plain.len()).filter(|end| !is_cut(&plain[..*end], 7)).collect();
        assert_eq!(told, [87, 159, 231, 303, 375]);
    }

    #[test]
    fn where_nothing_can_be_told_it_counts_as_whole() {
        let cases = [
            wav(0, 300, b""),
            wav(u32::MAX, 300, b""),
            wav(0x7fff_ffff, 300, b""),
            wav(300, 300, b"LIST\x90\0\0\0half"),
            [mp3(None, 2), b"TAGa title".to_vec()].concat(),
            b"something else, however long it is".to_vec(),
            [b"\0\0\0\x08ftyp".to_vec(), b"\0\0\0\0mdat whatever comes".to_vec()].concat(),
            [ogg(), b"and then something that is no page".to_vec()].concat(),
        ];
        for (n, bytes) in cases.iter().enumerate() {
            assert!(!is_cut(bytes, 5), "{n}");
        }
    }

    #[test]
    fn whatever_comes_is_no_mistake_of_ours() {
        let begins: [&[u8]; 6] =
            [b"RIFF\0\0\0\0WAVE", b"OggS", b"\0\0\0\0ftyp", b"ID3", &[0xff, 0xfb, 0x90, 0x64], b""];
        for begin in begins {
            for seed in 0..=255_u8 {
                let mut end = AudioEnd::default();
                end.take(begin);
                (0..200_u32).for_each(|n| end.take(&[(n * 37 + u32::from(seed) * 91) as u8; 3]));
                let _ = end.is_cut();
            }
        }
    }
}

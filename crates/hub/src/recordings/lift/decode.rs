//! A lifted value's bytes, as they arrive: Base64 in whatever dress, or as they are.

use ringcard_connect::Written;
use ringcard_core::recording::RecordingRefused;

/// So much is looked at to know how a value is written, and what stands in front of it in a `data:` address.
const TELLING: usize = 256;

pub(super) struct Decoder {
    written: Written,
    state: State,
}

enum State {
    /// Nothing is known yet.
    Begins(Vec<u8>),
    AsItIs,
    Base64(Base64),
}

#[derive(Default)]
struct Base64 {
    space_is_plus: bool,
    bits: u32,
    /// Of the four characters that are three bytes.
    characters: usize,
    is_padded: bool,
}

impl Decoder {
    pub fn new(written: Written) -> Self {
        Self { written, state: State::Begins(Vec::new()) }
    }

    /// Adds what the next bytes of the value say.
    pub fn more(&mut self, bytes: &[u8], decoded: &mut Vec<u8>) -> Result<(), RecordingRefused> {
        match &mut self.state {
            State::Begins(begin) => {
                begin.extend_from_slice(bytes);
                if begin.len() >= TELLING { self.begin(decoded) } else { Ok(()) }
            }
            State::AsItIs => {
                decoded.extend_from_slice(bytes);
                Ok(())
            }
            State::Base64(base64) => base64.more(bytes, decoded),
        }
    }

    /// The value is whole.
    pub fn finish(mut self, decoded: &mut Vec<u8>) -> Result<(), RecordingRefused> {
        if let State::Begins(_) = self.state {
            self.begin(decoded)?;
        }
        match self.state {
            State::Base64(base64) => base64.finish(decoded),
            State::Begins(_) | State::AsItIs => Ok(()),
        }
    }

    fn begin(&mut self, decoded: &mut Vec<u8>) -> Result<(), RecordingRefused> {
        let State::Begins(begin) = std::mem::replace(&mut self.state, State::AsItIs) else { return Ok(()) };
        let mut text = begin.trim_ascii_start();
        let is_address = text.starts_with(b"data:");
        let may_be_bytes = matches!(self.written, Written::Bytes | Written::File);
        if may_be_bytes && !is_address && !begin.iter().all(|byte| is_of_base64(*byte)) {
            decoded.extend_from_slice(&begin);
            return Ok(());
        }
        if is_address {
            let end = text.iter().position(|byte| *byte == b',').ok_or(RecordingRefused::NotAudio)?;
            if !text[..end].ends_with(b";base64") {
                return Err(RecordingRefused::NotAudio);
            }
            text = text[end + 1..].trim_ascii_start();
        }
        let mut base64 = Base64 { space_is_plus: self.written == Written::FormText, ..Base64::default() };
        base64.more(text, decoded)?;
        self.state = State::Base64(base64);
        Ok(())
    }
}

impl Base64 {
    fn more(&mut self, bytes: &[u8], decoded: &mut Vec<u8>) -> Result<(), RecordingRefused> {
        for byte in bytes {
            let value = match byte {
                b'=' => {
                    self.is_padded = true;
                    continue;
                }
                b' ' if self.space_is_plus => 62,
                byte if byte.is_ascii_whitespace() => continue,
                byte => sextet(*byte).ok_or(RecordingRefused::Broken)?,
            };
            if self.is_padded {
                return Err(RecordingRefused::Broken);
            }
            self.bits = self.bits << 6 | value;
            self.characters += 1;
            if self.characters == 4 {
                decoded.extend_from_slice(&self.bits.to_be_bytes()[1..]);
                (self.bits, self.characters) = (0, 0);
            }
        }
        Ok(())
    }

    /// Padding may be missing.
    fn finish(self, decoded: &mut Vec<u8>) -> Result<(), RecordingRefused> {
        let bits = self.bits << (6 * (4 - self.characters.clamp(1, 4)));
        match self.characters {
            0 => {}
            // Six bits are no byte.
            1 => return Err(RecordingRefused::Broken),
            characters => decoded.extend_from_slice(&bits.to_be_bytes()[1..characters]),
        }
        Ok(())
    }
}

/// Both alphabets.
fn sextet(byte: u8) -> Option<u32> {
    Some(match byte {
        b'A'..=b'Z' => u32::from(byte - b'A'),
        b'a'..=b'z' => u32::from(byte - b'a') + 26,
        b'0'..=b'9' => u32::from(byte - b'0') + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    })
}

fn is_of_base64(byte: u8) -> bool {
    byte == b'=' || byte.is_ascii_whitespace() || sextet(byte).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::{
        Engine,
        engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE},
    };
    use proptest::prelude::*;

    fn decoded(written: Written, text: &[u8], piece: usize) -> Result<Vec<u8>, RecordingRefused> {
        let (mut decoder, mut bytes) = (Decoder::new(written), Vec::new());
        for piece in text.chunks(piece) {
            decoder.more(piece, &mut bytes)?;
        }
        decoder.finish(&mut bytes)?;
        Ok(bytes)
    }

    proptest! {
        #[test]
        fn base64_in_every_dress_is_what_it_was(
            audio in proptest::collection::vec(any::<u8>(), 0..900),
            piece in 1..300_usize,
            dress in 0..6,
        ) {
            let plain = STANDARD.encode(&audio);
            // A plus that begins a form's value cannot be told from a space before it; no audio begins with one.
            prop_assume!(dress != 3 || !plain.starts_with('+'));
            let (written, text) = match dress {
                0 => (Written::Text, plain),
                1 => (Written::Text, STANDARD_NO_PAD.encode(&audio)),
                2 => (Written::Text, URL_SAFE.encode(&audio)),
                3 => (Written::FormText, format!("data:audio/x-wav;base64, {}", plain.replace('+', " "))),
                4 => (Written::File, plain.as_bytes().chunks(76).map(|line| format!("{}\r\n", line.escape_ascii())).collect()),
                _ => (Written::Bytes, format!("\n data:;base64,{plain}\n")),
            };
            prop_assert_eq!(decoded(written, text.as_bytes(), piece), Ok(audio));
        }
    }

    #[test]
    fn what_is_not_base64_is_as_it_is_in_a_file_and_broken_in_a_text() {
        let wav = b"RIFF\x24\0\0\0WAVEfmt ".repeat(40);
        for piece in [1, 7, 255, 256, 257, 10_000] {
            assert_eq!(decoded(Written::File, &wav, piece), Ok(wav.clone()));
            assert_eq!(decoded(Written::Text, &wav, piece), Err(RecordingRefused::Broken));
        }
        let cases: [(&[u8], RecordingRefused); 5] = [
            (b"UklGRg", RecordingRefused::Broken),
            (b"UklG=Rg==", RecordingRefused::Broken),
            (b"UklGR", RecordingRefused::Broken),
            (b"data:audio/wav,RIFF", RecordingRefused::NotAudio),
            (b"data:audio/wav;base64", RecordingRefused::NotAudio),
        ];
        assert_eq!(decoded(Written::Text, cases[0].0, 1), Ok(b"RIFF".to_vec()));
        for (text, why) in &cases[1..] {
            assert_eq!(decoded(Written::Text, text, 3), Err(*why), "{}", text.escape_ascii());
        }
        assert_eq!(decoded(Written::Text, b"", 3), Ok(Vec::new()));
    }
}

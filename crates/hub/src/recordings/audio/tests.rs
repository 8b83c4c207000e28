use super::*;
use std::fs;

fn kept(bytes: &[u8]) -> Kept {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("audio");
    fs::write(&path, bytes).expect("written");
    Kept::new(fs::File::open(path).expect("it is there"), None).expect("a file")
}

fn converted(bytes: &[u8]) -> Result<(Samples, Vec<i16>), String> {
    let kind = AudioKind::of(&bytes[..bytes.len().min(AudioKind::TELLING)]).expect("audio");
    let mut pcm = Vec::new();
    let samples = convert(kind, kept(bytes), |bytes| {
        pcm.extend_from_slice(bytes);
        Ok(())
    });
    let samples = samples.map_err(|why| why.to_string())?;
    assert_eq!(samples.bytes, pcm.len() as u64);
    Ok((samples, pcm.as_chunks().0.iter().map(|pair| i16::from_le_bytes(*pair)).collect()))
}

/// How strong a tone of this frequency is in samples, 1 for nothing but it.
fn tone(samples: &[i16], rate: u32, frequency: f64) -> f64 {
    let (mut sine, mut cosine, mut all) = (0.0, 0.0, 0.0);
    for (at, sample) in samples.iter().enumerate() {
        let (sample, angle) = (f64::from(*sample), std::f64::consts::TAU * frequency * at as f64 / f64::from(rate));
        sine += sample * angle.sin();
        cosine += sample * angle.cos();
        all += sample * sample;
    }
    2.0 * (sine * sine + cosine * cosine) / samples.len() as f64 / all
}

fn wav(tag: u16, channels: u16, bits: u16, data: &[u8]) -> Vec<u8> {
    let mut wav = head(data.len() as u64, channels, 8000).to_vec();
    wav[20..22].copy_from_slice(&tag.to_le_bytes());
    wav[34..36].copy_from_slice(&bits.to_le_bytes());
    wav.extend_from_slice(data);
    wav
}

#[test]
fn a_second_of_a_tone_is_heard_as_one_whatever_it_is_written_in() {
    let cases: [(&str, &[u8]); 3] = [
        ("gsm", include_bytes!("testdata/tone-gsm.wav")),
        ("mp3", include_bytes!("testdata/tone.mp3")),
        ("opus", include_bytes!("testdata/tone.opus")),
    ];
    for (name, bytes) in cases {
        let (samples, heard) = converted(bytes).unwrap_or_else(|why| panic!("{name}: {why}"));
        assert_eq!((samples.channels, samples.sample_rate), (1, 8000), "{name}");
        assert!((7500..10_500).contains(&heard.len()), "{name}: {}", heard.len());
        let middle = &heard[2000..6000];
        assert!(tone(middle, 8000, 440.0) > 0.9, "{name}: {}", tone(middle, 8000, 440.0));
        assert!(middle.iter().any(|sample| sample.unsigned_abs() > 8000), "{name} is as loud as it was");
        assert!(samples.waveform.0[0].iter().any(|peak| *peak > 60), "{name}");
    }
}

#[test]
fn samples_of_a_wav_are_the_same_in_any_of_its_writings() {
    let cases: [(&str, Vec<u8>, u16, Vec<i16>); 7] = [
        ("8 bits", wav(1, 1, 8, &[128, 255, 0]), 1, vec![0, 127 << 8, i16::MIN]),
        ("24 bits", wav(1, 1, 24, &[9, 1, 2, 9, 255, 127]), 1, vec![0x0201, i16::MAX]),
        ("32 bits, two channels", wav(1, 2, 32, &[9, 9, 1, 0, 9, 9, 2, 0, 7]), 2, vec![1, 2]),
        ("three channels", wav(1, 3, 16, &[1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0]), 2, vec![1, 2, 4, 5]),
        ("a-law", wav(6, 1, 8, &[0xd5, 0x2a]), 1, vec![8, -32256]),
        ("µ-law, two channels", wav(7, 2, 8, &[0xff, 0x00, 0x80, 0x7f]), 2, vec![0, -32124, 32124, 0]),
        ("one channel as it is", wav(1, 1, 16, &[1, 2]), 1, vec![0x0201]),
    ];
    for (name, bytes, channels, samples) in cases {
        let (told, heard) = converted(&bytes).unwrap_or_else(|why| panic!("{name}: {why}"));
        assert_eq!((told.channels, heard), (channels, samples), "{name}");
    }
}

#[test]
fn what_is_16_bits_anyway_is_played_from_its_own_file() {
    let data: Vec<u8> = (0..200_001_u32).map(|at| at as u8).collect();
    let mut bytes = wav(1, 2, 16, &data);
    let told = as_it_is(AudioKind::WavPcm, &mut kept(&bytes)).expect("a WAV").expect("as it is");
    assert_eq!((told.at, told.bytes, told.channels, told.is_converted), (44, 200_000, 2, false));
    // Whoever wrote it did not know its length, or it was cut.
    for size in [0, u32::MAX, 9_000_000] {
        bytes[40..44].copy_from_slice(&size.to_le_bytes());
        let told = as_it_is(AudioKind::WavPcm, &mut kept(&bytes)).expect("a WAV").expect("as it is");
        assert_eq!(told.bytes, 200_000, "{size}");
    }
    for other in [wav(1, 1, 8, &data), wav(1, 3, 16, &data)] {
        assert_eq!(as_it_is(AudioKind::WavPcm, &mut kept(&other)), Ok(None));
    }
}

#[test]
fn what_cannot_be_played_is_said_in_words() {
    let cases: [(Vec<u8>, &str); 6] = [
        (wav(1, 1, 12, &[0; 64]), "coding is not known"),
        (wav(0x7777, 1, 8, &[0; 64]), "cannot be played"),
        (wav(1, 0, 16, &[0; 64]), "damaged (its head)"),
        (wav(1, 1, 16, &[]), "no audio in it"),
        (b"OggS\0\x02 and nothing more of it".to_vec(), "cannot be played"),
        (b"\0\0\0\x20ftypM4A and nothing more of it".to_vec(), "cannot be played"),
    ];
    for (bytes, words) in cases {
        let said = converted(&bytes).expect_err("it cannot be played");
        assert!(said.contains(words), "{said}: {words}");
    }
}

#[test]
fn a_recording_that_was_cut_is_played_as_far_as_it_goes_and_a_damaged_one_ends() {
    for bytes in [
        &include_bytes!("testdata/tone-gsm.wav")[..],
        include_bytes!("testdata/tone.mp3"),
        include_bytes!("testdata/tone.opus"),
    ] {
        for end in (12..bytes.len()).step_by(7) {
            let _ = AudioKind::of(&bytes[..end]).map(|_| converted(&bytes[..end]));
        }
        let half = converted(&bytes[..bytes.len() * 3 / 4]);
        assert!(half.is_ok() || bytes.starts_with(b"OggS"), "{half:?}");
        let mut random = 7_u32;
        for _ in 0..300 {
            let mut bytes = bytes.to_vec();
            for _ in 0..8 {
                random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let at = 12 + (random >> 8) as usize % (bytes.len() - 12);
                bytes[at] = random as u8;
            }
            // It may do as it likes, but end; what a library panics over is caught where it runs.
            let _ = std::panic::catch_unwind(|| converted(&bytes));
        }
    }
}

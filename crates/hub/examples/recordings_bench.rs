//! How long it takes until an hour's recording is heard: when it is made playable first (with its waveform), and when it was.
//!
//! `cargo run --release -p ringcard-hub --example recordings_bench`
//!
//! From *play* to the first 64 KiB, for each coding, sealed and not. Prints a line for each and, last, all of them as JSON.

mod measures;

use measures::{at, millis};
use ringcard_core::{
    call::CallId,
    recording::{AudioKind, RecordingId},
};
use ringcard_hub::recordings::{Keeping, Recordings, SealKey};
use std::{
    error::Error,
    time::{Duration, Instant},
};

type Failure = Box<dyn Error>;

const SECONDS: usize = 3600;
const RATE: usize = 8000;
const ASKED: usize = 100;

/// A WAV of a coding with so many bytes for each second, or a little less.
fn wav(tag: u16, bits: u16, of_a_second: &[u8]) -> Vec<u8> {
    let bytes = u32::try_from(of_a_second.len() * SECONDS).unwrap_or(u32::MAX);
    let mut wav = b"RIFF\xff\xff\xff\xffWAVEfmt \x10\0\0\0".to_vec();
    wav.extend(tag.to_le_bytes());
    wav.extend(1_u16.to_le_bytes());
    wav.extend(8000_u32.to_le_bytes());
    wav.extend(16_000_u32.to_le_bytes());
    wav.extend(2_u16.to_le_bytes());
    wav.extend(bits.to_le_bytes());
    wav.extend(b"data");
    wav.extend(bytes.to_le_bytes());
    wav.extend(of_a_second.repeat(SECONDS));
    wav
}

async fn kept(recordings: &Recordings, bytes: &[u8]) -> Result<RecordingId, Failure> {
    let (id, mut arrival) = recordings.begin("pbx").await?;
    bytes.chunks(64 * 1024).try_for_each(|piece| arrival.write(piece))?;
    let (audio, bytes): (AudioKind, u64) = arrival.finish()?;
    recordings.is_here(&id, CallId("c1".into()), audio, bytes).await?;
    Ok(id)
}

/// Until the first piece is there.
async fn heard(recordings: &Recordings, id: &RecordingId) -> Result<Duration, Failure> {
    let began = Instant::now();
    let mut sound = recordings.play(id.clone(), |_| None).await?;
    let most = usize::try_from(sound.bytes())?.min(64 * 1024);
    sound.read_at(0, &mut vec![0; most])?;
    Ok(began.elapsed())
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let pcm: Vec<u8> = (0..RATE).flat_map(|at| ((at * 331 % 20_000) as i16 - 10_000).to_le_bytes()).collect();
    let law: Vec<u8> = (0..RATE).map(|at| (at * 7) as u8).collect();
    let gsm = &include_bytes!("../src/recordings/audio/testdata/tone-gsm.wav")[60..];
    let codings = [
        ("pcm", wav(1, 16, &pcm)),
        ("a_law", wav(6, 8, &law)),
        ("gsm", wav(0x31, 0, &gsm[..25 * 65])),
        ("mp3", include_bytes!("../src/recordings/audio/testdata/tone.mp3").repeat(SECONDS)),
    ];
    let mut found = serde_json::Map::new();
    for (seal, key) in
        [("", None), ("_sealed", Some(SealKey::new("a key of a bench, and no secret".to_owned().into())))]
    {
        let folder = tempfile::tempdir()?;
        let recordings = Recordings::start(folder.path(), &Keeping { key: Ok(key), ..Keeping::default() });
        for (coding, bytes) in &codings {
            let id = kept(&recordings, bytes).await?;
            let first = heard(&recordings, &id).await?;
            let mut again = Vec::new();
            for _ in 0..ASKED {
                again.push(heard(&recordings, &id).await?);
            }
            again.sort();
            let name = format!("{coding}{seal}");
            let mib = bytes.len() >> 20;
            println!(
                "{name:14} {mib:3} MiB  first {:9.2} ms, then p95 {:6.2} ms",
                millis(first),
                millis(at(&again, 0.95))
            );
            found.insert(format!("{name}_first_ms"), millis(first).into());
            found.insert(format!("{name}_then_p95_ms"), millis(at(&again, 0.95)).into());
        }
        recordings.close().await;
    }
    println!("{}", serde_json::Value::Object(found));
    Ok(())
}

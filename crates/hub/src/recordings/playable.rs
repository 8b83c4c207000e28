//! What is played of a recording: made once, when somebody first wants to hear it, and read in pieces.

use super::{
    NoRecordings, NotHere, NotKept, Recordings,
    audio::{self, NotPlayable, Samples},
    files::Folder,
    kept::Kept,
};
use ringcard_core::{
    Timestamp,
    recording::{AudioKind, Playable, RecordingId},
};
use std::{io, sync::Arc};

/// A WAV of 16-bit PCM that is nowhere as such: a head of ours, and the samples in their file. Blocks.
pub struct Sound {
    head: [u8; Playable::HEAD as usize],
    samples: Samples,
    kept: Kept,
}

impl Sound {
    pub(super) fn new(samples: Samples, kept: Kept) -> Self {
        let head = audio::head(samples.bytes, samples.channels, samples.sample_rate);
        Self { head, samples, kept }
    }

    pub fn bytes(&self) -> u64 {
        Playable::HEAD + self.samples.bytes
    }

    /// The bytes from one on, as many as there is room for; they must be there.
    pub fn read_at(&mut self, at: u64, into: &mut [u8]) -> io::Result<()> {
        let of_head = usize::try_from(Playable::HEAD.saturating_sub(at)).unwrap_or(0).min(into.len());
        let (head, samples) = into.split_at_mut(of_head);
        if of_head > 0 {
            let from = usize::try_from(at).unwrap_or(0);
            head.copy_from_slice(&self.head[from..from + of_head]);
        }
        if samples.is_empty() {
            return Ok(());
        }
        let from = (at + of_head as u64) - Playable::HEAD;
        if from + samples.len() as u64 > self.samples.bytes {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.kept.read_at(self.samples.at + from, samples)
    }

    pub fn told(&self, recording: RecordingId) -> Playable {
        let Samples { bytes, channels, sample_rate, waveform, .. } = &self.samples;
        let in_a_second = 2 * u64::from(*channels) * u64::from(*sample_rate);
        Playable {
            recording,
            bytes: self.bytes(),
            seconds: *bytes as f64 / in_a_second as f64,
            channels: *channels,
            sample_rate: *sample_rate,
            waveform: waveform.0.clone(),
        }
    }
}

impl Recordings {
    /// A recording as it is played; fetched where it is not here, and made playable where nobody heard it yet.
    pub async fn play(
        &self,
        id: RecordingId,
        system: impl Fn(&str) -> Option<Arc<dyn ringcard_connect::Recordings>>,
    ) -> Result<Sound, NotHere> {
        // One that was made is there as long as its recording is.
        if let Some(sound) = self.made(id.clone()).await? {
            return Ok(sound);
        }
        let (kept, audio) = self.hear(id.clone(), system).await?;
        let turn = self.there()?.making.of(&id).lock_owned().await;
        if let Some(sound) = self.made(id.clone()).await? {
            return Ok(sound);
        }
        // Whoever hangs up meanwhile leaves it to the next one.
        let recordings = self.clone();
        let making = tokio::spawn(async move {
            let _turn = turn;
            recordings.make(id, audio, kept).await
        });
        making.await.unwrap_or_else(|_| Err(NotPlayable::Damaged("reading it failed").into()))
    }

    /// What was made playable before. Where its file is gone it is made anew.
    async fn made(&self, id: RecordingId) -> Result<Option<Sound>, NotHere> {
        let row = id.clone();
        let Some(samples) = self.ask(move |store| store.playable(&row)).await? else { return Ok(None) };
        let folder = &self.there()?.folder;
        let kept = if samples.is_converted { folder.read_played(&id) } else { folder.read(&id) };
        Ok(kept.ok().filter(|kept| kept.bytes() >= samples.at + samples.bytes).map(|kept| Sound::new(samples, kept)))
    }

    async fn make(&self, id: RecordingId, audio: AudioKind, kept: Kept) -> Result<Sound, NotHere> {
        let open = self.there()?.clone();
        let _place = open.converting.acquire().await.map_err(|_| NoRecordings::Closed)?;
        let (of, recording) = (open.clone(), id.clone());
        let made = tokio::task::spawn_blocking(move || samples_of(&of.folder, &recording, audio, kept));
        // A library that panics over somebody's file costs that one.
        let (samples, kept) = made.await.unwrap_or_else(|_| Err(NotPlayable::Damaged("reading it failed").into()))?;
        let (row, made) = (samples.clone(), id.clone());
        self.change(move |store| store.is_playable(&made, &row, Timestamp::now())).await?;
        if samples.is_converted
            && let Err(why) = self.bound_played(Some(id)).await
        {
            tracing::warn!(%why, "what is played of recordings takes more room than it should");
        }
        Ok(Sound::new(samples, kept))
    }
}

/// What is played of a recording, and the file it is in. Blocks as long as reading all of it takes.
fn samples_of(folder: &Folder, id: &RecordingId, audio: AudioKind, mut kept: Kept) -> Result<(Samples, Kept), NotHere> {
    if let Some(samples) = audio::as_it_is(audio, &mut kept)? {
        return Ok((samples, kept));
    }
    let mut played = folder.begin_played(id)?;
    let samples = audio::convert(audio, kept, |bytes| played.write(bytes))?;
    played.take_its_place_unflushed().map_err(NotKept::from)?;
    Ok((samples, folder.read_played(id).map_err(NotKept::from)?))
}

//! One recording that comes with a call's data: written beside whoever reads the request, and the call's only when that is
//! committed. What nobody keeps is taken away.

use super::super::{Arrival, NoRecordings, NotKept, Recordings};
use ringcard_core::{
    call::CallId,
    recording::{AudioKind, RecordingId},
};
use sha2::{Digest, Sha256};
use tokio::{sync::mpsc, task::JoinHandle};

/// Pieces that wait for the disk.
const PIECES: usize = 8;
/// No piece is longer.
const PIECE: usize = 64 * 1024;

enum Piece {
    More(Vec<u8>),
    Whole,
}

/// What is known of a recording whose file is whole.
#[derive(Debug, Clone)]
pub(in super::super) struct Audio {
    pub kind: AudioKind,
    pub bytes: u64,
    /// SHA-256 of it.
    pub digest: [u8; 32],
}

/// A recording that is being written.
pub(super) struct Arriving {
    pieces: mpsc::Sender<Piece>,
    written: JoinHandle<Result<Sent, NotKept>>,
}

impl Arriving {
    pub fn begin(recordings: &Recordings, account: &str) -> Self {
        let (pieces, queue) = mpsc::channel(PIECES);
        let written = tokio::spawn(arrive(recordings.clone(), account.to_owned(), queue));
        Self { pieces, written }
    }

    /// `false`: no more is taken, and [`Self::finish`] says why.
    pub async fn more(&self, bytes: &[u8]) -> bool {
        for piece in bytes.chunks(PIECE) {
            if self.pieces.send(Piece::More(piece.to_vec())).await.is_err() {
                return false;
            }
        }
        true
    }

    /// It is whole, or no more was taken of it.
    pub async fn finish(self) -> Result<Sent, NotKept> {
        let _ = self.pieces.send(Piece::Whole).await;
        let failed = |_| Err(NoRecordings::Failed("writing it failed".to_owned()).into());
        self.written.await.unwrap_or_else(failed)
    }
}

/// On a task of its own: whoever hangs up leaves nothing half.
async fn arrive(recordings: Recordings, account: String, mut queue: mpsc::Receiver<Piece>) -> Result<Sent, NotKept> {
    let (id, mut arrival) = recordings.begin(&account).await?;
    let mut sent = Sent { id: Some(id), audio: None, recordings };
    let writing = tokio::task::spawn_blocking(move || {
        let mut digest = Sha256::new();
        while let Some(piece) = queue.blocking_recv() {
            match piece {
                Piece::More(bytes) => {
                    arrival.write(&bytes)?;
                    digest.update(&bytes);
                }
                Piece::Whole => return whole(arrival, digest).map(Some),
            }
        }
        Ok(None)
    });
    let failed = |_| Err(NoRecordings::Failed("writing it failed".to_owned()).into());
    sent.audio = writing.await.unwrap_or_else(failed)?;
    match sent.audio {
        Some(_) => Ok(sent),
        None => Err(NoRecordings::Closed.into()),
    }
}

fn whole(arrival: Arrival, digest: Sha256) -> Result<Audio, NotKept> {
    let (kind, bytes) = arrival.finish()?;
    Ok(Audio { kind, bytes, digest: digest.finalize().into() })
}

/// A recording that is on the disk and nobody's yet. Dropped before [`Sent::belongs_to`], nothing of it stays.
pub(super) struct Sent {
    /// Until it is somebody's.
    id: Option<RecordingId>,
    audio: Option<Audio>,
    recordings: Recordings,
}

impl Sent {
    /// It is this call's from now on; one that the call has already is not kept again.
    pub async fn belongs_to(mut self, call: &CallId) -> Result<(), NoRecordings> {
        let (Some(id), Some(audio)) = (&self.id, &self.audio) else { return Ok(()) };
        if self.recordings.was_sent(id, call.clone(), audio.clone()).await? {
            self.id = None;
        }
        Ok(())
    }
}

impl Drop for Sent {
    fn drop(&mut self) {
        // Where nobody waits for anything any more, the next start does it.
        if let (Some(id), Ok(runtime)) = (self.id.take(), tokio::runtime::Handle::try_current()) {
            let recordings = self.recordings.clone();
            runtime.spawn(async move {
                if let Err(error) = recordings.forget(&id).await {
                    tracing::warn!(%error, recording = %id, "a recording that is nobody's stays until the next start");
                }
            });
        }
    }
}

//! One recording that comes with a call's data: written beside whoever reads the request, and the call's only when that is
//! committed. What nobody keeps is taken away.

use super::super::{
    NoRecordings, NotKept, Recordings,
    writing::{self, Audio, Pieces, Queue},
};
use ringcard_core::{call::CallId, recording::RecordingId};
use tokio::task::JoinHandle;

/// A recording that is being written.
pub(super) struct Arriving {
    pieces: Pieces,
    written: JoinHandle<Result<Sent, NotKept>>,
}

impl Arriving {
    pub fn begin(recordings: &Recordings, account: &str) -> Self {
        let (pieces, queue) = writing::queue();
        let written = tokio::spawn(arrive(recordings.clone(), account.to_owned(), queue));
        Self { pieces, written }
    }

    /// `false`: no more is taken, and [`Self::finish`] says why.
    pub async fn more(&self, bytes: &[u8]) -> bool {
        self.pieces.more(bytes).await
    }

    /// It is whole, or no more was taken of it.
    pub async fn finish(self) -> Result<Sent, NotKept> {
        self.pieces.whole().await;
        let failed = |_| Err(NoRecordings::Failed("writing it failed".to_owned()).into());
        self.written.await.unwrap_or_else(failed)
    }
}

/// On a task of its own: whoever hangs up leaves nothing half.
async fn arrive(recordings: Recordings, account: String, queue: Queue) -> Result<Sent, NotKept> {
    let (id, arrival) = recordings.begin(&account).await?;
    let mut sent = Sent { id: Some(id), audio: None, recordings };
    sent.audio = queue.write(arrival).await?;
    match sent.audio {
        Some(_) => Ok(sent),
        None => Err(NoRecordings::Closed.into()),
    }
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

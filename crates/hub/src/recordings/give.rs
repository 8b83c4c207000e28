//! Recordings for a system that is sent their audio with a call.

use super::{NoRecordings, Recordings};
use async_trait::async_trait;
use ringcard_connect::{GivesRecordings, WholeRecording};
use ringcard_core::recording::{RecordingAct, RecordingId, RecordingState};

#[async_trait]
impl GivesRecordings for Recordings {
    async fn whole(&self, id: &RecordingId, most: u64) -> Result<Option<WholeRecording>, String> {
        let words = |failure: &dyn std::fmt::Display| failure.to_string();
        let Some(recording) = self.one(id.clone()).await.map_err(|failure| words(&failure))? else { return Ok(None) };
        let RecordingState::Here { audio, .. } = recording.state else { return Ok(None) };
        let (recordings, of) = (self.clone(), id.clone());
        let read = tokio::task::spawn_blocking(move || -> Result<Option<Vec<u8>>, String> {
            let mut file = recordings.file(&of).map_err(|failure| failure.to_string())?;
            let Some(bytes) = usize::try_from(file.bytes()).ok().filter(|_| file.bytes() <= most) else {
                return Ok(None);
            };
            let mut audio = vec![0; bytes];
            file.read_at(0, &mut audio).map_err(|error| format!("a recording cannot be read: {error}"))?;
            Ok(Some(audio))
        });
        let read = read.await.map_err(|failure| words(&NoRecordings::Failed(failure.to_string())))??;
        let Some(bytes) = read else { return Ok(None) };
        // Before it leaves: whoever may not have it is found out by this.
        self.note(id.clone(), None, RecordingAct::Exported).await.map_err(|failure| words(&failure))?;
        Ok(Some(WholeRecording { audio, bytes }))
    }
}

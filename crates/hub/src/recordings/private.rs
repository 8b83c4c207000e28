//! Recordings of private calls: none is kept.

use super::{NotHere, Recordings, store::Deleting};
use ringcard_core::{
    Timestamp,
    call::{AgentId, CallId},
    recording::{RecordingAccess, RecordingAct, RecordingState},
};

/// What became of a private call's recordings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PrivateAway {
    pub deleted: u32,
    /// They are held, and stay until they are let go.
    pub held: u32,
}

impl Recordings {
    /// Those that are kept here go for good, but what is held. What the telephone system has stays there, and is not fetched.
    pub async fn delete_of_private(&self, call: CallId, by: Option<AgentId>) -> Result<PrivateAway, NotHere> {
        let mut away = PrivateAway::default();
        for recording in self.of_call(call).await? {
            if !matches!(recording.state, RecordingState::Here { .. }) {
                continue;
            }
            let why = Some("the call is private".to_owned());
            let access = RecordingAccess { at: Timestamp::now(), agent: by.clone(), act: RecordingAct::Deleted, why };
            let row = recording.id.clone();
            match self.change(move |store| store.delete(&row, &access)).await? {
                Deleting::Deleted => {
                    self.take_away(move |folder| folder.delete(&recording.id)).await?;
                    away.deleted += 1;
                }
                Deleting::Held(_) => away.held += 1,
                Deleting::NotThere => {}
            }
        }
        Ok(away)
    }
}

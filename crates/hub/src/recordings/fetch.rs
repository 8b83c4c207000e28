//! A recording that is still at the telephone system, when somebody wants to hear it: fetched once, however many want to.

use super::{
    Arrival, Kept, NoRecordings, NotKept, NotPlayable, Recordings,
    writing::{self, Audio},
};
use ringcard_connect::{Arriving, NotFetched, Purpose, permits::for_purpose};
use ringcard_core::recording::{AudioKind, Recording, RecordingHold, RecordingId, RecordingState};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};
use thiserror::Error;

/// Why a recording cannot be heard.
#[derive(Debug, Error)]
pub enum NotHere {
    #[error("There is no such recording")]
    NotFound,
    #[error("The telephone system had this recording, and has it no longer")]
    Gone,
    #[error("The recording was deleted")]
    Deleted,
    #[error("The recording is held, and may not be deleted: {}", .0.why)]
    Held(RecordingHold),
    #[error(transparent)]
    NotFetched(NotFetched),
    #[error(transparent)]
    NotKept(NotKept),
    #[error(transparent)]
    NotPlayable(#[from] NotPlayable),
}

impl From<NoRecordings> for NotHere {
    fn from(why: NoRecordings) -> Self {
        Self::NotKept(why.into())
    }
}

impl From<NotKept> for NotHere {
    fn from(why: NotKept) -> Self {
        match why {
            // It came from the telephone system: what that sent is to be said, not what we take.
            NotKept::NotAudio | NotKept::Empty => Self::NotFetched(NotFetched::NotAudio { detail: why.to_string() }),
            why => Self::NotKept(why),
        }
    }
}

/// Which recordings somebody is at now, each by itself.
#[derive(Default)]
pub(super) struct Turns(Mutex<HashMap<RecordingId, Weak<tokio::sync::Mutex<()>>>>);

impl Turns {
    /// Whoever has it locked does the work; whoever comes after finds it done.
    pub fn of(&self, id: &RecordingId) -> Arc<tokio::sync::Mutex<()>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, turn| turn.strong_count() > 0);
        if let Some(turn) = all.get(id).and_then(Weak::upgrade) {
            return turn;
        }
        let turn = Arc::new(tokio::sync::Mutex::new(()));
        all.insert(id.clone(), Arc::downgrade(&turn));
        turn
    }
}

impl Recordings {
    /// A recording's file, and how it is written; `system` is the telephone system that has it, asked where it is not here.
    pub async fn hear(
        &self,
        id: RecordingId,
        system: impl Fn(&str) -> Option<Arc<dyn ringcard_connect::Recordings>>,
    ) -> Result<(Kept, AudioKind), NotHere> {
        let turn = self.there()?.fetching.of(&id);
        let turn = turn.lock_owned().await;
        let row = id.clone();
        let (recording, system_id) = self.ask(move |store| store.one(&row)).await?.ok_or(NotHere::NotFound)?;
        let audio = match (&recording.state, system_id) {
            (RecordingState::Here { audio, .. }, _) => *audio,
            (RecordingState::AtSystem, Some(system_id)) => {
                let system = system(&recording.account).ok_or_else(|| {
                    let detail = format!("the account “{}” gives no recordings", recording.account);
                    NotHere::NotFetched(NotFetched::NotConfigured { detail })
                })?;
                // Whoever hangs up meanwhile leaves it to the next one.
                let (recordings, wanted) = (self.clone(), recording.clone());
                let fetched = tokio::spawn(async move {
                    let _turn = turn;
                    for_purpose(Purpose::AgentAct, recordings.fetch(&wanted, &system_id, &*system)).await.0
                });
                fetched.await.unwrap_or_else(|_| {
                    Err(NotHere::NotKept(NoRecordings::Failed("fetching it failed".to_owned()).into()))
                })?
            }
            (RecordingState::Refused { why }, _) => {
                return Err(NotHere::NotKept(NotKept::said_of(*why, self.most_bytes())));
            }
            (RecordingState::Deleted, _) => return Err(NotHere::Deleted),
            _ => return Err(NotHere::Gone),
        };
        Ok((self.file(&recording.id)?, audio))
    }

    async fn fetch(
        &self,
        recording: &Recording,
        system_id: &str,
        system: &dyn ringcard_connect::Recordings,
    ) -> Result<AudioKind, NotHere> {
        match self.fetch_all(recording, system_id, system).await {
            // It broke off and could not go on where it did: once more from the beginning.
            Err(NotHere::NotFetched(NotFetched::Cut { detail })) => {
                tracing::info!(recording = %recording.id, detail, "a recording is fetched anew");
                self.fetch_all(recording, system_id, system).await
            }
            fetched => fetched,
        }
    }

    async fn fetch_all(
        &self,
        recording: &Recording,
        system_id: &str,
        system: &dyn ringcard_connect::Recordings,
    ) -> Result<AudioKind, NotHere> {
        let arriving = match system.fetch(system_id).await {
            Ok(arriving) => arriving,
            Err(NotFetched::Gone { .. }) => {
                let id = recording.id.clone();
                self.change(move |store| store.is_gone(&id)).await?;
                return Err(NotHere::Gone);
            }
            Err(why) => return Err(NotHere::NotFetched(why)),
        };
        let arrival = self.there()?.folder.begin(&recording.id, self.most_bytes())?;
        let audio = write(arriving, arrival).await?;
        self.is_here(&recording.id, recording.call_id.clone(), audio.kind, audio.bytes).await?;
        Ok(audio.kind)
    }
}

/// Writes what arrives. What does not arrive whole is not kept.
async fn write(mut arriving: Arriving, arrival: Arrival) -> Result<Audio, NotHere> {
    let (pieces, queue) = writing::queue();
    let arrives = async move {
        while let Some(more) = arriving.next().await {
            // Whoever writes says itself why it takes no more.
            if !pieces.more(&more?).await {
                break;
            }
        }
        pieces.whole().await;
        Ok(())
    };
    let (arrived, written) = tokio::join!(arrives, queue.write(arrival));
    match (written?, arrived) {
        (Some(audio), _) => Ok(audio),
        (None, Err(why)) => Err(NotHere::NotFetched(why)),
        (None, Ok(())) => Err(NoRecordings::Closed.into()),
    }
}

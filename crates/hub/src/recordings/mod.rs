//! The recordings of calls: what is known of each (`recordings.db`), and their audio, a file each in `recordings/`.
//!
//! A recording comes with a call's data, or is fetched by the telephone system's id of it when somebody first wants to hear
//! it. In both ways:
//!
//! - It is a row before a byte of it is written, and *here* only after its file is whole and on the disk. What a kill leaves
//!   between is taken away by the next start: a file is whole or not there.
//! - A file has a name nobody guesses, made here: nothing that a sender says is part of a path.
//! - What it is, its first bytes say. What is no audio, or longer than it may be, is not kept.
//! - One recording is fetched once, however many want to hear it.
//!
//! A file that does not open costs the recordings and nothing else: calls go on.

mod audio;
mod export;
mod fetch;
mod files;
mod give;
mod heard;
mod keeping;
mod kept;
mod lift;
mod playable;
mod private;
mod seal;
mod store;
mod writing;

pub use audio::NotPlayable;
pub use export::{Exported, NotExported, Which, export};
pub use fetch::NotHere;
pub use files::{Arrival, NotKept};
pub use keeping::Keeping;
pub use kept::Kept;
pub(crate) use lift::Lifts;
pub use playable::Sound;
pub use private::PrivateAway;
pub use seal::SealKey;

use crate::database::{Held, NotDone, OpenFailure, Threads, Ways, fold_log};
use fetch::Turns;
use files::Folder;
use heard::Heard;
use ringcard_core::{
    Timestamp,
    call::{AgentId, CallId},
    frame::Moment,
    recording::{AudioKind, Recording, RecordingAccess, RecordingAct, RecordingId},
};
use std::{path::Path, sync::Arc, time::Duration};
use store::Store;
use thiserror::Error;
use tokio::sync::{Semaphore, broadcast};

/// Changes and questions that may wait for the thread.
const WAITING: usize = 1024;
/// An answer takes no longer.
const DEADLINE: Duration = Duration::from_secs(10);
/// After a start, and where more became *here* at once than somebody could hear of, so many calls are looked at again.
const MOST_HERE_SINCE: u32 = 50_000;
/// So many recordings are made playable at once: each takes a processor.
const CONVERTING: usize = 2;
/// The audio of all of them, beside the list.
pub(crate) const FOLDER: &str = "recordings";
/// A recording has no more bytes, where the settings say nothing.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// Why nothing is known of recordings, or nothing was kept.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NoRecordings {
    #[error("The list of recordings could not be read or written: {0}")]
    Failed(String),
    #[error("Too much is asked of the list of recordings at once; try again in a moment")]
    Busy,
    #[error("The list of recordings is closed")]
    Closed,
    #[error("The list of recordings could not be opened: {0}")]
    NotOpen(String),
}

impl From<NotDone> for NoRecordings {
    fn from(not_done: NotDone) -> Self {
        match not_done {
            NotDone::Busy | NotDone::Late => Self::Busy,
            NotDone::Closed => Self::Closed,
            NotDone::Failed => Self::Failed(not_done.to_string()),
        }
    }
}

/// Cheap to clone.
#[derive(Clone)]
pub struct Recordings {
    /// Or why there are none.
    open: Result<Arc<Open>, String>,
    /// The calls whose recordings became *here*.
    here: broadcast::Sender<CallId>,
}

struct Open {
    threads: Threads<Store>,
    folder: Folder,
    fetching: Turns,
    making: Turns,
    converting: Semaphore,
    heard: Heard,
    /// Of those that come with call data.
    places: lift::Places,
    /// Of one recording.
    most_bytes: u64,
    /// Of all that is played of recordings and can be made anew.
    most_played: u64,
}

impl Recordings {
    /// Opens or creates file and folder below the hub's own, and takes away what is half there; blocks.
    ///
    /// New files are sealed with the key, where there is one. Where there should be one and it cannot be read, no recordings
    /// are kept: nothing is written open that should not be.
    pub fn start(data_dir: &Path, keeping: &Keeping) -> Self {
        let open = |key| Self::open(data_dir, key, keeping).map_err(|failure| failure.to_string());
        let opened = keeping.key.clone().and_then(open);
        let opened = opened.inspect_err(|failure| {
            tracing::error!(%failure, "no recordings can be kept or heard");
        });
        Self { open: opened.map(Arc::new), here: broadcast::Sender::new(WAITING) }
    }

    fn open(data_dir: &Path, key: Option<SealKey>, keeping: &Keeping) -> Result<Open, OpenFailure> {
        let path = data_dir.join(FOLDER);
        let folder = Folder::open(&path, key).map_err(|source| OpenFailure::of_io(&path, source))?;
        let mut store = Store::open(&data_dir.join("recordings.db"))?;
        if let Err(error) = store.tidy(&folder) {
            tracing::warn!(%error, "what was half there of recordings was not taken away");
        }
        let ways = Ways {
            name: "recordings",
            waiting: WAITING,
            at_rest: None,
            at_end: |store: &mut Store| fold_log(store.connection(), "the list of recordings"),
        };
        Ok(Open {
            threads: Threads::start(vec![store], ways),
            folder,
            fetching: Turns::default(),
            making: Turns::default(),
            converting: Semaphore::new(CONVERTING),
            heard: Heard::default(),
            places: lift::Places::default(),
            most_bytes: keeping.most_of_one,
            most_played: keeping.most_played,
        })
    }

    fn there(&self) -> Result<&Arc<Open>, NoRecordings> {
        self.open.as_ref().map_err(|why| NoRecordings::NotOpen(why.clone()))
    }

    /// The telephone system has these recordings of a call. Said twice is said once.
    pub async fn told(&self, call: CallId, account: &str, system_ids: Vec<String>) -> Result<(), NoRecordings> {
        let account = account.to_owned();
        self.change(move |store| store.told(&call, &account, &system_ids, Timestamp::now())).await
    }

    /// A recording begins to arrive; whose it is may be said later ([`Recordings::is_here`]).
    pub async fn begin(&self, account: &str) -> Result<(RecordingId, Arrival), NotKept> {
        let (id, account) = (RecordingId::new(), account.to_owned());
        let row = id.clone();
        self.change(move |store| store.begin(&row, &account, Timestamp::now())).await?;
        let open = self.there()?;
        let arrival = open.folder.begin(&id, open.most_bytes)?;
        Ok((id, arrival))
    }

    /// How long a recording may be.
    pub(crate) fn most_bytes(&self) -> u64 {
        self.open.as_ref().map_or(MOST_BYTES, |open| open.most_bytes)
    }

    /// A recording's file is whole and on the disk, and this call's.
    pub async fn is_here(
        &self,
        id: &RecordingId,
        call: CallId,
        audio: AudioKind,
        bytes: u64,
    ) -> Result<(), NoRecordings> {
        let (row, told) = (id.clone(), call.clone());
        let is_kept = self.change(move |store| store.is_here(&row, &call, (audio, bytes), Timestamp::now())).await?;
        if is_kept {
            // Nobody may listen.
            let _ = self.here.send(told);
        } else {
            let (open, id) = (self.there()?.clone(), id.clone());
            let gone = tokio::task::spawn_blocking(move || open.folder.delete(&id)).await;
            let failed = |why: String| NoRecordings::Failed(why);
            gone.map_err(|why| failed(why.to_string()))?.map_err(|why| failed(why.to_string()))?;
        }
        Ok(())
    }

    /// Hears of which call a recording became *here*.
    pub fn here(&self) -> broadcast::Receiver<CallId> {
        self.here.subscribe()
    }

    /// The calls whose recordings became *here* since then.
    pub async fn here_since(&self, at: Timestamp) -> Result<Vec<CallId>, NoRecordings> {
        self.ask(move |store| store.here_since(at, MOST_HERE_SINCE)).await
    }

    /// A call's recordings, oldest first.
    pub async fn of_call(&self, call: CallId) -> Result<Vec<Recording>, NoRecordings> {
        self.ask(move |store| store.of_call(&call)).await
    }

    /// Those of these calls none of whose recordings can be heard any more.
    pub async fn with_nothing_to_hear(&self, calls: Vec<CallId>) -> Result<Vec<CallId>, NoRecordings> {
        self.ask(move |store| store.with_nothing_to_hear(&calls)).await
    }

    /// What became of a call's recordings: told of, fetched, deleted.
    pub async fn story_of(&self, call: CallId) -> Result<Vec<Moment>, NoRecordings> {
        self.ask(move |store| store.story_of(&call)).await
    }

    /// One of them.
    pub async fn one(&self, id: RecordingId) -> Result<Option<Recording>, NoRecordings> {
        Ok(self.ask(move |store| store.one(&id)).await?.map(|(recording, _)| recording))
    }

    /// Writes down who did something with a recording.
    pub async fn note(&self, id: RecordingId, agent: Option<AgentId>, act: RecordingAct) -> Result<(), NoRecordings> {
        let access = RecordingAccess { at: Timestamp::now(), agent, act, why: None };
        self.change(move |store| store.note(&id, &access)).await
    }

    /// Who did what with a recording, oldest first.
    pub async fn accesses(&self, id: RecordingId) -> Result<Vec<RecordingAccess>, NoRecordings> {
        self.ask(move |store| store.accesses(&id)).await
    }

    /// The audio of one that is here.
    fn file(&self, id: &RecordingId) -> Result<Kept, NotKept> {
        Ok(self.there()?.folder.read(id)?)
    }

    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Store) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, NoRecordings> {
        let answer = self.there()?.threads.ask(DEADLINE, question).await?;
        answer.map_err(|error| NoRecordings::Failed(error.to_string()))
    }

    async fn change<T: Send + 'static>(
        &self,
        change: impl FnOnce(&mut Store) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, NoRecordings> {
        let made = self.there()?.threads.change(change).await?;
        made.map_err(|error| NoRecordings::Failed(error.to_string()))
    }

    /// Finishes what waits, and closes the file.
    pub async fn close(&self) {
        let Ok(open) = self.open.clone() else { return };
        if tokio::task::spawn_blocking(move || open.threads.close()).await.is_err() {
            tracing::error!("the list of recordings was not closed well");
        }
    }
}

#[cfg(test)]
mod tests;

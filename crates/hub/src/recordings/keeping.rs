//! How long recordings are kept, and who deletes them: a person who may, or their age.
//!
//! Deleted is deleted: the file, what is played of it, and its waveform. What stays is that there was one, and who deleted it
//! when. What is held is deleted by nobody, and never grows too old.

use super::{MOST_BYTES, NoRecordings, NotHere, NotKept, Recordings, SealKey, files::Folder, store::Deleting};
use ringcard_core::{
    Timestamp,
    call::{AgentId, CallId},
    recording::{RecordingAccess, RecordingAct, RecordingId},
};
use std::collections::BTreeMap;

/// How recordings are kept, and how long. Nothing said: for good, but copies of what the telephone system has.
#[derive(Debug, Clone)]
pub struct Keeping {
    pub days: Option<u32>,
    /// Accounts that keep theirs for another time.
    pub days_of: BTreeMap<String, u32>,
    /// Of all that are here.
    pub most_bytes: Option<u64>,
    /// A copy of what the telephone system has goes when nobody heard it for so many days.
    pub cached_days: u32,
    /// Bytes of one recording.
    pub most_of_one: u64,
    /// Bytes of what is played of recordings and can be made anew; beyond it goes what was not heard for longest.
    pub most_played: u64,
    /// What new ones are sealed with on the disk; or why that cannot be read.
    pub key: Result<Option<SealKey>, String>,
}

impl Default for Keeping {
    fn default() -> Self {
        Self {
            days: None,
            days_of: BTreeMap::new(),
            most_bytes: None,
            cached_days: 30,
            most_of_one: MOST_BYTES,
            most_played: 1024 * 1024 * 1024,
            key: Ok(None),
        }
    }
}

impl Keeping {
    /// What is played of a recording is made anew when nobody heard it for so long.
    pub(super) const PLAYED_DAYS: u32 = 7;

    /// The accounts whose recordings grow too old, and when.
    pub(super) fn days_by_account(&self, accounts: &[String]) -> Vec<(String, u32)> {
        let days = |account: &String| self.days_of.get(account).copied().or(self.days);
        accounts.iter().filter_map(|account| Some((account.clone(), days(account)?))).collect()
    }
}

impl Recordings {
    /// Somebody deletes one.
    pub async fn delete(&self, id: RecordingId, agent: Option<AgentId>) -> Result<(), NotHere> {
        let access = RecordingAccess { at: Timestamp::now(), agent, act: RecordingAct::Deleted, why: None };
        let row = id.clone();
        match self.change(move |store| store.delete(&row, &access)).await? {
            Deleting::Deleted => {}
            Deleting::NotThere => return Err(NotHere::NotFound),
            Deleting::Held(hold) => return Err(NotHere::Held(hold)),
        }
        self.take_away(move |folder| folder.delete(&id)).await
    }

    /// Somebody holds one, with a reason, or lets it go again.
    pub async fn hold(&self, id: RecordingId, agent: Option<AgentId>, why: Option<String>) -> Result<(), NotHere> {
        let act = if why.is_some() { RecordingAct::Held } else { RecordingAct::Released };
        let access = RecordingAccess { at: Timestamp::now(), agent, act, why };
        match self.change(move |store| store.hold(&id, &access)).await? {
            true => Ok(()),
            false => Err(NotHere::NotFound),
        }
    }

    /// Deletes what is too old, too much, or a copy nobody hears.
    pub async fn clear(&self, keeping: &Keeping, now: Timestamp) -> Result<(), NotHere> {
        loop {
            let by = keeping.clone();
            let to_go = self.change(move |store| store.clear(&by, now)).await?;
            if !to_go.whole.is_empty() {
                tracing::info!(recordings = to_go.whole.len(), "recordings were deleted by their age, or for room");
            }
            let more = to_go.more;
            self.take_away(move |folder| {
                to_go.whole.iter().try_for_each(|id| folder.delete(id))?;
                to_go.played.iter().try_for_each(|id| folder.delete_played(id))
            })
            .await?;
            if !more {
                break;
            }
        }
        self.bound_played(None).await
    }

    /// Takes away what is played of recordings until the others have room: what was not heard for longest, and nothing that
    /// somebody listens to, or is about to.
    pub(super) async fn bound_played(&self, about_to: Option<RecordingId>) -> Result<(), NotHere> {
        let open = self.there()?;
        let (most, mut spared) = (open.most_played, open.heard.now());
        spared.extend(about_to);
        let to_go = self.change(move |store| store.bound_played(most, &spared)).await?;
        if to_go.is_empty() {
            return Ok(());
        }
        self.take_away(move |folder| to_go.iter().try_for_each(|id| folder.delete_played(id))).await
    }

    /// Calls that are older than so many days are to go: answers those that may, because none of their recordings is here or
    /// held. What was listed of theirs is deleted with that.
    pub(crate) async fn delete_of_calls(
        &self,
        calls: Vec<CallId>,
        days: u32,
        now: Timestamp,
    ) -> Result<Vec<CallId>, NoRecordings> {
        let why = Some(format!("its call was older than {days} days"));
        let access = RecordingAccess { at: now, agent: None, act: RecordingAct::Deleted, why };
        self.change(move |store| store.delete_of_calls(calls, &access)).await
    }

    pub(super) async fn take_away(
        &self,
        away: impl FnOnce(&Folder) -> std::io::Result<()> + Send + 'static,
    ) -> Result<(), NotHere> {
        let open = self.there()?.clone();
        let gone = tokio::task::spawn_blocking(move || away(&open.folder)).await;
        let gone = gone.unwrap_or_else(|error| Err(std::io::Error::other(error)));
        gone.map_err(|error| NotHere::NotKept(NotKept::Io(error)))
    }
}

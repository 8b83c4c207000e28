//! What windows play of recordings: by a name that is good for a while, and says nothing of the recording.
//!
//! A window never asks the hub, and never sees where a recording is: it has a name ([`Ticket`]), and gets pieces of a WAV
//! by it. The name is kept in memory, goes when nobody asks by it, and opens nothing but this recording on this desk. Each
//! piece is asked of the hub over the desk's own line, wherever the hub is, and the hub looks each time whether this agent
//! may hear it.

use crate::Desk;
use ringcard_core::{
    frame::{RequestError, RequestErrorCode, ask},
    recording::{Playable, RecordingId},
};
use serde::Serialize;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;
use ts_rs::TS;
use uuid::Uuid;

/// A name nobody asked by for so long is good for nothing.
const GOOD_FOR: Duration = Duration::from_secs(10 * 60);
/// Names at once; the one that was used longest ago makes place.
const MOST: usize = 64;

/// A recording that may be played now.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct Ticket {
    /// By which its audio is asked for. It is good until nobody asked by it for ten minutes.
    pub name: String,
    pub playable: Playable,
}

/// Some of the bytes of a WAV.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub from: u64,
    pub bytes: Vec<u8>,
    /// How many the WAV has.
    pub of: u64,
}

/// The names that are good.
#[derive(Clone, Default)]
pub(crate) struct Names(Arc<Mutex<HashMap<String, Named>>>);

struct Named {
    recording: RecordingId,
    bytes: u64,
    used: Instant,
}

impl Names {
    fn give(&self, recording: RecordingId, bytes: u64) -> String {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        all.retain(|_, named| now.duration_since(named.used) < GOOD_FOR);
        if all.len() >= MOST {
            let oldest = all.iter().min_by_key(|(_, named)| named.used).map(|(name, _)| name.clone());
            oldest.map(|oldest| all.remove(&oldest));
        }
        // 122 bits of the system's randomness
        let name = Uuid::new_v4().simple().to_string();
        all.insert(name.clone(), Named { recording, bytes, used: now });
        name
    }

    fn use_one(&self, name: &str) -> Option<(RecordingId, u64)> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        all.retain(|_, named| now.duration_since(named.used) < GOOD_FOR);
        let named = all.get_mut(name)?;
        named.used = now;
        Some((named.recording.clone(), named.bytes))
    }
}

impl Desk {
    /// A recording is to be played: fetched by the hub where it is still at the telephone system, and a name for it.
    pub async fn listen(&self, recording: RecordingId) -> Result<Ticket, RequestError> {
        let playable = self.ask(ask::Listen { recording }).await?;
        let name = self.audio.give(playable.recording.clone(), playable.bytes);
        Ok(Ticket { name, playable })
    }

    /// How many bytes there are by this name; nothing when it is good no longer.
    pub fn audio_bytes(&self, name: &str) -> Option<u64> {
        self.audio.use_one(name).map(|(_, bytes)| bytes)
    }

    /// The bytes from one up to another, not included, or as many of them as are given at once
    /// ([`Playable::MOST_AT_ONCE`]).
    pub async fn audio(&self, name: &str, from: u64, to: u64) -> Result<Piece, RequestError> {
        let (recording, of) = self.audio.use_one(name).ok_or_else(no_longer)?;
        let most = u64::from(Playable::MOST_AT_ONCE).min(to.saturating_sub(from));
        let most = u32::try_from(most).unwrap_or(Playable::MOST_AT_ONCE);
        let audio = self.ask(ask::Hear { recording, from, most }).await?;
        Ok(Piece { from, bytes: audio.0, of })
    }
}

fn no_longer() -> RequestError {
    RequestError::new(RequestErrorCode::NotFound, "Nothing is played by this name any more: play the recording anew.")
}

//! What we ask of a telephone system that keeps the recordings of its calls, and how a CRM is given those that are here.

use async_trait::async_trait;
use futures_util::{StreamExt, stream::BoxStream};
use ringcard_core::recording::{AudioKind, RecordingId};
use std::sync::Arc;
use thiserror::Error;

/// A telephone system that gives a recording by its own id of it. Nothing is changed by asking.
#[async_trait]
pub trait Recordings: Send + Sync {
    /// Asks for a recording. `Ok` when audio comes, whatever the answer calls itself: what comes then is bounded by whoever
    /// takes it. An answer that breaks off, or does not go on within the account's time-out, goes on where it did if the
    /// telephone system gives parts of it; else it is [`NotFetched::Cut`]. So is one that ends too early by its own form,
    /// where nothing but that can tell.
    async fn fetch(&self, id: &str) -> Result<Arriving, NotFetched>;
}

/// Recordings that are kept here, for a system that is sent their audio with a call.
#[async_trait]
pub trait GivesRecordings: Send + Sync {
    /// The whole audio of one; `None`: it is not here (any more), or has more than `most` bytes. The error is a sentence: it
    /// could not be read just now. That it was given is written down with the recording.
    async fn whole(&self, id: &RecordingId, most: u64) -> Result<Option<WholeRecording>, String>;
}

/// The audio of a recording, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WholeRecording {
    pub audio: AudioKind,
    pub bytes: Vec<u8>,
}

/// A system that may be sent recordings.
pub trait TakesRecordings: Send + Sync {
    /// Where it gets them from now on.
    fn use_recordings(&self, from: Arc<dyn GivesRecordings>);
}

/// A recording on its way.
pub struct Arriving(BoxStream<'static, Result<Vec<u8>, NotFetched>>);

impl Arriving {
    pub(crate) fn new(audio: BoxStream<'static, Result<Vec<u8>, NotFetched>>) -> Self {
        Self(audio)
    }

    /// The next bytes; nothing at its whole end. After an error nothing comes any more.
    pub async fn next(&mut self) -> Option<Result<Vec<u8>, NotFetched>> {
        self.0.next().await
    }
}

/// Why there is no recording. `detail` is a sentence for administrators, without secrets and numbers.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NotFetched {
    #[error("User, password or key was not accepted: {detail}")]
    SignIn { detail: String },
    #[error("The telephone system knows no recording by this id: {detail}")]
    NotKnown { detail: String },
    #[error("The telephone system has this recording no longer: {detail}")]
    Gone { detail: String },
    #[error("The telephone system answered with something that is no audio: {detail}")]
    NotAudio { detail: String },
    #[error("The telephone system did not give the recording: {detail}")]
    Refused { detail: String },
    #[error("The telephone system cannot be reached: {detail}")]
    Unreachable { detail: String },
    #[error("The recording did not arrive whole: {detail}")]
    Cut { detail: String },
    #[error("Recordings are not set up: {detail}")]
    NotConfigured { detail: String },
}

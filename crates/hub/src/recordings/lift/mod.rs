//! Recordings that were lifted out of a body while it arrived: decoded, known as audio by their first bytes, written to the
//! disk piece by piece, and given to a call once that is committed.
//!
//! Nothing here costs a call its data: what is wrong with a recording is kept as the reason why it is not here. Of what is no
//! audio nothing is written, and of what is too long nothing stays. So many arrive at once for one account
//! ([`AT_ONCE`]); the next wait, and their senders with them.

mod arrive;
mod decode;

use super::{NoRecordings, NotKept, Recordings, writing::Audio};
use arrive::{Arriving, Sent};
use decode::Decoder;
use ringcard_connect::{Piece, SentAudio, Written};
use ringcard_core::{
    Timestamp,
    call::CallId,
    recording::{AudioKind, RecordingRefused},
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Requests of one account whose recordings are written at the same time.
const AT_ONCE: usize = 4;
/// Recordings of one request.
const MOST: usize = 16;

/// Who may write: by account.
#[derive(Default)]
pub(super) struct Places(Mutex<HashMap<String, Arc<Semaphore>>>);

impl Places {
    async fn one(&self, account: &str) -> Option<OwnedSemaphorePermit> {
        let places = {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            all.entry(account.to_owned()).or_insert_with(|| Arc::new(Semaphore::new(AT_ONCE))).clone()
        };
        places.acquire_owned().await.ok()
    }
}

/// What was lifted out of one request. Dropped before [`Lifts::belong_to`], nothing of it stays.
pub(crate) struct Lifts {
    recordings: Recordings,
    account: String,
    /// From the first audio until all of it is somebody's.
    place: Option<OwnedSemaphorePermit>,
    values: Vec<Value>,
    open: Option<Open>,
}

struct Value {
    written: Written,
    became: Result<Sent, RecordingRefused>,
}

/// The value that goes by.
struct Open {
    written: Written,
    decoder: Decoder,
    state: State,
}

enum State {
    /// What it is is not known yet.
    Begins(Vec<u8>),
    Arrives(Arriving),
    Refused(RecordingRefused),
}

impl Lifts {
    pub fn new(recordings: &Recordings, account: &str) -> Self {
        let (recordings, account) = (recordings.clone(), account.to_owned());
        Self { recordings, account, place: None, values: Vec::new(), open: None }
    }

    pub async fn take(&mut self, piece: Piece) {
        match piece {
            Piece::Begins(written) => {
                let state = State::Begins(Vec::new());
                self.open = Some(Open { written, decoder: Decoder::new(written), state });
            }
            Piece::More(bytes) => {
                let Some(mut open) = self.open.take() else { return };
                if let Err(why) = self.more(&mut open, &bytes).await {
                    open.state = State::Refused(why);
                }
                self.open = Some(open);
            }
            Piece::Ends => {
                let Some(open) = self.open.take() else { return };
                let written = open.written;
                let became = self.finish(open).await;
                self.values.push(Value { written, became });
            }
        }
    }

    async fn more(&mut self, open: &mut Open, bytes: &[u8]) -> Result<(), RecordingRefused> {
        if let State::Refused(_) = open.state {
            return Ok(());
        }
        let mut decoded = Vec::with_capacity(bytes.len());
        open.decoder.more(bytes, &mut decoded)?;
        self.write(open, &decoded).await
    }

    async fn write(&mut self, open: &mut Open, decoded: &[u8]) -> Result<(), RecordingRefused> {
        let taken = match &mut open.state {
            State::Refused(_) => true,
            State::Arrives(arriving) => arriving.more(decoded).await,
            State::Begins(begin) => {
                begin.extend_from_slice(decoded);
                if AudioKind::of(begin).is_none() {
                    return if begin.len() < AudioKind::TELLING { Ok(()) } else { Err(RecordingRefused::NotAudio) };
                }
                let begin = std::mem::take(begin);
                let arriving = self.begin().await?;
                let taken = arriving.more(&begin).await;
                open.state = State::Arrives(arriving);
                taken
            }
        };
        match std::mem::replace(&mut open.state, State::Refused(RecordingRefused::NotWritten)) {
            // It is not written to its end for a reason.
            State::Arrives(arriving) if !taken => Err(why(arriving.finish().await)),
            state => {
                open.state = state;
                Ok(())
            }
        }
    }

    async fn begin(&mut self) -> Result<Arriving, RecordingRefused> {
        if self.values.iter().filter(|value| value.became.is_ok()).count() >= MOST {
            return Err(RecordingRefused::TooMany);
        }
        if self.place.is_none() {
            self.place = self.recordings.place(&self.account).await;
        }
        Ok(Arriving::begin(&self.recordings, &self.account))
    }

    async fn finish(&mut self, mut open: Open) -> Result<Sent, RecordingRefused> {
        let mut decoded = Vec::new();
        let decoder = std::mem::replace(&mut open.decoder, Decoder::new(open.written));
        if let State::Refused(why) = open.state {
            return Err(why);
        }
        decoder.finish(&mut decoded)?;
        self.write(&mut open, &decoded).await?;
        match open.state {
            State::Refused(why) => Err(why),
            State::Begins(begin) if begin.is_empty() => Err(RecordingRefused::Empty),
            State::Begins(_) => Err(RecordingRefused::NotAudio),
            State::Arrives(arriving) => arriving.finish().await.map_err(|not_kept| refused(&not_kept)),
        }
    }

    /// Whether nothing was lifted out.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The call is committed: its recordings are those that its data name, and files that are audio, whatever they are
    /// called.
    pub async fn belong_to(mut self, call: &CallId, audio: Vec<SentAudio>) -> Result<(), NoRecordings> {
        let mut named = vec![false; self.values.len()];
        for audio in audio {
            match audio {
                SentAudio::Lifted(number) => named.iter_mut().skip(number).take(1).for_each(|named| *named = true),
                SentAudio::Text(text) => self.text(&text, &mut named).await,
            }
        }
        for (value, is_named) in std::mem::take(&mut self.values).into_iter().zip(named) {
            match value.became {
                Ok(sent) if is_named || value.written == Written::File => sent.belongs_to(call).await?,
                Ok(_) => {}
                Err(why) if is_named => {
                    tracing::warn!(%call, account = self.account, ?why, "a recording was not kept");
                    self.recordings.was_refused(call.clone(), &self.account, why).await?;
                }
                Err(_) => {}
            }
        }
        Ok(())
    }

    /// The call is private: nothing of what came is kept, and it is said that something came.
    pub async fn refuse_as_private(self, call: &CallId, audio: &[SentAudio]) -> Result<(), NoRecordings> {
        if audio.is_empty() && self.values.iter().all(|value| value.became.is_err()) {
            return Ok(());
        }
        self.recordings.was_refused(call.clone(), &self.account, RecordingRefused::Private).await
    }

    /// A short one that stands in a field. What is no audio there is an id, an address or a word, and no recording, but where
    /// it says itself what it is.
    async fn text(&mut self, text: &str, named: &mut Vec<bool>) {
        let pieces = [Piece::Begins(Written::FormText), Piece::More(text.as_bytes().to_vec()), Piece::Ends];
        for piece in pieces {
            self.take(piece).await;
        }
        let is_one = self.values.last().is_some_and(|value| value.became.is_ok());
        named.push(is_one || text.trim_start().starts_with("data:"));
    }
}

/// Why nothing more was taken.
fn why(finished: Result<Sent, NotKept>) -> RecordingRefused {
    finished.map_or_else(|not_kept| refused(&not_kept), |_| RecordingRefused::NotWritten)
}

fn refused(not_kept: &NotKept) -> RecordingRefused {
    match not_kept {
        NotKept::Empty => RecordingRefused::Empty,
        NotKept::NotAudio => RecordingRefused::NotAudio,
        NotKept::Broken => RecordingRefused::Broken,
        NotKept::TooMany => RecordingRefused::TooMany,
        NotKept::TooLong { .. } => RecordingRefused::TooLong,
        NotKept::DiskFull => RecordingRefused::DiskFull,
        NotKept::Private => RecordingRefused::Private,
        NotKept::Sealed(_) | NotKept::Io(_) | NotKept::List(_) => RecordingRefused::NotWritten,
    }
}

impl NotKept {
    /// Why one was not kept when it came.
    pub(super) fn said_of(why: RecordingRefused, most: u64) -> Self {
        match why {
            RecordingRefused::Empty => Self::Empty,
            RecordingRefused::NotAudio => Self::NotAudio,
            RecordingRefused::Broken => Self::Broken,
            RecordingRefused::TooMany => Self::TooMany,
            RecordingRefused::TooLong => Self::TooLong { most },
            RecordingRefused::DiskFull => Self::DiskFull,
            RecordingRefused::Private => Self::Private,
            RecordingRefused::NotWritten => Self::Io(std::io::Error::other("it failed when it came")),
        }
    }
}

impl Recordings {
    async fn place(&self, account: &str) -> Option<OwnedSemaphorePermit> {
        self.there().ok()?.places.one(account).await
    }

    /// A recording that came with a call's data is the call's. `false`: the call has the same already.
    async fn was_sent(&self, id: &super::RecordingId, call: CallId, audio: Audio) -> Result<bool, NoRecordings> {
        let (id, told) = (id.clone(), call.clone());
        let is_new = self.change(move |store| store.was_sent(&id, &call, &audio)).await?;
        if is_new {
            // Nobody may listen.
            let _ = self.here.send(told);
        }
        Ok(is_new)
    }

    /// One that came was not kept.
    async fn was_refused(&self, call: CallId, account: &str, why: RecordingRefused) -> Result<(), NoRecordings> {
        let account = account.to_owned();
        self.change(move |store| store.was_refused(&call, &account, why, Timestamp::now())).await
    }

    /// Nobody wants one that came: row and file go.
    async fn forget(&self, id: &super::RecordingId) -> Result<(), NotKept> {
        let row = id.clone();
        self.change(move |store| store.forget(&row)).await?;
        Ok(self.there()?.folder.delete(id)?)
    }
}

#[cfg(test)]
mod tests;

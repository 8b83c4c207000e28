//! Recordings over REST: which there are of a call, and their audio, whole or a range of it.

use super::{
    ApiError,
    ask::ask,
    extract::{self, Asked, Named},
    token::Caller,
};
use crate::{
    hub::Shared,
    policy,
    recordings::{Kept, NotHere, NotKept, Sound},
    session::recordings::{as_kept, play, refused},
};
use axum::{
    Json,
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::stream;
use hyper::body::Bytes;
use ringcard_core::{
    call::CallId,
    frame::{self, Request},
    recording::{AudioKind, Recording, RecordingAccess, RecordingId, asked_range},
};
use serde::Deserialize;
use std::{io, sync::Arc};

/// So much of a file is held at once for each who listens.
const PIECE: usize = 64 * 1024;

/// A call's recordings.
pub(super) async fn of_call(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Named(id): Named,
) -> Result<Json<Vec<Recording>>, ApiError> {
    ask(&shared, &caller, frame::ask::Recordings { call_id: CallId(id) }).await.map(Json)
}

/// Deletes a recording, for good.
pub(super) async fn delete(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Named(id): Named,
) -> Result<StatusCode, ApiError> {
    ask(&shared, &caller, frame::ask::DeleteRecording { recording: RecordingId(id) }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Why a recording may not be deleted.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Hold {
    /// At most 500 characters.
    why: String,
}

/// Holds a recording: nobody deletes it, and it never grows too old.
pub(super) async fn hold(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Named(id): Named,
    extract::Body(hold): extract::Body<Hold>,
) -> Result<StatusCode, ApiError> {
    let hold = frame::ask::HoldRecording { recording: RecordingId(id), why: Some(hold.why) };
    ask(&shared, &caller, hold).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lets a recording go again.
pub(super) async fn release(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Named(id): Named,
) -> Result<StatusCode, ApiError> {
    ask(&shared, &caller, frame::ask::HoldRecording { recording: RecordingId(id), why: None }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who did what with a recording.
pub(super) async fn accesses(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Named(id): Named,
) -> Result<Json<Vec<RecordingAccess>>, ApiError> {
    ask(&shared, &caller, frame::ask::RecordingAccesses { recording: RecordingId(id) }).await.map(Json)
}

/// As what the audio is wanted.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(utoipa::IntoParams))]
pub(super) struct HowGiven {
    /// `playable`: a WAV of 16-bit PCM, whatever the telephone system wrote. Absent: the file as it is kept.
    #[serde(default, rename = "as")]
    #[cfg_attr(test, param(inline))]
    r#as: Option<As>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
enum As {
    Playable,
}

/// What is given.
enum Given {
    AsKept(Kept),
    Playable(Sound),
}

impl Given {
    fn bytes(&self) -> u64 {
        match self {
            Self::AsKept(kept) => kept.bytes(),
            Self::Playable(sound) => sound.bytes(),
        }
    }

    fn read_at(&mut self, at: u64, into: &mut [u8]) -> io::Result<()> {
        match self {
            Self::AsKept(kept) => kept.read_at(at, into),
            Self::Playable(sound) => sound.read_at(at, into),
        }
    }
}

/// A recording's audio; fetched from the telephone system where it is not here yet.
pub(super) async fn audio(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Named(id): Named,
    Asked(how): Asked<HowGiven>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let id = RecordingId(id);
    let listen = Request::Listen { recording: id.clone() };
    policy::may(&shared, &caller, policy::Asked::Request(&listen)).await?;
    let agent = caller.agent().cloned();
    let (given, content_type) = match how.r#as {
        Some(As::Playable) => (Given::Playable(play(&shared, agent, &id).await?), AudioKind::WavPcm.content_type()),
        None => {
            let (kept, audio) = as_kept(&shared, agent, &id).await?;
            (Given::AsKept(kept), audio.content_type())
        }
    };
    let bytes = given.bytes();
    let asked = headers.get(header::RANGE).and_then(|range| range.to_str().ok());
    let Some((from, to)) = asked.map_or(Some((0, bytes)), |asked| asked_range(asked, bytes)) else {
        let message = format!("The recording has {bytes} bytes: the range is not in it");
        let error = ApiError::new(StatusCode::RANGE_NOT_SATISFIABLE, "range_not_there", message);
        return Ok(([(header::CONTENT_RANGE, format!("bytes */{bytes}"))], error).into_response());
    };
    let answer = Response::builder()
        .status(if to - from == bytes { StatusCode::OK } else { StatusCode::PARTIAL_CONTENT })
        .header(header::CONTENT_TYPE, content_type)
        .header(header::CONTENT_LENGTH, to - from)
        .header(header::ACCEPT_RANGES, "bytes")
        .header(header::CACHE_CONTROL, "private, no-store")
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    let answer = match to - from == bytes {
        true => answer,
        false => answer.header(header::CONTENT_RANGE, format!("bytes {from}-{}/{bytes}", to - 1)),
    };
    let answer = answer.body(pieces(given, from, to));
    answer.map_err(|error| ApiError::from(refused(&NotHere::NotKept(NotKept::Io(io::Error::other(error))))))
}

/// Part of a file, as whoever asked takes it.
fn pieces(given: Given, from: u64, to: u64) -> Body {
    Body::from_stream(stream::unfold(Some((given, from)), move |left| async move {
        let (mut given, at) = left.filter(|(_, at)| *at < to)?;
        let read = move || {
            let most = usize::try_from(to - at).unwrap_or(PIECE).min(PIECE);
            let mut piece = vec![0; most];
            given.read_at(at, &mut piece)?;
            Ok((given, piece))
        };
        match tokio::task::spawn_blocking(read).await.unwrap_or_else(|error| Err(io::Error::other(error))) {
            Ok((given, piece)) => {
                let next = at + piece.len() as u64;
                Some((Ok(Bytes::from(piece)), Some((given, next))))
            }
            Err(error) => Some((Err(error), None)),
        }
    }))
}

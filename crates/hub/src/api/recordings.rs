//! Recordings over REST: which there are of a call, and their audio, whole or a range of it.

use super::{ApiError, ask::ask, extract::Named, token::Caller};
use crate::{
    hub::Shared,
    policy::{self, Asked},
    recordings::{NoRecordings, NotHere, NotKept},
};
use axum::{
    Json,
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::stream;
use hyper::body::Bytes;
use ringcard_connect::NotFetched;
use ringcard_core::{
    call::CallId,
    frame,
    recording::{Recording, RecordingAct, RecordingId, RecordingState},
};
use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    sync::Arc,
};

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

/// A recording's audio; fetched from the telephone system where it is not here yet.
pub(super) async fn audio(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Named(id): Named,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let id = RecordingId(id);
    let known = shared.recordings.one(id.clone()).await.map_err(|why| refused(why.into()))?;
    let known = known.ok_or_else(|| refused(NotHere::NotFound))?;
    policy::may(&shared, &caller, Asked::Listen(&known.call_id)).await?;
    let heard = shared.recordings.hear(id.clone(), |account| shared.accounts.recordings(account)).await;
    let (recording, file) = heard.map_err(refused)?;
    let RecordingState::Here { audio, bytes } = recording.state else { return Err(refused(NotHere::NotFound)) };
    let asked = headers.get(header::RANGE).and_then(|range| range.to_str().ok());
    let range = match asked.map_or(Some((0, bytes)), |asked| range(asked, bytes)) {
        Some(range) => range,
        None => {
            let message = format!("The recording has {bytes} bytes: the range is not in it");
            let error = ApiError::new(StatusCode::RANGE_NOT_SATISFIABLE, "range_not_there", message);
            let whole = HeaderValue::from_str(&format!("bytes */{bytes}")).map_err(|_| refused(NotHere::NotFound))?;
            return Ok(([(header::CONTENT_RANGE, whole)], error).into_response());
        }
    };
    // Whoever hears it to its end in ranges listened once.
    if range.0 == 0 {
        let noted = shared.recordings.note(id, caller.agent().cloned(), RecordingAct::Listened).await;
        noted.map_err(|why| refused(why.into()))?;
    }
    let (from, to) = range;
    let answer = Response::builder()
        .status(if to - from == bytes { StatusCode::OK } else { StatusCode::PARTIAL_CONTENT })
        .header(header::CONTENT_TYPE, audio.content_type())
        .header(header::CONTENT_LENGTH, to - from)
        .header(header::ACCEPT_RANGES, "bytes")
        .header(header::CACHE_CONTROL, "private, no-store")
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    let answer = match to - from == bytes {
        true => answer,
        false => answer.header(header::CONTENT_RANGE, format!("bytes {from}-{}/{bytes}", to - 1)),
    };
    answer.body(pieces(file, from, to)).map_err(|error| refused(NotHere::NotKept(NotKept::Io(io::Error::other(error)))))
}

/// From which byte up to which, not included; nothing where none of them is there. What is no single range is the whole.
fn range(asked: &str, bytes: u64) -> Option<(u64, u64)> {
    let whole = Some((0, bytes));
    let Some((from, to)) = asked.strip_prefix("bytes=").and_then(|range| range.split_once('-')) else { return whole };
    match (from.trim().parse::<u64>(), to.trim().parse::<u64>()) {
        (Ok(from), Ok(to)) if from <= to => (from < bytes).then_some((from, to.saturating_add(1).min(bytes))),
        (Ok(from), Err(_)) if to.trim().is_empty() => (from < bytes).then_some((from, bytes)),
        (Err(_), Ok(last)) if from.trim().is_empty() => (last > 0).then_some((bytes.saturating_sub(last), bytes)),
        _ => whole,
    }
}

/// Part of a file, as whoever asked takes it.
fn pieces(file: File, from: u64, to: u64) -> Body {
    Body::from_stream(stream::unfold(Some((file, from)), move |left| async move {
        let (mut file, at) = left.filter(|(_, at)| *at < to)?;
        let read = move || {
            let most = usize::try_from(to - at).unwrap_or(PIECE).min(PIECE);
            let mut piece = vec![0; most];
            file.seek(SeekFrom::Start(at))?;
            file.read_exact(&mut piece)?;
            Ok((file, piece))
        };
        match tokio::task::spawn_blocking(read).await.unwrap_or_else(|error| Err(io::Error::other(error))) {
            Ok((file, piece)) => {
                let next = at + piece.len() as u64;
                Some((Ok(Bytes::from(piece)), Some((file, next))))
            }
            Err(error) => Some((Err(error), None)),
        }
    }))
}

fn refused(why: NotHere) -> ApiError {
    let (status, code) = match &why {
        NotHere::NotFound => (StatusCode::NOT_FOUND, "not_found"),
        NotHere::Gone | NotHere::NotFetched(NotFetched::Gone { .. }) => (StatusCode::GONE, "recording_gone"),
        NotHere::NotFetched(NotFetched::SignIn { .. }) => (StatusCode::BAD_GATEWAY, "recording_sign_in"),
        NotHere::NotFetched(NotFetched::NotKnown { .. }) => (StatusCode::BAD_GATEWAY, "recording_not_known"),
        NotHere::NotFetched(NotFetched::NotAudio { .. }) => (StatusCode::BAD_GATEWAY, "recording_not_audio"),
        NotHere::NotFetched(NotFetched::Refused { .. }) => (StatusCode::BAD_GATEWAY, "recording_refused"),
        NotHere::NotFetched(NotFetched::NotConfigured { .. }) => (StatusCode::BAD_GATEWAY, "recording_not_configured"),
        NotHere::NotFetched(NotFetched::Unreachable { .. } | NotFetched::Cut { .. }) => {
            (StatusCode::BAD_GATEWAY, "recording_unreachable")
        }
        NotHere::NotKept(NotKept::Empty | NotKept::NotAudio | NotKept::Broken) => {
            (StatusCode::BAD_GATEWAY, "recording_not_audio")
        }
        NotHere::NotKept(NotKept::TooLong { .. } | NotKept::TooMany) => (StatusCode::BAD_GATEWAY, "recording_too_long"),
        NotHere::NotKept(NotKept::DiskFull) => (StatusCode::SERVICE_UNAVAILABLE, "not_saved"),
        NotHere::NotKept(NotKept::List(NoRecordings::Busy)) => (StatusCode::SERVICE_UNAVAILABLE, "busy"),
        NotHere::NotKept(_) => (StatusCode::SERVICE_UNAVAILABLE, "not_saved"),
    };
    ApiError::new(status, code, why.to_string())
}

#[cfg(test)]
mod tests {
    use super::range;

    #[test]
    fn a_range_is_part_of_what_is_there() {
        let cases = [
            ("bytes=0-", Some((0, 100))),
            ("bytes=0-0", Some((0, 1))),
            ("bytes=10-19", Some((10, 20))),
            ("bytes=90-1000", Some((90, 100))),
            ("bytes=-10", Some((90, 100))),
            ("bytes=-1000", Some((0, 100))),
            ("bytes=99-", Some((99, 100))),
            ("bytes=100-", None),
            ("bytes=-0", None),
            // more than one range, and what is none, is the whole
            ("bytes=0-1,5-6", Some((0, 100))),
            ("bytes=5-1", Some((0, 100))),
            ("bytes=", Some((0, 100))),
            ("lines=1-2", Some((0, 100))),
            ("bytes=0-18446744073709551615", Some((0, 100))),
        ];
        for (asked, taken) in cases {
            assert_eq!(range(asked, 100), taken, "{asked}");
        }
    }
}

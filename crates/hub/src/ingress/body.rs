//! A request taken apart: what is there at once, and a body that is read up to its bound.

use super::Refused;
use crate::{api::ApiError, listen::Sender};
use axum::{
    body::{Body, HttpBody},
    http::{StatusCode, request::Parts},
};
use futures_util::StreamExt;
use ringcard_connect::RawPush;
use ringcard_core::pushed::PushBecame;
use std::time::Duration;
use tokio::time::error::Elapsed;

/// A sender slower than this holds a place for nothing.
const BODY_TIME: Duration = Duration::from_secs(10);
/// Headers beyond these are not looked at.
const MOST_HEADERS: usize = 64;

/// A push without its body.
pub(super) fn head(parts: &Parts) -> RawPush {
    let headers = parts
        .headers
        .iter()
        .take(MOST_HEADERS)
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
        .collect();
    let content_type = parts.headers.get("content-type").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let query = parts.uri.query().unwrap_or_default().to_owned();
    RawPush { query, content_type, headers, ..RawPush::default() }
}

/// The whole body; one that says that it is longer is not begun, and one for which there is no memory is not kept.
pub(super) async fn read(body: Body, most: usize, sender: Option<&Sender>) -> Result<Vec<u8>, Refused> {
    read_bounded(body, most).await.map_err(|refused| match sender.is_some_and(Sender::is_crowded_out) {
        true => Refused { became: PushBecame::NotKept, ..refused },
        false => refused,
    })
}

async fn read_bounded(body: Body, most: usize) -> Result<Vec<u8>, Refused> {
    if body.size_hint().lower() > u64::try_from(most).unwrap_or(u64::MAX) {
        return Err(too_large(most));
    }
    let read = async {
        let mut chunks = body.into_data_stream();
        let mut bytes = Vec::new();
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|_| was_cut())?;
            if bytes.len() + chunk.len() > most {
                return Err(too_large(most));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    };
    in_time(tokio::time::timeout(BODY_TIME, read).await)?
}

pub(super) fn too_large(most: usize) -> Refused {
    let message = format!("The request is too large: at most {} kB are taken here", most / 1024);
    let error = ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", message);
    Refused { error, became: PushBecame::TooLarge }
}

pub(super) fn was_cut() -> Refused {
    let error = ApiError::new(StatusCode::BAD_REQUEST, "unreadable", "The request's body was cut");
    Refused { error, became: PushBecame::Cut }
}

/// What came in time.
pub(super) fn in_time<T>(came: Result<T, Elapsed>) -> Result<T, Refused> {
    came.map_err(|_| {
        let message = "The request's body did not arrive in time";
        let error = ApiError::new(StatusCode::REQUEST_TIMEOUT, "too_slow", message);
        Refused { error, became: PushBecame::Cut }
    })
}

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
    RawPush { query: parts.uri.query().unwrap_or_default().to_owned(), content_type, headers, body: Vec::new() }
}

/// The whole body; one that says that it is longer is not begun, and one for which there is no memory is not kept.
pub(super) async fn read(body: Body, most: usize, sender: Option<&Sender>) -> Result<Vec<u8>, Refused> {
    read_bounded(body, most).await.map_err(|refused| match sender.is_some_and(Sender::is_crowded_out) {
        true => Refused { became: PushBecame::NotKept, ..refused },
        false => refused,
    })
}

async fn read_bounded(body: Body, most: usize) -> Result<Vec<u8>, Refused> {
    let too_large = || {
        let message = format!("The request is too large: at most {} kB are taken here", most / 1024);
        let error = ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", message);
        Refused { error, became: PushBecame::TooLarge }
    };
    if body.size_hint().lower() > u64::try_from(most).unwrap_or(u64::MAX) {
        return Err(too_large());
    }
    let read = async {
        let mut chunks = body.into_data_stream();
        let mut bytes = Vec::new();
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|_| {
                let error = ApiError::new(StatusCode::BAD_REQUEST, "unreadable", "The request's body was cut");
                Refused { error, became: PushBecame::Cut }
            })?;
            if bytes.len() + chunk.len() > most {
                return Err(too_large());
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    };
    tokio::time::timeout(BODY_TIME, read).await.unwrap_or_else(|_| {
        let message = "The request's body did not arrive in time";
        let error = ApiError::new(StatusCode::REQUEST_TIMEOUT, "too_slow", message);
        Err(Refused { error, became: PushBecame::Cut })
    })
}

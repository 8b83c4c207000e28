//! What a request says in its address, behind the `?` and in its body; and what is wrong with it, in the form of every
//! other error, in a sentence that says what is allowed.

use super::ApiError;
use axum::{
    Json,
    body::HttpBody,
    extract::{
        FromRequest, FromRequestParts, Path, Query, Request,
        rejection::{JsonRejection, PathRejection, QueryRejection},
    },
    http::{StatusCode, request::Parts},
};
use futures_util::{StreamExt, TryStreamExt};
use ringcard_core::Timestamp;
use serde::{Deserialize, Deserializer, de::DeserializeOwned, de::Error};
use std::time::Duration;

/// Of a body. A customer with every field full fits in.
const MOST_BYTES: usize = 1024 * 1024;

/// Of one that is too large, so much is read and forgotten, for so long: a connection that is closed over bytes that nobody
/// read loses the answer on its way.
const MOST_FORGOTTEN: usize = 16 * MOST_BYTES;
const FORGETTING: Duration = Duration::from_secs(5);

/// What stands behind the `?`.
pub(super) struct Asked<T>(pub T);

/// A body of JSON.
pub(super) struct Body<T>(pub T);

/// The name of one thing, as it stands in the address.
pub(super) struct Named(pub String);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Query(asked) = Query::from_request_parts(parts, state).await.map_err(|error: QueryRejection| {
            invalid(format!("What stands behind the ? cannot be taken: {}", cause(&error.body_text())))
        })?;
        Ok(Self(asked))
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        let body = whole(body).await?;
        let request = Request::from_parts(parts, body.into());
        let Json(body) = Json::from_request(request, state).await.map_err(|error: JsonRejection| unreadable(&error))?;
        Ok(Self(body))
    }
}

/// A body that is not too large.
async fn whole(body: axum::body::Body) -> Result<Vec<u8>, ApiError> {
    if body.size_hint().lower() > MOST_FORGOTTEN as u64 {
        return Err(too_large());
    }
    let mut chunks = body.into_data_stream();
    let mut bytes = Vec::new();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| refused(StatusCode::BAD_REQUEST, "The body was cut".to_owned()))?;
        if bytes.len() + chunk.len() > MOST_BYTES {
            let mut room = MOST_FORGOTTEN;
            let rest = chunks.try_take_while(|chunk| {
                room = room.saturating_sub(chunk.len());
                std::future::ready(Ok(room > 0))
            });
            let _ = tokio::time::timeout(FORGETTING, rest.for_each(|_| std::future::ready(()))).await;
            return Err(too_large());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn too_large() -> ApiError {
    refused(StatusCode::PAYLOAD_TOO_LARGE, "The body is too large: a megabyte is taken".to_owned())
}

fn refused(status: StatusCode, message: String) -> ApiError {
    ApiError::new(status, "unreadable", message)
}

impl<S: Send + Sync> FromRequestParts<S> for Named {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Path(name) = Path::from_request_parts(parts, state).await.map_err(|error: PathRejection| {
            invalid(format!("The address cannot be taken: {}", cause(&error.body_text())))
        })?;
        Ok(Self(name))
    }
}

fn invalid(message: String) -> ApiError {
    ApiError::new(StatusCode::BAD_REQUEST, "invalid", message)
}

fn unreadable(error: &JsonRejection) -> ApiError {
    let text = error.body_text();
    let message = match error {
        JsonRejection::JsonDataError(_) => format!("The body is not what is taken here: {}", cause(&text)),
        JsonRejection::JsonSyntaxError(_) => format!("The body is no JSON: {}", cause(&text)),
        JsonRejection::MissingJsonContentType(_) => {
            "Send the body as JSON, and say so: “Content-Type: application/json”".to_owned()
        }
        _ => format!("The body could not be read: {}", cause(&text)),
    };
    refused(error.status(), message)
}

/// The library's sentence without what it begins with: which of its functions failed.
fn cause(text: &str) -> &str {
    text.split_once(": ").map_or(text, |(_, cause)| cause)
}

/// `true` or `false`.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Flag(pub bool);

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(Self).map_err(|_| D::Error::custom("either true or false"))
    }
}

/// How many rows are wanted; what is more than a page has is cut there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limit(pub u32);

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(Self).map_err(|_| D::Error::custom("a whole number, at most 200"))
    }
}

/// Milliseconds since the Unix epoch, or RFC 3339 (`2026-11-21T00:00:00Z`).
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment(pub Timestamp);

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let millis = text
            .parse::<i64>()
            .ok()
            .or_else(|| text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_millisecond));
        let no_moment = || D::Error::custom("a moment is milliseconds since 1970, or as in 2026-11-21T00:00:00Z");
        millis.map(|millis| Self(Timestamp(millis))).ok_or_else(no_moment)
    }
}

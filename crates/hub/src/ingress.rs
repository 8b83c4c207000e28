//! Webhooks: bounded, counted, read by the account's profile, committed, answered.
//!
//! 200 with an empty body means: it is on disk. Everything else is `{"error":{code, message}}`. Nothing slow happens
//! before the answer.

use crate::{api::ApiError, hub::Shared, live::PushNotKept};
use axum::{
    body::Body,
    extract::{ConnectInfo, Path, Request, State},
    http::StatusCode,
};
use futures_util::StreamExt;
use ringcard_connect::{PushKind, PushRefused, RawPush};
use std::{net::SocketAddr, sync::Arc, time::Duration, time::Instant};

/// A notifier is a few names and numbers.
const NOTIFIER_BYTES: usize = 256 * 1024;
/// Call data may carry more (S4-21).
const CALL_DATA_BYTES: usize = 4 * 1024 * 1024;
/// A sender slower than this holds a place for nothing.
const BODY_TIME: Duration = Duration::from_secs(10);
/// Headers beyond these are not looked at.
const MOST_HEADERS: usize = 64;

pub(crate) async fn push(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Path((account, kind)): Path<(String, String)>,
    request: Request,
) -> Result<StatusCode, ApiError> {
    let received = Instant::now();
    shared.metrics.push();
    let taken = take(&shared, from, &account, &kind, request, received).await;
    if let Err(error) = &taken {
        shared.metrics.push_refused();
        if error.status == StatusCode::TOO_MANY_REQUESTS {
            // one counter, not ten thousand lines
            shared.metrics.push_throttled();
        } else {
            tracing::warn!(account = %shown(&account), kind = %shown(&kind), status = error.status.as_u16(), "a push was not taken");
        }
    }
    taken
}

async fn take(
    shared: &Shared,
    from: SocketAddr,
    account: &str,
    kind: &str,
    request: Request,
    received: Instant,
) -> Result<StatusCode, ApiError> {
    shared.throttle.take(from.ip(), received).map_err(|wait| {
        ApiError::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too_many_requests",
            "Too many requests from this address; slow down",
        )
        .retry_after(wait)
    })?;
    let (kind, most) = match kind {
        "incoming" => (PushKind::Incoming, NOTIFIER_BYTES),
        "event" => (PushKind::Event, NOTIFIER_BYTES),
        "call-data" => (PushKind::CallData, CALL_DATA_BYTES),
        _ => return Err(not_found("There is no such webhook: incoming, event or call-data")),
    };
    let raw = raw(request, most).await?;
    let push = shared.accounts.read_push(account, kind, &raw).map_err(|refused| match refused {
        PushRefused::Unauthenticated => ApiError::new(StatusCode::UNAUTHORIZED, "unauthenticated", refused.to_string()),
        PushRefused::Unreadable(_) => ApiError::new(StatusCode::BAD_REQUEST, "unreadable", refused.to_string()),
        PushRefused::NotTaken => not_found("This account is not known here, or takes no such push"),
    })?;
    shared.live.push(account, push, received).await.map_err(|not_kept| {
        let code = match not_kept {
            PushNotKept::NotSaved => "not_saved",
            PushNotKept::Busy => "busy",
        };
        ApiError::new(StatusCode::SERVICE_UNAVAILABLE, code, not_kept.to_string()).retry_after(Duration::from_secs(1))
    })?;
    Ok(StatusCode::OK)
}

async fn raw(request: Request, most: usize) -> Result<RawPush, ApiError> {
    let (parts, body) = request.into_parts();
    let headers = parts
        .headers
        .iter()
        .take(MOST_HEADERS)
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
        .collect();
    let content_type = parts.headers.get("content-type").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let body = tokio::time::timeout(BODY_TIME, bounded(body, most)).await.map_err(|_| {
        ApiError::new(StatusCode::REQUEST_TIMEOUT, "too_slow", "The request's body did not arrive in time")
    })??;
    Ok(RawPush { query: parts.uri.query().unwrap_or_default().to_owned(), content_type, headers, body })
}

/// Reads a body and stops at the first byte too many.
async fn bounded(body: Body, most: usize) -> Result<Vec<u8>, ApiError> {
    let mut chunks = body.into_data_stream();
    let mut bytes = Vec::new();
    while let Some(chunk) = chunks.next().await {
        let chunk =
            chunk.map_err(|_| ApiError::new(StatusCode::BAD_REQUEST, "unreadable", "The request's body was cut"))?;
        if bytes.len() + chunk.len() > most {
            let message = format!("The request is too large: at most {} kB are taken here", most / 1024);
            return Err(ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", message));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn not_found(message: &str) -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, "not_found", message)
}

/// What a stranger put into the path, fit for a log line.
fn shown(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(32).collect()
}

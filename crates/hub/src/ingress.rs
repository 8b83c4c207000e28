//! Webhooks: bounded, counted, read by the account's profile, committed, answered.
//!
//! 200 with an empty body means: it is on disk. Everything else is `{"error":{code, message}}`. Nothing slow happens
//! before the answer.

use crate::{
    account::NotRead,
    api::ApiError,
    hub::Shared,
    listen::Sender,
    live::{PushNotKept, Told},
};
use axum::{
    body::Body,
    extract::{ConnectInfo, Path, Request, State},
    http::StatusCode,
};
use futures_util::StreamExt;
use ringcard_connect::{PushKind, PushRefused, RawPush};
use ringcard_core::{
    Timestamp,
    pushed::{PushBecame, PushNote},
};
use std::{net::SocketAddr, sync::Arc, time::Duration, time::Instant};

/// A notifier is a few names and numbers.
const NOTIFIER_BYTES: usize = 256 * 1024;
/// Call data may carry more (S4-21).
const CALL_DATA_BYTES: usize = 4 * 1024 * 1024;
/// A sender slower than this holds a place for nothing.
const BODY_TIME: Duration = Duration::from_secs(10);
/// A part of the path that is longer names nothing of ours.
const LONGEST_SEGMENT: usize = 512;
/// Headers beyond these are not looked at.
const MOST_HEADERS: usize = 64;

/// A push that was not taken: what the sender reads, and what people here see.
struct Refused {
    error: ApiError,
    became: PushBecame,
}

pub(crate) async fn push(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Path((account, kind)): Path<(String, String)>,
    request: Request,
) -> Result<StatusCode, ApiError> {
    let received = Instant::now();
    shared.metrics.push();
    let taken = take(&shared, from, &account, &kind, request, received).await;
    let (account, kind) = (shown(&shared, &account), shown(&shared, &kind));
    let became = match &taken {
        Ok(became) => became.clone(),
        Err(refused) => refused.became.clone(),
    };
    if let Err(Refused { error, became }) = &taken {
        shared.metrics.push_refused();
        if *became == PushBecame::Throttled {
            // one counter, not ten thousand lines
            shared.metrics.push_throttled();
        } else {
            tracing::warn!(account, kind, status = error.status.as_u16(), "a push was not taken");
        }
    }
    let is_known = shared.accounts.is_known(&account);
    let from = from.ip().to_canonical().to_string();
    shared.pushes.note(PushNote { at: Timestamp::now(), account, kind, from, became, times: 1 }, is_known);
    taken.map(|_| StatusCode::OK).map_err(|refused| refused.error)
}

async fn take(
    shared: &Shared,
    from: SocketAddr,
    account: &str,
    kind: &str,
    request: Request,
    received: Instant,
) -> Result<PushBecame, Refused> {
    shared.throttle.take(from.ip(), received).map_err(|wait| {
        let message = "Too many requests from this address; slow down";
        let error = ApiError::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", message).retry_after(wait);
        Refused { error, became: PushBecame::Throttled }
    })?;
    let (kind, most) = match kind {
        "incoming" => (PushKind::Incoming, NOTIFIER_BYTES),
        "event" => (PushKind::Event, NOTIFIER_BYTES),
        "call-data" => (PushKind::CallData, CALL_DATA_BYTES),
        _ => {
            let error = not_found("There is no such webhook: incoming, event or call-data");
            return Err(Refused { error, became: PushBecame::NotTaken });
        }
    };
    let sender = request.extensions().get::<Sender>().cloned();
    let raw = raw(request, most).await.map_err(|error| {
        if sender.as_ref().is_some_and(Sender::is_crowded_out) {
            return Refused { error, became: PushBecame::NotKept };
        }
        let became = if error.status == StatusCode::PAYLOAD_TOO_LARGE { PushBecame::TooLarge } else { PushBecame::Cut };
        Refused { error, became }
    })?;
    let push = shared.accounts.read_push(account, kind, &raw).map_err(refused)?;
    if let Some(sender) = sender {
        sender.proved();
    }
    let told = shared.live.push(account, push, received).await.map_err(|not_kept| {
        let code = match not_kept {
            PushNotKept::NotSaved => "not_saved",
            PushNotKept::Busy => "busy",
        };
        let error = ApiError::new(StatusCode::SERVICE_UNAVAILABLE, code, not_kept.to_string());
        Refused { error: error.retry_after(Duration::from_secs(1)), became: PushBecame::NotKept }
    })?;
    Ok(match told {
        Told::New(call_id) => PushBecame::NewCall { call_id },
        Told::News(call_id) => PushBecame::KnownCall { call_id },
        Told::Again(call_id) => PushBecame::Repeated { call_id },
        Told::Nothing => PushBecame::Nothing,
    })
}

/// Whoever cannot prove who they are learns no more than that, and a missing account looks like one that is not set up.
fn refused(why: NotRead) -> Refused {
    let unauthenticated = || {
        let message = PushRefused::Unauthenticated.to_string();
        ApiError::new(StatusCode::UNAUTHORIZED, "unauthenticated", message)
    };
    let not_taken = || not_found("This account is not known here, or takes no such push");
    match why {
        NotRead::KeyMissing => Refused { error: unauthenticated(), became: PushBecame::KeyMissing },
        NotRead::KeyWrong => Refused { error: unauthenticated(), became: PushBecame::KeyWrong },
        NotRead::Unreadable(detail) => Refused {
            error: ApiError::new(StatusCode::BAD_REQUEST, "unreadable", detail.clone()),
            became: PushBecame::Unreadable { detail },
        },
        NotRead::NotTaken => Refused { error: not_taken(), became: PushBecame::NotTaken },
        NotRead::NotSetUp { detail } => Refused { error: not_taken(), became: PushBecame::NotSetUp { detail } },
    }
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

/// What a stranger put into the path, fit for a log line and a list: its beginning, as far as it looks like a name. With
/// `&` instead of `?` in the address, a key is in the path.
fn shown(shared: &Shared, text: &str) -> String {
    let text: String = text.chars().take(LONGEST_SEGMENT).collect();
    if shared.accounts.know_as_secret(&text) {
        return "•••".to_owned();
    }
    text.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').take(32).collect()
}

//! Webhooks: bounded, counted, read by the account's profile, committed, answered.
//!
//! 200 with an empty body means: it is on disk. Everything else is `{"error":{code, message}}`. Nothing slow happens
//! before the answer.

use crate::{
    account::NotRead,
    api::ApiError,
    from_where::{self, FromWhere},
    hub::Shared,
    live::{PushNotKept, Told},
    repeats::Line,
};
use axum::{
    Extension,
    body::Body,
    extract::{Path, Request, State},
    http::StatusCode,
};
use futures_util::StreamExt;
use ringcard_connect::{PushKind, PushRefused, RawPush};
use ringcard_core::{
    Timestamp,
    pushed::{PushBecame, PushNote},
};
use std::{sync::Arc, time::Duration, time::Instant};

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

impl Refused {
    fn throttled(wait: Duration, message: &'static str) -> Self {
        let error = ApiError::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", message).retry_after(wait);
        Self { error, became: PushBecame::Throttled }
    }
}

pub(crate) async fn push(
    State(shared): State<Arc<Shared>>,
    Extension(from): Extension<FromWhere>,
    Path((account, kind)): Path<(String, String)>,
    request: Request,
) -> Result<StatusCode, ApiError> {
    let received = Instant::now();
    shared.metrics.push();
    let mut is_proven = false;
    let taken = take(&shared, &from, &account, &kind, request, received, &mut is_proven).await;
    let taken = taken.map_err(|refused| match is_proven {
        true => refused,
        false => to_a_stranger(&shared, &from, refused, received),
    });
    let (account, kind) = (shown(&shared, &account), shown(&shared, &kind));
    let became = match &taken {
        Ok(became) => became.clone(),
        Err(refused) => refused.became.clone(),
    };
    let is_known = shared.accounts.is_known(&account);
    if let Err(Refused { became, .. }) = &taken {
        shared.metrics.push_refused();
        if *became == PushBecame::Throttled {
            shared.metrics.push_throttled();
        }
        let line = Line::new("a push was not taken", reason(became), from.place());
        shared.repeats.say(line.about(if is_known { &account } else { "" }), received);
    }
    if became == PushBecame::TooOld {
        let line =
            Line::new("a push made no call", "by its own time it was sent more than ten minutes ago", from.place());
        shared.repeats.say(line.about(&account), received);
    }
    let from = from.address.to_string();
    shared.pushes.note(PushNote { at: Timestamp::now(), account, kind, from, became, times: 1 }, is_known);
    taken.map(|_| StatusCode::OK).map_err(|refused| refused.error)
}

/// What somebody gets who proved nothing: less, where too many come from there, or by a name that is not ours.
fn to_a_stranger(shared: &Shared, from: &FromWhere, refused: Refused, now: Instant) -> Refused {
    match shared.strangers.take(from.place(), now) {
        Err(wait) => Refused::throttled(wait, "Too many requests from this address; slow down"),
        Ok(()) if from.by_foreign_name => {
            Refused { error: from_where::foreign_host(), became: PushBecame::ForeignName }
        }
        Ok(()) => refused,
    }
}

/// For the log, which has no words of a sender.
fn reason(became: &PushBecame) -> &'static str {
    match became {
        PushBecame::KeyMissing => "it carried no key, user or password",
        PushBecame::KeyWrong => "its key, user or password is wrong",
        PushBecame::Unreadable { .. } => "it cannot be read",
        PushBecame::TooLarge => "it is too large",
        PushBecame::Cut => "it did not arrive whole",
        PushBecame::Throttled => "too many",
        PushBecame::AddressNotAllowed => "its address is not under push_from",
        PushBecame::ForeignName => "it asked by a name that is not under [listen] names",
        PushBecame::NotTaken => "no account takes such a push",
        PushBecame::NotSetUp { .. } => "the account is not set up",
        PushBecame::NotKept => "it could not be saved",
        PushBecame::NewCall { .. }
        | PushBecame::KnownCall { .. }
        | PushBecame::Repeated { .. }
        | PushBecame::Nothing
        | PushBecame::TooOld => "it was taken",
    }
}

/// What an account may send is counted by account; where only the address is the proof, by that too.
fn proven(shared: &Shared, from: &FromWhere, account: &str, now: Instant) -> Result<(), Refused> {
    let known_by = shared.accounts.takes_without_proof(account).then_some(from);
    let slow_down = |wait| Refused::throttled(wait, "Too many pushes to this account; slow down");
    shared.senders.take(account, known_by, now).map_err(slow_down)
}

async fn take(
    shared: &Shared,
    from: &FromWhere,
    account: &str,
    kind: &str,
    request: Request,
    received: Instant,
    is_proven: &mut bool,
) -> Result<PushBecame, Refused> {
    let (kind, most) = match kind {
        "incoming" => (PushKind::Incoming, NOTIFIER_BYTES),
        "event" => (PushKind::Event, NOTIFIER_BYTES),
        "call-data" => (PushKind::CallData, CALL_DATA_BYTES),
        _ => {
            let error = not_found("There is no such webhook: incoming, event or call-data");
            return Err(Refused { error, became: PushBecame::NotTaken });
        }
    };
    shared.accounts.admits(account, from).map_err(refused)?;
    let raw = raw(request, most).await.map_err(|error| {
        let became = if error.status == StatusCode::PAYLOAD_TOO_LARGE { PushBecame::TooLarge } else { PushBecame::Cut };
        Refused { error, became }
    })?;
    let push = shared.accounts.read_push(account, kind, &raw);
    *is_proven = matches!(push, Ok(_) | Err(NotRead::Unreadable(_)));
    if *is_proven {
        proven(shared, from, account, received)?;
    }
    let push = push.map_err(refused)?;
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
        Told::TooOld => PushBecame::TooOld,
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
        // People here are told; a stranger learns no more than with a wrong key.
        NotRead::AddressNotAllowed => Refused { error: unauthenticated(), became: PushBecame::AddressNotAllowed },
        NotRead::ForeignName => Refused { error: from_where::foreign_host(), became: PushBecame::ForeignName },
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

//! Who may use `/v1`.

use super::ApiError;
use crate::{from_where::FromWhere, hub::Shared, listen::Sender, repeats::RepeatedLine};
use axum::{
    Extension,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::Response,
};
use secrecy::ExposeSecret;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use subtle::ConstantTimeEq;

/// A wrong token's answer is held back this long at most: its connection can send no other meanwhile, and holding it costs
/// next to nothing.
const HELD_BACK: Duration = Duration::from_millis(500);

/// Lets a request through that carries `Authorization: Bearer <token>`.
pub(super) async fn required(
    State(shared): State<Arc<Shared>>,
    Extension(sender): Extension<FromWhere>,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    match bearer(request.headers()) {
        Some(given) if is_right(&shared, given) => {
            if let Some(sender) = request.extensions().get::<Sender>() {
                sender.proved();
            }
            Ok(next.run(request).await)
        }
        Some(_) => {
            // what it carries is no longer needed
            drop(request);
            Err(match wrong(&shared, &sender).await {
                Some(wait) => too_many("Too many wrong tokens from this address; slow down", wait),
                None => unauthenticated(),
            })
        }
        None => Err(stranger(&shared, &sender).unwrap_or_else(unauthenticated)),
    }
}

fn unauthenticated() -> ApiError {
    let message = "Send the token shown in Settings as “Authorization: Bearer …”";
    ApiError::new(StatusCode::UNAUTHORIZED, "unauthenticated", message)
}

fn too_many(message: &'static str, wait: Duration) -> ApiError {
    ApiError::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", message).retry_after(wait)
}

/// Counts a request without any proof; the answer when there were too many from its place.
pub(crate) fn stranger(shared: &Shared, sender: &FromWhere) -> Option<ApiError> {
    let wait = shared.strangers.take(sender.place(), Instant::now()).err()?;
    Some(too_many("Too many requests from this address; slow down", wait))
}

/// Counts a wrong token, says so once, and holds back whoever sent several; says how long to wait with the next one.
pub(super) async fn wrong(shared: &Shared, sender: &FromWhere) -> Option<Duration> {
    let now = Instant::now();
    shared.metrics.wrong_token();
    let line = RepeatedLine::new("a request was refused", "its token is wrong", sender.place());
    shared.repeats.say(line, now);
    let wait = shared.wrong_tokens.count(sender.place(), now)?;
    tokio::time::sleep(wait.min(HELD_BACK)).await;
    Some(wait)
}

/// Whether a request carries the token; a wrong one is counted.
pub(crate) async fn has_token(shared: &Shared, sender: &FromWhere, headers: &HeaderMap) -> bool {
    let Some(given) = bearer(headers) else { return false };
    let is_right = is_right(shared, given);
    if !is_right {
        wrong(shared, sender).await;
    }
    is_right
}

/// Whether this is the hub's token; a hub without one lets nobody in.
pub(super) fn is_right(shared: &Shared, given: &str) -> bool {
    shared.api_token.as_ref().is_some_and(|token| {
        let token = token.expose_secret();
        !token.is_empty() && bool::from(token.as_bytes().ct_eq(given.as_bytes()))
    })
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim()).filter(|token| !token.is_empty())
}

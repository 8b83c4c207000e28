//! Who it is that uses `/v1`.

use super::ApiError;
use crate::{
    agent_tokens::Grant, from_where::FromWhere, hub::Shared, listen::Sender, principal::Principal,
    repeats::RepeatedLine,
};
use axum::{
    Extension,
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, StatusCode, header, request::Parts},
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

/// Who a request of `/v1` is from.
pub(super) struct Caller(pub Principal);

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        parts.extensions.get::<Principal>().cloned().map(Caller).ok_or_else(unauthenticated)
    }
}

/// Lets a request through that carries `Authorization: Bearer <token>`; it is the [`Caller`]'s from then on.
pub(super) async fn required(
    State(shared): State<Arc<Shared>>,
    Extension(sender): Extension<FromWhere>,
    mut request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    match bearer(request.headers()).map(|given| grant(&shared, given)) {
        Some(Some(grant)) => {
            if let Some(sender) = request.extensions().get::<Sender>() {
                sender.proved();
            }
            request.extensions_mut().insert(grant.principal);
            Ok(next.run(request).await)
        }
        Some(None) => {
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
    let message = "Send your token, or the one shown in Settings, as “Authorization: Bearer …”";
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

/// Whether a request carries a token that is good; a wrong one is counted.
pub(crate) async fn has_token(shared: &Shared, sender: &FromWhere, headers: &HeaderMap) -> bool {
    let Some(given) = bearer(headers) else { return false };
    let is_right = grant(shared, given).is_some();
    if !is_right {
        wrong(shared, sender).await;
    }
    is_right
}

/// Whose token this is: the administrator's, or that of an agent of this hub. A hub without any lets nobody in.
pub(super) fn grant(shared: &Shared, given: &str) -> Option<Grant> {
    let is_administrators = shared.api_token.as_ref().is_some_and(|token| {
        let token = token.expose_secret();
        !token.is_empty() && bool::from(token.as_bytes().ct_eq(given.as_bytes()))
    });
    if is_administrators {
        return Some(Grant::of_administrator());
    }
    let grant = shared.agent_tokens.grant(given)?;
    // Whoever was taken out of the settings is no agent any more, token or not.
    shared.agents.iter().any(|agent| Some(&agent.id) == grant.principal.me()).then_some(grant)
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim()).filter(|token| !token.is_empty())
}

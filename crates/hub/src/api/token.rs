//! Who may use `/v1`.

use super::ApiError;
use crate::{hub::Shared, listen::Sender};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::Response,
};
use secrecy::ExposeSecret;
use std::sync::Arc;
use subtle::ConstantTimeEq;

/// Lets a request through that carries `Authorization: Bearer <token>`.
pub(super) async fn required(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let given = bearer(request.headers()).unwrap_or_default();
    if !is_right(&shared, given) {
        let message = "Send the token shown in Settings as “Authorization: Bearer …”";
        return Err(ApiError::new(StatusCode::UNAUTHORIZED, "unauthenticated", message));
    }
    if let Some(sender) = request.extensions().get::<Sender>() {
        sender.proved();
    }
    Ok(next.run(request).await)
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
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

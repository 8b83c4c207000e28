//! The way of one request.

use super::{
    config::Misbehaviour,
    world::{Asked, Shared, message},
};
use crate::{pairs, server::silence};
use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::Value;
use std::{sync::Arc, time::Duration};

const BODY_MOST: usize = 64 * 1024;
/// How long a request that is never answered stays open.
const HANGS_FOR: Duration = Duration::from_secs(120);

pub(crate) fn app(shared: Arc<Shared>) -> Router {
    Router::new().fallback(handle).with_state(shared)
}

async fn handle(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, BODY_MOST).await else {
        return (StatusCode::PAYLOAD_TOO_LARGE, "The body is too large.\n").into_response();
    };
    let (method, path) = (parts.method.to_string(), parts.uri.path().to_owned());
    let parameters = pairs::decode(parts.uri.query().unwrap_or_default());
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let accept = parts.headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    let asked = Asked {
        at: shared.look(super::world::World::now),
        method: method.clone(),
        path: path.clone(),
        parameters: parameters.clone(),
        body: body.clone(),
        accept,
        status: None,
    };
    let (number, refusal, wrong, usual) = shared.change(|world| {
        let number = world.note(asked);
        let refusal = match signed_in(&parts.headers, &world.config.subdomain, &world.config.token) {
            Ok(()) if world.has_room() => None,
            Ok(()) => Some((429, message("Too many requests"))),
            Err(refused) => Some(refused),
        };
        let wrong = if refusal.is_none() { world.wrongs.pop_front().or_else(|| world.always.clone()) } else { None };
        (number, refusal, wrong, world.config.answer_time)
    });
    wait(&shared, usual).await;
    let perform = || shared.change(|world| world.answer(&method, &path, &parameters, &body));
    let (status, body) = match (refusal, wrong) {
        (Some(refusal), _) => refusal,
        (None, None) => perform(),
        (None, Some(Misbehaviour::Silent)) => {
            perform();
            wait(&shared, HANGS_FOR).await;
            return silence();
        }
        (None, Some(Misbehaviour::CutOff)) => {
            perform();
            return silence();
        }
        (None, Some(Misbehaviour::Html(status))) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let page = format!("<html><head><title>{status}</title></head><body>{status}</body></html>");
            return (status, [(header::CONTENT_TYPE, "text/html")], page).into_response();
        }
        (None, Some(Misbehaviour::Redirect(to))) => {
            let to = HeaderValue::from_str(&to).unwrap_or_else(|_| HeaderValue::from_static("/"));
            return (StatusCode::FOUND, [(header::LOCATION, to)]).into_response();
        }
        (None, Some(Misbehaviour::Slow(time))) => {
            wait(&shared, time).await;
            perform()
        }
    };
    shared.change(|world| {
        if let Some(asked) = world.asked.get_mut(number) {
            asked.status = Some(status);
        }
    });
    tracing::info!(status, "answered");
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, axum::Json(body)).into_response()
}

/// Basic with the subdomain as user.
fn signed_in(headers: &HeaderMap, subdomain: &str, token: &str) -> Result<(), (u16, Value)> {
    let told = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()).unwrap_or_default();
    if told == format!("Basic {}", pairs::base64(format!("{subdomain}:{token}").as_bytes())) {
        return Ok(());
    }
    // Another user with any password: a customer there is not.
    let user = pairs::base64(format!("{subdomain}:").as_bytes());
    let same = told.strip_prefix("Basic ").is_some_and(|t| t.get(..8) == user.get(..8));
    if told.is_empty() || same { Err((401, message("Unauthorized"))) } else { Err((404, message("Not Found"))) }
}

async fn wait(shared: &Shared, time: Duration) {
    if time.is_zero() {
        return;
    }
    tokio::select! {
        () = shared.closed() => {}
        () = tokio::time::sleep(time) => {}
    }
}

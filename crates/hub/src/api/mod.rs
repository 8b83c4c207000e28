//! What the hub serves: webhooks, REST, the desk socket, health.

mod accounts;
mod agents;
mod ask;
mod calls;
mod campaigns;
mod customers;
#[cfg(test)]
mod described;
mod desk_socket;
mod error;
mod extract;
mod find;
mod health;
mod missed;
mod notes;
mod outbox;
mod pushes;
mod recordings;
mod requests;
mod token;
mod usage;

pub(crate) use error::ApiError;
pub(crate) use token::{has_token, stranger};

use crate::{
    from_where::{self, FromWhere},
    hub::Shared,
    ingress, listen,
};
use axum::{
    Extension, Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    middleware,
    response::IntoResponse,
    routing::{any, get, post, put},
};
use std::sync::Arc;
use tokio::{net::TcpListener, sync::watch};

/// The description of everything served, for people and generators: made by the tests of `described`, which compare it with
/// the types and with [`router`].
const OPENAPI: &str = include_str!("openapi.json");

/// Serves until told to stop.
pub(crate) async fn serve(listener: TcpListener, shared: Arc<Shared>, stopped: watch::Receiver<bool>) {
    let connections = shared.connections.clone();
    listen::serve(listener, router(shared), connections, stopped).await;
}

fn router(shared: Arc<Shared>) -> Router {
    let rest = Router::new()
        .route("/calls", get(calls::list).post(calls::dial))
        .route("/calls/search", get(find::list))
        .route("/calls.csv", get(find::csv))
        .route("/calls/{id}", get(calls::one))
        .route("/calls/{id}/private", put(calls::set_private))
        .route("/calls/{id}/recordings", get(recordings::of_call))
        .route("/calls/{id}/notes", get(notes::list).put(notes::put).delete(notes::delete))
        .route("/recordings/{id}", get(recordings::audio).delete(recordings::delete))
        .route("/recordings/{id}/hold", put(recordings::hold).delete(recordings::release))
        .route("/recordings/{id}/accesses", get(recordings::accesses))
        .route("/missed", get(missed::list))
        .route("/missed/{id}/take", post(missed::take))
        .route("/missed/{id}/release", post(missed::release))
        .route("/missed/{id}/done", post(missed::done))
        .route("/customers", get(customers::find).post(customers::create))
        .route("/customers/{id}", get(customers::one).put(customers::update).delete(customers::delete))
        .route("/customers/{id}/calls", get(find::of_customer))
        .route("/customers/{id}/about", get(customers::about))
        .route("/customers/{id}/links", put(customers::link).delete(customers::unlink))
        .route("/customer-sources", get(customers::sources))
        .route("/campaign-records", get(campaigns::records))
        .route("/campaigns", get(campaigns::campaigns))
        .route("/codes", get(campaigns::codes))
        .route("/ticket-forms", get(campaigns::ticket_forms))
        .route("/callbacks", get(campaigns::callbacks))
        .route("/reports/smart-wait", get(campaigns::smart_wait))
        .route("/reports/not-coded", get(campaigns::not_coded))
        .route("/codifications", post(outbox::codify))
        .route("/outbox", get(outbox::list).post(outbox::submit))
        .route("/outbox/{key}", get(outbox::one).put(outbox::edit))
        .route("/outbox/{key}/retry", post(outbox::retry))
        .route("/outbox/{key}/discard", post(outbox::discard))
        .route("/outbox/{key}/mark-done", post(outbox::mark_done))
        .route("/budgets", get(outbox::budgets))
        .route("/usage", get(usage::usage))
        .route("/usage.csv", get(usage::csv))
        .route("/agents", get(agents::list))
        .route("/agents/{agent}/token", post(agents::make_token).delete(agents::revoke_token))
        .route("/pushes", get(pushes::list))
        .route("/requests", get(requests::list))
        .route("/accounts/{name}/test", post(accounts::test))
        .route("/diagnostics/pops", get(health::pops))
        .route_layer(middleware::from_fn_with_state(shared.clone(), token::required));
    Router::new()
        .route("/in/{account}/{kind}", get(ingress::push).post(ingress::push))
        .nest("/v1", rest)
        // The desk socket carries its token in its first frame.
        .route("/v1/desk", any(desk_socket::upgrade))
        .route("/v1/openapi.json", get(openapi))
        .route("/healthz", get(health::health))
        .route("/metrics", get(health::metrics))
        .fallback(nothing_here)
        .method_not_allowed_fallback(|| async {
            ApiError::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "method_not_allowed",
                "This address does not take that method",
            )
        })
        .layer(middleware::from_fn_with_state(shared.clone(), from_where::look))
        .with_state(shared)
}

async fn nothing_here(
    State(shared): State<Arc<Shared>>,
    Extension(sender): Extension<FromWhere>,
    headers: HeaderMap,
) -> ApiError {
    let is_known = has_token(&shared, &sender, &headers).await;
    let throttled = if is_known { None } else { stranger(&shared, &sender) };
    throttled.unwrap_or_else(|| {
        ApiError::new(StatusCode::NOT_FOUND, "not_found", "There is nothing here; see /v1/openapi.json")
    })
}

async fn openapi() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], OPENAPI)
}

#[cfg(test)]
mod tests;

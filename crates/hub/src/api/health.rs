//! Alive, how each connection does, and how fast cards are.

use crate::{hub::Shared, pops::Pop};
use axum::{Json, extract::State, http::header, response::IntoResponse};
use ringcard_core::frame::ConnectionState;
use serde_json::{Value, json};
use std::sync::Arc;

/// 200 while the hub lives; connections in trouble are named, without detail: anybody may ask.
pub(super) async fn health(State(shared): State<Arc<Shared>>) -> Json<Value> {
    let connections: serde_json::Map<String, Value> = shared
        .accounts
        .connections()
        .into_iter()
        .map(|connection| {
            let word = match connection.state {
                ConnectionState::Ready { .. } => "ready",
                ConnectionState::Untried => "untried",
                ConnectionState::Connecting => "connecting",
                ConnectionState::Trouble { .. } => "trouble",
            };
            (connection.name, word.into())
        })
        .collect();
    Json(json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION"), "connections": connections }))
}

pub(super) async fn metrics(State(shared): State<Arc<Shared>>) -> impl IntoResponse {
    let outbox = shared.outbox.as_ref().ok().map(|outbox| outbox.watch().borrow().clone());
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], shared.metrics.text(outbox.as_ref()))
}

/// The last pops, from push to paint.
pub(super) async fn pops(State(shared): State<Arc<Shared>>) -> Json<Vec<Pop>> {
    Json(shared.pops.recent())
}

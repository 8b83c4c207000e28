//! Alive, how each connection does, and how fast cards are.

use super::{ApiError, token::Caller};
use crate::{
    hub::Shared,
    outbox::{Outbox, OutboxState},
    policy::{self, Asked},
    pops::Pop,
};
use axum::{Json, extract::State, http::header, response::IntoResponse};
use ringcard_core::{frame::ConnectionState, submission::GateReason};
use serde_json::{Value, json};
use std::sync::Arc;

/// 200 while the hub lives, *degraded* while nothing can be saved for other systems, or where the calls had to be taken up
/// anew lately; what is in trouble is named, without detail: anybody may ask.
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
    let outbox = outbox(&shared.outbox.state());
    let live = *shared.live_state.borrow();
    let calls = json!({
        "state": if live.is_down { "down" } else { "open" }, "restarts": live.restarts,
        "do_not_tell": shared.noticed.do_not_tell(),
        "no_agents_phone": { "calls": shared.noticed.strangers() },
    });
    let status = if outbox["state"] == "open" && !live.is_troubled() { "ok" } else { "degraded" };
    let version = env!("CARGO_PKG_VERSION");
    let history = match shared.history.set_aside_as() {
        None => json!({ "state": "open" }),
        Some(_) => json!({ "state": "begun_anew", "reason": "damaged" }),
    };
    Json(json!({
        "status": status, "version": version, "connections": connections, "calls": calls, "outbox": outbox,
        "history": history
    }))
}

/// The state in a word, and why in another.
fn outbox(state: &OutboxState) -> Value {
    match state {
        OutboxState::Open(outbox) if outbox.watch().borrow().not_saving.is_some() => json!({ "state": "not_saving" }),
        OutboxState::Open(outbox) => match disabled(outbox) {
            none if none.is_empty() => json!({ "state": "open" }),
            // A person decides whether they are told anything again.
            disabled => json!({ "state": "open", "disabled": disabled }),
        },
        OutboxState::Opening(why) => json!({ "state": "opening", "reason": why.word() }),
        OutboxState::Closed(why) => json!({ "state": "closed", "reason": why.word() }),
    }
}

/// The accounts that said for good that they take nothing, or failed for days.
fn disabled(outbox: &Outbox) -> Vec<String> {
    let summary = outbox.watch();
    let summary = summary.borrow();
    let gates = summary.gates.iter().filter(|(_, gate)| gate.why == GateReason::Disabled);
    gates.map(|(account, _)| account.clone()).collect()
}

pub(super) async fn metrics(State(shared): State<Arc<Shared>>) -> impl IntoResponse {
    let outbox = shared.outbox.state().summary();
    let text = shared.metrics.text(outbox.as_ref()) + &shared.connections.text() + &shared.requests.text();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text)
}

/// The last pops, from push to paint.
pub(super) async fn pops(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
) -> Result<Json<Vec<Pop>>, ApiError> {
    policy::may(&shared, &caller, Asked::Pops).await?;
    Ok(Json(shared.pops.recent()))
}

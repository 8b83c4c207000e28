//! Calls over REST.

use super::{ApiError, token::Caller};
use crate::{hub::Shared, session};
use axum::{
    Json,
    extract::{Path, Query, State, rejection::JsonRejection},
    http::StatusCode,
};
use ringcard_core::{
    call::{AgentId, CallId, CallState, FailReason, Leg},
    frame::{CallFilter, Reply, Request},
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Dial {
    number: String,
    extension: Option<String>,
    account: Option<String>,
    agent: Option<String>,
    /// The caller knows that an unsure number is the one meant.
    #[serde(default)]
    confirmed: bool,
    /// The caller knows what there is to know of the number, and wants it called.
    #[serde(default)]
    force: bool,
    /// Repeats with the same key are the same call, also after a restart.
    #[serde(default)]
    key: String,
}

/// Click-to-call: answers when the PBX has, within the account's time-out.
pub(super) async fn dial(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    body: Result<Json<Dial>, JsonRejection>,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let Json(dial) = body.map_err(|error| unreadable(&error))?;
    let caller = caller.acting_as(dial.agent.filter(|agent| !agent.is_empty()).map(AgentId));
    let request = Request::Dial {
        key: dial.key,
        number: dial.number,
        confirmed: dial.confirmed,
        force: dial.force,
        extension: dial.extension,
        account: dial.account,
    };
    let call_id = match session::answer(&shared, &caller, request).await? {
        Reply::Dialling { call_id } => call_id,
        _ => unreachable!("BUG: dialling is answered with a call"),
    };
    let state = match shared.live.settled(call_id.clone()).await {
        Some(call) => Some(call.state),
        // The key of a call that was over long ago.
        None => {
            shared.history.call(call_id.clone()).await.map_err(|error| session::busy(&error))?.map(|call| call.state)
        }
    };
    match state {
        Some(CallState::Failed { leg, why }) => Err(failed(leg, &why)),
        state => {
            let mut answer = json!({ "call_id": call_id, "state": state });
            if let Some(message) = state.as_ref().and_then(advice) {
                answer["message"] = message.into();
            }
            Ok((StatusCode::ACCEPTED, Json(answer)))
        }
    }
}

/// What a person should do about a call of which nobody knows whether it was started.
fn advice(state: &CallState) -> Option<&'static str> {
    match state {
        CallState::Unknown => {
            Some("It is unknown whether the PBX started this call: look at your phone. To call again, use a new key.")
        }
        CallState::OutcomeNotReported => {
            Some("The PBX never reported what became of this call. To call again, use a new key.")
        }
        _ => None,
    }
}

/// Which leg failed, and why.
fn failed(leg: Leg, why: &FailReason) -> ApiError {
    let leg = match leg {
        Leg::Agent => "agent",
        Leg::Customer => "customer",
    };
    let (reason, detail) = match why {
        FailReason::Authentication { detail } => ("authentication", detail.as_str()),
        FailReason::Refused { detail } => ("refused", detail.as_str()),
        FailReason::Unreachable { detail } => ("unreachable", detail.as_str()),
        FailReason::NotConfigured { detail } => ("not_configured", detail.as_str()),
        FailReason::Busy => ("busy", "the line is busy"),
        FailReason::NoAnswer => ("no_answer", "nobody picked up"),
        FailReason::Declined => ("declined", "the call was declined"),
        FailReason::Other { detail } => ("other", detail.as_str()),
    };
    ApiError::new(StatusCode::BAD_GATEWAY, format!("{leg}_leg_{reason}"), detail)
}

#[derive(Deserialize)]
pub(super) struct Which {
    #[serde(default)]
    live: bool,
    #[serde(default)]
    missed: bool,
    before: Option<String>,
    limit: Option<u32>,
}

/// Calls, newest first.
pub(super) async fn list(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Query(which): Query<Which>,
) -> Result<Json<Value>, ApiError> {
    let filter = CallFilter { live: which.live, missed: which.missed, mine: false };
    let request = Request::Calls { filter, before: which.before.map(CallId), limit: which.limit.unwrap_or(50) };
    match session::answer(&shared, &caller.asking_about(None), request).await? {
        Reply::Calls { calls, more } => Ok(Json(json!({ "calls": calls, "more": more }))),
        _ => unreachable!("BUG: calls are answered with calls"),
    }
}

/// One call's timeline.
pub(super) async fn one(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    match session::answer(&shared, &caller, Request::Call { id: CallId(id) }).await? {
        Reply::Call { timeline } => Ok(Json(json!(timeline))),
        _ => unreachable!("BUG: a call is answered with a call"),
    }
}

pub(super) fn unreadable(error: &JsonRejection) -> ApiError {
    ApiError::new(error.status(), "unreadable", error.body_text())
}

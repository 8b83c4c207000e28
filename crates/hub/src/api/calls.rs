//! Calls over REST.

use super::{
    ApiError,
    ask::{ask, ask_as_known},
    extract::{Asked, Body, Flag, Limit, Named},
    token::Caller,
};
use crate::{hub::Shared, session};
use axum::{Json, extract::State, http::StatusCode};
use ringcard_core::{
    call::{Advice, AgentId, CallId, CallState, FailReason, Leg},
    frame::{self, CallFilter, CallsPage, MadePrivate, Timeline},
    ticket::TicketRef,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

#[derive(Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Dial {
    /// In any form that can be read.
    number: String,
    /// The phone that rings first; without it the agent's.
    extension: Option<String>,
    /// Whose telephone system dials; without it the only one that can.
    account: Option<String>,
    /// Who dials, by the name in the settings.
    agent: Option<String>,
    /// The ticket that the call is about, as `account/id` or by its id alone: for telephone systems that take it along.
    ticket: Option<String>,
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

/// A call that was started, as far as is known.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(super) struct Dialled {
    call_id: CallId,
    /// Absent: it was over so long ago that it is no longer kept.
    state: Option<CallState>,
    /// What a person should do, where it is not known what became of the call.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'static str>,
}

/// Click-to-call: answers when the PBX has, within the account's time-out.
pub(super) async fn dial(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Body(dial): Body<Dial>,
) -> Result<(StatusCode, Json<Dialled>), ApiError> {
    let ticket = dial.ticket.as_deref().map(|text| TicketRef::read(text).ok_or_else(|| no_ticket(text))).transpose()?;
    let order = frame::ask::Dial {
        key: dial.key,
        number: dial.number,
        confirmed: dial.confirmed,
        force: dial.force,
        extension: dial.extension,
        account: dial.account,
        ticket,
    };
    let caller = caller.acting_as(dial.agent.filter(|agent| !agent.is_empty()).map(AgentId));
    let call_id = match &order.extension {
        Some(_) => ask(&shared, &caller, order).await?,
        // whose phone it is must be known
        None => ask_as_known(&shared, &caller, order).await?,
    };
    let call = match shared.live.settled(call_id.clone()).await {
        Some(call) => Some(call),
        // The key of a call that was over long ago.
        None => shared.history.call(call_id.clone()).await.map_err(|error| session::busy(&error))?,
    };
    let said = call.as_ref().and_then(|call| call.course.advice);
    match call.map(|call| call.state) {
        Some(CallState::Failed { leg, why }) => Err(failed(leg, &why)),
        state => {
            let message = said.map(words).or_else(|| state.as_ref().and_then(unknown));
            Ok((StatusCode::ACCEPTED, Json(Dialled { call_id, state, message })))
        }
    }
}

/// What the telephone system said beside taking the request.
fn words(advice: Advice) -> &'static str {
    match advice {
        Advice::ChooseNumber => {
            "The telephone system waits for the agent, who chooses the number to call from in its own program."
        }
        Advice::CallsAnother => "The telephone system calls another number than this: the one it knows for the ticket.",
    }
}

fn no_ticket(text: &str) -> ApiError {
    let shown: String = text.chars().take(80).collect();
    let message = format!("“{shown}” names no ticket: give `account/id`, or the id alone");
    ApiError::new(StatusCode::BAD_REQUEST, "invalid", message)
}

/// What a person should do about a call of which nobody knows whether it was started.
fn unknown(state: &CallState) -> Option<&'static str> {
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
    let said;
    let (reason, detail) = match why {
        FailReason::Authentication { detail } => ("authentication", detail.as_str()),
        FailReason::Refused { detail } => ("refused", detail.as_str()),
        FailReason::Unreachable { detail } => ("unreachable", detail.as_str()),
        FailReason::NotConfigured { detail } => ("not_configured", detail.as_str()),
        FailReason::Busy => ("busy", "the line is busy"),
        FailReason::NoAnswer => ("no_answer", "nobody picked up"),
        FailReason::Declined => ("declined", "the call was declined"),
        FailReason::Other { reason, detail } => {
            let [(_, english), ..] = reason.words();
            said = if detail.is_empty() { english.to_owned() } else { format!("{english} ({detail})") };
            ("other", said.as_str())
        }
    };
    ApiError::new(StatusCode::BAD_GATEWAY, format!("{leg}_leg_{reason}"), detail)
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(utoipa::IntoParams))]
// Scripts from before anything unknown was refused go on working.
pub(super) struct Which {
    /// Only calls that are not over.
    #[serde(default)]
    #[cfg_attr(test, param(value_type = bool))]
    live: Flag,
    /// Only missed calls.
    #[serde(default)]
    #[cfg_attr(test, param(value_type = bool))]
    missed: Flag,
    /// Older than this call.
    before: Option<String>,
    /// At most 200; without it 50.
    #[cfg_attr(test, param(value_type = Option<u32>))]
    limit: Option<Limit>,
}

/// Calls, newest first.
pub(super) async fn list(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Asked(which): Asked<Which>,
) -> Result<Json<CallsPage>, ApiError> {
    let filter = CallFilter { live: which.live.0, missed: which.missed.0, mine: false };
    let limit = which.limit.map_or(50, |limit| limit.0);
    ask(&shared, &caller.asking_about(None), frame::ask::Calls { filter, before: which.before.map(CallId), limit })
        .await
        .map(Json)
}

/// One call's timeline.
pub(super) async fn one(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Named(id): Named,
) -> Result<Json<Timeline>, ApiError> {
    ask(&shared, &caller, frame::ask::Call { id: CallId(id) }).await.map(Json)
}

/// Whether a call is private.
#[derive(Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Private {
    private: bool,
}

/// Makes a call private, or takes that back.
pub(super) async fn set_private(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Named(id): Named,
    Body(Private { private }): Body<Private>,
) -> Result<Json<MadePrivate>, ApiError> {
    ask(&shared, &caller, frame::ask::SetPrivate { call_id: CallId(id), private }).await.map(Json)
}

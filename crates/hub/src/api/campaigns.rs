//! Campaigns over REST: records of a number, codes, call-backs, reports; and the ticket forms, which are kept as codes are.
//!
//! Where several accounts are asked, `unasked` names those whose part is missing, and why.

use super::{
    ApiError,
    ask::{ask, ask_as_known},
    extract::{Asked, Flag, Moment},
    token::Caller,
};
use crate::hub::Shared;
use axum::{Json, extract::State};
use ringcard_core::{
    call::AgentId,
    frame::{self, Callbacks, CampaignList, Codes, Records, TicketForms},
    report::{NotCoded, SmartWait},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

#[derive(Deserialize)]
#[cfg_attr(test, derive(utoipa::IntoParams))]
#[serde(deny_unknown_fields)]
pub(super) struct Number {
    /// As written or dialled.
    number: String,
}

/// The campaign records in which a number stands.
pub(super) async fn records(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Asked(Number { number }): Asked<Number>,
) -> Result<Json<Records>, ApiError> {
    ask(&shared, &caller, frame::ask::CampaignRecords { number }).await.map(Json)
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(utoipa::IntoParams))]
#[serde(deny_unknown_fields)]
pub(super) struct Refresh {
    /// Ask the accounts again.
    #[serde(default)]
    #[cfg_attr(test, param(value_type = bool))]
    refresh: Flag,
}

/// Every account's codes, as last fetched.
pub(super) async fn codes(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Asked(Refresh { refresh }): Asked<Refresh>,
) -> Result<Json<Codes>, ApiError> {
    ask(&shared, &caller, frame::ask::Codes { refresh: refresh.0 }).await.map(Json)
}

/// The forms that tickets are made with after a call, as last fetched.
pub(super) async fn ticket_forms(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Asked(Refresh { refresh }): Asked<Refresh>,
) -> Result<Json<TicketForms>, ApiError> {
    ask(&shared, &caller, frame::ask::TicketForms { refresh: refresh.0 }).await.map(Json)
}

pub(super) async fn campaigns(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
) -> Result<Json<CampaignList>, ApiError> {
    ask(&shared, &caller, frame::ask::Campaigns {}).await.map(Json)
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(utoipa::IntoParams))]
#[serde(deny_unknown_fields)]
pub(super) struct Whose {
    /// Only this agent's; without it everybody's.
    agent: Option<String>,
}

/// Promised call-backs, one agent's or everybody's.
pub(super) async fn callbacks(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Asked(Whose { agent }): Asked<Whose>,
) -> Result<Json<Callbacks>, ApiError> {
    ask_as_known(&shared, &caller.asking_about(agent.map(AgentId)), frame::ask::Callbacks {}).await.map(Json)
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(utoipa::IntoParams))]
#[serde(deny_unknown_fields)]
pub(super) struct Range {
    /// Without it the only one that reports.
    account: Option<String>,
    /// Milliseconds since 1970, or RFC 3339 (`2026-11-21T00:00:00Z`).
    #[cfg_attr(test, param(value_type = String))]
    from: Moment,
    /// Milliseconds since 1970, or RFC 3339; included.
    #[cfg_attr(test, param(value_type = String))]
    to: Moment,
}

/// Smart-wait by skill; both ends are included.
pub(super) async fn smart_wait(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Asked(Range { account, from, to }): Asked<Range>,
) -> Result<Json<SmartWait>, ApiError> {
    ask(&shared, &caller, frame::ask::SmartWait { account, from: from.0, to: to.0 }).await.map(Json)
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(utoipa::IntoParams))]
#[serde(deny_unknown_fields)]
pub(super) struct RangeOfAgent {
    /// The agent's name; they need an extension.
    agent: String,
    /// Without it the only one that reports.
    account: Option<String>,
    /// Milliseconds since 1970, or RFC 3339 (`2026-11-21T00:00:00Z`).
    #[cfg_attr(test, param(value_type = String))]
    from: Moment,
    /// Milliseconds since 1970, or RFC 3339; included.
    #[cfg_attr(test, param(value_type = String))]
    to: Moment,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(super) struct NotCodedCalls {
    calls: Vec<NotCoded>,
}

/// One agent's calls without a code, newest first.
pub(super) async fn not_coded(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Asked(RangeOfAgent { agent, account, from, to }): Asked<RangeOfAgent>,
) -> Result<Json<NotCodedCalls>, ApiError> {
    let caller = caller.asking_about(Some(AgentId(agent)));
    let asked = frame::ask::NotCoded { account, from: from.0, to: to.0 };
    let calls = ask_as_known(&shared, &caller, asked).await?;
    Ok(Json(NotCodedCalls { calls }))
}

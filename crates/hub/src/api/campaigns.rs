//! Campaigns over REST: records of a number, codes, call-backs, reports.
//!
//! Where several accounts are asked, `unasked` names those whose part is missing, and why.

use super::{
    ApiError,
    query::{Moment, asked},
    token::Caller,
};
use crate::{hub::Shared, session};
use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
};
use ringcard_core::{
    call::AgentId,
    frame::{Reply, Request},
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Number {
    number: String,
}

/// The campaign records in which a number stands.
pub(super) async fn records(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    number: Result<Query<Number>, QueryRejection>,
) -> Result<Json<Value>, ApiError> {
    let number = asked(number)?.number;
    match session::answer(&shared, &caller, Request::CampaignRecords { number }).await? {
        Reply::CampaignRecords { records, unasked } => Ok(Json(json!({ "records": records, "unasked": unasked }))),
        _ => unreachable!("BUG: records are answered with records"),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Refresh {
    #[serde(default)]
    refresh: bool,
}

/// Every account's codes, as last fetched.
pub(super) async fn codes(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    refresh: Result<Query<Refresh>, QueryRejection>,
) -> Result<Json<Value>, ApiError> {
    let refresh = asked(refresh)?.refresh;
    match session::answer(&shared, &caller, Request::Codes { refresh }).await? {
        Reply::Codes { lists, unasked } => Ok(Json(json!({ "lists": lists, "unasked": unasked }))),
        _ => unreachable!("BUG: codes are answered with codes"),
    }
}

pub(super) async fn campaigns(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
) -> Result<Json<Value>, ApiError> {
    match session::answer(&shared, &caller, Request::Campaigns).await? {
        Reply::Campaigns { campaigns, unasked } => Ok(Json(json!({ "campaigns": campaigns, "unasked": unasked }))),
        _ => unreachable!("BUG: campaigns are answered with campaigns"),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Whose {
    agent: Option<String>,
}

/// Promised call-backs, one agent's or everybody's.
pub(super) async fn callbacks(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    whose: Result<Query<Whose>, QueryRejection>,
) -> Result<Json<Value>, ApiError> {
    let caller = caller.asking_about(asked(whose)?.agent.map(AgentId));
    match session::answer(&shared, &caller, Request::Callbacks).await? {
        Reply::Callbacks { callbacks, unasked } => Ok(Json(json!({ "callbacks": callbacks, "unasked": unasked }))),
        _ => unreachable!("BUG: call-backs are answered with call-backs"),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Range {
    account: Option<String>,
    from: Moment,
    to: Moment,
}

/// Smart-wait by skill; both ends are included.
pub(super) async fn smart_wait(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    range: Result<Query<Range>, QueryRejection>,
) -> Result<Json<Value>, ApiError> {
    let Range { account, from, to } = asked(range)?;
    let request = Request::SmartWait { account, from: from.0, to: to.0 };
    match session::answer(&shared, &caller, request).await? {
        Reply::SmartWait { report } => Ok(Json(json!(report))),
        _ => unreachable!("BUG: a report is answered with a report"),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RangeOfAgent {
    agent: String,
    account: Option<String>,
    from: Moment,
    to: Moment,
}

/// One agent's calls without a code, newest first.
pub(super) async fn not_coded(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    range: Result<Query<RangeOfAgent>, QueryRejection>,
) -> Result<Json<Value>, ApiError> {
    let RangeOfAgent { agent, account, from, to } = asked(range)?;
    let request = Request::NotCoded { account, from: from.0, to: to.0 };
    match session::answer(&shared, &caller.asking_about(Some(AgentId(agent))), request).await? {
        Reply::NotCoded { calls } => Ok(Json(json!({ "calls": calls }))),
        _ => unreachable!("BUG: calls without a code are answered with calls"),
    }
}

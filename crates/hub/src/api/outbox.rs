//! What waits to be written to other systems, over REST: saved, listed, decided about.

use super::{
    ApiError,
    extract::{Asked, Body, Limit, Named},
};
use crate::{
    hub::Shared,
    outbox::OutboxFilter as Which,
    session::outbox::{not_there, refused, there},
};
use axum::{Json, extract::State, http::StatusCode};
use ringcard_core::{
    Timestamp,
    call::{AgentId, CallId},
    campaign::RecordRef,
    frame::{OutboxFilter, OutboxPage, RequestError, RequestErrorCode, SubmissionStory},
    submission::{Budget, OutboxAct, Submission, SubmissionKey, Write},
    text::contained,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Something to be written to another system.
#[derive(Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct ToWrite {
    write: Write,
    /// For whom, in words: a name or a number; without it the customer's id.
    about: Option<String>,
    /// Who wants it, by the name in the settings.
    agent: Option<String>,
    /// The call it came of.
    call_id: Option<String>,
    /// Repeats with the same key are the same write. At most 64 letters, digits, `-`, `_` and `.`.
    key: Option<String>,
}

/// A campaign record with its code.
#[derive(Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Codification {
    /// As `/v1/campaign-records` gives it.
    record: RecordRef,
    code: String,
    second_code: Option<String>,
    #[serde(default)]
    comment: String,
    /// The dialler must not call this customer again.
    #[serde(default)]
    do_not_call: bool,
    /// For whom, in words; without it the customer's id.
    about: Option<String>,
    agent: Option<String>,
    call_id: Option<String>,
    /// Repeats with the same key are the same codification.
    key: Option<String>,
}

/// It is on the hub's disk.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(super) struct Taken {
    key: SubmissionKey,
    /// This key was there before, and nothing was added.
    known: bool,
}

type Accepted = Result<(StatusCode, Json<Taken>), ApiError>;

/// Has something written: 202 after the commit.
pub(super) async fn submit(State(shared): State<Arc<Shared>>, Body(given): Body<ToWrite>) -> Accepted {
    take(&shared, given).await
}

/// Codes a campaign record: 202 after the commit.
pub(super) async fn codify(State(shared): State<Arc<Shared>>, Body(given): Body<Codification>) -> Accepted {
    let Codification { record, code, second_code, comment, do_not_call, about, agent, call_id, key } = given;
    let write = Write::Codify { record, code, second_code, comment, do_not_call };
    take(&shared, ToWrite { write, about, agent, call_id, key }).await
}

async fn take(shared: &Shared, given: ToWrite) -> Accepted {
    let ToWrite { write, about, agent, call_id, key } = given;
    if !shared.accounts.writable().iter().any(|account| account == write.account()) {
        let account: String = write.account().chars().take(100).collect();
        let message = format!("There is no account “{}” that takes this", contained(&account));
        return Err(RequestError::new(RequestErrorCode::NoAccount, message).into());
    }
    let submission = Submission {
        key: key.map(SubmissionKey).unwrap_or_default(),
        about: about.unwrap_or_else(|| whom(&write)),
        write,
        call_id: call_id.map(CallId),
        agent: agent.map(AgentId),
        made_at: Timestamp::now(),
        expires_at: None,
    };
    let accepted = there(shared)?.submit(submission).await.map_err(refused)?;
    Ok((StatusCode::ACCEPTED, Json(Taken { key: accepted.key, known: accepted.known })))
}

/// Whom a write is about, as far as it says so itself.
fn whom(write: &Write) -> String {
    match write {
        Write::Codify { record, .. } => record.customer_id.clone(),
        Write::ScheduleCallback { number, .. }
        | Write::ChangeCallback { number, .. }
        | Write::CancelCallback { number, .. } => number.clone(),
        Write::AddRecord { customer_name, customer_id, .. } => {
            if customer_name.is_empty() {
                customer_id.clone()
            } else {
                customer_name.clone()
            }
        }
        Write::CodeCall { agent_id, .. } => agent_id.clone(),
    }
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(utoipa::IntoParams))]
#[serde(deny_unknown_fields)]
pub(super) struct Rows {
    /// Without it `waiting`.
    #[serde(default)]
    #[cfg_attr(test, param(inline))]
    filter: OutboxFilter,
    /// Only this account's.
    account: Option<String>,
    /// Only what this agent made.
    agent: Option<String>,
    /// After this key: the last one of the page before.
    after: Option<String>,
    /// At most 200; without it 50.
    #[cfg_attr(test, param(value_type = Option<u32>))]
    limit: Option<Limit>,
}

/// What waits, in the order it was made; what is over, newest first.
pub(super) async fn list(
    State(shared): State<Arc<Shared>>,
    Asked(rows): Asked<Rows>,
) -> Result<Json<OutboxPage>, ApiError> {
    let which = Which {
        over: rows.filter == OutboxFilter::Over,
        needs_a_person: rows.filter == OutboxFilter::NeedsAPerson,
        account: rows.account,
        agent: rows.agent.map(AgentId),
    };
    let after = rows.after.map(SubmissionKey);
    let page = there(&shared)?.list(which, after, rows.limit.map_or(50, |limit| limit.0)).await;
    let (rows, more) = page.map_err(refused)?;
    Ok(Json(OutboxPage { rows, more }))
}

/// One row with every attempt.
pub(super) async fn one(
    State(shared): State<Arc<Shared>>,
    Named(key): Named,
) -> Result<Json<SubmissionStory>, ApiError> {
    let found = there(&shared)?.row(SubmissionKey(key)).await.map_err(refused)?;
    let (row, attempts) = found.ok_or_else(not_there)?;
    Ok(Json(SubmissionStory { row, attempts }))
}

/// Who decides; remembered with the decision.
#[derive(Deserialize)]
#[cfg_attr(test, derive(utoipa::IntoParams))]
#[serde(deny_unknown_fields)]
pub(super) struct By {
    /// Who decides; remembered with the decision.
    agent: Option<String>,
}

/// Which row it is now.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(super) struct Acted {
    /// Another one where an edit came while it was being sent, and goes after it.
    key: SubmissionKey,
}

pub(super) async fn retry(
    State(shared): State<Arc<Shared>>,
    Named(key): Named,
    Asked(by): Asked<By>,
) -> Result<Json<Acted>, ApiError> {
    act(&shared, key, OutboxAct::Retry, by).await
}

pub(super) async fn discard(
    State(shared): State<Arc<Shared>>,
    Named(key): Named,
    Asked(by): Asked<By>,
) -> Result<Json<Acted>, ApiError> {
    act(&shared, key, OutboxAct::Discard, by).await
}

/// It was looked for in the other system, and is there.
pub(super) async fn mark_done(
    State(shared): State<Arc<Shared>>,
    Named(key): Named,
    Asked(by): Asked<By>,
) -> Result<Json<Acted>, ApiError> {
    act(&shared, key, OutboxAct::MarkDone, by).await
}

/// Other content in its place, tried again.
pub(super) async fn edit(
    State(shared): State<Arc<Shared>>,
    Named(key): Named,
    Asked(by): Asked<By>,
    Body(write): Body<Write>,
) -> Result<Json<Acted>, ApiError> {
    act(&shared, key, OutboxAct::Edit { write }, by).await
}

/// Answers with the row's key: another one where an edit came while it was being sent, and goes after it.
async fn act(shared: &Shared, key: String, act: OutboxAct, by: By) -> Result<Json<Acted>, ApiError> {
    let by = by.agent.map(AgentId);
    let key = there(shared)?.act(SubmissionKey(key), act, by).await.map_err(refused)?;
    Ok(Json(Acted { key }))
}

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(super) struct Budgets {
    budgets: Vec<Budget>,
}

/// What each account is allowed, has used and has left.
pub(super) async fn budgets(State(shared): State<Arc<Shared>>) -> Result<Json<Budgets>, ApiError> {
    Ok(Json(Budgets { budgets: there(&shared)?.budgets().await }))
}

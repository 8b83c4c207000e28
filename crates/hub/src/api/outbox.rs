//! What waits to be written to other systems, over REST: saved, listed, decided about.

use super::{
    ApiError,
    ask::ask,
    extract::{Asked, Body, Limit, Named},
    token::Caller,
};
use crate::{
    hub::Shared,
    outbox::{Accepted, OutboxFilter as Which},
    policy,
    principal::Principal,
    session::outbox::{refused, takes_writes, there},
};
use axum::{Json, extract::State, http::StatusCode};
use ringcard_core::{
    Timestamp,
    call::{AgentId, CallId},
    campaign::RecordRef,
    frame::{self, OutboxFilter, OutboxPage, Request, SubmissionStory},
    submission::{Budget, OutboxAct, Submission, SubmissionKey, Write},
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
    /// The key of another submission: this one is sent after that one is done.
    needs: Option<String>,
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
    /// The key of another submission: this one is sent after that one is done.
    needs: Option<String>,
}

/// It is on the hub's disk.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(super) struct Saved {
    key: SubmissionKey,
    /// This key was there before, and nothing was added.
    known: bool,
    /// The older submission whose place this one took: it was not sent yet, and never is.
    #[serde(skip_serializing_if = "Option::is_none")]
    replaced: Option<SubmissionKey>,
}

type Answer = Result<(StatusCode, Json<Saved>), ApiError>;

/// Has something written: 202 after the commit.
pub(super) async fn submit(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Body(given): Body<ToWrite>,
) -> Answer {
    take(&shared, &caller, given).await
}

/// Codes a campaign record: 202 after the commit.
pub(super) async fn codify(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Body(given): Body<Codification>,
) -> Answer {
    let Codification { record, code, second_code, comment, do_not_call, about, agent, call_id, key, needs } = given;
    let write = Write::Codify { record, code, second_code, comment, do_not_call };
    take(&shared, &caller, ToWrite { write, about, agent, call_id, key, needs }).await
}

async fn take(shared: &Shared, caller: &Principal, given: ToWrite) -> Answer {
    let ToWrite { write, about, agent, call_id, key, needs } = given;
    let submission = Submission {
        key: key.map(SubmissionKey).unwrap_or_default(),
        about: about.unwrap_or_else(|| whom(&write)),
        write,
        call_id: call_id.map(CallId),
        agent: caller.acting_as(agent.map(AgentId)).agent().cloned(),
        made_at: Timestamp::now(),
        expires_at: None,
        needs: needs.map(SubmissionKey),
    };
    policy::may(shared, caller, policy::Asked::Write(&submission)).await?;
    let outbox = there(shared)?;
    let accepted = match takes_writes(shared, &submission.write) {
        Ok(()) => outbox.submit(submission).await,
        // Its account may be gone since it was taken: whoever sends it again did not hear the answer.
        Err(nobody) => Ok(outbox.known(&submission.key).await.map_err(refused)?.ok_or(nobody)?),
    };
    let Accepted { key, known, replaced } = accepted.map_err(refused)?;
    Ok((StatusCode::ACCEPTED, Json(Saved { key, known, replaced })))
}

/// Whom a write is about, as far as it says so itself.
fn whom(write: &Write) -> String {
    match write {
        Write::Codify { record, .. } => record.customer_id.clone(),
        Write::ScheduleCallback { number, .. }
        | Write::ChangeCallback { number, .. }
        | Write::CancelCallback { number, .. }
        | Write::AddNumber { number, .. } => number.clone(),
        Write::AddRecord { customer_name, customer_id, .. } => {
            if customer_name.is_empty() {
                customer_id.clone()
            } else {
                customer_name.clone()
            }
        }
        Write::CodeCall { agent_id, .. } => agent_id.clone(),
        Write::LogCall { entry, .. } | Write::TellTeam { entry, .. } => entry.number.clone(),
        Write::Other => String::new(),
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
    Caller(caller): Caller,
    Asked(rows): Asked<Rows>,
) -> Result<Json<OutboxPage>, ApiError> {
    let which = Which {
        over: rows.filter == OutboxFilter::Over,
        needs_a_person: rows.filter == OutboxFilter::NeedsAPerson,
        account: rows.account,
        agent: rows.agent.map(AgentId),
    };
    let (after, limit) = (rows.after.map(SubmissionKey), rows.limit.map_or(50, |limit| limit.0));
    let request = Request::Outbox { filter: rows.filter, before: after.clone(), limit };
    policy::may(&shared, &caller.acting_as(which.agent.clone()), policy::Asked::Request(&request)).await?;
    let page = there(&shared)?.list(which, after, limit).await;
    let (rows, more) = page.map_err(refused)?;
    Ok(Json(OutboxPage { rows, more }))
}

/// One row with every attempt.
pub(super) async fn one(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Named(key): Named,
) -> Result<Json<SubmissionStory>, ApiError> {
    ask(&shared, &caller, frame::ask::Submission { key: SubmissionKey(key) }).await.map(Json)
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
    Caller(caller): Caller,
    Named(key): Named,
    Asked(by): Asked<By>,
) -> Result<Json<Acted>, ApiError> {
    act(&shared, &caller, key, OutboxAct::Retry, by).await
}

pub(super) async fn discard(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Named(key): Named,
    Asked(by): Asked<By>,
) -> Result<Json<Acted>, ApiError> {
    act(&shared, &caller, key, OutboxAct::Discard, by).await
}

/// It was looked for in the other system, and is there.
pub(super) async fn mark_done(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Named(key): Named,
    Asked(by): Asked<By>,
) -> Result<Json<Acted>, ApiError> {
    act(&shared, &caller, key, OutboxAct::MarkDone, by).await
}

/// Other content in its place, tried again.
pub(super) async fn edit(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Named(key): Named,
    Asked(by): Asked<By>,
    Body(write): Body<Write>,
) -> Result<Json<Acted>, ApiError> {
    act(&shared, &caller, key, OutboxAct::Edit { write }, by).await
}

/// Answers with the row's key: another one where an edit came while it was being sent, and goes after it.
async fn act(
    shared: &Shared,
    caller: &Principal,
    key: String,
    act: OutboxAct,
    by: By,
) -> Result<Json<Acted>, ApiError> {
    let caller = caller.acting_as(by.agent.map(AgentId));
    let key = SubmissionKey(key);
    let request = Request::OutboxAct { key: key.clone(), act: act.clone() };
    policy::may(shared, &caller, policy::Asked::Request(&request)).await?;
    if let OutboxAct::Edit { write } = &act {
        takes_writes(shared, write)?;
    }
    let key = there(shared)?.act(key, act, caller.agent().cloned()).await.map_err(refused)?;
    Ok(Json(Acted { key }))
}

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(super) struct Budgets {
    budgets: Vec<Budget>,
}

/// What each account is allowed, has used and has left.
pub(super) async fn budgets(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
) -> Result<Json<Budgets>, ApiError> {
    policy::may(&shared, &caller, policy::Asked::Request(&Request::Budgets)).await?;
    Ok(Json(Budgets { budgets: there(&shared)?.budgets().await }))
}

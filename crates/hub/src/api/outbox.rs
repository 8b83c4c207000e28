//! What waits to be written to other systems, over REST: saved, listed, decided about.

use super::{ApiError, calls::unreadable, query::asked, token::Caller};
use crate::{
    hub::Shared,
    outbox::{Accepted, OutboxFilter as Which},
    policy::{self, Asked},
    principal::Principal,
    session::{
        self,
        outbox::{refused, takes_writes, there},
    },
};
use axum::{
    Json,
    extract::{
        Path, Query, State,
        rejection::{JsonRejection, QueryRejection},
    },
    http::StatusCode,
};
use ringcard_core::{
    Timestamp,
    call::{AgentId, CallId},
    campaign::RecordRef,
    frame::{OutboxFilter, Reply, Request},
    submission::{OutboxAct, Submission, SubmissionKey, Write},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::Arc;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Codification {
    /// As `/v1/campaign-records` gives it.
    record: RecordRef,
    code: String,
    second_code: Option<String>,
    #[serde(default)]
    comment: String,
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

/// A submission is on disk.
#[derive(Serialize)]
pub(super) struct Saved {
    key: SubmissionKey,
    /// It was there before: nothing was saved anew.
    known: bool,
    /// The older submission whose place this one took: it was not sent yet, and never is.
    #[serde(skip_serializing_if = "Option::is_none")]
    replaced: Option<SubmissionKey>,
}

/// Codes a campaign record: 202 after the commit.
pub(super) async fn codify(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    body: Result<Json<Codification>, JsonRejection>,
) -> Result<(StatusCode, Json<Saved>), ApiError> {
    let Json(given) = body.map_err(|error| unreadable(&error))?;
    let submission = Submission {
        key: given.key.map(SubmissionKey).unwrap_or_default(),
        about: given.about.unwrap_or_else(|| given.record.customer_id.clone()),
        write: Write::Codify {
            record: given.record,
            code: given.code,
            second_code: given.second_code,
            comment: given.comment,
            do_not_call: given.do_not_call,
        },
        call_id: given.call_id.map(CallId),
        agent: caller.acting_as(given.agent.map(AgentId)).agent().cloned(),
        made_at: Timestamp::now(),
        expires_at: None,
        needs: given.needs.map(SubmissionKey),
    };
    policy::may(&shared, &caller, Asked::Write(&submission)).await?;
    takes_writes(&shared, &submission.write)?;
    let Accepted { key, known, replaced } = there(&shared)?.submit(submission).await.map_err(refused)?;
    Ok((StatusCode::ACCEPTED, Json(Saved { key, known, replaced })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rows {
    #[serde(default)]
    filter: OutboxFilter,
    account: Option<String>,
    agent: Option<String>,
    after: Option<String>,
    limit: Option<u32>,
}

/// What waits, in the order it was made; what is over, newest first.
pub(super) async fn list(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    rows: Result<Query<Rows>, QueryRejection>,
) -> Result<Json<Value>, ApiError> {
    let rows = asked(rows)?;
    let which = Which {
        over: rows.filter == OutboxFilter::Over,
        needs_a_person: rows.filter == OutboxFilter::NeedsAPerson,
        account: rows.account,
        agent: rows.agent.map(AgentId),
    };
    let (before, limit) = (rows.after.map(SubmissionKey), rows.limit.unwrap_or(50));
    let request = Request::Outbox { filter: rows.filter, before: before.clone(), limit };
    policy::may(&shared, &caller.acting_as(which.agent.clone()), Asked::Request(&request)).await?;
    let page = there(&shared)?.list(which, before, limit).await;
    let (rows, more) = page.map_err(refused)?;
    Ok(Json(json!({ "rows": rows, "more": more })))
}

/// One row with every attempt.
pub(super) async fn one(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Path(key): Path<String>,
) -> Result<Json<Value>, ApiError> {
    match session::answer(&shared, &caller, Request::Submission { key: SubmissionKey(key) }).await? {
        Reply::Submission { row, attempts } => Ok(Json(json!({ "row": row, "attempts": attempts }))),
        _ => unreachable!("BUG: a submission is answered with a submission"),
    }
}

/// Who decides; remembered with the decision.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct By {
    agent: Option<String>,
}

type ByQuery = Result<Query<By>, QueryRejection>;

pub(super) async fn retry(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Path(key): Path<String>,
    by: ByQuery,
) -> Result<Json<Value>, ApiError> {
    act(&shared, &caller, key, OutboxAct::Retry, by).await
}

pub(super) async fn discard(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Path(key): Path<String>,
    by: ByQuery,
) -> Result<Json<Value>, ApiError> {
    act(&shared, &caller, key, OutboxAct::Discard, by).await
}

/// It was looked for in the other system, and is there.
pub(super) async fn mark_done(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Path(key): Path<String>,
    by: ByQuery,
) -> Result<Json<Value>, ApiError> {
    act(&shared, &caller, key, OutboxAct::MarkDone, by).await
}

/// Other content in its place, tried again.
pub(super) async fn edit(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Path(key): Path<String>,
    by: ByQuery,
    body: Result<Json<Write>, JsonRejection>,
) -> Result<Json<Value>, ApiError> {
    let Json(write) = body.map_err(|error| unreadable(&error))?;
    act(&shared, &caller, key, OutboxAct::Edit { write }, by).await
}

/// Answers with the row's key: another one where an edit came while it was being sent, and goes after it.
async fn act(
    shared: &Shared,
    caller: &Principal,
    key: String,
    act: OutboxAct,
    by: ByQuery,
) -> Result<Json<Value>, ApiError> {
    let caller = caller.acting_as(asked(by)?.agent.map(AgentId));
    let key = SubmissionKey(key);
    let request = Request::OutboxAct { key: key.clone(), act: act.clone() };
    policy::may(shared, &caller, Asked::Request(&request)).await?;
    if let OutboxAct::Edit { write } = &act {
        takes_writes(shared, write)?;
    }
    let key = there(shared)?.act(key, act, caller.agent().cloned()).await.map_err(refused)?;
    Ok(Json(json!({ "key": key })))
}

/// What each account is allowed, has used and has left.
pub(super) async fn budgets(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
) -> Result<Json<Value>, ApiError> {
    policy::may(&shared, &caller, Asked::Request(&Request::Budgets)).await?;
    Ok(Json(json!({ "budgets": there(&shared)?.budgets().await })))
}

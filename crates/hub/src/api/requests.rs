//! What was asked of other systems, over REST.

use super::{
    ApiError,
    query::{Moment, asked},
};
use crate::{
    hub::Shared,
    requests::{Requests, Which},
};
use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
};
use ringcard_core::{
    Timestamp,
    frame::{RequestError, RequestErrorCode},
};
use serde::Deserialize;
use std::sync::Arc;

/// Lines of one answer, besides the counts.
const MOST_LINES: u32 = 1000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Range {
    account: Option<String>,
    from: Option<Moment>,
    to: Option<Moment>,
    limit: Option<u32>,
}

/// Every request's line of the last day, and counts by the hour for thirty days; newest first.
pub(super) async fn list(
    State(shared): State<Arc<Shared>>,
    range: Result<Query<Range>, QueryRejection>,
) -> Result<Json<Requests>, ApiError> {
    let Range { account, from, to, limit } = asked(range)?;
    let which = Which {
        account,
        from: from.map_or(Timestamp(0), |from| from.0),
        to: to.map_or(Timestamp(i64::MAX), |to| to.0),
        lines: limit.unwrap_or(100).min(MOST_LINES),
    };
    let read = shared.requests.read(which).await;
    read.map(Json).map_err(|failure| RequestError::new(RequestErrorCode::Busy, failure.to_string()).into())
}

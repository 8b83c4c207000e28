//! What was asked of other systems, over REST.

use super::{
    ApiError,
    extract::{Asked, Limit, Moment},
    token::Caller,
};
use crate::{
    hub::Shared,
    policy,
    requests::{Requests, Which},
};
use axum::{Json, extract::State};
use ringcard_core::{
    Timestamp,
    frame::{RequestError, RequestErrorCode},
};
use serde::Deserialize;
use std::sync::Arc;

/// Lines of one answer, besides the counts.
const MOST_LINES: u32 = 1000;

#[derive(Deserialize)]
#[cfg_attr(test, derive(utoipa::IntoParams))]
#[serde(deny_unknown_fields)]
pub(super) struct Range {
    /// Only this account's.
    account: Option<String>,
    /// Included; milliseconds since 1970, or RFC 3339.
    #[cfg_attr(test, param(value_type = Option<String>))]
    from: Option<Moment>,
    /// Not included.
    #[cfg_attr(test, param(value_type = Option<String>))]
    to: Option<Moment>,
    /// Lines at most, 100 by default and never more than 1000; counts come all the same.
    #[cfg_attr(test, param(value_type = Option<u32>))]
    limit: Option<Limit>,
}

/// Every request's line of the last day, and counts by the hour for thirty days; newest first.
pub(super) async fn list(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Asked(Range { account, from, to, limit }): Asked<Range>,
) -> Result<Json<Requests>, ApiError> {
    policy::may(&shared, &caller, policy::Asked::Requests).await?;
    let which = Which {
        account,
        from: from.map_or(Timestamp(0), |from| from.0),
        to: to.map_or(Timestamp(i64::MAX), |to| to.0),
        lines: limit.map_or(100, |limit| limit.0).min(MOST_LINES),
    };
    let read = shared.requests.read(which).await;
    read.map(Json).map_err(|failure| RequestError::new(RequestErrorCode::Busy, failure.to_string()).into())
}

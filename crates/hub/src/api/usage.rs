//! What was used of an account's limits, over REST.

use super::{ApiError, ask::ask, extract::Asked, token::Caller};
use crate::{hub::Shared, usage};
use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use ringcard_core::{
    frame,
    usage::{Usage, UsageRange},
};
use serde::Deserialize;
use std::sync::Arc;

#[derive(Deserialize)]
#[cfg_attr(test, derive(utoipa::IntoParams))]
#[serde(deny_unknown_fields)]
pub(super) struct Wished {
    /// The first one, where none is named.
    account: Option<String>,
    /// `day`: the last 24 hours; `month`: the last 30 days.
    range: Option<UsageRange>,
}

impl Wished {
    async fn answer(self, shared: &Shared, caller: &crate::principal::Principal) -> Result<Usage, ApiError> {
        let range = self.range.unwrap_or(UsageRange::Day);
        ask(shared, caller, frame::ask::Usage { account: self.account, range }).await
    }
}

/// By what for, by whom, and over time.
pub(super) async fn usage(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Asked(wished): Asked<Wished>,
) -> Result<Json<Usage>, ApiError> {
    wished.answer(&shared, &caller).await.map(Json)
}

/// Over time, as a table.
pub(super) async fn csv(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Asked(wished): Asked<Wished>,
) -> Result<Response, ApiError> {
    let usage = wished.answer(&shared, &caller).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"usage.csv\""),
    ];
    Ok((headers, usage::csv(&usage)).into_response())
}

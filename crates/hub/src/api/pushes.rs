//! The last pushes over REST.

use super::{ApiError, query::asked, token::Caller};
use crate::{hub::Shared, session};
use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
};
use ringcard_core::frame::{Reply, Request};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

#[derive(Deserialize)]
pub(super) struct Whose {
    account: Option<String>,
}

/// What the PBXs sent last and what became of it, newest first.
pub(super) async fn list(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    query: Result<Query<Whose>, QueryRejection>,
) -> Result<Json<Value>, ApiError> {
    match session::answer(&shared, &caller, Request::Pushes { account: asked(query)?.account }).await? {
        Reply::Pushes { pushes } => Ok(Json(json!({ "pushes": pushes }))),
        _ => unreachable!("BUG: pushes are answered with pushes"),
    }
}

//! The accounts over REST: what their *Test* finds.

use super::{ApiError, extract::Named, token::Caller};
use crate::{
    hub::Shared,
    not_there,
    policy::{self, Asked},
};
use axum::{Json, extract::State, http::StatusCode};
use ringcard_connect::TestReport;
use std::sync::Arc;

/// Tries the account's connection, step by step, without ringing anybody.
pub(super) async fn test(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Named(account): Named,
) -> Result<Json<TestReport>, ApiError> {
    policy::may(&shared, &caller, Asked::Trial).await?;
    match shared.accounts.test(&account).await {
        Some(report) => Ok(Json(report)),
        None => {
            let known = shared.accounts.names();
            let message = not_there::account(&account, known.iter().map(String::as_str));
            Err(ApiError::new(StatusCode::NOT_FOUND, "not_found", message))
        }
    }
}

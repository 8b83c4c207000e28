//! The accounts over REST: what their *Test* finds.

use super::{ApiError, extract::Named, token::Caller};
use crate::{
    hub::Shared,
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
            let known = shared.accounts.names().join(", ");
            let known = if known.is_empty() { "none is set up".to_owned() } else { format!("known are {known}") };
            let message = format!("There is no account “{account}”; {known}");
            Err(ApiError::new(StatusCode::NOT_FOUND, "not_found", message))
        }
    }
}

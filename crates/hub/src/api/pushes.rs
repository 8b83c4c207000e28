//! The last pushes over REST.

use super::{ApiError, ask::ask, extract::Asked, token::Caller};
use crate::hub::Shared;
use axum::{Json, extract::State};
use ringcard_core::{frame, pushed::PushNote};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

#[derive(Deserialize)]
#[cfg_attr(test, derive(utoipa::IntoParams))]
#[serde(deny_unknown_fields)]
pub(super) struct Whose {
    /// Only those to this account; without it all, also those to no account.
    account: Option<String>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(super) struct Pushes {
    pushes: Vec<PushNote>,
}

/// What the PBXs sent last and what became of it, newest first.
pub(super) async fn list(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Asked(Whose { account }): Asked<Whose>,
) -> Result<Json<Pushes>, ApiError> {
    let pushes = ask(&shared, &caller, frame::ask::Pushes { account }).await?;
    Ok(Json(Pushes { pushes }))
}

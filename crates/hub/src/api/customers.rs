//! Customers over REST.

use super::{
    ApiError,
    ask::ask,
    extract::{Asked, Body, Limit, Named},
    token::Caller,
};
use crate::hub::Shared;
use axum::{Json, extract::State, http::StatusCode};
use ringcard_core::{
    customer::{Customer, CustomerDetails, CustomerId, Match},
    frame,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

#[derive(Deserialize)]
#[cfg_attr(test, derive(utoipa::IntoParams))]
// Scripts from before anything unknown was refused go on working.
pub(super) struct Find {
    /// A phone number in any form: who is behind it.
    number: Option<String>,
    /// Words of a name, company, e-mail, tag or number.
    q: Option<String>,
    /// At most 200; without it 20.
    #[cfg_attr(test, param(value_type = Option<u32>))]
    limit: Option<Limit>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(super) struct Found {
    matches: Vec<Match>,
}

/// Matches with reason and rank for a number, or a search.
pub(super) async fn find(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Asked(find): Asked<Find>,
) -> Result<Json<Found>, ApiError> {
    let matches = match (find.number, find.q) {
        (Some(number), None) => ask(&shared, &caller, frame::ask::FindByNumber { number }).await?,
        (None, Some(query)) => {
            let limit = find.limit.map_or(20, |limit| limit.0);
            ask(&shared, &caller, frame::ask::SearchCustomers { query, limit }).await?
        }
        _ => {
            let message = "Give either number=… (who is behind it) or q=… (search)";
            return Err(ApiError::new(StatusCode::BAD_REQUEST, "invalid", message));
        }
    };
    Ok(Json(Found { matches }))
}

pub(super) async fn one(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Named(id): Named,
) -> Result<Json<Customer>, ApiError> {
    ask(&shared, &caller, frame::ask::Customer { id: CustomerId(id) }).await.map(Json)
}

pub(super) async fn create(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Body(details): Body<CustomerDetails>,
) -> Result<(StatusCode, Json<Customer>), ApiError> {
    let created = ask(&shared, &caller, frame::ask::SaveCustomer { id: None, details, seen: None }).await?;
    Ok((StatusCode::CREATED, Json(created)))
}

pub(super) async fn update(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Named(id): Named,
    Body(details): Body<CustomerDetails>,
) -> Result<Json<Customer>, ApiError> {
    let id = Some(CustomerId(id));
    ask(&shared, &caller, frame::ask::SaveCustomer { id, details, seen: None }).await.map(Json)
}

pub(super) async fn delete(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Named(id): Named,
) -> Result<StatusCode, ApiError> {
    ask(&shared, &caller, frame::ask::DeleteCustomer { id: CustomerId(id) }).await?;
    Ok(StatusCode::NO_CONTENT)
}

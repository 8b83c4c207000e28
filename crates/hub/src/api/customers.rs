//! Customers over REST.

use super::{ApiError, calls::unreadable, token::Caller};
use crate::{hub::Shared, principal::Principal, session};
use axum::{
    Json,
    extract::{Path, Query, State, rejection::JsonRejection},
    http::StatusCode,
};
use ringcard_core::{
    customer::{CustomerDetails, CustomerId},
    frame::{Reply, Request},
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

#[derive(Deserialize)]
pub(super) struct Find {
    number: Option<String>,
    q: Option<String>,
    limit: Option<u32>,
}

/// Matches with reason and rank for a number, or a search.
pub(super) async fn find(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Query(find): Query<Find>,
) -> Result<Json<Value>, ApiError> {
    let request = match (find.number, find.q) {
        (Some(number), None) => Request::FindByNumber { number },
        (None, Some(query)) => Request::SearchCustomers { query, limit: find.limit.unwrap_or(20) },
        _ => {
            let message = "Give either number=… (who is behind it) or q=… (search)";
            return Err(ApiError::new(StatusCode::BAD_REQUEST, "invalid", message));
        }
    };
    match session::answer(&shared, &caller, request).await? {
        Reply::Matches { matches } => Ok(Json(json!({ "matches": matches }))),
        _ => unreachable!("BUG: a search is answered with matches"),
    }
}

pub(super) async fn one(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    customer(&shared, &caller, Request::Customer { id: CustomerId(id) }).await
}

pub(super) async fn create(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    body: Result<Json<CustomerDetails>, JsonRejection>,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let Json(details) = body.map_err(|error| unreadable(&error))?;
    Ok((
        StatusCode::CREATED,
        customer(&shared, &caller, Request::SaveCustomer { id: None, details, seen: None }).await?,
    ))
}

pub(super) async fn update(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Path(id): Path<String>,
    body: Result<Json<CustomerDetails>, JsonRejection>,
) -> Result<Json<Value>, ApiError> {
    let Json(details) = body.map_err(|error| unreadable(&error))?;
    customer(&shared, &caller, Request::SaveCustomer { id: Some(CustomerId(id)), details, seen: None }).await
}

pub(super) async fn delete(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    session::answer(&shared, &caller, Request::DeleteCustomer { id: CustomerId(id) }).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn customer(shared: &Shared, caller: &Principal, request: Request) -> Result<Json<Value>, ApiError> {
    match session::answer(shared, caller, request).await? {
        Reply::Customer { customer } => Ok(Json(json!(customer))),
        _ => unreachable!("BUG: a customer is answered with a customer"),
    }
}

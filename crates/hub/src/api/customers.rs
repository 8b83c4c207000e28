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
    customer::{Customer, CustomerAbout, CustomerDetails, CustomerId, CustomerSource, Match},
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
    /// Searches there and not in the directory: an account that keeps customers. With `q` only.
    source: Option<String>,
    /// At most 200; without it 20. Of another system at most 50.
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
        (None, Some(query)) if find.source.is_some() => {
            let (source, limit) = (find.source.unwrap_or_default(), find.limit.map_or(20, |limit| limit.0));
            ask(&shared, &caller, frame::ask::SearchSource { source, query, limit }).await?
        }
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

#[derive(Deserialize)]
#[cfg_attr(test, derive(utoipa::IntoParams))]
pub(super) struct Where {
    /// An account that takes new customers; without it the directory.
    source: Option<String>,
}

pub(super) async fn create(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Asked(Where { source }): Asked<Where>,
    Body(details): Body<CustomerDetails>,
) -> Result<(StatusCode, Json<Customer>), ApiError> {
    let created = match source {
        Some(source) => ask(&shared, &caller, frame::ask::CreateCustomerIn { source, details }).await?,
        None => ask(&shared, &caller, frame::ask::SaveCustomer { id: None, details, seen: None }).await?,
    };
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

/// Where customers are kept.
pub(super) async fn sources(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
) -> Result<Json<Vec<CustomerSource>>, ApiError> {
    ask(&shared, &caller, frame::ask::CustomerSources {}).await.map(Json)
}

/// What the systems that know them say.
pub(super) async fn about(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Named(id): Named,
) -> Result<Json<CustomerAbout>, ApiError> {
    ask(&shared, &caller, frame::ask::AboutCustomer { id: CustomerId(id) }).await.map(Json)
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(utoipa::IntoParams))]
#[serde(deny_unknown_fields)]
pub(super) struct Other {
    /// The id of the same person in another system.
    other: String,
}

/// These two are one person.
pub(super) async fn link(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Named(id): Named,
    Asked(Other { other }): Asked<Other>,
) -> Result<StatusCode, ApiError> {
    ask(&shared, &caller, frame::ask::LinkCustomers { one: CustomerId(id), other: CustomerId(other) }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// They are two after all.
pub(super) async fn unlink(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Named(id): Named,
    Asked(Other { other }): Asked<Other>,
) -> Result<StatusCode, ApiError> {
    ask(&shared, &caller, frame::ask::UnlinkCustomers { one: CustomerId(id), other: CustomerId(other) }).await?;
    Ok(StatusCode::NO_CONTENT)
}

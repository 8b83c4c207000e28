//! Calls that are looked for over REST, and the same as a table for spreadsheets.

use super::{
    ApiError,
    ask::{ask as ask_hub, ask_as_known},
    extract::{Asked, Flag, Limit, Moment, Named},
    token::Caller,
};
use crate::{calls_csv, hub::Shared, principal::Principal};
use axum::{
    Json,
    body::Body,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use futures_util::stream;
use ringcard_core::{
    call::{AgentId, CallId, Direction},
    customer::CustomerId,
    frame::{CallEnd, CallSearch, FoundCalls, ask},
};
use serde::Deserialize;
use std::{io, sync::Arc};

/// Calls of one piece of a table.
const PIECE: u32 = 200;

#[derive(Deserialize)]
#[cfg_attr(test, derive(utoipa::IntoParams))]
#[serde(deny_unknown_fields)]
pub(super) struct Wished {
    /// Words of names, notes, comments and codes, or a telephone number.
    #[serde(default)]
    text: String,
    /// It began then or later: milliseconds since the Unix epoch, or RFC 3339.
    #[cfg_attr(test, param(value_type = Option<String>))]
    from: Option<Moment>,
    /// It began before.
    #[cfg_attr(test, param(value_type = Option<String>))]
    to: Option<Moment>,
    /// It rang for this agent, or they dialled it.
    agent: Option<String>,
    /// A customer's id.
    customer: Option<String>,
    /// The called line's name.
    line: Option<String>,
    queue: Option<String>,
    #[cfg_attr(test, param(inline))]
    direction: Option<Direction>,
    #[cfg_attr(test, param(inline))]
    ended: Option<CallEnd>,
    /// The code it got.
    code: Option<String>,
    /// Spoken, and coded or not.
    #[cfg_attr(test, param(value_type = Option<bool>))]
    coded: Option<Flag>,
    /// A recording of it was told of, or none.
    #[cfg_attr(test, param(value_type = Option<bool>))]
    recorded: Option<Flag>,
    /// The `next` of the page before.
    before: Option<String>,
    /// At most 200; without it 50.
    #[cfg_attr(test, param(value_type = Option<u32>))]
    limit: Option<Limit>,
}

impl Wished {
    fn search(self) -> (CallSearch, Option<CallId>, u32) {
        let agent = self.agent.filter(|agent| !agent.is_empty()).map(AgentId);
        let search = CallSearch {
            text: self.text,
            from: self.from.map(|at| at.0),
            to: self.to.map(|at| at.0),
            everybody: false,
            agent,
            customer: self.customer.map(CustomerId),
            line: self.line,
            queue: self.queue,
            direction: self.direction,
            ended: self.ended,
            code: self.code,
            coded: self.coded.map(|flag| flag.0),
            recorded: self.recorded.map(|flag| flag.0),
        };
        (search, self.before.map(CallId), self.limit.map_or(50, |limit| limit.0))
    }
}

/// Who names nobody asks about everybody whose calls they may see.
fn asker(caller: &Principal, search: &mut CallSearch) -> Principal {
    caller.asking_about(search.agent.take())
}

pub(super) async fn list(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Asked(wished): Asked<Wished>,
) -> Result<Json<FoundCalls>, ApiError> {
    let (mut search, before, limit) = wished.search();
    let caller = asker(&caller, &mut search);
    ask_as_known(&shared, &caller, ask::FindCalls { search, before, limit }).await.map(Json)
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(utoipa::IntoParams))]
#[serde(deny_unknown_fields)]
pub(super) struct Page {
    /// The `next` of the page before.
    before: Option<String>,
    /// At most 200; without it 50.
    #[cfg_attr(test, param(value_type = Option<u32>))]
    limit: Option<Limit>,
}

/// The calls with a customer, over all their numbers.
pub(super) async fn of_customer(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Named(id): Named,
    Asked(page): Asked<Page>,
) -> Result<Json<FoundCalls>, ApiError> {
    let (customer, before) = (CustomerId(id), page.before.map(CallId));
    let limit = page.limit.map_or(50, |limit| limit.0);
    ask_hub(&shared, &caller, ask::CustomerCalls { customer, before, limit }).await.map(Json)
}

/// Page by page: however many there are, a page is held.
pub(super) async fn csv(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Asked(wished): Asked<Wished>,
) -> Result<Response, ApiError> {
    let (mut search, before, _) = wished.search();
    let caller = asker(&caller, &mut search);
    // The first is awaited: what is wrong is said as with every other request.
    let first = ask_as_known(&shared, &caller, ask::FindCalls { search: search.clone(), before, limit: PIECE }).await?;
    let pieces = stream::unfold(Some((calls_csv::heading(), first)), move |page| {
        let (shared, caller, search) = (shared.clone(), caller.clone(), search.clone());
        async move {
            let (mut piece, page) = page?;
            piece.extend(page.calls.iter().flat_map(calls_csv::call));
            let Some(next) = page.next else { return Some((Ok(piece), None)) };
            let asked = ask::FindCalls { search, before: Some(next), limit: PIECE };
            match ask_as_known(&shared, &caller, asked).await {
                Ok(following) => Some((Ok(piece), Some((Vec::new(), following)))),
                // A table that ends early must not look whole.
                Err(error) => {
                    tracing::warn!(?error, "a table of calls was cut: the call list gave no more");
                    Some((Err(io::Error::other("the call list gave no more")), None))
                }
            }
        }
    });
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"calls.csv\""),
    ];
    Ok((headers, Body::from_stream(pieces)).into_response())
}

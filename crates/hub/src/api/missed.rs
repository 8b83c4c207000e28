//! The team's missed calls over REST: what is left to do, and who takes it on.

use super::{
    ApiError,
    ask::ask_as_known,
    extract::{Asked, Named},
    token::Caller,
};
use crate::hub::Shared;
use axum::{Json, extract::State};
use ringcard_core::{
    call::AgentId,
    frame,
    missed::{MissedAct, MissedCaller, MissedId, MissedList},
};
use serde::Deserialize;
use std::sync::Arc;

#[derive(Deserialize)]
#[cfg_attr(test, derive(utoipa::IntoParams))]
#[serde(deny_unknown_fields)]
pub(super) struct Whose {
    /// Only what this agent serves.
    agent: Option<String>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(utoipa::IntoParams))]
#[serde(deny_unknown_fields)]
pub(super) struct By {
    /// Who does it, by the name in the settings.
    agent: Option<String>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(utoipa::IntoParams))]
#[serde(deny_unknown_fields)]
pub(super) struct Done {
    /// Who does it, by the name in the settings.
    agent: Option<String>,
    /// The `version` that was looked at: a row that is another by now is left as it is.
    seen: u64,
}

fn named(agent: Option<String>) -> Option<AgentId> {
    agent.filter(|agent| !agent.is_empty()).map(AgentId)
}

pub(super) async fn list(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Asked(whose): Asked<Whose>,
) -> Result<Json<MissedList>, ApiError> {
    ask_as_known(&shared, &caller.asking_about(named(whose.agent)), frame::ask::MissedList {}).await.map(Json)
}

pub(super) async fn take(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Named(id): Named,
    Asked(by): Asked<By>,
) -> Result<Json<MissedCaller>, ApiError> {
    let act = frame::ask::MissedAct { id: MissedId(id), act: MissedAct::Take };
    ask_as_known(&shared, &caller.acting_as(named(by.agent)), act).await.map(Json)
}

pub(super) async fn release(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Named(id): Named,
    Asked(by): Asked<By>,
) -> Result<Json<MissedCaller>, ApiError> {
    let act = frame::ask::MissedAct { id: MissedId(id), act: MissedAct::Release };
    ask_as_known(&shared, &caller.acting_as(named(by.agent)), act).await.map(Json)
}

pub(super) async fn done(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Named(id): Named,
    Asked(by): Asked<Done>,
) -> Result<Json<MissedCaller>, ApiError> {
    let act = frame::ask::MissedAct { id: MissedId(id), act: MissedAct::Done { seen: by.seen } };
    ask_as_known(&shared, &caller.acting_as(named(by.agent)), act).await.map(Json)
}

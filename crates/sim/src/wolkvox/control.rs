//! For people and scripts: what drives a simulated wolkvox that runs (`/control/…`).

use super::{
    journal::{Applied, Asked, Traffic},
    misbehave::Standing,
    operation::{Agent, Recall},
    sim::Quota,
    style::Style,
    world::Shared,
};
use crate::control::{is_ours, not_ours};
use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, Path, Request, State},
    http::StatusCode,
    middleware::{self, Next},
    response::Response,
    routing::{get, post, put},
};
use serde::{Deserialize, Serialize};
use std::{sync::Arc, time::Duration};

/// Of the journal, so much is shown.
const SHOWN: usize = 100;
const BODY_MOST: usize = 16 * 1024;
/// Offline at most for so long, for the way back is closed meanwhile.
const OFFLINE_MOST: Duration = Duration::from_secs(3600);

type World = State<Arc<Shared>>;

pub(crate) fn routes(shared: Arc<Shared>) -> Router<Arc<Shared>> {
    let control = Router::new()
        .route("/state", get(state))
        .route("/misbehave", post(misbehave).delete(behave))
        .route("/quota", put(quota))
        .route("/maintenance", put(maintenance))
        .route("/offline", put(offline))
        .route("/clock", put(clock))
        .route("/style", put(style))
        .route("/customers/{agent}/{act}", post(customer))
        .route("/reset", post(reset))
        .layer(DefaultBodyLimit::max(BODY_MOST));
    Router::new().nest("/control", control).layer(middleware::from_fn_with_state(shared, ours_only))
}

async fn ours_only(State(shared): World, request: Request, next: Next) -> Response {
    let loopback = shared.look(|world| world.config.listen.ip().is_loopback());
    if is_ours(request.headers(), loopback) { next.run(request).await } else { not_ours() }
}

/// Everything that changes.
#[derive(Serialize)]
struct Shown {
    now: u64,
    maintenance: bool,
    style: Style,
    quota: Quota,
    traffic: Traffic,
    agents: Vec<Agent>,
    recalls: Vec<Recall>,
    misbehaviour: Vec<Standing>,
    asked: Vec<Asked>,
    applied: Vec<Applied>,
}

async fn state(State(shared): World) -> Json<Shown> {
    Json(shared.change(|world| Shown {
        now: world.now(),
        maintenance: world.maintenance,
        style: world.config.style,
        quota: Quota { limit: world.quota(), spent: world.spent_today() },
        traffic: world.gate.traffic_of_all(),
        agents: world.operation.agents.clone(),
        recalls: world.operation.recalls.clone(),
        misbehaviour: world.misconduct.standing().cloned().collect(),
        asked: world.journal.asked().rev().take(SHOWN).cloned().collect(),
        applied: world.journal.applied().rev().take(SHOWN).cloned().collect(),
    }))
}

async fn misbehave(State(shared): World, Json(standing): Json<Standing>) -> StatusCode {
    shared.change(|world| world.misconduct.tell(standing));
    StatusCode::NO_CONTENT
}

async fn behave(State(shared): World) -> StatusCode {
    shared.change(|world| world.misconduct.clear());
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
struct SetQuota {
    licences: Option<u64>,
    /// Units other programs spend now.
    spend: Option<u64>,
}

async fn quota(State(shared): World, Json(told): Json<SetQuota>) -> StatusCode {
    shared.change(|world| {
        if let Some(licences) = told.licences {
            world.config.licences = licences;
        }
        world.spend(told.spend.unwrap_or_default());
    });
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
struct SetMaintenance {
    on: bool,
    text: Option<String>,
}

async fn maintenance(State(shared): World, Json(told): Json<SetMaintenance>) -> StatusCode {
    shared.change(|world| {
        world.maintenance = told.on;
        if let Some(text) = told.text {
            world.config.maintenance_text = text;
        }
    });
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
struct Away {
    ms: u64,
    /// The agent's own PC instead of the cloud.
    #[serde(default)]
    local: bool,
}

/// Connections are refused for a while.
async fn offline(State(shared): World, Json(away): Json<Away>) -> StatusCode {
    let time = Duration::from_millis(away.ms).min(OFFLINE_MOST);
    if shared.away.send((time, away.local)).await.is_err() {
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    StatusCode::ACCEPTED
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum SetClock {
    AdvanceMs(i64),
    NextDay,
}

async fn clock(State(shared): World, Json(told): Json<SetClock>) -> StatusCode {
    shared.change(|world| match told {
        SetClock::AdvanceMs(ms) => world.advance(ms),
        SetClock::NextDay => world.next_day(),
    });
    StatusCode::NO_CONTENT
}

async fn style(State(shared): World, Json(style): Json<Style>) -> StatusCode {
    shared.change(|world| world.config.style = style);
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum CustomerAct {
    Answer,
    HangUp,
}

async fn customer(State(shared): World, Path((agent, act)): Path<(String, CustomerAct)>) -> StatusCode {
    let had_one = shared.change(|world| {
        let call = world.agent_mut(&agent).and_then(|a| a.call.as_mut());
        let there = call.is_some();
        match (call, act) {
            (Some(call), CustomerAct::Answer) => call.answered = true,
            (Some(_), CustomerAct::HangUp) => drop(world.end_call(&agent)),
            (None, _) => {}
        }
        there
    });
    if had_one { StatusCode::NO_CONTENT } else { StatusCode::NOT_FOUND }
}

async fn reset(State(shared): World) -> StatusCode {
    shared.change(super::world::World::reset);
    StatusCode::NO_CONTENT
}

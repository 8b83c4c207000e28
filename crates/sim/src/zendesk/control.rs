//! For people and scripts: what drives a simulated Zendesk that runs (`/control/…`).

use super::{
    config::Limits,
    journal::Asked,
    limits::{Left, Traffic},
    misbehave::Standing,
    records::{Call, Display, Ticket, User},
    world::Shared,
};
use crate::control::{is_ours, not_ours};
use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, Request, State},
    http::StatusCode,
    middleware::{self, Next},
    response::Response,
    routing::{get, post, put},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Of the journal and of each list, so much is shown.
const SHOWN: usize = 100;
const BODY_MOST: usize = 16 * 1024;

type World = State<Arc<Shared>>;

pub(crate) fn routes(shared: Arc<Shared>) -> Router<Arc<Shared>> {
    let control = Router::new()
        .route("/state", get(state))
        .route("/misbehave", post(misbehave).delete(behave))
        .route("/limits", put(limits))
        .route("/plan", put(plan))
        .route("/clock", put(clock))
        .layer(DefaultBodyLimit::max(BODY_MOST));
    Router::new().nest("/control", control).layer(middleware::from_fn_with_state(shared, ours_only))
}

async fn ours_only(State(shared): World, request: Request, next: Next) -> Response {
    let driven = request.uri().path().starts_with("/control/");
    let loopback = shared.look(|world| world.config.listen.ip().is_loopback());
    if !driven || is_ours(request.headers(), loopback) { next.run(request).await } else { not_ours() }
}

/// What changes, newest first.
#[derive(Serialize)]
struct Shown {
    now: u64,
    limits: Limits,
    left: Left,
    traffic: Traffic,
    tickets: Vec<Ticket>,
    users: Vec<User>,
    calls: Vec<Call>,
    displays: Vec<Display>,
    jobs: Vec<(String, bool)>,
    misbehaviour: Vec<Standing>,
    asked: Vec<Asked>,
}

async fn state(State(shared): World) -> Json<Shown> {
    Json(shared.change(|world| {
        world.settle();
        let now = world.now();
        Shown {
            now,
            limits: world.config.limits.clone(),
            left: world.left(now),
            traffic: world.used.traffic,
            tickets: world.tickets.values().rev().take(SHOWN).cloned().collect(),
            users: world.users.values().rev().take(SHOWN).cloned().collect(),
            calls: world.calls.iter().rev().take(SHOWN).cloned().collect(),
            displays: world.displays.iter().rev().take(SHOWN).cloned().collect(),
            jobs: world.job_ids(),
            misbehaviour: world.misconduct.standing().cloned().collect(),
            asked: world.journal.asked().rev().take(SHOWN).cloned().collect(),
        }
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

async fn limits(State(shared): World, Json(limits): Json<Limits>) -> StatusCode {
    shared.change(|world| world.config.limits = limits);
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
struct Plan {
    talk_partner: bool,
}

async fn plan(State(shared): World, Json(plan): Json<Plan>) -> StatusCode {
    shared.change(|world| world.config.talk_partner = plan.talk_partner);
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
struct SetClock {
    advance_ms: i64,
}

async fn clock(State(shared): World, Json(told): Json<SetClock>) -> StatusCode {
    shared.change(|world| world.advance(told.advance_ms));
    StatusCode::NO_CONTENT
}

//! For people and scripts: the page, and what its buttons call (`/control/…`).

use crate::{
    SimError,
    asterisk::{AsteriskAct, AsteriskShown},
    call::{CallView, Direction, Ring},
    config::HubTarget,
    course::What,
    exchange::Exchange,
    journal::{CallNo, Pushed, Received},
    leg::LegAct,
    misbehave::Standing,
    people::{self, Scenario},
    phones::PhoneScript,
    recordings::{Giving, RecordingsAre},
    sound::Coding,
    story::stories,
};
use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, Path, Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post, put},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::{sync::Arc, time::Duration};

/// Of the journal, the page gets this much.
const SHOWN: usize = 60;
const BODY_MOST: usize = 16 * 1024;

type Exchanged = State<Arc<Exchange>>;

pub(crate) fn routes(exchange: Arc<Exchange>) -> Router<Arc<Exchange>> {
    let control = Router::new()
        .route("/state", get(state))
        .route("/people", get(async || Json(people::customers())))
        .route("/scenarios", get(async || Json(people::scenarios())))
        .route("/scenarios/{name}", post(play))
        .route("/stories", get(async || Json(stories())))
        .route("/stories/{name}", post(tell_story))
        .route("/ring", post(ring))
        .route("/calls/{no}/leg", post(at_leg))
        .route("/restart", post(restart))
        .route("/calls/{no}/{act}", post(act_on_call))
        .route("/phones/{number}/script", put(script))
        .route("/phones/{number}/{act}", post(act_on_phone))
        .route("/misbehave", post(misbehave).delete(behave))
        .route("/behave", post(behave))
        .route("/asterisk", post(asterisk))
        .route("/recordings", post(recordings))
        .route("/hub", put(hub))
        .layer(DefaultBodyLimit::max(BODY_MOST));
    Router::new()
        .route("/", get(async || asset("text/html; charset=utf-8", include_str!("page/index.html"))))
        .route("/page.css", get(async || asset("text/css; charset=utf-8", include_str!("page/page.css"))))
        .route("/page.js", get(async || asset("text/javascript; charset=utf-8", include_str!("page/page.js"))))
        .nest("/control", control)
        .layer(middleware::from_fn_with_state(exchange, ours_only))
}

fn asset(content_type: &'static str, text: &'static str) -> impl IntoResponse {
    let policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:";
    ([(header::CONTENT_TYPE, content_type), (header::CONTENT_SECURITY_POLICY, policy)], text)
}

/// Other pages in the same browser may not drive the simulator: neither across origins, nor by a name that leads here.
async fn ours_only(State(exchange): Exchanged, request: Request, next: Next) -> Response {
    if is_ours(request.headers(), exchange.address.ip().is_loopback()) { next.run(request).await } else { not_ours() }
}

/// `loopback`: whether only this machine can ask at all.
pub(crate) fn is_ours(headers: &HeaderMap, loopback: bool) -> bool {
    let value = |name| headers.get(name).and_then(|v: &header::HeaderValue| v.to_str().ok());
    let host = value(header::HOST).unwrap_or_default();
    let origin_is_ours = value(header::ORIGIN).is_none_or(|origin| origin == format!("http://{host}"));
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    origin_is_ours && (!loopback || matches!(name, "127.0.0.1" | "localhost" | "[::1]"))
}

pub(crate) fn not_ours() -> Response {
    (StatusCode::FORBIDDEN, "Only the simulator's own page may do this.\n").into_response()
}

impl IntoResponse for SimError {
    fn into_response(self) -> Response {
        let status = match self {
            Self::NoSuchCall(_) | Self::NoSuchChannel(_) | Self::NoSuchStory(_) | Self::PhoneIdle(_) => {
                StatusCode::NOT_FOUND
            }
            Self::NotNow(_) => StatusCode::CONFLICT,
            Self::TooManyCalls(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Listen { .. } | Self::WaitedInVain(..) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        (status, Json(json!({ "error": self.to_string() }))).into_response()
    }
}

/// The same as at the simulated Asterisk itself, for the page.
async fn asterisk(State(exchange): Exchanged, Json(act): Json<AsteriskAct>) -> Response {
    let asterisk = exchange.look(|world| world.asterisk.clone());
    match asterisk.map(|shared| shared.world().act(&act)) {
        Some(Ok(channels)) => Json(json!({ "channels": channels })).into_response(),
        Some(Err(error)) => error.into_response(),
        None => (StatusCode::NOT_FOUND, Json(json!({ "error": "no Asterisk is simulated here" }))).into_response(),
    }
}

#[derive(Deserialize)]
struct RecordingsTold {
    coding: Option<Coding>,
    giving: Option<Giving>,
}

/// How recordings are written and given from now on, as far as it is said.
async fn recordings(State(exchange): Exchanged, Json(told): Json<RecordingsTold>) -> StatusCode {
    exchange.change(|world| {
        let are = world.recordings;
        world.recordings =
            RecordingsAre { coding: told.coding.unwrap_or(are.coding), giving: told.giving.unwrap_or(are.giving) };
    });
    StatusCode::NO_CONTENT
}

/// Everything the page shows that changes.
#[derive(Serialize)]
struct Shown {
    hub: Option<HubTarget>,
    main_line: String,
    click_to_call: String,
    calls: Vec<CallView>,
    phones: Vec<ShownPhone>,
    misbehaviour: Vec<Standing>,
    recordings: RecordingsAre,
    /// Absent: none is simulated.
    asterisk: Option<AsteriskShown>,
    /// Other systems that run, a line each.
    beside: Vec<String>,
    received: Vec<Received>,
    pushed: Vec<Pushed>,
}

#[derive(Serialize)]
struct ShownPhone {
    number: String,
    /// In click-to-call.
    script: PhoneScript,
    /// When a call comes in from outside.
    inbound: PhoneScript,
    is_extension: bool,
}

async fn state(State(exchange): Exchanged) -> Json<Shown> {
    let config = &exchange.config;
    let shown = |number: &String, is_extension| ShownPhone {
        number: number.clone(),
        script: exchange.script_of(number, Direction::Outbound),
        inbound: exchange.script_of(number, Direction::Inbound),
        is_extension,
    };
    let others: Vec<_> = exchange.look(|world| world.scripts().map(|(number, _)| number.clone()).collect());
    let others = others.iter().filter(|number| !config.extensions.contains(number)).map(|n| shown(n, false));
    let phones = config.extensions.iter().map(|e| shown(e, true)).chain(others).collect();
    let names = &config.vipex.names;
    let asterisk = exchange.look(|world| world.asterisk.clone());
    let asterisk = asterisk.map(|shared| shared.world().shown());
    let secrets = [names.password.as_str(), names.api_key.as_str(), "api_key"];
    Json(exchange.look(|world| Shown {
        hub: world.hub.clone(),
        main_line: config.main_line.clone(),
        click_to_call: config.vipex.names.path.clone(),
        calls: world.calls().rev().take(SHOWN).cloned().collect(),
        phones,
        misbehaviour: world.misconduct.standing().cloned().collect(),
        recordings: world.recordings,
        asterisk,
        beside: world.beside.clone(),
        received: world.journal.received().rev().take(SHOWN).map(|r| without_secrets(&secrets, r)).collect(),
        pushed: world.journal.pushed().rev().take(SHOWN).cloned().collect(),
    }))
}

/// Somebody may have pointed a real account at us: its password is not for the screen.
fn without_secrets(secrets: &[&str], received: &Received) -> Received {
    let mut shown = received.clone();
    for (name, value) in &mut shown.parameters {
        if secrets.contains(&name.as_str()) {
            *value = "•••".into();
        }
    }
    for (name, value) in &mut shown.headers {
        if name == "authorization" || name == "x-api-key" || name == "cookie" {
            *value = "•••".into();
        }
    }
    shown.query.clear();
    shown.body.clear();
    shown
}

#[derive(Serialize)]
struct Started {
    call: CallNo,
}

async fn ring(State(exchange): Exchanged, Json(ring): Json<Ring>) -> Result<Json<Started>, SimError> {
    let (call, told) = exchange.call_in(ring)?;
    // When the hub is slow, the caller rings all the same.
    drop(told);
    Ok(Json(Started { call }))
}

async fn play(State(exchange): Exchanged, Path(name): Path<String>) -> Result<Json<Started>, Response> {
    let scenario: &Scenario = people::scenarios().iter().find(|s| s.name == name).ok_or_else(|| {
        (StatusCode::NOT_FOUND, Json(json!({ "error": "there is no such scenario" }))).into_response()
    })?;
    let (call, _) = exchange.call_in(Ring::from(scenario.caller)).map_err(IntoResponse::into_response)?;
    Ok(Json(Started { call }))
}

#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Telling {
    /// Empty: hidden.
    caller: String,
    /// From one step to the next.
    step_ms: u64,
}

impl Default for Telling {
    fn default() -> Self {
        Self { caller: String::new(), step_ms: 3000 }
    }
}

async fn tell_story(
    State(exchange): Exchanged,
    Path(name): Path<String>,
    Json(Telling { caller, step_ms }): Json<Telling>,
) -> Result<StatusCode, Response> {
    let story = stories()
        .into_iter()
        .find(|story| story.name == name)
        .ok_or_else(|| (StatusCode::NOT_FOUND, Json(json!({ "error": "there is no such story" }))).into_response())?;
    exchange.tell_story(story, caller, Duration::from_millis(step_ms));
    Ok(StatusCode::NO_CONTENT)
}

async fn at_leg(
    State(exchange): Exchanged,
    Path(no): Path<CallNo>,
    Json(act): Json<LegAct>,
) -> Result<StatusCode, SimError> {
    exchange.order(no, What::Leg(act)).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn restart(State(exchange): Exchanged) -> StatusCode {
    exchange.restart().await;
    StatusCode::NO_CONTENT
}

/// What can be done to a call from outside.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum CallAct {
    Answer,
    End,
    Miss,
    Elsewhere,
}

async fn act_on_call(
    State(exchange): Exchanged,
    Path((no, act)): Path<(CallNo, CallAct)>,
) -> Result<StatusCode, SimError> {
    let what = match act {
        CallAct::Answer => What::PickUp(None),
        CallAct::End => What::HangUp,
        CallAct::Miss => What::GiveUp,
        CallAct::Elsewhere => What::Elsewhere,
    };
    exchange.order(no, what).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum PhoneAct {
    PickUp,
    Decline,
    Busy,
    HangUp,
}

async fn act_on_phone(
    State(exchange): Exchanged,
    Path((number, act)): Path<(String, PhoneAct)>,
) -> Result<StatusCode, SimError> {
    let call = match act {
        PhoneAct::HangUp => exchange.engaged_at(&number),
        _ => exchange.ringing_at(&number),
    };
    let call = call.ok_or_else(|| SimError::PhoneIdle(number.clone()))?;
    let what = match act {
        PhoneAct::PickUp => What::PickUp(Some(number)),
        PhoneAct::Decline => What::Decline,
        PhoneAct::Busy => What::Busy,
        PhoneAct::HangUp => What::HangUp,
    };
    exchange.order(call.no, what).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn script(State(exchange): Exchanged, Path(number): Path<String>, Json(script): Json<PhoneScript>) -> StatusCode {
    exchange.change(|world| world.script(&number, script));
    StatusCode::NO_CONTENT
}

async fn misbehave(State(exchange): Exchanged, Json(standing): Json<Standing>) -> StatusCode {
    exchange.change(|world| world.misconduct.tell(standing));
    StatusCode::NO_CONTENT
}

async fn behave(State(exchange): Exchanged) -> StatusCode {
    exchange.change(|world| world.misconduct.clear());
    StatusCode::NO_CONTENT
}

async fn hub(State(exchange): Exchanged, Json(hub): Json<Option<HubTarget>>) -> StatusCode {
    exchange.change(|world| world.hub = hub);
    StatusCode::NO_CONTENT
}

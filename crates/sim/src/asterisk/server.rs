//! The HTTP side: written down, let in or not, answered as the real one does.

use super::{
    AsteriskAct, Shared, line,
    world::{AsteriskWrong, World},
};
use crate::{
    control::{is_ours, not_ours},
    journal::first,
    pairs,
    server::silence,
};
use axum::{
    Json, Router,
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::net::TcpListener;

const BODY_MOST: usize = 64 * 1024;

pub(super) async fn serve(shared: Arc<Shared>, listener: TcpListener) {
    let until = shared.clone();
    let app = Router::new().fallback(answer).with_state(shared);
    let until = async move { until.closed().await };
    if let Err(error) = axum::serve(listener, app).with_graceful_shutdown(until).await {
        tracing::error!(%error, "the simulated Asterisk ended");
    }
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    if request.uri().path() == "/control" {
        return control(&shared, request).await;
    }
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let parameters = pairs::decode(request.uri().query().unwrap_or_default());
    if path == "/rawman" {
        return manager(&shared, request).await;
    }
    let (wrong, may) = {
        let mut world = shared.world();
        world.requests.push(format!("{method} {path}"));
        (world.wrong, is_allowed(&world, request.headers()))
    };
    if !may {
        let challenge = [(header::WWW_AUTHENTICATE, "Basic realm=\"Asterisk REST Interface\"")];
        let body = json!({ "message": "Authentication required" });
        return (StatusCode::UNAUTHORIZED, challenge, Json(body)).into_response();
    }
    if wrong == Some(AsteriskWrong::Forbids) {
        return error(StatusCode::FORBIDDEN, "Forbidden");
    }
    if path == "/ari/events" {
        return match first(&parameters, "app").filter(|app| !app.is_empty()) {
            Some(app) => line::open(&shared, app, request),
            None => error(StatusCode::BAD_REQUEST, "HTTP request is missing param: [app]"),
        };
    }
    let body = axum::body::to_bytes(request.into_body(), BODY_MOST).await.unwrap_or_default();
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let answer = behave(&mut shared.world(), &method, &path, &parameters, &body);
    match wrong {
        Some(AsteriskWrong::Silent) => {
            shared.closed().await;
            silence()
        }
        Some(AsteriskWrong::CutOff) => silence(),
        Some(AsteriskWrong::Starting) if path == "/ari/channels" => {
            error(StatusCode::SERVICE_UNAVAILABLE, "Asterisk not booted")
        }
        _ => answer,
    }
}

/// The manager interface over HTTP: its own sign-in, in a form.
async fn manager(shared: &Shared, request: Request) -> Response {
    let session = request.headers().get(header::COOKIE).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let body = axum::body::to_bytes(request.into_body(), BODY_MOST).await.unwrap_or_default();
    let form = pairs::decode(&String::from_utf8_lossy(&body));
    let (wrong, answer) = {
        let mut world = shared.world();
        let action = first(&form, "Action").unwrap_or_default().to_owned();
        world.requests.push(format!("POST /rawman {action}"));
        (world.wrong, world.answer_manager(session.as_deref(), &form))
    };
    match wrong {
        Some(AsteriskWrong::Silent) => {
            shared.closed().await;
            silence()
        }
        Some(AsteriskWrong::CutOff) => silence(),
        _ => answer,
    }
}

/// For people and scripts of this machine: what is to happen.
async fn control(shared: &Shared, request: Request) -> Response {
    if request.method() != Method::POST || !is_ours(request.headers(), true) {
        return not_ours();
    }
    let body = axum::body::to_bytes(request.into_body(), BODY_MOST).await.unwrap_or_default();
    match serde_json::from_slice::<AsteriskAct>(&body) {
        Ok(act) => match shared.world().act(&act) {
            Ok(channels) => Json(json!({ "channels": channels })).into_response(),
            Err(error) => error.into_response(),
        },
        Err(error) => (StatusCode::BAD_REQUEST, Json(json!({ "error": error.to_string() }))).into_response(),
    }
}

fn is_allowed(world: &World, headers: &HeaderMap) -> bool {
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let expected = pairs::base64(format!("{}:{}", world.user, world.password).as_bytes());
    given.and_then(|given| given.strip_prefix("Basic ")) == Some(expected.as_str())
}

fn behave(world: &mut World, method: &Method, path: &str, query: &[(String, String)], body: &Value) -> Response {
    if world.read_only && method != Method::GET {
        return error(StatusCode::FORBIDDEN, "Write access denied");
    }
    let segments: Vec<&str> = path.split('/').skip(2).collect();
    match (method, segments.as_slice()) {
        (&Method::GET, ["asterisk", "info"]) => {
            Json(json!({ "system": { "version": "22.10.1-simulated", "entity_id": "02:00:00:00:00:01" } }))
                .into_response()
        }
        (&Method::GET, ["channels"]) => Json(world.channels.values().collect::<Vec<_>>()).into_response(),
        (&Method::GET, ["bridges"]) => Json(world.bridges.values().collect::<Vec<_>>()).into_response(),
        (&Method::GET, ["endpoints"]) => Json(&world.endpoints).into_response(),
        (&Method::PUT, ["applications", app, "eventFilter"]) => {
            if !world.has_app(app) {
                return error(StatusCode::NOT_FOUND, "Application not found");
            }
            let allowed = body["allowed"].as_array().cloned().unwrap_or_default();
            let kinds = allowed.iter().filter_map(|kind| kind["type"].as_str()).map(str::to_owned);
            world.filter = Some(kinds.collect());
            Json(json!({ "name": app })).into_response()
        }
        (_, ["recordings", path @ ..]) => {
            let answer = world.answer_recordings(method, path);
            answer.unwrap_or_else(|| error(StatusCode::NOT_FOUND, "Resource not found"))
        }
        (&Method::POST, ["channels", id]) => originate(world, id, query, body),
        (&Method::DELETE, ["channels", id]) if world.channels.contains_key(*id) => {
            world.hang_up(id, 16);
            StatusCode::NO_CONTENT.into_response()
        }
        (_, ["channels", id]) if !world.channels.contains_key(*id) => error(StatusCode::NOT_FOUND, "Channel not found"),
        (_, ["channels", _, _]) => error(StatusCode::CONFLICT, "Channel not in Stasis application"),
        _ => error(StatusCode::NOT_FOUND, "Resource not found"),
    }
}

fn originate(world: &mut World, id: &str, query: &[(String, String)], body: &Value) -> Response {
    let given = |name: &str| first(query, name).filter(|value| !value.is_empty());
    let Some(endpoint) = given("endpoint") else {
        return error(StatusCode::BAD_REQUEST, "Endpoint must be specified");
    };
    let Some(number) = given("extension") else {
        return error(StatusCode::BAD_REQUEST, "Application or extension must be specified");
    };
    if world.channels.contains_key(id) {
        return error(StatusCode::CONFLICT, "Channel with given unique ID already exists");
    }
    let extension = endpoint.split(['/', '@']).nth(1).unwrap_or_default();
    if let Some(company) = body["variables"]["CALLERID(num)"].as_str() {
        world.shown_as.insert(id.to_owned(), company.to_owned());
    }
    match world.originate(id, extension, number, given("callerId").unwrap_or_default()) {
        Some(channel) => Json(channel).into_response(),
        None => (StatusCode::INTERNAL_SERVER_ERROR, Json(json!({ "error": "Allocation failed" }))).into_response(),
    }
}

pub(super) fn error(status: StatusCode, message: &str) -> Response {
    (status, Json(json!({ "message": message }))).into_response()
}

//! The way of one request: written down, let in or not, done rightly or as wrongly as told, answered in the style set.

use super::{
    control,
    gate::Slot,
    journal::Asked,
    local,
    misbehave::Misbehaviour,
    reply::{Reply, json_response},
    world::Shared,
};
use crate::{
    journal::first,
    pairs,
    server::{broken, huge, silence, text},
};
use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Request as HttpRequest, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::stream;
use serde_json::Value;
use std::{sync::Arc, time::Duration};

/// A request's body: ten thousand records fit (wolkvox.md, Limits).
const BODY_MOST: usize = 32 * 1024 * 1024;
/// How long a request that is never answered stays open.
const HANGS_FOR: Duration = Duration::from_secs(180);
/// The most that [`Misbehaviour::Huge`] sends; results weigh at most 256 MB (wolkvox.md, Limits).
const HUGE_MOST: u64 = 1 << 30;

/// The cloud: its API, and what drives it.
pub(crate) fn cloud(shared: Arc<Shared>) -> Router {
    control::routes(shared.clone()).fallback(cloud_request).with_state(shared)
}

/// The agent's own PC.
pub(crate) fn agents_pc(shared: Arc<Shared>) -> Router {
    Router::new().fallback(local_request).with_state(shared)
}

/// A request, read.
#[derive(Debug)]
pub(crate) struct Ask {
    pub seq: u64,
    pub method: Method,
    pub file: String,
    pub api: String,
    pub parameters: Vec<(String, String)>,
    pub body: String,
    /// The token's id; absent on the agent's own PC.
    pub token: Option<String>,
}

impl Ask {
    /// The first parameter of this name, unless it is empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        first(&self.parameters, name).filter(|v| !v.is_empty())
    }

    /// A parameter that may be missing.
    pub fn or_empty(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// A parameter that may not.
    pub fn need(&self, name: &str) -> Result<&str, Reply> {
        self.get(name).ok_or_else(Reply::missing)
    }

    pub fn json(&self) -> Option<Value> {
        serde_json::from_str(&self.body).ok()
    }
}

/// A text or number of a JSON object; empty counts as missing.
pub(crate) fn field<'a>(body: &'a Value, name: &str) -> Option<std::borrow::Cow<'a, str>> {
    match body.get(name)? {
        Value::String(text) if !text.is_empty() => Some(text.as_str().into()),
        Value::Number(number) => Some(number.to_string().into()),
        _ => None,
    }
}

async fn cloud_request(State(shared): State<Arc<Shared>>, request: HttpRequest) -> Response {
    let file = request.uri().path().strip_prefix("/api/v2/").and_then(|name| name.strip_suffix(".php"));
    match file.map(str::to_owned) {
        Some(file) => handle(shared, request, &file, "api").await,
        None => (StatusCode::NOT_FOUND, "Nothing is simulated here.\n").into_response(),
    }
}

async fn local_request(State(shared): State<Arc<Shared>>, request: HttpRequest) -> Response {
    if request.uri().path() != "/apiagentbox" {
        return (StatusCode::NOT_FOUND, "Nothing is simulated here.\n").into_response();
    }
    handle(shared, request, "local", "action").await
}

/// `api_is_in`: the parameter that names the API.
async fn handle(shared: Arc<Shared>, request: HttpRequest, file: &str, api_is_in: &str) -> Response {
    let Ok(_place) = shared.places.try_acquire() else {
        return (StatusCode::SERVICE_UNAVAILABLE, "Too many requests at once.\n").into_response();
    };
    let (parts, body) = request.into_parts();
    let parameters = pairs::decode(parts.uri.query().unwrap_or_default());
    let mut ask = Ask {
        seq: 0,
        method: parts.method,
        file: file.to_owned(),
        api: first(&parameters, api_is_in).unwrap_or_default().to_owned(),
        parameters,
        body: String::new(),
        token: None,
    };
    let (entry, misbehaviour) = arrive(&shared, &mut ask, &parts.headers);
    if misbehaviour == Some(Misbehaviour::CloseBeforeReading) {
        return silence();
    }
    let Ok(body) = axum::body::to_bytes(body, BODY_MOST).await else {
        return (StatusCode::PAYLOAD_TOO_LARGE, "The body is too large.\n").into_response();
    };
    ask.body = String::from_utf8_lossy(&body).into_owned();
    shared.change(|world| world.journal.body(ask.seq, &ask.body));
    let slot = match entry {
        Ok(slot) => slot,
        Err(reply) => return say(&shared, ask.seq, reply),
    };
    // What was begun is finished, even when whoever asked has gone: so do servers, and so writes happen twice.
    let work = tokio::spawn(work(shared.clone(), ask, misbehaviour, slot));
    match work.await {
        Ok(Outcome::Said(response)) => response,
        Ok(Outcome::Hangs(slot)) => {
            // Until whoever asked gives up, this keeps its place.
            tokio::select! {
                () = shared.closed() => {}
                () = tokio::time::sleep(HANGS_FOR) => {}
            }
            drop(slot);
            silence()
        }
        Ok(Outcome::Nothing) | Err(_) => silence(),
    }
}

/// Writes it down and lets it in, or not. On the agent's own PC nothing is checked.
fn arrive(
    shared: &Arc<Shared>,
    ask: &mut Ask,
    headers: &HeaderMap,
) -> (Result<Option<Slot>, Reply>, Option<Misbehaviour>) {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let token = headers.get("wolkvox-token").map(text);
    let shown = headers.iter().filter(|(name, _)| *name != "wolkvox-token" && *name != header::AUTHORIZATION);
    let shown = shown.map(|(name, value)| (name.to_string(), text(value))).collect();
    let cloud = ask.file != "local";
    let (seq, entry, misbehaviour) = shared.change(|world| {
        let entry = if cloud { world.arrive(&ask.file, token.as_deref()).map(Some) } else { Ok(None) };
        // Whoever is refused there uses up nothing.
        let misbehaviour = if entry.is_ok() { world.misconduct.take(&ask.file, &ask.api) } else { None };
        let asked = Asked {
            seq: 0,
            at: world.now(),
            method: ask.method.to_string(),
            file: ask.file.clone(),
            api: ask.api.clone(),
            token: token.as_deref().and_then(|t| world.token_id(t)),
            parameters: ask.parameters.clone(),
            headers: shown,
            body: String::new(),
            status: None,
            code: None,
            misbehaviour: misbehaviour.clone(),
            counted: matches!(&entry, Ok(Some((_, true)))),
            early: false,
        };
        (world.journal.ask(asked), entry, misbehaviour)
    });
    ask.seq = seq;
    let entry = entry.map(|entry| entry.map(|(id, _)| Slot::new(shared.clone(), id)));
    if let Ok(Some(slot)) = &entry {
        ask.token = Some(slot.token.clone());
    }
    (entry, misbehaviour)
}

enum Outcome {
    Said(Response),
    /// Nothing is said and the connection stays open.
    Hangs(Option<Slot>),
    /// Nothing is said and the connection is closed.
    Nothing,
}

async fn work(shared: Arc<Shared>, ask: Ask, misbehaviour: Option<Misbehaviour>, slot: Option<Slot>) -> Outcome {
    let usual = shared.look(|world| world.config.answer_time);
    if !usual.is_zero() {
        wait(&shared, usual).await;
    }
    let Some(misbehaviour) = misbehaviour else {
        return Outcome::Said(say_done(&shared, &ask));
    };
    tracing::info!(seq = ask.seq, ?misbehaviour, "misbehaves");
    let apply_if = |applied: bool| applied.then(|| perform(&shared, &ask));
    Outcome::Said(match misbehaviour {
        Misbehaviour::Slow { ms } => {
            wait(&shared, Duration::from_millis(ms)).await;
            say_done(&shared, &ask)
        }
        Misbehaviour::ApplyThenLate { ms } => {
            let done = say_done(&shared, &ask);
            wait(&shared, Duration::from_millis(ms)).await;
            done
        }
        Misbehaviour::Hang { applied } => {
            apply_if(applied);
            return Outcome::Hangs(slot);
        }
        Misbehaviour::Refuse { status, message } => {
            let (_, body) = Reply::said(status, message).render(shared.look(|world| world.config.style));
            shared.change(|world| world.journal.answered(ask.seq, status, Some(status)));
            json_response(status, body)
        }
        Misbehaviour::Garbage { applied } => {
            apply_if(applied);
            shared.change(|world| world.journal.answered(ask.seq, 200, None));
            text(StatusCode::OK, "<br />\n<b>Warning</b>: Undefined index in campaign.php {\"code\":".into())
        }
        Misbehaviour::ServerError { status, applied } => {
            apply_if(applied);
            error_page(&shared, ask.seq, status)
        }
        Misbehaviour::AppliesLater { status, ms } => {
            let page = error_page(&shared, ask.seq, status);
            tokio::spawn(async move {
                wait(&shared, Duration::from_millis(ms)).await;
                perform(&shared, &ask);
            });
            page
        }
        Misbehaviour::CutAnswer => {
            let (status, body) = answer(&shared, &ask);
            cut(status, &body)
        }
        Misbehaviour::ApplyThenCut => {
            perform(&shared, &ask);
            return Outcome::Nothing;
        }
        Misbehaviour::Huge { bytes } => huge(say_done(&shared, &ask), bytes.min(HUGE_MOST)),
        Misbehaviour::Redirect { location } => match HeaderValue::from_str(&location) {
            Ok(location) => {
                shared.change(|world| world.journal.answered(ask.seq, 307, None));
                (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, location)]).into_response()
            }
            Err(_) => text(StatusCode::INTERNAL_SERVER_ERROR, "the location told is not one".into()),
        },
        Misbehaviour::CloseBeforeReading => return Outcome::Nothing,
    })
}

fn error_page(shared: &Shared, seq: u64, status: u16) -> Response {
    shared.change(|world| world.journal.answered(seq, status, None));
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let page = format!("<html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>");
    (status, [(header::CONTENT_TYPE, "text/html")], page).into_response()
}

async fn wait(shared: &Shared, time: Duration) {
    tokio::select! {
        () = shared.closed() => {}
        () = tokio::time::sleep(time) => {}
    }
}

/// What the cloud or the agent's PC says.
enum Said {
    Reply(Reply),
    Local(String),
}

/// Does it, without a word.
fn perform(shared: &Shared, ask: &Ask) -> Said {
    shared.change(|world| {
        if ask.file == "local" {
            return Said::Local(local::answer(world, ask));
        }
        let reply = world.answer(ask);
        if !reply.is_success()
            && !world.config.errors_cost
            && let Some(asked) = world.journal.of(ask.seq).filter(|a| a.counted)
        {
            asked.counted = false;
            world.give_back(ask.token.as_deref().unwrap_or_default());
        }
        Said::Reply(reply)
    })
}

/// Does it; the status and the body.
fn answer(shared: &Shared, ask: &Ask) -> (u16, String) {
    match perform(shared, ask) {
        Said::Local(body) => {
            shared.change(|world| world.journal.answered(ask.seq, 200, None));
            (200, body)
        }
        Said::Reply(reply) => render(shared, ask.seq, reply),
    }
}

fn render(shared: &Shared, seq: u64, reply: Reply) -> (u16, String) {
    let code = reply.code;
    let (status, body) = reply.render(shared.look(|world| world.config.style));
    shared.change(|world| world.journal.answered(seq, status, Some(code)));
    tracing::info!(seq, status, code, "answered");
    (status, body)
}

fn say(shared: &Shared, seq: u64, reply: Reply) -> Response {
    let (status, body) = render(shared, seq, reply);
    json_response(status, body)
}

fn say_done(shared: &Shared, ask: &Ask) -> Response {
    let (status, body) = answer(shared, ask);
    json_response(status, body)
}

/// The head of the whole answer and the first half of its body.
fn cut(status: u16, body: &str) -> Response {
    let half = Bytes::copy_from_slice(&body.as_bytes()[..body.len() / 2]);
    let stream = stream::unfold(Some(Some(half)), |step| async move {
        match step? {
            Some(half) => Some((Ok(half), Some(None))),
            None => {
                // The half must be on its way before the connection ends.
                tokio::time::sleep(Duration::from_millis(50)).await;
                Some((Err(broken()), None))
            }
        }
    });
    let mut response = json_response(status, String::new());
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    *response.body_mut() = Body::from_stream(stream);
    response
}

//! What stands behind the telephones in an office, each over real HTTP: a CRM that keeps a log of calls, and a program of
//! the team's own that is told of them by webhooks.
//!
//! The CRM is nobody's in particular: `POST /crm/calls` with a bearer token adds an entry and answers its id, `PATCH
//! /crm/calls/{id}` changes it, `GET /crm/calls?call_id=…` lists those of a call. Where it is told to, it takes the same
//! `Idempotency-Key` once. The program at `POST /hook` checks every message by the Standard Webhooks scheme, written from
//! its specification alone.

mod hook;

pub use hook::Told;

use crate::{SimError, server::silence, watched::Watched};
use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, Query, Request, State},
    http::{HeaderMap, StatusCode},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{get, patch, post},
};
use serde_json::{Map, Value, json};
use std::{collections::BTreeMap, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

/// How long a request that is never answered stays open.
const HANGS_FOR: Duration = Duration::from_secs(120);
/// Entries and messages kept at most; whoever makes more asks for something else.
const MOST: usize = 20_000;

/// A simulated office. Dropping it closes its port.
#[derive(Debug)]
pub struct OfficeSim {
    office: Arc<Office>,
    address: SocketAddr,
    server: JoinHandle<()>,
    stop: watch::Sender<bool>,
}

/// What the office can be told to do wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfficeWrong {
    /// Does what is asked, and never answers.
    Silent,
    /// Does what is asked, and breaks the connection off.
    CutOff,
    /// Does nothing, and answers with this status.
    Status(u16),
    /// Does nothing, and sends whoever asks elsewhere.
    Redirect,
}

/// An entry of the CRM's log.
#[derive(Debug, Clone, PartialEq)]
pub struct LogEntry {
    pub id: String,
    pub fields: Map<String, Value>,
    /// How often it was changed.
    pub changes: u32,
    key: Option<String>,
}

impl LogEntry {
    /// A field as text.
    pub fn text(&self, name: &str) -> &str {
        self.fields.get(name).and_then(Value::as_str).unwrap_or_default()
    }
}

#[derive(Debug)]
struct Office {
    token: String,
    secret: String,
    /// Whether the same `Idempotency-Key` twice is one entry.
    takes_once: bool,
    watched: Watched<World>,
}

#[derive(Debug, Default)]
struct World {
    entries: Vec<LogEntry>,
    told: Vec<Told>,
    wrong: Option<OfficeWrong>,
    requests: usize,
}

impl OfficeSim {
    /// `token` opens the CRM; `secret` (`whsec_…`) signs what the program is told.
    pub async fn start(token: &str, secret: &str) -> Result<Self, SimError> {
        Self::start_with(token, secret, false).await
    }

    /// The same with a CRM that takes the same `Idempotency-Key` once.
    pub async fn start_with(token: &str, secret: &str, takes_once: bool) -> Result<Self, SimError> {
        let wanted = SocketAddr::from(([127, 0, 0, 1], 0));
        let cannot = |source| SimError::Listen { address: wanted, source };
        let listener = TcpListener::bind(wanted).await.map_err(cannot)?;
        let address = listener.local_addr().map_err(cannot)?;
        let office = Arc::new(Office {
            token: token.to_owned(),
            secret: secret.to_owned(),
            takes_once,
            watched: Watched::new(World::default()),
        });
        let (stop, mut stopped) = watch::channel(false);
        let app = Router::new()
            .route("/crm/calls", post(add).get(list))
            .route("/crm/calls/{id}", patch(change))
            .route("/crm/me", get(me))
            .route("/hook", post(hook::take))
            .layer(from_fn_with_state(office.clone(), misbehave))
            .with_state(office.clone());
        let server = tokio::spawn(async move {
            let stopped = async move {
                let _ = stopped.wait_for(|stop| *stop).await;
            };
            if let Err(error) = axum::serve(listener, app).with_graceful_shutdown(stopped).await {
                tracing::error!(%error, "the simulated office ended");
            }
        });
        Ok(Self { office, address, server, stop })
    }

    /// `http://127.0.0.1:port/crm`
    pub fn crm_url(&self) -> String {
        format!("http://{}/crm", self.address)
    }

    /// Where the program listens.
    pub fn hook_url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// From now on, whatever is asked; absent: it behaves.
    pub fn misbehave(&self, wrong: Option<OfficeWrong>) {
        self.office.watched.change(|world| world.wrong = wrong);
    }

    /// The CRM's log, oldest first.
    pub fn entries(&self) -> Vec<LogEntry> {
        self.office.watched.look(|world| world.entries.clone())
    }

    /// What the program was told, and took: one that came twice is there twice.
    pub fn told(&self) -> Vec<Told> {
        self.office.watched.look(|world| world.told.clone())
    }

    /// Requests that came, whatever became of them.
    pub fn requests(&self) -> usize {
        self.office.watched.look(|world| world.requests)
    }

    /// Waits (10 s at most) until the log is as described.
    pub async fn wait_for_entries<T>(&self, what: &str, is: impl Fn(&[LogEntry]) -> Option<T>) -> Result<T, SimError> {
        self.office.watched.wait_for(what, |world| is(&world.entries)).await
    }

    /// Waits (10 s at most) until so much was told.
    pub async fn wait_for_told<T>(&self, what: &str, is: impl Fn(&[Told]) -> Option<T>) -> Result<T, SimError> {
        self.office.watched.wait_for(what, |world| is(&world.told)).await
    }

    /// Waits (10 s at most) until so many requests came.
    pub async fn wait_for_requests(&self, least: usize) -> Result<(), SimError> {
        self.office.watched.wait_for("requests", |world| (world.requests >= least).then_some(())).await
    }

    /// Nobody answers there any more.
    pub async fn shutdown(self) {
        let _ = self.stop.send(true);
        self.server.abort();
        while !self.server.is_finished() {
            tokio::task::yield_now().await;
        }
    }
}

impl Drop for OfficeSim {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn misbehave(State(office): State<Arc<Office>>, request: Request, next: Next) -> Response {
    let wrong = office.watched.change(|world| {
        world.requests += 1;
        world.wrong
    });
    match wrong {
        None => next.run(request).await,
        Some(OfficeWrong::Status(status)) => {
            (StatusCode::from_u16(status).unwrap_or(StatusCode::IM_A_TEAPOT), "as told\n").into_response()
        }
        Some(OfficeWrong::Redirect) => {
            (StatusCode::TEMPORARY_REDIRECT, [("location", "http://127.0.0.1:9/elsewhere")]).into_response()
        }
        Some(OfficeWrong::CutOff) => {
            next.run(request).await;
            silence()
        }
        Some(OfficeWrong::Silent) => {
            next.run(request).await;
            tokio::time::sleep(HANGS_FOR).await;
            silence()
        }
    }
}

impl Office {
    fn admits(&self, headers: &HeaderMap) -> bool {
        let given = headers.get("authorization").and_then(|value| value.to_str().ok());
        given.and_then(|value| value.strip_prefix("Bearer ")) == Some(self.token.as_str())
    }
}

fn refuse(status: StatusCode, message: &str) -> Response {
    (status, Json(json!({ "error": message }))).into_response()
}

async fn me(State(office): State<Arc<Office>>, headers: HeaderMap) -> Response {
    match office.admits(&headers) {
        true => Json(json!({ "name": "the CRM" })).into_response(),
        false => refuse(StatusCode::UNAUTHORIZED, "the token is not accepted"),
    }
}

async fn add(State(office): State<Arc<Office>>, headers: HeaderMap, body: Bytes) -> Response {
    if !office.admits(&headers) {
        return refuse(StatusCode::UNAUTHORIZED, "the token is not accepted");
    }
    let Ok(fields) = serde_json::from_slice::<Map<String, Value>>(&body) else {
        return refuse(StatusCode::BAD_REQUEST, "this is no JSON object");
    };
    if fields.get("call_id").and_then(Value::as_str).unwrap_or_default().is_empty() {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, "call_id is missing");
    }
    let key = headers.get("idempotency-key").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let id = office.watched.change(|world| {
        let same = world.entries.iter().find(|entry| office.takes_once && key.is_some() && entry.key == key);
        if let Some(same) = same {
            return Some(same.id.clone());
        }
        let id = format!("e-{}", world.entries.len() + 1);
        let entry = LogEntry { id: id.clone(), fields, changes: 0, key };
        (world.entries.len() < MOST).then(|| world.entries.push(entry)).map(|()| id)
    });
    match id {
        Some(id) => (StatusCode::CREATED, Json(json!({ "id": id }))).into_response(),
        None => refuse(StatusCode::INSUFFICIENT_STORAGE, "the log is full"),
    }
}

async fn change(
    State(office): State<Arc<Office>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if !office.admits(&headers) {
        return refuse(StatusCode::UNAUTHORIZED, "the token is not accepted");
    }
    let Ok(fields) = serde_json::from_slice::<Map<String, Value>>(&body) else {
        return refuse(StatusCode::BAD_REQUEST, "this is no JSON object");
    };
    let changed = office.watched.change(|world| {
        let entry = world.entries.iter_mut().find(|entry| entry.id == id)?;
        entry.fields.extend(fields);
        entry.changes += 1;
        Some(())
    });
    match changed {
        Some(()) => Json(json!({ "id": id })).into_response(),
        None => refuse(StatusCode::NOT_FOUND, "there is no such entry"),
    }
}

async fn list(
    State(office): State<Arc<Office>>,
    Query(query): Query<BTreeMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    if !office.admits(&headers) {
        return refuse(StatusCode::UNAUTHORIZED, "the token is not accepted");
    }
    let call = query.get("call_id").cloned().unwrap_or_default();
    let found = office.watched.look(|world| {
        let of_call = world.entries.iter().filter(|entry| entry.text("call_id") == call);
        of_call.map(|entry| json!({ "id": entry.id })).collect::<Vec<_>>()
    });
    Json(json!({ "results": found })).into_response()
}

//! The way of one request: written down, let in or not, done rightly or as wrongly as told.

use super::{
    control,
    journal::{Asked, Journal},
    misbehave::Misbehaviour,
    reply::{Reply, Said},
    route::{self, Ask},
    world::{Shared, World},
};
use crate::{
    pairs,
    server::{broken, silence},
};
use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Request as HttpRequest, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::stream;
use serde_json::json;
use std::{sync::Arc, time::Duration};

/// A request's body: a recording fits.
const BODY_MOST: usize = 64 * 1024 * 1024;
/// How long a request that is never answered stays open.
const HANGS_FOR: Duration = Duration::from_secs(180);

pub(crate) fn app(shared: Arc<Shared>) -> Router {
    control::routes(shared.clone()).fallback(handle).with_state(shared)
}

async fn handle(State(shared): State<Arc<Shared>>, request: HttpRequest) -> Response {
    let Ok(_place) = shared.places.try_acquire() else {
        return (StatusCode::SERVICE_UNAVAILABLE, "Too many requests at once.\n").into_response();
    };
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().to_owned();
    let Ok(body) = axum::body::to_bytes(body, BODY_MOST).await else {
        return (StatusCode::PAYLOAD_TOO_LARGE, "The body is too large.\n").into_response();
    };
    let body = String::from_utf8_lossy(&body).into_owned();
    let mut parameters = pairs::decode(parts.uri.query().unwrap_or_default());
    let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    if kind.starts_with("application/x-www-form-urlencoded") {
        parameters.extend(pairs::decode(&body));
    }
    let host = parts.headers.get(header::HOST).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let address = format!("http://{host}{path}");
    let shape = route::shape(&parts.method, &path);
    let is_api = shape.is_some();
    let (segments, endpoint, ids) =
        shape.unwrap_or_else(|| (Vec::new(), format!("{} {path}", parts.method), Vec::new()));
    let ask = Ask {
        seq: 0,
        method: parts.method,
        segments,
        endpoint,
        ids,
        address,
        parameters,
        headers: parts.headers,
        body,
    };
    if !is_api && !path.starts_with("/oauth/") {
        return Reply::error_page(404).respond();
    }
    // What was begun is finished, even when whoever asked has gone: so do servers, and so writes happen twice.
    let work = tokio::spawn(work(shared.clone(), ask, path, is_api));
    match work.await {
        Ok(Outcome::Said(response)) => response,
        Ok(Outcome::Hangs) => {
            tokio::select! {
                () = shared.closed() => {}
                () = tokio::time::sleep(HANGS_FOR) => {}
            }
            silence()
        }
        Ok(Outcome::Nothing) | Err(_) => silence(),
    }
}

enum Outcome {
    Said(Response),
    /// Nothing is said and the connection stays open.
    Hangs,
    /// Nothing is said and the connection is closed.
    Nothing,
}

/// What becomes of a request at the door.
struct Arrived {
    seq: u64,
    /// The headers that go with its answer, or the refusal.
    entry: Result<Vec<(String, String)>, Reply>,
    misbehaviour: Option<Misbehaviour>,
    usual: Duration,
}

async fn work(shared: Arc<Shared>, mut ask: Ask, path: String, is_api: bool) -> Outcome {
    let misfit = if is_api { route::misfit(&shared, &ask) } else { None };
    let arrived = shared.change(|world| arrive(world, &ask, &path, is_api, misfit));
    ask.seq = arrived.seq;
    let Arrived { seq, entry, misbehaviour, usual } = arrived;
    let under_way = UnderWay::begin(&shared);
    if !usual.is_zero() {
        wait(&shared, usual).await;
    }
    let headers = match entry {
        Ok(headers) => headers,
        Err(refusal) => return Outcome::Said(say(&shared, seq, refusal, Vec::new())),
    };
    let perform = || shared.change(|world| if is_api { world.answer(&ask) } else { world.oauth(&ask, &path) });
    let Some(misbehaviour) = misbehaviour else {
        let reply = perform();
        drop(under_way);
        return Outcome::Said(said_by_schema(&shared, &ask, reply, headers));
    };
    tracing::info!(seq, ?misbehaviour, "misbehaves");
    let reply = match misbehaviour {
        Misbehaviour::Slow { ms } => {
            wait(&shared, Duration::from_millis(ms)).await;
            perform()
        }
        Misbehaviour::Hang { applied } => {
            if applied {
                perform();
            }
            return Outcome::Hangs;
        }
        Misbehaviour::CutAnswer => {
            let reply = perform();
            let text = reply.text();
            return Outcome::Said(cut(say(&shared, seq, reply, headers), &text));
        }
        Misbehaviour::ApplyThenCut => {
            perform();
            return Outcome::Nothing;
        }
        Misbehaviour::Close => return Outcome::Nothing,
        Misbehaviour::Html { status, applied } => {
            if applied {
                perform();
            }
            Reply::error_page(status)
        }
        Misbehaviour::Refuse { status, error, description } => Reply::error(status, &error, &description),
        Misbehaviour::TooMany { seconds } => shared.look(|world| world.refusal(seconds)),
        Misbehaviour::Unavailable => {
            let why = "Sorry, we could not complete your search query. Please try again in a moment.";
            Reply::ok(json!({ "error": "unavailable", "description": why }))
        }
        Misbehaviour::OtherJob => shared.change(World::other_job),
        Misbehaviour::Redirect { location } => Reply::empty(302).with("Location", location),
    };
    Outcome::Said(say(&shared, seq, reply, headers))
}

/// Signed in, within the limits, fitting; and written down, whatever comes of it.
fn arrive(world: &mut World, ask: &Ask, path: &str, is_api: bool, misfit: Option<String>) -> Arrived {
    let signed_in = world.who(&ask.headers);
    let mut counted = false;
    let entry = if !is_api {
        Ok(Vec::new())
    } else if signed_in.is_none() {
        Err(unauthorized(&ask.headers))
    } else {
        match world.let_in(&ask.endpoint, &ask.ids) {
            Ok(headers) => {
                counted = true;
                match &misfit {
                    Some(why) if world.config.strict => Err(Reply::bad("DoesNotFit", why)),
                    _ => Ok(headers),
                }
            }
            Err(refusal) => Err(refusal),
        }
    };
    let misbehaviour = if entry.is_ok() { world.misconduct.take(&ask.endpoint) } else { None };
    let secret = ["client_secret", "code_verifier", "refresh_token", "code"];
    let shown = |(name, value): &(String, String)| {
        let value = if secret.contains(&name.as_str()) { "(secret)".to_owned() } else { value.clone() };
        (name.clone(), value)
    };
    let asked = Asked {
        seq: 0,
        at: world.now(),
        method: ask.method.to_string(),
        path: path.to_owned(),
        endpoint: ask.endpoint.clone(),
        parameters: ask.parameters.iter().map(shown).collect(),
        body: if is_api { ask.body.chars().take(Journal::BODY_MOST).collect() } else { String::new() },
        content_type: ask.header("content-type").map(str::to_owned),
        idempotency_key: ask.header("idempotency-key").map(str::to_owned),
        signed_in,
        status: None,
        misbehaviour: misbehaviour.clone(),
        counted,
        misfit,
        answer_misfit: None,
    };
    let seq = world.journal.ask(asked);
    Arrived { seq, entry, misbehaviour, usual: world.config.answer_time }
}

impl World {
    /// How a request is signed in: `token`, `oauth`, or not.
    fn who(&self, headers: &HeaderMap) -> Option<&'static str> {
        let told = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
        if let Some(token) = told.strip_prefix("Bearer ") {
            return self.is_token(token).then_some("oauth");
        }
        let own = pairs::base64(format!("{}/token:{}", self.config.email, self.config.api_token).as_bytes());
        (told.strip_prefix("Basic ") == Some(own.as_str())).then_some("token")
    }
}

fn unauthorized(headers: &HeaderMap) -> Reply {
    let bearer = headers.get(header::AUTHORIZATION).is_some_and(|v| v.as_bytes().starts_with(b"Bearer "));
    if bearer {
        let why = "The access token provided is expired, revoked, malformed or invalid for other reasons.";
        return Reply::json(401, json!({ "error": "invalid_token", "error_description": why }));
    }
    Reply::json(401, json!({ "error": "Couldn't authenticate you" }))
        .with("WWW-Authenticate", "Basic realm=\"Web Password\"")
}

/// An answer of our own making is held against its schema: what does not fit is a mistake of the simulator.
fn said_by_schema(shared: &Shared, ask: &Ask, reply: Reply, headers: Vec<(String, String)>) -> Response {
    let body = match &reply.body {
        Said::Json(value) => Some(value),
        Said::Html(_) | Said::Nothing => None,
    };
    if let Err(why) = shared.schemas.answer(&ask.endpoint, reply.status, body) {
        tracing::error!(endpoint = ask.endpoint, why, "an answer does not fit its schema");
        shared.change(|world| {
            if let Some(asked) = world.journal.of(ask.seq) {
                asked.answer_misfit = Some(why);
            }
        });
    }
    say(shared, ask.seq, reply, headers)
}

fn say(shared: &Shared, seq: u64, mut reply: Reply, headers: Vec<(String, String)>) -> Response {
    let status = reply.status;
    shared.change(|world| {
        if let Some(asked) = world.journal.of(seq) {
            asked.status = Some(status);
        }
    });
    tracing::info!(seq, status, "answered");
    reply.headers.extend(headers);
    reply.respond()
}

/// One more is under way, until this is dropped.
struct UnderWay<'a>(&'a Shared);

impl<'a> UnderWay<'a> {
    fn begin(shared: &'a Shared) -> Self {
        shared.change(|world| {
            let traffic = &mut world.used.traffic;
            traffic.at_once += 1;
            traffic.most_at_once = traffic.most_at_once.max(traffic.at_once);
        });
        Self(shared)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.change(|world| world.used.traffic.at_once = world.used.traffic.at_once.saturating_sub(1));
    }
}

async fn wait(shared: &Shared, time: Duration) {
    tokio::select! {
        () = shared.closed() => {}
        () = tokio::time::sleep(time) => {}
    }
}

/// The head of the whole answer and the first half of its body.
fn cut(whole: Response, text: &str) -> Response {
    let half = Bytes::copy_from_slice(&text.as_bytes()[..text.len() / 2]);
    let (mut parts, _) = whole.into_parts();
    parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(text.len().max(1)));
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
    Response::from_parts(parts, Body::from_stream(stream))
}

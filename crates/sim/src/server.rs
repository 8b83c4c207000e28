//! The HTTP side: every request is bounded, written into the journal, and answered rightly or as wrongly as told.

use crate::{
    ari, clock, control,
    exchange::Exchange,
    journal::{CallNo, Received, System},
    misbehave::Misbehaviour,
    pairs, recordings, vipex,
};
use axum::{
    body::{Body, Bytes},
    extract::{Request as HttpRequest, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::stream;
use serde_json::Value;
use std::{io, sync::Arc, time::Duration};
use tokio::net::TcpListener;

/// A request's body.
const BODY_MOST: usize = 64 * 1024;
/// How long a request that is never answered stays open.
const HANGS_FOR: Duration = Duration::from_secs(120);
/// The most that [`Misbehaviour::HugeAnswer`] sends.
const HUGE_MOST: u64 = 1 << 30;
/// Where redirects lead.
pub(crate) const TRAP: &str = "/redirect-trap";

/// Answers until the exchange closes.
pub(crate) async fn serve(exchange: Arc<Exchange>, listener: TcpListener) {
    let closed = exchange.closed();
    let app = control::routes(exchange.clone()).fallback(systems).with_state(exchange);
    if let Err(error) = axum::serve(listener, app).with_graceful_shutdown(closed).await {
        tracing::error!(%error, "the simulator's server ended");
    }
}

/// A request, read.
#[derive(Debug)]
pub(crate) struct Request {
    pub method: Method,
    pub path: String,
    pub query: String,
    pub headers: HeaderMap,
    pub body: String,
    /// The query's, then the body's.
    pub parameters: Vec<(String, String)>,
}

impl Request {
    pub fn parameter(&self, name: &str) -> Option<&str> {
        crate::journal::first(&self.parameters, name).filter(|v| !v.is_empty())
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|v| v.to_str().ok())
    }

    /// User and password of Basic authentication.
    pub fn is_basic(&self, user: &str, password: &str) -> bool {
        let expected = pairs::base64(format!("{user}:{password}").as_bytes());
        self.header("authorization").and_then(|v| v.strip_prefix("Basic ")) == Some(expected.as_str())
    }

    pub fn json(&self) -> Option<Value> {
        serde_json::from_str(&self.body).ok()
    }
}

/// What a simulated system says to a request when nobody told it to misbehave.
pub(crate) struct Answer {
    pub response: Response,
    /// The call it started.
    pub call: Option<CallNo>,
}

impl From<Response> for Answer {
    fn from(response: Response) -> Self {
        Self { response, call: None }
    }
}

/// Everything that is not for people.
async fn systems(State(exchange): State<Arc<Exchange>>, request: HttpRequest) -> Response {
    let path = request.uri().path();
    let system = if [&exchange.config.vipex.names.path, &exchange.config.vipex.names.recordings_path]
        .iter()
        .any(|own| *own == path)
    {
        System::Vipex
    } else if path == "/ari" || path.starts_with("/ari/") {
        System::Asterisk
    } else if path.starts_with(TRAP) {
        System::RedirectTrap
    } else {
        return (StatusCode::NOT_FOUND, "Nothing is simulated here.\n").into_response();
    };
    let Ok(_place) = exchange.places.try_acquire() else {
        return (StatusCode::SERVICE_UNAVAILABLE, "Too many requests at once.\n").into_response();
    };
    let request = match read(request).await {
        Ok(request) => request,
        Err(refusal) => return refusal,
    };
    let (seq, misbehaviour) = write_down(&exchange, system, &request);
    let response = match misbehaviour {
        Some(misbehaviour) => misbehave(&exchange, system, &request, seq, misbehaviour).await,
        None => Some(behave(&exchange, system, &request, seq)),
    };
    match response {
        Some(response) => {
            exchange.change(|world| world.journal.answered(seq, response.status().as_u16()));
            response
        }
        None => silence(),
    }
}

async fn read(request: HttpRequest) -> Result<Request, Response> {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, BODY_MOST)
        .await
        .map_err(|_| (StatusCode::PAYLOAD_TOO_LARGE, "The body is too large.\n").into_response())?;
    let body = String::from_utf8_lossy(&body).into_owned();
    let query = parts.uri.query().unwrap_or_default().to_owned();
    let mut parameters = pairs::decode(&query);
    let content_type = parts.headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    if content_type.starts_with("application/x-www-form-urlencoded") {
        parameters.extend(pairs::decode(&body));
    } else if let Ok(Value::Object(object)) = serde_json::from_str(&body) {
        parameters.extend(object.into_iter().filter_map(|(name, value)| match value {
            Value::String(text) => Some((name, text)),
            Value::Number(number) => Some((name, number.to_string())),
            Value::Bool(truth) => Some((name, truth.to_string())),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        }));
    }
    let (method, path, headers) = (parts.method, parts.uri.path().to_owned(), parts.headers);
    Ok(Request { method, path, query, headers, body, parameters })
}

fn write_down(exchange: &Exchange, system: System, request: &Request) -> (u64, Option<Misbehaviour>) {
    let headers =
        request.headers.iter().map(|(n, v)| (n.to_string(), String::from_utf8_lossy(v.as_bytes()).into_owned()));
    let mut received = Received {
        seq: 0,
        at: clock::now(),
        system,
        method: request.method.to_string(),
        path: request.path.clone(),
        query: request.query.clone(),
        parameters: request.parameters.clone(),
        headers: headers.collect(),
        body: request.body.clone(),
        status: None,
        misbehaviour: None,
        call: None,
    };
    exchange.change(|world| {
        if system != System::RedirectTrap {
            received.misbehaviour = world.misconduct.at_a_request();
        }
        let misbehaviour = received.misbehaviour.clone();
        (world.journal.receive(received), misbehaviour)
    })
}

fn behave(exchange: &Arc<Exchange>, system: System, request: &Request, seq: u64) -> Response {
    let answer = match system {
        System::Vipex if request.path == exchange.config.vipex.names.recordings_path => {
            recordings::answer(exchange, request)
        }
        System::Vipex => vipex::answer(exchange, request),
        System::Asterisk => ari::answer(exchange, request),
        System::RedirectTrap => (StatusCode::OK, "OK\n").into_response().into(),
    };
    exchange.change(|world| {
        if let Some(received) = world.journal.received_mut(seq) {
            received.call = answer.call;
        }
    });
    tracing::info!(?system, status = answer.response.status().as_u16(), call = answer.call, "answered");
    answer.response
}

/// `None`: close the connection without a word.
async fn misbehave(
    exchange: &Arc<Exchange>,
    system: System,
    request: &Request,
    seq: u64,
    misbehaviour: Misbehaviour,
) -> Option<Response> {
    tracing::info!(?system, ?misbehaviour, "misbehaves");
    let refuse = |refusal: vipex::Refusal| match system {
        System::Asterisk => ari::refuse(&refusal),
        _ => vipex::refuse(exchange, &refusal),
    };
    Some(match misbehaviour {
        Misbehaviour::RefuseAuthentication => refuse(vipex::Refusal::Authentication),
        Misbehaviour::UnknownExtension => refuse(vipex::Refusal::UnknownExtension),
        Misbehaviour::RefuseStart { message } => refuse(vipex::Refusal::Told(message)),
        Misbehaviour::ErrorWith200 { message } => text(StatusCode::OK, format!("ERROR: {message}")),
        Misbehaviour::ServerError => {
            let page = "<html><head><title>500 Internal Server Error</title></head><body><h1>Internal Server Error</h1></body></html>";
            (StatusCode::INTERNAL_SERVER_ERROR, [(header::CONTENT_TYPE, "text/html")], page).into_response()
        }
        Misbehaviour::RedirectToHttp { location } => redirect(exchange, request, location),
        Misbehaviour::Hang { started } => {
            if started {
                behave(exchange, system, request, seq);
            }
            tokio::select! {
                () = exchange.closed() => {}
                () = tokio::time::sleep(HANGS_FOR) => {}
            }
            return None;
        }
        Misbehaviour::Slow { ms } => {
            let response = behave(exchange, system, request, seq);
            tokio::select! {
                () = exchange.closed() => return None,
                () = tokio::time::sleep(Duration::from_millis(ms)) => response,
            }
        }
        Misbehaviour::CutBeforeAnswer => {
            behave(exchange, system, request, seq);
            return None;
        }
        Misbehaviour::CutAnswer => {
            let response = behave(exchange, system, request, seq);
            cut(response)
        }
        Misbehaviour::HugeAnswer { bytes } => {
            let response = behave(exchange, system, request, seq);
            huge(response, bytes.min(HUGE_MOST))
        }
        // These are about pushes, and never stand for a request.
        Misbehaviour::PushTwice
        | Misbehaviour::PushLate { .. }
        | Misbehaviour::PushOutOfOrder
        | Misbehaviour::DropEnd
        | Misbehaviour::NoCallId
        | Misbehaviour::WrongKey => behave(exchange, system, request, seq),
    })
}

fn redirect(exchange: &Exchange, request: &Request, location: Option<String>) -> Response {
    let location = location.unwrap_or_else(|| {
        let query = if request.query.is_empty() { String::new() } else { format!("?{}", request.query) };
        format!("http://{}{TRAP}{}{query}", exchange.address, request.path)
    });
    // A POST stays one only with 307.
    let status = if request.method == Method::GET { StatusCode::FOUND } else { StatusCode::TEMPORARY_REDIRECT };
    match HeaderValue::from_str(&location) {
        Ok(location) => (status, [(header::LOCATION, location)]).into_response(),
        Err(_) => text(StatusCode::INTERNAL_SERVER_ERROR, "the location told is not one".into()),
    }
}

pub(crate) fn text(status: StatusCode, words: String) -> Response {
    (status, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], words).into_response()
}

pub(crate) fn broken() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionAborted, "cut, as told")
}

/// A body that fails before its first byte: the server drops the connection with the head still unsent.
pub(crate) fn silence() -> Response {
    Response::new(Body::from_stream(stream::once(async { Err::<Bytes, _>(broken()) })))
}

/// The same head, which promises more than comes.
fn cut(whole: Response) -> Response {
    let (mut parts, _) = whole.into_parts();
    parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from_static("512"));
    let half = stream::unfold(0, |step| async move {
        match step {
            0 => Some((Ok(Bytes::from_static(b"{\"sta")), 1)),
            _ => {
                // The half must be on its way before the connection ends.
                tokio::time::sleep(Duration::from_millis(50)).await;
                Some((Err(broken()), 2))
            }
        }
    });
    Response::from_parts(parts, Body::from_stream(half))
}

pub(crate) fn huge(whole: Response, bytes: u64) -> Response {
    const CHUNK: &[u8] = &[b' '; 16 * 1024];
    let (mut parts, _) = whole.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    let rest = stream::unfold(bytes, |left| async move {
        let now = left.min(CHUNK.len() as u64);
        (now > 0).then(|| (Ok::<_, io::Error>(Bytes::from_static(&CHUNK[..now as usize])), left - now))
    });
    Response::from_parts(parts, Body::from_stream(rest))
}

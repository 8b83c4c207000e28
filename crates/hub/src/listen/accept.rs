//! Takes connections until told to stop, and serves HTTP/1.1 on each.

use super::{
    Connections, Sender,
    body::{Answered, Counted, Held},
    connection::Connection,
    counts::{BodyRefused, Closed},
    stream::{Stream, bound_sending},
};
use crate::api::ApiError;
use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{Request, Response, StatusCode},
    response::IntoResponse,
};
use hyper::{
    body::Incoming,
    server::conn::http1,
    service::{Service, service_fn},
};
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use std::{
    convert::Infallible,
    io,
    pin::pin,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
    time::{sleep, timeout},
};

/// Head and query of a request; and how much of an answer waits in a buffer of ours.
const HEAD_BYTES: usize = 32 * 1024;
const HEADERS: usize = 100;
/// After a failure the system gets this long to have something to give again.
const AFTER_FAILURE: Duration = Duration::from_millis(100);
/// Connections that are ended then: so many descriptors come back.
const GIVEN_BACK: usize = 16;
/// A connection that is about to end has ended by then, or the next one is taken all the same.
const ENDING: Duration = Duration::from_millis(100);

/// Serves until told to stop; then waits for what is under way.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    all: Arc<Connections>,
    mut stopped: watch::Receiver<bool>,
) {
    if let Err(error) = bound_sending(&listener) {
        tracing::warn!(%error, "the system decides how much of an answer it keeps for each connection");
    }
    let mut attended = JoinSet::new();
    let mut outage = Outage::default();
    while !*stopped.borrow() {
        tokio::select! {
            biased;
            _ = stopped.changed() => break,
            Some(_) = attended.join_next() => {}
            (stream, connection) = next(&listener, &all, &mut outage) => {
                attended.spawn(attend(stream, connection, router.clone(), stopped.clone()));
            }
        }
    }
    drop(listener);
    while attended.join_next().await.is_some() {}
}

/// The next connection that has a place. Cancel-safe: one that was accepted is handed out without waiting again.
async fn next(listener: &TcpListener, all: &Arc<Connections>, outage: &mut Outage) -> (TcpStream, Arc<Connection>) {
    loop {
        while all.places().are_many_leaving() {
            let _ = timeout(ENDING, all.one_left.notified()).await;
        }
        match listener.accept().await {
            Ok((stream, from)) => {
                outage.is_over();
                match Connection::take(all, from) {
                    Some(connection) => return (stream, connection),
                    None => refuse(&stream),
                }
            }
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                all.counts.accept_failed();
                outage.goes_on(&error);
                all.places().give_back(GIVEN_BACK, all.now());
                sleep(AFTER_FAILURE).await;
            }
        }
    }
}

/// The other side gave up before its turn.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}

/// Says so to whoever listens, without waiting for them.
fn refuse(stream: &TcpStream) {
    let _ = stream.try_write(
        b"HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\nretry-after: 1\r\ncontent-length: 0\r\n\r\n",
    );
}

/// A time in which the system gave no connections: told once, and once when it is over.
#[derive(Default)]
struct Outage {
    since: Option<(Instant, u64)>,
}

impl Outage {
    fn goes_on(&mut self, error: &io::Error) {
        match &mut self.since {
            Some((_, failures)) => *failures += 1,
            None => {
                self.since = Some((Instant::now(), 1));
                tracing::error!(%error, "no connection can be taken: the hub goes on trying");
            }
        }
    }

    fn is_over(&mut self) {
        if let Some((since, failures)) = self.since.take() {
            let seconds = since.elapsed().as_secs();
            tracing::warn!(failures, seconds, "connections are taken again");
        }
    }
}

/// One connection, to its end or to the desk socket it becomes.
async fn attend(stream: TcpStream, connection: Arc<Connection>, router: Router, mut stopped: watch::Receiver<bool>) {
    let _ = stream.set_nodelay(true);
    let io = TokioIo::new(Stream::new(stream, connection.clone()));
    let router = TowerToHyperService::new(router);
    let service = service_fn(|request| answer(router.clone(), connection.clone(), request));
    let mut server = http1::Builder::new();
    // Times are kept here: a connection may also be silent in the middle of a head.
    server.header_read_timeout(None).max_buf_size(HEAD_BYTES).max_headers(HEADERS);
    let mut serving = pin!(server.serve_connection(io, service).with_upgrades());
    let mut is_stopping = false;
    loop {
        tokio::select! {
            _ = serving.as_mut() => return,
            () = connection.is_wanted() => return,
            () = connection.is_silent() => return connection.closed(Closed::Slow),
            _ = stopped.changed(), if !is_stopping => {
                if connection.is_waiting() {
                    return;
                }
                is_stopping = true;
                serving.as_mut().graceful_shutdown();
            }
        }
    }
}

async fn answer(
    router: TowerToHyperService<Router>,
    connection: Arc<Connection>,
    request: Request<Incoming>,
) -> Result<Response<Answered>, Infallible> {
    connection.works();
    let held = Held::nothing(connection.clone());
    let (mut parts, body) = request.into_parts();
    parts.extensions.insert(ConnectInfo(connection.from));
    parts.extensions.insert(Sender { connection: connection.clone(), held: held.clone() });
    let body = Body::new(Counted::new(body, held.clone()));
    let answer = router.call(Request::from_parts(parts, body)).await?;
    let answer = match held.refused() {
        None => answer,
        Some(BodyRefused::Full) => {
            let message = "Too many requests are under way; send this one again";
            ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "busy", message)
                .retry_after(Duration::from_secs(1))
                .into_response()
        }
        Some(BodyRefused::Slow) => {
            let message = "The request's body did not arrive in time";
            ApiError::new(StatusCode::REQUEST_TIMEOUT, "too_slow", message).into_response()
        }
    };
    Ok(answer.map(|body| Answered::new(body, connection)))
}

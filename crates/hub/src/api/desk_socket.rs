//! `/v1/desk`: the frames of the in-process link as JSON text over a WebSocket.
//!
//! Before hello somebody is a stranger: a short frame, a short time, and a place that may be taken by the next one.

mod carry;
mod hello;

use super::{ApiError, token};
use crate::{
    agent_tokens::Grant,
    from_where::FromWhere,
    hub::Shared,
    listen::{Closed, Sender},
    policy,
    repeats::RepeatedLine,
    session,
};
use axum::{
    Extension,
    body::Body,
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};
use carry::{Ended, Limits};
use futures_util::{SinkExt, StreamExt};
use hello::Plain;
use ringcard_core::{
    call::AgentId,
    frame::{DeskFrame, HubFrame, RequestError, RequestErrorCode},
};
use std::{sync::Arc, time::Instant};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::timeout,
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Error, Message,
        handshake::server::create_response_with_body,
        protocol::{CloseFrame, Role, WebSocketConfig, frame::coding::CloseCode},
    },
};

/// A frame is a request, not a file.
const FRAME_BYTES: usize = 1024 * 1024;
/// What a desk is sent: a snapshot with every call a hub follows fits in.
const ANSWER_BYTES: usize = 17 * 1024 * 1024;
/// What is read at once.
const READ_BYTES: usize = 16 * 1024;

pub(super) async fn upgrade(
    State(shared): State<Arc<Shared>>,
    Extension(from): Extension<FromWhere>,
    mut request: Request,
) -> Result<Response, ApiError> {
    let answer = create_response_with_body(&request, Body::empty).map_err(|error| {
        let message = format!("This address takes WebSockets of desks only: {error}");
        ApiError::new(StatusCode::UPGRADE_REQUIRED, "not_a_websocket", message)
    })?;
    let sender = request.extensions().get::<Sender>().cloned();
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        if let Ok(upgraded) = upgrade.await {
            greet(shared, Plain::of(upgraded), sender, from).await;
        }
    });
    Ok(answer)
}

/// Hears who it is.
async fn greet(shared: Arc<Shared>, plain: Plain, sender: Option<Sender>, from: FromWhere) {
    let mut socket = hello::socket(plain).await;
    let wanted = async {
        match &sender {
            Some(sender) => sender.connection.is_wanted().await,
            None => std::future::pending().await,
        }
    };
    let first = tokio::select! {
        first = timeout(hello::TIME, socket.next()) => first,
        () = wanted => return,
    };
    let hello = match first {
        Ok(Some(Ok(Message::Text(first)))) => serde_json::from_str(&first).ok(),
        Ok(Some(Err(Error::Capacity(_)))) => {
            let reason = "hello is shorter".into();
            let _ = timeout(hello::TIME, socket.close(Some(CloseFrame { code: CloseCode::Size, reason }))).await;
            None
        }
        _ => None,
    };
    let refusal = match hello {
        Some(DeskFrame::Hello { protocol, agent, token }) => {
            match let_in(&shared, sender.as_ref(), &from, &agent, &token).await {
                Ok(grant) => {
                    let hello = DeskFrame::Hello { protocol, agent, token: String::new() };
                    let plain = hello::done(socket);
                    let config = WebSocketConfig::default()
                        .read_buffer_size(READ_BYTES)
                        .write_buffer_size(READ_BYTES)
                        .max_write_buffer_size(ANSWER_BYTES)
                        .max_frame_size(Some(FRAME_BYTES))
                        .max_message_size(Some(FRAME_BYTES));
                    let socket = WebSocketStream::from_raw_socket(plain, Role::Server, Some(config)).await;
                    return talk(shared, socket, hello, grant).await;
                }
                Err(refusal) => refusal,
            }
        }
        _ => RequestError::new(RequestErrorCode::Offline, "The first frame must be hello{protocol, agent, token}"),
    };
    if let Some(sender) = &sender {
        sender.connection.closed(Closed::NoHello);
    }
    let _ = timeout(hello::TIME, refuse(&mut socket, refusal)).await;
}

/// Whether this token opens this agent's desk; otherwise why not, which a person has to mend.
async fn let_in(
    shared: &Shared,
    sender: Option<&Sender>,
    from: &FromWhere,
    agent: &AgentId,
    token: &str,
) -> Result<Grant, RequestError> {
    let Some(mut grant) = token::grant(shared, token) else {
        token::wrong(shared, from).await;
        let message = "The hub does not take this desk's token. Whoever keeps the hub makes a new one (ringcard-hub agent token NAME): \
                       put it where [hub] token in ringcard.toml says, and start Ringcard again";
        return Err(RequestError::new(RequestErrorCode::NotAllowed, message));
    };
    if let Some(sender) = sender {
        sender.proved();
    }
    let principal = policy::desk(shared, &grant.principal, agent.clone()).inspect_err(|_| {
        let line = RepeatedLine::new("a desk was refused", "its token is not that agent's", from.place());
        shared.repeats.say(line, Instant::now());
    })?;
    if let Some(sender) = sender {
        sender.connection.works();
    }
    grant.principal = principal;
    Ok(grant)
}

/// Until either side ends it, or the token is revoked: that waits for nothing, not for a desk that does not read either.
async fn talk(shared: Arc<Shared>, mut socket: WebSocketStream<Plain>, hello: DeskFrame, mut grant: Grant) {
    let link = session::open(shared.clone(), grant.principal.clone());
    if link.to_hub.send(hello).await.is_err() {
        return;
    }
    let limits = Limits::default();
    let ended = tokio::select! {
        ended = carry::carry(&mut socket, link, limits) => ended,
        () = grant.revoked() => {
            let revoked = "This token is good no longer: ask the hub's administrator for a new one, and keep it where [hub] token \
                           says";
            let refusal = RequestError::new(RequestErrorCode::NotAllowed, revoked);
            let _ = timeout(limits.sending, refuse(&mut socket, refusal)).await;
            return;
        }
    };
    match ended {
        Ended::ByDesk | Ended::ByHub => {}
        Ended::NoFrame => {
            let refusal = RequestError::new(RequestErrorCode::Offline, "That was no frame of the desk protocol");
            let _ = timeout(limits.sending, refuse(&mut socket, refusal)).await;
        }
        why @ (Ended::Silent | Ended::NotReading) => {
            tracing::warn!(desk = %grant.principal, ?why, "a desk did not keep up and was let go; it may come again");
            shared.metrics.desk_let_go();
        }
    }
}

async fn refuse<S: AsyncRead + AsyncWrite + Unpin>(socket: &mut WebSocketStream<S>, error: RequestError) {
    let _ = socket.send(carry::text(&HubFrame::Refused { error })).await;
    let _ = socket.close(None).await;
}

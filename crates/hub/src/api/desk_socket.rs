//! `/v1/desk`: the frames of the in-process link as JSON text over a WebSocket.

use super::{ApiError, token};
use crate::{Link, from_where::FromWhere, hub::Shared, session};
use axum::{
    Extension,
    extract::{
        State, WebSocketUpgrade,
        ws::{Message, WebSocket},
    },
    response::Response,
};
use futures_util::{SinkExt, StreamExt, stream::SplitSink};
use ringcard_core::frame::{DeskFrame, HubFrame, RequestError, RequestErrorCode};
use std::{sync::Arc, time::Duration};
use tokio::time::timeout;

/// A frame is a request, not a file.
const FRAME_BYTES: usize = 1024 * 1024;
/// A desk says hello at once, and something (a ping at least) every 15 s.
const HELLO: Duration = Duration::from_secs(5);
const SILENCE: Duration = Duration::from_secs(60);

pub(super) async fn upgrade(
    State(shared): State<Arc<Shared>>,
    Extension(sender): Extension<FromWhere>,
    upgrade: WebSocketUpgrade,
) -> Result<Response, ApiError> {
    Ok(upgrade.max_message_size(FRAME_BYTES).on_upgrade(move |socket| talk(shared, sender, socket)))
}

async fn talk(shared: Arc<Shared>, sender: FromWhere, socket: WebSocket) {
    let (mut out, mut incoming) = socket.split();
    let Ok(Some(Ok(Message::Text(first)))) = timeout(HELLO, incoming.next()).await else { return };
    let Ok(DeskFrame::Hello { protocol, agent, token, resume_after }) = serde_json::from_str(&first) else {
        refuse(&mut out, "The first frame must be hello{protocol, agent, token}").await;
        return;
    };
    if !token::is_right(&shared, &token) {
        token::wrong(&shared, &sender).await;
        refuse(&mut out, "The hub's token is missing or wrong: set it again under Settings").await;
        return;
    }
    let Link { to_hub, mut from_hub } = session::open(shared, agent.clone());
    let hello = DeskFrame::Hello { protocol, agent, token: String::new(), resume_after };
    if to_hub.send(hello).await.is_err() {
        return;
    }
    loop {
        tokio::select! {
            frame = from_hub.recv() => match frame {
                Some(frame) => if !send(&mut out, &frame).await { return },
                None => return,
            },
            message = timeout(SILENCE, incoming.next()) => match message {
                Ok(Some(Ok(Message::Text(text)))) => match serde_json::from_str(&text) {
                    Ok(frame) => if to_hub.send(frame).await.is_err() { return },
                    Err(_) => {
                        refuse(&mut out, "That was no frame of the desk protocol").await;
                        return;
                    }
                },
                // pings are answered by the library
                Ok(Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Binary(_)))) => {}
                Ok(Some(Ok(Message::Close(_)) | Err(_)) | None) | Err(_) => return,
            },
        }
    }
}

async fn send(out: &mut SplitSink<WebSocket, Message>, frame: &HubFrame) -> bool {
    let text = serde_json::to_string(frame).expect("BUG: our own words are always JSON");
    out.send(Message::text(text)).await.is_ok()
}

async fn refuse(out: &mut SplitSink<WebSocket, Message>, message: &str) {
    let error = RequestError::new(RequestErrorCode::Offline, message);
    send(out, &HubFrame::Refused { error }).await;
    let _ = out.close().await;
}

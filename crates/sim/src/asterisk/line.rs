//! A WebSocket events go out by.

use super::{Shared, world::AsteriskWrong};
use axum::{
    body::Body,
    extract::Request,
    response::{IntoResponse, Response},
};
use futures_util::{SinkExt, StreamExt};
use hyper_util::rt::TokioIo;
use std::{sync::Arc, time::Duration};
use tokio::sync::mpsc;
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{Message, handshake::server::create_response_with_body, protocol::Role},
};

/// How often a silent one looks whether it still is.
const SILENT: Duration = Duration::from_millis(50);

/// Becomes a line of this application, where it is asked as one is.
pub(super) fn open(shared: &Arc<Shared>, app: &str, mut request: Request) -> Response {
    let answer = match create_response_with_body(&request, Body::empty) {
        Ok(answer) => answer,
        Err(error) => return (axum::http::StatusCode::UPGRADE_REQUIRED, error.to_string()).into_response(),
    };
    let (frames, shared) = (shared.world().open_line(app), shared.clone());
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        let Ok(upgraded) = upgrade.await else { return };
        let line = WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Server, None).await;
        carry(&shared, line, frames).await;
    });
    answer
}

async fn carry(
    shared: &Shared,
    mut line: WebSocketStream<TokioIo<hyper::upgrade::Upgraded>>,
    mut frames: mpsc::Receiver<String>,
) {
    loop {
        if shared.world().wrong == Some(AsteriskWrong::LinesBreak) {
            return;
        }
        if shared.world().wrong == Some(AsteriskWrong::Silent) {
            // It reads nothing, so that no ping is answered, and says nothing.
            tokio::select! {
                () = shared.closed() => return,
                () = tokio::time::sleep(SILENT) => continue,
            }
        }
        tokio::select! {
            biased;
            () = shared.closed() => return,
            frame = frames.recv() => match frame {
                Some(frame) => if line.send(Message::text(frame)).await.is_err() { return },
                // Cut, without a word.
                None => return,
            },
            heard = line.next() => match heard {
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => {}
            },
        }
    }
}

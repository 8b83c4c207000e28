//! The way to a hub on a server: the same frames as JSON text over a WebSocket, with the certificates and proxies of every
//! other request ([`web_socket`]).
//!
//! A line that says nothing for fifteen seconds is asked with a ping; one that stays silent for five more is dead. So
//! sleep, another network and a vanished server are noticed within twenty seconds, whatever the system believes of the socket.

use super::{DIALLING_ENDS, Frames, NoLink, OpenLink};
use async_trait::async_trait;
use futures_util::{SinkExt, StreamExt};
use ringcard_connect::web_socket::{self, NoWebSocket, WebSocket};
use ringcard_core::{
    call::AgentId,
    frame::{DeskFrame, HubFrame, PROTOCOL},
};
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;
use tokio::{
    sync::mpsc,
    time::{Instant, sleep_until},
};
use tokio_tungstenite::tungstenite::{Error, Message};

/// Frames that may wait on either side.
const WAITING: usize = 256;
/// A snapshot with every call a hub follows fits in.
const FRAME_BYTES: usize = 16 * 1024 * 1024;
const PING_AFTER: Duration = Duration::from_secs(15);
const DEAD_AFTER: Duration = Duration::from_secs(5);

/// A hub on a server, by its address and token.
pub struct Socket {
    url: String,
    token: SecretString,
}

impl Socket {
    /// `wss://hub.example.com/v1/desk`; without TLS only on this machine.
    pub fn new(url: &str, token: SecretString) -> Result<Self, NoLink> {
        let on_this_machine = ["ws://127.0.0.1", "ws://localhost", "ws://[::1]"]
            .iter()
            .any(|start| url.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/'])));
        if !url.starts_with("wss://") && !on_this_machine {
            return Err(NoLink(
                "The hub's address must begin with wss://: it carries customers and a token.".to_owned(),
            ));
        }
        Ok(Self { url: url.to_owned(), token })
    }
}

#[async_trait]
impl OpenLink for Socket {
    async fn open(&self, agent: &AgentId) -> Result<Frames, NoLink> {
        let opened = web_socket::open(&self.url, DIALLING_ENDS, FRAME_BYTES).await;
        let mut stream = opened.map_err(|why| not_opened(&why))?;
        let token = self.token.expose_secret().to_owned();
        let hello = DeskFrame::Hello { protocol: PROTOCOL, agent: agent.clone(), token };
        stream.send(text(&hello)).await.map_err(|error| closed(&error))?;
        let (to_hub, outgoing) = mpsc::channel(WAITING);
        let (incoming, from_hub) = mpsc::channel(WAITING);
        tokio::spawn(carry(stream, outgoing, incoming));
        Ok(Frames { to_hub, from_hub })
    }

    fn is_remote(&self) -> bool {
        true
    }
}

/// Carries frames until either side is gone; the desk sees its channel end.
async fn carry(mut stream: WebSocket, mut outgoing: mpsc::Receiver<DeskFrame>, incoming: mpsc::Sender<HubFrame>) {
    let mut heard = Instant::now();
    let mut asked = false;
    loop {
        let next = if asked { heard + PING_AFTER + DEAD_AFTER } else { heard + PING_AFTER };
        tokio::select! {
            frame = outgoing.recv() => match frame {
                Some(frame) => if stream.send(text(&frame)).await.is_err() { return },
                None => {
                    let _ = stream.close(None).await;
                    return;
                }
            },
            message = stream.next() => {
                (heard, asked) = (Instant::now(), false);
                match message {
                    Some(Ok(Message::Text(text))) => match serde_json::from_str(&text) {
                        Ok(frame) => if incoming.send(frame).await.is_err() { return },
                        // A newer hub may say more than we know.
                        Err(error) => tracing::debug!(%error, "a frame of the hub was not understood"),
                    },
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                    Some(Ok(_)) => {}
                }
            }
            () = sleep_until(next) => {
                if asked {
                    tracing::info!("the hub is silent: the line is given up");
                    return;
                }
                asked = true;
                if stream.send(Message::Ping(Default::default())).await.is_err() {
                    return;
                }
            }
        }
    }
}

fn text(frame: &DeskFrame) -> Message {
    Message::text(serde_json::to_string(frame).expect("BUG: our own words are always JSON"))
}

/// What a person can do about it. The address is theirs to know; the token is in no message.
fn not_opened(why: &NoWebSocket) -> NoLink {
    NoLink(match why {
        NoWebSocket::NotReached(why) => format!("The hub cannot be reached: {why}."),
        NoWebSocket::Answered { status } => format!("The hub's address answered {status}: check it in Settings."),
        NoWebSocket::Address => {
            "The hub's address cannot be read: it looks like wss://hub.example.com/v1/desk.".to_owned()
        }
    })
}

fn closed(error: &Error) -> NoLink {
    NoLink(format!("The line to the hub could not be opened: {error}."))
}

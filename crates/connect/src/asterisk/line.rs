//! The line events come by: text frames, and pings that notice when nobody is there any more.
//!
//! A line that says nothing for fifteen seconds is asked; one that stays silent for five more is dead.

use futures_util::{SinkExt, StreamExt};
use std::time::Duration;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::{Instant, sleep_until},
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{Error, Message},
};

const PING_AFTER: Duration = Duration::from_secs(15);
const DEAD_AFTER: Duration = Duration::from_secs(5);

pub(super) struct Frames<S> {
    line: WebSocketStream<S>,
    heard: Instant,
    asked: bool,
}

/// Why no more frames come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Over {
    Closed,
    Silent,
    /// A frame longer than any event.
    TooLong,
}

impl Over {
    pub fn words(self) -> &'static str {
        match self {
            Self::Closed => "Asterisk closed the line its events come by",
            Self::Silent => "Asterisk is silent: it answers no ping",
            Self::TooLong => "Asterisk sent an event longer than any is",
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Frames<S> {
    pub fn new(line: WebSocketStream<S>) -> Self {
        Self { line, heard: Instant::now(), asked: false }
    }

    /// The next event's text. May be dropped and called again without losing anything.
    pub async fn next(&mut self) -> Result<String, Over> {
        loop {
            let patience = if self.asked { PING_AFTER + DEAD_AFTER } else { PING_AFTER };
            tokio::select! {
                biased;
                message = self.line.next() => {
                    (self.heard, self.asked) = (Instant::now(), false);
                    match message {
                        Some(Ok(Message::Text(text))) => return Ok(text.to_string()),
                        Some(Ok(Message::Close(_))) | None => return Err(Over::Closed),
                        Some(Err(Error::Capacity(_))) => return Err(Over::TooLong),
                        Some(Err(_)) => return Err(Over::Closed),
                        Some(Ok(_)) => {}
                    }
                }
                () = sleep_until(self.heard + patience) => {
                    if self.asked {
                        return Err(Over::Silent);
                    }
                    self.asked = true;
                    if self.line.send(Message::Ping(Default::default())).await.is_err() {
                        return Err(Over::Closed);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio_tungstenite::tungstenite::{
        protocol::frame::{
            Frame,
            coding::{Data, OpCode},
        },
        protocol::{Role, WebSocketConfig},
    };

    async fn pair() -> (Frames<tokio::io::DuplexStream>, WebSocketStream<tokio::io::DuplexStream>) {
        let (ours, theirs) = tokio::io::duplex(64 * 1024);
        let config = WebSocketConfig::default().max_message_size(Some(1024)).max_frame_size(Some(1024));
        let ours = WebSocketStream::from_raw_socket(ours, Role::Client, Some(config)).await;
        (Frames::new(ours), WebSocketStream::from_raw_socket(theirs, Role::Server, None).await)
    }

    #[tokio::test(start_paused = true)]
    async fn a_line_that_answers_no_ping_is_silent_and_one_that_does_is_not() {
        let (mut frames, theirs) = pair().await;
        let began = Instant::now();
        assert_eq!(frames.next().await, Err(Over::Silent));
        assert_eq!(began.elapsed(), PING_AFTER + DEAD_AFTER);
        drop(theirs);
        let (mut frames, mut theirs) = pair().await;
        let answers = async {
            for _ in 0..5 {
                // Reading a ping answers it.
                assert!(matches!(theirs.next().await, Some(Ok(Message::Ping(_)))));
                let _ = theirs.flush().await;
            }
        };
        tokio::select! {
            over = frames.next() => panic!("{over:?}"),
            () = answers => {}
        }
    }

    #[tokio::test]
    async fn what_is_no_text_is_passed_over_halves_are_joined_and_what_is_too_long_ends_the_line() {
        let (mut frames, mut theirs) = pair().await;
        theirs.send(Message::binary(vec![0_u8, 255, 7])).await.expect("sent");
        let half = |text: &str, kind, last| Message::Frame(Frame::message(text.to_owned(), OpCode::Data(kind), last));
        theirs.send(half("{\"type\":", Data::Text, false)).await.expect("sent");
        theirs.send(half("\"Dial\"}", Data::Continue, true)).await.expect("sent");
        assert_eq!(frames.next().await.as_deref(), Ok("{\"type\":\"Dial\"}"));
        theirs.send(Message::text("x".repeat(2000))).await.expect("sent");
        assert_eq!(frames.next().await, Err(Over::TooLong));
    }
}

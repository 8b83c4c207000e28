//! The line events come by: text frames, and pings that notice when nobody is there any more.
//!
//! A line that says nothing for fifteen seconds is asked; one that stays silent for five more is dead.

use super::client::Line;
use futures_util::{SinkExt, StreamExt};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};
use tokio_tungstenite::tungstenite::{Error, Message};

const PING_AFTER: Duration = Duration::from_secs(15);
const DEAD_AFTER: Duration = Duration::from_secs(5);

pub(super) struct Frames {
    line: Line,
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

impl Frames {
    pub fn new(line: Line) -> Self {
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

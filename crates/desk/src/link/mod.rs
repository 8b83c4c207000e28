//! The line between desk and hub: opened, kept open, opened again. The same frames whether the hub runs inside the app
//! or far away.
//!
//! It is *dialling*, *connected* or *waiting* until a moment that it knows. Waits grow from a quarter of a second to
//! half a minute, with jitter, and begin anew after the first frame: a handshake alone proves nothing.

mod in_process;
mod socket;

pub use in_process::InProcess;
pub use socket::Socket;

use async_trait::async_trait;
use ringcard_core::{
    call::AgentId,
    frame::{DeskFrame, HubFrame, RequestErrorCode},
};
use std::{future::Future, pin::Pin, sync::Arc, time::Duration};
use thiserror::Error;
use tokio::{
    sync::mpsc,
    time::{Instant, sleep_until, timeout},
};
use uuid::Uuid;

const FIRST_WAIT: Duration = Duration::from_millis(250);
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// Longer than any hub takes to answer a handshake.
const DIALLING_ENDS: Duration = Duration::from_secs(10);

/// A way to a hub. In the app one, to a server another, in tests a third.
#[async_trait]
pub trait OpenLink: Send + Sync {
    /// Opens a fresh pair of channels; the hub's first frame on it is a `Welcome`.
    async fn open(&self, agent: &AgentId) -> Result<Frames, NoLink>;

    /// Whether the hub is another program, whose absence people should be told of as such.
    fn is_remote(&self) -> bool;
}

/// The two directions of an open line.
#[derive(Debug)]
pub struct Frames {
    pub to_hub: mpsc::Sender<DeskFrame>,
    /// Ends when the line is gone.
    pub from_hub: mpsc::Receiver<HubFrame>,
}

/// Why there is no line. A sentence for people.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct NoLink(pub String);

/// How the line stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkState {
    Dialling,
    Connected,
    /// `tries` in vain since the line last stood.
    Waiting {
        until: Instant,
        why: String,
        tries: u32,
        /// The hub is there and does not let this desk in: a person has to mend that.
        is_refused: bool,
    },
}

/// What the line reports.
#[derive(Debug)]
pub(crate) enum LinkNews {
    Frame(Box<HubFrame>),
    State(LinkState),
}

type Opening = Pin<Box<dyn Future<Output = Result<Frames, NoLink>> + Send>>;

/// One line, for ever trying to be open.
pub(crate) struct KeptLink {
    way_to_hub: Arc<dyn OpenLink>,
    agent: AgentId,
    at: At,
    wait: Duration,
    tries: u32,
}

enum At {
    Rest { until: Instant },
    Opening(Opening),
    Open { frames: Frames, proven: bool },
}

impl KeptLink {
    pub fn new(way_to_hub: Arc<dyn OpenLink>, agent: AgentId) -> Self {
        Self { way_to_hub, agent, at: At::Rest { until: Instant::now() }, wait: FIRST_WAIT, tries: 0 }
    }

    /// The same way for another agent.
    pub fn for_agent(&self, agent: AgentId) -> Self {
        Self::new(self.way_to_hub.clone(), agent)
    }

    pub fn is_remote(&self) -> bool {
        self.way_to_hub.is_remote()
    }

    /// What happens next. May be dropped and called again without losing anything.
    pub async fn next(&mut self) -> LinkNews {
        loop {
            match &mut self.at {
                At::Rest { until } => {
                    sleep_until(*until).await;
                    let (way_to_hub, agent) = (self.way_to_hub.clone(), self.agent.clone());
                    self.at = At::Opening(Box::pin(async move {
                        let opened = timeout(DIALLING_ENDS, way_to_hub.open(&agent)).await;
                        opened.unwrap_or_else(|_| Err(NoLink("The hub does not answer.".to_owned())))
                    }));
                    return LinkNews::State(LinkState::Dialling);
                }
                At::Opening(opening) => match opening.await {
                    Ok(frames) => self.at = At::Open { frames, proven: false },
                    Err(NoLink(why)) => return LinkNews::State(self.rest(why, false)),
                },
                At::Open { frames, proven } => match frames.from_hub.recv().await {
                    Some(HubFrame::Refused { error }) => {
                        // No accident that the next try mends: it counts as one more.
                        self.tries += 1;
                        let is_refused = error.code == RequestErrorCode::NotAllowed;
                        return LinkNews::State(self.rest(error.message, is_refused));
                    }
                    Some(frame) => {
                        if !*proven {
                            *proven = true;
                            (self.wait, self.tries) = (FIRST_WAIT, 0);
                        }
                        return LinkNews::Frame(Box::new(frame));
                    }
                    None => return LinkNews::State(self.rest("The line to the hub was cut.".to_owned(), false)),
                },
            }
        }
    }

    /// Sends a frame; `false` when the line is not open, or the hub does not keep up.
    pub fn send(&self, frame: DeskFrame) -> bool {
        match &self.at {
            At::Open { frames, .. } => frames.to_hub.try_send(frame).is_ok(),
            _ => false,
        }
    }

    fn rest(&mut self, why: String, is_refused: bool) -> LinkState {
        let until = Instant::now() + jittered(self.wait);
        self.wait = (self.wait * 2).min(LONGEST_WAIT);
        self.tries += 1;
        self.at = At::Rest { until };
        LinkState::Waiting { until, why, tries: self.tries, is_refused }
    }
}

/// Between half of it and all of it, so that a hundred desks do not come back at the same moment.
fn jittered(wait: Duration) -> Duration {
    // The last bytes of a fresh UUID are random: no further dependency for this.
    let random = Uuid::now_v7().as_bytes()[15];
    wait / 2 + wait / 2 * u32::from(random) / 255
}

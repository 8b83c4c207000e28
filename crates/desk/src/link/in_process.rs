//! The way to a hub that runs inside the app.

use super::{Frames, NoLink, OpenLink};
use async_trait::async_trait;
use ringcard_core::{
    call::AgentId,
    frame::{DeskFrame, PROTOCOL},
};
use ringcard_hub::Hub;
use std::sync::Weak;

/// A hub in this program; gone when whoever owns it lets it go.
pub struct InProcess(Weak<Hub>);

impl InProcess {
    pub fn new(hub: Weak<Hub>) -> Self {
        Self(hub)
    }
}

#[async_trait]
impl OpenLink for InProcess {
    async fn open(&self, agent: &AgentId) -> Result<Frames, NoLink> {
        let stopped = || NoLink("The hub inside the app was stopped.".to_owned());
        let link = self.0.upgrade().ok_or_else(stopped)?.connect(agent.clone());
        // Who is in the same program needs no token.
        let hello = DeskFrame::Hello { protocol: PROTOCOL, agent: agent.clone(), token: String::new() };
        link.to_hub.send(hello).await.map_err(|_| stopped())?;
        Ok(Frames { to_hub: link.to_hub, from_hub: link.from_hub })
    }

    fn is_remote(&self) -> bool {
        false
    }
}

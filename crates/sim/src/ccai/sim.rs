//! The handle: start a simulated CCAI Platform, make it misbehave, see what was asked of it.

use super::{
    config::{CcaiConfig, Misbehaviour},
    lookup::{Lookup, Opened},
    server,
    world::{Asked, CcaiCall, Shared, World},
};
use crate::{
    SimError,
    port::{Closed, Port},
};
use std::{net::SocketAddr, sync::Arc, time::Duration};

/// A running simulated CCAI Platform. Dropping it closes everything it opened; [`CcaiSim::shutdown`] also waits for it.
#[derive(Debug)]
pub struct CcaiSim {
    shared: Arc<Shared>,
    port: Port,
}

impl CcaiSim {
    pub async fn start(config: CcaiConfig) -> Result<Self, SimError> {
        let wanted = config.listen;
        let shared = Shared::new(config);
        let watched = shared.clone();
        let closed: Closed = Arc::new(move || Box::pin(watched.closed()));
        let port = Port::open(closed, server::app(shared.clone()), wanted).await;
        let port = port.map_err(|source| SimError::Listen { address: wanted, source })?;
        tracing::info!(address = %port.address, "a simulated CCAI Platform answers");
        Ok(Self { shared, port })
    }

    pub fn address(&self) -> SocketAddr {
        self.port.address
    }

    /// `http://127.0.0.1:port`, in the place of `https://{subdomain}.{domain}`.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.port.address)
    }

    pub fn config(&self) -> CcaiConfig {
        self.shared.look(|world| world.config.clone())
    }

    /// Changes agents, tickets, whatever is set, from now on.
    pub fn adjust(&self, change: impl FnOnce(&mut CcaiConfig)) {
        self.shared.change(|world| change(&mut world.config));
    }

    /// Misbehaves once, at the next request that is let in.
    pub fn misbehave(&self, misbehaviour: Misbehaviour) {
        self.shared.change(|world| world.wrongs.push_back(misbehaviour));
    }

    /// Misbehaves at every request that is let in, from now on.
    pub fn misbehave_until_cleared(&self, misbehaviour: Misbehaviour) {
        self.shared.change(|world| world.always = Some(misbehaviour));
    }

    /// Forgets all misbehaviour.
    pub fn behave(&self) {
        self.shared.change(|world| {
            world.wrongs.clear();
            world.always = None;
        });
    }

    /// The simulator's clock, in milliseconds since 1970. It runs in tokio's time.
    pub fn now(&self) -> u64 {
        self.shared.look(World::now)
    }

    pub fn advance(&self, by: Duration) {
        self.shared.change(|world| world.advance(i64::try_from(by.as_millis()).unwrap_or(i64::MAX)));
    }

    /// What was asked, oldest first, the refused included.
    pub fn requests(&self) -> Vec<Asked> {
        self.shared.look(|world| world.asked.clone())
    }

    /// Requests in the thickest second.
    pub fn most_per_second(&self) -> usize {
        self.shared.look(|world| world.most_per_second)
    }

    /// Calls by their id.
    pub fn calls(&self) -> Vec<CcaiCall> {
        self.shared.look(|world| world.calls.values().cloned().collect())
    }

    /// A call comes to an agent; its id, which is the session's.
    pub fn ring(&self, agent_email: &str, number: &str) -> u64 {
        self.shared.change(|world| world.add("Voice Inbound", "connecting", agent_email, number, None, None).id)
    }

    /// `Connected`, `Finished`, `Failed`, …
    pub fn set_status(&self, call: u64, status: &str) {
        self.shared.change(|world| world.set_status(call, status));
    }

    /// Opens the administrator's look-up address for a call, as its agent's browser does.
    pub async fn open_lookup(&self, call: u64, template: &str) -> Result<Opened, SimError> {
        let lookup = self.shared.look(|world| {
            let call = world.calls.get(&call)?;
            let agent = world.config.agents.iter().find(|a| a.email == call.agent_email)?;
            let outbound = call.call_type.contains("Outbound");
            let line = call.outbound_number.clone().unwrap_or_else(|| "+3612345678".into());
            let (support_phone_number, outbound_number) =
                if outbound { (String::new(), line) } else { (line, String::new()) };
            Some(Lookup {
                customer_phone_number: call.number.clone(),
                support_phone_number,
                outbound_number,
                session_id: call.id.to_string(),
                custom_agent_id: agent.custom_id.clone(),
            })
        });
        lookup.ok_or(SimError::NoSuchCall(call))?.open(template).await
    }

    /// Closes the port and ends all tasks.
    pub async fn shutdown(self) {
        self.shared.close();
        self.port.ended().await;
    }
}

impl Drop for CcaiSim {
    fn drop(&mut self) {
        self.shared.close();
    }
}

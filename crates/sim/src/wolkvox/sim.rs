//! The handle: start a simulated wolkvox, make it misbehave, see what was asked of it and what took effect.

use super::{
    config::WolkvoxConfig,
    journal::{Applied, Asked, Traffic, Write},
    misbehave::{Misbehaviour, Standing},
    operation::{ActivityCode, Agent, CallOrigin, CallRow, Campaign, CampaignRecord, Recall},
    server, time,
    world::Shared,
};
use crate::{
    SimError,
    port::{Closed, Port},
};
use serde::Serialize;
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::{sync::mpsc, task::JoinHandle};

/// A running simulated wolkvox. Dropping it closes everything it opened; [`WolkvoxSim::shutdown`] also waits for it.
#[derive(Debug)]
pub struct WolkvoxSim {
    shared: Arc<Shared>,
    cloud: Arc<Port>,
    local: Option<Arc<Port>>,
    absences: JoinHandle<()>,
}

/// The daily allotment of the operation (wolkvox.md, Limits).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Quota {
    pub limit: u64,
    /// Today, by all tokens and by [`WolkvoxSim::spend`].
    pub spent: u64,
}

impl WolkvoxSim {
    pub async fn start(config: WolkvoxConfig) -> Result<Self, SimError> {
        let (wanted, local) = (config.listen, config.local.clone());
        let (away, absent) = mpsc::channel(4);
        let shared = Shared::new(config, away);
        let cannot = |address| move |source| SimError::Listen { address, source };
        let watched = shared.clone();
        let closed: Closed = Arc::new(move || Box::pin(watched.closed()));
        let cloud = Port::open(closed.clone(), server::cloud(shared.clone()), wanted).await.map_err(cannot(wanted))?;
        let local = match local {
            Some(pc) => {
                let app = server::agents_pc(shared.clone());
                Some(Arc::new(Port::open(closed, app, pc.listen).await.map_err(cannot(pc.listen))?))
            }
            None => None,
        };
        let cloud = Arc::new(cloud);
        let absences = tokio::spawn(absences(absent, cloud.clone(), local.clone()));
        tracing::info!(address = %cloud.address, "a simulated wolkvox answers");
        Ok(Self { shared, cloud, local, absences })
    }

    pub fn address(&self) -> SocketAddr {
        self.cloud.address
    }

    /// `http://127.0.0.1:port`, in the place of `https://wv{server}.wolkvox.com`.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.cloud.address)
    }

    /// `http://127.0.0.1:port/api/v2`
    pub fn api_url(&self) -> String {
        format!("{}/api/v2", self.base_url())
    }

    /// `http://127.0.0.1:port/apiagentbox`, on the agent's own PC.
    pub fn local_url(&self) -> Option<String> {
        self.local.as_ref().map(|port| format!("http://{}/apiagentbox", port.address))
    }

    /// What the header `wolkvox-token` carries for this token's id.
    pub fn token(&self, id: &str) -> Option<String> {
        self.shared.look(|world| world.config.tokens.iter().find(|t| t.id == id).map(|t| t.token.clone()))
    }

    pub fn config(&self) -> WolkvoxConfig {
        self.shared.look(|world| world.config.clone())
    }

    /// Changes limits, tokens, style, whatever is set, from now on.
    pub fn adjust(&self, change: impl FnOnce(&mut WolkvoxConfig)) {
        self.shared.change(|world| change(&mut world.config));
    }

    /// Misbehaves once, at the next such request that is let in. `api`: `codify`, `campaign/recall`, `local/*`, `*`.
    pub fn misbehave(&self, api: &str, misbehaviour: Misbehaviour) {
        self.misbehave_times(api, misbehaviour, 1);
    }

    pub fn misbehave_times(&self, api: &str, misbehaviour: Misbehaviour, times: u32) {
        self.tell(Standing { api: api.into(), misbehaviour, times: Some(times) });
    }

    pub fn misbehave_until_cleared(&self, api: &str, misbehaviour: Misbehaviour) {
        self.tell(Standing { api: api.into(), misbehaviour, times: None });
    }

    fn tell(&self, standing: Standing) {
        self.shared.change(|world| world.misconduct.tell(standing));
    }

    /// Forgets all misbehaviour.
    pub fn behave(&self) {
        self.shared.change(|world| world.misconduct.clear());
    }

    /// 403 with [`WolkvoxConfig::maintenance_text`] for everything.
    pub fn maintenance(&self, on: bool) {
        self.shared.change(|world| world.maintenance = on);
    }

    /// Connections to the cloud are refused from now on, as for a machine whose address is not allowed.
    pub async fn go_offline(&self) {
        self.cloud.shut().await;
    }

    pub async fn go_online(&self) -> Result<(), SimError> {
        reopen(&self.cloud).await
    }

    /// The program on the agent's own PC ends, or starts again.
    pub async fn local_online(&self, on: bool) -> Result<(), SimError> {
        let Some(port) = &self.local else { return Ok(()) };
        if on {
            return reopen(port).await;
        }
        port.shut().await;
        Ok(())
    }

    /// The simulator's clock, in milliseconds since 1970. It runs in tokio's time.
    pub fn now(&self) -> u64 {
        self.shared.look(super::world::World::now)
    }

    /// `YYYYmmddHHiiss` in the operation's zone, so many milliseconds from now.
    pub fn date(&self, from_now: i64) -> String {
        self.shared.look(|w| time::compact(w.now().saturating_add_signed(from_now), w.config.zone_minutes))
    }

    pub fn advance(&self, by: Duration) {
        self.shared.change(|world| world.advance(i64::try_from(by.as_millis()).unwrap_or(i64::MAX)));
    }

    /// To the operation's next midnight: the quota is new (wolkvox.md, Limits).
    pub fn next_day(&self) {
        self.shared.change(super::world::World::next_day);
    }

    pub fn quota(&self) -> Quota {
        self.shared.change(|world| Quota { limit: world.quota(), spent: world.spent_today() })
    }

    /// Other programs of the operation spend so many units today.
    pub fn spend(&self, units: u64) {
        self.shared.change(|world| world.spend(units));
    }

    /// What was asked, oldest first, the refused included.
    pub fn requests(&self) -> Vec<Asked> {
        self.shared.look(|world| world.journal.asked().cloned().collect())
    }

    /// `codify`, `campaign/recall`, `local/dial`.
    pub fn requests_of(&self, api: &str) -> Vec<Asked> {
        let is = |a: &&Asked| a.api == api || api.split_once('/').is_some_and(|(f, n)| a.file == f && a.api == n);
        self.shared.look(|world| world.journal.asked().filter(is).cloned().collect())
    }

    /// Waits (10 s at most) until such a request came; the first such.
    pub async fn wait_for_request(&self, what: &str, is: impl Fn(&Asked) -> bool) -> Result<Asked, SimError> {
        self.shared.wait_for(what, |world| world.journal.asked().find(|a| is(a)).cloned()).await
    }

    /// Waits (10 s at most) until such a write took effect; the first such.
    pub async fn wait_for_applied(&self, what: &str, is: impl Fn(&Applied) -> bool) -> Result<Applied, SimError> {
        self.shared.wait_for(what, |world| world.journal.applied().find(|a| is(a)).cloned()).await
    }

    /// The writes that took effect, oldest first, answered or not.
    pub fn applied(&self) -> Vec<Applied> {
        self.shared.look(|world| world.journal.applied().cloned().collect())
    }

    /// How often this customer was coded in this campaign.
    pub fn coded(&self, campaign: &str, customer: &str) -> usize {
        let is = |write: &Write| {
            matches!(write, Write::Coded { campaign_id, customer_id, .. }
                if campaign_id == campaign && customer_id == customer)
        };
        self.shared.look(|world| world.journal.applied().filter(|a| is(&a.write)).count())
    }

    /// How often this phone was dialled, by any agent.
    pub fn dialled(&self, to: &str) -> usize {
        let is = |write: &Write| matches!(write, Write::Dialled { phone, .. } if phone == to);
        self.shared.look(|world| world.journal.applied().filter(|a| is(&a.write)).count())
    }

    /// Of one token, by its id.
    pub fn traffic(&self, token: &str) -> Traffic {
        self.shared.look(|world| world.gate.traffic(token))
    }

    /// Of all tokens, and of requests without one of ours.
    pub fn traffic_of_all(&self) -> Traffic {
        self.shared.look(|world| world.gate.traffic_of_all())
    }

    pub fn agent(&self, id: &str) -> Option<Agent> {
        self.shared.look(|world| world.operation.agent(id).cloned())
    }

    pub fn campaigns(&self) -> Vec<Campaign> {
        self.shared.look(|world| world.operation.campaigns.clone())
    }

    pub fn codes(&self) -> Vec<ActivityCode> {
        self.shared.look(|world| world.operation.codes.clone())
    }

    pub fn recalls(&self) -> Vec<Recall> {
        self.shared.look(|world| world.operation.recalls.clone())
    }

    /// All records of a campaign.
    pub fn records(&self, campaign: &str) -> Vec<CampaignRecord> {
        let is = |r: &&CampaignRecord| r.campaign_id == campaign;
        self.shared.look(|world| world.operation.records.iter().filter(is).cloned().collect())
    }

    /// Connected calls, as `cdr_1` has them.
    pub fn calls(&self) -> Vec<CallRow> {
        self.shared.look(|world| world.operation.calls.clone())
    }

    /// One more connected call in the reports: for windows too full to be read at once.
    pub fn add_calls(&self, calls: impl IntoIterator<Item = CallRow>) {
        self.shared.change(|world| world.operation.calls.extend(calls));
    }

    /// The dialler or a caller gives an agent a call, at once answered; returns its `conn_id`.
    pub fn give_call(
        &self,
        agent: &str,
        origin: CallOrigin,
        phone: &str,
        campaign_and_customer: Option<(&str, &str)>,
    ) -> String {
        let (campaign, customer) = campaign_and_customer.unzip();
        let owned = |text: Option<&str>| text.map(str::to_owned);
        self.shared.change(|world| world.begin_call(agent, origin, phone, owned(customer), owned(campaign), true))
    }

    /// The customer whose phone rings picks up.
    pub fn customer_answers(&self, agent: &str) -> Result<(), SimError> {
        self.shared.change(|world| {
            let call = world.agent_mut(agent).and_then(|a| a.call.as_mut());
            let call = call.ok_or_else(|| SimError::PhoneIdle(agent.to_owned()))?;
            call.answered = true;
            Ok(())
        })
    }

    /// The customer hangs up: after-call work begins.
    pub fn customer_hangs_up(&self, agent: &str) -> Result<(), SimError> {
        self.shared.change(|world| {
            if world.end_call(agent).is_empty() { Err(SimError::PhoneIdle(agent.to_owned())) } else { Ok(()) }
        })
    }

    /// As at the start: configuration, operation, quota, clock, journal. Requests under way keep their places.
    pub fn reset(&self) {
        self.shared.change(super::world::World::reset);
    }

    /// Closes the ports and ends all tasks.
    pub async fn shutdown(self) {
        self.shared.close();
        self.cloud.ended().await;
        if let Some(local) = &self.local {
            local.ended().await;
        }
    }
}

impl Drop for WolkvoxSim {
    fn drop(&mut self) {
        self.absences.abort();
        self.shared.close();
    }
}

async fn reopen(port: &Port) -> Result<(), SimError> {
    port.reopen().await.map_err(|source| SimError::Listen { address: port.address, source })
}

/// Goes away and comes back, as `/control/offline` told.
async fn absences(mut told: mpsc::Receiver<(Duration, bool)>, cloud: Arc<Port>, local: Option<Arc<Port>>) {
    while let Some((time, is_local)) = told.recv().await {
        let port = if is_local { local.as_ref() } else { Some(&cloud) };
        let Some(port) = port else { continue };
        port.shut().await;
        tokio::time::sleep(time).await;
        if let Err(error) = port.reopen().await {
            tracing::error!(%error, "the simulated wolkvox cannot come back");
        }
    }
}

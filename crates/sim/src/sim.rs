//! The handle: start a simulator, make it ring, make it misbehave, see what it received and sent.

use crate::{
    AsteriskSim,
    call::{CallView, Ring},
    config::{HubTarget, SimConfig},
    course::What,
    exchange::{Exchange, rings_at},
    journal::{CallNo, Pushed, Received},
    leg::LegAct,
    misbehave::{Misbehaviour, Standing},
    phones::PhoneScript,
    recordings::RecordingsAre,
    server,
    story::stories,
};
use std::{net::SocketAddr, sync::Arc, time::Duration};
use thiserror::Error;
use tokio::{net::TcpListener, sync::mpsc, task::JoinHandle};

/// How long connections may take to end at a shutdown.
const GOODBYE: Duration = Duration::from_secs(3);

/// Why the simulator did not do as told.
#[derive(Debug, Error)]
pub enum SimError {
    #[error("cannot listen on {address}: {source}")]
    Listen { address: SocketAddr, source: std::io::Error },
    #[error("there is no call {0}")]
    NoSuchCall(CallNo),
    #[error("there is no channel {0}")]
    NoSuchChannel(String),
    #[error("no call rings or talks on {0}")]
    PhoneIdle(String),
    #[error("not possible while the call is {0}")]
    NotNow(&'static str),
    #[error("{0} calls are under way, which is all this simulator takes")]
    TooManyCalls(usize),
    #[error("there is no story “{0}”")]
    NoSuchStory(String),
    #[error("waited {0} s in vain for {1}")]
    WaitedInVain(u64, String),
}

/// A running simulator. Dropping it closes everything it opened; [`Sim::shutdown`] also waits for it.
///
/// Phones wait in tokio time and pushes are real HTTP, so use short durations or [`PhoneScript::Manual`] rather than
/// paused time, which runs ahead while the network is waited for.
#[derive(Debug)]
pub struct Sim {
    exchange: Arc<Exchange>,
    server: Option<JoinHandle<()>>,
    gone: mpsc::Receiver<()>,
}

impl Sim {
    pub async fn start(config: SimConfig) -> Result<Self, SimError> {
        let wanted = config.listen;
        let cannot = |source| SimError::Listen { address: wanted, source };
        let listener = TcpListener::bind(wanted).await.map_err(cannot)?;
        let address = listener.local_addr().map_err(cannot)?;
        let (exchange, gone) = Exchange::new(config, address);
        let server = tokio::spawn(server::serve(exchange.clone(), listener));
        tracing::info!(%address, "simulated systems answer");
        Ok(Self { exchange, server: Some(server), gone })
    }

    pub fn address(&self) -> SocketAddr {
        self.exchange.address
    }

    /// `http://127.0.0.1:port`
    pub fn base_url(&self) -> String {
        format!("http://{}", self.exchange.address)
    }

    /// The full address of VIPeX's click-to-call, without parameters.
    pub fn click_to_call_url(&self) -> String {
        format!("{}{}", self.base_url(), self.exchange.config.vipex.names.path)
    }

    /// `http://127.0.0.1:port/ari`
    pub fn ari_url(&self) -> String {
        format!("{}/ari", self.base_url())
    }

    pub fn config(&self) -> &SimConfig {
        &self.exchange.config
    }

    /// Where pushes go from now on: for hubs that start after the simulator.
    pub fn set_hub(&self, hub: Option<HubTarget>) {
        self.exchange.change(|world| world.hub = hub);
    }

    /// The page drives this Asterisk as well.
    pub fn show(&self, asterisk: &AsteriskSim) {
        self.exchange.change(|world| world.asterisk = Some(asterisk.shared.clone()));
    }

    /// The page lists these systems, each a line with its address.
    pub fn list_beside(&self, systems: Vec<String>) {
        self.exchange.change(|world| world.beside = systems);
    }

    /// How recordings are written and given from now on.
    pub fn set_recordings(&self, are: RecordingsAre) {
        self.exchange.change(|world| world.recordings = are);
    }

    /// A call comes in. Returns when its notifier was answered, failed or was put off.
    pub async fn ring(&self, ring: Ring) -> Result<RingingCall, SimError> {
        let (no, told) = self.exchange.call_in(ring)?;
        told.await.map_err(|_| SimError::NoSuchCall(no))??;
        Ok(RingingCall { exchange: self.exchange.clone(), no })
    }

    /// The handle of any call, also of a click-to-call.
    pub fn call(&self, no: CallNo) -> RingingCall {
        RingingCall { exchange: self.exchange.clone(), no }
    }

    /// What a phone (extension or outside number, however written) does when it rings from now on.
    pub fn script(&self, number: &str, script: PhoneScript) {
        self.exchange.change(|world| world.script(number, script));
    }

    /// A phone to command by hand.
    pub fn phone(&self, number: &str) -> Phone {
        Phone { exchange: self.exchange.clone(), number: number.to_owned() }
    }

    /// The PBX restarts: its calls are gone, nothing is told of them, and its call ids come again.
    pub async fn restart(&self) {
        self.exchange.restart().await;
    }

    /// Plays a story, from one step to the next after so long; an error: there is no such one, or a step was not possible.
    pub async fn story(&self, name: &str, caller: &str, step: Duration) -> Result<(), SimError> {
        let story = stories().into_iter().find(|story| story.name == name);
        let story = story.ok_or_else(|| SimError::NoSuchStory(name.to_owned()))?;
        self.exchange.play_story(story, caller.to_owned(), step).await
    }

    /// Misbehaves once: at the next request or push it applies to.
    pub fn misbehave(&self, misbehaviour: Misbehaviour) {
        self.exchange.change(|world| world.misconduct.tell(Standing { misbehaviour, times: Some(1) }));
    }

    pub fn misbehave_until_cleared(&self, misbehaviour: Misbehaviour) {
        self.exchange.change(|world| world.misconduct.tell(Standing { misbehaviour, times: None }));
    }

    /// Forgets all misbehaviour.
    pub fn behave(&self) {
        self.exchange.change(|world| world.misconduct.clear());
    }

    /// Requests received (click-to-call, ARI, the redirect trap), oldest first.
    pub fn requests(&self) -> Vec<Received> {
        self.exchange.look(|world| world.journal.received().cloned().collect())
    }

    /// Pushes sent, in the order in which their answers came.
    pub fn pushes(&self) -> Vec<Pushed> {
        self.exchange.look(|world| world.journal.pushed().cloned().collect())
    }

    /// Calls, oldest first.
    pub fn calls(&self) -> Vec<CallView> {
        self.exchange.look(|world| world.calls().cloned().collect())
    }

    /// Waits (10 s at most) until a call is as described; the newest such.
    pub async fn wait_for_call(&self, what: &str, is: impl Fn(&CallView) -> bool) -> Result<CallView, SimError> {
        self.exchange.wait_for(what, |world| world.calls().rev().find(|v| is(v)).cloned()).await
    }

    /// Waits (10 s at most) until such a push was sent and answered (or failed); the first such.
    pub async fn wait_for_push(&self, what: &str, is: impl Fn(&Pushed) -> bool) -> Result<Pushed, SimError> {
        self.exchange.wait_for(what, |world| world.journal.pushed().find(|p| is(p)).cloned()).await
    }

    /// Waits (10 s at most) until such a request came; the first such.
    pub async fn wait_for_request(&self, what: &str, is: impl Fn(&Received) -> bool) -> Result<Received, SimError> {
        self.exchange.wait_for(what, |world| world.journal.received().find(|r| is(r)).cloned()).await
    }

    /// Drops all calls, closes the port, ends all tasks. Nothing more is pushed.
    pub async fn shutdown(mut self) {
        self.exchange.close();
        let wait = async {
            if let Some(server) = self.server.take() {
                let _ = server.await;
            }
            while self.gone.recv().await.is_some() {}
        };
        if tokio::time::timeout(GOODBYE, wait).await.is_err() {
            tracing::warn!("a connection or call of the simulator did not end in time");
        }
    }
}

impl Drop for Sim {
    fn drop(&mut self) {
        self.exchange.close();
        if let Some(server) = &self.server {
            server.abort();
        }
    }
}

/// A call that came in. Each act returns when what follows from it was pushed and answered, failed or was put off.
#[derive(Debug, Clone)]
pub struct RingingCall {
    exchange: Arc<Exchange>,
    no: CallNo,
}

impl RingingCall {
    pub fn no(&self) -> CallNo {
        self.no
    }

    /// `None` once it is long over and forgotten.
    pub fn view(&self) -> Option<CallView> {
        self.exchange.call(self.no)
    }

    /// The (first) phone that rings is picked up.
    pub async fn answer(&self) -> Result<(), SimError> {
        self.exchange.order(self.no, What::PickUp(None)).await
    }

    /// The caller hangs up; before an answer the PBX reports a mere end.
    pub async fn hang_up(&self) -> Result<(), SimError> {
        self.exchange.order(self.no, What::HangUp).await
    }

    /// The caller gives up, and the PBX reports a missed call.
    pub async fn miss(&self) -> Result<(), SimError> {
        self.exchange.order(self.no, What::GiveUp).await
    }

    /// Something happens at one of its phones.
    pub async fn leg(&self, act: LegAct) -> Result<(), SimError> {
        self.exchange.order(self.no, What::Leg(act)).await
    }

    /// Somebody else picks up.
    pub async fn answered_elsewhere(&self) -> Result<(), SimError> {
        self.exchange.order(self.no, What::Elsewhere).await
    }
}

/// One phone, commanded by hand. Acts return when what follows from them was pushed.
#[derive(Debug, Clone)]
pub struct Phone {
    exchange: Arc<Exchange>,
    number: String,
}

impl Phone {
    /// Waits (10 s at most) until it rings.
    pub async fn rings(&self) -> Result<CallView, SimError> {
        let what = format!("{} to ring", self.number);
        self.exchange.wait_for(&what, |world| world.calls().rev().find(|v| rings_at(v, &self.number)).cloned()).await
    }

    pub fn is_ringing(&self) -> bool {
        self.exchange.ringing_at(&self.number).is_some()
    }

    pub async fn pick_up(&self) -> Result<(), SimError> {
        self.while_ringing(What::PickUp(Some(self.number.clone()))).await
    }

    pub async fn decline(&self) -> Result<(), SimError> {
        self.while_ringing(What::Decline).await
    }

    pub async fn turn_out_busy(&self) -> Result<(), SimError> {
        self.while_ringing(What::Busy).await
    }

    /// Ends the call it is part of.
    pub async fn hang_up(&self) -> Result<(), SimError> {
        let call = self.exchange.engaged_at(&self.number).ok_or_else(|| self.idle())?;
        self.exchange.order(call.no, What::HangUp).await
    }

    async fn while_ringing(&self, what: What) -> Result<(), SimError> {
        let call = self.exchange.ringing_at(&self.number).ok_or_else(|| self.idle())?;
        self.exchange.order(call.no, what).await
    }

    fn idle(&self) -> SimError {
        SimError::PhoneIdle(self.number.clone())
    }
}

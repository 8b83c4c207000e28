//! What an agent does: calls, and acts during a call. Through wolkvox Agent on this machine where the agent sits here,
//! else through the cloud (`agentbox.php`); through the other one only where the first surely did not take it.
//!
//! Hold and mute are *the other way round* only (wolkvox.md, Agents): the state is counted along, and called a guess wherever
//! it may be wrong. Acts of one agent go one after the other, so that two clicks do not undo each other unseen.

use super::{
    WolkvoxAccount,
    client::Ask,
    outcome::{Reply, Trouble},
    valid,
    wire::Fields,
};
use crate::{
    ActFailure, Acted, CallAct, CallControl, DialRole, NotNow, Originate, OriginateFailure, Originated, StartCalls,
    Toggle, Toggles, permits::give_back_unused,
};
use async_trait::async_trait;
use reqwest::Method;
use ringcard_core::number::{CannotDial, Party};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::MutexGuard;

/// More agents than one hub has; beyond, what was known of all is forgotten, and is a guess again.
const MOST_AGENTS: usize = 10_000;

/// What is known of each agent's call.
#[derive(Debug, Default)]
pub(super) struct Known(Mutex<HashMap<String, Arc<AgentsCall>>>);

#[derive(Debug, Default)]
struct AgentsCall {
    /// Held while an act is under way.
    turn: tokio::sync::Mutex<()>,
    toggles: Mutex<Toggles>,
}

impl AgentsCall {
    /// Waits until no other act of this agent is under way. The turn comes before the permit, always: whoever has the turn
    /// may be waiting for a permit, perhaps for the one that would be held here meanwhile.
    async fn turn(&self) -> MutexGuard<'_, ()> {
        if let Ok(turn) = self.turn.try_lock() {
            return turn;
        }
        give_back_unused();
        self.turn.lock().await
    }

    fn toggles(&self) -> Toggles {
        *self.toggles.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut Toggles)) -> Toggles {
        let mut toggles = self.toggles.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut toggles);
        *toggles
    }
}

impl Known {
    fn desk(&self, agent_id: &str) -> Arc<AgentsCall> {
        let mut desks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if desks.len() >= MOST_AGENTS && !desks.contains_key(agent_id) {
            desks.clear();
        }
        Arc::clone(desks.entry(agent_id.to_owned()).or_default())
    }
}

/// An act that was taken.
#[derive(Debug, Default)]
pub(super) struct Performed {
    pub call_id: Option<String>,
    /// What wolkvox said.
    pub words: String,
}

/// The same act for both ways.
#[derive(Debug, Default)]
pub(super) struct Order {
    /// The local agent's actions, one after the other; empty: it has none for this.
    pub local: Vec<(&'static str, Vec<(&'static str, String)>)>,
    /// The cloud's `api` with its parameters, besides the agent.
    pub api: &'static str,
    pub query: Vec<(&'static str, String)>,
}

impl Order {
    fn new(local: Option<&'static str>, api: &'static str) -> Self {
        Self { local: local.into_iter().map(|action| (action, Vec::new())).collect(), api, query: Vec::new() }
    }

    fn with(mut self, local: &'static str, cloud: &'static str, value: &str) -> Self {
        for (_, query) in &mut self.local {
            query.push((local, value.to_owned()));
        }
        self.query.push((cloud, value.to_owned()));
        self
    }
}

impl WolkvoxAccount {
    /// Does it, once. `Trouble::Unknown` alone means that it may have happened.
    async fn perform(&self, agent_id: &str, act: &CallAct) -> Result<Performed, Trouble> {
        self.in_turn(agent_id, self.order(act)?, Some(act)).await
    }

    /// Codes the agent's call, once.
    pub(super) async fn code_call(
        &self,
        agent_id: &str,
        code: &str,
        second: Option<&str>,
        comment: &str,
    ) -> Result<Performed, Trouble> {
        // An empty one is forbidden there, and none is refused (wolkvox.md, Agents).
        if self.config.second_code && self.second(second)?.is_none() {
            return Err(Trouble::invalid("a call needs a second code in this operation: choose one"));
        }
        let mut order = Order::new(Some("codd"), "type").with("cod", "cod_act", &valid::code("code", code)?);
        if let Some(second) = self.second(second)? {
            order = order.with("cod2", "cod_act_2", &second);
        }
        let order = order.with("comm", "comments", &valid::comment(comment, valid::COMMENT_IN_URL)?);
        self.in_turn(agent_id, order, None).await
    }

    /// Sends an order when no other one of this agent is under way; `act` is what it does to the call's course, if anything.
    async fn in_turn(&self, agent_id: &str, order: Order, act: Option<&CallAct>) -> Result<Performed, Trouble> {
        let agent = valid::id("agent", agent_id)?;
        let desk = self.known.desk(&agent);
        let _turn = desk.turn().await;
        let wanted = wanted(act);
        if let Some((which, on)) = wanted
            && which(&mut desk.toggles()) == &(Toggle { on, known: true })
        {
            return Ok(Performed { call_id: None, words: "it is so already".to_owned() });
        }
        let outcome = self.carry_out(&agent, order).await;
        let unknown = matches!(outcome, Err(Trouble::Unknown { .. }));
        desk.change(|toggles| match (&outcome, act) {
            // Whatever comes next is another call.
            (Ok(_), Some(CallAct::HangUp | CallAct::Transfer { .. })) => {
                begin_a_call(toggles);
            }
            (Ok(_), _) => {
                if let Some((which, on)) = wanted {
                    which(toggles).on = on;
                }
            }
            (Err(_), _) if unknown => {
                if let Some((which, on)) = wanted {
                    *which(toggles) = Toggle { on, known: false };
                } else if !matches!(act, None | Some(CallAct::Dtmf { .. })) {
                    toggles.hold.known = false;
                    toggles.mute.known = false;
                }
            }
            (Err(_), _) => {}
        });
        outcome
    }

    async fn carry_out(&self, agent: &str, order: Order) -> Result<Performed, Trouble> {
        if let Some(local) = self.local.as_ref().filter(|local| local.is_for(agent) && !order.local.is_empty()) {
            match local.perform(&order.local, &self.judge.scrub).await {
                // Nobody listens there: wolkvox Agent is not running, and surely did not take it.
                Err(Trouble::NotSent { .. }) => {
                    tracing::debug!(account = self.name, "no wolkvox Agent on this machine: through the cloud");
                }
                outcome => return outcome,
            }
        }
        let mut ask = Ask::agent(Method::POST, order.api, agent);
        ask.query.extend(order.query);
        match self.ask::<Fields>(ask).await? {
            Reply::Yes(envelope) => Ok(Performed {
                call_id: call_id(envelope.rows.kept.first().map_or("", |row| row.get(&["conn_id", "id_call"]))),
                words: self.judge.scrub.clean(&envelope.msg),
            }),
            Reply::Nothing { detail } => {
                Err(Trouble::Refused { why: ringcard_core::submission::ParkReason::Gone, detail })
            }
        }
    }

    fn order(&self, act: &CallAct) -> Result<Order, Trouble> {
        Ok(match act {
            CallAct::HangUp => Order::new(Some("haup"), "hang"),
            CallAct::Hold | CallAct::Resume => Order::new(Some("hold"), "hold"),
            CallAct::Mute | CallAct::Unmute => Order::new(Some("mute"), "mute"),
            CallAct::Dtmf { tones } => {
                let tones = valid::tones(tones)?;
                // One key at a time there.
                let keys = tones.chars().map(|key| ("keyp", vec![("key", key.to_string())])).collect();
                Order { local: keys, api: "dtmf", query: vec![("tones", tones)] }
            }
            CallAct::Transfer { to } => {
                Order::new(Some("tran"), "transfer").with("phone", "customer_phone", &self.phone(to)?)
            }
            CallAct::PauseRecording | CallAct::ResumeRecording => {
                return Err(Trouble::invalid("wolkvox lets nobody pause a recording from outside"));
            }
        })
    }

    fn phone(&self, number: &Party) -> Result<String, Trouble> {
        self.dialled(number).map_err(|cannot| Trouble::invalid(cannot.to_string()))
    }

    async fn start(&self, order: &Originate) -> Result<Originated, Trouble> {
        if order.extension.trim().is_empty() {
            let detail =
                "there is no agent to ring first: set the agent's extension to the wolkvox agent id".to_owned();
            return Err(Trouble::NotConfigured { detail });
        }
        let agent = valid::id("agent", &order.extension)?;
        let request = Order::new(Some("dial"), "dial").with("phone", "customer_phone", &self.phone(&order.number)?);
        let desk = self.known.desk(&agent);
        let _turn = desk.turn().await;
        let outcome = self.carry_out(&agent, request).await;
        match &outcome {
            Ok(_) => drop(desk.change(begin_a_call)),
            Err(Trouble::Unknown { .. }) => drop(desk.change(|toggles| {
                toggles.hold.known = false;
                toggles.mute.known = false;
            })),
            Err(_) => {}
        }
        outcome.map(|done| Originated { external_id: done.call_id, advice: None })
    }
}

/// One of the two.
type Which = fn(&mut Toggles) -> &mut Toggle;

/// Which toggle an act turns, and where to.
fn wanted(act: Option<&CallAct>) -> Option<(Which, bool)> {
    let hold: Which = |toggles| &mut toggles.hold;
    let mute: Which = |toggles| &mut toggles.mute;
    match act? {
        CallAct::Hold => Some((hold, true)),
        CallAct::Resume => Some((hold, false)),
        CallAct::Mute => Some((mute, true)),
        CallAct::Unmute => Some((mute, false)),
        _ => None,
    }
}

/// A call that just began is not held. Whether the microphone stays off from one call to the next is not documented.
fn begin_a_call(toggles: &mut Toggles) {
    toggles.hold = Toggle { on: false, known: true };
    let was_off = toggles.mute.on || !toggles.mute.known;
    toggles.mute = Toggle { on: false, known: !was_off };
}

/// Longer ids are none.
fn call_id(text: &str) -> Option<String> {
    let fits = (1..=128).contains(&text.len()) && !text.chars().any(char::is_control);
    fits.then(|| text.to_owned())
}

#[async_trait]
impl StartCalls for WolkvoxAccount {
    /// The agent's id stands in `extension`: in wolkvox it is the same (wolkvox.md, Lists).
    async fn originate(&self, order: &Originate) -> Result<Originated, OriginateFailure> {
        self.start(order).await.map_err(Trouble::originate)
    }

    fn dialled(&self, number: &Party) -> Result<String, CannotDial> {
        self.config.dial.write(number, &self.plan)
    }

    fn role(&self) -> DialRole {
        DialRole::BesideOtherWork
    }
}

#[async_trait]
impl CallControl for WolkvoxAccount {
    fn can(&self, act: &CallAct) -> bool {
        !matches!(act, CallAct::PauseRecording | CallAct::ResumeRecording)
    }

    async fn act(&self, agent_id: &str, act: &CallAct) -> Result<Acted, ActFailure> {
        let done = self.perform(agent_id, act).await.map_err(failure)?;
        Ok(Acted { external_id: done.call_id, toggles: self.toggles(agent_id) })
    }

    fn toggles(&self, agent_id: &str) -> Toggles {
        self.known.desk(agent_id.trim()).toggles()
    }

    fn call_began(&self, agent_id: &str) {
        self.known.desk(agent_id.trim()).change(begin_a_call);
    }
}

fn failure(trouble: Trouble) -> ActFailure {
    match trouble {
        Trouble::NotConfigured { detail } => ActFailure::NotConfigured { detail },
        Trouble::NotSent { detail, .. } | Trouble::NotNow(NotNow { why: detail, .. }) => {
            ActFailure::Unreachable { detail }
        }
        Trouble::Unknown { detail } => ActFailure::Unknown { detail },
        Trouble::Refused { detail, .. } => ActFailure::Refused { detail },
        Trouble::Closed { why, until, detail } => ActFailure::Closed { why, until, detail },
    }
}

//! The desks that listen, and what each may see.

use super::{
    Input,
    privacy::is_open,
    task::{LiveCall, LiveTask},
};
use crate::{Agent, account::PhoneStands};
use ringcard_core::{
    Timestamp,
    call::{AgentId, Call},
    customer::Card,
    frame::{
        CallWithCard, ClosedAccount, Connection, ConnectionState, DeskEvent, HubFrame, OutboxSummary, PROTOCOL,
        Snapshot, TroubleCode,
    },
};
use std::collections::BTreeSet;
use tokio::sync::mpsc;

/// Who listens.
#[derive(Default)]
pub(super) struct Desks {
    desks: Vec<ConnectedDesk>,
    seq: u64,
}

struct ConnectedDesk {
    agent: AgentId,
    frames: mpsc::Sender<HubFrame>,
}

impl Desks {
    /// A call began, moved or ended: each of its agents sees their own side of it.
    pub fn call(&mut self, call: &Call, agents: &[Agent]) {
        for agent in &call.agents {
            let call = on_the_desk_of(agent, call, agents);
            self.send(Some(agent), &DeskEvent::Call { call });
        }
    }

    /// Of a call that was told: with one that was not, its card goes later.
    pub fn card(&mut self, live: &LiveCall, agents: &[Agent]) {
        if live.told.is_none() {
            return;
        }
        for agent in &live.call.agents {
            let card = card_for(agent, live, agents);
            self.send(Some(agent), &DeskEvent::Card { call_id: live.call.id.clone(), card });
        }
    }

    pub fn missed(&mut self, agent: &AgentId, count: u32) {
        self.send(Some(agent), &DeskEvent::Missed { count });
    }

    pub fn connections(&mut self, connections: &[Connection]) {
        for connection in connections {
            self.send(None, &DeskEvent::Connection { connection: connection.clone() });
        }
    }

    /// Whose desks listen.
    pub fn agents(&self) -> BTreeSet<AgentId> {
        self.desks.iter().map(|desk| desk.agent.clone()).collect()
    }

    pub fn tell(&mut self, agent: &AgentId, event: &DeskEvent) {
        self.send(Some(agent), event);
    }

    pub fn everybody(&mut self, event: &DeskEvent) {
        self.send(None, event);
    }

    pub fn trouble(&mut self, name: &str, code: TroubleCode, detail: &str) {
        let state = ConnectionState::Trouble { code, detail: detail.to_owned() };
        self.send(None, &DeskEvent::Connection { connection: Connection { name: name.to_owned(), state } });
    }

    /// How an agent's own phone stands. After the welcome: a desk that has no word for it passes it over.
    pub fn phone(&mut self, agent: &AgentId, extension: &str, stands: PhoneStands) {
        let trouble = |code, detail| ConnectionState::Trouble { code, detail };
        let state = match stands {
            PhoneStands::There => ConnectionState::Ready { detail: String::new() },
            PhoneStands::Away => trouble(
                TroubleCode::PhoneAway,
                format!("No phone is connected as {extension}: start it, and look whether it is registered."),
            ),
            PhoneStands::NotReached => trouble(
                TroubleCode::PhoneNotReached,
                format!("Whether a phone is connected as {extension}, its telephone system does not tell now."),
            ),
        };
        let connection = Connection { name: "phone".to_owned(), state };
        self.send(Some(agent), &DeskEvent::Connection { connection });
    }

    /// A desk that takes nothing: its way is closed.
    pub fn leave(&mut self, frames: &mpsc::Sender<HubFrame>) {
        self.desks.retain(|desk| !desk.frames.same_channel(frames));
    }

    pub fn restarting(&mut self) {
        for desk in self.desks.drain(..) {
            let _ = desk.frames.try_send(HubFrame::Restarting);
        }
    }

    /// A desk whose channel is full or closed is let go; it begins anew with a snapshot.
    fn send(&mut self, agent: Option<&AgentId>, event: &DeskEvent) {
        self.seq += 1;
        let (seq, at) = (self.seq, Timestamp::now());
        self.desks.retain(|desk| {
            if agent.is_some_and(|agent| *agent != desk.agent) {
                return true;
            }
            let sent = desk.frames.try_send(HubFrame::Event { seq, at, event: event.clone() });
            if let Err(mpsc::error::TrySendError::Full(_)) = &sent {
                tracing::warn!(agent = desk.agent.0, "a desk reads too slowly and was let go");
            }
            sent.is_ok()
        });
    }
}

impl LiveTask {
    /// `missed`: how many calls the agent missed; absent where that could not be read in time, and then it follows.
    pub(super) fn join(
        &mut self,
        agent: AgentId,
        team: Vec<AgentId>,
        frames: mpsc::Sender<HubFrame>,
        missed: Option<u32>,
    ) {
        let calls = self
            .calls
            .values()
            .filter_map(|live| Some((live.told.as_ref()?, live)))
            .filter(|(call, _)| !call.state.is_over() && call.agents.contains(&agent))
            .map(|(call, live)| CallWithCard {
                call: on_the_desk_of(&agent, call, &self.rules.agents),
                card: card_for(&agent, live, &self.rules.agents),
            })
            .filter(|seen| !seen.call.state.is_over())
            .collect();
        let mut connections = self.parts.accounts.connections();
        connections.extend(self.outbox_connection());
        connections.extend(self.state_told.clone());
        let snapshot = Snapshot {
            takes_notes: true,
            keeps_notes: true,
            asks_about_calls: self.parts.accounts.telling_state(),
            silent_call_seconds: u32::try_from(self.rules.waits.silent_call.as_secs()).ok(),
            calls,
            missed: missed.unwrap_or(0),
            connections,
            outbox: self.outbox(),
            missed_list: Some(self.missed_list_of(Some(&agent))),
            team,
            at: Some(Timestamp::now()),
        };
        let welcome = HubFrame::Welcome { protocol: PROTOCOL, seq: self.desks.seq, snapshot };
        if frames.try_send(welcome).is_ok() {
            self.desks.desks.push(ConnectedDesk { agent: agent.clone(), frames });
        }
        if let Some(stands) = self.phones_told.get(&agent) {
            let phone = self.phone_of(&agent).unwrap_or_default().to_owned();
            self.desks.phone(&agent, &phone, *stands);
        }
        if missed.is_none() {
            self.tell_missed(&[agent]);
        }
    }

    /// Agents whose phone is not connected to its telephone system hear so before they dial, and that it is again.
    pub(super) fn tell_phones(&mut self) {
        for agent in &self.rules.agents {
            let Some(phone) = agent.extension.as_deref() else { continue };
            let Some(stands) = self.parts.accounts.phone(phone) else { continue };
            let told = self.phones_told.get(&agent.id).copied().unwrap_or_default();
            if stands != told {
                self.phones_told.insert(agent.id.clone(), stands);
                self.desks.phone(&agent.id, phone, stands);
            }
        }
    }

    /// Lately there was a mistake, or it was a while ago.
    pub(super) fn tell_state(&mut self) {
        let now = self.state.borrow().connection();
        if self.state_told != now {
            self.desks.connections(now.as_slice());
            self.state_told = now;
        }
    }

    /// What waits to be sent is another.
    pub(super) fn tell_outbox(&mut self) {
        self.outbox_version += 1;
        let event = DeskEvent::Outbox { outbox: self.outbox() };
        self.desks.everybody(&event);
        let connection = self.outbox_connection();
        if self.outbox_told != connection {
            if let Some(connection) = connection.clone() {
                self.desks.connections(&[connection]);
            }
            self.outbox_told = connection;
        }
    }

    /// Listed once there was trouble with it; until then there is nothing to be said of it.
    pub(super) fn outbox_connection(&self) -> Option<Connection> {
        let state = match self.parts.outbox.state().trouble() {
            Some(detail) => ConnectionState::Trouble { code: TroubleCode::Outbox, detail },
            None if self.outbox_told.is_some() => ConnectionState::Ready { detail: String::new() },
            None => return None,
        };
        Some(Connection { name: "outbox".to_owned(), state })
    }

    /// While it is not open, who is written to is known all the same: what agents save meanwhile waits on their desks.
    fn outbox(&self) -> OutboxSummary {
        let now = self.parts.outbox.state().summary().unwrap_or_default();
        let closed = |(account, gate)| ClosedAccount { account, gate };
        OutboxSummary {
            waiting: now.waiting,
            needs_a_person: now.needs_a_person,
            gates: now.gates.into_iter().map(closed).collect(),
            version: self.outbox_version,
            accounts: self.parts.accounts.writable(),
            limits: self.parts.accounts.limits(),
            tickets: self.parts.accounts.asked_for_tickets().into_iter().map(|(name, _)| name).collect(),
        }
    }

    /// Asks how many calls these agents missed, and tells them.
    pub(super) fn tell_missed(&mut self, agents: &[AgentId]) {
        for agent in agents {
            let asked = self.missed_asked.entry(agent.clone()).or_default();
            *asked += 1;
            let (asked, agent, history) = (*asked, agent.clone(), self.parts.history.clone());
            self.later(async move {
                let count = history.missed(agent.clone()).await;
                Input::Act(Box::new(move |task| {
                    let is_last = task.missed_asked.get(&agent) == Some(&asked);
                    match count {
                        Ok(count) if is_last => task.desks.missed(&agent, count),
                        Ok(_) => {}
                        Err(error) => tracing::warn!(%error, "missed calls could not be counted"),
                    }
                }))
            });
        }
    }
}

/// A call as this agent's desk shows it.
fn on_the_desk_of(me: &AgentId, call: &Call, agents: &[Agent]) -> Call {
    let seen = as_seen_by(me, call, agents);
    if is_open(agents, Some(me), call) { seen } else { seen.withheld() }
}

fn card_for(me: &AgentId, live: &LiveCall, agents: &[Agent]) -> Card {
    if is_open(agents, Some(me), &live.call) { live.card.clone() } else { live.card.withheld() }
}

/// The part of a call that this agent had.
pub(crate) fn as_seen_by(me: &AgentId, call: &Call, agents: &[Agent]) -> Call {
    let phone = agents.iter().find(|agent| agent.id == *me).and_then(|agent| agent.extension.as_deref());
    call.seen_by(phone, |extension| whose(extension, agents))
}

/// A whole call, with the names of those whose phones were in it.
pub(crate) fn as_everybody_sees(call: &Call, agents: &[Agent]) -> Call {
    call.clone().with_names(|extension| whose(extension, agents))
}

fn whose(extension: &str, agents: &[Agent]) -> Option<String> {
    let agent = agents.iter().find(|agent| agent.extension.as_deref() == Some(extension))?;
    Some(agent.id.0.clone())
}

//! The desks that listen, and what each may see.

use super::task::{LiveCall, LiveTask};
use crate::Agent;
use ringcard_core::{
    Timestamp,
    call::{AgentId, Call, CallState, Direction},
    frame::{
        CallWithCard, ClosedAccount, Connection, ConnectionState, DeskEvent, HubFrame, OutboxSummary, PROTOCOL,
        RequestError, Snapshot, TroubleCode,
    },
};
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
    pub fn call(&mut self, live: &LiveCall, agents: &[Agent]) {
        for agent in &live.call.agents {
            let call = as_seen_by(agent, &live.call, agents);
            self.send(Some(agent), &DeskEvent::Call { call });
        }
    }

    pub fn card(&mut self, live: &LiveCall) {
        for agent in &live.call.agents {
            self.send(Some(agent), &DeskEvent::Card { call_id: live.call.id.clone(), card: live.card.clone() });
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

    pub fn everybody(&mut self, event: &DeskEvent) {
        self.send(None, event);
    }

    pub fn trouble(&mut self, name: &str, code: TroubleCode, detail: &str) {
        let state = ConnectionState::Trouble { code, detail: detail.to_owned() };
        self.send(None, &DeskEvent::Connection { connection: Connection { name: name.to_owned(), state } });
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
    pub(super) async fn join(&mut self, agent: AgentId, frames: mpsc::Sender<HubFrame>) {
        let calls = self
            .calls
            .values()
            .filter(|live| !live.call.state.is_over() && live.call.agents.contains(&agent))
            .map(|live| CallWithCard {
                call: as_seen_by(&agent, &live.call, &self.rules.agents),
                card: live.card.clone(),
            })
            .filter(|seen| !seen.call.state.is_over())
            .collect();
        let missed = self.parts.history.missed(agent.clone()).await.unwrap_or(0);
        let mut connections = self.parts.accounts.connections();
        connections.extend(self.outbox_connection());
        let snapshot = Snapshot { calls, missed, connections, outbox: self.outbox(), at: Some(Timestamp::now()) };
        let welcome = HubFrame::Welcome { protocol: PROTOCOL, seq: self.desks.seq, snapshot };
        if frames.try_send(welcome).is_ok() {
            self.desks.desks.push(ConnectedDesk { agent, frames });
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
        }
    }

    pub(super) async fn missed_seen(&mut self, agent: AgentId) -> Result<(), RequestError> {
        self.parts.history.missed_seen(agent.clone()).await.map_err(|error| RequestError::not_saved(&error))?;
        self.tell_missed(&[agent]).await;
        Ok(())
    }

    pub(super) async fn tell_missed(&mut self, agents: &[AgentId]) {
        for agent in agents {
            match self.parts.history.missed(agent.clone()).await {
                Ok(count) => self.desks.missed(agent, count),
                Err(error) => tracing::warn!(%error, "missed calls could not be counted"),
            }
        }
    }
}

/// A call that rang at several desks and was taken at one: the others see *answered elsewhere* from then on.
fn as_seen_by(me: &AgentId, call: &Call, agents: &[Agent]) -> Call {
    let mut seen = call.clone();
    let (Some(_), Some(extension), Direction::Inbound) = (call.connected_at, call.extension.as_deref(), call.direction)
    else {
        return seen;
    };
    let taker = agents.iter().find(|agent| agent.extension.as_deref() == Some(extension));
    if taker.is_some_and(|taker| taker.id != *me) {
        seen.state = CallState::AnsweredElsewhere;
        seen.ended_at = call.connected_at;
    }
    seen
}

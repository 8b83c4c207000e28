//! The owner task: inputs one after another, in order, without locks.

use super::{Found, Input, LiveParts, PushNotKept, Rules, desks::Desks};
use crate::{
    history::{Click, HistoryFailure, Recorded},
    outbox::{OutboxState, QueueSummary},
};
use ringcard_core::{
    Timestamp,
    call::{AgentId, Call, CallEvent, CallId, CallState, Direction},
    customer::{Card, Lookup, SetAside},
    frame::{Connection, Step, TroubleCode},
    submission::OutboxRow,
};
use std::{collections::BTreeMap, time::Duration};
use tokio::{
    sync::{broadcast, mpsc, oneshot, watch},
    time::{Instant, MissedTickBehavior, interval},
};

/// A call that is over stays this long for what comes late (call data, a second end).
const LINGER: Duration = Duration::from_secs(120);
/// How often expiry is looked at.
const TICK: Duration = Duration::from_secs(1);
/// Calls the hub follows at the same time; beyond it the oldest ended are let go, then new rings are refused.
const MOST_CALLS: usize = 2000;

/// A call the owner follows.
pub(super) struct LiveCall {
    pub call: Call,
    pub card: Card,
    /// What the look-up found last, and whom agents set aside for this call, the newest word first: together they are
    /// what the card says.
    pub found: Found,
    pub set_aside: Vec<SetAside>,
    /// When it began here, and when something was last heard of it: monotonic, so that a clock set back or forth changes nothing.
    pub seen: Instant,
    pub heard: Instant,
    /// Counts look-ups, so that an answer to an older question is dropped.
    pub asked: u32,
    /// Our own click.
    pub click: Option<Click>,
}

pub(super) struct LiveTask {
    pub rules: Rules,
    pub parts: LiveParts,
    pub calls: BTreeMap<CallId, LiveCall>,
    pub desks: Desks,
    /// Weak: the owner ends when nobody else can send any more.
    pub inputs: mpsc::WeakSender<Input>,
    waiting: Vec<(CallId, oneshot::Sender<Option<Call>>)>,
    pub outbox_version: u64,
    /// What was last said of the outbox as a connection.
    pub outbox_told: Option<Connection>,
}

impl LiveTask {
    pub async fn new(rules: Rules, parts: LiveParts, inputs: mpsc::WeakSender<Input>) -> Result<Self, HistoryFailure> {
        let mut owner = Self {
            rules,
            parts,
            calls: BTreeMap::new(),
            desks: Desks::default(),
            inputs,
            waiting: Vec::new(),
            outbox_version: 0,
            outbox_told: None,
        };
        owner.outbox_told = owner.outbox_connection();
        owner.take_up().await?;
        Ok(owner)
    }

    /// What a kill left behind: calls that were going on go on, those too old get their end.
    async fn take_up(&mut self) -> Result<(), HistoryFailure> {
        let now = Timestamp::now();
        for (call, click) in self.parts.history.unfinished().await? {
            let age = now.since(call.started_at);
            let started = Instant::now().checked_sub(age.min(self.longest(&call))).unwrap_or_else(Instant::now);
            let id = call.id.clone();
            let interrupted = call.state == CallState::Starting;
            self.calls.insert(id.clone(), LiveCall { click, ..LiveCall::new(call, started) });
            self.take_up_said(&id).await?;
            if interrupted {
                // We cannot know whether the request got out: say so, and do not repeat it.
                let _ = self.happen(&id, &CallEvent::TimedOut).await;
            }
        }
        self.expire().await;
        let ids: Vec<CallId> = self.calls.keys().cloned().collect();
        for id in ids {
            self.look_up(&id);
        }
        Ok(())
    }

    pub async fn run(mut self, mut queue: mpsc::Receiver<Input>, mut stopped: watch::Receiver<bool>) {
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let mut connections = self.parts.accounts.watch();
        let mut place = self.parts.outbox.watch();
        let mut outbox = followed(&place.borrow_and_update());
        loop {
            tokio::select! {
                biased;
                _ = stopped.changed() => break,
                input = queue.recv() => match input {
                    Some(input) => self.take(input).await,
                    None => break,
                },
                Ok(()) = connections.changed() => {
                    connections.mark_unchanged();
                    self.desks.connections(&self.parts.accounts.connections());
                    // Which accounts can be written to may have changed with them.
                    self.tell_outbox();
                }
                // It opened, or what keeps it from that is another.
                Ok(()) = place.changed() => {
                    outbox = followed(&place.borrow_and_update());
                    self.tell_outbox();
                }
                () = changed(&mut outbox) => self.tell_outbox(),
                _ = ticks.tick() => {
                    self.expire().await;
                    self.retry_look_ups();
                }
            }
        }
        self.desks.restarting();
    }

    async fn take(&mut self, input: Input) {
        match input {
            Input::Push { account, push, received, answer } => {
                let kept = self.push(&account, push, received).await;
                let _ = answer.send(kept);
            }
            Input::Dial { agent, order, answer } => {
                let started = self.dial(agent, order).await;
                let _ = answer.send(started);
            }
            Input::Control { agent, call_id, act, force, answer } => {
                self.control(agent.as_ref(), call_id, act, force, answer);
            }
            Input::Controlled { call_id, act, outcome, toggles, answer } => {
                let done = self.controlled(&call_id, &act, outcome, toggles).await;
                let _ = answer.send(done);
            }
            Input::Originated { call_id, outcome } => self.originated(&call_id, outcome).await,
            Input::LookedUp { call_id, asked, found } => self.looked_up(&call_id, asked, found).await,
            Input::Choose { call_id, customer, answer } => {
                let chosen = self.choose(&call_id, customer).await;
                let _ = answer.send(chosen);
            }
            Input::SetAside { call_id, by, customer, answer } => {
                let set_aside = self.set_aside(&call_id, by, customer).await;
                let _ = answer.send(set_aside);
            }
            Input::TakeBack { call_id, customers, answer } => {
                let taken_back = self.take_back(&call_id, &customers).await;
                let _ = answer.send(taken_back);
            }
            Input::CustomersChanged => {
                let shown: Vec<CallId> = self.calls.keys().cloned().collect();
                for call_id in shown {
                    self.look_up(&call_id);
                }
            }
            Input::Join { agent, desk, answer } => {
                self.join(agent, desk).await;
                let _ = answer.send(());
            }
            Input::MissedSeen { agent, answer } => {
                let seen = self.missed_seen(agent).await;
                let _ = answer.send(seen);
            }
            Input::Settled { call_id, answer } => self.wait_until_settled(call_id, answer),
        }
    }

    /// Moves a call on: applied, committed, told. `Ok(false)`: it said nothing new.
    pub async fn happen(&mut self, id: &CallId, event: &CallEvent) -> Result<bool, PushNotKept> {
        let now = Timestamp::now();
        let Some(live) = self.calls.get_mut(id) else { return Ok(false) };
        live.heard = Instant::now();
        if !live.call.apply(event, now) {
            return Ok(false);
        }
        let kept = self.write_down(id, vec![Step { at: now, event: event.clone() }]).await;
        self.tell(id).await;
        kept.map(|()| true)
    }

    /// Commits a call as it is now. A failure is shown to the agents, not hidden: the call itself goes on.
    pub async fn write_down(&mut self, id: &CallId, steps: Vec<Step>) -> Result<(), PushNotKept> {
        self.write_down_with(id, steps, None).await
    }

    /// The same of a call that begins with a click.
    pub async fn write_click_down(&mut self, id: &CallId, click: Click) -> Result<(), PushNotKept> {
        self.write_down_with(id, Vec::new(), Some(click)).await
    }

    async fn write_down_with(
        &mut self,
        id: &CallId,
        steps: Vec<Step>,
        click: Option<Click>,
    ) -> Result<(), PushNotKept> {
        let Some(live) = self.calls.get(id) else { return Ok(()) };
        let recorded = Recorded { call: live.call.clone(), steps, mine: self.whose(live), click };
        match self.parts.history.record(recorded).await {
            Ok(()) => Ok(()),
            Err(error) => {
                tracing::error!(call = %id, %error, "a call could not be saved");
                self.desks.trouble("history", TroubleCode::History, &error.to_string());
                Err(PushNotKept::NotSaved)
            }
        }
    }

    /// Who answered or dialled: theirs is the call.
    fn whose(&self, live: &LiveCall) -> Vec<AgentId> {
        if live.call.direction == Direction::Outbound {
            return live.call.agents.clone();
        }
        match (live.call.connected_at, live.call.extension.as_deref()) {
            (None, _) => Vec::new(),
            (Some(_), None) => live.call.agents.clone(),
            (Some(_), Some(extension)) => {
                let answered = |id: &&AgentId| {
                    self.rules
                        .agents
                        .iter()
                        .any(|agent| agent.id == **id && agent.extension.as_deref() == Some(extension))
                };
                live.call.agents.iter().filter(answered).cloned().collect()
            }
        }
    }

    /// Tells every desk concerned where a call stands.
    pub async fn tell(&mut self, id: &CallId) {
        let Some(live) = self.calls.get(id) else { return };
        tracing::info!(call = %id, account = live.call.account, state = %live.call.state, "call");
        self.desks.call(live, &self.rules.agents);
        let call = live.call.clone();
        if call.state == CallState::Missed {
            self.tell_missed(&call.agents).await;
        }
        if call.state != CallState::Starting {
            for (_, answer) in self.waiting.extract_if(.., |(waits_for, _)| waits_for == id) {
                let _ = answer.send(Some(call.clone()));
            }
        }
    }

    fn wait_until_settled(&mut self, call_id: CallId, answer: oneshot::Sender<Option<Call>>) {
        match self.calls.get(&call_id) {
            Some(live) if live.call.state == CallState::Starting => self.waiting.push((call_id, answer)),
            known => {
                let _ = answer.send(known.map(|live| live.call.clone()));
            }
        }
    }

    /// Gives calls nothing more was heard of their end, and forgets those long over.
    async fn expire(&mut self) {
        let expired: Vec<CallId> = self
            .calls
            .iter()
            .filter(|(_, live)| !live.call.state.is_over() && live.heard.elapsed() >= self.longest(&live.call))
            .map(|(id, _)| id.clone())
            .collect();
        for id in expired {
            let _ = self.happen(&id, &CallEvent::Expired).await;
        }
        self.calls.retain(|_, live| !live.call.state.is_over() || live.heard.elapsed() < LINGER);
    }

    /// Makes room for one more call; `false`: there is none.
    pub fn make_room(&mut self) -> bool {
        if self.calls.len() < MOST_CALLS {
            return true;
        }
        self.calls.retain(|_, live| !live.call.state.is_over());
        self.calls.len() < MOST_CALLS
    }

    /// For how long a call goes on without a word.
    fn longest(&self, call: &Call) -> Duration {
        match call.state {
            CallState::Connected => self.rules.conversation_expires,
            // Such a telephone system pushes nothing: they may be talking since the phone rang.
            CallState::AgentRinging if call.controls.is_some() => self.rules.conversation_expires,
            _ => self.rules.ring_expires,
        }
    }

    /// Sends something to ourselves later, from a task.
    pub fn later(&self, work: impl Future<Output = Input> + Send + 'static) {
        let inputs = self.inputs.clone();
        tokio::spawn(async move {
            let input = work.await;
            if let Some(inputs) = inputs.upgrade() {
                let _ = inputs.send(input).await;
            }
        });
    }
}

impl LiveCall {
    pub fn new(call: Call, seen: Instant) -> Self {
        let card = Card { version: 1, lookup: Lookup::Looking, earlier: Vec::new(), set_aside: Vec::new() };
        let found = Found { lookup: Lookup::Looking, not_theirs: Vec::new(), earlier: Vec::new() };
        Self { call, card, found, set_aside: Vec::new(), seen, heard: seen, asked: 0, click: None }
    }

    /// A call that was let go, for what is still said of it: a ring or a click that comes now is no repetition of its own.
    pub fn long_over(call: Call) -> Self {
        let now = Instant::now();
        Self { heard: now, ..Self::new(call, now.checked_sub(LINGER).unwrap_or(now)) }
    }
}

type Followed = (watch::Receiver<QueueSummary>, broadcast::Receiver<OutboxRow>);

fn followed(outbox: &OutboxState) -> Option<Followed> {
    outbox.open().ok().map(|outbox| (outbox.watch(), outbox.changes()))
}

/// Waits until a row of the outbox, or what is said of it in short, is another.
async fn changed(outbox: &mut Option<Followed>) {
    let Some((summary, rows)) = outbox else { return std::future::pending().await };
    tokio::select! {
        changed = summary.changed() => if changed.is_err() { return std::future::pending().await },
        row = rows.recv() => if row == Err(broadcast::error::RecvError::Closed) { return std::future::pending().await },
    }
    // Many rows at once are one change.
    summary.mark_unchanged();
    *rows = rows.resubscribe();
}

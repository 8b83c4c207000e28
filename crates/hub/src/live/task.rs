//! The task that owns the calls: inputs one after another, in order, without locks.
//!
//! It waits for nothing but the next input. No function below [`LiveTask::run`] is `async`: a commit goes on in
//! [`super::commits`] when it is through, and whoever has to read a file or ask another system does that before or beside,
//! and comes with what was found.

use super::{
    Found, Input, LiveParts, LiveState, PushNotKept, Rules,
    alive::Asked,
    clock::Clock,
    commits::Commits,
    desks::Desks,
    expire::LINGER,
    missed_list::LiveMissed,
    parts::{Elsewhere, KnownElsewhere},
    supervised::stops,
};
use crate::{
    account::PhoneStands,
    history::{Click, HistoryFailure, Recorded, Unfinished},
    outbox::{OutboxState, QueueSummary},
};
use futures_util::FutureExt;
use ringcard_core::{
    Timestamp,
    call::{AgentId, Call, CallEvent, CallId, CallState, Direction, MayCome, Patience, follow::insert},
    customer::{Card, Lookup, SetAside},
    frame::{Connection, Step, TroubleCode},
    submission::OutboxRow,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    panic::AssertUnwindSafe,
    time::Duration,
};
use tokio::{
    sync::{broadcast, mpsc, oneshot, watch},
    time::{Instant, MissedTickBehavior, interval},
};

/// How often expiry is looked at.
const TICK: Duration = Duration::from_secs(1);

/// A call the owner follows.
pub(super) struct LiveCall {
    pub call: Call,
    pub card: Card,
    /// What the look-up found last, and whom agents set aside for this call, the newest word first: together they are
    /// what the card says.
    pub found: Found,
    /// What other systems say of the same number.
    pub elsewhere: Elsewhere,
    pub set_aside: Vec<SetAside>,
    /// When it began here, and when something was last heard of it: monotonic, so that a clock set back or forth changes nothing.
    pub seen: Instant,
    pub heard: Instant,
    /// Counts look-ups, so that an answer to an older question is dropped.
    pub asked: u32,
    /// The call as its desks know it: as it was when it was last kept.
    pub told: Option<Call>,
    /// Steps that could not be kept, for the next time.
    pub unkept: Option<Vec<Step>>,
    /// Our own click, and those that were the same.
    pub clicks: Vec<Click>,
    /// All that was said of it, in the order in which it happened: the call follows from it.
    pub steps: Vec<Step>,
    /// What may still come of it.
    pub may_come: MayCome,
    /// Of what came without a time, the last.
    pub last_moment: Timestamp,
    /// Whether its telephone system was asked if it goes on.
    pub asked_alive: Asked,
}

pub(super) struct LiveTask {
    pub rules: Rules,
    pub parts: LiveParts,
    pub calls: BTreeMap<CallId, LiveCall>,
    pub desks: Desks,
    pub commits: Commits,
    /// Weak: the task ends when nobody else can send any more.
    pub inputs: mpsc::WeakSender<Input>,
    waiting: Vec<(CallId, oneshot::Sender<Option<Call>>)>,
    /// Counts questions for an agent's missed calls, so that an answer to an older one is dropped.
    pub missed_asked: BTreeMap<AgentId, u64>,
    /// The team's missed calls that are left to do.
    pub missed: LiveMissed,
    pub outbox_version: u64,
    /// What was last said of the outbox as a connection.
    pub outbox_told: Option<Connection>,
    /// Says when the call list was begun anew.
    begun: watch::Receiver<u64>,
    /// What goes on could not be written into it.
    pub is_uncarried: bool,
    pub state: watch::Receiver<LiveState>,
    /// What was last said of the calls as a connection.
    pub state_told: Option<Connection>,
    /// Accounts that told when a phone of ours was picked up in click-to-call.
    pub tells_pick_up: BTreeSet<String>,
    /// How the clocks of accounts go that tell when something happened.
    pub clocks: BTreeMap<String, Clock>,
    /// By account, how many questions are under way whether a call goes on.
    pub asking_alive: BTreeMap<String, usize>,
    /// What agents were told last of how their phone stands.
    pub phones_told: BTreeMap<AgentId, PhoneStands>,
}

impl LiveTask {
    pub async fn new(
        rules: Rules,
        parts: LiveParts,
        inputs: mpsc::WeakSender<Input>,
        state: watch::Receiver<LiveState>,
    ) -> Result<Self, HistoryFailure> {
        let state_told = state.borrow().connection();
        let begun = parts.history.begun_anew();
        let missed = LiveMissed::read(&parts.history).await?;
        let mut task = Self {
            rules,
            parts,
            calls: BTreeMap::new(),
            desks: Desks::default(),
            commits: Commits::default(),
            inputs,
            waiting: Vec::new(),
            missed_asked: BTreeMap::new(),
            missed,
            outbox_version: 0,
            outbox_told: None,
            begun,
            is_uncarried: false,
            state,
            state_told,
            tells_pick_up: BTreeSet::new(),
            clocks: BTreeMap::new(),
            asking_alive: BTreeMap::new(),
            phones_told: BTreeMap::new(),
        };
        task.outbox_told = task.outbox_connection();
        task.missed_taken_up();
        task.take_up().await?;
        Ok(task)
    }

    /// What a kill left behind: calls that were going on go on, those too old get their end.
    async fn take_up(&mut self) -> Result<(), HistoryFailure> {
        // Without, they show again how they go.
        let clocks = self.parts.history.clocks().await.unwrap_or_else(|error| {
            tracing::warn!(%error, "how the clocks of telephone systems go could not be read");
            BTreeMap::new()
        });
        self.clocks = clocks.into_iter().map(|(account, ahead)| (account, Clock::kept(ahead))).collect();
        let now = Timestamp::now();
        for Unfinished { mut call, click, said, steps } in self.parts.history.unfinished().await? {
            let age = now.since(call.started_at);
            let started = Instant::now().checked_sub(age.min(self.longest(&call))).unwrap_or_else(Instant::now);
            let id = call.id.clone();
            let interrupted = call.state == CallState::Starting;
            let clicks = click.into_iter().collect();
            let written = call.clone();
            let (steps, may_come) = taken_up(&mut call, steps, &self.patience());
            // Since its last word nothing was heard of it.
            let silent = steps.last().map_or(age, |last| now.since(last.at)).min(age);
            let heard = Instant::now().checked_sub(silent.min(self.longest(&call))).unwrap_or_else(Instant::now);
            let told = Some(call.clone());
            let asked_alive = Asked::soon();
            let live = LiveCall { told, clicks, steps, may_come, heard, asked_alive, ..LiveCall::new(call, started) };
            self.calls.insert(id.clone(), live);
            self.take_up_said(&id, said);
            if self.calls.get(&id).is_some_and(|live| live.call != written) {
                // By today's rules what was said of it makes another call: the list is to say so.
                self.write_down(&id, Vec::new(), |_, _, _| {});
            }
            if interrupted {
                // We cannot know whether the request got out: say so, and do not repeat it.
                self.happen(&id, &CallEvent::TimedOut, |_, _| {});
            }
        }
        self.expire();
        self.keep_all().await;
        let ids: Vec<CallId> = self.calls.keys().cloned().collect();
        for id in ids {
            self.look_up(&id);
        }
        self.tell_phones();
        self.ask_silent();
        Ok(())
    }

    /// Until the hub stops, or nobody can send any more.
    pub async fn run(mut self, queue: &mut mpsc::Receiver<Input>, stopped: &mut watch::Receiver<bool>) {
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let mut connections = self.parts.accounts.watch();
        let mut place = self.parts.outbox.watch();
        let mut outbox = followed(&place.borrow_and_update());
        loop {
            tokio::select! {
                biased;
                () = stops(stopped) => break,
                committed = self.commits.next() => committed.go_on(&mut self),
                Ok(()) = self.begun.changed() => {
                    self.carry_over();
                    self.missed_is_stale();
                }
                news = self.missed.next() => self.missed_news(news),
                input = queue.recv(), if self.commits.have_room() => match input {
                    Some(input) => self.take(input),
                    None => break,
                },
                Ok(()) = connections.changed() => {
                    connections.mark_unchanged();
                    self.desks.connections(&self.parts.accounts.connections());
                    // Which accounts can be written to may have changed with them.
                    self.tell_outbox();
                    self.tell_phones();
                }
                // It opened, or what keeps it from that is another.
                Ok(()) = place.changed() => {
                    outbox = followed(&place.borrow_and_update());
                    self.tell_outbox();
                }
                () = changed(&mut outbox) => self.tell_outbox(),
                _ = ticks.tick() => {
                    if std::mem::take(&mut self.is_uncarried) {
                        self.carry_over();
                    }
                    self.read_missed_again();
                    self.tell_state();
                    self.suppose();
                    self.give_up_stale();
                    self.expire();
                    self.ask_silent();
                    self.retry_look_ups();
                    self.ask_unanswered();
                }
            }
        }
        self.keep_all().await;
        self.desks.restarting();
    }

    /// Until everything that was decided is kept.
    async fn keep_all(&mut self) {
        while !self.commits.is_empty() {
            self.commits.next().await.go_on(self);
        }
    }

    fn take(&mut self, input: Input) {
        match input {
            Input::Push { account, push, received, answer } => self.push(&account, push, received, answer),
            Input::Dial { agent, order, known, answer } => self.dial(agent, order, known, answer),
            Input::Control { agent, call_id, act, force, answer } => {
                self.control(agent.as_ref(), call_id, act, force, answer);
            }
            Input::Controlled { call_id, act, outcome, toggles, answer } => {
                self.controlled(&call_id, &act, outcome, toggles, answer);
            }
            Input::Originated { call_id, outcome } => self.originated(&call_id, outcome),
            Input::LookedUp { call_id, asked, found } => self.looked_up(&call_id, asked, found),
            Input::CustomersChanged => {
                let shown: Vec<CallId> = self.calls.keys().cloned().collect();
                for call_id in shown {
                    self.look_up(&call_id);
                }
            }
            Input::Join { agent, team, desk, missed, answer } => {
                self.join(agent, team, desk, missed);
                let _ = answer.send(());
            }
            Input::Leave { desk } => self.desks.leave(&desk),
            Input::Settled { call_id, answer } => self.wait_until_settled(call_id, answer),
            Input::Act(act) => act(self),
        }
    }

    /// What is known of a call is kept, though nothing new was said: what could not be kept before is tried again.
    pub fn nothing_new(&mut self, id: &CallId, then: impl FnOnce(&mut Self, Result<(), PushNotKept>) + Send + 'static) {
        let id = id.clone();
        // What is on its way to the disk may fail: it is looked at when that is through.
        self.when_kept(move |task| match task.calls.get(&id).is_some_and(|live| live.unkept.is_some()) {
            true => task.write_down(&id, Vec::new(), |task, _, kept| then(task, kept)),
            false => then(task, Ok(())),
        });
    }

    /// Commits a call as it is now, which is what `then` gets. A failure is shown to the agents, not hidden: the call itself
    /// goes on.
    pub fn write_down(
        &mut self,
        id: &CallId,
        steps: Vec<Step>,
        then: impl FnOnce(&mut Self, Call, Result<(), PushNotKept>) + Send + 'static,
    ) {
        self.write_down_with(id, steps, None, then);
    }

    /// The same of a call that begins with a click.
    pub fn write_click_down(
        &mut self,
        id: &CallId,
        click: Click,
        then: impl FnOnce(&mut Self, Call, Result<(), PushNotKept>) + Send + 'static,
    ) {
        self.write_down_with(id, Vec::new(), Some(click), then);
    }

    fn write_down_with(
        &mut self,
        id: &CallId,
        steps: Vec<Step>,
        click: Option<Click>,
        then: impl FnOnce(&mut Self, Call, Result<(), PushNotKept>) + Send + 'static,
    ) {
        self.take_privacy(id);
        let Some(live) = self.calls.get_mut(id) else { return };
        let steps: Vec<Step> = live.unkept.take().into_iter().flatten().chain(steps).collect();
        let call = live.call.clone();
        let mine = self.calls.get(id).map(|live| self.whose(live)).unwrap_or_default();
        let recorded = Recorded { call: call.clone(), steps: steps.clone(), mine, click };
        let history = self.parts.history.clone();
        self.commit(async move { history.record(recorded).await }, move |task, kept| {
            let kept = kept.map_err(|error| {
                tracing::error!(call = %call.id, %error, "a call could not be saved");
                task.desks.trouble("history", TroubleCode::History, &error.to_string());
                task.keep_for_later(&call.id, steps);
                PushNotKept::NotSaved
            });
            then(task, call, kept);
        });
    }

    /// Who answered or dialled: theirs is the call.
    pub(super) fn whose(&self, live: &LiveCall) -> Vec<AgentId> {
        let call = &live.call;
        let is_theirs = |id: &&AgentId| {
            let phone = self.phone_of(id);
            let answered = call.was_answered_by(phone);
            match call.direction {
                Direction::Inbound => call.connected_at.is_some() && answered,
                // Whom it was passed to has a leg of their own.
                Direction::Outbound => answered || !call.is_in_it(phone) || phone == call.extension.as_deref(),
            }
        };
        call.agents.iter().filter(is_theirs).cloned().collect()
    }

    /// The phone of an agent.
    pub(super) fn phone_of(&self, id: &AgentId) -> Option<&str> {
        self.rules.agents.iter().find(|agent| agent.id == *id)?.extension.as_deref()
    }

    /// Tells every desk concerned where a call stands, as it is kept.
    pub fn tell(&mut self, call: Call) {
        tracing::info!(call = %call.id, account = call.account, state = %call.state, "call");
        self.desks.call(&call, &self.rules.agents);
        if let Some(live) = self.calls.get_mut(&call.id) {
            live.told = Some(call.clone());
        }
        if call.state == CallState::Missed {
            self.tell_missed(&call.agents);
        }
        if call.state != CallState::Starting {
            for (_, answer) in self.waiting.extract_if(.., |(waits_for, _)| *waits_for == call.id) {
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

    /// The same as [`Self::later`], for what must not end without a word; `otherwise`: what is taken in after a mistake of ours.
    pub fn later_or(&self, otherwise: Input, work: impl Future<Output = Input> + Send + 'static) {
        let work = AssertUnwindSafe(work).catch_unwind();
        self.later(async move { work.await.unwrap_or(otherwise) });
    }

    /// Does something slow beside, and takes what comes of it as an input.
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
        let card = Card {
            version: 1,
            lookup: Lookup::Looking,
            earlier: Vec::new(),
            set_aside: Vec::new(),
            notes: Vec::new(),
            recorded: false,
            parts: Vec::new(),
        };
        let (lookup, known) = (Lookup::Looking, KnownElsewhere::default());
        let found = Found { lookup, not_theirs: Vec::new(), earlier: Vec::new(), known };
        Self {
            call,
            card,
            found,
            elsewhere: Elsewhere::default(),
            set_aside: Vec::new(),
            seen,
            heard: seen,
            asked: 0,
            told: None,
            unkept: None,
            clicks: Vec::new(),
            steps: Vec::new(),
            may_come: MayCome::default(),
            last_moment: Timestamp(i64::MIN),
            asked_alive: Asked::default(),
        }
    }

    /// A call that was let go, for what is still said of it: a ring or a click that comes now is no repetition of its own.
    pub fn long_over(call: Call) -> Self {
        let now = Instant::now();
        Self { heard: now, ..Self::new(call, now.checked_sub(LINGER).unwrap_or(now)) }
    }
}

/// A call that an older version wrote is what it says; of the others, what was said of them counts.
pub(super) fn taken_up(call: &mut Call, steps: Vec<Step>, patience: &Patience) -> (Vec<Step>, MayCome) {
    let mut known = Vec::new();
    // Older versions wrote down who was connected beside the steps.
    let phone = call.extension.clone().filter(|_| call.course.legs.is_empty() && call.connected_at.is_some());
    for mut step in steps {
        if matches!(step.event, CallEvent::Connected | CallEvent::AgentAnswered) && step.of.is_whole_call() {
            step.of.extension.clone_from(&phone);
        }
        insert(&mut known, step);
    }
    let may_come = match known.is_empty() {
        true => MayCome::default(),
        false => call.follow(&known, patience),
    };
    (known, may_come)
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

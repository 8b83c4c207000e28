//! The one task that owns the desk: hub, agent and clock are its messages.

mod after_call;
mod asking;
mod callbacks;
mod coding;
mod end_here;
mod file;
mod forms;
mod left;
mod notes;
mod questions;
mod show;

pub(super) use after_call::Task;
pub(super) use asking::{AskingTask, Dialler, Wish};
pub(super) use callbacks::CallbackTask;
pub(super) use left::LeftTask;
pub(super) use questions::refused;

use crate::{
    asking::Asking,
    attention::{Alerts, Attention, line_of, who, who_was},
    calls::{Calls, Change},
    dial::LastDial,
    hub_time::HubTime,
    left::Left,
    link::{KeptLink, LinkNews, LinkState, OpenLink},
    lost_end::{self, Silence},
    missed::{Missed, MissedRows},
    pop::{Pop, PopupAct},
    preferences::{Lets, Preferences},
    view::{DeskView, PopView},
    wrap_up::WrapUps,
};
use after_call::AfterCall;
use notes::NotesSoFar;
use questions::{ForWhom, Questions};
use ringcard_core::{
    Timestamp,
    call::{AgentId, CallId, Direction},
    frame::{
        CallFilter, Connection, DeskEvent, DeskFrame, HubFrame, OutboxSummary, Reply, Request, RequestError, Snapshot,
    },
};
use show::Views;
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{mpsc, oneshot, watch},
    time::{Instant, sleep_until},
};

/// What others tell the desk.
pub(super) enum Message {
    Adopt(Box<Preferences>),
    OpenLink(Arc<dyn OpenLink>),
    Popup { act: PopupAct, done: oneshot::Sender<()> },
    DoNotDisturb(bool),
    AlertTakenAway(CallId),
    Asking(AskingTask),
    AfterCall(Task),
    Callbacks(CallbackTask),
    Missed(oneshot::Sender<MissedRows>),
    Left(LeftTask),
    Ask { request: Box<Request>, answer: oneshot::Sender<Result<Reply, RequestError>> },
}

/// When a card that somebody was busy with, and that by now would stay, is looked at again.
const TRY_AGAIN: Duration = Duration::from_secs(8);

pub(super) struct DeskTask {
    preferences: Preferences,
    messages: mpsc::Receiver<Message>,
    line: KeptLink,
    line_state: LinkState,
    /// Present while there is none, after the first try.
    no_line: Option<NoLine>,
    calls: Calls,
    pop: Pop,
    alerts: Alerts,
    last_dial: LastDial,
    asking: Asking,
    missed: u32,
    /// Everybody of the team, where this agent may see everybody's calls.
    team: Vec<AgentId>,
    missed_list: Missed,
    /// Counts what changed among notes of calls; absent: the hub keeps none.
    call_notes: Option<u32>,
    left: Left,
    connections: Vec<Connection>,
    outbox: OutboxSummary,
    hub_time: HubTime,
    after: AfterCall,
    notes: NotesSoFar,
    questions: Questions,
    views: Views,
}

/// Why there is no line.
struct NoLine {
    why: String,
    tries: u32,
    /// Not for want of a hub.
    is_refused: bool,
}

impl DeskTask {
    pub fn new(preferences: Preferences, way_to_hub: Arc<dyn OpenLink>, messages: mpsc::Receiver<Message>) -> Self {
        let line = KeptLink::new(way_to_hub, preferences.agent_id.clone());
        let wrap_ups = WrapUps::new(preferences.wrap_up.clone(), preferences.plan.clone());
        let mut owner = Self {
            views: Views::new(&preferences),
            preferences,
            messages,
            line,
            line_state: LinkState::Dialling,
            no_line: None,
            calls: Calls::default(),
            pop: Pop::default(),
            alerts: Alerts::default(),
            last_dial: LastDial::default(),
            asking: Asking::default(),
            missed: 0,
            team: Vec::new(),
            missed_list: Missed::default(),
            call_notes: None,
            left: Left::default(),
            connections: Vec::new(),
            outbox: OutboxSummary::default(),
            hub_time: HubTime::default(),
            after: AfterCall::new(wrap_ups),
            notes: NotesSoFar::default(),
            questions: Questions::default(),
        };
        owner.show();
        owner
    }

    pub fn watch_pop(&self) -> watch::Receiver<Arc<PopView>> {
        self.views.pop.subscribe()
    }

    pub fn watch_view(&self) -> watch::Receiver<Arc<DeskView>> {
        self.views.desk.subscribe()
    }

    pub fn watch_attention(&self) -> watch::Receiver<Arc<Attention>> {
        self.views.attention.subscribe()
    }

    pub async fn run(mut self) {
        loop {
            let wake_at = self.wake_at();
            tokio::select! {
                biased;
                message = self.messages.recv() => match message {
                    Some(message) => self.hear(message),
                    None => return,
                },
                news = self.line.next() => self.news(news),
                news = self.after.file.news() => self.file_news(news),
                () = sleep_until(wake_at.unwrap_or_else(Instant::now)), if wake_at.is_some() => self.tick(),
            }
        }
    }

    fn hear(&mut self, message: Message) {
        match message {
            Message::Adopt(preferences) => self.adopt(*preferences),
            Message::OpenLink(way_to_hub) => {
                self.use_line(KeptLink::new(way_to_hub, self.preferences.agent_id.clone()))
            }
            Message::Popup { act, done } => {
                self.callbacks_on_popup(&act);
                self.question_on_popup(&act);
                self.pop.act(act, &mut self.calls);
                self.show();
                let _ = done.send(());
            }
            Message::DoNotDisturb(on) => {
                self.preferences.do_not_disturb = on;
                self.calls.hush(self.is_quiet());
                self.show();
            }
            Message::AlertTakenAway(call_id) => {
                self.alerts.take_away(&call_id);
                self.after.own.alert_taken_away(&call_id, Timestamp::now());
                self.show();
            }
            Message::Asking(task) => self.asking_task(task),
            Message::AfterCall(task) => self.task(task),
            Message::Callbacks(task) => self.callback_task(task),
            Message::Missed(answer) => drop(answer.send(self.missed_list.list())),
            Message::Left(task) => self.left_task(task),
            Message::Ask { request, answer } => match *request {
                Request::EndHere { call_id } => self.end_here(call_id, answer),
                Request::MissedSeen => self.ask(Request::MissedSeen, ForWhom::MissedSeen(answer)),
                Request::NoCodeNeeded { call_id } => {
                    let request = Request::NoCodeNeeded { call_id: call_id.clone() };
                    self.ask(request, ForWhom::NoCodeNeeded(call_id, answer));
                }
                request => self.ask(request, ForWhom::Somebody(answer)),
            },
        }
    }

    fn adopt(&mut self, preferences: Preferences) {
        let was_quiet = self.is_quiet();
        let was = std::mem::replace(&mut self.preferences, preferences);
        if self.is_quiet() != was_quiet {
            self.calls.hush(self.is_quiet());
        }
        self.wrap_up_settings_changed();
        if !self.preferences.links {
            self.asking.links_off();
        }
        if was.agent_id != self.preferences.agent_id {
            self.use_line(self.line.for_agent(self.preferences.agent_id.clone()));
        }
        self.show();
    }

    fn use_line(&mut self, line: KeptLink) {
        self.line = line;
        self.no_line = None;
        self.line_gone(LinkState::Dialling);
    }

    fn news(&mut self, news: LinkNews) {
        match news {
            LinkNews::State(state) => self.line_gone(state),
            LinkNews::Frame(frame) => {
                // The first frame is what makes a line open.
                self.line_state = LinkState::Connected;
                self.no_line = None;
                self.frame(*frame);
                self.show();
            }
        }
    }

    fn frame(&mut self, frame: HubFrame) {
        match frame {
            HubFrame::Welcome { snapshot, .. } => self.welcome(snapshot),
            HubFrame::Event { at, event, .. } => {
                self.hub_time.hear(at, Instant::now(), Timestamp::now());
                self.event(event);
            }
            HubFrame::Reply { id, reply } => self.reply(id, reply),
            HubFrame::Accepted { key } => self.accepted(&key),
            HubFrame::NotAccepted { key, error } => self.not_accepted(&key, error),
            HubFrame::Restarting => tracing::info!("the hub restarts"),
            // The line takes this as its end.
            HubFrame::Refused { .. } => {}
        }
    }

    fn welcome(&mut self, snapshot: Snapshot) {
        if let Some(at) = snapshot.at {
            self.hub_time.hear(at, Instant::now(), Timestamp::now());
        }
        let in_hand = self.after.wrap_ups.iter().map(|wrap_up| wrap_up.call.id.clone());
        self.notes.welcome(snapshot.takes_notes, in_hand);
        self.missed = snapshot.missed;
        self.team = snapshot.team;
        self.missed_list.welcome(snapshot.missed_list);
        // What changed while there was no line, nobody told.
        self.call_notes = snapshot.keeps_notes.then(|| self.call_notes.unwrap_or(0).wrapping_add(1));
        self.connections = snapshot.connections;
        self.outbox = snapshot.outbox;
        let mut silence = Silence { asked: snapshot.asks_about_calls.into_iter().collect(), ..Silence::default() };
        if let Some(seconds) = snapshot.silent_call_seconds {
            silence.very_long = Duration::from_secs(seconds.into());
        }
        let (quiet, hide_after) = (self.is_quiet(), self.preferences.hide_after);
        let gone = self.calls.adopt(snapshot.calls, silence, quiet, hide_after, Instant::now());
        for id in gone {
            self.ask(Request::Call { id: id.clone() }, ForWhom::Outcome(id));
        }
        if self.missed > 0 && self.alerts.last_missed().is_none() {
            let filter = CallFilter { missed: true, ..CallFilter::default() };
            self.ask(Request::Calls { filter, before: None, limit: 1 }, ForWhom::LastMissed);
        }
        self.line_stands();
    }

    fn event(&mut self, event: DeskEvent) {
        match event {
            DeskEvent::Call { call } => {
                let id = call.id.clone();
                let change = self.calls.take(call, self.is_quiet(), self.preferences.hide_after, Instant::now());
                match change {
                    Change::Missed => self.missed_call(&id),
                    Change::Came => self.came(&id),
                    Change::Nothing | Change::Changed => {}
                }
                if change != Change::Nothing {
                    self.call_moved(&id);
                }
            }
            DeskEvent::Card { call_id, card } => {
                self.calls.take_card(&call_id, card);
                self.card_changed(&call_id);
            }
            DeskEvent::Missed { count } => {
                self.missed = count;
                if count == 0 {
                    self.alerts.missed_seen();
                }
            }
            DeskEvent::MissedList { rows, gone } => self.missed_list.take(rows, &gone),
            DeskEvent::Notes { .. } => self.call_notes = self.call_notes.map(|version| version.wrapping_add(1)),
            DeskEvent::Connection { connection } => {
                match self.connections.iter_mut().find(|known| known.name == connection.name) {
                    Some(known) => *known = connection,
                    None => self.connections.push(connection),
                }
            }
            DeskEvent::Outbox { outbox } => {
                self.outbox = outbox;
                self.outbox_changed();
            }
        }
    }

    fn came(&mut self, id: &CallId) {
        if self.calls.get(id).is_some_and(|entry| entry.call.direction == Direction::Outbound) {
            self.pop.dialled(id, &self.calls);
        }
    }

    fn missed_call(&mut self, id: &CallId) {
        let Some(entry) = self.calls.get(id) else { return };
        let notify = self.preferences.quiet.notifies() && !self.preferences.do_not_disturb;
        let (who, line) =
            (who(&entry.call, &entry.card, &entry.number), line_of(&entry.call, entry.line_number.as_ref()));
        self.alerts.missed(who, line, notify);
    }

    fn ask(&mut self, request: Request, for_whom: ForWhom) {
        if self.line_state != LinkState::Connected {
            return self.answer(for_whom, Err(questions::offline(&self.line_state)));
        }
        let (id, within) = (self.questions.number(), questions::answer_within(&request));
        if self.questions.is_full() || !self.line.send(DeskFrame::Request { id, request }) {
            return self.answer(for_whom, Err(questions::too_many()));
        }
        self.questions.sent(id, for_whom, Instant::now() + within);
    }

    fn reply(&mut self, id: u64, reply: Result<Reply, RequestError>) {
        if let Some(for_whom) = self.questions.answered(id) {
            self.answer(for_whom, reply);
        }
    }

    fn answer(&mut self, for_whom: ForWhom, reply: Result<Reply, RequestError>) {
        // Whoever asked may have gone meanwhile; nobody misses the answer then.
        match for_whom {
            ForWhom::Somebody(answer) => drop(answer.send(reply)),
            ForWhom::MissedSeen(answer) => {
                if reply.is_ok() {
                    self.alerts.missed_seen();
                }
                let _ = answer.send(reply);
            }
            ForWhom::Dial(dialling) => self.hub_dialled(*dialling, reply),
            ForWhom::Transfer(transfer) => self.transferred(*transfer, reply),
            ForWhom::BeforeDial(looking) => self.looked_up(*looking, reply),
            ForWhom::Outcome(id) => match reply {
                Ok(Reply::Call { timeline }) if timeline.row.call.id == id => {
                    self.event(DeskEvent::Call { call: timeline.row.call });
                }
                // It cannot be told what became of it: it is not going on, and that is what the desk shows.
                _ => self.calls.drop_call(&id),
            },
            ForWhom::LastMissed => {
                if let Ok(Reply::Calls { calls, .. }) = reply
                    && let Some(row) = calls.into_iter().next()
                {
                    self.alerts.missed_before(who_was(row));
                }
            }
            ForWhom::EndHere(id, answer) => self.ended_here(&id, reply, answer),
            ForWhom::NoteSoFar(id, note) => self.notes.answered(&id, note, reply.is_ok()),
            ForWhom::Codes => self.codes_answered(reply),
            ForWhom::TicketForms => self.ticket_forms_answered(reply),
            ForWhom::NoCodeNeeded(id, answer) => {
                if reply.is_ok() {
                    self.left.is_settled(&id);
                    self.show();
                }
                let _ = answer.send(reply);
            }
            ForWhom::WithoutCode => self.without_code_answered(reply),
            ForWhom::TeamWithoutCode(answer) => drop(answer.send(self.team_without_code(reply))),
            ForWhom::Stuck => self.stuck_answered(reply),
            ForWhom::CodeNow(saved) => self.code_now(reply, saved),
            ForWhom::WhoWasIt(id, listed) => self.who_was_it(&id, listed, reply),
            ForWhom::Records(id) => self.records_answered(id, reply),
        }
    }

    /// The line is not open (any more): who waits for an answer hears so.
    fn line_gone(&mut self, state: LinkState) {
        if let LinkState::Waiting { why, tries, is_refused, .. } = &state {
            // Said once for each reason, not for each attempt.
            if self.no_line.as_ref().is_none_or(|before| before.why != *why) {
                tracing::info!(why, "no line to the hub");
            }
            self.no_line = Some(NoLine { why: why.clone(), tries: *tries, is_refused: *is_refused });
        }
        self.line_state = state;
        self.line_fell();
        for for_whom in self.questions.all() {
            if !for_whom.is_the_desks_own() {
                let error = for_whom.without_answer(questions::offline(&self.line_state));
                self.answer(for_whom, Err(error));
            }
        }
        self.show();
    }

    fn wake_at(&self) -> Option<Instant> {
        let now = Instant::now();
        let calls = [self.calls.next_leaves_at(), lost_end::next_at(&self.calls, now), Pop::wake_at(&self.calls)];
        let times = [self.questions.next_late_at(), self.after.wake_at(), self.asking.wake_at(), self.notes.wake_at()];
        calls.into_iter().chain(times).flatten().min()
    }

    fn tick(&mut self) {
        let now = Instant::now();
        for for_whom in self.questions.late(now) {
            let error = for_whom.without_answer(questions::silent());
            self.answer(for_whom, Err(error));
        }
        self.asking.tick(now);
        self.tick_after_call(now);
        self.tell_notes(now);
        self.calls.leave(now, self.pop.busy_with(), self.preferences.hide_after.unwrap_or(TRY_AGAIN));
        self.show();
    }

    fn is_quiet(&self) -> bool {
        self.preferences.do_not_disturb || !self.preferences.quiet.shows_card()
    }
}

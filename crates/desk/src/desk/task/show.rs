//! Draws the desk: the views that windows, tray and notifications are given.

use super::{DeskTask, NoLine};
use crate::{
    attention::{Attention, rings},
    calls::Entry,
    left::LeftView,
    link::LinkState,
    missed::MissedView,
    own_callbacks::OwnCallbacksView,
    pending::PendingView,
    pop::{Pop, pop_call},
    preferences::Preferences,
    view::{DeskView, PopCall, PopView},
};
use ringcard_core::{
    Timestamp,
    frame::{Connection, ConnectionState, OutboxSummary, TroubleCode},
};
use std::sync::Arc;
use tokio::sync::watch;

/// Who watches is woken by what changed, and by nothing else.
pub(super) struct Views {
    pub pop: watch::Sender<Arc<PopView>>,
    pub desk: watch::Sender<Arc<DeskView>>,
    pub attention: watch::Sender<Arc<Attention>>,
}

impl Views {
    /// Before anything is known.
    pub fn new(preferences: &Preferences) -> Self {
        let pop = PopView {
            version: 0,
            calls: Vec::new(),
            wrap_ups: Vec::new(),
            noted: Vec::new(),
            due: Vec::new(),
            due_count: 0,
            question: None,
            phone: None,
            selected: None,
            has_keyboard: false,
            on_question: false,
            language: preferences.language,
            country: preferences.plan.country().to_owned(),
            appearance: preferences.appearance,
            hotkey: preferences.hotkey.clone(),
            hub_ahead: 0,
        };
        Self {
            pop: watch::Sender::new(Arc::new(pop)),
            desk: watch::Sender::new(Arc::new(empty_view(preferences))),
            attention: watch::Sender::default(),
        }
    }
}

impl DeskTask {
    /// Draws all views anew. The popup comes first: it is what is waited for.
    pub(super) fn show(&mut self) {
        self.pop.has_callbacks = self.callbacks_shown().1 > 0;
        self.pop.has_question = self.asking.question().is_some();
        self.pop.settle(&self.calls);
        self.show_pop();
        self.show_desk();
        self.show_attention();
    }

    fn pop_call(&self, entry: &Entry) -> PopCall {
        pop_call(entry, &self.calls, &self.preferences.agent_id, self.notes.are_taken())
    }

    fn show_pop(&mut self) {
        let version = self.views.pop.borrow().version;
        let calls: Vec<PopCall> = Pop::shown(&self.calls).into_iter().map(|entry| self.pop_call(entry)).collect();
        let mut wrap_ups = self.after.wrap_ups.views(Timestamp::now());
        // One that the agent put away is seen again by the hotkey.
        wrap_ups.retain(|wrap_up| calls.iter().any(|shown| shown.call.id == wrap_up.call.id));
        let (due, due_count) = self.callbacks_shown();
        let fresh = PopView {
            version,
            calls,
            wrap_ups,
            noted: self.after.wrap_ups.noted().collect(),
            due,
            due_count,
            question: self.asking.question().cloned(),
            phone: self.own_phone(),
            selected: self.pop.selected().cloned(),
            has_keyboard: self.pop.has_keyboard,
            on_question: self.pop.on_question,
            language: self.preferences.language,
            country: self.preferences.plan.country().to_owned(),
            appearance: self.preferences.appearance,
            hotkey: self.preferences.hotkey.clone(),
            hub_ahead: self.hub_time.ahead(),
        };
        if **self.views.pop.borrow() != fresh {
            self.views.pop.send_replace(Arc::new(PopView { version: version + 1, ..fresh }));
        }
    }

    fn show_desk(&mut self) {
        let mut fresh = empty_view(&self.preferences);
        fresh.calls = self.calls.iter().map(|entry| self.pop_call(entry)).collect();
        fresh.team.clone_from(&self.team);
        fresh.missed = self.missed;
        fresh.missed_list = self.missed_list.view(&self.preferences.agent_id);
        fresh.left = self.left_view();
        fresh.hub_ahead = self.hub_time.ahead();
        fresh.connections = self.all_connections();
        fresh.outbox = self.outbox.clone();
        fresh.pending = self.after.pending.view();
        fresh.call_notes = self.call_notes;
        fresh.wrap_ups = u32::try_from(self.after.wrap_ups.len()).unwrap_or(u32::MAX);
        fresh.own_callbacks = self.after.own.view(Timestamp::now());
        fresh.forms = self.after.forms.version();
        replace_if_other(&self.views.desk, fresh);
    }

    fn show_attention(&mut self) {
        let quiet = self.preferences.quiet;
        let mut alerts = self.alerts.wanted(&self.calls, quiet, self.preferences.do_not_disturb);
        alerts.extend(self.callback_alert());
        let fresh = Attention {
            online: self.line_state == LinkState::Connected,
            ringing: self.calls.iter().filter(|entry| rings(&entry.call)).count(),
            left: self.left_view(),
            is_shared: self.missed_list.view(&self.preferences.agent_id).is_shared,
            last_missed: self.alerts.last_missed().filter(|_| self.missed > 0).cloned(),
            trouble: self.all_connections().into_iter().find_map(|connection| match connection.state {
                ConnectionState::Trouble { detail, .. } => Some(detail),
                _ => None,
            }),
            do_not_disturb: self.preferences.do_not_disturb,
            quiet,
            alerts,
        };
        replace_if_other(&self.views.attention, fresh);
    }

    /// The one to the hub where it is a matter of its own, the hub's, and those of this place.
    /// What is wrong with the agent's own phone, as the telephone system tells.
    fn own_phone(&self) -> Option<TroubleCode> {
        let phone = self.connections.iter().find(|connection| connection.name == "phone")?;
        match phone.state {
            ConnectionState::Trouble { code, .. } => Some(code),
            _ => None,
        }
    }

    fn all_connections(&self) -> Vec<Connection> {
        let state = match &self.line_state {
            LinkState::Connected if !self.line.is_remote() => None,
            LinkState::Connected => Some(ConnectionState::Ready { detail: String::new() }),
            LinkState::Dialling | LinkState::Waiting { .. } => Some(match &self.no_line {
                Some(NoLine { why, is_refused: true, .. }) => {
                    ConnectionState::Trouble { code: TroubleCode::NotLetIn, detail: why.clone() }
                }
                Some(NoLine { why, tries: 2.., .. }) => {
                    ConnectionState::Trouble { code: TroubleCode::NoHub, detail: why.clone() }
                }
                // A line that was just cut mostly stands again before anybody could have read that.
                _ => ConnectionState::Connecting,
            }),
        };
        let to_hub = state.map(|state| Connection { name: "hub".to_owned(), state });
        to_hub.into_iter().chain(self.connections.iter().chain(&self.preferences.connections).cloned()).collect()
    }
}

fn replace_if_other<T: PartialEq>(shown: &watch::Sender<Arc<T>>, fresh: T) {
    shown.send_if_modified(|shown| {
        let changed = **shown != fresh;
        if changed {
            *shown = Arc::new(fresh);
        }
        changed
    });
}

fn empty_view(preferences: &Preferences) -> DeskView {
    DeskView {
        agent: preferences.agent.clone(),
        calls: Vec::new(),
        team: Vec::new(),
        missed: 0,
        missed_list: MissedView::default(),
        left: LeftView::default(),
        hub_ahead: 0,
        connections: Vec::new(),
        outbox: OutboxSummary::default(),
        pending: PendingView::default(),
        call_notes: None,
        wrap_ups: 0,
        own_callbacks: OwnCallbacksView::default(),
        forms: 0,
        quiet: preferences.quiet,
        do_not_disturb: preferences.do_not_disturb,
        demo: preferences.demo,
        first_start: preferences.first_start,
        settings_problem: preferences.settings_problem.clone(),
        language: preferences.language,
        country: preferences.plan.country().to_owned(),
        appearance: preferences.appearance,
        version: preferences.version.clone(),
    }
}

//! Which calls the popup shows, and which of them is in front.
//!
//! A second call stacks: it comes to the front only when what is in front is over and nobody is typing there.

use crate::{
    calls::{Calls, Entry},
    view::{PopCall, PopView},
};
use ringcard_core::call::CallId;

/// What the agent, or the window on the agent's behalf, does to the popup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PopupAct {
    /// Takes everything off the screen; a new call brings the popup back.
    Hide,
    Next,
    Previous,
    Select(CallId),
    /// Takes one call's card away.
    Dismiss(CallId),
    /// Shows everything there is, quiet and put-away calls too (hotkey, notification, tray).
    Reveal(Option<CallId>),
    /// The popup has, or gave back, the keyboard.
    Keyboard(bool),
    /// Takes the due call-backs off the screen; they stay counted.
    PutCallbacksAway,
}

#[derive(Debug, Default)]
pub(crate) struct Pop {
    selected: Option<CallId>,
    pub has_keyboard: bool,
    /// Due call-backs are on the screen, too.
    pub has_callbacks: bool,
}

impl Pop {
    /// The calls on the screen, the newest ring last.
    pub fn shown(calls: &Calls) -> Vec<&Entry> {
        let mut shown: Vec<&Entry> =
            calls.iter().rev().filter(|entry| is_shown(entry)).take(PopView::MOST_CALLS).collect();
        shown.reverse();
        shown
    }

    pub fn act(&mut self, act: PopupAct, calls: &mut Calls) {
        match act {
            PopupAct::Hide => {
                self.put_away_all(calls);
                self.has_keyboard = false;
            }
            PopupAct::Next => self.step(calls, 1),
            PopupAct::Previous => self.step(calls, -1),
            PopupAct::Select(id) => self.selected = Some(id),
            PopupAct::Dismiss(id) => match calls.get_mut(&id) {
                Some(entry) if is_done(entry) => calls.drop_call(&id),
                Some(entry) => entry.put_away = true,
                None => {}
            },
            PopupAct::Reveal(front) => {
                let ids: Vec<CallId> = calls.iter().map(|entry| entry.call.id.clone()).collect();
                for id in ids {
                    if let Some(entry) = calls.get_mut(&id) {
                        entry.put_away = false;
                        entry.quiet = false;
                    }
                }
                if front.is_some() {
                    self.selected = front;
                }
            }
            PopupAct::Keyboard(has) => self.has_keyboard = has,
            // They are the owner's: what is left decides about the keyboard.
            PopupAct::PutCallbacksAway => {}
        }
        self.settle(calls);
    }

    /// Puts the right call in front after anything changed.
    pub fn settle(&mut self, calls: &Calls) {
        let shown = Self::shown(calls);
        let in_front = self.selected.as_ref().and_then(|id| shown.iter().find(|entry| entry.call.id == *id));
        let stays = in_front.is_some_and(|entry| !entry.call.state.is_over() || self.has_keyboard);
        if !stays {
            let alive = shown.iter().find(|entry| !entry.call.state.is_over());
            let next = alive.or(in_front).or(shown.last()).map(|entry| entry.call.id.clone());
            self.selected = next;
        }
        if shown.is_empty() && !self.has_callbacks {
            self.has_keyboard = false;
        }
    }

    /// The call somebody may be typing at.
    pub fn busy_with(&self) -> Option<&CallId> {
        self.selected.as_ref().filter(|_| self.has_keyboard)
    }

    pub fn selected(&self) -> Option<&CallId> {
        self.selected.as_ref()
    }

    fn put_away_all(&self, calls: &mut Calls) {
        let shown: Vec<CallId> = Self::shown(calls).iter().map(|entry| entry.call.id.clone()).collect();
        for id in shown {
            if let Some(entry) = calls.get_mut(&id) {
                if is_done(entry) {
                    calls.drop_call(&id);
                } else {
                    entry.put_away = true;
                }
            }
        }
    }

    fn step(&mut self, calls: &Calls, by: isize) {
        let shown = Self::shown(calls);
        let Some(at) = shown.iter().position(|entry| Some(&entry.call.id) == self.selected.as_ref()) else { return };
        let next = (at as isize + by).rem_euclid(shown.len() as isize) as usize;
        self.selected = Some(shown[next].call.id.clone());
    }
}

/// Nothing is left to do about it. A call in wrap-up only goes out of sight, and the hotkey brings it back.
fn is_done(entry: &Entry) -> bool {
    entry.call.state.is_over() && !entry.in_wrap_up
}

fn is_shown(entry: &Entry) -> bool {
    !entry.quiet && !entry.put_away
}

/// A call as the windows show it.
pub(crate) fn pop_call(entry: &Entry) -> PopCall {
    PopCall {
        call: entry.call.clone(),
        card: entry.card.clone(),
        number: entry.number.clone(),
        line_number: entry.line_number.clone(),
        quiet: entry.quiet,
    }
}

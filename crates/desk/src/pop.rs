//! Which calls the popup shows, which of them is in front ([`front`]), and whether the keyboard is there.
//!
//! The keyboard goes back with the card it was on: a card that comes forward has it only where the agent asks for it.

mod front;

use crate::{
    calls::{Calls, Entry},
    lost_end::may_end_here,
    view::{PopCall, PopView},
};
use front::{Choice, Situation, Stage, Standing};
use ringcard_core::call::{AgentId, CallId};
use tokio::time::Instant;

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
    /// The keyboard came to what is asked above the cards.
    KeyboardOnQuestion,
    /// Takes the due call-backs off the screen; they stay counted.
    PutCallbacksAway,
}

#[derive(Debug, Default)]
pub(crate) struct Pop {
    selected: Option<CallId>,
    /// Where the agent went, by key, click or dialling.
    choice: Option<Choice>,
    pub has_keyboard: bool,
    /// Due call-backs are on the screen, too.
    pub has_callbacks: bool,
    /// Something is asked above the cards.
    pub has_question: bool,
    /// The keyboard is there, and on no card.
    pub on_question: bool,
}

impl Pop {
    /// The calls on the screen, the newest ring last. A flood of rings does not push out the one that is talked in.
    pub fn shown(calls: &Calls) -> Vec<&Entry> {
        let is_talked = |entry: &Entry| entry.answered == Some(calls.answered()) && !entry.call.state.is_over();
        let all = || calls.iter().rev().filter(|entry| is_shown(entry));
        let mut shown: Vec<&Entry> = all().take(PopView::MOST_CALLS).collect();
        if let Some(talked) = all().skip(PopView::MOST_CALLS).find(|entry| is_talked(entry)) {
            shown.pop();
            shown.push(talked);
        }
        shown.reverse();
        shown
    }

    pub fn act(&mut self, act: PopupAct, calls: &mut Calls) {
        // Whoever asks to see what there is, by the keyboard, means that.
        let keeps_keyboard = self.has_keyboard && matches!(act, PopupAct::Reveal(_));
        match act {
            PopupAct::Hide => {
                self.put_away_all(calls);
                self.has_keyboard = false;
            }
            PopupAct::Next => self.step(calls, 1),
            PopupAct::Previous => self.step(calls, -1),
            PopupAct::Select(id) => self.go_to(id, calls),
            PopupAct::Dismiss(id) => {
                self.done_with(&id);
                match calls.get_mut(&id) {
                    Some(entry) if is_done(entry) => calls.drop_call(&id),
                    Some(entry) => entry.put_away = true,
                    None => {}
                }
            }
            PopupAct::Reveal(front) => {
                let ids: Vec<CallId> = calls.iter().map(|entry| entry.call.id.clone()).collect();
                for id in ids {
                    if let Some(entry) = calls.get_mut(&id) {
                        entry.put_away = false;
                        entry.quiet = false;
                    }
                }
                if let Some(front) = front {
                    self.go_to(front, calls);
                }
            }
            PopupAct::Keyboard(has) => (self.has_keyboard, self.on_question) = (has, false),
            PopupAct::KeyboardOnQuestion => {
                self.has_keyboard = true;
                self.on_question = self.has_question;
            }
            // They are the owner's: what is left decides about the keyboard.
            PopupAct::PutCallbacksAway => {}
        }
        self.settle(calls);
        self.has_keyboard |= keeps_keyboard && self.selected.is_some();
    }

    /// Puts the right call in front after anything changed.
    pub fn settle(&mut self, calls: &Calls) {
        if self.on_question && !self.has_question {
            // Answered, or gone: whoever had the keyboard before gets it back.
            (self.has_keyboard, self.on_question) = (false, false);
        }
        let shown = Self::standings(calls);
        let now = Situation {
            before: self.selected.as_ref(),
            has_keyboard: self.is_on_card(),
            choice: self.choice.as_ref(),
            answered: calls.answered(),
        };
        let front = front::front(&shown, &now).map(|one| one.id.clone());
        let is_gone = match &self.selected {
            Some(before) => shown.iter().all(|one| one.id != *before),
            // It was on the call-backs.
            None => front.is_some(),
        };
        let went_there = front.is_some() && front.as_ref() == self.choice.as_ref().map(|choice| &choice.id);
        if is_gone && !went_there && !self.on_question {
            self.has_keyboard = false;
        }
        self.selected = front;
        if shown.is_empty() && !self.has_callbacks && !self.has_question {
            self.has_keyboard = false;
        }
        self.on_question &= self.has_keyboard;
    }

    /// What the agent dialled is wanted in front: *your phone is ringing* must not hide behind another ring. A wrap-up
    /// that is typed in is left all the same by the agent only.
    pub fn dialled(&mut self, id: &CallId, calls: &Calls) {
        // For as long as it is being dialled: one that nobody knows anything of keeps no ring from the card.
        self.choice = Self::choice(id, calls).map(|choice| Choice { stage: choice.stage.max(Stage::Calls), ..choice });
        self.settle(calls);
    }

    /// The agent is done with this call: the keyboard goes back from its card.
    pub fn done_with(&mut self, id: &CallId) {
        if self.selected.as_ref() == Some(id) && !self.on_question {
            self.has_keyboard = false;
        }
    }

    /// When the order may change without a word from anybody.
    pub fn wake_at(calls: &Calls) -> Option<Instant> {
        front::next_aside_at(calls, Instant::now())
    }

    /// The call somebody may be typing at.
    pub fn busy_with(&self) -> Option<&CallId> {
        self.selected.as_ref().filter(|_| self.is_on_card())
    }

    /// The keyboard is on a card or on the call-backs.
    fn is_on_card(&self) -> bool {
        self.has_keyboard && !self.on_question
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
        self.go_to(shown[next].call.id.clone(), calls);
    }

    fn go_to(&mut self, id: CallId, calls: &Calls) {
        self.choice = Self::choice(&id, calls);
        if self.choice.is_some() {
            self.selected = Some(id);
        }
    }

    fn choice(id: &CallId, calls: &Calls) -> Option<Choice> {
        let chosen = Self::standings(calls).into_iter().find(|one| one.id == *id)?;
        Some(Choice { id: chosen.id, stage: chosen.stage, came: calls.came(), answered: calls.answered() })
    }

    fn standings(calls: &Calls) -> Vec<Standing> {
        let now = Instant::now();
        Self::shown(calls).into_iter().map(|entry| front::standing(entry, calls, now)).collect()
    }
}

/// Nothing is left to do about it. A call in wrap-up only goes out of sight, and the hotkey brings it back.
fn is_done(entry: &Entry) -> bool {
    entry.call.state.is_over() && !entry.in_wrap_up
}

fn is_shown(entry: &Entry) -> bool {
    !entry.quiet && !entry.put_away
}

/// A call as the windows show it to this agent: what they noted themselves they need not be told. `takes_end`: the hub takes
/// the agent's word that it is over.
pub(crate) fn pop_call(entry: &Entry, calls: &Calls, me: &AgentId, takes_end: bool) -> PopCall {
    let mut card = entry.card.clone();
    card.notes.retain(|note| note.by != *me);
    PopCall {
        may_end_here: takes_end && may_end_here(entry, calls, Instant::now()),
        call: entry.call.clone(),
        card,
        number: entry.number.clone(),
        line_number: entry.line_number.clone(),
        quiet: entry.quiet,
    }
}

//! The number somebody is asked about before it is dialled, and what is made of links.
//!
//! A link comes from a page that nobody vouches for: it is asked about, one at a time, one in three seconds, and what comes
//! beside that is counted and not taken. The question never changes under the agent's hand: another question is another
//! number ([`CallQuestion::id`]), and an answer to one that is gone does nothing.
//!
//! The agent's own acts outside the main window (the command line, a notification, a card) ask here too where a number is
//! asked about; the main window asks in a dialog of its own.

use ringcard_core::{
    call::CallId,
    frame::RequestErrorCode,
    number::{Caution, NotANumber, NumberView, UnsureReason},
};
use serde::Serialize;
use std::time::Duration;
use tokio::time::Instant;
use ts_rs::TS;

/// A page may send as many links as it likes: this is how often one is looked at.
const APART: Duration = Duration::from_secs(3);

/// A question nobody answered is no longer what anybody wants.
const ASKED_FOR: Duration = Duration::from_secs(60);

/// After a question was put away, links come without the keyboard for so long: a page that sends one after the other must
/// not keep an agent from writing.
const KEEPS_OFF_FOR: Duration = Duration::from_secs(30);

/// Links that were not taken are said together, and not more often than this.
const SAID_APART: Duration = Duration::from_secs(60);

/// Asked before a number is dialled, above whatever the popup shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct CallQuestion {
    /// Each question has its own: an answer is to what was on the screen.
    pub id: u32,
    /// A page or another program asked for it, and not the agent.
    pub from_link: bool,
    /// As it was written.
    pub text: String,
    /// As it was read; absent where it is none.
    pub number: Option<NumberView>,
    /// Of the customer who has this number.
    pub name: Option<String>,
    /// Why it may not be the number that is meant.
    pub reason: Option<UnsureReason>,
    /// What is good to know before it is called.
    pub cautions: Vec<Caution>,
    /// The hub could say what is good to know.
    pub checked: bool,
    /// It is being dialled.
    pub calling: bool,
    /// It was not dialled, or cannot be.
    pub refused: Option<NotDialled>,
    /// How many further links came meanwhile, and were not taken.
    pub more: u32,
    /// It comes with the keyboard.
    pub takes_keyboard: bool,
}

/// Why nothing was dialled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct NotDialled {
    pub code: RequestErrorCode,
    /// Why it is no number, where that is why.
    pub reason: Option<NotANumber>,
}

/// What became of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkAnswer {
    /// It is asked about, or dialled where the settings let it be.
    Taken,
    /// The settings say that links are not Ringcard's.
    Off,
    /// It came too soon after another one, or while one is asked about.
    NotTaken,
}

/// What a new question says.
#[derive(Debug, Clone, Default)]
pub(crate) struct Draft {
    pub from_link: bool,
    pub text: String,
    pub number: Option<NumberView>,
    pub name: Option<String>,
    pub reason: Option<UnsureReason>,
    pub cautions: Vec<Caution>,
    pub checked: bool,
    pub refused: Option<NotDialled>,
    pub purpose: Purpose,
}

/// What the number is wanted for.
#[derive(Debug, Clone, Default)]
pub(crate) enum Purpose {
    #[default]
    Call,
    /// The promised call-back it keeps, named by its call.
    Callback(CallId),
    /// This call goes on there.
    Transfer(CallId),
}

/// What is asked now, and which links came.
#[derive(Debug, Default)]
pub(crate) struct Asking {
    now: Option<Asked>,
    last_id: u32,
    /// A link is being looked up.
    looking: bool,
    last_link: Option<Instant>,
    /// Links that were not taken since somebody was told.
    not_taken: u32,
    last_told: Option<Instant>,
    keeps_off_until: Option<Instant>,
}

#[derive(Debug)]
struct Asked {
    question: CallQuestion,
    purpose: Purpose,
    until: Instant,
}

/// What is dialled when the agent says yes.
pub(crate) struct Agreed {
    pub text: String,
    pub purpose: Purpose,
    /// The agent was told what is good to know.
    pub was_told: bool,
}

impl Asking {
    /// A link came. Whether it is taken is decided before it is read.
    pub fn link(&mut self, links_on: bool, text: &str, now: Instant) -> LinkAnswer {
        let too_soon = self.last_link.is_some_and(|last| now.duration_since(last) < APART);
        let asked = self.now.as_mut().map(|asked| &mut asked.question);
        if too_soon || self.looking || asked.is_some() {
            self.not_taken = self.not_taken.saturating_add(1);
            if let Some(question) = asked.filter(|question| !too_soon && question.text != text) {
                question.more = question.more.saturating_add(1);
            }
            return LinkAnswer::NotTaken;
        }
        self.last_link = Some(now);
        if links_on { LinkAnswer::Taken } else { LinkAnswer::Off }
    }

    /// It is being looked up: until it is asked about no other one is taken.
    pub fn look(&mut self) {
        self.looking = true;
    }

    /// It still is, and links are still Ringcard's.
    pub fn is_looking(&self) -> bool {
        self.looking
    }

    /// What was looked up is not asked about after all.
    pub fn looked(&mut self) {
        self.looking = false;
    }

    /// Asks.
    /// The question before, if any, is gone: the agent wants another number. A link takes no question's place.
    pub fn ask(&mut self, draft: Draft, keyboard_is_here: bool, now: Instant) {
        if draft.from_link {
            self.looking = false;
            if let Some(asked) = &mut self.now {
                self.not_taken = self.not_taken.saturating_add(1);
                asked.question.more = asked.question.more.saturating_add(1);
                return;
            }
        }
        self.last_id = self.last_id.wrapping_add(1);
        let keeps_off = draft.from_link && self.keeps_off_until.is_some_and(|until| now < until);
        let Draft { from_link, text, number, name, reason, cautions, checked, refused, purpose } = draft;
        let takes_keyboard = refused.is_none() && !keeps_off && !keyboard_is_here;
        let question = CallQuestion {
            id: self.last_id,
            from_link,
            text,
            number,
            name,
            reason,
            cautions,
            checked,
            calling: false,
            refused,
            more: 0,
            takes_keyboard,
        };
        self.now = Some(Asked { question, purpose, until: now + ASKED_FOR });
    }

    pub fn question(&self) -> Option<&CallQuestion> {
        self.now.as_ref().map(|asked| &asked.question)
    }

    /// The agent says yes to this question. `None`: it is not asked (any more), or being dialled already.
    pub fn agree(&mut self, id: u32) -> Option<Agreed> {
        let asked = self.now.as_mut().filter(|asked| asked.question.id == id)?;
        let question = &mut asked.question;
        if question.calling || question.refused.is_some() {
            return None;
        }
        question.calling = true;
        let was_told = !question.cautions.is_empty();
        Some(Agreed { text: question.text.clone(), purpose: asked.purpose.clone(), was_told })
    }

    /// It is being called: nothing is left to ask.
    pub fn called(&mut self, id: u32) {
        self.now.take_if(|asked| asked.question.id == id);
    }

    /// It was not dialled: that is said where it was asked.
    pub fn refuse(&mut self, id: u32, refusal: NotDialled, now: Instant) {
        if let Some(asked) = self.now.as_mut().filter(|asked| asked.question.id == id) {
            asked.question.calling = false;
            asked.question.refused = Some(refusal);
            asked.until = now + ASKED_FOR;
        }
    }

    /// The hub asks first after all: what it says is another question.
    pub fn ask_more(&mut self, id: u32, cautions: Vec<Caution>, now: Instant) {
        let Some(asked) = self.now.as_mut().filter(|asked| asked.question.id == id) else { return };
        self.last_id = self.last_id.wrapping_add(1);
        let question = &mut asked.question;
        (question.id, question.cautions, question.checked, question.calling) = (self.last_id, cautions, true, false);
        asked.until = now + ASKED_FOR;
    }

    /// The agent says no to this question, or turns to something else for good.
    pub fn put_away(&mut self, id: Option<u32>, now: Instant) -> bool {
        let gone = self.now.take_if(|asked| id.is_none_or(|id| asked.question.id == id) && !asked.question.calling);
        if gone.is_some() {
            self.keep_off(now);
        }
        gone.is_some()
    }

    /// Links are no longer Ringcard's: none is asked about, and what is being looked up comes to nothing.
    pub fn links_off(&mut self) {
        self.looking = false;
        self.now.take_if(|asked| asked.question.from_link && !asked.question.calling);
    }

    /// The agent is busy elsewhere: what comes by itself does not take the keyboard.
    pub fn keep_off(&mut self, now: Instant) {
        self.keeps_off_until = Some(now + KEEPS_OFF_FOR);
    }

    pub fn wake_at(&self) -> Option<Instant> {
        let over = self.now.as_ref().filter(|asked| !asked.question.calling).map(|asked| asked.until);
        over.into_iter().chain(self.tell_at()).min()
    }

    /// When those that were not taken are said: once it is quiet, and not one by one while it is not.
    fn tell_at(&self) -> Option<Instant> {
        let (quiet, again) = (self.last_link.map(|last| last + APART), self.last_told.map(|last| last + SAID_APART));
        quiet.max(again).filter(|_| self.not_taken > 0)
    }

    /// The question's time is over: whether one went. What was not taken is said once for all of them.
    pub fn tick(&mut self, now: Instant) -> bool {
        if self.tell_at().is_some_and(|at| now >= at) {
            self.last_told = Some(now);
            // Outside the line: where nobody wants warnings, what is in it is not done.
            let links = std::mem::take(&mut self.not_taken);
            tracing::warn!(
                links,
                "links were not taken: they came within three seconds of another one, or while one was asked about"
            );
        }
        let is_over = self.now.as_ref().is_some_and(|asked| !asked.question.calling && asked.until <= now);
        is_over && self.put_away(None, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_that_are_not_taken_are_said_together_and_not_one_by_one() {
        let (mut asking, begin) = (Asking::default(), Instant::now());
        assert_eq!(asking.link(true, "tel:1", begin), LinkAnswer::Taken);
        asking.ask(Draft { from_link: true, ..Draft::default() }, false, begin);
        let (mut said, mut together) = (0, 0);
        // A page that sends ten a second, all while the question before is on the screen.
        for tick in 1..=590 {
            let now = begin + Duration::from_millis(100) * tick;
            assert_eq!(asking.link(true, &format!("tel:{tick}"), now), LinkAnswer::NotTaken);
            let before = asking.not_taken;
            if asking.wake_at().is_some_and(|at| at <= now) {
                asking.tick(now);
                (said, together) = (said + 1, together + before);
            }
        }
        assert_eq!((said, together + asking.not_taken), (1, 590));
        assert!(asking.question().is_some());
    }
}

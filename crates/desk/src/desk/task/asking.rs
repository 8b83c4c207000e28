//! What is dialled, and what is asked about first: links, the agent's own wishes, and the hub's *ask first*.

use super::{
    DeskTask,
    questions::{self, ForWhom, refused},
};
use crate::{
    asking::{Draft, LinkAnswer, NotDialled, Purpose},
    dial,
    link::LinkState,
    pop::PopupAct,
    view::DialAnswer,
};
use ringcard_core::{
    call::{CallId, Direction},
    control::ControlAct,
    frame::{BeforeDial, Reply, Request, RequestError, RequestErrorCode},
    number::view,
    ticket::TicketRef,
};
use ringcard_hub::config::LinkDials;
use tokio::{sync::oneshot, time::Instant};

/// What windows and shell want dialled, asked or answered.
pub(in crate::desk) enum AskingTask {
    Dial {
        wish: Wish,
        dialler: Dialler,
    },
    /// A link came; nothing of it is read before it is taken.
    Link {
        text: String,
        answer: oneshot::Sender<LinkAnswer>,
    },
    /// The link that was taken: there is a hub now, or there was none in time.
    ReadLink {
        text: String,
    },
    /// A transfer dials a number, too.
    Transfer {
        call_id: CallId,
        to: String,
        done: oneshot::Sender<Result<(), RequestError>>,
    },
    Answer {
        id: u32,
        yes: bool,
        done: oneshot::Sender<()>,
    },
}

/// What somebody wants dialled.
#[derive(Debug, Clone, Default)]
pub(in crate::desk) struct Wish {
    pub text: String,
    /// It is the number that is meant.
    pub confirmed: bool,
    /// The agent was told what is good to know of it.
    pub told: bool,
    /// The promised call-back it keeps, named by its call.
    pub callback: Option<CallId>,
    /// The ticket it is about.
    pub ticket: Option<TicketRef>,
}

/// Whose wish it is, and so where something is asked.
pub(in crate::desk) enum Dialler {
    /// Asks in its own place.
    Asks(oneshot::Sender<DialAnswer>),
    /// Has no place of its own: it is asked on the popup.
    OnPopup(oneshot::Sender<DialAnswer>),
    /// The question on the popup was answered.
    Question(u32),
    /// A link, dialled at once where nothing speaks against it.
    Link,
}

/// A transfer the hub was asked for.
pub(super) struct Transfer {
    call_id: CallId,
    to: String,
    by: Transferrer,
}

enum Transferrer {
    /// Where there is something to know of the number, the popup asks.
    Card(oneshot::Sender<Result<(), RequestError>>),
    Question(u32),
}

/// A number the hub is asked about before anything else.
pub(super) struct Looking {
    draft: Draft,
    dialler: Dialler,
}

/// A call the hub was asked for.
pub(super) struct Dialling {
    key: String,
    draft: Draft,
    pub dialler: Dialler,
}

impl DeskTask {
    pub(super) fn asking_task(&mut self, task: AskingTask) {
        let now = Instant::now();
        match task {
            AskingTask::Dial { wish, dialler } => self.dial_wish(wish, dialler),
            AskingTask::Link { text, answer } => {
                let taken = self.asking.link(self.preferences.links, &text, now);
                if taken == LinkAnswer::Taken {
                    self.asking.look();
                }
                let _ = answer.send(taken);
            }
            AskingTask::ReadLink { text } => self.read_link(text),
            AskingTask::Transfer { call_id, to, done } => {
                self.transfer(call_id, to, false, Transferrer::Card(done));
            }
            AskingTask::Answer { id, yes, done } => {
                if !yes {
                    self.asking.put_away(Some(id), now);
                } else if let Some(agreed) = self.asking.agree(id) {
                    let (text, told) = (agreed.text, agreed.was_told);
                    match agreed.purpose {
                        Purpose::Transfer(call_id) => self.transfer(call_id, text, told, Transferrer::Question(id)),
                        Purpose::Call => {
                            let wish = Wish { text, confirmed: true, told, ..Wish::default() };
                            self.dial(wish, Dialler::Question(id));
                        }
                        Purpose::Callback(callback) => {
                            let callback = Some(callback);
                            let wish = Wish { text, confirmed: true, told, callback, ..Wish::default() };
                            self.dial(wish, Dialler::Question(id));
                        }
                    }
                }
                let _ = done.send(());
            }
        }
        self.show();
    }

    fn dial_wish(&mut self, wish: Wish, dialler: Dialler) {
        let number = match &wish.callback {
            Some(callback) => self.callback_number(callback),
            None => Ok(wish.text.clone()),
        };
        match number {
            Ok(text) => self.dial(Wish { text, ..wish }, dialler),
            Err(error) => self.dialled(Draft::default(), dialler, refused(error)),
        }
    }

    fn read_link(&mut self, text: String) {
        if !self.asking.is_looking() {
            // Links were turned off while it waited for a hub.
            return;
        }
        let mut draft = Draft { from_link: true, text: dial::clip(&text), ..Draft::default() };
        let (party, reason) = match dial::read(&self.preferences.plan, &draft.text) {
            Ok(read) => read,
            Err(why) => {
                draft.refused = Some(NotDialled { code: RequestErrorCode::NotANumber, reason: Some(why) });
                return self.ask_agent(draft);
            }
        };
        (draft.number, draft.reason) = (Some(view(&party)), reason);
        let looking = Looking { draft, dialler: Dialler::Link };
        self.ask(Request::BeforeDial { number: party.display() }, ForWhom::BeforeDial(Box::new(looking)));
    }

    /// Dials what is sure, and what was asked about.
    fn dial(&mut self, wish: Wish, dialler: Dialler) {
        let Wish { text, confirmed, told, callback, ticket } = wish;
        let purpose = callback.map_or(Purpose::Call, Purpose::Callback);
        let mut draft = Draft { text: dial::clip(&text), purpose, ..Draft::default() };
        let (party, reason) = match dial::read(&self.preferences.plan, &draft.text) {
            Ok(read) => read,
            Err(why) => {
                let (code, message) = (RequestErrorCode::NotANumber, why.to_string());
                return self.dialled(draft, dialler, DialAnswer::Refused { code, message, reason: Some(why) });
            }
        };
        draft.number = Some(view(&party));
        if let (Some(_), false) = (reason, confirmed) {
            // What else there is to know is asked with it, so that the agent is asked once.
            draft.reason = reason;
            let looking = Looking { draft, dialler };
            return self.ask(Request::BeforeDial { number: party.display() }, ForWhom::BeforeDial(Box::new(looking)));
        }
        let calls = &self.calls;
        let state = |id: &CallId| {
            let dialled = calls.get(id).filter(|entry| entry.call.direction == Direction::Outbound)?;
            Some(&dialled.call.state)
        };
        let key = self.last_dial.key(&party, Instant::now(), state);
        let request = Request::Dial {
            key: key.clone(),
            number: party.display(),
            // Read here and either sure or asked about: the hub need not ask again.
            confirmed: true,
            force: told,
            extension: None,
            account: None,
            ticket,
        };
        self.ask(request, ForWhom::Dial(Box::new(Dialling { key, draft, dialler })));
    }

    /// What the hub knows of a number that was read; without an answer it is asked about all the same.
    pub(super) fn looked_up(&mut self, looking: Looking, reply: Result<Reply, RequestError>) {
        let Looking { mut draft, dialler } = looking;
        let before: Option<BeforeDial> = match reply {
            Ok(Reply::BeforeDial { before }) => Some(before),
            Ok(_) => None,
            Err(error) if self.line_state != LinkState::Connected && draft.from_link => {
                draft.refused = Some(NotDialled { code: error.code, reason: None });
                None
            }
            // An older hub, or one that is slow: the agent is asked without knowing more.
            Err(_) => None,
        };
        let is_refused = before.as_ref().is_some_and(|before| before.refused);
        draft.checked = before.is_some();
        if let Some(before) = before {
            (draft.name, draft.cautions) = (before.customer_name, before.cautions);
        }
        if is_refused {
            draft.refused = Some(NotDialled { code: RequestErrorCode::NumberNotAllowed, reason: None });
        }
        match dialler {
            Dialler::Link if !self.asking.is_looking() => {}
            Dialler::Link if self.is_dialled_at_once(&draft) => {
                let wish = Wish { text: draft.text, confirmed: true, ..Wish::default() };
                self.dial(wish, Dialler::Link);
            }
            Dialler::Link => self.ask_agent(draft),
            dialler if is_refused => {
                let (code, message) = (RequestErrorCode::NumberNotAllowed, "A rule refuses this number.".to_owned());
                self.dialled(draft, dialler, DialAnswer::Refused { code, message, reason: None });
            }
            dialler => {
                let confirm = confirm(&draft);
                self.dialled(draft, dialler, confirm);
            }
        }
        self.show();
    }

    /// Only a plain number, and only while no call goes on: a page must not end a conversation by starting another call.
    fn is_dialled_at_once(&self, draft: &Draft) -> bool {
        let is_plain = draft.checked && draft.reason.is_none() && draft.cautions.iter().all(|caution| !caution.asks);
        let wanted = self.preferences.link_dials == LinkDials::AtOnce;
        wanted && is_plain && draft.refused.is_none() && !self.is_on_the_phone()
    }

    /// What became of the wish to dial at the hub.
    pub(super) fn hub_dialled(&mut self, dialling: Dialling, reply: Result<Reply, RequestError>) {
        let Dialling { key, mut draft, dialler } = dialling;
        let answer = match reply {
            Ok(Reply::Dialling { call_id }) => {
                self.last_dial.became(&key, &call_id);
                if let Purpose::Callback(callback) = &draft.purpose {
                    self.callback_is_called(callback, &call_id);
                }
                DialAnswer::Dialling { call_id }
            }
            Ok(_) => refused(questions::dial_unknown()),
            Err(error) => {
                if error.code != RequestErrorCode::DialUnknown {
                    self.last_dial.refused(&key);
                }
                if error.code == RequestErrorCode::AsksFirst {
                    (draft.cautions, draft.checked) = (error.cautions, true);
                    confirm(&draft)
                } else {
                    refused(error)
                }
            }
        };
        self.dialled(draft, dialler, answer);
        self.show();
    }

    fn transfer(&mut self, call_id: CallId, to: String, told: bool, by: Transferrer) {
        let act = ControlAct::Transfer { to: to.clone() };
        let request = Request::Control { call_id: call_id.clone(), act, force: told };
        self.ask(request, ForWhom::Transfer(Box::new(Transfer { call_id, to, by })));
    }

    pub(super) fn transferred(&mut self, transfer: Transfer, reply: Result<Reply, RequestError>) {
        let Transfer { call_id, to, by } = transfer;
        let now = Instant::now();
        match (by, reply) {
            (Transferrer::Card(done), Err(error)) if error.code == RequestErrorCode::AsksFirst => {
                let read = dial::read(&self.preferences.plan, &to).ok();
                self.ask_agent(Draft {
                    number: read.map(|(party, _)| view(&party)),
                    text: to,
                    cautions: error.cautions,
                    checked: true,
                    purpose: Purpose::Transfer(call_id),
                    ..Draft::default()
                });
                // The popup asks it now: nothing failed.
                let _ = done.send(Ok(()));
            }
            (Transferrer::Card(done), reply) => drop(done.send(reply.map(drop))),
            (Transferrer::Question(id), Ok(_)) => self.asking.called(id),
            (Transferrer::Question(id), Err(error)) => {
                self.asking.refuse(id, NotDialled { code: error.code, reason: None }, now);
            }
        }
        self.show();
    }

    /// Says it where it was asked for.
    fn dialled(&mut self, mut draft: Draft, dialler: Dialler, answer: DialAnswer) {
        let now = Instant::now();
        match dialler {
            // Whoever asked may have gone meanwhile; nobody misses the answer then.
            Dialler::Asks(asker) => drop(asker.send(answer)),
            Dialler::OnPopup(asker) => {
                if matches!(answer, DialAnswer::Confirm { .. }) {
                    self.ask_agent(draft);
                }
                let _ = asker.send(answer);
            }
            Dialler::Question(id) => match answer {
                DialAnswer::Dialling { .. } => self.asking.called(id),
                DialAnswer::Confirm { cautions, .. } => self.asking.ask_more(id, cautions, now),
                DialAnswer::Refused { code, reason, .. } => self.asking.refuse(id, NotDialled { code, reason }, now),
            },
            Dialler::Link => {
                draft.from_link = true;
                match answer {
                    DialAnswer::Dialling { .. } => self.asking.looked(),
                    DialAnswer::Confirm { .. } => self.ask_agent(draft),
                    DialAnswer::Refused { code, reason, .. } => {
                        draft.refused = Some(NotDialled { code, reason });
                        self.ask_agent(draft);
                    }
                }
            }
        }
    }

    fn ask_agent(&mut self, draft: Draft) {
        // Whoever types on a card goes on typing there.
        self.asking.ask(draft, self.pop.has_keyboard, Instant::now());
    }

    /// What the agent does to the popup, as far as it is about the question.
    pub(super) fn question_on_popup(&mut self, act: &PopupAct) {
        let now = Instant::now();
        match act {
            PopupAct::Hide => drop(self.asking.put_away(None, now)),
            // Somebody clicked elsewhere, or was writing when it came.
            PopupAct::Keyboard(false) if self.pop.on_question => self.asking.keep_off(now),
            _ => {}
        }
    }
}

fn confirm(draft: &Draft) -> DialAnswer {
    let Draft { text, number, name, reason, cautions, .. } = draft.clone();
    let number = number.expect("BUG: the hub is asked about a number that was read");
    DialAnswer::Confirm { text, number, name, reason, cautions }
}

//! Dialling: what windows, links and the command line can ask, and what the agent answers.

use super::{
    Desk, stopped,
    task::{self, AskingTask, Dialler, Message, Wish},
};
use crate::{asking::LinkAnswer, view::DialAnswer};
use ringcard_core::{
    call::CallId,
    control::ControlAct,
    frame::{RequestError, RequestErrorCode, ask},
    ticket::TicketRef,
};
use std::time::Duration;
use tokio::sync::oneshot;

impl Desk {
    /// Click-to-call: reads the text, asks when unsure or where the hub asks first, and starts at most one call.
    /// `confirmed`: it is the number that is meant. `told`: the agent knows what is good to know of it.
    pub async fn dial(&self, text: String, confirmed: bool, told: bool) -> DialAnswer {
        let wish = Wish { text, confirmed, told, ..Wish::default() };
        self.wish(wish, Dialler::Asks).await
    }

    /// The same about a ticket, `account/id`: its telephone system takes that along where it can.
    pub async fn dial_about(&self, text: String, ticket: &str, confirmed: bool, told: bool) -> DialAnswer {
        let Some(ticket) = TicketRef::read(ticket) else {
            return task::refused(RequestError::new(RequestErrorCode::Invalid, "This names no ticket"));
        };
        let wish = Wish { text, confirmed, told, ticket: Some(ticket), ..Wish::default() };
        self.wish(wish, Dialler::Asks).await
    }

    /// The same for whoever has no place of its own to ask: *confirm* says that the popup asks now.
    pub async fn dial_asking_on_popup(&self, text: String, confirmed: bool) -> DialAnswer {
        let wish = Wish { text, confirmed, ..Wish::default() };
        self.wish(wish, Dialler::OnPopup).await
    }

    /// *Call now* of a promised call-back. The reminder stays until the call came about.
    pub async fn callback_call(&self, call_id: CallId, confirmed: bool, told: bool) -> DialAnswer {
        let wish = Wish { confirmed, told, callback: Some(call_id), ..Wish::default() };
        self.wish(wish, Dialler::Asks).await
    }

    /// The same from a notification: where something is asked, the popup asks it.
    pub async fn callback_call_asking_on_popup(&self, call_id: CallId) -> DialAnswer {
        let wish = Wish { callback: Some(call_id), ..Wish::default() };
        self.wish(wish, Dialler::OnPopup).await
    }

    /// A link of a page or another program: asked about on the popup, and waits so long for a hub.
    pub async fn link(&self, text: String, hub_within: Duration) -> LinkAnswer {
        let (answer, wait) = oneshot::channel();
        self.tell(Message::Asking(AskingTask::Link { text: text.clone(), answer })).await;
        let taken = wait.await.unwrap_or(LinkAnswer::NotTaken);
        if taken == LinkAnswer::Taken {
            self.online(hub_within).await;
            self.tell(Message::Asking(AskingTask::ReadLink { text })).await;
        }
        taken
    }

    /// The agent's answer to what the popup asks. One that is no longer asked is not answered.
    pub async fn answer_question(&self, id: u32, yes: bool) {
        let (done, wait) = oneshot::channel();
        self.tell(Message::Asking(AskingTask::Answer { id, yes, done })).await;
        let _ = wait.await;
    }

    /// Does something with the agent's own call; `Ok` when the telephone system took it, or when the popup asks first
    /// whether the call shall go to that number.
    pub async fn control(&self, call_id: CallId, act: ControlAct) -> Result<(), RequestError> {
        if let ControlAct::Transfer { to } = act {
            return self.transfer(call_id, to).await;
        }
        self.ask(ask::Control { call_id, act, force: false }).await
    }

    async fn transfer(&self, call_id: CallId, to: String) -> Result<(), RequestError> {
        let (done, wait) = oneshot::channel();
        self.tell(Message::Asking(AskingTask::Transfer { call_id, to, done })).await;
        wait.await.unwrap_or_else(|_| Err(stopped()))
    }

    async fn wish(&self, wish: Wish, dialler: impl FnOnce(oneshot::Sender<DialAnswer>) -> Dialler) -> DialAnswer {
        let (answer, wait) = oneshot::channel();
        let dialler = dialler(answer);
        self.tell(Message::Asking(AskingTask::Dial { wish, dialler })).await;
        wait.await.unwrap_or_else(|_| task::refused(stopped()))
    }
}

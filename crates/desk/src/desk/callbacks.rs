//! The agent's own call-backs: what windows and shell can ask.

use super::{
    Desk, stopped,
    task::{CallbackTask, Message},
};
use crate::own_callbacks::OwnCallbackView;
use ringcard_core::{Timestamp, call::CallId, frame::RequestError};
use tokio::sync::oneshot;

impl Desk {
    /// The promised call-backs this desk reminds of, the soonest first.
    pub async fn own_callbacks(&self) -> Vec<OwnCallbackView> {
        let (answer, wait) = oneshot::channel();
        self.tell(Message::Callbacks(CallbackTask::List { answer })).await;
        wait.await.unwrap_or_default()
    }

    /// Called at another time. Done means durable.
    pub async fn callback_move(&self, call_id: CallId, at: Timestamp) -> Result<(), RequestError> {
        let (saved, wait) = oneshot::channel();
        self.tell(Message::Callbacks(CallbackTask::Move { call_id, at, saved })).await;
        wait.await.unwrap_or_else(|_| Err(stopped()))
    }

    /// Nothing more is to be done about it. Done means durable.
    pub async fn callback_done(&self, call_id: CallId) -> Result<(), RequestError> {
        let (saved, wait) = oneshot::channel();
        self.tell(Message::Callbacks(CallbackTask::Done { call_id, saved })).await;
        wait.await.unwrap_or_else(|_| Err(stopped()))
    }
}

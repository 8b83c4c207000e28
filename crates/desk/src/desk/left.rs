//! What is left to do: what windows and shell can ask.

use super::{
    Desk, stopped,
    task::{LeftTask, Message},
};
use crate::{left::LeftList, view::ListedCall};
use ringcard_core::{call::CallId, frame::RequestError};
use tokio::sync::oneshot;

impl Desk {
    /// My calls without a code, and what needs me before it is written.
    pub async fn left(&self) -> LeftList {
        let (answer, wait) = oneshot::channel();
        self.tell(Message::Left(LeftTask::List(answer))).await;
        wait.await.unwrap_or_default()
    }

    /// Everybody's calls without a code, for those who may see them; refused for others.
    pub async fn left_of_team(&self) -> Result<Vec<ListedCall>, RequestError> {
        let (answer, wait) = oneshot::channel();
        self.tell(Message::Left(LeftTask::OfTeam(answer))).await;
        wait.await.unwrap_or_else(|_| Err(stopped()))
    }

    /// Opens the wrap-up of a call that is over and has no code. Done: its card is there.
    pub async fn code_now(&self, call_id: CallId) -> Result<(), RequestError> {
        let (saved, wait) = oneshot::channel();
        self.tell(Message::Left(LeftTask::CodeNow { call_id, saved })).await;
        wait.await.unwrap_or_else(|_| Err(stopped()))
    }
}

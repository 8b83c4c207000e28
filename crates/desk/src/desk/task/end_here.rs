//! *End here*: the agent knows that a call is over, though nobody told.

use super::{DeskTask, questions::ForWhom};
use ringcard_core::{
    call::CallId,
    frame::{Reply, Request, RequestError, RequestErrorCode},
};
use tokio::sync::oneshot;

impl DeskTask {
    pub(super) fn end_here(&mut self, id: CallId, answer: oneshot::Sender<Result<Reply, RequestError>>) {
        // The word of its end may come before the answer.
        if let Some(entry) = self.calls.get_mut(&id) {
            entry.ends_here = true;
        }
        self.ask(Request::EndHere { call_id: id.clone() }, ForWhom::EndHere(id, answer));
    }

    /// It leaves the screen, but for a wrap-up.
    pub(super) fn ended_here(
        &mut self,
        id: &CallId,
        reply: Result<Reply, RequestError>,
        answer: oneshot::Sender<Result<Reply, RequestError>>,
    ) {
        let reply = match reply {
            // It is a colleague's as well, and nobody told whose phone it is at: here it is out of sight.
            Err(error) if error.code == RequestErrorCode::Invalid => {
                self.pop.done_with(id);
                if let Some(entry) = self.calls.get_mut(id) {
                    entry.put_away = true;
                }
                Ok(Reply::Done)
            }
            Err(error) => {
                if let Some(entry) = self.calls.get_mut(id) {
                    entry.ends_here = false;
                }
                Err(error)
            }
            Ok(done) => {
                if self.calls.get(id).is_some_and(|entry| !entry.in_wrap_up) {
                    self.pop.done_with(id);
                    self.calls.drop_call(id);
                }
                Ok(done)
            }
        };
        self.show();
        let _ = answer.send(reply);
    }
}

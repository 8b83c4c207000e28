//! Wrap-up, what waits for the hub, and the file of both: what windows and shell can ask.

use super::{
    Desk, stopped,
    task::{Message, Task},
};
use crate::{
    forms::FormDrafts,
    keep::{KeepFailure, Keeper},
    pending::PendingListed,
    wrap_up::WrapUpDraft,
};
use ringcard_core::{
    call::CallId,
    frame::RequestError,
    submission::{SubmissionKey, Write},
};
use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::{sync::oneshot, task::spawn_blocking};

/// The write that was last said not to be saved.
#[derive(Debug, Clone, Default)]
pub(super) struct Unsaved(Arc<Mutex<Option<(Write, SubmissionKey)>>>);

impl Unsaved {
    fn key_of(&self, write: &Write) -> SubmissionKey {
        let last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.as_ref().filter(|(unsaved, _)| unsaved == write).map(|(_, key)| key.clone()).unwrap_or_default()
    }

    fn note(&self, write: Write, key: &SubmissionKey, is_saved: bool) {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *last = (!is_saved).then(|| (write, key.clone()));
    }
}

impl Desk {
    /// Keeps what comes after calls in this file from now on, and takes up what is in it; the one before is let go.
    /// Answers how many rows it cannot read. Where it does not open the desk runs on, says with every wrap-up that
    /// nothing is kept, and tries again.
    pub async fn use_file(&self, path: PathBuf) -> Result<u32, KeepFailure> {
        self.let_file_go().await;
        let place = path.clone();
        let opened = spawn_blocking(move || Keeper::open(&place)).await.unwrap_or(Err(KeepFailure::Closed));
        let result = match &opened {
            Ok((_, found, _)) => Ok(found.unreadable),
            Err(why) => Err(why.clone()),
        };
        let (done, wait) = oneshot::channel();
        self.task(Task::File { path, opened: Box::new(opened), done }).await;
        let _ = wait.await;
        result
    }

    /// Closes the file: whatever was taken is in it then. Wrap-ups leave the screen, and come back with the file.
    pub async fn let_file_go(&self) {
        let (answer, wait) = oneshot::channel();
        self.task(Task::LetFileGo(answer)).await;
        if let Ok(Some((keeper, news))) = wait.await
            && let Err(panic) = spawn_blocking(move || keeper.close(news)).await
        {
            tracing::error!(%panic, "the desk's file was not closed");
        }
    }

    /// The agent typed; the form is given whole. It is kept soon after.
    pub async fn wrap_up_draft(&self, call_id: CallId, draft: WrapUpDraft) -> Result<(), RequestError> {
        self.saved(|saved| Task::Draft { call_id, draft: Box::new(draft), saved }).await
    }

    /// The agent saves what was typed. Done means durable.
    pub async fn wrap_up_finish(&self, call_id: CallId) -> Result<(), RequestError> {
        self.saved(|saved| Task::Finish { call_id, saved }).await
    }

    /// This call is not coded.
    pub async fn wrap_up_skip(&self, call_id: CallId) -> Result<(), RequestError> {
        self.saved(|saved| Task::Skip { call_id, saved }).await
    }

    /// Has something written to another system. Done means durable here; `about` says for whom, in words a person knows.
    /// Saved again after it was not, the same write has the same key: perhaps only the news of it was lost.
    pub async fn submit(&self, write: Write, about: Option<String>) -> Result<SubmissionKey, RequestError> {
        let key = self.unsaved.key_of(&write);
        let about = about.unwrap_or_else(|| about_of(&write));
        let task = |saved| Task::Submit { key: key.clone(), write: Box::new(write.clone()), about, saved };
        let result = self.saved(task).await;
        self.unsaved.note(write, &key, result.is_ok());
        result.map(|()| key)
    }

    /// Somebody typed in a form of the main window; the form is given whole. Done means that the end of the program does
    /// not take it. `revision` is higher than any before: they may arrive in any order.
    pub async fn form_typed(&self, place: String, typed: String, revision: u64) -> Result<(), RequestError> {
        self.saved(|saved| Task::Form { place, typed: Some(typed), revision, saved }).await
    }

    /// What was typed there was saved, or discarded.
    pub async fn form_gone(&self, place: String, revision: u64) -> Result<(), RequestError> {
        self.saved(|saved| Task::Form { place, typed: None, revision, saved }).await
    }

    /// What is typed in the main window's forms and not saved.
    pub async fn forms(&self) -> FormDrafts {
        let (answer, wait) = oneshot::channel();
        self.task(Task::ListForms(answer)).await;
        wait.await.unwrap_or_default()
    }

    /// How many of them would be lost with the end of the program.
    pub async fn forms_not_kept(&self) -> u32 {
        let (answer, wait) = oneshot::channel();
        self.task(Task::FormsNotKept(answer)).await;
        wait.await.unwrap_or_default()
    }

    /// What was saved here and the hub has not accepted yet, oldest first.
    pub async fn pending(&self, limit: u32) -> Vec<PendingListed> {
        let (answer, wait) = oneshot::channel();
        self.task(Task::ListPending { limit: limit as usize, answer }).await;
        wait.await.unwrap_or_default()
    }

    /// A person says: now.
    pub async fn pending_retry(&self, key: SubmissionKey) -> Result<(), RequestError> {
        self.saved(|saved| Task::Retry { key, saved }).await
    }

    /// A person takes it away, for good.
    pub async fn pending_discard(&self, key: SubmissionKey) -> Result<(), RequestError> {
        self.saved(|saved| Task::Discard { key, saved }).await
    }

    async fn saved(
        &self,
        task: impl FnOnce(oneshot::Sender<Result<(), RequestError>>) -> Task,
    ) -> Result<(), RequestError> {
        let (saved, wait) = oneshot::channel();
        self.task(task(saved)).await;
        wait.await.unwrap_or_else(|_| Err(stopped()))
    }

    async fn task(&self, task: Task) {
        self.tell(Message::AfterCall(task)).await;
    }
}

/// Whom a write is about, as far as it says so itself.
fn about_of(write: &Write) -> String {
    match write {
        Write::Codify { record, .. } => record.customer_id.clone(),
        Write::CodeCall { agent_id, .. } => agent_id.clone(),
        Write::AddRecord { customer_name, customer_id, .. } => {
            if customer_name.trim().is_empty() {
                customer_id.clone()
            } else {
                customer_name.clone()
            }
        }
        Write::ScheduleCallback { number, .. }
        | Write::ChangeCallback { number, .. }
        | Write::CancelCallback { number, .. }
        | Write::AddNumber { number, .. } => number.clone(),
        Write::LogCall { entry, .. } | Write::TellTeam { entry, .. } => entry.number.clone(),
        Write::Other => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(comment: &str) -> Write {
        Write::CodeCall {
            account: "wolkvox".into(),
            agent_id: "5001".into(),
            code: "001".into(),
            second_code: None,
            comment: comment.into(),
        }
    }

    #[test]
    fn what_was_not_saved_is_saved_again_with_its_key_and_anything_else_with_another() {
        let unsaved = Unsaved::default();
        let key = unsaved.key_of(&write("a"));
        unsaved.note(write("a"), &key, false);
        assert_eq!(unsaved.key_of(&write("a")), key);
        assert_ne!(unsaved.key_of(&write("b")), key);
        unsaved.note(write("a"), &key, true);
        assert_ne!(unsaved.key_of(&write("a")), key, "wished for once more, it is another one");
    }
}

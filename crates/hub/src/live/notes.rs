//! What agents noted of a call so far: whoever has the call after them reads it on its card.
//!
//! It is kept before it is shown, with the call, and goes to the desks of the call's agents only. Nobody else writes one, not
//! even who may see every call.
//!
//! Notes that stand beside a call (`history/call_notes.rs`) are read where the call is looked at: desks hear that there is
//! something new, and not what.

use super::{LiveCalls, control::of_a_colleague};
use ringcard_core::{
    Timestamp,
    call::{AgentId, CallId},
    customer::NoteSoFar,
    frame::{DeskEvent, RequestError, RequestErrorCode},
};

impl LiveCalls {
    pub async fn note_so_far(&self, by: Option<AgentId>, id: CallId, note: String) -> Result<(), RequestError> {
        let by = by.ok_or_else(|| RequestError::new(RequestErrorCode::NotFound, "No agent is signed in"))?;
        let note = note.trim().chars().take(NoteSoFar::LONGEST).collect();
        let note = NoteSoFar { by, note, at: Timestamp::now() };
        if self.is_of(&id, &note.by).await == Some(false) {
            return Err(of_a_colleague());
        }
        let (live, called) = (self.clone(), id.clone());
        self.in_turn(&id, async move { live.noted(called, note).await }).await
    }

    /// Whoever shows the notes of this call asks for them again.
    pub async fn notes_changed(&self, call_id: CallId) {
        // A hub that stops tells nobody anything.
        let _ = self.with(move |task| task.desks.everybody(&DeskEvent::Notes { call_id })).await;
    }

    async fn noted(&self, id: CallId, note: NoteSoFar) -> Result<(), RequestError> {
        let notes = self.history.note_so_far(id.clone(), note).await;
        let notes = notes.map_err(|failure| RequestError::not_saved(&failure))?;
        self.with(move |task| {
            let Some(live) = task.calls.get_mut(&id).filter(|live| live.card.notes != notes) else { return };
            live.card.notes = notes;
            task.new_card(&id);
        })
        .await
    }
}

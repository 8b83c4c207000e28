//! What is asked about the notes of a call. Whoever shows one hears of every change.

use crate::{
    history::{NoteBy, NoteNotKept},
    hub::Shared,
    principal::{Principal, Role},
};
use ringcard_core::{
    Timestamp,
    call::CallId,
    frame::{Reply, Request, RequestError, RequestErrorCode},
    note::{CallNote, NewNote, NoteMisfit, note_text},
};

pub(super) async fn answer(shared: &Shared, principal: &Principal, request: Request) -> Result<Reply, RequestError> {
    let agent = principal.agent().cloned();
    let history = &shared.history;
    let by = NoteBy { agent, at: Timestamp::now(), asks_approval: asks_approval(shared) };
    match request {
        Request::Notes { call_id } => {
            let notes = history.call_notes(call_id, by.asks_approval).await.map_err(|error| super::busy(&error))?;
            Ok(Reply::Notes { notes })
        }
        Request::PutNote { call_id, note } => {
            let note: NewNote = note.checked().map_err(|why| misfit(&why))?;
            changed(shared, &call_id, history.put_note(call_id.clone(), note, by).await).await
        }
        Request::EditNote { call_id, key, text, version } => {
            let text = note_text(&text).map_err(|why| misfit(&why))?;
            changed(shared, &call_id, history.edit_note(call_id.clone(), key, text, version, by).await).await
        }
        Request::ApproveNote { call_id, key, version } => {
            changed(shared, &call_id, history.approve_note(call_id.clone(), key, version, by).await).await
        }
        Request::DeleteNote { call_id, key, version } => {
            let only_of = principal.me().filter(|_| principal.role() == Role::Agent).cloned();
            history.delete_note(call_id.clone(), key, version, only_of).await.map_err(refused)?;
            shared.live.notes_changed(call_id).await;
            Ok(Reply::Done)
        }
        _ => Err(RequestError::new(RequestErrorCode::Invalid, "This is not asked of notes")),
    }
}

/// Nobody is asked to approve what goes nowhere.
fn asks_approval(shared: &Shared) -> bool {
    let tells = || shared.accounts.writes().values().any(|one| one.call_log().is_some() || !one.told().is_empty());
    shared.asks_approval && tells()
}

async fn changed(
    shared: &Shared,
    call_id: &CallId,
    made: Result<CallNote, NoteNotKept>,
) -> Result<Reply, RequestError> {
    let note = made.map_err(refused)?;
    shared.live.notes_changed(call_id.clone()).await;
    Ok(Reply::Note { note })
}

fn misfit(why: &NoteMisfit) -> RequestError {
    RequestError::new(RequestErrorCode::Invalid, why.to_string())
}

fn refused(why: NoteNotKept) -> RequestError {
    let code = match &why {
        NoteNotKept::NoCall | NoteNotKept::NotThere => RequestErrorCode::NotFound,
        NoteNotKept::TooMany => RequestErrorCode::Invalid,
        NoteNotKept::Changed { .. } | NoteNotKept::Edited { .. } | NoteNotKept::Others { .. } => {
            RequestErrorCode::Conflict
        }
        NoteNotKept::NotTheirs { .. } => RequestErrorCode::NotAllowed,
        NoteNotKept::NotKept(failure) => return RequestError::not_saved(failure),
    };
    RequestError::new(code, why.to_string())
}

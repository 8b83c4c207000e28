//! Notes of calls.

use super::Answer;
use crate::shell::Shell;
use ringcard_core::{
    call::CallId,
    frame::{RequestError, RequestErrorCode, ask},
    note::{CallNote, NewNote, NoteKey, NoteKind, note_text},
};

pub async fn of_call(shell: &Shell, call_id: CallId) -> Answer<Vec<CallNote>> {
    Ok(shell.desk.ask(ask::Notes { call_id }).await?)
}

/// The agent's own; the same key twice is one.
pub async fn add(shell: &Shell, call_id: CallId, key: NoteKey, text: String) -> Answer<CallNote> {
    let note = NewNote { key, kind: NoteKind::Note, text: fitting(&text)?, language: None, source: None };
    Ok(shell.desk.ask(ask::PutNote { call_id, note }).await?)
}

pub async fn edit(shell: &Shell, call_id: CallId, key: NoteKey, text: String, version: u64) -> Answer<CallNote> {
    Ok(shell.desk.ask(ask::EditNote { call_id, key, text: fitting(&text)?, version }).await?)
}

pub async fn approve(shell: &Shell, call_id: CallId, key: NoteKey, version: u64) -> Answer<CallNote> {
    Ok(shell.desk.ask(ask::ApproveNote { call_id, key, version }).await?)
}

pub async fn delete(shell: &Shell, call_id: CallId, key: NoteKey, version: u64) -> Answer<()> {
    Ok(shell.desk.ask(ask::DeleteNote { call_id, key, version: Some(version) }).await?)
}

/// The same as it is kept. What is too long is said here: it would fit into no frame to the hub.
fn fitting(text: &str) -> Answer<String> {
    Ok(note_text(text).map_err(|why| RequestError::new(RequestErrorCode::Invalid, why.to_string()))?)
}

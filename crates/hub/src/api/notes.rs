//! Notes of a call over REST: a program hands over what was said.

use super::{
    ApiError,
    ask::ask,
    extract::{Asked, Body, Named},
    token::Caller,
};
use crate::hub::Shared;
use axum::{Json, extract::State, http::StatusCode};
use ringcard_core::{
    call::CallId,
    frame,
    note::{CallNote, NewNote, NoteKey, NoteKind},
};
use serde::Deserialize;
use std::sync::Arc;

/// A call's notes, transcripts and summaries.
pub(super) async fn list(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Named(id): Named,
) -> Result<Json<Vec<CallNote>>, ApiError> {
    ask(&shared, &caller, frame::ask::Notes { call_id: CallId(id) }).await.map(Json)
}

/// A note as a program hands it over.
#[derive(Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Handed {
    /// The program's own name for it, at most 200 letters, digits and signs: the same key is the same note.
    key: NoteKey,
    kind: NoteKind,
    /// Plain text, at most 256 KiB.
    text: String,
    /// The text's language, as in `es-CO`.
    language: Option<String>,
    /// What the program is called, for people.
    source: Option<String>,
}

/// Keeps one; the same key is the same note.
pub(super) async fn put(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Named(id): Named,
    Body(handed): Body<Handed>,
) -> Result<Json<CallNote>, ApiError> {
    let Handed { key, kind, text, language, source } = handed;
    let note = NewNote { key, kind, text, language, source };
    ask(&shared, &caller, frame::ask::PutNote { call_id: CallId(id), note }).await.map(Json)
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(utoipa::IntoParams))]
#[serde(deny_unknown_fields)]
pub(super) struct Which {
    /// The key it was put under.
    key: String,
}

/// Takes one away, for good.
pub(super) async fn delete(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Named(id): Named,
    Asked(which): Asked<Which>,
) -> Result<StatusCode, ApiError> {
    let delete = frame::ask::DeleteNote { call_id: CallId(id), key: NoteKey(which.key), version: None };
    ask(&shared, &caller, delete).await?;
    Ok(StatusCode::NO_CONTENT)
}

//! What this agent noted of calls they passed on, for whoever has them now: told a moment after it was typed.
//!
//! It is on disk here with every keystroke; when a line stands anew, what is typed is told again.

use super::{DeskTask, questions::ForWhom};
use ringcard_core::{
    call::{CallId, OwnPart},
    customer::NoteSoFar,
    frame::Request,
};
use std::{collections::HashMap, time::Duration};
use tokio::time::Instant;

/// Whoever types tells after so long, and not with every key.
const AFTER: Duration = Duration::from_millis(500);

/// Calls whose told notes are remembered; far more than an agent passes on in a day.
const MOST: usize = 500;

#[derive(Default)]
pub(super) struct NotesSoFar {
    taken: bool,
    /// When each is to be told.
    due: HashMap<CallId, Instant>,
    /// What the hub has; `None`: something, and nobody knows what.
    told: HashMap<CallId, Option<String>>,
}

impl NotesSoFar {
    /// A line stands; whether the hub behind it takes notes. What it has of calls that are `in_hand` may be older than
    /// what is typed: also where nothing is typed any more.
    pub fn welcome(&mut self, taken: bool, in_hand: impl Iterator<Item = CallId>) {
        self.taken = taken;
        self.due.clear();
        self.told = in_hand.map(|id| (id, None)).collect();
    }

    /// Whether the hub takes notes, and that a call ends here.
    pub fn are_taken(&self) -> bool {
        self.taken
    }

    pub fn wake_at(&self) -> Option<Instant> {
        self.due.values().min().copied()
    }

    /// One that was not taken is told with the next key, or when a line stands anew.
    pub fn answered(&mut self, id: &CallId, note: String, is_taken: bool) {
        if let Some(told) = self.told.get_mut(id).filter(|told| !is_taken && **told == Some(note)) {
            *told = None;
        }
    }
}

impl DeskTask {
    /// Something was typed of this call, or it was passed on.
    pub(super) fn note_changed(&mut self, id: &CallId) {
        if self.note_to_tell(id).is_some() {
            self.notes.due.entry(id.clone()).or_insert_with(|| Instant::now() + AFTER);
        }
    }

    pub(super) fn tell_notes(&mut self, now: Instant) {
        let due: Vec<CallId> = self.notes.due.iter().filter(|(_, at)| **at <= now).map(|(id, _)| id.clone()).collect();
        for id in due {
            self.tell_note(&id);
        }
    }

    /// Now, where it is another than was told.
    pub(super) fn tell_note(&mut self, id: &CallId) {
        self.notes.due.remove(id);
        let Some(note) = self.note_to_tell(id) else { return };
        if self.notes.told.len() >= MOST {
            self.notes.told.clear();
        }
        self.notes.told.insert(id.clone(), Some(note.clone()));
        self.ask(Request::NoteSoFar { call_id: id.clone(), note: note.clone() }, ForWhom::NoteSoFar(id.clone(), note));
    }

    /// What is typed of a call that this agent passed on, where the hub does not have it.
    fn note_to_tell(&self, id: &CallId) -> Option<String> {
        let call = &self.calls.get(id)?.call;
        if !self.notes.taken || !matches!(call.course.part, Some(OwnPart::PassedTo { .. })) {
            return None;
        }
        let (_, draft) = self.after.wrap_ups.get(id)?;
        let note: String = draft.comment.trim().chars().take(NoteSoFar::LONGEST).collect();
        let is_told = match self.notes.told.get(id) {
            Some(told) => told.as_ref() == Some(&note),
            // Nothing was told yet.
            None => note.is_empty(),
        };
        (!is_told).then_some(note)
    }
}

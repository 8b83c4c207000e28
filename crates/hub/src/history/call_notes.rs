//! Notes of a call: what agents write of it, and the transcripts and summaries of other programs.
//!
//! What an agent types while a call goes on stays in a table of its own (`notes.rs`): their desk writes it over and over, one
//! for each agent, and nobody else may change it under their fingers. A note here is a text of its own, with a key, a
//! version and what people did with it. One reader gives both ([`notes_of`]), and whoever shows, finds or tells asks that one.
//!
//! - The same key twice is one note. Another text takes its place and has to be approved anew; where a person edited it since,
//!   it is refused: a machine does not write over what somebody made of it.
//! - Whoever edits or approves names the version they saw.
//! - By which words the call is found changes in the same transaction; that something is new to tell, by triggers.
//! - With their call they go (`ON DELETE CASCADE`).

use super::{History, HistoryFailure, find::write_words, notes};
use ringcard_core::{
    Timestamp,
    call::{AgentId, CallId},
    note::{Approval, CallNote, NewNote, NoteKey, NoteKind, NoteMark},
};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use sha2::{Digest, Sha256};
use thiserror::Error;

/// Notes of one call.
pub const MOST_NOTES: u32 = 20;

const COLUMNS: &str =
    "key, kind, agent, source, language, text, at, edited_at, edited_by, approved_at, approved_by, version";

/// Why nothing was done with a note.
#[derive(Debug, Error)]
pub enum NoteNotKept {
    #[error("There is no such call")]
    NoCall,
    #[error("There is no such note of this call")]
    NotThere,
    #[error("This call has {MOST_NOTES} notes already: change one of them, or delete one")]
    TooMany,
    #[error("{} changed it meanwhile: look at it once more", named(.by.as_ref()))]
    Changed { by: Option<AgentId> },
    #[error("{} edited it since, and it stays as it is: send the text with another key", named(.by.as_ref()))]
    Edited { by: Option<AgentId> },
    #[error("That key is the one of a note that {} wrote", named(.by.as_ref()))]
    Others { by: Option<AgentId> },
    #[error("{} wrote it: they delete it, or a team lead", named(.by.as_ref()))]
    NotTheirs { by: Option<AgentId> },
    #[error(transparent)]
    NotKept(#[from] HistoryFailure),
}

fn named(by: Option<&AgentId>) -> &str {
    by.map_or("Another program", |agent| agent.0.as_str())
}

/// Who changes something, when, and whether what machines write waits for approval.
#[derive(Debug, Clone)]
pub struct NoteBy {
    pub agent: Option<AgentId>,
    pub at: Timestamp,
    pub asks_approval: bool,
}

/// What came of a change inside its transaction: whether there is something new.
type Made = rusqlite::Result<Result<bool, NoteNotKept>>;

impl History {
    /// All there is to read of a call, in the order in which it was begun.
    pub async fn call_notes(&self, id: CallId, asks_approval: bool) -> Result<Vec<CallNote>, HistoryFailure> {
        self.files.ask(move |connection| notes_of(connection, &id, asks_approval)).await
    }

    /// Keeps a note; the same once more changes nothing.
    pub async fn put_note(&self, id: CallId, note: NewNote, by: NoteBy) -> Result<CallNote, NoteNotKept> {
        let key = note.key.clone();
        let asks_approval = by.asks_approval;
        self.change_note(id, key, asks_approval, move |change, id, _| put(change, id, &note, &by)).await
    }

    /// Changes its text, if it is still in the version that was seen.
    pub async fn edit_note(
        &self,
        id: CallId,
        key: NoteKey,
        text: String,
        seen: u64,
        by: NoteBy,
    ) -> Result<CallNote, NoteNotKept> {
        self.change_note(id, key, by.asks_approval, move |change, id, key| {
            // What stands there already is no edit, also where the answer to one was lost.
            if before(change, id, key)?.is_some_and(|before| before.text == text) {
                return Ok(Ok(false));
            }
            if let Err(why) = in_version(change, id, key, Some(seen))? {
                return Ok(Err(why));
            }
            change
                .prepare_cached(
                    "UPDATE note SET text = ?3, edited_at = ?4, edited_by = ?5, version = version + 1
                     WHERE call_id = ?1 AND key = ?2",
                )?
                .execute(params![id.0, key.0, text, by.at.0, name(by.agent.as_ref())])
                .map(|_| Ok(true))
        })
        .await
    }

    /// Somebody read it in the version that was seen: other systems may be told of it.
    pub async fn approve_note(&self, id: CallId, key: NoteKey, seen: u64, by: NoteBy) -> Result<CallNote, NoteNotKept> {
        self.change_note(id, key, by.asks_approval, move |change, id, key| {
            // An approval is a version of its own: nothing else came since.
            let is_done =
                |before: Before| before.is_approved && (seen..=seen.saturating_add(1)).contains(&before.version);
            if before(change, id, key)?.is_some_and(is_done) {
                return Ok(Ok(false));
            }
            if let Err(why) = in_version(change, id, key, Some(seen))? {
                return Ok(Err(why));
            }
            change
                .prepare_cached(
                    "UPDATE note SET approved_at = ?3, approved_by = ?4, version = version + 1
                     WHERE call_id = ?1 AND key = ?2",
                )?
                .execute(params![id.0, key.0, by.at.0, name(by.agent.as_ref())])
                .map(|_| Ok(true))
        })
        .await
    }

    /// Takes it away. `only_of`: only what this agent wrote.
    pub async fn delete_note(
        &self,
        id: CallId,
        key: NoteKey,
        seen: Option<u64>,
        only_of: Option<AgentId>,
    ) -> Result<(), NoteNotKept> {
        let deleted = self.files.change(move |connection| {
            let change = connection.transaction()?;
            let before = match in_version(&change, &id, &key, seen)? {
                Ok(before) => before,
                Err(why) => return Ok(Err(why)),
            };
            if only_of.is_some() && only_of != before.by {
                return Ok(Err(NoteNotKept::NotTheirs { by: before.by }));
            }
            change.prepare_cached("DELETE FROM note WHERE call_id = ?1 AND key = ?2")?.execute(params![id.0, key.0])?;
            write_words(&change, &id)?;
            change.commit().map(Ok)
        });
        deleted.await?
    }

    /// Makes a change of one note, and of the words its call is found by; answers the note as it stands then.
    async fn change_note(
        &self,
        id: CallId,
        key: NoteKey,
        asks_approval: bool,
        make: impl FnOnce(&Transaction<'_>, &CallId, &NoteKey) -> Made + Send + 'static,
    ) -> Result<CallNote, NoteNotKept> {
        let changed = self.files.change(move |connection| {
            let change = connection.transaction()?;
            match make(&change, &id, &key)? {
                Ok(true) => write_words(&change, &id)?,
                Ok(false) => {}
                Err(why) => return Ok(Err(why)),
            }
            let note = change
                .prepare_cached(&format!("SELECT {COLUMNS} FROM note WHERE call_id = ?1 AND key = ?2"))?
                .query_row(params![id.0, key.0], |row| note(row, asks_approval))?;
            change.commit()?;
            Ok(Ok(note))
        });
        changed.await?
    }
}

/// A note that is there, as a change of it has to know it.
struct Before {
    by: Option<AgentId>,
    text: String,
    sent: Vec<u8>,
    edited: Option<Option<AgentId>>,
    is_approved: bool,
    version: u64,
}

fn before(change: &Transaction<'_>, id: &CallId, key: &NoteKey) -> rusqlite::Result<Option<Before>> {
    change
        .prepare_cached(
            "SELECT agent, text, sent, edited_at, edited_by, approved_at, version FROM note WHERE call_id = ?1 AND key = ?2",
        )?
        .query_row(params![id.0, key.0], |row| {
            let edited = row.get::<_, Option<i64>>(3)?;
            Ok(Before {
                by: agent(row, 0)?,
                text: row.get(1)?,
                sent: row.get(2)?,
                edited: edited.map(|_| agent(row, 4)).transpose()?,
                is_approved: row.get::<_, Option<i64>>(5)?.is_some(),
                version: version(row, 6)?,
            })
        })
        .optional()
}

/// The note, if it is in the version that was seen.
fn in_version(
    change: &Transaction<'_>,
    id: &CallId,
    key: &NoteKey,
    seen: Option<u64>,
) -> rusqlite::Result<Result<Before, NoteNotKept>> {
    let Some(before) = before(change, id, key)? else { return Ok(Err(NoteNotKept::NotThere)) };
    match seen {
        Some(seen) if seen != before.version => {
            Ok(Err(NoteNotKept::Changed { by: before.edited.unwrap_or(before.by) }))
        }
        _ => Ok(Ok(before)),
    }
}

fn put(change: &Transaction<'_>, id: &CallId, new: &NewNote, by: &NoteBy) -> Made {
    let sent = digest(new);
    match before(change, id, &new.key)? {
        Some(before) if before.by != by.agent => return Ok(Err(NoteNotKept::Others { by: before.by })),
        Some(before) if before.sent == sent => return Ok(Ok(false)),
        Some(Before { edited: Some(by), .. }) => return Ok(Err(NoteNotKept::Edited { by })),
        Some(_) => {}
        None => {
            let (is_there, notes) = change
                .prepare_cached(
                    "SELECT EXISTS (SELECT 1 FROM call WHERE id = ?1), (SELECT count(*) FROM note WHERE call_id = ?1)",
                )?
                .query_row([&id.0], |row| Ok((row.get::<_, bool>(0)?, row.get::<_, u32>(1)?)))?;
            match is_there {
                false => return Ok(Err(NoteNotKept::NoCall)),
                true if notes >= MOST_NOTES => return Ok(Err(NoteNotKept::TooMany)),
                true => {}
            }
        }
    }
    change
        .prepare_cached(
            "INSERT INTO note (call_id, key, kind, agent, source, language, text, at, sent)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
             ON CONFLICT (call_id, key) DO UPDATE SET kind = excluded.kind, source = excluded.source,
                 language = excluded.language, text = excluded.text, at = excluded.at, sent = excluded.sent,
                 approved_at = NULL, approved_by = NULL, version = version + 1",
        )?
        .execute(params![
            id.0,
            new.key.0,
            new.kind.word(),
            name(by.agent.as_ref()),
            new.source,
            new.language,
            new.text,
            by.at.0,
            sent
        ])
        .map(|_| Ok(true))
}

/// Of all that is handed over.
fn digest(new: &NewNote) -> Vec<u8> {
    let mut digest = Sha256::new();
    let language = new.language.as_deref().unwrap_or_default();
    for part in [new.kind.word(), new.source.as_deref().unwrap_or_default(), language, &new.text] {
        digest.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        digest.update(part.as_bytes());
    }
    digest.finalize().to_vec()
}

/// The one reader: what was typed while the call went on, and every note, by when it was begun.
pub(super) fn notes_of(connection: &Connection, id: &CallId, asks_approval: bool) -> rusqlite::Result<Vec<CallNote>> {
    let typed = notes::notes_of(connection, id)?.into_iter().map(|one| CallNote {
        key: NoteKey(one.by.0.clone()),
        kind: NoteKind::Note,
        by: Some(one.by),
        source: None,
        language: None,
        text: one.note,
        at: one.at,
        edited: None,
        approval: Approval::NotNeeded,
        while_talking: true,
        version: u64::try_from(one.at.0).unwrap_or_default(),
    });
    let mut notes: Vec<CallNote> = typed.collect();
    let mut query = connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM note WHERE call_id = ?1 ORDER BY n LIMIT {MOST_NOTES}"))?;
    for note in query.query_map([&id.0], |row| note(row, asks_approval))? {
        notes.push(note?);
    }
    Ok(notes)
}

fn note(row: &Row<'_>, asks_approval: bool) -> rusqlite::Result<CallNote> {
    let word: String = row.get(1)?;
    // One that a newer version wrote is shown as what it is at least.
    let kind = NoteKind::ALL.into_iter().find(|kind| kind.word() == word).unwrap_or(NoteKind::Note);
    let by = agent(row, 2)?;
    let mark = |at: usize, who: usize| -> rusqlite::Result<Option<NoteMark>> {
        let at = row.get::<_, Option<i64>>(at)?;
        at.map(|at| Ok(NoteMark { by: agent(row, who)?, at: Timestamp(at) })).transpose()
    };
    let is_own = kind == NoteKind::Note && by.is_some();
    let approval = match mark(9, 10)? {
        Some(NoteMark { by, at }) => Approval::Given { by, at },
        None if is_own || !asks_approval => Approval::NotNeeded,
        None => Approval::Waits,
    };
    Ok(CallNote {
        key: NoteKey(row.get(0)?),
        kind,
        by,
        source: row.get(3)?,
        language: row.get(4)?,
        text: row.get(5)?,
        at: Timestamp(row.get(6)?),
        edited: mark(7, 8)?,
        approval,
        while_talking: false,
        version: version(row, 11)?,
    })
}

fn agent(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<AgentId>> {
    Ok(row.get::<_, Option<String>>(column)?.map(AgentId))
}

fn version(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    Ok(u64::try_from(row.get::<_, i64>(column)?).unwrap_or_default())
}

fn name(agent: Option<&AgentId>) -> Option<&str> {
    agent.map(|agent| agent.0.as_str())
}

#[cfg(test)]
mod tests;

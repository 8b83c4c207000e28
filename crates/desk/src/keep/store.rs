//! Reading and writing the desk's file, one thing after the other.

use super::{Found, Keep, KeepFailure, KeepNews, open::OPENING};
use crate::{
    own_callbacks::OwnCallback,
    pending::PendingRow,
    wrap_up::{WrapUp, WrapUpDraft},
};
use ringcard_core::{Timestamp, call::CallId, outcome::Handover, submission::SubmissionKey};
use ringcard_hub::database::{Held, fold_log};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, TransactionBehavior, params};
use serde::{Serialize, de::DeserializeOwned};
use std::path::{Path, PathBuf};

/// Rows that may wait for the hub: weeks without one.
const MOST_PENDING: u32 = 10_000;

/// Calls in wrap-up at once.
const MOST_WRAP_UPS: u32 = 200;

/// Call-backs somebody may be reminded of: far more than anybody keeps.
const MOST_CALLBACKS: u32 = 2_000;

/// Finished calls that are remembered.
const FINISHED: u32 = 1_000;

/// A wrap-up, draft or handover as JSON. Far more than anybody types; a comment of a megabyte is still kept as a draft.
const LARGEST: usize = 4 << 20;

/// The desk's file, open.
pub struct Store {
    connection: Connection,
    path: PathBuf,
    syncs: bool,
    /// Something was written that a power cut may still take.
    unsynced: bool,
}

/// Why a transaction was not made.
enum NotMade {
    Ours(KeepFailure),
    Sqlite(rusqlite::Error),
}

impl From<KeepFailure> for NotMade {
    fn from(failure: KeepFailure) -> Self {
        Self::Ours(failure)
    }
}

impl From<rusqlite::Error> for NotMade {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl Held for Store {
    fn connection(&mut self) -> &mut Connection {
        &mut self.connection
    }
}

impl Store {
    /// Opens or creates the file and brings it to this version's form. Blocks, at most some seconds.
    pub fn open(path: &Path) -> Result<Self, KeepFailure> {
        Ok(Self { connection: OPENING.writer(path)?, path: path.to_owned(), syncs: true, unsynced: false })
    }

    /// Everything that is kept.
    pub fn all(&self) -> Result<Found, KeepFailure> {
        self.read_all().map_err(|error| KeepFailure::of_sqlite(&self.path, error))
    }

    /// Keeps it, and says what came of that.
    pub fn keep(&mut self, keep: Keep) -> KeepNews {
        match keep {
            Keep::WrapUp(wrap_up) => {
                let result = self.change(true, |change| put_wrap_up(change, &wrap_up));
                KeepNews::WrapUp { call_id: wrap_up.call.id, result }
            }
            Keep::WrapUpAnew(wrap_up) => {
                let result = self.change(true, |change| {
                    let id = &wrap_up.call.id;
                    change.prepare_cached("DELETE FROM finished WHERE call_id = ?1")?.execute([&id.0])?;
                    put_wrap_up(change, &wrap_up)
                });
                KeepNews::WrapUp { call_id: wrap_up.call.id, result }
            }
            Keep::Draft { call_id, draft } => {
                // Not synced: nobody was told that it is saved, and there is one for every letter.
                let result = self.change(false, |change| put_draft(change, &call_id, &draft));
                KeepNews::Draft { call_id, result }
            }
            Keep::Submit { call_id, handovers, own_callback, at } => {
                let own = own_callback.as_deref();
                let result = self.change(true, |change| submit(change, &call_id, &handovers, own, at));
                KeepNews::Submit { call_id, result }
            }
            Keep::Skip { call_id, at } => {
                let result = self.change(true, |change| Ok(finish(change, &call_id, at)?));
                KeepNews::Skip { call_id, result }
            }
            Keep::Write { handover, at } => {
                let result = self.change(true, |change| {
                    make_room(change, 1)?;
                    put_pending(change, &handover, at)?;
                    Ok(pending_by_key(change, handover.key())?.into_iter().collect())
                });
                KeepNews::Write { key: handover.key().clone(), result }
            }
            Keep::Accepted { key } => {
                // Not synced: after a power cut it is handed over again, and the hub knows it by its key.
                let result = self.change(false, |change| take_away(change, &key));
                KeepNews::Pending { key, result }
            }
            Keep::Discard { key } => {
                let result = self.change(true, |change| take_away(change, &key));
                KeepNews::Discarded { key, result }
            }
            Keep::Callback(callback) => {
                let result = self.change(true, |change| change_callback(change, &callback));
                KeepNews::Callback { callback, result }
            }
            Keep::CallbackDone { call_id } => {
                let result = self.change(true, |change| take_callback_away(change, &call_id));
                KeepNews::CallbackDone { call_id, result }
            }
            Keep::Form { place, revision, typed, at } => {
                // As a wrap-up's: one for every letter.
                let result = self.change(false, |change| put_form(change, &place, &typed, at));
                KeepNews::Form { place, revision, result }
            }
            Keep::FormGone { place, revision } => {
                let result = self.change(true, |change| {
                    change.prepare_cached("DELETE FROM form_draft WHERE place = ?1")?.execute([&place])?;
                    Ok(())
                });
                KeepNews::Form { place, revision, result }
            }
            Keep::NotAccepted { key, tries, error } => {
                let result = self.change(false, |change| {
                    change
                        .prepare_cached("UPDATE pending SET tries = ?2, error = ?3 WHERE key = ?1")?
                        .execute(params![key.0, tries, json(&error)?])?;
                    Ok(())
                });
                KeepNews::Pending { key, result }
            }
        }
    }

    /// Puts on the disk what a power cut could still take.
    pub fn sync(&mut self) {
        if std::mem::take(&mut self.unsynced) {
            let synced = self.connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
            if let Err(error) = synced {
                tracing::warn!(%error, "what was typed last is not on the disk yet: a power cut could take it");
            }
        }
    }

    /// Folds the log into the file, so that a copy of it is whole.
    pub(super) fn fold(&mut self) {
        fold_log(&self.connection, "the desk's file");
    }

    /// One transaction: it is committed, or nothing was changed. `durably`: a power cut does not undo it.
    fn change<T>(
        &mut self,
        durably: bool,
        make: impl FnOnce(&Transaction<'_>) -> Result<T, NotMade>,
    ) -> Result<T, KeepFailure> {
        let made = self.in_transaction(durably, make).map_err(|not_made| match not_made {
            NotMade::Ours(failure) => failure,
            NotMade::Sqlite(error) => {
                tracing::error!(%error, "the desk's file took nothing");
                KeepFailure::of_sqlite(&self.path, error)
            }
        });
        // A durable commit syncs the log with all that was written before.
        self.unsynced = !durably || (self.unsynced && made.is_err());
        made
    }

    fn in_transaction<T>(
        &mut self,
        durably: bool,
        make: impl FnOnce(&Transaction<'_>) -> Result<T, NotMade>,
    ) -> Result<T, NotMade> {
        if self.syncs != durably {
            self.connection.pragma_update(None, "synchronous", if durably { "FULL" } else { "NORMAL" })?;
            self.syncs = durably;
        }
        let change = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let made = make(&change)?;
        change.commit()?;
        Ok(made)
    }

    fn read_all(&self) -> rusqlite::Result<Found> {
        let mut found = Found::default();
        let mut query = self.connection.prepare(
            "SELECT wrap_up.wrap_up, draft.draft FROM wrap_up LEFT JOIN draft USING (call_id)
             ORDER BY wrap_up.started, wrap_up.call_id",
        )?;
        for texts in query.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, Option<String>>(1)?)))? {
            let (wrap_up, draft) = texts?;
            match (parsed::<WrapUp>(&wrap_up), draft.as_deref().map(parsed::<WrapUpDraft>)) {
                (Some(wrap_up), None) => found.wrap_ups.push((wrap_up, None)),
                (Some(wrap_up), Some(Some(draft))) => found.wrap_ups.push((wrap_up, Some(draft))),
                _ => found.unreadable += 1,
            }
        }
        let mut query = self.connection.prepare(&format!("{PENDING} ORDER BY n"))?;
        for row in query.query_map([], pending_row)? {
            match row? {
                Some(row) => found.pending.push(row),
                None => found.unreadable += 1,
            }
        }
        let mut query = self.connection.prepare("SELECT call_id FROM finished ORDER BY n")?;
        found.finished =
            query.query_map([], |row| row.get(0).map(CallId))?.collect::<rusqlite::Result<Vec<CallId>>>()?;
        let mut query = self.connection.prepare("SELECT callback FROM own_callback ORDER BY at, call_id")?;
        for text in query.query_map([], |row| row.get::<_, String>(0))? {
            match parsed(&text?) {
                Some(callback) => found.own_callbacks.push(callback),
                None => found.unreadable += 1,
            }
        }
        let mut query = self.connection.prepare("SELECT place, at, typed FROM form_draft ORDER BY place")?;
        let forms = query.query_map([], |row| Ok((row.get(0)?, Timestamp(row.get(1)?), row.get(2)?)))?;
        found.forms = forms.collect::<rusqlite::Result<_>>()?;
        Ok(found)
    }

    #[cfg(test)]
    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }
}

const PENDING: &str = "SELECT handover, since, tries, error FROM pending";

fn put_wrap_up(change: &Transaction<'_>, wrap_up: &WrapUp) -> Result<(), NotMade> {
    let id = &wrap_up.call.id;
    if is_finished(change, id)? {
        return Ok(());
    }
    let others: u32 = change
        .prepare_cached("SELECT count(*) FROM wrap_up WHERE call_id <> ?1")?
        .query_row([&id.0], |row| row.get(0))?;
    if others >= MOST_WRAP_UPS {
        return Err(KeepFailure::TooMany { waiting: others }.into());
    }
    change
        .prepare_cached(
            "INSERT INTO wrap_up (call_id, started, deadline, wrap_up) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (call_id) DO UPDATE SET deadline = excluded.deadline, wrap_up = excluded.wrap_up",
        )?
        .execute(params![id.0, wrap_up.started.0, wrap_up.deadline.map(|at| at.0), json(wrap_up)?])?;
    Ok(())
}

fn put_draft(change: &Transaction<'_>, id: &CallId, draft: &WrapUpDraft) -> Result<(), NotMade> {
    let kept = change
        .prepare_cached(
            "INSERT INTO draft (call_id, draft) SELECT call_id, ?2 FROM wrap_up WHERE call_id = ?1
             ON CONFLICT (call_id) DO UPDATE SET draft = excluded.draft",
        )?
        .execute(params![id.0, json(draft)?])?;
    // One that comes after its wrap-up was saved has nothing more to say.
    if kept == 0 && !is_finished(change, id)? { Err(KeepFailure::NotBegun.into()) } else { Ok(()) }
}

fn put_form(change: &Transaction<'_>, place: &str, typed: &str, at: Timestamp) -> Result<(), NotMade> {
    change
        .prepare_cached(
            "INSERT INTO form_draft (place, at, typed) VALUES (?1, ?2, ?3)
             ON CONFLICT (place) DO UPDATE SET at = excluded.at, typed = excluded.typed",
        )?
        .execute(params![place, at.0, typed])?;
    Ok(())
}

fn submit(
    change: &Transaction<'_>,
    id: &CallId,
    handovers: &[Handover],
    own_callback: Option<&OwnCallback>,
    at: Timestamp,
) -> Result<Vec<PendingRow>, NotMade> {
    if is_finished(change, id)? {
        // An earlier commit whose success we did not hear of: what still waits takes the newer words; what the hub has
        // already is not handed over again.
        for handover in handovers {
            change
                .prepare_cached("UPDATE pending SET handover = ?2 WHERE key = ?1")?
                .execute(params![handover.key().0, json(handover)?])?;
        }
    } else {
        make_room(change, handovers.len())?;
        for handover in handovers {
            put_pending(change, handover, at)?;
        }
        finish(change, id, at)?;
    }
    match own_callback {
        Some(callback) => put_callback(change, callback)?,
        None => take_callback_away(change, id)?,
    }
    let mut rows = Vec::with_capacity(handovers.len());
    for handover in handovers {
        rows.extend(pending_by_key(change, handover.key())?);
    }
    Ok(rows)
}

/// Nothing is dropped to make room: beyond the bound nothing more is taken.
fn make_room(change: &Transaction<'_>, more: usize) -> Result<(), NotMade> {
    let waiting: u32 = change.query_row("SELECT count(*) FROM pending", [], |row| row.get(0))?;
    if waiting.saturating_add(u32::try_from(more).unwrap_or(u32::MAX)) > MOST_PENDING {
        return Err(KeepFailure::TooMany { waiting }.into());
    }
    Ok(())
}

fn put_pending(change: &Transaction<'_>, handover: &Handover, at: Timestamp) -> Result<(), NotMade> {
    change
        .prepare_cached("INSERT INTO pending (key, since, handover) VALUES (?1, ?2, ?3) ON CONFLICT (key) DO NOTHING")?
        .execute(params![handover.key().0, at.0, json(handover)?])?;
    Ok(())
}

fn take_away(change: &Transaction<'_>, key: &SubmissionKey) -> Result<(), NotMade> {
    change.prepare_cached("DELETE FROM pending WHERE key = ?1")?.execute([&key.0])?;
    Ok(())
}

/// One for each call: promised again, the newer words count.
fn put_callback(change: &Transaction<'_>, callback: &OwnCallback) -> Result<(), NotMade> {
    let id = &callback.call_id;
    let others: u32 = change
        .prepare_cached("SELECT count(*) FROM own_callback WHERE call_id <> ?1")?
        .query_row([&id.0], |row| row.get(0))?;
    if others >= MOST_CALLBACKS {
        return Err(KeepFailure::TooMany { waiting: others }.into());
    }
    change
        .prepare_cached(
            "INSERT INTO own_callback (call_id, at, callback) VALUES (?1, ?2, ?3)
             ON CONFLICT (call_id) DO UPDATE SET at = excluded.at, callback = excluded.callback",
        )?
        .execute(params![id.0, callback.at.0, json(callback)?])?;
    Ok(())
}

/// One that is done meanwhile does not come back.
fn change_callback(change: &Transaction<'_>, callback: &OwnCallback) -> Result<(), NotMade> {
    change.prepare_cached("UPDATE own_callback SET at = ?2, callback = ?3 WHERE call_id = ?1")?.execute(params![
        callback.call_id.0,
        callback.at.0,
        json(callback)?
    ])?;
    Ok(())
}

fn take_callback_away(change: &Transaction<'_>, id: &CallId) -> Result<(), NotMade> {
    change.prepare_cached("DELETE FROM own_callback WHERE call_id = ?1")?.execute([&id.0])?;
    Ok(())
}

/// The wrap-up is over, and its draft goes with it.
fn finish(change: &Transaction<'_>, id: &CallId, at: Timestamp) -> rusqlite::Result<()> {
    change.prepare_cached("DELETE FROM wrap_up WHERE call_id = ?1")?.execute([&id.0])?;
    change
        .prepare_cached("INSERT OR IGNORE INTO finished (call_id, at) VALUES (?1, ?2)")?
        .execute(params![id.0, at.0])?;
    change
        .prepare_cached("DELETE FROM finished WHERE n <= (SELECT max(n) FROM finished) - ?1")?
        .execute([FINISHED])
        .map(|_| ())
}

fn is_finished(change: &Transaction<'_>, id: &CallId) -> rusqlite::Result<bool> {
    change.prepare_cached("SELECT 1 FROM finished WHERE call_id = ?1")?.exists([&id.0])
}

fn pending_by_key(change: &Transaction<'_>, key: &SubmissionKey) -> rusqlite::Result<Option<PendingRow>> {
    let row =
        change.prepare_cached(&format!("{PENDING} WHERE key = ?1"))?.query_row([&key.0], pending_row).optional()?;
    Ok(row.flatten())
}

/// Nothing where this version cannot read it.
fn pending_row(row: &Row<'_>) -> rusqlite::Result<Option<PendingRow>> {
    let (handover, since, tries) = (row.get::<_, String>(0)?, Timestamp(row.get(1)?), row.get(2)?);
    let error = row.get::<_, Option<String>>(3)?.as_deref().and_then(parsed);
    Ok(parsed(&handover).map(|handover| PendingRow { handover, since, tries, error }))
}

fn parsed<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_str(text)
        .inspect_err(|error| {
            tracing::error!(line = error.line(), column = error.column(), "a row of the desk's file is not readable")
        })
        .ok()
}

fn json(value: &impl Serialize) -> Result<String, KeepFailure> {
    let text = serde_json::to_string(value).expect("BUG: our own words are always JSON");
    if text.len() > LARGEST { Err(KeepFailure::TooLarge) } else { Ok(text) }
}

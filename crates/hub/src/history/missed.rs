//! The team's missed calls, kept with the calls: a row changes in the transaction in which its calls do.
//!
//! - A call that is missed joins the row of its customer at that line and queue, or begins one; told twice, it counts once.
//!   One that turns out not to be missed leaves it.
//! - A conversation settles what the same customer missed before it. Should it turn out to be none, it settled nothing.
//! - A claim is compared and set: of two who take a row on at once, one has it.
//!
//! Whoever shows the list hears of every change in the order in which they were made ([`History::missed_changes`]).

mod act;
mod follow;
mod row;

pub use act::NotTaken;
pub(super) use follow::{follow, forgotten, named};

use super::{History, HistoryFailure, find::write_words};
use ringcard_core::{call::CallId, missed::MissedCaller};
use row::left;
use rusqlite::Transaction;
use tokio::sync::broadcast;

/// Changes that a slow listener may be behind; then it reads the list anew.
const BEHIND: usize = 256;

/// Who hears of changed rows.
#[derive(Clone)]
pub(super) struct MissedChanges(broadcast::Sender<Vec<MissedCaller>>);

impl Default for MissedChanges {
    fn default() -> Self {
        Self(broadcast::Sender::new(BEHIND))
    }
}

impl MissedChanges {
    /// Tells what was kept.
    pub(super) fn tell(&self, rows: Vec<MissedCaller>) {
        if !rows.is_empty() {
            // Nobody need listen.
            let _ = self.0.send(rows);
        }
    }
}

impl History {
    /// Rows that changed, from now on.
    pub fn missed_changes(&self) -> broadcast::Receiver<Vec<MissedCaller>> {
        self.missed.0.subscribe()
    }

    /// All that is left to do, the newest first, at most so many.
    pub async fn missed_left(&self, most: u32) -> Result<Vec<MissedCaller>, HistoryFailure> {
        self.files.ask(move |connection| left(connection, most)).await
    }

    /// Makes a change that may change the list, too: commits it, and tells then what is new. Nothing is told of a change that
    /// was not kept.
    pub(super) async fn change_with_missed<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<(T, Vec<MissedCaller>)> + Send + 'static,
    ) -> Result<T, HistoryFailure> {
        let listeners = self.missed.clone();
        self.files
            .change(move |connection| {
                let transaction = connection.transaction()?;
                let (made, rows) = change(&transaction)?;
                transaction.commit()?;
                listeners.tell(rows);
                Ok(made)
            })
            .await
    }

    /// The same of a change to whom the call list names for a call.
    pub(super) async fn change_name(
        &self,
        id: CallId,
        change: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<()> + Send + 'static,
    ) -> Result<(), HistoryFailure> {
        self.change_with_missed(move |transaction| {
            change(transaction)?;
            write_words(transaction, &id)?;
            Ok(((), named(transaction, &id)?))
        })
        .await
    }
}

#[cfg(test)]
mod tests;

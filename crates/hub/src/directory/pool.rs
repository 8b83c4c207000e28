//! The directory's threads, and what they answer in words of a customer list. What they promise: [`crate::database::Threads`].

use super::{
    failure::{NotWritten, not_saved, unavailable},
    open::OPENING,
};
use crate::database::{Damage, NotDone, OpenFailure, Threads, Waiting, Ways, fold_log};
use ringcard_connect::CrmFailure;
use rusqlite::Connection;
use std::{path::Path, time::Duration};

/// One slow search does not hold up a ring.
const READERS: usize = 3;

/// Questions and changes that may wait.
const WAITING: usize = 128;

pub(super) struct Pool {
    reads: Threads<Connection>,
    writes: Threads<Connection>,
    damage: Damage,
}

impl Pool {
    pub fn start(path: &Path, writer: Connection) -> Result<Self, OpenFailure> {
        let readers = OPENING.readers(path, READERS)?;
        let ways = |name, at_end| Ways { name, waiting: WAITING, at_rest: None, at_end };
        Ok(Self {
            reads: Threads::start(readers, ways("directory-reader", |_| ())),
            writes: Threads::start(vec![writer], ways("directory-writer", end)),
            damage: Damage::of(path),
        })
    }

    /// Asks something; an answer that is not there within `deadline` is stopped.
    pub async fn read<T: Send + 'static>(
        &self,
        deadline: Duration,
        question: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, CrmFailure> {
        let answer = self.reads.ask(deadline, question).await.map_err(not_answered)?;
        answer.map_err(|error| unavailable(&error, &self.damage))
    }

    /// Changes something.
    pub async fn write<T: Send + 'static>(
        &self,
        change: impl FnOnce(&mut Connection) -> Result<T, NotWritten> + Send + 'static,
    ) -> Result<T, CrmFailure> {
        let made = self.writes.change_if_there_is_room(change).await;
        made.map_err(not_made)?.map_err(|failure| failure.into_crm(&self.damage))
    }

    /// The same from a thread of its own, which may wait for a place.
    pub fn write_blocking<T: Send + 'static>(
        &self,
        change: impl FnOnce(&mut Connection) -> Result<T, NotWritten> + Send + 'static,
    ) -> Result<T, CrmFailure> {
        let made = self.writes.change_blocking(change).map_err(|why| match why {
            NotDone::Closed => not_answered(why),
            _ => not_made(why),
        })?;
        made.map_err(|failure| failure.into_crm(&self.damage))
    }

    /// Changes that wait for the one being made.
    pub fn waiting_changes(&self) -> Waiting {
        self.writes.waiting()
    }

    /// Finishes what waits, then closes the file. Later questions are answered with a failure. Blocks.
    pub fn close(&self) {
        self.reads.close();
        self.writes.close();
    }
}

fn not_answered(why: NotDone) -> CrmFailure {
    let detail = match why {
        NotDone::Closed => "the directory is closed".to_owned(),
        _ => why.to_string(),
    };
    CrmFailure::Unavailable { detail }
}

fn not_made(why: NotDone) -> CrmFailure {
    not_saved(match why {
        NotDone::Late => "the directory was busy for too long; try again".to_owned(),
        NotDone::Closed => "the directory is closed".to_owned(),
        NotDone::Busy | NotDone::Failed => why.to_string(),
    })
}

fn end(connection: &mut Connection) {
    if let Err(error) = connection.execute_batch("PRAGMA optimize") {
        tracing::warn!(%error, "the customer directory was not made ready for its next questions; nothing is lost");
    }
    fold_log(connection, "the customer directory");
}

//! Calls are written down in groups: what comes while the disk is busy goes with the next commit, so that a thousand calls at
//! once cost some flushes of the disk and not a thousand, and a ring among them waits for two.
//!
//! One that comes alone is committed alone and at once. The order stays: what is no call's record ends a group.

use super::{
    HistoryFailure,
    files::Files,
    missed::MissedChanges,
    record::{Recorded, write_with_missed},
};
use crate::database::{NotDone, is_damage};
use rusqlite::Connection;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// In one commit.
const MOST: usize = 64;

/// The group that waits for the next commit.
#[derive(Default)]
pub(super) struct Grouped(Mutex<Option<Arc<Group>>>);

/// Nothing, once it is being written.
struct Group(Mutex<Option<Vec<Waiting>>>);

/// A group on its way to the disk. Dropped before it gets there, it fails, for all who are in it.
struct UnderWay(Arc<Group>);

struct Waiting {
    recorded: Recorded,
    kept: oneshot::Sender<Result<(), HistoryFailure>>,
}

impl Grouped {
    /// What comes now is written after what comes next.
    pub fn end(&self) {
        locked(&self.0).take();
    }

    /// Answers with a group that is new: somebody has to hand it over.
    fn add(&self, waiting: Waiting) -> Option<UnderWay> {
        let mut open = locked(&self.0);
        let waiting = match open.as_ref() {
            Some(group) => group.add(waiting)?,
            None => waiting,
        };
        Some(UnderWay(open.insert(Arc::new(Group(Mutex::new(Some(vec![waiting]))))).clone()))
    }
}

impl Group {
    /// Gives back what comes too late for it.
    fn add(&self, waiting: Waiting) -> Option<Waiting> {
        match locked(&self.0).as_mut() {
            Some(group) if group.len() < MOST => {
                group.push(waiting);
                None
            }
            _ => Some(waiting),
        }
    }
}

impl UnderWay {
    /// Commits all of it, or each by itself where that fails; the damage that was met.
    fn write(&self, connection: &mut Connection, listeners: &MissedChanges) -> rusqlite::Result<()> {
        let waiting = locked(&self.0.0).take().unwrap_or_default();
        let all: Vec<&Recorded> = waiting.iter().map(|waiting| &waiting.recorded).collect();
        let together = write_all(connection, &all, listeners);
        let mut damage = Ok(());
        for Waiting { recorded, kept } in waiting {
            let written = match &together {
                Ok(()) => Ok(()),
                Err(_) => write_all(connection, &[&recorded], listeners),
            };
            let _ = kept.send(match written {
                Err(error) if is_damage(&error) => {
                    damage = Err(error);
                    Err(HistoryFailure::Damaged)
                }
                written => written.map_err(HistoryFailure::from),
            });
        }
        damage
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        locked(&self.0.0).take();
    }
}

fn write_all(connection: &mut Connection, all: &[&Recorded], listeners: &MissedChanges) -> rusqlite::Result<()> {
    let change = connection.transaction()?;
    let mut missed = Vec::new();
    for recorded in all {
        missed.extend(write_with_missed(&change, recorded)?);
    }
    change.commit()?;
    listeners.tell(missed);
    Ok(())
}

impl Files {
    /// Commits a call's record, with others that wait for the same.
    pub async fn record(self: &Arc<Self>, recorded: Recorded, listeners: &MissedChanges) -> Result<(), HistoryFailure> {
        let (kept, answer) = oneshot::channel();
        let listeners = listeners.clone();
        let handed_over = match self.grouped.add(Waiting { recorded, kept }) {
            Some(group) => self.change_in_group(move |connection| group.write(connection, &listeners)).await,
            None => Ok(()),
        };
        let not_written = || Err(handed_over.err().unwrap_or(HistoryFailure::NotDone(NotDone::Failed)));
        answer.await.unwrap_or_else(|_| not_written())
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;

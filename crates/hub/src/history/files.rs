//! The open file and the threads that speak with it; begun anew where it turns out to be damaged while it is written.

use super::{HistoryFailure, grouped::Grouped, open::OPENING};
use crate::database::{Damage, OpenFailure, Threads, Ways, fold_log, is_damage};
use rusqlite::Connection;
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{sync::watch, time::timeout};

/// Each finds its way by an index, so that no list holds up what the live calls ask.
const READERS: usize = 3;
/// Jobs that may wait; whoever comes later waits for a place.
const WAITING: usize = 256;
/// Until then somebody still waits for an answer.
const ANSWER: Duration = Duration::from_secs(10);
/// A new file that could not be begun is tried again after this.
const AGAIN: Duration = Duration::from_secs(2);

pub(super) struct Files {
    path: PathBuf,
    damage: Damage,
    state: Mutex<State>,
    is_being_renewed: AtomicBool,
    pub(super) grouped: Grouped,
    /// Counts how often the file was begun anew since it was opened.
    begun: watch::Sender<u64>,
}

struct State {
    open: Arc<OpenFile>,
    /// The damaged file, where it is kept now.
    kept_as: Option<PathBuf>,
    is_closed: bool,
}

struct OpenFile {
    writes: Threads<Connection>,
    reads: Threads<Connection>,
}

impl Files {
    pub fn open(path: &Path) -> Result<Self, HistoryFailure> {
        let (open, kept_as) = open_at(path).map_err(HistoryFailure::Open)?;
        let state = State { open: Arc::new(open), kept_as, is_closed: false };
        let (path, damage) = (path.to_owned(), Damage::of(path));
        let begun = watch::Sender::new(0);
        let (state, is_being_renewed) = (Mutex::new(state), AtomicBool::new(false));
        Ok(Self { path, damage, state, is_being_renewed, grouped: Grouped::default(), begun })
    }

    pub async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, HistoryFailure> {
        let open = self.state().open.clone();
        let answer = open.reads.ask(ANSWER, question).await?;
        // What is damaged deep inside is left out of answers until the next start, which looks at all of it: new calls can be
        // kept, and most of the list read.
        answer.inspect_err(|error| self.note(error)).map_err(HistoryFailure::from)
    }

    /// Asks what no start can do without: what can be read all the same, and the damage that was met. Then the file is set
    /// aside at once, and a new one begun.
    pub async fn ask_past_damage<T: Send + 'static>(
        self: &Arc<Self>,
        question: impl FnOnce(&Connection) -> rusqlite::Result<(T, Option<rusqlite::Error>)> + Send + 'static,
    ) -> Result<T, HistoryFailure> {
        let mut begun = self.begun();
        let open = self.state().open.clone();
        let (answer, damage) = open.reads.ask(ANSWER, question).await??;
        if let Some(damage) = damage {
            self.damage.note(&damage);
            self.renew(&open);
            if timeout(ANSWER, begun.changed()).await.is_err() {
                tracing::error!("the damaged call history is still there: what is kept waits for a new one");
            }
        }
        Ok(answer)
    }

    pub fn begun(&self) -> watch::Receiver<u64> {
        self.begun.subscribe()
    }

    pub async fn change<T: Send + 'static>(
        self: &Arc<Self>,
        change: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, HistoryFailure> {
        self.grouped.end();
        self.change_in_group(change).await
    }

    /// The same beside records of calls that come with it.
    pub(super) async fn change_in_group<T: Send + 'static>(
        self: &Arc<Self>,
        change: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, HistoryFailure> {
        let open = self.state().open.clone();
        let made = open.writes.change(change).await?;
        if let Err(error) = &made
            && is_damage(error)
        {
            self.note(error);
            self.renew(&open);
        }
        Ok(made?)
    }

    /// Where the file that was damaged is kept now.
    pub fn kept_as(&self) -> Option<PathBuf> {
        self.state().kept_as.clone()
    }

    pub async fn close(self: &Arc<Self>) {
        self.state().is_closed = true;
        let files = self.clone();
        let closing = tokio::task::spawn_blocking(move || {
            let open = files.state().open.clone();
            open.close();
        });
        if closing.await.is_err() {
            tracing::error!("closing the call history panicked");
        }
    }

    fn note(&self, error: &rusqlite::Error) {
        if is_damage(error) {
            self.damage.note(error);
        }
    }

    /// Nothing can be written into the file any more: it is set aside and a new one begun, while calls go on.
    fn renew(self: &Arc<Self>, damaged: &Arc<OpenFile>) {
        let is_the_one = Arc::ptr_eq(&self.state().open, damaged);
        if !is_the_one || self.is_being_renewed.swap(true, Ordering::AcqRel) {
            return;
        }
        // What is kept from now on belongs into the new file.
        damaged.writes.take_no_more();
        let (files, damaged) = (self.clone(), damaged.clone());
        let renewing = std::thread::Builder::new().name("history-renewal".to_owned()).spawn(move || {
            files.set_aside_and_begin(&damaged);
            files.is_being_renewed.store(false, Ordering::Release);
        });
        if let Err(error) = renewing {
            self.is_being_renewed.store(false, Ordering::Release);
            tracing::error!(%error, "the damaged call history could not be set aside");
        }
    }

    fn set_aside_and_begin(&self, damaged: &OpenFile) {
        damaged.close();
        let kept_as = OPENING
            .set_aside(&self.path)
            .inspect_err(|failure| tracing::error!(%failure, "the damaged call history could not be set aside"))
            .ok();
        loop {
            match open_at(&self.path) {
                Ok((open, kept_then)) => {
                    let mut state = self.state();
                    if state.is_closed {
                        drop(state);
                        return open.close();
                    }
                    state.open = Arc::new(open);
                    state.kept_as = kept_then.or(kept_as).or(state.kept_as.take());
                    drop(state);
                    self.begun.send_modify(|count| *count += 1);
                    return;
                }
                Err(failure) => tracing::error!(%failure, "no call can be kept: the call history is tried again"),
            }
            std::thread::sleep(AGAIN);
            if self.state().is_closed {
                return;
            }
        }
    }

    /// Only ever replaced as a whole, so that a panic elsewhere leaves it usable.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl OpenFile {
    /// Finishes what waits, and folds the log into the file. Blocks.
    fn close(&self) {
        self.reads.close();
        self.writes.close();
    }
}

fn open_at(path: &Path) -> Result<(OpenFile, Option<PathBuf>), OpenFailure> {
    let (writer, kept_as) = OPENING.writer_or_anew(path)?;
    let readers = OPENING.readers(path, READERS)?;
    let ways = |name, at_end| Ways { name, waiting: WAITING, at_rest: None, at_end };
    let open = OpenFile {
        writes: Threads::start(vec![writer], ways("history-writer", |held| fold_log(held, "the call history"))),
        reads: Threads::start(readers, ways("history-reader", |_| ())),
    };
    Ok((open, kept_as))
}

//! Writing: changes that wait together share one wait for the disk.

use super::{
    queue::CommitId,
    store::{Change, Committed, Store, StoreFailure},
};
use crate::database::{NotDone, Threads, Ways};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::mpsc;

/// Changes the thread has and has not answered; the others wait with the owner, which knows them anyhow.
const UNDER_WAY: usize = 256;

type Made = (CommitId, Result<Committed, StoreFailure>);

pub(super) struct Writer {
    thread: Arc<Threads<Store>>,
    /// What the thread takes all of, when it comes to it.
    waiting: Waiting,
    answers: mpsc::Sender<Made>,
    made: mpsc::Receiver<Made>,
    backlog: VecDeque<(CommitId, Change)>,
    under_way: usize,
}

#[derive(Clone, Default)]
struct Waiting(Arc<Mutex<Vec<(CommitId, Change)>>>);

impl Waiting {
    /// Whether it is the first, so that the thread has to be told.
    fn add(&self, next: (CommitId, Change)) -> bool {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.push(next);
        waiting.len() == 1
    }

    fn take(&self) -> (Vec<CommitId>, Vec<Change>) {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_iter().unzip()
    }
}

impl Writer {
    pub fn start(store: Store) -> Self {
        let ways = Ways { name: "outbox-writer", waiting: UNDER_WAY, at_rest: None, at_end: Store::fold };
        let (answers, made) = mpsc::channel(UNDER_WAY);
        let thread = Arc::new(Threads::start(vec![store], ways));
        Self { thread, waiting: Waiting::default(), answers, made, backlog: VecDeque::new(), under_way: 0 }
    }

    /// Makes a change after those handed over before.
    pub fn commit(&mut self, id: CommitId, change: Change) {
        self.backlog.push_back((id, change));
        self.push_on();
    }

    fn push_on(&mut self) {
        while self.under_way < UNDER_WAY
            && let Some(next) = self.backlog.pop_front()
        {
            self.under_way += 1;
            if self.waiting.add(next) {
                let (waiting, answers) = (self.waiting.clone(), self.answers.clone());
                let handed_over = self.thread.hand_over(Box::new(move |store| {
                    let (ids, changes) = waiting.take();
                    let mut group = Group { ids: ids.into_iter(), answers };
                    for outcome in store.commit(&changes) {
                        group.answer(outcome);
                    }
                }));
                if handed_over.is_err() {
                    // It is closed: nothing is answered as saved any more.
                    let (ids, _) = self.waiting.take();
                    Group { ids: ids.into_iter(), answers: self.answers.clone() }.stopped();
                }
            }
        }
    }

    /// The next change that was made, or was not; cancel-safe. Pending while there is none.
    pub async fn made(&mut self) -> Made {
        match self.made.recv().await {
            Some(made) => {
                self.under_way -= 1;
                self.push_on();
                made
            }
            // Not while we could answer ourselves.
            None => std::future::pending().await,
        }
    }

    pub fn is_idle(&self) -> bool {
        self.under_way == 0 && self.backlog.is_empty()
    }

    /// Folds the log and closes the file, after what was handed over.
    pub async fn close(self) {
        let thread = self.thread.clone();
        drop(self);
        if tokio::task::spawn_blocking(move || thread.close()).await.is_err() {
            tracing::error!("closing the outbox panicked");
        }
    }
}

/// Changes that are made together. Each is answered, also where making them panics.
struct Group {
    ids: std::vec::IntoIter<CommitId>,
    answers: mpsc::Sender<Made>,
}

impl Group {
    fn answer(&mut self, outcome: Result<Committed, StoreFailure>) {
        if let Some(id) = self.ids.next() {
            // Never waits: there are as many places as changes under way.
            let _ = self.answers.try_send((id, outcome));
        }
    }

    fn stopped(mut self) {
        while self.ids.len() > 0 {
            self.answer(Err(StoreFailure::Stopped));
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        while self.ids.len() > 0 {
            self.answer(Err(StoreFailure::NotDone(NotDone::Failed)));
        }
    }
}

//! The thread that writes: changes that wait together share one wait for the disk.

use super::{
    queue::CommitId,
    store::{Change, Committed, Store, StoreFailure},
};
use std::{collections::VecDeque, thread::JoinHandle};
use tokio::sync::mpsc;

/// Changes the thread has and has not answered; the others wait with the owner, which knows them anyhow.
const UNDER_WAY: usize = 256;

pub(super) struct Writer {
    changes: mpsc::Sender<(CommitId, Change)>,
    made: mpsc::Receiver<(CommitId, Result<Committed, StoreFailure>)>,
    backlog: VecDeque<(CommitId, Change)>,
    under_way: usize,
    thread: JoinHandle<()>,
}

impl Writer {
    pub fn start(mut store: Store) -> Self {
        let (changes, mut queue) = mpsc::channel::<(CommitId, Change)>(UNDER_WAY);
        let (answers, made) = mpsc::channel(UNDER_WAY);
        let thread = std::thread::Builder::new()
            .name("outbox-writer".to_owned())
            .spawn(move || {
                while let Some(first) = queue.blocking_recv() {
                    let mut ids = vec![first.0];
                    let mut group = vec![first.1];
                    while let Ok((id, change)) = queue.try_recv() {
                        ids.push(id);
                        group.push(change);
                    }
                    for answer in ids.into_iter().zip(store.commit(&group)) {
                        // Never waits: there are as many places as changes under way.
                        let _ = answers.blocking_send(answer);
                    }
                }
                store.fold();
            })
            .expect("BUG: a thread can be started at start-up");
        Self { changes, made, backlog: VecDeque::new(), under_way: 0, thread }
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
            if let Err(error) = self.changes.try_send(next) {
                // The thread has ended, which only a bug of ours can do: nothing is answered as saved any more.
                self.backlog.push_front(error.into_inner());
                return;
            }
            self.under_way += 1;
        }
    }

    /// The next change that was made, or was not; cancel-safe. Pending while there is none.
    pub async fn made(&mut self) -> (CommitId, Result<Committed, StoreFailure>) {
        match self.made.recv().await {
            Some(made) => {
                self.under_way -= 1;
                self.push_on();
                made
            }
            None => match self.backlog.pop_front() {
                Some((id, _)) => (id, Err(StoreFailure::Stopped)),
                None => std::future::pending().await,
            },
        }
    }

    pub fn is_idle(&self) -> bool {
        self.under_way == 0 && self.backlog.is_empty()
    }

    /// Folds the log and closes the file, after what was handed over.
    pub async fn close(self) {
        let Self { changes, made, thread, .. } = self;
        drop((changes, made));
        let joined = tokio::task::spawn_blocking(move || thread.join()).await;
        if !matches!(joined, Ok(Ok(()))) {
            tracing::error!("the outbox's writer panicked");
        }
    }
}

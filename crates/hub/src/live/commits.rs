//! What waits for the disk, in the order in which it was decided: nothing is answered or told before it is kept, and what
//! needs no disk waits for none.

use super::task::LiveTask;
use crate::history::HistoryFailure;
use futures_util::{
    future::BoxFuture,
    stream::{FuturesOrdered, StreamExt},
};
use std::future::{pending, ready};

/// With so many under way, inputs wait: whoever pushes is told that too much is going on.
const MOST: usize = 128;

type Then = Box<dyn FnOnce(&mut LiveTask, Result<(), HistoryFailure>) + Send>;

/// Commits under way. The history writes them in this order, too.
#[derive(Default)]
pub(super) struct Commits(FuturesOrdered<BoxFuture<'static, Committed>>);

/// One that is through, and what comes after it.
pub(super) struct Committed {
    kept: Result<(), HistoryFailure>,
    then: Then,
}

impl Commits {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn have_room(&self) -> bool {
        self.0.len() < MOST
    }

    /// The next in order, as soon as it is through.
    pub async fn next(&mut self) -> Committed {
        match self.0.next().await {
            Some(committed) => committed,
            None => pending().await,
        }
    }
}

impl Committed {
    pub fn go_on(self, task: &mut LiveTask) {
        (self.then)(task, self.kept);
    }
}

impl LiveTask {
    /// Commits something; `then` hears whether it is kept, after everything that was decided before.
    pub(super) fn commit(
        &mut self,
        commit: impl Future<Output = Result<(), HistoryFailure>> + Send + 'static,
        then: impl FnOnce(&mut LiveTask, Result<(), HistoryFailure>) + Send + 'static,
    ) {
        let then: Then = Box::new(then);
        self.commits.0.push_back(Box::pin(async move { Committed { kept: commit.await, then } }));
    }

    /// Goes on when everything decided so far is through: at once, where nothing is under way.
    pub(super) fn when_kept(&mut self, then: impl FnOnce(&mut LiveTask) + Send + 'static) {
        match self.commits.is_empty() {
            true => then(self),
            false => self.commit(ready(Ok(())), |task, _| then(task)),
        }
    }
}

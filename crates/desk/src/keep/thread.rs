//! The thread that speaks with the disk.

use super::{Found, Keep, KeepFailure, KeepNews, Store};
use crate::wrap_up::WrapUpDraft;
use ringcard_core::call::CallId;
use ringcard_hub::database::{NotDone, Threads, Ways};
use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::mpsc;

/// What waits for the disk. More is answered *busy* at once: the desk's owner never waits.
const WAITING: usize = 256;

/// Keeps things on a thread of its own. What was taken is kept even when the handle is dropped.
pub struct Keeper {
    thread: Threads<Store>,
    drafts: Drafts,
    news: mpsc::Sender<KeepNews>,
    /// What is said of something whose keeping panicked.
    panicked: KeepFailure,
}

/// What is told when this is dropped, however that comes about.
struct Told {
    news: mpsc::Sender<KeepNews>,
    what: Option<KeepNews>,
}

impl Drop for Told {
    fn drop(&mut self) {
        // Nobody listens any more: what was taken is kept all the same.
        self.what.take().into_iter().for_each(|what| drop(self.news.blocking_send(what)));
    }
}

/// The newest draft of each call that waits for the disk.
#[derive(Clone, Default)]
struct Drafts(Arc<Mutex<BTreeMap<CallId, Box<WrapUpDraft>>>>);

impl Keeper {
    /// Opens the file, reads what is there and starts the thread. Blocks, at most some seconds: call it before the
    /// desk's owner runs. News come through the receiver, which holds as many as can wait.
    pub fn open(path: &Path) -> Result<(Self, Found, mpsc::Receiver<KeepNews>), KeepFailure> {
        let store = Store::open(path)?;
        let found = store.all()?;
        let (news, hear) = mpsc::channel(WAITING);
        let ways = Ways {
            name: "desk-keeper",
            waiting: WAITING,
            // After a second without typing the last letters are put on the disk, too.
            at_rest: Some(Store::sync),
            at_end: Store::fold,
        };
        let thread = Threads::start(vec![store], ways);
        let detail = NotDone::Failed.to_string();
        let panicked = KeepFailure::Disk { path: path.to_owned(), detail };
        Ok((Self { thread, drafts: Drafts::default(), news, panicked }, found, hear))
    }

    /// Hands it to the thread; never waits. What cannot be taken is answered at once.
    pub fn keep(&self, keep: Keep) -> Result<(), Box<KeepNews>> {
        let (busy, panicked) = (keep.failed(KeepFailure::Busy), keep.failed(self.panicked.clone()));
        let (call_id, draft) = match keep {
            Keep::Draft { call_id, draft } => (call_id, draft),
            keep => return self.hand_over(panicked, |store| Some(store.keep(keep))).map_err(|_| Box::new(busy)),
        };
        if self.drafts.locked().insert(call_id.clone(), draft).is_some() {
            return Ok(());
        }
        let (drafts, id) = (self.drafts.clone(), call_id.clone());
        let newest = move |store: &mut Store| {
            let draft = drafts.locked().remove(&id)?;
            Some(store.keep(Keep::Draft { call_id: id, draft }))
        };
        self.hand_over(panicked, newest).map_err(|_| {
            self.drafts.locked().remove(&call_id);
            Box::new(busy)
        })
    }

    /// `panicked`: the news where there are no others.
    fn hand_over(
        &self,
        panicked: KeepNews,
        keep: impl FnOnce(&mut Store) -> Option<KeepNews> + Send + 'static,
    ) -> Result<(), NotDone> {
        let news = self.news.clone();
        self.thread.hand_over(Box::new(move |store| {
            let mut told = Told { news, what: Some(panicked) };
            told.what = keep(store);
        }))
    }

    /// Keeps what waits, folds the log into the file and closes it. Blocks; `news` are not heard any more.
    pub fn close(self, news: mpsc::Receiver<KeepNews>) {
        drop(news);
        self.thread.close();
    }
}

impl Drafts {
    /// Only ever replaced draft by draft, so that a panic elsewhere leaves them usable.
    fn locked(&self) -> MutexGuard<'_, BTreeMap<CallId, Box<WrapUpDraft>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ringcard_core::Timestamp;

    #[test]
    fn what_panics_while_it_is_kept_is_said_not_to_be_and_the_next_is_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let (keeper, _, mut news) = Keeper::open(&folder.path().join("desk.db")).expect("it opens");
        let form = |place: &str| Keep::Form { place: place.into(), revision: 1, typed: "{}".into(), at: Timestamp(1) };
        let panicked = form("a").failed(keeper.panicked.clone());
        keeper.hand_over(panicked.clone(), |_| panic!("on purpose")).expect("there is room");
        assert_eq!(news.blocking_recv(), Some(panicked));
        keeper.keep(form("b")).expect("there is room");
        let kept = KeepNews::Form { place: "b".into(), revision: 1, result: Ok(()) };
        assert_eq!(news.blocking_recv(), Some(kept));
        keeper.close(news);
    }
}

//! The thread that speaks with the disk.

use super::{Found, Keep, KeepFailure, KeepNews, Store};
use crate::wrap_up::WrapUpDraft;
use ringcard_core::call::CallId;
use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel},
    },
    thread::JoinHandle,
    time::Duration,
};
use tokio::sync::mpsc;

/// What waits for the disk. More is answered *busy* at once: the desk's owner never waits.
const WAITING: usize = 256;

/// After this long without typing the last letters are put on the disk, too.
const IDLE: Duration = Duration::from_secs(1);

/// Keeps things on a thread of its own. What was taken is kept even when the handle is dropped.
pub struct Keeper {
    jobs: SyncSender<Job>,
    drafts: Drafts,
    thread: JoinHandle<()>,
}

enum Job {
    Keep(Keep),
    /// The draft that waits for this call.
    Draft(CallId),
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
        let (jobs, queue) = sync_channel(WAITING);
        let (news, hear) = mpsc::channel(WAITING);
        let drafts = Drafts::default();
        let waiting = drafts.clone();
        let thread = std::thread::Builder::new()
            .name("desk-keeper".to_owned())
            .spawn(move || work(store, &queue, &waiting, &news))
            .map_err(|error| KeepFailure::of_io(path, error))?;
        Ok((Self { jobs, drafts, thread }, found, hear))
    }

    /// Hands it to the thread; never waits. What cannot be taken is answered at once.
    pub fn keep(&self, keep: Keep) -> Result<(), Box<KeepNews>> {
        let sent = match keep {
            Keep::Draft { call_id, draft } => {
                if self.drafts.locked().insert(call_id.clone(), draft).is_some() {
                    return Ok(());
                }
                self.jobs.try_send(Job::Draft(call_id))
            }
            keep => self.jobs.try_send(Job::Keep(keep)),
        };
        sent.map_err(|error| {
            let (job, failure) = match error {
                TrySendError::Full(job) => (job, KeepFailure::Busy),
                TrySendError::Disconnected(job) => (job, KeepFailure::Closed),
            };
            Box::new(match job {
                Job::Keep(keep) => keep.failed(failure),
                Job::Draft(call_id) => {
                    self.drafts.locked().remove(&call_id);
                    KeepNews::Draft { call_id, result: Err(failure) }
                }
            })
        })
    }

    /// Keeps what waits, folds the log into the file and closes it. Blocks; `news` are not heard any more.
    pub fn close(self, news: mpsc::Receiver<KeepNews>) {
        drop(news);
        drop(self.jobs);
        if self.thread.join().is_err() {
            tracing::error!("the desk's keeper ended early");
        }
    }
}

impl Drafts {
    /// Only ever replaced draft by draft, so that a panic elsewhere leaves them usable.
    fn locked(&self) -> MutexGuard<'_, BTreeMap<CallId, Box<WrapUpDraft>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn work(mut store: Store, queue: &Receiver<Job>, drafts: &Drafts, news: &mpsc::Sender<KeepNews>) {
    loop {
        let job = if store.is_unsynced() {
            match queue.recv_timeout(IDLE) {
                Ok(job) => job,
                Err(RecvTimeoutError::Timeout) => {
                    store.sync();
                    continue;
                }
                Err(RecvTimeoutError::Disconnected) => break,
            }
        } else {
            match queue.recv() {
                Ok(job) => job,
                Err(_) => break,
            }
        };
        let keep = match job {
            Job::Keep(keep) => keep,
            Job::Draft(call_id) => match drafts.locked().remove(&call_id) {
                Some(draft) => Keep::Draft { call_id, draft },
                None => continue,
            },
        };
        // Nobody listens any more: what was taken is kept all the same.
        let _ = news.blocking_send(store.keep(keep));
    }
    store.close();
}

//! The threads that speak with SQLite: a few read, one writes. Nothing here ever blocks an async worker.
//!
//! Every queue is bounded: a full one is an answer (*busy*), not a wait. A question that takes longer than its
//! deadline, or that nobody waits for any more (the next letter was typed), is stopped inside SQLite. A change is
//! either not begun in time, and then not made, or carried through: its outcome is never unknown.

use super::{
    OpenFailure,
    failure::{Damage, NotWritten, closed, not_saved, too_slow, unavailable},
    open,
};
use ringcard_connect::CrmFailure;
use rusqlite::Connection;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};
use tokio::sync::oneshot;

/// One slow search does not hold up a ring.
const READERS: usize = 3;

/// Questions and changes that may wait.
const WAITING: usize = 128;

/// A change that could not be begun by then is not made.
const WRITE_PATIENCE: Duration = Duration::from_secs(10);

/// How many steps of SQLite's machine pass between two looks at the clock: some ten microseconds.
const STEPS: i32 = 2_000;

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

pub(super) struct Pool {
    reads: Lane,
    writes: Lane,
    damage: Damage,
}

impl Pool {
    pub fn start(path: &Path, writer: Connection) -> Result<Self, OpenFailure> {
        let readers = (0..READERS).map(|_| open::reader(path)).collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            reads: Lane::start("directory-reader", readers, |_| ()),
            writes: Lane::start("directory-writer", vec![writer], fold_log),
            damage: Damage::of(path),
        })
    }

    /// Asks something; an answer that is not there within `deadline` is stopped.
    pub async fn read<T: Send + 'static>(
        &self,
        deadline: Duration,
        question: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, CrmFailure> {
        let until = Instant::now() + deadline;
        let asker = Asker::default();
        let given_up = asker.given_up.clone();
        let (reply, answer) = oneshot::channel();
        self.reads.push(Box::new(move |connection| {
            let stop = given_up.clone();
            let over = move || stop.load(Ordering::Relaxed) || Instant::now() >= until;
            if over() {
                return;
            }
            let asked = connection.progress_handler(STEPS, Some(over)).and_then(|()| question(connection));
            let _ = connection.progress_handler(0, None::<fn() -> bool>);
            let _ = reply.send(asked);
        }))?;
        match tokio::time::timeout(deadline, answer).await {
            Ok(Ok(answer)) => answer.map_err(|error| unavailable(&error, &self.damage)),
            Ok(Err(_)) | Err(_) => Err(too_slow()),
        }
    }

    /// Changes something.
    pub async fn write<T: Send + 'static>(
        &self,
        change: impl FnOnce(&mut Connection) -> Result<T, NotWritten> + Send + 'static,
    ) -> Result<T, CrmFailure> {
        let (job, outcome) = self.change_job(change);
        self.writes.push(job).map_err(|failure| not_saved(failure.to_string()))?;
        outcome.await.unwrap_or_else(|_| Err(not_saved("the directory stopped")))
    }

    /// The same from a thread of its own, which may wait for a place.
    pub fn write_blocking<T: Send + 'static>(
        &self,
        change: impl FnOnce(&mut Connection) -> Result<T, NotWritten> + Send + 'static,
    ) -> Result<T, CrmFailure> {
        let (job, outcome) = self.change_job(change);
        self.writes.push_waiting(job)?;
        outcome.blocking_recv().unwrap_or_else(|_| Err(not_saved("the directory stopped")))
    }

    fn change_job<T: Send + 'static>(
        &self,
        change: impl FnOnce(&mut Connection) -> Result<T, NotWritten> + Send + 'static,
    ) -> (Job, oneshot::Receiver<Result<T, CrmFailure>>) {
        let begin_by = Instant::now() + WRITE_PATIENCE;
        let damage = self.damage.clone();
        let (reply, outcome) = oneshot::channel();
        let job = Box::new(move |connection: &mut Connection| {
            let _ = reply.send(if Instant::now() >= begin_by {
                Err(not_saved("the directory was busy for too long; try again"))
            } else {
                change(connection).map_err(|failure| failure.into_crm(&damage))
            });
        });
        (job, outcome)
    }

    /// Changes that wait for the one being made.
    pub fn waiting_changes(&self) -> Waiting {
        self.writes.waiting.clone()
    }

    /// Finishes what waits, then closes the file. Later questions are answered with a failure. Blocks.
    pub fn close(&self) {
        self.reads.close();
        self.writes.close();
    }
}

/// Tells the thread when whoever asked has gone.
#[derive(Default)]
struct Asker {
    given_up: Arc<AtomicBool>,
}

impl Drop for Asker {
    fn drop(&mut self) {
        self.given_up.store(true, Ordering::Relaxed);
    }
}

/// Threads with a connection each, fed by one bounded queue.
struct Lane {
    jobs: Mutex<Option<SyncSender<Job>>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    waiting: Waiting,
}

/// How many jobs nobody has begun yet.
#[derive(Debug, Clone, Default)]
pub(super) struct Waiting(Arc<AtomicUsize>);

impl Waiting {
    pub fn is_somebody(&self) -> bool {
        self.0.load(Ordering::Relaxed) > 0
    }
}

impl Lane {
    fn start(name: &str, connections: Vec<Connection>, farewell: fn(&mut Connection)) -> Self {
        let (jobs, queue) = sync_channel::<Job>(WAITING);
        let queue = Arc::new(Mutex::new(queue));
        let waiting = Waiting::default();
        let threads = connections
            .into_iter()
            .map(|mut connection| {
                let (queue, waiting) = (queue.clone(), waiting.clone());
                std::thread::Builder::new()
                    .name(name.to_owned())
                    .spawn(move || {
                        while let Some(job) = next(&queue) {
                            waiting.0.fetch_sub(1, Ordering::Relaxed);
                            // A job that panics is a bug of ours; it shall not take the directory with it.
                            if catch_unwind(AssertUnwindSafe(|| job(&mut connection))).is_err() {
                                tracing::error!("a question to the customer directory panicked");
                            }
                        }
                        farewell(&mut connection);
                    })
                    .expect("BUG: a thread can be started at start-up")
            })
            .collect();
        Self { jobs: Mutex::new(Some(jobs)), threads: Mutex::new(threads), waiting }
    }

    fn push(&self, job: Job) -> Result<(), CrmFailure> {
        let jobs = locked(&self.jobs);
        let jobs = jobs.as_ref().ok_or_else(closed)?;
        // Counted first, so that the count never lags behind the queue.
        self.waiting.0.fetch_add(1, Ordering::Relaxed);
        jobs.try_send(job).map_err(|error| {
            self.waiting.0.fetch_sub(1, Ordering::Relaxed);
            match error {
                TrySendError::Full(_) => CrmFailure::Unavailable { detail: "too much is asked at once".to_owned() },
                TrySendError::Disconnected(_) => closed(),
            }
        })
    }

    fn push_waiting(&self, job: Job) -> Result<(), CrmFailure> {
        let jobs = locked(&self.jobs).clone().ok_or_else(closed)?;
        self.waiting.0.fetch_add(1, Ordering::Relaxed);
        jobs.send(job).map_err(|_| {
            self.waiting.0.fetch_sub(1, Ordering::Relaxed);
            closed()
        })
    }

    fn close(&self) {
        locked(&self.jobs).take();
        for thread in locked(&self.threads).drain(..) {
            let _ = thread.join();
        }
    }
}

fn next(queue: &Mutex<Receiver<Job>>) -> Option<Job> {
    locked(queue).recv().ok()
}

/// What is guarded is only ever replaced as a whole, so that a panic elsewhere leaves it usable.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Folds the log into the file, so that a copy of it is whole.
fn fold_log(connection: &mut Connection) {
    let folded = connection
        .execute_batch("PRAGMA optimize")
        .and_then(|()| connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())));
    if let Err(error) = folded {
        tracing::warn!(%error, "the customer directory's log was not folded into its file; nothing is lost");
    }
}

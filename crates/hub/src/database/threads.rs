//! The threads that speak with SQLite, so that no async worker ever waits for a disk. Every store has two sets of them: one
//! thread that writes, and some that read ([`Threads`]).
//!
//! Queues are bounded, and every wait has an end. A question whose deadline is over, or that nobody waits for any more, is
//! stopped inside SQLite. A change is either not begun in time, and then not made, or carried through: its outcome is never
//! unknown. A job that panics costs its own answer; the thread goes on with the next.

use rusqlite::Connection;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc::{RecvTimeoutError, SyncSender, TrySendError, sync_channel},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};
use thiserror::Error;
use tokio::sync::{Notify, oneshot};

/// A change that could not be begun by then is not made.
const WRITE_PATIENCE: Duration = Duration::from_secs(10);

/// After this long without a job a thread is told that it rests.
const REST: Duration = Duration::from_secs(1);

/// How many steps of SQLite's machine pass between two looks at the clock: some ten microseconds.
const STEPS: i32 = 2_000;

/// Something to be done on a thread, with what it holds.
pub type Job<S> = Box<dyn FnOnce(&mut S) + Send>;

/// Why a job was not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NotDone {
    #[error("too much is asked at once")]
    Busy,
    #[error("no answer in time")]
    Late,
    #[error("it is closed")]
    Closed,
    /// A bug of ours.
    #[error("something went wrong inside; the log says what")]
    Failed,
}

/// What a thread holds: a connection, or what a store has made of one.
pub trait Held: Send + 'static {
    fn connection(&mut self) -> &mut Connection;
}

impl Held for Connection {
    fn connection(&mut self) -> &mut Connection {
        self
    }
}

/// What threads are called, and what they do besides their jobs.
pub struct Ways<S> {
    /// For the log.
    pub name: &'static str,
    /// Jobs that may wait.
    pub waiting: usize,
    /// Once, when nothing was asked for a second.
    pub at_rest: Option<fn(&mut S)>,
    /// The last thing.
    pub at_end: fn(&mut S),
}

/// Threads that hold a connection each, fed by one bounded queue.
pub struct Threads<S> {
    jobs: Mutex<Option<SyncSender<Job<S>>>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    waiting: Waiting,
    /// Told whenever a job has left the queue.
    place: Arc<Notify>,
}

/// How many jobs nobody has begun yet.
#[derive(Debug, Clone, Default)]
pub struct Waiting(Arc<AtomicUsize>);

impl Waiting {
    pub fn is_somebody(&self) -> bool {
        self.0.load(Ordering::Relaxed) > 0
    }
}

impl<S: Held> Threads<S> {
    /// One thread for each.
    pub fn start(held: Vec<S>, ways: Ways<S>) -> Self {
        let Ways { name, waiting: most, at_rest, at_end } = ways;
        let (jobs, queue) = sync_channel::<Job<S>>(most);
        let queue = Arc::new(Mutex::new(queue));
        let (waiting, place) = (Waiting::default(), Arc::new(Notify::new()));
        let threads = held
            .into_iter()
            .map(|mut held| {
                let (queue, waiting, place) = (queue.clone(), waiting.clone(), place.clone());
                let work = move || {
                    let mut rests = true;
                    loop {
                        let next = match at_rest.filter(|_| !rests) {
                            Some(_) => locked(&queue).recv_timeout(REST),
                            None => locked(&queue).recv().map_err(|_| RecvTimeoutError::Disconnected),
                        };
                        match next {
                            Ok(job) => {
                                waiting.0.fetch_sub(1, Ordering::Relaxed);
                                place.notify_one();
                                carry_out(name, || job(&mut held));
                                rests = false;
                            }
                            Err(RecvTimeoutError::Timeout) => {
                                carry_out(name, || at_rest.into_iter().for_each(|at_rest| at_rest(&mut held)));
                                rests = true;
                            }
                            Err(RecvTimeoutError::Disconnected) => break,
                        }
                    }
                    carry_out(name, || at_end(&mut held));
                };
                let thread = std::thread::Builder::new().name(name.to_owned());
                thread.spawn(work).expect("BUG: a thread can be started at start-up")
            })
            .collect();
        Self { jobs: Mutex::new(Some(jobs)), threads: Mutex::new(threads), waiting, place }
    }

    /// Asks something; an answer that is not there within `deadline` is stopped.
    pub async fn ask<T: Send + 'static>(
        &self,
        deadline: Duration,
        question: impl FnOnce(&S) -> T + Send + 'static,
    ) -> Result<T, NotDone> {
        let until = Instant::now() + deadline;
        let asker = Asker::default();
        let given_up = asker.0.clone();
        let (reply, answer) = oneshot::channel();
        let job: Job<S> = Box::new(move |held| {
            let over = move || given_up.load(Ordering::Relaxed) || Instant::now() >= until;
            if over() {
                return;
            }
            let watched = Watched::by(held, over);
            let answer = question(watched.0);
            drop(watched);
            let _ = reply.send(answer);
        });
        let asked = async {
            self.hand_over_when_there_is_room(job).await?;
            answer.await.map_err(|_| if Instant::now() >= until { NotDone::Late } else { NotDone::Failed })
        };
        tokio::time::timeout(deadline, asked).await.unwrap_or(Err(NotDone::Late))
    }

    /// Changes something; waits for a place in the queue.
    pub async fn change<T: Send + 'static>(
        &self,
        change: impl FnOnce(&mut S) -> T + Send + 'static,
    ) -> Result<T, NotDone> {
        let (job, made) = in_time(change);
        tokio::time::timeout(WRITE_PATIENCE, self.hand_over_when_there_is_room(job))
            .await
            .unwrap_or(Err(NotDone::Late))?;
        made.await.unwrap_or(Err(NotDone::Failed))
    }

    /// The same, refused at once where there is no place.
    pub async fn change_if_there_is_room<T: Send + 'static>(
        &self,
        change: impl FnOnce(&mut S) -> T + Send + 'static,
    ) -> Result<T, NotDone> {
        let (job, made) = in_time(change);
        self.hand_over(job)?;
        made.await.unwrap_or(Err(NotDone::Failed))
    }

    /// The same from a thread of its own, which may wait for a place.
    pub fn change_blocking<T: Send + 'static>(
        &self,
        change: impl FnOnce(&mut S) -> T + Send + 'static,
    ) -> Result<T, NotDone> {
        let (job, made) = in_time(change);
        let jobs = locked(&self.jobs).clone().ok_or(NotDone::Closed)?;
        self.waiting.0.fetch_add(1, Ordering::Relaxed);
        jobs.send(job).map_err(|_| {
            self.waiting.0.fetch_sub(1, Ordering::Relaxed);
            NotDone::Closed
        })?;
        made.blocking_recv().unwrap_or(Err(NotDone::Failed))
    }

    /// Hands a job over that tells by itself what came of it; never waits.
    pub fn hand_over(&self, job: Job<S>) -> Result<(), NotDone> {
        self.try_hand_over(job).map_err(|(_, why)| why)
    }

    async fn hand_over_when_there_is_room(&self, mut job: Job<S>) -> Result<(), NotDone> {
        loop {
            match self.try_hand_over(job) {
                Ok(()) => return Ok(()),
                Err((back, NotDone::Busy)) => job = back,
                Err((_, why)) => return Err(why),
            }
            // A place that became free since then is remembered.
            self.place.notified().await;
        }
    }

    fn try_hand_over(&self, job: Job<S>) -> Result<(), (Job<S>, NotDone)> {
        let jobs = locked(&self.jobs);
        let Some(jobs) = jobs.as_ref() else { return Err((job, NotDone::Closed)) };
        // Counted first, so that the count never lags behind the queue.
        self.waiting.0.fetch_add(1, Ordering::Relaxed);
        jobs.try_send(job).map_err(|error| {
            self.waiting.0.fetch_sub(1, Ordering::Relaxed);
            match error {
                TrySendError::Full(job) => (job, NotDone::Busy),
                TrySendError::Disconnected(job) => (job, NotDone::Closed),
            }
        })
    }

    /// Jobs that nobody has begun.
    pub fn waiting(&self) -> Waiting {
        self.waiting.clone()
    }

    /// Takes no more jobs; those it has are done. Does not wait.
    pub fn take_no_more(&self) {
        locked(&self.jobs).take();
        // Whoever waits for a place hears that there is none.
        self.place.notify_waiters();
        self.place.notify_one();
    }

    /// Takes no more jobs, finishes those it has, and closes what it holds. Blocks.
    pub fn close(&self) {
        self.take_no_more();
        for thread in locked(&self.threads).drain(..) {
            let _ = thread.join();
        }
    }
}

/// Folds a log into its file, so that a copy of the file is whole.
pub fn fold_log(connection: &Connection, of: &str) {
    let folded = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    if let Err(error) = folded {
        tracing::warn!(%error, of, "a database's log was not folded into its file; nothing is lost");
    }
}

/// Carries a job out; one that panics is a bug of ours, and shall not take the others with it.
fn carry_out(name: &'static str, job: impl FnOnce()) {
    if catch_unwind(AssertUnwindSafe(job)).is_err() {
        tracing::error!(thread = name, "a job of a database's thread panicked: it has no answer, the next one has");
    }
}

/// A change that is not made where it is not begun in time.
fn in_time<S, T: Send + 'static>(
    change: impl FnOnce(&mut S) -> T + Send + 'static,
) -> (Job<S>, oneshot::Receiver<Result<T, NotDone>>) {
    let begin_by = Instant::now() + WRITE_PATIENCE;
    let (reply, made) = oneshot::channel();
    let job = Box::new(move |held: &mut S| {
        let _ = reply.send(if Instant::now() >= begin_by { Err(NotDone::Late) } else { Ok(change(held)) });
    });
    (job, made)
}

/// Tells the thread when whoever asked has gone.
#[derive(Default)]
struct Asker(Arc<AtomicBool>);

impl Drop for Asker {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// What a thread holds, while its questions are stopped when they are over; not beyond this, also where one panics.
struct Watched<'a, S: Held>(&'a mut S);

impl<'a, S: Held> Watched<'a, S> {
    fn by(held: &'a mut S, over: impl FnMut() -> bool + Send + 'static) -> Self {
        if let Err(error) = held.connection().progress_handler(STEPS, Some(over)) {
            tracing::warn!(%error, "a question cannot be stopped");
        }
        Self(held)
    }
}

impl<S: Held> Drop for Watched<'_, S> {
    fn drop(&mut self) {
        let _ = self.0.connection().progress_handler(0, None::<fn() -> bool>);
    }
}

/// What is guarded is only ever replaced as a whole, so that a panic elsewhere leaves it usable.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;

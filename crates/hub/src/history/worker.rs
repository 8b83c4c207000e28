//! A thread with a connection, fed by a bounded channel.

use super::HistoryFailure;
use rusqlite::Connection;
use std::sync::{Arc, Mutex};
use tokio::sync::{mpsc, oneshot};

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// Jobs that may wait; whoever comes later waits for a place.
const WAITING: usize = 256;

#[derive(Clone)]
pub(super) struct Worker {
    jobs: Arc<Mutex<Option<mpsc::Sender<Job>>>>,
}

impl Worker {
    pub fn start(name: &str, mut connection: Connection) -> Self {
        let (jobs, mut queue) = mpsc::channel::<Job>(WAITING);
        std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                while let Some(job) = queue.blocking_recv() {
                    job(&mut connection);
                }
            })
            .expect("BUG: a thread can be started at start-up");
        Self { jobs: Arc::new(Mutex::new(Some(jobs))) }
    }

    /// Runs `job` on the thread. A job that was handed over is finished even if nobody waits any more.
    pub async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, HistoryFailure> {
        let jobs = self.jobs.lock().expect("BUG: nobody panics while holding the jobs").clone();
        let (done, result) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let _ = done.send(job(connection));
        });
        jobs.ok_or(HistoryFailure::Closed)?.send(job).await.map_err(|_| HistoryFailure::Closed)?;
        Ok(result.await.map_err(|_| HistoryFailure::Closed)??)
    }

    /// Takes no more jobs; the thread ends, and closes its connection, after those it has.
    pub fn stop(&self) {
        self.jobs.lock().expect("BUG: nobody panics while holding the jobs").take();
    }
}

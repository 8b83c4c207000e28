//! Every request that was made of another system: for which account and purpose, what it came to, when, and how long it
//! took. Never a payload, a number or an address.
//!
//! Promises: no request waits for its line (what finds no place is counted, and not kept); a file that does not open, or
//! takes nothing, costs nothing but the list; a day's lines are kept, and their counts by the hour for thirty days.

mod store;

use ringcard_core::Timestamp;
use serde::Serialize;
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
        mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};
use store::Store;
use thiserror::Error;
use tokio::sync::oneshot;

/// Lines and questions that may wait for the thread.
const WAITING: usize = 4096;
/// Lines that come together are written together.
const GATHERED: usize = 256;
const GATHER_FOR: Duration = Duration::from_millis(200);
/// Between two looks for lines that are to be counted by the hour.
const COMPACT_EVERY: Duration = Duration::from_secs(3600);
/// And after so many lines at the latest.
const COMPACT_AFTER: usize = 20_000;

/// A request that was made.
#[derive(Debug, Clone)]
pub struct Line {
    pub at: Timestamp,
    pub account: String,
    pub purpose: &'static str,
    pub what: &'static str,
    pub outcome: &'static str,
    pub took: Duration,
}

/// The same as it is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(as = RequestMade))]
pub struct Made {
    /// When it ended.
    pub at: Timestamp,
    pub account: String,
    /// `look_up`, `agent_act`, `test`, `write` or `report`.
    pub purpose: String,
    /// What was asked for, in the connector's own fixed word.
    pub what: String,
    /// `answered`, `refused`, `not_sent`, `unknown` or `closed`.
    pub outcome: String,
    pub took_ms: i64,
}

/// The requests of one hour that were alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(as = RequestsOfAnHour))]
pub struct Hour {
    /// When it began.
    pub hour: Timestamp,
    pub account: String,
    /// As of a single one.
    pub purpose: String,
    pub what: String,
    pub outcome: String,
    pub requests: i64,
    /// Of all of them together.
    pub took_ms: i64,
    pub longest_ms: i64,
}

/// Which requests.
#[derive(Debug, Clone)]
pub struct Which {
    pub account: Option<String>,
    pub from: Timestamp,
    /// Not included.
    pub to: Timestamp,
    /// How many lines at most, besides the counts.
    pub lines: u32,
}

/// What was asked for, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct Requests {
    /// Counts by the hour, of thirty days.
    pub hours: Vec<Hour>,
    /// One by one, of the last day.
    pub lines: Vec<Made>,
    /// Requests of this run that are in no list: there was no place for their lines.
    pub not_kept: u64,
}

/// Why the list cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NoList {
    #[error("The list of requests could not be read: {0}")]
    Unreadable(String),
    #[error("Too much is asked of the list of requests at once; ask again in a moment")]
    Busy,
    #[error("The list of requests is closed")]
    Closed,
}

type Question = Box<dyn FnOnce(Result<&Store, &str>) + Send>;

enum Told {
    Line(Line),
    Asked(Question),
    Close,
}

/// Cheap to clone.
#[derive(Clone)]
pub struct RequestLog {
    thread: Arc<Thread>,
    not_kept: Arc<AtomicU64>,
}

struct Thread {
    told: SyncSender<Told>,
    handle: Mutex<Option<JoinHandle<()>>>,
}

impl RequestLog {
    /// The file is opened beside whatever else starts.
    pub fn start(path: &Path) -> Self {
        let (told, heard) = sync_channel(WAITING);
        let (path, not_kept) = (path.to_owned(), Arc::new(AtomicU64::new(0)));
        let lost = not_kept.clone();
        let handle = std::thread::Builder::new()
            .name("requests-writer".to_owned())
            .spawn(move || keep(path, &heard, &lost))
            .expect("BUG: a thread can be started at start-up");
        Self { thread: Arc::new(Thread { told, handle: Mutex::new(Some(handle)) }), not_kept }
    }

    /// Leaves a line; never waits.
    pub fn note(&self, line: Line) {
        if self.thread.told.try_send(Told::Line(line)).is_err() {
            self.not_kept.fetch_add(1, Relaxed);
        }
    }

    /// What was noted before is in it.
    pub async fn read(&self, which: Which) -> Result<Requests, NoList> {
        let (answer, answered) = oneshot::channel();
        let question: Question = Box::new(move |store| {
            let read = store.map_err(str::to_owned).and_then(|store| store.read(&which).map_err(|e| e.to_string()));
            let _ = answer.send(read);
        });
        self.thread.told.try_send(Told::Asked(question)).map_err(|_| NoList::Busy)?;
        let read = answered.await.map_err(|_| NoList::Closed)?;
        let requests = read.map_err(NoList::Unreadable)?;
        Ok(Requests { not_kept: self.not_kept.load(Relaxed), ..requests })
    }

    /// Writes what was noted, and closes the file.
    pub async fn close(&self) {
        let thread = self.thread.clone();
        let joined = tokio::task::spawn_blocking(move || {
            let _ = thread.told.send(Told::Close);
            let handle = thread.handle.lock().unwrap_or_else(PoisonError::into_inner).take();
            handle.is_none_or(|handle| handle.join().is_ok())
        });
        if !joined.await.unwrap_or(false) {
            tracing::error!("the list of requests was not closed well");
        }
    }
}

/// What the thread does until it is told to close, or nobody is there any more.
fn keep(path: PathBuf, heard: &Receiver<Told>, not_kept: &AtomicU64) {
    let mut store = Store::open(&path).map_err(|failure| {
        tracing::warn!(%failure, "requests leave no lines");
        failure.to_string()
    });
    compact(&mut store);
    let (mut since, mut compacted) = (0, Instant::now());
    let mut next = None;
    loop {
        let told = match next.take() {
            Some(told) => told,
            None => match heard.recv_timeout(COMPACT_EVERY) {
                Ok(told) => told,
                Err(RecvTimeoutError::Timeout) => {
                    compact(&mut store);
                    compacted = Instant::now();
                    continue;
                }
                Err(RecvTimeoutError::Disconnected) => return,
            },
        };
        match told {
            Told::Close => return,
            Told::Asked(question) => question(store.as_ref().map_err(String::as_str)),
            Told::Line(first) => {
                let lines;
                (lines, next) = gather(first, heard);
                since += lines.len();
                write(&mut store, &lines, not_kept);
                if since >= COMPACT_AFTER || compacted.elapsed() >= COMPACT_EVERY {
                    compact(&mut store);
                    (since, compacted) = (0, Instant::now());
                }
            }
        }
    }
}

/// Lines that come soon after the first, and whatever else ended the wait.
fn gather(first: Line, heard: &Receiver<Told>) -> (Vec<Line>, Option<Told>) {
    let (mut lines, until) = (vec![first], Instant::now() + GATHER_FOR);
    while lines.len() < GATHERED {
        match heard.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(Told::Line(line)) => lines.push(line),
            Ok(other) => return (lines, Some(other)),
            Err(_) => break,
        }
    }
    (lines, None)
}

fn write(store: &mut Result<Store, String>, lines: &[Line], not_kept: &AtomicU64) {
    let written =
        store.as_mut().map_err(|why| why.clone()).and_then(|store| store.write(lines).map_err(|e| e.to_string()));
    if let Err(why) = written {
        let before = not_kept.fetch_add(lines.len() as u64, Relaxed);
        if before == 0 {
            tracing::warn!(why, "requests leave no lines; the first of them are only counted");
        }
    }
}

fn compact(store: &mut Result<Store, String>) {
    if let Ok(store) = store
        && let Err(error) = store.compact(Timestamp::now())
    {
        tracing::warn!(%error, "old lines of requests were not counted by the hour");
    }
}

#[cfg(test)]
mod tests;

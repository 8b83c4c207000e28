//! Every request that was made of another system: for which account and purpose, what it came to, when, and how long it
//! took. Never a payload, a number or an address.
//!
//! Promises: no request waits for its line (what finds no place is counted, and not kept); a file that does not open, or
//! takes nothing, costs nothing but the list; a day's lines are kept, and their counts by the hour for thirty days.

mod counters;
mod keeper;
mod store;
mod used;

use crate::database::{NotDone, Threads, Ways, fold_log};
use counters::Counters;
use keeper::Keeper;
use ringcard_core::{Timestamp, usage::UsageRange};
use serde::Serialize;
use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};
use store::Store;
use thiserror::Error;
pub use used::{Counted, Saved, bounds};

/// Lines and questions that may wait for the thread.
const WAITING: usize = 4096;
/// A list takes no longer.
const DEADLINE: Duration = Duration::from_secs(10);

/// A request that was made.
#[derive(Debug, Clone)]
pub struct Line {
    pub at: Timestamp,
    pub account: String,
    pub purpose: &'static str,
    pub what: &'static str,
    pub outcome: &'static str,
    /// Whose act it was: an agent's id; empty where it was nobody's.
    pub by: String,
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
    /// `answered`, `refused`, `not_sent`, `unknown`, `closed`, or `limited` where it was turned away for a limit.
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

impl From<NotDone> for NoList {
    fn from(not_done: NotDone) -> Self {
        match not_done {
            NotDone::Busy | NotDone::Late => Self::Busy,
            NotDone::Closed => Self::Closed,
            NotDone::Failed => Self::Unreadable(not_done.to_string()),
        }
    }
}

/// Cheap to clone.
#[derive(Clone)]
pub struct RequestLog {
    /// Or why there is no list.
    threads: Result<Arc<Threads<Keeper>>, String>,
    not_kept: Arc<AtomicU64>,
    counters: Arc<Counters>,
}

impl RequestLog {
    /// Opens or creates the file; blocks.
    pub fn start(path: &Path) -> Self {
        let not_kept = Arc::new(AtomicU64::new(0));
        let opened = Store::open(path).map_err(|failure| {
            tracing::warn!(%failure, "requests leave no lines");
            failure.to_string()
        });
        let ways = Ways {
            name: "requests-writer",
            waiting: WAITING,
            at_rest: Some(Keeper::tidy),
            at_end: |keeper: &mut Keeper| {
                keeper.write();
                fold_log(keeper.store.connection(), "the list of requests");
            },
        };
        let keeper = |store| Keeper::new(store, not_kept.clone());
        let threads = opened.map(|store| Arc::new(Threads::start(vec![keeper(store)], ways)));
        Self { threads, not_kept, counters: Arc::default() }
    }

    /// Leaves a line; never waits.
    pub fn note(&self, line: Line) {
        self.counters.note(&line);
        if !self.hand_over(move |keeper| keeper.note(line)) {
            self.not_kept.fetch_add(1, Relaxed);
        }
    }

    /// So many requests were not needed; never waits.
    pub fn note_saved(&self, account: &str, saved: Saved, many: u32) {
        if many > 0 {
            self.counters.saved(account, saved.word(), many);
            let (account, at) = (account.to_owned(), Timestamp::now());
            self.hand_over(move |keeper| keeper.saved(&account, saved, at, many));
        }
    }

    /// So many writes wait for an account; never waits.
    pub fn note_waiting(&self, account: &str, many: u32) {
        let (account, at) = (account.to_owned(), Timestamp::now());
        self.hand_over(move |keeper| keeper.waited(&account, at, many));
    }

    fn hand_over(&self, note: impl FnOnce(&mut Keeper) + Send + 'static) -> bool {
        self.threads.as_ref().is_ok_and(|threads| threads.hand_over(Box::new(note)).is_ok())
    }

    /// What was used of an account between these bounds ([`bounds`]), and requests of this run that are in no count. What was
    /// noted before is in it.
    pub async fn used(
        &self,
        account: String,
        range: UsageRange,
        bounds: Vec<Timestamp>,
    ) -> Result<(Counted, u64), NoList> {
        let threads = self.threads.as_ref().map_err(|why| NoList::Unreadable(why.clone()))?;
        threads.change_if_there_is_room(Keeper::tidy).await?;
        let read = threads.ask(DEADLINE, move |keeper| keeper.store.used(&account, range, &bounds)).await?;
        let counted = read.map_err(|error| NoList::Unreadable(error.to_string()))?;
        Ok((counted, self.not_kept.load(Relaxed)))
    }

    /// Counters of this run, for `/metrics`.
    pub fn text(&self) -> String {
        self.counters.text()
    }

    /// What was noted before is in it.
    pub async fn read(&self, which: Which) -> Result<Requests, NoList> {
        let threads = self.threads.as_ref().map_err(|why| NoList::Unreadable(why.clone()))?;
        threads.change_if_there_is_room(Keeper::tidy).await?;
        let read = threads.ask(DEADLINE, move |keeper| keeper.store.read(&which)).await?;
        let requests = read.map_err(|error| NoList::Unreadable(error.to_string()))?;
        Ok(Requests { not_kept: self.not_kept.load(Relaxed), ..requests })
    }

    /// Writes what was noted, and closes the file.
    pub async fn close(&self) {
        let Ok(threads) = self.threads.clone() else { return };
        if tokio::task::spawn_blocking(move || threads.close()).await.is_err() {
            tracing::error!("the list of requests was not closed well");
        }
    }
}

#[cfg(test)]
mod tests;

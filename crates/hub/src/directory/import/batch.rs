//! A batch of an import: rows that are stored in one transaction.
//!
//! Large ones are several times cheaper than small ones (every batch touches most pages of the number indexes), so that a
//! batch goes on until somebody else wants to write, and then ends soon. A kill leaves whole batches; repeating the
//! import does the rest.

use super::{
    Adjustment, Became, CancelImport,
    apply::{self, Outcome},
    ongoing::Ongoing,
    report::Noted,
    rows::{Adjusted, Chunk, Item},
};
use crate::{
    database::Waiting,
    directory::{failure::NotWritten, row::FileTag},
};
use ringcard_core::{Timestamp, number::DialPlan};
use rusqlite::{Connection, TransactionBehavior};
use std::{
    sync::mpsc::{Receiver, RecvTimeoutError, sync_channel},
    time::{Duration, Instant},
};

/// Other programs with the same file wait no longer for a batch.
const BATCH_TIME: Duration = Duration::from_secs(2);
const BATCH_ROWS: u64 = 50_000;
/// The first is small, each next one twice as large: progress shows at once.
const FIRST_BATCH_ROWS: u64 = 1_000;
/// Rows that are unclear wait for the file's end, as many as these.
const MOST_HELD: usize = 20_000;
const MOST_HELD_BYTES: usize = 32 << 20;
/// What is refused or changed is held until the batch is committed.
const BATCH_NOTED_BYTES: usize = 8 << 20;

/// So many are stored even when somebody waits: some ten milliseconds.
const LEAST_ROWS: u64 = 1_000;
/// A batch after one that ended early is as long as this: whoever saves one customer hardly waits, and whoever saves all
/// the time does not make an import several times as long.
const LEAST_TIME: Duration = Duration::from_secs(1);
/// Rows between two looks at the clock.
const STRIDE: u64 = 50;

/// Meanwhile nobody is held up.
const A_MOMENT: Duration = Duration::from_millis(20);

/// How much a batch takes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Size {
    most_rows: u64,
    /// Before it gives way to somebody who waits.
    least_time: Duration,
}

impl Size {
    pub const FIRST: Self = Self { most_rows: FIRST_BATCH_ROWS, least_time: Duration::ZERO };

    /// After a batch that gave way to somebody, or did not.
    pub fn next(self, gave_way: bool) -> Self {
        let least_time = if gave_way { LEAST_TIME } else { Duration::ZERO };
        Self { most_rows: BATCH_ROWS.min(self.most_rows * 2), least_time }
    }
}

/// The reader's rows, one by one.
pub(super) struct Feed {
    chunks: Receiver<Chunk>,
    begun: std::vec::IntoIter<Item>,
    pub done_bytes: u64,
    pub ended: bool,
}

impl Feed {
    pub fn new(chunks: Receiver<Chunk>) -> Self {
        Self { chunks, begun: Vec::new().into_iter(), done_bytes: 0, ended: false }
    }

    /// Rows that were read before.
    pub fn again(held: Held, done_bytes: u64) -> Self {
        let (_, no_more) = sync_channel(1);
        Self { chunks: no_more, begun: held.items.into_iter(), done_bytes, ended: false }
    }

    /// Nothing at the end, and when the reader takes more than a moment.
    fn next(&mut self) -> Option<Item> {
        loop {
            if let Some(item) = self.begun.next() {
                return Some(item);
            }
            match self.chunks.recv_timeout(A_MOMENT) {
                Ok(chunk) => {
                    self.done_bytes = chunk.done_bytes;
                    self.begun = chunk.items.into_iter();
                }
                Err(RecvTimeoutError::Timeout) => return None,
                Err(RecvTimeoutError::Disconnected) => {
                    self.ended = true;
                    return None;
                }
            }
        }
    }
}

/// Rows that are unclear so far.
#[derive(Default)]
pub(super) struct Held {
    pub items: Vec<Item>,
    bytes: usize,
}

impl Held {
    fn has_room(&self) -> bool {
        self.items.len() < MOST_HELD && self.bytes < MOST_HELD_BYTES
    }
}

pub(super) struct Batch {
    pub feed: Feed,
    pub ongoing: Ongoing,
    pub held: Held,
    pub tag: FileTag,
    pub plan: DialPlan,
    pub waiting: Waiting,
    pub cancel: CancelImport,
    pub size: Size,
}

/// A committed batch.
pub(super) struct Stored {
    pub feed: Feed,
    pub ongoing: Ongoing,
    pub held: Held,
    pub rows: u64,
    /// It ended early, because somebody waited.
    pub gave_way: bool,
    pub created: u64,
    pub updated: u64,
    pub unchanged: u64,
    /// Numbers that are kept and cannot be read.
    pub unread: u64,
    /// For the report, in the file's order.
    pub noted: Vec<Noted>,
}

impl Stored {
    fn count(&mut self, outcome: &Outcome) -> &mut u64 {
        match outcome {
            Outcome::Created => &mut self.created,
            Outcome::Updated => &mut self.updated,
            Outcome::Unchanged | Outcome::Unclear(..) => &mut self.unchanged,
        }
    }
}

impl Batch {
    pub fn store(self, connection: &mut Connection) -> Result<Stored, NotWritten> {
        // Nobody was told "saved" yet; `settle` waits for the disk in the end.
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        let stored = self.in_one_transaction(connection);
        connection.pragma_update(None, "synchronous", "FULL")?;
        Ok(stored?)
    }

    fn in_one_transaction(self, connection: &mut Connection) -> rusqlite::Result<Stored> {
        let Self { feed, ongoing, held, tag, plan, waiting, cancel, size } = self;
        let mut stored = Stored {
            feed,
            ongoing,
            held,
            rows: 0,
            gave_way: false,
            created: 0,
            updated: 0,
            unchanged: 0,
            unread: 0,
            noted: Vec::new(),
        };
        let (began, at) = (Instant::now(), Timestamp::now());
        let mut noted_bytes = 0;
        let step = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        stored.ongoing.catch_up(&step)?;
        while let Some(item) = stored.feed.next() {
            stored.rows += 1;
            match item {
                Item::Customer { row, incoming, adjusted } => {
                    let settle = stored.ongoing.is_last_look || !stored.held.has_room();
                    let (outcome, more) = apply::apply(&step, &incoming, &tag, &plan, &mut stored.ongoing, settle, at)?;
                    match outcome {
                        Outcome::Unclear(..) if !settle => {
                            stored.held.bytes += incoming.bytes();
                            stored.held.items.push(Item::Customer { row, incoming, adjusted });
                        }
                        Outcome::Unclear(customer, why) => {
                            noted_bytes += customer.len() + size_of::<Noted>();
                            stored.noted.push(Noted::Unclear { row, name: incoming.called(), customer, why });
                        }
                        Outcome::Created | Outcome::Updated | Outcome::Unchanged => {
                            *stored.count(&outcome) += 1;
                            let nothing = || Adjusted { adjustments: Vec::new(), cells: Vec::new() };
                            let mut adjusted = adjusted.map_or_else(nothing, |adjusted| *adjusted);
                            adjusted.adjustments.extend(more);
                            if !adjusted.adjustments.is_empty() {
                                let is_unread = |one: &&Adjustment| matches!(one.became, Became::AsWritten { .. });
                                stored.unread += adjusted.adjustments.iter().filter(is_unread).count() as u64;
                                noted_bytes += adjusted.bytes();
                                stored.noted.push(Noted::Adjusted { row, adjusted });
                            }
                        }
                    }
                }
                Item::Refused { row, why, cells } => {
                    noted_bytes += cells.iter().map(String::len).sum::<usize>() + size_of::<Noted>();
                    stored.noted.push(Noted::Refused { row, why, cells });
                }
            }
            if stored.rows >= size.most_rows || noted_bytes >= BATCH_NOTED_BYTES {
                break;
            }
            if stored.rows.is_multiple_of(STRIDE) {
                let took = began.elapsed();
                stored.gave_way = stored.rows >= LEAST_ROWS && took >= size.least_time && waiting.is_somebody();
                if stored.gave_way || took >= BATCH_TIME || cancel.is_cancelled() {
                    break;
                }
            }
        }
        stored.ongoing.caught_up(&step)?;
        stored.ongoing.note(&step, stored.created, stored.updated)?;
        step.commit()?;
        Ok(stored)
    }
}

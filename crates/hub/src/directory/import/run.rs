//! An import: one thread reads the file, the directory's writer stores it batch by batch.
//!
//! A batch is one transaction. Large ones are several times cheaper than small ones (every batch touches most pages of
//! the number indexes), so that a batch goes on until somebody else wants to write, and then ends soon. A kill leaves
//! whole batches; repeating the import does the rest.

use super::{
    Adjustment, Became, CancelImport, ImportChoices, ImportFormat, ImportProgress, ImportState, ImportTarget,
    apply::{self, Outcome},
    columns,
    layout::{self, Depth},
    ongoing::{self, Ongoing},
    remark,
    report::{Noted, Report},
    rows::{Adjusted, Chunk, Item, Rows},
};
use crate::{
    database::Waiting,
    directory::{Directory, failure::NotWritten, fold::fold, open, person, row::FileTag},
};
use ringcard_connect::CrmFailure;
use ringcard_core::{Timestamp, number::DialPlan};
use rusqlite::{Connection, TransactionBehavior};
use std::{
    io,
    path::Path,
    sync::mpsc::{Receiver, RecvTimeoutError, sync_channel},
    time::{Duration, Instant},
};
use tokio::sync::watch;

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
/// Rows between two looks at the clock.
const STRIDE: u64 = 50;

/// A disk that gives nothing for so long has gone.
const READ_PATIENCE: Duration = Duration::from_secs(60);
/// Meanwhile nobody is held up.
const A_MOMENT: Duration = Duration::from_millis(20);

/// Chunks read ahead.
const AHEAD: usize = 8;

pub(super) struct Import {
    pub directory: Directory,
    pub choices: ImportChoices,
    pub progress: watch::Sender<ImportProgress>,
    pub cancel: CancelImport,
}

/// Why an import ended early; each is a sentence.
#[derive(Debug, thiserror::Error)]
enum Ended {
    #[error("{0}")]
    File(#[from] crate::directory::FileFailure),
    #[error(
        "The file could not be read any further: {0}. What was imported so far is kept; the import can be repeated."
    )]
    Read(io::Error),
    #[error(
        "The report of rows that were refused or changed could not be written: {0}. What was imported so far is kept."
    )]
    Report(io::Error),
    #[error("{0}. What was imported before is kept; the import can be repeated.")]
    Directory(#[from] CrmFailure),
    #[error("These columns would name the same thing twice: choose one of them for “{0}”.")]
    Twice(String),
    #[error("Choose the column with the name, the company, an e-mail address or a number.")]
    Nobody,
    #[error("{}", remark::NAMELESS)]
    Nameless,
}

impl Import {
    /// Blocks until it is over.
    pub fn run(self, path: &Path) -> ImportProgress {
        let mut now = ImportProgress::default();
        match self.carry_out(path, &mut now) {
            Ok(()) if self.cancel.is_cancelled() => now.state = ImportState::Cancelled,
            Ok(()) => now.state = ImportState::Done,
            Err(why) => {
                now.state = ImportState::Failed;
                now.message = Some(why.to_string());
            }
        }
        tracing::info!(
            state = ?now.state, read = now.read, created = now.created, updated = now.updated,
            unchanged = now.unchanged, refused = now.refused, adjusted = now.adjusted, unclear = now.unclear,
            unread = now.unread, "an import ended"
        );
        self.progress.send_replace(now.clone());
        now
    }

    fn carry_out(&self, path: &Path, now: &mut ImportProgress) -> Result<(), Ended> {
        now.total_bytes = std::fs::metadata(path).map_or(0, |file| file.len());
        self.progress.send_replace(now.clone());
        let plan = self.directory.plan();
        let layout = layout::of(path, plan.country(), &self.choices, Depth::Whole)?;
        let names: Vec<String> = layout.columns.iter().map(|column| column.name.clone()).collect();
        let mut targets = self.choices.columns.clone();
        if targets.is_empty() {
            let has_names = layout.columns.iter().any(|column| columns::names_somebody(&column.target));
            let identifies = layout.columns.iter().any(|column| identifies(&column.target));
            if identifies && !has_names {
                return Err(Ended::Nameless);
            }
            targets = layout.columns.iter().map(|column| column.target.clone()).collect();
        }
        targets.resize(names.len(), ImportTarget::Ignore);
        check(&targets)?;
        let mut report = Report::new(self.directory.path(), names.clone());
        report.shorten_names(&mut targets);
        let form = form(layout.format, &names, &targets);
        let (out, chunks) = sync_channel(AHEAD);
        let (left_out, numbers_below) = (layout.left_out.clone(), self.choices.numbers_below);
        let rows = Rows { layout, targets, numbers_below, names, plan, cancel: self.cancel.clone(), out };
        let file = path.to_owned();
        let reading = std::thread::Builder::new()
            .name("import-reader".to_owned())
            .spawn(move || rows.read(&file))
            .map_err(Ended::Read)?;
        self.directory.pool.write_blocking(make_room)?;
        while !self.cancel.is_cancelled() && self.directory.pool.write_blocking(ongoing::make_keys)? {}
        let (name, unclear) = (file_name(path), self.choices.unclear);
        let ongoing = self
            .directory
            .pool
            .write_blocking(move |connection| Ongoing::begin(connection, &name, form, unclear, Timestamp::now()))?;
        let id = ongoing.id;
        let stored = self.store(Feed::new(chunks), ongoing, &mut report, now);
        let settled = self.directory.pool.write_blocking(move |connection| settle(connection, id));
        report.flush().map_err(Ended::Report)?;
        now.report_path = report.path();
        stored?;
        reading.join().unwrap_or_else(|_| Err(io::Error::other("reading it panicked"))).map_err(Ended::Read)?;
        settled?;
        if !self.cancel.is_cancelled() {
            now.done_bytes = now.total_bytes;
        }
        (now.left_out, now.joined) = left_out.counted();
        Ok(())
    }

    /// Ends with the file, or dropping what feeds it: then the reader ends with the row it is at.
    fn store(
        &self,
        mut feed: Feed,
        mut ongoing: Ongoing,
        report: &mut Report,
        now: &mut ImportProgress,
    ) -> Result<(), Ended> {
        let mut last_row = Instant::now();
        let mut most_rows = FIRST_BATCH_ROWS;
        let mut held = Held::default();
        loop {
            let is_first_look = !ongoing.is_last_look;
            let batch = Batch {
                feed,
                ongoing,
                held,
                tag: self.directory.tag.clone(),
                plan: self.directory.plan(),
                waiting: self.directory.pool.waiting_changes(),
                cancel: self.cancel.clone(),
                most_rows,
            };
            most_rows = BATCH_ROWS.min(most_rows * 2);
            let stored = self.directory.pool.write_blocking(|connection| batch.store(connection))?;
            for noted in stored.noted {
                report.note(noted).map_err(Ended::Report)?;
            }
            // A kill leaves whole batches, and the reasons of what was refused in them.
            report.flush().map_err(Ended::Report)?;
            if is_first_look {
                now.read += stored.rows;
            }
            now.created += stored.created;
            now.updated += stored.updated;
            now.unchanged += stored.unchanged;
            now.unread += stored.unread;
            now.refused = report.refused;
            now.adjusted = report.adjusted;
            now.unclear = report.unclear;
            now.unclear_rows.clone_from(&report.unclear_rows);
            now.refused_rows.clone_from(&report.refused_rows);
            now.adjusted_rows.clone_from(&report.adjusted_rows);
            now.report_path = report.path();
            now.done_bytes = stored.feed.done_bytes;
            self.progress.send_replace(now.clone());
            (ongoing, held) = (stored.ongoing, stored.held);
            if self.cancel.is_cancelled() || stored.feed.ended && held.items.is_empty() {
                return Ok(());
            }
            if stored.feed.ended {
                // All rows were seen: whoever another one is about is out of the question now.
                ongoing.is_last_look = true;
                feed = Feed::again(std::mem::take(&mut held), stored.feed.done_bytes);
                continue;
            }
            if stored.rows > 0 {
                last_row = Instant::now();
            } else if last_row.elapsed() > READ_PATIENCE {
                return Err(Ended::Read(io::Error::new(io::ErrorKind::TimedOut, "the disk does not answer")));
            }
            feed = stored.feed;
        }
    }
}

/// The reader's rows, one by one.
struct Feed {
    chunks: Receiver<Chunk>,
    begun: std::vec::IntoIter<Item>,
    done_bytes: u64,
    ended: bool,
}

impl Feed {
    fn new(chunks: Receiver<Chunk>) -> Self {
        Self { chunks, begun: Vec::new().into_iter(), done_bytes: 0, ended: false }
    }

    /// Rows that were read before.
    fn again(held: Held, done_bytes: u64) -> Self {
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
struct Held {
    items: Vec<Item>,
    bytes: usize,
}

impl Held {
    fn has_room(&self) -> bool {
        self.items.len() < MOST_HELD && self.bytes < MOST_HELD_BYTES
    }
}

struct Batch {
    feed: Feed,
    ongoing: Ongoing,
    held: Held,
    tag: FileTag,
    plan: DialPlan,
    waiting: Waiting,
    cancel: CancelImport,
    most_rows: u64,
}

/// A committed batch.
struct Stored {
    feed: Feed,
    ongoing: Ongoing,
    held: Held,
    rows: u64,
    created: u64,
    updated: u64,
    unchanged: u64,
    /// Numbers that are kept and cannot be read.
    unread: u64,
    /// For the report, in the file's order.
    noted: Vec<Noted>,
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
    fn store(self, connection: &mut Connection) -> Result<Stored, NotWritten> {
        // Nobody was told "saved" yet; `settle` waits for the disk in the end.
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        let stored = self.in_one_transaction(connection);
        connection.pragma_update(None, "synchronous", "FULL")?;
        Ok(stored?)
    }

    fn in_one_transaction(self, connection: &mut Connection) -> rusqlite::Result<Stored> {
        let Self { feed, ongoing, held, tag, plan, waiting, cancel, most_rows } = self;
        let mut stored =
            Stored { feed, ongoing, held, rows: 0, created: 0, updated: 0, unchanged: 0, unread: 0, noted: Vec::new() };
        let (began, at) = (Instant::now(), Timestamp::now());
        let mut noted_bytes = 0;
        let step = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
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
            let full = stored.rows >= most_rows || noted_bytes >= BATCH_NOTED_BYTES;
            let look = stored.rows.is_multiple_of(STRIDE);
            let somebody_waits = stored.rows >= LEAST_ROWS && waiting.is_somebody();
            if full || look && (somebody_waits || cancel.is_cancelled() || began.elapsed() >= BATCH_TIME) {
                break;
            }
        }
        stored.ongoing.note(&step, stored.created, stored.updated)?;
        step.commit()?;
        Ok(stored)
    }
}

/// The number indexes of a million customers fit into this; with less, every page is written many times.
fn make_room(connection: &mut Connection) -> Result<(), NotWritten> {
    connection.pragma_update(None, "cache_size", -96 * 1024)?;
    Ok(())
}

/// Gives the memory back. One small change that reaches the disk takes everything before it along.
fn settle(connection: &mut Connection, import: i64) -> Result<(), NotWritten> {
    connection.pragma_update(None, "cache_size", open::CACHE)?;
    Ongoing::end(connection, import)?;
    connection.execute_batch("PRAGMA shrink_memory")?;
    connection.execute(
        "INSERT OR REPLACE INTO meta (key, value) VALUES ('imported_at', ?1)",
        [Timestamp::now().0.to_string()],
    )?;
    Ok(())
}

/// What kind of list it is: another one of the same columns with numbers tells what became of them, one of other columns
/// does not.
fn form(format: ImportFormat, names: &[String], targets: &[ImportTarget]) -> i64 {
    use ImportTarget::{Home, Labelled, Mobile, Number, Work};
    if format == ImportFormat::VCard {
        return person::hash(["vcard"]);
    }
    let is_number = |target: &ImportTarget| matches!(target, Number | Mobile | Work | Home | Labelled(_));
    let with_numbers = names.iter().zip(targets).filter(|(_, target)| is_number(target));
    let mut names: Vec<String> = with_numbers.map(|(name, _)| fold(name)).collect();
    names.sort_unstable();
    person::hash(std::iter::once("table").chain(names.iter().map(String::as_str)))
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn check(targets: &[ImportTarget]) -> Result<(), Ended> {
    for (place, target) in targets.iter().enumerate() {
        if !columns::repeats(target) && targets[..place].contains(target) {
            return Err(Ended::Twice(columns::in_words(target)));
        }
    }
    if targets.iter().any(identifies) { Ok(()) } else { Err(Ended::Nobody) }
}

/// Whether somebody could be found again by it.
fn identifies(target: &ImportTarget) -> bool {
    columns::names_somebody(target) || columns::is_number(target) || *target == ImportTarget::Email
}

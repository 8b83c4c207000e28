//! An import: one thread reads the file, the directory's writer stores it batch by batch.

use super::{
    CancelImport, ImportChoices, ImportFormat, ImportProgress, ImportState, ImportTarget,
    batch::{Batch, Feed, Held, Size},
    columns,
    layout::{self, Depth},
    ongoing::{self, Ongoing},
    remark,
    report::Report,
    rows::Rows,
    told::Told,
};
use crate::directory::{Directory, failure::NotWritten, fold::fold, open, person};
use ringcard_connect::CrmFailure;
use ringcard_core::Timestamp;
use rusqlite::Connection;
use std::{
    io,
    path::Path,
    sync::mpsc::sync_channel,
    time::{Duration, Instant},
};
use tokio::sync::watch;

/// A disk that gives nothing for so long has gone.
const READ_PATIENCE: Duration = Duration::from_secs(60);

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
        let known = self.read_known(now.total_bytes)?;
        let (name, unclear) = (file_name(path), self.choices.unclear);
        let ongoing = self.directory.pool.write_blocking(move |connection| {
            Ongoing::begin(connection, &name, form, unclear, known, Timestamp::now())
        })?;
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

    /// Those whom the directory has already, some at a time, as far as a file of so many bytes is worth it.
    fn read_known(&self, bytes: u64) -> Result<Told, CrmFailure> {
        let mut known = self.directory.pool.write_blocking(move |connection| Ok(Told::begin(connection, bytes)?))?;
        let mut more = true;
        while more && !self.cancel.is_cancelled() {
            (known, more) = self.directory.pool.write_blocking(move |connection| {
                let more = known.read(connection)?;
                Ok((known, more))
            })?;
        }
        Ok(known)
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
        let mut size = Size::FIRST;
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
                size,
            };
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
            size = size.next(stored.gave_way);
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

/// The number indexes of a million customers fit into this; with less, every page is written many times.
fn make_room(connection: &mut Connection) -> Result<(), NotWritten> {
    connection.pragma_update(None, "cache_size", -96 * 1024)?;
    words_held(connection, 8 << 20)?;
    Ok(())
}

/// Bytes of words that are held before they become a part of the full text of their own: what belongs to one batch is
/// written once, and not put together from pieces later.
fn words_held(connection: &Connection, bytes: i64) -> rusqlite::Result<()> {
    let set = "INSERT INTO customer_text (customer_text, rank) VALUES ('hashsize', ?1)";
    connection.execute(set, [bytes]).map(drop)
}

/// Gives the memory back. One small change that reaches the disk takes everything before it along.
fn settle(connection: &mut Connection, import: i64) -> Result<(), NotWritten> {
    connection.pragma_update(None, "cache_size", open::CACHE)?;
    // SQLite's own.
    words_held(connection, 1 << 20)?;
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

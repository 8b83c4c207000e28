//! The directory as a file, for people and other programs. What is exported can be imported again, and is the same.

mod csv;
mod vcard;

pub(crate) use self::csv::{guarded, guarded_number};

use super::{
    Directory,
    row::{self, COLUMNS, FileTag},
};
use crate::{directory::numbers::KeptNumber, own_files::NewFile};
use ringcard_core::customer::Customer;
use rusqlite::Connection;
use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
};
use thiserror::Error;
use tokio::sync::watch;

/// Customers between two looks at whether somebody still wants it.
const STRIDE: u64 = 1_000;

/// What an export is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// UTF-8; `bom` for Excel, which otherwise takes it for the system's own encoding.
    Csv { bom: bool },
    /// vCard 4.0
    VCard,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ExportProgress {
    pub written: u64,
    pub total: u64,
}

/// Why a file could not be read or written; each is a sentence for people.
#[derive(Debug, Error)]
pub enum FileFailure {
    #[error("{path} could not be read: {detail}")]
    Read { path: String, detail: String },
    #[error("{path} could not be written: {detail}")]
    Write { path: String, detail: String },
    #[error("the customer list does not answer: {detail}")]
    Directory { detail: String },
    #[error("it was cancelled")]
    Cancelled,
}

impl FileFailure {
    /// Why this file was not written, in words that say what to do.
    pub(crate) fn unwritten(path: &Path, error: &io::Error) -> Self {
        let detail = match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "the disk is full".to_owned(),
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => "you may not write there".to_owned(),
            io::ErrorKind::NotFound => "there is no such folder".to_owned(),
            _ => error.to_string(),
        };
        Self::Write { path: path.display().to_string(), detail }
    }
}

/// A customer with the key it has elsewhere.
pub(super) struct Exported {
    pub customer: Customer,
    pub external_id: String,
}

/// A format: what is in front, and a customer.
trait Format {
    fn begin(&mut self) -> io::Result<()>;
    fn customer(&mut self, exported: &Exported) -> io::Result<()>;
    fn end(&mut self) -> io::Result<()>;
}

impl Directory {
    /// Writes all customers to a file, which is there whole or not at all, and says how many they were.
    /// Cancelled when nobody listens to `progress` any more and the future is dropped.
    pub async fn export(
        &self,
        path: &Path,
        format: ExportFormat,
        progress: watch::Sender<ExportProgress>,
    ) -> Result<u64, FileFailure> {
        let (from, to, tag) = (self.path().to_owned(), path.to_owned(), self.tag.clone());
        // Dropped with the future: the thread then sees that nobody waits.
        let (waiting, waited_for) = watch::channel(());
        let job = tokio::task::spawn_blocking(move || {
            let wanted = || waited_for.has_changed().is_ok();
            Job { from: &from, to: &to, tag: &tag, progress: &progress, wanted: &wanted }.run(format)
        });
        let written = job.await;
        drop(waiting);
        written.unwrap_or_else(|_| {
            Err(FileFailure::Directory { detail: "the export panicked; the log says why".to_owned() })
        })
    }
}

struct Job<'a> {
    from: &'a Path,
    to: &'a Path,
    tag: &'a FileTag,
    progress: &'a watch::Sender<ExportProgress>,
    wanted: &'a dyn Fn() -> bool,
}

impl Job<'_> {
    fn run(&self, format: ExportFormat) -> Result<u64, FileFailure> {
        let unwritten = |error: io::Error| self.unwritten(&error);
        // A link that was chosen makes place for the file: what it leads to may be anywhere.
        let beside = NewFile::beside(self.to).map_err(unwritten)?;
        let written = self.write(&beside.file, format)?;
        beside.take_its_place().map_err(unwritten)?;
        Ok(written)
    }

    fn write(&self, file: &File, format: ExportFormat) -> Result<u64, FileFailure> {
        let unread = |error: rusqlite::Error| FileFailure::Directory { detail: error.to_string() };
        // A connection of its own: an export of a million customers holds up nobody.
        let mut connection =
            super::open::OPENING.reader(self.from).map_err(|why| FileFailure::Directory { detail: why.to_string() })?;
        let connection = connection.transaction().map_err(unread)?;
        let mut file = BufWriter::with_capacity(256 << 10, file);
        let total = row::count(&connection).map_err(unread)?;
        let written = match format {
            ExportFormat::Csv { bom } => {
                let columns = csv::Columns::of(&connection).map_err(unread)?;
                self.all(&connection, &mut csv::CsvFile::new(&mut file, columns, bom), total)?
            }
            ExportFormat::VCard => self.all(&connection, &mut vcard::CardFile::new(&mut file), total)?,
        };
        file.flush().map_err(|error| self.unwritten(&error))?;
        Ok(written)
    }

    fn all(&self, connection: &Connection, format: &mut dyn Format, total: u64) -> Result<u64, FileFailure> {
        let unread = |error: rusqlite::Error| FileFailure::Directory { detail: error.to_string() };
        let unwritten = |error: io::Error| self.unwritten(&error);
        format.begin().map_err(unwritten)?;
        let mut written = 0;
        let question = format!("SELECT {COLUMNS}, external_id FROM customer ORDER BY id");
        let mut statement = connection.prepare(&question).map_err(unread)?;
        let mut rows = statement.query([]).map_err(unread)?;
        while let Some(found) = rows.next().map_err(unread)? {
            let exported = exported(connection, found, self.tag).map_err(unread)?;
            format.customer(&exported).map_err(unwritten)?;
            written += 1;
            if written % STRIDE == 0 {
                self.progress.send_replace(ExportProgress { written, total });
                if !(self.wanted)() {
                    return Err(FileFailure::Cancelled);
                }
            }
        }
        format.end().map_err(unwritten)?;
        self.progress.send_replace(ExportProgress { written, total });
        Ok(written)
    }

    fn unwritten(&self, error: &io::Error) -> FileFailure {
        FileFailure::unwritten(self.to, error)
    }
}

fn exported(connection: &Connection, found: &rusqlite::Row<'_>, tag: &FileTag) -> rusqlite::Result<Exported> {
    let mut customer = row::customer_from(found, tag)?;
    customer.details.numbers =
        row::numbers(connection, found.get(0)?)?.into_iter().map(KeptNumber::into_number).collect();
    let external_id: Option<String> = found.get("external_id")?;
    let external_id = external_id.unwrap_or_else(|| customer.id.0.clone());
    Ok(Exported { customer, external_id })
}

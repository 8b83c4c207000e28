//! Customers from files: what is in the file first, then the import, then what was refused or changed and why.

mod alphabets;
mod any_bytes;
mod apply;
mod aside;
mod batch;
mod cells;
mod columns;
mod content;
mod decode;
mod excel;
mod fit;
mod header;
mod known;
mod labels;
mod last;
mod layout;
mod letters;
mod mapping;
mod ods;
mod ongoing;
mod refusal;
mod remark;
mod report;
mod rows;
mod run;
mod sheet;
mod split;
mod table;
#[cfg(test)]
mod tests;
mod told;
mod vcard;
mod vcard_line;
mod vcard_values;

#[doc(hidden)]
pub use any_bytes::read_any_bytes;
pub(super) use apply::source_key;
pub(super) use cells::labelled;
pub(super) use columns::FIELD_PREFIX;
pub use fit::{Adjustment, Became};
pub use known::Doubt;
pub use last::{LastImport, last};
pub(super) use mapping::reads_otherwise;
pub use refusal::Refusal;
pub use remark::Remark;
pub(super) use vcard::{FIELD as VCARD_FIELD, LABEL as VCARD_LABEL};

use super::{Directory, FileFailure};
use layout::Depth;
use serde::{Deserialize, Serialize};
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::sync::watch;
use ts_rs::TS;

/// What a file holds, before anything is imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ImportPreview {
    pub file_name: String,
    pub format: ImportFormat,
    /// `UTF-8`, `UTF-16LE`, `windows-1250` …
    pub encoding: String,
    pub delimiter: Option<String>,
    pub columns: Vec<ImportColumn>,
    #[ts(type = "number")]
    pub rows_estimated: u64,
    /// Where the letters may be others than `encoding`.
    #[serde(default)]
    pub doubt: Option<EncodingDoubt>,
    /// The row with the names of the columns, as a spreadsheet counts; nothing where there is none.
    #[serde(default)]
    #[ts(type = "number | null")]
    pub header_row: Option<u64>,
    /// Of the rows that were looked at, those that are no customers: titles, the names of the columns once more, totals.
    #[serde(default)]
    #[ts(type = "number")]
    pub rows_left_out: u64,
    /// Of the rows that were looked at, those with nothing but a number: see [`ImportChoices::numbers_below`].
    #[serde(default)]
    #[ts(type = "number")]
    pub numbers_below: u64,
    /// Of a spreadsheet: its sheets, and the one that is read.
    #[serde(default)]
    pub sheets: Vec<String>,
    #[serde(default)]
    pub sheet: Option<String>,
    /// What a person should know before starting.
    pub remarks: Vec<Remark>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum ImportFormat {
    Csv,
    VCard,
    Spreadsheet,
}

/// The letters of a file may be others than were taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EncodingDoubt {
    /// The same words as each encoding reads them; first the one that was taken.
    pub readings: Vec<EncodingReading>,
}

/// Words as one encoding reads them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EncodingReading {
    /// As it is said in [`ImportChoices::encoding`].
    pub encoding: String,
    pub words: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ImportColumn {
    pub name: String,
    /// The column's values in the first rows.
    pub sample: Vec<String>,
    /// What we think it is.
    pub target: ImportTarget,
    /// By what is in it, not by its name: somebody should look.
    #[serde(default)]
    pub guessed: bool,
}

/// How a person wants a file to be taken. What is not said is as the file suggests.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct ImportChoices {
    /// What the columns become, in the order of the preview's columns; empty: as guessed.
    pub columns: Vec<ImportTarget>,
    /// The letters of a text file: `windows-1252`, `utf-8`, as the web names them.
    pub encoding: Option<String>,
    /// The sheet of a spreadsheet, by its name.
    pub sheet: Option<String>,
    /// A row with nothing but numbers belongs to the customer above it.
    pub numbers_below: bool,
    /// What becomes of a row that may be a customer we have, or another one.
    pub unclear: Unclear,
}

/// What becomes of a row that may be a customer we have, or another one of that name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Unclear {
    /// It is left out and told, so that somebody can say.
    #[default]
    Ask,
    /// It is that customer, and changes it.
    Same,
    /// It is a new one.
    Another,
}

impl From<Vec<ImportTarget>> for ImportChoices {
    fn from(columns: Vec<ImportTarget>) -> Self {
        Self { columns, ..Self::default() }
    }
}

/// What a column becomes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ImportTarget {
    #[default]
    Ignore,
    Name,
    FirstName,
    /// Between the first name and the last one.
    MiddleName,
    LastName,
    Company,
    Role,
    Email,
    /// A number without a label.
    Number,
    Mobile,
    Work,
    Home,
    /// A number with a label of its own: `fax`, `pager`.
    Labelled(String),
    /// What the number in the column beside it is: its label.
    Label,
    Tags,
    Vip,
    Notes,
    Link,
    /// The customer's key in the system the file comes from: a repeated import finds the same customer by it.
    ExternalId,
    /// A free field.
    Field(String),
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    #[default]
    Running,
    Done,
    Cancelled,
    Failed,
    /// The program ended before it did: known afterwards only ([`last`]).
    Interrupted,
}

/// How far an import is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ImportProgress {
    pub state: ImportState,
    #[ts(type = "number")]
    pub read: u64,
    #[ts(type = "number")]
    pub created: u64,
    #[ts(type = "number")]
    pub updated: u64,
    #[ts(type = "number")]
    pub unchanged: u64,
    #[ts(type = "number")]
    pub refused: u64,
    #[ts(type = "number")]
    pub total_bytes: u64,
    #[ts(type = "number")]
    pub done_bytes: u64,
    /// Rows that were taken, but not as they stood there: something was cut, moved or left out.
    #[ts(type = "number")]
    pub adjusted: u64,
    /// The first 200; all are in the report.
    pub refused_rows: Vec<RefusedRow>,
    /// The first 200; all are in the report.
    pub adjusted_rows: Vec<AdjustedRow>,
    /// Rows that may be customers we have, and were left out until somebody says ([`Unclear`]).
    #[serde(default)]
    #[ts(type = "number")]
    pub unclear: u64,
    /// The first 200; all are in the report.
    #[serde(default)]
    pub unclear_rows: Vec<UnclearRow>,
    /// Numbers that are kept as they stood there and cannot be read; their rows are among the adjusted ones.
    #[serde(default)]
    #[ts(type = "number")]
    pub unread: u64,
    /// Rows that are no customers: the names of the columns once more, totals.
    #[serde(default)]
    #[ts(type = "number")]
    pub left_out: u64,
    /// Rows with nothing but a number, which went to the customer above.
    #[serde(default)]
    #[ts(type = "number")]
    pub joined: u64,
    pub report_path: Option<PathBuf>,
    /// Why it failed.
    pub message: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RefusedRow {
    /// As a spreadsheet counts: the header is row 1.
    #[ts(type = "number")]
    pub row: u64,
    /// Why, as a sentence.
    pub reason: String,
    /// The same for the user interface, which has words for it.
    pub why: Refusal,
}

/// A row that was taken with something changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AdjustedRow {
    /// As a spreadsheet counts: the header is row 1.
    #[ts(type = "number")]
    pub row: u64,
    /// What was changed and why, as a sentence.
    pub reason: String,
    /// The same for the user interface, which has words for each.
    pub adjustments: Vec<Adjustment>,
}

/// A row that may be a customer we have, or another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UnclearRow {
    /// As a spreadsheet counts: the header is row 1.
    #[ts(type = "number")]
    pub row: u64,
    /// Whom the row names.
    pub name: String,
    /// Whom it may be.
    pub customer: String,
    pub why: Doubt,
    /// All of it as a sentence.
    pub reason: String,
}

/// Stops an import after the batch it is at; what was imported stays.
#[derive(Debug, Clone, Default)]
pub struct CancelImport(Arc<AtomicBool>);

impl CancelImport {
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Looking into a list takes milliseconds, and into a large workbook seconds: its texts are unpacked first. A disk that needs
/// longer has gone.
const PREVIEW: Duration = Duration::from_secs(60);

/// Looks into a file; only its beginning is read. `country` (`HU`) helps to tell the encodings apart. Of the choices, the
/// columns count for nothing here.
pub async fn preview(path: &Path, country: &str, choices: ImportChoices) -> Result<ImportPreview, FileFailure> {
    let (file, country) = (path.to_owned(), country.to_owned());
    let looking = tokio::task::spawn_blocking(move || layout::of(&file, &country, &choices, Depth::Beginning));
    let unread = |detail: &str| FileFailure::Read { path: path.display().to_string(), detail: detail.to_owned() };
    let layout = match tokio::time::timeout(PREVIEW, looking).await {
        Ok(Ok(layout)) => layout?,
        Ok(Err(_)) => return Err(unread("looking into it failed; the log says why")),
        Err(_) => return Err(unread("the disk does not answer")),
    };
    let delimiter = (layout.format == ImportFormat::Csv).then(|| char::from(layout.delimiter).to_string());
    Ok(ImportPreview {
        file_name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        format: layout.format,
        encoding: layout.letters.encoding.name().to_owned(),
        delimiter,
        columns: layout.columns,
        rows_estimated: layout.rows_estimated,
        doubt: layout.doubt,
        header_row: layout.header_row,
        rows_left_out: layout.rows_left_out,
        numbers_below: layout.numbers_below,
        sheets: layout.sheets,
        sheet: layout.sheet,
        remarks: layout.remarks,
    })
}

/// Imports a file.
///
/// Whole batches are committed, so that an import which was killed can simply be repeated.
/// Never fails but by its last progress, which is also sent to `progress`.
pub async fn run(
    directory: &Directory,
    path: &Path,
    choices: impl Into<ImportChoices>,
    progress: watch::Sender<ImportProgress>,
    cancel: CancelImport,
) -> ImportProgress {
    let choices = choices.into();
    let import = run::Import { directory: directory.clone(), choices, progress: progress.clone(), cancel };
    let noted = tokio::spawn(last::follow(directory.path().to_owned(), path.to_owned(), progress.subscribe()));
    let path = path.to_owned();
    let running = tokio::task::spawn_blocking(move || import.run(&path));
    let end = running.await.unwrap_or_else(|_| {
        let mut last = progress.borrow().clone();
        last.state = ImportState::Failed;
        last.message = Some("The import panicked; the log says why. It can be repeated.".to_owned());
        progress.send_replace(last.clone());
        last
    });
    // Whoever hears that it is over finds it written down.
    if let Err(panic) = noted.await {
        tracing::error!(%panic, "how an import went was not written down");
    }
    end
}

//! `customers`: the directory from and to files, for a server without a desk.

use crate::{Answer, Failure, installation::Installation};
use clap::{Subcommand, ValueEnum};
use ringcard_hub::directory::{
    Directory, ExportFormat, ExportProgress, Undoable, Undone, WhyItStays,
    import::{self, CancelImport, ImportChoices, ImportPreview, ImportProgress, ImportState, ImportTarget, Unclear},
};
use std::{
    fmt::Write,
    path::{Path, PathBuf},
};
use tokio::sync::watch;

#[derive(Subcommand)]
pub enum Command {
    /// Imports customers from CSV, vCard or a spreadsheet; repeating it makes no duplicates.
    Import {
        file: PathBuf,
        /// What a column becomes: `--column "Cell phone=mobile"`, `--column "Region=field:Region"`. Columns not named
        /// become what their names suggest.
        #[arg(long = "column", value_name = "COLUMN=TARGET")]
        columns: Vec<String>,
        /// The letters of a text file, where they were not told right: `windows-1252`, `ISO-8859-2`, `UTF-8` …
        #[arg(long, value_name = "NAME")]
        encoding: Option<String>,
        /// The sheet of a spreadsheet; without it the first with something in it.
        #[arg(long, value_name = "NAME")]
        sheet: Option<String>,
        /// A row with nothing but a number belongs to the customer above it.
        #[arg(long)]
        numbers_below: bool,
        /// Only says what is in the file and what would become of each column.
        #[arg(long)]
        preview: bool,
        /// What becomes of rows that may be customers there are already. Without it they are left out, and named.
        #[arg(long)]
        unclear: Option<UnclearRows>,
    },
    /// Undoes the last import: whom it made goes, whom it changed is as before. What was changed since, or has calls,
    /// stays. For a week after the import.
    UndoImport {
        /// Only says what can be undone.
        #[arg(long)]
        list: bool,
    },
    /// Writes all customers to a file.
    Export {
        file: PathBuf,
        /// Without it as the file's name ends.
        #[arg(long)]
        format: Option<Format>,
    },
}

#[derive(Clone, Copy, ValueEnum)]
pub enum UnclearRows {
    /// They are these customers.
    Same,
    /// They are other people.
    Another,
}

impl From<UnclearRows> for Unclear {
    fn from(rows: UnclearRows) -> Self {
        match rows {
            UnclearRows::Same => Self::Same,
            UnclearRows::Another => Self::Another,
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Format {
    /// UTF-8.
    Csv,
    /// UTF-8 with a byte order mark, as Excel wants it.
    Excel,
    Vcard,
}

pub async fn run(command: Command, installation: &Installation) -> Result<Answer, Failure> {
    let settings = installation.settings()?;
    match command {
        Command::Import { file, columns, encoding, sheet, numbers_below, preview, unclear } => {
            let choices = ImportChoices { encoding, sheet, numbers_below, ..ImportChoices::default() };
            let found = import::preview(&file, &settings.locale.country(), choices.clone()).await?;
            let targets = targets(&found, &columns)?;
            if preview {
                return Ok(Answer::well(previewed(&found, &targets)));
            }
            let directory = Directory::open(&installation.directory_file(&settings), settings.dial_plan()?)?;
            let unclear = unclear.map(Unclear::from).unwrap_or_default();
            // With nothing said, a list without names is stopped.
            let targets = if columns.is_empty() { Vec::new() } else { targets };
            let choices = ImportChoices { columns: targets, unclear, ..choices };
            let answer = imported(&directory, &file, choices).await;
            directory.close().await;
            Ok(answer)
        }
        Command::UndoImport { list } => {
            let directory = Directory::open(&installation.directory_file(&settings), settings.dial_plan()?)?;
            let answer = if list { undoable(&directory).await } else { undo(&directory).await };
            directory.close().await;
            answer
        }
        Command::Export { file, format } => {
            let format = export_format(&file, format)?;
            let directory = Directory::open(&installation.directory_file(&settings), settings.dial_plan()?)?;
            let written = directory.export(&file, format, watch::Sender::new(ExportProgress::default())).await;
            directory.close().await;
            Ok(Answer::well(format!("Wrote {} customers to {}.\n", written?, file.display())))
        }
    }
}

async fn undoable(directory: &Directory) -> Result<Answer, Failure> {
    let imports = directory.imports().await.map_err(|why| why.to_string())?;
    if imports.is_empty() {
        return Ok(Answer::well("There is no import of the last week.\n".to_owned()));
    }
    let mut text = String::new();
    for import in imports {
        let end = match import.undoable {
            Undoable::Yes => "can be undone",
            Undoable::LaterFirst => "can be undone after those above",
            Undoable::TooMuch => "changed too many customers to be undone",
        };
        let counts = format!("{} new, {} changed", import.created, import.updated);
        let at = jiff::Timestamp::from_millisecond(import.at.0).unwrap_or_default();
        let at = at.to_zoned(jiff::tz::TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string();
        let _ = writeln!(text, "{at} {}: {counts}: {end}", import.file);
    }
    Ok(Answer::well(text))
}

async fn undo(directory: &Directory) -> Result<Answer, Failure> {
    let imports = directory.imports().await.map_err(|why| why.to_string())?;
    let Some(last) = imports.first() else { return Err("There is no import of the last week to be undone.".into()) };
    let Undone { removed, restored, kept, kept_customers } =
        directory.undo_import(last.id).await.map_err(|why| why.to_string())?;
    let mut text = format!("Undone: {}: {removed} removed, {restored} as before, {kept} stay.\n", last.file);
    for customer in kept_customers.iter().take(MOST_SHOWN) {
        let why = match customer.why {
            WhyItStays::Changed => "somebody changed them since",
            WhyItStays::InUse => "there are calls with them, or what agents said of them",
        };
        let _ = writeln!(text, "  {} stays: {why}", customer.name);
    }
    Ok(Answer::well(text))
}

async fn imported(directory: &Directory, file: &Path, choices: ImportChoices) -> Answer {
    let cancel = CancelImport::default();
    let stop = cancel.clone();
    let listener = tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            stop.cancel();
        }
    });
    let progress = watch::Sender::new(ImportProgress::default());
    let done = import::run(directory, file, choices, progress, cancel).await;
    listener.abort();
    Answer { text: summary(&done), is_well: done.state == ImportState::Done }
}

/// All are in the report.
const MOST_SHOWN: usize = 20;

fn rows(count: u64) -> String {
    if count == 1 { "1 row".to_owned() } else { format!("{count} rows") }
}

fn summary(done: &ImportProgress) -> String {
    let mut text = String::new();
    let end = match done.state {
        ImportState::Done => "Done",
        ImportState::Cancelled => "Cancelled; what was imported stays, and repeating the import goes on",
        ImportState::Running | ImportState::Failed | ImportState::Interrupted => "Failed",
    };
    let _ = writeln!(
        text,
        "{end}: {} read, {} new, {} changed, {} unchanged, {} refused.",
        done.read, done.created, done.updated, done.unchanged, done.refused
    );
    if let Some(message) = &done.message {
        let _ = writeln!(text, "{message}");
    }
    if done.left_out > 0 {
        let _ = writeln!(text, "Left out as no customers (names of columns, totals): {}.", rows(done.left_out));
    }
    if done.joined > 0 {
        let _ = writeln!(text, "With nothing but a number, and kept with the customer above: {}.", rows(done.joined));
    }
    for row in done.refused_rows.iter().take(MOST_SHOWN) {
        let _ = writeln!(text, "  row {}: {}", row.row, row.reason);
    }
    if done.adjusted > 0 {
        let _ = writeln!(text, "Not everything could be kept as it stood there, in {}:", rows(done.adjusted));
    }
    for row in done.adjusted_rows.iter().take(MOST_SHOWN) {
        let _ = writeln!(text, "  row {}: {}", row.row, row.reason);
    }
    if done.unread > 0 {
        let _ = writeln!(text, "Kept, but not to be read as numbers: {}.", done.unread);
    }
    if done.unclear > 0 {
        let _ = writeln!(
            text,
            "{} may be customers there are already, and {} left out: import the file again with --unclear same, if they \
             are, or with --unclear another.",
            rows(done.unclear),
            if done.unclear == 1 { "was" } else { "were" }
        );
    }
    for row in done.unclear_rows.iter().take(MOST_SHOWN) {
        let _ = writeln!(text, "  row {}: {}", row.row, row.reason);
    }
    if let Some(report) = &done.report_path {
        let _ = writeln!(text, "Every such row with the reason and what stood in it: {}", report.display());
    }
    text
}

/// The guessed targets, changed by what was asked for.
fn targets(found: &ImportPreview, asked: &[String]) -> Result<Vec<ImportTarget>, Failure> {
    let mut targets: Vec<ImportTarget> = found.columns.iter().map(|column| column.target.clone()).collect();
    for pair in asked {
        let (name, word) = pair
            .rsplit_once('=')
            .ok_or_else(|| format!("`--column {pair}` is not COLUMN=TARGET, such as \"Phone=work\"."))?;
        let target = target(word.trim())?;
        let mut hits = 0;
        for (at, column) in found.columns.iter().enumerate().filter(|(_, column)| column.name.trim() == name.trim()) {
            tracing::debug!(column = column.name, "a column is mapped by hand");
            targets[at] = target.clone();
            hits += 1;
        }
        if hits == 0 {
            let names: Vec<&str> = found.columns.iter().map(|column| column.name.as_str()).collect();
            return Err(format!("There is no column “{name}”: there are {}.", names.join(", ")).into());
        }
    }
    Ok(targets)
}

fn target(word: &str) -> Result<ImportTarget, Failure> {
    if let Some(field) = word.strip_prefix("field:").map(str::trim).filter(|field| !field.is_empty()) {
        return Ok(ImportTarget::Field(field.to_owned()));
    }
    if let Some(label) = word.strip_prefix("number:").map(str::trim).filter(|label| !label.is_empty()) {
        return Ok(ImportTarget::Labelled(label.to_owned()));
    }
    serde_json::from_value(serde_json::Value::from(word)).map_err(|_| {
        format!(
            "“{word}” is nothing a column can become: name, first_name, middle_name, last_name, company, role, email, \
             number, mobile, work, home, number:LABEL, label, tags, vip, notes, link, external_id, field:NAME or \
             ignore."
        )
        .into()
    })
}

fn previewed(found: &ImportPreview, targets: &[ImportTarget]) -> String {
    let mut text = format!("{}: {}, about {} rows\n", found.file_name, found.encoding, found.rows_estimated);
    if let Some(sheet) = &found.sheet {
        let _ = writeln!(text, "Sheet “{sheet}”, of: {} (another one with --sheet)", found.sheets.join(", "));
    }
    if let Some(row) = found.header_row.filter(|row| *row > 1) {
        let _ = writeln!(text, "The names of the columns are in row {row}.");
    }
    if let Some(doubt) = &found.doubt {
        let _ = writeln!(text, "The letters may be others; say which with --encoding:");
        for reading in &doubt.readings {
            let _ = writeln!(text, "  {:12}  {}", reading.encoding, reading.words.join(" | "));
        }
    }
    let width = found.columns.iter().map(|column| column.name.chars().count()).max().unwrap_or_default();
    for (column, target) in found.columns.iter().zip(targets) {
        let word = match target {
            ImportTarget::Field(name) => format!("field:{name}"),
            ImportTarget::Labelled(label) => format!("number:{label}"),
            // The words of the command line are those of the settings page.
            other => {
                serde_json::to_value(other).ok().and_then(|word| Some(word.as_str()?.to_owned())).unwrap_or_default()
            }
        };
        let guess = if column.guessed && column.target == *target { " (a guess)" } else { "" };
        let _ = writeln!(text, "  {:width$}  {word:12}{guess}  {}", column.name, column.sample.join(" | "));
    }
    for remark in &found.remarks {
        let _ = writeln!(text, "{remark}");
    }
    if found.numbers_below > 0 {
        let _ = writeln!(text, "With --numbers-below such numbers go to the customer above.");
    }
    text
}

fn export_format(file: &Path, asked: Option<Format>) -> Result<ExportFormat, Failure> {
    let ending = file.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    match (asked, ending.as_str()) {
        (Some(Format::Csv), _) | (None, "csv") => Ok(ExportFormat::Csv { bom: false }),
        (Some(Format::Excel), _) => Ok(ExportFormat::Csv { bom: true }),
        (Some(Format::Vcard), _) | (None, "vcf" | "vcard") => Ok(ExportFormat::VCard),
        (None, _) => Err("Say --format csv, excel or vcard: the file's name does not end in .csv or .vcf.".into()),
    }
}

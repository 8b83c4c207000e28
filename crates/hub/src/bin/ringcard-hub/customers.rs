//! `customers`: the directory from and to files, for a server without a desk.

use crate::{Answer, Failure, installation::Installation};
use clap::{Subcommand, ValueEnum};
use ringcard_hub::directory::{
    Directory, ExportFormat, ExportProgress,
    import::{self, CancelImport, ImportChoices, ImportPreview, ImportProgress, ImportState, ImportTarget},
};
use std::{
    fmt::Write,
    path::{Path, PathBuf},
};
use tokio::sync::watch;

#[derive(Subcommand)]
pub enum Command {
    /// Imports customers from CSV or vCard; repeating it makes no duplicates.
    Import {
        file: PathBuf,
        /// What a column becomes: `--column "Cell phone=mobile"`, `--column "Region=field:Region"`. Columns not named
        /// become what their names suggest.
        #[arg(long = "column", value_name = "COLUMN=TARGET")]
        columns: Vec<String>,
        /// Only says what would become of each column.
        #[arg(long)]
        preview: bool,
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
        Command::Import { file, columns, preview } => {
            let found = import::preview(&file, &settings.locale.country(), ImportChoices::default()).await?;
            let targets = targets(&found, &columns)?;
            if preview {
                return Ok(Answer::well(previewed(&found, &targets)));
            }
            let directory = Directory::open(&installation.directory_file(&settings), settings.dial_plan()?)?;
            let answer = imported(&directory, &file, targets).await;
            directory.close().await;
            Ok(answer)
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

async fn imported(directory: &Directory, file: &Path, targets: Vec<ImportTarget>) -> Answer {
    let cancel = CancelImport::default();
    let stop = cancel.clone();
    let listener = tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            stop.cancel();
        }
    });
    let progress = watch::Sender::new(ImportProgress::default());
    let done = import::run(directory, file, targets, progress, cancel).await;
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
    for row in done.refused_rows.iter().take(MOST_SHOWN) {
        let _ = writeln!(text, "  row {}: {}", row.row, row.reason);
    }
    if done.adjusted > 0 {
        let _ = writeln!(text, "Not everything could be kept as it stood there, in {}:", rows(done.adjusted));
    }
    for row in done.adjusted_rows.iter().take(MOST_SHOWN) {
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
    serde_json::from_value(serde_json::Value::from(word)).map_err(|_| {
        format!(
            "“{word}” is nothing a column can become: name, first_name, last_name, company, role, email, number, \
             mobile, work, home, tags, vip, notes, link, external_id, field:NAME or ignore."
        )
        .into()
    })
}

fn previewed(found: &ImportPreview, targets: &[ImportTarget]) -> String {
    let mut text = format!("{}: {}, about {} rows\n", found.file_name, found.encoding, found.rows_estimated);
    let width = found.columns.iter().map(|column| column.name.chars().count()).max().unwrap_or_default();
    for (column, target) in found.columns.iter().zip(targets) {
        let word = match target {
            ImportTarget::Field(name) => format!("field:{name}"),
            // The words of the command line are those of the settings page.
            other => {
                serde_json::to_value(other).ok().and_then(|word| Some(word.as_str()?.to_owned())).unwrap_or_default()
            }
        };
        let _ = writeln!(text, "  {:width$}  {word:12}  {}", column.name, column.sample.join(" | "));
    }
    for problem in &found.problems {
        let _ = writeln!(text, "{problem}");
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

//! What was refused or changed, with its reason and what stood there: mend the rows in the report, and import it.

use super::{
    AdjustedRow, Adjustment, Became, Doubt, ImportTarget, Refusal, RefusedRow, UnclearRow, columns, rows::Adjusted,
};
use crate::{
    directory::validate::{self, Unkeepable},
    own_files,
};
pub(super) use own_files::REPORTS as FOLDER;
use ringcard_core::Timestamp;
use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

/// Kept in memory, for the screen.
pub(super) const SHOWN: usize = 200;

/// Older reports are taken away.
const REPORTS_KEPT: usize = 20;

pub(super) struct Report {
    folder: PathBuf,
    header: Vec<String>,
    file: Option<(PathBuf, csv::Writer<BufWriter<File>>)>,
    pub refused_rows: Vec<RefusedRow>,
    pub adjusted_rows: Vec<AdjustedRow>,
    pub unclear_rows: Vec<UnclearRow>,
    pub refused: u64,
    pub adjusted: u64,
    pub unclear: u64,
}

/// A row somebody should know of.
#[derive(Debug)]
pub(super) enum Noted {
    Refused {
        row: u64,
        why: Refusal,
        cells: Vec<String>,
    },
    Adjusted {
        row: u64,
        adjusted: Adjusted,
    },
    /// Left out, until somebody says who it is.
    Unclear {
        row: u64,
        name: String,
        customer: String,
        why: Doubt,
    },
}

impl Report {
    /// The file is made with the first row in it, beside the directory.
    pub fn new(directory: &Path, header: Vec<String>) -> Self {
        Self {
            folder: directory.with_file_name(FOLDER),
            header,
            file: None,
            refused_rows: Vec::new(),
            adjusted_rows: Vec::new(),
            unclear_rows: Vec::new(),
            refused: 0,
            adjusted: 0,
            unclear: 0,
        }
    }

    /// Free fields whose names are too long, once for the whole file: the header's row is the one that is changed.
    pub fn shorten_names(&mut self, targets: &mut [ImportTarget]) {
        let mut adjustments = Vec::new();
        let names =
            targets.iter().filter_map(|target| if let ImportTarget::Field(name) = target { Some(name) } else { None });
        let mut taken = names.cloned().collect();
        for target in targets {
            let ImportTarget::Field(name) = target else { continue };
            if let Some(Unkeepable::TooLong { part, found, most }) = validate::check_field_name(name) {
                *name = columns::unlike(name, &mut taken);
                let why = Refusal::TooLong { part, found, most };
                adjustments.push(Adjustment { why, became: Became::Cut { field: Some(name.clone()) } });
            }
        }
        if !adjustments.is_empty() {
            self.adjusted += 1;
            self.adjusted_rows.push(AdjustedRow { row: 1, reason: sentence(&adjustments), adjustments });
        }
    }

    pub fn note(&mut self, noted: Noted) -> io::Result<()> {
        match noted {
            Noted::Refused { row, why, cells } => {
                self.refused += 1;
                let reason = why.to_string();
                self.write(row, "refused", &reason, &cells)?;
                if self.refused_rows.len() < SHOWN {
                    self.refused_rows.push(RefusedRow { row, reason, why });
                }
            }
            Noted::Adjusted { row, adjusted: Adjusted { adjustments, cells } } => {
                self.adjusted += 1;
                let reason = sentence(&adjustments);
                self.write(row, "changed", &reason, &cells)?;
                if self.adjusted_rows.len() < SHOWN {
                    self.adjusted_rows.push(AdjustedRow { row, reason, adjustments });
                }
            }
            Noted::Unclear { row, name, customer, why } => {
                self.unclear += 1;
                let reason = format!("{name}: may be the customer “{customer}”, {why}");
                self.write(row, "unclear", &reason, &[])?;
                if self.unclear_rows.len() < SHOWN {
                    self.unclear_rows.push(UnclearRow { row, name, customer, why, reason });
                }
            }
        }
        Ok(())
    }

    fn write(&mut self, row: u64, outcome: &str, reason: &str, cells: &[String]) -> io::Result<()> {
        if self.file.is_none() {
            self.file = Some(create(&self.folder, &self.header)?);
        }
        if let Some((_, file)) = &mut self.file {
            let number = row.to_string();
            let cells = cells.iter().map(|cell| crate::directory::export::guarded(cell).into_owned());
            let noted = [number, outcome.to_owned(), reason.to_owned()];
            file.write_record(noted.into_iter().chain(cells))?;
        }
        Ok(())
    }

    pub fn path(&self) -> Option<PathBuf> {
        self.file.as_ref().map(|(path, _)| path.clone())
    }

    pub fn flush(&mut self) -> io::Result<()> {
        match &mut self.file {
            Some((_, file)) => file.flush(),
            None => Ok(()),
        }
    }
}

fn sentence(adjustments: &[Adjustment]) -> String {
    adjustments.iter().map(Adjustment::to_string).collect::<Vec<_>>().join("; ")
}

fn create(folder: &Path, header: &[String]) -> io::Result<(PathBuf, csv::Writer<BufWriter<File>>)> {
    own_files::no_link(folder)?;
    own_files::make_folders(folder)?;
    take_away_old(folder);
    let path = folder.join(format!("report-{}.csv", Timestamp::now().0));
    let mut file = BufWriter::new(own_files::create_new(&path)?);
    // For Excel, which otherwise takes it for the system's own encoding.
    file.write_all("\u{feff}".as_bytes())?;
    let mut file = csv::WriterBuilder::new().flexible(true).from_writer(file);
    file.write_record(["#row", "#outcome", "#reason"].into_iter().chain(header.iter().map(String::as_str)))?;
    Ok((path, file))
}

fn take_away_old(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut reports: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.file_name().and_then(|name| name.to_str()).and_then(made_at).is_some())
        .collect();
    // Those of earlier versions were called otherwise.
    reports.sort_by_key(|path| path.file_name().and_then(|name| name.to_str()).and_then(made_at));
    let old = reports.len().saturating_sub(REPORTS_KEPT - 1);
    for report in reports.drain(..old) {
        let _ = fs::remove_file(report);
    }
}

fn made_at(name: &str) -> Option<i64> {
    name.strip_prefix("report-").or_else(|| name.strip_prefix("refused-"))?.strip_suffix(".csv")?.parse().ok()
}

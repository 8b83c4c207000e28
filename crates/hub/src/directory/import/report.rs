//! What was refused, with its reason and what stood there: mend the rows in the report, and import it.

use super::{Refusal, RefusedRow};
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
pub(super) const FOLDER: &str = "import-reports";

pub(super) struct Report {
    folder: PathBuf,
    header: Vec<String>,
    file: Option<(PathBuf, csv::Writer<BufWriter<File>>)>,
    pub shown: Vec<RefusedRow>,
    pub refused: u64,
}

impl Report {
    /// The file is made with the first refused row, beside the directory.
    pub fn new(directory: &Path, header: Vec<String>) -> Self {
        let folder = directory.with_file_name(FOLDER);
        Self { folder, header, file: None, shown: Vec::new(), refused: 0 }
    }

    pub fn refuse(&mut self, row: u64, why: Refusal, cells: &[String]) -> io::Result<()> {
        self.refused += 1;
        let reason = why.to_string();
        if self.file.is_none() {
            self.file = Some(create(&self.folder, &self.header)?);
        }
        if let Some((_, file)) = &mut self.file {
            let number = row.to_string();
            let cells = cells.iter().map(|cell| crate::directory::export::guarded(cell));
            file.write_record([number, reason.clone()].into_iter().chain(cells.map(|cell| cell.into_owned())))?;
        }
        if self.shown.len() < SHOWN {
            self.shown.push(RefusedRow { row, reason, why });
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

fn create(folder: &Path, header: &[String]) -> io::Result<(PathBuf, csv::Writer<BufWriter<File>>)> {
    fs::create_dir_all(folder)?;
    take_away_old(folder);
    let path = folder.join(format!("refused-{}.csv", Timestamp::now().0));
    let mut file = BufWriter::new(File::create_new(&path)?);
    // For Excel, which otherwise takes it for the system's own encoding.
    file.write_all("\u{feff}".as_bytes())?;
    let mut file = csv::WriterBuilder::new().flexible(true).from_writer(file);
    file.write_record(["#row", "#reason"].into_iter().chain(header.iter().map(String::as_str)))?;
    Ok((path, file))
}

fn take_away_old(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut reports: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with("refused-")))
        .collect();
    reports.sort();
    let old = reports.len().saturating_sub(REPORTS_KEPT - 1);
    for report in reports.drain(..old) {
        let _ = fs::remove_file(report);
    }
}

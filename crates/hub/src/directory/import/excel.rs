//! Workbooks of Excel: the cells of a sheet in the order they stand there.

use super::sheet::{Book, Input, Lines, MOST_ROWS, Rows, damaged, number, protected};
use calamine::{Data, DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xls, XlsError, Xlsx, XlsxError};
use std::io;

/// Cells in which the first with something in it is looked for.
const LOOKED_AT: usize = 10_000;

/// The sheets with cells, hidden ones last.
fn sheets(all: &[calamine::Sheet]) -> Vec<String> {
    let with_cells = || all.iter().filter(|sheet| matches!(sheet.typ, SheetType::WorkSheet));
    let visible = |sheet: &&calamine::Sheet| matches!(sheet.visible, SheetVisible::Visible);
    let (shown, hidden): (Vec<_>, Vec<_>) = with_cells().partition(visible);
    shown.into_iter().chain(hidden).map(|sheet| sheet.name.clone()).collect()
}

/// A workbook of today; its texts stay in memory, its cells do not.
pub(super) fn open(input: Input) -> io::Result<Box<dyn Book>> {
    let book = Xlsx::new(input).map_err(|error| match error {
        XlsxError::Password => protected(),
        error => damaged(error),
    })?;
    Ok(Box::new(book))
}

/// One of before 2007, which is read as a whole. A workbook that is encrypted looks like one.
pub(super) fn open_old(input: Input) -> io::Result<Box<dyn Book>> {
    let book = Xls::new(input).map_err(|error| match error {
        XlsError::Password => protected(),
        error => damaged(error),
    })?;
    Ok(Box::new(book))
}

impl Book for Xlsx<Input> {
    fn names(&self) -> Vec<String> {
        sheets(self.sheets_metadata())
    }

    fn rows(&mut self, name: &str) -> io::Result<Rows> {
        let mut cells = self.worksheet_cells_reader(name).map_err(damaged)?;
        let last = u64::from(cells.dimensions().end.0);
        for _ in 0..LOOKED_AT {
            match cells.next_cell().map_err(damaged)? {
                Some(cell) if in_words(cell.get_value()).is_empty() => {}
                Some(_) => return Ok(Some((last > 0).then_some(last + 1))),
                None => return Ok(None),
            }
        }
        Ok(Some(None))
    }

    fn read(&mut self, name: &str, lines: &mut Lines) -> io::Result<()> {
        let mut cells = self.worksheet_cells_reader(name).map_err(damaged)?;
        while let Some(cell) = cells.next_cell().map_err(damaged)? {
            let (row, column) = cell.get_position();
            let text = in_words(cell.get_value());
            if !text.is_empty() {
                lines.cell(row.into(), column as usize, text)?;
            }
        }
        Ok(())
    }
}

impl Book for Xls<Input> {
    fn names(&self) -> Vec<String> {
        sheets(self.sheets_metadata())
    }

    fn rows(&mut self, name: &str) -> io::Result<Rows> {
        let range = self.worksheet_range(name).map_err(damaged)?;
        let is_empty = range.used_cells().all(|(_, _, value)| old_in_words(value).is_empty());
        Ok((!is_empty).then(|| range.end().map(|(row, _)| u64::from(row) + 1)))
    }

    fn read(&mut self, name: &str, lines: &mut Lines) -> io::Result<()> {
        let range = self.worksheet_range(name).map_err(damaged)?;
        let (first_row, first_column) = range.start().unwrap_or_default();
        for (row, column, value) in range.used_cells() {
            let (row, column) = (row as u64 + u64::from(first_row), column + first_column as usize);
            let text = old_in_words(value);
            if !text.is_empty() && row < MOST_ROWS {
                lines.cell(row, column, text)?;
            }
        }
        Ok(())
    }
}

fn in_words(value: &DataRef<'_>) -> String {
    match value {
        DataRef::SharedString(text) => (*text).to_owned(),
        other => old_in_words(&Data::from(other.clone())),
    }
}

fn old_in_words(value: &Data) -> String {
    match value {
        Data::Int(value) => value.to_string(),
        Data::Float(value) => number(*value),
        Data::String(text) => text.clone(),
        Data::Bool(value) => if *value { "TRUE" } else { "FALSE" }.to_owned(),
        Data::DateTime(at) => date(at),
        Data::DateTimeIso(at) => at.trim_end_matches("T00:00:00").replace('T', " "),
        Data::DurationIso(time) => time.clone(),
        // What could not be calculated says nothing.
        Data::Error(_) | Data::Empty => String::new(),
    }
}

/// `2026-11-03`, with its time where it has one; `08:30:00`.
fn date(at: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
    let time = format!("{hour:02}:{minute:02}:{second:02}");
    if at.is_duration() || at.as_f64() < 1.0 {
        return time;
    }
    let date = format!("{year:04}-{month:02}-{day:02}");
    if at.as_f64().fract() == 0.0 { date } else { format!("{date} {time}") }
}

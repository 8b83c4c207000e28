//! Customers as CSV: one column a field, one for each number.

use super::{Exported, Format};
use crate::directory::import::{FIELD_PREFIX, labelled, reads_otherwise};
use ringcard_core::{customer::CustomerNumber, text::closed};
use rusqlite::Connection;
use std::{
    borrow::Cow,
    io::{self, Write},
};

/// The columns that depend on what is in the directory.
pub(in crate::directory) struct Columns {
    numbers: u32,
    fields: Vec<String>,
}

impl Columns {
    pub fn of(connection: &Connection) -> rusqlite::Result<Self> {
        let numbers =
            connection.query_row("SELECT coalesce(max(position) + 1, 0) FROM customer_number", [], |row| row.get(0))?;
        let fields = connection
            .prepare(
                "SELECT DISTINCT field.key FROM customer, json_each(customer.fields) AS field
                 WHERE customer.fields <> '' ORDER BY 1",
            )?
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        Ok(Self { numbers, fields })
    }
}

pub(super) struct CsvFile<W: Write> {
    file: csv::Writer<W>,
    columns: Columns,
    bom: bool,
}

impl<W: Write> CsvFile<W> {
    pub fn new(file: W, columns: Columns, bom: bool) -> Self {
        let file = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(file);
        Self { file, columns, bom }
    }
}

impl<W: Write> Format for CsvFile<W> {
    fn begin(&mut self) -> io::Result<()> {
        let fixed = ["name", "company", "role", "email", "tags", "vip", "notes", "link"];
        let mark = if self.bom { "\u{feff}" } else { "" };
        let mut header = vec![format!("{mark}external_id")];
        header.extend(fixed.map(str::to_owned));
        header.extend((1..=self.columns.numbers).map(|place| format!("number {place}")));
        header.extend(self.columns.fields.iter().map(|field| format!("{FIELD_PREFIX}{field}")));
        self.file.write_record(header)?;
        Ok(())
    }

    fn customer(&mut self, exported: &Exported) -> io::Result<()> {
        let details = &exported.customer.details;
        let tags = details.tags.join(", ");
        let vip = if details.vip { "yes" } else { "no" };
        let texts = [
            exported.external_id.as_str(),
            &details.name,
            &details.company,
            &details.role,
            &details.email,
            &tags,
            vip,
            &details.notes,
            details.link.as_deref().unwrap_or_default(),
        ];
        for text in texts {
            self.file.write_field(guarded(text).as_bytes())?;
        }
        for place in 0..self.columns.numbers as usize {
            let cell = details.numbers.get(place).map(number_cell).unwrap_or_default();
            self.file.write_field(guarded_number(&cell).as_bytes())?;
        }
        for field in &self.columns.fields {
            let value = details.fields.get(field).map_or("", String::as_str);
            self.file.write_field(guarded(value).as_bytes())?;
        }
        self.file.write_record(None::<&[u8]>)?;
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// `+36 30 123 4567 [mobile]`
fn number_cell(number: &CustomerNumber) -> String {
    let CustomerNumber { label, written, .. } = number;
    if label.is_empty() && !reads_otherwise(written) { written.clone() } else { format!("{written} [{label}]") }
}

/// A cell turns nothing in the cells beside it. One that a spreadsheet would run as a formula gets an apostrophe in
/// front; the import takes it off again.
pub(crate) fn guarded(text: &str) -> Cow<'_, str> {
    match closed(text) {
        Cow::Borrowed(text) => without_formula(text),
        Cow::Owned(text) => Cow::Owned(without_formula(&text).into_owned()),
    }
}

fn without_formula(text: &str) -> Cow<'_, str> {
    let runs = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let would_lose_one = text.strip_prefix('\'').is_some_and(|rest| rest.starts_with(['=', '+', '-', '@', '\'']));
    if runs || would_lose_one { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// A plus in front of nothing but digits and spaces is a number and no formula; other programs want it bare.
pub(crate) fn guarded_number(text: &str) -> Cow<'_, str> {
    let harmless = text.strip_prefix('+').is_some_and(|rest| {
        let (digits, label) = labelled(rest).unwrap_or((rest, ""));
        digits.chars().all(|letter| letter.is_ascii_digit() || letter == ' ')
            && label.chars().all(|letter| letter.is_alphanumeric() || letter == ' ')
    });
    if harmless { Cow::Borrowed(text) } else { guarded(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_turns_nothing_in_the_cells_beside_it() {
        assert_eq!(guarded("\u{202e}aíraM"), "\u{202e}aíraM\u{202c}");
        assert_eq!(guarded("\u{2069}María\u{202c}"), "María");
        assert_eq!(guarded("שרה כהן"), "שרה כהן");
        assert_eq!(guarded("\u{202c}=1+1"), "'=1+1", "what is taken away hides no formula");
    }
}

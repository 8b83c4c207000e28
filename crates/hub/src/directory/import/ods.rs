//! Spreadsheets of OpenDocument: the cells of a sheet in the order they stand there.
//!
//! Read by ourselves while they are unpacked, because the library reads all sheets into memory first; and one cell can say
//! that it is there a million times.

use super::{
    sheet::{Book, Input, Lines, MOST_ROWS, Rows, damaged, number},
    split::{LONGEST_FIELD, MOST_COLUMNS},
};
use quick_xml::{
    Reader, XmlVersion,
    events::{BytesStart, Event},
};
use std::io::{self, BufRead, BufReader};
use zip::ZipArchive;

/// Cells that stand there because another one is repeated, in all of a sheet.
const MOST_REPEATED: u64 = 5_000_000;

/// What stands at one place.
enum Found {
    Sheet(String),
    Cell { row: u64, column: usize, text: String },
}

/// The sheets, and which of them have something in them.
struct Document {
    archive: ZipArchive<Input>,
    sheets: Vec<(String, bool)>,
}

pub(super) fn open(input: Input) -> io::Result<Box<dyn Book>> {
    let mut archive = ZipArchive::new(input).map_err(damaged)?;
    let mut sheets = Vec::new();
    walk(&mut archive, |found| {
        match found {
            Found::Sheet(name) => sheets.push((name, false)),
            Found::Cell { .. } => {
                if let Some(sheet) = sheets.last_mut() {
                    sheet.1 = true
                }
            }
        }
        Ok(true)
    })?;
    Ok(Box::new(Document { archive, sheets }))
}

impl Book for Document {
    fn names(&self) -> Vec<String> {
        self.sheets.iter().map(|(name, _)| name.clone()).collect()
    }

    fn rows(&mut self, name: &str) -> io::Result<Rows> {
        Ok(self.sheets.contains(&(name.to_owned(), true)).then_some(None))
    }

    fn read(&mut self, name: &str, lines: &mut Lines) -> io::Result<()> {
        let mut inside = false;
        walk(&mut self.archive, |found| {
            match found {
                Found::Sheet(_) if inside => return Ok(false),
                Found::Sheet(next) => inside = next == name,
                Found::Cell { row, column, text } if inside => lines.cell(row, column, text)?,
                Found::Cell { .. } => {}
            }
            Ok(true)
        })
    }
}

/// Goes through all sheets until nobody wants more.
fn walk(archive: &mut ZipArchive<Input>, mut take: impl FnMut(Found) -> io::Result<bool>) -> io::Result<()> {
    let content = archive.by_name("content.xml").map_err(damaged)?;
    let mut xml = Xml::new(BufReader::with_capacity(64 << 10, content));
    let (mut row, mut column) = (0_u64, 0_usize);
    let (mut row_times, mut cells) = (1_u64, Vec::<(usize, String)>::new());
    let mut repeated = 0;
    // Tables inside of cells are none of ours.
    let mut depth = 0_u32;
    while let Some(tag) = xml.next()? {
        match tag {
            Tag::Start(name, attributes) => match name.as_str() {
                "table" => {
                    depth += 1;
                    if depth == 1 {
                        row = 0;
                        if !take(Found::Sheet(attributes.get("name").unwrap_or_default().to_owned()))? {
                            return Ok(());
                        }
                    }
                }
                "table-row" if depth == 1 => {
                    column = 0;
                    cells.clear();
                    row_times = attributes.times("number-rows-repeated");
                }
                "table-cell" | "covered-table-cell" if depth == 1 => {
                    let times = attributes.times("number-columns-repeated");
                    let text = xml.cell(&attributes)?;
                    if !text.is_empty() {
                        for place in column..column.saturating_add(times as usize).min(MOST_COLUMNS + 1) {
                            cells.push((place, text.clone()));
                        }
                        repeated += (times - 1).min(MOST_COLUMNS as u64);
                    }
                    column = column.saturating_add(times as usize);
                }
                _ => {}
            },
            Tag::End(name) => match name.as_str() {
                "table" => depth = depth.saturating_sub(1),
                "table-row" if depth == 1 => {
                    if !cells.is_empty() {
                        repeated += (row_times - 1).saturating_mul(cells.len() as u64);
                        if repeated > MOST_REPEATED {
                            return Err(damaged("it repeats its cells too often"));
                        }
                        for at in row..row.saturating_add(row_times).min(MOST_ROWS) {
                            for (column, text) in &cells {
                                if !take(Found::Cell { row: at, column: *column, text: text.clone() })? {
                                    return Ok(());
                                }
                            }
                        }
                    }
                    row = row.saturating_add(row_times);
                }
                _ => {}
            },
        }
    }
    Ok(())
}

/// An element's beginning or end, by its name without its prefix.
enum Tag {
    Start(String, Attributes),
    End(String),
}

#[derive(Default)]
struct Attributes(Vec<(String, String)>);

impl Attributes {
    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn times(&self, name: &str) -> u64 {
        self.get(name).and_then(|times| times.parse().ok()).unwrap_or(1).clamp(1, MOST_ROWS)
    }
}

struct Xml<R> {
    reader: Reader<R>,
    buffer: Vec<u8>,
}

impl<R: BufRead> Xml<R> {
    fn new(input: R) -> Self {
        let mut reader = Reader::from_reader(input);
        reader.config_mut().expand_empty_elements = true;
        Self { reader, buffer: Vec::new() }
    }

    fn next(&mut self) -> io::Result<Option<Tag>> {
        loop {
            self.buffer.clear();
            match self.reader.read_event_into(&mut self.buffer).map_err(damaged)? {
                Event::Start(start) => {
                    return Ok(Some(Tag::Start(local(start.local_name().into_inner()), attributes(&start)?)));
                }
                Event::End(end) => return Ok(Some(Tag::End(local(end.local_name().into_inner())))),
                Event::Eof => return Ok(None),
                _ => {}
            }
        }
    }

    /// What is in a cell, up to its end.
    fn cell(&mut self, of: &Attributes) -> io::Result<String> {
        let mut text = String::new();
        let mut paragraphs = 0;
        let mut depth = 1;
        // Remarks and tables inside of the cell.
        let mut aside = 0;
        while depth > 0 {
            self.buffer.clear();
            let room = text.len() < LONGEST_FIELD;
            match self.reader.read_event_into(&mut self.buffer).map_err(damaged)? {
                Event::Start(start) => {
                    depth += 1;
                    let name = local(start.local_name().into_inner());
                    match name.as_str() {
                        _ if aside > 0 => aside += 1,
                        "annotation" | "table" | "frame" => aside = 1,
                        "p" => {
                            if paragraphs > 0 && room {
                                text.push('\n');
                            }
                            paragraphs += 1;
                        }
                        "s" if room => {
                            let spaces = attributes(&start)?.times("c").min(1_000);
                            text.extend(std::iter::repeat_n(' ', spaces as usize));
                        }
                        "tab" if room => text.push('\t'),
                        "line-break" if room => text.push('\n'),
                        _ => {}
                    }
                }
                Event::End(_) => {
                    depth -= 1;
                    aside = i32::max(aside - 1, 0);
                }
                Event::Text(part) if aside == 0 && paragraphs > 0 && room => {
                    text.push_str(&part.xml10_content());
                }
                Event::CData(part) if aside == 0 && paragraphs > 0 && room => {
                    text.push_str(&part.xml10_content());
                }
                Event::GeneralRef(reference) if aside == 0 && paragraphs > 0 && room => {
                    if let Some(letter) = reference.resolve_char_ref().map_err(damaged)? {
                        text.push(letter);
                    } else {
                        let name = reference.xml10_content();
                        text.push_str(quick_xml::escape::resolve_predefined_entity(&name).unwrap_or_default());
                    }
                }
                Event::Eof => return Err(damaged("it ends inside a cell")),
                _ => {}
            }
        }
        Ok(value(of).unwrap_or(text))
    }
}

/// What the cell itself says; what is shown of a number has lost digits.
fn value(of: &Attributes) -> Option<String> {
    match of.get("value-type")? {
        "float" => of.get("value")?.parse().ok().map(number),
        "percentage" | "currency" => None,
        "boolean" => Some(of.get("boolean-value")?.to_ascii_uppercase()),
        "date" => Some(of.get("date-value")?.trim_end_matches("T00:00:00").replace('T', " ")),
        "string" => of.get("string-value").map(str::to_owned),
        _ => None,
    }
}

fn local(name: &str) -> String {
    name.to_owned()
}

fn attributes(start: &BytesStart<'_>) -> io::Result<Attributes> {
    let mut known = Vec::new();
    for attribute in start.attributes().with_checks(false) {
        let attribute = attribute.map_err(damaged)?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(damaged)?.into_owned();
        known.push((local(attribute.key.local_name().into_inner()), value));
    }
    Ok(Attributes(known))
}

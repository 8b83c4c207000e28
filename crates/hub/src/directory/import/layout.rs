//! How a file is laid out: its letters, its format, its delimiter, its header.
//!
//! The preview and the import both go by this, so that what was shown is what is imported.

use super::{
    ImportChoices, ImportColumn, ImportFormat, ImportTarget,
    columns::{self, Seen},
    decode::{AsUtf8, Letters, NoText, Survey},
    split::{RawRow, Split, Splitter},
    vcard::{self, Card, Cards},
};
use crate::directory::FileFailure;
use ringcard_connect::named;
use ringcard_core::number::DialPlan;
use std::{
    collections::HashMap,
    fs::File,
    io::{self, Read},
    path::Path,
};

/// What is looked at for the layout.
const HEAD: u64 = 1 << 20;
const SAMPLE: usize = 5;
/// Longer values are cut in the preview.
const LONGEST_SAMPLE: usize = 200;
/// Rows the delimiter is judged by.
const JUDGED: usize = 100;
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

#[derive(Debug, Clone)]
pub(super) struct Layout {
    pub letters: Letters,
    pub format: ImportFormat,
    /// Of a CSV file.
    pub delimiter: u8,
    /// Rows in front of the first customer.
    pub skip: usize,
    pub columns: Vec<ImportColumn>,
    pub rows_estimated: u64,
    pub problems: Vec<String>,
}

/// How much of the file is looked through for its letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// A person waits.
    Beginning,
    Whole,
}

pub(super) fn of(path: &Path, country: &str, choices: &ImportChoices, depth: Depth) -> Result<Layout, FileFailure> {
    let _ = choices;
    let failed =
        |why: &dyn std::fmt::Display| FileFailure::Read { path: path.display().to_string(), detail: why.to_string() };
    let read = || -> io::Result<(Result<Letters, NoText>, Vec<u8>, u64)> {
        let letters = survey(path, country, depth)?;
        let file = open(path)?;
        let total = file.metadata()?.len();
        let mut head = Vec::new();
        file.take(HEAD).read_to_end(&mut head)?;
        Ok((letters, head, total))
    };
    let (letters, head, total) = read().map_err(|error| failed(&in_words(&error)))?;
    let letters = letters.map_err(|why| failed(&why))?;
    let mut text = Vec::new();
    AsUtf8::new(head.as_slice(), letters).read_to_end(&mut text).map_err(|error| failed(&error))?;
    let whole = head.len() as u64 >= total;
    let mut layout =
        if starts_a_card(&text) { of_cards(letters, &text) } else { of_csv(letters, &text, whole, country) };
    if !whole {
        let share = total as f64 / head.len().max(1) as f64;
        layout.rows_estimated = (layout.rows_estimated as f64 * share) as u64;
    }
    if letters.damaged {
        layout.problems.push("Some bytes are broken UTF-8: the rows they are in will be refused.".to_owned());
    }
    let identifies = |column: &ImportColumn| !matches!(column.target, ImportTarget::Ignore | ImportTarget::Field(_));
    if !layout.columns.iter().any(identifies) {
        layout.problems.push("No column was recognised: choose what each one is.".to_owned());
    }
    Ok(layout)
}

/// More is the wrong file, or one to be cut into parts: a million customers take a tenth of it.
pub(super) const LARGEST: u64 = 2 << 30;

/// A file to be imported; a pipe or a device is refused, for it has no end, and would be read several times.
pub(super) fn open(path: &Path) -> io::Result<File> {
    let file = named::open(path)?;
    if file.metadata()?.len() > LARGEST { Err(named::too_large(LARGEST)) } else { Ok(file) }
}

fn in_words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "you may not read it".to_owned(),
        _ => error.to_string(),
    }
}

fn survey(path: &Path, country: &str, depth: Depth) -> io::Result<Result<Letters, NoText>> {
    const PIECE: usize = 1 << 20;
    let most = match depth {
        Depth::Beginning => 16,
        // What says that it is shorter ends here, too.
        Depth::Whole => LARGEST as usize / PIECE,
    };
    let mut file = open(path)?;
    let mut survey = Survey::new();
    let mut piece = vec![0; PIECE];
    let mut ended = false;
    for _ in 0..most {
        let read = match file.read(&mut piece) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            read => read?,
        };
        if read == 0 {
            ended = true;
            break;
        }
        survey.look_at(&piece[..read]);
    }
    Ok(survey.conclude(country, ended))
}

fn starts_a_card(text: &[u8]) -> bool {
    let start = text.trim_ascii_start();
    start.get(..11).is_some_and(|start| start.eq_ignore_ascii_case(b"BEGIN:VCARD"))
}

fn of_cards(letters: Letters, text: &[u8]) -> Layout {
    let mut columns: Vec<ImportColumn> = vcard::COLUMNS
        .iter()
        .map(|(name, target)| ImportColumn { name: (*name).to_owned(), sample: Vec::new(), target: target.clone() })
        .collect();
    let mut cards = Cards::new(text);
    let mut rows = 0;
    while let Ok(card) = cards.next() {
        match card {
            Card::End => break,
            Card::Refused(_) => rows += 1,
            Card::Whole(values) | Card::Beginning(values) => {
                rows += 1;
                for (property, value) in values {
                    if let vcard::Property::Column(place) = property
                        && columns[place].sample.len() < SAMPLE
                    {
                        columns[place].sample.push(cut(&value.text));
                    }
                }
            }
        }
    }
    let problems = Vec::new();
    Layout { letters, format: ImportFormat::VCard, delimiter: 0, skip: 0, columns, rows_estimated: rows, problems }
}

fn of_csv(letters: Letters, text: &[u8], whole: bool, country: &str) -> Layout {
    let stated = stated_delimiter(text);
    let delimiter = stated.unwrap_or_else(|| likely_delimiter(text, whole));
    let mut rows = rows(text, delimiter, whole, usize::MAX);
    let rows_in_head = rows.len() as u64;
    let mut skip = usize::from(stated.is_some());
    while rows.get(skip).is_some_and(|row| row.iter().all(|cell| cell.trim().is_empty())) {
        skip += 1;
    }
    let mut problems = Vec::new();
    let first = rows.get(skip).cloned().unwrap_or_default();
    let is_header = first.iter().any(|cell| columns::is_known_name(cell))
        || !first.iter().any(|cell| columns::looks_like_email(cell.trim()) || columns::looks_like_number(cell.trim()));
    let width = rows.iter().skip(skip).take(JUDGED).map(Vec::len).max().unwrap_or(0).max(first.len());
    let names = if is_header {
        skip += 1;
        header(&first, width, &mut problems)
    } else {
        problems.push("The first row has no column names: it is taken as a customer.".to_owned());
        (1..=width).map(|place| format!("Column {place}")).collect()
    };
    rows.drain(..skip.min(rows.len()));
    rows.truncate(JUDGED);
    let column = |place: usize| rows.iter().filter_map(move |row| row.get(place));
    let judged: Vec<Vec<String>> = (0..width).map(|place| column(place).cloned().collect()).collect();
    // Pandas writes `Unnamed: 3` where there is no name.
    let is_name = |cell: &String| !cell.trim().is_empty() && !cell.trim().starts_with("Unnamed: ");
    let has_name = |place: usize| is_header && first.get(place).is_some_and(is_name);
    let seen: Vec<Seen<'_>> = names
        .iter()
        .zip(&judged)
        .enumerate()
        .map(|(place, (name, sample))| Seen { name, has_name: has_name(place), sample })
        .collect();
    let targets = columns::guess(&seen, DialPlan::new(country).ok().as_ref());
    let columns: Vec<ImportColumn> = names
        .iter()
        .zip(&judged)
        .zip(targets)
        .map(|((name, values), target)| {
            let sample = values.iter().take(SAMPLE).map(|value| cut(value)).collect();
            ImportColumn { name: name.clone(), sample, target }
        })
        .collect();
    let rows_estimated = rows_in_head.saturating_sub(skip as u64);
    Layout { letters, format: ImportFormat::Csv, delimiter, skip, columns, rows_estimated, problems }
}

/// Names for all columns: none empty, none twice.
fn header(first: &[String], width: usize, problems: &mut Vec<String>) -> Vec<String> {
    let mut times: HashMap<String, usize> = HashMap::new();
    let mut twice = Vec::new();
    let names = (0..width)
        .map(|place| {
            let name = first.get(place).map_or("", |name| name.trim());
            let name = if name.is_empty() { format!("Column {}", place + 1) } else { cut(name) };
            let time = times.entry(name.to_lowercase()).or_default();
            *time += 1;
            if *time == 1 {
                return name;
            }
            if *time == 2 {
                twice.push(name.clone());
            }
            format!("{name} ({time})")
        })
        .collect();
    for name in twice {
        problems.push(format!("The column “{name}” is there more than once: look whether each is what it should be."));
    }
    names
}

fn cut(text: &str) -> String {
    text.trim().chars().take(LONGEST_SAMPLE).collect()
}

/// `sep=;` in the first line, as Excel writes and reads it.
fn stated_delimiter(text: &[u8]) -> Option<u8> {
    let line = text.split(|byte| matches!(byte, b'\n' | b'\r')).next()?;
    match line.trim_ascii_end() {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter] => Some(*delimiter),
        b"sep=" | b"SEP=" => Some(b'\t'),
        _ => None,
    }
}

/// The one that cuts the most rows into as many columns as the first has.
fn likely_delimiter(text: &[u8], whole: bool) -> u8 {
    let score = |delimiter: u8| {
        let rows = rows(text, delimiter, whole, JUDGED);
        let rows: Vec<&Vec<String>> =
            rows.iter().filter(|row| row.iter().any(|cell| !cell.trim().is_empty())).collect();
        let columns = rows.first().map_or(0, |row| row.len());
        if columns < 2 {
            return (0, 0);
        }
        let alike = rows.iter().filter(|row| row.len() == columns).count();
        (alike * 10 / rows.len(), columns)
    };
    // Of equals the first: the comma.
    DELIMITERS.into_iter().rev().max_by_key(|delimiter| score(*delimiter)).unwrap_or(b',')
}

/// The first rows; the last one of an incomplete text is left out.
fn rows(text: &[u8], delimiter: u8, whole: bool, most: usize) -> Vec<Vec<String>> {
    let mut splitter = Splitter::new(text, delimiter);
    let mut row = RawRow::default();
    let mut rows = Vec::new();
    while rows.len() < most {
        match splitter.next(&mut row) {
            Ok(Split::Row { .. }) => {
                rows.push(row.fields().map(|field| String::from_utf8_lossy(field).into_owned()).collect());
            }
            Ok(Split::Refused(_)) => rows.push(Vec::new()),
            Ok(Split::End) | Err(_) => {
                if !whole && rows.len() > 1 {
                    rows.pop();
                }
                break;
            }
        }
    }
    rows
}

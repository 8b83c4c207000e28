//! How a list in rows and columns is laid out: what stands between its cells, which row names its columns, what each one is.

use super::{
    ImportColumn, ImportFormat, ImportTarget,
    aside::{self, Aside, Asides},
    columns::{self, Guess, Seen},
    layout::{Layout, SAMPLE, cut},
    letters::Letters,
    remark::Remark,
    split::{RawRow, Split, Splitter},
};
use ringcard_core::number::DialPlan;
use std::collections::HashMap;

/// Rows the delimiter and the columns are judged by.
const JUDGED: usize = 100;
/// Rows among which the names of the columns are looked for.
const SEARCHED: usize = 30;
const DELIMITERS: [u8; 4] = *b",;\t|";
/// So much of a title is shown.
const LONGEST_TITLE: usize = 60;

/// `is_whole`: there is no more of the text than this. `known` is the delimiter where it need not be told.
pub(super) fn of(letters: Letters, text: &[u8], is_whole: bool, known: Option<u8>, country: &str) -> Layout {
    let stated = if known.is_none() { stated_delimiter(text) } else { None };
    let delimiter = known.or(stated).unwrap_or_else(|| likely_delimiter(text, is_whole));
    let mut rows = rows(text, delimiter, is_whole, usize::MAX);
    let rows_in_head = rows.len() as u64;
    let start = usize::from(stated.is_some());
    let mut remarks = Vec::new();
    let Found { header: header_row, first: skip } = find_header(&rows, start);
    let above = header_row.unwrap_or(skip).min(rows.len());
    let titles: Vec<Vec<String>> =
        rows[start.min(above)..above].iter().filter(|row| filled(row) > 0).cloned().collect();
    let header_cells = header_row.and_then(|row| rows.get(row)).cloned();
    let first = header_cells.clone().unwrap_or_else(|| rows.get(skip).cloned().unwrap_or_default());
    let width = rows.iter().skip(skip).take(JUDGED).map(Vec::len).max().unwrap_or(0).max(first.len());
    let names = if header_row.is_some() {
        header(&first, width, &mut remarks)
    } else {
        remarks.push(Remark::NoHeader);
        (1..=width).map(|place| format!("Column {place}")).collect()
    };
    if let Some(title) = titles.first() {
        let shown: String = title.iter().find(|cell| !cell.trim().is_empty()).map(|cell| cut(cell)).unwrap_or_default();
        let first = shown.chars().take(LONGEST_TITLE).collect();
        remarks.push(Remark::Titles { rows: titles.len() as u64, first });
    }
    let asides = Asides::new(header_cells.as_deref(), &titles);
    rows.drain(..skip.min(rows.len()));
    // Before it is known what the columns are, no telephone number is taken for a sum.
    let unknown = vec![ImportTarget::Number; width];
    let is_customer = |row: &&Vec<String>| filled(row) > 0 && asides.judge(&cells(row), &unknown).is_none();
    let judged_rows: Vec<&Vec<String>> = rows.iter().filter(is_customer).take(JUDGED).collect();
    let column = |place: usize| judged_rows.iter().filter_map(move |row| row.get(place));
    let judged: Vec<Vec<String>> = (0..width).map(|place| column(place).cloned().collect()).collect();
    // Pandas writes `Unnamed: 3` where there is no name.
    let is_name = |cell: &String| !cell.trim().is_empty() && !cell.trim().starts_with("Unnamed: ");
    let has_name = |place: usize| header_row.is_some() && first.get(place).is_some_and(is_name);
    let seen: Vec<Seen<'_>> = names
        .iter()
        .zip(&judged)
        .enumerate()
        .map(|(place, (name, sample))| Seen { name, has_name: has_name(place), sample })
        .collect();
    let guesses = columns::guess(&seen, DialPlan::new(country).ok().as_ref());
    let targets: Vec<ImportTarget> = guesses.iter().map(|guess| guess.target.clone()).collect();
    let (mut headers, mut totals, mut below, mut blank) = (0, 0, 0, 0);
    let mut somebody_above = false;
    for row in &rows {
        let of_targets = || targets.iter().zip(row.iter().map(String::as_str));
        match asides.judge(&cells(row), &targets) {
            _ if filled(row) == 0 => blank += 1,
            Some(Aside::Header) => headers += 1,
            Some(Aside::Total) => totals += 1,
            None if somebody_above && aside::has_only_numbers(of_targets()) => below += 1,
            None => somebody_above = aside::names_somebody(of_targets()),
        }
    }
    if headers + totals > 0 {
        remarks.push(Remark::LeftOut { headers, totals });
    }
    let columns: Vec<ImportColumn> = names
        .iter()
        .zip(&judged)
        .zip(guesses)
        .map(|((name, values), Guess { target, guessed })| {
            let sample = values.iter().take(SAMPLE).map(|value| cut(value)).collect();
            ImportColumn { name: name.clone(), sample, target, guessed }
        })
        .collect();
    Layout {
        delimiter,
        skip,
        header_row: header_row.map(|row| row as u64 + 1),
        asides,
        columns,
        rows_estimated: rows_in_head.saturating_sub(skip as u64 + headers + totals + blank),
        rows_left_out: titles.len() as u64 + headers + totals,
        numbers_below: below,
        remarks,
        ..Layout::new(letters, ImportFormat::Csv)
    }
}

/// Where the list begins.
struct Found {
    /// The row with the names of the columns.
    header: Option<usize>,
    /// The first customer's.
    first: usize,
}

fn filled(row: &[String]) -> usize {
    row.iter().filter(|cell| !cell.trim().is_empty()).count()
}

/// The cells with something in them, with their places.
fn cells(row: &[String]) -> Vec<(usize, &str)> {
    row.iter().map(|cell| cell.trim()).enumerate().filter(|(_, cell)| !cell.is_empty()).collect()
}

/// The row that looks like the names of columns: below titles, dates of export and empty rows, and above all customers.
fn find_header(rows: &[Vec<String>], start: usize) -> Found {
    let looked_at: Vec<usize> = (start..rows.len()).take(SEARCHED).filter(|row| filled(&rows[*row]) > 0).collect();
    let Some(&first) = looked_at.first() else { return Found { header: None, first: rows.len() } };
    let known =
        |row: usize| rows[row].iter().filter(|cell| !cell.trim().is_empty() && columns::is_known_name(cell)).count();
    let is_value = |cell: &String| columns::looks_like_email(cell.trim()) || columns::looks_like_number(cell.trim());
    let has_values = |row: usize| rows[row].iter().any(is_value);
    // A letterhead has a telephone number, too, but fewer cells than the list.
    let is_title_of =
        |row: usize, header: usize| !has_values(row) || filled(&rows[row]) * 2 < filled(&rows[header]).max(3);
    let below_titles =
        |row: usize| looked_at.iter().take_while(|above| **above < row).all(|above| is_title_of(*above, row));
    let may_be = |row: &&usize| !has_values(**row) && below_titles(**row);
    let most = looked_at.iter().filter(may_be).map(|row| known(*row)).max().unwrap_or(0);
    if most >= 2 {
        let enough = most.div_ceil(2).max(2);
        let header = looked_at.iter().filter(may_be).copied().find(|row| known(*row) >= enough);
        if let Some(header) = header {
            return Found { header: Some(header), first: header + 1 };
        }
    }
    let widest = rows[start..].iter().take(JUDGED).map(|row| filled(row)).max().unwrap_or(0);
    let has_name = |row: &usize| known(*row) >= 1 && (filled(&rows[*row]) >= 2 || widest == 1);
    let named = looked_at.iter().filter(may_be).copied().find(has_name);
    let is_below_titles =
        |header: &usize| looked_at.iter().take_while(|row| **row < *header).all(|row| filled(&rows[*row]) == 1);
    if let Some(header) = named.filter(is_below_titles).or_else(|| (known(first) >= 1).then_some(first)) {
        return Found { header: Some(header), first: header + 1 };
    }
    // Nobody knows these words: what stands alone above rows with more is a title.
    let wide = rows[start..].iter().take(JUDGED).filter(|row| filled(row) >= 2).count();
    let narrow = rows[start..].iter().take(JUDGED).filter(|row| filled(row) == 1).count();
    let is_title = |row: usize| wide > narrow && filled(&rows[row]) == 1 && !has_values(row);
    let Some(begins) = looked_at.iter().copied().find(|row| !is_title(*row)) else {
        return Found { header: Some(first), first: first + 1 };
    };
    match has_values(begins) {
        true => Found { header: None, first: begins },
        false => Found { header: Some(begins), first: begins + 1 },
    }
}

/// Names for all columns: none empty, none twice.
fn header(first: &[String], width: usize, remarks: &mut Vec<Remark>) -> Vec<String> {
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
        remarks.push(Remark::SameName { column: name });
    }
    names
}

/// `sep=;` in the first line, as Excel writes and reads it; also in quotation marks, and with empty cells behind it.
fn stated_delimiter(text: &[u8]) -> Option<u8> {
    let line = text.split(|byte| matches!(byte, b'\n' | b'\r')).next()?;
    let line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line);
    let line = line.trim_ascii_start();
    let line = line.strip_prefix(b"\"").unwrap_or(line);
    let (word, rest) = line.split_at_checked(4)?;
    if !word.eq_ignore_ascii_case(b"sep=") {
        return None;
    }
    let delimiter = match rest.first() {
        None | Some(b'"') => b'\t',
        Some(delimiter) => *delimiter,
    };
    let is_rest = |byte: &u8| *byte == delimiter || matches!(byte, b'"' | b' ' | b'\t' | b',' | b';');
    let may_be = delimiter == b'\t' || delimiter.is_ascii_punctuation() || delimiter == b' ';
    (may_be && rest.iter().skip(1).all(is_rest)).then_some(delimiter)
}

/// The one that cuts the most rows into as many columns as most of them have.
fn likely_delimiter(text: &[u8], is_whole: bool) -> u8 {
    let score = |delimiter: u8| {
        let rows = rows(text, delimiter, is_whole, JUDGED);
        let rows: Vec<usize> = rows.iter().filter(|row| filled(row) > 0).map(Vec::len).collect();
        let mut times: HashMap<usize, usize> = HashMap::new();
        rows.iter().filter(|columns| **columns > 1).for_each(|columns| *times.entry(*columns).or_default() += 1);
        // What only a few rows have is a comma in a title or a note.
        let most = times.into_iter().max_by_key(|(columns, times)| (*times, *columns));
        most.map_or((0, 0), |(columns, times)| (times * 10 / rows.len(), columns))
    };
    // Of equals the first: the comma.
    DELIMITERS.into_iter().rev().max_by_key(|delimiter| score(*delimiter)).unwrap_or(b',')
}

/// The first rows; the last one of an incomplete text is left out.
fn rows(text: &[u8], delimiter: u8, is_whole: bool, most: usize) -> Vec<Vec<String>> {
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
                if !is_whole && rows.len() > 1 {
                    rows.pop();
                }
                break;
            }
        }
    }
    rows
}

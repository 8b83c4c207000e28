//! How a file is laid out: its letters, its format, its delimiter, its header.
//!
//! The preview and the import both go by this, so that what was shown is what is imported.

use super::{
    EncodingDoubt, ImportChoices, ImportColumn, ImportFormat, ImportTarget,
    aside::{Asides, LeftOut},
    columns,
    decode::AsUtf8,
    letters::{self, Letters, NoText, Survey},
    remark::Remark,
    sheet::{self, Sheet},
    table,
    vcard::{self, Card, Cards, Content},
    vcard_line::Around,
};
use crate::directory::FileFailure;
use ringcard_connect::named;
use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::Path,
    sync::Arc,
};

/// What is looked at for the layout.
const HEAD: u64 = 1 << 20;
pub(super) const SAMPLE: usize = 5;
/// Longer values are cut in the preview.
const LONGEST_SAMPLE: usize = 200;

#[derive(Debug, Clone)]
pub(super) struct Layout {
    pub letters: Letters,
    /// Where the letters may be others.
    pub doubt: Option<EncodingDoubt>,
    pub format: ImportFormat,
    /// Of a list.
    pub delimiter: u8,
    /// Rows in front of the first customer.
    pub skip: usize,
    /// The row with the names of the columns, as a spreadsheet counts.
    pub header_row: Option<u64>,
    /// Rows further down that are no customers.
    pub asides: Asides,
    pub left_out: Arc<LeftOut>,
    pub columns: Vec<ImportColumn>,
    pub rows_estimated: u64,
    /// Of the rows that were looked at, those that are no customers.
    pub rows_left_out: u64,
    /// Of the rows that were looked at, those with nothing but a number.
    pub numbers_below: u64,
    /// Of a spreadsheet: all its sheets, and the one that is read.
    pub sheets: Vec<String>,
    pub sheet: Option<String>,
    pub remarks: Vec<Remark>,
}

impl Layout {
    pub fn new(letters: Letters, format: ImportFormat) -> Self {
        Self {
            letters,
            doubt: None,
            format,
            delimiter: 0,
            skip: 0,
            header_row: None,
            asides: Asides::default(),
            left_out: Arc::default(),
            columns: Vec::new(),
            rows_estimated: 0,
            rows_left_out: 0,
            numbers_below: 0,
            sheets: Vec::new(),
            sheet: None,
            remarks: Vec::new(),
        }
    }
}

/// How much of the file is looked through for its letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// A person waits.
    Beginning,
    Whole,
}

pub(super) fn of(path: &Path, country: &str, choices: &ImportChoices, depth: Depth) -> Result<Layout, FileFailure> {
    let failed =
        |why: &dyn std::fmt::Display| FileFailure::Read { path: path.display().to_string(), detail: why.to_string() };
    let unread = |error: io::Error| failed(&in_words(&error));
    let mut layout = match sheet::open(path, choices.sheet.as_deref()).map_err(unread)? {
        Some(sheet) => of_sheet(sheet, country).map_err(unread)?,
        None if choices.sheet.is_some() => return Err(failed(&"it is no spreadsheet: it has no sheets")),
        None => {
            let said = match choices.encoding.as_deref().map(str::trim).filter(|name| !name.is_empty()) {
                Some(name) => Some(letters::named(name).ok_or_else(|| failed(&unknown_letters(name)))?),
                None => None,
            };
            let surveyed = survey(path, country, said, depth).map_err(unread)?;
            let (letters, doubt) = surveyed.map_err(|why| failed(&why))?;
            let file = open(path).map_err(unread)?;
            let total = file.metadata().map_err(unread)?.len();
            let mut head = Vec::new();
            file.take(HEAD).read_to_end(&mut head).map_err(unread)?;
            let mut layout = of_text(&head, letters, head.len() as u64 >= total, country).map_err(unread)?;
            layout.doubt = doubt;
            if (head.len() as u64) < total {
                let share = total as f64 / head.len().max(1) as f64;
                layout.rows_estimated = (layout.rows_estimated as f64 * share) as u64;
            }
            layout
        }
    };
    if let Some(other) = layout.letters.mixed
        && layout.format != ImportFormat::VCard
    {
        let main = layout.letters.encoding;
        let other = if main == encoding_rs::UTF_8 { other } else { encoding_rs::UTF_8 };
        layout.remarks.push(Remark::Mixed { main: main.name().to_owned(), other: other.name().to_owned() });
    }
    if layout.letters.damaged {
        layout.remarks.push(Remark::Broken);
    }
    if layout.numbers_below > 0 {
        layout.remarks.push(Remark::NumbersBelow { rows: layout.numbers_below, kept: choices.numbers_below });
    }
    let identifies = |column: &ImportColumn| !matches!(column.target, ImportTarget::Ignore | ImportTarget::Field(_));
    if !layout.columns.iter().any(identifies) {
        layout.remarks.push(Remark::NoColumns);
    } else if !layout.columns.iter().any(|column| columns::names_somebody(&column.target)) {
        layout.remarks.push(Remark::Nameless);
    }
    Ok(layout)
}

fn unknown_letters(name: &str) -> String {
    format!(
        "no letters are called “{name}”: say UTF-8, windows-1250, windows-1252, ISO-8859-2, windows-1251, windows-1253, \
         windows-1254, UTF-16LE, Shift_JIS or another name that the web knows"
    )
}

pub(super) fn of_text(head: &[u8], letters: Letters, is_whole: bool, country: &str) -> io::Result<Layout> {
    let mut text = Vec::new();
    AsUtf8::new(head, letters).read_to_end(&mut text)?;
    if starts_a_card(&text) {
        of_cards(letters, head, country)
    } else {
        Ok(table::of(letters, &text, is_whole, None, country))
    }
}

fn of_sheet(sheet: Sheet, country: &str) -> io::Result<Layout> {
    let letters = Letters::of(encoding_rs::UTF_8, 0);
    let mut text = Vec::new();
    sheet.text.take(HEAD).read_to_end(&mut text)?;
    let is_whole = (text.len() as u64) < HEAD;
    let mut layout = table::of(letters, &text, is_whole, Some(b','), country);
    layout.format = ImportFormat::Spreadsheet;
    if !is_whole {
        // So many rows as the sheet says that it has, where it does.
        layout.rows_estimated = sheet.rows.unwrap_or(layout.rows_estimated).max(layout.rows_estimated);
    }
    layout.sheets = sheet.names;
    layout.sheet = Some(sheet.name);
    Ok(layout)
}

/// The bytes of cards: each says itself what it is in, unless all of the file is in letters that are no bytes.
pub(super) fn cards<R: Read>(input: R, letters: Letters, country: &str) -> Cards<impl BufRead + use<R>> {
    let bytes = Letters { encoding: encoding_rs::UTF_8, mixed: None, ..letters };
    let text = AsUtf8::new(input, if letters.are_wide() { letters } else { bytes });
    let likely = letters.mixed.unwrap_or(letters.encoding);
    let around = Around { letters: likely, country: country.to_owned() };
    Cards::new(BufReader::with_capacity(64 << 10, text), around)
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

/// The letters, and where they may be others.
type Surveyed = Result<(Letters, Option<EncodingDoubt>), NoText>;

fn survey(
    path: &Path,
    country: &str,
    said: Option<&'static encoding_rs::Encoding>,
    depth: Depth,
) -> io::Result<Surveyed> {
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
    Ok(survey.conclude(said, country, ended))
}

pub(super) fn starts_a_card(text: &[u8]) -> bool {
    let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
    let start = text.trim_ascii_start();
    start.get(..11).is_some_and(|start| start.eq_ignore_ascii_case(b"BEGIN:VCARD"))
}

fn of_cards(letters: Letters, head: &[u8], country: &str) -> io::Result<Layout> {
    let mut columns: Vec<ImportColumn> = vcard::COLUMNS
        .iter()
        .map(|(name, target)| ImportColumn {
            name: (*name).to_owned(),
            sample: Vec::new(),
            target: target.clone(),
            guessed: false,
        })
        .collect();
    let mut cards = cards(head, letters, country);
    let mut rows = 0;
    loop {
        match cards.next()? {
            Card::End => break,
            Card::Refused(..) => rows += 1,
            Card::Read(Content { values, .. }) => {
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
    // Cards say themselves what they are in, and are read so, one by one.
    let letters = Letters { damaged: false, ..letters };
    Ok(Layout { columns, rows_estimated: rows, ..Layout::new(letters, ImportFormat::VCard) })
}

pub(super) fn cut(text: &str) -> String {
    text.trim().chars().take(LONGEST_SAMPLE).collect()
}

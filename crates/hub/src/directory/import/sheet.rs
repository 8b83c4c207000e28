//! Spreadsheets, as lists with commas: from there on they are read as any list is.
//!
//! A sheet is read while it is unpacked, never as a whole, in a thread of its own. Before that the parts that will be read
//! are unpacked once without being looked at, so that a small file that unpacks without end is refused and not read.

use super::{
    excel, layout, ods,
    split::{LONGEST_FIELD, MOST_COLUMNS},
};
use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom, Write},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
};
use zip::ZipArchive;

/// A larger file is no list of customers; a million rows take a tenth of it.
const LARGEST: u64 = 512 << 20;
/// Of an older workbook, which is read as a whole.
const LARGEST_OLD: u64 = 64 << 20;
/// The sheets' parts unpacked, together.
const LARGEST_SHEETS: u64 = 2 << 30;
/// Everything else that is read, unpacked: it stays in memory.
const LARGEST_REST: u64 = 256 << 20;
/// Parts of the rest: each text of the workbook takes two.
const MOST_TAGS: u64 = 24_000_000;
/// Between two tags.
const LONGEST_TEXT: usize = 8 << 20;
/// As many as a spreadsheet has.
pub(super) const MOST_ROWS: u64 = 1 << 20;
const MOST_PARTS: usize = 10_000;
/// Handed over at once.
const PIECE: usize = 64 << 10;
const AHEAD: usize = 4;

/// A sheet as the text of a list with commas, row by row.
pub(super) struct Sheet {
    /// All sheets of the file.
    pub names: Vec<String>,
    /// The one that is read.
    pub name: String,
    /// Rows, where the file says how many.
    pub rows: Option<u64>,
    pub text: Box<dyn Read + Send>,
    /// Bytes of the file that were read.
    pub read: Arc<AtomicU64>,
}

/// What is between the file and its cells.
pub(super) type Input = Tracked<File>;

/// A spreadsheet that is open. Nothing of a sheet's cells is in memory, but of an older workbook.
pub(super) trait Book: Send {
    /// The sheets with cells, in the order in which they are offered.
    fn names(&self) -> Vec<String>;

    fn rows(&mut self, name: &str) -> io::Result<Rows>;

    /// Its cells with something in them, row by row.
    fn read(&mut self, name: &str, lines: &mut Lines) -> io::Result<()>;
}

/// What kind of spreadsheet a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Workbook,
    OldWorkbook,
    OpenDocument,
}

/// A spreadsheet, told by what is in the file and not by its name; nothing where it is none.
pub(super) fn open(path: &Path, wanted: Option<&str>) -> io::Result<Option<Sheet>> {
    let mut file = layout::open(path)?;
    let mut start = Vec::new();
    (&mut file).take(8).read_to_end(&mut start)?;
    let total = file.metadata()?.len();
    let kind = match start.as_slice() {
        [b'P', b'K', 3, 4, ..] if total > LARGEST => return Err(too_large()),
        [b'P', b'K', 3, 4, ..] => kind_of_archive(file)?,
        [0xd0, 0xcf, 0x11, 0xe0, ..] if total > LARGEST_OLD => return Err(too_large()),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => Kind::OldWorkbook,
        _ => return Ok(None),
    };
    let read = Arc::new(AtomicU64::new(0));
    let input = Tracked { input: layout::open(path)?, read: read.clone(), total };
    let mut book = match kind {
        Kind::Workbook => excel::open(input)?,
        Kind::OldWorkbook => excel::open_old(input)?,
        Kind::OpenDocument => ods::open(input)?,
    };
    let names = book.names();
    let (name, rows) = choose(&names, wanted, |name| book.rows(name))?;
    // A document was walked through for its sheets, and is again for its rows; a workbook's texts are read but once.
    if kind == Kind::OpenDocument {
        read.store(0, Ordering::Relaxed);
    }
    let sheet = name.clone();
    let text = in_a_thread(move |lines| book.read(&sheet, lines))?;
    Ok(Some(Sheet { names, name, rows, text, read }))
}

/// How many rows a sheet has, where that is known without reading it; nothing where it is empty.
pub(super) type Rows = Option<Option<u64>>;

fn choose(
    names: &[String],
    wanted: Option<&str>,
    mut rows: impl FnMut(&str) -> io::Result<Rows>,
) -> io::Result<(String, Option<u64>)> {
    if let Some(wanted) = wanted {
        let found = names.iter().find(|name| *name == wanted);
        let found = found.or_else(|| names.iter().find(|name| name.trim().eq_ignore_ascii_case(wanted.trim())));
        let name =
            found.ok_or_else(|| failed(&format!("there is no sheet “{wanted}”: there are {}", names.join(", "))))?;
        return Ok((name.clone(), rows(name)?.flatten()));
    }
    for name in names {
        if let Some(rows) = rows(name)? {
            return Ok((name.clone(), rows));
        }
    }
    Err(failed("it is a spreadsheet with nothing in it"))
}

pub(super) fn failed(why: &str) -> io::Error {
    io::Error::other(why.to_owned())
}

fn too_large() -> io::Error {
    failed("the spreadsheet is too large: save it there as “CSV UTF-8” and import that file")
}

pub(super) fn damaged(why: impl std::fmt::Display) -> io::Error {
    failed(&format!("the spreadsheet is damaged ({why}): open it and save it there as “CSV UTF-8”, or once more"))
}

pub(super) fn protected() -> io::Error {
    failed("the spreadsheet is protected with a password: save it without one and import that file")
}

/// By what is in it; the parts that will be read are looked at for their size.
fn kind_of_archive(file: File) -> io::Result<Kind> {
    let mut archive = ZipArchive::new(file).map_err(damaged)?;
    if archive.len() > MOST_PARTS {
        return Err(too_large());
    }
    let has = |archive: &ZipArchive<File>, name: &str| archive.index_for_name(name).is_some();
    let kind = if has(&archive, "xl/workbook.xml") {
        Kind::Workbook
    } else if has(&archive, "content.xml") && is_open_document(&mut archive)? {
        Kind::OpenDocument
    } else if has(&archive, "xl/workbook.bin") || has(&archive, "Index/Document.iwa") {
        return Err(failed(
            "it is a spreadsheet of another kind: save it there as .xlsx or “CSV UTF-8” and import that file",
        ));
    } else {
        return Err(failed(
            "it is an archive and no spreadsheet: unpack it, or save it there as .xlsx or “CSV UTF-8”, and import that file",
        ));
    };
    let mut sheets = Budget { bytes: LARGEST_SHEETS, tags: u64::MAX };
    let mut rest = Budget { bytes: LARGEST_REST, tags: MOST_TAGS };
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(damaged)?;
        let name = part.name().map_err(damaged)?.to_ascii_lowercase();
        let unread =
            ["drawings", "charts", "pivot", "media", "theme", "printer", "comment", "embed", "thumbnails", "pictures"];
        if !(name.ends_with(".xml") || name.ends_with(".rels")) || unread.iter().any(|part| name.contains(part)) {
            continue;
        }
        let is_sheet = name.contains("worksheets/") || name == "content.xml";
        if is_sheet { sheets.take(part)? } else { rest.take(part)? }
    }
    Ok(kind)
}

fn is_open_document(archive: &mut ZipArchive<File>) -> io::Result<bool> {
    let mut kind = String::new();
    if let Ok(part) = archive.by_name("mimetype") {
        part.take(200).read_to_string(&mut kind).map_err(damaged)?;
    }
    if let Ok(part) = archive.by_name("META-INF/manifest.xml") {
        let mut manifest = Vec::new();
        part.take(1 << 20).read_to_end(&mut manifest).map_err(damaged)?;
        let manifest = String::from_utf8_lossy(&manifest);
        if manifest.contains("encryption-data") {
            return Err(protected());
        }
        if kind.is_empty() && manifest.contains("opendocument.spreadsheet") {
            return Ok(true);
        }
    }
    Ok(kind.trim().starts_with("application/vnd.oasis.opendocument.spreadsheet"))
}

/// What may still be unpacked.
struct Budget {
    bytes: u64,
    tags: u64,
}

impl Budget {
    /// Unpacks a part, whatever its size is said to be.
    fn take(&mut self, mut part: impl Read) -> io::Result<()> {
        let mut piece = vec![0; PIECE];
        let mut since_tag = 0;
        loop {
            let read = part.read(&mut piece).map_err(damaged)?;
            if read == 0 {
                return Ok(());
            }
            self.bytes = self.bytes.checked_sub(read as u64).ok_or_else(too_large)?;
            for text in piece[..read].split_inclusive(|byte| matches!(byte, b'<' | b'>')) {
                since_tag += text.len();
                if since_tag > LONGEST_TEXT {
                    return Err(too_large());
                }
                if matches!(text.last(), Some(b'<' | b'>')) {
                    since_tag = 0;
                    self.tags = self.tags.checked_sub(1).ok_or_else(too_large)?;
                }
            }
        }
    }
}

/// Says how far a file was read, however often parts of it are.
pub(super) struct Tracked<R> {
    input: R,
    read: Arc<AtomicU64>,
    total: u64,
}

impl<R: Read> Read for Tracked<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(out)?;
        let known = self.read.load(Ordering::Relaxed);
        self.read.store((known + read as u64).min(self.total), Ordering::Relaxed);
        Ok(read)
    }
}

impl<R: Seek> Seek for Tracked<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.input.seek(to)
    }
}

/// What `write` gives, as it is asked for; dropped before its end, `write` ends as well.
fn in_a_thread(write: impl FnOnce(&mut Lines) -> io::Result<()> + Send + 'static) -> io::Result<Box<dyn Read + Send>> {
    let (out, pieces) = sync_channel(AHEAD);
    std::thread::Builder::new().name("sheet-reader".to_owned()).spawn(move || {
        let mut lines = Lines { out, begun: Vec::new(), row: 0, cells: Vec::new() };
        let end = write(&mut lines).and_then(|()| lines.end());
        if let Err(error) = end {
            let _ = lines.out.send(Err(error));
        }
    })?;
    Ok(Box::new(Pieces { pieces, current: io::Cursor::new(Vec::new()) }))
}

struct Pieces {
    pieces: Receiver<io::Result<Vec<u8>>>,
    current: io::Cursor<Vec<u8>>,
}

impl Read for Pieces {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.current.read(out)?;
            if read > 0 || out.is_empty() {
                return Ok(read);
            }
            match self.pieces.recv() {
                Ok(piece) => self.current = io::Cursor::new(piece?),
                Err(_) => return Ok(0),
            }
        }
    }
}

/// Takes a sheet's cells in the order of its rows, and makes lines of them.
pub(super) struct Lines {
    out: SyncSender<io::Result<Vec<u8>>>,
    begun: Vec<u8>,
    /// The row that is collected, from zero.
    row: u64,
    cells: Vec<String>,
}

impl Lines {
    /// A cell with something in it, by its row and column from zero.
    pub fn cell(&mut self, row: u64, column: usize, text: String) -> io::Result<()> {
        if row < self.row || row >= MOST_ROWS {
            return Err(damaged("its rows are not in order"));
        }
        while self.row < row {
            self.end_row()?;
        }
        if text.is_empty() {
            return Ok(());
        }
        // What is further right costs its row.
        let column = column.min(MOST_COLUMNS);
        if self.cells.len() <= column {
            self.cells.resize(column + 1, String::new());
        }
        self.cells[column] = text;
        Ok(())
    }

    fn end_row(&mut self) -> io::Result<()> {
        for (at, cell) in self.cells.drain(..).enumerate() {
            if at > 0 {
                self.begun.push(b',');
            }
            if cell.is_empty() {
                continue;
            }
            let mut end = cell.len().min(LONGEST_FIELD * 2);
            while !cell.is_char_boundary(end) {
                end -= 1;
            }
            let _ = write!(self.begun, "\"{}\"", cell[..end].replace('"', "\"\""));
        }
        self.begun.push(b'\n');
        self.row += 1;
        if self.begun.len() < PIECE { Ok(()) } else { self.send() }
    }

    fn end(&mut self) -> io::Result<()> {
        if !self.cells.is_empty() {
            self.end_row()?;
        }
        self.send()
    }

    fn send(&mut self) -> io::Result<()> {
        let piece = std::mem::take(&mut self.begun);
        // Nobody wants more.
        self.out.send(Ok(piece)).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

/// A number with all its digits: a telephone number that a spreadsheet keeps as one is no `3.63E10`.
pub(super) fn number(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e18 { format!("{value:.0}") } else { value.to_string() }
}

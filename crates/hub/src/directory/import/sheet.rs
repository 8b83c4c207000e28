//! Spreadsheets, as rows of text.

use super::layout;
use std::{
    io::{self, Read},
    path::Path,
    sync::{Arc, atomic::AtomicU64},
};

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

/// A spreadsheet, told by what is in the file and not by its name; nothing where it is none.
pub(super) fn open(path: &Path, _sheet: Option<&str>) -> io::Result<Option<Sheet>> {
    let mut start = Vec::new();
    layout::open(path)?.take(8).read_to_end(&mut start)?;
    match start.as_slice() {
        [b'P', b'K', 3, 4, ..] | [0xd0, 0xcf, 0x11, 0xe0, ..] => {
            Err(io::Error::other("it is an Excel workbook: save it there as “CSV UTF-8” and import that file"))
        }
        _ => Ok(None),
    }
}

//! The pieces of an import that are easier to hold in the hand.

use super::{
    decode::AsUtf8,
    letters::{Letters, Survey},
    split::{Fault, RawRow, Split, Splitter},
};
use encoding_rs::{UTF_8, UTF_16LE, WINDOWS_1250};
use proptest::prelude::*;
use std::io::{self, Read};

/// Gives as many bytes at once as the list says, over and over.
struct Trickle<'a> {
    bytes: &'a [u8],
    sizes: std::iter::Cycle<std::iter::Copied<std::slice::Iter<'a, usize>>>,
}

impl<'a> Trickle<'a> {
    fn new(bytes: &'a [u8], sizes: &'a [usize]) -> Self {
        Self { bytes, sizes: sizes.iter().copied().cycle() }
    }
}

impl Read for Trickle<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let size = self.sizes.next().unwrap_or(1).min(out.len()).min(self.bytes.len());
        out[..size].copy_from_slice(&self.bytes[..size]);
        self.bytes = &self.bytes[size..];
        Ok(size)
    }
}

type Cells = Result<Vec<String>, Fault>;

fn split(input: impl Read, delimiter: u8) -> Vec<Cells> {
    let mut splitter = Splitter::new(input, delimiter);
    let mut row = RawRow::default();
    let mut rows = Vec::new();
    loop {
        match splitter.next(&mut row).expect("bytes") {
            Split::End => return rows,
            Split::Refused(fault) => rows.push(Err(fault)),
            Split::Row { .. } => {
                rows.push(Ok(row.fields().map(|field| String::from_utf8_lossy(field).into_owned()).collect()));
            }
        }
    }
}

proptest! {
    #[test]
    fn what_a_csv_writer_wrote_is_split_as_it_was(
        rows in prop::collection::vec(prop::collection::vec("[a-z \"',;\n\r]{0,6}", 2..5), 1..6),
        sizes in prop::collection::vec(1..9_usize, 1..4),
    ) {
        let mut writer = csv::WriterBuilder::new().flexible(true).delimiter(b';').from_writer(Vec::new());
        for row in &rows {
            writer.write_record(row).expect("written");
        }
        let text = writer.into_inner().expect("bytes");
        // A field of spaces in front of quotation marks is the one thing a writer does not quote and we take apart.
        prop_assume!(!rows.iter().flatten().any(|field| field.starts_with(' ') && !field.contains(['"', ';', '\n', '\r'])
            && field.trim_start().starts_with('"')));
        let expected: Vec<Cells> = rows.into_iter().map(Ok).collect();
        prop_assert_eq!(split(Trickle::new(&text, &sizes), b';'), expected);
    }

    #[test]
    fn no_bytes_break_the_splitter(bytes in prop::collection::vec(prop_oneof![any::<u8>(), prop::sample::select(b"\",\n\r ".to_vec())], 0..300)) {
        split(bytes.as_slice(), b',');
    }

    #[test]
    fn every_encoding_is_read_as_the_same_text(
        text in "([a-záéíóöőúüű;\n]){1,60}",
        sizes in prop::collection::vec(1..7_usize, 1..4),
        piece in 1..5_usize,
    ) {
        for encoding in [UTF_8, UTF_16LE, WINDOWS_1250] {
            let bytes = if encoding == UTF_16LE {
                "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
            } else {
                encoding.encode(&text).0.into_owned()
            };
            let mut survey = Survey::new();
            bytes.chunks(piece).for_each(|piece| survey.look_at(piece));
            let (mut letters, _) = survey.conclude(None, "HU", true).expect("text");
            if encoding == WINDOWS_1250 {
                // A few letters are too few to guess by.
                letters = Letters::of(encoding, 0);
            } else {
                prop_assert_eq!(letters.encoding, encoding);
                prop_assert!(!letters.damaged);
            }
            let mut read = String::new();
            AsUtf8::new(Trickle::new(&bytes, &sizes), letters).read_to_string(&mut read).expect("UTF-8");
            prop_assert_eq!(&read, &text);
        }
    }
}

#[test]
fn rows_are_split_as_spreadsheets_do() {
    let row = |cells: &[&str]| Ok(cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>());
    let table: Vec<(&str, Vec<Cells>)> = vec![
        ("a,b\r\nc,d", vec![row(&["a", "b"]), row(&["c", "d"])]),
        ("a\rb\n", vec![row(&["a"]), row(&["b"])]),
        ("a,\n,b", vec![row(&["a", ""]), row(&["", "b"])]),
        ("a, \"b, c\" ,d", vec![row(&["a", "b, c", "d"])]),
        ("\"Big\" Bob,5\" disk", vec![row(&["Big Bob", "5\" disk"])]),
        ("\"two\r\nlines\",x", vec![row(&["two\r\nlines", "x"])]),
        ("\"open,x\ny,z\n", vec![Err(Fault::OpenQuote), row(&["y", "z"])]),
        ("\"open,x\n\"y\",z\n", vec![Err(Fault::OpenQuote), row(&["y", "z"])]),
    ];
    for (text, expected) in table {
        assert_eq!(split(text.as_bytes(), b','), expected, "{text:?}");
    }
}

#[test]
fn the_largest_row_takes_little_memory() {
    for start in ["", "\"", "a,\"b\",\""] {
        let giant = start.as_bytes().chain(io::repeat(b'x').take(32 << 20)).chain(b"\nnext,row\n".as_slice());
        let mut splitter = Splitter::new(giant, b',');
        let mut row = RawRow::default();
        assert!(matches!(splitter.next(&mut row), Ok(Split::Refused(_))), "{start}");
        assert!(splitter.memory() < 12 << 20, "{start}: {} MB", splitter.memory() >> 20);
        assert!(matches!(splitter.next(&mut row), Ok(Split::Row { .. })), "{start}");
        assert_eq!(row.fields().collect::<Vec<_>>(), [b"next".as_slice(), b"row"], "{start}");
    }
}

#[test]
fn a_thousand_columns_are_enough() {
    let text = ",".repeat(1_500) + "\na,b\n";
    let rows = split(text.as_bytes(), b',');
    assert_eq!(rows[0], Err(Fault::ManyColumns));
    assert_eq!(rows[1], Ok(vec!["a".to_owned(), "b".to_owned()]));
}

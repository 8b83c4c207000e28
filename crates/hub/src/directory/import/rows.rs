//! A file's rows, checked and read, in chunks: everything an import does that needs no database.

use super::{
    CancelImport, ImportFormat, ImportTarget, Refusal,
    apply::Incoming,
    decode::{AsUtf8, Counted},
    fit::{self, Adjustment, Became},
    layout::{self, Layout},
    mapping::{self, Value},
    split::{RawRow, Split, Splitter},
    vcard::{self, Card, Cards},
};
use ringcard_core::number::DialPlan;
use std::{
    io::{self, BufReader, Read},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::SyncSender,
    },
};

/// Rows handed over at once.
const CHUNK: usize = 500;
/// Fewer, where rows are large.
const CHUNK_BYTES: usize = 2 << 20;

#[derive(Debug)]
pub(super) enum Item {
    Customer { row: u64, incoming: Box<Incoming>, adjusted: Option<Box<Adjusted>> },
    Refused { row: u64, why: Refusal, cells: Vec<String> },
}

/// What of a row was not taken as it stood there.
#[derive(Debug)]
pub(super) struct Adjusted {
    pub adjustments: Vec<Adjustment>,
    pub cells: Vec<String>,
}

impl Adjusted {
    pub fn bytes(&self) -> usize {
        size_of::<Adjustment>() * self.adjustments.len() + self.cells.iter().map(String::len).sum::<usize>()
    }
}

#[derive(Debug, Default)]
pub(super) struct Chunk {
    pub items: Vec<Item>,
    pub bytes: usize,
    /// How far into the file it reaches.
    pub done_bytes: u64,
}

/// Reads the file to its end, or until nobody wants it any more.
pub(super) struct Rows {
    pub layout: Layout,
    /// As many as there are columns.
    pub targets: Vec<ImportTarget>,
    /// The columns' names.
    pub names: Vec<String>,
    pub plan: DialPlan,
    pub cancel: CancelImport,
    pub out: SyncSender<Chunk>,
}

impl Rows {
    pub fn read(self, path: &Path) -> io::Result<()> {
        let (file, read) = Counted::new(layout::open(path)?.take(layout::LARGEST));
        let text = AsUtf8::new(file, self.layout.letters);
        let mut hand_over = HandOver { out: self.out.clone(), chunk: Chunk::default(), read };
        match self.layout.format {
            ImportFormat::Csv => self.read_csv(text, &mut hand_over)?,
            ImportFormat::VCard => self.read_cards(text, &mut hand_over)?,
        }
        hand_over.send();
        Ok(())
    }

    fn read_csv(&self, text: impl io::Read, hand_over: &mut HandOver) -> io::Result<()> {
        let mut splitter = Splitter::new(text, self.layout.delimiter);
        let mut raw = RawRow::default();
        let mut number = 0;
        while !self.cancel.is_cancelled() {
            let split = splitter.next(&mut raw)?;
            number += 1;
            let item = match split {
                Split::End => break,
                _ if number <= self.layout.skip as u64 => continue,
                Split::Row { .. } if raw.is_blank() => continue,
                Split::Row { guarded } => self.csv_row(number, &raw, guarded),
                Split::Refused(fault) => refused(number, fault, Vec::new()),
            };
            if !hand_over.take(item) {
                break;
            }
        }
        Ok(())
    }

    fn csv_row(&self, row: u64, raw: &RawRow, guarded: bool) -> Item {
        let lossy = || raw.fields().map(|field| String::from_utf8_lossy(field).into_owned()).collect();
        let (columns, found) = (self.targets.len(), raw.len());
        let surplus = raw.fields().skip(columns).any(|field| !field.trim_ascii().is_empty());
        // What is longer than anything is may be other rows behind a quotation mark.
        if surplus || ((guarded || raw.is_cut()) && found != columns) {
            return refused(row, Refusal::Columns { found, columns }, lossy());
        }
        let mut values = Vec::with_capacity(found);
        for (column, (field, target)) in raw.fields().zip(&self.targets).enumerate() {
            let Ok(text) = std::str::from_utf8(field) else {
                return refused(row, Refusal::Encoding, lossy());
            };
            if *target != ImportTarget::Ignore {
                values.push(Value::new(target.clone(), mapping::unguarded(text.trim())).of_column(column));
            }
        }
        self.customer(row, values, Vec::new(), lossy)
    }

    fn read_cards(&self, text: impl io::Read, hand_over: &mut HandOver) -> io::Result<()> {
        let mut cards = Cards::new(BufReader::with_capacity(64 << 10, text));
        let mut number = 0;
        while !self.cancel.is_cancelled() {
            let card = cards.next()?;
            number += 1;
            let item = match card {
                Card::End => break,
                Card::Refused(fault) => refused(number, fault, Vec::new()),
                Card::Whole(values) => self.card(number, values, Vec::new()),
                Card::Beginning(values) => {
                    let rest = Adjustment { why: Refusal::ManyLines, became: Became::LeftOut };
                    self.card(number, values, vec![rest])
                }
            };
            if !hand_over.take(item) {
                break;
            }
        }
        Ok(())
    }

    fn card(&self, row: u64, values: Vec<(vcard::Property, Value)>, adjustments: Vec<Adjustment>) -> Item {
        let cells: Vec<String> = vcard::COLUMNS
            .iter()
            .enumerate()
            .map(|(place, _)| {
                let column = vcard::Property::Column(place);
                let texts = values.iter().filter(|(property, _)| *property == column);
                texts.map(|(_, value)| as_cell(value)).collect::<Vec<_>>().join("\n")
            })
            .collect();
        let chosen = values
            .into_iter()
            .filter_map(|(property, mut value)| {
                if let vcard::Property::Column(place) = property {
                    value.target = self.targets.get(place)?.clone();
                    value.column = Some(place);
                }
                Some(value)
            })
            .collect();
        self.customer(row, chosen, adjustments, || cells)
    }

    fn customer(
        &self,
        row: u64,
        values: Vec<Value>,
        adjustments: Vec<Adjustment>,
        cells: impl FnOnce() -> Vec<String>,
    ) -> Item {
        let mut mapped = mapping::map(values, &self.plan);
        mapped.adjustments = adjustments;
        // Card numbers are not kept, not even in the report.
        let cells = || {
            let mut cells = cells();
            for cell in cells.iter_mut().filter(|cell| fit::has_card(&self.plan, cell)) {
                *cell = fit::without_cards(&self.plan, cell);
            }
            cells
        };
        match fit::fit(&self.plan, &mut mapped, &self.names) {
            Ok(customer) => {
                let adjustments = std::mem::take(&mut mapped.adjustments);
                let adjusted = (!adjustments.is_empty()).then(|| Box::new(Adjusted { adjustments, cells: cells() }));
                Item::Customer { row, incoming: Box::new(Incoming::new(mapped, customer)), adjusted }
            }
            Err(why) => refused(row, why, cells()),
        }
    }
}

/// With its label, as a cell is read again.
fn as_cell(value: &Value) -> String {
    match value.label.as_deref().map(str::trim) {
        Some(label) if !label.is_empty() => format!("{} [{label}]", value.text.trim()),
        _ => value.text.clone(),
    }
}

fn refused(row: u64, why: impl Into<Refusal>, cells: Vec<String>) -> Item {
    Item::Refused { row, why: why.into(), cells }
}

struct HandOver {
    out: SyncSender<Chunk>,
    chunk: Chunk,
    read: Arc<AtomicU64>,
}

impl HandOver {
    /// Whether more is wanted.
    fn take(&mut self, item: Item) -> bool {
        self.chunk.bytes += match &item {
            Item::Customer { incoming, adjusted, .. } => {
                incoming.bytes() + adjusted.as_ref().map_or(0, |adjusted| adjusted.bytes())
            }
            Item::Refused { cells, .. } => 200 + cells.iter().map(String::len).sum::<usize>(),
        };
        self.chunk.items.push(item);
        self.chunk.items.len() < CHUNK && self.chunk.bytes < CHUNK_BYTES || self.send()
    }

    fn send(&mut self) -> bool {
        let mut chunk = std::mem::take(&mut self.chunk);
        chunk.done_bytes = self.read.load(Ordering::Relaxed);
        self.out.send(chunk).is_ok()
    }
}

//! A file's rows, checked and read, in chunks: everything an import does that needs no database.

use super::{
    CancelImport, ImportFormat, ImportTarget, Refusal,
    apply::{self, Incoming},
    aside, columns,
    decode::{AsUtf8, Counted},
    fit::{self, Adjustment, Became},
    labels,
    layout::{self, Layout},
    mapping::{self, Value},
    sheet,
    split::{RawRow, Split, Splitter},
    vcard::{self, Card, Content},
};
use ringcard_core::number::DialPlan;
use std::{
    io::{self, Read},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::SyncSender,
    },
};

/// Rows handed over at once.
const CHUNK: usize = 500;
/// What belongs to one customer over several rows is no more than this.
const MOST_BELOW: usize = 500;
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
    /// A row with nothing but numbers belongs to the customer above it.
    pub numbers_below: bool,
    /// The columns' names.
    pub names: Vec<String>,
    pub plan: DialPlan,
    pub cancel: CancelImport,
    pub out: SyncSender<Chunk>,
}

impl Rows {
    pub fn read(self, path: &Path) -> io::Result<()> {
        if let Some(name) = &self.layout.sheet {
            let sheet =
                sheet::open(path, Some(name))?.ok_or_else(|| io::Error::other("it is no spreadsheet any more"))?;
            let mut hand_over = HandOver { out: self.out.clone(), chunk: Chunk::default(), read: sheet.read };
            self.read_csv(sheet.text, &mut hand_over)?;
            hand_over.send();
            return Ok(());
        }
        let (file, read) = Counted::new(layout::open(path)?.take(layout::LARGEST));
        let mut hand_over = HandOver { out: self.out.clone(), chunk: Chunk::default(), read };
        match self.layout.format {
            ImportFormat::VCard => self.read_cards(file, &mut hand_over)?,
            ImportFormat::Csv | ImportFormat::Spreadsheet => {
                self.read_csv(AsUtf8::new(file, self.layout.letters), &mut hand_over)?;
            }
        }
        hand_over.send();
        Ok(())
    }

    fn read_csv(&self, text: impl io::Read, hand_over: &mut HandOver) -> io::Result<()> {
        let mut splitter = Splitter::new(text, self.layout.delimiter);
        let twins = columns::twins(&self.targets, &self.names);
        let mut raw = RawRow::default();
        let mut number = 0;
        // Numbers in the rows below may belong to it.
        let mut above: Option<Above> = None;
        while !self.cancel.is_cancelled() {
            let split = splitter.next(&mut raw)?;
            number += 1;
            let item = match split {
                Split::End => break,
                _ if number <= self.layout.skip as u64 => continue,
                Split::Row { .. } if raw.is_blank() => continue,
                Split::Row { guarded } => {
                    if let Some(aside) = self.aside(&raw) {
                        self.layout.left_out.note(aside);
                        continue;
                    }
                    match self.csv_values(number, &raw, guarded, &twins) {
                        Ok(values) if self.numbers_below => {
                            let cells: Vec<String> = lossy(&raw);
                            if let Some(above) = &mut above
                                && self.is_below(above, &cells)
                            {
                                above.add(values, &cells);
                                self.layout.left_out.note_below();
                                continue;
                            }
                            match above.replace(Above { row: number, values, cells }) {
                                Some(done) => self.done(done),
                                None => continue,
                            }
                        }
                        Ok(values) => self.customer(number, values, Vec::new(), || lossy(&raw)),
                        Err(item) => item,
                    }
                }
                Split::Refused(fault) => refused(number, fault, Vec::new()),
            };
            // Before what is refused further down.
            if matches!(&item, Item::Refused { row, .. } if *row == number)
                && let Some(done) = above.take()
                && !hand_over.take(self.done(done))
            {
                return Ok(());
            }
            if !hand_over.take(item) {
                return Ok(());
            }
        }
        if let Some(done) = above.take() {
            hand_over.take(self.done(done));
        }
        Ok(())
    }

    /// Whether a row is no customer.
    fn aside(&self, raw: &RawRow) -> Option<aside::Aside> {
        let cells: Vec<(usize, &str)> = raw
            .fields()
            .enumerate()
            .filter_map(|(place, field)| Some((place, std::str::from_utf8(field).ok()?.trim())))
            .filter(|(_, cell)| !cell.is_empty())
            .collect();
        self.layout.asides.judge(&cells, &self.targets)
    }

    fn csv_values(&self, row: u64, raw: &RawRow, guarded: bool, twins: &[Option<usize>]) -> Result<Vec<Value>, Item> {
        let (columns, found) = (self.targets.len(), raw.len());
        let surplus = raw.fields().skip(columns).any(|field| !field.trim_ascii().is_empty());
        // What is longer than anything is may be other rows behind a quotation mark.
        if surplus || ((guarded || raw.is_cut()) && found != columns) {
            return Err(refused(row, Refusal::Columns { found, columns }, lossy(raw)));
        }
        let mut values = Vec::with_capacity(found);
        for (column, (field, target)) in raw.fields().zip(&self.targets).enumerate() {
            let Ok(text) = std::str::from_utf8(field) else {
                return Err(refused(row, Refusal::Encoding, lossy(raw)));
            };
            if *target != ImportTarget::Ignore {
                values.push(Value::new(target.clone(), mapping::unguarded(text.trim())).of_column(column));
            }
        }
        mapping::give_labels(&mut values, twins);
        Ok(values)
    }

    fn is_below(&self, above: &Above, cells: &[String]) -> bool {
        above.values.len() < MOST_BELOW
            && aside::has_only_numbers(self.targets.iter().zip(cells.iter().map(String::as_str)))
            && aside::names_somebody(self.targets.iter().zip(above.cells.iter().map(String::as_str)))
    }

    fn done(&self, above: Above) -> Item {
        let Above { row, values, cells } = above;
        self.customer(row, values, Vec::new(), || cells)
    }

    fn read_cards(&self, bytes: impl io::Read, hand_over: &mut HandOver) -> io::Result<()> {
        let mut cards = layout::cards(bytes, self.layout.letters, self.plan.country());
        let mut number = 0;
        while !self.cancel.is_cancelled() {
            let card = cards.next()?;
            number += 1;
            let item = match card {
                Card::End => break,
                Card::Refused(fault, values) => refused(number, fault, self.without_cards(cells_of(&values))),
                Card::Read(Content { values, is_cut, has_broken }) => {
                    let why = [(is_cut, Refusal::ManyLines), (has_broken, Refusal::Encoding)];
                    let left_out = why.into_iter().filter(|(is_so, _)| *is_so);
                    let adjustments = left_out.map(|(_, why)| Adjustment { why, became: Became::LeftOut }).collect();
                    self.card(number, values, adjustments)
                }
            };
            if !hand_over.take(item) {
                break;
            }
        }
        Ok(())
    }

    fn card(&self, row: u64, values: Vec<(vcard::Property, Value)>, adjustments: Vec<Adjustment>) -> Item {
        let cells = cells_of(&values);
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
        let cells = || self.without_cards(cells());
        match fit::fit(&self.plan, &mut mapped, &self.names) {
            Ok(customer) => {
                let mut adjustments = std::mem::take(&mut mapped.adjustments);
                adjustments.extend(apply::unread(&self.plan, &customer));
                let adjusted = (!adjustments.is_empty()).then(|| Box::new(Adjusted { adjustments, cells: cells() }));
                Item::Customer { row, incoming: Box::new(Incoming::new(mapped, customer)), adjusted }
            }
            Err(why) => refused(row, why, cells()),
        }
    }

    /// Numbers of payment cards are not kept, not even in the report.
    fn without_cards(&self, mut cells: Vec<String>) -> Vec<String> {
        for cell in cells.iter_mut().filter(|cell| fit::has_card(&self.plan, cell)) {
            *cell = fit::without_cards(&self.plan, cell);
        }
        cells
    }
}

/// A customer to whom the numbers in the rows below may belong.
struct Above {
    row: u64,
    values: Vec<Value>,
    cells: Vec<String>,
}

impl Above {
    fn add(&mut self, values: Vec<Value>, cells: &[String]) {
        let label = cells.iter().find_map(|cell| labels::known(cell));
        for mut value in values {
            if !aside::is_number(&value.target) || value.text.trim().is_empty() {
                continue;
            }
            if value.target == ImportTarget::Number && value.label.is_none() {
                value.label = label.map(str::to_owned);
            }
            self.values.push(value);
        }
        for (kept, more) in self.cells.iter_mut().zip(cells).filter(|(_, more)| !more.trim().is_empty()) {
            if !kept.is_empty() {
                kept.push('\n');
            }
            kept.push_str(more);
        }
    }
}

fn lossy(raw: &RawRow) -> Vec<String> {
    raw.fields().map(|field| String::from_utf8_lossy(field).into_owned()).collect()
}

/// A card's values in the columns of the preview.
fn cells_of(values: &[(vcard::Property, Value)]) -> Vec<String> {
    let in_column = |place: usize| {
        let column = vcard::Property::Column(place);
        let texts = values.iter().filter(|(property, _)| *property == column);
        texts.map(|(_, value)| as_cell(value)).collect::<Vec<_>>().join("\n")
    };
    (0..vcard::COLUMNS.len()).map(in_column).collect()
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

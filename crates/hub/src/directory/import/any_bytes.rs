//! Any bytes as a file: the fuzz targets and an ordinary test come in here, and hold that every reader survives them.

use super::{
    ImportFormat, ImportTarget,
    decode::AsUtf8,
    fit,
    layout::{self, Layout},
    letters::Survey,
    mapping::{self, Value},
    split::{LONGEST_FIELD, MOST_COLUMNS, RawRow, Split, Splitter},
    vcard::{Card, Content, MOST_PROPERTIES},
};
use ringcard_core::number::DialPlan;

/// Reads bytes as an import would, but for the database. Panics where something is not bounded.
#[doc(hidden)]
pub fn read_any_bytes(bytes: &[u8], country: &str) {
    let mut survey = Survey::new();
    bytes.chunks(1_000).for_each(|piece| survey.look_at(piece));
    let Ok((letters, _)) = survey.conclude(None, country, true) else { return };
    let Ok(layout) = layout::of_text(bytes, letters, true, country) else { return };
    let plan = DialPlan::new(country).expect("a country");
    if layout.format == ImportFormat::VCard {
        read_cards(bytes, &layout, &plan);
    } else {
        read_rows(bytes, &layout, &plan);
    }
}

fn read_cards(bytes: &[u8], layout: &Layout, plan: &DialPlan) {
    let mut cards = layout::cards(bytes, layout.letters, plan.country());
    let mut many = 0;
    loop {
        let values = match cards.next().expect("bytes in memory can be read") {
            Card::End => break,
            Card::Refused(_, values) | Card::Read(Content { values, .. }) => values,
        };
        many += 1;
        assert!(many <= bytes.len(), "each card takes some bytes");
        // A property is at most a few values.
        assert!(values.len() <= MOST_PROPERTIES * 4 + bytes.len());
        customer(values.into_iter().map(|(_, value)| value).collect(), layout, plan);
    }
}

fn read_rows(bytes: &[u8], layout: &Layout, plan: &DialPlan) {
    let targets: Vec<ImportTarget> = layout.columns.iter().map(|column| column.target.clone()).collect();
    let mut splitter = Splitter::new(AsUtf8::new(bytes, layout.letters), layout.delimiter);
    let mut row = RawRow::default();
    let mut many = 0;
    loop {
        match splitter.next(&mut row).expect("bytes in memory can be read") {
            Split::End => break,
            Split::Refused(_) => {}
            Split::Row { .. } => {
                assert!(row.len() <= MOST_COLUMNS && row.fields().all(|field| field.len() <= LONGEST_FIELD));
                let cells: Vec<String> = row.fields().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect();
                let places: Vec<(usize, &str)> = cells.iter().map(|cell| cell.trim()).enumerate().collect();
                let _ = layout.asides.judge(&places, &targets);
                let values = cells.iter().zip(&targets).enumerate();
                let values = values.map(|(at, (cell, target))| Value::new(target.clone(), cell.clone()).of_column(at));
                customer(values.collect(), layout, plan);
            }
        }
        many += 1;
        assert!(many <= bytes.len() + 1, "each row takes some bytes");
    }
}

fn customer(values: Vec<Value>, layout: &Layout, plan: &DialPlan) {
    let names: Vec<String> = layout.columns.iter().map(|column| column.name.clone()).collect();
    let mut mapped = mapping::map(values, plan);
    if let Ok(customer) = fit::fit(plan, &mut mapped, &names) {
        assert!(customer.details.name.chars().count() <= 1_000, "a name is bounded");
    }
}

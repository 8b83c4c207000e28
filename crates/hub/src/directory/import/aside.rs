//! Rows of a list that are no customers: its title, the names of the columns once more, totals.

use super::{
    ImportTarget,
    columns::{is_known_name, looks_like_email},
};
use crate::directory::fold::fold;
use std::{
    collections::HashSet,
    sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering},
    },
};

/// Words in front of a sum, in the languages of lists, as people write them.
const TOTALS: &str = "total|totals|grand total|subtotal|sub total|sum|count|total count|total customers|total contacts|total records|\
    total rows|total general|suma|sumas|totales|recuento|cantidad|összesen|mindösszesen|végösszeg|részösszeg|összeg|összes|\
    darabszám|summe|gesamt|gesamtsumme|insgesamt|zwischensumme|endsumme|anzahl|totaux|somme|sous total|nombre|totale|totali|\
    totale generale|somma|subtotale|conteggio|total geral|soma|totais|totaal|som|eindtotaal|subtotaal|aantal|razem|łącznie|ogółem|\
    suma całkowita|celkem|součet|mezisoučet|počet|spolu|celkom|súčet|ukupno|zbroj|skupaj|vsota|i alt|ialt|summa|totalt|samlet|antal|\
    antall|yhteensä|kokonaissumma|toplam|genel toplam|ara toplam|итого|всего|сумма|количество|всього|разом|сума|общо|всичко|\
    σύνολο|άθροισμα|γενικό σύνολο|jumlah|tổng|合计|合計|总计|總計";

/// Behind the number of rows, as databases write it.
const ROWS: &str = "rows|row|records|record|sor|sorok|rekord|zeilen|datensätze|filas|registros|lignes|righe|linhas|rader|wierszy|řádků|\
    строк|rows affected|rows selected|contacts|customers|ügyfél|clientes|kunden";

static TOTAL_WORDS: LazyLock<HashSet<String>> = LazyLock::new(|| TOTALS.split('|').map(fold).collect());
static ROW_WORDS: LazyLock<HashSet<String>> = LazyLock::new(|| ROWS.split('|').map(fold).collect());

/// A longer cell is no word for a sum.
const LONGEST_WORD: usize = 60;
/// With so many digits it is a telephone number where one may stand.
const A_NUMBERS_DIGITS: usize = 7;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aside {
    /// The names of the columns, or the title, once more.
    Header,
    Total,
}

/// What a list's header and titles are, to know them further down.
#[derive(Debug, Clone, Default)]
pub(super) struct Asides {
    /// The columns' names as they stand there, in small letters.
    header: Vec<String>,
    titles: HashSet<String>,
}

impl Asides {
    pub fn new(header: Option<&[String]>, titles: &[Vec<String>]) -> Self {
        let header = header.unwrap_or_default().iter().map(|name| plain(name)).collect();
        let titles = titles.iter().map(|row| joined(row.iter().map(String::as_str))).filter(|row| !row.is_empty());
        Self { header, titles: titles.collect() }
    }

    /// Whether a row is no customer; `cells` are those with something in them, with their places.
    pub fn judge(&self, cells: &[(usize, &str)], targets: &[ImportTarget]) -> Option<Aside> {
        if cells.is_empty() {
            None
        } else if self.is_header(cells) || self.is_title(cells) {
            Some(Aside::Header)
        } else {
            is_total(cells, targets).then_some(Aside::Total)
        }
    }

    fn is_header(&self, cells: &[(usize, &str)]) -> bool {
        let in_place = |(place, cell): &(usize, &str)| {
            self.header.get(*place).is_some_and(|name| !name.is_empty() && plain(cell) == *name)
        };
        if cells.iter().all(in_place) {
            return true;
        }
        // Joined lists may have their columns in another order.
        let is_word = |cell: &str| !cell.bytes().any(|byte| byte.is_ascii_digit() || byte == b'@');
        cells.len() >= 3
            && !self.header.is_empty()
            && cells.iter().all(|(_, cell)| is_word(cell))
            && cells.iter().all(|(_, cell)| is_known_name(cell))
    }

    fn is_title(&self, cells: &[(usize, &str)]) -> bool {
        !self.titles.is_empty() && cells.len() < 3 && self.titles.contains(&joined(cells.iter().map(|(_, cell)| *cell)))
    }
}

fn plain(text: &str) -> String {
    text.trim().trim_start_matches('\u{feff}').to_lowercase()
}

fn joined<'a>(cells: impl Iterator<Item = &'a str>) -> String {
    cells.map(str::trim).filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join("\t")
}

/// `Total;;42`, `Összesen: 1 234,50 Ft`, `(2 rows)`.
fn is_total(cells: &[(usize, &str)], targets: &[ImportTarget]) -> bool {
    let Some(((_, first), others)) = cells.split_first() else { return false };
    if first.len() > LONGEST_WORD || !others.iter().all(|(place, cell)| is_amount(cell, targets.get(*place))) {
        return false;
    }
    let is_word = |text: &str| TOTAL_WORDS.contains(&fold(text));
    if !others.is_empty() {
        return is_word(first);
    }
    if let Some((word, amount)) = first.split_once([':', '=']) {
        return is_word(word) && (amount.trim().is_empty() || is_amount(amount, None) || is_count(amount));
    }
    is_count(first)
}

/// `2 rows`.
fn is_count(text: &str) -> bool {
    let text = text.trim().trim_matches(['(', ')', '.']);
    let (digits, words) = text.split_at(text.bytes().take_while(u8::is_ascii_digit).count());
    !digits.is_empty() && words.starts_with(' ') && ROW_WORDS.contains(&fold(words))
}

/// Digits with what belongs to amounts, and no telephone number.
fn is_amount(text: &str, target: Option<&ImportTarget>) -> bool {
    let text = text.trim();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let letters = text.chars().filter(|letter| letter.is_alphabetic()).count();
    let may_be_called = target.is_some_and(is_number) || text.starts_with(['+', '0']) || text.contains(['/', '(']);
    let of_amounts = |letter: char| {
        letter.is_ascii_digit() || letter.is_alphabetic() || " .,'-+%€$£¥₽₺\u{a0}\u{202f}".contains(letter)
    };
    digits > 0
        && letters <= 4
        && !(may_be_called && digits >= A_NUMBERS_DIGITS)
        && text.chars().all(of_amounts)
        && !looks_like_email(text)
}

pub(super) fn is_number(target: &ImportTarget) -> bool {
    use ImportTarget::{Home, Labelled, Mobile, Number, Work};
    matches!(target, Number | Mobile | Work | Home | Labelled(_))
}

/// Whether a row has nothing but numbers: it may belong to the customer above. A word for their label may stand beside.
pub(super) fn has_only_numbers<'a>(cells: impl Iterator<Item = (&'a ImportTarget, &'a str)>) -> bool {
    let mut numbers = 0;
    for (target, text) in cells.filter(|(_, text)| !text.trim().is_empty()) {
        match target {
            target if is_number(target) && text.bytes().any(|byte| byte.is_ascii_digit()) => numbers += 1,
            ImportTarget::Ignore | ImportTarget::Label => {}
            ImportTarget::Name
            | ImportTarget::FirstName
            | ImportTarget::LastName
            | ImportTarget::Company
            | ImportTarget::Email => return false,
            _ if super::labels::known(text).is_some() => {}
            _ => return false,
        }
    }
    numbers > 0
}

/// Whether a row names somebody whom a row below it can belong to.
pub(super) fn names_somebody<'a>(mut cells: impl Iterator<Item = (&'a ImportTarget, &'a str)>) -> bool {
    use ImportTarget::{Company, Email, FirstName, LastName, Name};
    cells.any(|(target, text)| {
        matches!(target, Name | FirstName | LastName | Company | Email) && !text.trim().is_empty()
    })
}

/// Rows that made no customer of their own, counted while a file is read.
#[derive(Debug, Default)]
pub(super) struct LeftOut {
    headers: AtomicU64,
    totals: AtomicU64,
    below: AtomicU64,
}

impl LeftOut {
    pub fn note(&self, aside: Aside) {
        let counter = match aside {
            Aside::Header => &self.headers,
            Aside::Total => &self.totals,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    pub fn note_below(&self) {
        self.below.fetch_add(1, Ordering::Relaxed);
    }

    /// How many rows are no customers, and how many went to the customer above.
    pub fn counted(&self) -> (u64, u64) {
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        (of(&self.headers) + of(&self.totals), of(&self.below))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ImportTarget::{Ignore, Name, Number};

    #[test]
    fn totals_are_told_from_customers() {
        let targets = [Name, Ignore, Number];
        let judged = |row: &str| {
            let cells: Vec<(usize, &str)> =
                row.split(';').enumerate().filter(|(_, cell)| !cell.trim().is_empty()).collect();
            Asides::default().judge(&cells, &targets)
        };
        for total in [
            "Total;;42",
            "TOTAL:;1 234,50 €;",
            "Összesen;12 db;2",
            ";Summe;3",
            "Итого;;7",
            "Razem;1.234,00 zł;",
            "Total: 2",
            "(2 rows)",
            "Σύνολο;5;",
        ] {
            assert_eq!(judged(total), Some(Aside::Total), "{total}");
        }
        for customer in [
            "Total;;+33 1 47 44 45 46",
            "Total;;0147444546",
            "Total;Paris;42",
            "Anna Minta;;42",
            "Sum;;",
            "Total Kft.;;5",
        ] {
            assert_eq!(judged(customer), None, "{customer}");
        }
    }

    #[test]
    fn the_names_of_the_columns_are_no_customer_further_down() {
        let header = ["Name", "Region", "Phone"].map(str::to_owned);
        let asides = Asides::new(Some(&header), &[vec!["List of May".to_owned(), String::new()]]);
        let targets = [Name, Ignore, Number];
        assert_eq!(asides.judge(&[(0, "name"), (1, "REGION"), (2, "Phone")], &targets), Some(Aside::Header));
        assert_eq!(asides.judge(&[(0, "List of May")], &targets), Some(Aside::Header));
        assert_eq!(asides.judge(&[(0, "Phone"), (1, "Name"), (2, "Email")], &targets), Some(Aside::Header));
        assert_eq!(asides.judge(&[(0, "Anna Minta"), (1, "Region"), (2, "Phone")], &targets), None);
    }

    #[test]
    fn a_row_with_only_a_number_belongs_to_somebody() {
        let field = ImportTarget::Field("Type".to_owned());
        assert!(has_only_numbers([(&Name, " "), (&field, "Mobile"), (&Number, "+36 30 555 0101")].into_iter()));
        for row in [
            [(&Name, "Anna"), (&Number, "101")],
            [(&field, "West"), (&Number, "101")],
            [(&Name, ""), (&Number, "none")],
        ] {
            assert!(!has_only_numbers(row.into_iter()), "{row:?}");
        }
    }
}

//! What somebody should look at before a list is imported.

use serde::{Deserialize, Serialize};
use thiserror::Error;
use ts_rs::TS;

/// Something about a list that may not be as it was meant; a sentence for the command line. `code` is stable: the user
/// interface has words for every one, in its own languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Remark {
    #[error("The first row has no column names: it is taken as a customer.")]
    NoHeader,
    #[error("The column “{column}” is there more than once: look whether each is what it should be.")]
    SameName { column: String },
    /// `first`: what stands in the first of these rows.
    #[error("{} above the list {} left out: “{first}”.", in_rows(*rows), are(*rows))]
    Titles {
        #[ts(type = "number")]
        rows: u64,
        first: String,
    },
    #[error("{} {} left out as no customers: {}.", in_rows(*headers + *totals), are(*headers + *totals), kinds(*headers, *totals))]
    LeftOut {
        #[ts(type = "number")]
        headers: u64,
        #[ts(type = "number")]
        totals: u64,
    },
    /// The encodings' names.
    #[error(
        "Some rows are written in other letters than the rest ({other}, not {main}): each is read as it is written."
    )]
    Mixed { main: String, other: String },
    #[error("Some bytes are broken UTF-8: the rows they are in will be refused.")]
    Broken,
    /// `kept`: with the customer above.
    #[error("{}", below(*rows, *kept))]
    NumbersBelow {
        #[ts(type = "number")]
        rows: u64,
        kept: bool,
    },
    #[error("No column was recognised: choose what each one is.")]
    NoColumns,
    #[error("{NAMELESS}")]
    Nameless,
}

/// Said before an import that would bring in customers without names.
pub(super) const NAMELESS: &str = "No column is recognised as a name or a company: the customers would come in without names. Choose the column with \
     the name; on the command line --column \"COLUMN=name\". A list of nothing but numbers is imported when you say \
     which column they are: --column \"COLUMN=number\".";

fn in_rows(count: u64) -> String {
    if count == 1 { "1 row".to_owned() } else { format!("{count} rows") }
}

fn are(rows: u64) -> &'static str {
    if rows == 1 { "is" } else { "are" }
}

fn kinds(headers: u64, totals: u64) -> &'static str {
    match (headers, totals) {
        (0, _) => "totals",
        (_, 0) => "the names of the columns once more",
        _ => "the names of the columns once more, totals",
    }
}

fn below(rows: u64, kept: bool) -> String {
    let end = match kept {
        true => "kept with the customer above",
        false => "perhaps the number belongs to the customer above",
    };
    format!("{} with nothing but a number: {end}.", in_rows(rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_row_and_many_are_said_as_people_say_it() {
        let titles = |rows| Remark::Titles { rows, first: "Customers 2026".to_owned() }.to_string();
        assert_eq!(titles(1), "1 row above the list is left out: “Customers 2026”.");
        assert_eq!(titles(2), "2 rows above the list are left out: “Customers 2026”.");
        let left_out = |headers, totals| Remark::LeftOut { headers, totals }.to_string();
        assert_eq!(left_out(0, 1), "1 row is left out as no customers: totals.");
        assert_eq!(left_out(2, 0), "2 rows are left out as no customers: the names of the columns once more.");
        assert_eq!(left_out(1, 2), "3 rows are left out as no customers: the names of the columns once more, totals.");
    }
}

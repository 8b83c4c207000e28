//! Where a list begins and ends, and which of its rows are customers.

use super::CustomerList;
use ringcard_connect::Crm;
use ringcard_hub::directory::import::{
    self, CancelImport, ImportChoices, ImportPreview, ImportProgress, ImportState, ImportTarget, Remark, preview,
};
use std::path::Path;
use tokio::sync::watch;

async fn look(list: &CustomerList, content: impl AsRef<[u8]>) -> ImportPreview {
    preview(&list.file("list.csv", content), "HU", ImportChoices::default()).await.expect("a preview")
}

async fn import_with(list: &CustomerList, path: &Path, choices: ImportChoices) -> ImportProgress {
    let (progress, _) = watch::channel(ImportProgress::default());
    import::run(&list.directory, path, choices, progress, CancelImport::default()).await
}

async fn names(list: &CustomerList) -> Vec<String> {
    let found = list.directory.search("", 100).await.expect("an answer");
    let mut names: Vec<String> = found.into_iter().map(|found| found.customer.details.name).collect();
    names.sort();
    names
}

#[tokio::test]
async fn the_header_is_found_below_titles_and_empty_rows_with_every_separator() {
    let titles: [&[&str]; 5] = [
        &[],
        &["Customer list of 3 November;;;", ";;;"],
        &["Customer list of 3 November"],
        &["Minta Kft.;;;", "Exported on;2026-11-03;;", "Phone list;;;", ""],
        &["", "", "Kunden;;;", ";;;"],
    ];
    let rows = [
        "Name;Company;Phone;Email",
        "Anna Minta;Minta Kft.;+36 30 555 0132;anna@example.com",
        "Bela Proba;Proba Bt.;+36 30 555 0133;bela@example.com",
    ];
    for above in titles {
        for separator in [";", ",", "\t", "|"] {
            let text = [above, rows.as_slice()].concat().join("\n").replace(';', separator);
            let list = CustomerList::new();
            let seen = look(&list, &text).await;
            assert_eq!(seen.header_row, Some(above.len() as u64 + 1), "{text:?}");
            assert_eq!(
                seen.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>(),
                ["Name", "Company", "Phone", "Email"]
            );
            assert_eq!(seen.rows_estimated, 2, "{text:?}");
            let titles = above.iter().filter(|row| !row.replace(';', "").trim().is_empty()).count();
            assert_eq!(seen.rows_left_out, titles as u64, "{text:?}");
            assert_eq!(
                seen.remarks.iter().any(|remark| matches!(remark, Remark::Titles { .. })),
                titles > 0,
                "{:?}",
                seen.remarks
            );
            let done = list.import(&list.path("list.csv")).await;
            assert_eq!(
                (done.state, done.created, done.refused),
                (ImportState::Done, 2, 0),
                "{text:?}: {:?}",
                done.message
            );
            assert_eq!(names(&list).await, ["Anna Minta", "Bela Proba"], "{text:?}");
        }
    }
}

#[tokio::test]
async fn a_separator_that_the_file_says_is_taken_however_it_says_it() {
    for first in ["sep=;", "\"sep=;\"", "\u{feff}sep=;", "\u{feff}\"sep=;\"", "SEP=;", "\"sep=;\";;", "sep=;;;"] {
        for end in ["\n", "\r\n"] {
            let text = [first, "List of May;;", "Name;Phone;Notes", "Anna, Minta;+36 30 555 0132;a, b", ""].join(end);
            let list = CustomerList::new();
            let seen = look(&list, &text).await;
            assert_eq!((seen.delimiter.as_deref(), seen.header_row), (Some(";"), Some(3)), "{text:?}");
            assert_eq!(seen.columns[0].sample, ["Anna, Minta"], "{text:?}");
            assert_eq!(list.import(&list.path("list.csv")).await.created, 1, "{text:?}");
        }
    }
}

#[tokio::test]
async fn a_header_of_words_that_nobody_knows_is_found_below_a_title() {
    let list = CustomerList::new();
    let seen = look(&list, "Qqq list\n\nWwww;Rrrr\nAnna Minta;+36 30 555 0132\nBela Proba;+36 30 555 0133\n").await;
    assert_eq!((seen.header_row, seen.columns[0].name.as_str()), (Some(3), "Wwww"));
    assert_eq!(seen.columns[1].target, ImportTarget::Number);
    // Without any header the first customer is not lost.
    let none = look(&list, "Anna Minta;+36 30 555 0132\nBela Proba;+36 30 555 0133\n").await;
    assert_eq!((none.header_row, none.rows_estimated), (None, 2));
}

#[tokio::test]
async fn totals_and_headers_further_down_are_no_customers_and_are_said() {
    let list = CustomerList::new();
    let rows = "Name;Company;Phone\nAnna Minta;Minta Kft.;+36 30 555 0132\nTotal;;1\n\
        Name;Company;Phone\nBela Proba;;+36 30 555 0133\nÖsszesen:;;2\nTotal;;+33 1 47 44 45 46\nTotal: 3\n";
    let seen = look(&list, rows).await;
    assert_eq!((seen.rows_estimated, seen.rows_left_out), (3, 4));
    assert!(seen.remarks.contains(&Remark::LeftOut { headers: 1, totals: 3 }), "{:?}", seen.remarks);
    let done = list.import(&list.path("list.csv")).await;
    assert_eq!((done.read, done.created, done.refused), (3, 3, 0));
    assert_eq!((done.left_out, done.message.as_deref()), (4, None));
    assert_eq!(names(&list).await, ["Anna Minta", "Bela Proba", "Total"], "the company called so is one");
}

#[tokio::test]
async fn rows_with_only_a_number_belong_to_the_customer_above_when_that_is_said() {
    let rows = "Name;Company;Phone;Type\nAnna Minta;Minta Kft.;+36 30 555 0132;\n;;+36 1 555 0132;Munkahelyi\n;;+36 20 555 0132;\n\
        Bela Proba;;+36 30 555 0133;\n;Gamma Bt.;+36 30 555 0134;\n";
    let list = CustomerList::new();
    let seen = look(&list, rows).await;
    assert_eq!(seen.numbers_below, 2);
    assert!(seen.remarks.iter().any(|remark| matches!(remark, Remark::NumbersBelow { .. })), "{:?}", seen.remarks);
    let file = list.path("list.csv");
    let done = import_with(&list, &file, ImportChoices { numbers_below: true, ..ImportChoices::default() }).await;
    assert_eq!((done.read, done.created, done.refused), (3, 3, 0), "{:?}", done.refused_rows);
    let anna = list.only("anna").await.details;
    let numbers: Vec<(&str, &str)> =
        anna.numbers.iter().map(|number| (number.label.as_str(), number.written.as_str())).collect();
    assert_eq!(numbers, [("", "+36 30 555 0132"), ("work", "+36 1 555 0132"), ("", "+36 20 555 0132")]);
    assert_eq!((done.joined, done.left_out), (2, 0), "it is said");
    assert_eq!(list.only("gamma").await.details.numbers.len(), 1);

    let as_they_are = CustomerList::new();
    let done = as_they_are.import(&as_they_are.file("list.csv", rows)).await;
    assert_eq!(done.read, 5, "nothing is joined without being asked for");
}

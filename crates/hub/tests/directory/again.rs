//! A list imported again changes its customers, and doubles nobody without a word.

use super::CustomerList;
use ringcard_connect::Crm;
use ringcard_core::customer::CustomerDetails;
use ringcard_hub::directory::import::{
    self, CancelImport, Doubt, ImportChoices, ImportProgress, ImportState, ImportTarget, Unclear,
};
use tokio::sync::watch;

/// Rows read, new, changed, unchanged, and left open.
#[track_caller]
fn counts(done: &ImportProgress) -> [u64; 5] {
    assert_eq!(done.state, ImportState::Done, "{:?}", done.message);
    assert_eq!(done.refused, 0, "{:?}", done.refused_rows);
    [done.read, done.created, done.updated, done.unchanged, done.unclear]
}

async fn import(list: &CustomerList, rows: &str) -> [u64; 5] {
    counts(&list.import(&list.file("list.csv", rows)).await)
}

async fn import_with(list: &CustomerList, rows: &str, unclear: Unclear) -> [u64; 5] {
    let (progress, _) = watch::channel(ImportProgress::default());
    let choices = ImportChoices { unclear, ..ImportChoices::default() };
    let file = list.file("list.csv", rows);
    counts(&import::run(&list.directory, &file, choices, progress, CancelImport::default()).await)
}

async fn people(list: &CustomerList) -> u64 {
    list.directory.count().await.expect("an answer")
}

async fn written(list: &CustomerList, query: &str) -> Vec<String> {
    list.only(query).await.details.numbers.into_iter().map(|number| number.written).collect()
}

#[tokio::test]
async fn a_changed_number_changes_whoever_has_the_name_and_the_e_mail() {
    let list = CustomerList::new();
    let before = "Name,Email,Phone\nAnna Minta,anna@example.com,+36 30 555 0126\n";
    let after = "Name,Email,Phone\nAnna Minta,anna@example.com,+36 30 555 0127\n";
    assert_eq!(import(&list, before).await, [1, 1, 0, 0, 0]);
    assert_eq!(import(&list, before).await, [1, 0, 0, 1, 0]);
    assert_eq!(import(&list, after).await, [1, 0, 1, 0, 0]);
    assert_eq!(written(&list, "anna").await, ["+36 30 555 0127"]);
    assert_eq!(import(&list, after).await, [1, 0, 0, 1, 0]);
}

#[tokio::test]
async fn numbers_in_another_order_are_the_same_customer() {
    let list = CustomerList::new();
    let before = "Name,Phone 1,Phone 2\nBela Proba,+36 30 555 0128,+36 1 555 0128\n";
    let after = "Name,Phone 1,Phone 2\nBela Proba,+36 1 555 0128,+36 30 555 0128\n";
    assert_eq!(import(&list, before).await, [1, 1, 0, 0, 0]);
    assert_eq!(import(&list, after).await[1], 0);
    assert_eq!(written(&list, "bela").await.len(), 2);
}

#[tokio::test]
async fn a_name_is_the_same_in_any_case_order_and_spelling_of_its_letters() {
    for name in ["anna  MINTÁ", "Minta Anna", "Minta, Anna", "Dr. Anna Minta", "ANNA MINTA "] {
        for row in [
            format!("Name;Email;Phone\n{name};ANNA@Example.com;\n"),
            format!("Name;Email;Phone\n{name};;06 30 555-0126\n"),
            format!("Name;Email;Phone\n{name};;\"+36 30 555 0199, 0036305550126\"\n"),
            format!("Name;Email;Phone;Company\n{name};new@example.com;+36305550126;Minta Kft.\n"),
        ] {
            let list = CustomerList::new();
            import(&list, "Name;Email;Phone\nAnna Minta;anna@example.com;+36 30 555 0126\n").await;
            let [_, created, _, _, unclear] = import(&list, &row).await;
            assert_eq!((created, unclear, people(&list).await), (0, 0, 1), "{row}");
        }
    }
}

#[tokio::test]
async fn what_was_added_removed_or_mended_is_a_change() {
    for row in [
        "Anna Minta;anna@example.com;+36 30 555 0126, +36 1 555 0126",
        "Anna Minta;anna@example.com;",
        "Anna Minta;anna.minta@example.org;+36 30 555 0126",
        "Anna Minta;;(06-30) 555 01 26",
        "Anna Minta;anna@example.com;555-0126",
    ] {
        let list = CustomerList::new();
        import(&list, "Name;Email;Phone\nAnna Minta;anna@example.com;+36 30 555 0126\n").await;
        let again = format!("Name;Email;Phone\n{row}\n");
        let [_, created, _, _, unclear] = import(&list, &again).await;
        assert_eq!((created, unclear, people(&list).await), (0, 0, 1), "{row}");
        assert_eq!(import(&list, &again).await, [1, 0, 0, 1, 0], "the same again: {row}");
    }
}

#[tokio::test]
async fn a_number_that_gets_its_area_code_is_the_same() {
    let list = CustomerList::new();
    import(&list, "Name;Phone\nAnna Minta;555-0104\n").await;
    assert_eq!(import(&list, "Name;Phone\nAnna Minta;+36 1 555 0104\n").await, [1, 0, 1, 0, 0]);
}

#[tokio::test]
async fn different_people_with_one_number_or_one_e_mail_stay_different() {
    let family = "Name;Phone;Email\nAnna Minta;+36 1 555 0103;\nBela Minta;+36 1 555 0103;\n\
        Cili Kiss;;info@example.com\nDora Nagy;;info@example.com\nifj. Toth Elek;+36 1 555 0104;\nToth Elek;+36 1 555 0104;\n";
    let list = CustomerList::new();
    assert_eq!(import(&list, family).await, [6, 6, 0, 0, 0]);
    assert_eq!(import(&list, family).await, [6, 0, 0, 6, 0]);
    // One after the other, in lists of their own, the newcomer first.
    let list = CustomerList::new();
    for (rows, everybody) in [
        ("Name;Phone;Email\nAnna Minta;+36 1 555 0103;info@example.com\n", 1),
        (
            "Name;Phone;Email\nBela Minta;+36 1 555 0103;info@example.com\nAnna Minta;+36 1 555 0103;info@example.com\n",
            2,
        ),
        ("Name;Phone;Email\nEva Proba;+36 1 555 0103;info@example.com\n", 3),
    ] {
        let [_, _, updated, _, unclear] = import(&list, rows).await;
        assert_eq!((updated, unclear, people(&list).await), (0, 0, everybody), "{rows}");
    }
}

#[tokio::test]
async fn different_ids_are_different_people_and_the_same_id_is_one() {
    let list = CustomerList::new();
    let rows = "ID;Name;Phone;Email\n1;Anna Minta;+36 30 555 0126;anna@example.com\n";
    assert_eq!(import(&list, rows).await, [1, 1, 0, 0, 0]);
    let other = rows.replace("\n1;", "\n2;");
    assert_eq!(import(&list, &other).await, [1, 1, 0, 0, 0], "another id");
    let renamed = "ID;Name;Phone;Email\n1;Anna Proba;+36 30 555 0199;anna.proba@example.com\n";
    assert_eq!(import(&list, renamed).await, [1, 0, 1, 0, 0], "the same id");
    assert_eq!(people(&list).await, 2);
}

#[tokio::test]
async fn ids_come_to_a_list_that_had_none() {
    let list = CustomerList::new();
    import(&list, "Name;Phone\nAnna Minta;+36 30 555 0126\n").await;
    let rows = "ID;Name;Phone\nK-1;Anna Minta;+36 30 555 0126\n";
    assert_eq!(import(&list, rows).await[1], 0);
    let renamed = "ID;Name;Phone\nK-1;Anna Proba;+36 30 555 0199\n";
    assert_eq!(import(&list, renamed).await, [1, 0, 1, 0, 0]);
    assert_eq!(people(&list).await, 1);
}

#[tokio::test]
async fn a_card_is_known_by_its_uid() {
    let card = |name: &str, number: &str| {
        format!("BEGIN:VCARD\nVERSION:4.0\nUID:urn:uuid:7\nFN:{name}\nTEL:{number}\nEND:VCARD\n")
    };
    let list = CustomerList::new();
    for (name, number, expected) in [
        ("Anna Minta", "+36305550126", [1, 1, 0, 0, 0]),
        ("Anna Minta", "+36305550126", [1, 0, 0, 1, 0]),
        ("Anna Proba", "+36305550199", [1, 0, 1, 0, 0]),
    ] {
        let file = list.file("one.vcf", card(name, number));
        assert_eq!(counts(&list.import(&file).await), expected, "{name} {number}");
    }
}

#[tokio::test]
async fn two_of_one_name_in_one_file_are_two_and_stay_two() {
    let rows = "Name;Phone\nAnna Minta;+36 30 555 0126\nAnna Minta;+36 30 555 0127\n";
    let list = CustomerList::new();
    assert_eq!(import(&list, rows).await, [2, 2, 0, 0, 0]);
    assert_eq!(import(&list, rows).await, [2, 0, 0, 2, 0]);
    // A third one is new: both who were there are in the file, wherever she stands in it.
    let third = "Name;Phone\nAnna Minta;+36 30 555 0128\nAnna Minta;+36 30 555 0126\nAnna Minta;+36 30 555 0127\n";
    assert_eq!(import(&list, third).await, [3, 1, 0, 2, 0]);
}

#[tokio::test]
async fn rows_of_one_person_in_one_file_are_one_customer_with_all_numbers() {
    let rows =
        "Name;Email;Phone\nAnna Minta;anna@example.com;+36 30 555 0126\nMINTA Anna;anna@example.com;+36 1 555 0126\n";
    let list = CustomerList::new();
    assert_eq!(import(&list, rows).await[1..3], [1, 1]);
    assert_eq!(written(&list, "anna").await, ["+36 30 555 0126", "+36 1 555 0126"]);
    assert_eq!(import(&list, rows).await, [2, 0, 0, 2, 0], "the same again changes nothing");
    assert_eq!(written(&list, "anna").await.len(), 2);
}

const KNOWN: &str = "Name;Company;Phone\nAnna Minta;Minta Kft.;+36 30 555 0126\nBela Proba;;+36 30 555 0128\n";
const OPEN: &str = "Name;Company;Phone\nAnna Minta;Minta Kft.;+36 30 555 0199\nBela Proba;;+36 30 555 0198\n\
    Anna Minta;Other Bt.;+36 30 555 0197\nCili Kiss;;+36 30 555 0196\n";

#[tokio::test]
async fn what_stays_open_is_left_out_and_told_and_everything_else_is_imported() {
    let list = CustomerList::new();
    import(&list, KNOWN).await;
    let done = list.import(&list.file("open.csv", OPEN)).await;
    // Of the same name in another company, and of a new name, they are new.
    assert_eq!(counts(&done), [4, 2, 0, 0, 2]);
    let told: Vec<(u64, &str, &str, Doubt)> =
        done.unclear_rows.iter().map(|row| (row.row, row.name.as_str(), row.customer.as_str(), row.why)).collect();
    let expected = [
        (2, "Anna Minta, Minta Kft.", "Anna Minta, Minta Kft.", Doubt::SameName),
        (3, "Bela Proba", "Bela Proba", Doubt::SameName),
    ];
    assert_eq!(told, expected);
    let report = std::fs::read_to_string(done.report_path.expect("a report")).expect("the report");
    assert!(report.contains("2,unclear,") && report.contains("3,unclear,"), "{report}");
    assert_eq!(import(&list, OPEN).await, [4, 0, 0, 2, 2], "as long as nobody says");
}

#[tokio::test]
async fn what_stays_open_becomes_what_somebody_says() {
    let list = CustomerList::new();
    import(&list, KNOWN).await;
    assert_eq!(import_with(&list, OPEN, Unclear::Same).await, [4, 2, 2, 0, 0]);
    assert_eq!(people(&list).await, 4);
    assert_eq!(written(&list, "bela").await, ["+36 30 555 0198"]);
    assert_eq!(import(&list, OPEN).await, [4, 0, 0, 4, 0], "it was said");

    let list = CustomerList::new();
    import(&list, KNOWN).await;
    assert_eq!(import_with(&list, OPEN, Unclear::Another).await, [4, 4, 0, 0, 0]);
    assert_eq!(people(&list).await, 6);
    assert_eq!(import(&list, OPEN).await, [4, 0, 0, 4, 0], "it was said");
}

#[tokio::test]
async fn who_is_nearly_called_the_same_and_has_the_number_is_asked_for() {
    for name in ["A. Minta", "Anna Maria Minta", "Anna Mintha", "Minta"] {
        let list = CustomerList::new();
        import(&list, "Name;Phone\nAnna Minta;+36 30 555 0126\n").await;
        let rows = format!("Name;Phone\n{name};+36 30 555 0126\n");
        assert_eq!(import(&list, &rows).await, [1, 0, 0, 0, 1], "{name}");
        assert_eq!(import_with(&list, &rows, Unclear::Same).await, [1, 0, 1, 0, 0], "{name}");
        assert_eq!(people(&list).await, 1);
    }
}

#[tokio::test]
async fn what_two_e_mail_addresses_say_is_not_asked() {
    let list = CustomerList::new();
    import(&list, "Name;Email;Phone\nNagy Béla;bela@example.com;+36 30 555 0126\n").await;
    let rows = "Name;Email;Phone\nNagy Béla;other@example.org;+36 30 555 0199\n";
    assert_eq!(import(&list, rows).await, [1, 1, 0, 0, 0]);
}

#[tokio::test]
async fn what_a_person_entered_is_completed_and_not_overwritten() {
    let list = CustomerList::new();
    let entered = CustomerDetails {
        notes: "likes tea".to_owned(),
        email: "anna@example.com".to_owned(),
        ..super::details("Anna Minta", &["06 30 555 0126"])
    };
    let anna = list.directory.create(entered).await.expect("a customer");
    let rows = "Name;Email;Phone;Notes;Role\nMINTA ANNA;anna@example.com;+36 30 555 0127;from the list;Buyer\n";
    assert_eq!(import(&list, rows).await, [1, 0, 1, 0, 0]);
    let now = list.directory.get(&anna.id).await.expect("there").details;
    assert_eq!((now.name.as_str(), now.notes.as_str(), now.role.as_str()), ("Anna Minta", "likes tea", "Buyer"));
    let written: Vec<&str> = now.numbers.iter().map(|number| number.written.as_str()).collect();
    assert_eq!(written, ["06 30 555 0126", "+36 30 555 0127"]);
    assert_eq!(import(&list, rows).await, [1, 0, 0, 1, 0]);
}

#[tokio::test]
async fn a_list_of_another_kind_adds_and_takes_nothing_away() {
    let list = CustomerList::new();
    import(&list, "Name;Mobile;Work;Notes\nAnna Minta;+36 30 555 0126;+36 1 555 0126;from the office\n").await;
    let card = "BEGIN:VCARD\nVERSION:3.0\nFN:Anna Minta\nTEL:+36 30 555 0126\nTEL:+36 20 555 0126\nNOTE:from the phone\nEND:VCARD\n";
    let done = list.import(&list.file("phone.vcf", card)).await;
    assert_eq!(counts(&done), [1, 0, 1, 0, 0]);
    let anna = list.only("anna").await.details;
    assert_eq!((anna.numbers.len(), anna.notes.as_str()), (3, "from the office"));
    assert_eq!(counts(&list.import(&list.file("phone.vcf", card)).await), [1, 0, 0, 1, 0]);
}

#[tokio::test]
async fn customers_of_an_older_version_are_known_as_well() {
    let list = CustomerList::new();
    import(&list, "Name;Email;Phone\nAnna Minta;anna@example.com;+36 30 555 0126\n").await;
    list.directory.close().await;
    let file = rusqlite::Connection::open(list.path("directory.db")).expect("the file");
    file.execute_batch(
        "UPDATE customer SET person_key = NULL, email_key = NULL, source_form = NULL, imported_at = NULL, import_id = NULL;
         DELETE FROM meta WHERE key = 'person_keys_after'; DELETE FROM import;",
    )
    .expect("as it was");
    drop(file);
    let directory =
        ringcard_hub::directory::Directory::open(&list.path("directory.db"), super::hungary()).expect("open");
    let rows = list.file("list.csv", "Name;Email;Phone\nAnna Minta;anna@example.com;+36 30 555 0127\n");
    let (progress, _) = watch::channel(ImportProgress::default());
    let done = import::run(&directory, &rows, Vec::new(), progress, CancelImport::default()).await;
    assert_eq!(counts(&done), [1, 0, 1, 0, 0]);
}

#[tokio::test]
async fn a_number_that_is_kept_and_cannot_be_read_is_counted_and_named_with_its_row() {
    let list = CustomerList::new();
    let rows = "Name;Phone\nAnna Minta;+36 30 555 0126\nBela Proba;\"3,63056E+10\"\n";
    let done = list.import_as(&list.file("ruined.csv", rows), vec![ImportTarget::Name, ImportTarget::Number]).await;
    assert_eq!(counts(&done), [2, 2, 0, 0, 0]);
    assert_eq!(done.unread, 1, "{:?}", done.adjusted_rows);
    let bela = done.adjusted_rows.iter().find(|row| row.row == 3).expect("the row is named");
    assert!(bela.reason.contains("3,63056E+10") && bela.reason.contains("cannot be read"), "{}", bela.reason);
    assert_eq!(written(&list, "bela").await, ["3,63056E+10"]);
    let report = std::fs::read_to_string(done.report_path.expect("a report")).expect("the report");
    assert!(report.contains("3,changed,") && report.contains("Bela Proba"), "{report}");
}

//! Several values in one cell, and values that do not fit: each is found, kept or said, and nobody is lost.

use super::{CustomerList, caller};
use proptest::prelude::*;
use ringcard_connect::Crm;
use ringcard_hub::directory::import::{ImportProgress, ImportState, ImportTarget};

async fn found(list: &CustomerList, number: &str) -> Vec<String> {
    let found = list.directory.find_by_number(&caller(number)).await.expect("an answer");
    found.into_iter().map(|found| found.customer.details.name).collect()
}

#[track_caller]
fn all_kept(done: &ImportProgress) {
    assert_eq!(done.state, ImportState::Done, "{:?}", done.message);
    assert_eq!((done.refused, done.created), (0, done.read), "{:?}", done.refused_rows);
}

#[tokio::test]
async fn several_numbers_addresses_and_tags_of_one_cell_arrive() {
    let list = CustomerList::new();
    let rows = "Name,Given Name,Family Name,Group Membership,E-mail 1 - Value,Phone 1 - Value,Phone 2 - Value\n\
        Anna Minta,Anna,Minta,* My Contacts ::: Dealers,anna@example.com ::: anna.minta@example.com,+36 30 555 0106 ::: +36 1 555 0106,+36 20 555 0106\n\
        Bela Proba,Bela,Proba,* My Contacts,bela@example.com,+36 30 555 0107 ::: +36 1 555 0107 ::: +36 20 555 0107 ::: +36 70 555 0107,\n";
    let done = list.import(&list.file("google.csv", rows)).await;
    all_kept(&done);
    for number in ["+36305550106", "+3615550106", "+36205550106"] {
        assert_eq!(found(&list, number).await, ["Anna Minta"], "{number}");
    }
    for number in ["+36305550107", "+3615550107", "+36205550107", "+36705550107"] {
        assert_eq!(found(&list, number).await, ["Bela Proba"], "{number}");
    }
    let anna = list.only("anna").await.details;
    assert_eq!((anna.email.as_str(), anna.tags), ("anna@example.com", vec!["Dealers".to_owned()]));
    assert_eq!(anna.fields["E-mail 1 - Value"], "anna.minta@example.com");
    assert!(done.adjusted_rows[0].reason.contains("e-mail"), "{:?}", done.adjusted_rows);
    let bela = list.only("bela").await.details;
    assert_eq!((bela.email.as_str(), bela.tags.len()), ("bela@example.com", 0));
}

#[tokio::test]
async fn two_numbers_of_one_cell_are_both_found() {
    let list = CustomerList::new();
    let rows = "Name,Phone\nAnna Minta,06 30 555 0108 / 06 1 555 0108\nBela Proba,+36 30 555 0109 or +36 1 555 0109\n\
        Cili Kiss,\"mobile: 06 30 555 0110 work: 06 1 555 0110\"\nDora Nagy,+36 30 555 0111 +36 1 555 0111\n";
    all_kept(&list.import(&list.file("two.csv", rows)).await);
    for (name, ends) in [("Anna Minta", "0108"), ("Bela Proba", "0109"), ("Cili Kiss", "0110"), ("Dora Nagy", "0111")] {
        for begin in ["+3630555", "+361555"] {
            assert_eq!(found(&list, &format!("{begin}{ends}")).await, [name], "{begin}{ends}");
        }
    }
    let cili = list.only("cili").await.details;
    assert_eq!(cili.numbers.iter().map(|number| number.label.as_str()).collect::<Vec<_>>(), ["mobile", "work"]);
}

#[tokio::test]
async fn cards_have_several_numbers_in_one_line_too() {
    let list = CustomerList::new();
    let cards = "BEGIN:VCARD\nVERSION:3.0\nFN:Anna Minta\nTEL;TYPE=cell:+36 30 555 0108 / +36 20 555 0108\nTEL:06 1 555 0108/12\n\
        EMAIL:anna@example.com\\, minta@example.com\nCATEGORIES:* myContacts,Dealers\nEND:VCARD\n";
    all_kept(&list.import(&list.file("cards.vcf", cards)).await);
    for number in ["+36305550108", "+36205550108", "+3615550108"] {
        assert_eq!(found(&list, number).await, ["Anna Minta"], "{number}");
    }
    let anna = list.only("anna").await.details;
    let labels: Vec<&str> = anna.numbers.iter().map(|number| number.label.as_str()).collect();
    assert_eq!(labels, ["mobile", "mobile", ""]);
    assert_eq!((anna.email.as_str(), anna.tags), ("anna@example.com", vec!["Dealers".to_owned()]));
}

#[tokio::test]
async fn what_is_not_given_or_of_another_kind_costs_nobody() {
    let list = CustomerList::new();
    let rows = "Name,Phone,URL,VIP\nAnna Minta,+36 30 555 0110,n/a,\nBela Proba,+36 30 555 0111,www.example.com,Gold\n\
        Cili Kiss,n/a,nincs,ja\nDora Nagy,-,ftp://example.com,evet\n";
    let done = list.import(&list.file("values.csv", rows)).await;
    all_kept(&done);
    assert_eq!(found(&list, "+36305550110").await, ["Anna Minta"]);
    assert_eq!(list.only("bela").await.details.fields["VIP"], "Gold");
    let cili = list.only("cili").await.details;
    assert_eq!((cili.numbers.len(), cili.vip), (0, true));
    let dora = list.only("dora").await.details;
    assert_eq!((dora.numbers.len(), dora.vip, dora.fields["URL"].as_str()), (0, true, "ftp://example.com"));
    assert!(done.adjusted_rows.iter().all(|row| !row.adjustments.is_empty()));
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~áőüßłж😀]{0,40}",
        "[a-z@:/. ]{0,20}",
        "[0-9 +/()-]{0,70}",
        (0..3_usize).prop_map(|step| "x".repeat([70, 5_000, 25_000][step])),
        (1..80_usize).prop_map(|count| vec!["+36 30 555 0103"; count].join(" / ")),
        (1..80_usize).prop_map(|count| (0..count).map(|n| format!("t{n}")).collect::<Vec<_>>().join(" ::: ")),
        prop::sample::select(vec![
            "4111111111111111",
            "n/a",
            "javascript:alert(1)",
            "a@b.example ::: c@d.example",
            "Gold",
            "\u{202e}"
        ])
        .prop_map(str::to_owned),
    ]
}

fn target() -> impl Strategy<Value = ImportTarget> {
    use ImportTarget::*;
    prop_oneof![
        prop::sample::select(vec![
            Role, Email, Number, Mobile, Work, Home, Label, Tags, Vip, Notes, Link, ExternalId, Company, MiddleName
        ]),
        "[a-z ]{0,80}".prop_map(Field),
        "[a-z ]{0,60}".prop_map(Labelled),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn no_value_of_any_column_costs_a_customer_who_has_a_name(
        columns in prop::collection::vec((target(), value()), 1..8),
        as_card in any::<bool>(),
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let list = CustomerList::new();
            let done = if as_card {
                let names = ["TITLE", "EMAIL", "TEL", "CATEGORIES", "NOTE", "URL", "UID", "X-RINGCARD-VIP", "ORG"];
                let lines: Vec<String> =
                    columns.iter().zip(names).map(|((_, value), name)| format!("{name}:{value}\n")).collect();
                let card = format!("BEGIN:VCARD\nVERSION:3.0\nFN:Anna Minta\n{}END:VCARD\n", lines.concat());
                list.import(&list.file("card.vcf", card)).await
            } else {
                let mut targets = vec![ImportTarget::Name];
                let mut cells = vec!["Anna Minta".to_owned()];
                for (target, value) in columns {
                    let repeats = matches!(target, ImportTarget::Number | ImportTarget::Mobile | ImportTarget::Tags);
                    if repeats || !targets.contains(&target) {
                        targets.push(target);
                        cells.push(format!("\"{}\"", value.replace('"', "\"\"")));
                    }
                }
                let header: Vec<String> = std::iter::once("Name".to_owned()).chain((1..targets.len()).map(|place| format!("Column {place}"))).collect();
                let file = list.file("row.csv", format!("{}\n{}\n", header.join(","), cells.join(",")));
                list.import_as(&file, targets).await
            };
            prop_assert_eq!((done.state, done.created, done.refused), (ImportState::Done, 1, 0), "{:?}", done);
            prop_assert_eq!(list.only("anna").await.details.name, "Anna Minta");
            Ok(())
        })?;
    }
}

//! What of a file is a number, and what of a row does not fit: neither costs a customer.

use super::{CustomerList, caller};
use ringcard_connect::Crm;
use ringcard_core::number::DialPlan;
use ringcard_hub::directory::import::{self, AdjustedRow, ImportChoices, ImportProgress, ImportState, ImportTarget};

/// How many rows were read and kept, and how many of these with something changed.
#[track_caller]
fn kept(done: &ImportProgress) -> (u64, u64, u64) {
    assert_eq!(done.state, ImportState::Done, "{:?}", done.message);
    assert_eq!(done.refused, 0, "{:?}", done.refused_rows);
    (done.read, done.created, done.adjusted)
}

#[track_caller]
fn said(row: &AdjustedRow, expected: &[&str]) {
    for words in expected {
        assert!(row.reason.contains(words), "“{words}” is not in “{}”", row.reason);
    }
}

async fn found(list: &CustomerList, number: &str) -> Vec<String> {
    let found = list.directory.find_by_number(&caller(number)).await.expect("an answer");
    found.into_iter().map(|found| found.customer.details.name).collect()
}

async fn target(list: &CustomerList, header: &str, values: &[&str]) -> ImportTarget {
    let file = list.file("column.csv", format!("Name;{header}\nAnna;{}\n", values.join("\nBela;")));
    import::preview(&file, "HU", ImportChoices::default()).await.expect("a preview").columns.remove(1).target
}

#[tokio::test]
async fn a_column_with_a_name_of_its_own_is_no_number_because_of_its_looks() {
    let list = CustomerList::new();
    let table: [(&str, &[&str]); 16] = [
        ("Születésnap", &["1984. 05. 12.", "1979. 12. 31."]),
        ("Birthday", &["1984 05 12", "1979 12 31"]),
        ("Fecha de alta", &["12/05/1984", "31/12/1979"]),
        ("Fecha", &["12 05 1984", "31 12 1979"]),
        ("Member since", &["05-12-1984 10:00", "12-31-1979 09:30"]),
        ("Tax id", &["15 550 118", "15 550 119"]),
        ("Adószám", &["12345678-1-42", "12345679-1-42"]),
        ("NIF", &["015550118", "015550119"]),
        ("Kundennummer", &["0001555018", "0001555019"]),
        ("Customer no. (ERP)", &["30 555 0103", "30 555 0104"]),
        ("Bankszámla", &["11773016 1111", "11773016 1112"]),
        ("Egyenleg", &["1 250 000", "15 000 000"]),
        ("Saldo", &["+1 250 000", "+15 000 000"]),
        ("Balance", &["+12 500 000.00", "+1 250 300.50"]),
        ("Irányítószám", &["1051 1052", "1053 1054"]),
        ("Phone bill", &["15 550 118", "15 550 119"]),
    ];
    for (header, values) in table {
        let found = target(&list, header, values).await;
        assert_eq!(found, ImportTarget::Field(header.to_owned()), "{header}: {values:?}");
    }
}

#[tokio::test]
async fn a_column_is_one_of_numbers_by_its_name_or_when_its_values_are_beyond_doubt() {
    let list = CustomerList::new();
    let mobile: [(&str, &[&str]); 5] = [
        // An odd value costs itself, not the column.
        ("Handy", &["0630 555 0103", "unbekannt"]),
        ("Handynummer", &["nincs", "-", "06 30 555 0103"]),
        ("Cellulare", &["06305550103", "4111111111111111"]),
        ("Handy", &["06 30 555 0103", "06 30 555 0104"]),
        ("Téléphone portable", &["06 30 555 0103", "06 30 555 0104"]),
    ];
    for (header, values) in mobile {
        assert_eq!(target(&list, header, values).await, ImportTarget::Mobile, "{header}: {values:?}");
    }
    let home = target(&list, "Telefonnummer (privat)", &["06305550103", "+36 30 555 0104"]).await;
    assert_eq!(home, ImportTarget::Home);
    let table: [(&str, &[&str]); 14] = [
        ("Phone", &["15 550 118", "15 550 119"]),
        ("Landline", &["06 1 555 0103", "06 1 555 0104"]),
        ("Festnetz", &["06 1 555 0103"]),
        ("Contact number", &["06 30 555 0103", "06 30 555 0104"]),
        ("Número de contacto", &["06 30 555 0103"]),
        ("Elérhetőség", &["06 30 555 0103", "anna@example.com"]),
        ("Recapito telefonico", &["06 30 555 0103"]),
        ("Contacto", &["+36 30 555 0103", "+49 30 23125014"]),
        ("Telefon", &["1984", "1979"]),
        ("WhatsApp", &["36305550103", "36305550104"]),
        ("Reach me at", &["+36 30 555 0103", "+49 30 23125014"]),
        ("Hotline", &["+36305550103", "(+36 1) 555 0104"]),
        ("", &["06 30 555 0103", "06 30 555 0104"]),
        ("", &["+36 30 555 0103", "+36 30 555 0104"]),
    ];
    for (header, values) in table {
        assert_eq!(target(&list, header, values).await, ImportTarget::Number, "{header}: {values:?}");
    }
    for (header, values) in [
        ("", ["1984. 05. 12.", "1979. 12. 31."]),
        ("Handyvertrag", ["2024. 05. 12.", "2023. 12. 31."]),
        ("WhatsApp", ["yes", "no"]),
        ("Contacto", ["Anna Minta", "Bela Proba"]),
        ("Contact notes", ["06 30 555 0103", "06 30 555 0104"]),
    ] {
        assert_ne!(target(&list, header, &values).await, ImportTarget::Number, "{header}");
    }
}

#[tokio::test]
async fn a_stranger_is_not_taken_for_a_customer_by_a_tax_number() {
    let list = CustomerList::new();
    let rows = "Name,Phone,Tax id\nAnna Minta,+36 30 555 0117,15 550 118\nBela Proba,+36 30 555 0118,15 550 119\n";
    list.import(&list.file("tax.csv", rows)).await;
    assert!(found(&list, "+3615550118").await.is_empty());
    assert_eq!(found(&list, "+36305550117").await, ["Anna Minta"]);
    assert_eq!(list.only("anna").await.details.fields["Tax id"], "15 550 118");
}

#[tokio::test]
async fn a_number_that_networks_issue_is_kept_though_it_passes_the_check_of_cards() {
    let list = CustomerList::new();
    let rows = "Name,Phone\nKarl Muster,4917604069014\nHeike Muster,4917604069015\nUte,4917 6040 6902 2\n";
    let done = list.import(&list.file("mobile.csv", rows)).await;
    assert_eq!(kept(&done), (3, 3, 0));
    assert_eq!(found(&list, "+4917604069014").await, ["Karl Muster"]);
    assert_eq!(found(&list, "+4917604069015").await, ["Heike Muster"]);
}

#[tokio::test]
async fn the_number_of_a_card_costs_itself_and_not_the_customer() {
    let list = CustomerList::new();
    let rows = "Name,Phone,Mobile,VIP\n\
        Anna Minta,4111 1111 1111 1111,+36 30 555 0110,yes\n\
        Bela Proba,378282246310005,+36 30 555 0111,4111111111111111\n\
        Cili,\"+36 30 555 0112, 5500 0055 5555 5559\",,\n\
        ,4111111111111111,,\n";
    let done = list.import(&list.file("cards.csv", rows)).await;
    assert_eq!((done.created, done.refused, done.adjusted), (3, 1, 3), "{done:?}");
    assert!(done.refused_rows[0].reason.contains("payment card"), "{:?}", done.refused_rows);
    assert_eq!(done.adjusted_rows.iter().map(|row| row.row).collect::<Vec<_>>(), [2, 3, 4]);
    said(&done.adjusted_rows[0], &["number 1", "payment card", "left out"]);
    for number in ["+36305550110", "+36305550111", "+36305550112"] {
        assert_eq!(found(&list, number).await.len(), 1, "{number}");
    }
    assert!(list.only("bela").await.details.fields.is_empty());
    let report = std::fs::read_to_string(done.report_path.expect("a report")).expect("the report");
    for card in ["4111", "3782", "5500"] {
        assert!(!report.contains(card), "{report}");
    }
}

#[tokio::test]
async fn what_the_report_has_of_a_row_makes_the_same_customer() {
    let list = CustomerList::new();
    let cards = "BEGIN:VCARD\nVERSION:3.0\nFN:Anna Minta\nTEL;TYPE=home:06 1 555 0104\nTEL;TYPE=cell:06 30 555 0103\n\
        item1.TEL:06 30 555 0105\nitem1.X-ABLabel:Depot\nURL:x://y\nEND:VCARD\n\
        BEGIN:VCARD\nVERSION:3.0\nFN:Bela Proba\nTEL:4111 1111 1111 1111\nTEL:06 30 555 0106\nEND:VCARD\n";
    let done = list.import(&list.file("cards.vcf", cards)).await;
    assert_eq!((done.created, done.adjusted), (2, 2), "{done:?}");
    let labels = async || -> Vec<String> {
        list.only("minta").await.details.numbers.iter().map(|number| number.label.clone()).collect()
    };
    assert_eq!(labels().await, ["home", "mobile", "Depot"]);
    let report = done.report_path.expect("a report");
    assert!(!std::fs::read_to_string(&report).expect("the report").contains("4111"));
    let again = list.import(&report).await;
    assert_eq!((again.created, again.refused), (0, 0), "{again:?}");
    assert_eq!(labels().await, ["home", "mobile", "Depot"]);
    assert_eq!(found(&list, "+36305550106").await, ["Bela Proba"]);
}

#[tokio::test]
async fn a_link_or_vip_of_another_kind_costs_no_customer() {
    let list = CustomerList::new();
    let rows = "Name,Phone,URL,VIP\n\
        Anna Minta,+36 30 555 0110,n/a,\n\
        Bela Proba,+36 30 555 0111,www.example.com,Gold\n\
        Cili Kiss,+36 30 555 0112,javascript:alert(1),igen\n\
        Dora Nagy,+36 30 555 0113,example.com:8080/x,-\n\
        Elek Toth,+36 30 555 0114,https://a.example https://b.example,N/A\n";
    let done = list.import(&list.file("people.csv", rows)).await;
    assert_eq!(kept(&done), (5, 5, 4));
    let anna = list.only("anna").await.details;
    assert_eq!((anna.link, anna.fields.len(), anna.numbers.len()), (None, 0, 1));
    let bela = list.only("bela").await.details;
    assert_eq!((bela.link.as_deref(), bela.vip), (Some("https://www.example.com"), false));
    assert_eq!(bela.fields["VIP"], "Gold");
    let cili = list.only("cili").await.details;
    assert_eq!((cili.link, cili.vip, cili.fields["URL"].as_str()), (None, true, "javascript:alert(1)"));
    assert_eq!(list.only("dora").await.details.link.as_deref(), Some("https://example.com:8080/x"));
    assert_eq!(list.only("elek").await.details.fields["URL"], "https://a.example https://b.example");
    assert_eq!(done.adjusted_rows.iter().map(|row| row.row).collect::<Vec<_>>(), [2, 3, 4, 6]);
    said(&done.adjusted_rows[0], &["link", "left out"]);
    said(&done.adjusted_rows[1], &["yes nor no", "free field “VIP”"]);

    // Mended in the report and imported again, it is the same customers.
    let report = std::fs::read_to_string(done.report_path.expect("a report")).expect("the report");
    let again = list.import(&list.file("mended.csv", report.replace("Gold", "yes"))).await;
    assert_eq!((again.created, again.updated), (0, 1), "{again:?}");
    assert!(list.only("bela").await.details.vip);
}

#[tokio::test]
async fn whatever_is_too_long_or_too_many_is_cut_or_kept_as_a_field_and_said() {
    let list = CustomerList::new();
    let long = |letter: &str, count: usize| letter.repeat(count);
    let tags: Vec<String> = (0..60).map(|n| format!("tag{n}")).collect();
    let numbers: Vec<String> = (0..55).map(|n| format!("+36 30 555 01{n:02}")).collect();
    let header = "Name;Phone;Role;E-mail;Tags;Notes;Link;Customer number;Group;Company";
    let cell = |name: &str, at: usize, value: &str| {
        let mut cells = vec![name.to_owned()];
        cells.extend((1..10).map(|place| if place == at { format!("\"{value}\"") } else { String::new() }));
        cells.join(";")
    };
    let rows = [
        header.to_owned(),
        cell(
            "Remark",
            1,
            "+36 30 555 0199 (please ask for Anna at the reception, mornings only, and never on Fridays!)",
        ),
        cell("Role", 2, &long("r", 300)),
        cell("Mail", 3, &format!("{}@example.com", long("m", 300))),
        cell("Tagged", 4, &tags.join(",")),
        cell("Tagger", 4, &format!("vip,{}", long("t", 100))),
        cell("Noted", 5, &long("n", 30_000)),
        cell("Huge", 5, &long("h", 70_000)),
        cell("Linked", 6, &format!("https://example.com/{}", long("l", 3_000))),
        cell("Keyed", 7, &long("k", 200)),
        cell("Grouped", 1, &numbers.join("\n")),
        cell("Firm", 9, &long("c", 250)),
        cell(&long("N", 250), 2, "boss"),
    ];
    let done = list.import(&list.file("long.csv", rows.join("\n"))).await;
    assert_eq!(kept(&done), (12, 12, 12));
    let remark = list.only("remark").await.details;
    assert_eq!(remark.numbers[0].written, "+36 30 555 0199");
    assert!(remark.fields["+36 30 555 0199"].contains("never on Fridays"), "{:?}", remark.fields);
    assert_eq!(found(&list, "+36305550199").await, ["Remark"]);
    let role = list.only("role").await.details;
    assert!(role.role.ends_with("r…") && role.role.chars().count() == 200);
    assert_eq!(role.fields["Role"].len(), 300);
    let mail = list.only("mail").await.details;
    assert!(mail.email.is_empty() && mail.fields["E-mail"].ends_with("@example.com"));
    let tagged = list.only("tagged").await.details;
    assert_eq!((tagged.tags.len(), tagged.fields["Tags"].split(", ").count()), (50, 10));
    let tagger = list.only("tagger").await.details;
    assert_eq!((tagger.tags, tagger.fields["Tags"].len()), (vec!["vip".to_owned()], 100));
    for name in ["noted", "huge"] {
        let notes = list.only(name).await.details.notes;
        assert!(notes.chars().count() == 20_000 && notes.ends_with('…'), "{name}");
    }
    let linked = list.only("linked").await.details;
    assert!(linked.link.is_none() && linked.fields["Link"].len() > 3_000);
    assert_eq!(list.only("keyed").await.details.fields["Customer number"].len(), 200);
    let grouped = list.only("grouped").await.details;
    assert_eq!((grouped.numbers.len(), grouped.fields["Phone"].split(", ").count()), (50, 5));
    let firm = list.only("firm").await.details;
    assert!(firm.company.chars().count() == 200 && firm.fields["Company"].len() == 250);
    for row in &done.adjusted_rows {
        assert!(!row.adjustments.is_empty() && row.reason.contains("at most") || row.row == 10, "{row:?}");
    }
    // What is said is the same the next time, and changes nothing.
    let again = list.import(&list.file("long.csv", rows.join("\n"))).await;
    assert_eq!((again.created, again.updated, again.adjusted), (0, 0, 12), "{:?}", again.adjusted_rows);
}

#[tokio::test]
async fn a_long_name_of_a_column_is_cut_once_and_no_customer_is_lost() {
    let list = CustomerList::new();
    let long = "Is this customer known to us from the fair in Budapest or from elsewhere".to_owned();
    let rows = format!("Name,{long},{long} else\nAnna Minta,fair,web\nBela Proba,elsewhere,none\n");
    let file = list.file("fields.csv", rows);
    let done = list.import(&file).await;
    assert_eq!(kept(&done), (2, 2, 0), "the preview has them cut already");
    assert_eq!(list.only("anna").await.details.fields.len(), 2);

    let other = CustomerList::new();
    let field = |name: &str| ImportTarget::Field(name.to_owned());
    let chosen = vec![ImportTarget::Name, field(&long), field(&format!("{long} else"))];
    let done = other.import_as(&file, chosen).await;
    assert_eq!(kept(&done), (2, 2, 1));
    said(&done.adjusted_rows[0], &["a field's name", "at most 64"]);
    assert_eq!(other.only("anna").await.details.fields.len(), 2);
}

#[tokio::test]
async fn cards_with_odd_values_are_customers() {
    let list = CustomerList::new();
    let many = "X-SOMETHING:x\n".repeat(2_500);
    let cards = format!(
        "BEGIN:VCARD\nVERSION:3.0\nFN:Anna Minta\nTEL:+36305550112\nURL:skype:anna.minta\nEND:VCARD\n\
         BEGIN:VCARD\nVERSION:3.0\nFN:Bela Proba\nitem1.TEL:+36305550113\n\
         item1.X-ABLabel:Porter at the back entrance, please let it ring\nEND:VCARD\n\
         BEGIN:VCARD\nFN:Cili Kiss\nTEL:+36305550114\nX-RINGCARD-VIP:maybe\nNOTE:{}\nTITLE:{}\nEND:VCARD\n\
         BEGIN:VCARD\nFN:Dora Nagy\nTEL:+36305550115\n{many}END:VCARD\n\
         BEGIN:VCARD\nFN:Elek Toth\nTEL:4111111111111111\nTEL:+36305550116\n\
         X-RINGCARD-FIELD;X-NAME={}:kept\nEND:VCARD\n",
        "ő".repeat(70_000),
        "t".repeat(300),
        "f".repeat(90),
    );
    let done = list.import(&list.file("cards.vcf", cards)).await;
    assert_eq!(kept(&done), (5, 5, 5));
    let anna = list.only("anna").await.details;
    assert_eq!((anna.link, anna.fields["URL"].as_str()), (None, "skype:anna.minta"));
    let bela = list.only("bela").await.details;
    assert_eq!(bela.numbers[0].label.chars().count(), 40);
    assert_eq!(bela.fields["+36305550113"], "Porter at the back entrance, please let it ring");
    let cili = list.only("cili").await.details;
    assert_eq!((cili.notes.chars().count(), cili.fields["TITLE"].len(), cili.vip), (20_000, 300, false));
    said(&done.adjusted_rows[3], &["2000 lines", "left out"]);
    let elek = list.only("elek").await.details;
    assert_eq!((elek.numbers.len(), elek.fields.len()), (1, 1));
    assert!(elek.fields.keys().all(|name| name.starts_with("fff") && name.chars().count() == 64));
    for number in ["+36305550112", "+36305550113", "+36305550114", "+36305550115", "+36305550116"] {
        assert_eq!(found(&list, number).await.len(), 1, "{number}");
    }
}

#[tokio::test]
async fn what_a_row_adds_over_the_limit_is_said_and_the_rest_is_taken() {
    let list = CustomerList::new();
    let tags = |from: usize| (from..from + 40).map(|n| format!("t{n}")).collect::<Vec<_>>().join("|");
    let rows = |from: usize, role: &str| format!("id,name,role,tags\n1,Anna,{role},{}\n", tags(from));
    list.import(&list.file("first.csv", rows(0, "buyer"))).await;
    let done = list.import(&list.file("second.csv", rows(40, "seller"))).await;
    assert_eq!((done.updated, done.adjusted), (1, 1), "{done:?}");
    let anna = list.only("anna").await.details;
    assert_eq!((anna.role.as_str(), anna.tags.len(), anna.fields["tags"].split(", ").count()), ("seller", 50, 30));
}

#[tokio::test]
async fn a_german_list_without_plus_is_found_by_its_callers() {
    let plan = DialPlan::new("DE").expect("a country");
    let list = CustomerList::with_plan(plan.clone());
    let done = list.import(&list.file("de.csv", "Name,Phone\nKarl Muster,493023125014\n")).await;
    assert_eq!(kept(&done), (1, 1, 0));
    for digits in ["+493023125014", "493023125014", "03023125014"] {
        let found = list.directory.find_by_number(&plan.read_ani(Some(digits)).0).await.expect("an answer");
        assert_eq!(found.len(), 1, "{digits}");
        assert_eq!(found[0].customer.details.name, "Karl Muster");
    }
}

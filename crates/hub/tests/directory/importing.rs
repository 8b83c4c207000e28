//! Importing.

use super::{CustomerList, caller, details};
use ringcard_connect::Crm;
use ringcard_core::customer::CustomerNumber;
use ringcard_hub::directory::import::{self, CancelImport, ImportProgress, ImportState, ImportTarget};
use tokio::sync::watch;

fn counts(progress: &ImportProgress) -> [u64; 5] {
    assert_eq!(progress.state, ImportState::Done, "{:?}", progress.message);
    [progress.read, progress.created, progress.updated, progress.unchanged, progress.refused]
}

const PEOPLE: &str = "id;name;company;mobile;work;tags;vip;notes;link\n\
    1;Kiss Anna;Acme Kft.;06 30 123 4567;+36 1 234 5678;a, b;yes;\"two\nlines\";acme.example/1\n\
    2;Nagy Béla;;+36 20 765 4321\n\
    \n\
    3;;Üres Bt.;;;;no;;\n";

#[tokio::test]
async fn a_file_becomes_customers() {
    let list = CustomerList::new();
    let done = list.import(&list.file("people.csv", PEOPLE)).await;
    assert_eq!(counts(&done), [3, 3, 0, 0, 0]);
    assert_eq!(done.done_bytes, done.total_bytes);
    let anna = list.only("anna").await.details;
    assert_eq!((anna.company.as_str(), anna.vip, anna.notes.as_str()), ("Acme Kft.", true, "two\nlines"));
    assert_eq!(anna.tags, ["a", "b"]);
    assert_eq!(anna.link.as_deref(), Some("https://acme.example/1"));
    let number = |label: &str, written: &str| CustomerNumber {
        label: label.to_owned(),
        written: written.to_owned(),
        party: Some(caller(written)),
    };
    assert_eq!(anna.numbers, [number("mobile", "06 30 123 4567"), number("work", "+36 1 234 5678")]);
    assert_eq!(list.only("ures").await.details.name, "");
}

#[tokio::test]
async fn the_same_again_changes_nothing_and_what_was_edited_here_stays() {
    let list = CustomerList::new();
    let file = list.file("people.csv", PEOPLE);
    list.import(&file).await;
    let anna = list.only("anna").await;
    let mut edited = anna.details.clone();
    edited.name = "Kiss-Nagy Anna".to_owned();
    edited.notes = "moved".to_owned();
    edited.numbers.push(details("", &["+36 70 111 2222"]).numbers.remove(0));
    list.directory.update(&anna.id, edited.clone()).await.expect("changed");

    assert_eq!(counts(&list.import(&file).await), [3, 0, 0, 3, 0]);
    assert_eq!(list.directory.get(&anna.id).await.expect("there").details.name, "Kiss-Nagy Anna");

    // The row changed where it comes from: what it says wins, what it does not say and what a person added stays.
    let newer = PEOPLE.replace("Acme Kft.;06 30 123 4567", ";+36 30 999 8888");
    assert_eq!(counts(&list.import(&list.file("newer.csv", newer)).await), [3, 0, 1, 2, 0]);
    let now = list.directory.get(&anna.id).await.expect("there").details;
    assert_eq!((now.name.as_str(), now.company.as_str(), now.notes.as_str()), ("Kiss Anna", "Acme Kft.", "two\nlines"));
    let written: Vec<&str> = now.numbers.iter().map(|number| number.written.as_str()).collect();
    assert_eq!(written, ["+36 30 999 8888", "+36 1 234 5678", "+36 70 111 2222"]);
}

#[tokio::test]
async fn without_keys_of_its_own_name_company_and_first_number_make_one() {
    let list = CustomerList::new();
    // One of them a person had entered already.
    let known = list.customer("Nagy Béla", &["0620 765 4321"]).await;
    let rows = "name,phone,notes\nKiss Anna,+36 30 123 4567,x\nNAGY BÉLA,+36 20 765 4321,y\nKiss Anna,,z\n";
    let file = list.file("people.csv", rows);
    assert_eq!(counts(&list.import(&file).await), [3, 2, 1, 0, 0]);
    assert_eq!(list.directory.get(&known.id).await.expect("there").details.notes, "y");
    assert_eq!(counts(&list.import(&file).await), [3, 0, 0, 3, 0]);
    // Edited here, it is still the same customer of that file.
    let anna = list.only("anna 123").await;
    list.directory.update(&anna.id, details("Kiss-Nagy Anna", &["+36 1 111 1111"])).await.expect("changed");
    assert_eq!(counts(&list.import(&file).await), [3, 0, 0, 3, 0]);
    let changed = rows.replace(",x", ",changed");
    assert_eq!(counts(&list.import(&list.file("changed.csv", changed)).await), [3, 0, 1, 2, 0]);
    assert_eq!(list.directory.count().await, Ok(3));
}

#[tokio::test]
async fn refused_rows_are_reported_with_their_number_and_reason_and_the_report_can_be_imported() {
    let list = CustomerList::new();
    let rows = "id,name,phone,link,vip\n\
        1,Kiss Anna,+36 30 123 4567,https://a.example,yes\n\
        2,Nagy Béla,,javascript:alert(1),\n\
        3,,,,\n\
        4,Cards,4111 1111 1111 1111,,\n\
        5,Maybe,,,perhaps\n\
        6,,5500 0055 5555 5559,,\n";
    let done = list.import(&list.file("people.csv", rows)).await;
    assert_eq!(counts(&done), [6, 4, 0, 0, 2]);
    let reasons: Vec<(u64, &str)> = done.refused_rows.iter().map(|row| (row.row, row.reason.as_str())).collect();
    assert_eq!(reasons.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [4, 7]);
    for ((_, reason), expected) in reasons.iter().zip(["give a name", "payment card"]) {
        assert!(reason.contains(expected), "{reason}");
    }
    let changed: Vec<(u64, &str)> = done.adjusted_rows.iter().map(|row| (row.row, row.reason.as_str())).collect();
    assert_eq!(changed.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [3, 5, 6]);
    for ((_, reason), expected) in changed.iter().zip(["link", "payment card", "yes nor no"]) {
        assert!(reason.contains(expected), "{reason}");
    }
    let report = done.report_path.expect("a report");
    let text = std::fs::read_to_string(&report).expect("the report");
    assert_eq!(text.lines().count(), 6);
    assert!(!text.contains("Kiss Anna"));
    assert!(!text.contains("4111") && !text.contains("5500"), "the number of a card is kept nowhere");

    let mended = text.replace("javascript:alert(1)", "https://b.example").replace("perhaps", "yes");
    let again = list.import(&list.file("mended.csv", mended.replace("6,,", "6,Kept,"))).await;
    assert_eq!(counts(&again)[1..3], [1, 2], "one new, two mended: {again:?}");
    let customer = list.only("bela").await.details;
    assert_eq!(customer.link.as_deref(), Some("https://b.example"));
    assert_eq!(customer.fields.keys().collect::<Vec<_>>(), ["link"], "row numbers and reasons are no fields");
}

#[tokio::test]
async fn a_row_with_more_than_the_columns_is_refused() {
    let list = CustomerList::new();
    let rows = "name,phone\n".to_owned() + &"Anna,101\n".repeat(500) + "Bela,101,,\nCecil,101,more\n";
    let done = list.import(&list.file("people.csv", rows)).await;
    assert_eq!((done.created, done.refused), (2, 1), "empty columns are nothing");
    assert!(done.refused_rows[0].reason.contains("3 columns, not 2"), "{:?}", done.refused_rows);
}

#[tokio::test]
async fn only_the_first_refused_rows_are_kept_in_memory_and_all_are_in_the_report() {
    let list = CustomerList::new();
    let rows = "name,link\n".to_owned() + &"Anna,ftp://x\n".repeat(1_000) + &",https://x.example\n".repeat(1_000);
    let done = list.import(&list.file("bad.csv", rows)).await;
    assert_eq!((done.refused, done.refused_rows.len()), (1_000, 200));
    assert_eq!((done.adjusted, done.adjusted_rows.len()), (1_000, 200));
    let report = std::fs::read_to_string(done.report_path.expect("a report")).expect("the report");
    assert_eq!(report.lines().count(), 2_001);
}

#[tokio::test]
async fn a_missing_quotation_mark_costs_one_row() {
    let list = CustomerList::new();
    let mut rows = "name,phone,notes\n\"Kiss Anna,+36 30 123 4567,x\n".to_owned();
    for row in 0..5_000 {
        rows += &format!("Customer {row},+36 30 {:07},some words about customer {row}\n", 1_000_000 + row);
    }
    let done = list.import(&list.file("broken.csv", &rows)).await;
    assert_eq!(counts(&done), [5_001, 5_000, 0, 0, 1]);
    assert!(done.refused_rows[0].reason.contains("quotation mark"), "{:?}", done.refused_rows);

    let with_quotes =
        "name,phone,notes\n\"Kiss Anna,1,x\nNagy Béla,+36 20 765 4321,\"y, z\"\nSzabó,+36 20 765 4322,w\n";
    let done = CustomerList::new();
    let progress = done.import(&done.file("broken.csv", with_quotes)).await;
    assert_eq!(counts(&progress), [3, 2, 0, 0, 1]);
}

#[tokio::test]
async fn a_huge_field_is_cut_and_costs_no_customer() {
    let list = CustomerList::new();
    let huge = "x".repeat(70_000);
    let lines = "a note, of many lines\n".repeat(5_000);
    let rows = format!("name,notes\nBefore,1\nPlain,{huge}\nQuoted,\"{lines}\"\nAfter,2\n");
    let done = list.import(&list.file("huge.csv", rows)).await;
    assert_eq!(counts(&done), [4, 4, 0, 0, 0]);
    assert_eq!(done.adjusted_rows.iter().map(|row| row.row).collect::<Vec<_>>(), [3, 4]);
    assert!(done.adjusted_rows.iter().all(|row| row.reason.contains("at most 20000")), "{:?}", done.adjusted_rows);
    assert_eq!(list.only("quoted").await.details.notes.chars().count(), 20_000);
    assert_eq!(list.only("after").await.details.notes, "2");
}

#[tokio::test]
async fn broken_letters_cost_their_row_only() {
    let list = CustomerList::new();
    let mut rows = "név,telefon\n".as_bytes().to_vec();
    for row in 0..100 {
        rows.extend(format!("Árvíztűrő {row},+36 30 123 {row:04}\n").as_bytes());
    }
    // Half of the last letter is gone. A row that is wholly in other letters is not broken.
    rows.extend(b"\xc3\x81rv\xc3\xadzt\xc5\xb1r\xc5,+36 30 123 9999\nBr\xf6ken,+36 30 123 9998\n");
    let done = list.import(&list.file("damaged.csv", rows)).await;
    assert_eq!(counts(&done), [102, 101, 0, 0, 1]);
    assert!(done.refused_rows[0].reason.contains("encoding"));
    assert_eq!(list.only("broken").await.details.name, "Bröken");
}

#[tokio::test]
async fn letters_that_come_late_are_still_understood() {
    let list = CustomerList::new();
    let mut rows = "name,phone\n".to_owned();
    for row in 0..60_000 {
        rows += &format!("Plain Customer Number {row},101\n");
    }
    let mut rows = rows.into_bytes();
    // Latin-2, a megabyte and a half into a file that was ASCII so far.
    rows.extend(b"K\xf5r\xf6si Gy\xf5z\xf5,+36 30 123 4567\nSz\xfbcs T\xfcnde,+36 30 123 4568\n");
    let done = list.import(&list.file("late.csv", rows)).await;
    assert_eq!(done.refused, 0, "{:?}", done.refused_rows);
    let found = list.directory.find_by_number(&caller("+36301234567")).await.expect("an answer");
    assert_eq!(found[0].customer.details.name, "Kőrösi Győző");
}

#[tokio::test]
async fn cells_with_several_numbers_and_names_in_two_columns() {
    let list = CustomerList::new();
    let rows = "vezetéknév;keresztnév;telefon\n\
        Kiss;Anna;\"06 30 123 4567, 06 1 234 5678\"\n\
        Nagy;Béla;\"+36 1 234 5679; ext 12\"\n\
        Szabó;Éva;+36 30 999 8888 [Büro 2]\n\
        Tóth;Ali;'+36 20 111 2222\n";
    list.import(&list.file("people.csv", rows)).await;
    let numbers = |customer: ringcard_core::customer::Customer| -> Vec<(String, String)> {
        customer.details.numbers.into_iter().map(|number| (number.label, number.written)).collect()
    };
    let pair = |label: &str, written: &str| (label.to_owned(), written.to_owned());
    let anna = list.only("kiss anna").await;
    assert_eq!(anna.details.name, "Kiss Anna", "in Hungary the family name comes first");
    assert_eq!(numbers(anna), [pair("", "06 30 123 4567"), pair("", "06 1 234 5678")]);
    assert_eq!(numbers(list.only("bela").await), [pair("", "+36 1 234 5679; ext 12")]);
    assert_eq!(numbers(list.only("eva").await), [pair("Büro 2", "+36 30 999 8888")]);
    assert_eq!(numbers(list.only("ali").await), [pair("", "+36 20 111 2222")]);
}

#[tokio::test]
async fn columns_are_taken_as_a_person_chose_them() {
    use ImportTarget::*;
    let list = CustomerList::new();
    let file = list.file("odd.csv", "a,b,c\nKiss Anna,101,West\n");
    let done = list.import_as(&file, vec![Name, Number, Field("Region".to_owned())]).await;
    assert_eq!(counts(&done), [1, 1, 0, 0, 0]);
    assert_eq!(list.only("kiss").await.details.fields["Region"], "West");
    for (columns, expected) in [
        (vec![Name, Name], "the same thing twice"),
        (vec![Vip, Notes, Tags], "Choose the column"),
        (vec![Ignore], "Choose"),
    ] {
        let refused = list.import_as(&file, columns).await;
        assert_eq!(refused.state, ImportState::Failed);
        assert!(refused.message.as_deref().is_some_and(|message| message.contains(expected)), "{refused:?}");
    }
}

#[tokio::test]
async fn a_cancelled_import_keeps_whole_batches_and_can_be_repeated() {
    let list = CustomerList::new();
    let rows: String = (0..20_000).map(|row| format!("Customer {row},{row}\n")).collect();
    let file = list.file("many.csv", format!("name,id\n{rows}"));
    let (progress, mut watched) = watch::channel(ImportProgress::default());
    let cancel = CancelImport::default();
    let (directory, path, stop) = (list.directory.clone(), file.clone(), cancel.clone());
    let import = tokio::spawn(async move { import::run(&directory, &path, Vec::new(), progress, stop).await });
    watched.wait_for(|progress| progress.created > 0).await.expect("some customers");
    cancel.cancel();
    let done = import.await.expect("no panic");
    assert_eq!(done.state, ImportState::Cancelled);
    assert!(done.created > 0 && done.created < 20_000, "{}", done.created);
    assert_eq!(list.directory.count().await, Ok(done.created));
    let last = import::last(list.directory.path()).expect("it is found afterwards");
    assert_eq!((&last.file, &last.progress), (&file, &done));
    assert!(last.ended.is_some_and(|ended| ended >= last.began));
    let rest = list.import(&file).await;
    assert_eq!((rest.created, rest.unchanged), (20_000 - done.created, done.created));
}

#[tokio::test]
async fn customers_can_be_saved_and_found_while_an_import_runs() {
    let list = CustomerList::new();
    let rows: String = (0..20_000).map(|row| format!("Customer {row},+36 30 {:07}\n", 1_000_000 + row)).collect();
    let file = list.file("many.csv", format!("name,phone\n{rows}"));
    let (progress, mut watched) = watch::channel(ImportProgress::default());
    let (directory, path) = (list.directory.clone(), file.clone());
    let import =
        tokio::spawn(
            async move { import::run(&directory, &path, Vec::new(), progress, CancelImport::default()).await },
        );
    watched.wait_for(|progress| progress.created > 0).await.expect("some customers");
    let saved = list.customer("Saved meanwhile", &["+36 20 123 4567"]).await;
    let found = list.directory.find_by_number(&caller("+36201234567")).await.expect("an answer");
    assert_eq!(found[0].customer, saved);
    assert_eq!(watched.borrow().state, ImportState::Running, "the import was not waited for");
    assert_eq!(counts(&import.await.expect("no panic")), [20_000, 20_000, 0, 0, 0]);
}

#[tokio::test]
async fn an_import_into_a_closed_directory_fails_in_words() {
    let list = CustomerList::new();
    let file = list.file("people.csv", PEOPLE);
    list.directory.close().await;
    let failed = list.import(&file).await;
    assert_eq!(failed.state, ImportState::Failed);
    assert!(failed.message.is_some_and(|message| message.contains("closed")));
    let missing = list.import(&list.path("missing.csv")).await;
    assert!(missing.message.is_some_and(|message| message.contains("no such file")));
}

#[tokio::test]
async fn the_demos_customers_are_imported_whole() {
    let list = CustomerList::new();
    let file = list.file("demo.csv", ringcard_sim::customers_csv());
    let done = list.import(&file).await;
    assert_eq!((done.refused, done.created), (0, done.read), "{:?}", done.refused_rows);
    assert!(done.created > 20);
    let found = list.directory.search("", 200).await.expect("an answer");
    for found in found {
        // Numbers of other countries without their country are kept as written.
        for number in found.customer.details.numbers.iter().filter(|number| number.written.starts_with(['+', '('])) {
            assert!(number.party.is_some(), "{number:?}");
        }
    }
    // And found all the same: this one is kept as 01 55 50 02 10.
    let found = list.directory.find_by_number(&caller("+33155500210")).await.expect("an answer");
    assert_eq!(found.len(), 1);
}

#[tokio::test]
async fn cards_of_all_three_versions() {
    let list = CustomerList::new();
    let old = "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=ISO-8859-2;ENCODING=QUOTED-PRINTABLE:K=F5r=F6si;Gy=F5z=F5;;;\r\n\
        ORG;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:=C3=81rv=C3=ADz=\r\nt=C5=B1r=C5=91 Kft.\r\n\
        TEL;CELL:+36 30 123 4567\r\nTEL;WORK;FAX:+36 1 234 5678\r\n\
        PHOTO;ENCODING=BASE64;JPEG:AAAA\r\n BBBB\r\n\r\nEND:VCARD\r\n";
    let apple = format!(
        "begin:vcard\nversion:3.0\nN:López;María;;;\nFN:María López\nORG:Acme\\, S.L.;Ventas\n\
         item1.TEL;type=pref:+34 612 345 678\nitem1.X-ABLabel:_$!<Assistant>!$_\n\
         NOTE:first\\nsecond\\; third\nCATEGORIES:a,b\\,c\nPHOTO:{}\nEND:VCARD\n",
        "A".repeat(300_000)
    );
    let new = "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Smi\r\n th\\, John\r\nTEL;VALUE=uri;TYPE=\"voice,home\":tel:+44-7700-900123;ext=5\r\n\
        EMAIL;PREF=1:john@example.com\r\nEMAIL:second@example.com\r\nUID:urn:uuid:1\r\nURL:https://example.com\r\nEND:VCARD\r\n";
    let organisation = "BEGIN:VCARD\r\nVERSION:4.0\r\nKIND:org\r\nFN:Üres Bt.\r\nORG:Üres Bt.\r\nEND:VCARD\r\n";
    let unfinished = "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Nobody\r\n";
    let huge = format!("BEGIN:VCARD\nFN:Huge\nNOTE:{}\nEND:VCARD\n", "x".repeat(70_000));
    let file = list.file("cards.vcf", [old, &apple, unfinished, new, organisation, &huge, unfinished].concat());
    let done = list.import(&file).await;
    assert_eq!(counts(&done), [7, 5, 0, 0, 2]);
    assert!(done.refused_rows.iter().all(|row| row.reason.contains("END:VCARD")), "{:?}", done.refused_rows);
    assert_eq!(done.adjusted, 1);
    assert!(done.adjusted_rows[0].reason.contains("the note has"), "{:?}", done.adjusted_rows);

    let labels = |customer: &ringcard_core::customer::CustomerDetails| -> Vec<String> {
        customer.numbers.iter().map(|number| format!("{}: {}", number.label, number.written)).collect()
    };
    let old = list.only("korosi").await.details;
    assert_eq!((old.name.as_str(), old.company.as_str()), ("Kőrösi Győző", "Árvíztűrő Kft."));
    assert_eq!(labels(&old), ["mobile: +36 30 123 4567", "fax: +36 1 234 5678"]);
    let apple = list.only("maria").await.details;
    assert_eq!((apple.name.as_str(), apple.company.as_str()), ("María López", "Acme, S.L., Ventas"));
    assert_eq!(apple.notes, "first\nsecond; third");
    assert_eq!(labels(&apple), ["Assistant: +34 612 345 678"]);
    let new = list.only("smith").await.details;
    assert_eq!((new.name.as_str(), new.email.as_str()), ("Smith, John", "john@example.com"));
    assert_eq!(labels(&new), ["home: +44-7700-900123;ext=5"]);
    assert_eq!(list.only("ures").await.details.name, "");
    assert_eq!(counts(&list.import(&file).await), [7, 0, 0, 5, 2]);
}

#[tokio::test]
async fn how_an_import_went_is_found_afterwards_with_what_was_refused() {
    let list = CustomerList::new();
    assert_eq!(import::last(list.directory.path()), None);
    let file = list.file("people.csv", "name,notes\nKiss Anna,first\n,\n,nobody is named\n");
    let done = list.import(&file).await;
    assert!(done.refused > 0 && done.report_path.is_some(), "{done:?}");
    list.directory.close().await;
    let last = import::last(&list.path("directory.db")).expect("it is found after the end");
    assert_eq!((&last.file, &last.progress), (&file, &done));
    // One that could not begin is the last one, too.
    let none = list.import(&list.path("nowhere.csv")).await;
    let last = import::last(&list.path("directory.db")).expect("it is found");
    assert_eq!((last.progress.state, last.progress), (ImportState::Failed, none));
    std::fs::write(list.path("import-reports/last-import.json"), "{\"file\":").expect("written");
    assert_eq!(import::last(&list.path("directory.db")), None, "half a file says nothing");
}

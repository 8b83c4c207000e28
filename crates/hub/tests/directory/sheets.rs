//! Spreadsheets.

use super::CustomerList;
use ringcard_hub::directory::import::{
    self, CancelImport, ImportChoices, ImportFormat, ImportProgress, ImportState, ImportTarget, preview,
};
use std::{
    fmt::Write as _,
    io::{Cursor, Write},
    path::Path,
};
use tokio::sync::watch;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        let method = if *name == "mimetype" { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        archive.start_file(*name, SimpleFileOptions::default().compression_method(method)).expect("a part");
        archive.write_all(content).expect("written");
    }
    archive.finish().expect("an archive").into_inner()
}

const SPREADSHEETML: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// Each sheet: its name and its `sheetData`. Style 1 is a date, style 2 one with a time.
fn workbook(sheets: &[(&str, &str)], strings: &[&str]) -> Vec<u8> {
    let (mut listed, mut relations, mut types) = (String::new(), String::new(), String::new());
    let mut parts: Vec<(String, String)> = Vec::new();
    for (at, (name, data)) in sheets.iter().enumerate() {
        let id = at + 1;
        let _ = write!(listed, r#"<sheet name="{name}" sheetId="{id}" r:id="rId{id}"/>"#);
        let _ = write!(
            relations,
            r#"<Relationship Id="rId{id}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{id}.xml"/>"#
        );
        let _ = write!(
            types,
            r#"<Override PartName="/xl/worksheets/sheet{id}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>"#
        );
        parts.push((
            format!("xl/worksheets/sheet{id}.xml"),
            format!(r#"<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{SPREADSHEETML}"><sheetData>{data}</sheetData></worksheet>"#),
        ));
    }
    let texts: String = strings.iter().map(|text| format!("<si><t>{text}</t></si>")).collect();
    parts.extend([
        ("[Content_Types].xml".to_owned(), format!(r#"<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>{types}</Types>"#)),
        ("_rels/.rels".to_owned(), format!(r#"<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#)),
        ("xl/workbook.xml".to_owned(), format!(r#"<?xml version="1.0" encoding="UTF-8"?><workbook xmlns="{SPREADSHEETML}" xmlns:r="{RELATIONS}"><sheets>{listed}</sheets></workbook>"#)),
        ("xl/_rels/workbook.xml.rels".to_owned(), format!(r#"<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{relations}<Relationship Id="rIdS" Type="{RELATIONS}/styles" Target="styles.xml"/><Relationship Id="rIdT" Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#)),
        ("xl/styles.xml".to_owned(), format!(r#"<?xml version="1.0" encoding="UTF-8"?><styleSheet xmlns="{SPREADSHEETML}"><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/></cellXfs></styleSheet>"#)),
        ("xl/sharedStrings.xml".to_owned(), format!(r#"<?xml version="1.0" encoding="UTF-8"?><sst xmlns="{SPREADSHEETML}">{texts}</sst>"#)),
    ]);
    let parts: Vec<(&str, &[u8])> = parts.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    archive(&parts)
}

/// A row of texts.
fn row(number: usize, cells: &[&str]) -> String {
    let cell = |(at, text): (usize, &&str)| {
        let column = char::from(b'A' + at as u8);
        format!(r#"<c r="{column}{number}" t="inlineStr"><is><t>{text}</t></is></c>"#)
    };
    let cells: String = cells.iter().enumerate().filter(|(_, text)| !text.is_empty()).map(cell).collect();
    format!(r#"<row r="{number}">{cells}</row>"#)
}

fn people() -> Vec<u8> {
    let data = row(1, &["Customers of May"])
        + &row(3, &["Name", "Phone", "Birthday", "Seen", "VIP", "Balance", "Notes"])
        + r#"<row r="4"><c r="A4" t="s"><v>0</v></c><c r="B4"><v>36301234567</v></c><c r="C4" s="1"><v>45000</v></c>
            <c r="D4" s="2"><v>45000.5</v></c><c r="E4" t="b"><v>1</v></c><c r="F4"><f>1+1</f><v>12.5</v></c>
            <c r="G4" t="str"><f>A4</f><v>two &amp; lines
more, "quoted"; too</v></c></row>"#
        + r#"<row r="5"><c r="A5" t="inlineStr"><is><t>Bela Proba</t></is></c><c r="B5"><v>3.6205550133E10</v></c><c r="E5" t="b"><v>0</v></c><c r="F5" t="e"><v>#N/A</v></c></row>"#
        + &row(6, &["Total", "2"]);
    workbook(
        &[
            ("Empty", ""),
            ("People", &data),
            ("More", &(row(1, &["Name", "Phone"]) + &row(2, &["Cili Kiss", "+36 30 555 0199"]))),
        ],
        &["Anna Minta"],
    )
}

fn open_document(table: &str) -> Vec<u8> {
    let content = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:body><office:spreadsheet>{table}</office:spreadsheet></office:body></office:document-content>"#
    );
    archive(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", b"<manifest/>"),
        ("content.xml", content.as_bytes()),
    ])
}

async fn import_with(list: &CustomerList, path: &Path, choices: ImportChoices) -> ImportProgress {
    let (progress, _) = watch::channel(ImportProgress::default());
    import::run(&list.directory, path, choices, progress, CancelImport::default()).await
}

#[tokio::test]
async fn a_workbook_is_read_with_all_digits_dates_and_its_titles() {
    let list = CustomerList::new();
    // Told by what is in it.
    let file = list.file("people.csv", people());
    let seen = preview(&file, "HU", ImportChoices::default()).await.expect("a preview");
    assert_eq!(
        (seen.format, seen.sheets.as_slice()),
        (ImportFormat::Spreadsheet, ["Empty", "People", "More"].map(str::to_owned).as_slice())
    );
    assert_eq!((seen.sheet.as_deref(), seen.header_row, seen.rows_left_out), (Some("People"), Some(3), 2));
    assert_eq!(seen.columns[1].target, ImportTarget::Number);
    assert_eq!(seen.columns[1].sample, ["36301234567", "36205550133"]);
    assert_eq!(seen.rows_estimated, 2);
    let done = list.import(&file).await;
    assert_eq!((done.state, done.created, done.refused), (ImportState::Done, 2, 0), "{done:?}");
    assert_eq!(done.done_bytes, done.total_bytes);
    let anna = list.only("anna").await.details;
    assert_eq!(anna.numbers[0].written, "36301234567");
    assert_eq!((anna.fields["Birthday"].as_str(), anna.fields["Seen"].as_str()), ("2023-03-15", "2023-03-15 12:00:00"));
    assert_eq!((anna.vip, anna.fields["Balance"].as_str()), (true, "12.5"));
    assert_eq!(anna.notes, "two & lines\nmore, \"quoted\"; too");
    let bela = list.only("bela").await.details;
    assert_eq!((bela.vip, bela.fields.contains_key("Balance")), (false, false));

    let more = ImportChoices { sheet: Some("More".to_owned()), ..ImportChoices::default() };
    assert_eq!(import_with(&list, &file, more).await.created, 1);
    let nowhere = ImportChoices { sheet: Some("Nowhere".to_owned()), ..ImportChoices::default() };
    let failure = preview(&file, "HU", nowhere).await.expect_err("there is none").to_string();
    assert!(failure.contains("Nowhere") && failure.contains("People, More"), "{failure}");
    let none = ImportChoices { sheet: Some("People".to_owned()), ..ImportChoices::default() };
    let failure = preview(&list.file("list.csv", "Name\nAnna\n"), "HU", none).await.expect_err("no sheets").to_string();
    assert!(failure.contains("no spreadsheet"), "{failure}");
}

#[tokio::test]
async fn an_open_document_is_read_as_it_is() {
    let cell = |text: &str| {
        format!(r#"<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>"#)
    };
    let table = r#"<table:table table:name="Nothing"><table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table><table:table table:name="Ügyfelek">"#.to_owned()
        + "<table:table-row>" + &cell("Név") + &cell("Telefon") + &cell("Születésnap") + &cell("Megjegyzés") + r#"<table:table-cell table:number-columns-repeated="16380"/></table:table-row>"#
        + r#"<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>"#
        + "<table:table-row>" + &cell("Minta&#x20;Anna &amp; <text:span>Béla</text:span>")
        + r#"<table:table-cell office:value-type="float" office:value="36301234567"><text:p>3.63E+10</text:p></table:table-cell>"#
        + r#"<table:table-cell office:value-type="date" office:date-value="1984-05-12"><text:p>84.05.12</text:p></table:table-cell>"#
        + r#"<table:table-cell office:value-type="string"><office:annotation><text:p>hidden</text:p></office:annotation><text:p>one<text:s text:c="2"/>line</text:p><text:p>two</text:p></table:table-cell></table:table-row>"#
        + r#"<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>"#;
    let list = CustomerList::new();
    let file = list.file("people.ods", open_document(&table));
    let seen = preview(&file, "HU", ImportChoices::default()).await.expect("a preview");
    assert_eq!(
        (seen.format, seen.sheet.as_deref(), seen.columns.len()),
        (ImportFormat::Spreadsheet, Some("Ügyfelek"), 4)
    );
    assert_eq!(seen.sheets, ["Nothing", "Ügyfelek"]);
    let done = list.import(&file).await;
    assert_eq!((done.created, done.refused), (1, 0), "{done:?}");
    let anna = list.only("anna").await.details;
    assert_eq!((anna.name.as_str(), anna.notes.as_str()), ("Minta Anna & Béla", "one  line\ntwo"));
    assert_eq!((anna.numbers[0].written.as_str(), anna.fields["Születésnap"].as_str()), ("36301234567", "1984-05-12"));
}

#[tokio::test]
async fn what_cannot_be_read_of_a_spreadsheet_is_said_with_what_to_do() {
    let list = CustomerList::new();
    let encrypted = archive(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", b"<m><manifest:encryption-data/></m>"),
        ("content.xml", b"x"),
    ]);
    let half = people();
    let table: Vec<(&str, Vec<u8>, &str)> = vec![
        ("damaged.xlsx", half[..half.len() / 2].to_vec(), "damaged"),
        ("broken.xlsx", archive(&[("xl/workbook.xml", b"<workbook"), ("xl/worksheets/sheet1.xml", b"")]), "save it"),
        ("archive.zip", archive(&[("a.txt", b"x")]), "no spreadsheet"),
        ("secret.ods", encrypted, "password"),
        ("empty.xlsx", workbook(&[("One", ""), ("Two", "")], &[]), "nothing in it"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old".to_vec(), "damaged"),
    ];
    for (name, content, expected) in table {
        let failure =
            preview(&list.file(name, content), "HU", ImportChoices::default()).await.expect_err(name).to_string();
        assert!(failure.contains(expected) && failure.contains(name), "{failure}");
    }
}

#[tokio::test]
async fn a_small_file_that_unpacks_without_end_is_refused() {
    let list = CustomerList::new();
    let spaces = vec![b' '; 64 << 20];
    let mut bomb = ZipWriter::new(Cursor::new(Vec::new()));
    let deflated = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    bomb.start_file("xl/workbook.xml", deflated).expect("a part");
    bomb.write_all(&spaces).expect("written");
    let bomb = bomb.finish().expect("an archive").into_inner();
    assert!(bomb.len() < 1 << 20, "{} bytes", bomb.len());
    let repeated = r#"<table:table table:name="A"><table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384" office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row></table:table>"#;
    for (name, content) in [("bomb.xlsx", bomb), ("repeated.ods", open_document(repeated))] {
        let file = list.file(name, content);
        let failed = list.import(&file).await;
        assert_eq!(failed.state, ImportState::Failed, "{name}: {failed:?}");
        let message = failed.message.unwrap_or_default();
        assert!(message.contains("too large") || message.contains("repeats"), "{message}");
    }
}

#[tokio::test]
async fn many_rows_are_read_one_after_the_other() {
    let list = CustomerList::new();
    let mut data = row(1, &["Name", "Phone"]);
    for number in 2..3_002 {
        data += &row(number, &[&format!("Customer {number}"), &format!("+36 30 {:07}", 1_000_000 + number)]);
    }
    let done = list.import(&list.file("many.xlsx", workbook(&[("Many", &data)], &[]))).await;
    assert_eq!((done.read, done.created, done.refused), (3_000, 3_000, 0), "{:?}", done.message);
    // Far to the right, and with gaps.
    let wide = row(1, &["Name", "Phone"])
        + r#"<row r="5"><c r="A5" t="inlineStr"><is><t>Anna</t></is></c><c r="BBB5"><v>1</v></c></row>"#
        + &row(9, &["Bela", "101"]);
    let done = list.import(&list.file("wide.xlsx", workbook(&[("Wide", &wide)], &[]))).await;
    assert_eq!((done.created, done.refused), (1, 1), "{done:?}");
    assert_eq!(done.refused_rows[0].row, 5, "as the spreadsheet counts");
}

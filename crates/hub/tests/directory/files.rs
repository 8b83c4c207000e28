//! What is found in a file before it is imported.

use super::CustomerList;
use encoding_rs::{Encoding, ISO_8859_2, UTF_8, WINDOWS_1250, WINDOWS_1252};
use ringcard_hub::directory::import::{ImportChoices, ImportFormat, ImportPreview, ImportTarget, Remark, preview};
use std::io::Write;

const HUNGARIAN: &str = "Név;Cég;Mobil\r\nKovács Őrs;Hűtőgép és Törölköző Kft.;+36 30 123 4567\r\n\
    Szűcs Tünde;Erdőművelők Bt.;06 20 765 4321\r\nFűrész Győző;Mérőműszer Zrt.;+36 70 111 2222\r\n";
const SPANISH: &str = "Nombre;Empresa;Teléfono\nMaría Muñoz;Compañía Española S.L.;+34 612 345 678\n\
    José Núñez;Años y Días;+34 613 345 678\nÍñigo Sánchez;Señalización;+34 614 345 678\n";

async fn look(content: &[u8], country: &str) -> ImportPreview {
    let list = CustomerList::new();
    preview(&list.file("customers.csv", content), country, ImportChoices::default()).await.expect("a preview")
}

fn samples(preview: &ImportPreview, column: usize) -> Vec<&str> {
    preview.columns[column].sample.iter().map(String::as_str).collect()
}

fn encoded(text: &str, encoding: &'static Encoding) -> Vec<u8> {
    let (bytes, _, lossy) = encoding.encode(text);
    assert!(!lossy, "the encoding has all these letters");
    bytes.into_owned()
}

fn utf16(text: &str, mark: bool, little: bool) -> Vec<u8> {
    let mark = mark.then_some(0xfeff_u16);
    mark.into_iter()
        .chain(text.encode_utf16())
        .flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() })
        .collect()
}

#[tokio::test]
async fn every_encoding_is_recognised() {
    let marked = ["\u{feff}", HUNGARIAN].concat();
    let table: Vec<(Vec<u8>, &str)> = vec![
        (HUNGARIAN.as_bytes().to_vec(), "UTF-8"),
        (marked.into_bytes(), "UTF-8"),
        (utf16(HUNGARIAN, true, true), "UTF-16LE"),
        (utf16(HUNGARIAN, true, false), "UTF-16BE"),
        (utf16(HUNGARIAN, false, true), "UTF-16LE"),
        (utf16(HUNGARIAN, false, false), "UTF-16BE"),
        (encoded(HUNGARIAN, WINDOWS_1250), "windows-1250 or ISO-8859-2"),
        (encoded(HUNGARIAN, ISO_8859_2), "windows-1250 or ISO-8859-2"),
    ];
    for (bytes, encoding) in table {
        let seen = look(&bytes, "HU").await;
        assert!(encoding.contains(&seen.encoding), "{} is not {encoding}", seen.encoding);
        assert_eq!(seen.columns[0].name, "Név", "{encoding}");
        assert_eq!(
            samples(&seen, 1),
            ["Hűtőgép és Törölköző Kft.", "Erdőművelők Bt.", "Mérőműszer Zrt."],
            "{encoding}"
        );
    }
    let seen = look(&encoded(SPANISH, WINDOWS_1252), "ES").await;
    assert_eq!(seen.encoding, "windows-1252");
    assert_eq!(samples(&seen, 0), ["María Muñoz", "José Núñez", "Íñigo Sánchez"]);
    assert_eq!(look(b"name,phone\nAnna,+36 30 123 4567\n", "HU").await.encoding, UTF_8.name());
}

#[tokio::test]
async fn every_delimiter_is_recognised() {
    for delimiter in [",", ";", "\t", "|"] {
        for end in ["\n", "\r\n", "\r"] {
            let rows = ["name", "company", "phone"].join(delimiter)
                + end
                + &["\"Kiss, Anna; or | so\"", "\"A \"\"B\"\" C\"", "+36 30 123 4567"].join(delimiter)
                + end;
            let seen = look(rows.as_bytes(), "HU").await;
            assert_eq!(seen.delimiter.as_deref(), Some(delimiter), "{rows:?}");
            assert_eq!(samples(&seen, 0), ["Kiss, Anna; or | so"]);
            assert_eq!(samples(&seen, 1), ["A \"B\" C"]);
            assert_eq!(seen.rows_estimated, 1);
            assert!(seen.remarks.is_empty(), "{:?}", seen.remarks);
        }
    }
    let stated = look(b"sep=;\r\nname;phone\r\nAnna, Bela;06 30 123 4567\r\n", "HU").await;
    assert_eq!((stated.delimiter.as_deref(), stated.columns.len()), (Some(";"), 2));
    assert_eq!(samples(&stated, 0), ["Anna, Bela"]);
}

#[tokio::test]
async fn columns_are_guessed_in_three_languages() {
    use ImportTarget::*;
    let field = |name: &str| Field(name.to_owned());
    let table = [
        (
            "Customer ID,First Name,Last Name,Company,Job Title,E-mail Address,Mobile Phone,Business Phone,Home Phone,Phone 2,Categories,VIP,Notes,CRM link,Region",
            vec![
                ExternalId,
                FirstName,
                LastName,
                Company,
                Role,
                Email,
                Mobile,
                Work,
                Home,
                Number,
                Tags,
                Vip,
                Notes,
                Link,
                field("Region"),
            ],
        ),
        (
            "Código;Nombre;Apellidos;Razón social;Cargo;Correo electrónico;Teléfono móvil;Teléfono de trabajo;Teléfono;Etiquetas;Observaciones",
            vec![ExternalId, FirstName, LastName, Company, Role, Email, Mobile, Work, Number, Tags, Notes],
        ),
        (
            "Azonosító;Vezetéknév;Keresztnév;Cégnév;Beosztás;E-mail cím;Mobilszám;Munkahelyi telefon;Telefonszám;Címkék;Kiemelt;Megjegyzés",
            vec![ExternalId, LastName, FirstName, Company, Role, Email, Mobile, Work, Number, Tags, Vip, Notes],
        ),
        ("Ügyfél neve,Nombre,Phone", vec![Name, field("Nombre"), Number]),
    ];
    for (header, expected) in table {
        let delimiter = if header.contains(';') { ";" } else { "," };
        let row = vec!["x"; expected.len()].join(delimiter);
        let seen = look(format!("{header}\n{row}\n").as_bytes(), "HU").await;
        let targets: Vec<ImportTarget> = seen.columns.into_iter().map(|column| column.target).collect();
        assert_eq!(targets, expected, "{header}");
    }
}

#[tokio::test]
async fn a_column_that_is_there_twice_is_named_apart_and_said() {
    let seen = look(b"Name,Phone,phone,Name,\nAnna,1,2,Other,x\n", "HU").await;
    let names: Vec<&str> = seen.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["Name", "Phone", "phone (2)", "Name (2)", "Column 5"]);
    assert_eq!(seen.remarks.len(), 2, "{:?}", seen.remarks);
    assert!(matches!(seen.remarks[0], Remark::SameName { .. }));
    let again = seen.columns[3].target.clone();
    assert_eq!(again, ImportTarget::Field("Name (2)".to_owned()), "there is one name only");
}

#[tokio::test]
async fn a_file_without_a_header_is_understood_by_what_is_in_it() {
    let seen =
        look(b"Kiss Anna,anna@example.com,+36 30 123 4567\nNagy Bela,bela@example.com,06 20 123 4567\n", "HU").await;
    let targets: Vec<&ImportTarget> = seen.columns.iter().map(|column| &column.target).collect();
    assert_eq!(targets[1..], [&ImportTarget::Email, &ImportTarget::Number]);
    assert_eq!(seen.rows_estimated, 2);
    assert_eq!(seen.remarks[0], Remark::NoHeader);
}

#[tokio::test]
async fn what_cannot_be_imported_is_said_with_what_to_do() {
    let list = CustomerList::new();
    let table: [(&str, &[u8], &str); 5] = [
        ("book.xlsx", b"PK\x03\x04workbook", "save it there as"),
        ("old.xls", b"\xd0\xcf\x11\xe0old", "save it there as"),
        ("paper.pdf", b"%PDF-1.7 ...", "it is a PDF"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "it is no text file"),
        ("empty.csv", b"", "it is empty"),
    ];
    for (name, content, expected) in table {
        let failure =
            preview(&list.file(name, content), "HU", ImportChoices::default()).await.expect_err(name).to_string();
        assert!(failure.contains(expected) && failure.contains(name), "{failure}");
    }
    let missing =
        preview(&list.path("missing.csv"), "HU", ImportChoices::default()).await.expect_err("missing").to_string();
    assert!(missing.contains("there is no such file"), "{missing}");
    let folder = preview(list.folder.path(), "HU", ImportChoices::default()).await.expect_err("a folder").to_string();
    assert!(folder.contains("could not be read"), "{folder}");
}

#[tokio::test]
async fn only_the_beginning_of_a_gigabyte_is_looked_at() {
    let list = CustomerList::new();
    let path = list.file("large.csv", "");
    let mut file = std::fs::File::create(&path).expect("a file");
    let row = "Kiss Anna,+36 30 123 4567\n".repeat(50_000);
    file.write_all(b"name,phone\n").expect("written");
    file.write_all(row.as_bytes()).expect("written");
    // The rest is a hole: nobody may read it.
    file.set_len(1 << 30).expect("a gigabyte");
    let seen = preview(&path, "HU", ImportChoices::default()).await.expect("a preview");
    assert_eq!(seen.columns.len(), 2);
    assert_eq!(seen.columns[1].target, ImportTarget::Number);
    let expected = (1_u64 << 30) / 26;
    assert!(seen.rows_estimated.abs_diff(expected) < expected / 50, "{} rows", seen.rows_estimated);
}

#[tokio::test]
async fn cards_are_recognised_by_what_is_in_them() {
    let card = "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Kiss Anna\r\nTEL;TYPE=cell:+36 30 123 4567\r\nEND:VCARD\r\n";
    let seen = look(card.repeat(3).as_bytes(), "HU").await;
    assert_eq!((seen.format, seen.delimiter.clone(), seen.rows_estimated), (ImportFormat::VCard, None, 3));
    let name = seen.columns.iter().find(|column| column.name == "FN").expect("a name");
    assert_eq!((&name.target, name.sample.len()), (&ImportTarget::Name, 3));
}

#[test]
fn the_user_interface_gets_what_it_was_promised() {
    let json = serde_json::json!({
        "file_name": "b.csv", "format": "csv", "encoding": "UTF-8", "delimiter": ";",
        "columns": [
            {"name": "Név", "sample": ["Anna"], "target": "first_name", "guessed": false},
            {"name": "Régió", "sample": [], "target": {"field": "Régió"}, "guessed": false},
        ],
        "rows_estimated": 1, "doubt": {"readings": [{"encoding": "UTF-8", "words": ["Anna"]}]}, "header_row": 1,
        "rows_left_out": 0, "numbers_below": 0, "sheets": [], "sheet": null, "remarks": [],
    });
    let preview: ImportPreview = serde_json::from_value(json.clone()).expect("the shape");
    assert_eq!(preview.columns[1].target, ImportTarget::Field("Régió".to_owned()));
    assert_eq!(serde_json::to_value(&preview).expect("JSON"), json);
    let progress = serde_json::to_value(ringcard_hub::directory::import::ImportProgress::default()).expect("JSON");
    let expected = serde_json::json!({
        "state": "running", "read": 0, "created": 0, "updated": 0, "unchanged": 0, "refused": 0, "total_bytes": 0,
        "done_bytes": 0, "adjusted": 0, "refused_rows": [], "adjusted_rows": [], "unclear": 0, "unclear_rows": [],
        "unread": 0, "left_out": 0, "joined": 0, "report_path": null, "message": null,
    });
    assert_eq!(progress, expected);
    assert_eq!(serde_json::to_value(ImportFormat::VCard).expect("JSON"), "vcard");
}

//! Lists in letters of other countries.

use super::CustomerList;
use encoding_rs::{
    BIG5, Encoding, GBK, ISO_8859_2, KOI8_R, SHIFT_JIS, UTF_8, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1253,
    WINDOWS_1254,
};
use ringcard_connect::Crm;
use ringcard_hub::directory::import::{
    self, CancelImport, ImportChoices, ImportPreview, ImportProgress, ImportState, Remark, preview,
};
use tokio::sync::watch;

fn encoded(text: &str, encoding: &'static Encoding) -> Vec<u8> {
    let (bytes, _, lossy) = encoding.encode(text);
    assert!(!lossy, "{text} in {}", encoding.name());
    bytes.into_owned()
}

async fn look(bytes: &[u8], country: &str, said: Option<&str>) -> ImportPreview {
    let list = CustomerList::new();
    let choices = ImportChoices { encoding: said.map(str::to_owned), ..ImportChoices::default() };
    preview(&list.file("list.csv", bytes), country, choices).await.expect("a preview")
}

#[tokio::test]
async fn a_list_from_one_country_is_read_right_in_another() {
    let table: [(&str, &'static Encoding); 12] = [
        ("Íñigo Ibáñez;+34 915 55 01 29;Peñón\n", WINDOWS_1252),
        ("Kovács Őrs;;Hűtőgép Kft.\nSzűcs Tünde;;Erdő Bt.\nFűrész Győző;;\n", WINDOWS_1250),
        ("Kovács Őrs;;Hűtőgép Kft.\nSzűcs Tünde;;Erdő Bt.\nFűrész Győző;;\n", ISO_8859_2),
        ("Jiří Dvořák;;Růžena s.r.o.\nŽaneta Šťastná;;\n", WINDOWS_1250),
        ("Łukasz Wiśniewski;;Żabka\nMałgorzata Święta;;Gdańsk\n", WINDOWS_1250),
        ("Željko Ćosić;;Đurđica\nŠime Čačić;;\n", WINDOWS_1250),
        ("Søren Kjær;;Ærø\nÅse Jørgensen;;Østergård\n", WINDOWS_1252),
        ("Şahin Yıldız;;Çağlar A.Ş.\nGülşen Doğan;;\n", WINDOWS_1254),
        ("Иванов Пётр;;Москва\nОльга Смирнова;;\n", WINDOWS_1251),
        ("Иванов Пётр;;Москва\nОльга Смирнова;;\n", KOI8_R),
        ("Παπαδόπουλος Γιώργος;;Αθήνα\nΕλένη Νικολάου;;\n", WINDOWS_1253),
        ("Hélène Lefèvre;;Crêperie\nFrançois Noël;;\n", WINDOWS_1252),
    ];
    for (rows, encoding) in table {
        let text = format!("Name;Phone;Company\n{rows}");
        for country in ["HU", "ES", "US", "PL", "DE", "RU"] {
            let seen = look(&encoded(&text, encoding), country, None).await;
            let names: Vec<&str> = text.lines().skip(1).map(|row| row.split(';').next().expect("a name")).collect();
            assert_eq!(seen.columns[0].sample, names, "{} in {country}: {}", encoding.name(), seen.encoding);
        }
    }
}

#[tokio::test]
async fn scripts_of_thousands_of_letters_stay_right() {
    for (text, encoding, country) in [
        ("姓名;电话\n张伟;+86 10 5555 0101\n王芳;+86 10 5555 0102\n北京市朝阳区李娜;+86 10 5555 0103\n", GBK, "CN"),
        ("名前;電話\n山田太郎;+81 3 5555 0101\n鈴木はなこ;+81 3 5555 0102\n", SHIFT_JIS, "JP"),
        ("姓名;電話\n陳大文;+886 2 5555 0101\n林美玲臺北;+886 2 5555 0102\n", BIG5, "TW"),
    ] {
        let seen = look(&encoded(text, encoding), country, None).await;
        let first = text.lines().nth(1).and_then(|row| row.split(';').next()).expect("a name");
        assert_eq!(seen.columns[0].sample[0], first, "{}", seen.encoding);
    }
}

#[tokio::test]
async fn letters_in_doubt_are_shown_and_can_be_said() {
    let bytes = b"Name;Phone\nGy\xf5z\xf5;+36 30 555 0101\n";
    let seen = look(bytes, "HU", None).await;
    assert_eq!(seen.columns[0].sample, ["Győző"]);
    let doubt = seen.doubt.expect("it may be õ");
    assert_eq!(
        (doubt.readings[0].encoding.as_str(), doubt.readings[0].words.as_slice()),
        (seen.encoding.as_str(), ["Győző".to_owned()].as_slice())
    );
    let other = doubt.readings.iter().find(|reading| reading.words == ["Gyõzõ"]).expect("the other reading");
    let said = look(bytes, "HU", Some(&other.encoding)).await;
    assert_eq!((said.columns[0].sample.as_slice(), said.doubt), (["Gyõzõ".to_owned()].as_slice(), None));
    for name in ["windows-1252", "latin1", "cp1252", "Windows 1252"] {
        assert_eq!(look(bytes, "HU", Some(name)).await.columns[0].sample, ["Gyõzõ"], "{name}");
    }
    let sure = look(&encoded("Name;Phone\nÍñigo Ibáñez Peñón;1\n", WINDOWS_1252), "HU", None).await;
    assert_eq!((sure.encoding.as_str(), sure.doubt), ("windows-1252", None));
    assert_eq!(look("Név;Szám\nGyőző;1\n".as_bytes(), "HU", None).await.doubt, None);
}

#[tokio::test]
async fn letters_that_nobody_knows_are_refused_with_the_names_of_some() {
    let list = CustomerList::new();
    let file = list.file("list.csv", b"Name;Phone\nGy\xf5z\xf5;1\n");
    let choices = ImportChoices { encoding: Some("klingon".to_owned()), ..ImportChoices::default() };
    let failure = preview(&file, "HU", choices.clone()).await.expect_err("there is none").to_string();
    assert!(failure.contains("klingon") && failure.contains("windows-1250"), "{failure}");
    let (progress, _) = watch::channel(ImportProgress::default());
    let failed = import::run(&list.directory, &file, choices, progress, CancelImport::default()).await;
    assert_eq!(failed.state, ImportState::Failed);
}

#[tokio::test]
async fn a_file_of_rows_in_different_letters_is_read_row_by_row() {
    for (utf8_rows, other_rows) in [(40, 3), (4, 3), (2, 30)] {
        let mut bytes = b"Name;Phone;Company\n".to_vec();
        for row in 0..utf8_rows {
            bytes.extend(format!("Árvíztűrő Őrs {row};+36 30 555 {row:04};Fűtőmű\n").as_bytes());
        }
        for row in 0..other_rows {
            bytes.extend(encoded(&format!("Szűcs Győző {row};+36 20 555 {row:04};Erdő\n"), WINDOWS_1250));
        }
        let list = CustomerList::new();
        let file = list.file("list.csv", bytes);
        let seen = preview(&file, "HU", ImportChoices::default()).await.expect("a preview");
        assert!(seen.remarks.iter().any(|remark| matches!(remark, Remark::Mixed { .. })), "{:?}", seen.remarks);
        let done = list.import(&file).await;
        assert_eq!((done.created, done.refused), (utf8_rows + other_rows, 0), "{:?}", done.refused_rows);
        let found = list.directory.search("", 100).await.expect("an answer");
        for (name, company) in [("Szűcs Győző 0", "Erdő"), ("Árvíztűrő Őrs 1", "Fűtőmű")] {
            let customer = found.iter().map(|found| &found.customer.details).find(|details| details.name == name);
            assert_eq!(customer.map(|details| details.company.as_str()), Some(company), "{name}");
        }
    }
}

#[tokio::test]
async fn a_mark_in_front_says_the_letters_before_anything_else() {
    let bytes = [b"\xef\xbb\xbf".as_slice(), "Name;Phone\nÁrvíz;1\n".as_bytes()].concat();
    let seen = look(&bytes, "US", Some("windows-1252")).await;
    assert_eq!(
        (seen.encoding.as_str(), seen.columns[0].sample.as_slice()),
        (UTF_8.name(), ["Árvíz".to_owned()].as_slice())
    );
}
